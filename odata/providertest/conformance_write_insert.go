package providertest

import (
	"fmt"
	"strings"
)

// newCustomer is what an insert at least says.
func newCustomer(id string, more ...valueBody) entityBody {
	return having(append([]valueBody{int32Of("Id", id), int32Of("Version", "1")}, more...)...)
}

// insertScripts hold inserts that mean the same in each format: entities of all
// sets, links, and what comes with an entity.
func insertScripts() []script {
	order := func(id string) entityBody {
		return having(valueOf("OrderId", "Guid", id), valueOf("Total", "Decimal", "2.50"))
	}
	const another = "00000000-0000-0000-0000-0000000000a2"
	type insert struct {
		name, target string
		body         entityBody
		want, why    string
		location     string // below the root
		points       string
		then         []string
	}
	inserts := []insert{
		{"all members", "Customers", newCustomer("9", stringOf("Name", "Zoë <&> \"z\""), valueOf("Since", "DateTime", "2015-07-12T06:40:00.5"), valueOf("Points", "Int64", "9007199254740993"),
			valueOf("Credit", "Decimal", "1.50"), valueOf("Score", "Double", "2.5"), addressOf("Home", stringOf("Street", "A"), stringOf("City", "B")),
			collectionOf("Emails", "String", "z@x.example", "")), "201", "every kind of member", "Customers(9)", "insert",
			[]string{"Customers(9)/Name/$value", "=Zoë <&> \"z\"", "Customers(9)/Since/$value", "=2015-07-12T06:40:00.5", "Customers(9)/Points/$value", "=9007199254740993",
				"Customers(9)/Credit/$value", "=1.50", "Customers(9)/Home/City/$value", "=B", "Customers(9)/Emails", `~["z@x.example",""]`}},
		{"defaults", "Customers", newCustomer("9"), "201", "what is left out is null, or zero", "Customers(9)", "insert",
			[]string{"Customers(9)", `~"Name":null,"Since":"0001-01-01T00:00:00","Points":"0","Credit":null,"Score":null,"Home":{"Street":null,"City":null},"Emails":[]`}},
		{"type", "Customers", newCustomer("9").as("Demo.Customer"), "201", "the type of the set may be named", "Customers(9)", "insert",
			[]string{"Customers(9)/Demo.VipCustomer", "404 NotFound"}},
		{"derived type", "Customers", newCustomer("9", int32Of("Level", "4")).as("Demo.VipCustomer"), "201", "a derived type has to be named", "Customers(9)/Demo.VipCustomer", "insert",
			[]string{"Customers(9)/Demo.VipCustomer/Level/$value", "=4"}},
		{"derived type by cast", "Customers/Demo.VipCustomer", newCustomer("9", int32Of("Level", "4")), "201", "or in the address", "Customers(9)/Demo.VipCustomer", "insert",
			[]string{"Customers(9)/Demo.VipCustomer/Level/$value", "=4"}},
		{"derived type by both", "Customers/Demo.VipCustomer", newCustomer("9", int32Of("Level", "4")).as("Demo.VipCustomer"), "201", "or in both", "Customers(9)/Demo.VipCustomer", "insert",
			[]string{"Customers(9)/Demo.VipCustomer/Level/$value", "=4"}},
		{"base type by cast", "Customers/Demo.VipCustomer", newCustomer("9").as("Demo.Customer"), "400 UnknownType", "a customer is no VIP", "", "insert", nil},
		{"type of another branch", "Customers", newCustomer("9").as("Demo.Order"), "400 UnknownType", "an order is no customer", "", "insert", nil},
		{"complex type", "Customers", newCustomer("9").as("Demo.Address"), "400 UnknownType", "an address is no entity", "", "insert", nil},
		{"no such type", "Customers", newCustomer("9").as("Demo.Nobody"), "400 UnknownType", "the model has no such type", "", "insert", nil},
		{"null complex member", "Customers", newCustomer("9", addressOf("Home", nullOf("Street", "String"), stringOf("City", "B"))), "201", "members may be null", "Customers(9)", "insert",
			[]string{"Customers(9)/Home", `~"Street":null,"City":"B"`}},
		{"part of a complex value", "Customers", newCustomer("9", addressOf("Home", stringOf("City", "B"))), "201", "members may be left out", "Customers(9)", "insert",
			[]string{"Customers(9)/Home", `~"Street":null,"City":"B"`}},
		{"empty collection", "Customers", newCustomer("9", collectionOf("Emails", "String")), "201", "a collection may be empty", "Customers(9)", "insert", nil},
		{"key of parts", "OrderLines", having(valueOf("OrderId", "Guid", newOrder), int32Of("LineNo", "7"), stringOf("Text", "t")), "201", "a key of parts",
			"OrderLines(OrderId=guid'" + newOrder + "',LineNo=7)", "insert", []string{"OrderLines(OrderId=guid'" + newOrder + "',LineNo=7)/Text/$value", "=t"}},
		{"guid", "Orders", having(valueOf("OrderId", "Guid", newOrder), valueOf("Placed", "DateTimeOffset", "2015-07-12T08:40:00+02:00"), valueOf("Took", "Time", "PT1H30M")), "201",
			"a key that is a Guid, instants and durations", "Orders(guid'" + newOrder + "')", "insert",
			[]string{"Orders(guid'" + newOrder + "')/Placed/$value", "=2015-07-12T08:40:00+02:00", "Orders(guid'" + newOrder + "')/Took/$value", "=PT1H30M"}},
		{"key made by the store", "Orders", having(valueOf("Total", "Decimal", "1.00")), "201", "a key that is left out may be made", "", "insert", []string{"Orders/$count", "=3"}},
		{"key with signs", "Tags", having(stringOf("Code", "q/é'")), "201", "signs in a key are escaped in Location", "Tags('q%2F%C3%A9%27%27')", "insert",
			[]string{"Tags('q%2F%C3%A9''')/Code/$value", "=q/é'"}},
		{"no key", "Tags", having(stringOf("Colour", "red")), "400 KeyMissing", "a key nobody can make", "", "insert", nil},
		{"key exists", "Customers", newCustomer("1"), "409 KeyExists", "a key is taken once", "", "insert", nil},
		{"open", "Tags", having(stringOf("Code", "n"), stringOf("Colour", "blue"), valueOf("Size", "Int32", "7"), valueOf("Ratio", "Double", "0.5"), valueOf("Old", "Boolean", "true"), nullOf("None", "String")), "201",
			"undeclared members of an open type; a null one is not there", "Tags('n')", "insert",
			[]string{"Tags('n')", `~"Colour":"blue"`, "Tags('n')/Size/$value", "=7", "Tags('n')/Old/$value", "=true", "Tags('n')/None", "404 NotFound"}},
		{"undeclared", "Customers", newCustomer("9", stringOf("Nope", "x")), "400 UnknownProperty", "a closed type has what it declares", "", "insert", nil},
		{"undeclared member", "Customers", newCustomer("9", addressOf("Home", stringOf("Nope", "x"))), "400 UnknownProperty", "so has a complex type", "", "insert", nil},
		{"member of a derived type", "Customers", newCustomer("9", int32Of("Level", "1")), "400 UnknownProperty", "only a VIP has a level", "", "insert", nil},
		{"twice", "Customers", newCustomer("9", stringOf("Name", "a"), stringOf("Name", "b")), "400 DuplicateMember", "a member is given once", "", "insert", nil},
		{"text for a number", "Customers", newCustomer("9", valueOf("Score", "raw", "\"many\"")), "400 TypeMismatch", "a value has the type of its property", "", "insert", nil},
		{"fraction for an integer", "Customers", having(valueOf("Id", "raw", "9.5"), int32Of("Version", "1")), "400 TypeMismatch", "an integer has no fraction", "", "insert", nil},
		{"out of range", "Customers", having(valueOf("Id", "raw", "2147483648"), int32Of("Version", "1")), "400 TypeMismatch", "beyond Int32", "", "insert", nil},
		{"null key", "Customers", having(nullOf("Id", "Int32"), int32Of("Version", "1")), "400 NotNullable", "a key is never null", "", "insert", nil},
		{"null", "Customers", newCustomer("9", nullOf("Points", "Int64")), "400 NotNullable", "null where there must be a value", "", "insert", nil},
		{"null complex", "Customers", newCustomer("9", valueBody{name: "Home", kind: "Demo.Address", null: true}), "400 NotNullable", "null where there must be a complex value", "", "insert", nil},
		{"null item", "Customers", newCustomer("9", valueBody{name: "Emails", kind: "String", many: true, members: []valueBody{{kind: "String", null: true}}}), "400 NotNullable", "items are never null", "", "insert", nil},

		{"absolute", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "http://host/svc/Customers(1)")), "201", "an absolute URL", "Customers(9)", "bind",
			[]string{"Customers(9)/BestFriend/Id/$value", "=1"}},
		{"relative", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(1)")), "201", "relative to the service root", "Customers(9)", "bind",
			[]string{"Customers(9)/BestFriend/Id/$value", "=1"}},
		{"host-relative", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "/svc/Customers(1)")), "201", "relative to the host", "Customers(9)", "bind",
			[]string{"Customers(9)/BestFriend/Id/$value", "=1"}},
		{"path", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(3)/BestFriend")), "201", "any address of the entity", "Customers(9)", "bind",
			[]string{"Customers(9)/BestFriend/Id/$value", "=1"}},
		{"cast", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(2)/Demo.VipCustomer")), "201", "with the name of its type", "Customers(9)", "bind",
			[]string{"Customers(9)/BestFriend/Id/$value", "=2"}},
		{"collection of one", "Customers", newCustomer("9").linked(boundTo("Orders", true, "Orders("+orderA+")")), "201", "an order has one customer, so it moves", "Customers(9)", "bind",
			[]string{"Orders(" + orderA + ")/Customer/Id/$value", "=9", "Customers(1)/Orders/$count", "=1"}},
		{"collection of two", "Customers", newCustomer("9").linked(boundTo("Orders", true, "Orders("+orderA+")", "http://host/svc/Orders("+orderB+")")), "201", "several", "Customers(9)", "bind",
			[]string{"Customers(9)/Orders/$count", "=2", "Customers(1)/Orders/$count", "=0"}},
		{"from the other side", "Orders", order(newOrder).linked(boundTo("Customer", false, "Customers(2)")), "201", "either side of an association", "Orders(guid'" + newOrder + "')", "bind",
			[]string{"Customers(2)/Orders/$count", "=1"}},
		{"of a derived type", "Customers", newCustomer("9", int32Of("Level", "1")).as("Demo.VipCustomer").linked(boundTo("Concierge", false, "Customers(1)")), "201", "a navigation of the derived type",
			"Customers(9)/Demo.VipCustomer", "bind", []string{"Customers(9)/Demo.VipCustomer/Concierge/Id/$value", "=1"}},
		{"missing", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(99)")), "404 NotFound", "a target that is not there", "", "bind", nil},
		{"one missing", "Customers", newCustomer("9").linked(boundTo("Orders", true, "Orders("+orderA+")", "Orders(guid'"+newOrder+"')")), "404 NotFound", "one of the targets is not there", "", "bind", nil},
		{"wrong type", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Orders("+orderA+")")), "400 LinkType", "an order is no friend", "", "bind", nil},
		{"set", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers")), "400 InvalidLink", "a set is no entity", "", "bind", nil},
		{"property", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(1)/Name")), "400 InvalidLink", "a property is no entity", "", "bind", nil},
		{"other host", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "http://other/svc/Customers(1)")), "400", "outside of the service", "", "bind", nil},
		{"other root", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "/other/Customers(1)")), "400", "outside of the service", "", "bind", nil},
		{"above the root", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "../svc/Customers(1)")), "400", "outside of the service", "", "bind", nil},
		{"with options", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(1)?$select=Id")), "400", "an address has no options", "", "bind", nil},
		{"no URL", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(")), "400", "malformed", "", "bind", nil},
		{"reference", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "$1")), "404", "references exist in change sets only", "", "bind", nil},
		{"null link", "Customers", newCustomer("9").linked(linkBody{name: "BestFriend", null: true}), "201", "nothing to link", "Customers(9)", "null link", []string{"Customers(9)/BestFriend", "204"}},
		{"no such navigation", "Customers", newCustomer("9").linked(boundTo("Enemy", false, "Customers(1)")), "400 UnknownProperty", "a type has the navigation it declares", "", "bind", nil},

		{"single", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10", stringOf("Name", "Ten")))), "201", "a new friend", "Customers(9)", "deep insert",
			[]string{"Customers(9)/BestFriend/Name/$value", "=Ten", "Customers(10)/Id/$value", "=10"}},
		{"collection", "Customers", newCustomer("9").linked(creating("Orders", true, order(newOrder), order(another))), "201", "new orders", "Customers(9)", "deep insert",
			[]string{"Customers(9)/Orders/$count", "=2", "Orders(guid'" + another + "')/Customer/Id/$value", "=9"}},
		{"derived", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10", int32Of("Level", "3")).as("Demo.VipCustomer"))), "201", "a new friend of a derived type", "Customers(9)", "deep insert",
			[]string{"Customers(9)/BestFriend/Demo.VipCustomer/Level/$value", "=3"}},
		{"levels", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10").linked(creating("BestFriend", false, newCustomer("11", stringOf("Name", "Third"))),
			creating("Orders", true, order(newOrder))))), "201", "several levels", "Customers(9)", "deep insert",
			[]string{"Customers(9)/BestFriend/BestFriend/Name/$value", "=Third", "Customers(10)/Orders/$count", "=1"}},
		{"from the other side", "Orders", order(newOrder).linked(creating("Customer", false, newCustomer("9"))), "201", "the order and its customer", "Orders(guid'" + newOrder + "')", "deep insert",
			[]string{"Customers(9)/Orders/$count", "=1"}},
		{"bound within", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10").linked(boundTo("BestFriend", false, "Customers(1)"), boundTo("Orders", true, "Orders("+orderA+")")))), "201",
			"what comes with an entity may be linked", "Customers(9)", "deep insert", []string{"Customers(10)/BestFriend/Id/$value", "=1", "Orders(" + orderA + ")/Customer/Id/$value", "=10"}},
		{"mixed", "Customers", newCustomer("9").linked(linkBody{name: "Orders", many: true, bind: []string{"Orders(" + orderA + ")"}, entries: []entityBody{order(newOrder)}}), "201",
			"existing and new ones for the same navigation", "Customers(9)", "mixed array", []string{"Customers(9)/Orders/$count", "=2", "Customers(1)/Orders/$count", "=1"}},
		{"mixed navigations", "Customers", newCustomer("9").linked(boundTo("BestFriend", false, "Customers(2)"), creating("Orders", true, order(newOrder))), "201", "one of each", "Customers(9)", "mixed array",
			[]string{"Customers(9)/BestFriend/Id/$value", "=2", "Customers(9)/Orders/$count", "=1"}},
		{"taken key within", "Customers", newCustomer("9").linked(creating("Orders", true, order(newOrder), order("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"))), "409 KeyExists", "all or nothing", "", "deep insert", nil},
		{"taken key outside", "Customers", newCustomer("1").linked(creating("BestFriend", false, newCustomer("10"))), "409 KeyExists", "all or nothing", "", "deep insert", nil},
		{"same key twice", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("9"))), "409 KeyExists", "all or nothing", "", "deep insert", nil},
		{"mistake within", "Customers", newCustomer("9").linked(creating("Orders", true, order(newOrder), having(stringOf("Nope", "x")))), "400 UnknownProperty", "all or nothing", "", "deep insert", nil},
		{"null within", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10", nullOf("Points", "Int64")))), "400 NotNullable", "all or nothing", "", "deep insert", nil},
		{"missing within", "Customers", newCustomer("9").linked(creating("BestFriend", false, newCustomer("10").linked(boundTo("BestFriend", false, "Customers(99)")))), "404 NotFound", "all or nothing", "", "deep insert", nil},
		{"wrong type within", "Customers", newCustomer("9").linked(creating("BestFriend", false, having(valueOf("OrderId", "Guid", newOrder)).as("Demo.Order"))), "400 UnknownType", "an order is no friend", "", "deep insert", nil},
		{"both", "Customers", newCustomer("9").linked(linkBody{name: "BestFriend", bind: []string{"Customers(1)"}, entries: []entityBody{newCustomer("10")}}), "400", "a single navigation has a link or a new entity", "", "bind", nil},

		{"to a navigation", "Customers(3)/Orders", order(newOrder), "201", "an entity posted to a navigation is linked", "Orders(guid'" + newOrder + "')", "insert",
			[]string{"Orders(guid'" + newOrder + "')/Customer/Id/$value", "=3", "Customers(3)/Orders/$count", "=1"}},
		{"to a navigation of a navigation", "Customers(3)/BestFriend/Orders", order(newOrder), "201", "through as many as it takes", "Orders(guid'" + newOrder + "')", "insert",
			[]string{"Orders(guid'" + newOrder + "')/Customer/Id/$value", "=1"}},
		{"to a navigation of nobody", "Customers(99)/Orders", order(newOrder), "404 NotFound", "the source has to exist", "", "insert", nil},
		{"to a navigation of null", "Customers(2)/BestFriend/Orders", order(newOrder), "404 NotFound", "the source has to exist", "", "insert", nil},
		{"to a navigation, with more", "Customers(3)/Orders", order(newOrder).linked(boundTo("Customer", false, "Customers(3)")), "201", "saying it twice does no harm", "Orders(guid'" + newOrder + "')", "insert",
			[]string{"Customers(3)/Orders/$count", "=1"}},
	}
	many := newCustomer("9")
	entries := make([]entityBody, 200)
	for i := range entries {
		entries[i] = having(valueOf("OrderId", "Guid", fmt.Sprintf("00000000-0000-0000-0001-%012d", i)))
	}
	inserts = append(inserts,
		insert{"too many objects", "Customers", many.linked(creating("Orders", true, entries...)), "413 TooManyEntities", "an insert with too many entities", "", "deep insert", nil},
		insert{"just enough objects", "Customers", many.linked(creating("Orders", true, entries[:199]...)), "201", "as many as may be", "Customers(9)", "deep insert", []string{"Customers(9)/Orders/$count", "=199"}})

	var scripts []script
	for _, c := range inserts {
		scripts = append(scripts, inEachFormat(func(f bodyFormat) script {
			s := script{section: sectionOf(f), name: c.points + ": " + c.name, why: c.why, points: c.points,
				request: request{do: "POST " + c.target, send: string(f), body: f.entry(c.body), want: c.want}, then: c.then}
			if c.location != "" {
				s.answer = []string{"Location: http://host/svc/" + c.location}
			}
			return s
		})...)
	}
	return scripts
}

// sectionOf is where the protocol describes the format of a body.
func sectionOf(f bodyFormat) string {
	return map[bodyFormat]string{light: "9.3", verbose: "9.4", atom: "9.5"}[f]
}

// verbsOfUpdate are those that change an entity.
var verbsOfUpdate = []string{"PUT", "PATCH", "MERGE"}

// updateScripts hold updates that mean the same in each format, with each verb.
func updateScripts() []script {
	var scripts []script
	for _, c := range []struct {
		name, target string
		body         entityBody
		want, why    string
		points       string
		put, then    []string // proofs with PUT, if they differ
	}{
		{"part", "Customers(1)", having(stringOf("Name", "Anna"), int32Of("Version", "4")), "204", "PUT gives the rest its defaults, the others leave it", "",
			[]string{"Customers(1)", `~"Id":1,"Name":"Anna","Since":"0001-01-01T00:00:00","Points":"0","Credit":null,"Score":null,"Home":{"Street":null,"City":null},"Emails":[],"Version":4}`,
				"Customers(1)/Orders/$count", "=2", "Customers(1)/BestFriend/Id/$value", "=2"},
			[]string{"Customers(1)", `~"Id":1,"Name":"Anna","Since":"2015-07-12T06:40:00","Points":"12","Credit":"7.50","Score":7.0,"Home":{"Street":"High St 1","City":"Ulm"},"Emails":["a@x.example","b@x.example"],"Version":4}`,
				"Customers(1)/Orders/$count", "=2", "Customers(1)/BestFriend/Id/$value", "=2"}},
		{"all", "Customers(1)", having(int32Of("Id", "1"), stringOf("Name", "Anna"), valueOf("Since", "DateTime", "2020-01-01T00:00:00"), valueOf("Points", "Int64", "7"), nullOf("Credit", "Decimal"),
			valueOf("Score", "Double", "1.5"), addressOf("Home", stringOf("Street", "S"), stringOf("City", "C")), collectionOf("Emails", "String", "n@x.example"), int32Of("Version", "4")), "204",
			"everything, as .NET sends it; the same key does no harm", "", nil,
			[]string{"Customers(1)", `~"Id":1,"Name":"Anna","Since":"2020-01-01T00:00:00","Points":"7","Credit":null,"Score":1.5,"Home":{"Street":"S","City":"C"},"Emails":["n@x.example"],"Version":4}`}},
		{"another key", "Customers(1)", having(int32Of("Id", "2"), int32Of("Version", "4")), "400 KeyImmutable", "a key does not change", "", nil, nil},
		{"complex", "Customers(1)", having(addressOf("Home", stringOf("City", "C")), int32Of("Version", "4")), "204", "a complex value in an entity is a value", "", nil, []string{"Customers(1)/Home/City/$value", "=C"}},
		{"undeclared", "Customers(1)", having(stringOf("Nope", "x")), "400 UnknownProperty", "a closed type has what it declares", "", nil, nil},
		{"null", "Customers(1)", having(nullOf("Points", "Int64")), "400 NotNullable", "null where there must be a value", "", nil, nil},
		{"to null", "Customers(1)", having(nullOf("Name", "String"), int32Of("Version", "4")), "204", "null where there may be", "", nil, []string{"Customers(1)/Name/$value", "404 NotFound"}},
		{"mismatch", "Customers(1)", having(valueOf("Score", "raw", "\"many\"")), "400 TypeMismatch", "a value has the type of its property", "", nil, nil},
		{"derived", "Customers(2)", having(int32Of("Level", "4"), int32Of("Version", "2")).as("Demo.VipCustomer"), "204", "the derived type is named", "", nil, []string{"Customers(2)/Demo.VipCustomer/Level/$value", "=4"}},
		{"cast", "Customers(2)/Demo.VipCustomer", having(int32Of("Level", "4"), int32Of("Version", "2")), "204", "or in the address", "", nil, []string{"Customers(2)/Demo.VipCustomer/Level/$value", "=4"}},
		{"wrong cast", "Customers(1)/Demo.VipCustomer", having(int32Of("Level", "4")), "404 NotFound", "she is no VIP", "", nil, nil},
		{"wrong type", "Customers(1)", having(valueOf("Total", "Decimal", "1")).as("Demo.Order"), "400 UnknownType", "she is no order", "", nil, nil},
		{"through a navigation", "Customers(3)/BestFriend", having(stringOf("Name", "Friend"), int32Of("Version", "4")), "204", "the target changes", "", nil, []string{"Customers(1)/Name/$value", "=Friend", "Customers(3)/Name/$value", "=O'Neil / é%"}},
		{"missing", "Customers(99)", having(stringOf("Name", "x"), int32Of("Version", "4")), "404 NotFound", "an update creates nothing", "", nil, nil},
		{"bind", "Customers(1)", having(int32Of("Version", "4")).linked(boundTo("BestFriend", false, "Customers(3)")), "204", "a link is set", "bind", nil, []string{"Customers(1)/BestFriend/Id/$value", "=3"}},
		{"bind to oneself", "Customers(1)", having(int32Of("Version", "4")).linked(boundTo("BestFriend", false, "Customers(1)/BestFriend")), "204", "as it was read", "bind", nil, []string{"Customers(1)/BestFriend/Id/$value", "=2"}},
		{"bind several", "Customers(3)", having(int32Of("Version", "8")).linked(boundTo("Orders", true, "Orders("+orderA+")", "Orders("+orderB+")")), "204", "links are added", "bind", nil, []string{"Customers(3)/Orders/$count", "=2", "Customers(1)/Orders/$count", "=0"}},
		{"bind to nobody", "Customers(1)", having(int32Of("Version", "4")).linked(boundTo("BestFriend", false, "Customers(99)")), "404 NotFound", "a target that is not there", "bind", nil, nil},
		{"bind to another type", "Customers(1)", having(int32Of("Version", "4")).linked(boundTo("BestFriend", false, "Orders("+orderA+")")), "400 LinkType", "an order is no friend", "bind", nil, nil},
		{"clear", "Customers(1)", having(int32Of("Version", "4")).linked(linkBody{name: "BestFriend", null: true}), "204", "null clears a link", "null link", nil, []string{"Customers(1)/BestFriend", "204"}},
		{"deep", "Customers(1)", having(int32Of("Version", "4")).linked(creating("BestFriend", false, newCustomer("9"))), "400 DeepUpdate", "an update creates nothing", "deep insert", nil, nil},
		{"deep collection", "Customers(1)", having(int32Of("Version", "4")).linked(creating("Orders", true, having(valueOf("OrderId", "Guid", newOrder)))), "400 DeepUpdate", "an update creates nothing", "deep insert", nil, nil},
		{"open", "Tags('a%2Fb')", having(stringOf("Shape", "round")), "204", "PUT replaces what is undeclared, the others add to it", "",
			[]string{"Tags('a%2Fb')/Shape/$value", "=round", "Tags('a%2Fb')/Colour", "404 NotFound"}, []string{"Tags('a%2Fb')/Shape/$value", "=round", "Tags('a%2Fb')/Colour/$value", "=red"}},
		{"open to null", "Tags('a%2Fb')", having(nullOf("Colour", "String")), "204", "null removes what is undeclared", "", nil, []string{"Tags('a%2Fb')/Colour", "404 NotFound"}},
		{"open to another type", "Tags('a%2Fb')", having(int32Of("Colour", "7")), "204", "what is undeclared has the type it is given", "", nil, []string{"Tags('a%2Fb')/Colour/$value", "=7"}},
		{"media", "Photos(1)", having(stringOf("Caption", "dog")), "204", "the properties of a media entity", "", nil, []string{"Photos(1)/Caption/$value", "=dog", "Photos(1)/$value", "=not really a picture"}},
		{"key of parts", oneLine, having(valueOf("OrderId", "Guid", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), int32Of("LineNo", "2"), stringOf("Text", "screws")), "204", "the key again", "", nil, []string{oneLine + "/Text/$value", "=screws"}},
		{"another part of the key", oneLine, having(int32Of("LineNo", "3"), stringOf("Text", "screws")), "400 KeyImmutable", "a key does not change", "", nil, nil},
	} {
		for _, verb := range verbsOfUpdate {
			scripts = append(scripts, inEachFormat(func(f bodyFormat) script {
				s := script{section: "9.6", name: c.name, why: c.why, points: strings.Trim(strings.ToLower(verb)+","+c.points, ","),
					request: request{do: verb + " " + c.target, send: string(f), body: f.entry(c.body), want: c.want}, then: c.then}
				if verb == "PUT" && c.put != nil {
					s.then = c.put
				}
				if strings.HasPrefix(c.target, "Customers") {
					s.match = "*"
				}
				return s
			})...)
		}
	}
	return scripts
}

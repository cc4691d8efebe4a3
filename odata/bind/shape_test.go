package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
)

// What the demo sets send by default.
const (
	customerSend = "send Id=0 Name=1 Since=2 Points=3 Credit=4 Score=5 Home=6 Emails=7 Version=8 " +
		"Level(VipCustomer)=9 Card(GoldCustomer)=10 Suite(TestCustomer)=11; key [0] tokens [8]"
	customerNav = "\n  nav Orders\n  nav BestFriend\n  nav Concierge(VipCustomer)"
	orderSend   = "send OrderId=0 Total=1 Placed=2 Took=3; key [0] tokens []"
	orderNav    = "\n  nav Customer\n  nav Boxes"
	orderOrder  = "\n  order Placed:DateTimeOffset desc, OrderId:Guid"
)

// indent moves a projection into another one.
func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

func testShapes(t *testing.T, rows []requestRow) {
	t.Helper()
	b := demoBinder(t)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			r, err := requestFor(t, b, tt.path, escape(tt.query))
			if err != nil {
				t.Fatalf("%s?%s: %v (%s)", tt.path, tt.query, err, tt.why)
			}
			_, rows, _ := strings.Cut(dumpRequest(r), "rows ")
			if diff := cmp.Diff(tt.want+"\n", rows); diff != "" {
				t.Errorf("%s?%s: %s (-want +got):\n%s", tt.path, tt.query, tt.why, diff)
			}
		})
	}
}

func TestDefaultShape(t *testing.T) {
	testShapes(t, []requestRow{{
		name: "derived types", path: "Customers",
		want: "Id Name Since Points Credit Score Home Emails Version Level Card Suite\n" + customerSend + customerNav,
		why:  "members of derived types are sent for their instances; OnSelect members are not sent at all",
	}, {
		name: "cast", path: "Customers/Demo.VipCustomer",
		want: "Id Name Since Points Credit Score Home Emails Version Level Card\n" +
			"send Id=0 Name=1 Since=2 Points=3 Credit=4 Score=5 Home=6 Emails=7 Version=8 Level=9 Card(GoldCustomer)=10; key [0] tokens [8]\n" +
			"  nav Orders\n  nav BestFriend\n  nav Concierge",
		why: "the type's own members are for every row",
	}, {
		name: "compound key", path: "OrderLines",
		want: "OrderId LineNo Text\nsend OrderId=0 LineNo=1 Text=2; key [0 1] tokens []", why: "the positions of both parts",
	}, {
		name: "streams", path: "Photos",
		want: "Id Caption\nsend Id=0 Caption=1; key [0] tokens [] stream Thumb stream Frame", why: "named streams are mentioned, those of derived types too, and are no fields",
	}, {
		name: "open type", path: "Tags",
		want: "Code Glue\nsend Code=0 Glue(Label)=1; key [0] tokens [] dynamic", why: "undeclared properties are sent, too",
	}, {
		name: "property", path: "Customers(1)/Home/City",
		want: "Home Id Version\nproperty Home/City field 0 members [1]\nsend Home=0; key [1] tokens [2]", why: "just what the answer and its ETag need",
	}, {
		name: "key property", path: "Customers(1)/Id/$value",
		want: "Id Version\nproperty Id field 0 members []\nsend Id=0; key [0] tokens [1]", why: "no field occurs twice",
	}, {
		name: "count", path: "Customers/$count",
		want: "\nsend ; key [] tokens []", why: "a count reads no field",
	}})
}

func TestSelect(t *testing.T) {
	testShapes(t, []requestRow{{
		name: "property", path: "Customers", query: "$select=Name",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Name\"", why: "key and ETag are read and not sent; navigation is gone",
	}, {
		name: "several", path: "Customers", query: "$select=Name, Id",
		want: "Id Name Version\nsend Id=0 Name=1; key [0] tokens [2] select \"Name, Id\"", why: "in the order of the type; the text stays as it was",
	}, {
		name: "twice", path: "Customers", query: "$select=Name,Name",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Name,Name\"", why: "once is enough",
	}, {
		name: "complex and collection", path: "Customers(1)", query: "$select=Home,Emails",
		want: "Home Emails Id Version\nsend Home=0 Emails=1; key [2] tokens [3] select \"Home,Emails\"", why: "both as a whole",
	}, {
		name: "star", path: "Customers", query: "$select=*",
		want: "Id Name Since Points Credit Score Home Emails Version Level Card Suite\n" + customerSend + " select \"*\"", why: "everything but navigation and OnSelect members",
	}, {
		name: "on select", path: "Customers", query: "$select=Notes",
		want: "Notes Id Version\nsend Notes=0; key [1] tokens [2] select \"Notes\"", why: "named, it is sent",
	}, {
		name: "star and on select", path: "OrderLines", query: "$select=*,Text",
		want: "OrderId LineNo Text\nsend OrderId=0 LineNo=1 Text=2; key [0 1] tokens [] select \"*,Text\"", why: "a name adds to the star",
	}, {
		name: "link", path: "Customers", query: "$select=Orders",
		want: "Id Version\nsend ; key [0] tokens [1] select \"Orders\"\n  nav Orders", why: "a navigation property stands for its link",
	}, {
		name: "derived property", path: "Customers", query: "$select=Demo.VipCustomer/Level",
		want: "Level Id Version\nsend Level(VipCustomer)=0; key [1] tokens [2] select \"Demo.VipCustomer/Level\"", why: "only instances of the type carry it",
	}, {
		name: "property of derived instances", path: "Customers", query: "$select=Demo.VipCustomer/Name",
		want: "Name Id Version\nsend Name(VipCustomer)=0; key [1] tokens [2] select \"Demo.VipCustomer/Name\"", why: "the type restricts an inherited property",
	}, {
		name: "property of all and some", path: "Customers", query: "$select=Demo.VipCustomer/Name,Name",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Demo.VipCustomer/Name,Name\"", why: "the wider selection counts",
	}, {
		name: "property of two branches", path: "Customers", query: "$select=Demo.GoldCustomer/Name,Demo.TestCustomer/Name",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Demo.GoldCustomer/Name,Demo.TestCustomer/Name\"", why: "the type above both is the set's",
	}, {
		name: "property of a branch", path: "Customers", query: "$select=Demo.GoldCustomer/Name,Demo.VipCustomer/Name",
		want: "Name Id Version\nsend Name(VipCustomer)=0; key [1] tokens [2] select \"Demo.GoldCustomer/Name,Demo.VipCustomer/Name\"", why: "the base type has both",
	}, {
		name: "derived member by its base", path: "Customers", query: "$select=Demo.GoldCustomer/Level",
		want: "Level Id Version\nsend Level(GoldCustomer)=0; key [1] tokens [2] select \"Demo.GoldCustomer/Level\"", why: "the narrower of both types",
	}, {
		name: "cast to the set's type", path: "Customers", query: "$select=Demo.Customer/Name",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Demo.Customer/Name\"", why: "it restricts nothing",
	}, {
		name: "operations", path: "Customers", query: "$select=DemoService.*,Promote,DemoService.ResetAll",
		want: "Id Version\nsend ; key [0] tokens [1] select \"DemoService.*,Promote,DemoService.ResetAll\"", why: "they are legal and are no properties",
	}, {
		name: "stream", path: "Photos", query: "$select=Thumb",
		want: "Id\nsend ; key [0] tokens [] stream Thumb select \"Thumb\"", why: "a stream is mentioned when it is selected",
	}, {
		name: "stream on select", path: "Photos", query: "$select=Raw,Caption",
		want: "Caption Id\nsend Caption=0; key [1] tokens [] stream Raw select \"Raw,Caption\"", why: "streams can be kept back, too",
	}, {
		name: "star on an open type", path: "Tags", query: "$select=*",
		want: "Code Glue\nsend Code=0 Glue(Label)=1; key [0] tokens [] dynamic select \"*\"", why: "the star has undeclared properties",
	}, {
		name: "declared on an open type", path: "Tags", query: "$select=Code",
		want: "Code\nsend Code=0; key [0] tokens [] select \"Code\"", why: "undeclared ones are not selected",
	}, {
		name: "blank", path: "Tags", query: "$select=%20",
		want: "Code Glue\nsend Code=0 Glue(Label)=1; key [0] tokens [] dynamic", why: "an empty value is absent",
	}, {
		name: "undeclared", path: "Tags", query: "$select=Colour,Size,Colour",
		want: "Code\nsend ; key [0] tokens [] dynamic [Colour Size] select \"Colour,Size,Colour\"", why: "undeclared properties are picked by name, each once",
	}, {
		name: "undeclared and star", path: "Tags", query: "$select=Colour,*",
		want: "Code Glue\nsend Code=0 Glue(Label)=1; key [0] tokens [] dynamic select \"Colour,*\"", why: "the star has them all",
	}, {
		name: "undeclared on a derived type", path: "Tags", query: "$select=Demo.Label/Colour,Demo.Label/Glue",
		want: "Glue Code\nsend Glue(Label)=0; key [1] tokens [] dynamic [Colour] select \"Demo.Label/Colour,Demo.Label/Glue\"", why: "types derived from open ones are open",
	}, {
		name: "name of an operation on an open type", path: "Tags", query: "$select=Label",
		want: "Code\nsend ; key [0] tokens [] dynamic [Label] select \"Label\"", why: "without its container it is an undeclared property",
	}, {
		name: "derived stream", path: "Photos", query: "$select=Demo.Portrait/Frame",
		want: "Id\nsend ; key [0] tokens [] stream Frame select \"Demo.Portrait/Frame\"", why: "only instances of the type have it",
	}})
}

func TestExpand(t *testing.T) {
	all := "Id Name Since Points Credit Score Home Emails Version Level Card Suite"
	orders := "\nexpand Orders from Orders:Order" + orderOrder + "\n  rows OrderId Total Placed Took"
	testShapes(t, []requestRow{{
		name: "collection", path: "Customers", query: "$expand=Orders",
		want: all + orders + "\n" + customerSend + "\n  nav Orders related 0\n    " + indent(orderSend+orderNav) + "\n  nav BestFriend\n  nav Concierge(VipCustomer)",
		why:  "the target set's order and default shape",
	}, {
		name: "trailing slash", path: "Customers(1)", query: "$expand=Orders/",
		want: all + orders + "\n" + customerSend + "\n  nav Orders related 0\n    " + indent(orderSend+orderNav) + "\n  nav BestFriend\n  nav Concierge(VipCustomer)",
		why:  "it is tolerated",
	}, {
		name: "duplicates and prefixes", path: "Orders", query: "$expand=Customer,Customer/BestFriend,Customer",
		want: "OrderId Total Placed Took\nexpand Customer from Customers:Customer\n  rows " + all + "\n  expand BestFriend from Customers:Customer\n    rows " + all +
			"\n" + orderSend + "\n  nav Customer related 0\n    " + customerSend + "\n      nav Orders\n      nav BestFriend related 0\n        " +
			indent(indent(customerSend+customerNav)) + "\n      nav Concierge(VipCustomer)\n  nav Boxes",
		why: "they merge; single navigation has no order",
	}, {
		name: "derived navigation", path: "Customers", query: "$expand=Demo.VipCustomer/Concierge",
		want: all + "\nexpand Concierge from Customers:Customer\n  rows " + all + "\n" + customerSend +
			"\n  nav Orders\n  nav BestFriend\n  nav Concierge(VipCustomer) related 0\n    " + indent(customerSend+customerNav),
		why: "a type names the branch",
	}, {
		name: "some instances", path: "Customers", query: "$expand=Demo.VipCustomer/Orders",
		want: all + orders + "\n" + customerSend + "\n  nav Orders related 0(VipCustomer)\n    " + indent(orderSend+orderNav) + "\n  nav BestFriend\n  nav Concierge(VipCustomer)",
		why:  "only those instances are expanded; the others keep the link",
	}, {
		name: "some instances of a cast feed", path: "Customers/Demo.VipCustomer", query: "$expand=Demo.Customer/BestFriend,Demo.GoldCustomer/Concierge&$select=BestFriend/Id,Concierge",
		want: "Id Version\nexpand BestFriend from Customers:Customer\n  rows Id Version\nexpand Concierge from Customers:Customer\n  rows " + all +
			"\nsend ; key [0] tokens [1] select \"BestFriend/Id,Concierge\"\n  nav BestFriend related 0\n    send Id=0; key [0] tokens [1]\n" +
			"  nav Concierge related 1(GoldCustomer)\n    " + indent(customerSend+customerNav),
		why: "what the cast has for all restricts nothing",
	}, {
		name: "selected and expanded for different instances", path: "Customers", query: "$expand=Demo.VipCustomer/BestFriend&$select=Demo.TestCustomer/BestFriend",
		want: "Id Version\nsend ; key [0] tokens [1] select \"Demo.TestCustomer/BestFriend\"\n  nav BestFriend(TestCustomer)",
		why:  "no instance has both: the link is left",
	}, {
		name: "selected for fewer instances", path: "Customers", query: "$expand=BestFriend&$select=Demo.TestCustomer/BestFriend/Id",
		want: "Id Version\nexpand BestFriend from Customers:Customer\n  rows Id Version\nsend ; key [0] tokens [1] select \"Demo.TestCustomer/BestFriend/Id\"\n" +
			"  nav BestFriend(TestCustomer) related 0\n    send Id=0; key [0] tokens [1]",
		why: "$select prunes the link with the expansion",
	}, {
		name: "expanded for fewer instances", path: "Customers", query: "$expand=Demo.GoldCustomer/BestFriend&$select=Demo.VipCustomer/BestFriend/Id",
		want: "Id Version\nexpand BestFriend from Customers:Customer\n  rows Id Version\nsend ; key [0] tokens [1] select \"Demo.VipCustomer/BestFriend/Id\"\n" +
			"  nav BestFriend(VipCustomer) related 0(GoldCustomer)\n    send Id=0; key [0] tokens [1]",
		why: "the others that are selected keep the link",
	}, {
		name: "foreign key", path: "Albums", query: "$expand=Cover&$select=Title,Cover/Caption",
		want: "Title Id CoverId\nexpand Cover from Photos:Photo\n  rows Caption Id\nsend Title=0; key [1] tokens [] select \"Title,Cover/Caption\"\n" +
			"  nav Cover related 0\n    send Caption=0; key [1] tokens []",
		why: "rows hold the values by which both sides find each other",
	}, {
		name: "set of a derived type", path: "Albums", query: "$expand=Owner&$select=Id,Owner/Level",
		want: "Id\nexpand Owner from Vips:VipCustomer\n  rows Level Id Version\nsend Id=0; key [0] tokens [] select \"Id,Owner/Level\"\n" +
			"  nav Owner related 0\n    send Level=0; key [1] tokens [2]",
		why: "the set holds VIPs only, whatever the property promises",
	}, {
		name: "some and all instances", path: "Customers", query: "$expand=Demo.VipCustomer/Orders,Orders",
		want: all + orders + "\n" + customerSend + "\n  nav Orders related 0\n    " + indent(orderSend+orderNav) + "\n  nav BestFriend\n  nav Concierge(VipCustomer)",
		why:  "the wider expansion counts",
	}, {
		name: "two branches", path: "Customers", query: "$expand=Demo.GoldCustomer/Orders,Demo.TestCustomer/Orders",
		want: all + orders + "\n" + customerSend + "\n  nav Orders related 0\n    " + indent(orderSend+orderNav) + "\n  nav BestFriend\n  nav Concierge(VipCustomer)",
		why:  "the type above both is the set's",
	}, {
		name: "pruned", path: "Customers", query: "$select=Name&$expand=Orders",
		want: "Name Id Version\nsend Name=0; key [1] tokens [2] select \"Name\"", why: "an expanded property that is not selected disappears",
	}, {
		name: "pruned by star", path: "OrderLines", query: "$select=*",
		want: "OrderId LineNo Text\nsend OrderId=0 LineNo=1 Text=2; key [0 1] tokens [] select \"*\"", why: "the star has no navigation",
	}, {
		name: "selected as a whole", path: "Customers", query: "$select=Name,Orders&$expand=Orders",
		want: "Name Id Version" + orders + "\nsend Name=0; key [1] tokens [2] select \"Name,Orders\"\n  nav Orders related 0\n    " + indent(orderSend+orderNav),
		why:  "its name selects the whole sub-tree",
	}, {
		name: "selected in part", path: "Customers", query: "$select=Name,Orders/Total&$expand=Orders",
		want: "Name Id Version\nexpand Orders from Orders:Order" + orderOrder + "\n  rows Total OrderId\n" +
			"send Name=0; key [1] tokens [2] select \"Name,Orders/Total\"\n  nav Orders related 0\n    send Total=0; key [1] tokens []",
		why: "a path narrows the expanded entities",
	}, {
		name: "selected in part and as a whole", path: "Customers", query: "$select=Orders/Total,Orders&$expand=Orders",
		want: "Id Version" + orders + "\nsend ; key [0] tokens [1] select \"Orders/Total,Orders\"\n  nav Orders related 0\n    " + indent(orderSend+orderNav),
		why:  "the wider selection counts",
	}, {
		name: "nested star", path: "Customers", query: "$select=Orders/*&$expand=Orders",
		want: "Id Version" + orders + "\nsend ; key [0] tokens [1] select \"Orders/*\"\n  nav Orders related 0\n    " + orderSend,
		why:  "all of the expanded entities but their navigation",
	}, {
		name: "nested path", path: "Customers", query: "$select=Orders/Customer/Name&$expand=Orders/Customer",
		want: "Id Version\nexpand Orders from Orders:Order" + orderOrder + "\n  rows OrderId\n  expand Customer from Customers:Customer\n    rows Name Id Version\n" +
			"send ; key [0] tokens [1] select \"Orders/Customer/Name\"\n  nav Orders related 0\n    send ; key [0] tokens []\n      nav Customer related 0\n        send Name=0; key [1] tokens [2]",
		why: "each level is narrowed",
	}, {
		name: "nested expansion pruned", path: "Customers", query: "$select=Orders/Total&$expand=Orders/Customer",
		want: "Id Version\nexpand Orders from Orders:Order" + orderOrder + "\n  rows Total OrderId\n" +
			"send ; key [0] tokens [1] select \"Orders/Total\"\n  nav Orders related 0\n    send Total=0; key [1] tokens []",
		why: "pruning works on each level",
	}, {
		name: "derived navigation selected", path: "Customers", query: "$select=Demo.VipCustomer/Concierge/Name&$expand=Demo.VipCustomer/Concierge",
		want: "Id Version\nexpand Concierge from Customers:Customer\n  rows Name Id Version\n" +
			"send ; key [0] tokens [1] select \"Demo.VipCustomer/Concierge/Name\"\n  nav Concierge(VipCustomer) related 0\n    send Name=0; key [1] tokens [2]",
		why: "a type names the branch in both options",
	}})
}

func TestShapeErrors(t *testing.T) {
	testErrors(t, []requestRow{
		{name: "unknown in select", path: "Customers", query: "$select=Name,Nope", want: "UnknownProperty $select[5:9]: Demo.Customer has no property Nope", why: "400 on a closed type"},
		{name: "derived without type", path: "Customers", query: "$select=Level", want: "UnknownProperty $select[0:5]: Demo.Customer has no property Level", why: "a derived property needs its type"},
		{name: "part of a complex property", path: "Customers", query: "$select=Home/City", want: "MemberSelection $select[0:4]: Home can be selected only as a whole", why: "members cannot be picked"},
		{name: "star of a property", path: "Customers", query: "$select=Home/*", want: "MemberSelection $select[0:4]: Home can be selected only as a whole", why: "members cannot be picked"},
		{name: "path without expand", path: "Customers", query: "$select=Orders/Total", want: "NotExpanded $select[0:6]: Orders", why: "only what is expanded can be narrowed"},
		{name: "path beyond expand", path: "Customers", query: "$select=Orders/Customer/Name&$expand=Orders", want: "NotExpanded $select[7:15]: Customer", why: "on each level"},
		{name: "star without expand", path: "Customers", query: "$select=Orders/*", want: "NotExpanded $select[0:6]: Orders", why: "only what is expanded can be narrowed"},
		{name: "type alone", path: "Customers", query: "$select=Demo.VipCustomer", want: "InvalidSelect $select[0:16]: Demo.VipCustomer", why: "a type selects nothing"},
		{name: "unrelated type in select", path: "Customers", query: "$select=Demo.Order/Total", want: "UnrelatedType $select[0:10]: Demo.Order is not related to Demo.Customer", why: "no customer is an order"},
		{name: "unknown type in select", path: "Customers", query: "$select=Demo.Nope/Total", want: "UnknownType $select[0:9]: there is no type Demo.Nope", why: "400"},
		{name: "member of a sibling", path: "Customers", query: "$select=Demo.GoldCustomer/Suite", want: "UnknownProperty $select[18:23]: Demo.GoldCustomer has no property Suite", why: "another branch has it"},
		{name: "unknown container", path: "Customers", query: "$select=Nope.*", want: "UnknownContainer $select[0:6]: Nope", why: "400"},
		{name: "unknown operation", path: "Customers", query: "$select=DemoService.Nope", want: "UnknownProperty $select[0:16]: Demo.Customer has no property DemoService.Nope", why: "400"},
		{name: "operation of another type", path: "Customers", query: "$select=DemoService.Label", want: "UnknownProperty $select[0:17]: Demo.Customer has no property DemoService.Label", why: "it does not bind to customers"},
		{name: "unbound operation", path: "Customers", query: "$select=Purge", want: "UnknownProperty $select[0:5]: Demo.Customer has no property Purge", why: "it does not bind at all"},
		{name: "part of an undeclared property", path: "Tags", query: "$select=Colour/x", want: "MemberSelection $select[0:6]: Colour can be selected only as a whole", why: "members cannot be picked"},
		{name: "star of an undeclared property", path: "Tags", query: "$select=Colour/*", want: "MemberSelection $select[0:6]: Colour can be selected only as a whole", why: "members cannot be picked"},
		{name: "part of an operation", path: "Customers", query: "$select=Promote/x", want: "UnknownProperty $select[0:7]: Demo.Customer has no property Promote", why: "an operation has no parts"},

		{name: "unknown in expand", path: "Customers", query: "$expand=Orders,Nope", want: "UnknownProperty $expand[7:11]: Demo.Customer has no property Nope", why: "400"},
		{name: "almost right in expand", path: "Customers", query: "$expand=Order", want: "UnknownProperty $expand[0:5]: Demo.Customer has no property Order; did you mean Orders", why: "400"},
		{name: "structural property", path: "Customers", query: "$expand=Name", want: "NotNavigation $expand[0:4]: Demo.Customer/Name is not one", why: "only entities are expanded"},
		{name: "derived without type in expand", path: "Customers", query: "$expand=Concierge", want: "UnknownProperty $expand[0:9]: Demo.Customer has no property Concierge", why: "a derived property needs its type"},
		{name: "unrelated type in expand", path: "Customers", query: "$expand=Demo.Order/Customer", want: "UnrelatedType $expand[0:10]: Demo.Order is not related to Demo.Customer", why: "type segments must be derived types"},
		{name: "unknown type in expand", path: "Customers", query: "$expand=Orders/Demo.Nope/Customer", want: "UnknownType $expand[7:16]: there is no type Demo.Nope", why: "400"},
		{name: "no set", path: "Orders", query: "$expand=Customer,Boxes", want: "NotExpandable $expand[9:14]: Boxes", why: "no set holds the boxes"},
	})
}

// TestJoin finds the properties on both sides of a referential constraint, from
// either side.
func TestJoin(t *testing.T) {
	m := demo(t)
	cover := m.EntityType("Demo.Album").NavigationProperty("Cover")
	for _, tt := range []struct {
		nav      *metadata.NavigationProperty
		from, to string
		why      string
	}{
		{cover, "Album.CoverId", "Photo.Id", "the dependent side has the foreign key"},
		{cover.Inverse(), "Photo.Id", "Album.CoverId", "from the principal it is the other way round"},
		{m.EntityType("Demo.Customer").NavigationProperty("Orders"), "", "", "without a constraint no property says"},
	} {
		j := joinOf(tt.nav)
		if got := [2]string{declared(j.from), declared(j.to)}; got != [2]string{tt.from, tt.to} {
			t.Errorf("%s joins %q, want %q and %q: %s", navName(tt.nav), got, tt.from, tt.to, tt.why)
		}
	}
}

func declared(properties []*metadata.Property) string {
	var names []string
	for _, p := range properties {
		names = append(names, strings.TrimPrefix(p.DeclaringType(), "Demo.")+"."+p.Name)
	}
	return strings.Join(names, ",")
}

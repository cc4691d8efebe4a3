package formattest

import (
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// Shared are payloads that every format writes, of the demo model and of [Works].
func Shared(w World) []Payload {
	plain := w.Vera()
	plain.Type = nil
	orders := &odata.Link{Set: w.Set("Customers"), Nav: w.Set("Customers").Type().NavigationProperty("Orders")}
	return append(works(w.T), []Payload{{
		Name: "service-empty", Why: "a service without sets still has what would hold them",
		Write: Service(),
	}, {
		Name: "feed-cast", Why: "behind a cast instances are of the narrower type without saying so; what the payload expects is that type",
		Write: Feed(Narrowed(w.All("Customers"), w.Entity("Demo.VipCustomer")), nil, "", plain),
	}, {
		Name: "entry", Why: "the example of the wire reference: root, entity tag, links and a value of most kinds",
		Write: Entry(w.All("Customers"), w.Ann()),
	}, {
		Name: "entry-derived", Why: "id without the type, all other links with it; a derived navigation among them; nulls tell no type",
		Write: Entry(w.All("Customers"), w.Vera()),
	}, {
		Name: "entry-select", Why: "the key is used for links although it is not selected",
		Write: Entry(Selecting(w.All("Customers"), "Name", "Name"), w.Ann()),
	}, {
		Name: "entry-compound-key", Why: "compound keys are named, in the order of the type",
		Write: Entry(w.All("OrderLines"), w.Line()),
	}, {
		Name: "entry-open-selected", Why: "only the named dynamic properties; one the entity lacks is absent",
		Write: Entry(Naming(w.All("Tags"), "Size", "Colour", "Lost"), w.Tag()),
	}, {
		Name: "entry-open-none", Why: "no names select nothing, unlike no list of names",
		Write: Entry(Naming(w.All("Tags")), w.Tag()),
	}, {
		Name: "expand-nothing", Why: "no related entities are an empty feed, or null",
		Write: Entry(Expanding(Expanding(w.All("Customers"), "Orders", 1, w.All("Orders")), "BestFriend", 0, w.All("Customers")),
			Related(w.Ann(), odata.Related{}, odata.Related{})),
	}, {
		Name: "links-empty", Why: "no links, no count, no next page",
		Write: Links(orders, nil, ""),
	},
		w.Property("string", "strings are what readers expect: they tell no type", "Edm.String", edm.String("Ann")),
		w.Property("int64", "Int64 does not fit a number of JSON, so it is text there", "Edm.Int64", edm.Int64(12)),
		w.Property("double", "a whole Double has a point only in JSON light, which tells no type", "Edm.Double", edm.Double(7)),
		w.Property("null", "null is not the absence of the property", "Edm.Int64", edm.Null),
		w.Property("complex", "members as of an entity", "Demo.Address", w.Home),
		w.Property("complex-null", "as for primitive properties", "Demo.Address", edm.Null),
		w.Property("collection", "items are bare", "Collection(Edm.Int64)", edm.Collection([]edm.Value{edm.Int64(1), edm.Int64(2)})),
		w.Property("collection-null", "collections are never null", "Collection(Edm.String)", edm.Null),
	}...)
}

// SharedJSON are payloads that both JSON formats write: those of [Shared], and
// others of the demo model and of types that the models of both declare.
func SharedJSON(w World) []Payload {
	return append(Shared(w), []Payload{{
		Name: "error", Why: "no context and nothing around it; the language has a default",
		Write: Error(format.ErrorBody{Code: "NotFound", Message: "No resource matches segment 'Foo'."}),
	}, {
		Name: "error-language", Why: "code is a string even when empty",
		Write: Error(format.ErrorBody{Message: "Ung\u00fcltig: \"x\"", Lang: "de-DE"}),
	}, {
		Name: "feed-select", Why: "only what was selected, links included, in the order of the type",
		Write: Feed(Selecting(w.All("Customers"), "Name, Id,Orders", "Id", "Name", "Orders"), nil, "", w.Ann(), w.Vera()),
	}, {
		Name: "feed-unaddressed", Why: "without a set or a key in the row nothing can be linked",
		Write: Feed(Unaddressed(w.All("Customers")), nil, "", w.Ann(), w.Vera()),
	}, {
		Name: "feed-foreign-type", Why: "a type the projection does not know is taken as its own",
		Write: Feed(w.All("OrderLines"), nil, "", odata.Row{Type: w.Entity("Demo.VipCustomer"), Values: w.Line().Values}),
	}, {
		Name: "feed-media-derived", Why: "derived media entities inherit the media resource; a stream is on its type only",
		Write: Feed(w.All("Assets"), nil, "", odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}},
			odata.Row{Type: w.Entity("More.Clip"), Values: []edm.Value{edm.Int32(2), edm.Double(90)}}),
	},
		w.Property("double-nan", "what JSON lacks is text", "Edm.Double", edm.Double(math.NaN())),
		w.Property("datetime", "the dialects spell dates differently", "Edm.DateTime", Parse(w.T, edm.KindDateTime, "2015-06-23T11:34:38.58Z")),
		w.Property("enum", "enum values travel as strings", "More.Colour", edm.String("Red")),
		w.Property("collection-enum", "enum values travel as strings", "Collection(More.Colour)", edm.Collection([]edm.Value{edm.String("Red")})),
		w.Property("collection-complex", "what tells the type of items differs", "Collection(Demo.Address)",
			edm.Collection([]edm.Value{Address("A", "B"), Address("C", "D")})),
	}...)
}

// Property is the payload property-name: the property P.
func (w World) Property(name, why, typ string, v edm.Value) Payload {
	w.T.Helper()
	return Payload{Name: "property-" + name, Why: why, Write: Property(format.Property{Name: "P", Type: w.Ref(typ), Value: v})}
}

// Collection is the payload collection-name: what an operation called operation
// returned.
func (w World) Collection(name, why, operation, typ string, v edm.Value) Payload {
	w.T.Helper()
	return Payload{Name: "collection-" + name, Why: why, Write: Collection(format.Property{Name: operation, Type: w.Ref(typ), Value: v})}
}

// Varied is payloads with those called names in a variant.
func (w World) Varied(payloads []Payload, variant string, names ...string) []Payload {
	w.T.Helper()
	for _, name := range names {
		at := slices.IndexFunc(payloads, func(p Payload) bool { return p.Name == name })
		if at < 0 {
			w.T.Fatalf("no payload %s", name)
		}
		payloads[at].Variant = variant
	}
	return payloads
}

package verbose_test

import (
	"math"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// A payload is one thing the format can write. Its name is that of its golden
// file.
type payload struct {
	name, why string
	links     bool // association links are on
	write     func(verbose.Writer) []byte
}

func payloads(d, public demo) (all []payload) {
	for _, some := range [][]payload{documents(d), entries(d), operations(d), expansions(d), streams(d), properties(d), links(), odataDemo(public)} {
		all = append(all, some...)
	}
	return all
}

func feed(p *odata.Projection, count *int64, next string, rows ...odata.Row) func(verbose.Writer) []byte {
	return func(w verbose.Writer) []byte {
		e := w.Compile(p)
		dst := e.AppendFeedStart(nil, place, count)
		for i := range rows {
			dst = e.AppendRow(dst, place, &rows[i], i == 0)
		}
		return e.AppendFeedEnd(dst, place, count, next)
	}
}

func entry(p *odata.Projection, row odata.Row) func(verbose.Writer) []byte {
	return func(w verbose.Writer) []byte { return w.Compile(p).AppendEntry(nil, place, &row) }
}

func documents(d demo) []payload {
	return []payload{{
		name: "service", why: "only sets are listed, by their relative URLs; those outside the default container are qualified",
		write: func(w verbose.Writer) []byte {
			return w.AppendServiceDocument(nil, place, []*metadata.EntitySet{d.set("Customers"), d.set("Orders"), d.set("OldTickets")})
		},
	}, {
		name: "service-empty", why: "a service without sets still has the array",
		write: func(w verbose.Writer) []byte { return w.AppendServiceDocument(nil, place, nil) },
	}, {
		name: "error", why: "no d around it; the language has a default",
		write: func(w verbose.Writer) []byte {
			return w.AppendError(nil, format.ErrorBody{Code: "NotFound", Message: "No resource matches segment 'Foo'."})
		},
	}, {
		name: "error-language", why: "code is a string even when empty",
		write: func(w verbose.Writer) []byte {
			return w.AppendError(nil, format.ErrorBody{Message: "Ung\u00fcltig: \"x\"", Lang: "de-DE"})
		},
	}}
}

func entries(d demo) []payload {
	three := int64(3)
	plain := d.vera()
	plain.Type = nil
	line := odata.Row{Values: []edm.Value{parse(d.t, edm.KindGuid, order1), edm.Int32(2), edm.Null}}
	return []payload{{
		name: "feed", why: "rows, count, next link; an object from 2.0 on; the links of derived instances name their type",
		write: feed(d.all("Customers"), &three, "http://h/svc/Customers?$inlinecount=allpages&$skiptoken=2", d.ann(), d.vera()),
	}, {
		name: "feed-empty", why: "an empty feed has an empty array",
		write: feed(d.all("Orders"), nil, ""),
	}, {
		name: "feed-empty-counted", why: "a count may be zero",
		write: feed(d.all("Orders"), new(int64), ""),
	}, {
		name: "feed-select", why: "only what was selected, the deferred links included", links: true,
		write: feed(selecting(d.all("Customers"), "Id", "Name", "Orders"), nil, "", d.ann(), d.vera()),
	}, {
		name: "feed-cast", why: "behind a cast instances are of the narrower type without saying so; links still name it",
		write: feed(narrowed(d.all("Customers"), d.entity("Demo.VipCustomer")), nil, "", plain),
	}, {
		name: "feed-nothing-selected", why: "an entry may be without data at all",
		write: feed(selecting(d.all("Orders")), nil, "", d.order(order1, "1"), d.order(order2, "2")),
	}, {
		name: "feed-other-container", why: "sets outside the default container are qualified, and so are its operations",
		write: feed(d.all("OldTickets"), nil, "", odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}),
	}, {
		name: "feed-unaddressed", why: "without a set or a key in the row nothing can be linked", links: true,
		write: feed(unaddressed(d.all("Customers")), nil, "", d.ann(), d.vera()),
	}, {
		name: "feed-foreign-type", why: "a type the projection does not know is taken as its own",
		write: feed(d.all("OrderLines"), nil, "", odata.Row{Type: d.entity("Demo.VipCustomer"), Values: line.Values}),
	}, {
		name: "entry", why: "the example of the wire reference", links: true,
		write: entry(d.all("Customers"), d.ann()),
	}, {
		name: "entry-derived", why: "id without the type, everything else with it; a derived navigation among the links", links: true,
		write: entry(d.all("Customers"), d.vera()),
	}, {
		name: "entry-select", why: "the key is used for links although it is not selected",
		write: entry(selecting(d.all("Customers"), "Name"), d.ann()),
	}, {
		name: "entry-compound-key", why: "compound keys are named, in the order of the type",
		write: entry(d.all("OrderLines"), line),
	}, {
		name: "entry-encoded", why: "literals in links and tags are percent-encoded; items of a collection do not repeat its type",
		write: entry(d.all("Logs"), d.log()),
	}, {
		name: "entry-kinds", why: "every kind of value; a string that looks like a date keeps its slashes",
		write: entry(d.all("Samples"), d.sample()),
	}, {
		name: "entry-open", why: "dynamic values tell no type; names with a meaning in the format and complex values are left out",
		write: entry(d.all("Tags"), d.tag()),
	}}
}

func operations(d demo) []payload {
	plain := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("open")}}
	urgent := odata.Row{Type: d.entity("More.UrgentTicket"), Values: []edm.Value{edm.Int32(2), edm.Null}}
	some, none := plain, plain
	some.Advertised = []bool{false, true, true} // the rest is not known to be offered
	none.Advertised = []bool{}
	note := odata.Row{Values: []edm.Value{edm.Int32(1)}}
	return []payload{{
		name: "operations", why: "actions, then functions; a name that is a property's is qualified; overloads tell their types",
		write: feed(d.all("Tickets"), nil, "", plain, urgent),
	}, {
		name: "operations-advertised", why: "what an entity does not offer now is absent, and so are empty maps",
		write: feed(d.all("Tickets"), nil, "", some, none),
	}, {
		name: "operations-open", why: "on an open type only a qualified name is an operation",
		write: entry(d.all("Notes"), note),
	}}
}

func expansions(d demo) []payload {
	friend := odata.Related{Rows: []odata.Row{d.vera()}}
	customers := func(orders, friend int) *odata.Projection {
		return expanding(expanding(d.all("Customers"), "Orders", orders, d.all("Orders")), "BestFriend", friend, d.all("Customers"))
	}
	return []payload{{
		name: "expand", why: "in the place of the deferred link; the next link of a cut feed is behind its navigation URL", links: true,
		write: entry(customers(0, 1), related(d.ann(), d.orders(), friend)),
	}, {
		name: "expand-nothing", why: "no related entities are an empty feed or null",
		write: entry(customers(1, 0), related(d.ann(), odata.Related{}, odata.Related{})),
	}, {
		name: "expand-missing", why: "a row without related entities at all is one without any",
		write: entry(customers(0, 1), d.ann()),
	}, {
		name: "expand-one-of-two", why: "deferred and expanded navigation stay in the order of the type",
		write: entry(expanding(d.all("Customers"), "Orders", 0, selecting(d.all("Orders"), "Total")), related(d.vera(), d.orders())),
	}, {
		name: "expand-unaddressed", why: "what was expanded is there although nothing leads to the rest",
		write: entry(expanding(unaddressed(d.all("Customers")), "Orders", 0, selecting(d.all("Orders"), "Total")), related(d.ann(), d.orders())),
	}, {
		name: "expand-nested", why: "expansions nest, and a derived navigation is on its instances only",
		write: feed(expanding(selecting(d.all("Customers"), "Concierge"), "Concierge", 0,
			expanding(selecting(d.all("Customers"), "Name", "Orders"), "Orders", 0, selecting(d.all("Orders"), "Total"))),
			nil, "", d.ann(), related(d.vera(), odata.Related{Rows: []odata.Row{related(d.ann(), d.orders())}})),
	}}
}

func streams(d demo) []payload {
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}}
	known := photo
	known.Media = &odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`}
	known.Streams = []odata.StreamInfo{{ContentType: "image/png", ETag: `W/"t1"`, ReadURL: `http://cdn.example/t1.png?"`}}
	return []payload{{
		name: "entry-media", why: "type and tag are told when known; a stream can be read elsewhere, and has no data of its own",
		write: entry(d.all("Photos"), known),
	}, {
		name: "entry-media-unknown", why: "links are known without asking the provider",
		write: entry(d.all("Photos"), photo),
	}, {
		name: "feed-media-derived", why: "derived media entities inherit the media resource; a stream is on its type only",
		write: feed(d.all("Assets"), nil, "", odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}},
			odata.Row{Type: d.entity("More.Clip"), Values: []edm.Value{edm.Int32(2), edm.Double(90)}}),
	}}
}

func properties(d demo) []payload {
	property := func(name, why, typ string, v edm.Value) payload {
		return payload{name: "property-" + name, why: why, write: func(w verbose.Writer) []byte {
			return w.AppendProperty(nil, place, format.Property{Name: "P", Type: d.ref(typ), Value: v})
		}}
	}
	collection := func(name, why, typ string, v edm.Value) payload {
		return payload{name: "collection-" + name, why: why, write: func(w verbose.Writer) []byte {
			return w.AppendCollection(nil, place, format.Property{Name: "P", Type: d.ref(typ), Value: v})
		}}
	}
	places := edm.Collection([]edm.Value{address("A", "B"), address("C", "D")})
	return []payload{
		property("string", "the name is the only member", "Edm.String", edm.String("Ann")),
		property("int64", "Int64 is a string", "Edm.Int64", edm.Int64(12)),
		property("double", "a whole Double has no point", "Edm.Double", edm.Double(7)),
		property("double-nan", "what JSON lacks is a string", "Edm.Double", edm.Double(math.NaN())),
		property("datetime", "ISO text at 3.0 only", "Edm.DateTime", parse(d.t, edm.KindDateTime, "2015-06-23T11:34:38.58Z")),
		property("null", "null like any value", "Edm.Int64", edm.Null),
		property("enum", "enum values travel as strings", "More.Colour", edm.String("Red")),
		property("complex", "the type is told inside", "Demo.Address", address("High St 1", "Ulm")),
		property("complex-null", "as for primitive properties", "Demo.Address", edm.Null),
		property("complex-nested", "inner complex values tell their types, items of collections do not", "More.Span",
			edm.Complex([]edm.Value{parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), places, address("E", "F")})),
		property("complex-empty", "a complex type may be without members", "More.Nothing", edm.Complex(nil)),
		property("collection", "an object from 3.0 on; before that there are no such properties", "Collection(Edm.Int64)",
			edm.Collection([]edm.Value{edm.Int64(1), edm.Int64(2)})),
		property("collection-enum", "enum values travel as strings", "Collection(More.Colour)", edm.Collection([]edm.Value{edm.String("Red")})),
		property("collection-complex", "items of a known type do not repeat it", "Collection(Demo.Address)", places),
		property("collection-empty-type", "items may be without members", "Collection(More.Nothing)",
			edm.Collection([]edm.Value{edm.Complex(nil), edm.Null})),
		property("collection-null", "collections are never null", "Collection(Edm.String)", edm.Null),
		collection("primitive", "results of operations have no name and no type", "Collection(Edm.DateTime)",
			edm.Collection([]edm.Value{parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Null})),
		collection("complex", "items tell their type, since the collection does not", "Collection(Demo.Address)", places),
		collection("empty", "no items", "Collection(Edm.String)", edm.Collection(nil)),
		collection("null", "collections are never null", "Collection(Edm.String)", edm.Null),
	}
}

func links() []payload {
	two := int64(2)
	list := func(count *int64, next string, urls ...string) func(verbose.Writer) []byte {
		return func(w verbose.Writer) []byte {
			dst := w.AppendLinksStart(nil, place, nil, count)
			for i, url := range urls {
				dst = w.AppendLink(dst, place, []byte(url), i == 0)
			}
			return w.AppendLinksEnd(dst, place, count, next)
		}
	}
	return []payload{{
		name: "links", why: "absolute URLs, then count and next link as for feeds",
		write: list(&two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=x", "Orders(guid'"+order1+"')", "Orders(guid'"+order2+"')"),
	}, {
		name: "links-plain", why: "neither was asked for",
		write: list(nil, "", "Orders(guid'"+order1+"')"),
	}, {
		name: "links-empty", why: "no links are an empty array",
		write: list(nil, ""),
	}, {
		name: "links-single", why: "an object without a list around it",
		write: func(w verbose.Writer) []byte {
			return w.AppendSingleLink(nil, place, nil, []byte("Customers(2)"))
		},
	}}
}

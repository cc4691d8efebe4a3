package jsonlight_test

import (
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A payload is one thing the format can write. Its name is that of its golden
// file.
type payload struct {
	name, why string
	write     func(format.Format) []byte
}

func payloads(d demo) []payload {
	return slices.Concat(documents(d), entries(d), expansions(d), properties(d), links(d), operations(d), streams(d), spatials(d))
}

func documents(d demo) []payload {
	return []payload{{
		name: "service", why: "only sets are listed, relative to the root unless there is no context",
		write: func(f format.Format) []byte {
			return f.AppendServiceDocument(nil, place, []*metadata.EntitySet{d.set("Customers"), d.set("Orders")})
		},
	}, {
		name: "service-empty", why: "a service without sets still has the array",
		write: func(f format.Format) []byte { return f.AppendServiceDocument(nil, place, nil) },
	}, {
		name: "error", why: "the same at all levels, without context; the language has a default",
		write: func(f format.Format) []byte {
			return f.AppendError(nil, format.ErrorBody{Code: "NotFound", Message: "No resource matches segment 'Foo'."})
		},
	}, {
		name: "error-language", why: "code is a string even when empty",
		write: func(f format.Format) []byte {
			return f.AppendError(nil, format.ErrorBody{Message: "Ung\u00fcltig: \"x\"", Lang: "de-DE"})
		},
	}}
}

func feed(p *odata.Projection, count *int64, next string, rows ...odata.Row) func(format.Format) []byte {
	return func(f format.Format) []byte {
		e := f.Compile(p)
		dst := e.AppendFeedStart(nil, place, count)
		for i := range rows {
			dst = e.AppendRow(dst, place, &rows[i], i == 0)
		}
		return e.AppendFeedEnd(dst, place, count, next)
	}
}

func entry(p *odata.Projection, row odata.Row) func(format.Format) []byte {
	return func(f format.Format) []byte { return f.Compile(p).AppendEntry(nil, place, &row) }
}

func entries(d demo) []payload {
	three := int64(3)
	vip, clip := d.vip(), d.ref("More.Clip").Entity
	plain := d.vera()
	plain.Type = nil
	tag := odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "Born", Value: parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Colour", Value: edm.String("red")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Height", Value: edm.Double(2)},
		{Name: "Inner", Value: address("A", "B")},
		{Name: "Marks", Value: edm.Collection([]edm.Value{edm.Null, edm.Int64(7)})},
		{Name: "None", Value: edm.Collection(nil)},
		{Name: "Size", Value: edm.Int32(5)},
		{Name: "Width", Value: edm.Int64(5)},
		{Name: "odata.type", Value: edm.String("Demo.Forged")},
	}}
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}}
	line := odata.Row{Values: []edm.Value{parse(d.t, edm.KindGuid, order1), edm.Int32(2), edm.Null}}

	return []payload{{
		name: "feed", why: "count first and next link last, at every level; derived instances are named",
		write: feed(d.all("Customers"), &three, "http://h/svc/Customers?$skiptoken=2", d.ann(), d.vera()),
	}, {
		name: "feed-empty", why: "an empty feed has an empty array",
		write: feed(d.all("Orders"), nil, ""),
	}, {
		name: "feed-select", why: "only what was selected, in the order of the type; the context repeats the text",
		write: feed(selecting(d.all("Customers"), "Name, Id,Orders", "Id", "Name", "Orders"), nil, "", d.ann(), d.vera()),
	}, {
		name: "feed-cast", why: "behind a cast the context names the type, so the instances need not",
		write: feed(narrowed(d.all("Customers"), vip), nil, "", plain),
	}, {
		name: "feed-other-container", why: "sets outside the default container are qualified",
		write: feed(selecting(d.all("OldSamples"), "Code", "Code"), nil, "", odata.Row{Values: []edm.Value{edm.String("x")}}),
	}, {
		name: "feed-nothing-selected", why: "an entry may be without data at all",
		write: feed(selecting(d.all("Orders"), "Customer"), nil, "", d.order(order1, "1"), d.order(order2, "2")),
	}, {
		name: "entry", why: "the example of the wire reference, without operations",
		write: entry(d.all("Customers"), d.ann()),
	}, {
		name: "entry-derived", why: "type before everything, edit link with the type, id without",
		write: entry(d.all("Customers"), d.vera()),
	}, {
		name: "entry-cast", why: "the context names type and element",
		write: entry(narrowed(d.all("Customers"), vip), d.vera()),
	}, {
		name: "entry-select", why: "the key is used for links although it is not selected",
		write: entry(selecting(d.all("Customers"), "Name", "Name"), d.ann()),
	}, {
		name: "entry-select-odd", why: "the text of $select is the client's: it cannot break out of the string",
		write: entry(selecting(d.all("Orders"), "Total , \"\u00e4\\\n", "Total"), d.order(order1, "5.00")),
	}, {
		name: "entry-compound-key", why: "compound keys are named, in the order of the type",
		write: entry(d.all("OrderLines"), line),
	}, {
		name: "entry-encoded", why: "literals in links and entity tags are percent-encoded, their quotes are not",
		write: entry(d.all("Logs"), d.log()),
	}, {
		name: "entry-media", why: "read link at minimal, edit links in front at full; streams have no member of their own",
		write: entry(d.all("Photos"), photo),
	}, {
		name: "feed-media-derived", why: "derived media entities inherit the media resource; a stream is on its type only",
		write: feed(d.all("Assets"), nil, "", odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}},
			odata.Row{Type: clip, Values: []edm.Value{edm.Int32(2), edm.Double(90)}}),
	}, {
		name: "feed-unaddressed", why: "without a set or a key in the row nothing can be linked",
		write: feed(unaddressed(d.all("Customers")), nil, "", d.ann(), d.vera()),
	}, {
		name: "feed-foreign-type", why: "a type the projection does not know is taken as its own",
		write: feed(d.all("OrderLines"), nil, "", odata.Row{Type: vip, Values: line.Values}),
	}, {
		name: "entry-open", why: "dynamic values tell their type where JSON does not; what readers would misread is left out",
		write: entry(d.all("Tags"), tag),
	}, {
		name: "entry-open-selected", why: "only the named dynamic properties; one the entity lacks is absent",
		write: entry(naming(d.all("Tags"), "Size", "Colour", "Lost"), tag),
	}, {
		name: "entry-open-none", why: "no names select nothing, unlike no list of names",
		write: entry(naming(d.all("Tags")), tag),
	}}
}

func expansions(d demo) []payload {
	three, vip := "$skiptoken=guid'"+order2+"'&$top=3", d.vip()
	related := func(row odata.Row, related ...odata.Related) odata.Row {
		row.Related = related
		return row
	}
	rows := []odata.Row{d.order(order1, "5.00"), d.order(order2, "0.10")}
	orders := odata.Related{Rows: rows}
	more := odata.Related{Rows: rows, More: true, Next: three}
	friend := odata.Related{Rows: []odata.Row{d.vera()}}
	named := func() *odata.Projection {
		return expanding(selecting(d.all("Customers"), "", "Name", "Orders"), "Orders", 0, selecting(d.all("Orders"), "", "Total"))
	}
	onlyVIPs := named()
	onlyVIPs.Navigation[0].ExpandOnly = vip
	return []payload{{
		name: "expand", why: "expanded navigation precedes the data; inner derived instances are named",
		write: entry(expanding(expanding(d.all("Customers"), "Orders", 0, d.all("Orders")), "BestFriend", 1, d.all("Customers")),
			related(d.ann(), orders, friend)),
	}, {
		name: "expand-nothing", why: "no related entities are an empty array or null",
		write: entry(expanding(expanding(d.all("Customers"), "Orders", 1, d.all("Orders")), "BestFriend", 0, d.all("Customers")),
			related(d.ann(), odata.Related{}, odata.Related{})),
	}, {
		name: "expand-nested", why: "expansions nest, and a derived navigation is on its instances only",
		write: feed(expanding(d.all("Customers"), "Concierge", 0,
			selecting(expanding(d.all("Customers"), "Orders", 0, selecting(d.all("Orders"), "", "Total")), "", "Name", "Orders")),
			nil, "", d.ann(), related(d.vera(), odata.Related{Rows: []odata.Row{related(d.ann(), orders)}})),
	}, {
		name: "expand-next", why: "what a page limit cut off is behind a link, absolute at every level, with the type as in the edit link",
		write: feed(named(), nil, "", related(d.ann(), more), related(d.vera(), more)),
	}, {
		name: "expand-next-nested", why: "each level has links of its own",
		write: entry(expanding(d.all("Customers"), "BestFriend", 0, named()),
			related(d.vera(), odata.Related{Rows: []odata.Row{related(d.ann(), more)}})),
	}, {
		name: "expand-next-unaddressed", why: "without an address there is nowhere to go on",
		write: entry(unaddressed(named()), related(d.ann(), more)),
	}, {
		name: "expand-only", why: "expanded behind a cast: other types mention the property only",
		write: feed(onlyVIPs, nil, "", related(d.ann(), orders), related(d.vera(), orders)),
	}}
}

func properties(d demo) []payload {
	property := func(name, why, typ string, v edm.Value) payload {
		return payload{name: "property-" + name, why: why, write: func(f format.Format) []byte {
			return f.AppendProperty(nil, place, format.Property{Name: "P", Type: d.ref(typ), Value: v})
		}}
	}
	return []payload{
		property("string", "native types tell no type", "Edm.String", edm.String("Ann")),
		property("int32", "native types tell no type", "Edm.Int32", edm.Int32(7)),
		property("int64", "Int64 is a string", "Edm.Int64", edm.Int64(12)),
		property("double", "a whole Double has a point", "Edm.Double", edm.Double(7)),
		property("double-nan", "NaN needs its type told", "Edm.Double", edm.Double(math.NaN())),
		property("datetime", "ISO text", "Edm.DateTime", parse(d.t, edm.KindDateTime, "2015-06-23T11:34:38.58Z")),
		property("null", "null has a type and a member of its own", "Edm.Int64", edm.Null),
		property("enum", "enum values travel as strings", "More.Colour", edm.String("Red")),
		property("complex", "the members stand at the top", "Demo.Address", address("High St 1", "Ulm")),
		property("complex-nested", "inner members tell their types at full", "More.Span",
			edm.Complex([]edm.Value{parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Int64(5), address("A", "B")})),
		property("complex-inner-null", "null members are null and tell no type", "More.Span",
			edm.Complex([]edm.Value{parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Null, edm.Null})),
		property("complex-null", "as for primitive properties", "Demo.Address", edm.Null),
		property("collection", "items are bare", "Collection(Edm.Int64)", edm.Collection([]edm.Value{edm.Int64(1), edm.Int64(2)})),
		property("collection-enum", "enum values travel as strings", "Collection(More.Colour)", edm.Collection([]edm.Value{edm.String("Red")})),
		property("collection-complex", "items tell their type at full", "Collection(Demo.Address)",
			edm.Collection([]edm.Value{address("A", "B"), address("C", "D")})),
		{
			name: "collection", why: "what an operation returns looks like a collection property",
			write: func(f format.Format) []byte {
				values := edm.Collection([]edm.Value{address("A", "B"), edm.Null})
				return f.AppendCollection(nil, place, format.Property{Name: "Homes", Type: d.ref("Collection(Demo.Address)"), Value: values})
			},
		},
		property("collection-null", "collections are never null", "Collection(Edm.String)", edm.Null),
	}
}

package verbose_test

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

func payloads(d, public demo) []formattest.Payload {
	all := slices.Concat(formattest.SharedJSON(d.World), documents(d), entries(d), operations(d), expansions(d), streams(d), properties(d), links(), odataDemo(public))
	return d.Varied(all, associated, "entry", "entry-derived", "feed-select", "feed-unaddressed")
}

func documents(d demo) []formattest.Payload {
	return []formattest.Payload{{
		Name: "service", Why: "only sets are listed, by their relative URLs; those outside the default container are qualified",
		Write: formattest.Service(d.Set("Customers"), d.Set("Orders"), d.Set("OldTickets")),
	}}
}

func entries(d demo) []formattest.Payload {
	three := int64(3)
	plain := d.Vera()
	plain.Type = nil
	return []formattest.Payload{{
		Name: "feed", Why: "rows, count, next link; an object from 2.0 on; the links of derived instances name their type",
		Write: formattest.Feed(d.All("Customers"), &three, "http://h/svc/Customers?$inlinecount=allpages&$skiptoken=2", d.Ann(), d.Vera()),
	}, {
		Name: "feed-empty", Why: "an empty feed has an empty array",
		Write: formattest.Feed(d.All("Orders"), nil, ""),
	}, {
		Name: "feed-empty-counted", Why: "a count may be zero",
		Write: formattest.Feed(d.All("Orders"), new(int64), ""),
	}, {
		Name: "feed-nothing-selected", Why: "an entry may be without data at all",
		Write: formattest.Feed(formattest.Selecting(d.All("Orders"), ""), nil, "", d.Order(formattest.Order1, "1"), d.Order(formattest.Order2, "2")),
	}, {
		Name: "feed-other-container", Why: "sets outside the default container are qualified, and so are its operations",
		Write: formattest.Feed(d.All("OldTickets"), nil, "", odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}),
	}, {
		Name: "entry-encoded", Why: "literals in links and tags are percent-encoded; items of a collection do not repeat its type",
		Write: formattest.Entry(d.All("Logs"), d.log()),
	}, {
		Name: "entry-kinds", Why: "every kind of value; a string that looks like a date keeps its slashes",
		Write: formattest.Entry(d.All("Samples"), d.sample()),
	}, {
		Name: "entry-open", Why: "dynamic values tell no type; names with a meaning in the format and complex values are left out",
		Write: formattest.Entry(d.All("Tags"), d.tag()),
	}}
}

func operations(d demo) []formattest.Payload {
	plain := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("open")}}
	urgent := odata.Row{Type: d.Entity("More.UrgentTicket"), Values: []edm.Value{edm.Int32(2), edm.Null}}
	some, none := plain, plain
	some.Advertised = []bool{false, true, true} // the rest is not known to be offered
	none.Advertised = []bool{}
	note := odata.Row{Values: []edm.Value{edm.Int32(1)}}
	return []formattest.Payload{{
		Name: "operations", Why: "actions, then functions; a name that is a property's is qualified; overloads tell their types",
		Write: formattest.Feed(d.All("Tickets"), nil, "", plain, urgent),
	}, {
		Name: "operations-advertised", Why: "what an entity does not offer now is absent, and so are empty maps",
		Write: formattest.Feed(d.All("Tickets"), nil, "", some, none),
	}, {
		Name: "operations-open", Why: "on an open type only a qualified name is an operation",
		Write: formattest.Entry(d.All("Notes"), note),
	}}
}

func expansions(d demo) []formattest.Payload {
	friend := odata.Related{Rows: []odata.Row{d.Vera()}}
	customers := func(orders, friend int) *odata.Projection {
		return formattest.Expanding(formattest.Expanding(d.All("Customers"), "Orders", orders, d.All("Orders")), "BestFriend", friend, d.All("Customers"))
	}
	return []formattest.Payload{{
		Name: "expand", Why: "in the place of the deferred link; the next link of a cut feed is behind its navigation URL", Variant: associated,
		Write: formattest.Entry(customers(0, 1), formattest.Related(d.Ann(), d.orders(), friend)),
	}, {
		Name: "expand-missing", Why: "a row without related entities at all is one without any",
		Write: formattest.Entry(customers(0, 1), d.Ann()),
	}, {
		Name: "expand-one-of-two", Why: "deferred and expanded navigation stay in the order of the type",
		Write: formattest.Entry(formattest.Expanding(d.All("Customers"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total")), formattest.Related(d.Vera(), d.orders())),
	}, {
		Name: "expand-unaddressed", Why: "what was expanded is there although nothing leads to the rest",
		Write: formattest.Entry(formattest.Expanding(formattest.Unaddressed(d.All("Customers")), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total")), formattest.Related(d.Ann(), d.orders())),
	}, {
		Name: "expand-nested", Why: "expansions nest, and a derived navigation is on its instances only",
		Write: formattest.Feed(formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Concierge"), "Concierge", 0,
			formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Name", "Orders"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total"))),
			nil, "", d.Ann(), formattest.Related(d.Vera(), odata.Related{Rows: []odata.Row{formattest.Related(d.Ann(), d.orders())}})),
	}}
}

func streams(d demo) []formattest.Payload {
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}}
	known := photo
	known.Media = &odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`}
	known.Streams = []odata.StreamInfo{{ContentType: "image/png", ETag: `W/"t1"`, ReadURL: `http://cdn.example/t1.png?"`}}
	return []formattest.Payload{{
		Name: "entry-media", Why: "type and tag are told when known; a stream can be read elsewhere, and has no data of its own",
		Write: formattest.Entry(d.All("Photos"), known),
	}, {
		Name: "entry-media-unknown", Why: "links are known without asking the provider",
		Write: formattest.Entry(d.All("Photos"), photo),
	}}
}

func properties(d demo) []formattest.Payload {
	places := edm.Collection([]edm.Value{formattest.Address("A", "B"), formattest.Address("C", "D")})
	return []formattest.Payload{
		d.Property("complex-nested", "inner complex values tell their types, items of collections do not", "More.Span",
			edm.Complex([]edm.Value{formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), places, formattest.Address("E", "F")})),
		d.Property("complex-empty", "a complex type may be without members", "More.Nothing", edm.Complex(nil)),
		d.Property("collection-empty-type", "items may be without members", "Collection(More.Nothing)",
			edm.Collection([]edm.Value{edm.Complex(nil), edm.Null})),
		d.Collection("primitive", "results of operations have no name and no type", "P", "Collection(Edm.DateTime)",
			edm.Collection([]edm.Value{formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Null})),
		d.Collection("complex", "items tell their type, since the collection does not", "P", "Collection(Demo.Address)", places),
		d.Collection("empty", "no items", "P", "Collection(Edm.String)", edm.Collection(nil)),
		d.Collection("null", "collections are never null", "P", "Collection(Edm.String)", edm.Null),
	}
}

func links() []formattest.Payload {
	two := int64(2)
	return []formattest.Payload{{
		Name: "links", Why: "absolute URLs, then count and next link as for feeds",
		Write: formattest.Links(nil, &two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=x", "Orders(guid'"+formattest.Order1+"')", "Orders(guid'"+formattest.Order2+"')"),
	}, {
		Name: "links-plain", Why: "neither was asked for",
		Write: formattest.Links(nil, nil, "", "Orders(guid'"+formattest.Order1+"')"),
	}, {
		Name: "links-single", Why: "an object without a list around it",
		Write: formattest.Link(nil, "Customers(2)"),
	}}
}

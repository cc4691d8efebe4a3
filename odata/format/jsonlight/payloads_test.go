package jsonlight_test

import (
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

func payloads(d demo) []formattest.Payload {
	return slices.Concat(formattest.SharedJSON(d.World), documents(d), entries(d), expansions(d), properties(d), links(d), operations(d), streams(d), spatials(d))
}

func documents(d demo) []formattest.Payload {
	return []formattest.Payload{{
		Name: "service", Why: "only sets are listed, relative to the root unless there is no context",
		Write: formattest.Service(d.Set("Customers"), d.Set("Orders")),
	}}
}

func entries(d demo) []formattest.Payload {
	three := int64(3)
	vip := d.Entity("Demo.VipCustomer")
	plain := d.Vera()
	plain.Type = nil
	tag := odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "Born", Value: formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Colour", Value: edm.String("red")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Height", Value: edm.Double(2)},
		{Name: "Inner", Value: formattest.Address("A", "B")},
		{Name: "Marks", Value: edm.Collection([]edm.Value{edm.Null, edm.Int64(7)})},
		{Name: "None", Value: edm.Collection(nil)},
		{Name: "Size", Value: edm.Int32(5)},
		{Name: "Width", Value: edm.Int64(5)},
		{Name: "odata.type", Value: edm.String("Demo.Forged")},
	}}
	photo := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}}

	return []formattest.Payload{{
		Name: "feed", Why: "count first and next link last, at every level; derived instances are named",
		Write: formattest.Feed(d.All("Customers"), &three, "http://h/svc/Customers?$skiptoken=2", d.Ann(), d.Vera()),
	}, {
		Name: "feed-empty", Why: "an empty feed has an empty array",
		Write: formattest.Feed(d.All("Orders"), nil, ""),
	}, {
		Name: "feed-other-container", Why: "sets outside the default container are qualified",
		Write: formattest.Feed(formattest.Selecting(d.All("OldSamples"), "Code", "Code"), nil, "", odata.Row{Values: []edm.Value{edm.String("x")}}),
	}, {
		Name: "feed-nothing-selected", Why: "an entry may be without data at all",
		Write: formattest.Feed(formattest.Selecting(d.All("Orders"), "Customer"), nil, "", d.Order(formattest.Order1, "1"), d.Order(formattest.Order2, "2")),
	}, {
		Name: "entry-cast", Why: "the context names type and element",
		Write: formattest.Entry(formattest.Narrowed(d.All("Customers"), vip), d.Vera()),
	}, {
		Name: "entry-select-odd", Why: "the text of $select is the client's: it cannot break out of the string",
		Write: formattest.Entry(formattest.Selecting(d.All("Orders"), "Total , \"\u00e4\\\n", "Total"), d.Order(formattest.Order1, "5.00")),
	}, {
		Name: "entry-encoded", Why: "literals in links and entity tags are percent-encoded, their quotes are not",
		Write: formattest.Entry(d.All("Logs"), d.log()),
	}, {
		Name: "entry-media", Why: "read link at minimal, edit links in front at full; streams have no member of their own",
		Write: formattest.Entry(d.All("Photos"), photo),
	}, {
		Name: "entry-open", Why: "dynamic values tell their type where JSON does not; what readers would misread is left out",
		Write: formattest.Entry(d.All("Tags"), tag),
	}}
}

func expansions(d demo) []formattest.Payload {
	three, vip := "$skiptoken=guid'"+formattest.Order2+"'&$top=3", d.Entity("Demo.VipCustomer")
	rows := []odata.Row{d.Order(formattest.Order1, "5.00"), d.Order(formattest.Order2, "0.10")}
	orders := odata.Related{Rows: rows}
	more := odata.Related{Rows: rows, More: true, Next: three}
	friend := odata.Related{Rows: []odata.Row{d.Vera()}}
	named := func() *odata.Projection {
		return formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Name", "Orders"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total"))
	}
	onlyVIPs := named()
	onlyVIPs.Navigation[0].ExpandOnly = vip
	return []formattest.Payload{{
		Name: "expand", Why: "expanded navigation precedes the data; inner derived instances are named",
		Write: formattest.Entry(formattest.Expanding(formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), "BestFriend", 1, d.All("Customers")),
			formattest.Related(d.Ann(), orders, friend)),
	}, {
		Name: "expand-nested", Why: "expansions nest, and a derived navigation is on its instances only",
		Write: formattest.Feed(formattest.Expanding(d.All("Customers"), "Concierge", 0,
			formattest.Selecting(formattest.Expanding(d.All("Customers"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total")), "", "Name", "Orders")),
			nil, "", d.Ann(), formattest.Related(d.Vera(), odata.Related{Rows: []odata.Row{formattest.Related(d.Ann(), orders)}})),
	}, {
		Name: "expand-next", Why: "what a page limit cut off is behind a link, absolute at every level, with the type as in the edit link",
		Write: formattest.Feed(named(), nil, "", formattest.Related(d.Ann(), more), formattest.Related(d.Vera(), more)),
	}, {
		Name: "expand-next-nested", Why: "each level has links of its own",
		Write: formattest.Entry(formattest.Expanding(d.All("Customers"), "BestFriend", 0, named()),
			formattest.Related(d.Vera(), odata.Related{Rows: []odata.Row{formattest.Related(d.Ann(), more)}})),
	}, {
		Name: "expand-next-unaddressed", Why: "without an address there is nowhere to go on",
		Write: formattest.Entry(formattest.Unaddressed(named()), formattest.Related(d.Ann(), more)),
	}, {
		Name: "expand-only", Why: "expanded behind a cast: other types mention the property only",
		Write: formattest.Feed(onlyVIPs, nil, "", formattest.Related(d.Ann(), orders), formattest.Related(d.Vera(), orders)),
	}}
}

func properties(d demo) []formattest.Payload {
	return []formattest.Payload{
		d.Property("int32", "native types tell no type", "Edm.Int32", edm.Int32(7)),
		d.Property("complex-nested", "inner members tell their types at full", "More.Span",
			edm.Complex([]edm.Value{formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Int64(5), formattest.Address("A", "B")})),
		d.Property("complex-inner-null", "null members are null and tell no type", "More.Span",
			edm.Complex([]edm.Value{formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Null, edm.Null})),
		{
			Name: "collection", Why: "what an operation returns looks like a collection property",
			Write: formattest.Collection(format.Property{Name: "Homes", Type: d.Ref("Collection(Demo.Address)"), Value: edm.Collection([]edm.Value{formattest.Address("A", "B"), edm.Null})}),
		},
	}
}

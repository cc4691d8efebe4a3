package atom_test

import (
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

var (
	plain   = atom.New(atom.Options{})
	linked  = atom.New(atom.Options{AssociationLinks: true})
	typed   = atom.New(atom.Options{TypedNulls: true})
	before3 = atom.New(atom.Options{Before3: true, AssociationLinks: true})
)

var _ format.Format = plain

func payloads(t testing.TB) []formattest.Payload {
	d := newDemo(t)
	all := formattest.Shared(d.World)
	for _, part := range []func(testing.TB) []formattest.Payload{documents, feeds, entries, streams, operations, samples, customized, properties} {
		all = append(all, part(t)...)
	}
	return d.Varied(all, "linked", "entry-derived")
}

func documents(t testing.TB) []formattest.Payload {
	d := newDemo(t)
	two := int64(2)
	links := &odata.Link{Set: d.Set("Customers"), Nav: d.Entity("Customer").NavigationProperty("Orders")}
	return []formattest.Payload{{
		Name: "service", Why: "one workspace; href and title are the set's name",
		Write: formattest.Service(d.Set("Customers"), d.Set("Orders")),
	}, {
		Name: "error", Why: "as recorded from the public sample service: the code is there although empty",
		Write: formattest.Error(format.ErrorBody{Message: "Resource not found for the segment 'Products'."}),
	}, {
		Name: "error-code", Why: "code, language, and a message that needs escaping",
		Write: formattest.Error(format.ErrorBody{Code: "NotFound", Message: "Ung\u00fcltig: <\"x\"> & mehr", Lang: "de-DE"}),
	}, {
		Name: "links", Why: "count first, absolute links, next link last",
		Write: formattest.Links(links, &two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=1&x=2",
			"Orders(guid'"+formattest.Order1+"')", "Orders(guid'"+formattest.Order2+"')"),
	}, {
		Name: "links-one", Why: "a single link is the root",
		Write: formattest.Link(links, "Orders(guid'"+formattest.Order1+"')"),
	}}
}

func feeds(t testing.TB) []formattest.Payload {
	d := newDemo(t)
	three := int64(3)
	orders := odata.Related{Rows: []odata.Row{d.Order(formattest.Order1, "5.00"), d.Order(formattest.Order2, "0.10")}, More: true,
		Next: "$skiptoken=guid'" + formattest.Order2 + "'&$expand=Customer"}
	friend := odata.Related{Rows: []odata.Row{d.Vera()}}
	vips := d.All("Customers")
	vips.Type = d.Entity("VipCustomer")
	homeless := d.All("Orders")
	homeless.Set = nil
	return []formattest.Payload{{
		Name: "feed", Why: "count first, next link last; derived instances are narrowed in every link but the id",
		Write: formattest.Feed(d.All("Customers"), &three, "http://h/svc/Customers?$skiptoken=2&a=b", d.Ann(), d.Vera()),
	}, {
		Name: "feed-empty", Why: "an empty feed has an author",
		Write: formattest.Feed(d.All("Orders"), new(int64), "http://h/svc/Orders?$skiptoken=1"),
	}, {
		Name: "feed-before3", Why: "without the spatial namespaces and association links",
		Variant: "before3", Write: formattest.Feed(formattest.Selecting(d.All("Customers"), "", "Name", "Orders"), nil, "", d.Ann()),
	}, {
		Name: "feed-homeless", Why: "entities of no set have no address: no links, and an empty id",
		Write: formattest.Feed(homeless, nil, "", d.Order(formattest.Order1, "1")),
	}, {
		Name: "expand", Why: "a feed with its own id and self link and an absolute next link; a single entity",
		Write: formattest.Entry(formattest.Expanding(formattest.Expanding(d.All("Customers"), "Orders", 0, d.All("Orders")), "BestFriend", 1, d.All("Customers")),
			formattest.Related(d.Ann(), orders, friend)),
	}, {
		Name: "expand-nested", Why: "expansions nest, and their links stand behind the narrowed edit link",
		Variant: "linked", Write: formattest.Feed(formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Name", "Concierge"), "Concierge", 0,
			formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Name", "Orders"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total"))),
			nil, "", d.Ann(), formattest.Related(d.Vera(), odata.Related{Rows: []odata.Row{formattest.Related(d.Vera(), orders)}})),
	}, {
		Name: "expand-homeless", Why: "what is expanded of an entity without an address is inlined without one",
		Write: formattest.Entry(func() *odata.Projection {
			p := formattest.Expanding(formattest.Selecting(d.All("Customers"), "", "Name", "Orders"), "Orders", 0, formattest.Selecting(d.All("Orders"), "", "Total"))
			p.Set = nil
			return p
		}(), formattest.Related(d.Ann(), orders)),
	}}
}

func entries(t testing.TB) []formattest.Payload {
	d := newDemo(t)
	tag := odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "0", Value: edm.String("no element name")},
		{Name: "Born", Value: formattest.Parse(t, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Colour", Value: edm.String("red")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Inner", Value: formattest.Complex(edm.String("A"))},
		{Name: "Marks", Value: edm.Collection([]edm.Value{edm.Null, edm.Int64(7)})},
		{Name: "Mixed", Value: edm.Collection([]edm.Value{edm.Int32(7), edm.String("x")})},
		{Name: "None", Value: edm.Collection(nil)},
		{Name: "a b", Value: edm.String("no element name")},
		{Name: "d:x", Value: edm.String("no element name")},
		{Name: "odata.type", Value: edm.String("Demo.Forged")},
		{Name: "\u00c4rger", Value: edm.String(" blanks ")},
	}}
	return []formattest.Payload{{
		Name: "entry-typed-nulls", Why: "nulls tell their type, but for strings",
		Variant: "typed", Write: formattest.Entry(d.All("Customers"), d.Vera()),
	}, {
		Name: "entry-nothing-selected", Why: "the content has no properties element then",
		Write: formattest.Entry(formattest.Selecting(d.All("Customers"), "", "Orders"), d.Ann()),
	}, {
		Name: "entry-open", Why: "dynamic properties tell their type; what cannot be written is left out",
		Write: formattest.Entry(d.All("Tags"), tag),
	}}
}

func streams(t testing.TB) []formattest.Payload {
	d, tree := newDemo(t), treeModel(t)
	nodes := tree.All("Nodes")
	nodes.Streams = tree.Entity("Leaf").NamedStreams()
	node := []edm.Value{edm.Int32(1), edm.String("Red")}
	bare := d.photo()
	bare.Media, bare.Streams = nil, nil
	elsewhere := d.photo()
	elsewhere.Media = &odata.StreamInfo{ContentType: "image/png", ReadURL: "http://cdn.example/p.png?a=1&b=2"}
	return []formattest.Payload{{
		Name: "entry-media", Why: "the content points to the resource, and the properties stand behind it",
		Write: formattest.Entry(d.All("Photos"), d.photo()),
	}, {
		Name: "entry-media-unknown", Why: "what the provider does not know is left out, except for the type of the content",
		Write: formattest.Entry(d.All("Photos"), bare),
	}, {
		Name: "entry-media-elsewhere", Why: "bytes that are read elsewhere are changed here all the same",
		Write: formattest.Entry(d.All("Photos"), elsewhere),
	}, {
		Name: "entry-media-nothing-selected", Why: "without properties there is no properties element",
		Write: formattest.Entry(formattest.Selecting(d.All("Photos"), ""), d.photo()),
	}, {
		Name: "feed-tree", Why: "an abstract type is nobody's; streams of derived types narrow the links; enum values are strings",
		Write: formattest.Feed(nodes, nil, "", odata.Row{Values: node}, odata.Row{Type: tree.Entity("Leaf"), Values: node},
			odata.Row{Type: tree.Entity("Needle"), Values: node, Streams: d.photo().Streams}),
	}, {
		Name: "entry-media-before3", Why: "named streams came with version 3",
		Variant: "before3", Write: formattest.Entry(d.All("Photos"), d.photo()),
	}}
}

func operations(t testing.TB) []formattest.Payload {
	d, jobs := newDemo(t), operationsModel(t)
	some := d.Ann()
	some.Advertised = []bool{false}
	job := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}
	big := odata.Row{Type: jobs.Entity("BigJob"), Values: job.Values}
	all := func() *odata.Projection {
		return jobs.advertising(jobs.All("Jobs"), "Cost", "Start", "Stop", "Split", "StartAll")
	}
	return []formattest.Payload{{
		Name: "entry-action", Why: "name, title and target, all absolute",
		Write: formattest.Entry(d.advertising(d.All("Customers"), "Promote"), d.Ann()),
	}, {
		Name: "entry-action-unavailable", Why: "what the entity does not offer now is not advertised",
		Write: formattest.Entry(d.advertising(d.All("Customers"), "Promote"), some),
	}, {
		Name: "entry-action-before3", Why: "operations came with version 3",
		Variant: "before3", Write: formattest.Entry(d.advertising(d.All("Customers"), "Promote"), d.Ann()),
	}, {
		Name: "entry-action-open", Why: "on open types only the qualified name is an operation",
		Write: formattest.Entry(jobs.advertising(jobs.All("Notes"), "File"), odata.Row{Values: []edm.Value{edm.Int32(1)}}),
	}, {
		Name: "entry-operations", Why: "actions before functions; overloads tell their parameters and the type they are bound to, names that are properties the container",
		Write: formattest.Entry(all(), job),
	}, {
		Name: "entry-operations-derived", Why: "overloads of the base type and of the derived one, each by the type it is bound to; the rest behind the edit link",
		Write: formattest.Entry(all(), big),
	}}
}

func category(id int32, name string) odata.Row {
	return odata.Row{Values: []edm.Value{edm.Int32(id), edm.String(name)}}
}

// samples are what the public sample service was recorded to answer.
func samples(t testing.TB) []formattest.Payload {
	s := newSample(t)
	categories := *place
	categories.Self, categories.Title = "Products(0)/Categories", "Categories"
	at := location(t)
	supplier := odata.Row{Values: []edm.Value{
		edm.Int32(0), edm.String("Exotic Liquids"),
		formattest.Complex(edm.String("NE 228th"), edm.String("Sammamish"), edm.String("WA"), edm.String("98074"), edm.String("USA")),
		at, edm.Int32(0),
	}}
	mapped := category(9, "Maps")
	mapped.Dynamic = []odata.DynamicProperty{{Name: "Centre", Value: at}, {Name: "Corners", Value: edm.Collection([]edm.Value{at, at})}}
	products := func() *odata.Projection { return s.advertising(s.All("Products"), "Discount") }
	employee := odata.Row{Type: s.Entity("Employee"), Values: []edm.Value{
		edm.Int32(5), edm.String("Jaime Yorres"), edm.Null, edm.Int64(10001), formattest.Parse(t, edm.KindDateTime, "2000-05-30T00:00:00"), edm.Single(15000),
	}}
	advert := odata.Row{Values: []edm.Value{
		formattest.Parse(t, edm.KindGuid, "f89dee73-af9f-4cd4-b330-db93c25ff3c7"), edm.String("Old School Lemonade Store, Retro Style"),
		formattest.Parse(t, edm.KindDateTime, "2012-11-07T00:00:00")}, Media: &odata.StreamInfo{ContentType: "text/plain"}}
	return []formattest.Payload{{
		Name: "sample-products", Why: "title and summary in place of two properties, association links, actions; Products(9) is narrowed",
		Variant: "linked", Write: formattest.Feed(products(), nil, "", s.bread(), s.lemonade()),
	}, {
		Name: "sample-product", Why: "the entry as the whole document",
		Variant: "linked", Write: formattest.Entry(products(), s.bread()),
	}, {
		Name: "sample-supplier", Why: "an entity tag, a title that stays in the content, and a point with the latitude first",
		Variant: "linked", Write: formattest.Entry(s.All("Suppliers"), supplier),
	}, {
		Name: "sample-categories", Why: "a feed behind a navigation property has its URL and its name",
		Variant: "linked", Write: formattest.FeedAt(&categories, s.All("Categories"), nil, "", category(0, "Food")),
	}, {
		Name: "spatial-dynamic", Why: "undeclared spatial values tell their type like any others",
		Write: formattest.Entry(s.All("Categories"), mapped),
	}, {
		Name: "spatial-before3", Why: "a property that those versions do not know is well-formed all the same",
		Variant: "before3", Write: formattest.Entry(formattest.Selecting(s.All("Suppliers"), "", "Location"), supplier),
	}, {
		Name: "spatial-dynamic-before3", Why: "undeclared ones are left out",
		Variant: "before3", Write: formattest.Entry(s.All("Categories"), mapped),
	}, {
		Name: "sample-expand", Why: "the inner feed has the URL and the name of the navigation property",
		Write: formattest.Entry(formattest.Expanding(formattest.Selecting(s.All("Products"), "", "ID", "Name", "Categories"), "Categories", 0, s.All("Categories")),
			formattest.Related(s.bread(), odata.Related{Rows: []odata.Row{category(0, "Food"), category(1, "Beverages")}})),
	}, {
		Name: "sample-employee", Why: "without navigation or streams on derived types, links need no type",
		Write: formattest.Entry(s.All("Persons"), employee),
	}, {
		Name: "sample-advertisement", Why: "a media entity",
		Variant: "linked", Write: formattest.Entry(s.All("Advertisements"), advert),
	}}
}

func properties(t testing.TB) []formattest.Payload {
	d := newDemo(t)
	address := formattest.Complex(edm.String("High St 1"), edm.Null)
	return []formattest.Payload{
		d.Property("string-empty", "an empty string is an element that is not null", "Edm.String", edm.String("")),
		d.Property("string-blank", "white space at either end is preserved", "Edm.String", edm.String(" a\r\nb ")),
		d.Property("point", "the content is an element", "Edm.GeographyPoint", location(t)),
		d.Property("collection-complex", "so are complex items", "Collection(Demo.Address)", edm.Collection([]edm.Value{address, address})),
		{Name: "property-typed-null", Why: "null tells its type where asked to", Variant: "typed",
			Write: formattest.Property(format.Property{Name: "P", Type: d.Ref("Edm.Int64"), Value: edm.Null})},
		{Name: "property-before3", Why: "without the spatial namespaces", Variant: "before3",
			Write: formattest.Property(format.Property{Name: "P", Type: d.Ref("Edm.Int64"), Value: edm.Int64(1)})},
		{Name: "collection-points-before3", Why: "the namespace is declared where it is used", Variant: "before3",
			Write: formattest.Collection(format.Property{Name: "Points", Type: d.Ref("Collection(Edm.GeographyPoint)"),
				Value: edm.Collection([]edm.Value{location(t)})})},
		{Name: "property-point-before3", Why: "the namespace is declared where it is used", Variant: "before3",
			Write: formattest.Property(format.Property{Name: "P", Type: d.Ref("Edm.GeographyPoint"), Value: location(t)})},
		d.Collection("strings", "no prefixes, no type at the root", "TopNames", "Collection(Edm.String)", edm.Collection([]edm.Value{edm.String("Ann"), edm.String("")})),
		d.Collection("complex", "members have no prefix either", "TopNames", "Collection(Demo.Address)", edm.Collection([]edm.Value{address})),
		d.Collection("empty", "an empty collection is an empty root", "TopNames", "Collection(Edm.String)", edm.Collection(nil)),
	}
}

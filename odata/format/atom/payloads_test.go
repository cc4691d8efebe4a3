package atom_test

import (
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
)

var (
	plain   = atom.New(atom.Options{})
	linked  = atom.New(atom.Options{AssociationLinks: true})
	typed   = atom.New(atom.Options{TypedNulls: true})
	before3 = atom.New(atom.Options{Before3: true, AssociationLinks: true})
)

var _ format.Format = plain

// A payload is one thing the format can write. Its name is that of its golden
// file.
type payload struct {
	name, why string
	write     func(dst []byte) []byte
}

func payloads(t testing.TB) []payload {
	var all []payload
	for _, part := range []func(testing.TB) []payload{documents, feeds, entries, streams, operations, samples, customized, properties} {
		all = append(all, part(t)...)
	}
	return all
}

func documents(t testing.TB) []payload {
	d := newDemo(t)
	two := int64(2)
	links := &odata.Link{Set: d.set("Customers"), Nav: d.entity("Customer").NavigationProperty("Orders")}
	order := []byte("Orders(guid'" + order1 + "')")
	return []payload{{
		name: "service", why: "one workspace; href and title are the set's name",
		write: func(dst []byte) []byte {
			return plain.AppendServiceDocument(dst, place, []*metadata.EntitySet{d.set("Customers"), d.set("Orders")})
		},
	}, {
		name: "service-empty", why: "a service without sets still has the workspace",
		write: func(dst []byte) []byte { return plain.AppendServiceDocument(dst, place, nil) },
	}, {
		name: "error", why: "as recorded from the public sample service: the code is there although empty",
		write: func(dst []byte) []byte {
			return plain.AppendError(dst, format.ErrorBody{Message: "Resource not found for the segment 'Products'."})
		},
	}, {
		name: "error-code", why: "code, language, and a message that needs escaping",
		write: func(dst []byte) []byte {
			return plain.AppendError(dst, format.ErrorBody{Code: "NotFound", Message: "Ung\u00fcltig: <\"x\"> & mehr", Lang: "de-DE"})
		},
	}, {
		name: "links", why: "count first, absolute links, next link last",
		write: func(dst []byte) []byte {
			dst = plain.AppendLinksStart(dst, place, links, &two)
			dst = plain.AppendLink(dst, place, order, true)
			dst = plain.AppendLink(dst, place, []byte("Orders(guid'"+order2+"')"), false)
			return plain.AppendLinksEnd(dst, place, &two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=1&x=2")
		},
	}, {
		name: "links-empty", why: "no links, no count, no next page",
		write: func(dst []byte) []byte {
			return plain.AppendLinksEnd(plain.AppendLinksStart(dst, place, links, nil), place, nil, "")
		},
	}, {
		name: "links-one", why: "a single link is the root",
		write: func(dst []byte) []byte { return plain.AppendSingleLink(dst, place, links, order) },
	}}
}

func feed(f *atom.Format, p *odata.Projection, count *int64, next string, rows ...odata.Row) func(dst []byte) []byte {
	return func(dst []byte) []byte {
		e := f.Compile(p)
		dst = e.AppendFeedStart(dst, place, count)
		for i := range rows {
			dst = e.AppendRow(dst, place, &rows[i], i == 0)
		}
		return e.AppendFeedEnd(dst, place, count, next)
	}
}

func entry(f *atom.Format, p *odata.Projection, row odata.Row) func(dst []byte) []byte {
	return func(dst []byte) []byte { return f.Compile(p).AppendEntry(dst, place, &row) }
}

func related(row odata.Row, related ...odata.Related) odata.Row {
	row.Related = related
	return row
}

func feeds(t testing.TB) []payload {
	d := newDemo(t)
	three := int64(3)
	orders := odata.Related{Rows: []odata.Row{d.order(order1, "5.00"), d.order(order2, "0.10")}, More: true,
		Next: "$skiptoken=guid'" + order2 + "'&$expand=Customer"}
	friend := odata.Related{Rows: []odata.Row{d.vera()}}
	vips := d.all("Customers")
	vips.Type = d.entity("VipCustomer")
	homeless := d.all("Orders")
	homeless.Set = nil
	return []payload{{
		name: "feed", why: "count first, next link last; derived instances are narrowed in every link but the id",
		write: feed(plain, d.all("Customers"), &three, "http://h/svc/Customers?$skiptoken=2&a=b", d.ann(), d.vera()),
	}, {
		name: "feed-empty", why: "an empty feed has an author",
		write: feed(plain, d.all("Orders"), new(int64), "http://h/svc/Orders?$skiptoken=1"),
	}, {
		name: "feed-cast", why: "behind a cast the type is still told, and the edit link has the name of the expected type",
		write: feed(plain, vips, nil, "", odata.Row{Values: d.vera().Values}),
	}, {
		name: "feed-before3", why: "without the spatial namespaces and association links",
		write: feed(before3, selecting(d.all("Customers"), "Name", "Orders"), nil, "", d.ann()),
	}, {
		name: "feed-homeless", why: "entities of no set have no address: no links, and an empty id",
		write: feed(plain, homeless, nil, "", d.order(order1, "1")),
	}, {
		name: "expand", why: "a feed with its own id and self link and an absolute next link; a single entity",
		write: entry(plain, expanding(expanding(d.all("Customers"), "Orders", 0, d.all("Orders")), "BestFriend", 1, d.all("Customers")),
			related(d.ann(), orders, friend)),
	}, {
		name: "expand-nothing", why: "no related entities are an empty feed with an author, or an empty inline element",
		write: entry(plain, expanding(expanding(d.all("Customers"), "Orders", 1, d.all("Orders")), "BestFriend", 0, d.all("Customers")),
			related(d.ann(), odata.Related{}, odata.Related{})),
	}, {
		name: "expand-nested", why: "expansions nest, and their links stand behind the narrowed edit link",
		write: feed(linked, expanding(selecting(d.all("Customers"), "Name", "Concierge"), "Concierge", 0,
			expanding(selecting(d.all("Customers"), "Name", "Orders"), "Orders", 0, selecting(d.all("Orders"), "Total"))),
			nil, "", d.ann(), related(d.vera(), odata.Related{Rows: []odata.Row{related(d.vera(), orders)}})),
	}, {
		name: "expand-homeless", why: "what is expanded of an entity without an address is inlined without one",
		write: entry(plain, func() *odata.Projection {
			p := expanding(selecting(d.all("Customers"), "Name", "Orders"), "Orders", 0, selecting(d.all("Orders"), "Total"))
			p.Set = nil
			return p
		}(), related(d.ann(), orders)),
	}}
}

func entries(t testing.TB) []payload {
	d := newDemo(t)
	tag := odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "0", Value: edm.String("no element name")},
		{Name: "Born", Value: parse(t, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Colour", Value: edm.String("red")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Inner", Value: complexOf(edm.String("A"))},
		{Name: "Marks", Value: edm.Collection([]edm.Value{edm.Null, edm.Int64(7)})},
		{Name: "Mixed", Value: edm.Collection([]edm.Value{edm.Int32(7), edm.String("x")})},
		{Name: "None", Value: edm.Collection(nil)},
		{Name: "a b", Value: edm.String("no element name")},
		{Name: "d:x", Value: edm.String("no element name")},
		{Name: "odata.type", Value: edm.String("Demo.Forged")},
		{Name: "\u00c4rger", Value: edm.String(" blanks ")},
	}}
	line := odata.Row{Values: []edm.Value{parse(t, edm.KindGuid, order1), edm.Int32(2), edm.Null}}
	return []payload{{
		name: "entry", why: "root attributes, then the entity tag; nulls tell no type",
		write: entry(plain, d.all("Customers"), d.ann()),
	}, {
		name: "entry-derived", why: "association links of a derived instance are narrowed; white space is preserved",
		write: entry(linked, d.all("Customers"), d.vera()),
	}, {
		name: "entry-typed-nulls", why: "nulls tell their type, but for strings",
		write: entry(typed, d.all("Customers"), d.vera()),
	}, {
		name: "entry-select", why: "the key is used for links although it is not selected",
		write: entry(plain, selecting(d.all("Customers"), "Name"), d.ann()),
	}, {
		name: "entry-nothing-selected", why: "the content has no properties element then",
		write: entry(plain, selecting(d.all("Customers"), "Orders"), d.ann()),
	}, {
		name: "entry-compound-key", why: "compound keys are named, in the order of the type",
		write: entry(plain, d.all("OrderLines"), line),
	}, {
		name: "entry-open", why: "dynamic properties tell their type; what cannot be written is left out",
		write: entry(plain, d.all("Tags"), tag),
	}}
}

func streams(t testing.TB) []payload {
	d, tree := newDemo(t), treeModel(t)
	nodes := tree.all("Nodes")
	nodes.Streams = tree.entity("Leaf").NamedStreams()
	node := []edm.Value{edm.Int32(1), edm.String("Red")}
	bare := d.photo()
	bare.Media, bare.Streams = nil, nil
	elsewhere := d.photo()
	elsewhere.Media = &odata.StreamInfo{ContentType: "image/png", ReadURL: "http://cdn.example/p.png?a=1&b=2"}
	return []payload{{
		name: "entry-media", why: "the content points to the resource, and the properties stand behind it",
		write: entry(plain, d.all("Photos"), d.photo()),
	}, {
		name: "entry-media-unknown", why: "what the provider does not know is left out, except for the type of the content",
		write: entry(plain, d.all("Photos"), bare),
	}, {
		name: "entry-media-elsewhere", why: "bytes that are read elsewhere are changed here all the same",
		write: entry(plain, d.all("Photos"), elsewhere),
	}, {
		name: "entry-media-nothing-selected", why: "without properties there is no properties element",
		write: entry(plain, selecting(d.all("Photos")), d.photo()),
	}, {
		name: "feed-tree", why: "an abstract type is nobody's; streams of derived types narrow the links; enum values are strings",
		write: feed(plain, nodes, nil, "", odata.Row{Values: node}, odata.Row{Type: tree.entity("Leaf"), Values: node},
			odata.Row{Type: tree.entity("Needle"), Values: node, Streams: d.photo().Streams}),
	}, {
		name: "entry-media-before3", why: "named streams came with version 3",
		write: entry(before3, d.all("Photos"), d.photo()),
	}}
}

func operations(t testing.TB) []payload {
	d, jobs := newDemo(t), operationsModel(t)
	some := d.ann()
	some.Advertised = []bool{false}
	job := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}
	big := odata.Row{Type: jobs.entity("BigJob"), Values: job.Values}
	all := func() *odata.Projection {
		return jobs.advertising(jobs.all("Jobs"), "Cost", "Start", "Stop", "Split", "StartAll")
	}
	tags := d.all("Tags")
	tags.Operations = []odata.ProjectedOperation{{Import: d.model.DefaultContainer().ImportsNamed("Promote")[0]}}
	return []payload{{
		name: "entry-action", why: "name, title and target, all absolute",
		write: entry(plain, d.advertising(d.all("Customers"), "Promote"), d.ann()),
	}, {
		name: "entry-action-unavailable", why: "what the entity does not offer now is not advertised",
		write: entry(plain, d.advertising(d.all("Customers"), "Promote"), some),
	}, {
		name: "entry-action-before3", why: "operations came with version 3",
		write: entry(before3, d.advertising(d.all("Customers"), "Promote"), d.ann()),
	}, {
		name: "entry-action-open", why: "on open types only the qualified name is an operation",
		write: entry(plain, tags, odata.Row{Values: []edm.Value{edm.String("x")}}),
	}, {
		name: "entry-operations", why: "actions before functions; overloaded functions tell their parameters, names that are properties the container",
		write: entry(plain, all(), job),
	}, {
		name: "entry-operations-derived", why: "where overloads bind to base and derived type, the targets name the type",
		write: entry(plain, all(), big),
	}}
}

func category(id int32, name string) odata.Row {
	return odata.Row{Values: []edm.Value{edm.Int32(id), edm.String(name)}}
}

// samples are what the public sample service was recorded to answer.
func samples(t testing.TB) []payload {
	s := newSample(t)
	at := location(t)
	supplier := odata.Row{Values: []edm.Value{
		edm.Int32(0), edm.String("Exotic Liquids"),
		complexOf(edm.String("NE 228th"), edm.String("Sammamish"), edm.String("WA"), edm.String("98074"), edm.String("USA")),
		at, edm.Int32(0),
	}}
	mapped := category(9, "Maps")
	mapped.Dynamic = []odata.DynamicProperty{{Name: "Centre", Value: at}, {Name: "Corners", Value: edm.Collection([]edm.Value{at, at})}}
	products := func() *odata.Projection { return s.advertising(s.all("Products"), "Discount") }
	employee := odata.Row{Type: s.entity("Employee"), Values: []edm.Value{
		edm.Int32(5), edm.String("Jaime Yorres"), edm.Null, edm.Int64(10001), parse(t, edm.KindDateTime, "2000-05-30T00:00:00"), edm.Single(15000),
	}}
	advert := odata.Row{Values: []edm.Value{
		parse(t, edm.KindGuid, "f89dee73-af9f-4cd4-b330-db93c25ff3c7"), edm.String("Old School Lemonade Store, Retro Style"),
		parse(t, edm.KindDateTime, "2012-11-07T00:00:00")}, Media: &odata.StreamInfo{ContentType: "text/plain"}}
	return []payload{{
		name: "sample-products", why: "title and summary in place of two properties, association links, actions; Products(9) is narrowed",
		write: feed(linked, products(), nil, "", s.bread(), s.lemonade()),
	}, {
		name: "sample-product", why: "the entry as the whole document",
		write: entry(linked, products(), s.bread()),
	}, {
		name: "sample-supplier", why: "an entity tag, a title that stays in the content, and a point with the latitude first",
		write: entry(linked, s.all("Suppliers"), supplier),
	}, {
		name: "sample-categories", why: "a feed behind a navigation property has its URL and its name",
		write: func(dst []byte) []byte {
			c := *place
			c.Self, c.Title = "Products(0)/Categories", "Categories"
			e, food := linked.Compile(s.all("Categories")), category(0, "Food")
			return e.AppendFeedEnd(e.AppendRow(e.AppendFeedStart(dst, &c, nil), &c, &food, true), &c, nil, "")
		},
	}, {
		name: "spatial-dynamic", why: "undeclared spatial values tell their type like any others",
		write: entry(plain, s.all("Categories"), mapped),
	}, {
		name: "spatial-before3", why: "a property that those versions do not know is well-formed all the same",
		write: entry(before3, selecting(s.all("Suppliers"), "Location"), supplier),
	}, {
		name: "spatial-dynamic-before3", why: "undeclared ones are left out",
		write: entry(before3, s.all("Categories"), mapped),
	}, {
		name: "sample-expand", why: "the inner feed has the URL and the name of the navigation property",
		write: entry(plain, expanding(selecting(s.all("Products"), "ID", "Name", "Categories"), "Categories", 0, s.all("Categories")),
			related(s.bread(), odata.Related{Rows: []odata.Row{category(0, "Food"), category(1, "Beverages")}})),
	}, {
		name: "sample-employee", why: "without navigation or streams on derived types, links need no type",
		write: entry(plain, s.all("Persons"), employee),
	}, {
		name: "sample-advertisement", why: "a media entity",
		write: entry(linked, s.all("Advertisements"), advert),
	}}
}

func properties(t testing.TB) []payload {
	d := newDemo(t)
	property := func(name, why, typ string, v edm.Value) payload {
		return payload{name: "property-" + name, why: why, write: func(dst []byte) []byte {
			return plain.AppendProperty(dst, place, format.Property{Name: "P", Type: d.ref(typ), Value: v})
		}}
	}
	collection := func(name, why, typ string, items ...edm.Value) payload {
		return payload{name: "collection-" + name, why: why, write: func(dst []byte) []byte {
			return plain.AppendCollection(dst, place, format.Property{Name: "TopNames", Type: d.ref(typ), Value: edm.Collection(items)})
		}}
	}
	address := complexOf(edm.String("High St 1"), edm.Null)
	return []payload{
		property("string", "strings tell no type", "Edm.String", edm.String("Ann")),
		property("string-empty", "an empty string is an element that is not null", "Edm.String", edm.String("")),
		property("string-blank", "white space at either end is preserved", "Edm.String", edm.String(" a\r\nb ")),
		property("int64", "everything else tells its type", "Edm.Int64", edm.Int64(12)),
		property("double", "a whole Double has no point", "Edm.Double", edm.Double(7)),
		property("null", "null tells no type", "Edm.Int64", edm.Null),
		property("complex", "members are properties inside", "Demo.Address", address),
		property("complex-null", "as for primitive properties", "Demo.Address", edm.Null),
		property("point", "the content is an element", "Edm.GeographyPoint", location(t)),
		property("collection", "items are elements without a type", "Collection(Edm.Int64)", edm.Collection([]edm.Value{edm.Int64(1), edm.Int64(2)})),
		property("collection-complex", "so are complex items", "Collection(Demo.Address)", edm.Collection([]edm.Value{address, address})),
		property("collection-null", "collections are never null", "Collection(Edm.String)", edm.Null),
		{name: "property-typed-null", why: "null tells its type where asked to", write: func(dst []byte) []byte {
			return typed.AppendProperty(dst, place, format.Property{Name: "P", Type: d.ref("Edm.Int64"), Value: edm.Null})
		}},
		{name: "property-before3", why: "without the spatial namespaces", write: func(dst []byte) []byte {
			return before3.AppendProperty(dst, place, format.Property{Name: "P", Type: d.ref("Edm.Int64"), Value: edm.Int64(1)})
		}},
		{name: "collection-points-before3", why: "the namespace is declared where it is used", write: func(dst []byte) []byte {
			return before3.AppendCollection(dst, place, format.Property{Name: "Points", Type: d.ref("Collection(Edm.GeographyPoint)"),
				Value: edm.Collection([]edm.Value{location(t)})})
		}},
		{name: "property-point-before3", why: "the namespace is declared where it is used", write: func(dst []byte) []byte {
			return before3.AppendProperty(dst, place, format.Property{Name: "P", Type: d.ref("Edm.GeographyPoint"), Value: location(t)})
		}},
		collection("strings", "no prefixes, no type at the root", "Collection(Edm.String)", edm.String("Ann"), edm.String("")),
		collection("complex", "members have no prefix either", "Collection(Demo.Address)", address),
		collection("empty", "an empty collection is an empty root", "Collection(Edm.String)"),
	}
}

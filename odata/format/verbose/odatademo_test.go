package verbose_test

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// odataDemo are answers of the public sample service, which has association
// links on.
func odataDemo(d demo) []payload {
	day := func(text string) edm.Value { return parse(d.t, edm.KindDateTime, text+"T00:00:00") }
	text := func(texts ...string) []edm.Value {
		values := make([]edm.Value, len(texts))
		for i, s := range texts {
			values[i] = edm.String(s)
		}
		return values
	}
	bread := odata.Row{Values: []edm.Value{edm.Int32(0), edm.String("Bread"), edm.String("Whole grain bread"),
		day("1992-01-01"), edm.Null, edm.Int16(4), edm.Double(2.5)}}
	lemonade := odata.Row{Type: d.entity("ODataDemo.FeaturedProduct"), Values: []edm.Value{edm.Int32(9), edm.String("Lemonade"),
		edm.String("Classic, refreshing lemonade (Single bottle)"), day("1970-01-01"), edm.Null, edm.Int16(7), edm.Double(1.01)}}
	supplier := odata.Row{Values: []edm.Value{edm.Int32(0), edm.String("Exotic Liquids"),
		edm.Complex(text("NE 228th", "Sammamish", "WA", "98074", "USA")), edm.Null, edm.Int32(0)}}
	person := func(typ, name string, id int32, rest ...edm.Value) odata.Row {
		return odata.Row{Type: d.entity("ODataDemo." + typ), Values: append([]edm.Value{edm.Int32(id), edm.String(name)}, rest...)}
	}
	detail := odata.Row{
		Values: []edm.Value{edm.Int32(1), edm.Byte(24), edm.Boolean(true), edm.String("(208) 555-8097"),
			edm.Complex(text("187 Suffolk Ln.", "Boise", "ID", "83720", "USA"))},
		Streams: []odata.StreamInfo{{ContentType: "application/octet-stream"}},
	}
	ad := odata.Row{
		Values: []edm.Value{parse(d.t, edm.KindGuid, "f89dee73-af9f-4cd4-b330-db93c25ff3c7"),
			edm.String("Old School Lemonade Store, Retro Style"), day("2012-11-07")},
		Media: &odata.StreamInfo{ContentType: "text/plain"},
	}
	beverages := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("Beverages")}}
	set := func(name string) *odata.Projection { return d.all(name) }

	all := []payload{{
		name: "odatademo-service", why: "sets in the order of the container",
		write: func(w verbose.Writer) []byte {
			var sets []*metadata.EntitySet
			for _, schema := range d.models[0].Schemas {
				for _, c := range schema.Containers {
					sets = append(sets, c.AllEntitySets()...)
				}
			}
			return w.AppendServiceDocument(nil, place, sets)
		},
	}, {
		name: "odatademo-product", why: "navigation before the rest, associations in __metadata, a bound action",
		write: entry(set("Products"), bread),
	}, {
		name: "odatademo-products", why: "links of a derived instance carry its type, its id does not",
		write: feed(set("Products"), nil, "", bread, lemonade),
	}, {
		name: "odatademo-supplier", why: "an entity tag and a complex value",
		write: entry(set("Suppliers"), supplier),
	}, {
		name: "odatademo-persons", why: "each type with its own properties",
		write: feed(set("Persons"), nil, "",
			person("Person", "Paula Wilson", 0, edm.Null, edm.Null, edm.Null, edm.Null),
			person("Customer", "Liz Nixon", 3, parse(d.t, edm.KindDecimal, "99.99"), edm.Null, edm.Null, edm.Null),
			person("Employee", "Jaime Yorres", 5, edm.Null, edm.Int64(10001), day("2000-05-30"), edm.Single(15000))),
	}, {
		name: "odatademo-persondetail", why: "a named stream",
		write: entry(set("PersonDetails"), detail),
	}, {
		name: "odatademo-advertisement", why: "a media entity with a guid for a key",
		write: entry(set("Advertisements"), ad),
	}, {
		name: "odatademo-expand", why: "expanded feed and entry",
		write: entry(expanding(set("Categories"), "Products", 0, expanding(set("Products"), "Supplier", 0, set("Suppliers"))),
			related(beverages, odata.Related{Rows: []odata.Row{lemonade, related(bread, odata.Related{Rows: []odata.Row{supplier}})}})),
	}}
	for i := range all {
		all[i].links = true
	}
	return all
}

package verbose_test

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// odataDemo are answers of the public sample service, which has association
// links on.
func odataDemo(d demo) []formattest.Payload {
	day := func(text string) edm.Value { return formattest.Parse(d.T, edm.KindDateTime, text+"T00:00:00") }
	text := func(texts ...string) []edm.Value {
		values := make([]edm.Value, len(texts))
		for i, s := range texts {
			values[i] = edm.String(s)
		}
		return values
	}
	bread := odata.Row{Values: []edm.Value{edm.Int32(0), edm.String("Bread"), edm.String("Whole grain bread"),
		day("1992-01-01"), edm.Null, edm.Int16(4), edm.Double(2.5)}}
	lemonade := odata.Row{Type: d.Entity("ODataDemo.FeaturedProduct"), Values: []edm.Value{edm.Int32(9), edm.String("Lemonade"),
		edm.String("Classic, refreshing lemonade (Single bottle)"), day("1970-01-01"), edm.Null, edm.Int16(7), edm.Double(1.01)}}
	supplier := odata.Row{Values: []edm.Value{edm.Int32(0), edm.String("Exotic Liquids"),
		edm.Complex(text("NE 228th", "Sammamish", "WA", "98074", "USA")), edm.Null, edm.Int32(0)}}
	person := func(typ, name string, id int32, rest ...edm.Value) odata.Row {
		return odata.Row{Type: d.Entity("ODataDemo." + typ), Values: append([]edm.Value{edm.Int32(id), edm.String(name)}, rest...)}
	}
	detail := odata.Row{
		Values: []edm.Value{edm.Int32(1), edm.Byte(24), edm.Boolean(true), edm.String("(208) 555-8097"),
			edm.Complex(text("187 Suffolk Ln.", "Boise", "ID", "83720", "USA"))},
		Streams: []odata.StreamInfo{{ContentType: "application/octet-stream"}},
	}
	ad := odata.Row{
		Values: []edm.Value{formattest.Parse(d.T, edm.KindGuid, "f89dee73-af9f-4cd4-b330-db93c25ff3c7"),
			edm.String("Old School Lemonade Store, Retro Style"), day("2012-11-07")},
		Media: &odata.StreamInfo{ContentType: "text/plain"},
	}
	beverages := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("Beverages")}}
	var sets []*metadata.EntitySet
	for _, schema := range d.Models[0].Schemas {
		for _, c := range schema.Containers {
			sets = append(sets, c.AllEntitySets()...)
		}
	}

	all := []formattest.Payload{{
		Name: "odatademo-service", Why: "sets in the order of the container",
		Write: formattest.Service(sets...),
	}, {
		Name: "odatademo-product", Why: "navigation before the rest, associations in __metadata, a bound action",
		Write: formattest.Entry(d.All("Products"), bread),
	}, {
		Name: "odatademo-products", Why: "links of a derived instance carry its type, its id does not",
		Write: formattest.Feed(d.All("Products"), nil, "", bread, lemonade),
	}, {
		Name: "odatademo-supplier", Why: "an entity tag and a complex value",
		Write: formattest.Entry(d.All("Suppliers"), supplier),
	}, {
		Name: "odatademo-persons", Why: "each type with its own properties",
		Write: formattest.Feed(d.All("Persons"), nil, "",
			person("Person", "Paula Wilson", 0, edm.Null, edm.Null, edm.Null, edm.Null),
			person("Customer", "Liz Nixon", 3, formattest.Parse(d.T, edm.KindDecimal, "99.99"), edm.Null, edm.Null, edm.Null),
			person("Employee", "Jaime Yorres", 5, edm.Null, edm.Int64(10001), day("2000-05-30"), edm.Single(15000))),
	}, {
		Name: "odatademo-persondetail", Why: "a named stream",
		Write: formattest.Entry(d.All("PersonDetails"), detail),
	}, {
		Name: "odatademo-advertisement", Why: "a media entity with a guid for a key",
		Write: formattest.Entry(d.All("Advertisements"), ad),
	}, {
		Name: "odatademo-expand", Why: "expanded feed and entry",
		Write: formattest.Entry(formattest.Expanding(d.All("Categories"), "Products", 0, formattest.Expanding(d.All("Products"), "Supplier", 0, d.All("Suppliers"))),
			formattest.Related(beverages, odata.Related{Rows: []odata.Row{lemonade, formattest.Related(bread, odata.Related{Rows: []odata.Row{supplier}})}})),
	}}
	for i := range all {
		all[i].Variant = associated
	}
	return all
}

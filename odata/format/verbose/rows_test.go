package verbose_test

import (
	"math"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// orders were cut short by a page limit.
func (d demo) orders() odata.Related {
	return odata.Related{
		Rows: []odata.Row{d.Order(formattest.Order1, "5.00"), d.Order(formattest.Order2, "0.10")},
		More: true, Next: "$orderby=Total&$skiptoken=guid'" + formattest.Order2 + "'",
	}
}

// log is an entity whose key and tokens need percent-encoding.
func (d demo) log() odata.Row {
	from := formattest.Parse(d.T, edm.KindDateTime, "1969-12-31T23:59:59.9999999-07:00")
	places := edm.Collection([]edm.Value{formattest.Address("A", "B"), formattest.Address("C", "D")})
	return odata.Row{Values: []edm.Value{
		formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00.5Z"),
		edm.String("O'Neil"), places, edm.String("Red"), edm.Complex([]edm.Value{from, places, edm.Null}),
	}}
}

// sample has something of every kind.
func (d demo) sample() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.String("\"\u00e4\""), edm.Binary([]byte{0, 255}), edm.Boolean(true), edm.Byte(255),
		formattest.Parse(d.T, edm.KindDateTime, "2015-06-23T11:34:38.58Z"), formattest.Parse(d.T, edm.KindDateTimeOffset, "2015-06-23T11:34:38-07:00"),
		formattest.Parse(d.T, edm.KindDecimal, "-0.10"), edm.Double(1e16), formattest.Parse(d.T, edm.KindGuid, formattest.Order1),
		edm.Int16(-4), edm.Int32(7), edm.Int64(math.MaxInt64), edm.SByte(-8), edm.Single(1.5),
		edm.String("/Date(0)/"), formattest.Parse(d.T, edm.KindTime, "PT1H30M"), edm.Collection(nil), edm.Null,
	}}
}

// tag has a dynamic property of each sort, the refused ones included.
func (d demo) tag() odata.Row {
	return odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "", Value: edm.Int32(0)},
		{Name: "#Colour", Value: edm.String("red")},
		{Name: "Born", Value: formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Inner", Value: formattest.Address("A", "B")},
		{Name: "Inners", Value: edm.Collection([]edm.Value{formattest.Address("A", "B")})},
		{Name: "Marks", Value: edm.Collection([]edm.Value{edm.Null, edm.Int64(7)})},
		{Name: "None", Value: edm.Collection(nil)},
		{Name: "Size", Value: edm.Int64(5)},
		{Name: "__deferred", Value: edm.String("http://evil.example/")},
		{Name: "__metadata", Value: edm.String("forged")},
		{Name: "a.b", Value: edm.Int32(1)},
		{Name: "a:b", Value: edm.Int32(2)},
		{Name: "a@b", Value: edm.Int32(3)},
		{Name: "results", Value: edm.Int32(4)},
		{Name: "\"\u00e4", Value: edm.Int32(5)},
	}}
}

package verbose_test

import (
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

func parse(t testing.TB, kind edm.Kind, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, text, err)
	}
	return v
}

func address(street, city string) edm.Value {
	return edm.Complex([]edm.Value{edm.String(street), edm.String(city)})
}

func related(row odata.Row, related ...odata.Related) odata.Row {
	row.Related = related
	return row
}

// ann is the customer of the wire reference's examples.
func (d demo) ann() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(1), edm.String("Ann"), parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Int64(12),
		parse(d.t, edm.KindDecimal, "7.50"), edm.Double(7), address("High St 1", "Ulm"),
		edm.Collection([]edm.Value{edm.String("a@x.example"), edm.String("b@x.example")}), edm.Int32(3),
		edm.Null,
	}}
}

// vera is a VIP of whom little is known.
func (d demo) vera() odata.Row {
	return odata.Row{Type: d.entity("Demo.VipCustomer"), Values: []edm.Value{
		edm.Int32(2), edm.Null, parse(d.t, edm.KindDateTime, "0001-01-01T00:00:00"), edm.Int64(-1),
		edm.Null, edm.Null, edm.Complex([]edm.Value{edm.String("Gr\u00fcne Gasse \"2\""), edm.Null}),
		edm.Collection(nil), edm.Int32(1),
		edm.Int32(9),
	}}
}

func (d demo) order(id, total string) odata.Row {
	return odata.Row{Values: []edm.Value{
		parse(d.t, edm.KindGuid, id), parse(d.t, edm.KindDecimal, total),
		parse(d.t, edm.KindDateTimeOffset, "2015-07-12T08:40:00.25+02:00"), parse(d.t, edm.KindTime, "PT1H"),
	}}
}

const (
	order1 = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
	order2 = "1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"
)

// orders were cut short by a page limit.
func (d demo) orders() odata.Related {
	return odata.Related{
		Rows: []odata.Row{d.order(order1, "5.00"), d.order(order2, "0.10")},
		More: true, Next: "$orderby=Total&$skiptoken=guid'" + order2 + "'",
	}
}

// log is an entity whose key and tokens need percent-encoding.
func (d demo) log() odata.Row {
	from := parse(d.t, edm.KindDateTime, "1969-12-31T23:59:59.9999999-07:00")
	places := edm.Collection([]edm.Value{address("A", "B"), address("C", "D")})
	return odata.Row{Values: []edm.Value{
		parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00.5Z"),
		edm.String("O'Neil"), places, edm.String("Red"), edm.Complex([]edm.Value{from, places, edm.Null}),
	}}
}

// sample has something of every kind.
func (d demo) sample() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.String("\"\u00e4\""), edm.Binary([]byte{0, 255}), edm.Boolean(true), edm.Byte(255),
		parse(d.t, edm.KindDateTime, "2015-06-23T11:34:38.58Z"), parse(d.t, edm.KindDateTimeOffset, "2015-06-23T11:34:38-07:00"),
		parse(d.t, edm.KindDecimal, "-0.10"), edm.Double(1e16), parse(d.t, edm.KindGuid, order1),
		edm.Int16(-4), edm.Int32(7), edm.Int64(math.MaxInt64), edm.SByte(-8), edm.Single(1.5),
		edm.String("/Date(0)/"), parse(d.t, edm.KindTime, "PT1H30M"), edm.Collection(nil), edm.Null,
	}}
}

// tag has a dynamic property of each sort, the refused ones included.
func (d demo) tag() odata.Row {
	return odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "", Value: edm.Int32(0)},
		{Name: "#Colour", Value: edm.String("red")},
		{Name: "Born", Value: parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00")},
		{Name: "Depth", Value: edm.Double(math.Inf(-1))},
		{Name: "Gone", Value: edm.Null},
		{Name: "Inner", Value: address("A", "B")},
		{Name: "Inners", Value: edm.Collection([]edm.Value{address("A", "B")})},
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

package jsonlight_test

import (
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
	return odata.Row{Type: d.vip(), Values: []edm.Value{
		edm.Int32(2), edm.Null, parse(d.t, edm.KindDateTime, "0001-01-01T00:00:00"), edm.Int64(-1),
		edm.Null, edm.Null, edm.Complex([]edm.Value{edm.String("Gr\u00fcne Gasse \"2\""), edm.Null}),
		edm.Collection(nil), edm.Int32(1),
		edm.Int32(9),
	}}
}

func (d demo) order(id, total string) odata.Row {
	return odata.Row{Values: []edm.Value{
		parse(d.t, edm.KindGuid, id), parse(d.t, edm.KindDecimal, total),
		parse(d.t, edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"), parse(d.t, edm.KindTime, "PT1H"),
	}}
}

// spot has a value of each spatial property, the one of abstract type included.
func (d demo) spot() odata.Row {
	point, line, flat := d.literal("geography'SRID=4326;Point(142.1 64)'"),
		d.literal("geography'SRID=4326;LineString(1 2,3.5 4)'"), d.literal("geometry'SRID=0;Point(1 2)'")
	return odata.Row{
		Values:  []edm.Value{edm.Int32(1), point, line, edm.Collection([]edm.Value{flat, flat})},
		Dynamic: []odata.DynamicProperty{{Name: "Seen", Value: point}},
	}
}

func (d demo) literal(text string) edm.Value {
	d.t.Helper()
	v, err := edm.ParseLiteral(text)
	if err != nil {
		d.t.Fatalf("%s: %v", text, err)
	}
	return v
}

const (
	order1 = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
	order2 = "1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"
)

// log is an entity whose key and tokens need percent-encoding.
func (d demo) log() odata.Row {
	return odata.Row{Values: []edm.Value{
		parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00"), parse(d.t, edm.KindDateTime, "2015-07-12T06:40:00.5Z"),
		edm.String("O'Neil"), edm.Collection([]edm.Value{address("A", "B"), address("C", "D")}),
		edm.String("Red"), edm.Binary([]byte{0, 255}), edm.Single(1.5), edm.Int16(-4),
	}}
}

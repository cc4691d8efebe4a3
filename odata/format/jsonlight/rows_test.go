package jsonlight_test

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

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
	d.T.Helper()
	v, err := edm.ParseLiteral(text)
	if err != nil {
		d.T.Fatalf("%s: %v", text, err)
	}
	return v
}

// log is an entity whose key and tokens need percent-encoding.
func (d demo) log() odata.Row {
	return odata.Row{Values: []edm.Value{
		formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00"), formattest.Parse(d.T, edm.KindDateTime, "2015-07-12T06:40:00.5Z"),
		edm.String("O'Neil"), edm.Collection([]edm.Value{formattest.Address("A", "B"), formattest.Address("C", "D")}),
		edm.String("Red"), edm.Binary([]byte{0, 255}), edm.Single(1.5), edm.Int16(-4),
	}}
}

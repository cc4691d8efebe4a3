package formattest

import (
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// The orders of the tests.
const (
	Order1 = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
	Order2 = "1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11"
)

// Parse reads a value as payloads spell it.
func Parse(t testing.TB, kind edm.Kind, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, text, err)
	}
	return v
}

// Complex is a complex value.
func Complex(members ...edm.Value) edm.Value { return edm.Complex(members) }

// Address is a complex value of two strings, such as Demo.Address.
func Address(street, city string) edm.Value { return Complex(edm.String(street), edm.String(city)) }

// Related is row with expanded entities.
func Related(row odata.Row, related ...odata.Related) odata.Row {
	row.Related = related
	return row
}

// Ann is the customer of the wire reference's examples.
func (w World) Ann() odata.Row {
	return odata.Row{Values: []edm.Value{
		edm.Int32(1), edm.String("Ann"), Parse(w.T, edm.KindDateTime, "2015-07-12T06:40:00"), edm.Int64(12),
		Parse(w.T, edm.KindDecimal, "7.50"), edm.Double(7), w.Home,
		edm.Collection([]edm.Value{edm.String("a@x.example"), edm.String("b@x.example")}), edm.Int32(3),
		edm.Null,
	}}
}

// Vera is a VIP of whom little is known.
func (w World) Vera() odata.Row {
	return odata.Row{Type: w.Entity("Demo.VipCustomer"), Values: []edm.Value{
		edm.Int32(2), edm.Null, Parse(w.T, edm.KindDateTime, "0001-01-01T00:00:00"), edm.Int64(-1),
		edm.Null, edm.Null, w.VIPHome, edm.Collection(nil), edm.Int32(1),
		edm.Int32(9),
	}}
}

// Order is an order of Ann's.
func (w World) Order(id, total string) odata.Row {
	return odata.Row{Values: []edm.Value{
		Parse(w.T, edm.KindGuid, id), Parse(w.T, edm.KindDecimal, total),
		Parse(w.T, edm.KindDateTimeOffset, w.Placed), Parse(w.T, edm.KindTime, "PT1H"),
	}}
}

// Line is an order line, whose key has two properties.
func (w World) Line() odata.Row {
	return odata.Row{Values: []edm.Value{Parse(w.T, edm.KindGuid, Order1), edm.Int32(2), edm.Null}}
}

// Tag is an open entity with three dynamic properties.
func (w World) Tag() odata.Row {
	return odata.Row{Values: []edm.Value{edm.String("O'Neil/\u00e4 b")}, Dynamic: []odata.DynamicProperty{
		{Name: "Colour", Value: edm.String("red")}, {Name: "Height", Value: edm.Double(2)}, {Name: "Size", Value: edm.Int32(5)}}}
}

// ManyKinds makes a row with a value of every kind from a few numbers and texts,
// in the order of the type Sample that the models of the JSON formats declare:
// Code, Binary, Boolean, Byte, DateTime, DateTimeOffset, Decimal, Double, Guid,
// Int16, Int32, Int64, SByte, Single, String, Time, a collection of strings and a
// complex value of two strings.
func ManyKinds(code, text string, blob []byte, number int64, fraction float64) odata.Row {
	ticks := number & math.MaxInt64 % (edm.MaxDateTimeTicks + 1)
	zones := []edm.Zone{edm.NoZone, edm.UTC, edm.Offset(-420), edm.Offset(90)}
	dateTime, _ := edm.NewDateTime(ticks, zones[number&3])
	offset, err := edm.NewDateTimeOffset(ticks, zones[number&3].Minutes())
	if err != nil { // at the edge of the range
		offset, _ = edm.NewDateTimeOffset(ticks, 0)
	}
	var guid edm.GUID
	copy(guid[:], blob)
	return odata.Row{Values: []edm.Value{
		edm.String(code), edm.Binary(blob), edm.Boolean(number&1 == 0), edm.Byte(uint8(number)), dateTime.Value(),
		offset.Value(), edm.NewDecimal(number, int(uint8(number))%39).Value(), edm.Double(fraction), guid.Value(),
		edm.Int16(int16(number)), edm.Int32(int32(number)), edm.Int64(number), edm.SByte(int8(number)),
		edm.Single(float32(fraction)), edm.String(text), edm.NewTime(number).Value(),
		edm.Collection([]edm.Value{edm.String(text), edm.String(code)}),
		Complex(edm.String(text), edm.Null),
	}}
}

package edm_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A row of values is copied a lot, so the size is part of the contract: this
// does not compile beyond 32 bytes.
var _ [32 - unsafe.Sizeof(edm.Value{})]byte

const longDigits = "1234567890123456789012345678901234567890.25"

func mustDecimal(t testing.TB, s string) edm.Decimal {
	t.Helper()
	d, err := edm.ParseDecimal(s)
	if err != nil {
		t.Fatalf("ParseDecimal(%.60q): %v", s, err)
	}
	return d
}

func mustLiteral(t testing.TB, s string) edm.Value {
	t.Helper()
	v, err := edm.ParseLiteral(s)
	if err != nil {
		t.Fatalf("ParseLiteral(%.60q): %v", s, err)
	}
	return v
}

func mustSpatial(t testing.TB, s string, geography bool) edm.Spatial {
	t.Helper()
	shape, err := edm.ParseSpatial(s, geography)
	if err != nil {
		t.Fatalf("ParseSpatial(%.60q): %v", s, err)
	}
	return shape
}

func mustText(t testing.TB, k edm.Kind, s string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(k, s)
	if err != nil {
		t.Fatalf("ParseText(%v, %.60q): %v", k, s, err)
	}
	return v
}

// onePerKind has a value of every kind that can have one, and a second one of
// kinds with two representations.
func onePerKind(t testing.TB) []edm.Value {
	return []edm.Value{
		edm.Null,
		edm.Boolean(true),
		edm.Byte(200),
		edm.SByte(-100),
		edm.Int16(-30000),
		edm.Int32(-2000000000),
		edm.Int64(math.MinInt64),
		edm.Single(1.5),
		edm.Double(-1e300),
		edm.String("it's"),
		edm.Binary([]byte{0, 0xab, 0xff}),
		mustLiteral(t, "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"),
		mustLiteral(t, "datetime'2015-07-12T06:40:00.036164-07:00'"),
		mustLiteral(t, "datetimeoffset'2015-07-12T06:40:00+02:00'"),
		mustLiteral(t, "time'-P1DT2H3M4.5S'"),
		mustDecimal(t, "-2.50").Value(),
		mustDecimal(t, longDigits).Value(),
		mustLiteral(t, "geography'SRID=4326;POINT(-122.03547668457 47.6316604614258)'"),
		mustLiteral(t, "geography'SRID=4326;POINT(1 2 null 4)'"),
		mustLiteral(t, "geometry'SRID=0;GEOMETRYCOLLECTION(POLYGON((0 0,4 0,4 4.5,0 0)),POINT EMPTY)'"),
		edm.Complex([]edm.Value{edm.String("a"), edm.Null}),
		edm.Collection([]edm.Value{edm.Int32(1), edm.Int32(2)}),
	}
}

func TestAccessorsReturnWhatConstructorsTook(t *testing.T) {
	guid := edm.GUID{0x6f, 15: 0x10}
	dateTime := edm.DateTimeFrom(time.Date(2015, 7, 12, 6, 40, 0, 100, time.FixedZone("", -7*3600)))
	dateTimeOffset := edm.DateTimeOffsetFrom(time.Date(2015, 7, 12, 6, 40, 0, 100, time.FixedZone("", 2*3600)))
	point := mustSpatial(t, "SRID=2147483647;POINT(-0.1 51.5)", true)
	line := mustSpatial(t, "SRID=7;LINESTRING(1 2,3 4 5)", false)
	raw := []byte{1, 2, 3}
	members := []edm.Value{edm.Int32(1), edm.String("x")}
	for _, tt := range []struct {
		name      string
		kind      edm.Kind
		got, want any
		why       string
	}{
		{"true", edm.KindBoolean, edm.Boolean(true).Bool(), true, "booleans"},
		{"false", edm.KindBoolean, edm.Boolean(false).Bool(), false, "booleans"},
		{"byte", edm.KindByte, edm.Byte(255).Int(), int64(255), "unsigned, so not -1"},
		{"sbyte", edm.KindSByte, edm.SByte(-128).Int(), int64(-128), "the sign is extended"},
		{"int16", edm.KindInt16, edm.Int16(-32768).Int(), int64(-32768), "the sign is extended"},
		{"int32", edm.KindInt32, edm.Int32(math.MinInt32).Int(), int64(math.MinInt32), "the sign is extended"},
		{"int64", edm.KindInt64, edm.Int64(math.MinInt64).Int(), int64(math.MinInt64), "the extreme"},
		{"single", edm.KindSingle, edm.Single(0.1).Float(), float64(float32(0.1)), "widening is exact"},
		{"double", edm.KindDouble, edm.Double(0.1).Float(), 0.1, "bit for bit"},
		{"string", edm.KindString, edm.String("é").Str(), "é", "as it is"},
		{"empty string", edm.KindString, edm.String("").Str(), "", "empty is not null"},
		{"scan buffer", edm.KindString, edm.StringBytes([]byte("abc")).Str(), "abc", "same as String"},
		{"nil scan buffer", edm.KindString, edm.StringBytes(nil).Str(), "", "an empty string, not a null"},
		{"binary", edm.KindBinary, edm.Binary(raw).Bytes(), raw, "as it is"},
		{"guid", edm.KindGuid, guid.Value().GUID(), guid, "all 16 bytes in order"},
		{"datetime", edm.KindDateTime, dateTime.Value().DateTime(), dateTime, "clock and zone"},
		{"datetimeoffset", edm.KindDateTimeOffset, dateTimeOffset.Value().DateTimeOffset(), dateTimeOffset, "clock and offset"},
		{"time", edm.KindTime, edm.NewTime(-1).Value().Time(), edm.NewTime(-1), "signed"},
		{"decimal", edm.KindDecimal, mustDecimal(t, "-2.50").Value().Decimal(), mustDecimal(t, "-2.50"), "sign and scale"},
		{"long decimal", edm.KindDecimal, mustDecimal(t, "-"+longDigits).Value().Decimal(), mustDecimal(t, "-"+longDigits), "digits beyond the inline form"},
		{"point", edm.KindGeographyPoint, point.Value().Spatial(), point, "coordinates and SRID"},
		{"line", edm.KindGeometryLineString, line.Value().Spatial(), line, "the shape"},
		{"complex", edm.KindComplex, edm.Complex(members).Elements(), members, "members in order"},
		{"collection", edm.KindCollection, edm.Collection(members).Elements(), members, "items in order"},
		{"nil collection", edm.KindCollection, len(edm.Collection(nil).Elements()), 0, "empty, and never null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
	for i, v := range onePerKind(t) {
		if v.IsNull() != (i == 0) {
			t.Errorf("%v: IsNull = %v", v, v.IsNull())
		}
	}
	if edm.Collection(nil).IsNull() || edm.Binary(nil).IsNull() || edm.StringBytes(nil).IsNull() {
		t.Error("only Null is null, whatever a constructor was given")
	}
}

func TestAccessorsRefuseOtherKinds(t *testing.T) {
	accessors := []struct {
		name  string
		kinds []edm.Kind
		call  func(edm.Value)
	}{
		{"Bool", []edm.Kind{edm.KindBoolean}, func(v edm.Value) { v.Bool() }},
		{"Int", []edm.Kind{edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64}, func(v edm.Value) { v.Int() }},
		{"Float", []edm.Kind{edm.KindSingle, edm.KindDouble}, func(v edm.Value) { v.Float() }},
		{"Str", []edm.Kind{edm.KindString}, func(v edm.Value) { _ = v.Str() }},
		{"Bytes", []edm.Kind{edm.KindBinary}, func(v edm.Value) { v.Bytes() }},
		{"GUID", []edm.Kind{edm.KindGuid}, func(v edm.Value) { v.GUID() }},
		{"DateTime", []edm.Kind{edm.KindDateTime}, func(v edm.Value) { v.DateTime() }},
		{"DateTimeOffset", []edm.Kind{edm.KindDateTimeOffset}, func(v edm.Value) { v.DateTimeOffset() }},
		{"Time", []edm.Kind{edm.KindTime}, func(v edm.Value) { v.Time() }},
		{"Decimal", []edm.Kind{edm.KindDecimal}, func(v edm.Value) { v.Decimal() }},
		{"Spatial", []edm.Kind{edm.KindGeographyPoint, edm.KindGeometryCollection}, func(v edm.Value) { v.Spatial() }},
		{"Elements", []edm.Kind{edm.KindComplex, edm.KindCollection}, func(v edm.Value) { v.Elements() }},
	}
	for _, accessor := range accessors {
		for _, v := range onePerKind(t) {
			allowed := false
			for _, k := range accessor.kinds {
				allowed = allowed || k == v.Kind()
			}
			message := panicOf(func() { accessor.call(v) })
			switch {
			case allowed && message != "":
				t.Errorf("%s on %v panics: %s", accessor.name, v.Kind(), message)
			case !allowed && (!strings.Contains(message, "Value."+accessor.name) || !strings.Contains(message, v.Kind().String())):
				t.Errorf("%s on %v: panic %q should name method and kind", accessor.name, v.Kind(), message)
			}
		}
	}
}

func panicOf(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message, _ = r.(string)
		}
	}()
	f()
	return ""
}

func TestAliasAndClone(t *testing.T) {
	buffer := []byte("first")
	raw := []byte{1, 2}
	inner := []edm.Value{edm.StringBytes(buffer), edm.Binary(raw)}
	aliased := edm.Collection([]edm.Value{edm.Complex(inner), mustDecimal(t, longDigits).Value()})
	cloned := aliased.Clone()
	if !cloned.Equal(aliased) {
		t.Fatalf("Clone() = %v, want %v", cloned, aliased)
	}
	copy(buffer, "other")
	raw[0] = 9
	inner[1] = edm.Null
	if got, want := aliased.String(), "[('other',null),"+longDigits+"M]"; got != want {
		t.Errorf("after a change the aliasing value is %s, want %s: constructors do not copy", got, want)
	}
	if got, want := cloned.String(), "[('first',X'0102'),"+longDigits+"M]"; got != want {
		t.Errorf("after a change the clone is %s, want %s: a clone owns its memory", got, want)
	}
	for _, v := range onePerKind(t) {
		if !v.Clone().Equal(v) {
			t.Errorf("the clone of %v differs: %v", v, v.Clone())
		}
	}
}

func TestElementsCannotGrowIntoForeignMemory(t *testing.T) {
	backing := []byte("abcdef")
	_ = append(edm.Binary(backing[:3]).Bytes(), 'X')
	if !bytes.Equal(backing, []byte("abcdef")) {
		t.Errorf("appending to Bytes() wrote %q behind the value", backing)
	}
}

func TestEqual(t *testing.T) {
	same := onePerKind(t)
	other := onePerKind(t)
	for i, a := range same {
		for j, b := range other {
			if got := a.Equal(b); got != (i == j) {
				t.Errorf("%v Equal %v = %v", a, b, got)
			}
		}
	}
	nan := math.Float64frombits(math.Float64bits(math.NaN()) + 1)
	for _, tt := range []struct {
		name string
		a, b edm.Value
		want bool
		why  string
	}{
		{"NaN", edm.Double(math.NaN()), edm.Double(nan), true, "a value equals itself, so all NaNs are one"},
		{"single NaN", edm.Single(float32(math.NaN())), edm.Single(float32(math.NaN())), true, "as for Double"},
		{"zero signs", edm.Double(0), edm.Double(math.Copysign(0, -1)), false, "they print differently"},
		{"kinds", edm.Int32(7), edm.Int64(7), false, "Equal is about representation"},
		{"scales", mustDecimal(t, "2.5").Value(), mustDecimal(t, "2.50").Value(), false, "the scale is kept"},
		{"zones", mustLiteral(t, "datetime'2015-07-12T06:40:00'"), mustLiteral(t, "datetime'2015-07-12T06:40:00Z'"), false, "the zone is kept"},
		{"same instant", mustLiteral(t, "datetimeoffset'2015-07-12T06:40:00Z'"), mustLiteral(t, "datetimeoffset'2015-07-12T08:40:00+02:00'"), false, "the clock is kept"},
		{"empty texts", edm.String(""), edm.StringBytes([]byte{}), true, "whatever memory they have"},
		{"signs", mustDecimal(t, "1").Value(), mustDecimal(t, "-1").Value(), false, "sign of a decimal"},
		{"long signs", mustDecimal(t, longDigits).Value(), mustDecimal(t, "-"+longDigits).Value(), false, "sign of a long decimal"},
		{"SRIDs", mustLiteral(t, "geometry'SRID=1;POINT(1 2)'"), mustLiteral(t, "geometry'SRID=2;POINT(1 2)'"), false, "the reference system counts"},
		{"families", mustLiteral(t, "geometry'SRID=4326;POINT(1 2)'"), mustLiteral(t, "geography'SRID=4326;POINT(1 2)'"), false, "earth and plane differ"},
		{"coordinates", mustLiteral(t, "geometry'LINESTRING(1 2,3 4)'"), mustLiteral(t, "geometry'LINESTRING(1 2,3 4.5)'"), false, "of a shape"},
		{"structure", mustLiteral(t, "geometry'MULTIPOINT(1 2,EMPTY)'"), mustLiteral(t, "geometry'MULTIPOINT(EMPTY,1 2)'"), false, "the same coordinates in other parts"},
		{"height and measure", mustLiteral(t, "geometry'POINT(1 2 3)'"), mustLiteral(t, "geometry'POINT(1 2 null 3)'"), false, "the same numbers with another meaning"},
		{"no height and zero", mustLiteral(t, "geometry'POINT(1 2)'"), mustLiteral(t, "geometry'POINT(1 2 0)'"), false, "an absent height is not zero"},
		{"absent heights", mustLiteral(t, "geometry'POINT(1 2 null 3)'"), mustLiteral(t, "geometry'POINT(1 2 null 3)'"), true, "absent equals absent"},
		{"zeros of a point", mustLiteral(t, "geometry'POINT(0 0)'"), mustLiteral(t, "geometry'POINT(-0 0)'"), false, "they print differently"},
		{"shorter collection", edm.Collection([]edm.Value{edm.Null}), edm.Collection(nil), false, "lengths count"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Equal(tt.b); got != tt.want {
				t.Errorf("%v Equal %v = %v: %s", tt.a, tt.b, got, tt.why)
			}
			if got := cmp.Equal(tt.a, tt.b); got != tt.want {
				t.Errorf("cmp.Equal(%v, %v) = %v: go-cmp follows Equal", tt.a, tt.b, got)
			}
		})
	}
}

// Filling a row and reading it back must not allocate: it happens for every
// value of every row.
func TestValuesDoNotAllocate(t *testing.T) {
	row := make([]edm.Value, 13)
	buffer := []byte("text in a scan buffer")
	guid := edm.NewGUID()
	dateTime := edm.DateTimeFrom(time.Unix(0, 0))
	span := edm.TimeFrom(time.Hour)
	var sum int
	allocs := testing.AllocsPerRun(100, func() {
		row[0] = edm.Boolean(true)
		row[1] = edm.Int64(math.MaxInt64)
		row[2] = edm.Double(math.Pi)
		row[3] = edm.StringBytes(buffer)
		row[4] = guid.Value()
		row[5] = dateTime.Value()
		row[6] = span.Value()
		row[7] = edm.NewDecimal(250, 2).Value()
		row[8] = edm.Binary(buffer)
		row[9] = edm.Collection(row[:3])
		parsed, err := edm.ParseDecimal("12345678901234567890123456789012345.678")
		if err != nil {
			t.Fatal(err)
		}
		row[10] = parsed.Value()
		row[11] = edm.Single(1.5)
		point, err := edm.ParseSpatial("SRID=4326;POINT(-122.03547668457 47.6316604614258)", true)
		if err != nil {
			t.Fatal(err)
		}
		row[12] = point.Value()
		sum += len(row[3].Str()) + len(row[8].Bytes()) + len(row[9].Elements()) + row[10].Decimal().Scale() + row[12].Spatial().SRID()
	})
	if allocs != 0 {
		t.Errorf("a row costs %v allocations, want none", allocs)
	}
	if sum == 0 {
		t.Error("nothing was read")
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 1024)
	for _, v := range onePerKind(t) {
		if allocs := testing.AllocsPerRun(100, func() { edm.AppendText(dst, v) }); allocs != 0 {
			t.Errorf("AppendText(%v) costs %v allocations, want none", v, allocs)
		}
		if allocs := testing.AllocsPerRun(100, func() { edm.AppendLiteral(dst, v) }); allocs != 0 {
			t.Errorf("AppendLiteral(%v) costs %v allocations, want none", v, allocs)
		}
	}
}

func TestCompareDoesNotAllocate(t *testing.T) {
	numbers := []edm.Value{
		edm.Int64(1), edm.Double(0.1), edm.Single(0.1), mustDecimal(t, "0.1").Value(),
		mustDecimal(t, "0.1000000000000000055511151231257827021").Value(),
		mustDecimal(t, longDigits).Value(), edm.Double(1234567890123456789012345678901234567890.25),
	}
	for _, a := range append(onePerKind(t), numbers...) {
		for _, b := range append(onePerKind(t), numbers...) {
			allocs := testing.AllocsPerRun(10, func() {
				edm.Compare(a, b)
				edm.Order(a, b)
				a.Equal(b)
			})
			// Only rounding more than 38 digits to a float needs room.
			long := a.Kind() == edm.KindDecimal && a.Decimal().Precision() > 38 ||
				b.Kind() == edm.KindDecimal && b.Decimal().Precision() > 38
			if allocs != 0 && !long {
				t.Errorf("comparing %v with %v costs %v allocations, want none", a, b, allocs)
			}
		}
	}
}

func TestParsingDoesNotAllocate(t *testing.T) {
	for _, tt := range []struct {
		kind edm.Kind
		text string
	}{
		{edm.KindBoolean, "true"},
		{edm.KindInt64, "-9223372036854775808"},
		{edm.KindDouble, "1.7976931348623157E+308"},
		{edm.KindDecimal, "-123456789012345678.90"},
		{edm.KindString, "text"},
		{edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"},
		{edm.KindDateTime, "2015-07-12T06:40:00.036164-07:00"},
		{edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"},
		{edm.KindTime, "P1DT2H3M4.5S"},
		{edm.KindGeographyPoint, "SRID=4326;POINT(-122.03547668457 47.6316604614258)"},
	} {
		if allocs := testing.AllocsPerRun(100, func() { edm.ParseText(tt.kind, tt.text) }); allocs != 0 {
			t.Errorf("ParseText(%v, %q) costs %v allocations, want none", tt.kind, tt.text, allocs)
		}
	}
}

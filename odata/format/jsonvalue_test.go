package format_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

func parse(t testing.TB, kind edm.Kind, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseText(kind, text)
	if err != nil {
		t.Fatalf("%s %q: %v", kind, text, err)
	}
	return v
}

// geography parses a Geography value.
func geography(t testing.TB, text string) edm.Value {
	t.Helper()
	v, err := edm.ParseLiteral("geography'" + text + "'")
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

func TestAppendJSONPrimitive(t *testing.T) {
	value := func(kind edm.Kind, text string) edm.Value { return parse(t, kind, text) }
	for _, tt := range []struct {
		name                      string
		in                        edm.Value
		light, verbose3, verbose2 string // an empty one is as the one before
		why                       string
	}{
		{"null", edm.Null, `null`, "", "", "the zero value"},
		{"binary", edm.Binary([]byte{0, 1, 0xfe, 0xff}), `"AAH+/w=="`, "", "", "standard base64 with padding"},
		{"binary empty", edm.Binary(nil), `""`, "", "", "no bytes are not null"},
		{"true", edm.Boolean(true), `true`, "", "", "native"},
		{"false", edm.Boolean(false), `false`, "", "", "native"},
		{"byte", edm.Byte(255), `255`, "", "", "number"},
		{"sbyte", edm.SByte(-128), `-128`, "", "", "number"},
		{"int16", edm.Int16(-32768), `-32768`, "", "", "number"},
		{"int32", edm.Int32(2147483647), `2147483647`, "", "", "number"},
		{"int64", edm.Int64(math.MinInt64), `"-9223372036854775808"`, "", "", "JavaScript cannot hold it: a string"},
		{"decimal", value(edm.KindDecimal, "2.50"), `"2.50"`, "", "", "a string that keeps its scale"},
		{"single", edm.Single(7), `7`, "", "", "only Double gets a point"},
		{"single fraction", edm.Single(0.1), `0.1`, "", "", "shortest for 32 bits"},
		{"single nan", edm.Single(float32(math.NaN())), `"NaN"`, "", "", "not a JSON number"},
		{"double whole", edm.Double(7), `7.0`, `7`, "", "light marks a Double"},
		{"double zero", edm.Double(0), `0.0`, `0`, "", "light marks a Double"},
		{"double fraction", edm.Double(7.5), `7.5`, "", "", "has a point already"},
		{"double large", edm.Double(1e16), `1E+16`, "", "", "an exponent says it is a Double"},
		{"double long", edm.Double(1234567890123456), `1234567890123456.0`, `1234567890123456`, "", "more digits than usual without an exponent"},
		{"double largest plain", edm.Double(999999999999999), `999999999999999.0`, `999999999999999`, "", "the end of the fast path"},
		{"double smallest plain", edm.Double(1e-4), `0.0001`, "", "", "the end of the fast path"},
		{"double first exponent", edm.Double(-1e15), `-1E+15`, "", "", "round numbers from 16 digits on"},
		{"double -0", edm.Double(math.Copysign(0, -1)), `-0.0`, `-0`, "", "a Double remembers the sign of zero"},
		{"double price", edm.Double(-19.9), `-19.9`, "", "", "few digits take a short cut"},
		{"double fifteen digits", edm.Double(9999999.99999999), `9999999.99999999`, "", "", "the most the short cut takes"},
		{"double sixteen digits", edm.Double(9999999.999999999), `9999999.999999998`, "", "", "one too many for it"},
		{"double sum", edm.Double(0.30000000000000004), `0.30000000000000004`, "", "", "what 0.1 and 0.2 add up to"},
		{"double small", edm.Double(1.5e-7), `1.5E-07`, "", "", "exponents have two digits"},
		{"double nan", edm.Double(math.NaN()), `"NaN"`, "", "", "not a JSON number"},
		{"double inf", edm.Double(math.Inf(1)), `"Infinity"`, "", "", "the spelling .NET reads"},
		{"double -inf", edm.Double(math.Inf(-1)), `"-Infinity"`, "", "", "the spelling .NET reads"},
		{"string", edm.String("Gr\u00fc\u00dfe"), `"Gr\u00fc\u00dfe"`, "", "", "see AppendJSONString"},
		{"guid", value(edm.KindGuid, "6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10"), `"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"`, "", "", "lower case"},
		{"datetime", value(edm.KindDateTime, "2015-07-12T06:40"), `"2015-07-12T06:40:00"`, "", `"\/Date(1436683200000)\/"`, "no zone is taken as UTC"},
		{"datetime utc", value(edm.KindDateTime, "2015-07-12T06:40:00.5Z"), `"2015-07-12T06:40:00.5Z"`, "", `"\/Date(1436683200500)\/"`, "fraction without trailing zeros"},
		{"datetime offset", value(edm.KindDateTime, "2015-07-11T23:40:00-07:00"), `"2015-07-11T23:40:00-07:00"`, "", `"\/Date(1436683200000)\/"`, "the instant counts"},
		{"datetime minimum", value(edm.KindDateTime, "0001-01-01T00:00:00"), `"0001-01-01T00:00:00"`, "", `"\/Date(-62135596800000)\/"`, "not set, in many services"},
		{"datetimeoffset utc", value(edm.KindDateTimeOffset, "2015-07-12T06:40:00Z"), `"2015-07-12T06:40:00Z"`, "", `"\/Date(1436683200000+0000)\/"`, "offset zero is Z"},
		{"datetimeoffset", value(edm.KindDateTimeOffset, "2015-07-12T06:40:00-07:30"), `"2015-07-12T06:40:00-07:30"`, "", `"\/Date(1436683200000-0450)\/"`, "the clock counts; minutes"},
		{"time", value(edm.KindTime, "-P1DT2H0.25S"), `"-P1DT2H0.25S"`, "", "", "a duration"},
		{"point", geography(t, "SRID=4326;Point(142.1 64)"),
			`{"type":"Point","coordinates":[142.1,64.0],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`,
			`{"__metadata":{"type":"Edm.GeographyPoint"},"type":"Point","coordinates":[142.1,64],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}`,
			"", "longitude first; verbose tells the type inside, light beside it"},
		{"complex", edm.Complex(nil), `null`, "", "", "complex values are framed by their format"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := [3]string{tt.light, tt.verbose3, tt.verbose2}
			for dialect := range want {
				if dialect > 0 && want[dialect] == "" {
					want[dialect] = want[dialect-1]
				}
				if got := string(format.AppendJSONPrimitive(nil, tt.in, format.JSONDialect(dialect))); got != want[dialect] {
					t.Errorf("dialect %d: %s\n got %s\nwant %s", dialect, tt.why, got, want[dialect])
				}
			}
		})
	}
}

func TestTellsType(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   edm.Value
		want bool
		why  string
	}{
		{"null", edm.Null, true, "null needs no type"},
		{"string", edm.String("x"), true, "native"},
		{"boolean", edm.Boolean(true), true, "native"},
		{"int32", edm.Int32(1), true, "numbers without a point are Int32"},
		{"double", edm.Double(1), true, "numbers with a point are Double"},
		{"double inf", edm.Double(math.Inf(1)), false, "a string to readers"},
		{"double nan", edm.Double(math.NaN()), false, "a string to readers"},
		{"int16", edm.Int16(1), false, "an Int32 to readers"},
		{"single", edm.Single(1), false, "a number to readers"},
		{"int64", edm.Int64(1), false, "a string to readers"},
		{"guid", edm.GUID{}.Value(), false, "a string to readers"},
		{"point", geography(t, "SRID=4326;Point(1 2)"), false, "an object to readers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := format.TellsType(tt.in); got != tt.want {
				t.Errorf("TellsType(%v) = %v: %s", tt.in, got, tt.why)
			}
		})
	}
}

// FuzzDouble requires that every path writes the number as edm does, apart from
// what the dialects add, and that it reads back as the same number.
func FuzzDouble(f *testing.F) {
	for _, seed := range []float64{0, 1, -7.5, 1e-4, 0.00012345678, 19.99, 9999999.99999999, 1e7, 9.9e-5, 1e15, 999999999999999.9, 1234567890123456, 5e-324, math.MaxFloat64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, number float64) {
		v := edm.Double(number)
		if math.IsNaN(number) || math.IsInf(number, 0) {
			return
		}
		plain := string(edm.AppendText(nil, v))
		if got := string(format.AppendJSONPrimitive(nil, v, format.DialectVerbose3)); got != plain {
			t.Fatalf("verbose wrote %s, want %s", got, plain)
		}
		light := string(format.AppendJSONPrimitive(nil, v, format.DialectLight))
		if light != plain && light != plain+".0" || !strings.ContainsAny(light, ".E") {
			t.Fatalf("light wrote %s, want %s marked as a Double", light, plain)
		}
		var got float64
		if err := json.Unmarshal([]byte(light), &got); err != nil || got != number {
			t.Fatalf("%v became %s, which is %v (%v)", number, light, got, err)
		}
	})
}

package edm_test

import (
	"errors"
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestParseText(t *testing.T) {
	inf := math.Inf(1)
	literal := func(s string) edm.Value { return mustLiteral(t, s) }
	for _, tt := range []struct {
		name string
		kind edm.Kind
		in   string
		want edm.Value
		text string // what AppendText writes, in if empty
		why  string
	}{
		{"boolean", edm.KindBoolean, "true", edm.Boolean(true), "", "XML Schema"},
		{"boolean 1", edm.KindBoolean, "1", edm.Boolean(true), "true", "XML Schema's other form"},
		{"boolean 0", edm.KindBoolean, "0", edm.Boolean(false), "false", "XML Schema's other form"},
		{"byte min", edm.KindByte, "0", edm.Byte(0), "", "first"},
		{"byte minus zero", edm.KindByte, "-0", edm.Byte(0), "0", "a sign alone is not a negative number"},
		{"byte max", edm.KindByte, "255", edm.Byte(255), "", "last"},
		{"sbyte min", edm.KindSByte, "-128", edm.SByte(-128), "", "first"},
		{"sbyte max", edm.KindSByte, "127", edm.SByte(127), "", "last"},
		{"int16 min", edm.KindInt16, "-32768", edm.Int16(-32768), "", "first"},
		{"int16 max", edm.KindInt16, "32767", edm.Int16(32767), "", "last"},
		{"int32 min", edm.KindInt32, "-2147483648", edm.Int32(math.MinInt32), "", "first"},
		{"int32 max", edm.KindInt32, "2147483647", edm.Int32(math.MaxInt32), "", "last"},
		{"int64 min", edm.KindInt64, "-9223372036854775808", edm.Int64(math.MinInt64), "", "first"},
		{"int64 max", edm.KindInt64, "9223372036854775807", edm.Int64(math.MaxInt64), "", "last"},
		{"plus", edm.KindInt32, "+7", edm.Int32(7), "7", "XML Schema allows it"},
		{"white space", edm.KindInt32, "\r\n\t 7 ", edm.Int32(7), "7", "XML Schema collapses it"},
		{"single", edm.KindSingle, "0.1", edm.Single(0.1), "", "shortest for 32 bits"},
		{"single exponent", edm.KindSingle, "1e7", edm.Single(1e7), "1E+07", "7 digits before the point at most"},
		{"single seven digits", edm.KindSingle, "1234567", edm.Single(1234567), "", "7 digits before the point at most"},
		{"single eight digits", edm.KindSingle, "16777216", edm.Single(16777216), "", "unless the digits are there"},
		{"single infinity", edm.KindSingle, "-Infinity", edm.Single(float32(math.Inf(-1))), "-INF", "JSON's spelling"},
		{"double", edm.KindDouble, "7", edm.Double(7), "", "no point in XML"},
		{"double point", edm.KindDouble, "7.", edm.Double(7), "7", "XML Schema allows it"},
		{"double no whole part", edm.KindDouble, "-.5", edm.Double(-0.5), "-0.5", "XML Schema allows it"},
		{"double plus", edm.KindDouble, "+.5e+1", edm.Double(5), "5", "XML Schema allows it"},
		{"double infinity", edm.KindDouble, "INF", edm.Double(inf), "", "XML's spelling"},
		{"double Infinity", edm.KindDouble, "Infinity", edm.Double(inf), "INF", "JSON's spelling"},
		{"double NaN", edm.KindDouble, "NaN", edm.Double(math.NaN()), "", "both spell it so"},
		{"double negative zero", edm.KindDouble, "-0", edm.Double(math.Copysign(0, -1)), "", "kept"},
		{"decimal", edm.KindDecimal, "2.50", literal("2.50M"), "", "the scale is kept"},
		{"decimal exponent", edm.KindDecimal, "1.5e3", literal("1500M"), "1500", "a JSON number may have one"},
		{"decimal no whole part", edm.KindDecimal, "+.50", literal("0.50M"), "0.50", "XML Schema allows it"},
		{"decimal no fraction", edm.KindDecimal, "7.", literal("7M"), "7", "XML Schema allows it"},
		{"string", edm.KindString, " it's\n", edm.String(" it's\n"), "", "as it is"},
		{"empty string", edm.KindString, "", edm.String(""), "", "not null"},
		{"binary", edm.KindBinary, "AAr/", edm.Binary([]byte{0, 10, 255}), "", "base64"},
		{"binary padded", edm.KindBinary, "AA==", edm.Binary([]byte{0}), "", "base64"},
		{"binary lines", edm.KindBinary, " AA\r\n r/\t", edm.Binary([]byte{0, 10, 255}), "AAr/", "white space within"},
		{"binary empty", edm.KindBinary, "", edm.Binary(nil), "", "no bytes, not null"},
		{"guid", edm.KindGuid, "6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10", literal("guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'"), "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "lower case is written"},
		{"datetime", edm.KindDateTime, "2015-07-12T06:40:00-07:00", literal("datetime'2015-07-12T06:40:00-07:00'"), "", "the zone is kept"},
		{"datetime JSON", edm.KindDateTime, "/Date(1436683200123)/", literal("datetime'2015-07-12T06:40:00.123Z'"), "2015-07-12T06:40:00.123Z", "JSON verbose before V3, UTC"},
		{"datetime JSON negative", edm.KindDateTime, "/Date(-1)/", literal("datetime'1969-12-31T23:59:59.999Z'"), "1969-12-31T23:59:59.999Z", "before 1970"},
		{"datetime JSON min", edm.KindDateTime, "/Date(-62135596800000)/", literal("datetime'0001-01-01T00:00:00Z'"), "0001-01-01T00:00:00Z", "first"},
		{"datetime JSON max", edm.KindDateTime, "/Date(253402300799999)/", literal("datetime'9999-12-31T23:59:59.999Z'"), "9999-12-31T23:59:59.999Z", "last"},
		{"datetime JSON offset", edm.KindDateTime, "/Date(0-0420)/", literal("datetime'1970-01-01T00:00:00-07:00'"), "1970-01-01T00:00:00-07:00", "the clock, and minutes"},
		{"datetimeoffset", edm.KindDateTimeOffset, "2015-07-12T06:40:00Z", literal("datetimeoffset'2015-07-12T06:40:00Z'"), "", "same form"},
		{"datetimeoffset JSON", edm.KindDateTimeOffset, "/Date(1436683200000+0120)/", literal("datetimeoffset'2015-07-12T06:40:00+02:00'"), "2015-07-12T06:40:00+02:00", "the clock, and minutes"},
		{"datetimeoffset JSON bare", edm.KindDateTimeOffset, "/Date(1436683200000)/", literal("datetimeoffset'2015-07-12T06:40:00Z'"), "2015-07-12T06:40:00Z", "UTC"},
		{"time", edm.KindTime, "-P1DT2H", literal("time'-P1DT2H'"), "", "duration"},
		{"point", edm.KindGeographyPoint, " POINT(1 2)\n", literal("geography'SRID=4326;POINT(1 2)'"), "SRID=4326;POINT(1 2)", "well-known text, with blanks around it"},
		{"any geography", edm.KindGeography, "POINT(1 2)", literal("geography'SRID=4326;POINT(1 2)'"), "SRID=4326;POINT(1 2)", "the abstract type takes every shape"},
		{"any geometry", edm.KindGeometry, "SRID=7;POINT EMPTY", literal("geometry'SRID=7;POINT EMPTY'"), "", "the abstract type takes every shape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseText(tt.kind, tt.in)
			if err != nil {
				t.Fatalf("ParseText(%v, %q): %v: %s", tt.kind, tt.in, err, tt.why)
			}
			if !got.Equal(tt.want) {
				t.Errorf("ParseText(%v, %q) = %v %v, want %v: %s", tt.kind, tt.in, got.Kind(), got, tt.want, tt.why)
			}
			text := tt.text
			if text == "" {
				text = tt.in
			}
			if printed := string(edm.AppendText(nil, got)); printed != text {
				t.Errorf("ParseText(%v, %q) prints %q, want %q: %s", tt.kind, tt.in, printed, text, tt.why)
			}
		})
	}
}

func TestParseTextRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		kind   edm.Kind
		in     string
		offset int
		why    string
	}{
		{"boolean case", edm.KindBoolean, "True", 0, "exact case"},
		{"boolean empty", edm.KindBoolean, "", 0, "nothing"},
		{"boolean number", edm.KindBoolean, "2", 0, "only 0 and 1"},
		{"byte below", edm.KindByte, "-1", 0, "no wrap"},
		{"byte beyond", edm.KindByte, "256", 0, "no wrap"},
		{"sbyte below", edm.KindSByte, "-129", 0, "no wrap"},
		{"sbyte beyond", edm.KindSByte, "128", 0, "no wrap"},
		{"int16 below", edm.KindInt16, "-32769", 0, "no wrap"},
		{"int16 beyond", edm.KindInt16, "32768", 0, "no wrap"},
		{"int32 below", edm.KindInt32, "-2147483649", 0, "no wrap"},
		{"int32 beyond", edm.KindInt32, "2147483648", 0, "no wrap"},
		{"int64 below", edm.KindInt64, "-9223372036854775809", 0, "no wrap"},
		{"int64 beyond", edm.KindInt64, "9223372036854775808", 0, "no wrap"},
		{"int64 suffix", edm.KindInt64, "7L", 1, "suffixes belong to literals"},
		{"integer fraction", edm.KindInt32, "7.0", 1, "even of zero"},
		{"integer exponent", edm.KindInt32, "1e3", 1, "not an integer's form"},
		{"integer point", edm.KindInt32, "7.", 1, "not an integer's form"},
		{"integer empty", edm.KindInt32, "", 0, "nothing"},
		{"integer blank", edm.KindInt32, " ", 1, "nothing but white space"},
		{"integer inside blanks", edm.KindInt32, "  x ", 2, "the place counts the white space"},
		{"no-break space", edm.KindInt32, "\u00a07", 0, "not white space of XML"},
		{"single beyond", edm.KindSingle, "3.5e38", 0, "not an infinity"},
		{"double beyond", edm.KindDouble, "1e309", 0, "not an infinity"},
		{"double suffix", edm.KindDouble, "7d", 1, "suffixes belong to literals"},
		{"double point", edm.KindDouble, ".", 1, "a digit on one side at least"},
		{"double sign", edm.KindDouble, "+", 1, "a digit at least"},
		{"double exponent", edm.KindDouble, "e5", 0, "a digit first"},
		{"double hex", edm.KindDouble, "0x1p-2", 1, "not Go syntax"},
		{"double inf", edm.KindDouble, "inf", 0, "exact case"},
		{"double plus infinity", edm.KindDouble, "+INF", 1, "not in XML Schema 1.0"},
		{"decimal NaN", edm.KindDecimal, "NaN", 0, "no such decimal"},
		{"decimal comma", edm.KindDecimal, "7,5", 1, "no locale"},
		{"string", edm.KindString, "ab\xff", 2, "text must be UTF-8"},
		{"binary", edm.KindBinary, "A", 0, "base64 comes in fours"},
		{"binary alphabet", edm.KindBinary, "__--", 0, "not the URL alphabet"},
		{"binary hex", edm.KindBinary, "X'00'", 0, "the literal form is another"},
		{"guid", edm.KindGuid, "guid'x'", 7, "the literal form is another"},
		{"datetime", edm.KindDateTime, "2015-02-29", 8, "no such day"},
		{"datetime JSON open", edm.KindDateTime, "/Date(0", 7, "no end"},
		{"datetime JSON empty", edm.KindDateTime, "/Date()/", 6, "no number"},
		{"datetime JSON word", edm.KindDateTime, "/Date(x)/", 6, "no number"},
		{"datetime JSON offset", edm.KindDateTime, "/Date(0+0841)/", 7, "beyond 14 hours"},
		{"datetime JSON offset word", edm.KindDateTime, "/Date(0+x)/", 7, "no number"},
		{"datetime JSON below", edm.KindDateTime, "/Date(-62135596800001)/", 6, "before the first"},
		{"datetime JSON beyond", edm.KindDateTime, "/Date(253402300800000)/", 6, "after the last"},
		{"datetime JSON far beyond", edm.KindDateTime, "/Date(9223372036854775808)/", 6, "no wrap"},
		{"datetimeoffset JSON instant", edm.KindDateTimeOffset, "/Date(-62135596800000+0001)/", 0, "the instant is before the first"},
		{"datetimeoffset", edm.KindDateTimeOffset, "2015-07-12T06:40:00", 19, "a zone is required"},
		{"time", edm.KindTime, "01:30:00", 0, "a duration"},
		{"null", edm.KindNull, "null", 0, "null has no text"},
		{"stream", edm.KindStream, "x", 0, "streams have links instead"},
		{"spatial word", edm.KindGeographyPoint, "x", 0, "no shape"},
		{"spatial kind", edm.KindGeographyPoint, "LINESTRING(1 2,3 4)", 0, "another shape"},
		{"spatial place", edm.KindGeometry, " POINT(1 2) x", 12, "the place counts the white space"},
		{"complex", edm.KindComplex, "x", 0, "no text form"},
		{"unknown", edm.KindCollection + 1, "x", 0, "no text form"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseText(tt.kind, tt.in)
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset != tt.offset || !got.IsNull() {
				t.Errorf("ParseText(%v, %q) = %v, %v; want an error at %d: %s", tt.kind, tt.in, got, err, tt.offset, tt.why)
			}
		})
	}
}

func TestAppendJSONDate(t *testing.T) {
	for _, tt := range []struct {
		name, literal, want string
		why                 string
	}{
		{"utc", "datetime'2015-07-12T06:40:00Z'", "/Date(1436683200000)/", "milliseconds"},
		{"unspecified", "datetime'2015-07-12T06:40:00'", "/Date(1436683200000)/", "taken as UTC"},
		{"offset", "datetime'2015-07-11T23:40:00-07:00'", "/Date(1436683200000)/", "converted to UTC"},
		{"fraction", "datetime'1970-01-01T00:00:00.0019999'", "/Date(1)/", "cut to milliseconds"},
		{"fraction before 1970", "datetime'1969-12-31T23:59:59.9999999'", "/Date(-1)/", "cut toward the past as well"},
		{"minimum", "datetime'0001-01-01T00:00:00'", "/Date(-62135596800000)/", "the first"},
		{"with offset", "datetimeoffset'2015-07-12T06:40:00+02:00'", "/Date(1436683200000+0120)/", "the clock, and minutes"},
		{"with negative offset", "datetimeoffset'1970-01-01T00:00:00-14:00'", "/Date(0-0840)/", "four digits of minutes"},
		{"with offset zero", "datetimeoffset'1970-01-01T00:00:00Z'", "/Date(0+0000)/", "never without an offset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := mustLiteral(t, tt.literal)
			var got []byte
			if v.Kind() == edm.KindDateTime {
				got = v.DateTime().AppendJSONDate(nil)
			} else {
				got = v.DateTimeOffset().AppendJSONDate(nil)
			}
			if string(got) != tt.want {
				t.Errorf("%s is %s, want %s: %s", tt.literal, got, tt.want, tt.why)
			}
			back := mustText(t, v.Kind(), string(got))
			if v.Kind() == edm.KindDateTimeOffset && !back.Equal(v) {
				t.Errorf("%s reads back as %v", got, back)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, v := range onePerKind(f) {
		f.Add(uint8(v.Kind()), string(edm.AppendText(nil, v)))
	}
	f.Add(uint8(edm.KindDateTime), "/Date(1436683200123-0420)/")
	f.Add(uint8(edm.KindDouble), "+.5e-300")
	f.Add(uint8(edm.KindBinary), " AA ==")
	f.Add(uint8(edm.KindGeography), "polygon((0 0,4 0,4 4,0 0))")
	f.Fuzz(func(t *testing.T, kind uint8, s string) {
		k := edm.Kind(kind)
		v, err := edm.ParseText(k, s)
		if err != nil {
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(s) || !v.IsNull() {
				t.Fatalf("ParseText(%v, %q) = %v, %v", k, s, v, err)
			}
			return
		}
		if v.Kind() != k && k != edm.KindGeography && k != edm.KindGeometry {
			t.Fatalf("ParseText(%v, %q) is a %v", k, s, v.Kind())
		}
		printed := string(edm.AppendText(nil, v))
		again, err := edm.ParseText(k, printed)
		if err != nil || !again.Equal(v) {
			t.Fatalf("%v %q prints %q, which reads back as %v, %v", k, s, printed, again, err)
		}
		if reprinted := string(edm.AppendText(nil, again)); reprinted != printed {
			t.Fatalf("%v %q prints as %q, then as %q", k, s, printed, reprinted)
		}
		// The literal says the same: what has no suffix reads back as Int32.
		literal, err := edm.ParseLiteral(v.String())
		if err != nil {
			t.Fatalf("%v %q is the literal %v: %v", k, s, v, err)
		}
		back, err := edm.Convert(literal, k)
		if err != nil || !back.Equal(v) {
			t.Fatalf("%v %q is the literal %v, which reads back as %v, %v", k, s, v, back, err)
		}
		if cast, ok := edm.Cast(v, edm.KindString); !ok || cast.Str() != printed {
			t.Fatalf("%v cast to text is %v, %v", v, cast, ok)
		}
		if !v.Clone().Equal(v) || edm.Order(v, v) != 0 {
			t.Fatalf("%v does not equal itself", v)
		}
	})
}

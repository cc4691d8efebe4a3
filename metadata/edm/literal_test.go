package edm_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
)

// TestParseLiteral walks through every literal: its least and greatest value,
// what lies just beyond, and what is malformed.
func TestParseLiteral(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	text := func(k edm.Kind, s string) edm.Value { return mustText(t, k, s) }
	for _, tt := range []struct {
		name, in string
		want     edm.Value
		print    string // the canonical form, in if empty
		why      string
	}{
		{"null", "null", edm.Null, "", "exact case"},
		{"true", "true", edm.Boolean(true), "", "exact case"},
		{"false", "false", edm.Boolean(false), "", "exact case"},

		{"string", "'Ann'", edm.String("Ann"), "", "plain"},
		{"empty string", "''", edm.String(""), "", "not an unclosed quote"},
		{"doubled quote", "'it''s'", edm.String("it's"), "", "quotes are doubled"},
		{"only quotes", "''''''", edm.String("''"), "", "pairs"},
		{"quotes at the ends", "'''a'''", edm.String("'a'"), "", "pairs at the ends"},
		{"other quotes", "'\"'", edm.String("\""), "", "only the single quote is special"},
		{"prefix in a string", "'guid''x'''", edm.String("guid'x'"), "", "text is text"},
		{"beyond ASCII", "'Zoë 日本 😀'", edm.String("Zoë 日本 😀"), "", "UTF-8"},
		{"NUL", "'a\x00b'", edm.String("a\x00b"), "", "length decides, not a terminator"},
		{"replacement character", "'\uFFFD'", edm.String("\uFFFD"), "", "valid, though decoders return it for errors"},

		{"zero", "0", edm.Int32(0), "", "the smallest kind of integer literal"},
		{"minus zero", "-0", edm.Int32(0), "0", "integers have one zero"},
		{"leading zeros", "007", edm.Int32(7), "7", "digits are decimal"},
		{"int32 max", "2147483647", edm.Int32(math.MaxInt32), "", "the last Int32"},
		{"int32 max + 1", "2147483648", edm.Int64(math.MaxInt32 + 1), "2147483648L", "Int64 where Int32 ends"},
		{"int32 min", "-2147483648", edm.Int32(math.MinInt32), "", "the first Int32"},
		{"int32 min - 1", "-2147483649", edm.Int64(math.MinInt32 - 1), "-2147483649L", "Int64 where Int32 ends"},
		{"int64 max, bare", "9223372036854775807", edm.Int64(math.MaxInt64), "9223372036854775807L", "the last Int64"},
		{"int64 min, bare", "-9223372036854775808", edm.Int64(math.MinInt64), "-9223372036854775808L", "the first Int64"},
		{"int64", "7L", edm.Int64(7), "", "the suffix decides, not the size"},
		{"int64 lower", "7l", edm.Int64(7), "7L", "either case"},
		{"int64 max", "9223372036854775807L", edm.Int64(math.MaxInt64), "", "the last Int64"},
		{"int64 min", "-9223372036854775808L", edm.Int64(math.MinInt64), "", "the first Int64"},

		{"decimal", "2.50M", mustDecimal(t, "2.50").Value(), "", "the scale is kept"},
		{"decimal lower", "7m", mustDecimal(t, "7").Value(), "7M", "either case"},
		{"decimal exponent", "1e3M", mustDecimal(t, "1000").Value(), "1000M", "written in full"},
		{"decimal negative exponent", "-15E-3m", mustDecimal(t, "-0.015").Value(), "-0.015M", "written in full"},
		{".NET decimal max", "79228162514264337593543950335M", mustDecimal(t, "79228162514264337593543950335").Value(), "", "the maximum of .NET"},
		{"long decimal", longDigits + "M", mustDecimal(t, longDigits).Value(), "", "beyond .NET"},

		{"single", "7.5f", edm.Single(7.5), "", "suffix"},
		{"single upper", "7F", edm.Single(7), "7f", "either case, no point needed"},
		{"single max", "3.4028235E+38f", edm.Single(math.MaxFloat32), "", "the largest"},
		{"single max rounded", "3.40282356E38f", edm.Single(math.MaxFloat32), "3.4028235E+38f", "still nearest to the largest"},
		{"single least", "1E-45f", edm.Single(math.SmallestNonzeroFloat32), "", "the least"},
		{"single underflow", "1E-46f", edm.Single(0), "0f", "nearest is zero"},
		{"single is rounded once", "1.00000017881393432617187499f", edm.Single(1.0000001), "1.0000001f", "by way of a double it would be 1.0000002"},
		{"single NaN", "NaNf", edm.Single(float32(math.NaN())), "", "suffix"},
		{"single NaN upper", "NaNF", edm.Single(float32(math.NaN())), "NaNf", "suffix of either case"},
		{"single infinity", "INFF", edm.Single(float32(math.Inf(1))), "INFf", "suffix of either case"},
		{"single minus infinity", "-INFf", edm.Single(float32(math.Inf(-1))), "", "the sign belongs to it"},

		{"double", "7.5", edm.Double(7.5), "", "a point makes a double"},
		{"double whole", "7.0", edm.Double(7), "", "not 7, which would be an Int32"},
		{"double suffix", "7d", edm.Double(7), "7.0", "a suffix makes a double"},
		{"double suffix upper", "7.5D", edm.Double(7.5), "7.5", "either case"},
		{"double exponent", "1E+10", edm.Double(1e10), "10000000000.0", "an exponent makes a double"},
		{"double short exponent", "1e1", edm.Double(10), "10.0", "either case, no sign"},
		{"double exponent suffix", "1e-7d", edm.Double(1e-7), "1E-07", "exponents have two digits as in .NET"},
		{"double max", "1.7976931348623157E+308", edm.Double(math.MaxFloat64), "", "the largest"},
		{"double least", "5E-324", edm.Double(math.SmallestNonzeroFloat64), "", "the least"},
		{"double underflow", "1e-400", edm.Double(0), "0.0", "nearest is zero"},
		{"double negative zero", "-0.0", edm.Double(negativeZero), "", "floats have two"},
		{"double large whole", "123456789012345680000.0", edm.Double(123456789012345680000), "1.2345678901234568E+20", "digits are not invented"},
		{"NaN", "NaN", edm.Double(math.NaN()), "", "exact case"},
		{"infinity", "INF", edm.Double(math.Inf(1)), "", "ends in F, yet not a Single"},
		{"minus infinity", "-INF", edm.Double(math.Inf(-1)), "", "the sign belongs to it"},

		{"guid", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", text(edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), "", "lower case"},
		{"guid upper", "GUID'6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10'", text(edm.KindGuid, "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"), "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", "any case is read"},
		{"datetime", "datetime'2015-07-12T06:40:00'", text(edm.KindDateTime, "2015-07-12T06:40:00"), "", "no zone"},
		{"datetime short", "datetime'2015-07-12T06:40'", text(edm.KindDateTime, "2015-07-12T06:40:00"), "datetime'2015-07-12T06:40:00'", "seconds are written"},
		{"datetime of a day", "datetime'2015-07-12'", text(edm.KindDateTime, "2015-07-12T00:00:00"), "datetime'2015-07-12T00:00:00'", "midnight"},
		{"datetime prefix", "DateTime'2015-06-12T04:49:32.431Z'", text(edm.KindDateTime, "2015-06-12T04:49:32.431Z"), "datetime'2015-06-12T04:49:32.431Z'", "words in any case"},
		{"datetime min", "datetime'0001-01-01T00:00:00'", text(edm.KindDateTime, "0001-01-01T00:00:00"), "", "the first"},
		{"datetime max", "datetime'9999-12-31T23:59:59.9999999'", text(edm.KindDateTime, "9999-12-31T23:59:59.9999999"), "", "the last"},
		{"datetimeoffset", "datetimeoffset'2015-07-12T06:40:00+02:00'", text(edm.KindDateTimeOffset, "2015-07-12T06:40:00+02:00"), "", "another type than datetime"},
		{"datetimeoffset blank", "DATETIMEOFFSET'2015-07-12T06:40:00 02:00'", text(edm.KindDateTimeOffset, "2015-07-12T06:40:00+02:00"), "datetimeoffset'2015-07-12T06:40:00+02:00'", "an unescaped plus"},
		{"time", "time'PT1H30M'", text(edm.KindTime, "PT1H30M"), "", "duration"},
		{"time max", "Time'P10675199DT2H48M5.4775807S'", edm.NewTime(math.MaxInt64).Value(), "time'P10675199DT2H48M5.4775807S'", "the longest"},
		{"time min", "time'-P10675199DT2H48M5.4775808S'", edm.NewTime(math.MinInt64).Value(), "", "the most negative"},
		{"geography", "geography'SRID=4326;POINT(142.1 64.1)'", text(edm.KindGeographyPoint, "SRID=4326;POINT(142.1 64.1)"), "", "longitude first"},
		{"geography any case", "Geography'srid=4326;Point(142.1 64.1)'", text(edm.KindGeographyPoint, "SRID=4326;POINT(142.1 64.1)"), "geography'SRID=4326;POINT(142.1 64.1)'", "words in any case"},
		{"geometry", "geometry'SRID=0;LINESTRING(1 2,3 4)'", text(edm.KindGeometryLineString, "LINESTRING(1 2,3 4)"), "", "a plane"},
		{"binary X", "X'0aFF'", edm.Binary([]byte{0x0a, 0xff}), "X'0AFF'", "hex in any case"},
		{"binary x", "x'00'", edm.Binary([]byte{0}), "X'00'", "words in any case"},
		{"binary word", "Binary'0AFF'", edm.Binary([]byte{0x0a, 0xff}), "X'0AFF'", "the long word"},
		{"binary empty", "X''", edm.Binary(nil), "", "no bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseLiteral(tt.in)
			if err != nil {
				t.Fatalf("ParseLiteral(%q): %v: %s", tt.in, err, tt.why)
			}
			if !got.Equal(tt.want) {
				t.Errorf("ParseLiteral(%q) = %v %v, want %v %v: %s", tt.in, got.Kind(), got, tt.want.Kind(), tt.want, tt.why)
			}
			print := tt.print
			if print == "" {
				print = tt.in
			}
			if got.String() != print {
				t.Errorf("ParseLiteral(%q) prints %s, want %s: %s", tt.in, got, print, tt.why)
			}
		})
	}
}

func TestParseLiteralRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		offset   int
		why      string
	}{
		{"empty", "", 0, "nothing"},
		{"blank", " ", 0, "no blanks"},
		{"blank before", " 7", 0, "no blanks"},
		{"blank after", "7 ", 1, "no blanks"},
		{"Null", "Null", 0, "exact case"},
		{"True", "True", 0, "exact case"},
		{"TRUE", "TRUE", 0, "exact case"},
		{"nan", "nan", 0, "exact case"},
		{"Infinity", "Infinity", 0, "JSON's spelling, not the URI's"},
		{"plus infinity", "+INF", 0, "no plus"},
		{"double infinity", "INFd", 0, "has no suffix"},
		{"name", "Name", 0, "a property is no literal"},
		{"two literals", "1 2", 1, "one only"},

		{"open string", "'abc", 4, "no closing quote"},
		{"open quote", "'", 1, "no closing quote"},
		{"open by doubling", "'abc''", 6, "the last quote is half a pair"},
		{"after a string", "'a'b", 3, "a single quote inside"},
		{"two strings", "'a' 'b'", 3, "one only"},
		{"not UTF-8", "'a\xffb'", 2, "text must be UTF-8"},
		{"cut UTF-8", "'\xe6\x97'", 1, "text must be UTF-8"},
		{"surrogate", "'\xed\xa0\x80'", 1, "not UTF-8 either"},
		{"overlong", "'\xc0\xaf'", 1, "a slash in disguise"},

		{"int64 max + 1", "9223372036854775808", 0, "no wrap"},
		{"int64 min - 1", "-9223372036854775809", 0, "no wrap"},
		{"int64 suffix max + 1", "9223372036854775808L", 0, "no wrap"},
		{"2^64", "18446744073709551616", 0, "no wrap to zero"},
		{"many digits", strings.Repeat("9", 10_000), 0, "no wrap"},
		{"fraction of int64", "1.0L", 3, "whole numbers only"},
		{"exponent of int64", "1e3L", 3, "whole numbers only"},
		{"two suffixes", "7LL", 1, "one suffix"},
		{"unknown suffix", "7u", 1, "L, M, f and d"},
		{"plus", "+7", 0, "no plus"},
		{"minus", "-", 0, "a number has digits"},
		{"two minuses", "--7", 0, "one sign"},
		{"minus apart", "- 7", 0, "the sign touches the number"},
		{"minus property", "-Price", 0, "negation is not literal"},
		{"minus string", "-'a'", 0, "strings have no sign"},
		{"no whole part", ".5", 0, "a digit comes first"},
		{"no fraction", "5.", 2, "a digit follows the point"},
		{"suffix for fraction", "5.f", 2, "a digit follows the point"},
		{"no exponent", "5e", 2, "an exponent has digits"},
		{"suffix for exponent", "5ed", 2, "an exponent has digits"},
		{"hex", "0x1F", 1, "not a number and not a binary"},
		{"HEX", "0X1F", 1, "not a number and not a binary"},
		{"underscore", "1_000", 1, "not Go syntax"},
		{"separator", "1,000", 1, "no separators"},
		{"other digits", "１", 0, "ASCII digits"},

		{"single max beyond", "3.4028236E38f", 0, "not an infinity"},
		{"double max beyond", "1.8e308", 0, "not an infinity"},
		{"double far beyond", "1e400", 0, "not an infinity"},
		{"double absurd", "1e99999999999999999999", 0, "no wrap of the exponent"},
		{"decimal beyond", "1e10000M", 0, "more digits than allowed"},

		{"guid bare", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", 1, "a V4 form"},
		{"guid short", "guid'6f0c0b5e'", 13, "36 characters"},
		{"guid letter", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a1g'", 40, "hex digits"},
		{"guid braces", "guid'{6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10}'", 41, "36 characters"},
		{"word apart", "guid '6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'", 0, "the word touches the quote"},
		{"unknown word", "duration'PT1H'", 0, "V4's word"},
		{"folded word", "datetimeoff\u017fet'2015-07-12T06:40:00Z'", 0, "a long s is no s"},
		{"word without quote", "guid", 0, "no literal"},
		{"open literal", "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", 41, "no closing quote"},
		{"after a literal", "X'00'x", 5, "nothing may follow"},
		{"quote in a literal", "X'00''00'", 5, "the first quote ends it"},
		{"odd hex", "X'abc'", 5, "two digits for each byte"},
		{"not hex", "binary'0g'", 8, "hex digits"},
		{"datetime malformed", "datetime'2015-02-30'", 17, "the place inside the whole literal"},
		{"datetime empty", "datetime''", 9, "a date has the form"},
		{"datetime fraction", "datetime'2015-07-12T06:40:00.12345678'", 36, "seven digits"},
		{"datetimeoffset without zone", "datetimeoffset'2015-07-12T06:40:00'", 34, "a zone is required"},
		{"time in years", "time'P1Y'", 7, "no fixed length"},
		{"time of day", "time'06:40:00'", 5, "a duration"},
		{"time beyond", "time'P10675200D'", 6, "no wrap"},
		{"geography malformed", "geography'SRID=4326;Point(142.1)'", 31, "the place inside the whole literal"},
		{"geometry empty", "Geometry''", 9, "a shape is expected"},
		{"open geometry", "geometry'POINT(1 2)", 19, "no closing quote"},
		{"after a geography", "geography'POINT(1 2)'x", 21, "nothing may follow"},
		{"typed null", "null'Edm.String'", 0, "not part of the grammar"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseLiteral(tt.in)
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("ParseLiteral(%.60q) = %v, %v; want a syntax error: %s", tt.in, got, err, tt.why)
			}
			if syntax.Offset != tt.offset {
				t.Errorf("ParseLiteral(%.60q): %v; want offset %d: %s", tt.in, err, tt.offset, tt.why)
			}
			if !got.IsNull() {
				t.Errorf("ParseLiteral(%.60q) returns %v along with its error", tt.in, got)
			}
			if len(tt.in) > 8 && strings.Contains(err.Error(), tt.in) {
				t.Errorf("ParseLiteral(%.60q): the error %q repeats the text", tt.in, err)
			}
		})
	}
}

func TestStringLiteralAliasesItsText(t *testing.T) {
	in := "'plain'"
	if got := mustLiteral(t, in).Str(); unsafe.StringData(got) != unsafe.StringData(in[1:]) {
		t.Error("a string without doubled quotes is copied")
	}
}

func TestLiteralsWithoutGrammar(t *testing.T) {
	for _, tt := range []struct {
		v    edm.Value
		want string
		why  string
	}{
		{edm.Byte(255), "255", "no suffix of its own"},
		{edm.SByte(-128), "-128", "no suffix of its own"},
		{edm.Int16(-32768), "-32768", "no suffix of its own"},
		{edm.Complex([]edm.Value{edm.String("a,b"), edm.Null, edm.Collection(nil)}), "('a,b',null,[])", "for people"},
		{edm.Collection([]edm.Value{edm.Complex(nil), edm.Int64(1)}), "[(),1L]", "for people"},
	} {
		if got := tt.v.String(); got != tt.want {
			t.Errorf("%v prints %s, want %s: %s", tt.v.Kind(), got, tt.want, tt.why)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	for _, v := range onePerKind(f) {
		f.Add(v.String())
	}
	for _, seed := range []string{"'it''s'", "1e3M", "-INF", "NaNF", "2147483648", "5E-324", "X'0aFF'", "datetime'2015-07-12'", "0x1F", "7d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := edm.ParseLiteral(s)
		if err != nil {
			var syntax *edm.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(s) || !v.IsNull() {
				t.Fatalf("ParseLiteral(%q) = %v, %v", s, v, err)
			}
			return
		}
		printed := edm.AppendLiteral(nil, v)
		again, err := edm.ParseLiteral(string(printed))
		if err != nil || !again.Equal(v) {
			t.Fatalf("%q is %v %s, which reads back as %v %v, %v", s, v.Kind(), printed, again.Kind(), again, err)
		}
		if reprinted := edm.AppendLiteral(nil, again); string(reprinted) != string(printed) {
			t.Fatalf("%q prints as %s, then as %s", s, printed, reprinted)
		}
		if v.IsNull() {
			return
		}
		text := edm.AppendText(nil, v)
		fromText, err := edm.ParseText(v.Kind(), string(text))
		if err != nil || !fromText.Equal(v) {
			t.Fatalf("%q is %v, whose text %s reads back as %v, %v", s, v, text, fromText, err)
		}
	})
}

package eval_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
)

func TestFunctions(t *testing.T) {
	w := newWorld(t)
	text := func(s string) odata.Expr { return lit(edm.String(s)) }
	number := func(i int32) odata.Expr { return lit(edm.Int32(i)) }
	moment := lit(dateTime(t, "2015-07-11T23:38:09.036164-07:00"))
	offset, err := edm.ParseDateTimeOffset("2016-02-29T00:59:59.9999999+14:00")
	if err != nil {
		t.Fatal(err)
	}
	zoned := lit(offset.Value())
	span := func(s string) odata.Expr {
		v, err := edm.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return lit(v.Value())
	}
	yes, no := edm.Boolean(true), edm.Boolean(false)
	const bee = "\U0001F41D" // two UTF-16 units, four bytes

	for _, tt := range []struct {
		name, overload string
		args           []odata.Expr
		want           edm.Value
		why            string
	}{
		{"substringof", "substringof(String,String)", []odata.Expr{text("lo"), text("hello")}, yes, "the needle comes first"},
		{"substringof reversed", "substringof(String,String)", []odata.Expr{text("hello"), text("lo")}, no, "the hay comes second"},
		{"substringof case", "substringof(String,String)", []odata.Expr{text("LO"), text("hello")}, no, "ordinal"},
		{"substringof empty", "substringof(String,String)", []odata.Expr{text(""), text("")}, yes, "everything contains the empty text"},
		{"startswith", "startswith(String,String)", []odata.Expr{text("hello"), text("he")}, yes, "the text comes first"},
		{"startswith longer", "startswith(String,String)", []odata.Expr{text("he"), text("hello")}, no, "a prefix is not longer"},
		{"endswith", "endswith(String,String)", []odata.Expr{text("hello"), text("llo")}, yes, "the text comes first"},
		{"endswith empty", "endswith(String,String)", []odata.Expr{text(""), text("")}, yes, "everything ends with the empty text"},

		{"length", "length(String)", []odata.Expr{text("héllo")}, edm.Int32(5), "code units, not bytes"},
		{"length of a pair", "length(String)", []odata.Expr{text(bee)}, edm.Int32(2), "UTF-16 units, as in .NET"},
		{"length empty", "length(String)", []odata.Expr{text("")}, edm.Int32(0), ""},
		{"length of what is not UTF-8", "length(String)", []odata.Expr{text("a\xFF\xFEb")}, edm.Int32(4), "each bad byte counts as one character"},

		{"indexof", "indexof(String,String)", []odata.Expr{text("hello"), text("l")}, edm.Int32(2), "the first occurrence, from 0"},
		{"indexof behind a pair", "indexof(String,String)", []odata.Expr{text(bee + "é!"), text("!")}, edm.Int32(3), "positions are UTF-16 units"},
		{"indexof absent", "indexof(String,String)", []odata.Expr{text("hello"), text("x")}, edm.Int32(-1), "absent"},
		{"indexof empty", "indexof(String,String)", []odata.Expr{text("hello"), text("")}, edm.Int32(0), "the empty text is at the start"},

		{"substring", "substring(String,Int32)", []odata.Expr{text("hello"), number(1)}, edm.String("ello"), "from 0"},
		{"substring at the end", "substring(String,Int32)", []odata.Expr{text("hello"), number(5)}, edm.String(""), "nothing is there"},
		{"substring beyond", "substring(String,Int32)", []odata.Expr{text("hello"), number(math.MaxInt32)}, edm.String(""), "what exists, no error"},
		{"substring before", "substring(String,Int32)", []odata.Expr{text("hello"), number(-3)}, edm.String("hello"), "what exists, no error"},
		{"substring splits a pair", "substring(String,Int32)", []odata.Expr{text("a" + bee + "b"), number(2)}, edm.String("b"), "half a pair is no character"},
		{"substring behind a pair", "substring(String,Int32)", []odata.Expr{text("a" + bee + "b"), number(3)}, edm.String("b"), "positions are UTF-16 units"},
		{"substring from a pair", "substring(String,Int32)", []odata.Expr{text("a" + bee + "b"), number(1)}, edm.String(bee + "b"), "a whole pair stays"},

		{"substring of length", "substring(String,Int32,Int32)", []odata.Expr{text("hello"), number(1), number(3)}, edm.String("ell"), "position and length"},
		{"substring too long", "substring(String,Int32,Int32)", []odata.Expr{text("hello"), number(3), number(math.MaxInt32)}, edm.String("lo"), "what exists"},
		{"substring of none", "substring(String,Int32,Int32)", []odata.Expr{text("hello"), number(3), number(0)}, edm.String(""), ""},
		{"substring of less than none", "substring(String,Int32,Int32)", []odata.Expr{text("hello"), number(3), number(math.MinInt32)}, edm.String(""), "no text is shorter than empty"},
		{"substring across the start", "substring(String,Int32,Int32)", []odata.Expr{text("hello"), number(-2), number(3)}, edm.String("h"), "positions -2 and -1 do not exist"},
		{"substring up to half a pair", "substring(String,Int32,Int32)", []odata.Expr{text("a" + bee + "b"), number(0), number(2)}, edm.String("a"), "half a pair is no character"},
		{"substring inside a pair", "substring(String,Int32,Int32)", []odata.Expr{text(bee), number(1), number(1)}, edm.String(""), "half a pair is no character"},
		{"substring of a pair", "substring(String,Int32,Int32)", []odata.Expr{text("a" + bee + "b"), number(1), number(2)}, edm.String(bee), "a whole pair stays"},

		{"replace", "replace(String,String,String)", []odata.Expr{text("aXbX"), text("X"), text("--")}, edm.String("a--b--"), "all occurrences"},
		{"replace by nothing", "replace(String,String,String)", []odata.Expr{text("aXbX"), text("X"), text("")}, edm.String("ab"), ""},
		{"replace overlapping", "replace(String,String,String)", []odata.Expr{text("aaa"), text("aa"), text("b")}, edm.String("ba"), "from the left"},
		{"replace nothing", "replace(String,String,String)", []odata.Expr{text("abc"), text(""), text("x")}, edm.String("abc"), "the empty text occurs nowhere"},

		{"tolower", "tolower(String)", []odata.Expr{text("ÄÖ Straße ΑΣ")}, edm.String("äö straße ασ"), "letter by letter: no final sigma"},
		{"toupper", "toupper(String)", []odata.Expr{text("äöß")}, edm.String("ÄÖß"), "letter by letter: sharp s has no single capital in simple mapping"},
		{"tolower dotted I", "tolower(String)", []odata.Expr{text("İI")}, edm.String("İi"), "invariant: neither Turkish nor lossy"},
		{"toupper dotless i", "toupper(String)", []odata.Expr{text("ıi")}, edm.String("ıI"), "invariant: neither Turkish nor lossy"},
		{"trim", "trim(String)", []odata.Expr{text("\u00a0\u2003\t x y \u3000\r\n\u0085")}, edm.String("x y"), "all white space of Unicode, at the ends only"},
		{"trim keeps", "trim(String)", []odata.Expr{text("\u200bx\ufeff")}, edm.String("\u200bx\ufeff"), "zero-width characters are not white space"},
		{"concat", "concat(String,String)", []odata.Expr{text("a"), text("b")}, edm.String("ab"), ""},
		{"concat empty", "concat(String,String)", []odata.Expr{text(""), text("b")}, edm.String("b"), "empty is not null"},

		{"year", "year(DateTime)", []odata.Expr{moment}, edm.Int32(2015), "own clock"},
		{"month", "month(DateTime)", []odata.Expr{moment}, edm.Int32(7), "own clock"},
		{"day", "day(DateTime)", []odata.Expr{moment}, edm.Int32(11), "own clock: in UTC it is the 12th"},
		{"hour", "hour(DateTime)", []odata.Expr{moment}, edm.Int32(23), "own clock: in UTC it is 6"},
		{"minute", "minute(DateTime)", []odata.Expr{moment}, edm.Int32(38), ""},
		{"second", "second(DateTime)", []odata.Expr{moment}, edm.Int32(9), "whole seconds"},
		{"year of the zero date", "year(DateTime)", []odata.Expr{lit(edm.DateTime{}.Value())}, edm.Int32(1), "0001-01-01 is a date"},
		{"year offset", "year(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(2016), ""},
		{"month offset", "month(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(2), ""},
		{"day offset", "day(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(29), "own clock: in UTC it is the 28th"},
		{"hour offset", "hour(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(0), "own clock"},
		{"minute offset", "minute(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(59), ""},
		{"second offset", "second(DateTimeOffset)", []odata.Expr{zoned}, edm.Int32(59), "never rounded up"},
		{"hour of a time", "hour(Time)", []odata.Expr{span("P1DT2H3M4.9S")}, edm.Int32(2), "the component, not the total"},
		{"minute of a time", "minute(Time)", []odata.Expr{span("P1DT2H3M4.9S")}, edm.Int32(3), "the component"},
		{"second of a time", "second(Time)", []odata.Expr{span("P1DT2H3M4.9S")}, edm.Int32(4), "whole seconds"},
		{"hour of a negative time", "hour(Time)", []odata.Expr{span("-PT2H3M")}, edm.Int32(-2), "as TimeSpan.Hours"},

		{"round half down", "round(Double)", []odata.Expr{lit(edm.Double(2.5))}, edm.Double(2), "ties to even"},
		{"round half up", "round(Double)", []odata.Expr{lit(edm.Double(3.5))}, edm.Double(4), "ties to even"},
		{"round negative", "round(Double)", []odata.Expr{lit(edm.Double(-2.5))}, edm.Double(-2), "ties to even"},
		{"round NaN", "round(Double)", []odata.Expr{lit(edm.Double(math.NaN()))}, edm.Double(math.NaN()), "NaN stays"},
		{"round infinity", "round(Double)", []odata.Expr{lit(edm.Double(math.Inf(-1)))}, edm.Double(math.Inf(-1)), "infinity stays"},
		{"floor", "floor(Double)", []odata.Expr{lit(edm.Double(-1.1))}, edm.Double(-2), "downwards, not toward zero"},
		{"ceiling", "ceiling(Double)", []odata.Expr{lit(edm.Double(1.1))}, edm.Double(2), "upwards"},
		{"round decimal", "round(Decimal)", []odata.Expr{lit(decimal(t, "2.50"))}, decimal(t, "2"), "ties to even"},
		{"round decimal up", "round(Decimal)", []odata.Expr{lit(decimal(t, "2.51"))}, decimal(t, "3"), ""},
		{"floor decimal", "floor(Decimal)", []odata.Expr{lit(decimal(t, "-0.1"))}, decimal(t, "-1"), "downwards"},
		{"ceiling decimal", "ceiling(Decimal)", []odata.Expr{lit(decimal(t, "-0.1"))}, decimal(t, "0"), "and there is no negative zero"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, call(tt.overload, tt.want.Kind(), tt.args...), w.row(nil))
			if err != nil {
				t.Fatalf("%v (%s)", err, tt.why)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// TestFunctionsOfNull gives each function a null in each place.
func TestFunctionsOfNull(t *testing.T) {
	w := newWorld(t)
	samples := map[edm.Kind]edm.Value{
		edm.KindString: edm.String("abc"), edm.KindInt32: edm.Int32(1), edm.KindDouble: edm.Double(1.5),
		edm.KindDecimal: decimal(t, "1.5"), edm.KindDateTime: edm.DateTime{}.Value(),
		edm.KindDateTimeOffset: edm.DateTimeOffset{}.Value(), edm.KindTime: edm.Time{}.Value(),
	}
	row := w.row(nil)
	row.Dynamic = []odata.DynamicProperty{{Name: "Guid", Value: edm.GUID{}.Value()}}
	for _, f := range bind.Functions() {
		if f.Params[0].IsSpatial() {
			continue
		}
		for at := range f.Params {
			for _, hole := range []odata.Expr{null(), w.member("Text"), &odata.Dynamic{Of: w.it(), Name: "Guid"}} {
				args := make([]odata.Expr, len(f.Params))
				for i, kind := range f.Params {
					args[i] = lit(samples[kind])
				}
				args[at] = hole
				got, err := evaluate(t, w, &odata.Call{Function: f, Args: args}, row)
				if err != nil || !got.IsNull() {
					t.Errorf("%s with argument %d %s = %s, %v; want null: a null argument, or a dynamic one of an unrelated kind, makes the result null",
						f.Overload, at, odata.Dump(hole), got, err)
				}
			}
		}
	}
}

// TestEveryFunctionHasAnEvaluator keeps the two halves of the function table
// together: the signatures of package bind and the evaluators here.
func TestEveryFunctionHasAnEvaluator(t *testing.T) {
	w := newWorld(t)
	for _, f := range bind.Functions() {
		if !eval.Implements(f.Overload) {
			t.Errorf("Implements(%q) = false; every signature needs an evaluator", f.Overload)
		}
		args := make([]odata.Expr, len(f.Params))
		for i := range args {
			args[i] = null()
		}
		e := &odata.Call{Function: f, Args: args}
		if _, err := eval.Compile(e, eval.LayoutOf(w.query())); err != nil {
			t.Errorf("Compile(%s): %v: the evaluator takes other parameters than the signature has", f.Overload, err)
		}
	}
}

// TestSpatialFunctions checks that the arguments reach package edm, whose own
// tests judge the geometry.
func TestSpatialFunctions(t *testing.T) {
	w := newWorld(t)
	shape := func(text string) odata.Expr {
		v, err := edm.ParseLiteral(text)
		if err != nil {
			t.Fatal(err)
		}
		return &odata.Literal{Value: v, Of: metadata.PrimitiveType(v.Kind())}
	}
	for _, tt := range []struct {
		name, overload string
		args           []odata.Expr
		want           edm.Value
		why            string
	}{
		{"plane distance", "geo.distance(GeometryPoint,GeometryPoint)",
			[]odata.Expr{shape("geometry'SRID=0;POINT(0 0)'"), shape("geometry'SRID=0;POINT(3 4)'")}, edm.Double(5), "Euclid"},
		{"two systems", "geo.distance(GeometryPoint,GeometryPoint)",
			[]odata.Expr{shape("geometry'SRID=0;POINT(0 0)'"), shape("geometry'SRID=1;POINT(3 4)'")}, edm.Null, "nothing to compare"},
		{"plane length", "geo.length(GeometryLineString)",
			[]odata.Expr{shape("geometry'SRID=0;LINESTRING(0 0,3 4,3 5)'")}, edm.Double(6), "the sum of its parts"},
		{"inside", "geo.intersects(GeometryPoint,GeometryPolygon)",
			[]odata.Expr{shape("geometry'SRID=0;POINT(1 1)'"), shape("geometry'SRID=0;POLYGON((0 0,4 0,4 4,0 4,0 0))'")}, edm.Boolean(true), "point first"},
		{"outside", "geo.intersects(GeometryPoint,GeometryPolygon)",
			[]odata.Expr{shape("geometry'SRID=0;POINT(5 1)'"), shape("geometry'SRID=0;POLYGON((0 0,4 0,4 4,0 4,0 0))'")}, edm.Boolean(false), "point first"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var f *odata.Function
			for _, row := range bind.Functions() {
				if row.Overload == tt.overload {
					f = row
				}
			}
			evaluate, err := eval.Compile(&odata.Call{Function: f, Args: tt.args}, eval.LayoutOf(w.query()))
			if err != nil {
				t.Fatal(err)
			}
			got, err := evaluate(&odata.Row{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestTextGrowthIsBounded(t *testing.T) {
	w := newWorld(t)
	const limit = 64 << 10
	full := strings.Repeat("x", limit)
	stored := "ab" + strings.Repeat("y", limit)
	row := w.row(map[string]edm.Value{"Text": edm.String(full), "Text2": edm.String(stored)})
	text := func(s string) odata.Expr { return lit(edm.String(s)) }
	grown := w.member("Text")
	half := call("substring(String,Int32)", edm.KindString, w.member("Text"), lit(edm.Int32(limit/2)))
	for _, tt := range []struct {
		name   string
		in     odata.Expr
		length int // -1: ResultTooLarge
		why    string
	}{
		{"concat to the limit", call("concat(String,String)", edm.KindString, half, half), limit, "64 KiB is allowed"},
		{"concat beyond", call("concat(String,String)", edm.KindString, grown, text("x")), -1, "one byte more is not"},
		{"concat beyond on the left", call("concat(String,String)", edm.KindString, text("x"), grown), -1, "on either side"},
		{"concat nothing to stored text", call("concat(String,String)", edm.KindString, w.member("Text2"), text("")), limit + 2, "a long text of the store did not grow"},
		{"replace beyond", call("replace(String,String,String)", edm.KindString, half, text("x"), text("xyz")), -1, "the growth of all occurrences counts"},
		{"replace to the limit", call("replace(String,String,String)", edm.KindString, half, text("x"), text("xy")), limit, "64 KiB is allowed"},
		{"replace nothing in stored text", call("replace(String,String,String)", edm.KindString, w.member("Text2"), text("q"), text("qq")), limit + 2, "nothing occurs, nothing grows"},
		{"replace shrinks stored text", call("replace(String,String,String)", edm.KindString, w.member("Text2"), text("ab"), text("a")), limit + 1, "shrinking is always allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, tt.in, row)
			switch {
			case tt.length < 0:
				if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "ResultTooLarge"}) {
					t.Errorf("error %v; want ResultTooLarge: %s", err, tt.why)
				}
			case err != nil:
				t.Errorf("error %v: %s", err, tt.why)
			case len(got.Str()) != tt.length:
				t.Errorf("%d bytes; want %d: %s", len(got.Str()), tt.length, tt.why)
			}
		})
	}
}

// TestFunctionsAllocateOnlyNewText holds functions to reuse the text they got
// wherever the result is part of it.
func TestFunctionsAllocateOnlyNewText(t *testing.T) {
	w := newWorld(t)
	row := w.row(map[string]edm.Value{"Text": edm.String("  hello, wörld "), "Moment": dateTime(t, "2015-07-11T23:38:09Z"), "Double": edm.Double(1.5)})
	text := func(s string) odata.Expr { return lit(edm.String(s)) }
	for _, e := range []odata.Expr{
		call("trim(String)", edm.KindString, w.member("Text")),
		call("tolower(String)", edm.KindString, w.member("Text")),
		call("length(String)", edm.KindInt32, w.member("Text")),
		call("indexof(String,String)", edm.KindInt32, w.member("Text"), text("r")),
		call("substring(String,Int32,Int32)", edm.KindString, w.member("Text"), lit(edm.Int32(3)), lit(edm.Int32(4))),
		call("replace(String,String,String)", edm.KindString, w.member("Text"), text("q"), text("r")),
		call("concat(String,String)", edm.KindString, w.member("Text"), text("")),
		call("substringof(String,String)", edm.KindBoolean, text("w"), w.member("Text")),
		call("substringof(String,String)", edm.KindBoolean, text("W"), call("toupper(String)", edm.KindString, w.member("Text"))),
		binary(odata.Ne, call("toupper(String)", edm.KindString, w.member("Text")), text("HELLO")),
		call("year(DateTime)", edm.KindInt32, w.member("Moment")),
		call("round(Double)", edm.KindDouble, w.member("Double")),
	} {
		f, err := eval.Compile(e, eval.LayoutOf(w.query()))
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { _, err = f(row) }); n != 0 || err != nil {
			t.Errorf("%s: %v allocations a row, error %v; want none", odata.Dump(e), n, err)
		}
	}
}

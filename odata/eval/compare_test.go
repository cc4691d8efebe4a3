package eval_test

import (
	"math"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestCompare compares in each way a comparison can be compiled: field with
// constant, constant with field, field with field, and constants alone.
func TestCompare(t *testing.T) {
	w := newWorld(t)
	nan := edm.Double(math.NaN())
	moment := func(s string) edm.Value { return dateTime(t, s) }
	guid := func(s string) edm.Value {
		g, err := edm.ParseGUID(s)
		if err != nil {
			t.Fatal(err)
		}
		return g.Value()
	}
	const (
		less      = "ne lt le"
		equal     = "eq le ge"
		greater   = "ne gt ge"
		unordered = "ne"
	)
	for _, tt := range []struct {
		name string
		l, r edm.Value
		want string // the operators that are true
		why  string
	}{
		{"numbers", edm.Int32(1), edm.Int32(2), less, ""},
		{"equal numbers", edm.Int64(7), edm.Int64(7), equal, ""},
		{"numbers of two kinds", edm.Int32(7), edm.Int64(7), equal, "kinds are promoted"},
		{"large number and Double", edm.Int64(1<<53 + 1), edm.Double(1 << 53), greater, "exact, not rounded to a Double first"},
		{"Decimal and Double", decimal(t, "0.1"), edm.Double(0.1), less, "exact: the Double nearest to 0.1 is larger"},
		{"scales", decimal(t, "2.50"), decimal(t, "2.5"), equal, "the scale is not part of the value"},
		{"NaN", nan, nan, unordered, "NaN is not even equal to itself"},
		{"NaN and number", nan, edm.Double(1), unordered, "nor to a number"},
		{"NaN and whole number", edm.Int32(1), nan, unordered, "nor to a number"},
		{"infinity", edm.Double(math.Inf(-1)), edm.Double(-math.MaxFloat64), less, ""},
		{"Single", edm.Single(0.5), edm.Single(0.25), greater, ""},
		{"negative zero", edm.Double(math.Copysign(0, -1)), edm.Double(0), equal, ""},

		{"text", edm.String("a"), edm.String("B"), greater, "ordinal: capitals come first"},
		{"text case", edm.String("a"), edm.String("A"), greater, "case counts"},
		{"text prefix", edm.String("ab"), edm.String("abc"), less, ""},
		{"text beyond", edm.String("\uFFFD"), edm.String("\U0001F41D"), less, "code points, not UTF-16 units"},
		{"composed", edm.String("é"), edm.String("e\u0301"), greater, "ordinal: nothing is normalised"},

		{"instants", moment("2015-07-12T06:40:00Z"), moment("2015-07-11T23:40:00-07:00"), equal, "DateTime compares as instants"},
		{"no zone", moment("2015-07-12T06:40:00"), moment("2015-07-12T06:40:00Z"), equal, "without a zone it is UTC"},
		{"unset date", moment("0001-01-01T00:00:00"), moment("2015-07-12T06:40:00Z"), less, "so a filter on a later time hides unset ones"},
		{"guids", guid("00000000-0000-0000-0000-000000000002"), guid("00000000-0000-0000-0000-000000000010"), less, "in text order"},
		{"guids equal", guid("0F000000-0000-0000-0000-000000000002"), guid("0f000000-0000-0000-0000-000000000002"), equal, ""},
		{"booleans", edm.Boolean(false), edm.Boolean(true), less, ""},
		{"binary", edm.Binary([]byte{1, 2}), edm.Binary([]byte{1, 2}), equal, ""},

		{"text and number", edm.String("1"), edm.Int32(1), unordered, "kinds that do not compare are unequal"},
		{"date and text", moment("2015-07-12T06:40:00Z"), edm.String("2015-07-12T06:40:00Z"), unordered, "nothing is converted"},
		{"DateTime and DateTimeOffset", edm.DateTime{}.Value(), edm.DateTimeOffset{}.Value(), unordered, "different types"},
		{"null and NaN", edm.Null, nan, unordered, "null differs from everything"},
		{"two nulls", edm.Null, edm.Null, "eq", "null equals null, and is not ordered"},

		{"complex", edm.Complex([]edm.Value{edm.String("a"), edm.Null}), edm.Complex([]edm.Value{edm.String("a"), edm.Null}), "eq", "member by member, by the rules of eq; there is no order"},
		{"complex unequal", edm.Complex([]edm.Value{edm.String("a"), edm.Null}), edm.Complex([]edm.Value{edm.String("a"), edm.Int32(1)}), "ne", ""},
		{"complex with NaN", edm.Complex([]edm.Value{nan}), edm.Complex([]edm.Value{nan}), "ne", "a NaN inside equals nothing"},
		{"complex of other length", edm.Complex([]edm.Value{edm.Null}), edm.Complex(nil), "ne", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := w.row(map[string]edm.Value{"I32": tt.l, "I64": tt.r})
			row.Dynamic = []odata.DynamicProperty{{Name: "l", Value: tt.l}}
			for _, form := range []struct {
				name string
				l, r odata.Expr
			}{
				{"field and constant", w.member("I32"), lit(tt.r)},
				{"constant and field", lit(tt.l), w.member("I64")},
				{"field and field", w.member("I32"), w.member("I64")},
				{"constants", lit(tt.l), lit(tt.r)},
				{"dynamic and constant", &odata.Dynamic{Of: w.it(), Name: "l"}, lit(tt.r)},
			} {
				got := ""
				for _, op := range []odata.BinaryOp{odata.Eq, odata.Ne, odata.Lt, odata.Le, odata.Gt, odata.Ge} {
					v, err := evaluate(t, w, binary(op, form.l, form.r), row)
					if err != nil {
						t.Fatal(err)
					}
					if v.Bool() {
						if got != "" {
							got += " "
						}
						got += op.String()
					}
				}
				if got != tt.want {
					t.Errorf("%s %s %s: true are %q; want %q: %s", tt.l, form.name, tt.r, got, tt.want, tt.why)
				}
			}
		})
	}
}

func TestCompareBoolean(t *testing.T) {
	w := newWorld(t)
	row := w.row(map[string]edm.Value{"Text": edm.String("Anna"), "Flag": edm.Boolean(false)})
	starts := func(s string) odata.Expr {
		return call("startswith(String,String)", edm.KindBoolean, w.member("Text"), lit(edm.String(s)))
	}
	yes, no := lit(edm.Boolean(true)), lit(edm.Boolean(false))
	for _, tt := range []struct {
		name string
		in   odata.Expr
		want bool
		why  string
	}{
		{"function eq true", binary(odata.Eq, starts("An"), yes), true, "what Excel and Tableau send"},
		{"true eq function", binary(odata.Eq, yes, starts("An")), true, "and others"},
		{"function eq false", binary(odata.Eq, starts("An"), no), false, ""},
		{"function ne true", binary(odata.Ne, starts("Bo"), yes), true, ""},
		{"comparison eq false", binary(odata.Eq, binary(odata.Eq, w.member("Text"), null()), no), true, ""},
		{"field eq false", binary(odata.Eq, w.member("Flag"), no), true, ""},
		{"function eq field", binary(odata.Eq, starts("Bo"), w.member("Flag")), true, ""},
		{"function gt false", binary(odata.Gt, starts("An"), no), true, "false comes before true"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, tt.in, row)
			if err != nil || got.Bool() != tt.want {
				t.Errorf("%s = %s, %v; want %v: %s", odata.Dump(tt.in), got, err, tt.want, tt.why)
			}
		})
	}
}

package eval_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

func TestArithmetic(t *testing.T) {
	w := newWorld(t)
	i32, i64, single, double := edm.Int32, edm.Int64, edm.Single, edm.Double
	dec := func(s string) edm.Value { return decimal(t, s) }
	for _, tt := range []struct {
		name string
		op   odata.BinaryOp
		l, r edm.Value
		want edm.Value
		code string
		why  string
	}{
		{"add", odata.Add, i32(2), i32(3), i32(5), "", ""},
		{"add to the limit", odata.Add, i32(math.MaxInt32 - 1), i32(1), i32(math.MaxInt32), "", "the limit is in range"},
		{"add beyond", odata.Add, i32(math.MaxInt32), i32(1), edm.Null, "ArithmeticOverflow", "Int32 never wraps, and is not widened silently"},
		{"add below", odata.Add, i64(math.MinInt64), i64(-1), edm.Null, "ArithmeticOverflow", "Int64 never wraps"},
		{"add zero to the least", odata.Add, i64(math.MinInt64), i64(0), i64(math.MinInt64), "", "adding nothing is no overflow"},
		{"sub beyond", odata.Sub, i64(0), i64(math.MinInt64), edm.Null, "ArithmeticOverflow", "the least has no opposite"},
		{"sub to zero", odata.Sub, i64(math.MinInt64), i64(math.MinInt64), i64(0), "", ""},
		{"mul beyond", odata.Mul, i64(math.MaxInt64/2 + 1), i64(2), edm.Null, "ArithmeticOverflow", "Int64 never wraps"},
		{"mul least by -1", odata.Mul, i64(math.MinInt64), i64(-1), edm.Null, "ArithmeticOverflow", "the product divides back, and is wrong all the same"},
		{"mul -1 by least", odata.Mul, i64(-1), i64(math.MinInt64), edm.Null, "ArithmeticOverflow", "on either side"},
		{"mul least by 1", odata.Mul, i64(1), i64(math.MinInt64), i64(math.MinInt64), "", "in range"},
		{"mul Int32 beyond", odata.Mul, i32(1 << 16), i32(1 << 15), edm.Null, "ArithmeticOverflow", "fits 64 bits, but not the type"},
		{"div", odata.Div, i32(7), i32(2), i32(3), "", "whole numbers divide whole"},
		{"div truncates", odata.Div, i32(-7), i32(2), i32(-3), "", "toward zero"},
		{"div by zero", odata.Div, i32(7), i32(0), edm.Null, "DivisionByZero", "whole numbers have no infinity"},
		{"div least by -1", odata.Div, i64(math.MinInt64), i64(-1), edm.Null, "ArithmeticOverflow", "the one quotient out of range"},
		{"div least Int32 by -1", odata.Div, i32(math.MinInt32), i32(-1), edm.Null, "ArithmeticOverflow", "the one quotient out of range"},
		{"mod", odata.Mod, i32(7), i32(-3), i32(1), "", "the sign of the dividend"},
		{"mod negative", odata.Mod, i32(-7), i32(3), i32(-1), "", "the sign of the dividend"},
		{"mod by zero", odata.Mod, i64(7), i64(0), edm.Null, "DivisionByZero", ""},
		{"mod least by -1", odata.Mod, i64(math.MinInt64), i64(-1), i64(0), "", "a remainder is always in range"},

		{"Double div by zero", odata.Div, double(1), double(0), double(math.Inf(1)), "", "floating division by zero is infinite"},
		{"Double zero by zero", odata.Div, double(0), double(0), double(math.NaN()), "", "or not a number"},
		{"Double overflow", odata.Mul, double(math.MaxFloat64), double(-2), double(math.Inf(-1)), "", "beyond the range is infinity"},
		{"Double mod", odata.Mod, double(-5.5), double(2), double(-1.5), "", "the sign of the dividend"},
		{"Double mod zero", odata.Mod, double(5), double(0), double(math.NaN()), "", ""},
		{"Single", odata.Add, single(1 << 24), single(1), single(1 << 24), "", "each result is rounded to single precision"},
		{"Single overflow", odata.Mul, single(math.MaxFloat32), single(2), single(float32(math.Inf(1))), "", "beyond the range is infinity"},

		{"Decimal add", odata.Add, dec("1.10"), dec("2.205"), dec("3.305"), "", "exact, with the larger scale"},
		{"Decimal mul", odata.Mul, dec("0.1"), dec("0.2"), dec("0.02"), "", "exact"},
		{"Decimal div", odata.Div, dec("1"), dec("8"), dec("0.125"), "", "a Decimal divides with a fraction"},
		{"Decimal div by zero", odata.Div, dec("1.5"), dec("0.00"), edm.Null, "DivisionByZero", "Decimals have no infinity"},
		{"Decimal mod by zero", odata.Mod, dec("1.5"), dec("0"), edm.Null, "DivisionByZero", ""},
		{"Decimal mod", odata.Mod, dec("-7.5"), dec("2"), dec("-1.5"), "", "the sign of the dividend"},

		{"small kinds", odata.Add, edm.SByte(100), edm.SByte(100), i32(200), "", "numbers smaller than Int32 calculate as Int32"},
		{"mixed kinds", odata.Mul, i32(2), double(1.5), double(3), "", "dynamic values are promoted one by one"},
		{"Decimal and Double", odata.Add, dec("1"), double(1), edm.Null, "", "these two do not mix: there is no type that holds both"},
		{"text", odata.Add, edm.String("1"), i32(1), edm.Null, "", "a dynamic text is no number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			row := w.row(nil)
			row.Dynamic = []odata.DynamicProperty{{Name: "l", Value: tt.l}}
			for _, e := range []odata.Expr{
				binary(tt.op, lit(tt.l), lit(tt.r)),                             // folded ahead
				binary(tt.op, &odata.Dynamic{Of: w.it(), Name: "l"}, lit(tt.r)), // for each row
			} {
				got, err := evaluate(t, w, e, row)
				if tt.code != "" {
					if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: tt.code}) {
						t.Errorf("%s: error %v; want %s: %s", odata.Dump(e), err, tt.code, tt.why)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v (%s)", odata.Dump(e), err, tt.why)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", odata.Dump(e), tt.why, diff)
				}
			}
		})
	}
}

func TestNegation(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name     string
		in, want edm.Value
		overflow bool
	}{
		{"Int32", edm.Int32(5), edm.Int32(-5), false},
		{"least Int32", edm.Int32(math.MinInt32), edm.Null, true},
		{"Int64", edm.Int64(math.MaxInt64), edm.Int64(-math.MaxInt64), false},
		{"least Int64", edm.Int64(math.MinInt64), edm.Null, true},
		{"Byte becomes Int32", edm.Byte(255), edm.Int32(-255), false},
		{"Double", edm.Double(0), edm.Double(math.Copysign(0, -1)), false},
		{"Single", edm.Single(1.5), edm.Single(-1.5), false},
		{"Decimal", decimal(t, "2.50"), decimal(t, "-2.50"), false},
		{"text", edm.String("5"), edm.Null, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := evaluate(t, w, negate(lit(tt.in)), w.row(nil))
			if overflow := errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow"}); overflow != tt.overflow {
				t.Fatalf("error %v; want an overflow: %v", err, tt.overflow)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestErrorsKeepToTheirRows holds constant folding to its promise: what would
// fail for a row does not fail where there is none, nor where a condition to
// the left protects it.
func TestErrorsKeepToTheirRows(t *testing.T) {
	w := newWorld(t)
	failing := binary(odata.Eq, binary(odata.Div, lit(edm.Int32(1)), lit(edm.Int32(0))), lit(edm.Int32(1)))
	row := w.row(map[string]edm.Value{"Flag": edm.Boolean(true)})
	on := w.member("Flag")
	for _, tt := range []struct {
		name  string
		in    odata.Expr
		fails bool
		want  bool
		why   string
	}{
		{"alone", failing, true, false, "the row is judged by it"},
		{"behind false and", binary(odata.And, not(on), failing), false, false, "and stops at the first operand that is not true"},
		{"behind true or", binary(odata.Or, on, failing), false, true, "or stops at the first operand that is true"},
		{"behind true and", binary(odata.And, on, failing), true, false, "and goes on"},
		{"before false", binary(odata.And, failing, not(on)), true, false, "operands are evaluated from left to right"},
		{"in a long chain", binary(odata.And, binary(odata.And, on, not(on)), failing), false, false, "chains stop too"},
		{"under not", not(failing), true, false, "not passes the failure on"},
		{"within a function", call("length(String)", edm.KindInt32, &odata.Cast{X: binary(odata.Div, w.member("I32"), lit(edm.Int32(0))), To: w.member("Text").Type()}), false, false, "null div zero is null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			holds, err := eval.CompileFilter(tt.in, eval.LayoutOf(w.query()))
			if err != nil {
				t.Fatalf("compiling failed: %v: failures belong to rows", err)
			}
			got, err := holds(row)
			if (err != nil) != tt.fails || got != tt.want {
				t.Errorf("%s = %v, %v; want %v, failure %v: %s", odata.Dump(tt.in), got, err, tt.want, tt.fails, tt.why)
			}
		})
	}
}

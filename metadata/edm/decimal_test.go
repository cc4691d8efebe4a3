package edm_test

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestParseDecimal(t *testing.T) {
	nines := strings.Repeat("9", 38)
	longest := strings.Repeat("9", edm.MaxDecimalDigits)
	for _, tt := range []struct {
		name, in, want string
		offset         int // of the error, if want is empty
		why            string
	}{
		{name: "scale", in: "2.50", want: "2.50", why: "the scale is kept"},
		{name: "integer", in: "7", want: "7", why: "no point without a scale"},
		{name: "negative", in: "-0.05", want: "-0.05", why: "a digit before the point"},
		{name: "zero", in: "0", want: "0", why: "zero"},
		{name: "zero with scale", in: "0.00", want: "0.00", why: "zero has a scale too"},
		{name: "negative zero", in: "-0.0", want: "0.0", why: "zero has no sign"},
		{name: "leading zeros", in: "007.5", want: "7.5", why: "they mean nothing"},
		{name: "exponent", in: "1e3", want: "1000", why: "written in full"},
		{name: "exponent with sign", in: "1.5E+3", want: "1500", why: "written in full"},
		{name: "exponent within", in: "1.2345e2", want: "123.45", why: "the point moves"},
		{name: "negative exponent", in: "15e-3", want: "0.015", why: "the point moves"},
		{name: "zero with exponent", in: "0e3", want: "0", why: "zeros before the point mean nothing"},
		{name: "zero with negative exponent", in: "0e-3", want: "0.000", why: "but those after it are scale"},
		{name: "zero with absurd exponent", in: "0e99999999999999999999", want: "0", why: "still zero"},
		{name: "exponent with leading zeros", in: "1e0000000000000000000003", want: "1000", why: "they mean nothing"},
		{name: "38 digits", in: nines, want: nines, why: "the largest inline"},
		{name: "38 digits with scale", in: "-0." + nines, want: "-0." + nines, why: "the largest inline"},
		{name: "39 digits", in: "1" + nines, want: "1" + nines, why: "the smallest outside"},
		{name: "39 digits with scale", in: "-9." + nines, want: "-9." + nines, why: "digits outside, with a point"},
		{name: "38 digits by exponent", in: "1e37", want: "1" + strings.Repeat("0", 37), why: "the zeros count"},
		{name: "39 digits by exponent", in: "1e38", want: "1" + strings.Repeat("0", 38), why: "the zeros count"},
		{name: "long fraction of zeros", in: "1e-60", want: "0." + strings.Repeat("0", 59) + "1", why: "scale beyond 38 with one digit"},
		{name: "most digits", in: longest, want: longest, why: "the limit"},
		{name: "most digits after the point", in: "0." + longest[1:], want: "0." + longest[1:], why: "the limit counts the zero"},
		{name: "most digits by exponent", in: "1e9999", want: "1" + strings.Repeat("0", 9999), why: "the limit"},
		{name: "least number", in: "1e-9999", want: "0." + strings.Repeat("0", 9998) + "1", why: "the limit"},

		{name: "too many digits", in: longest + "9", offset: 0, why: "beyond the limit"},
		{name: "too many after the point", in: "0." + longest, offset: 0, why: "beyond the limit"},
		{name: "too large an exponent", in: "1e10000", offset: 0, why: "beyond the limit, before any zero is written"},
		{name: "too small an exponent", in: "1e-10000", offset: 0, why: "beyond the limit"},
		{name: "absurd exponent", in: "1e99999999999999999999", offset: 0, why: "no wrap of the exponent"},
		{name: "NaN", in: "NaN", offset: 0, why: "no such decimal"},
		{name: "infinity", in: "-INF", offset: 1, why: "no such decimal"},
		{name: "plus", in: "+7", offset: 0, why: "not in the grammar"},
		{name: "no whole part", in: ".5", offset: 0, why: "not in the grammar"},
		{name: "no fraction", in: "5.", offset: 2, why: "not in the grammar"},
		{name: "two points", in: "1.2.3", offset: 3, why: "one point"},
		{name: "suffix", in: "7.5M", offset: 3, why: "the suffix belongs to the literal"},
		{name: "empty exponent", in: "1e", offset: 2, why: "an exponent has digits"},
		{name: "exponent of a sign", in: "1e-", offset: 3, why: "an exponent has digits"},
		{name: "fraction in the exponent", in: "1e1.5", offset: 3, why: "exponents are whole"},
		{name: "thousands", in: "1,000", offset: 1, why: "no separators"},
		{name: "blank", in: " 1", offset: 0, why: "no blanks"},
		{name: "underscore", in: "1_000", offset: 1, why: "not Go syntax"},
		{name: "hex", in: "0x10", offset: 1, why: "not Go syntax"},
		{name: "minus", in: "-", offset: 1, why: "a number has digits"},
		{name: "empty", in: "", offset: 0, why: "a number has digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseDecimal(tt.in)
			if tt.want == "" {
				var syntax *edm.SyntaxError
				if !errors.As(err, &syntax) || syntax.Offset != tt.offset {
					t.Errorf("ParseDecimal(%.50q): error %v, want offset %d: %s", tt.in, err, tt.offset, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseDecimal(%.50q) = %.60v, %v; want %.60s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestDecimalArithmetic(t *testing.T) {
	nines := strings.Repeat("9", 38)
	longest := strings.Repeat("9", edm.MaxDecimalDigits)
	add, sub, mul := edm.Decimal.Add, edm.Decimal.Sub, edm.Decimal.Mul
	div, mod := edm.Decimal.Div, edm.Decimal.Mod
	for _, tt := range []struct {
		name    string
		op      func(a, b edm.Decimal) (edm.Decimal, error)
		a, b    string
		want    string
		wantErr error
		why     string
	}{
		{"add", add, "1.5", "2.25", "3.75", nil, "the larger scale"},
		{"add keeps zeros", add, "1.50", "1.50", "3.00", nil, "the larger scale"},
		{"add signs", add, "-5", "3", "-2", nil, "signs"},
		{"add to zero", add, "-5.0", "5", "0.0", nil, "zero has no sign"},
		{"add over the inline form", add, nines, "1", "1" + strings.Repeat("0", 38), nil, "a carry into digit 39"},
		{"add back into the inline form", add, "1" + strings.Repeat("0", 38), "-1", nines, nil, "and back"},
		{"add far scales", add, "1", "1e-60", "1." + strings.Repeat("0", 59) + "1", nil, "alignment beyond 38 digits"},
		{"add limit", add, longest, "1", "", edm.ErrTooManyDigits, "a carry beyond the limit"},
		{"add far apart", add, "1e9000", "1e-9000", "", edm.ErrTooManyDigits, "both fit, the sum does not"},
		{"sub", sub, "1", "2.50", "-1.50", nil, "the larger scale"},
		{"sub long", sub, "1e40", "1e40", "0", nil, "long digits vanish"},
		{"mul", mul, "1.5", "-2.50", "-3.750", nil, "scales add"},
		{"mul by zero", mul, "-1.5", "0.0", "0.00", nil, "zero has no sign"},
		{"mul over the inline form", mul, nines, "10", nines + "0", nil, "39 digits"},
		{"mul two words", mul, "18446744073709551616", "2", "36893488147419103232", nil, "the high word takes part"},
		{"mul limit", mul, longest, "10", "", edm.ErrTooManyDigits, "beyond the limit"},
		{"mul scale limit", mul, "1e-5000", "1e-5000", "", edm.ErrTooManyDigits, "beyond the limit"},
		{"mul scale limit with zero", mul, "1e-5000", "0e-5000", "", edm.ErrTooManyDigits, "even for zero"},
		{"div even", div, "1", "8", "0.125", nil, "as many digits as it needs"},
		{"div to whole", div, "100", "10", "10", nil, "zeros before the point stay"},
		{"div keeps scale", div, "6.00", "2", "3.00", nil, "as .NET does"},
		{"div drops scale", div, "6.00", "2.00", "3", nil, "scales subtract"},
		{"div by fraction", div, "1", "0.5", "2", nil, "never a negative scale"},
		{"div third", div, "1", "3", "0.33333333333333333333333333333", nil, "29 digits"},
		{"div two thirds", div, "-2", "3", "-0.66666666666666666666666666667", nil, "rounded"},
		{"div ten thirds", div, "10", "3", "3.3333333333333333333333333333", nil, "29 significant digits"},
		{"div tie to even", div, "100000000000000000000000000005", "10", "10000000000000000000000000000.5", nil, "a long dividend keeps its digits"},
		{"div tie down", div, "10000000000000000000000000001", "4", "2500000000000000000000000000.2", nil, "half to even"},
		{"div tie up", div, "-10000000000000000000000000003", "4", "-2500000000000000000000000000.8", nil, "half to even"},
		{"div above a tie", div, "30000000000000000000000000001", "12", "2500000000000000000000000000.1", nil, "0.08333 is no tie"},
		{"div carry", div, "99999999999999999999999999999", "100000000000000000000000000000", "0.99999999999999999999999999999", nil, "29 nines are exact"},
		{"div carry to a power of ten", div, "99999999999999999999999999999", "0.99999999999999999999999999999", "100000000000000000000000000000", nil, "comes out even"},
		{"div by a large word", div, "18446744073709551613", "18446744073709551614", "0.99999999999999999994578989138", nil, "64 bits"},
		{"div many zeros", div, "1e-9900", "3", "0." + strings.Repeat("0", 9900) + strings.Repeat("3", 29), nil, "scale near the limit"},
		{"div by one", div, longest, "1", longest, nil, "a long dividend keeps its digits"},
		{"div zero", div, "0.00", "7", "0.00", nil, "zero keeps its scale"},
		{"div by zero", div, "1", "0.0", "", edm.ErrDivideByZero, "no infinity"},
		{"div zero by zero", div, "0", "0", "", edm.ErrDivideByZero, "no NaN"},
		{"div limit", div, "1e9000", "1e-9000", "", edm.ErrTooManyDigits, "beyond the limit"},
		{"div small limit", div, "1e-9000", "1e9000", "", edm.ErrTooManyDigits, "beyond the limit on the other side"},
		{"mod", mod, "7", "3", "1", nil, "remainder"},
		{"mod negative dividend", mod, "-7", "3", "-1", nil, "the sign of the dividend"},
		{"mod negative divisor", mod, "7", "-3", "1", nil, "the sign of the dividend"},
		{"mod fractions", mod, "7.5", "0.20", "0.10", nil, "exact, the larger scale"},
		{"mod none", mod, "-6", "3", "0", nil, "zero has no sign"},
		{"mod large quotient", mod, "1e60", "7", "1", nil, "exact whatever the quotient"},
		{"mod far apart", mod, "1e9000", "7e-900", "", nil, "exact whatever the quotient"},
		{"mod by zero", mod, "1", "0", "", edm.ErrDivideByZero, "no NaN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := mustDecimal(t, tt.a), mustDecimal(t, tt.b)
			got, err := tt.op(a, b)
			if !errors.Is(err, tt.wantErr) {
				t.Fatalf("error %v, want %v: %s", err, tt.wantErr, tt.why)
			}
			if tt.name == "mod far apart" {
				tt.want = ratMod(a, b).FloatString(900)
			}
			if err == nil && got.String() != tt.want {
				t.Errorf("got %.60v, want %.60s: %s", got, tt.want, tt.why)
			}
		})
	}
}

func TestDecimalRounding(t *testing.T) {
	long := strings.Repeat("9", 40)
	for _, tt := range []struct {
		name, in, round, floor, ceiling, truncate string
		why                                       string
	}{
		{"whole", "-7", "-7", "-7", "-7", "-7", "nothing to do"},
		{"whole with scale", "7.00", "7", "7", "7", "7", "the scale goes"},
		{"tie to even below", "2.5", "2", "2", "3", "2", "half to even"},
		{"tie to even above", "3.50", "4", "3", "4", "3", "half to even"},
		{"negative tie", "-2.5", "-2", "-3", "-2", "-2", "half to even"},
		{"over half", "2.5000000001", "3", "2", "3", "2", "not a tie"},
		{"under half", "-2.4999", "-2", "-3", "-2", "-2", "not a tie"},
		{"below one", "0.5", "0", "0", "1", "0", "zero is even"},
		{"tiny", "0.001", "0", "0", "1", "0", "below half"},
		{"negative tiny", "-0.001", "0", "-1", "0", "0", "zero has no sign"},
		{"zero", "0.000", "0", "0", "0", "0", "zero"},
		{"beyond 38 digits of scale", "1e-60", "0", "0", "1", "0", "below half"},
		{"zero beyond 38 digits of scale", "0e-60", "0", "0", "0", "0", "zero"},
		{"38 digits of scale", "-0." + long[:38], "-1", "-1", "0", "0", "above half"},
		{"half at 38 digits of scale", "0.5" + strings.Repeat("0", 37), "0", "0", "1", "0", "a tie"},
		{"carry", long[:38] + ".5", "1" + strings.Repeat("0", 38), long[:38], "1" + strings.Repeat("0", 38), long[:38], "a carry out of the inline form"},
		{"long", "-" + long + ".5", "-1" + strings.Repeat("0", 40), "-1" + strings.Repeat("0", 40), "-" + long, "-" + long, "a carry through all digits"},
		{"long without fraction", long + ".00", long, long, long, long, "the zeros go"},
		{"long fraction", "0." + long, "1", "0", "1", "0", "40 digits after the point"},
		{"long fraction after a zero", "0.0" + long, "0", "0", "1", "0", "below half, scale larger than digits"},
		{"all digits", strings.Repeat("9", edm.MaxDecimalDigits-1) + ".9", "1" + strings.Repeat("0", edm.MaxDecimalDigits-1), strings.Repeat("9", edm.MaxDecimalDigits-1), "1" + strings.Repeat("0", edm.MaxDecimalDigits-1), strings.Repeat("9", edm.MaxDecimalDigits-1), "the carry always has room"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := mustDecimal(t, tt.in)
			got := []string{d.Round().String(), d.Floor().String(), d.Ceiling().String(), d.Truncate().String()}
			if diff := cmp.Diff([]string{tt.round, tt.floor, tt.ceiling, tt.truncate}, got); diff != "" {
				t.Errorf("round, floor, ceiling, truncate of %.60s: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestDecimalCompare(t *testing.T) {
	ascending := []string{"-1e40", "-1e39", "-100000000000000000000000000000000000000.1", "-18446744073709551617", "-18446744073709551616",
		"-2.51", "-2.5", "-1e-50", "0", "1e-50", "1e-49", "0.09", "0.1", "0.123456789012345678901234567890123456789", "1", "1.000000000000000000000000000000000000000000001", "1.01", "2.5", "10", "99999999999999999999999999999999999999",
		"99999999999999999999999999999999999999.1", "100000000000000000000000000000000000000", "1e39"}
	for i, a := range ascending {
		for j, b := range ascending {
			want := min(max(i-j, -1), 1)
			if got := mustDecimal(t, a).Compare(mustDecimal(t, b)); got != want {
				t.Errorf("%s Compare %s = %d, want %d", a, b, got, want)
			}
		}
	}
	for _, tt := range []struct{ name, a, b, why string }{
		{"scale", "2.5", "2.5000", "the scale is not part of the number"},
		{"zero", "0", "0.00000", "whatever its scale"},
		{"long scale", "1", "1.0000000000000000000000000000000000000000000", "one is inline, the other is not"},
		{"long zeros", "1e40", "10000000000000000000000000000000000000000.00", "both are outside"},
	} {
		a, b := mustDecimal(t, tt.a), mustDecimal(t, tt.b)
		if a.Compare(b) != 0 || b.Compare(a) != 0 || a.Equal(b) {
			t.Errorf("%s: %s and %s are the same number in two representations: %s", tt.name, tt.a, tt.b, tt.why)
		}
	}
}

func TestDecimalPrecision(t *testing.T) {
	for digits := 1; digits <= 45; digits++ {
		for _, text := range []string{"1" + strings.Repeat("0", digits-1), strings.Repeat("9", digits)} {
			d := mustDecimal(t, text)
			if d.Precision() != digits || d.Scale() != 0 {
				t.Errorf("%s has precision %d and scale %d, want %d and 0", text, d.Precision(), d.Scale(), digits)
			}
		}
	}
	if d := mustDecimal(t, "0.0050"); d.Precision() != 2 || d.Scale() != 4 {
		t.Errorf("0.0050 has precision %d and scale %d, want 2 and 4", d.Precision(), d.Scale())
	}
	if d := mustDecimal(t, "0.00"); d.Precision() != 0 || d.Scale() != 2 {
		t.Errorf("0.00 has precision %d and scale %d, want 0 and 2", d.Precision(), d.Scale())
	}
}

func TestDecimalInt64(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     int64
		ok       bool
		why      string
	}{
		{"zero", "0.00", 0, true, "a fraction of zero"},
		{"whole", "7.00", 7, true, "a fraction of zero"},
		{"fraction", "7.01", 0, false, "a fraction is not cut"},
		{"max", "9223372036854775807", math.MaxInt64, true, "the limit"},
		{"beyond max", "9223372036854775808", 0, false, "no wrap"},
		{"min", "-9223372036854775808.0", math.MinInt64, true, "one more on the negative side"},
		{"beyond min", "-9223372036854775809", 0, false, "no wrap"},
		{"two words", "18446744073709551616", 0, false, "2^64 is not 0"},
		{"long", "1e40", 0, false, "no wrap"},
		{"long with zeros", "1." + strings.Repeat("0", 50), 1, true, "long digits, small number"},
		{"tiny", "1e-50", 0, false, "not zero"},
	} {
		got, ok := mustDecimal(t, tt.in).Int64()
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %s as int64 is %d, %v: %s", tt.name, tt.in, got, ok, tt.why)
		}
	}
	for _, i := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64} {
		d := edm.DecimalFromInt64(i)
		if got, ok := d.Int64(); !ok || got != i || d.String() != big.NewInt(i).String() {
			t.Errorf("DecimalFromInt64(%d) = %v, back as %d, %v", i, d, got, ok)
		}
	}
}

func TestNewDecimal(t *testing.T) {
	if got := edm.NewDecimal(-250, 2).String(); got != "-2.50" {
		t.Errorf("NewDecimal(-250, 2) = %s", got)
	}
	for _, scale := range []int{-1, 39} {
		if panicOf(func() { edm.NewDecimal(1, scale) }) == "" {
			t.Errorf("NewDecimal with scale %d does not panic", scale)
		}
	}
}

// ratOf returns the exact value of d by another way than its own.
func ratOf(d edm.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic("not a number: " + d.String())
	}
	return r
}

func ratMod(a, b edm.Decimal) *big.Rat {
	x, y := ratOf(a), ratOf(b)
	quotient := new(big.Rat).Quo(x, y)
	whole := new(big.Int).Quo(quotient.Num(), quotient.Denom()) // truncates
	return x.Sub(x, y.Mul(y, new(big.Rat).SetInt(whole)))
}

// checkDecimals compares everything about two decimals with math/big.
func checkDecimals(t *testing.T, a, b edm.Decimal) {
	t.Helper()
	x, y := ratOf(a), ratOf(b)
	if got, want := a.Compare(b), x.Cmp(y); got != want {
		t.Fatalf("%v Compare %v = %d, want %d", a, b, got, want)
	}
	if a.Sign() != x.Sign() || a.IsZero() != (x.Sign() == 0) {
		t.Fatalf("%v has sign %d", a, a.Sign())
	}
	if got, want := ratOf(a.Neg()), new(big.Rat).Neg(x); got.Cmp(want) != 0 {
		t.Fatalf("Neg(%v) = %v", a, a.Neg())
	}
	exact := func(name string, got edm.Decimal, err error, want *big.Rat, scale int) {
		if err != nil {
			if !errors.Is(err, edm.ErrTooManyDigits) || len(a.String())+len(b.String()) < edm.MaxDecimalDigits {
				t.Fatalf("%v %s %v: %v", a, name, b, err)
			}
			return
		}
		if ratOf(got).Cmp(want) != 0 || got.Scale() != scale {
			t.Fatalf("%v %s %v = %v, want %s with scale %d", a, name, b, got, want.FloatString(scale), scale)
		}
		if back := mustDecimal(t, got.String()); !back.Equal(got) {
			t.Fatalf("%v %s %v = %v reads back as %v", a, name, b, got, back)
		}
	}
	scale := max(a.Scale(), b.Scale())
	sum, err := a.Add(b)
	exact("add", sum, err, new(big.Rat).Add(x, y), scale)
	difference, err := a.Sub(b)
	exact("sub", difference, err, new(big.Rat).Sub(x, y), scale)
	product, err := a.Mul(b)
	exact("mul", product, err, new(big.Rat).Mul(x, y), a.Scale()+b.Scale())
	if !b.IsZero() {
		remainder, err := a.Mod(b)
		exact("mod", remainder, err, ratMod(a, b), scale)
		quotient, err := a.Div(b)
		checkQuotient(t, a, b, quotient, err)
	}
	checkWhole(t, a, x)
	if got, want := a.Float64(), ratFloat64(x); got != want {
		t.Fatalf("%v as float64 is %v, want %v", a, got, want)
	}
}

// ratFloat64 returns the nearest float64, as Float64 should.
func ratFloat64(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}

// checkQuotient allows half a unit in the last of 29 digits.
func checkQuotient(t *testing.T, a, b, quotient edm.Decimal, err error) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, edm.ErrTooManyDigits) || len(a.String())+len(b.String()) < edm.MaxDecimalDigits/2 {
			t.Fatalf("%v div %v: %v", a, b, err)
		}
		return
	}
	want := new(big.Rat).Quo(ratOf(a), ratOf(b))
	off := new(big.Rat).Sub(ratOf(quotient), want)
	if off.Sign() == 0 {
		return
	}
	if quotient.Precision() < max(29, a.Precision()) {
		t.Fatalf("%v div %v = %v does not come out even and has %d digits", a, b, quotient, quotient.Precision())
	}
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(quotient.Scale())), nil))
	if off.Abs(off).Mul(off, big.NewRat(2, 1)).Cmp(unit) > 0 {
		t.Fatalf("%v div %v = %v is off by more than half a unit", a, b, quotient)
	}
}

// checkWhole checks the four ways to drop a fraction.
func checkWhole(t *testing.T, d edm.Decimal, x *big.Rat) {
	t.Helper()
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean; the denominator is positive
	ceiling := new(big.Int).Set(floor)
	if !x.IsInt() {
		ceiling.Add(ceiling, big.NewInt(1))
	}
	truncated := floor
	if x.Sign() < 0 {
		truncated = ceiling
	}
	toFloor := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	rounded := floor
	if order := toFloor.Cmp(big.NewRat(1, 2)); order > 0 || order == 0 && floor.Bit(0) == 1 {
		rounded = ceiling
	}
	got := []string{d.Floor().String(), d.Ceiling().String(), d.Truncate().String(), d.Round().String()}
	want := []string{floor.String(), ceiling.String(), truncated.String(), rounded.String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("floor, ceiling, truncate, round of %v (-want +got):\n%s", d, diff)
	}
}

// randomDecimal favours the edges: few and many digits, scales near the number
// of digits, nines and zeros.
func randomDecimal(random *rand.Rand) string {
	var text strings.Builder
	if random.IntN(2) == 0 {
		text.WriteByte('-')
	}
	digits := 1 + random.IntN([]int{3, 10, 20, 40, 80}[random.IntN(5)])
	point := -1
	if random.IntN(4) != 0 {
		point = random.IntN(digits + 1)
	}
	alphabet := []string{"0123456789", "0123456789", "09", "05", "9"}[random.IntN(5)]
	for i := range digits {
		if i == point && i > 0 {
			text.WriteByte('.')
		}
		text.WriteByte(alphabet[random.IntN(len(alphabet))])
	}
	return text.String()
}

func TestDecimalAgainstBig(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 5_000 {
		a, b := mustDecimal(t, randomDecimal(random)), mustDecimal(t, randomDecimal(random))
		checkDecimals(t, a, b)
		checkDecimals(t, a, a)
	}
}

func FuzzDecimal(f *testing.F) {
	for _, seed := range [][2]string{{"2.50", "-7"}, {"1e3", "3"}, {"99999999999999999999999999999999999999", "1"}, {longDigits, "0.001"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, s, other string) {
		if len(s)+len(other) > 300 {
			return
		}
		a, err := edm.ParseDecimal(s)
		if err != nil {
			return
		}
		// An exponent that math/big would take literally is none of ours.
		if len(a.String()) <= 400 {
			// Nor does it read a zero with an exponent of any size.
			want, ok := new(big.Rat).SetString(s)
			if !ok && !a.IsZero() || ok && ratOf(a).Cmp(want) != 0 {
				t.Fatalf("ParseDecimal(%q) = %v", s, a)
			}
		}
		if back := mustDecimal(t, a.String()); !back.Equal(a) {
			t.Fatalf("%q is %v, which reads back as %v", s, a, back)
		}
		if !a.Value().Decimal().Equal(a) || !a.Value().Clone().Equal(a.Value()) {
			t.Fatalf("%v changes inside a Value", a)
		}
		b, err := edm.ParseDecimal(other)
		if err == nil && len(a.String())+len(b.String()) < 1000 {
			checkDecimals(t, a, b)
		}
	})
}

package edm_test

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestCompare(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		name string
		a, b edm.Value
		want int
		ok   bool
		why  string
	}{
		{"strings", edm.String("a"), edm.String("b"), -1, true, "by bytes"},
		{"string case", edm.String("Z"), edm.String("a"), -1, true, "ordinal, so upper case first"},
		{"string prefix", edm.String("ab"), edm.String("a"), 1, true, "the longer is larger"},
		{"code points", edm.String("\uffff"), edm.String("\U0001f600"), -1, true, "UTF-16 units would say otherwise"},
		{"combining", edm.String("e\u0301"), edm.String("\u00e9"), -1, true, "not normalised"},
		{"binary", edm.Binary([]byte{1, 0x80}), edm.Binary([]byte{1, 0x7f}), 1, true, "unsigned bytes"},
		{"booleans", edm.Boolean(false), edm.Boolean(true), -1, true, "false first"},
		{"times", edm.NewTime(-1).Value(), edm.NewTime(1).Value(), -1, true, "negative first"},
		{"instants", mustLiteral(t, "datetimeoffset'2015-07-12T06:40:00Z'"), mustLiteral(t, "datetimeoffset'2015-07-12T08:40:00+02:00'"), 0, true, "the same instant"},
		{"unset date", mustLiteral(t, "datetime'0001-01-01T00:00:00'"), mustLiteral(t, "datetime'2015-07-12T06:40:00Z'"), -1, true, "no zone is taken as UTC"},
		{"date types", mustLiteral(t, "datetime'2015-07-12T06:40:00Z'"), mustLiteral(t, "datetimeoffset'2015-07-12T06:40:00Z'"), 0, false, "different types"},

		{"integers", edm.Byte(255), edm.SByte(-1), 1, true, "by number, not by bits"},
		{"int64 and double", edm.Int64(1<<53 + 1), edm.Double(1 << 53), 1, true, "as doubles they would be equal"},
		{"int64 max and 2^63", edm.Int64(math.MaxInt64), edm.Double(1 << 63), -1, true, "as doubles they would be equal"},
		{"int64 min and -2^63", edm.Int64(math.MinInt64), edm.Double(-1 << 63), 0, true, "equal"},
		{"integer and fraction", edm.Int32(-7), edm.Double(-7.5), 1, true, "the fraction decides"},
		{"integer and infinity", edm.Int64(math.MaxInt64), edm.Double(inf), -1, true, "beyond all numbers"},
		{"integer and minus infinity", edm.Int64(math.MinInt64), edm.Double(-inf), 1, true, "below all numbers"},
		{"single and double", edm.Single(0.1), edm.Double(0.1), 1, true, "the single is a little more"},
		{"zeros", edm.Double(0), edm.Double(math.Copysign(0, -1)), 0, true, "IEEE"},
		{"zero and negative zero", edm.Int32(0), edm.Double(math.Copysign(0, -1)), 0, true, "IEEE"},
		{"decimal and double", mustDecimal(t, "0.1").Value(), edm.Double(0.1), -1, true, "the double is a little more"},
		{"decimal and exact double", mustDecimal(t, "0.1000000000000000055511151231257827021181583404541015625").Value(), edm.Double(0.1), 0, true, "all its digits"},
		{"decimal just above", mustDecimal(t, "0.10000000000000000555111512312578270212").Value(), edm.Double(0.1), 1, true, "38 digits decide"},
		{"decimal just below", mustDecimal(t, "0.10000000000000000555111512312578270211").Value(), edm.Double(0.1), -1, true, "38 digits decide"},
		{"negative decimal", mustDecimal(t, "-0.1").Value(), edm.Double(-0.1), 1, true, "the sign turns it round"},
		{"decimal and single", mustDecimal(t, "16777217").Value(), edm.Single(16777216), 1, true, "exact"},
		{"decimal beyond double", mustDecimal(t, "1e400").Value(), edm.Double(math.MaxFloat64), 1, true, "rounds to infinity, and is still larger"},
		{"decimal and infinity", mustDecimal(t, "1e400").Value(), edm.Double(inf), -1, true, "finite"},
		{"decimal and minus infinity", mustDecimal(t, "-1e400").Value(), edm.Double(-inf), 1, true, "finite"},
		{"tiny decimal and zero", mustDecimal(t, "-1e-400").Value(), edm.Double(0), -1, true, "rounds to zero, and is still negative"},
		{"least double", mustDecimal(t, "5e-324").Value(), edm.Double(math.SmallestNonzeroFloat64), 1, true, "the least double is 4.94E-324"},
		{"decimal and integer", mustDecimal(t, "7.00").Value(), edm.Byte(7), 0, true, "whatever the scale"},
		{"decimal and int64", mustDecimal(t, "9223372036854775807.5").Value(), edm.Int64(math.MaxInt64), 1, true, "exact"},

		{"NaN", edm.Double(nan), edm.Double(nan), 0, false, "not even equal to itself"},
		{"NaN and integer", edm.Int32(1), edm.Single(float32(nan)), 0, false, "unordered"},
		{"NaN and decimal", edm.Double(nan), mustDecimal(t, "1").Value(), 0, false, "unordered"},
		{"null", edm.Null, edm.Null, 0, false, "the caller knows the rules of null"},
		{"null and number", edm.Null, edm.Int32(0), 0, false, "the caller knows the rules of null"},
		{"string and number", edm.String("7"), edm.Int32(7), 0, false, "no implicit conversion"},
		{"string and guid", edm.String(""), edm.GUID{}.Value(), 0, false, "no implicit conversion"},
		{"boolean and number", edm.Boolean(true), edm.Int32(1), 0, false, "not a number"},
		{"complex", edm.Complex(nil), edm.Complex(nil), 0, false, "eq on complex values is not an order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := edm.Compare(tt.a, tt.b); got != tt.want || ok != tt.ok {
				t.Errorf("Compare(%v, %v) = %d, %v; want %d, %v: %s", tt.a, tt.b, got, ok, tt.want, tt.ok, tt.why)
			}
			if got, ok := edm.Compare(tt.b, tt.a); got != -tt.want || ok != tt.ok {
				t.Errorf("Compare(%v, %v) = %d, %v; want %d, %v: the other way round", tt.b, tt.a, got, ok, -tt.want, tt.ok)
			}
		})
	}
}

// randomNumberValue returns numbers that are often close to each other though
// of different kinds.
func randomNumberValue(t *testing.T, random *rand.Rand) edm.Value {
	base := []float64{0, 1, 127, 255, 32767, 1 << 24, 1 << 31, 1 << 53, 1 << 63, 0.1, 1e22, 1e-5, 5e-324, 1e300}[random.IntN(14)]
	if random.IntN(2) == 0 {
		base = -base
	}
	if random.IntN(2) == 0 {
		base = math.Nextafter(base, float64(random.IntN(3)-1)*1e308)
	}
	if random.IntN(8) == 0 {
		base = randomFloat(random)
	}
	if math.IsNaN(base) || math.IsInf(base, 0) {
		base = 0
	}
	for {
		k := []edm.Kind{edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64, edm.KindSingle, edm.KindDouble, edm.KindDecimal}[random.IntN(8)]
		v, ok := edm.Cast(edm.Double(base), k)
		if !ok {
			continue
		}
		if k == edm.KindDecimal && random.IntN(2) == 0 { // all digits, or nearly
			exact := new(big.Rat).SetFloat64(base)
			v = mustDecimal(t, exact.FloatString([]int{5, 25, 60, 1100}[random.IntN(4)])).Value()
		}
		return v
	}
}

func ratOfValue(v edm.Value) *big.Rat {
	switch {
	case v.Kind().IsInteger():
		return new(big.Rat).SetInt64(v.Int())
	case v.Kind() == edm.KindDecimal:
		return ratOf(v.Decimal())
	}
	return new(big.Rat).SetFloat64(v.Float())
}

func TestCompareNumbersAgainstBig(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	ties := 0
	for range 20_000 {
		a, b := randomNumberValue(t, random), randomNumberValue(t, random)
		want := ratOfValue(a).Cmp(ratOfValue(b))
		if got, ok := edm.Compare(a, b); !ok || got != want {
			t.Fatalf("Compare(%v %v, %v %v) = %d, %v; want %d", a.Kind(), a, b.Kind(), b, got, ok, want)
		}
		if want == 0 && a.Kind() != b.Kind() {
			ties++
		}
	}
	if ties < 500 {
		t.Errorf("only %d ties between kinds, which are what is hard", ties)
	}
}

func TestOrder(t *testing.T) {
	ascending := []edm.Value{
		edm.Null,
		edm.Binary(nil),
		edm.Boolean(false), edm.Boolean(true),
		mustLiteral(t, "datetime'2015-07-12'"),
		edm.Double(math.NaN()),
		edm.Double(math.Inf(-1)), edm.Int64(-1), mustDecimal(t, "0.5").Value(), edm.Byte(1), edm.Single(float32(math.Inf(1))),
		edm.GUID{}.Value(),
		edm.String("a"), edm.String("b"),
		edm.Complex([]edm.Value{edm.Null, edm.Int32(2)}), edm.Complex([]edm.Value{edm.Int32(1)}), edm.Complex([]edm.Value{edm.Int32(1), edm.Null}),
		edm.Collection(nil), edm.Collection([]edm.Value{edm.Null}),
	}
	for i, a := range ascending {
		for j, b := range ascending {
			if got, want := edm.Order(a, b), min(max(i-j, -1), 1); got != want {
				t.Errorf("Order(%v, %v) = %d, want %d", a, b, got, want)
			}
		}
	}
	if edm.Order(edm.Single(float32(math.NaN())), edm.Double(math.NaN())) != 0 {
		t.Error("NaNs of different kinds are not in one place")
	}
	shuffled := slices.Clone(ascending)
	random := rand.New(rand.NewPCG(11, 12))
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, edm.Order)
	if !slices.EqualFunc(shuffled, ascending, edm.Value.Equal) {
		t.Errorf("sorted: %v, want %v", shuffled, ascending)
	}
}

func TestPromote(t *testing.T) {
	kinds := []edm.Kind{edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64, edm.KindSingle, edm.KindDouble, edm.KindDecimal}
	// One row per left kind, one letter per right kind: 4 Int32, 8 Int64,
	// s Single, d Double, m Decimal, - none.
	rows := []string{
		"44448sdm",
		"44448sdm",
		"44448sdm",
		"44448sdm",
		"88888sdm",
		"ssssssd-",
		"ddddddd-",
		"mmmmm--m",
	}
	letters := map[byte]edm.Kind{'4': edm.KindInt32, '8': edm.KindInt64, 's': edm.KindSingle, 'd': edm.KindDouble, 'm': edm.KindDecimal}
	for i, a := range kinds {
		for j, b := range kinds {
			want, wantOK := letters[rows[i][j]]
			if got, ok := edm.Promote(a, b); got != want || ok != wantOK {
				t.Errorf("Promote(%v, %v) = %v, %v; want %v, %v", a, b, got, ok, want, wantOK)
			}
		}
		for _, other := range []edm.Kind{edm.KindNull, edm.KindString, edm.KindBoolean, edm.KindDateTime, edm.KindComplex} {
			if got, ok := edm.Promote(a, other); ok {
				t.Errorf("Promote(%v, %v) = %v: only numbers are promoted", a, other, got)
			}
			if got, ok := edm.Promote(other, a); ok {
				t.Errorf("Promote(%v, %v) = %v: only numbers are promoted", other, a, got)
			}
		}
	}
}

func TestConvert(t *testing.T) {
	decimal := func(s string) edm.Value { return mustDecimal(t, s).Value() }
	for _, tt := range []struct {
		name   string
		v      edm.Value
		to     edm.Kind
		want   edm.Value
		reason string // part of the error, if it fails
		cast   string // the result of Cast where it differs: a literal, or "none"
		why    string
	}{
		{"null", edm.Null, edm.KindInt32, edm.Null, "", "", "null fits everywhere"},
		{"null to complex", edm.Null, edm.KindComplex, edm.Null, "", "", "null fits everywhere"},
		{"identity", edm.String("a"), edm.KindString, edm.String("a"), "", "", "nothing to do"},
		{"identity of a complex value", edm.Complex(nil), edm.KindComplex, edm.Complex(nil), "", "", "nothing to do"},
		{"widen", edm.Byte(255), edm.KindInt64, edm.Int64(255), "", "", "always fits"},
		{"narrow", edm.Int64(-128), edm.KindSByte, edm.SByte(-128), "", "", "fits"},
		{"narrow too far", edm.Int64(-129), edm.KindSByte, edm.Null, "range", "none", "no wrap"},
		{"unsigned", edm.Int32(-1), edm.KindByte, edm.Null, "range", "none", "no wrap"},
		{"int64 to double", edm.Int64(1<<53 + 1), edm.KindDouble, edm.Double(1 << 53), "", "", "the nearest"},
		{"int64 to single", edm.Int64(math.MaxInt64), edm.KindSingle, edm.Single(1 << 63), "", "", "the nearest"},
		{"int64 to single, once", edm.Int64(0x4000004000000001), edm.KindSingle, edm.Single(0x4000008000000000), "", "", "by way of a double it would round down"},
		{"integer to decimal", edm.Int64(math.MinInt64), edm.KindDecimal, decimal("-9223372036854775808"), "", "", "exact"},
		{"single to double", edm.Single(0.1), edm.KindDouble, edm.Double(0.10000000149011612), "", "", "exact, as in .NET"},
		{"double to single", edm.Double(0.1), edm.KindSingle, edm.Single(0.1), "", "", "the nearest"},
		{"double too large for single", edm.Double(1e39), edm.KindSingle, edm.Null, "range", "none", "not an infinity"},
		{"infinity to single", edm.Double(math.Inf(-1)), edm.KindSingle, edm.Single(float32(math.Inf(-1))), "", "", "it has an equivalent"},
		{"NaN to single", edm.Double(math.NaN()), edm.KindSingle, edm.Single(float32(math.NaN())), "", "", "it has an equivalent"},
		{"double to integer", edm.Double(-7), edm.KindInt16, edm.Int16(-7), "", "", "whole"},
		{"fraction to integer", edm.Double(7.9), edm.KindInt32, edm.Null, "fraction", "7", "Cast cuts it off"},
		{"negative fraction to integer", edm.Double(-0.9), edm.KindByte, edm.Null, "fraction", "0", "toward zero"},
		{"fraction at the edge", edm.Double(255.9), edm.KindByte, edm.Null, "fraction", "255", "the whole part fits"},
		{"2^63 to integer", edm.Double(1 << 63), edm.KindInt64, edm.Null, "range", "none", "no wrap"},
		{"-2^63 to integer", edm.Double(-1 << 63), edm.KindInt64, edm.Int64(math.MinInt64), "", "", "just fits"},
		{"NaN to integer", edm.Double(math.NaN()), edm.KindInt32, edm.Null, "NaN", "none", "no equivalent"},
		{"infinity to integer", edm.Single(float32(math.Inf(1))), edm.KindInt64, edm.Null, "NaN", "none", "no equivalent"},
		{"double to decimal", edm.Double(0.1), edm.KindDecimal, decimal("0.1"), "", "", "the literal means what it says"},
		{"single to decimal", edm.Single(0.1), edm.KindDecimal, decimal("0.1"), "", "", "the literal means what it says"},
		{"large double to decimal", edm.Double(1e300), edm.KindDecimal, decimal("1e300"), "", "", "written in full"},
		{"small double to decimal", edm.Double(5e-324), edm.KindDecimal, decimal("5e-324"), "", "", "written in full"},
		{"negative zero to decimal", edm.Double(math.Copysign(0, -1)), edm.KindDecimal, decimal("0"), "", "", "zero has one sign"},
		{"NaN to decimal", edm.Double(math.NaN()), edm.KindDecimal, edm.Null, "NaN", "none", "no equivalent"},
		{"decimal to integer", decimal("7.00"), edm.KindInt32, edm.Int32(7), "", "", "a fraction of zero"},
		{"decimal fraction to integer", decimal("-7.9"), edm.KindInt32, edm.Null, "fraction", "-7", "Cast cuts it off"},
		{"decimal too large", decimal("1e40"), edm.KindInt64, edm.Null, "range", "none", "no wrap"},
		{"decimal to double", decimal("0.1000000000000000055511151231257827"), edm.KindDouble, edm.Double(0.1), "", "", "the nearest"},
		{"decimal to single, once", decimal("1.00000017881393432617187499"), edm.KindSingle, edm.Single(1.0000001), "", "", "by way of a double it would be 1.0000002"},
		{"decimal beyond double", decimal("1e400"), edm.KindDouble, edm.Null, "range", "none", "not an infinity"},
		{"decimal beyond single", decimal("1e39"), edm.KindSingle, edm.Null, "range", "none", "not an infinity"},
		{"number to string", edm.Int32(7), edm.KindString, edm.Null, "unrelated", "'7'", "Cast uses the text"},
		{"double to string", edm.Double(7), edm.KindString, edm.Null, "unrelated", "'7'", "Cast uses the text"},
		{"guid to string", edm.GUID{}.Value(), edm.KindString, edm.Null, "unrelated", "'00000000-0000-0000-0000-000000000000'", "Cast uses the text"},
		{"string to number", edm.String("7"), edm.KindInt32, edm.Null, "unrelated", "7", "Cast uses the text"},
		{"string to no number", edm.String("x"), edm.KindInt32, edm.Null, "unrelated", "none", "not its text"},
		{"string to date", edm.String("2015-07-12"), edm.KindDateTime, edm.Null, "unrelated", "datetime'2015-07-12T00:00:00'", "Cast uses the text"},
		{"boolean to number", edm.Boolean(true), edm.KindInt32, edm.Null, "unrelated", "none", "no such cast"},
		{"date to date", mustLiteral(t, "datetime'2015-07-12T00:00:00Z'"), edm.KindDateTimeOffset, edm.Null, "unrelated", "none", "different types"},
		{"complex to string", edm.Complex(nil), edm.KindString, edm.Null, "unrelated", "none", "not primitive"},
		{"string to complex", edm.String("()"), edm.KindComplex, edm.Null, "unrelated", "none", "not primitive"},
		{"string to stream", edm.String("x"), edm.KindStream, edm.Null, "unrelated", "none", "no text form"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.Convert(tt.v, tt.to)
			if tt.reason != "" {
				var conversion *edm.ConversionError
				if !errors.As(err, &conversion) || conversion.From != tt.v.Kind() || conversion.To != tt.to || !strings.Contains(err.Error(), tt.reason) {
					t.Errorf("Convert(%v, %v) = %v, %v; want an error about %q: %s", tt.v, tt.to, got, err, tt.reason, tt.why)
				}
			} else if err != nil || !got.Equal(tt.want) {
				t.Errorf("Convert(%v, %v) = %v %v, %v; want %v: %s", tt.v, tt.to, got.Kind(), got, err, tt.want, tt.why)
			}
			cast, ok := edm.Cast(tt.v, tt.to)
			switch tt.cast {
			case "none":
				if ok || !cast.IsNull() {
					t.Errorf("Cast(%v, %v) = %v, %v; want none: %s", tt.v, tt.to, cast, ok, tt.why)
				}
			case "":
				if !ok || !cast.Equal(tt.want) {
					t.Errorf("Cast(%v, %v) = %v, %v; want %v: %s", tt.v, tt.to, cast, ok, tt.want, tt.why)
				}
			default:
				if !ok || cast.String() != tt.cast || cast.Kind() != tt.to {
					t.Errorf("Cast(%v, %v) = %v %v, %v; want %s: %s", tt.v, tt.to, cast.Kind(), cast, ok, tt.cast, tt.why)
				}
			}
		})
	}
}

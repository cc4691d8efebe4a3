package providertest

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// numberRank is the place of a number's type among the types of arithmetic: 1
// for Int32 and what becomes one, then Int64, Single, Double; 5 for Decimal, and
// 0 for no number.
func numberRank(v any) int {
	switch v.(type) {
	case uint8, int8, int16, int32:
		return 1
	case int64:
		return 2
	case float32:
		return 3
	case float64:
		return 4
	case fraction:
		return 5
	}
	return 0
}

func isNumber(v any) bool { return numberRank(v) > 0 }

// whole is an integer of any size.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case uint8:
		return int64(v), true
	case int8:
		return int64(v), true
	case int16:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	}
	return 0, false
}

// float is a Single or Double.
func float(v any) (float64, bool) {
	switch v := v.(type) {
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// rational is the exact value of a number; nil for NaN and the infinities.
func rational(v any) *big.Rat {
	if i, ok := whole(v); ok {
		return new(big.Rat).SetInt64(i)
	}
	if f, ok := float(v); ok {
		return new(big.Rat).SetFloat64(f)
	}
	if d, ok := v.(fraction); ok {
		return d.Rat
	}
	return nil
}

// as widens a number to the type of a rank; nil where there is no way.
func as(rank int, v any) any {
	if numberRank(v) == rank && rank > 1 {
		return v
	}
	i, isWhole := whole(v)
	f, _ := float(v)
	switch {
	case rank == 1:
		return int32(i)
	case rank == 2:
		return i
	case rank == 3 && isWhole:
		return float32(i)
	case rank == 3:
		return float32(f)
	case rank == 4 && isWhole:
		return float64(i)
	case rank == 4:
		return f
	case rank == 5 && isWhole:
		return fraction{Rat: rational(v)}
	}
	return nil
}

// unified brings two numbers to one type: a number without a suffix to that of
// the other side if it fits, and otherwise the narrower to the wider. Other
// values stay as they are.
func unified(l, r term) (any, any) {
	a, b := l.value, r.value
	if !isNumber(a) || !isNumber(b) {
		return a, b
	}
	if numberRank(a) != numberRank(b) {
		switch {
		case l.number != "" && r.number == "":
			a = reread(l.number, b, a)
		case r.number != "" && l.number == "":
			b = reread(r.number, a, b)
		}
	}
	rank := max(numberRank(a), numberRank(b))
	return as(rank, a), as(rank, b)
}

// reread reads a number again as the type of like; otherwise is what it is if
// it does not fit.
func reread(text string, like, otherwise any) any {
	switch like.(type) {
	case uint8, int8, int16, int32:
		if i, err := strconv.ParseInt(text, 10, 32); err == nil {
			return int32(i)
		}
	case int64:
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return i
		}
	case float32:
		if f, err := strconv.ParseFloat(text, 32); err == nil {
			return float32(f)
		}
	case float64:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case fraction:
		if r, ok := new(big.Rat).SetString(text); ok {
			return fraction{r, text}
		}
	}
	return otherwise
}

// compared orders two values of one type, or two numbers.
func compared(a, b any) (order int, ordered bool) {
	if isNumber(a) && isNumber(b) {
		return comparedNumbers(a, b)
	}
	switch a := a.(type) {
	case bool:
		if b, ok := b.(bool); ok {
			switch {
			case a == b:
				return 0, true
			case b:
				return -1, true
			}
			return 1, true
		}
	case string:
		if b, ok := b.(string); ok {
			return cmp.Compare(a, b), true
		}
	case octets:
		if b, ok := b.(octets); ok {
			return cmp.Compare(a, b), true
		}
	case guid:
		if b, ok := b.(guid); ok {
			return cmp.Compare(a, b), true
		}
	case moment:
		if b, ok := b.(moment); ok && a.offset == b.offset {
			return a.instant.Compare(b.instant), true
		}
	case span:
		if b, ok := b.(span); ok {
			return cmp.Compare(a.ticks, b.ticks), true
		}
	}
	return 0, false
}

func comparedNumbers(a, b any) (order int, ordered bool) {
	x, y := rational(a), rational(b)
	if x != nil && y != nil {
		return x.Cmp(y), true
	}
	f, _ := float(a)
	g, _ := float(b)
	if math.IsNaN(f) || math.IsNaN(g) {
		return 0, false
	}
	return cmp.Compare(side(f), side(g)), true
}

// side is the sign of an infinity, 0 for anything finite.
func side(f float64) int {
	switch {
	case math.IsInf(f, 1):
		return 1
	case math.IsInf(f, -1):
		return -1
	}
	return 0
}

func negative(v any) (any, error) {
	switch v := v.(type) {
	case float32:
		return -v, nil
	case float64:
		return -v, nil
	case fraction:
		return fraction{Rat: new(big.Rat).Neg(v.Rat)}, nil
	case int64:
		return fitted(2, new(big.Int).Neg(big.NewInt(v)))
	}
	if i, ok := whole(v); ok {
		return fitted(1, big.NewInt(-i))
	}
	return nil, nil
}

// fitted is an integer as the type of a rank, in which it has to fit.
func fitted(rank int, i *big.Int) (any, error) {
	switch {
	case !i.IsInt64():
		return nil, errFails
	case rank == 2:
		return i.Int64(), nil
	case i.Int64() < math.MinInt32 || i.Int64() > math.MaxInt32:
		return nil, errFails
	}
	return int32(i.Int64()), nil
}

// calculated is the result of add, sub, mul, div or mod. Without two numbers of
// one kind it is null.
func calculated(op odata.BinaryOp, l, r term) (any, error) {
	a, b := l.value, r.value
	if !isNumber(a) || !isNumber(b) {
		return nil, nil
	}
	if !l.dynamic && !r.dynamic {
		a, b = unified(l, r)
	}
	rank := max(numberRank(a), numberRank(b))
	a, b = as(rank, a), as(rank, b)
	switch x := a.(type) {
	case int32:
		return calculatedWhole(op, 1, int64(x), int64(b.(int32)))
	case int64:
		return calculatedWhole(op, 2, x, b.(int64))
	case float32:
		y := b.(float32)
		return [...]float32{x + y, x - y, x * y, x / y, float32(math.Mod(float64(x), float64(y)))}[op-odata.Add], nil
	case float64:
		y := b.(float64)
		return [...]float64{x + y, x - y, x * y, x / y, math.Mod(x, y)}[op-odata.Add], nil
	case fraction:
		if y, ok := b.(fraction); ok {
			return calculatedFraction(op, x.Rat, y.Rat)
		}
	}
	return nil, nil // a Decimal and a Double have nothing in common
}

func calculatedWhole(op odata.BinaryOp, rank int, a, b int64) (any, error) {
	x, y, z := big.NewInt(a), big.NewInt(b), new(big.Int)
	if b == 0 && (op == odata.Div || op == odata.Mod) {
		return nil, errFails
	}
	switch op {
	case odata.Add:
		z.Add(x, y)
	case odata.Sub:
		z.Sub(x, y)
	case odata.Mul:
		z.Mul(x, y)
	case odata.Div:
		z.Quo(x, y)
	default:
		z.Rem(x, y)
	}
	return fitted(rank, z)
}

// quotientDigits is how many significant digits a quotient may have: to more of
// them it would have to be rounded, in a way that is nobody's but the edm
// package's.
const quotientDigits = 29

func calculatedFraction(op odata.BinaryOp, x, y *big.Rat) (any, error) {
	z := new(big.Rat)
	if y.Sign() == 0 && (op == odata.Div || op == odata.Mod) {
		return nil, errFails
	}
	switch op {
	case odata.Add:
		z.Add(x, y)
	case odata.Sub:
		z.Sub(x, y)
	case odata.Mul:
		z.Mul(x, y)
	case odata.Div:
		z.Quo(x, y)
		if text := z.FloatString(quotientDigits); !isExactly(z, text) ||
			len(strings.Trim(strings.Replace(text, ".", "", 1), "-0")) > quotientDigits {
			return nil, errUndecided
		}
	default:
		quotient := new(big.Rat).Quo(x, y)
		times := new(big.Rat).SetInt(new(big.Int).Quo(quotient.Num(), quotient.Denom()))
		z.Sub(x, times.Mul(times, y))
	}
	return fraction{Rat: z}, nil
}

func isExactly(r *big.Rat, text string) bool {
	read, ok := new(big.Rat).SetString(text)
	return ok && read.Cmp(r) == 0
}

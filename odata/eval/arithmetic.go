package eval

import (
	"errors"
	"math"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// arithmetic compiles add, sub, mul, div and mod.
func (c *compiler) arithmetic(e *odata.Binary) (operand, error) {
	if e.Op > odata.Mod {
		return operand{}, odata.Internalf("eval: unknown operator %d", e.Op)
	}
	x, err := c.values(e.L, e.R)
	if err != nil {
		return operand{}, err
	}
	l, r, op := x[0].get, x[1].get, e.Op
	return folded(computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		a, err := l(row, s)
		if err != nil {
			return edm.Null, err
		}
		b, err := r(row, s)
		if err != nil {
			return edm.Null, err
		}
		return calculate(op, a, b)
	}), x...), nil
}

// negation compiles unary minus.
func (c *compiler) negation(e *odata.Unary) (operand, error) {
	x, err := c.value(e.X)
	if err != nil {
		return operand{}, err
	}
	get := x.get
	return folded(computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if err != nil {
			return edm.Null, err
		}
		return negate(v)
	}), x), nil
}

func negate(v edm.Value) (edm.Value, error) {
	switch kind := v.Kind(); kind {
	case edm.KindInt64:
		return wholeNumber(kind, sub64(0, v.Int()))
	case edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32:
		return wholeNumber(edm.KindInt32, sub64(0, v.Int()))
	case edm.KindSingle:
		return edm.Single(-float32(v.Float())), nil
	case edm.KindDouble:
		return edm.Double(-v.Float()), nil
	case edm.KindDecimal:
		return v.Decimal().Neg().Value(), nil
	}
	return edm.Null, nil
}

// calculate applies an arithmetic operator. The binder has brought declared
// operands to one type; dynamic ones are promoted here. Operands that have no
// arithmetic in common, null among them, yield null.
func calculate(op odata.BinaryOp, a, b edm.Value) (edm.Value, error) {
	kind := a.Kind()
	if kind != b.Kind() || !isArithmetic(kind) {
		var ok bool
		if kind, ok = edm.Promote(a.Kind(), b.Kind()); !ok {
			return edm.Null, nil
		}
		var failA, failB error
		a, failA = edm.Convert(a, kind)
		b, failB = edm.Convert(b, kind)
		if failA != nil || failB != nil {
			return edm.Null, nil // widening does not fail
		}
	}
	switch kind {
	case edm.KindInt32, edm.KindInt64:
		return calculateWhole(op, kind, a.Int(), b.Int())
	case edm.KindSingle:
		return edm.Single(calculateSingle(op, float32(a.Float()), float32(b.Float()))), nil
	case edm.KindDouble:
		return edm.Double(calculateDouble(op, a.Float(), b.Float())), nil
	}
	return calculateDecimal(op, a.Decimal(), b.Decimal())
}

// isArithmetic reports that numbers of the kind are calculated with as they
// are. Smaller integers become Int32 first.
func isArithmetic(k edm.Kind) bool {
	switch k {
	case edm.KindInt32, edm.KindInt64, edm.KindSingle, edm.KindDouble, edm.KindDecimal:
		return true
	}
	return false
}

// A whole is the result of 64-bit arithmetic, unless it does not fit.
type whole struct {
	number int64
	fits   bool
}

// calculateWhole works in 64 bits and then checks the range of kind, Int32 or
// Int64. Division truncates toward zero and mod has the sign of the dividend.
func calculateWhole(op odata.BinaryOp, kind edm.Kind, a, b int64) (edm.Value, error) {
	var result whole
	switch op {
	case odata.Add:
		result = add64(a, b)
	case odata.Sub:
		result = sub64(a, b)
	case odata.Mul:
		result = mul64(a, b)
	case odata.Div:
		if b == 0 {
			return edm.Null, divisionByZero()
		}
		result = whole{a / b, a != math.MinInt64 || b != -1}
	case odata.Mod:
		if b == 0 {
			return edm.Null, divisionByZero()
		}
		result = whole{a % b, true}
	}
	return wholeNumber(kind, result)
}

func wholeNumber(kind edm.Kind, w whole) (edm.Value, error) {
	switch {
	case !w.fits:
		return edm.Null, arithmeticOverflow()
	case kind == edm.KindInt64:
		return edm.Int64(w.number), nil
	case w.number != int64(int32(w.number)):
		return edm.Null, arithmeticOverflow()
	}
	return edm.Int32(int32(w.number)), nil
}

func add64(a, b int64) whole {
	sum := a + b
	return whole{sum, (sum > a) == (b > 0)}
}

func sub64(a, b int64) whole {
	difference := a - b
	return whole{difference, (difference < a) == (b > 0)}
}

func mul64(a, b int64) whole {
	if a == 0 || b == 0 {
		return whole{0, true}
	}
	product := a * b
	// The second test finds the one wrong product that divides back.
	return whole{product, product/b == a && (b != -1 || a != math.MinInt64)}
}

// calculateDouble follows IEEE 754: what has no result is infinite or NaN.
func calculateDouble(op odata.BinaryOp, a, b float64) float64 {
	switch op {
	case odata.Add:
		return a + b
	case odata.Sub:
		return a - b
	case odata.Mul:
		return a * b
	case odata.Div:
		return a / b
	}
	return math.Mod(a, b)
}

// calculateSingle rounds each result to single precision.
func calculateSingle(op odata.BinaryOp, a, b float32) float32 {
	switch op {
	case odata.Add:
		return a + b
	case odata.Sub:
		return a - b
	case odata.Mul:
		return a * b
	case odata.Div:
		return a / b
	}
	return float32(math.Mod(float64(a), float64(b)))
}

func calculateDecimal(op odata.BinaryOp, a, b edm.Decimal) (edm.Value, error) {
	var result edm.Decimal
	var err error
	switch op {
	case odata.Add:
		result, err = a.Add(b)
	case odata.Sub:
		result, err = a.Sub(b)
	case odata.Mul:
		result, err = a.Mul(b)
	case odata.Div:
		result, err = a.Div(b)
	case odata.Mod:
		result, err = a.Mod(b)
	}
	switch {
	case errors.Is(err, edm.ErrDivideByZero):
		return edm.Null, divisionByZero()
	case err != nil:
		return edm.Null, arithmeticOverflow()
	}
	return result.Value(), nil
}

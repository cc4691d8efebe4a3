package eval

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A verdict says what a comparison operator makes of each order of operands.
type verdict struct{ less, equal, greater, unordered truth }

var verdicts = [...]verdict{
	odata.Eq: {no, yes, no, no},
	odata.Ne: {yes, no, yes, yes},
	odata.Lt: {yes, no, no, no},
	odata.Le: {yes, yes, no, no},
	odata.Gt: {no, no, yes, no},
	odata.Ge: {no, yes, yes, no},
}

// of turns an order of edm.Compare into the operator's result.
func (v verdict) of(order int) truth {
	switch {
	case order < 0:
		return v.less
	case order > 0:
		return v.greater
	}
	return v.equal
}

// mirrored is the operator that means the same with its operands exchanged.
func mirrored(op odata.BinaryOp) odata.BinaryOp {
	switch op {
	case odata.Lt:
		return odata.Gt
	case odata.Le:
		return odata.Ge
	case odata.Gt:
		return odata.Lt
	case odata.Ge:
		return odata.Le
	}
	return op
}

// compare applies a comparison operator to any two values.
func compare(op odata.BinaryOp, a, b edm.Value) truth {
	if order, ok := edm.Compare(a, b); ok {
		return verdicts[op].of(order)
	}
	switch op {
	case odata.Eq:
		return truthOf(equal(a, b))
	case odata.Ne:
		return truthOf(!equal(a, b))
	}
	return no
}

// equal is the eq operator: null equals null, NaN equals nothing, and complex
// values and collections are equal if all their elements are. Spatial values
// are equal if they are written alike.
func equal(a, b edm.Value) bool {
	if order, ok := edm.Compare(a, b); ok {
		return order == 0
	}
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case edm.KindNull:
		return true
	case edm.KindComplex, edm.KindCollection:
		x, y := a.Elements(), b.Elements()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	}
	return a.Kind().IsSpatial() && a.Equal(b)
}

// comparison compiles eq, ne, lt, le, gt and ge.
func (c *compiler) comparison(e *odata.Binary) (conditionFunc, error) {
	if yieldsEntity(e.L) || yieldsEntity(e.R) {
		return c.sameEntity(e)
	}
	if e.Op == odata.Eq || e.Op == odata.Ne {
		if holds, err := c.specialEquality(e); holds != nil || err != nil {
			return holds, err
		}
	}
	op := e.Op
	l, err := c.value(e.L)
	if err != nil {
		return nil, err
	}
	r, err := c.value(e.R)
	if err != nil {
		return nil, err
	}
	if l.fixed {
		op, l, r = mirrored(op), r, l
	}
	switch {
	case l.fixed:
		t := compare(op, l.value, r.value)
		return func(*odata.Row, *scope) (truth, error) { return t, nil }, nil
	case r.fixed && l.field >= 0:
		return compareField(op, l.field, r.value), nil
	case r.fixed:
		get, constant := l.get, r.value
		return func(row *odata.Row, s *scope) (truth, error) {
			v, err := get(row, s)
			return compare(op, v, constant), err
		}, nil
	}
	x, y := l.get, r.get
	return func(row *odata.Row, s *scope) (truth, error) {
		a, err := x(row, s)
		if err != nil {
			return no, err
		}
		b, err := y(row, s)
		return compare(op, a, b), err
	}, nil
}

// specialEquality compiles eq and ne with the literals that need no comparison
// of values, and with text whose case is mapped first. It returns nil where
// neither side is one of those. It compiles nothing twice: expressions nest.
func (c *compiler) specialEquality(e *odata.Binary) (conditionFunc, error) {
	wantEqual := e.Op == odata.Eq
	for _, sides := range [...][2]odata.Expr{{e.L, e.R}, {e.R, e.L}} {
		other := sides[0]
		literal, ok := sides[1].(*odata.Literal)
		if !ok {
			continue
		}
		switch literal.Value.Kind() {
		case edm.KindNull:
			x, err := c.value(other)
			if err != nil {
				return nil, err
			}
			return againstNull(x.get, wantEqual), nil
		case edm.KindBoolean:
			holds, err := c.condition(other)
			if err != nil {
				return nil, err
			}
			return againstBoolean(holds, literal.Value.Bool(), wantEqual), nil
		case edm.KindString:
			text, err := c.mappedText(other)
			if err != nil {
				return nil, err
			}
			if text != nil {
				return text.equals(literal.Value.Str(), wantEqual), nil
			}
		}
	}
	return nil, nil
}

// againstNull compares any value with null.
func againstNull(get valueFunc, wantEqual bool) conditionFunc {
	return func(row *odata.Row, s *scope) (truth, error) {
		v, err := get(row, s)
		return truthOf(v.IsNull() == wantEqual), err
	}
}

// againstBoolean compares a condition with true or false: startswith(Name,'A')
// eq true. What is not a Boolean is equal to neither.
func againstBoolean(holds conditionFunc, b, wantEqual bool) conditionFunc {
	return func(row *odata.Row, s *scope) (truth, error) {
		t, err := holds(row, s)
		return truthOf((t == truthOf(b)) == wantEqual), err
	}
}

// compareField compares a field of $it with a constant, which is what most
// filters do for every row. The constant's kind chooses the comparison once; a
// field that holds another kind after all takes the general way.
func compareField(op odata.BinaryOp, field int, constant edm.Value) conditionFunc {
	kind, verdict := constant.Kind(), verdicts[op]
	general := func(v edm.Value) truth { return compare(op, v, constant) }
	switch {
	case kind.IsInteger():
		number := constant.Int()
		return func(row *odata.Row, _ *scope) (truth, error) {
			v, err := fieldOf(row, field)
			switch {
			case !v.Kind().IsInteger():
				return general(v), err
			case v.Int() < number:
				return verdict.less, nil
			case v.Int() > number:
				return verdict.greater, nil
			}
			return verdict.equal, nil
		}
	case kind == edm.KindDouble || kind == edm.KindSingle:
		number := constant.Float()
		return func(row *odata.Row, _ *scope) (truth, error) {
			v, err := fieldOf(row, field)
			if v.Kind() != kind {
				return general(v), err
			}
			switch f := v.Float(); {
			case f < number:
				return verdict.less, nil
			case f > number:
				return verdict.greater, nil
			case f == number:
				return verdict.equal, nil
			}
			return verdict.unordered, nil
		}
	case kind == edm.KindString:
		return compareText(op, field, constant.Str(), general)
	case kind == edm.KindDateTime:
		moment := constant.DateTime()
		return func(row *odata.Row, _ *scope) (truth, error) {
			v, err := fieldOf(row, field)
			if v.Kind() != edm.KindDateTime {
				return general(v), err
			}
			return verdict.of(v.DateTime().Compare(moment)), nil
		}
	case kind == edm.KindGuid && (op == odata.Eq || op == odata.Ne):
		same, differ := verdict.equal, verdict.less
		return func(row *odata.Row, _ *scope) (truth, error) {
			v, err := fieldOf(row, field)
			if v.Equal(constant) { // a guid has one representation
				return same, nil
			}
			return differ, err
		}
	}
	return func(row *odata.Row, _ *scope) (truth, error) {
		v, err := fieldOf(row, field)
		return general(v), err
	}
}

// compareText compares a text field with a constant: for equality without
// asking which is greater.
func compareText(op odata.BinaryOp, field int, text string, general func(edm.Value) truth) conditionFunc {
	verdict := verdicts[op]
	if op == odata.Eq || op == odata.Ne {
		return func(row *odata.Row, _ *scope) (truth, error) {
			v, err := fieldOf(row, field)
			switch {
			case v.Kind() != edm.KindString:
				return general(v), err
			case v.Str() == text:
				return verdict.equal, nil
			}
			return verdict.less, nil
		}
	}
	return func(row *odata.Row, _ *scope) (truth, error) {
		v, err := fieldOf(row, field)
		if v.Kind() != edm.KindString {
			return general(v), err
		}
		switch s := v.Str(); {
		case s < text:
			return verdict.less, nil
		case s > text:
			return verdict.greater, nil
		}
		return verdict.equal, nil
	}
}

// fieldOf reads a value of the row. A row that is too short is the provider's
// mistake; the value is null then.
func fieldOf(row *odata.Row, field int) (edm.Value, error) {
	if uint(field) < uint(len(row.Values)) {
		return row.Values[field], nil
	}
	return edm.Null, shortRow("values")
}

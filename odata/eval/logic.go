package eval

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A truth is the value of a condition.
type truth uint8

const (
	no truth = iota
	yes
	unknown // null
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// value is the truth as an Edm.Boolean or null.
func (t truth) value() edm.Value {
	if t == unknown {
		return edm.Null
	}
	return edm.Boolean(t == yes)
}

// truthValue is the opposite of truth.value. What is not a Boolean can only be
// dynamic, and is taken for null.
func truthValue(v edm.Value) truth {
	if v.Kind() != edm.KindBoolean {
		return unknown
	}
	return truthOf(v.Bool())
}

// A conditionFunc computes a condition for the row of $it, within a scope.
type conditionFunc func(row *odata.Row, s *scope) (truth, error)

// condition compiles an expression that yields a Boolean.
func (c *compiler) condition(e odata.Expr) (conditionFunc, error) {
	switch e := e.(type) {
	case *odata.Unary:
		if e.Op != odata.Negate {
			return c.not(e)
		}
	case *odata.Binary:
		switch {
		case e.Op == odata.And || e.Op == odata.Or:
			return c.junction(e)
		case e.Op.IsComparison():
			return c.comparison(e)
		}
	case *odata.IsOf:
		return c.isOf(e)
	case *odata.Lambda:
		return c.lambda(e)
	case *odata.In:
		return c.in(e)
	}
	x, err := c.value(e)
	if err != nil {
		return nil, err
	}
	get := x.get
	return func(row *odata.Row, s *scope) (truth, error) {
		v, err := get(row, s)
		return truthValue(v), err
	}, nil
}

func (c *compiler) not(e *odata.Unary) (conditionFunc, error) {
	x, err := c.condition(e.X)
	if err != nil {
		return nil, err
	}
	return func(row *odata.Row, s *scope) (truth, error) {
		t, err := x(row, s)
		switch t {
		case no:
			t = yes
		case yes:
			t = no
		}
		return t, err
	}, nil
}

// junction compiles a chain of and, or of or. A null operand counts as false,
// so the result is never null, and a chain of any length is one loop.
func (c *compiler) junction(e *odata.Binary) (conditionFunc, error) {
	terms, err := c.terms(e.Op, e, nil)
	if err != nil {
		return nil, err
	}
	if len(terms) == 2 {
		return pair(e.Op, terms[0], terms[1]), nil
	}
	if e.Op == odata.And {
		return func(row *odata.Row, s *scope) (truth, error) {
			for _, term := range terms {
				if t, err := term(row, s); t != yes || err != nil {
					return no, err
				}
			}
			return yes, nil
		}, nil
	}
	return func(row *odata.Row, s *scope) (truth, error) {
		for _, term := range terms {
			if t, err := term(row, s); t == yes || err != nil {
				return t, err
			}
		}
		return no, nil
	}, nil
}

// terms appends the compiled operands of a chain of op, in order.
func (c *compiler) terms(op odata.BinaryOp, e odata.Expr, terms []conditionFunc) ([]conditionFunc, error) {
	if b, ok := e.(*odata.Binary); ok && b.Op == op {
		terms, err := c.terms(op, b.L, terms)
		if err != nil {
			return nil, err
		}
		return c.terms(op, b.R, terms)
	}
	term, err := c.condition(e)
	return append(terms, term), err
}

// pair is the shortest chain without the loop.
func pair(op odata.BinaryOp, l, r conditionFunc) conditionFunc {
	if op == odata.And {
		return func(row *odata.Row, s *scope) (truth, error) {
			if t, err := l(row, s); t != yes || err != nil {
				return no, err
			}
			t, err := r(row, s)
			return truthOf(t == yes), err
		}
	}
	return func(row *odata.Row, s *scope) (truth, error) {
		if t, err := l(row, s); t == yes || err != nil {
			return t, err
		}
		t, err := r(row, s)
		return truthOf(t == yes), err
	}
}

package eval

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An Evaluator computes the value of an expression for one row, which must not
// be nil. The value may refer to the row's memory: clone what outlives the row.
// It is safe for concurrent use. Errors are *odata.Error: see Failures in the
// package comment.
type Evaluator func(row *odata.Row) (edm.Value, error)

// A Predicate reports whether a condition is exactly true for one row. It is
// safe for concurrent use and fails as an Evaluator does; it is false then.
type Predicate func(row *odata.Row) (bool, error)

// Compile plans e for rows of layout l. An expression that yields an entity has
// no value. Errors are KindInternal where e needs what l does not hold (see
// [Widen]), and KindNotImplemented for a function without an evaluator (see
// [Implements]).
func Compile(e odata.Expr, l Layout) (Evaluator, error) {
	c := compiler{root: &l}
	x, err := c.value(e)
	if err != nil {
		return nil, err
	}
	get := x.get
	return func(row *odata.Row) (edm.Value, error) { return get(row, nil) }, nil
}

// CompileFilter plans the condition e for rows of layout l. A nil condition
// always holds. Errors are those of [Compile].
func CompileFilter(e odata.Expr, l Layout) (Predicate, error) {
	if e == nil {
		return func(*odata.Row) (bool, error) { return true, nil }, nil
	}
	c := compiler{root: &l}
	holds, err := c.condition(e)
	if err != nil {
		return nil, err
	}
	return func(row *odata.Row) (bool, error) {
		t, err := holds(row, nil)
		return err == nil && t == yes, err
	}, nil
}

// A compiler turns expressions into closures.
type compiler struct {
	root *Layout  // of $it
	vars []*place // the range variables in scope, the outermost first
}

// A scope holds the range variable of a lambda while its body is evaluated.
// Scopes are linked outwards; outside lambdas there is none.
type scope struct {
	outer *scope
	item  edm.Value  // of a collection of values
	row   *odata.Row // of related entities
}

// up returns the scope that is hops lambdas further out.
func (s *scope) up(hops int) *scope {
	for ; hops > 0; hops-- {
		s = s.outer
	}
	return s
}

// A valueFunc computes a value for the row of $it, within a scope.
type valueFunc func(row *odata.Row, s *scope) (edm.Value, error)

// An operand is a compiled expression with what is known of it ahead of rows.
type operand struct {
	get   valueFunc
	field int       // the position in $it's row that get just reads, or -1
	fixed bool      // get yields constant whatever the row
	value edm.Value // the constant
}

func computed(get valueFunc) operand { return operand{get: get, field: -1} }

func constant(v edm.Value) operand {
	return operand{field: -1, fixed: true, value: v,
		get: func(*odata.Row, *scope) (edm.Value, error) { return v, nil }}
}

// folded computes x ahead if all of its inputs are constants. A failure stays
// where it is: it belongs to the rows, of which there may be none.
func folded(x operand, inputs ...operand) operand {
	for _, in := range inputs {
		if !in.fixed {
			return x
		}
	}
	v, err := x.get(nil, nil)
	if err != nil {
		return x
	}
	return constant(v)
}

// value compiles an expression that yields a value.
func (c *compiler) value(e odata.Expr) (operand, error) {
	switch e := e.(type) {
	case *odata.Literal:
		return constant(e.Value), nil
	case *odata.Variable:
		return c.variable(e)
	case *odata.Member:
		return c.member(e)
	case *odata.Dynamic:
		return c.dynamic(e)
	case *odata.Unary:
		if e.Op == odata.Negate {
			return c.negation(e)
		}
	case *odata.Binary:
		if e.Op.IsArithmetic() {
			return c.arithmetic(e)
		}
	case *odata.Convert:
		return c.conversion(e)
	case *odata.Call:
		return c.call(e)
	case *odata.Cast:
		return c.cast(e)
	case *odata.IsOf, *odata.Lambda, *odata.In:
	default:
		return operand{}, odata.Internalf("eval: %T has no value", e)
	}
	holds, err := c.condition(e)
	if err != nil {
		return operand{}, err
	}
	return computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		t, err := holds(row, s)
		return t.value(), err
	}), nil
}

// values compiles several expressions.
func (c *compiler) values(exprs ...odata.Expr) ([]operand, error) {
	operands := make([]operand, len(exprs))
	for i, e := range exprs {
		var err error
		if operands[i], err = c.value(e); err != nil {
			return nil, err
		}
	}
	return operands, nil
}

// conversion widens a number. What does not convert is null: it can only come
// from a dynamic property.
func (c *compiler) conversion(e *odata.Convert) (operand, error) {
	x, err := c.value(e.X)
	if err != nil {
		return operand{}, err
	}
	get, to := x.get, e.To
	return folded(computed(func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if err != nil || v.Kind() == to {
			return v, err
		}
		v, failed := edm.Convert(v, to)
		if failed != nil {
			return edm.Null, nil
		}
		return v, nil
	}), x), nil
}

package bind

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A scope binds the expressions of one option. It is used by one goroutine.
type scope struct {
	model     *metadata.Model
	in        string // the option, for errors
	loose     *odata.Looseness
	it        *entity
	variables []*odata.Variable // range variables in sight, outermost first

	binaries arena[odata.Binary]
	literals arena[odata.Literal]
}

// An operand is a bound expression on its way into a larger one.
type operand struct {
	expr odata.Expr
	at   odata.Span

	// number is the text of a numeric literal without a suffix, which takes its
	// type from the other side. expr is then a literal that only this scope
	// refers to.
	number string

	// dynamic marks an expression whose type only the value knows: an
	// undeclared property, or one that is computed from any.
	dynamic bool
}

func (o *operand) typ() metadata.TypeRef { return o.expr.Type() }

// isNull reports a null literal that has no type yet.
func (o *operand) isNull() bool {
	l, ok := o.expr.(*odata.Literal)
	return ok && l.Of.IsZero()
}

// An arena hands out nodes of one kind from small slices: a typical condition
// then costs one allocation for each kind of node.
type arena[T any] struct{ free []T }

// arenaChunk is the number of operands in the usual conjunction of two
// comparisons.
const arenaChunk = 3

func (a *arena[T]) add(value T) *T {
	if len(a.free) == 0 {
		a.free = make([]T, arenaChunk)
	}
	node := &a.free[0]
	a.free = a.free[1:]
	*node = value
	return node
}

func (s *scope) place(at odata.Span) place { return place{in: s.in, at: at} }

// literal makes a node that no other scope refers to.
func (s *scope) literal(v edm.Value, of metadata.TypeRef) *odata.Literal {
	return s.literals.add(odata.Literal{Value: v, Of: of})
}

func (s *scope) binary(op odata.BinaryOp, l, r odata.Expr) *odata.Binary {
	return s.binaries.add(odata.Binary{Op: op, L: l, R: r})
}

// bind gives a syntax node its meaning. Recursion is as deep as the syntax
// tree, which the parser bounds.
func (s *scope) bind(node uri.Node) (operand, *odata.Error) {
	switch n := node.(type) {
	case *uri.Literal:
		return s.bindLiteral(n), nil
	case *uri.Name:
		return s.bindName(n)
	case *uri.Unary:
		x, err := s.bind(n.X)
		if err != nil {
			return operand{}, err
		}
		return s.unary(n.Op, x, n.At)
	case *uri.Binary:
		l, err := s.bind(n.L)
		if err != nil {
			return operand{}, err
		}
		r, err := s.bind(n.R)
		if err != nil {
			return operand{}, err
		}
		return s.combine(n.Op, l, r, n.At)
	case *uri.Call:
		return s.bindCall(n)
	case *uri.Lambda:
		return s.bindLambda(n)
	}
	return operand{}, odata.Internalf("bind: unknown syntax node %T", node)
}

func (s *scope) bindLiteral(n *uri.Literal) operand {
	o := operand{at: n.At}
	if n.Value.IsNull() {
		o.expr = s.literal(edm.Null, metadata.TypeRef{})
		return o
	}
	kind := n.Value.Kind()
	o.expr = s.literal(n.Value, metadata.PrimitiveType(kind))
	if kind.IsNumeric() {
		if isDigit(n.Raw[len(n.Raw)-1]) {
			o.number = n.Raw
		}
	}
	return o
}

// condition binds a node that must be true or false.
func (s *scope) condition(node uri.Node) (odata.Expr, *odata.Error) {
	o, err := s.bind(node)
	if err != nil {
		return nil, err
	}
	return s.boolean(o)
}

// bindLambda binds any and all. The range variable is known in the condition
// only; unprefixed names there still belong to $it. Source: OData V3 URI
// conventions, any and all operators.
func (s *scope) bindLambda(n *uri.Lambda) (operand, *odata.Error) {
	of, err := s.bind(n.Of)
	if err != nil {
		return operand{}, err
	}
	t := of.typ()
	if !t.Collection {
		return operand{}, notCollection(s.place(of.at), describe(of))
	}
	lambda := &odata.Lambda{All: n.All, Of: of.expr}
	if n.Body != nil {
		for _, v := range s.variables {
			if v.Name == n.Var {
				return operand{}, variableClash(s.place(n.VarAt), n.Var)
			}
		}
		lambda.Var = &odata.Variable{Name: n.Var, Depth: len(s.variables) + 1, Of: t.Item()}
		s.variables = append(s.variables, lambda.Var)
		if lambda.Body, err = s.condition(n.Body); err != nil {
			return operand{}, err
		}
		s.variables = s.variables[:len(s.variables)-1]
	}
	return operand{expr: lambda, at: n.Span()}, nil
}

// describe names an operand's type for errors.
func describe(o operand) string {
	switch {
	case o.isNull():
		return "null"
	case o.dynamic && isCalculated(o.expr):
		return "a number"
	case o.dynamic:
		return "an undeclared property"
	}
	return o.typ().String()
}

package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Adopt makes a condition that was built elsewhere, such as a guard's, one of
// entities of type t: it finds each property, navigation property and entity
// type by name, in t and the types derived from it, and checks and converts all
// types as for $filter. A nil owner of a member means $it. A nil condition stays
// nil. The condition itself is not changed, so it may be shared and adopted
// again for another type.
//
// A name that does not exist, or has another type than the condition was built
// for, is a mistake of the program: KindInternal, with the name in the cause.
func Adopt(t *metadata.EntityType, e odata.Expr) (odata.Expr, error) {
	if e == nil {
		return nil, nil
	}
	a := adopter{it: odata.ItOf(t), scope: scope{in: "condition"}}
	o, err := a.adopt(e)
	if err != nil {
		return nil, err
	}
	condition, wrong := a.boolean(o)
	if wrong != nil {
		return nil, a.mistake(e, wrong)
	}
	return condition, nil
}

type adopter struct {
	scope
	it *odata.Variable
}

// mistake names the properties of e in an error found by the type checks.
func (a *adopter) mistake(e odata.Expr, cause *odata.Error) *odata.Error {
	var names []string
	odata.Walk(e, func(x odata.Expr) bool {
		switch x := x.(type) {
		case *odata.Member:
			names = append(names, x.Property.Name)
		case *odata.Navigate:
			names = append(names, navName(x.Nav))
		}
		return true
	})
	return badCondition("on %s: %w", strings.Join(names, ", "), cause)
}

func (a *adopter) adopt(e odata.Expr) (operand, *odata.Error) {
	o, err := a.node(e)
	if err != nil && err.Kind != odata.KindInternal {
		err = a.mistake(e, err)
	}
	return o, err
}

func (a *adopter) node(e odata.Expr) (operand, *odata.Error) {
	switch e := e.(type) {
	case nil:
		return operand{expr: a.it}, nil
	case *odata.Literal:
		return operand{expr: a.adoptLiteral(e)}, nil
	case *odata.Variable:
		return a.adoptVariable(e)
	case *odata.Member:
		return a.adoptMember(e)
	case *odata.Dynamic:
		return a.adoptDynamic(e)
	case *odata.Navigate:
		return a.adoptNavigate(e)
	case *odata.TypeCast:
		return a.adoptTypeCast(e)
	case *odata.Unary:
		x, err := a.adopt(e.X)
		if err != nil {
			return operand{}, err
		}
		return a.unary(e.Op, x, odata.Span{})
	case *odata.Binary:
		l, err := a.adopt(e.L)
		if err != nil {
			return operand{}, err
		}
		r, err := a.adopt(e.R)
		if err != nil {
			return operand{}, err
		}
		return a.combine(e.Op, l, r, odata.Span{})
	case *odata.Convert:
		return a.adoptConvert(e)
	case *odata.Call:
		return a.adoptCall(e)
	case *odata.IsOf:
		return a.adoptIsOf(e)
	case *odata.Cast:
		x, err := a.adopt(e.X)
		if err != nil {
			return operand{}, err
		}
		x.expr, err = a.cast(x, e.To, a.place(odata.Span{}))
		return x, err
	case *odata.Lambda:
		return a.adoptLambda(e)
	case *odata.In:
		return a.adoptIn(e)
	}
	return operand{}, badCondition("unknown node %T", e)
}

func (a *adopter) adoptLiteral(e *odata.Literal) odata.Expr {
	switch {
	case !e.Value.IsNull():
		return a.literal(e.Value, metadata.PrimitiveType(e.Value.Kind()))
	case e.Of.IsPrimitive() && !e.Of.Kind.IsSpatial():
		return a.literal(edm.Null, e.Of)
	}
	return a.literal(edm.Null, metadata.TypeRef{})
}

func (a *adopter) adoptVariable(e *odata.Variable) (operand, *odata.Error) {
	switch {
	case e.Depth == 0:
		return operand{expr: a.it}, nil
	case e.Depth > len(a.variables):
		return operand{}, badCondition("the range variable %s is used outside its any or all", e.Name)
	}
	return operand{expr: a.variables[e.Depth-1]}, nil
}

// owner adopts what a step of a path belongs to; it must be one entity or
// complex value.
func (a *adopter) owner(e odata.Expr, step string) (operand, *odata.Error) {
	of, err := a.adopt(e)
	if err != nil {
		return operand{}, err
	}
	if t := of.typ(); t.Collection || t.Entity == nil && t.Complex == nil {
		return operand{}, badCondition("%s has no member %s", describe(of), step)
	}
	return of, nil
}

func (a *adopter) adoptMember(e *odata.Member) (operand, *odata.Error) {
	of, err := a.owner(e.Of, e.Property.Name)
	if err != nil {
		return operand{}, err
	}
	t := of.typ()
	p := findProperty(t, e.Property)
	switch {
	case p == nil:
		return operand{}, badCondition("%s has no property %s", t, e.Property.Name)
	case p != e.Property && !sameType(e.Property.Type, p.Type):
		return operand{}, badCondition("%s/%s is %s, not %s", t, p.Name, p.Type, e.Property.Type)
	case isUnusable(p.TypeRef()):
		return operand{}, badCondition("%s/%s is a stream", t, p.Name)
	}
	return operand{expr: &odata.Member{Of: of.expr, Property: p}}, nil
}

func (a *adopter) adoptDynamic(e *odata.Dynamic) (operand, *odata.Error) {
	of, err := a.owner(e.Of, e.Name)
	if err != nil {
		return operand{}, err
	}
	if t := of.typ(); t.Entity == nil || !t.Entity.IsOpen() {
		return operand{}, badCondition("%s has no property %s and is not open", t, e.Name)
	}
	return operand{expr: &odata.Dynamic{Of: of.expr, Name: e.Name}, dynamic: true}, nil
}

func (a *adopter) adoptNavigate(e *odata.Navigate) (operand, *odata.Error) {
	of, err := a.owner(e.Of, e.Nav.Name)
	if err != nil {
		return operand{}, err
	}
	t := of.typ()
	if t.Entity == nil {
		return operand{}, badCondition("%s has no navigation property %s", t, navName(e.Nav))
	}
	nav := findNavigation(t.Entity, e.Nav)
	if nav == nil {
		return operand{}, badCondition("%s has no navigation property %s", t, navName(e.Nav))
	}
	adopted := &odata.Navigate{Of: of.expr, Nav: nav}
	if e.Where != nil {
		// Its $it is the related entity, and the range variables around it are
		// not in sight.
		related := adopter{it: odata.ItOf(nav.Target()), scope: scope{in: a.in}}
		o, err := related.adopt(e.Where)
		if err != nil {
			return operand{}, err
		}
		if adopted.Where, err = related.boolean(o); err != nil {
			return operand{}, a.mistake(e.Where, err)
		}
	}
	return operand{expr: adopted}, nil
}

func (a *adopter) adoptTypeCast(e *odata.TypeCast) (operand, *odata.Error) {
	of, err := a.adopt(e.Of)
	if err != nil {
		return operand{}, err
	}
	target := relative(of.typ().Entity, e.Entity)
	if target == nil {
		return operand{}, badCondition("%s is not related to %s", e.Entity.Name, describe(of))
	}
	return operand{expr: &odata.TypeCast{Of: of.expr, Entity: target}}, nil
}

func (a *adopter) adoptConvert(e *odata.Convert) (operand, *odata.Error) {
	x, err := a.adopt(e.X)
	if err != nil {
		return operand{}, err
	}
	from := x.typ()
	if kind, ok := edm.Promote(from.Kind, e.To); !ok || !from.IsPrimitive() || kind != e.To {
		return operand{}, badCondition("%s cannot be widened to %s", describe(x), e.To)
	}
	widen(&x, e.To)
	return x, nil
}

func (a *adopter) adoptCall(e *odata.Call) (operand, *odata.Error) {
	candidates := overloads(e.Function.Name)
	if candidates == nil {
		return operand{}, badCondition("there is no function %s", e.Function.Name)
	}
	args := make([]operand, len(e.Args))
	for i, arg := range e.Args {
		var err *odata.Error
		if args[i], err = a.adopt(arg); err != nil {
			return operand{}, err
		}
	}
	call, err := a.resolve(e.Function.Name, candidates, args, odata.Span{})
	return operand{expr: call}, err
}

func (a *adopter) adoptIsOf(e *odata.IsOf) (operand, *odata.Error) {
	x, err := a.adopt(e.X)
	if err != nil {
		return operand{}, err
	}
	of := e.Of
	switch t := x.typ(); {
	case of.Entity != nil:
		if of.Entity = relative(t.Entity, of.Entity); of.Entity == nil {
			return operand{}, badCondition("isof: %s is not related to %s", e.Of, describe(x))
		}
	case of.Complex != nil:
		if t.Complex == nil || t.Complex.Name != of.Complex.Name {
			return operand{}, badCondition("isof: %s is not %s", describe(x), e.Of)
		}
		of.Complex = t.Complex
	}
	return operand{expr: &odata.IsOf{X: x.expr, Of: of}}, nil
}

func (a *adopter) adoptLambda(e *odata.Lambda) (operand, *odata.Error) {
	of, err := a.adopt(e.Of)
	if err != nil {
		return operand{}, err
	}
	t := of.typ()
	if !t.Collection {
		return operand{}, badCondition("any and all need a collection, not %s", describe(of))
	}
	lambda := &odata.Lambda{All: e.All, Of: of.expr}
	if e.Body != nil {
		if e.Var == nil {
			return operand{}, badCondition("any or all has a condition without a range variable")
		}
		lambda.Var = &odata.Variable{Name: e.Var.Name, Depth: len(a.variables) + 1, Of: t.Item()}
		a.variables = append(a.variables, lambda.Var)
		body, err := a.adopt(e.Body)
		if err != nil {
			return operand{}, err
		}
		if lambda.Body, err = a.boolean(body); err != nil {
			return operand{}, err
		}
		a.variables = a.variables[:len(a.variables)-1]
	}
	return operand{expr: lambda}, nil
}

// adoptIn checks the rows against the types of the tuple. The rows are shared
// with the original.
func (a *adopter) adoptIn(e *odata.In) (operand, *odata.Error) {
	in := &odata.In{X: make([]odata.Expr, len(e.X)), Rows: e.Rows}
	for i, x := range e.X {
		o, err := a.adopt(x)
		if err != nil {
			return operand{}, err
		}
		if t := o.typ(); t.Enum == nil && !t.IsPrimitive() {
			return operand{}, badCondition("in needs primitive values, not %s", describe(o))
		}
		in.X[i] = o.expr
	}
	for _, row := range e.Rows {
		if len(row) != len(in.X) {
			return operand{}, badCondition("in compares %d values with a row of %d", len(in.X), len(row))
		}
		for i, v := range row {
			if t := in.X[i].Type(); !v.IsNull() && v.Kind() != t.Kind {
				return operand{}, badCondition("in compares %s with %s", t, v.Kind())
			}
		}
	}
	return operand{expr: in}, nil
}

package bind

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// checkTypes walks a bound condition and reports the first node whose operands
// do not have the types that package odata promises to evaluators.
func checkTypes(condition odata.Expr) string {
	problem := ""
	if !isBoolean(condition) {
		problem = "the condition is not Boolean: " + odata.Dump(condition)
	}
	odata.Walk(condition, func(e odata.Expr) bool {
		if problem == "" {
			problem = checkNode(e)
		}
		return problem == ""
	})
	return problem
}

func checkNode(e odata.Expr) string {
	wrong := func(what string) string { return fmt.Sprintf("%s: %s", what, odata.Dump(e)) }
	switch e := e.(type) {
	case *odata.Literal:
		if !e.Value.IsNull() && e.Value.Kind() != e.Of.Kind {
			return wrong("a literal's value is not of its type")
		}
	case *odata.Member:
		if !declares(e.Of.Type(), e.Property) {
			return wrong("a member is not one of its owner")
		}
	case *odata.Dynamic:
		if t := e.Of.Type(); t.Collection || t.Entity == nil || !t.Entity.IsOpen() {
			return wrong("an undeclared property of something that is not open")
		}
	case *odata.Navigate:
		if t := e.Of.Type(); t.Collection || t.Entity == nil || !navigates(t.Entity, e.Nav) {
			return wrong("a navigation property is not one of its owner")
		}
		if e.Where != nil {
			if problem := checkTypes(e.Where); problem != "" {
				return problem
			}
		}
	case *odata.TypeCast:
		if from := e.Of.Type().Entity; from == nil || !from.Is(e.Entity) && !e.Entity.Is(from) {
			return wrong("a cast between unrelated types")
		}
	case *odata.Unary:
		if isDynamic(e.X) {
			return ""
		}
		if k := e.X.Type().Kind; e.Op == odata.Not && !isBoolean(e.X) || e.Op == odata.Negate && (!isNumber(e.X) || k == edm.KindByte) {
			return wrong("a unary operand")
		}
	case *odata.Binary:
		return checkBinary(e, wrong)
	case *odata.Convert:
		if k, ok := edm.Promote(e.X.Type().Kind, e.To); !ok || k != e.To || e.X.Type().Kind == e.To {
			return wrong("a conversion that does not widen")
		}
	case *odata.Call:
		if len(e.Args) != len(e.Function.Params) {
			return wrong("a number of arguments")
		}
		for i, arg := range e.Args {
			if t := arg.Type(); isDynamic(arg) {
				continue
			} else if t.Collection || t.Kind != e.Function.Params[i] {
				return wrong("an argument's type")
			}
		}
	case *odata.In:
		for _, row := range e.Rows {
			for i, v := range row {
				if len(row) != len(e.X) || !v.IsNull() && v.Kind() != e.X[i].Type().Kind {
					return wrong("a row")
				}
			}
		}
	case *odata.Lambda:
		if !e.Of.Type().Collection || e.Body != nil && (!isBoolean(e.Body) || e.Var.Of != e.Of.Type().Item()) {
			return wrong("a lambda")
		}
	}
	return ""
}

func checkBinary(e *odata.Binary, wrong func(string) string) string {
	l, r := e.L.Type(), e.R.Type()
	switch {
	case l.Collection || r.Collection:
		return wrong("a collection as an operand")
	case e.Op == odata.And || e.Op == odata.Or:
		if !isBoolean(e.L) || !isBoolean(e.R) {
			return wrong("a condition that is not Boolean")
		}
	case isDynamic(e.L) || isDynamic(e.R):
		for _, x := range [...]odata.Expr{e.L, e.R} {
			if t := x.Type(); t.Entity != nil || e.Op.IsArithmetic() && !isDynamic(x) && !t.IsZero() && !isNumber(x) {
				return wrong("an operand beside an undeclared property")
			}
		}
	case e.Op.IsArithmetic():
		if !isNumber(e.L) || l != r || l.Kind == edm.KindByte || l.Kind == edm.KindSByte || l.Kind == edm.KindInt16 {
			return wrong("operands of arithmetic")
		}
	case l.Entity != nil && r.Entity != nil, l.Complex != nil && r.Complex != nil:
		if e.Op != odata.Eq && e.Op != odata.Ne {
			return wrong("an order of structures")
		}
	case l.Kind != r.Kind || (l.Entity != nil) != (r.Entity != nil):
		return wrong("operands of a comparison")
	}
	return ""
}

func isBoolean(e odata.Expr) bool {
	return isDynamic(e) || e.Type() == metadata.PrimitiveType(edm.KindBoolean)
}

// isDynamic reports an expression whose type only the value knows.
func isDynamic(e odata.Expr) bool {
	switch e := e.(type) {
	case *odata.Dynamic:
		return true
	case *odata.Unary:
		return isDynamic(e.X)
	case *odata.Binary:
		return e.Op.IsArithmetic() && (isDynamic(e.L) || isDynamic(e.R))
	}
	return false
}

func isNumber(e odata.Expr) bool { t := e.Type(); return t.IsPrimitive() && t.Kind.IsNumeric() }

// navigates reports whether nav leaves entities of type t: as a property or, if
// it has no name, as the inverse of another type's.
func navigates(t *metadata.EntityType, nav *metadata.NavigationProperty) bool {
	if nav.Name == "" {
		return t.Is(nav.DeclaringType())
	}
	return t.NavigationProperty(nav.Name) == nav
}

// declares reports whether p is a member of values of type t.
func declares(t metadata.TypeRef, p *metadata.Property) bool {
	switch {
	case t.Collection:
		return false
	case t.Complex != nil:
		return t.Complex.Property(p.Name) == p
	case t.Entity != nil:
		return t.Entity.Property(p.Name) == p
	}
	return false
}

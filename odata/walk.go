package odata

import "fmt"

// Children calls yield for each direct operand of e, in evaluation order, until
// yield returns false.
func Children(e Expr, yield func(Expr) bool) {
	one := func(x Expr) bool { return x == nil || yield(x) }
	switch e := e.(type) {
	case *Literal, *Variable:
	case *Member:
		one(e.Of)
	case *Dynamic:
		one(e.Of)
	case *Navigate:
		one(e.Of)
	case *TypeCast:
		one(e.Of)
	case *Unary:
		one(e.X)
	case *Binary:
		_ = one(e.L) && one(e.R)
	case *Convert:
		one(e.X)
	case *Call:
		for _, x := range e.Args {
			if !one(x) {
				return
			}
		}
	case *IsOf:
		one(e.X)
	case *Cast:
		one(e.X)
	case *Lambda:
		_ = one(e.Of) && one(e.Body)
	case *In:
		for _, x := range e.X {
			if !one(x) {
				return
			}
		}
	default:
		panic(fmt.Sprintf("odata: unknown expression node %T", e))
	}
}

// Walk visits e and everything below it, parents first. It stops descending
// where visit returns false. A nil e is the empty tree.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	Children(e, func(x Expr) bool { Walk(x, visit); return true })
}

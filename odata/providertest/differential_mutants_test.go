package providertest

import (
	"fmt"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
)

// A mutant is a provider with one mistake, as it is made in translations.
type mutant struct {
	name, why string
	instead   func(q *odata.Query)
}

func inExpressions(change func(e odata.Expr) odata.Expr) func(*odata.Query) {
	return func(q *odata.Query) {
		if q.Filter != nil {
			q.Filter = rewritten(q.Filter, change)
		}
		for i := range q.OrderBy {
			q.OrderBy[i].By = rewritten(q.OrderBy[i].By, change)
		}
	}
}

// rewritten rebuilds an expression from the leaves up.
func rewritten(e odata.Expr, change func(odata.Expr) odata.Expr) odata.Expr {
	again := func(e odata.Expr) odata.Expr { return rewritten(e, change) }
	switch x := e.(type) {
	case *odata.Member:
		e = &odata.Member{Of: again(x.Of), Property: x.Property}
	case *odata.Dynamic:
		e = &odata.Dynamic{Of: again(x.Of), Name: x.Name}
	case *odata.Navigate:
		e = &odata.Navigate{Of: again(x.Of), Nav: x.Nav, Where: x.Where}
	case *odata.TypeCast:
		e = &odata.TypeCast{Of: again(x.Of), Entity: x.Entity}
	case *odata.Unary:
		e = &odata.Unary{Op: x.Op, X: again(x.X)}
	case *odata.Binary:
		e = &odata.Binary{Op: x.Op, L: again(x.L), R: again(x.R)}
	case *odata.Convert:
		e = &odata.Convert{X: again(x.X), To: x.To}
	case *odata.Call:
		call := &odata.Call{Function: x.Function}
		for _, arg := range x.Args {
			call.Args = append(call.Args, again(arg))
		}
		e = call
	case *odata.IsOf:
		e = &odata.IsOf{X: again(x.X), Of: x.Of}
	case *odata.Cast:
		e = &odata.Cast{X: again(x.X), To: x.To}
	case *odata.Lambda:
		lambda := &odata.Lambda{All: x.All, Of: again(x.Of), Var: x.Var}
		if x.Body != nil {
			lambda.Body = again(x.Body)
		}
		e = lambda
	}
	return change(e)
}

func takes(op, instead odata.BinaryOp) func(*odata.Query) {
	return inExpressions(func(e odata.Expr) odata.Expr {
		if b, ok := e.(*odata.Binary); ok && b.Op == op {
			return &odata.Binary{Op: instead, L: b.L, R: b.R}
		}
		return e
	})
}

// calls takes one function for another with the same parameters.
func calls(overload, instead string) func(*odata.Query) {
	other := functionNamed(instead)
	return inExpressions(func(e odata.Expr) odata.Expr {
		if c, ok := e.(*odata.Call); ok && c.Function.Overload == overload {
			return &odata.Call{Function: other, Args: c.Args}
		}
		return e
	})
}

func functionNamed(overload string) *odata.Function {
	all := bind.Functions()
	return all[slices.IndexFunc(all, func(f *odata.Function) bool { return f.Overload == overload })]
}

// unary leaves an operator out.
func unary(op odata.UnaryOp) func(*odata.Query) {
	return inExpressions(func(e odata.Expr) odata.Expr {
		if u, ok := e.(*odata.Unary); ok && u.Op == op {
			return u.X
		}
		return e
	})
}

// unlessNull adds "and x ne null" to comparisons of a property by op.
func unlessNull(op odata.BinaryOp) func(*odata.Query) {
	return inExpressions(func(e odata.Expr) odata.Expr {
		b, ok := e.(*odata.Binary)
		if !ok || b.Op != op {
			return e
		}
		m, ok := b.L.(*odata.Member)
		if !ok || !m.Type().IsPrimitive() {
			return e
		}
		return &odata.Binary{Op: odata.And, L: b, R: &odata.Binary{Op: odata.Ne, L: m, R: &odata.Literal{Of: m.Type()}}}
	})
}

func mutants() []mutant {
	swapped := func(e odata.Expr) odata.Expr {
		if c, ok := e.(*odata.Call); ok && c.Function.Name == "concat" {
			return &odata.Call{Function: c.Function, Args: []odata.Expr{c.Args[1], c.Args[0]}}
		}
		return e
	}
	lambdas := func(e odata.Expr) odata.Expr {
		if l, ok := e.(*odata.Lambda); ok && l.Body != nil {
			return &odata.Lambda{All: !l.All, Of: l.Of, Var: l.Var, Body: l.Body}
		}
		return e
	}
	all := []mutant{
		{"ne without nulls", "null differs from every value, and SQL thinks it does not", unlessNull(odata.Ne)},
		{"all for any", "each has its own way to stop", inExpressions(lambdas)},
		{"concat turned round", "the order of arguments counts", inExpressions(swapped)},
		{"no negation", "a sign may not vanish", unary(odata.Negate)},
		{"no not", "not may not vanish", unary(odata.Not)},
		{"isof always true", "entities are told apart by type", inExpressions(func(e odata.Expr) odata.Expr {
			if x, ok := e.(*odata.IsOf); ok && x.X.Type().Entity != nil {
				return &odata.Literal{Value: edm.Boolean(true), Of: e.Type()}
			}
			return e
		})},
		{"eq regardless of case", "texts compare by their code points", inExpressions(func(e odata.Expr) odata.Expr {
			if b, ok := e.(*odata.Binary); ok && b.Op == odata.Eq && b.L.Type() == metadata.PrimitiveType(edm.KindString) {
				lower := functionNamed("tolower(String)")
				return &odata.Binary{Op: b.Op, L: &odata.Call{Function: lower, Args: []odata.Expr{b.L}}, R: &odata.Call{Function: lower, Args: []odata.Expr{b.R}}}
			}
			return e
		})},
		{"nulls last", "null comes before all values", func(q *odata.Query) {
			var order []odata.Order
			for _, o := range q.OrderBy {
				isNull := &odata.Binary{Op: odata.Eq, L: o.By, R: &odata.Literal{Of: o.By.Type()}}
				order = append(order, odata.Order{By: isNull, Descending: o.Descending}, o)
			}
			q.OrderBy = order
		}},
		{"descending for ascending", "the order of rows counts", func(q *odata.Query) {
			for i := range q.OrderBy {
				q.OrderBy[i].Descending = !q.OrderBy[i].Descending
			}
		}},
		{"the last term of the order dropped", "ties are broken by all terms", func(q *odata.Query) {
			if len(q.OrderBy) > 1 {
				q.OrderBy = q.OrderBy[:len(q.OrderBy)-1]
			}
		}},
		{"one more skipped", "pages begin where they are asked to", func(q *odata.Query) {
			if q.Skip > 0 {
				q.Skip++
			}
		}},
		{"one more on the page", "a page has as many entities as asked for", func(q *odata.Query) {
			if q.Top != nil {
				q.Top = new(*q.Top + 1)
			}
		}},
		{"derived type ignored", "a type in the path narrows the set", func(q *odata.Query) { q.Type = q.Set.Type() }},
	}
	for _, ops := range [][2]odata.BinaryOp{{odata.Lt, odata.Le}, {odata.Le, odata.Lt}, {odata.Gt, odata.Ge}, {odata.Ge, odata.Gt},
		{odata.Eq, odata.Le}, {odata.And, odata.Or}, {odata.Or, odata.And}, {odata.Add, odata.Sub}, {odata.Sub, odata.Add},
		{odata.Mul, odata.Add}, {odata.Div, odata.Mul}, {odata.Mod, odata.Div}} {
		all = append(all, mutant{fmt.Sprintf("%s for %s", ops[1], ops[0]), "each operator has to matter", takes(ops[0], ops[1])})
	}
	return all
}

// functionMutants take one function for another. Most of them are noticed after
// some thousand queries only.
func functionMutants() (all []mutant) {
	for _, f := range [][2]string{
		{"substringof(String,String)", "startswith(String,String)"}, {"startswith(String,String)", "endswith(String,String)"},
		{"endswith(String,String)", "startswith(String,String)"}, {"tolower(String)", "toupper(String)"}, {"toupper(String)", "tolower(String)"},
		{"trim(String)", "tolower(String)"}, {"round(Double)", "floor(Double)"}, {"floor(Double)", "ceiling(Double)"},
		{"ceiling(Double)", "round(Double)"}, {"round(Decimal)", "floor(Decimal)"}, {"floor(Decimal)", "ceiling(Decimal)"},
		{"ceiling(Decimal)", "round(Decimal)"}, {"year(DateTime)", "month(DateTime)"}, {"month(DateTime)", "day(DateTime)"},
		{"day(DateTime)", "hour(DateTime)"}, {"hour(DateTime)", "minute(DateTime)"}, {"minute(DateTime)", "second(DateTime)"},
		{"second(DateTime)", "minute(DateTime)"}, {"hour(DateTimeOffset)", "minute(DateTimeOffset)"}, {"day(DateTimeOffset)", "month(DateTimeOffset)"},
		{"hour(Time)", "minute(Time)"}, {"minute(Time)", "second(Time)"}, {"second(Time)", "hour(Time)"},
	} {
		all = append(all, mutant{f[1] + " for " + f[0], "each function has to matter", calls(f[0], f[1])})
	}
	return all
}

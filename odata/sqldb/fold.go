package sqldb

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// fold computes what depends on no entity ahead, so that a statement has one
// parameter for it. What fails stays as it is: the failure belongs to the rows, of
// which there may be none. Expressions in which nothing changes are returned as
// they are, and cost no memory.
func fold(e odata.Expr) odata.Expr {
	switch e := e.(type) {
	case *odata.Member:
		if of := fold(e.Of); of != e.Of {
			return &odata.Member{Of: of, Property: e.Property}
		}
	case *odata.Dynamic:
		if of := fold(e.Of); of != e.Of {
			return &odata.Dynamic{Of: of, Name: e.Name}
		}
	case *odata.Navigate:
		of, where := fold(e.Of), e.Where
		if where != nil {
			where = fold(where)
		}
		if of != e.Of || where != e.Where {
			return &odata.Navigate{Of: of, Nav: e.Nav, Where: where}
		}
	case *odata.TypeCast:
		if of := fold(e.Of); of != e.Of {
			return &odata.TypeCast{Of: of, Entity: e.Entity}
		}
	case *odata.Unary:
		x := fold(e.X)
		if x != e.X {
			e = &odata.Unary{Op: e.Op, X: x}
		}
		return computed(e, e.Op == odata.Negate && isLiteral(x))
	case *odata.Binary:
		l, r := fold(e.L), fold(e.R)
		if l != e.L || r != e.R {
			e = &odata.Binary{Op: e.Op, L: l, R: r}
		}
		return computed(e, (e.Op.IsArithmetic() || e.Op.IsComparison()) && isLiteral(l) && isLiteral(r))
	case *odata.Convert:
		x := fold(e.X)
		if x != e.X {
			e = &odata.Convert{X: x, To: e.To}
		}
		return computed(e, isLiteral(x))
	case *odata.Call:
		args, constant := e.Args, true
		for i, x := range e.Args {
			folded := fold(x)
			constant = constant && isLiteral(folded)
			if folded == x {
				continue
			}
			if &args[0] == &e.Args[0] {
				args = slices.Clone(args)
			}
			args[i] = folded
		}
		if len(args) > 0 && &args[0] != &e.Args[0] {
			e = &odata.Call{Function: e.Function, Args: args}
		}
		return computed(e, constant)
	case *odata.IsOf:
		if x := fold(e.X); x != e.X {
			return &odata.IsOf{X: x, Of: e.Of}
		}
	case *odata.Cast:
		x := fold(e.X)
		if x != e.X {
			e = &odata.Cast{X: x, To: e.To}
		}
		return computed(e, isLiteral(x))
	case *odata.Lambda:
		of, body := fold(e.Of), e.Body
		if body != nil {
			body = fold(body)
		}
		if of != e.Of || body != e.Body {
			return &odata.Lambda{All: e.All, Of: of, Var: e.Var, Body: body}
		}
	case *odata.In:
		for i, x := range e.X {
			if folded := fold(x); folded != x {
				in := &odata.In{X: slices.Clone(e.X), Rows: e.Rows}
				for j := i; j < len(in.X); j++ {
					in.X[j] = fold(in.X[j])
				}
				return in
			}
		}
	}
	return e
}

func isLiteral(e odata.Expr) bool {
	_, ok := e.(*odata.Literal)
	return ok
}

// computed is the value of e, if it is constant and has one.
func computed(e odata.Expr, constant bool) odata.Expr {
	if !constant {
		return e
	}
	value, err := eval.Compile(e, eval.Layout{})
	if err != nil {
		return e
	}
	v, err := value(&odata.Row{})
	if err != nil {
		return e
	}
	of := e.Type()
	if k := v.Kind(); k != edm.KindNull {
		of = metadata.PrimitiveType(k)
	}
	return &odata.Literal{Value: v, Of: of}
}

// foldQuery folds the clauses of q. It returns q itself where nothing changes.
func foldQuery(q *odata.Query) *odata.Query {
	filter := q.Filter
	if filter != nil {
		filter = fold(filter)
	}
	order := q.OrderBy
	for i := range q.OrderBy {
		by := fold(q.OrderBy[i].By)
		if by == q.OrderBy[i].By {
			continue
		}
		if &order[0] == &q.OrderBy[0] {
			order = slices.Clone(order)
		}
		order[i].By = by
	}
	if filter == q.Filter && (len(order) == 0 || &order[0] == &q.OrderBy[0]) {
		return q
	}
	folded := *q
	folded.Filter, folded.OrderBy = filter, order
	return &folded
}

// conjuncts are the conditions that and joins in e, in the order of evaluation.
func conjuncts(e odata.Expr, list []odata.Expr) []odata.Expr {
	if e == nil {
		return list
	}
	if b, ok := e.(*odata.Binary); ok && b.Op == odata.And {
		return conjuncts(b.R, conjuncts(b.L, list))
	}
	return append(list, e)
}

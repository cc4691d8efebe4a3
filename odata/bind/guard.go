package bind

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// maxGuards is how many guards may stand behind each other: the guard of a set
// that a guard's condition looks into, and so on.
const maxGuards = 8

// Guarded restricts every navigation in a condition, or in a term of an order,
// on entities of the set from: its Where keeps only the related entities that
// the guard of their set admits, so that what a caller may not see is not there
// for conditions either. condition returns the guard's condition on $it for a
// set, nil for none, in the form that [Adopt] takes; it is called at most once
// for each set that e looks into. Guards' own conditions are guarded in turn.
//
// Parts of e in which nothing changes are shared with the result.
//
// Errors of condition are passed on. A navigation to entities that belong to no
// set, which no guard protects, is KindInvalid. A guard that looks back into a
// set it is asked about, which has no end, or through more than eight sets, is
// KindInternal.
func Guarded(e odata.Expr, from *metadata.EntitySet, condition func(set *metadata.EntitySet) (odata.Expr, error)) (odata.Expr, error) {
	if e == nil {
		return nil, nil
	}
	g := guarding{condition: condition}
	x, err := (&guardScope{guarding: &g, it: from}).rewrite(e)
	if err != nil {
		return nil, err
	}
	return x.expr, nil
}

// A guarding is one call of Guarded.
type guarding struct {
	condition func(set *metadata.EntitySet) (odata.Expr, error)
	known     []guardedSet
	asking    []*metadata.EntitySet // the sets whose guards are being prepared
}

type guardedSet struct {
	set   *metadata.EntitySet
	where odata.Expr
}

// where is the complete condition of a set's guard, guarded itself.
func (g *guarding) where(set *metadata.EntitySet) (odata.Expr, error) {
	for _, k := range g.known {
		if k.set == set {
			return k.where, nil
		}
	}
	if slices.Contains(g.asking, set) || len(g.asking) == maxGuards {
		return nil, endlessGuard(append(g.asking, set))
	}
	condition, err := g.condition(set)
	if err != nil {
		return nil, err
	}
	if condition, err = Adopt(set.Type(), condition); err != nil {
		return nil, err
	}
	if condition != nil {
		g.asking = append(g.asking, set)
		x, err := (&guardScope{guarding: g, it: set}).rewrite(condition)
		if err != nil {
			return nil, err
		}
		g.asking = g.asking[:len(g.asking)-1]
		condition = x.expr
	}
	g.known = append(g.known, guardedSet{set, condition})
	return condition, nil
}

// A guardScope knows the sets of the entities that a condition names: of $it and
// of the range variables in sight, nil for values and where no set holds them.
type guardScope struct {
	*guarding
	it        *metadata.EntitySet
	variables []*metadata.EntitySet
}

// A guarded is a rewritten expression and the set of the entities it yields.
type guarded struct {
	expr odata.Expr
	set  *metadata.EntitySet
}

func (s *guardScope) rewrite(e odata.Expr) (guarded, error) {
	switch e := e.(type) {
	case *odata.Variable:
		switch {
		case e.Depth == 0:
			return guarded{e, s.it}, nil
		case e.Depth <= len(s.variables):
			return guarded{e, s.variables[e.Depth-1]}, nil
		}
		return guarded{expr: e}, nil
	case *odata.Navigate:
		return s.navigate(e)
	case *odata.TypeCast:
		of, err := s.rewrite(e.Of)
		if err == nil && of.expr != e.Of {
			return guarded{&odata.TypeCast{Of: of.expr, Entity: e.Entity}, of.set}, nil
		}
		return guarded{e, of.set}, err
	case *odata.Lambda:
		x, err := s.lambda(e)
		return guarded{expr: x}, err
	}
	x, err := s.operands(e)
	return guarded{expr: x}, err
}

// navigate restricts one navigation, and what restricts it already.
func (s *guardScope) navigate(e *odata.Navigate) (guarded, error) {
	of := guarded{set: s.it}
	if e.Of != nil {
		var err error
		if of, err = s.rewrite(e.Of); err != nil {
			return guarded{}, err
		}
	}
	var set *metadata.EntitySet
	if of.set != nil {
		set = of.set.NavigationTarget(e.Nav)
	}
	if set == nil {
		return guarded{}, s.unguarded(e.Nav)
	}
	where, err := s.where(set)
	if err != nil {
		return guarded{}, err
	}
	inner := e.Where
	if inner != nil {
		x, err := (&guardScope{guarding: s.guarding, it: set}).rewrite(inner)
		if err != nil {
			return guarded{}, err
		}
		inner = x.expr
	}
	if of.expr == e.Of && where == nil && inner == e.Where {
		return guarded{e, set}, nil
	}
	return guarded{&odata.Navigate{Of: of.expr, Nav: e.Nav, Where: odata.Conjunction(where, inner)}, set}, nil
}

// unguarded refuses to look at entities without a set: in a request as the
// client's mistake, in a guard as the program's.
func (s *guardScope) unguarded(nav *metadata.NavigationProperty) error {
	if len(s.asking) > 0 {
		return badCondition("%s in the guard of %s leads to entities that belong to no entity set", navName(nav), s.asking[len(s.asking)-1].Name)
	}
	return outsideSets(navName(nav))
}

func (s *guardScope) lambda(e *odata.Lambda) (odata.Expr, error) {
	of, err := s.rewrite(e.Of)
	if err != nil {
		return nil, err
	}
	body := e.Body
	if body != nil {
		s.variables = append(s.variables, of.set)
		x, err := s.rewrite(body)
		if err != nil {
			return nil, err
		}
		s.variables = s.variables[:len(s.variables)-1]
		body = x.expr
	}
	if of.expr == e.Of && body == e.Body {
		return e, nil
	}
	return &odata.Lambda{All: e.All, Of: of.expr, Var: e.Var, Body: body}, nil
}

// operands rewrites what a node is made of, and the node if any of it changes.
func (s *guardScope) operands(e odata.Expr) (odata.Expr, error) {
	switch e := e.(type) {
	case *odata.Literal:
		return e, nil
	case *odata.Member:
		of, changed, err := s.operand(e.Of)
		if changed {
			return &odata.Member{Of: of, Property: e.Property}, nil
		}
		return e, err
	case *odata.Dynamic:
		of, changed, err := s.operand(e.Of)
		if changed {
			return &odata.Dynamic{Of: of, Name: e.Name}, nil
		}
		return e, err
	case *odata.Unary:
		x, changed, err := s.operand(e.X)
		if changed {
			return &odata.Unary{Op: e.Op, X: x}, nil
		}
		return e, err
	case *odata.Binary:
		l, left, err := s.operand(e.L)
		if err != nil {
			return nil, err
		}
		r, right, err := s.operand(e.R)
		if left || right {
			return &odata.Binary{Op: e.Op, L: l, R: r}, err
		}
		return e, err
	case *odata.Convert:
		x, changed, err := s.operand(e.X)
		if changed {
			return &odata.Convert{X: x, To: e.To}, nil
		}
		return e, err
	case *odata.Call:
		args, changed, err := s.list(e.Args)
		if changed {
			return &odata.Call{Function: e.Function, Args: args}, err
		}
		return e, err
	case *odata.IsOf:
		x, changed, err := s.operand(e.X)
		if changed {
			return &odata.IsOf{X: x, Of: e.Of}, nil
		}
		return e, err
	case *odata.Cast:
		x, changed, err := s.operand(e.X)
		if changed {
			return &odata.Cast{X: x, To: e.To}, nil
		}
		return e, err
	case *odata.In:
		list, changed, err := s.list(e.X)
		if changed {
			return &odata.In{X: list, Rows: e.Rows}, err
		}
		return e, err
	}
	// Letting an unknown node pass would let it look where no guard is.
	return nil, odata.Internalf("bind: cannot guard the node %T", e)
}

// operand rewrites one operand; a nil one is $it.
func (s *guardScope) operand(e odata.Expr) (x odata.Expr, changed bool, err error) {
	if e == nil {
		return nil, false, nil
	}
	r, err := s.rewrite(e)
	if err != nil {
		return nil, false, err
	}
	return r.expr, r.expr != e, nil
}

func (s *guardScope) list(all []odata.Expr) (list []odata.Expr, changed bool, err error) {
	list = all
	for i, e := range all {
		x, different, err := s.operand(e)
		if err != nil {
			return nil, false, err
		}
		if different {
			if !changed {
				list, changed = slices.Clone(all), true
			}
			list[i] = x
		}
	}
	return list, changed, nil
}

func endlessGuard(sets []*metadata.EntitySet) *odata.Error {
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = set.Name
	}
	return odata.Internalf("guards look into each other without end: %s", strings.Join(names, " → "))
}

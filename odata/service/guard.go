package service

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
)

// A guarding joins the guards' conditions to the queries of one request. It is
// the one way from a bound request to a provider, so no kind of request can
// forget them: not counts, links, expansions, nor conditions that look through
// navigation. Each set's guard is asked once.
type guarding struct {
	service   *Service
	ctx       context.Context
	use       odata.Use
	operation string
	// The answers: most requests touch one set, which needs no map.
	first      *metadata.EntitySet
	own        odata.Expr // of first
	conditions map[*metadata.EntitySet]odata.Expr
}

// condition is the guard's condition on the entities of a set; nil for none.
func (g *guarding) condition(of *metadata.EntitySet) (odata.Expr, error) {
	if of == g.first {
		return g.own, nil
	}
	if c, asked := g.conditions[of]; asked {
		return c, nil
	}
	set := g.service.sets[of]
	if set == nil {
		return nil, odata.Internalf("the entity set %s has no provider", of.Name)
	}
	c, err := set.Guard.Restrict(g.ctx, odata.Access{Set: of, Type: of.Type(), Use: g.use, Operation: g.operation})
	if err != nil {
		return nil, err
	}
	if c != nil {
		if c, err = bind.Adopt(of.Type(), c); err != nil {
			return nil, err
		}
	}
	switch {
	case g.first == nil:
		g.first, g.own = of, c
	case g.conditions == nil:
		g.conditions = map[*metadata.EntitySet]odata.Expr{of: c}
	default:
		g.conditions[of] = c
	}
	return c, nil
}

// restrict makes q ask only for what the caller may see, at every level.
func (g *guarding) restrict(q *odata.Query) error {
	own, err := g.condition(q.Set)
	if err != nil {
		return err
	}
	// The guard comes first: what it hides is never seen by the rest of the
	// condition, whose evaluation may fail.
	q.Filter = odata.Conjunction(own, q.Filter)
	if !looksNowhereElse(q.Filter) {
		if q.Filter, err = bind.Guarded(q.Filter, q.Set, g.condition); err != nil {
			return err
		}
	}
	for i, o := range q.OrderBy {
		if looksNowhereElse(o.By) {
			continue
		}
		by, err := bind.Guarded(o.By, q.Set, g.condition)
		if err != nil {
			return err
		}
		if by != o.By {
			q.OrderBy = slices.Clone(q.OrderBy) // shared between requests
			q.OrderBy[i].By = by
		}
	}
	for i := range q.Expand {
		x := &q.Expand[i]
		nested := *x.Query // shared between requests
		if i == 0 {
			q.Expand = slices.Clone(q.Expand)
		}
		q.Expand[i].Query = &nested
		if err := g.restrict(&nested); err != nil {
			return err
		}
		if err := g.service.prepareExpansion(q, &q.Expand[i]); err != nil {
			return err
		}
	}
	return widen(q)
}

// looksNowhereElse tells of the plainest conditions, which most requests have,
// that they look at the entity itself only: there is nothing to guard in them.
func looksNowhereElse(e odata.Expr) bool {
	switch e := e.(type) {
	case nil, *odata.Literal, *odata.Variable:
		return true
	case *odata.Member:
		return looksNowhereElse(e.Of)
	case *odata.Unary:
		return looksNowhereElse(e.X)
	case *odata.Convert:
		return looksNowhereElse(e.X)
	case *odata.Binary:
		return looksNowhereElse(e.L) && looksNowhereElse(e.R)
	}
	return false
}

// prepareExpansion cuts an expansion to the page size of its set, with one more
// entity that tells whether there is a rest, and makes the rows of q hold what
// the expansion starts from.
func (s *Service) prepareExpansion(q *odata.Query, x *odata.Expansion) error {
	if size := s.pageSizeOf(s.sets[x.Query.Set]); size > 0 && x.Nav.IsCollection() {
		x.Query.Top = new(size + 1)
	}
	q.Fields = slices.Clip(q.Fields)
	if s.sets[q.Set].Navigator != nil {
		for _, p := range q.Set.Type().KeyProperties() {
			q.AddField(p)
		}
		return nil
	}
	here, _ := constraintOf(x.Nav)
	if here == nil {
		return notNavigable("$expand")
	}
	for _, p := range here {
		q.AddField(p)
	}
	return nil
}

// notNavigable is the answer where a set has no Navigator and the association no
// referential constraint to follow instead.
func notNavigable(target string) *odata.Error {
	return &odata.Error{Kind: odata.KindNotImplemented, Code: "NotNavigable", Target: target,
		Message: "The entity set does not follow this navigation property"}
}

// widen adds the fields that conditions and order need to those that are sent.
// The binder's templates are shared: clipping makes append copy them.
func widen(q *odata.Query) error {
	q.Fields = slices.Clip(q.Fields)
	var room [4]odata.Expr
	exprs := room[:0]
	if q.Filter != nil {
		exprs = append(exprs, q.Filter)
	}
	for _, o := range q.OrderBy {
		exprs = append(exprs, o.By)
	}
	if len(exprs) == 0 {
		return nil
	}
	return eval.Widen(q, exprs...)
}

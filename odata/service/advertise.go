package service

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
)

// An advertising knows which operations entities offer in the state they are in.
// Nil means that all of them always do.
type advertising struct {
	conditions []eval.Predicate // parallel to the projection's operations; nil for always
	expanded   []expandedOffers
	offered    []bool // of the entity at hand, where that is not kept
}

type expandedOffers struct {
	index int // in Row.Related
	of    *advertising
}

// advertise prepares what is said about operations in entities of p's shape, and
// makes the rows of q hold what that depends on. It is called before q is read.
func (e *exchange) advertise(p *odata.Projection, q *odata.Query) (*advertising, error) {
	s := e.service
	if !s.stateful || p == nil {
		return nil, nil
	}
	a := &advertising{}
	found := false
	for i, o := range p.Operations {
		condition, err := s.availability(e.r.Context(), q, s.operations[o.Import])
		if err != nil {
			return nil, err
		}
		if condition == nil {
			continue
		}
		if !found {
			found = true
			a.conditions, a.offered = make([]eval.Predicate, len(p.Operations)), make([]bool, len(p.Operations))
		}
		if err := eval.Widen(q, condition); err != nil {
			return nil, err
		}
		if a.conditions[i], err = eval.CompileFilter(condition, eval.LayoutOf(q)); err != nil {
			return nil, err
		}
	}
	for _, nav := range p.Navigation {
		if nav.Expanded == nil {
			continue
		}
		nested, err := e.advertise(nav.Expanded, q.Expand[nav.Index].Query)
		if err != nil {
			return nil, err
		}
		if nested != nil {
			a.expanded = append(a.expanded, expandedOffers{nav.Index, nested})
		}
	}
	if !found && a.expanded == nil {
		return nil, nil
	}
	return a, nil
}

// availability is the condition for which an entity offers an operation; nil for
// always.
func (s *Service) availability(ctx context.Context, q *odata.Query, o *odata.Operation) (odata.Expr, error) {
	if o == nil || o.Available == nil {
		return nil, nil
	}
	condition, err := o.Available(ctx)
	if err != nil || condition == nil {
		return nil, err
	}
	return bind.Adopt(q.Set.Type(), condition)
}

// show notes in row what it offers. With keep the row outlives the next one.
func (a *advertising) show(row *odata.Row, keep bool) error {
	if a == nil {
		return nil
	}
	if a.conditions != nil {
		row.Advertised = a.offered
		if keep {
			row.Advertised = make([]bool, len(a.conditions))
		}
		for i, holds := range a.conditions {
			row.Advertised[i] = true
			if holds == nil {
				continue
			}
			ok, err := holds(row)
			if err != nil {
				return err
			}
			row.Advertised[i] = ok
		}
	}
	for _, x := range a.expanded {
		if x.index >= len(row.Related) {
			continue
		}
		for i := range row.Related[x.index].Rows {
			if err := x.of.show(&row.Related[x.index].Rows[i], true); err != nil {
				return err
			}
		}
	}
	return nil
}

// dress completes a row for the writers: its streams and its operations.
func (e *exchange) dress(p *odata.Projection, row *odata.Row) error {
	alignStreams(p, row)
	return e.shown.show(row, false)
}

// shownFields are the properties that the answer to a change needs of the entity.
func (e *exchange) shownFields(req *odata.Request) ([]*metadata.Property, error) {
	q := odata.Query{Set: req.Set, Type: req.Query.Type, Fields: slices.Clip(req.Query.Fields)}
	var err error
	e.shown, err = e.advertise(req.Projection, &q)
	return q.Fields, err
}

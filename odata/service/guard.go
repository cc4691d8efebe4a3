package service

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/eval"
)

// restrict joins the guard's condition to the query. It is the one way from a
// bound request to a provider, so no kind of request can forget the guard.
func (s *Service) restrict(ctx context.Context, set *set, use odata.Use, q *odata.Query) error {
	condition, err := set.Guard.Restrict(ctx, odata.Access{Set: set.declared, Type: q.Type, Use: use})
	if err != nil {
		return err
	}
	if condition != nil {
		if condition, err = bind.Adopt(set.declared.Type(), condition); err != nil {
			return err
		}
		// The guard comes first: what it hides is never seen by the rest of the
		// condition, whose evaluation may fail.
		q.Filter = odata.Conjunction(condition, q.Filter)
	}
	return s.widen(q)
}

// widen adds the fields that conditions and order need to those that are sent.
// The binder's templates are shared: clipping makes append copy them.
func (s *Service) widen(q *odata.Query) error {
	q.Fields = slices.Clip(q.Fields)
	exprs := make([]odata.Expr, 0, 1+len(q.OrderBy))
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

// read asks the set's provider and finishes what it left over.
func (e *exchange) read(req *odata.Request) (*odata.Result, error) {
	s, ctx := e.service, e.r.Context()
	set := s.sets[req.Set]
	if len(req.Query.Expand) > 0 {
		return nil, &odata.Error{Kind: odata.KindNotImplemented, Code: "NotImplemented", Target: "$expand",
			Message: "The service does not expand navigation properties"}
	}
	if err := s.restrict(ctx, set, odata.Read, req.Query); err != nil {
		return nil, err
	}
	result, err := set.Reader.Read(ctx, req.Query)
	if err != nil {
		return nil, err
	}
	return eval.Finish(ctx, req.Query, result, eval.Limits{Rows: s.limits.Rows})
}

// readOne reads the single entity a request selects. The row is valid only
// inside use.
func (e *exchange) readOne(req *odata.Request, use func(*odata.Row) error) error {
	result, err := e.read(req)
	if err != nil {
		return err
	}
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		return use(&row)
	}
	return odata.NotFound()
}

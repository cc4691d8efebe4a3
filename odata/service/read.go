package service

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// prepare makes the request's queries ask only for what the caller may see, and
// checks that the entities its path passes through exist.
func (e *exchange) prepare(req *odata.Request) error {
	e.reading = guarding{service: e.service, ctx: e.r.Context()}
	g := &e.reading
	for _, source := range req.Sources {
		if err := g.restrict(source); err != nil {
			return err
		}
		if err := e.pass(req, source); err != nil {
			return err
		}
	}
	return g.restrict(req.Query)
}

// pass checks that the entity source selects exists. Where an operation returned
// it, its key becomes known here to the queries behind.
func (e *exchange) pass(req *odata.Request, source *odata.Query) error {
	var call *odata.OperationCall
	if call = callOf(req, source); call != nil && call.Key != nil {
		source.Fields = slices.Clip(source.Fields)
		for _, p := range source.Set.Type().KeyProperties() {
			source.AddField(p)
		}
	}
	result, err := e.answerTo(req, source)
	if err != nil {
		return err
	}
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		if call != nil && call.Key != nil {
			for i, at := range fieldsOf(source, source.Set.Type().KeyProperties()) {
				call.Key[i] = row.Values[at].Clone()
			}
		}
		return nil
	}
	return odata.NotFound()
}

// callOf is the operation whose result q selects from, or nil.
func callOf(req *odata.Request, q *odata.Query) *odata.OperationCall {
	for call := req.Operation; call != nil; call = call.Before {
		if call.Result == q {
			return call
		}
	}
	return nil
}

// answerTo answers one query of a request: from the set, or from the result of
// the operation it selects from.
func (e *exchange) answerTo(req *odata.Request, q *odata.Query) (*odata.Result, error) {
	if call := callOf(req, q); call != nil {
		return e.invokeForEntities(req, call, q)
	}
	return e.answer(q)
}

// answer asks the provider and finishes what it left over, but expansions.
func (s *Service) answer(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	return s.answerMeasured(ctx, q, nil)
}

// answerMeasured is answer for a read that is measured; nil for one that is not.
func (s *Service) answerMeasured(ctx context.Context, q *odata.Query, m *measured) (*odata.Result, error) {
	asked := s.asked(q)
	result, err := s.sets[q.Set].Reader.Read(ctx, asked)
	if err != nil {
		return nil, err
	}
	if asked != q {
		result = unexpanded(q, result)
	}
	result = m.examines(q, result)
	switch {
	case result.Rest == nil && result.Rows != nil && !q.Total:
		return result, nil // there is nothing to finish
	case result.Rest != nil && navigates(result.Rest):
		return nil, notNavigable("")
	}
	return eval.Finish(ctx, q, result, eval.Limits{Rows: s.limits.Rows})
}

// read answers the request's query, expansions included.
func (e *exchange) read(req *odata.Request) (*odata.Result, error) {
	if len(req.Query.Expand) > 0 {
		return e.readExpanded(req)
	}
	return e.answerTo(req, req.Query)
}

// readOne reads the single entity a request selects. The row is valid only
// inside use, which is told nil where a single-valued navigation leads nowhere.
func (e *exchange) readOne(req *odata.Request, use func(*odata.Row) error) error {
	if err := e.prepare(req); err != nil {
		return err
	}
	if req.Kind == odata.Entry {
		var err error
		if e.shown, err = e.advertise(req.Projection, req.Query); err != nil {
			return err
		}
	}
	result, err := e.read(req)
	if err != nil {
		return err
	}
	e.only = onlyRow{use: use}
	result.Rows(e.only.take)
	if e.only.found {
		return e.only.err
	}
	if req.MayBeAbsent || req.Operation != nil && req.Operation.Kind() == odata.Action {
		return use(nil)
	}
	return odata.NotFound()
}

// An onlyRow takes the first row of a result. It is a part of the exchange, so
// that a row costs no memory of its own.
type onlyRow struct {
	use   func(*odata.Row) error
	row   odata.Row
	found bool
	err   error
}

// take is what the sequence of rows calls.
func (o *onlyRow) take(row odata.Row, err error) bool {
	o.found = true
	if o.err = err; err == nil {
		o.row = row
		o.err = o.use(&o.row)
	}
	return false
}

// navigates tells whether a condition or order looks at other entities. The
// related ones are not in the rows, so only the provider can answer it.
func navigates(q *odata.Query) bool {
	found := false
	look := func(e odata.Expr) bool {
		if _, ok := e.(*odata.Navigate); ok {
			found = true
		}
		return !found
	}
	odata.Walk(q.Filter, look)
	for _, o := range q.OrderBy {
		odata.Walk(o.By, look)
	}
	return found
}

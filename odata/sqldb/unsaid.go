package sqldb

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// What has no SQL is left to the service, which has only the rows to look at. Where it
// also looks at related entities, one at the end of each path, it is done here: what
// it reads of them is joined, as an expansion that nobody sees, and taken off the rows
// again.

// An unsaid says what a plan reads besides, for clauses that have no SQL.
type unsaid struct {
	fields []*metadata.Property // of the entities, behind the query's own
	expand []odata.Expansion
}

// reveal finds out what the clauses that are left read of related entities. It makes
// nothing where that is nothing, or where they look at any or all of many.
func (a *attempt) reveal(p *plan) error {
	q := &a.blueprint.query
	var left []odata.Expr
	if p.filterLeft {
		left = append(left, a.conditions[p.conditions:]...)
	}
	for _, o := range q.OrderBy {
		left = append(left, o.By)
	}
	needs := eval.Requirements(left...)
	if len(needs.Navigation) == 0 {
		return nil
	}
	var all load
	expand, err := expansionsFor(a.table, needs.Navigation, &all)
	if err != nil || expand == nil {
		return err
	}
	p.unsaid = &unsaid{expand: expand}
	for _, property := range needs.Properties {
		if !slices.Contains(q.Fields, property) {
			p.unsaid.fields = append(p.unsaid.fields, property)
		}
	}
	return nil
}

// expansionsFor are the expansions with what is read of related entities, nil where
// they do not fit into the statement.
func expansionsFor(from *table, list []eval.NeededNavigation, all *load) ([]odata.Expansion, error) {
	expand := make([]odata.Expansion, 0, len(list))
	for _, needed := range list {
		if needed.Nav.IsCollection() {
			return nil, nil
		}
		e, err := from.end(needed.Nav)
		if err != nil {
			return nil, err
		}
		q := &odata.Query{Set: e.to.set, Type: needed.Nav.Target(), Fields: needed.Needs.Properties}
		all.add(e.to, q)
		if e.link != nil || all.tooMuch() {
			return nil, nil
		}
		if q.Expand, err = expansionsFor(e.to, needed.Needs.Navigation, all); err != nil || q.Expand == nil {
			return nil, err
		}
		expand = append(expand, odata.Expansion{Nav: needed.Nav, Query: q})
	}
	return expand, nil
}

// widened is a query that reads what u adds as well; q itself if u is nil.
func (u *unsaid) widened(q *odata.Query) *odata.Query {
	if u == nil {
		return q
	}
	wide := *q
	wide.Fields, wide.Expand = append(slices.Clip(q.Fields), u.fields...), u.expand
	return &wide
}

// bare is a row of q without what was added to it.
func (u *unsaid) bare(q *odata.Query, row odata.Row) odata.Row {
	if u != nil {
		row.Values, row.Related = row.Values[:len(q.Fields):len(q.Fields)], nil
	}
	return row
}

// complete answers a query of which a part is unsaid. All that is left are its
// expansions.
func (s *storedSet) complete(ctx context.Context, q *odata.Query, sh *shape, p *plan) (*odata.Result, error) {
	rest := *p.rest(q)
	rest.Expand = nil
	read := &odata.Result{Rest: &rest}
	if p.count != nil {
		total, err := s.store.count(ctx, p, sh.values)
		if err != nil {
			return nil, err
		}
		read.Total = &total
	}
	args := arguments(p.numbers, sh.values)
	read.Rows = func(yield func(odata.Row, error) bool) {
		rows, err := s.store.db.Query(ctx, p.statement, args)
		if err != nil {
			yield(odata.Row{}, err)
			return
		}
		stream(rows, newReader(&p.output), false, yield)
	}
	done, err := eval.Finish(ctx, p.unsaid.widened(q), read, eval.Limits{})
	if err != nil {
		return nil, err
	}
	result := &odata.Result{Total: done.Total, Rest: expansionsOf(q)}
	result.Rows = func(yield func(odata.Row, error) bool) {
		for row, err := range done.Rows {
			if err == nil {
				row = p.unsaid.bare(q, row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
	return result, nil
}

// expansionsOf is the query that leaves nothing but the expansions of q, nil for none.
func expansionsOf(q *odata.Query) *odata.Query {
	if len(q.Expand) == 0 {
		return nil
	}
	return &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Expand: q.Expand, Custom: q.Custom}
}

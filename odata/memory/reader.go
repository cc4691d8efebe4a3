package memory

import (
	"context"
	"iter"
	"sort"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A reader answers queries about the rows of one table. It is immutable but for
// what index remembers, and safe for concurrent use.
type reader[R any] struct {
	table table[R]
	index *index // of rows that stay as they are, otherwise nil
	visit *visit // to the store that the rows are linked in, otherwise nil

	computes bool // some properties of Go rows are computed
}

// Read performs every clause it can, see divide.
func (t *reader[R]) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	if t.computes {
		ctx = fixed(ctx)
	}
	do := divide(q, t.visit != nil)
	if err := checkPosition(do.query.After, do.order); err != nil {
		return nil, err
	}
	match, err := t.matcher(ctx, q, do.filter)
	if err != nil {
		return nil, err
	}
	out, err := t.table.view(ctx, q, q.Fields)
	if err != nil {
		return nil, err
	}
	rows, err := t.table.rows(ctx)
	if err != nil {
		return nil, err
	}
	p := &pass[R]{ctx: ctx, rows: rows, match: match, skip: do.query.Skip, top: do.query.Top}
	if len(do.order) > 0 {
		if p.ranking, err = t.ranking(ctx, q, do.order); err != nil {
			return nil, err
		}
		p.after = do.query.After
	}
	if positions, ok := t.narrowed(q, do.filter); ok {
		p.rows = p.rows.picked(positions)
	} else if t.index != nil && p.ranking != nil {
		if err := p.useOrder(t.index, q); err != nil {
			return nil, err
		}
	}
	result := &odata.Result{Rest: do.rest}
	if p.sorted() && (!do.total || rows.at != nil) {
		if do.total {
			if result.Total, err = p.count(); err != nil {
				return nil, err
			}
		}
		if err := p.seek(); err != nil {
			return nil, err
		}
		result.Rows = p.stream(out)
		return result, nil
	}
	kept, total, err := p.collect()
	if err != nil {
		return nil, err
	}
	if do.total {
		result.Total = &total
	}
	result.Rows = emit(kept, out)
	return result, nil
}

// checkPosition wants a position to be one in the order.
func checkPosition(after []edm.Value, order []odata.Order) error {
	if len(after) > 0 && len(after) != len(order) {
		return odata.Internalf("memory: After has %d values for %d terms of the order", len(after), len(order))
	}
	return nil
}

// narrowed returns the positions of the rows that can match filter, in their
// order, where filter names keys; ok is false where all rows have to be looked
// at.
func (t *reader[R]) narrowed(q *odata.Query, filter odata.Expr) (positions []int32, ok bool) {
	switch {
	case t.index == nil || filter == nil:
		return nil, false
	case t.visit != nil:
		return t.visit.narrow(t.visit.home, 0, conjuncts(filter))
	}
	key, ok := t.index.pinned(q, filter)
	if !ok {
		return nil, false
	}
	return t.index.find(key), true
}

// matches are the rows that q wants, whatever their order.
func (t *reader[R]) matches(ctx context.Context, q *odata.Query) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		match, err := t.matcher(ctx, q, q.Filter)
		if err != nil {
			yield(none, err)
			return
		}
		rows, err := t.table.rows(ctx)
		if err != nil {
			yield(none, err)
			return
		}
		if positions, ok := t.narrowed(q, q.Filter); ok {
			rows = rows.picked(positions)
		}
		for r, err := range rows.all(ctx) {
			ok := err == nil && match == nil
			if err == nil && match != nil {
				ok, err = match(r)
			}
			if (ok || err != nil) && !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// A pass is one walk over the rows.
type pass[R any] struct {
	ctx   context.Context
	rows  rowsOf[R]
	match matcher[R]

	// ranking is the order still to be established, nil when the rows have it.
	ranking *ranking[R]
	after   []edm.Value
	skip    int64
	top     *int64

	// start finds where rows that have their order begin to lie after after.
	start func() (int, error)
}

func (p *pass[R]) sorted() bool { return p.ranking == nil }

// useOrder brings the rows into the order the query asks for, if the index has
// or can keep it.
func (p *pass[R]) useOrder(x *index, q *odata.Query) error {
	rows, ok, err := sorted(p.ctx, x, q, p.ranking, p.rows)
	if err != nil || !ok {
		return err
	}
	p.rows = rows
	ranking, after := p.ranking, p.after
	p.ranking, p.after = nil, nil
	if len(after) > 0 {
		p.start = func() (int, error) { return ranking.firstAfter(p.rows, after) }
	}
	return nil
}

// firstAfter finds the first of rows, which are in order, beyond a place.
func (k *ranking[R]) firstAfter(rows rowsOf[R], after []edm.Value) (int, error) {
	var failed error
	place := make([]edm.Value, 0, len(k.terms))
	at := sort.Search(rows.n, func(i int) bool {
		var err error
		if place, err = k.place(place[:0], rows.at(i)); err != nil {
			failed = err
			return true
		}
		return k.compare(place, after) > 0
	})
	return at, failed
}

// count is the number of matches among all rows.
func (p *pass[R]) count() (*int64, error) {
	if p.match == nil {
		return new(int64(p.rows.n)), nil
	}
	n := int64(0)
	for r, err := range p.rows.all(p.ctx) {
		if err != nil {
			return nil, err
		}
		ok, err := p.match(r)
		if err != nil {
			return nil, err
		}
		if ok {
			n++
		}
	}
	return &n, nil
}

// seek leaves out the rows that do not lie after the query's position.
func (p *pass[R]) seek() error {
	if p.start == nil {
		return nil
	}
	from, err := p.start()
	if err != nil {
		return err
	}
	p.rows = p.rows.from(from)
	return nil
}

// stream yields the matches as they come, without allocating for any.
func (p *pass[R]) stream(out view[R]) iter.Seq2[odata.Row, error] {
	return func(yield func(odata.Row, error) bool) {
		skip, left := p.skip, int64(-1)
		if p.top != nil {
			left = *p.top
		}
		if left == 0 {
			return
		}
		var row odata.Row
		for r, err := range p.rows.all(p.ctx) {
			if err == nil && p.match != nil {
				var ok bool
				if ok, err = p.match(r); err == nil && !ok {
					continue
				}
			}
			if err == nil && skip > 0 {
				skip--
				continue
			}
			if err == nil {
				err = out(&row, r)
			}
			if err != nil {
				yield(odata.Row{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// emit yields rows that were kept.
func emit[R any](kept []R, out view[R]) iter.Seq2[odata.Row, error] {
	return func(yield func(odata.Row, error) bool) {
		var row odata.Row
		for _, r := range kept {
			if err := out(&row, r); err != nil {
				yield(odata.Row{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

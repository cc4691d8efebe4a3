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
	index *index // of rows that never change, otherwise nil
}

// Read performs every clause that needs no other entity set, see divide.
func (t *reader[R]) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	do := divide(q)
	if len(do.query.After) > 0 && len(do.query.After) != len(do.order) {
		return nil, odata.Internalf("memory: After has %d values for %d terms of the order", len(do.query.After), len(do.order))
	}
	match, err := t.matcher(q, do.filter)
	if err != nil {
		return nil, err
	}
	out, err := t.table.view(q, q.Fields)
	if err != nil {
		return nil, err
	}
	rows, err := t.table.rows(ctx)
	if err != nil {
		return nil, err
	}
	p := &pass[R]{ctx: ctx, rows: rows, match: match, skip: do.query.Skip, top: do.query.Top}
	if len(do.order) > 0 {
		if p.ranking, err = t.ranking(q, do.order); err != nil {
			return nil, err
		}
		p.after = do.query.After
	}
	if t.index != nil {
		if err := p.useIndex(t.index, q, do.filter); err != nil {
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

// useIndex narrows the rows to those with the key the filter names, or brings
// them into the order the query asks for.
func (p *pass[R]) useIndex(x *index, q *odata.Query, filter odata.Expr) error {
	if key, ok := x.pinned(q, filter); ok {
		p.rows = p.rows.picked(x.find(key))
		return nil
	}
	if p.ranking == nil {
		return nil
	}
	positions, ok, err := sortedPositions(x, q, p.ranking, p.rows)
	if err != nil || !ok {
		return err
	}
	if positions != nil {
		p.rows = p.rows.picked(positions)
	}
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
	at := p.rows.at
	p.rows = rowsOf[R]{n: p.rows.n - from, at: func(i int) R { return at(from + i) }}
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

package sqldb

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// shapes are reused: queries come often, and their keys are alike.
var shapes = sync.Pool{New: func() any { return new(shape) }}

// Read answers a query with one statement, in which expansions that lead to one
// entity are joined. What has no SQL of the same meaning is left over, with all later
// clauses and all expansions; so are other expansions, which Navigate serves.
// Rows come from the database as they are consumed.
func (s *storedSet) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	sh := shapes.Get().(*shape)
	defer shapes.Put(sh)
	p, err := s.planOf(q, sh)
	if err != nil {
		return nil, err
	}
	sh.values = bound(ctx, p.ambient, sh.values)
	if p.unsaid != nil {
		return s.complete(ctx, q, sh, p)
	}
	a := &reading{db: s.store.db, ctx: ctx, plan: p, result: odata.Result{Rest: p.rest(q)}}
	result := &a.result
	if p.statement == nil {
		if q.Total {
			total, err := s.store.count(ctx, p, sh.values)
			if err != nil {
				return nil, err
			}
			result.Total = &total
		}
		result.Rows = func(func(odata.Row, error) bool) {}
		return result, nil
	}
	a.args = appendArguments(a.room[:0], p.numbers, sh.values)
	if p.count != nil && p.total < 0 {
		total, err := s.store.count(ctx, p, sh.values)
		if err != nil {
			return nil, err
		}
		result.Total = &total
	}
	if p.total < 0 {
		result.Rows = a.rows
		return result, nil
	}
	return s.counted(ctx, p, a.args, sh.values, result)
}

// A reading is the result of one query, and what it takes to read its rows: one
// block of memory.
type reading struct {
	result odata.Result
	db     DB
	ctx    context.Context
	plan   *plan
	args   []edm.Value
	room   [4]edm.Value // for args
}

// rows runs the statement.
func (a *reading) rows(yield func(odata.Row, error) bool) {
	rows, err := a.db.Query(a.ctx, a.plan.statement, a.args)
	if err != nil {
		yield(odata.Row{}, err)
		return
	}
	r := a.plan.reader()
	stream(rows, r, false, yield)
	a.plan.readers.Put(r.forget())
}

// reader is one that earlier rows of the plan have used, if there is one. Rows are
// of no use to anybody any more when the next one comes.
func (p *plan) reader() *reader {
	if r, ok := p.readers.Get().(*reader); ok {
		return r
	}
	return newReader(&p.output)
}

// planOf finds or makes the plan of a query, whose values are those of sh then.
func (s *storedSet) planOf(q *odata.Query, sh *shape) (*plan, error) {
	folded := foldQuery(q)
	sh.reset()
	sh.dialect = s.store.dialect
	sh.mark('R')
	sh.query(folded)
	if p, _ := s.store.plans.find(sh.key).(*plan); p != nil {
		return p, nil
	}
	made, err := compilePlan(s.store.dialect, s.store.mapping, copyQuery(folded, s.store.dialect), s.table)
	if err != nil {
		return nil, err
	}
	return s.store.plans.keep(sh.key, made).(*plan), nil
}

// counted answers with the total, which each row has. The first row is read ahead.
func (s *storedSet) counted(ctx context.Context, p *plan, args, values []edm.Value, result *odata.Result) (*odata.Result, error) {
	rows, err := s.store.db.Query(ctx, p.statement, args)
	if err != nil {
		return nil, err
	}
	r := newReader(&p.output)
	more, err := rows.Next(r.cells)
	if err != nil || !more {
		if closed := rows.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, err
		}
		total, err := s.store.count(ctx, p, values)
		if err != nil {
			return nil, err
		}
		result.Total, result.Rows = &total, func(func(odata.Row, error) bool) {}
		return result, nil
	}
	result.Total = new(r.cells[p.total].Int())
	// Rows that nobody reads keep their connection no longer than ctx lasts.
	var begun atomic.Bool
	stop := context.AfterFunc(ctx, func() {
		if begun.CompareAndSwap(false, true) {
			rows.Close()
		}
	})
	result.Rows = func(yield func(odata.Row, error) bool) {
		stop()
		if !begun.CompareAndSwap(false, true) {
			err := ctx.Err()
			if err == nil {
				err = odata.Internalf("sqldb: rows are read a second time")
			}
			yield(odata.Row{}, err)
			return
		}
		stream(rows, r, true, yield)
	}
	return result, nil
}

// stream yields rows until there are no more, or no more are wanted. With ahead
// the first one is in the reader's cells.
func stream(rows Rows, r *reader, ahead bool, yield func(odata.Row, error) bool) {
	var row odata.Row
	fail := func(err error) {
		rows.Close()
		yield(odata.Row{}, err)
	}
	for {
		if !ahead {
			more, err := rows.Next(r.cells)
			if err != nil {
				fail(err)
				return
			}
			if !more {
				break
			}
		}
		ahead = false
		if err := r.row(&row); err != nil {
			fail(err)
			return
		}
		if !yield(row, nil) {
			rows.Close()
			return
		}
	}
	if err := rows.Close(); err != nil {
		yield(odata.Row{}, err)
	}
}

// count is the number of entities that match.
func (s *Store) count(ctx context.Context, p *plan, values []edm.Value) (int64, error) {
	rows, err := s.db.Query(ctx, p.count, arguments(p.countNumbers, values))
	if err != nil {
		return 0, err
	}
	var cell [1]edm.Value
	more, err := rows.Next(cell[:])
	if closed := rows.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, err
	}
	if !more {
		return 0, odata.Internalf("sqldb: the database counts nothing")
	}
	return cell[0].Int(), nil
}

// arguments are the values that a statement takes, in its order. Numbers below zero
// count from the end of the values, see bound.
func arguments(numbers []int, values []edm.Value) []edm.Value {
	return appendArguments(make([]edm.Value, 0, len(numbers)), numbers, values)
}

func appendArguments(args []edm.Value, numbers []int, values []edm.Value) []edm.Value {
	for _, n := range numbers {
		if n < 0 {
			n += len(values)
		}
		args = append(args, values[n])
	}
	return args
}

// rest is what a plan leaves of a query, nil for nothing.
func (p *plan) rest(q *odata.Query) *odata.Query {
	switch {
	case p.filterLeft:
		rest := *q
		rest.Filter = odata.Conjunction(conjuncts(q.Filter, nil)[p.conditions:]...)
		return &rest
	case p.orderLeft:
		rest := *q
		rest.Filter, rest.Total = nil, false
		return &rest
	}
	var left []odata.Expansion
	for i := range q.Expand {
		if p.joined == nil || !p.joined[i] {
			left = append(left, q.Expand[i])
		}
	}
	if left == nil {
		return nil
	}
	return &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Expand: left, Custom: q.Custom}
}

package eval

import (
	"context"
	"iter"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Limits bound what [Finish] keeps in memory. A zero field means its default.
type Limits struct {
	// Rows is the greatest number of entities that may be held at once to sort
	// or to count them, expanded ones included. Default 50,000. Passing it is
	// KindUnavailable with the code BudgetExceeded. It does not bound how many
	// rows are read: the context does.
	Rows int

	// CountOnly makes Finish count and yield no rows: Total is set whether or
	// not the query wants it, and nothing is held.
	CountOnly bool
}

const defaultRows = 50_000

func (l Limits) rows() int {
	if l.Rows > 0 {
		return l.Rows
	}
	return defaultRows
}

// Finish performs what r.Rest leaves over of q, in the order filter, total,
// order, after, skip, top. The rows of the result honour all of them and its
// Total is set if q wants it; its Rest is nil, or holds the expansions that are
// left, and nothing else. Rows that need no order stream through and may be
// reused by the provider as before; rows that were sorted or counted are copies.
//
// A total that q wants and r does not give is counted even where Rest does not
// ask for it, as long as no page has been cut yet.
//
// A leftover order holds the rows in memory when they are first asked for: all
// of them, or the first Skip+Top of the order where there is a Top. A leftover
// total has to be known before the first row, since some formats begin with it:
// Finish itself then reads all rows and holds those it will yield. Both are
// bounded by limits.
//
// ctx ends the reading between rows; its error is passed on as it is. Other
// errors are *odata.Error, returned by Finish or as the last element of the
// rows: those of evaluation, with the option as Target, and BudgetExceeded. A
// Rest that drops a clause but not all earlier ones, or a total that can no
// longer be counted, is KindInternal. When Finish fails it has released r.
func Finish(ctx context.Context, q *odata.Query, r *odata.Result, limits Limits) (*odata.Result, error) {
	wantTotal := q.Total || limits.CountOnly
	w, err := leftOver(q, r, wantTotal)
	if err == nil && r.Rows == nil && (w.total || !limits.CountOnly) {
		err = errNoRows()
	}
	if err != nil {
		release(r)
		return nil, err
	}
	finished := &odata.Result{Rest: w.expand}
	if wantTotal {
		finished.Total = r.Total
	}
	switch {
	case limits.CountOnly:
		finished.Rows = func(func(odata.Row, error) bool) {}
		if !w.total {
			release(r)
			return finished, nil
		}
		total, err := w.countMatches(ctx)
		if err != nil {
			return nil, err
		}
		finished.Total = &total
	case w.total:
		held, err := w.hold(ctx, limits.rows())
		if err != nil {
			return nil, err
		}
		finished.Total = &held.matches
		finished.Rows = held.all
	case w.sort:
		finished.Rows = func(yield func(odata.Row, error) bool) {
			held, err := w.hold(ctx, limits.rows())
			if err != nil {
				yield(odata.Row{}, err)
				return
			}
			held.all(yield)
		}
	case w.filter == nil && w.after == nil && w.skip == 0 && w.top == noTop:
		finished.Rows = r.Rows
	default:
		finished.Rows = w.stream(ctx)
	}
	return finished, nil
}

// noTop is the top of work without a limit.
const noTop = -1

// work is what is left to do with the rows of a result.
type work struct {
	rows   iter.Seq2[odata.Row, error]
	filter Predicate // nil: all rows match
	total  bool      // the matches have to be counted
	sort   bool      // by keys
	keys   sortKeys  // also set where only after is left
	after  []edm.Value
	skip   int64
	top    int64        // noTop for no limit
	expand *odata.Query // nil: nothing is left to expand
}

// leftOver checks the account that r gives of its work, and plans the rest.
func leftOver(q *odata.Query, r *odata.Result, wantTotal bool) (*work, error) {
	rest := r.Rest
	if rest == nil {
		rest = &odata.Query{}
	}
	if err := checkRest(q, r, rest, wantTotal); err != nil {
		return nil, err
	}
	w := &work{rows: r.Rows, total: wantTotal && r.Total == nil, sort: len(rest.OrderBy) > 0,
		after: rest.After, skip: max(rest.Skip, 0), top: noTop}
	if rest.Top != nil {
		w.top = max(*rest.Top, 0)
	}
	layout := LayoutOf(q)
	if len(rest.Expand) > 0 {
		w.expand = &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields, Expand: rest.Expand, Custom: q.Custom}
		layout.Expand = loaded(q.Expand, rest.Expand)
	}
	var err error
	if rest.Filter != nil {
		if w.filter, err = CompileFilter(rest.Filter, layout); err != nil {
			return nil, err
		}
	}
	order := q.OrderBy
	if w.sort {
		order = rest.OrderBy
	}
	if w.sort || w.after != nil {
		if w.keys, err = compileKeys(order, layout); err != nil {
			return nil, err
		}
	}
	if w.after != nil && len(w.after) != len(order) {
		return nil, odata.Internalf("eval: a position of %d values in an order of %d terms", len(w.after), len(order))
	}
	return w, nil
}

// loaded are the expansions without those that are left to do, which leave a
// gap: the others keep their position in Row.Related.
func loaded(all, left []odata.Expansion) []odata.Expansion {
	done := slices.Clone(all)
	for i, x := range done {
		if slices.ContainsFunc(left, func(l odata.Expansion) bool { return l.Nav == x.Nav && l.Query == x.Query }) {
			done[i] = odata.Expansion{}
		}
	}
	return done
}

// checkRest holds a result to the rule of [odata.Result]: clauses apply in a
// fixed order, so one that was honoured while an earlier one was not has been
// applied to the wrong rows.
func checkRest(q *odata.Query, r *odata.Result, rest *odata.Query, wantTotal bool) error {
	uncounted := r.Total == nil
	clauses := [...]struct {
		name        string
		asked, left bool
	}{
		{"filter", q.Filter != nil, rest.Filter != nil},
		{"total", q.Total, rest.Total && uncounted},
		{"order", len(q.OrderBy) > 0, len(rest.OrderBy) > 0},
		{"after", q.After != nil, rest.After != nil},
		{"skip", q.Skip != 0, rest.Skip != 0},
		{"top", q.Top != nil, rest.Top != nil},
	}
	for i, earlier := range clauses {
		for _, later := range clauses[i+1:] {
			if !earlier.left || !later.asked || later.left || later.name == "total" && uncounted {
				continue
			}
			return odata.Internalf("eval: the provider honoured %s but left %s: Rest may drop a clause only if it drops all earlier ones (filter, total, order, after, skip, top)",
				later.name, earlier.name)
		}
	}
	if wantTotal && uncounted {
		for _, cut := range clauses[3:] {
			if cut.asked && !cut.left {
				return odata.Internalf("eval: the provider honoured %s and gave no total, which cannot be counted any more", cut.name)
			}
		}
	}
	return nil
}

// release ends a result whose rows are not wanted: the sequence has to begin to
// let go of what the provider opened.
func release(r *odata.Result) {
	if r.Rows != nil {
		r.Rows(func(odata.Row, error) bool { return false })
	}
}

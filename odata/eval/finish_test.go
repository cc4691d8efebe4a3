package eval_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// numbered makes n things whose Id counts up and whose I32 counts down.
func (w *world) numbered(n int) []odata.Row {
	rows := make([]odata.Row, n)
	for i := range rows {
		rows[i] = *w.row(map[string]edm.Value{"Id": edm.Int32(int32(i)), "I32": edm.Int32(int32(n - i)), "Text": edm.String("row")})
	}
	return rows
}

// TestImpossibleRest breaks the rule of Result.Rest.
func TestImpossibleRest(t *testing.T) {
	w := newWorld(t)
	q := w.query()
	q.Filter = binary(odata.Gt, w.member("I32"), lit(edm.Int32(1)))
	q.OrderBy = []odata.Order{{By: w.member("Id")}}
	q.After = []edm.Value{edm.Int32(1)}
	q.Skip, q.Top, q.Total = 1, new(int64(3)), true
	for _, tt := range []struct {
		name  string
		query func(q *odata.Query)
		rest  func(rest *odata.Query)
		total *int64
		fails bool
		why   string
	}{
		{"nothing honoured", nil, func(*odata.Query) {}, nil, false, "the usual way to have eval do it all"},
		{"top before filter", nil, func(r *odata.Query) { r.Top = nil }, nil, true, "a page was cut from the wrong rows"},
		{"skip before after", nil, func(r *odata.Query) { r.Filter, r.Total, r.OrderBy, r.Skip = nil, false, nil, 0 }, new(int64(9)), true, "rows were skipped from the wrong start"},
		{"after before order", nil, func(r *odata.Query) { r.Filter, r.Total, r.After = nil, false, nil }, new(int64(9)), true, "by the letter of the rule"},
		{"order before filter", nil, func(r *odata.Query) { r.OrderBy, r.Total = nil, false }, nil, true, "by the letter of the rule"},
		{"order before total", nil, func(r *odata.Query) { r.Filter, r.OrderBy = nil, nil }, nil, true, "by the letter of the rule"},
		{"total before filter", nil, func(r *odata.Query) { r.Total = false }, new(int64(9)), true, "the wrong rows were counted"},
		{"cut and not counted", nil, func(r *odata.Query) { *r = odata.Query{} }, nil, true, "the total cannot be found any more"},
		{"uncut and not counted", func(q *odata.Query) { q.After, q.Skip, q.Top = nil, 0, nil }, func(r *odata.Query) { *r = odata.Query{} }, nil, false, "the service may count what is all there"},
		{"filter left and not counted", func(q *odata.Query) { q.OrderBy, q.After, q.Skip, q.Top = nil, nil, 0, nil }, func(r *odata.Query) { r.Total = false }, nil, false, "the service may count what it filters"},
		{"filter alone", nil, func(r *odata.Query) { r.Filter = nil }, nil, false, "a prefix"},
		{"part of the filter", nil, func(r *odata.Query) { r.Filter = lit(edm.Boolean(true)) }, nil, false, "Rest may hold what is left of a clause"},
		{"all but top", nil, func(r *odata.Query) { *r = odata.Query{Top: r.Top} }, new(int64(9)), false, "a prefix"},
		{"total unasked", func(q *odata.Query) { q.Total = false }, func(r *odata.Query) { r.Total = false }, new(int64(9)), false, "a total nobody asked for is not used"},
		{"position of another order", nil, func(r *odata.Query) { r.After = []edm.Value{edm.Null, edm.Null} }, nil, true, "it says nothing about this order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := *q
			if tt.query != nil {
				tt.query(&asked)
			}
			rest := asked
			rest.Expand = nil
			tt.rest(&rest)
			store := &fakeStore{rows: w.numbered(5)}
			r := &odata.Result{Rows: store.reusing(store.rows), Rest: &rest, Total: tt.total}
			finished, err := eval.Finish(context.Background(), &asked, r, eval.Limits{})
			if err == nil {
				_, err = collect(t, finished)
			}
			if tt.fails != errors.Is(err, &odata.Error{Kind: odata.KindInternal}) || !tt.fails && err != nil {
				t.Errorf("error %v; want KindInternal: %v: %s", err, tt.fails, tt.why)
			}
			if store.opened != store.closed {
				t.Errorf("the rows were not released")
			}
		})
	}
}

func TestFinishWithoutRows(t *testing.T) {
	w := newWorld(t)
	q := w.query()
	if _, err := eval.Finish(context.Background(), q, &odata.Result{}, eval.Limits{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a provider without rows is broken", err)
	}
	if _, err := eval.Count(context.Background(), q, &odata.Result{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a provider without rows is broken", err)
	}
	r, err := eval.Finish(context.Background(), q, &odata.Result{Total: new(int64(7))}, eval.Limits{CountOnly: true})
	if err != nil || *r.Total != 7 {
		t.Errorf("%v, %v; for a count a total is enough", r, err)
	}
	q.Skip, q.Top = 2, new(int64(4))
	if n, err := eval.Count(context.Background(), q, &odata.Result{Total: new(int64(7))}); err != nil || n != 4 {
		t.Errorf("Count = %d, %v; want 4, the total less what skip and top take away", n, err)
	}
}

// TestFinishLaziness counts how many rows finishing takes from the provider,
// before the first row is asked for and after three rows were.
func TestFinishLaziness(t *testing.T) {
	w := newWorld(t)
	even := binary(odata.Eq, binary(odata.Mod, w.member("Id"), lit(edm.Int32(2))), lit(edm.Int32(0)))
	for _, tt := range []struct {
		name          string
		change        func(q *odata.Query)
		before, after int
		why           string
	}{
		{"nothing left", func(*odata.Query) {}, 0, 3, "rows pass through"},
		{"filter", func(q *odata.Query) { q.Filter = even }, 0, 5, "rows stream"},
		{"skip", func(q *odata.Query) { q.Skip = 10 }, 0, 13, "rows stream"},
		{"top", func(q *odata.Query) { q.Top = new(int64(2)) }, 0, 2, "the provider is stopped at the last row"},
		{"top 0", func(q *odata.Query) { q.Top = new(int64(0)) }, 0, 1, "the provider is only released"},
		{"order", func(q *odata.Query) { q.OrderBy = []odata.Order{{By: w.member("I32")}} }, 0, 100, "sorting needs all rows, once they are asked for"},
		{"order and top 0", func(q *odata.Query) {
			q.OrderBy = []odata.Order{{By: w.member("I32")}}
			q.Top = new(int64(0))
		}, 0, 1, "nothing to sort"},
		{"total", func(q *odata.Query) { q.Total = true }, 100, 100, "the total comes before the rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := w.query()
			tt.change(q)
			store := &fakeStore{rows: w.numbered(100)}
			r, err := eval.Finish(context.Background(), q, store.answer(q, 0), eval.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			before, taken := store.read, 0
			for _, err := range r.Rows {
				if err != nil {
					t.Fatal(err)
				}
				if taken++; taken == 3 {
					break
				}
			}
			if before != tt.before || store.read != tt.after {
				t.Errorf("%d rows read by Finish and %d in all; want %d and %d: %s", before, store.read, tt.before, tt.after, tt.why)
			}
			if store.opened != store.closed {
				t.Errorf("the rows were not released")
			}
		})
	}
}

func TestFinishBudget(t *testing.T) {
	w := newWorld(t)
	byNumber := []odata.Order{{By: w.member("I32")}}
	for _, tt := range []struct {
		name   string
		change func(q *odata.Query, rows []odata.Row)
		fails  bool
		why    string
	}{
		{"stream", func(*odata.Query, []odata.Row) {}, false, "nothing is held"},
		{"sort", func(q *odata.Query, _ []odata.Row) { q.OrderBy = byNumber }, true, "all rows are held"},
		{"total", func(q *odata.Query, _ []odata.Row) { q.Total = true }, true, "all rows are held"},
		{"sort to the limit", func(q *odata.Query, rows []odata.Row) {
			q.OrderBy = byNumber
			q.Filter = binary(odata.Lt, w.member("Id"), lit(edm.Int32(10)))
		}, false, "only rows that match are held"},
		{"sort one beyond", func(q *odata.Query, rows []odata.Row) {
			q.OrderBy = byNumber
			q.Filter = binary(odata.Le, w.member("Id"), lit(edm.Int32(10)))
		}, true, "the limit is exact"},
		{"top of a sort", func(q *odata.Query, _ []odata.Row) { q.OrderBy, q.Top, q.Skip = byNumber, new(int64(6)), 4 }, false, "only the top and what is skipped before it are held"},
		{"large top of a sort", func(q *odata.Query, _ []odata.Row) { q.OrderBy, q.Top, q.Skip = byNumber, new(int64(6)), 5 }, true, "the rows to skip have to be held, too"},
		{"total with top", func(q *odata.Query, _ []odata.Row) { q.Total, q.Top, q.Skip = true, new(int64(10)), 50 }, false, "without an order, rows to skip are not held"},
		{"expanded rows", func(q *odata.Query, rows []odata.Row) {
			q.OrderBy, q.Top = byNumber, new(int64(1))
			rows[99].Related[1].Rows = make([]odata.Row, 10)
		}, true, "they take memory as well"},
		{"expanded rows that make way", func(q *odata.Query, rows []odata.Row) {
			q.OrderBy, q.Top = byNumber, new(int64(1))
			for i := range rows {
				rows[i].Related[1].Rows = make([]odata.Row, 8)
			}
		}, false, "rows that were displaced take none any more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := w.query()
			store := &fakeStore{rows: w.numbered(100)}
			tt.change(q, store.rows)
			r, err := eval.Finish(context.Background(), q, store.answer(q, 0), eval.Limits{Rows: 10})
			if err == nil {
				_, err = collect(t, r)
			}
			if tt.fails != errors.Is(err, &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded"}) || !tt.fails && err != nil {
				t.Errorf("error %v; want BudgetExceeded: %v: %s", err, tt.fails, tt.why)
			}
			if store.opened != store.closed {
				t.Errorf("the rows were not released")
			}
		})
	}
}

// TestFinishFailures passes each kind of failure through each way of finishing.
func TestFinishFailures(t *testing.T) {
	w := newWorld(t)
	lost := errors.New("connection lost")
	byNumber := []odata.Order{{By: w.member("I32")}}
	failing := binary(odata.Gt, binary(odata.Div, lit(edm.Int32(1)), binary(odata.Sub, w.member("Id"), lit(edm.Int32(70)))), lit(edm.Int32(-5)))
	plain := func(*odata.Query) {}
	sorted := func(q *odata.Query) { q.OrderBy = byNumber }
	counted := func(q *odata.Query) { q.Total = true }
	for _, way := range []struct {
		name   string
		change func(q *odata.Query)
	}{{"streaming", plain}, {"sorting", sorted}, {"counting", counted}} {
		for _, tt := range []struct {
			name   string
			change func(q *odata.Query, store *fakeStore)
			cancel bool
			want   error
			why    string
		}{
			{"provider", func(_ *odata.Query, store *fakeStore) { store.fails = lost }, false, lost, "passed on as it is"},
			{"filter", func(q *odata.Query, _ *fakeStore) { q.Filter = failing }, false,
				&odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero", Target: "$filter"}, "the option is named"},
			{"order", func(q *odata.Query, _ *fakeStore) {
				q.OrderBy = []odata.Order{{By: failing}}
			}, false, &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero", Target: "$orderby"}, "the option is named"},
			{"cancelled", func(q *odata.Query, _ *fakeStore) { q.Filter = lit(edm.Boolean(true)) }, true, context.Canceled, "the context ends the reading, and its error is passed on as it is"},
		} {
			t.Run(way.name+" "+tt.name, func(t *testing.T) {
				q := w.query()
				way.change(q)
				store := &fakeStore{rows: w.numbered(200)}
				tt.change(q, store)
				var ctx context.Context = cancelAfter{context.Background(), store, 1 << 30}
				if tt.cancel {
					ctx = cancelAfter{context.Background(), store, 100}
				}
				r, err := eval.Finish(ctx, q, store.answer(q, 0), eval.Limits{})
				if err == nil {
					_, err = collect(t, r)
				}
				if !errors.Is(err, tt.want) {
					t.Errorf("error %v; want %v: %s", err, tt.want, tt.why)
				}
				if tt.cancel && store.read > 180 {
					t.Errorf("%d rows were read after the context had ended", store.read-100)
				}
				if store.opened != store.closed {
					t.Errorf("the rows were not released")
				}
				if _, err := eval.Count(ctx, q, store.answer(q, 0)); tt.name != "order" && !errors.Is(err, tt.want) {
					t.Errorf("Count: error %v; want %v: %s", err, tt.want, tt.why)
				}
			})
		}
	}
}

func TestCountOnly(t *testing.T) {
	w := newWorld(t)
	q := w.query()
	q.Filter = binary(odata.Lt, w.member("Id"), lit(edm.Int32(40)))
	q.OrderBy = []odata.Order{{By: w.member("I32")}}
	q.Skip, q.Top = 5, new(int64(3))
	for _, tt := range []struct {
		name string
		r    func(store *fakeStore) *odata.Result
		why  string
	}{
		{"nothing honoured", func(store *fakeStore) *odata.Result { return store.answer(q, 0) }, "the total is before skip and top, and nothing is held, whatever the limit"},
		{"filter honoured", func(store *fakeStore) *odata.Result { return store.answer(q, 1) }, "the total is before skip and top"},
		{"total given", func(store *fakeStore) *odata.Result {
			counted := *q
			counted.Total = true
			return store.answer(&counted, clauseCount)
		}, "the provider's total is used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := &fakeStore{rows: w.numbered(100)}
			r, err := eval.Finish(context.Background(), q, tt.r(store), eval.Limits{Rows: 1, CountOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := collect(t, r)
			if err != nil || len(rows) != 0 || *r.Total != 40 {
				t.Errorf("%d rows, total %d, %v; want no rows and 40: %s", len(rows), *r.Total, err, tt.why)
			}
			if store.opened != store.closed {
				t.Errorf("the rows were not released")
			}
		})
	}
	store := &fakeStore{rows: w.numbered(100)}
	whole := w.query()
	whole.Filter = q.Filter
	unasked := store.answer(whole, 0)
	unasked.Total = new(int64(100))
	if n, err := eval.Count(context.Background(), whole, unasked); err != nil || n != 40 {
		t.Errorf("Count = %d, %v; want 40: the total of a provider that left the filter is that of other rows", n, err)
	}
	if _, err := eval.Finish(context.Background(), q, store.answer(q, clauseCount), eval.Limits{CountOnly: true}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a page without a total cannot be counted", err)
	}
}

// TestExpansionsLeft leaves expansions to the service, and uses in a filter only
// those that are loaded.
func TestExpansionsLeft(t *testing.T) {
	w := newWorld(t)
	q := w.query()
	q.Filter = &odata.Lambda{Of: w.member("Parts")}
	store := &fakeStore{rows: []odata.Row{*w.family(), *w.row(map[string]edm.Value{"Id": edm.Int32(5)})}}
	rest := *q
	rest.Expand = q.Expand[:1]
	r, err := eval.Finish(context.Background(), q, &odata.Result{Rows: store.reusing(store.rows), Rest: &rest}, eval.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rest == nil || len(r.Rest.Expand) != 1 || r.Rest.Filter != nil {
		t.Errorf("rest %+v; want the expansion of Friend and nothing else", r.Rest)
	}
	if rows, err := collect(t, r); err != nil || !slices.Equal(ids(rows), []int64{1}) {
		t.Errorf("rows %v, %v; want the one with parts, which were loaded", ids(rows), err)
	}
	rest.Expand = q.Expand
	if _, err := eval.Finish(context.Background(), q, &odata.Result{Rows: store.reusing(store.rows), Rest: &rest}, eval.Limits{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; a condition on entities that are still to be expanded cannot be evaluated", err)
	}
	if store.opened != store.closed {
		t.Errorf("the rows were not released")
	}
	narrow := &odata.Query{Type: w.thing, Fields: []*metadata.Property{w.thing.Property("Id")}, Filter: w.member("Flag")}
	if _, err := eval.Finish(context.Background(), narrow, &odata.Result{Rows: store.reusing(nil), Rest: narrow}, eval.Limits{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("error %v; fields have to be widened by what the filter needs", err)
	}
}

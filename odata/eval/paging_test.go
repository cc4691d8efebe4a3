package eval_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// sameTypes lets go-cmp compare rows: types are the same or not.
var sameTypes = cmp.Comparer(func(a, b *metadata.EntityType) bool { return a == b })

// equalRows compares as go-cmp does, which is too slow for all the rows below.
func equalRows(a, b odata.Row) bool {
	return a.Type == b.Type && slices.Equal(a.Streams, b.Streams) && slices.Equal(a.Advertised, b.Advertised) &&
		(a.Media == nil) == (b.Media == nil) && (a.Media == nil || *a.Media == *b.Media) &&
		slices.EqualFunc(a.Values, b.Values, edm.Value.Equal) &&
		slices.EqualFunc(a.Dynamic, b.Dynamic, func(x, y odata.DynamicProperty) bool { return x.Name == y.Name && x.Value.Equal(y.Value) }) &&
		slices.EqualFunc(a.Related, b.Related, func(x, y odata.Related) bool {
			return x.More == y.More && x.Next == y.Next && slices.EqualFunc(x.Rows, y.Rows, equalRows)
		})
}

// TestFinishProperty answers random queries with a store that honours each
// possible number of clauses, and wants the same answer every time: the naive
// one.
func TestFinishProperty(t *testing.T) {
	w := newWorld(t)
	s := newSource(t, w, 42)
	for range 400 {
		rows := make([]odata.Row, s.IntN(40))
		for i := range rows {
			rows[i] = s.thing(1)
			rows[i].Values[0] = edm.Int32(int32(i * 7 % 41)) // a key
		}
		q := s.query(rows)
		want := (&fakeStore{rows: rows}).answer(q, clauseCount)
		wantRows, _ := collect(t, want)
		for n := range clauseCount + 1 {
			store := &fakeStore{rows: rows}
			got, err := eval.Finish(context.Background(), q, store.answer(q, n), eval.Limits{})
			if err != nil {
				t.Fatalf("%s, %d clauses honoured: %v", describe(q), n, err)
			}
			gotRows, err := collect(t, got)
			if err != nil {
				t.Fatalf("%s, %d clauses honoured: %v", describe(q), n, err)
			}
			if !slices.EqualFunc(wantRows, gotRows, equalRows) {
				t.Fatalf("%s, %d clauses honoured (-want +got):\n%s", describe(q), n, cmp.Diff(wantRows, gotRows, sameTypes))
			}
			if diff := cmp.Diff(want.Total, got.Total); diff != "" {
				t.Fatalf("%s, %d clauses honoured: total (-want +got):\n%s", describe(q), n, diff)
			}
			if got.Rest != nil || store.opened != store.closed {
				t.Fatalf("%s, %d clauses honoured: rest %v, opened %d times, closed %d times", describe(q), n, got.Rest, store.opened, store.closed)
			}
			count, err := eval.Count(context.Background(), q, (&fakeStore{rows: rows}).answer(q, n))
			if err != nil || count != int64(len(wantRows)) {
				t.Fatalf("%s, %d clauses honoured: count %d, %v; want %d", describe(q), n, count, err, len(wantRows))
			}
		}
	}
}

// query is a random query over rows whose evaluation does not fail.
func (s *source) query(rows []odata.Row) *odata.Query {
	q := s.w.query()
	fails := func(e odata.Expr) bool {
		return slices.ContainsFunc(rows, func(row odata.Row) bool {
			_, failed := naive{it: entity{&row, q}}.value(e)
			return failed != ""
		})
	}
	if s.chance(60) {
		q.Filter = s.expr(edm.KindBoolean, 3)
		for fails(q.Filter) {
			q.Filter = s.expr(edm.KindBoolean, 3)
		}
	}
	q.Total = s.chance(30)
	if s.chance(80) {
		for range s.IntN(3) {
			by := s.expr(pick(s, kinds[:len(kinds)-1]), 2)
			if !fails(by) {
				q.OrderBy = append(q.OrderBy, odata.Order{By: by, Descending: s.chance(50)})
			}
		}
		if len(q.OrderBy) == 0 || s.chance(70) { // otherwise ties show whether sorting is stable
			q.OrderBy = append(q.OrderBy, odata.Order{By: s.w.member("Id")})
		}
		if s.chance(40) && len(rows) > 0 {
			row := pick(s, rows)
			q.After = positionOf(q, &row)
		}
	}
	if s.chance(50) {
		q.Skip = int64(s.IntN(12))
	}
	if s.chance(60) {
		q.Top = new(int64(s.IntN(15)))
	}
	return q
}

func describe(q *odata.Query) string {
	text := "filter " + odata.Dump(q.Filter) + ", order"
	for _, o := range q.OrderBy {
		text += " " + odata.Dump(o.By)
		if o.Descending {
			text += " desc"
		}
	}
	if q.After != nil {
		text += ", after " + edm.Collection(q.After).String()
	}
	if q.Total {
		text += ", total"
	}
	text += ", skip " + edm.Int64(q.Skip).String()
	if q.Top != nil {
		text += ", top " + edm.Int64(*q.Top).String()
	}
	return text
}

// TestPagesMeet walks a feed page by page with After, and wants each row once.
func TestPagesMeet(t *testing.T) {
	w := newWorld(t)
	s := newSource(t, w, 3)
	for _, honoured := range []int{0, clauseOrder + 1} {
		for range 50 {
			rows := make([]odata.Row, 30)
			for i := range rows {
				rows[i] = s.thing(0)
				rows[i].Related = make([]odata.Related, 2)
				rows[i].Values[0] = edm.Int32(int32(i))
			}
			q := w.query()
			q.OrderBy = []odata.Order{{By: w.member("Double"), Descending: s.chance(50)}, {By: w.member("Moment"), Descending: s.chance(50)}, {By: w.member("Id")}}
			whole := (&fakeStore{rows: rows}).answer(q, clauseCount)
			all, _ := collect(t, whole)
			q.Top = new(int64(1 + s.IntN(6)))
			var walked []int64
			for {
				r, err := eval.Finish(context.Background(), q, (&fakeStore{rows: rows}).answer(q, honoured), eval.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				page, err := collect(t, r)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				walked = append(walked, ids(page)...)
				q.After = positionOf(q, &page[len(page)-1])
			}
			if diff := cmp.Diff(ids(all), walked); diff != "" {
				t.Fatalf("no gaps and no duplicates, with nulls, NaN and ties (-want +got):\n%s", diff)
			}
		}
	}
}

package eval_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A fakeStore is a provider that honours as many clauses of a query as a test
// tells it to, in their order, and that is as mean as its contract allows: each
// row is overwritten when the next one is made, text included.
type fakeStore struct {
	rows  []odata.Row
	fails error // after the last row

	read   int // rows produced
	opened int
	closed int
}

// The clauses of a query, in the order they apply.
const (
	clauseFilter = iota
	clauseTotal
	clauseOrder
	clauseAfter
	clauseSkip
	clauseTop
	clauseCount
)

// answer honours the first n clauses of q, naively.
func (p *fakeStore) answer(q *odata.Query, n int) *odata.Result {
	rest := *q
	r := &odata.Result{Rest: &rest}
	rows := slices.Clone(p.rows)
	if n > clauseFilter {
		rows = filterNaively(q, rows)
		rest.Filter = nil
	}
	if n > clauseTotal {
		if q.Total {
			r.Total = new(int64(len(rows)))
		}
		rest.Total = false
	}
	if n > clauseOrder {
		slices.SortStableFunc(rows, func(a, b odata.Row) int { return orderNaively(q, positionOf(q, &a), positionOf(q, &b)) })
		rest.OrderBy = nil
	}
	if n > clauseAfter {
		rows = afterNaively(q, rows)
		rest.After = nil
	}
	if n > clauseSkip {
		rows = rows[min(int64(len(rows)), q.Skip):]
		rest.Skip = 0
	}
	if n > clauseTop {
		if q.Top != nil {
			rows = rows[:min(int64(len(rows)), *q.Top)]
		}
		rest.Top = nil
	}
	if n == 0 && len(q.Expand) == 0 {
		r.Rest = q
	}
	if n == clauseCount {
		r.Rest = nil
	}
	rest.Expand = nil // all rows come with what is related
	r.Rows = p.reusing(rows)
	return r
}

func (p *fakeStore) reusing(rows []odata.Row) iter.Seq2[odata.Row, error] {
	p.opened++
	return func(yield func(odata.Row, error) bool) {
		defer func() { p.closed++ }()
		for i := range rows {
			p.read++
			row, buffers := fragile(&rows[i])
			more := yield(row, nil)
			for _, b := range buffers {
				clear(b)
			}
			overwrite(&row)
			if !more {
				return
			}
		}
		if p.fails != nil {
			yield(odata.Row{}, p.fails)
		}
	}
}

// fragile copies a row into memory that is about to be overwritten.
func fragile(row *odata.Row) (odata.Row, [][]byte) {
	c := odata.Row{Type: row.Type, Values: slices.Clone(row.Values), Dynamic: slices.Clone(row.Dynamic),
		Streams: slices.Clone(row.Streams), Advertised: slices.Clone(row.Advertised)}
	if row.Media != nil {
		c.Media = new(*row.Media)
	}
	var buffers [][]byte
	for i, v := range c.Values {
		if v.Kind() == edm.KindString {
			b := []byte(v.Str())
			buffers = append(buffers, b)
			c.Values[i] = edm.StringBytes(b)
		}
	}
	for _, related := range row.Related {
		copied := odata.Related{More: related.More, Next: related.Next}
		for i := range related.Rows {
			r, b := fragile(&related.Rows[i])
			copied.Rows = append(copied.Rows, r)
			buffers = append(buffers, b...)
		}
		c.Related = append(c.Related, copied)
	}
	return c, buffers
}

func overwrite(row *odata.Row) {
	for i := range row.Values {
		row.Values[i] = edm.Int32(-1)
	}
	for i := range row.Dynamic {
		row.Dynamic[i] = odata.DynamicProperty{Name: "gone"}
	}
	if row.Media != nil {
		*row.Media = odata.StreamInfo{ContentType: "gone"}
	}
	clear(row.Streams)
	clear(row.Advertised)
	for i := range row.Related {
		for j := range row.Related[i].Rows {
			overwrite(&row.Related[i].Rows[j])
		}
		row.Related[i] = odata.Related{}
	}
}

func filterNaively(q *odata.Query, rows []odata.Row) []odata.Row {
	return slices.DeleteFunc(rows, func(row odata.Row) bool {
		if q.Filter == nil {
			return false
		}
		v, _ := naive{it: entity{&row, q}}.value(q.Filter)
		return !isTrue(v)
	})
}

func positionOf(q *odata.Query, row *odata.Row) []edm.Value {
	var position []edm.Value
	for _, term := range q.OrderBy {
		v, _ := naive{it: entity{row, q}}.value(term.By)
		position = append(position, v)
	}
	return position
}

func orderNaively(q *odata.Query, a, b []edm.Value) int {
	for i, term := range q.OrderBy {
		order := 0
		switch x, y := a[i], b[i]; {
		case sortRank(x) != sortRank(y):
			order = sortRank(x) - sortRank(y)
		case compareNaively(odata.Lt, x, y):
			order = -1
		case compareNaively(odata.Gt, x, y):
			order = 1
		}
		if term.Descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// sortRank puts null before NaN and NaN before other values.
func sortRank(v edm.Value) int {
	switch {
	case v.IsNull():
		return 0
	case v.Kind().IsNumeric() && isNaN(v):
		return 1
	}
	return 2
}

func afterNaively(q *odata.Query, rows []odata.Row) []odata.Row {
	return slices.DeleteFunc(rows, func(row odata.Row) bool {
		return q.After != nil && orderNaively(q, positionOf(q, &row), q.After) <= 0
	})
}

// collect copies the rows of a finished result.
func collect(t testing.TB, r *odata.Result) ([]odata.Row, error) {
	t.Helper()
	var rows []odata.Row
	for row, err := range r.Rows {
		if err != nil {
			return rows, err
		}
		rows = append(rows, copyRow(&row))
	}
	return rows, nil
}

func copyRow(row *odata.Row) odata.Row {
	c := odata.Row{Type: row.Type, Streams: slices.Clone(row.Streams), Advertised: slices.Clone(row.Advertised)}
	if row.Media != nil {
		c.Media = new(*row.Media)
	}
	for _, v := range row.Values {
		c.Values = append(c.Values, v.Clone())
	}
	for _, p := range row.Dynamic {
		c.Dynamic = append(c.Dynamic, odata.DynamicProperty{Name: p.Name, Value: p.Value.Clone()})
	}
	for _, related := range row.Related {
		copied := odata.Related{More: related.More, Next: related.Next}
		for i := range related.Rows {
			copied.Rows = append(copied.Rows, copyRow(&related.Rows[i]))
		}
		c.Related = append(c.Related, copied)
	}
	return c
}

// ids are the values of Id, the first field.
func ids(rows []odata.Row) []int64 {
	all := []int64{}
	for _, row := range rows {
		all = append(all, row.Values[0].Int())
	}
	return all
}

// cancelAfter is a context that is cancelled once a store has produced n rows.
type cancelAfter struct {
	context.Context
	store *fakeStore
	n     int
}

func (c cancelAfter) Err() error {
	if c.store.read > c.n {
		return context.Canceled
	}
	return nil
}

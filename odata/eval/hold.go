package eval

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A held row is a copy that outlives the provider's.
type heldRow struct {
	row      odata.Row
	position []edm.Value // in the order, where there is one to make
	arrival  int64       // breaks ties, so that sorting is stable
	weight   int         // entities in row, expanded ones included
}

// holding is what the rows of a result come to when they are read at once.
type holding struct {
	keys sortKeys // empty: rows stay as they come
	most int64    // rows that can be of use: the others are forgotten
	room int      // entities that may still be held

	rows    []*heldRow // once there are most of them and they have an order, a heap
	matches int64      // rows that passed the filter
}

// hold reads all rows and holds those that the window of after, skip and top
// will yield, in order.
func (w *work) hold(ctx context.Context, limit int) (*holding, error) {
	h := &holding{room: limit, most: math.MaxInt64}
	skip := w.skip
	if w.top >= 0 {
		h.most = w.top
	}
	if w.sort {
		// The first rows of the order include those to skip.
		h.keys = w.keys
		if h.most > 0 {
			h.most += min(skip, math.MaxInt64-h.most)
		}
		skip = 0
	}
	if !w.total && h.most == 0 {
		release(&odata.Result{Rows: w.rows})
		return h, nil
	}
	scratch := make([]edm.Value, 0, len(w.keys))
	for row, err := range w.matches(ctx) {
		if err != nil {
			return nil, err
		}
		h.matches++
		position, err := w.keys.evaluate(row, scratch)
		if err != nil {
			return nil, err
		}
		if !w.resumes(position) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if err := h.add(row, position); err != nil {
			return nil, err
		}
	}
	if w.sort {
		slices.SortFunc(h.rows, h.compare)
		h.rows = h.rows[min(w.skip, int64(len(h.rows))):]
	}
	return h, nil
}

// all yields the held rows.
func (h *holding) all(yield func(odata.Row, error) bool) {
	for _, held := range h.rows {
		if !yield(held.row, nil) {
			return
		}
	}
}

// add holds a copy of row if it can be of use.
func (h *holding) add(row *odata.Row, position []edm.Value) error {
	full := int64(len(h.rows)) >= h.most
	if full && (h.most == 0 || len(h.keys) == 0) {
		return nil
	}
	room := h.room
	if full {
		// The last of the heap makes way, unless row comes after it too. In a
		// tie the one that came first stays.
		if h.keys.compare(position, h.rows[0].position) >= 0 {
			return nil
		}
		room += h.rows[0].weight
	}
	weight := entities(row)
	if weight > room {
		return tooManyRows()
	}
	h.room = room - weight
	held := &heldRow{row: cloneRow(row), arrival: h.matches, weight: weight}
	held.position = h.keep(position, &held.row)
	if full {
		h.rows[0] = held
		h.sink(0)
		return nil
	}
	h.rows = append(h.rows, held)
	if len(h.keys) > 0 && int64(len(h.rows)) == h.most {
		for i := len(h.rows)/2 - 1; i >= 0; i-- {
			h.sink(i)
		}
	}
	return nil
}

// keep copies a position, sharing what the copy of the row holds anyway.
func (h *holding) keep(position []edm.Value, row *odata.Row) []edm.Value {
	kept := make([]edm.Value, len(h.keys))
	for i := range kept {
		if field := h.keys[i].field; field >= 0 {
			kept[i] = row.Values[field]
		} else {
			kept[i] = position[i].Clone()
		}
	}
	return kept
}

// compare orders held rows completely.
func (h *holding) compare(a, b *heldRow) int {
	if order := h.keys.compare(a.position, b.position); order != 0 {
		return order
	}
	return cmp.Compare(a.arrival, b.arrival)
}

// sink restores the heap, in which no row comes after the one above it, when
// only row i may stand too high.
func (h *holding) sink(i int) {
	for {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h.rows); child++ {
			if h.compare(h.rows[child], h.rows[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		h.rows[i], h.rows[last] = h.rows[last], h.rows[i]
		i = last
	}
}

// entities counts the entities in a row: itself and what is expanded in it.
func entities(row *odata.Row) int {
	n := 1
	for i := range row.Related {
		for j := range row.Related[i].Rows {
			n += entities(&row.Related[i].Rows[j])
		}
	}
	return n
}

// cloneRow copies everything a provider may reuse.
func cloneRow(row *odata.Row) odata.Row {
	c := odata.Row{Type: row.Type, Values: make([]edm.Value, len(row.Values))}
	for i, v := range row.Values {
		c.Values[i] = v.Clone()
	}
	if row.Related != nil {
		c.Related = make([]odata.Related, len(row.Related))
		for i, related := range row.Related {
			c.Related[i].More = related.More
			if related.Rows != nil {
				c.Related[i].Rows = make([]odata.Row, len(related.Rows))
				for j := range related.Rows {
					c.Related[i].Rows[j] = cloneRow(&related.Rows[j])
				}
			}
		}
	}
	if row.Dynamic != nil {
		c.Dynamic = make([]odata.DynamicProperty, len(row.Dynamic))
		for i, p := range row.Dynamic {
			c.Dynamic[i] = odata.DynamicProperty{Name: strings.Clone(p.Name), Value: p.Value.Clone()}
		}
	}
	return c
}

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
	held := &heldRow{arrival: h.matches, weight: weight}
	held.row, held.position = cloneRow(row, len(position))
	h.keep(position, held)
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
func (h *holding) keep(position []edm.Value, held *heldRow) {
	for i := range h.keys {
		if field := h.keys[i].field; field >= 0 {
			held.position[i] = held.row.Values[field]
		} else {
			held.position[i] = position[i].Clone()
		}
	}
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

// cloneRow copies everything a provider may reuse. The copy comes with room for
// extra values, in the same block of memory.
func cloneRow(row *odata.Row, extra int) (clone odata.Row, room []edm.Value) {
	n := len(row.Values)
	values := make([]edm.Value, n+extra)
	cloneValues(values[:n], row.Values)
	clone = odata.Row{Type: row.Type, Values: values[:n:n], Advertised: slices.Clone(row.Advertised)}
	if row.Media != nil {
		clone.Media = new(cloneStream(*row.Media))
	}
	if row.Streams != nil {
		clone.Streams = make([]odata.StreamInfo, len(row.Streams))
		for i, stream := range row.Streams {
			clone.Streams[i] = cloneStream(stream)
		}
	}
	if row.Related != nil {
		clone.Related = make([]odata.Related, len(row.Related))
		for i, related := range row.Related {
			clone.Related[i] = cloneRelated(related)
		}
	}
	if row.Dynamic != nil {
		clone.Dynamic = make([]odata.DynamicProperty, len(row.Dynamic))
		for i, p := range row.Dynamic {
			clone.Dynamic[i] = odata.DynamicProperty{Name: strings.Clone(p.Name), Value: p.Value.Clone()}
		}
	}
	return clone, values[n:]
}

func cloneRelated(related odata.Related) odata.Related {
	clone := odata.Related{More: related.More, Next: strings.Clone(related.Next)}
	if related.Rows != nil {
		clone.Rows = make([]odata.Row, len(related.Rows))
		for i := range related.Rows {
			clone.Rows[i], _ = cloneRow(&related.Rows[i], 0)
		}
	}
	return clone
}

func cloneStream(s odata.StreamInfo) odata.StreamInfo {
	return odata.StreamInfo{ContentType: strings.Clone(s.ContentType), ETag: strings.Clone(s.ETag), ReadURL: strings.Clone(s.ReadURL)}
}

// cloneValues copies values, all their texts into one block of memory.
func cloneValues(dst, src []edm.Value) {
	size := 0
	for _, v := range src {
		if v.Kind() == edm.KindString {
			size += len(v.Str())
		}
	}
	texts := make([]byte, 0, size)
	for i, v := range src {
		if v.Kind() != edm.KindString {
			dst[i] = v.Clone()
			continue
		}
		start := len(texts)
		texts = append(texts, v.Str()...)
		dst[i] = edm.StringBytes(texts[start:])
	}
}

package eval

import (
	"context"
	"iter"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// checkEvery is how many rows are read between two looks at the context.
const checkEvery = 64

// matches yields the rows that pass the filter. The row is valid until the next
// one.
func (w *work) matches(ctx context.Context) iter.Seq2[*odata.Row, error] {
	return func(yield func(*odata.Row, error) bool) {
		// One variable for all rows: its address escapes, and a variable of the
		// loop would be allocated for each of them.
		var current odata.Row
		read := 0
		for row, err := range w.rows {
			if err == nil && read%checkEvery == 0 {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			read++
			current = row
			if w.filter != nil {
				ok, err := w.filter(&current)
				if err != nil {
					yield(nil, located(err, "$filter"))
					return
				}
				if !ok {
					continue
				}
			}
			if !yield(&current, nil) {
				return
			}
		}
	}
}

// stream performs filter, after, skip and top on rows that are in order, or
// need none.
func (w *work) stream(ctx context.Context) iter.Seq2[odata.Row, error] {
	return func(yield func(odata.Row, error) bool) {
		skip, top := w.skip, w.top
		if top == 0 {
			release(&odata.Result{Rows: w.rows})
			return
		}
		scratch := make([]edm.Value, 0, len(w.keys))
		for row, err := range w.matches(ctx) {
			var position []edm.Value
			if err == nil {
				position, err = w.keys.evaluate(row, scratch)
			}
			if err != nil {
				yield(odata.Row{}, err)
				return
			}
			if !w.resumes(position) {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
			if !yield(*row, nil) {
				return
			}
			if top > 0 {
				if top--; top == 0 {
					return
				}
			}
		}
	}
}

// resumes reports that a position comes strictly after the one to resume at.
func (w *work) resumes(position []edm.Value) bool {
	return w.after == nil || w.keys.compare(position, w.after) > 0
}

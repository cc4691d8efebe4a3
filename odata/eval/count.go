package eval

import (
	"context"

	"github.com/pamodata/pamodata/odata"
)

// Count is the number of entities that q selects, after Skip and Top: the
// answer to $count. It consumes r and holds no rows. Where the provider gave a
// total, nothing is counted. Errors are those of [Finish].
//
// Source: OData V3 URI conventions, $count; unlike $inlinecount, which counts
// before paging, it counts what a feed would contain.
func Count(ctx context.Context, q *odata.Query, r *odata.Result) (int64, error) {
	w, err := leftOver(q, r, false)
	if err != nil {
		release(r)
		return 0, err
	}
	if r.Total != nil && q.After == nil && w.filter == nil {
		release(r)
		n := max(*r.Total-max(q.Skip, 0), 0)
		if q.Top != nil {
			n = min(n, max(*q.Top, 0))
		}
		return n, nil
	}
	if r.Rows == nil {
		return 0, errNoRows()
	}
	n := int64(0)
	w.sort = false // the number does not depend on it
	for _, err := range w.stream(ctx) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// countMatches is the total: the number of rows that pass the filter.
func (w *work) countMatches(ctx context.Context) (int64, error) {
	n := int64(0)
	for _, err := range w.matches(ctx) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

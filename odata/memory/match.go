package memory

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A matcher tells whether the query wants a row. It holds memory of its own, so
// one matcher serves one pass. A nil matcher wants every row.
type matcher[R any] func(r R) (bool, error)

// matcher compiles filter for the rows as the table shows them.
func (t *reader[R]) matcher(ctx context.Context, q *odata.Query, filter odata.Expr) (matcher[R], error) {
	all := q.Type == setType(q)
	if all && filter == nil {
		return nil, nil
	}
	layout, look, err := t.table.look(ctx, q, filter)
	if err != nil {
		return nil, err
	}
	holds, err := eval.CompileFilter(filter, layout)
	if err != nil {
		return nil, err
	}
	return func(r R) (bool, error) {
		row, err := look(r)
		if err != nil {
			return false, err
		}
		if !all && !row.Type.Is(q.Type) {
			return false, nil
		}
		ok, err := holds(row)
		return ok, located(err, "$filter")
	}, nil
}

// A ranking is where rows stand in an order: one value for each term.
type ranking[R any] struct {
	terms []odata.Order
	look  look[R]
	by    []eval.Evaluator
}

func (t *reader[R]) ranking(ctx context.Context, q *odata.Query, terms []odata.Order) (*ranking[R], error) {
	exprs := make([]odata.Expr, len(terms))
	for i := range terms {
		exprs[i] = terms[i].By
	}
	layout, look, err := t.table.look(ctx, q, exprs...)
	if err != nil {
		return nil, err
	}
	k := &ranking[R]{terms: terms, look: look}
	for _, e := range exprs {
		by, err := eval.Compile(e, layout)
		if err != nil {
			return nil, err
		}
		k.by = append(k.by, by)
	}
	return k, nil
}

// place appends the place of r to dst.
func (k *ranking[R]) place(dst []edm.Value, r R) ([]edm.Value, error) {
	row, err := k.look(r)
	if err != nil {
		return dst, err
	}
	for _, by := range k.by {
		v, err := by(row)
		if err != nil {
			return dst, located(err, "$orderby")
		}
		dst = append(dst, v)
	}
	return dst, nil
}

// compare orders two places: nulls come first, and last in a descending term.
func (k *ranking[R]) compare(a, b []edm.Value) int {
	for i := range k.terms {
		order := edm.Order(a[i], b[i])
		if k.terms[i].Descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// located says which option of the request failed, where the failure does not.
func located(err error, option string) error {
	e, ok := err.(*odata.Error)
	if !ok || e.Kind != odata.KindInvalid || e.Target != "" {
		return err
	}
	known := *e
	known.Target = option
	return &known
}

package memory

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A matcher tells whether the query wants a row. It holds memory of its own, so
// one matcher serves one pass. A nil matcher wants every row.
type matcher[R any] func(r R) (bool, error)

// matcher compiles filter for rows of which only the fields it needs are read.
func (t *reader[R]) matcher(q *odata.Query, filter odata.Expr) (matcher[R], error) {
	all := q.Type == setType(q)
	if all && filter == nil {
		return nil, nil
	}
	fields := eval.Requirements(filter).Properties
	holds, err := eval.CompileFilter(filter, eval.Layout{Type: q.Type, Fields: fields})
	if err != nil {
		return nil, err
	}
	read, err := t.table.view(q, fields)
	if err != nil {
		return nil, err
	}
	row := new(odata.Row)
	return func(r R) (bool, error) {
		if err := read(row, r); err != nil {
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
	read  view[R]
	row   *odata.Row
	by    []eval.Evaluator
}

func (t *reader[R]) ranking(q *odata.Query, terms []odata.Order) (*ranking[R], error) {
	exprs := make([]odata.Expr, len(terms))
	for i := range terms {
		exprs[i] = terms[i].By
	}
	k := &ranking[R]{terms: terms, row: new(odata.Row)}
	layout := eval.Layout{Type: q.Type, Fields: eval.Requirements(exprs...).Properties}
	var err error
	if k.read, err = t.table.view(q, layout.Fields); err != nil {
		return nil, err
	}
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
	if err := k.read(k.row, r); err != nil {
		return dst, err
	}
	for _, by := range k.by {
		v, err := by(k.row)
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

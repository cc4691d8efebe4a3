package memory

import (
	"context"
	"iter"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A table is where a reader's rows are. An R refers to one row and is cheap to
// copy.
type table[R any] interface {
	// rows are the rows of one request, whose context the other methods get too.
	rows(ctx context.Context) (rowsOf[R], error)

	// view plans how to read some fields.
	view(ctx context.Context, q *odata.Query, fields []*metadata.Property) (view[R], error)

	// look plans how expressions see the rows.
	look(ctx context.Context, q *odata.Query, exprs ...odata.Expr) (eval.Layout, look[R], error)
}

// A view fills row from what r refers to: its type, the values of the view's
// fields, and the dynamic properties. It reuses the memory of row. It is made
// for one request and safe for concurrent use.
type view[R any] func(row *odata.Row, r R) error

// A look shows expressions the row that r refers to, in the layout it comes
// with. It may show every row in the same memory, so one look serves one pass.
type look[R any] func(r R) (*odata.Row, error)

// lookThrough makes a look of a table's views, with no more fields than the
// expressions need.
func lookThrough[R any](ctx context.Context, t table[R], q *odata.Query, exprs []odata.Expr) (eval.Layout, look[R], error) {
	layout := eval.Layout{Type: q.Type, Fields: eval.Requirements(exprs...).Properties}
	read, err := t.view(ctx, q, layout.Fields)
	if err != nil {
		return layout, nil, err
	}
	row := new(odata.Row)
	return layout, func(r R) (*odata.Row, error) { return row, read(row, r) }, nil
}

// rowsOf are the rows of one request: a list, or where at is nil a sequence that
// can be passed only once.
type rowsOf[R any] struct {
	n  int
	at func(number int) R

	// scan passes them where that is not from at(0) to at(n-1); number is what at
	// takes for a row, where that is not its position.
	scan   func(ctx context.Context, from int) iter.Seq2[R, error]
	number func(R) int32

	once iter.Seq2[R, error]
	// keep makes a reference outlast the step of the sequence that yielded it.
	keep func(R) R
}

func listOf[T any](list []T) rowsOf[*T] {
	return rowsOf[*T]{n: len(list), at: func(i int) *T { return &list[i] }}
}

// onceOf yields references to one variable.
func onceOf[T any](seq iter.Seq2[T, error]) rowsOf[*T] {
	return rowsOf[*T]{
		once: func(yield func(*T, error) bool) {
			var current T
			for v, err := range seq {
				current = v
				if !yield(&current, err) {
					return
				}
			}
		},
		keep: func(v *T) *T { return new(*v) },
	}
}

// picked are the rows with these numbers, in this order.
func (r rowsOf[R]) picked(numbers []int32) rowsOf[R] {
	at := r.at
	return rowsOf[R]{n: len(numbers), at: func(i int) R { return at(int(numbers[i])) }}
}

// sequenced are the rows with the numbers of a sequence, in its order.
func (r rowsOf[R]) sequenced(s *sequence) rowsOf[R] {
	at := r.at
	return rowsOf[R]{n: s.n,
		at: func(i int) R { return at(int(s.at(i))) },
		scan: func(ctx context.Context, from int) iter.Seq2[R, error] {
			return func(yield func(R, error) bool) {
				passed := 0
				s.each(from, func(number int32) bool {
					if passed%often == 0 && ctx.Err() != nil {
						var none R
						yield(none, ctx.Err())
						return false
					}
					passed++
					return yield(at(int(number)), nil)
				})
			}
		}}
}

// from are the rows from a position on.
func (r rowsOf[R]) from(position int) rowsOf[R] {
	at, scan := r.at, r.scan
	rest := rowsOf[R]{n: r.n - position, at: func(i int) R { return at(position + i) }}
	if scan != nil {
		rest.scan = func(ctx context.Context, from int) iter.Seq2[R, error] { return scan(ctx, position+from) }
	}
	return rest
}

const often = 256 // rows between two looks at a context

// all passes the rows, and ends with an error soon after ctx does.
func (r rowsOf[R]) all(ctx context.Context) iter.Seq2[R, error] {
	if r.scan != nil {
		return r.scan(ctx, 0)
	}
	var none R
	if r.at == nil {
		return func(yield func(R, error) bool) {
			passed := 0
			for v, err := range r.once {
				if err == nil && passed%often == 0 {
					err = ctx.Err()
				}
				passed++
				if err != nil {
					yield(none, err)
					return
				}
				if !yield(v, nil) {
					return
				}
			}
		}
	}
	return func(yield func(R, error) bool) {
		for i := range r.n {
			if i%often == 0 && ctx.Err() != nil {
				yield(none, ctx.Err())
				return
			}
			if !yield(r.at(i), nil) {
				return
			}
		}
	}
}

// setType is the type of entities for which nothing else is known.
func setType(q *odata.Query) *metadata.EntityType {
	if q.Set != nil && q.Set.Type() != nil {
		return q.Set.Type()
	}
	return q.Type
}

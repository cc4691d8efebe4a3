package memory

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/typed"
)

// Set serves rows, whose type T package typed describes. It takes a copy of the
// slice; what the rows refer to, such as pointers and maps, it shares, and that
// must not change any more. Two rows with one key are a mistake.
func Set[T any](name string, rows []T, options ...Option) odata.EntitySet {
	s := settingsOf(options)
	shape := describe[T](&s)
	schema, snapshot := shape.Schema, slices.Clone(rows)
	t := &structs[T]{shape: shape, computed: computedOf[T](&s, &schema)}
	t.open = func(context.Context) (rowsOf[*T], error) { return listOf(snapshot), nil }
	r := &reader[*T]{table: t, computes: len(t.computed) > 0}
	if schema.Err == nil {
		r.index, schema.Err = newIndex(schema.Entity.Key, keysOf(shape, snapshot))
	}
	if r.index != nil {
		for i := range t.computed {
			r.index.computed = append(r.index.computed, t.computed[i].name)
		}
	}
	return s.set(name, schema, r)
}

// Func serves what rows returns, which is called once for each read and may run
// concurrently with itself. The context is the request's: it carries the caller,
// see [odata.PrincipalFrom], and ends with the request. The entities are read
// until then, and never changed.
//
// An error ends the request: an *odata.Error as it is, any other as
// KindInternal.
func Func[T any](name string, rows func(ctx context.Context) ([]T, error), options ...Option) odata.EntitySet {
	s := settingsOf(options)
	shape := describe[T](&s)
	schema := shape.Schema
	if rows == nil {
		schema.Err = errors.Join(schema.Err, errors.New("memory.Func: rows is nil; pass the function that returns the entities"))
	}
	t := &structs[T]{shape: shape, computed: computedOf[T](&s, &schema)}
	t.open = func(ctx context.Context) (rowsOf[*T], error) {
		list, err := rows(ctx)
		if err != nil {
			return rowsOf[*T]{}, err
		}
		return listOf(list), nil
	}
	return s.set(name, schema, &reader[*T]{table: t, computes: len(t.computed) > 0})
}

// Seq serves the sequence that rows returns, as [Func] does. It suits entities
// that are produced one by one: those that a read does not keep for sorting are
// never in memory together. The sequence is passed once, ends early when the
// page is full, and should watch its context; an error it yields ends the read.
// What an entity refers to must stay unchanged until the request ends.
func Seq[T any](name string, rows func(ctx context.Context) iter.Seq2[T, error], options ...Option) odata.EntitySet {
	s := settingsOf(options)
	shape := describe[T](&s)
	schema := shape.Schema
	if rows == nil {
		schema.Err = errors.Join(schema.Err, errors.New("memory.Seq: rows is nil; pass the function that returns the sequence"))
	}
	t := &structs[T]{shape: shape, computed: computedOf[T](&s, &schema)}
	t.open = func(ctx context.Context) (rowsOf[*T], error) { return onceOf(rows(ctx)), nil }
	return s.set(name, schema, &reader[*T]{table: t, computes: len(t.computed) > 0})
}

// keysOf reads the keys of all rows, one after the other.
func keysOf[T any](shape *typed.Shape[T], rows []T) []edm.Value {
	plan := shape.Key()
	var key, keys []edm.Value
	for i := range rows {
		key = shape.Values(key, &rows[i], plan)
		keys = append(keys, key...)
	}
	return keys
}

func describe[T any](s *settings) *typed.Shape[T] {
	if s.typeName == "" {
		return typed.Describe[T]()
	}
	return typed.Describe[T](typed.TypeName(s.typeName))
}

// structs is a table of Go structs.
type structs[T any] struct {
	shape    *typed.Shape[T]
	computed []rowComputed[T]
	open     func(ctx context.Context) (rowsOf[*T], error)

	// latest is the plan for the fields asked for last. Most requests want the
	// default fields of their set.
	latest atomic.Pointer[planned[T]]
}

type planned[T any] struct {
	fields []*metadata.Property
	plan   typed.Plan[T]
	steps  []rowStep[T]
}

func (t *structs[T]) rows(ctx context.Context) (rowsOf[*T], error) { return t.open(ctx) }

// view reads fields of a row into the memory the row brings along.
func (t *structs[T]) view(ctx context.Context, q *odata.Query, fields []*metadata.Property) (view[*T], error) {
	p, err := t.plan(q, fields)
	if err != nil {
		return nil, err
	}
	plan, shape, entity := p.plan, t.shape, setType(q)
	read := func(row *odata.Row, v *T) error {
		row.Type = entity
		row.Values = shape.Values(row.Values, v, plan)
		return nil
	}
	if len(p.steps) > 0 {
		stored, steps := read, p.steps
		read = func(row *odata.Row, v *T) error {
			if err := stored(row, v); err != nil {
				return err
			}
			for i := range steps {
				row.Values[steps[i].field] = steps[i].value(ctx, v)
			}
			return nil
		}
	}
	if !shape.Open() {
		return read, nil
	}
	return func(row *odata.Row, v *T) (err error) {
		if err := read(row, v); err != nil {
			return err
		}
		row.Dynamic, err = shape.Dynamic(row.Dynamic, v)
		return err
	}, nil
}

func (t *structs[T]) look(ctx context.Context, q *odata.Query, exprs ...odata.Expr) (eval.Layout, look[*T], error) {
	return lookThrough(ctx, t, q, exprs)
}

func (t *structs[T]) plan(q *odata.Query, fields []*metadata.Property) (*planned[T], error) {
	if p := t.latest.Load(); p != nil && slices.Equal(p.fields, fields) {
		return p, nil
	}
	plan, err := t.shape.Plan(fields)
	if err != nil {
		return nil, err
	}
	p := &planned[T]{plan: plan, steps: steps(t.computed, fields)}
	if slices.Equal(q.Fields, fields) {
		p.fields = slices.Clone(fields)
		t.latest.Store(p)
	}
	return p, nil
}

package memory

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Computed has a property of the rows of [Set], [Func] or [Seq] computed whenever
// it is read, instead of taken from its field. The computation is one made by
// [typed.Computed] for the Go type of the rows. For a [Store] see [Data].
func Computed(c typed.Computation) Option {
	return func(s *settings) { s.computed = append(s.computed, c) }
}

// A rowComputed is a computed property of rows of type T.
type rowComputed[T any] struct {
	name  string
	value func(ctx context.Context, row *T) edm.Value
}

// computedOf finds the computed properties of a set, and makes them read-only.
func computedOf[T any](s *settings, schema *odata.Schema) (all []rowComputed[T]) {
	if schema.Err != nil {
		return nil
	}
	for i := range s.computed {
		c := &s.computed[i]
		value := typed.Computing[T](c)
		var err error
		switch {
		case c.Err() != nil:
			err = c.Err()
		case value == nil && c.Row() == nil:
			err = fmt.Errorf("Computed(%q): rows of %s are computed by typed.Computed", c.Path(), reflect.TypeFor[T]())
		case value == nil:
			err = fmt.Errorf("Computed(%q): it computes rows of %s, but the set has rows of %s", c.Path(), c.Row(), reflect.TypeFor[T]())
		case isComputed(all, c.Path()):
			err = fmt.Errorf("Computed(%q): the property is computed twice", c.Path())
		default:
			err = c.ClaimIn(schema.Entity)
		}
		if err != nil {
			schema.Err = errors.Join(schema.Err, err)
			continue
		}
		all = append(all, rowComputed[T]{c.Path(), value})
	}
	return all
}

func isComputed[T any](all []rowComputed[T], name string) bool {
	for i := range all {
		if all[i].name == name {
			return true
		}
	}
	return false
}

// A rowStep computes one field of a row.
type rowStep[T any] struct {
	field int
	value func(ctx context.Context, row *T) edm.Value
}

// steps computes those of fields that are computed.
func steps[T any](all []rowComputed[T], fields []*metadata.Property) (list []rowStep[T]) {
	if len(all) == 0 {
		return nil
	}
	for i, f := range fields {
		for j := range all {
			if all[j].name == f.Name {
				list = append(list, rowStep[T]{i, all[j].value})
			}
		}
	}
	return list
}

// fixed is a context in which now is one instant, also where no service has fixed
// it: a computed property has one value in all clauses of a query.
func fixed(ctx context.Context) context.Context {
	if _, ok := odata.Instant(ctx); ok {
		return ctx
	}
	return odata.WithInstant(ctx, odata.Now(ctx))
}

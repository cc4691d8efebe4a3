package typed_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/typed"
)

// A shelf is a store of a few entities that keeps a record of what it is asked.
type shelf struct {
	entity *metadata.EntityType
	rows   []odata.Row // of all properties
	log    []string
	leave  bool  // leave the work to the caller
	fails  error // of Read, after the first row
}

// shelfOf serves entities by a set named Shelf, with an Updater.
func shelfOf[T any](t testing.TB, items ...T) (*shelf, *odata.EntitySet) {
	t.Helper()
	shape := typed.Describe[T]()
	s := &shelf{entity: resolved(t, shape.Schema)}
	plan := must(shape.Plan(s.entity.AllProperties()))
	for i := range items {
		s.rows = append(s.rows, odata.Row{Values: shape.Values(nil, &items[i], plan), Dynamic: must(shape.Dynamic(nil, &items[i]))})
	}
	return s, &odata.EntitySet{Name: "Shelf", Reader: s, Updater: s}
}

// target selects the entities for which condition holds.
func (s *shelf) target(condition odata.Expr) *odata.Query {
	return &odata.Query{Set: &metadata.EntitySet{Name: "Shelf"}, Type: s.entity, Filter: condition, Fields: s.entity.KeyProperties()}
}

// withKey is the condition on the first property of the key.
func (s *shelf) withKey(v edm.Value) odata.Expr {
	p := s.entity.KeyProperties()[0]
	return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: odata.ItOf(s.entity), Property: p}, R: &odata.Literal{Value: v, Of: p.TypeRef()}}
}

func (s *shelf) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	s.log = append(s.log, "read "+odata.Dump(q.Filter))
	r := &odata.Result{Rest: q, Rows: func(yield func(odata.Row, error) bool) {
		values := make([]edm.Value, len(q.Fields)) // reused, as readers do
		for _, row := range s.rows {
			for i, f := range q.Fields {
				values[i] = row.Values[s.at(f)]
			}
			if !yield(odata.Row{Values: values, Dynamic: row.Dynamic}, nil) {
				return
			}
			if s.fails != nil {
				yield(odata.Row{}, s.fails)
				return
			}
		}
	}}
	if s.leave {
		return r, nil
	}
	return eval.Finish(ctx, q, r, eval.Limits{})
}

func (s *shelf) at(f *metadata.Property) int {
	for i, p := range s.entity.AllProperties() {
		if p == f {
			return i
		}
	}
	panic("not a property of the model: " + f.Name)
}

func (s *shelf) Update(_ context.Context, target *odata.Query, change *odata.Change) (odata.Row, error) {
	text := "update " + odata.Dump(target.Filter) + ":"
	for _, a := range change.Set {
		text += fmt.Sprintf(" %s=%v", a.Property.Name, a.Value)
	}
	for _, d := range change.Dynamic {
		text += fmt.Sprintf(" %s:=%v", d.Name, d.Value)
	}
	s.log = append(s.log, text)
	matches, err := eval.Compile(target.Filter, eval.LayoutOf(&odata.Query{Type: s.entity, Fields: s.entity.AllProperties()}))
	if err != nil {
		return odata.Row{}, err
	}
	for i := range s.rows {
		v, err := matches(&s.rows[i])
		if err != nil {
			return odata.Row{}, err
		}
		if v.IsNull() || !v.Bool() {
			continue
		}
		for _, a := range change.Set {
			s.rows[i].Values[s.at(a.Property)] = a.Value.Clone()
		}
		return odata.Row{Values: []edm.Value{s.rows[i].Values[0]}}, nil
	}
	return odata.Row{}, odata.NotFound()
}

package typed

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// entities are what operations bound to entities of the Go type T share: how to
// read such entities through their set, and how to tell and to write what a
// function changed. It is safe for concurrent use.
type entities[T any] struct {
	maker string
	shape *Shape[T]
	plan  Plan[T] // all properties

	// last is the binding of the latest call. Nearly always it is that of the
	// next one, too: the operation of one set of one service.
	last atomic.Pointer[binding]
}

// A binding is the model's side of T's properties.
type binding struct {
	entity *metadata.EntityType
	fields []*metadata.Property // parallel to the plan
	fixed  []string             // why an operation must not change the field; empty where it may
	key    []int                // positions in fields
}

func entitiesOf[T any](maker string) *entities[T] {
	e := &entities[T]{maker: maker, shape: Describe[T]()}
	for i := range e.shape.root.properties {
		p := &e.shape.root.properties[i]
		e.plan.steps = append(e.plan.steps, p)
		e.plan.room += 1 + p.room()
	}
	return e
}

// bind finds the properties of T in the entity type t of a model.
func (e *entities[T]) bind(t *metadata.EntityType) (*binding, error) {
	if b := e.last.Load(); b != nil && b.entity == t {
		return b, nil
	}
	b := &binding{entity: t, fixed: make([]string, len(e.plan.steps))}
	keys := t.KeyProperties()
	for i, step := range e.plan.steps {
		p := t.Property(step.declared.Name)
		if p == nil || !step.is(p.TypeRef()) {
			return nil, odata.Internalf("%s: %s has no property %s of type %s, as %s has",
				e.maker, t.QualifiedName(), step.declared.Name, step.declared.Type, reflect.TypeFor[T]())
		}
		b.fields = append(b.fields, p)
		switch {
		case slices.Contains(keys, p):
			b.fixed[i] = "is part of the key, which never changes"
			b.key = append(b.key, i)
		case p.StoreGenerated == metadata.StoreGeneratedIdentity, p.StoreGenerated == metadata.StoreGeneratedComputed:
			b.fixed[i] = "is made by the store"
		}
	}
	if len(b.key) != len(keys) {
		return nil, odata.Internalf("%s: %s has not all of the key of %s", e.maker, reflect.TypeFor[T](), t.QualifiedName())
	}
	b.fields = slices.Clip(b.fields) // a query that needs more appends to a copy
	e.last.Store(b)
	return b, nil
}

// is reports whether values of the property are of type t.
func (p *property) is(t metadata.TypeRef) bool {
	kind := p.to
	if p.from == fromSlice {
		kind = p.item.to
	}
	switch {
	case t.Collection != (p.from == fromSlice) || t.Kind != kind || t.Entity != nil:
		return false
	case t.Complex == nil:
		return true
	}
	members := t.Complex.AllProperties()
	return len(members) == len(p.complex.properties) && !slices.ContainsFunc(members, func(m *metadata.Property) bool {
		at, ok := p.complex.byName[m.Name]
		return !ok || members[at] != m || !p.complex.properties[at].is(m.TypeRef())
	})
}

// A reading is one use of bound entities by one call.
type reading[T any] struct {
	*entities[T]
	*binding
	set   *odata.EntitySet
	query odata.Query
}

// open prepares reading what the call is bound to.
func (e *entities[T]) open(call *odata.OperationInput) (*reading[T], error) {
	if call.Target == nil || call.Set == nil || call.Set.Reader == nil {
		return nil, odata.Internalf("%s: called without the entities it is bound to", e.maker)
	}
	b, err := e.bind(call.Target.Type)
	if err != nil {
		return nil, err
	}
	r := &reading[T]{entities: e, binding: b, set: call.Set, query: *call.Target}
	q := &r.query
	q.Fields, q.Expand, q.Total = b.fields, nil, false
	for _, f := range call.Target.Fields {
		q.AddField(f) // what the condition needs
	}
	return r, nil
}

// rows reads the entities, copied into memory of their own.
func (r *reading[T]) rows(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		result, err := r.set.Reader.Read(ctx, &r.query)
		if err != nil {
			yield(nil, err)
			return
		}
		if result.Rows == nil || result.Rest != nil {
			if result.Rows != nil {
				for range result.Rows {
					break // releases what Read opened
				}
			}
			yield(nil, odata.Internalf("%s: the Reader of %s leaves a part of the query to others, who are not there", r.maker, r.set.Name))
			return
		}
		for row, err := range result.Rows {
			var v *T
			if err == nil {
				v, err = r.entity(&row)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

func (r *reading[T]) entity(row *odata.Row) (*T, error) {
	v := new(T)
	if err := r.shape.Assign(v, row.Values, r.plan); err != nil {
		return nil, err
	}
	r.shape.AssignDynamic(v, row.Dynamic)
	return v, nil
}

// one reads the one entity.
func (r *reading[T]) one(ctx context.Context) (*T, error) {
	var found *T
	for v, err := range r.rows(ctx) {
		switch {
		case err != nil:
			return nil, err
		case found != nil:
			return nil, odata.Internalf("%s: the call is bound to several entities", r.maker)
		}
		found = v
	}
	if found == nil {
		return nil, odata.NotFound()
	}
	return found, nil
}

// A state is what an entity held at one time.
type state struct {
	values  []edm.Value
	dynamic []odata.DynamicProperty
}

// state reads v. The result may share memory with v.
func (r *reading[T]) state(v *T) (state, error) {
	s := state{values: r.shape.Values(nil, v, r.plan)}
	var err error
	s.dynamic, err = r.shape.Dynamic(nil, v)
	return s, err
}

// before is the state that a function is about to change.
func (r *reading[T]) before(v *T) (state, error) {
	s, err := r.state(v)
	for i, value := range s.values {
		s.values[i] = steady(value)
	}
	for i := range s.dynamic {
		s.dynamic[i].Value = steady(s.dynamic[i].Value)
	}
	return s, err
}

// steady is v without memory that the holder of the entity can write to. Text
// is not copied: strings never change.
func steady(v edm.Value) edm.Value {
	switch v.Kind() {
	case edm.KindBinary, edm.KindComplex, edm.KindCollection:
		return v.Clone()
	}
	return v
}

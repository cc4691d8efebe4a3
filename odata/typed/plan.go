package typed

import (
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Shape is what a Go struct means as an entity: the schema that its fields
// and tags add to a model, and how to read values out of it. It is immutable
// and safe for concurrent use.
type Shape[T any] struct {
	// Schema has the entity type and the complex types it refers to, as
	// definitions without a namespace. Schema.Err holds every [Mistake] in T.
	Schema odata.Schema

	root *structure
}

// Describe derives the schema of the struct T: an entity type named after it
// with a property for each exported field. It never fails: see the package
// documentation for the tags and for what becomes of mistakes.
func Describe[T any](options ...Option) *Shape[T] {
	schema, root := describe(reflect.TypeFor[T](), options...)
	return &Shape[T]{Schema: schema, root: root}
}

// Open reports whether entities carry undeclared properties, which [Shape.Dynamic]
// reads.
func (s *Shape[T]) Open() bool { return s.root.dynamic != nil }

// Tag returns another tag of the field behind a property, such as "db". ok is
// false without that tag or that property.
func (s *Shape[T]) Tag(property, key string) (value string, ok bool) {
	at, ok := s.root.byName[property]
	if !ok {
		return "", false
	}
	return s.root.properties[at].tag.Lookup(key)
}

// A Plan tells how to read and to set some properties of a T, in some order. It
// is immutable and safe for concurrent use. The zero Plan has none.
type Plan[T any] struct {
	steps []*property
	room  int // values a row takes, members of complex values included
}

// Plan prepares reading and setting fields, usually those of a query. They are properties
// of a resolved model, which has copied the definitions in Schema: names tell
// which is which. The error is KindInternal: a property that T does not have.
func (s *Shape[T]) Plan(fields []*metadata.Property) (Plan[T], error) {
	p := Plan[T]{steps: make([]*property, len(fields)), room: len(fields)}
	for i, f := range fields {
		declaring := f.DeclaringType()
		declaring = declaring[strings.LastIndexByte(declaring, '.')+1:]
		at, ok := s.root.byName[f.Name]
		if !ok || declaring != s.root.name {
			return Plan[T]{}, odata.Internalf("typed: %s has no field for the property %s/%s",
				reflect.TypeFor[T](), f.DeclaringType(), f.Name)
		}
		p.steps[i] = &s.root.properties[at]
		p.room += p.steps[i].room()
	}
	return p, nil
}

// Key is the plan for the properties of the key, in key order. It needs no model.
func (s *Shape[T]) Key() Plan[T] {
	var p Plan[T]
	if s.Schema.Entity == nil {
		return p
	}
	for _, name := range s.Schema.Entity.Key {
		p.steps = append(p.steps, &s.root.properties[s.root.byName[name]])
	}
	p.room = len(p.steps)
	return p
}

// Values reads the planned properties of v, which must not be nil, and returns
// them in the order of the plan. The values go into the memory of dst, whose
// contents are lost: members of complex values and items of collections lie
// between the length and the capacity of the result. Passing the result of one
// row as dst for the next therefore allocates nothing once the memory suffices,
// and ends the life of that row's values.
//
// Strings and bytes refer to the memory v does.
func (s *Shape[T]) Values(dst []edm.Value, v *T, p Plan[T]) []edm.Value {
	n := len(p.steps)
	dst = slices.Grow(dst[:0], p.room)
	m := arena{spare: dst[n:cap(dst)]}
	dst = dst[:n]
	for i := range p.steps {
		p.steps[i].read(unsafe.Pointer(v), &dst[i], &m)
	}
	if need := n + m.used; need > cap(dst) {
		// Collections outgrew the memory; the next row shall find enough.
		dst = append(make([]edm.Value, 0, 2*need), dst...)
	}
	return dst
}

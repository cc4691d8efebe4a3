package typed

import (
	"reflect"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Assign sets the planned fields of v, which must not be nil, to values, which
// are in the order of the plan and may be more. It is the reverse of
// [Shape.Values]; fields outside the plan keep what they hold.
//
// The fields share no memory with values, and pointers and slices are new ones:
// whoever holds those of before sees no change. An empty collection becomes a
// nil slice. A null becomes the zero value where the declaration allows one. A
// time.Time set to a DateTime without a zone is in UTC, as [edm.DateTime.Instant]
// tells.
//
// The error is KindInternal and names the property: a value of another kind
// than the field's, a null for a field that is never null, or a number that the
// Go type cannot hold, as 300 for a uint8 declared as Edm.Int32. Fields before
// it are set then.
func (s *Shape[T]) Assign(v *T, values []edm.Value, p Plan[T]) error {
	if len(values) < len(p.steps) {
		return odata.Internalf("typed: %s: %d values for %d fields", reflect.TypeFor[T](), len(values), len(p.steps))
	}
	if at := assign(v, values, p.steps); at != nil {
		return odata.Internalf("typed: %s: %w", reflect.TypeFor[T](), at)
	}
	return nil
}

// AssignDynamic makes properties the undeclared properties of v, in place of
// those it has. It does nothing unless T has a field tagged dynamic.
//
// In a map[string]any values have the Go type that the package documentation
// gives for their kind, but for what no field can hold, spatial values above
// all: those stay an edm.Value. Nothing is shared with properties.
func (s *Shape[T]) AssignDynamic(v *T, properties []odata.DynamicProperty) {
	if d := s.root.dynamic; d != nil {
		d.set(unsafe.Pointer(v), properties)
	}
}

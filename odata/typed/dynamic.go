package typed

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A dynamicField is the map that holds an open entity's undeclared properties.
type dynamicField struct {
	offset uintptr
	values bool // map[string]edm.Value, otherwise map[string]any
	source string
}

func (w *walker) dynamicField(f reflect.StructField, offset uintptr, into *structure, entity *metadata.EntityType) {
	d := &dynamicField{offset: offset, source: f.Name}
	switch f.Type {
	case reflect.TypeFor[map[string]edm.Value]():
		d.values = true
	case reflect.TypeFor[map[string]any]():
	default:
		w.add("dynamic properties cannot be in a "+f.Type.String(), "use map[string]edm.Value or map[string]any")
		return
	}
	switch {
	case entity == nil:
		w.add("a complex type cannot be open in V3", "move the map to the entity")
	case into.dynamic != nil:
		w.add("dynamic properties are already in "+into.dynamic.source, "keep one of the two maps")
	default:
		into.dynamic = d
	}
}

// Dynamic reads the undeclared properties of v, sorted by name, into the memory
// of dst, whose contents are lost. It returns none unless T has a field tagged
// dynamic.
//
// The values of a map[string]any may be nil, edm.Value, and the primitive types
// of the package documentation, int as well, which is an Edm.Int64. The error is
// KindInternal: a name that is no identifier or that T declares, or a value that
// is not primitive.
func (s *Shape[T]) Dynamic(dst []odata.DynamicProperty, v *T) ([]odata.DynamicProperty, error) {
	dst = dst[:0]
	d := s.root.dynamic
	if d == nil {
		return dst, nil
	}
	at := unsafe.Add(unsafe.Pointer(v), d.offset) // sound as in read.go: d was made from T
	if d.values {
		for name, value := range *(*map[string]edm.Value)(at) {
			dst = append(dst, odata.DynamicProperty{Name: name, Value: value})
		}
	} else {
		for name, held := range *(*map[string]any)(at) {
			value, ok := primitiveOf(held)
			if !ok {
				return dst[:0], odata.Internalf("typed: %s: dynamic property %q: a %T is not a primitive value", reflect.TypeFor[T](), name, held)
			}
			dst = append(dst, odata.DynamicProperty{Name: name, Value: value})
		}
	}
	slices.SortFunc(dst, func(a, b odata.DynamicProperty) int { return cmp.Compare(a.Name, b.Name) })
	for i := range dst {
		if err := s.root.checkDynamic(&dst[i]); err != nil {
			return dst[:0], odata.Internalf("typed: %s: %w", reflect.TypeFor[T](), err)
		}
	}
	return dst, nil
}

// checkDynamic refuses what would make an entity ambiguous or unwritable.
func (s *structure) checkDynamic(p *odata.DynamicProperty) error {
	if _, declared := s.byName[p.Name]; declared {
		return fmt.Errorf("dynamic property %q: the type declares a property of this name", p.Name)
	}
	return CheckDynamic(p.Name, p.Value)
}

// CheckDynamic says why an open entity cannot carry this property, nil when it
// can: names are identifiers, which may begin with underscores, and values are
// null or primitive. It is for providers that take entities without a Go type.
func CheckDynamic(name string, value edm.Value) error {
	switch kind := value.Kind(); {
	case !isIdentifier(strings.TrimLeft(name, "_")):
		return fmt.Errorf("dynamic property %q: the name is no identifier", name)
	case kind != edm.KindNull && !kind.IsPrimitive():
		return fmt.Errorf("dynamic property %q: %s is not a primitive value", name, kind)
	}
	return nil
}

// primitiveOf makes a value of what an any holds.
func primitiveOf(held any) (edm.Value, bool) {
	switch x := held.(type) {
	case nil:
		return edm.Null, true
	case edm.Value:
		return x, true
	case bool:
		return edm.Boolean(x), true
	case int:
		return edm.Int64(int64(x)), true
	case int8:
		return edm.SByte(x), true
	case int16:
		return edm.Int16(x), true
	case int32:
		return edm.Int32(x), true
	case int64:
		return edm.Int64(x), true
	case uint8:
		return edm.Byte(x), true
	case uint16:
		return edm.Int32(int32(x)), true
	case uint32:
		return edm.Int64(int64(x)), true
	case uint64:
		return unsigned(x), true
	case float32:
		return edm.Single(x), true
	case float64:
		return edm.Double(x), true
	case string:
		return edm.String(x), true
	case []byte:
		return edm.Binary(x), true
	case edm.GUID:
		return x.Value(), true
	case edm.DateTime:
		return x.Value(), true
	case edm.DateTimeOffset:
		return x.Value(), true
	case edm.Time:
		return x.Value(), true
	case edm.Decimal:
		return x.Value(), true
	case time.Time:
		return edm.DateTimeOffsetFrom(x).Value(), true
	case time.Duration:
		return edm.TimeFrom(x).Value(), true
	}
	return edm.Null, false
}

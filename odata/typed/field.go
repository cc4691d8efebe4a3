package typed

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A FieldOf is a property of entities made of T, found by the address of the
// Go field of type V behind it. Its methods make conditions for guards and
// queries; the service resolves them against its model. It is a plain value,
// immutable and safe for concurrent use.
//
// The conditions compare as $filter does: a null equals null only, and is
// neither less nor greater than anything. A nil pointer is null.
type FieldOf[T, V any] struct {
	member odata.Expr
	value  accessor // of a V alone
	err    error
}

// Field finds the property behind a field. at returns the field's address:
//
//	var creator = typed.Field(func(r *Request) *edm.GUID { return &r.CreatorID })
//
// The compiler thus follows when the field is renamed, and creator.Eq takes
// nothing but a GUID. Members of complex values are reached as &r.Home.City.
//
// It never fails. A field that is no primitive property is remembered: see
// [FieldOf.Err]. Conditions made of it hold for no model, so that a guard made
// of them refuses every request.
func Field[T, V any](at func(*T) *V) FieldOf[T, V] {
	schema, root := describe(reflect.TypeFor[T]())
	mistake := func(problem, advice string) FieldOf[T, V] {
		_, file, line, _ := runtime.Caller(2)
		return FieldOf[T, V]{err: &Mistake{
			Type:    fmt.Sprintf("typed.Field at %s:%d", filepath.Base(file), line),
			Problem: problem, Advice: advice,
		}}
	}
	if schema.Entity == nil {
		return mistake(schema.Err.Error(), "then take the address of a field")
	}
	probe := new(T)
	root.fill(unsafe.Pointer(probe))
	address, ok := addressIn(at, probe)
	if !ok {
		return mistake("the function panics", "return the address of a field, as in &r.Name, and nothing more")
	}
	path := root.locate(unsafe.Pointer(probe), address, reflect.TypeFor[V]())
	if path == nil {
		return mistake(fmt.Sprintf("no property of %T is a %s at this address", *probe, reflect.TypeFor[V]()),
			"return the address of an exported field that is a property")
	}
	last := path[len(path)-1]
	if !last.to.IsPrimitive() {
		return mistake("the property "+last.declared.Name+" is not primitive", "return the address of a primitive field, such as a member of it")
	}
	f := FieldOf[T, V]{member: odata.ItOf(schema.Entity), value: last.accessor}
	f.value.offset = 0
	for _, p := range path {
		f.member = &odata.Member{Of: f.member, Property: p.declared}
	}
	return f
}

// addressIn calls at, which is somebody else's code.
func addressIn[T, V any](at func(*T) *V, probe *T) (address unsafe.Pointer, ok bool) {
	defer func() {
		if recover() != nil {
			address, ok = nil, false
		}
	}()
	return unsafe.Pointer(at(probe)), true
}

// fill makes the complex values that pointers lead to, so that fields within
// them have addresses.
func (s *structure) fill(base unsafe.Pointer) {
	for i := range s.properties {
		p := &s.properties[i]
		if p.from != fromStruct {
			continue
		}
		at := unsafe.Add(base, p.offset)
		if p.pointer {
			made := reflect.New(p.goType.Elem())
			reflect.NewAt(p.goType, at).Elem().Set(made)
			at = made.UnsafePointer()
		}
		p.complex.fill(at)
	}
}

// locate finds the property of Go type t at address in the struct at base. A
// struct and its first field share an address, but never the type.
func (s *structure) locate(base, address unsafe.Pointer, t reflect.Type) []*property {
	for i := range s.properties {
		p := &s.properties[i]
		at := unsafe.Add(base, p.offset)
		if at == address && p.goType == t {
			return []*property{p}
		}
		if p.from != fromStruct {
			continue
		}
		if p.pointer {
			at = *(*unsafe.Pointer)(at)
		}
		if within := p.complex.locate(at, address, t); within != nil {
			return append([]*property{p}, within...)
		}
	}
	return nil
}

// Err is the [Mistake] made in the call of [Field], or nil.
func (f FieldOf[T, V]) Err() error {
	if f.member == nil && f.err == nil {
		return &Mistake{Type: reflect.TypeFor[FieldOf[T, V]]().String(), Problem: "the zero value stands for no field", Advice: "make it by typed.Field"}
	}
	return f.err
}

// Eq is the condition that the property equals v.
func (f FieldOf[T, V]) Eq(v V) odata.Expr { return f.compare(odata.Eq, v) }

// Ne is the condition that the property differs from v.
func (f FieldOf[T, V]) Ne(v V) odata.Expr { return f.compare(odata.Ne, v) }

// Lt is the condition that the property is less than v.
func (f FieldOf[T, V]) Lt(v V) odata.Expr { return f.compare(odata.Lt, v) }

// Le is the condition that the property is less than v or equal to it.
func (f FieldOf[T, V]) Le(v V) odata.Expr { return f.compare(odata.Le, v) }

// Gt is the condition that the property is greater than v.
func (f FieldOf[T, V]) Gt(v V) odata.Expr { return f.compare(odata.Gt, v) }

// Ge is the condition that the property is greater than v or equal to it.
func (f FieldOf[T, V]) Ge(v V) odata.Expr { return f.compare(odata.Ge, v) }

// In is the condition that the property equals one of values. It never holds
// when there are none.
func (f FieldOf[T, V]) In(values ...V) odata.Expr {
	in := &odata.In{X: []odata.Expr{f.operand()}, Rows: make([][]edm.Value, len(values))}
	for i := range values {
		in.Rows[i] = []edm.Value{f.valueOf(values[i])}
	}
	return in
}

// Asc orders by the property, nulls first.
func (f FieldOf[T, V]) Asc() odata.Order { return odata.Order{By: f.operand()} }

// Desc orders by the property downwards, nulls last.
func (f FieldOf[T, V]) Desc() odata.Order { return odata.Order{By: f.operand(), Descending: true} }

func (f FieldOf[T, V]) compare(op odata.BinaryOp, v V) odata.Expr {
	return &odata.Binary{Op: op, L: f.operand(), R: &odata.Literal{Value: f.valueOf(v), Of: metadata.PrimitiveType(f.value.to)}}
}

// operand is the property, or a member that no model has.
func (f FieldOf[T, V]) operand() odata.Expr {
	if f.member != nil {
		return f.member
	}
	err := f.Err().Error()
	return &odata.Member{
		Of:       odata.ItOf(&metadata.EntityType{Name: "unknown", Source: err}),
		Property: &metadata.Property{Name: "(" + err + ")", Source: err},
	}
}

// valueOf makes the value of v, which shares no memory with it.
func (f FieldOf[T, V]) valueOf(v V) edm.Value {
	var value edm.Value
	f.value.read(unsafe.Pointer(&v), &value, &arena{})
	return value.Clone()
}

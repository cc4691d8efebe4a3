package typed

import (
	"reflect"
	"unsafe"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// None is the result of an operation that returns nothing; struct{} is, too.
type None struct{}

// Matching is the result of an operation that returns the entities of type E
// for which Where holds: all that the caller may see, where Where is nil. They
// are read through the set named by the operation's ResultSet, so that the
// operation reads nothing itself and every query option works on the result.
type Matching[E any] struct{ Where odata.Expr }

func (m Matching[E]) condition() odata.Expr { return m.Where }
func (m Matching[E]) selects() reflect.Type { return reflect.TypeFor[E]() }

// A selection is any Matching.
type selection interface {
	condition() odata.Expr
	selects() reflect.Type
}

// A result tells how to make an operation's result of what its function
// returned. At most one of its parts is there.
type result struct {
	value *accessor // of a value that is no entity

	// Entities are returned by their keys.
	it      odata.Expr
	keys    []*property
	size    uintptr // of the struct
	many    bool    // a slice of them
	pointer bool    // to an entity, or in the slice to each

	matching bool // the result is a Matching
}

// result describes what an operation returns, a value of type t, and names its
// type as in $metadata.
func (w *walker) result(t reflect.Type, into *result) string {
	if t == reflect.TypeFor[None]() || t == reflect.TypeFor[struct{}]() {
		return ""
	}
	if s, ok := reflect.New(t).Elem().Interface().(selection); ok && t.Kind() == reflect.Struct {
		into.matching = true
		return w.entities(s.selects(), into, true)
	}
	if item := itemOf(t); isEntity(item) {
		entity := t
		if into.many = t.Kind() == reflect.Slice; into.many {
			entity = t.Elem()
		}
		into.pointer = entity.Kind() == reflect.Pointer
		if into.pointer {
			entity = entity.Elem()
		}
		if entity != item {
			w.add("a "+t.String()+" is neither an entity nor a collection of entities", "return "+item.String()+", a pointer to one, or a slice of either")
			return ""
		}
		return w.entities(item, into, into.many)
	}
	p := property{goType: t}
	p.declared = &metadata.Property{}
	if !w.valueOf(t, &tag{}, &p) {
		return ""
	}
	into.value = &p.accessor
	return p.declared.Type
}

// entities describes a result made of entities of the Go type t.
func (w *walker) entities(t reflect.Type, into *result, collection bool) string {
	schema, root := describe(t)
	if schema.Err != nil {
		w.found = append(w.found, schema.Err)
		return ""
	}
	into.it, into.size = odata.ItOf(schema.Entity), t.Size()
	into.keys = keyOf(schema.Entity.Key, root)
	if collection {
		return "Collection(" + root.name + ")"
	}
	return root.name
}

// of is the result of a call whose function returned the value at out.
func (r *result) of(out unsafe.Pointer) *odata.OperationResult {
	switch {
	case r.value != nil:
		var v edm.Value
		r.value.read(out, &v, &arena{})
		return &odata.OperationResult{Value: v}
	case r.keys != nil:
		return &odata.OperationResult{Where: r.among(out)}
	}
	return &odata.OperationResult{}
}

// among is the condition of being one of the entities at out, none where that
// is nil.
func (r *result) among(out unsafe.Pointer) odata.Expr {
	in := &odata.In{X: make([]odata.Expr, len(r.keys))}
	for i, k := range r.keys {
		in.X[i] = &odata.Member{Of: r.it, Property: k.declared}
	}
	n, stride := 1, r.size
	if r.many {
		// Any slice has the header of this one, whose items have no size.
		header := *(*[]struct{})(out)
		n, out = len(header), unsafe.Pointer(unsafe.SliceData(header))
		if r.pointer {
			stride = unsafe.Sizeof(out)
		}
	}
	in.Rows = make([][]edm.Value, 0, n)
	keys := make([]edm.Value, n*len(r.keys))
	for i := range n {
		entity := unsafe.Add(out, uintptr(i)*stride)
		if r.pointer {
			if entity = *(*unsafe.Pointer)(entity); entity == nil {
				continue
			}
		}
		row := keys[:len(r.keys):len(r.keys)]
		keys = keys[len(r.keys):]
		for j, k := range r.keys {
			k.read(entity, &row[j], &arena{})
		}
		in.Rows = append(in.Rows, row)
	}
	return in
}

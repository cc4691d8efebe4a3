package typed

import (
	"reflect"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// An Option changes how [Describe] sees a type.
type Option func(*settings)

type settings struct{ name string }

// TypeName names the entity type, where neither the Go type's name nor a blank
// field's tag should.
func TypeName(name string) Option { return func(s *settings) { s.name = name } }

// A structure is what is known of one Go struct.
type structure struct {
	name       string
	properties []property
	byName     map[string]int
	dynamic    *dynamicField // nil unless the type is open
}

// A property is one declared property and the Go field behind it.
type property struct {
	accessor
	declared *metadata.Property
	goType   reflect.Type
	tag      reflect.StructTag
	complex  *structure // of complex values and of collections of them
	set      setter
}

// A walker turns Go types into definitions.
type walker struct {
	report
	schema    odata.Schema
	complexes map[reflect.Type]*structure
	names     map[string]reflect.Type
	within    []reflect.Type // the structs around the current field
	asked     *signature     // the operation whose parameters are described, or nil
}

// describe derives the schema of the struct type t.
func describe(t reflect.Type, options ...Option) (odata.Schema, *structure) {
	var s settings
	for _, o := range options {
		o(&s)
	}
	w := &walker{complexes: map[reflect.Type]*structure{}, names: map[string]reflect.Type{}}
	w.typ = t.String()
	root := &structure{byName: map[string]int{}}
	if from, _ := sourceOf(t); from != fromStruct {
		advice := "use a struct whose exported fields are the properties"
		if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
			advice = "use " + t.Elem().String() + " without the pointer"
		}
		w.add("an entity type is made of a struct", advice)
		w.schema.Err = w.err()
		return w.schema, root
	}
	about := w.about(t)
	root.name = about.name
	if s.name != "" {
		root.name = s.name
	}
	w.checkName(root.name, t, "pass TypeName")
	entity := &metadata.EntityType{Name: root.name, Documentation: documentation(about.doc), Source: t.String()}
	w.schema.Entity = entity

	w.fields(t, 0, root, entity)
	for i := range root.properties {
		entity.Properties = append(entity.Properties, root.properties[i].declared)
	}
	entity.OpenType = root.dynamic != nil
	if len(entity.Key) == 0 {
		w.add("no field is tagged as key", "write `odata:\",key\"` on the field that identifies an entity")
	}
	w.schema.Err = w.err()
	return w.schema, root
}

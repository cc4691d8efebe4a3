package sqldb

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/typed"
)

// nameColumns names the columns of a set as the db tags of its struct do, but for
// those that an option names.
func nameColumns(names *naming, set string, goType reflect.Type, typ *metadata.EntityType) error {
	r := tagReader{names: names}
	r.fields(goType, set+"/", "", typ.Property, typ.IsOpen(), nil)
	return errors.Join(r.mistakes...)
}

// A tagReader walks a struct by the rules of package typed, which has found it
// valid.
type tagReader struct {
	names    *naming
	mistakes mistakes
}

// fields reads the tags of t. Its properties have the paths that begin with path,
// and columns whose names begin with prefix; within a complex value outer are the
// types around them.
func (r *tagReader) fields(t reflect.Type, path, prefix string, property func(string) *metadata.Property, open bool, outer []*metadata.ComplexType) {
	for f := range t.Fields() {
		said, options, _ := strings.Cut(f.Tag.Get("odata"), ",")
		if said == "-" || f.Name == "_" {
			continue
		}
		column, tagged := r.column(t, f)
		if f.Anonymous && said == "" && f.Type.Kind() == reflect.Struct && property(f.Name) == nil {
			if tagged {
				r.mistakes.add("%s.%s: the fields of an embedded struct have columns of their own; remove the tag db", t, f.Name)
			}
			r.fields(f.Type, path, prefix, property, open, outer)
			continue
		}
		if !f.IsExported() {
			continue
		}
		name := said
		if name == "" {
			name = f.Name
		}
		p := property(name)
		switch {
		case p == nil && open && slices.Contains(strings.Split(options, ","), "dynamic"):
			name = dynamicColumn
		case p == nil:
			continue
		}
		if slices.ContainsFunc(r.names.computed, func(c typed.Computation) bool { return c.Path() == path+name }) {
			if tagged {
				r.mistakes.add("%s.%s: the property is computed, so it has no column; remove the tag db", t, f.Name)
			}
			continue
		}
		if !tagged {
			column = name
		}
		if _, given := r.names.columns[path+name]; !given {
			put(&r.names.columns, path+name, prefix+column)
		}
		if p == nil {
			continue
		}
		ref := p.TypeRef()
		if ref.Complex == nil || ref.Collection || holds(ref.Complex, append(outer, ref.Complex)) {
			continue
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		r.fields(inner, path+name+"/", prefix+column+"_", ref.Complex.Property, false, append(outer[:len(outer):len(outer)], ref.Complex))
	}
}

// column is what the tag db of a field says.
func (r *tagReader) column(t reflect.Type, f reflect.StructField) (name string, tagged bool) {
	name, tagged = f.Tag.Lookup("db")
	if tagged && (name == "" || name == "-" || strings.Contains(name, ",")) {
		r.mistakes.add("%s.%s `db:%q`: the tag is the name of a column and nothing else; leave a field out with `odata:\"-\"`", t, f.Name, name)
		return "", false
	}
	return name, tagged
}

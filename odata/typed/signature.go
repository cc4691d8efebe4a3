package typed

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// CodeMismatch is the code of an argument that no field of an operation's
// struct can hold.
const CodeMismatch = "TypeMismatch"

// A signature is what the Go types of an operation's function mean: its
// parameters and its result.
type signature struct {
	maker string     // "typed.Action(\"Discount\")", for mistakes
	in    *structure // the parameters
	result
}

// describeOperation works out the operation that maker makes of a function from
// in to out, all but what it is bound to and how it runs.
func describeOperation(maker, name string, in, out reflect.Type) (odata.Operation, *signature) {
	s := &signature{maker: maker + "(" + strconv.Quote(name) + ")", in: &structure{byName: map[string]int{}}}
	w := &walker{complexes: map[reflect.Type]*structure{}, names: map[string]reflect.Type{}, asked: s}
	w.typ = s.maker
	if !isIdentifier(name) {
		w.add("the name is no identifier", "write a letter, then letters, digits and underscores")
	}
	o := odata.Operation{Name: name, Parameters: w.parameters(in)}
	back := w.at(s.maker, "result", "")
	o.Result = w.result(out, &s.result)
	back()
	o.Complex = w.schema.Complex
	o.Err = w.err()
	return o, s
}

// title names the struct t in mistakes. Parameters are usually in a struct
// without a name, whose text would hide the rest.
func (w *walker) title(t reflect.Type) string {
	if w.asked != nil && len(w.within) == 1 && t.Name() == "" {
		return w.asked.maker + ".in"
	}
	return t.String()
}

// parameters describes the struct of an operation's arguments.
func (w *walker) parameters(t reflect.Type) []odata.Parameter {
	in := w.asked.in
	if from, _ := sourceOf(t); from != fromStruct {
		back := w.at(w.asked.maker, "in", "")
		w.add("Go type "+t.String()+" has no fields for the parameters", "use a struct with a field for each, or struct{} for none")
		back()
		return nil
	}
	w.fields(t, 0, in, nil)
	if len(in.properties) == 0 {
		return nil
	}
	parameters := make([]odata.Parameter, len(in.properties))
	for i := range in.properties {
		p := &in.properties[i]
		if p.from == fromSlice {
			p.set.notNull = false // an absent one is a nil slice, which is empty
		}
		parameters[i] = odata.Parameter{Name: p.declared.Name, Type: p.declared.Type, Required: p.set.notNull}
	}
	return parameters
}

// parameter reports what a parameter cannot be or have, and takes it out of the
// tag. It is false where there is nothing more to say.
func (w *walker) parameter(t reflect.Type, said *tag) bool {
	if item := itemOf(t); isEntity(item) {
		w.add("entities cannot be parameters", "take the key of the "+item.String())
		return false
	}
	if said.dynamic {
		w.add("an operation has no undeclared parameters", "make each a field of its own")
		return false
	}
	const advice = "remove it, and check the value in the function where that matters"
	for _, o := range []struct {
		given bool
		name  string
	}{
		{said.key, "key"}, {said.readOnly, "readonly"}, {said.immutable, "immutable"},
		{said.identity, "identity"}, {said.computed, "computed"}, {said.etag, "etag"},
		{said.onSelect, "onselect"}, {said.maxLength != nil, "maxlength"}, {said.fixedLength != nil, "fixedlength"},
		{said.unicode != nil, "unicode"}, {said.precision != nil, "precision"}, {said.scale != nil, "scale"},
		{said.mime != "", "mime"}, {said.byDefault != nil, "default"},
	} {
		if o.given {
			w.add("option "+o.name+" means nothing on a parameter", advice)
		}
	}
	*said = tag{name: said.name, typ: said.typ, nullable: said.nullable, notNull: said.notNull}
	return true
}

// itemOf is the type without what makes it nullable or a collection.
func itemOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if from, _ := sourceOf(t); from == fromSlice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// isEntity reports whether t is a struct with a key.
func isEntity(t reflect.Type) bool {
	if from, _ := sourceOf(t); from != fromStruct {
		return false
	}
	for f := range t.Fields() {
		var ignored report
		said := parseTag(f.Tag, &ignored)
		if said.key || f.Anonymous && said.name == "" && !said.skip && isEntity(f.Type) {
			return true
		}
	}
	return false
}

// read stores the arguments of a call into the struct at base. What does not
// fit is the caller's mistake.
func (s *signature) read(base unsafe.Pointer, arguments []edm.Value) error {
	if len(arguments) != len(s.in.properties) {
		return odata.Internalf("%s: %d arguments for %d parameters", s.maker, len(arguments), len(s.in.properties))
	}
	for i := range s.in.properties {
		set := &s.in.properties[i].set
		if at := set.set(base, arguments[i]); at != nil {
			at.within(set.name)
			return &odata.Error{Kind: odata.KindInvalid, Code: CodeMismatch,
				Message: "An argument does not fit its parameter", Detail: at.Error(), Target: at.path}
		}
	}
	return nil
}

// keyOf are the fields of the key of the entity type that root describes.
func keyOf(key []string, root *structure) []*property {
	steps := make([]*property, len(key))
	for i, name := range key {
		steps[i] = &root.properties[root.byName[name]]
	}
	return steps
}

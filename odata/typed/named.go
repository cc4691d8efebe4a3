package typed

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata"
)

// about reads the tag of the blank field that speaks for the type.
func (w *walker) about(t reflect.Type) (found struct{ name, doc string }) {
	found.name = t.Name()
	for f := range t.Fields() {
		if f.Name != "_" || f.Type != reflect.TypeFor[struct{}]() {
			continue
		}
		text := f.Tag.Get("odata")
		back := w.at(t.String(), f.Name, text)
		name, options, _ := strings.Cut(text, ",")
		if name != "" {
			found.name = name
		}
		found.doc = f.Tag.Get("doc")
		if options != "" {
			w.add("a type takes no options such as "+options, "write the type's name alone")
		}
		back()
	}
	return found
}

// checkName sees to it that name can name a type and names one only.
func (w *walker) checkName(name string, t reflect.Type, otherwise string) {
	const blank = "give the type a blank field _ struct{} with the tag `odata:\"Name\"`"
	switch first, taken := w.names[name]; {
	case !isIdentifier(name) && name == "":
		w.add("the type has no name", "declare it by name")
	case !isIdentifier(name):
		w.add("the type cannot be named "+name, blank+", or "+otherwise)
	case taken && first != t:
		w.add("the name "+name+" is taken by "+first.String(), blank+", or "+otherwise)
	default:
		w.names[name] = t
	}
}

// complexType describes the struct t as a complex type, once. It is nil where
// that makes no sense.
func (w *walker) complexType(t reflect.Type) *structure {
	if at := slices.Index(w.within, t); at >= 0 {
		way := ""
		for _, outer := range append(w.within[at:len(w.within):len(w.within)], t) {
			way += " > " + outer.String()
		}
		w.add("the type contains itself:"+strings.TrimPrefix(way, " >"), "leave the field out with `odata:\"-\"`, or refer to the other by its key")
		return nil
	}
	if s, done := w.complexes[t]; done {
		return s
	}
	if t.PkgPath() == "database/sql" {
		w.add("Go type "+t.String()+" has no EDM type", "use a pointer: *string, *int64, *time.Time, ...")
		return nil
	}
	about := w.about(t)
	s := &structure{name: about.name, byName: map[string]int{}}
	w.complexes[t] = s
	if s.name == "" {
		w.add("the type of the field has no name", "declare the struct as a type")
	} else {
		w.checkName(s.name, t, "give the Go type another name")
	}
	mistakes := len(w.found)
	w.fields(t, 0, s, nil)
	if len(s.properties) == 0 && len(w.found) == mistakes {
		w.add("Go type "+t.String()+" has no exported fields", "use another type, or leave the field out with `odata:\"-\"`")
	}
	declared := &metadata.ComplexType{Name: s.name, Documentation: documentation(about.doc), Source: t.String()}
	for i := range s.properties {
		declared.Properties = append(declared.Properties, s.properties[i].declared)
	}
	w.schema.Complex = append(w.schema.Complex, declared)
	return s
}

func documentation(summary string) *metadata.Documentation {
	if summary == "" {
		return nil
	}
	return &metadata.Documentation{Summary: summary}
}

// isIdentifier reports whether s is a SimpleIdentifier of CSDL 3.0: a letter,
// then letters, digits, marks, connectors such as the underscore, and format
// characters.
func isIdentifier(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > 480 {
		return false
	}
	for i, c := range s {
		switch {
		case unicode.In(c, unicode.L, unicode.Nl):
		case i > 0 && unicode.In(c, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Cf):
		default:
			return false
		}
	}
	return true
}

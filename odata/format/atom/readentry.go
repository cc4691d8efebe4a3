package atom

import (
	"bytes"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
	"github.com/pamodata/pamodata/odata/format/xmlread"
)

// An entryReader reads one entry. Those within it have their own.
type entryReader struct {
	in       *xmlread.Input
	model    *metadata.Model
	expected *metadata.EntityType
	payload  *odata.EntryPayload

	typed   bool // a category has told the type
	settled bool // something has been read in the light of the type
	content bool // the properties have been read
	mapped  *mappedReader
	names   map[string]struct{} // of undeclared properties, once there are many
}

// readEntry consumes the current element, an entry.
func readEntry(in *xmlread.Input, m *metadata.Model, expected *metadata.EntityType) (*odata.EntryPayload, error) {
	if err := in.CountEntity(); err != nil {
		return nil, err
	}
	e := &entryReader{in: in, model: m, expected: expected, payload: &odata.EntryPayload{Type: expected}}
	if err := e.elements(); err != nil {
		return nil, err
	}
	if e.mapped != nil {
		e.mapped.finish(e)
	}
	return e.payload, nil
}

// elements reads the elements in the entry.
func (e *entryReader) elements() error {
	for {
		more, err := e.in.Child()
		if err != nil || !more {
			return err
		}
		switch done, err := e.element(); {
		case err != nil:
			return err
		case done:
			return nil
		}
	}
}

// element reads one of them, or all that are left, which done reports.
func (e *entryReader) element() (done bool, err error) {
	in := e.in
	if in.Is(xmlread.Atom, "category") {
		if err := e.category(); err != nil {
			return false, err
		}
		return false, in.Skip()
	}
	if e.typed || len(e.expected.DerivedTypes()) == 0 {
		e.settle()
	}
	nav, isNav := e.navigationLink()
	matters := isNav || in.Is(xmlread.Atom, "content") || in.Is(xmlread.Metadata, "properties") || e.mayBeMapped()
	switch {
	case !matters:
		return false, in.Skip()
	case !e.settled:
		return true, e.ahead()
	case isNav:
		return false, e.link(nav)
	case in.Is(xmlread.Atom, "content"):
		return false, e.readContent()
	case in.Is(xmlread.Metadata, "properties"):
		return false, e.properties()
	}
	return false, e.mapped.element(in)
}

// ahead looks for the category in what is left of the entry, on which the meaning
// of everything depends, and then reads it.
func (e *entryReader) ahead() error {
	in := e.in
	again, err := in.Again(func() error {
		if in.Is(xmlread.Atom, "category") {
			return e.category()
		}
		return nil
	})
	if err != nil {
		return err
	}
	e.settle()
	e.in = again
	if err := e.elements(); err != nil {
		return err
	}
	e.in = in
	in.Resume(again)
	return nil
}

// settle begins to read in the light of the type.
func (e *entryReader) settle() {
	if !e.settled {
		e.settled = true
		e.mapped = newMappedReader(e.payload.Type)
	}
}

// category reads the category that names the type, which must be the expected
// type or derived from it, and not abstract.
func (e *entryReader) category() error {
	if scheme, _ := e.in.Attribute(xmlread.None, "scheme"); string(scheme) != typeScheme {
		return nil
	}
	term, _ := e.in.Attribute(xmlread.None, "term")
	t := e.model.EntityType(string(term))
	switch {
	case t == nil:
		return e.in.Fail(jsonread.CodeUnknownType, "The entity has a type that does not exist", jsonread.Quote(term))
	case !t.Is(e.expected):
		return e.in.Fail(jsonread.CodeUnknownType, "The entity has a type that does not fit",
			t.QualifiedName()+" is not derived from "+e.expected.QualifiedName())
	case t.Abstract:
		return e.in.Fail(jsonread.CodeUnknownType, "The entity has a type that is abstract", t.QualifiedName())
	case t != e.payload.Type && (e.typed || e.settled):
		return e.in.Fail(jsonread.CodePayload, "An entity has one type", "")
	}
	e.payload.Type, e.typed = t, true
	return nil
}

// readContent consumes the content: the properties, or a media resource, which
// is no concern of the entity.
func (e *entryReader) readContent() error {
	in := e.in
	if _, ok := in.Attribute(xmlread.None, "src"); ok {
		return in.Skip()
	}
	in.Enter("content")
	if typ, ok := in.Attribute(xmlread.None, "type"); ok && !isXML(typ) {
		text, err := in.Text()
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(text)) > 0 {
			return in.Fail(jsonread.CodePayload, "The content of an entry is of the type application/xml", "")
		}
		in.Leave()
		return nil
	}
	for {
		more, err := in.Child()
		switch {
		case err != nil:
			return err
		case !more:
			in.Leave()
			return nil
		case in.Is(xmlread.Metadata, "properties"):
			err = e.properties()
		case in.Space() == xmlread.Other:
			err = in.Skip()
		default:
			return in.Fail(jsonread.CodePayload, "The content of an entry is the element m:properties", jsonread.Quote(in.Local()))
		}
		if err != nil {
			return err
		}
	}
}

// isXML reports whether typ is a media type of XML.
func isXML(typ []byte) bool {
	name, _, _ := strings.Cut(string(typ), ";")
	name = strings.ToLower(strings.TrimSpace(name))
	return name == "application/xml" || name == "text/xml" || strings.HasSuffix(name, "+xml")
}

// properties consumes the current element, m:properties.
func (e *entryReader) properties() error {
	in := e.in
	if e.content {
		return in.Duplicate()
	}
	e.content = true
	in.Enter("properties")
	for {
		data, more, err := in.Datum()
		switch {
		case err != nil:
			return err
		case !more:
			in.Leave()
			return nil
		case data:
			err = e.property()
		default:
			err = in.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// property reads the current element as a property. Those that are streams only
// echo how to reach them.
func (e *entryReader) property() error {
	in, t := e.in, e.payload.Type
	name := in.Local()
	p := t.Property(string(name))
	if p == nil {
		if decoded := xmlread.DecodedName(name); len(decoded) < len(name) {
			p = t.Property(string(decoded))
		}
	}
	switch {
	case p == nil:
		return e.dynamic(name)
	case p.Kind() == edm.KindStream:
		return in.Skip()
	}
	list := e.payload.Properties
	for i := range list {
		if list[i].Property == p {
			return in.Duplicate()
		}
	}
	in.Enter(p.Name)
	if e.mapped != nil {
		e.mapped.watch(in, p)
	}
	v, err := in.Value(p.TypeRef())
	if err != nil {
		return err
	}
	in.Leave()
	in.Watch(nil)
	e.assign(p, v)
	return nil
}

func (e *entryReader) assign(p *metadata.Property, v edm.Value) {
	if e.payload.Properties == nil {
		e.payload.Properties = make([]odata.Assignment, 0, len(e.payload.Type.StructuralProperties()))
	}
	e.payload.Properties = append(e.payload.Properties, odata.Assignment{Property: p, Value: v})
}

// manyNames is from how many undeclared properties on they are looked up in a
// map.
const manyNames = 16

func (e *entryReader) dynamic(local []byte) error {
	t := e.payload.Type
	if !t.IsOpen() || t.NavigationProperty(string(local)) != nil {
		return e.in.UnknownProperty(local, t.QualifiedName())
	}
	name := string(local)
	if e.hasDynamic(name) {
		return e.in.Duplicate()
	}
	v, err := e.in.Dynamic()
	if err != nil {
		return err
	}
	if e.names != nil {
		e.names[name] = struct{}{}
	}
	e.payload.Dynamic = append(e.payload.Dynamic, odata.DynamicProperty{Name: name, Value: v})
	return nil
}

func (e *entryReader) hasDynamic(name string) bool {
	list := e.payload.Dynamic
	if e.names == nil && len(list) == manyNames {
		e.names = make(map[string]struct{}, 2*manyNames)
		for i := range list {
			e.names[list[i].Name] = struct{}{}
		}
	}
	if e.names != nil {
		_, found := e.names[name]
		return found
	}
	for i := range list {
		if list[i].Name == name {
			return true
		}
	}
	return false
}

package atom

import (
	"bytes"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/xmlread"
)

// A mappedReader reads properties back from the Atom and custom elements that
// they are mapped to. It goes by the plan of the writer: only what that would
// leave out of the content is looked for, and what stands in the content counts.
// Links and categories are never looked at, since the writer keeps their
// properties in the content. Source: OData V3, CSDL extensions, m:FC_*.
//
// An element that every entry must have is no value when it could be there for
// that reason alone: a title without text and without the attribute type, and the
// author's name without text. An updated that is mapped is one.
type mappedReader struct {
	typ   *metadata.EntityType
	plan  *customPlan
	hides hidings

	told  map[string]bool // members of complex values that the content has
	found []mappedValue
}

// A mappedValue is the value that an element has for a property.
type mappedValue struct {
	from  *source
	value edm.Value
}

// isMapped reports whether t or a base type maps properties to elements.
func isMapped(t *metadata.EntityType) bool {
	for ; t != nil; t = t.Base() {
		if len(t.FeedMappings) > 0 || slices.ContainsFunc(t.Properties, func(p *metadata.Property) bool { return len(p.FeedMappings) > 0 }) {
			return true
		}
	}
	return false
}

// newMappedReader is nil for a type without mappings.
func newMappedReader(t *metadata.EntityType) *mappedReader {
	if !isMapped(t) {
		return nil
	}
	p := &odata.Projection{Type: t}
	for i, property := range t.StructuralProperties() {
		p.Fields = append(p.Fields, odata.ProjectedField{Property: property, Index: i})
	}
	m := &mappedReader{typ: t, told: map[string]bool{}}
	if m.plan, m.hides = (&compiler{}).custom(p, t); m.plan == nil {
		return nil
	}
	return m
}

// mayBeMapped reports whether the current element could be one that a property
// of the entity is mapped to, as far as its type is known.
func (e *entryReader) mayBeMapped() bool {
	if e.settled {
		return e.mapped != nil
	}
	return isMapped(e.expected) || slices.ContainsFunc(e.expected.DerivedTypes(), isMapped)
}

// element consumes the current element of the entry.
func (m *mappedReader) element(in *xmlread.Input) error {
	if in.Space() == xmlread.Atom {
		switch string(in.Local()) {
		case "title":
			return m.text(in, "title", m.plan.title)
		case "summary":
			return m.text(in, "summary", m.plan.summary)
		case "rights":
			return m.text(in, "rights", m.plan.rights)
		case "published":
			return m.date(in, "published", m.plan.published)
		case "updated":
			return m.date(in, "updated", m.plan.updated)
		case "author":
			return m.person(in, "author", &m.plan.author)
		case "contributor":
			return m.person(in, "contributor", &m.plan.contributor)
		}
	}
	return m.custom(in, m.plan.elements)
}

// wants reports whether the value of s is to be read from an element.
func (m *mappedReader) wants(s *source) bool {
	return s != nil && m.hides[m.path(s)] != shown
}

func (m *mappedReader) has(s *source) bool {
	return slices.ContainsFunc(m.found, func(v mappedValue) bool { return v.from == s })
}

// path is that of the value in the entity: Home/City.
func (m *mappedReader) path(s *source) string {
	p := m.typ.StructuralProperties()[s.index]
	path := p.Name
	for _, i := range s.members {
		p = p.TypeRef().Complex.AllProperties()[i]
		path += "/" + p.Name
	}
	return path
}

// text consumes an Atom text construct.
func (m *mappedReader) text(in *xmlread.Input, name string, t *textPlan) error {
	if t == nil || !m.wants(&t.source) {
		return in.Skip()
	}
	if m.has(&t.source) {
		return in.Duplicate()
	}
	in.Enter(name)
	kind, typed := in.Attribute(xmlread.None, "type")
	switch null, err := in.IsNull(); {
	case err != nil:
		return err
	case null:
		m.found = append(m.found, mappedValue{&t.source, edm.Null})
		err = in.Blank()
		in.Leave()
		return err
	}
	if string(kind) == "xhtml" && t.kind == "xhtml" {
		markup, err := in.Inner()
		if err != nil {
			return err
		}
		return m.add(in, &t.source, []byte(markup))
	}
	text, err := in.Text()
	if err != nil {
		return err
	}
	if len(text) == 0 && name == "title" && !typed {
		in.Leave()
		return nil
	}
	return m.add(in, &t.source, text)
}

// add notes text, which the element just read has, as the value of s, and leaves
// the element. Nothing is no value of anything but strings.
func (m *mappedReader) add(in *xmlread.Input, s *source, text []byte) error {
	defer in.Leave()
	if s.kind == edm.KindString {
		m.found = append(m.found, mappedValue{s, edm.String(string(text))})
		return nil
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	v, err := in.Parse(s.kind, text)
	if err != nil {
		return err
	}
	m.found = append(m.found, mappedValue{s, v})
	return nil
}

// date consumes an Atom date construct. Atom's dates have a zone; that of an
// Edm.DateTime, which usually has none, is UTC by the writer's doing.
func (m *mappedReader) date(in *xmlread.Input, name string, s *source) error {
	if !m.wants(s) {
		return in.Skip()
	}
	if m.has(s) {
		return in.Duplicate()
	}
	in.Enter(name)
	text, err := in.Text()
	if err != nil {
		return err
	}
	if err := m.add(in, s, text); err != nil {
		return err
	}
	if n := len(m.found); n > 0 && m.found[n-1].from == s && s.kind == edm.KindDateTime {
		v := &m.found[n-1].value
		if d := v.DateTime(); d.Zone() == edm.UTC {
			if plain, err := edm.NewDateTime(d.Ticks(), edm.NoZone); err == nil {
				*v = plain.Value()
			}
		}
	}
	return nil
}

// person consumes an Atom person construct. Of several the first one counts.
func (m *mappedReader) person(in *xmlread.Input, name string, p *person) error {
	if !m.wants(p.name) && !m.wants(p.uri) && !m.wants(p.email) {
		return in.Skip()
	}
	in.Enter(name)
	for {
		more, err := in.Child()
		switch {
		case err != nil:
			return err
		case !more:
			in.Leave()
			return nil
		case in.Is(xmlread.Atom, "name"):
			err = m.personPart(in, "name", p.name, p == &m.plan.contributor)
		case in.Is(xmlread.Atom, "uri"):
			err = m.personPart(in, "uri", p.uri, false)
		case in.Is(xmlread.Atom, "email"):
			err = m.personPart(in, "email", p.email, false)
		default:
			err = in.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// personPart consumes an element of a person, where mayBeEmpty tells that one
// without text is a value.
func (m *mappedReader) personPart(in *xmlread.Input, name string, s *source, mayBeEmpty bool) error {
	if !m.wants(s) || m.has(s) {
		return in.Skip()
	}
	in.Enter(name)
	text, err := in.Text()
	if err != nil {
		return err
	}
	if len(text) == 0 && !mayBeEmpty {
		in.Leave()
		return nil
	}
	return m.add(in, s, text)
}

// custom consumes an element that may be one of level.
func (m *mappedReader) custom(in *xmlread.Input, level []*elementPlan) error {
	for _, e := range level {
		if e.uri == in.URI() && elementName(e.name) == string(in.Local()) {
			return m.customElement(in, e)
		}
	}
	return in.Skip()
}

func (m *mappedReader) customElement(in *xmlread.Input, e *elementPlan) error {
	for i := range e.attributes {
		a := &e.attributes[i]
		if !m.wants(a.from) {
			continue
		}
		if value, ok := in.AttributeIn(e.uri, a.name()); ok {
			if m.has(a.from) {
				return in.Duplicate()
			}
			in.Enter(e.name)
			if err := m.add(in, a.from, value); err != nil {
				return err
			}
		}
	}
	switch {
	case len(e.children) > 0:
		in.Enter(e.name)
		for {
			more, err := in.Child()
			if err != nil {
				return err
			}
			if !more {
				in.Leave()
				return nil
			}
			if err := m.custom(in, e.children); err != nil {
				return err
			}
		}
	case !m.wants(e.text):
		return in.Skip()
	case m.has(e.text):
		return in.Duplicate()
	}
	in.Enter(e.name)
	text, err := in.Text()
	if err != nil {
		return err
	}
	return m.add(in, e.text, text)
}

// name is the name of the attribute without its prefix.
func (a *attributePlan) name() string {
	_, name, _ := bytes.Cut(a.start, []byte(":"))
	return string(bytes.TrimSuffix(name, []byte(`="`)))
}

// watch makes in note which members of the value of p, which comes next, the
// content has.
func (m *mappedReader) watch(in *xmlread.Input, p *metadata.Property) {
	if t := p.TypeRef(); t.Complex != nil && !t.Collection {
		in.Watch(m.told)
	}
}

// finish gives the entity the values that were found and are not in the content.
func (m *mappedReader) finish(e *entryReader) {
	for _, v := range m.found {
		p := m.typ.StructuralProperties()[v.from.index]
		at := slices.IndexFunc(e.payload.Properties, func(a odata.Assignment) bool { return a.Property == p })
		switch {
		case len(v.from.members) == 0 && at < 0:
			e.assign(p, v.value)
		case len(v.from.members) == 0:
		case at < 0:
			e.assign(p, m.with(edm.Null, false, p.Name, p.TypeRef().Complex, v.from.members, v.value))
		default:
			value := &e.payload.Properties[at].Value
			*value = m.with(*value, true, p.Name, p.TypeRef().Complex, v.from.members, v.value)
		}
	}
}

// with is v, the value of type t at path, with the member to which members lead
// set, unless the content has it. told says that the content has v.
func (m *mappedReader) with(v edm.Value, told bool, path string, t *metadata.ComplexType, members []int, member edm.Value) edm.Value {
	properties := t.AllProperties()
	values := make([]edm.Value, len(properties))
	switch {
	case !v.IsNull():
		copy(values, v.Elements())
	case told:
		return v
	default:
		for i, p := range properties {
			if p.Kind() == edm.KindCollection {
				values[i] = edm.Collection(nil)
			}
		}
	}
	at := members[0]
	path += "/" + properties[at].Name
	switch {
	case len(members) > 1:
		values[at] = m.with(values[at], m.told[path], path, properties[at].TypeRef().Complex, members[1:], member)
	case !m.told[path]:
		values[at] = member
	}
	return edm.Complex(values)
}

package jsonlight

import (
	"bytes"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// An entryReader reads one entity. Those within it have their own.
type entryReader struct {
	*jsonread.Entity
	in    *jsonread.Input
	top   bool
	hints map[string]string              // types that annotations tell for undeclared properties
	inner []*metadata.NavigationProperty // whose values have been read
}

// readEntry reads the entity that comes next.
func readEntry(in *jsonread.Input, expected *metadata.EntityType, top bool) (*odata.EntryPayload, error) {
	if err := in.OpenObject(); err != nil {
		return nil, err
	}
	if err := in.CountEntity(); err != nil {
		return nil, err
	}
	e := entryReader{Entity: in.NewEntity(expected), in: in, top: top}
	for {
		name, more, err := in.NextMember()
		if err != nil {
			return nil, err
		}
		if !more {
			return e.Payload, nil
		}
		if err := e.member(name); err != nil {
			return nil, err
		}
	}
}

func (e *entryReader) member(name []byte) error {
	switch {
	case e.top && string(name) == "odata.metadata":
		return e.checkContext()
	case string(name) == "odata.type":
		return e.readType()
	}
	if property, annotation, ok := bytes.Cut(name, []byte("@")); ok {
		return e.annotation(property, string(annotation))
	}
	if jsonread.Light.IsAnnotation(name) {
		return e.in.Skip()
	}
	if nav := e.Navigation(name); nav != nil {
		e.in.Enter(nav.Name)
		if err := e.related(nav); err != nil {
			return err
		}
		e.in.Leave()
		return nil
	}
	return e.Property(name, e.hints[string(name)])
}

// readType reads odata.type, on which the meaning of everything after it
// depends.
func (e *entryReader) readType() error {
	typ, err := e.in.ReadText()
	if err != nil {
		return err
	}
	return e.SetType(typ)
}

// annotation reads what is said about a property. Only links to bind and the
// types of undeclared properties matter.
func (e *entryReader) annotation(property []byte, annotation string) error {
	switch {
	case len(property) == 0:
		return e.in.Skip()
	case annotation == "odata.bind":
		nav := e.Navigation(property)
		if nav == nil {
			return e.in.UnknownProperty(property, e.Payload.Type.QualifiedName())
		}
		e.in.Enter(nav.Name)
		if err := e.bind(nav); err != nil {
			return err
		}
		e.in.Leave()
		return nil
	case annotation == "odata.type" && !e.IsDeclared(property):
		typ, err := e.in.ReadText()
		if err != nil {
			return err
		}
		if e.hints == nil {
			e.hints = map[string]string{}
		}
		e.hints[string(property)] = typ
		return nil
	}
	return e.in.Skip()
}

// bind reads the URLs of entities to relate: one for a single-valued
// navigation property, an array for another.
func (e *entryReader) bind(nav *metadata.NavigationProperty) error {
	if slices.Contains(e.inner, nav) {
		return e.in.FailMember(jsonread.CodePayload, "odata.bind must come before the value of the navigation property", "")
	}
	next, err := e.in.Next()
	if err != nil {
		return err
	}
	if !nav.IsCollection() {
		if next != jsonread.Text {
			return e.in.Mismatch("the URL of one entity", next)
		}
		return e.bindOne(nav)
	}
	if next != jsonread.Array {
		return e.in.Mismatch("an array of URLs", next)
	}
	if err := e.in.OpenArray(); err != nil {
		return err
	}
	for i := 0; ; i++ {
		more, err := e.in.NextItem()
		switch {
		case err != nil:
			return err
		case !more && i == 0:
			return e.in.Fail(jsonread.CodePayload, "odata.bind must not be an empty array", "")
		case !more:
			return nil
		}
		e.in.EnterItem(i)
		if err := e.bindOne(nav); err != nil {
			return err
		}
		e.in.Leave()
	}
}

func (e *entryReader) bindOne(nav *metadata.NavigationProperty) error {
	url, err := e.in.ReadText()
	if err != nil {
		return err
	}
	if err := e.in.CountEntity(); err != nil {
		return err
	}
	link := e.Link(nav)
	link.Bind = append(link.Bind, url)
	return nil
}

// related reads the value of a navigation property: entities to create, or the
// null that clears it. An empty array says nothing.
func (e *entryReader) related(nav *metadata.NavigationProperty) error {
	e.inner = append(e.inner, nav)
	if nav.IsCollection() {
		return e.relatedMany(nav)
	}
	if slices.ContainsFunc(e.Payload.Links, func(l odata.LinkPayload) bool { return l.Nav == nav }) {
		return e.in.FailMember(jsonread.CodePayload, "A navigation property to one entity has either odata.bind or a value", "")
	}
	next, err := e.in.Next()
	if err != nil {
		return err
	}
	if next == jsonread.Null {
		e.Link(nav).Null = true
		return e.in.ReadNull()
	}
	return e.relatedOne(nav)
}

func (e *entryReader) relatedOne(nav *metadata.NavigationProperty) error {
	entry, err := readEntry(e.in, nav.Target(), false)
	if err != nil {
		return err
	}
	link := e.Link(nav)
	link.Entries = append(link.Entries, entry)
	return nil
}

func (e *entryReader) relatedMany(nav *metadata.NavigationProperty) error {
	if err := e.in.OpenArray(); err != nil {
		return err
	}
	for i := 0; ; i++ {
		more, err := e.in.NextItem()
		if err != nil || !more {
			return err
		}
		e.in.EnterItem(i)
		if err := e.relatedOne(nav); err != nil {
			return err
		}
		e.in.Leave()
	}
}

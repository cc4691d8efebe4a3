package jsonread

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An Entity is an entity in the making: what both dialects do alike.
type Entity struct {
	Payload *odata.EntryPayload

	in       *Input
	expected *metadata.EntityType
	begun    bool // something has been read in the light of the type
}

// NewEntity starts an entity of the expected type.
func (in *Input) NewEntity(expected *metadata.EntityType) *Entity {
	return &Entity{Payload: &odata.EntryPayload{Type: expected}, in: in, expected: expected}
}

// SetType changes the type to the named one, which must be the expected type or
// derived from it, and not abstract. Naming the type it has is always allowed.
func (e *Entity) SetType(name string) error {
	t := e.in.model.EntityType(name)
	switch {
	case t == nil:
		return e.in.Fail(CodeUnknownType, "The entity has a type that does not exist", Quote([]byte(name)))
	case !t.Is(e.expected):
		return e.in.Fail(CodeUnknownType, "The entity has a type that does not fit",
			t.QualifiedName()+" is not derived from "+e.expected.QualifiedName())
	case t.Abstract:
		return e.in.Fail(CodeUnknownType, "The entity has a type that is abstract", t.QualifiedName())
	case t != e.Payload.Type && e.begun:
		return e.in.Fail(CodePayload, "The type of an entity must come before its properties", "")
	}
	e.Payload.Type = t
	return nil
}

// Navigation finds a navigation property of the entity's type, or nil.
func (e *Entity) Navigation(name []byte) *metadata.NavigationProperty {
	nav := e.Payload.Type.NavigationProperty(string(name))
	if nav != nil {
		e.begun = true
	}
	return nav
}

// IsDeclared reports whether the entity's type has a structural property with
// this name.
func (e *Entity) IsDeclared(name []byte) bool { return e.Payload.Type.Property(string(name)) != nil }

// Property reads the value of a member that is no navigation property. typ is
// the type an annotation has told for it, or empty; declared properties need
// none. The values of streams only echo how to reach them.
func (e *Entity) Property(name []byte, typ string) error {
	e.begun = true
	t := e.Payload.Type
	p := t.Property(string(name))
	switch {
	case p == nil:
		return e.dynamic(name, typ)
	case p.Kind() == edm.KindStream:
		return e.in.Skip()
	}
	e.in.Enter(p.Name)
	v, err := e.in.Value(p.TypeRef())
	if err != nil {
		return err
	}
	e.in.Leave()
	if e.Payload.Properties == nil {
		e.Payload.Properties = make([]odata.Assignment, 0, len(t.StructuralProperties()))
	}
	e.Payload.Properties = append(e.Payload.Properties, odata.Assignment{Property: p, Value: v})
	return nil
}

func (e *Entity) dynamic(name []byte, typ string) error {
	if !e.Payload.Type.IsOpen() || len(name) == 0 {
		return e.in.UnknownProperty(name, e.Payload.Type.QualifiedName())
	}
	e.in.enterUndeclared()
	v, ok, err := e.in.Dynamic(typ)
	if err != nil {
		return err
	}
	e.in.Leave()
	if !ok {
		return nil
	}
	e.Payload.Dynamic = append(e.Payload.Dynamic, odata.DynamicProperty{Name: string(name), Value: v})
	return nil
}

// Link is what the payload says about nav, to be added to. It is valid until
// the next call.
func (e *Entity) Link(nav *metadata.NavigationProperty) *odata.LinkPayload {
	links := e.Payload.Links
	for i := range links {
		if links[i].Nav == nav {
			return &links[i]
		}
	}
	e.Payload.Links = append(links, odata.LinkPayload{Nav: nav})
	return &e.Payload.Links[len(links)]
}

// SetNamed finds an entity set of the model's default container, or returns nil.
func (in *Input) SetNamed(name string) *metadata.EntitySet {
	if in.model == nil || in.model.DefaultContainer() == nil {
		return nil
	}
	return in.model.DefaultContainer().EntitySet(name)
}

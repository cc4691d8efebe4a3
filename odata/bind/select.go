package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// A selection is what $select names of the entities of one collection; a nil
// selection has everything that is sent by default.
type selection struct {
	star       bool // "*": all structural properties, no navigation
	properties []selectedProperty
	navigation []*selectedNavigation
}

type selectedProperty struct {
	property *metadata.Property
	only     *metadata.EntityType // the instances it was selected for; nil for all
}

// A selectedNavigation is a navigation property as a whole, or with a selection
// of its own.
type selectedNavigation struct {
	nav    *metadata.NavigationProperty
	only   *metadata.EntityType
	whole  bool
	nested selection
}

// bindSelect resolves the items of $select on the entities of c. Source: OData
// V3 URI conventions, select system query option.
func (b *Binder) bindSelect(c *collection, expanded []*expansion, items []uri.SelectItem) (*selection, *odata.Error) {
	root := new(selection)
	for i := range items {
		if err := b.selectItem(root, c, expanded, &items[i]); err != nil {
			return nil, err
		}
	}
	return root, nil
}

func (b *Binder) selectItem(s *selection, c *collection, expanded []*expansion, item *uri.SelectItem) *odata.Error {
	var only *metadata.EntityType
	for i, step := range item.Path {
		at := place{in: "$select", at: step.At}
		last := i == len(item.Path)-1
		ends := last && !item.All && item.Container == ""
		t := c.of.typ
		if only != nil {
			t = only
		}
		if step.Qualified() {
			if ends {
				return b.selectOperation(t, step.Name, at)
			}
			var err *odata.Error
			if only, err = b.pathType(c, step.Name, at); err != nil {
				return err
			}
			continue
		}
		if p := t.Property(step.Name); p != nil {
			if !ends {
				return memberSelection(at, step.Name)
			}
			s.addProperty(c, p, only)
			return nil
		}
		nav := t.NavigationProperty(step.Name)
		if nav == nil {
			return b.selectUndeclared(t, step.Name, ends, at)
		}
		selected := s.addNavigation(c, nav, only)
		if ends {
			selected.whole = true
			return nil
		}
		e := expansionOf(expanded, nav)
		if e == nil {
			return notExpanded(at, step.Name)
		}
		s, c, expanded, only = &selected.nested, e.to, e.nested, nil
	}
	switch {
	case item.All:
		s.star = true
	case item.Container != "" && b.model.Container(item.Container) == nil:
		return unknownContainer(place{in: "$select", at: item.At}, item.Container)
	}
	return nil
}

// selectUndeclared takes a name that is no property: an operation, which only
// decides what entities advertise, or an undeclared property.
func (b *Binder) selectUndeclared(t *metadata.EntityType, name string, ends bool, at place) *odata.Error {
	switch {
	case ends && b.isOperation(b.model.DefaultContainer(), name, t):
		return nil
	case t.OpenType:
		return notImplemented(at, "$select of the undeclared property "+show(name))
	}
	return unknownProperty(at, t.QualifiedName(), name, propertyNames(t))
}

// selectOperation takes an operation with its container. A type alone selects
// nothing.
func (b *Binder) selectOperation(t *metadata.EntityType, qualified string, at place) *odata.Error {
	dot := strings.LastIndexByte(qualified, '.')
	container, name := b.model.Container(qualified[:dot]), qualified[dot+1:]
	if b.isOperation(container, name, t) {
		return nil
	}
	if b.model.EntityType(qualified) != nil {
		return typeSelection(at, qualified)
	}
	return unknownProperty(at, t.QualifiedName(), qualified, nil)
}

// isOperation reports a function import that binds to entities of type t, or to
// collections of them.
func (b *Binder) isOperation(container *metadata.EntityContainer, name string, t *metadata.EntityType) bool {
	if container == nil {
		return false
	}
	for _, f := range container.ImportsNamed(name) {
		if bindsTo(f, t, false) || bindsTo(f, t, true) {
			return true
		}
	}
	return false
}

// bindsTo reports whether the binding parameter of f takes entities of type t.
func bindsTo(f *metadata.FunctionImport, t *metadata.EntityType, collection bool) bool {
	if !f.IsBindable || len(f.Parameters) == 0 {
		return false
	}
	binding := f.Parameters[0].TypeRef()
	return binding.Entity != nil && binding.Collection == collection && t.Is(binding.Entity)
}

func (s *selection) addProperty(c *collection, p *metadata.Property, only *metadata.EntityType) {
	for i := range s.properties {
		if s.properties[i].property == p {
			s.properties[i].only = c.wider(s.properties[i].only, only)
			return
		}
	}
	s.properties = append(s.properties, selectedProperty{p, only})
}

func (s *selection) addNavigation(c *collection, nav *metadata.NavigationProperty, only *metadata.EntityType) *selectedNavigation {
	for _, n := range s.navigation {
		if n.nav == nav {
			n.only = c.wider(n.only, only)
			return n
		}
	}
	n := &selectedNavigation{nav: nav, only: only}
	s.navigation = append(s.navigation, n)
	return n
}

// property finds p in the selection. onSelect properties must be named; the
// others are in "*", too.
func (s *selection) property(p *metadata.Property) (only *metadata.EntityType, selected bool) {
	for i := range s.properties {
		if s.properties[i].property == p {
			if s.star && !p.OnSelect {
				return nil, true
			}
			return s.properties[i].only, true
		}
	}
	return nil, s.star && !p.OnSelect
}

func (s *selection) navigationTo(nav *metadata.NavigationProperty) *selectedNavigation {
	for _, n := range s.navigation {
		if n.nav == nav {
			return n
		}
	}
	return nil
}

func expansionOf(level []*expansion, nav *metadata.NavigationProperty) *expansion {
	for _, e := range level {
		if e.nav == nav {
			return e
		}
	}
	return nil
}

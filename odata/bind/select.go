package bind

import (
	"slices"

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
	operations []selectedOperation
	dynamic    []string // undeclared properties
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

// A selectedOperation is all operations of a container that have a name, or all
// of its operations.
type selectedOperation struct {
	container *metadata.EntityContainer
	name      string // empty for all
	only      *metadata.EntityType
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
				return b.selectOperation(s, t, only, step.Name, at)
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
		switch {
		case nav != nil:
		case t.IsOpen() && ends:
			s.dynamic = append(s.dynamic, step.Name)
			return nil
		case t.IsOpen():
			return memberSelection(at, step.Name)
		case ends:
			return b.selectOperation(s, t, only, step.Name, at)
		default:
			return unknownProperty(at, t.QualifiedName(), step.Name, propertyNames(t))
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
	case item.Container != "":
		container := b.model.Container(item.Container)
		if container == nil {
			return unknownContainer(place{in: "$select", at: item.At}, item.Container)
		}
		s.operations = append(s.operations, selectedOperation{container: container, only: only})
	}
	return nil
}

// selectOperation takes an operation with or without its container, which
// decides what entities advertise. A type alone selects nothing.
func (b *Binder) selectOperation(s *selection, t, only *metadata.EntityType, text string, at place) *odata.Error {
	container, name := b.named(text)
	switch {
	case b.isOperation(container, name, t):
		s.operations = append(s.operations, selectedOperation{container, name, only})
		return nil
	case b.model.EntityType(text) != nil:
		return typeSelection(at, text)
	case name != text:
		return unknownProperty(at, t.QualifiedName(), text, nil)
	}
	return unknownProperty(at, t.QualifiedName(), text, propertyNames(t))
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

// operation finds f in the selection.
func (s *selection) operation(c *collection, f *metadata.FunctionImport) (only *metadata.EntityType, selected bool) {
	for _, o := range s.operations {
		if o.name != "" && o.name != f.Name || !slices.Contains(o.container.ImportsNamed(f.Name), f) {
			continue
		}
		if selected {
			only = c.wider(only, o.only)
		} else {
			only, selected = o.only, true
		}
	}
	return only, selected
}

// dynamicNames are the undeclared properties, each once, sorted.
func (s *selection) dynamicNames() []string {
	slices.Sort(s.dynamic)
	return slices.Compact(s.dynamic)
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

package bind

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A collection is an entity set narrowed to one of its types, and what a
// request for it without $select and $expand gets. All of it is shared between
// requests and must not be changed; slices are clipped, so that appending to
// one copies it.
type collection struct {
	set *set
	of  *entity

	// The members of the type, then those that only derived types have. Named
	// streams know their type by themselves.
	structure  []odata.ProjectedField // Index is not set
	streams    []*metadata.Property
	navigation []odata.ProjectedNavigation
	operations []odata.ProjectedOperation // bound to one entity
	open       bool                       // some of the types are

	fields     []*metadata.Property
	projection *odata.Projection
	counted    *odata.Projection // of $count, which sends no fields
	key        []*metadata.Property
	linked     *odata.Projection // of links, which need the key only

	order  []odata.Order // the set's default order
	stable []odata.Order // the same, made total
	byKey  []odata.Order
}

func newCollection(s *set, of *entity, operations []*metadata.FunctionImport) *collection {
	c := &collection{set: s, of: of, open: of.typ.IsOpen()}
	for _, p := range of.typ.StructuralProperties() {
		c.structure = append(c.structure, odata.ProjectedField{Property: p})
	}
	c.streams = slices.Clone(of.typ.NamedStreams())
	for _, nav := range of.typ.AllNavigationProperties() {
		c.navigation = append(c.navigation, odata.ProjectedNavigation{Nav: nav, Index: -1})
	}
	c.bind(operations, of.typ, nil)
	for _, derived := range of.typ.DerivedTypes() {
		c.open = c.open || derived.IsOpen()
		base := derived.Base()
		for _, p := range derived.StructuralProperties()[len(base.StructuralProperties()):] {
			c.structure = append(c.structure, odata.ProjectedField{Property: p, Only: derived})
		}
		c.streams = append(c.streams, derived.NamedStreams()[len(base.NamedStreams()):]...)
		for _, nav := range derived.NavigationProperties {
			c.navigation = append(c.navigation, odata.ProjectedNavigation{Nav: nav, Index: -1, Only: derived})
		}
		c.bind(operations, derived, derived)
	}
	shaped := c.shape(nil, nil)
	c.fields, c.projection = slices.Clip(shaped.fields), shaped.projection

	c.counted = &odata.Projection{Set: s.declared, Type: of.typ}
	links := shape{}
	c.linked = &odata.Projection{Set: s.declared, Type: of.typ, Key: links.positions(of.typ.KeyProperties())}
	c.key = slices.Clip(links.fields)
	c.byKey = slices.Clip(of.totalOrder(nil))
	return c
}

// bind adds the operations bound to type t: all that entities of c's type have,
// or with only, those that begin with that derived type.
func (c *collection) bind(operations []*metadata.FunctionImport, t, only *metadata.EntityType) {
	for _, f := range operations {
		if bindsTo(f, t, false) && (only == nil || f.Parameters[0].TypeRef().Entity == only) {
			c.operations = append(c.operations, odata.ProjectedOperation{Import: f, Only: only})
		}
	}
}

// propertyNames are what a path can go on with, for suggestions.
func propertyNames(t *metadata.EntityType) []string {
	var names []string
	for _, p := range t.AllProperties() {
		names = append(names, p.Name)
	}
	for _, nav := range t.AllNavigationProperties() {
		names = append(names, nav.Name)
	}
	return names
}

func memberNames(t *metadata.ComplexType) []string {
	var names []string
	for _, p := range t.AllProperties() {
		names = append(names, p.Name)
	}
	return names
}

// totalOrder appends to order the key properties it lacks, ascending: where a
// page is cut, no two entities may be equal. Source: OData V3 URI conventions,
// evaluation of system query options.
func (e *entity) totalOrder(order []odata.Order) []odata.Order {
	total := make([]odata.Order, 0, len(order)+len(e.key))
	total = append(total, order...)
	for _, key := range e.key {
		if !sortsBy(order, key.Property) {
			total = append(total, odata.Order{By: key})
		}
	}
	return total
}

// sortsBy reports whether a term of order is the property p of $it itself.
func sortsBy(order []odata.Order, p *metadata.Property) bool {
	for _, o := range order {
		if m, ok := o.By.(*odata.Member); ok && m.Property == p {
			if v, ok := m.Of.(*odata.Variable); ok && v.Depth == 0 {
				return true
			}
		}
	}
	return false
}

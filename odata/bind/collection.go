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

	// The members of the type, then those that only derived types have.
	structure  []odata.ProjectedField // Index is not set
	navigation []odata.ProjectedNavigation
	open       bool // some of the types are

	fields     []*metadata.Property
	projection *odata.Projection
	counted    *odata.Projection // of $count, which sends no fields

	order  []odata.Order // the set's default order
	stable []odata.Order // the same, made total
}

func newCollection(s *set, of *entity) *collection {
	c := &collection{set: s, of: of, open: of.typ.OpenType}
	for _, p := range of.typ.StructuralProperties() {
		c.structure = append(c.structure, odata.ProjectedField{Property: p})
	}
	for _, nav := range of.typ.AllNavigationProperties() {
		c.navigation = append(c.navigation, odata.ProjectedNavigation{Nav: nav, Index: -1})
	}
	for _, derived := range of.typ.DerivedTypes() {
		c.open = c.open || derived.OpenType
		for _, p := range derived.StructuralProperties()[len(derived.Base().StructuralProperties()):] {
			c.structure = append(c.structure, odata.ProjectedField{Property: p, Only: derived})
		}
		for _, nav := range derived.NavigationProperties {
			c.navigation = append(c.navigation, odata.ProjectedNavigation{Nav: nav, Index: -1, Only: derived})
		}
	}
	for base := of.typ; base != nil; base = base.Base() {
		c.open = c.open || base.OpenType
	}
	c.counted = &odata.Projection{Set: s.declared, Type: of.typ}
	shaped := c.shape(nil, nil)
	c.fields, c.projection = slices.Clip(shaped.fields), shaped.projection
	return c
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

package bind

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A shape is what rows hold and how much of it is sent.
type shape struct {
	fields     []*metadata.Property
	projection *odata.Projection
	expand     []odata.Expansion
}

// shape applies $select and $expand to the entities of c. Without either it is
// the prepared one. Rows hold the selected properties, the key and the
// concurrency tokens: links and the ETag need those whatever is selected.
func (c *collection) shape(selected *selection, expanded []*expansion) shape {
	if selected == nil && expanded == nil && c.projection != nil {
		return shape{fields: c.fields, projection: c.projection}
	}
	p := &odata.Projection{Set: c.set.declared, Type: c.of.typ}
	s := shape{projection: p, fields: make([]*metadata.Property, 0, len(c.structure))}
	for _, field := range c.structure {
		only, ok := field.Only, !field.Property.OnSelect
		if selected != nil {
			var named *metadata.EntityType
			if named, ok = selected.property(field.Property); ok {
				only, ok = both(only, named)
			}
		}
		if ok {
			p.Fields = append(p.Fields, odata.ProjectedField{Property: field.Property, Index: len(s.fields), Only: only})
			s.fields = append(s.fields, field.Property)
		}
	}
	p.Key = s.positions(c.of.typ.KeyProperties())
	p.Tokens = s.positions(c.of.typ.ConcurrencyTokens())
	for _, stream := range c.streams {
		ok := !stream.OnSelect
		if selected != nil {
			_, ok = selected.property(stream)
		}
		if ok {
			p.Streams = append(p.Streams, stream)
		}
	}
	for _, operation := range c.operations {
		ok := true
		if selected != nil {
			var named *metadata.EntityType
			if named, ok = selected.operation(c, operation.Import); ok {
				operation.Only, ok = both(operation.Only, named)
			}
		}
		if ok {
			p.Operations = append(p.Operations, operation)
		}
	}
	p.Dynamic = c.open && (selected == nil || selected.star)
	if selected != nil && !selected.star && len(selected.dynamic) > 0 {
		p.Dynamic, p.DynamicNames = true, selected.dynamicNames()
	}
	for _, nav := range c.navigation {
		s.navigate(nav, selected, expanded)
	}
	return s
}

// positions finds properties among the fields of rows and adds those that are
// missing.
func (s *shape) positions(properties []*metadata.Property) []int {
	if len(properties) == 0 {
		return nil
	}
	q := odata.Query{Fields: s.fields}
	at := make([]int, len(properties))
	for i, p := range properties {
		at[i] = q.AddField(p)
	}
	s.fields = q.Fields
	return at
}

// navigate mentions a navigation property, and inlines what it leads to when
// it is expanded. A property that $select leaves out is not expanded either.
func (s *shape) navigate(nav odata.ProjectedNavigation, selected *selection, expanded []*expansion) {
	var nested *selection
	if selected != nil {
		n := selected.navigationTo(nav.Nav)
		if n == nil {
			return
		}
		var ok bool
		if nav.Only, ok = both(nav.Only, n.only); !ok {
			return
		}
		if !n.whole {
			nested = &n.nested
		}
	}
	if e := expansionOf(expanded, nav.Nav); e != nil {
		if only, ok := both(nav.Only, e.only); ok {
			if only != nav.Only {
				nav.ExpandOnly = only
			}
			s.inline(&nav, e, nested)
		}
	}
	s.projection.Navigation = append(s.projection.Navigation, nav)
}

// inline asks for what a navigation property leads to, with the fields that rows
// on either side find each other by.
func (s *shape) inline(nav *odata.ProjectedNavigation, e *expansion, nested *selection) {
	inner := e.to.shape(nested, e.nested)
	nav.Index, nav.Expanded = len(s.expand), inner.projection
	s.positions(e.join.from)
	inner.positions(e.join.to)
	q := &odata.Query{Set: e.to.set.declared, Type: e.to.of.typ, Fields: inner.fields, Expand: inner.expand}
	if nav.Nav.IsCollection() {
		q.OrderBy = e.to.defaultOrder(false)
	}
	s.expand = append(s.expand, odata.Expansion{Nav: nav.Nav, Query: q})
}

// both is the type that has the instances which two types have in common, nil
// being all. Types of different branches have none.
func both(a, b *metadata.EntityType) (t *metadata.EntityType, ok bool) {
	switch {
	case a == nil, b.Is(a):
		return b, true
	case b == nil, a.Is(b):
		return a, true
	}
	return nil, false
}

// defaultOrder is the set's own order; total where a page is cut.
func (c *collection) defaultOrder(cut bool) []odata.Order {
	if cut || c.set.paged {
		return c.stable
	}
	return c.order
}

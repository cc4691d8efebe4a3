package eval

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A Layout says where things stand in the rows an expression will be evaluated
// on: Row.Values is parallel to Fields and Row.Related to Expand.
type Layout struct {
	// Type is the type of rows whose own Type is nil.
	Type *metadata.EntityType

	Fields []*metadata.Property
	Expand []odata.Expansion

	// Follow takes the place of Expand where it is not nil. It is for providers
	// that hold their entities linked in memory: conditions then follow the
	// links, and no row has to be loaded together with what it is related to.
	// It is called while an expression is compiled, once for each navigation,
	// and its error is passed on.
	Follow func(nav *metadata.NavigationProperty) (Step, error)
}

// A Step leads from an entity along one navigation property.
type Step struct {
	// Layout is that of the related rows.
	Layout Layout

	// Row returns the i-th entity, from 0, that the one in row is related to,
	// and nil beyond the last. The row must stay as it is until the evaluation
	// ends. An error ends the evaluation and is passed on. What is compiled is
	// safe for concurrent use if Row is.
	Row func(row *odata.Row, i int) (*odata.Row, error)
}

// LayoutOf is the layout of the rows that answer q.
func LayoutOf(q *odata.Query) Layout {
	return Layout{Type: q.Type, Fields: q.Fields, Expand: q.Expand}
}

// field returns the position of p in a row's Values.
func (l *Layout) field(p *metadata.Property) (int, error) {
	if i := slices.Index(l.Fields, p); i >= 0 {
		return i, nil
	}
	return 0, notLoaded(p.DeclaringType() + "/" + p.Name)
}

// expansion returns the position in a row's Related of the entities that nav
// leads to, and their layout. An expansion that begins in the middle does not
// hold the entities a condition asks about. One that may end early is the second
// choice: see trail.isCut.
func (l *Layout) expansion(nav *metadata.NavigationProperty) (int, *Layout, error) {
	found := -1
	for i, x := range l.Expand {
		if x.Nav != nav || x.Query == nil || x.Query.Skip != 0 || x.Query.After != nil {
			continue
		}
		if found < 0 || l.Expand[found].Query.Top != nil && x.Query.Top == nil {
			found = i
		}
	}
	if found < 0 {
		return 0, nil, notLoaded(nav.Name)
	}
	target := LayoutOf(l.Expand[found].Query)
	if target.Type == nil {
		target.Type = nav.Target()
	}
	return found, &target, nil
}

// typeOf is the type of the entity in row.
func (l *Layout) typeOf(row *odata.Row) *metadata.EntityType {
	if row.Type != nil {
		return row.Type
	}
	return l.Type
}

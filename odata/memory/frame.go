package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
)

// A frame is what the model says about one set of a store: where everything
// stands in its entities.
type frame struct {
	position int // among the store's sets
	set      *metadata.EntitySet

	// fields are the properties a row has values for: those of the set's type,
	// then those that only derived types have. Behind them stands the position
	// of the entity in its collection.
	fields []*metadata.Property
	at     map[*metadata.Property]int

	roles []role
}

// A role is one direction in which links leave the entities of a set.
type role struct {
	association *metadata.Association
	end         int    // of the entities, in association
	name        string // of that end

	target *frame
	back   int // the role of the target that leads back
}

func newFrame(position int, set *metadata.EntitySet) *frame {
	f := &frame{position: position, set: set, fields: allFields(set.Type()), at: map[*metadata.Property]int{}}
	for i, p := range f.fields {
		f.at[p] = i
	}
	return f
}

// allFields are the properties that entities of t and of its derived types have
// values for.
func allFields(t *metadata.EntityType) []*metadata.Property {
	fields := slices.Clone(t.StructuralProperties())
	for _, d := range t.DerivedTypes() {
		fields = append(fields, d.StructuralProperties()[len(d.Base().StructuralProperties()):]...)
	}
	return fields
}

// role finds the role whose links nav follows, or returns -1 when no association
// set binds it.
func (f *frame) role(nav *metadata.NavigationProperty) int {
	return slices.IndexFunc(f.roles, func(r role) bool { return r.association == nav.Association() && r.name == nav.FromRole })
}

// near and far are the association's ends: that of the entities, and that of
// those they are linked to.
func (r *role) near() *metadata.AssociationEnd { return &r.association.Ends[r.end] }
func (r *role) far() *metadata.AssociationEnd  { return &r.association.Ends[1-r.end] }

// hasStreams reports whether entities of the set can have any stream.
func (f *frame) hasStreams() bool {
	has := func(t *metadata.EntityType) bool { return t.IsMediaEntity() || len(t.NamedStreams()) > 0 }
	return has(f.set.Type()) || slices.ContainsFunc(f.set.Type().DerivedTypes(), has)
}

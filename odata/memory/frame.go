package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
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

	key   []int // positions of the key's parts in fields, in its order
	roles []role
	made  []made // the properties that the store can make values for

	computed []fieldComputed

	// references are the bonds in which the set's entities are the dependent ones.
	references []*bond
}

// A bond is an association set: where an association's links are.
type bond struct {
	association *metadata.Association
	frames      [2]*frame               // by end of the association
	roles       [2]int                  // in frames
	types       [2]*metadata.EntityType // of the ends

	// dependent is the end whose entities hold the keys of those they are linked
	// to, -1 without a referential constraint. fields are the positions of the
	// properties that do, in the order of that key, and loose those of them that
	// can be null; fixed tells that all are parts of the dependent's own key.
	dependent int
	fields    []int
	loose     []int
	fixed     bool
}

// A role is one direction in which links leave the entities of a set.
type role struct {
	*bond
	end  int    // of the entities, in association
	name string // of that end

	target *frame
	back   int // the role of the target that leads back
}

// bind finds the roles of all frames, from the association sets of the container
// and of those it extends.
func (s *Store) bind(container *metadata.EntityContainer) (bonds []*bond) {
	if container.Extends != "" {
		bonds = s.bind(s.model.Container(container.Extends))
	}
	for _, set := range container.AssociationSets {
		b := &bond{association: s.model.Association(set.Association), dependent: -1}
		for _, end := range set.Ends {
			position := 0
			if b.association.Ends[1].Role == end.Role {
				position = 1
			}
			b.frames[position] = s.frame(end.EntitySet)
			b.types[position] = s.model.EntityType(b.association.Ends[position].Type)
		}
		for end, f := range b.frames {
			b.roles[end] = len(f.roles)
			f.roles = append(f.roles, role{bond: b, end: end, name: b.association.Ends[end].Role, target: b.frames[1-end]})
		}
		for end, f := range b.frames {
			f.roles[b.roles[end]].back = b.roles[1-end]
		}
		b.constrain()
		bonds = append(bonds, b)
	}
	return bonds
}

// constrain finds where the dependent entities hold keys. Source: CSDL 3.0,
// ReferentialConstraint.
func (b *bond) constrain() {
	c := b.association.Constraint
	if c == nil {
		return
	}
	b.dependent = 0
	if b.association.Ends[1].Role == c.DependentRole {
		b.dependent = 1
	}
	f := b.frames[b.dependent]
	b.fixed = true
	for _, p := range b.types[1-b.dependent].KeyProperties() {
		name := c.DependentProperties[slices.Index(c.PrincipalProperties, p.Name)]
		field := f.at[b.types[b.dependent].Property(name)]
		b.fields = append(b.fields, field)
		isKey := slices.Contains(f.key, field)
		b.fixed = b.fixed && isKey
		if !isKey && !f.fields[field].NotNull {
			b.loose = append(b.loose, field)
		}
	}
	f.references = append(f.references, b)
}

// reference is the key that a dependent entity holds; ok is false where a part of
// it is null, and for entities of other types.
func (b *bond) reference(n *node) (key []edm.Value, ok bool) {
	if !n.row.Type.Is(b.types[b.dependent]) {
		return nil, false
	}
	key = make([]edm.Value, len(b.fields))
	for i, field := range b.fields {
		if key[i] = n.row.Values[field]; key[i].IsNull() {
			return nil, false
		}
	}
	return key, true
}

func newFrame(position int, set *metadata.EntitySet) *frame {
	f := &frame{position: position, set: set, fields: allFields(set.Type()), at: map[*metadata.Property]int{}}
	for i, p := range f.fields {
		f.at[p] = i
	}
	for _, p := range set.Type().KeyProperties() {
		f.key = append(f.key, f.at[p])
	}
	f.made = makes(f)
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

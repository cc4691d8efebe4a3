package memory

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A loader makes the first snapshot of a store, and notes everything that is
// wrong with the data.
type loader struct {
	store    *Store
	snapshot *snapshot
	bonds    []*bond
	problems []error

	// flawed are the sets that lack entities because those were wrong. What
	// refers to them is not wrong for that reason.
	flawed map[*frame]bool
}

// A bond is an association set: where an association's links are.
type bond struct {
	association *metadata.Association
	frames      [2]*frame // by end of the association
	roles       [2]int    // in frames
	known       map[[2]int32]bool
}

func (l *loader) report(text string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(text, args...))
}

// bindAssociations finds the roles of all frames, from the association sets of
// the container and of those it extends.
func (l *loader) bindAssociations(container *metadata.EntityContainer) {
	model := l.store.model
	if container.Extends != "" {
		l.bindAssociations(model.Container(container.Extends))
	}
	for _, s := range container.AssociationSets {
		b := &bond{association: model.Association(s.Association), known: map[[2]int32]bool{}}
		for _, end := range s.Ends {
			position := 0
			if b.association.Ends[1].Role == end.Role {
				position = 1
			}
			b.frames[position] = l.store.frame(end.EntitySet)
		}
		for end, f := range b.frames {
			b.roles[end] = len(f.roles)
			f.roles = append(f.roles, role{association: b.association, end: end,
				name: b.association.Ends[end].Role, target: b.frames[1-end]})
		}
		for end, f := range b.frames {
			f.roles[b.roles[end]].back = b.roles[1-end]
		}
		l.bonds = append(l.bonds, b)
	}
}

// entities checks the entities of one set and makes its collection.
func (l *loader) entities(f *frame, list []Entity) {
	c := compileSchema(l.schema(f.set), true)
	nodes := make([]node, len(list))
	values := make([]edm.Value, len(list)*(len(f.fields)+1))
	links := make([][]int32, len(list)*len(f.roles))
	made := &collection{frame: f, nodes: make([]*node, 0, len(list))}
	l.snapshot.collections[f.position] = made
	for i := range list {
		if c.full() {
			break
		}
		checked, ok := c.entity(i, &list[i])
		if !ok {
			continue
		}
		k := &c.kinds[checked.kind]
		n := &nodes[len(made.nodes)]
		n.row = odata.Row{Type: k.declared, Dynamic: checked.dynamic}
		n.row.Values, values = cut(values, len(f.fields)+1)
		n.links, links = cut(links, len(f.roles))
		for j, p := range k.properties {
			n.row.Values[f.at[p]] = checked.values[j]
		}
		n.row.Values[f.place()] = edm.Int32(int32(len(made.nodes)))
		made.nodes = append(made.nodes, n)
	}
	made.index = c.indexKeys()
	for _, problem := range c.problems {
		l.report("Entities of %s: %w", f.set.Name, problem)
	}
	if len(c.problems) > 0 {
		l.flawed[f] = true
	}
}

// indexKeys makes an index of the entities so far. It is empty where two have the
// same key.
func (c *compiler) indexKeys() *index {
	sound := len(c.problems) == 0
	if c.kinds != nil {
		x, err := newIndex(c.key, c.keys)
		if err == nil {
			return x
		}
		if sound { // otherwise it counts the rows without those that were wrong
			c.problems = append(c.problems, err)
		}
	}
	return &index{key: c.key}
}

// cut takes the first n elements off a slice.
func cut[T any](from []T, n int) (first, rest []T) { return from[:n:n], from[n:] }

// schema is what the model says about one set, in the form of Rows.
func (l *loader) schema(set *metadata.EntitySet) odata.Schema {
	s := odata.Schema{Entity: set.Type()}
	for base := set.Type().Base(); base != nil; base = base.Base() {
		s.Derived = append(s.Derived, base)
	}
	s.Derived = append(s.Derived, set.Type().DerivedTypes()...)
	for _, part := range l.store.model.Schemas {
		s.Complex = append(s.Complex, part.ComplexTypes...)
		s.Enums = append(s.Enums, part.EnumTypes...)
	}
	return s
}

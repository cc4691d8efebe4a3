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
	known    map[*bond]map[[2]int32]bool // links, from the first end to the second
	problems []error

	// flawed are the sets that lack entities because those were wrong. What
	// refers to them is not wrong for that reason.
	flawed map[*frame]bool
}

func (l *loader) report(text string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(text, args...))
}

// entities checks the entities of one set and makes its collection.
func (l *loader) entities(f *frame, list []Entity) {
	c := compileSchema(l.schema(f.set), true)
	c.computed = f.isComputed
	nodes := make([]node, len(list))
	values := make([]edm.Value, len(list)*(len(f.fields)+1))
	ends := make([]links, len(list)*len(f.roles))
	made := make([]*node, 0, len(list))
	for i := range list {
		if c.full() {
			break
		}
		checked, ok := c.entity(i, &list[i])
		if !ok {
			continue
		}
		k := &c.kinds[checked.kind]
		n := &nodes[len(made)]
		n.row = odata.Row{Type: k.declared, Dynamic: checked.dynamic}
		n.row.Values, values = cut(values, len(f.fields)+1)
		n.links, ends = cut(ends, len(f.roles))
		for j, p := range k.properties {
			n.row.Values[f.at[p]] = checked.values[j]
		}
		n.row.Values[f.place()] = edm.Int32(int32(len(made)))
		made = append(made, n)
	}
	x := c.indexKeys()
	loaded := &collection{frame: f, nodes: vectorOf(made), next: int32(len(made)), live: len(made), counters: countersOf(f, made)}
	loaded.index = index{key: x.key, nodes: loaded, byKey: x.byKey, known: new(orders)}
	l.snapshot.collections[f.position] = loaded
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

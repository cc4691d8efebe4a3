package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Nodes hold null for computed properties: what they are depends on the request.
// Reads that ask for one see copies of rows in which it is computed; all others
// see the nodes' own rows, as without computed properties.

// A fieldComputed is a computed property of the entities of a frame.
type fieldComputed struct {
	property *metadata.Property
	field    int
	of       *metadata.EntityType // that has the property; nil: all have
	inputs   []int                // fields
	by       *typed.Computation
}

// compute finds the properties that are computed. The error tells all mistakes.
func (s *Store) compute(list []typed.Computation) (mistakes []error) {
	for i := range list {
		c := &list[i]
		if err := s.computeOne(c); err != nil {
			mistakes = append(mistakes, fmt.Errorf("Computed: %w", err))
		}
	}
	for _, f := range s.frames {
		for _, b := range f.references {
			for _, field := range b.fields {
				if b.frames[b.dependent] == f && f.isComputed(f.fields[field]) {
					mistakes = append(mistakes, fmt.Errorf("Computed: %s/%s: the property refers to another entity, so it must be stored", f.set.Name, f.fields[field].Name))
				}
			}
		}
	}
	return mistakes
}

func (s *Store) computeOne(c *typed.Computation) error {
	if err := c.Err(); err != nil {
		return err
	}
	set, name, _ := strings.Cut(c.Path(), "/")
	f := s.frame(set)
	switch {
	case c.Row() != nil:
		return fmt.Errorf("%q: a store has no rows of %s; define the property by typed.ComputedValue", c.Path(), c.Row())
	case f == nil:
		return fmt.Errorf("%q: the model has no entity set %q in its default container", c.Path(), set)
	}
	found := false
	for field, p := range f.fields {
		if p.Name != name {
			continue
		}
		found = true
		if f.isComputed(p) {
			return fmt.Errorf("%q: the property is computed twice", c.Path())
		}
		if err := c.Claim(p, slices.Contains(f.key, field)); err != nil {
			return err
		}
		made := fieldComputed{property: p, field: field, by: c}
		for _, t := range append([]*metadata.EntityType{f.set.Type()}, f.set.Type().DerivedTypes()...) {
			if t.QualifiedName() == p.DeclaringType() && t != f.set.Type() {
				made.of = t
			}
		}
		owner := made.of
		if owner == nil {
			owner = f.set.Type()
		}
		for _, input := range c.Inputs() {
			at, ok := f.at[owner.Property(input)]
			if !ok {
				return fmt.Errorf("%q: %s has no property %q for its input", c.Path(), owner.QualifiedName(), input)
			}
			made.inputs = append(made.inputs, at)
		}
		f.computed = append(f.computed, made)
		s.computes = true
	}
	if !found {
		return fmt.Errorf("%q: the entities of %s have no property %q", c.Path(), set, name)
	}
	for i := range f.computed {
		for _, input := range f.computed[i].inputs {
			if f.isComputed(f.fields[input]) {
				return fmt.Errorf("%q: its input %s is computed itself; begin with what is stored", f.computed[i].by.Path(), f.fields[input].Name)
			}
		}
	}
	f.made = slices.DeleteFunc(f.made, func(m made) bool { return f.isComputed(m.property) })
	return nil
}

// computing is the computed property at a field, nil for one that is stored.
func (f *frame) computing(field int) *fieldComputed {
	for i := range f.computed {
		if f.computed[i].field == field {
			return &f.computed[i]
		}
	}
	return nil
}

func (f *frame) isComputed(p *metadata.Property) bool {
	at, ok := f.at[p]
	return ok && f.computing(at) != nil
}

// value computes the property of an entity.
func (c *fieldComputed) value(v *visit, row *odata.Row) (edm.Value, error) {
	if c.of != nil && !row.Type.Is(c.of) {
		return edm.Null, nil
	}
	v.inputs = v.inputs[:0]
	for _, field := range c.inputs {
		v.inputs = append(v.inputs, row.Values[field])
	}
	made := c.by.Value(v.ctx, v.inputs)
	switch {
	case made.IsNull() && c.property.NotNull:
		return made, odata.Internalf("memory: Computed(%q) has yielded null for a property that is never null", c.by.Path())
	case !made.IsNull() && made.Kind() != c.property.Kind():
		return made, odata.Internalf("memory: Computed(%q) has yielded an %v for an %v", c.by.Path(), made.Kind(), c.property.Kind())
	}
	return made, nil
}

// newVisit is a read of entities of home in a state of the store.
func (s *Store) newVisit(ctx context.Context, state *snapshot, home *collection) *visit {
	if s.computes {
		ctx = fixed(ctx)
	}
	return &visit{ctx: ctx, model: s.model, snapshot: state, home: home, computes: s.computes}
}

// want notes the computed properties that expressions ask for.
func (v *visit) want(exprs []odata.Expr) {
	if !v.computes {
		return
	}
	var visit func(e odata.Expr) bool
	visit = func(e odata.Expr) bool {
		switch e := e.(type) {
		case *odata.Member:
			if !slices.Contains(v.wanted, e.Property) && slices.ContainsFunc(v.snapshot.collections, func(c *collection) bool { return c.isComputed(e.Property) }) {
				v.wanted = append(v.wanted, e.Property)
			}
		case *odata.Navigate:
			odata.Walk(e.Where, visit)
		}
		return true
	}
	for _, e := range exprs {
		odata.Walk(e, visit)
	}
}

// shown is how expressions see the rows of c's nodes: as they are where none of
// the properties that they ask for is computed. Otherwise all rows are shown in
// the same memory: whoever evaluates looks at one at a time.
func (v *visit) shown(c *collection) func(n *node) (*odata.Row, error) {
	var computed []*fieldComputed
	for i := range c.computed {
		if slices.Contains(v.wanted, c.computed[i].property) {
			computed = append(computed, &c.computed[i])
		}
	}
	if len(computed) == 0 {
		return nil
	}
	var shown odata.Row
	return func(n *node) (*odata.Row, error) {
		values := append(shown.Values[:0], n.row.Values...)
		shown = n.row
		shown.Values = values
		var err error
		for _, c := range computed {
			if shown.Values[c.field], err = c.value(v, &n.row); err != nil {
				return nil, err
			}
		}
		return &shown, nil
	}
}

package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A visit is one read's way through a store: it sees one snapshot, whatever is
// written meanwhile, and is the table of the entities that are asked for. It is
// used by one goroutine.
type visit struct {
	ctx      context.Context
	model    *metadata.Model
	snapshot *snapshot
	home     *collection

	passed int // entities looked at

	computes bool                 // some properties of the store are computed
	wanted   []*metadata.Property // those that expressions ask for
	inputs   []edm.Value          // of one that is being computed
}

// visit begins a read of entities of f.
func (s *Store) visit(ctx context.Context, f *frame, q *odata.Query) (*visit, error) {
	if !f.fits(q) {
		return nil, f.foreign()
	}
	snapshot, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	return s.newVisit(ctx, snapshot, snapshot.of(f)), nil
}

// fits reports that q asks for entities of f.
func (f *frame) fits(q *odata.Query) bool {
	return q.Set == f.set && q.Type != nil && q.Type.Is(f.set.Type())
}

func (f *frame) foreign() error {
	return odata.Internalf("memory: the store's set %s was asked with a query of another set or model", f.set.Name)
}

// reader answers queries for the entities at home.
func (v *visit) reader() *reader[*node] {
	return &reader[*node]{table: v, index: &v.home.index, visit: v}
}

func (v *visit) rows(context.Context) (rowsOf[*node], error) {
	home := v.home
	return rowsOf[*node]{n: home.live, at: func(number int) *node { return home.nodes.at(int32(number)) }, number: home.numberOf,
		scan: func(ctx context.Context, _ int) iter.Seq2[*node, error] { return home.nodes.scan(ctx) }}, nil
}

// view copies no values where the fields stand in the node's row as they are
// asked for.
func (v *visit) view(_ context.Context, q *odata.Query, fields []*metadata.Property) (view[*node], error) {
	streams := len(q.Type.NamedStreams())
	fill := func(row *odata.Row, n *node) {
		row.Type, row.Dynamic, row.Media = n.row.Type, n.row.Dynamic, n.row.Media
		if n.row.Streams == nil {
			row.Streams = nil
		} else {
			row.Streams = n.row.Streams[:streams:streams]
		}
	}
	size := len(fields)
	computed := v.computes && slices.ContainsFunc(fields, v.home.isComputed)
	if !computed && size <= len(v.home.fields) && slices.Equal(fields, v.home.fields[:size]) {
		return func(row *odata.Row, n *node) error {
			fill(row, n)
			row.Values = n.row.Values[:size:size]
			return nil
		}, nil
	}
	at := make([]int, size)
	for i, p := range fields {
		var ok bool
		if at[i], ok = v.home.at[p]; !ok {
			return nil, odata.Internalf("memory: entities of %s have no property %s/%s", v.home.set.Name, p.DeclaringType(), p.Name)
		}
	}
	return func(row *odata.Row, n *node) error {
		fill(row, n)
		row.Values = slices.Grow(row.Values[:0], size)[:size]
		for i, from := range at {
			row.Values[i] = n.row.Values[from]
		}
		if !computed {
			return nil
		}
		for i, from := range at {
			if c := v.home.computing(from); c != nil {
				var err error
				if row.Values[i], err = c.value(v, &n.row); err != nil {
					return err
				}
			}
		}
		return nil
	}, nil
}

// look shows the rows of nodes as they are, with all there is and links to
// follow.
func (v *visit) look(_ context.Context, _ *odata.Query, exprs ...odata.Expr) (eval.Layout, look[*node], error) {
	v.want(exprs)
	if shown := v.shown(v.home); shown != nil {
		return v.layout(v.home), func(n *node) (*odata.Row, error) {
			if err := v.pass(); err != nil {
				return nil, err
			}
			return shown(n)
		}, nil
	}
	return v.layout(v.home), func(n *node) (*odata.Row, error) { return &n.row, v.pass() }, nil
}

// pass notes that an entity is looked at, and ends the read soon after its
// context does: one row of a nested any can look at all there are.
func (v *visit) pass() error {
	const often = 1024
	if v.passed++; v.passed%often == 0 {
		return v.ctx.Err()
	}
	return nil
}

// layout is where things stand in the rows of c's nodes.
func (v *visit) layout(c *collection) eval.Layout {
	return eval.Layout{Type: c.set.Type(), Fields: c.fields, Follow: func(nav *metadata.NavigationProperty) (eval.Step, error) { return v.step(c, nav) }}
}

// step leads along nav from a node of c.
func (v *visit) step(c *collection, nav *metadata.NavigationProperty) (eval.Step, error) {
	if t := nav.DeclaringType(); t == nil || v.model.EntityType(t.QualifiedName()) != t {
		return eval.Step{}, odata.Internalf("memory: %s is no navigation property of the store's model", nav.Name)
	}
	at := c.role(nav)
	if at < 0 {
		return nowhere(nav.Target()), nil
	}
	target := v.snapshot.of(c.roles[at].target)
	if shown := v.shown(target); shown != nil {
		return eval.Step{Layout: v.layout(target), Row: func(row *odata.Row, i int) (*odata.Row, error) {
			links := &c.nodeOf(row).links[at]
			if i >= links.len() {
				return nil, nil
			}
			if err := v.pass(); err != nil {
				return nil, err
			}
			return shown(target.nodes.at(links.at(i)))
		}}, nil
	}
	return eval.Step{Layout: v.layout(target), Row: func(row *odata.Row, i int) (*odata.Row, error) {
		links := &c.nodeOf(row).links[at]
		switch {
		case i < len(links.few):
			return &target.nodes.at(links.few[i]).row, v.pass()
		case i < links.len():
			return &target.nodes.at(links.at(i)).row, v.pass()
		}
		return nil, nil
	}}, nil
}

// nowhere is the step along a navigation property that no association set
// binds: there are entities of the type t perhaps, but none is linked.
func nowhere(t *metadata.EntityType) eval.Step {
	return eval.Step{
		Layout: eval.Layout{Type: t, Fields: allFields(t), Follow: func(nav *metadata.NavigationProperty) (eval.Step, error) {
			return nowhere(nav.Target()), nil
		}},
		Row: func(*odata.Row, int) (*odata.Row, error) { return nil, nil },
	}
}

// get finds the node with a key that a caller gave, or returns nil.
func (c *collection) get(key odata.Key) (*node, error) {
	if len(key) != len(c.index.key) {
		return nil, odata.Internalf("memory: a key of %d values for an entity of %s", len(key), c.set.Name)
	}
	return c.find([]edm.Value(key)), nil
}

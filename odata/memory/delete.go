package memory

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Delete removes the entity that target selects, and those that go with it.
func (s *storedSet) Delete(ctx context.Context, target *odata.Query) error {
	return s.store.write(ctx, func(o *operation) error {
		n, err := o.selected(ctx, s, target)
		if err != nil {
			return err
		}
		return o.delete(s.frame, s.frame.numberOf(n))
	})
}

// A doom is an entity that will be deleted.
type doom struct {
	frame  *frame
	number int32
}

func (o *operation) delete(f *frame, number int32) error {
	doomed := map[doom]bool{}
	order := []doom{{f, number}}
	doomed[order[0]] = true
	// Entities are added as long as any goes with one that is here.
	for i := 0; i < len(order); i++ {
		d := order[i]
		n := o.state.of(d.frame).nodes.at(d.number)
		for at := range d.frame.roles {
			r := &d.frame.roles[at]
			if r.near().OnDelete != metadata.OnDeleteCascade {
				continue
			}
			for _, other := range n.links[at].list() {
				if next := (doom{r.target, other}); !doomed[next] {
					doomed[next] = true
					order = append(order, next)
				}
			}
		}
	}
	for _, d := range order {
		if err := o.leave(d, doomed); err != nil {
			return err
		}
	}
	for _, d := range order {
		c := o.collection(d.frame)
		n := c.nodes.at(d.number)
		if where, found := c.index.locate(c.keyOf(n)); found {
			c.index.byKey.remove(o.edit, where)
		}
		c.index.known = new(orders)
		c.nodes.set(o.edit, d.number, nil)
		c.live--
	}
	return nil
}

// leave parts an entity that is to be deleted from those that stay. What refers
// to it refers to nothing then, or, where it must have a link or cannot be null,
// has until the end of the transaction to find another.
func (o *operation) leave(d doom, doomed map[doom]bool) error {
	for at := range d.frame.roles {
		r := &d.frame.roles[at]
		for _, other := range o.linksOf(r, d.number).list() {
			if !doomed[doom{r.target, other}] && r.dependent == 1-r.end {
				if len(r.loose) > 0 && r.near().Multiplicity != metadata.One {
					if err := o.referToNone(&r.target.roles[r.back], other); err != nil {
						return err
					}
					continue
				}
				o.orphan(r, other, d.frame.keyOf(o.state.of(d.frame).nodes.at(d.number)))
			}
			o.unlink(r, d.number, other)
		}
	}
	return nil
}

// orphan notes that an entity has lost what it refers to.
func (o *operation) orphan(r *role, number int32, key odata.Key) {
	o.await(r.bond, key, number)
	o.tx.touched[len(o.tx.touched)-1].lost = r.bond.referenceTo(key)
}

package sqldb

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Delete removes the entity that target selects, and those that go with it. It is
// one statement where no other entity has to change, or to be looked at. Rows of
// link tables, of streams and of derived types go by the foreign keys that
// [Store.Schema] makes.
func (s *storedSet) Delete(ctx context.Context, target *odata.Query) error {
	if !s.fits(target) {
		return s.foreign()
	}
	quick, err := s.quickDelete(target)
	if err != nil {
		return err
	}
	return s.store.write(ctx, quick == nil, func(ctx context.Context, w *writing) error {
		if quick != nil {
			return quick.delete(ctx)
		}
		e, err := s.selected(ctx, target)
		if err != nil {
			return err
		}
		o := &operation{writing: w, fresh: map[string]bool{}}
		return o.delete(ctx, s.table, e.key())
	})
}

// A doom is an entity that will be deleted.
type doom struct {
	table *table
	key   odata.Key
}

func (o *operation) delete(ctx context.Context, t *table, key odata.Key) error {
	doomed := map[string]bool{entityName(t, key): true}
	order := []doom{{t, key}}
	// Entities are added as long as any goes with one that is here.
	for i := 0; i < len(order); i++ {
		d := order[i]
		for j := range d.table.rules.ties {
			r := &d.table.rules.ties[j]
			if r.near.OnDelete != metadata.OnDeleteCascade {
				continue
			}
			linked, err := o.linked(ctx, r, d.key)
			if err != nil {
				return err
			}
			for _, other := range linked {
				if name := entityName(r.to, other); !doomed[name] {
					doomed[name] = true
					order = append(order, doom{r.to, other})
				}
			}
		}
	}
	for _, d := range order {
		if err := o.leave(ctx, d, doomed); err != nil {
			return err
		}
	}
	for _, d := range slices.Backward(order) {
		if _, err := o.store.sql("DELETE FROM ", quoted(d.table.parts[0].name), " WHERE ").equals(d.table.key, d.key).exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// leave parts an entity that is to be deleted from those that stay. What refers to
// it refers to nothing then, or, where it must have a link or cannot be null, has
// until the end of the transaction to find another.
func (o *operation) leave(ctx context.Context, d doom, doomed map[string]bool) error {
	for i := range d.table.rules.ties {
		r := &d.table.rules.ties[i]
		if r.held != farHolds && !r.back.looked {
			continue // it goes with the row, and nobody has to be told
		}
		linked, err := o.linked(ctx, r, d.key)
		if err != nil {
			return err
		}
		for _, other := range linked {
			switch {
			case doomed[entityName(r.to, other)]:
			case !r.dependent && r.held == farHolds:
				err = o.unlink(ctx, r, d.key, other)
			case r.held != farHolds:
				o.touch(r.to, other)
			case slices.Contains(r.loose, true) && r.near.Multiplicity != metadata.One:
				err = o.referToNone(ctx, r.back, other)
			default:
				o.orphan(r.back, other, d.key)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

package sqldb

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// The links of a new entity, which its own row holds where it can.

// holdsAll tells that a new row of a table can hold all of some links, and that
// nobody else loses one.
func (t *table) holdsAll(links []odata.LinkChange) bool {
	var seen []*tie
	for i := range links {
		r := t.tie(links[i].Nav)
		if r == nil || !r.holds(&links[i]) || slices.Contains(seen, r) {
			return false
		}
		seen = append(seen, r)
	}
	return true
}

// holds tells that a new row of the near table can hold a link.
func (r *tie) holds(l *odata.LinkChange) bool {
	return !l.Remove && r.held == nearHolds && r.near.Multiplicity == metadata.Many && !r.back.looked &&
		len(l.Key) == len(r.to.key) && r.end.near[0].part == 0
}

// relate performs one change of the new entity's links, or finds that the row has
// the link already.
func (in *insertion) relate(ctx context.Context, o *operation, at int) error {
	t, l := in.set.table, &in.change.Links[at]
	r := t.tie(l.Nav)
	switch typ := in.settled[at]; {
	case in.changed:
		return o.relate(ctx, t, in.record.typ, in.key, l)
	case typ != nil && !typ.Is(r.types[1]):
		return linkType(r, r.far.Role)
	case typ != nil:
		return nil
	case !t.holdsAll(in.change.Links) || r.dependent || !in.record.typ.Is(r.types[0]):
		in.changed = true
		return o.relate(ctx, t, in.record.typ, in.key, l)
	}
	typ, found, err := in.store.typeOf(ctx, r.to, l.Key)
	switch {
	case err != nil:
		return err
	case !found:
		return odata.NotFound()
	case !typ.Is(r.types[1]):
		return linkType(r, r.far.Role)
	}
	return nil
}

// adopt gives a new entity the key of the ones it is to be linked to, where it
// depends on them and has no values of its own: they may be parts of its key.
func (in *insertion) adopt(ctx context.Context) error {
	e := in.record
	for i := range in.change.Links {
		l := &in.change.Links[i]
		r := e.table.tie(l.Nav)
		if r == nil || l.Remove || !r.dependent || r.held != nearHolds || !e.typ.Is(r.types[0]) || len(l.Key) != len(r.to.key) {
			continue // see relate
		}
		typ, found, err := in.store.typeOf(ctx, r.to, l.Key)
		if err != nil {
			return err
		}
		if !found {
			return odata.NotFound()
		}
		held := r.holds(l)
		for j, v := range outOfKey(r.to, r.end.far, l.Key) {
			p := r.end.near[j].property
			if e.values[p].IsNull() {
				e.values[p] = v
			}
			held = held && edm.Order(e.values[p], v) == 0
		}
		if held {
			in.settled[i] = typ
		}
	}
	return nil
}

package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// relate performs one change of an entity's links.
func (o *operation) relate(f *frame, number int32, change *odata.LinkChange) error {
	at := f.role(change.Nav)
	if at < 0 {
		return odata.Internalf("memory: no association set says where %s leads from %s", change.Nav.Name, f.set.Name)
	}
	r := &f.roles[at]
	n := o.state.of(f).nodes.at(number)
	if !n.row.Type.Is(r.types[r.end]) {
		return linkType(r, r.end)
	}
	if change.Key == nil {
		if !change.Remove || r.far().Multiplicity == metadata.Many {
			return odata.Internalf("memory: a change of a link of %s without a key", r.association.QualifiedName())
		}
		for _, other := range n.links[at].list() {
			if err := o.part(r, number, other); err != nil {
				return err
			}
		}
		return nil
	}
	target := o.state.of(r.target)
	if len(change.Key) != len(target.key) {
		return odata.Internalf("memory: a key of %d values for an entity of %s", len(change.Key), r.target.set.Name)
	}
	found := target.find(change.Key)
	if found == nil {
		return odata.NotFound()
	}
	other := r.target.numberOf(found)
	linked := n.links[at].has(other)
	switch {
	case change.Remove && linked:
		return o.part(r, number, other)
	case change.Remove || linked:
		return nil
	case !found.row.Type.Is(r.types[1-r.end]):
		return linkType(r, 1-r.end)
	}
	return o.bind(r, number, other)
}

// bind links two entities that are not linked yet. Ends that can have only one
// link part from what they had.
func (o *operation) bind(r *role, number, other int32) error {
	back := &r.target.roles[r.back]
	if r.dependent >= 0 {
		// The dependent end parts from its former principal as its values change.
		if r.end != r.dependent {
			r, back, number, other = back, r, other, number
		}
		if r.near().Multiplicity != metadata.Many {
			if err := o.partAll(back, other, number); err != nil {
				return err
			}
		}
		return o.refer(r, number, other)
	}
	if r.far().Multiplicity != metadata.Many {
		if err := o.partAll(r, number, other); err != nil {
			return err
		}
	}
	if r.near().Multiplicity != metadata.Many {
		if err := o.partAll(back, other, number); err != nil {
			return err
		}
	}
	o.link(r, number, other)
	return nil
}

// partAll parts an entity from all it is linked to but one.
func (o *operation) partAll(r *role, number, but int32) error {
	for _, former := range o.linksOf(r, number).list() {
		if former == but {
			continue
		}
		if err := o.part(r, number, former); err != nil {
			return err
		}
	}
	return nil
}

// part removes a link. A dependent entity loses the key that it refers with.
func (o *operation) part(r *role, number, other int32) error {
	switch r.dependent {
	case -1:
		o.unlink(r, number, other)
		return nil
	case r.end:
		return o.referToNone(r, number)
	}
	return o.referToNone(&r.target.roles[r.back], other)
}

// refer gives a dependent entity the key of the one at the other end of r.
func (o *operation) refer(r *role, number, principal int32) error {
	key := r.target.keyOf(o.state.of(r.target).nodes.at(principal))
	return o.assign(r, number, key)
}

// referToNone takes the key that a dependent entity refers with: as much of it as
// may be null.
func (o *operation) referToNone(r *role, number int32) error {
	switch {
	case r.fixed:
		return linkFixed(r)
	case len(r.loose) == 0:
		return linkRequired(r)
	}
	n := o.state.of(r.frames[r.dependent]).nodes.at(number)
	key := make(odata.Key, len(r.fields))
	for i, field := range r.fields {
		if !slices.Contains(r.loose, field) {
			key[i] = n.row.Values[field]
		}
	}
	return o.assign(r, number, key)
}

// assign sets the properties of a dependent entity, and its links with them.
func (o *operation) assign(r *role, number int32, key odata.Key) error {
	f := r.frames[r.dependent]
	n := o.state.of(f).nodes.at(number)
	var changed []int
	for i, field := range r.fields {
		if edm.Order(n.row.Values[field], key[i]) == 0 {
			continue
		}
		if slices.Contains(f.key, field) {
			return linkFixed(r)
		}
		changed = append(changed, field)
	}
	if len(changed) > 0 {
		n, err := o.valued(f, number)
		if err != nil {
			return err
		}
		for i, field := range r.fields {
			if slices.Contains(changed, field) {
				n.row.Values[field] = key[i]
			}
		}
	}
	o.derive(f, number, changed)
	return nil
}

// derive makes the links that follow from an entity's values, in so far as they
// depend on the changed ones. What refers to nothing is looked at again when
// that comes to exist, and before the transaction ends.
func (o *operation) derive(f *frame, number int32, changed []int) {
	for _, b := range f.references {
		if !slices.ContainsFunc(b.fields, func(field int) bool { return slices.Contains(changed, field) }) {
			continue
		}
		o.deriveOne(b, number)
	}
}

func (o *operation) deriveOne(b *bond, number int32) {
	f := b.frames[b.dependent]
	r := &f.roles[b.roles[b.dependent]]
	key, refers := b.reference(o.state.of(f).nodes.at(number))
	principal := int32(-1)
	if refers {
		found := o.state.of(r.target).find(key)
		if found != nil && found.row.Type.Is(b.types[1-b.dependent]) {
			principal = r.target.numberOf(found)
		}
	}
	for _, former := range o.linksOf(r, number).list() {
		if former != principal {
			o.unlink(r, number, former)
		}
	}
	switch {
	case principal >= 0 && !o.linksOf(r, number).has(principal):
		o.link(r, number, principal)
	case refers && principal < 0:
		o.await(b, key, number)
	}
}

// await has an entity linked to the one it refers to when that comes.
func (o *operation) await(b *bond, key []edm.Value, number int32) {
	to := b.referenceTo(key)
	o.tx.waiting[to] = append(o.tx.waiting[to], number)
	o.touch(b.frames[b.dependent], number)
}

// welcome links a new entity to those that refer to it already.
func (o *operation) welcome(f *frame, n *node) {
	if len(o.tx.waiting) == 0 {
		return
	}
	key := f.keyOf(n)
	for i := range f.roles {
		r := &f.roles[i]
		if r.dependent != 1-r.end {
			continue
		}
		// Those that have changed their mind meanwhile, or are gone, have no link
		// to gain.
		for _, number := range o.tx.waiting[r.bond.referenceTo(key)] {
			if o.state.of(r.target).nodes.get(number) != nil {
				o.deriveOne(r.bond, number)
			}
		}
	}
}

func (o *operation) linksOf(r *role, number int32) *links {
	f := r.frames[r.end]
	return &o.state.of(f).nodes.at(number).links[r.bond.roles[r.end]]
}

// link and unlink change one link at both of its ends.
func (o *operation) link(r *role, number, other int32) {
	o.change(r, number, other, links.with, 1)
}

func (o *operation) unlink(r *role, number, other int32) {
	o.change(r, number, other, links.without, -1)
}

func (o *operation) change(r *role, number, other int32, by func(links, *edit, int32) links, count int) {
	var numbers [2]int32
	numbers[r.end], numbers[1-r.end] = number, other
	for end, f := range r.frames {
		l := &o.node(f, numbers[end]).links[r.bond.roles[end]]
		*l = by(*l, o.edit, numbers[1-end])
		o.collection(f).linked += count
		o.touch(f, numbers[end])
	}
}

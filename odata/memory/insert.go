package memory

import (
	"context"
	"math"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Insert creates one entity. Parts of its key that are not given are made: a
// random one for an Edm.Guid, and for the kinds of integers one more than the
// greatest that the set has ever had.
func (s *storedSet) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (odata.Row, error) {
	t := change.Type
	switch {
	case q.Set != s.frame.set:
		return odata.Row{}, s.frame.foreign()
	case t == nil || t.Abstract || s.store.model.EntityType(t.QualifiedName()) != t || !t.Is(s.frame.set.Type()):
		return odata.Row{}, odata.Internalf("memory: the set %s cannot have a new entity of the change's type", s.frame.set.Name)
	case q.Type == nil || !t.Is(q.Type):
		return odata.Row{}, odata.Internalf("memory: a new entity of %s is asked for as one of another type", s.frame.set.Name)
	case change.Media != nil && !t.IsMediaEntity():
		return odata.Row{}, odata.Internalf("memory: %s is no media entity, but the change has a media resource", t.QualifiedName())
	}
	var media *content
	if change.Media != nil {
		var err error
		if media, err = s.store.receive(change.Media); err != nil {
			return odata.Row{}, err
		}
	}
	var row odata.Row
	err := s.store.write(ctx, func(o *operation) error {
		number, err := o.insert(s.frame, change, media)
		if err != nil {
			return err
		}
		row, err = o.row(ctx, q, s.frame, number)
		return err
	})
	return row, err
}

func (o *operation) insert(f *frame, change *odata.Change, media *content) (number int32, err error) {
	c := o.collection(f)
	if c.next == math.MaxInt32 {
		return 0, odata.Internalf("memory: the set %s cannot have more entities", f.set.Name)
	}
	number = c.next
	n := &node{owner: o.edit, fresh: true, media: media, links: make([]links, len(f.roles)),
		row: odata.Row{Type: change.Type, Values: make([]edm.Value, len(f.fields)+1)}}
	n.row.Values[f.place()] = edm.Int32(number)
	for i := range change.Set {
		a := &change.Set[i]
		at, err := f.field(change.Type, a.Property)
		if err != nil {
			return 0, err
		}
		if len(a.Within) > 0 {
			return 0, odata.Internalf("memory: an insert sets %s within a complex value", a.Property.Name)
		}
		n.row.Values[at] = a.Value.Clone()
	}
	if n.row.Dynamic, err = dynamic(n, change); err != nil {
		return 0, err
	}
	if err := o.adopt(f, n, change.Links); err != nil {
		return 0, err
	}
	if err := o.generate(c, n); err != nil {
		return 0, err
	}
	for _, p := range change.Type.StructuralProperties() {
		if v := &n.row.Values[f.at[p]]; v.IsNull() && p.Kind() == edm.KindCollection {
			*v = edm.Collection(nil)
		}
	}
	where, exists := c.index.locate(f.keyOf(n))
	if exists {
		return 0, keyExists(f)
	}
	n.describeStreams()
	c.index.known = new(orders)
	c.nodes.set(o.edit, number, n)
	c.index.byKey.insert(o.edit, where, number)
	c.next++
	c.live++
	for i := range f.made {
		f.made[i].count(&c.counters[i], n.row.Values[f.made[i].field])
	}
	o.touch(f, number)
	for _, b := range f.references {
		o.deriveOne(b, number)
	}
	o.welcome(f, n)
	for i := range change.Links {
		if err := o.relate(f, number, &change.Links[i]); err != nil {
			return 0, err
		}
	}
	return number, o.complete(f, number)
}

// adopt gives a new entity the key of the ones it is to be linked to, where it
// depends on them and has no values of its own: they may be parts of its key.
func (o *operation) adopt(f *frame, n *node, changes []odata.LinkChange) error {
	for i := range changes {
		at := f.role(changes[i].Nav)
		if at < 0 || changes[i].Remove {
			continue // see relate
		}
		r := &f.roles[at]
		if r.dependent != r.end || !n.row.Type.Is(r.types[r.end]) || len(changes[i].Key) != len(r.fields) {
			continue
		}
		principal := o.state.of(r.target).find(changes[i].Key)
		if principal == nil {
			return odata.NotFound()
		}
		for part, v := range r.target.keyOf(principal) {
			if own := &n.row.Values[r.fields[part]]; own.IsNull() {
				*own = v
			}
		}
	}
	return nil
}

// complete checks that an entity has all values it must have.
func (o *operation) complete(f *frame, number int32) error {
	n := o.state.of(f).nodes.at(number)
	for _, p := range n.row.Type.StructuralProperties() {
		if p.NotNull && n.row.Values[f.at[p]].IsNull() && !f.isComputed(p) {
			return missingProperty(p)
		}
	}
	return nil
}

// field is where the property of an entity of type t stands.
func (f *frame) field(t *metadata.EntityType, p *metadata.Property) (int, error) {
	at, ok := f.at[p]
	if !ok || t.Property(p.Name) != p {
		return 0, odata.Internalf("memory: %s has no property %s/%s to change", t.QualifiedName(), p.DeclaringType(), p.Name)
	}
	if f.computing(at) != nil {
		return 0, odata.Internalf("memory: %s/%s is computed and never written", f.set.Name, p.Name)
	}
	return at, nil
}

// row is an entity as q asks for it.
func (o *operation) row(ctx context.Context, q *odata.Query, f *frame, number int32) (row odata.Row, err error) {
	v := o.store.newVisit(ctx, o.state, o.state.of(f))
	read, err := v.view(ctx, q, q.Fields)
	if err != nil {
		return row, err
	}
	err = read(&row, v.home.nodes.at(number))
	return row, err
}

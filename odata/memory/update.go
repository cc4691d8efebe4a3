package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Update changes the entity that target selects. Its values come first, then its
// links, so that a link decides where both say what an entity refers to.
func (s *storedSet) Update(ctx context.Context, target *odata.Query, change *odata.Change) (odata.Row, error) {
	var row odata.Row
	err := s.store.write(ctx, func(o *operation) error {
		n, err := o.selected(ctx, s, target)
		if err != nil {
			return err
		}
		number := s.frame.numberOf(n)
		if err := o.update(s.frame, number, change); err != nil {
			return err
		}
		row, err = o.row(ctx, target, s.frame, number)
		return err
	})
	return row, err
}

// selected is the one entity that target selects.
func (o *operation) selected(ctx context.Context, s *storedSet, target *odata.Query) (*node, error) {
	if !s.frame.fits(target) {
		return nil, s.frame.foreign()
	}
	v := o.store.newVisit(ctx, o.state, o.state.of(s.frame))
	var found *node
	for n, err := range v.reader().matches(ctx, target) {
		switch {
		case err != nil:
			return nil, err
		case found != nil:
			return nil, odata.Internalf("memory: a change is for one entity of %s, but its target matches several", s.frame.set.Name)
		}
		found = n
	}
	if found == nil {
		return nil, odata.NotFound()
	}
	return found, nil
}

func (o *operation) update(f *frame, number int32, change *odata.Change) error {
	n, err := o.valued(f, number)
	if err != nil {
		return err
	}
	var changed []int
	for i := range change.Set {
		field, err := f.assign(n, &change.Set[i])
		if err != nil {
			return err
		}
		changed = append(changed, field)
	}
	if n.row.Dynamic, err = dynamic(n, change); err != nil {
		return err
	}
	o.derive(f, number, changed)
	for i := range change.Links {
		if err := o.relate(f, number, &change.Links[i]); err != nil {
			return err
		}
	}
	return o.complete(f, number)
}

// assign gives one property its value, and returns which of the entity's own it is
// or is within.
func (f *frame) assign(n *node, a *odata.Assignment) (field int, err error) {
	path := a.Within
	top := a.Property
	if len(path) > 0 {
		top, path = path[0], append(slices.Clone(path[1:]), a.Property)
	}
	field, err = f.field(n.row.Type, top)
	switch {
	case err != nil:
		return 0, err
	case slices.Contains(f.key, field):
		return 0, keyImmutable(top)
	}
	v := a.Value
	if v.IsNull() && a.Property.Kind() == edm.KindCollection {
		v = edm.Collection(nil)
	}
	n.row.Values[field], err = replaced(top, n.row.Values[field], path, v)
	return field, err
}

// replaced is the value of a property with another member at the end of path, or
// v itself for no path.
func replaced(of *metadata.Property, old edm.Value, path []*metadata.Property, v edm.Value) (edm.Value, error) {
	if len(path) == 0 {
		return v.Clone(), nil
	}
	t := of.TypeRef()
	at := -1
	if t.Complex != nil && !t.Collection {
		at = slices.Index(t.Complex.AllProperties(), path[0])
	}
	switch {
	case at < 0:
		return old, odata.Internalf("memory: %s has no member %s to change", of.Name, path[0].Name)
	case old.IsNull():
		return old, odata.NotFound()
	}
	members := slices.Clone(old.Elements())
	var err error
	members[at], err = replaced(path[0], members[at], path[1:], v)
	return edm.Complex(members), err
}

// dynamic are the undeclared properties that an entity has after a change.
func dynamic(n *node, change *odata.Change) ([]odata.DynamicProperty, error) {
	if !n.row.Type.IsOpen() {
		for _, p := range change.Dynamic {
			return nil, undeclared(p.Name, nil)
		}
		return nil, nil
	}
	if len(change.Dynamic) == 0 && !change.Replace {
		return n.row.Dynamic, nil
	}
	var old []odata.DynamicProperty
	if !change.Replace {
		old = n.row.Dynamic
	}
	all := append(make([]odata.DynamicProperty, 0, len(old)+len(change.Dynamic)), old...)
	for _, p := range change.Dynamic {
		if err := typed.CheckDynamic(p.Name, p.Value); err != nil {
			return nil, undeclared(p.Name, err)
		}
		if n.row.Type.Property(p.Name) != nil || n.row.Type.NavigationProperty(p.Name) != nil {
			return nil, undeclared(p.Name, nil)
		}
		all = append(all, odata.DynamicProperty{Name: strings.Clone(p.Name), Value: p.Value.Clone()})
	}
	// Of one name the last counts, and nulls go.
	slices.SortStableFunc(all, func(a, b odata.DynamicProperty) int { return strings.Compare(a.Name, b.Name) })
	kept := all[:0]
	for i, p := range all {
		if !p.Value.IsNull() && (i == len(all)-1 || all[i+1].Name != p.Name) {
			kept = append(kept, p)
		}
	}
	clear(all[len(kept):])
	return kept, nil
}

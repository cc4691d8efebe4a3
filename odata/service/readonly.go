package service

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Clients send complex values as a whole, with members that they may not write:
// those keep the value they have, or get their default where there is none yet.

// holdsReadOnly tells whether values of a type have members that clients may not
// write.
func holdsReadOnly(t metadata.TypeRef, insert bool, outer ...*metadata.ComplexType) bool {
	if t.Complex == nil || slices.Contains(outer, t.Complex) {
		return false
	}
	return slices.ContainsFunc(t.Complex.AllProperties(), func(p *metadata.Property) bool {
		return !p.IsWritable(insert) || holdsReadOnly(p.TypeRef(), insert, append(outer, t.Complex)...)
	})
}

// refusesMembers reports a member that a client gave a value and may not write,
// where the set wants to know.
func (s *set) refusesMembers(p *metadata.Property, v edm.Value, insert bool) error {
	t := p.TypeRef()
	if !s.RefuseReadOnly || v.IsNull() || !holdsReadOnly(t, insert) {
		return nil
	}
	if t.Collection {
		for _, item := range v.Elements() {
			if err := s.refusesMember(t, item, insert); err != nil {
				return below(err, p.Name)
			}
		}
		return nil
	}
	if err := s.refusesMember(t, v, insert); err != nil {
		return below(err, p.Name)
	}
	return nil
}

func (s *set) refusesMember(t metadata.TypeRef, v edm.Value, insert bool) error {
	for i, m := range t.Complex.AllProperties() {
		given := v.Elements()[i]
		if !m.IsWritable(insert) && !given.IsNull() {
			return readOnlyProperty(m)
		}
		if err := s.refusesMembers(m, given, insert); err != nil {
			return err
		}
	}
	return nil
}

// withoutReadOnly is a new value: the members that clients may not write have
// their defaults.
func withoutReadOnly(t metadata.TypeRef, v edm.Value, insert bool) edm.Value {
	switch {
	case v.IsNull() || !holdsReadOnly(t, insert):
		return v
	case t.Collection:
		items := make([]edm.Value, len(v.Elements()))
		for i, item := range v.Elements() {
			items[i] = withoutReadOnly(t.Item(), item, insert)
		}
		return edm.Collection(items)
	}
	members := slices.Clone(v.Elements())
	for i, m := range t.Complex.AllProperties() {
		if m.IsWritable(insert) {
			members[i] = withoutReadOnly(m.TypeRef(), members[i], insert)
		} else {
			members[i], _ = m.Default()
		}
	}
	return edm.Complex(members)
}

// writableParts takes the assignment of a whole complex value apart where members
// of it must keep the value they have. Items of a collection have none to keep.
func writableParts(a odata.Assignment) ([]odata.Assignment, error) {
	t := a.Property.TypeRef()
	switch {
	case !holdsReadOnly(t, false):
		return []odata.Assignment{a}, nil
	case t.Collection:
		a.Value = withoutReadOnly(t, a.Value, true)
		return []odata.Assignment{a}, nil
	case a.Value.IsNull():
		return nil, readOnlyProperty(a.Property)
	}
	var parts []odata.Assignment
	within := append(slices.Clip(a.Within), a.Property)
	for i, m := range t.Complex.AllProperties() {
		if !m.IsWritable(false) {
			continue
		}
		more, err := writableParts(odata.Assignment{Property: m, Value: a.Value.Elements()[i], Within: within})
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

package service

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A draft is an entity that is to be created, checked as far as that goes
// without looking at data.
type draft struct {
	set    *set
	change odata.Change
	binds  []bound

	// before and after are the related entities to create with it: those it will
	// refer to, and those that will refer to it.
	before, after []related

	key    odata.Key // of the entity, when it has been created
	upload *upload   // the stream of a media entity
}

// A bound is an existing entity to relate, by its URL.
type bound struct {
	nav *metadata.NavigationProperty
	url string
}

// A related is a further draft at the other end of a navigation property.
type related struct {
	nav *metadata.NavigationProperty
	to  *draft
}

// draft checks an entity that a client wants to create in set, with everything
// it brings along. Source: OData V3 core, creating entities, deep insert.
func (e *exchange) draft(declared *metadata.EntitySet, p *odata.EntryPayload) (*draft, error) {
	d := &draft{set: e.service.sets[declared]}
	switch {
	case d.set.Inserter == nil:
		return nil, &odata.Error{Kind: odata.KindForbidden, Code: "NotInsertable", Detail: declared.Name,
			Message: "Entities of this set cannot be created by clients"}
	case p.Type.Abstract:
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "TypeRequired", Detail: p.Type.QualifiedName(),
			Message: "The set's type is abstract: the entity must name a type derived from it"}
	}
	if err := e.permit(declared, odata.Insert); err != nil {
		return nil, err
	}
	if condition, _ := e.rule(odata.Insert).condition(declared); condition != nil && d.set.Transactor == nil {
		return nil, odata.Internalf("%s: a guard with a condition on inserting needs a Transactor to undo what it forbids", d.set.Name)
	}
	d.change.Type = p.Type
	var err error
	if d.change.Set, err = d.set.writable(p, true); err != nil {
		return nil, err
	}
	if d.change.Set, err = withDefaults(d.change.Set, p.Type, true); err != nil {
		return nil, err
	}
	d.change.Dynamic = presentOnly(p.Dynamic)
	for i := range p.Links {
		if err := e.draftLink(d, &p.Links[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// draftLink takes what the payload says about one navigation property.
func (e *exchange) draftLink(d *draft, link *odata.LinkPayload) error {
	nav := link.Nav
	if err := oneAtMost(link); err != nil {
		return err
	}
	for _, url := range link.Bind {
		d.binds = append(d.binds, bound{nav, url})
	}
	for _, entry := range link.Entries {
		declared := d.set.declared.NavigationTarget(nav)
		switch {
		case declared == nil || e.service.sets[declared] == nil:
			return notNavigable(nav.Name)
		case d.set.Transactor == nil || e.service.sets[declared].Transactor != d.set.Transactor:
			return &odata.Error{Kind: odata.KindNotImplemented, Code: "NotAtomic", Target: nav.Name,
				Message: "These two sets cannot be changed together; create the entities one by one"}
		}
		to, err := e.draft(declared, entry)
		if err != nil {
			return below(err, nav.Name)
		}
		if refersTo(nav) {
			d.before = append(d.before, related{nav, to})
		} else {
			d.after = append(d.after, related{nav, to})
		}
	}
	return nil
}

// oneAtMost refuses several entities for a navigation that leads to one.
func oneAtMost(link *odata.LinkPayload) error {
	said := len(link.Bind) + len(link.Entries)
	if link.Null {
		said++
	}
	if said > 1 && !link.Nav.IsCollection() {
		return &odata.Error{Kind: odata.KindInvalid, Code: "TooManyLinks", Target: link.Nav.Name,
			Message: "The navigation property leads to one entity, and the payload gives it more"}
	}
	return nil
}

// refersTo tells on which side of a navigation property the reference stands:
// whether the entity at its beginning refers to the one at its end, which then
// has to exist first.
func refersTo(nav *metadata.NavigationProperty) bool {
	association := nav.Association()
	if c := association.Constraint; c != nil {
		return c.DependentRole == nav.FromRole
	}
	if nav.IsCollection() {
		return false
	}
	// Where both ends are single, the one that cannot be without the other comes
	// last.
	near := &association.Ends[0]
	if association.Ends[1].Role == nav.FromRole {
		near = &association.Ends[1]
	}
	return near.Multiplicity != metadata.One
}

// below puts the name of the property that led to a mistake before its place.
func below(err error, name string) error {
	e := *odata.AsError(err)
	if e.Target == "" {
		e.Target = name
	} else {
		e.Target = name + "/" + e.Target
	}
	return &e
}

// writable keeps the properties of a payload that clients may write, and holds
// their values to the model. What they may not write is passed over, because
// clients send back what they have read, or refused where the set says so.
func (s *set) writable(p *odata.EntryPayload, insert bool) ([]odata.Assignment, error) {
	key := s.declared.Type().KeyProperties()
	kept := make([]odata.Assignment, 0, len(p.Type.StructuralProperties()))
	for _, a := range p.Properties {
		isKey := slices.Contains(key, a.Property)
		switch {
		case isKey && !insert:
			continue // compared with the URL by the caller
		case isKey && a.Property.IsWritable(true), a.Property.IsWritable(insert):
		case s.RefuseReadOnly:
			return nil, readOnlyProperty(a.Property)
		default:
			continue
		}
		if err := s.refusesMembers(a.Property, a.Value, insert); err != nil {
			return nil, err
		}
		if insert {
			a.Value = withoutReadOnly(a.Property.TypeRef(), a.Value, true)
		}
		if err := checkValue(a.Property, a.Value); err != nil {
			return nil, err
		}
		if insert {
			kept = append(kept, a)
			continue
		}
		if a.Value.IsNull() && holdsReadOnly(a.Property.TypeRef(), false) && !s.RefuseReadOnly {
			continue // passed over like the members it would take along
		}
		parts, err := writableParts(a)
		if err != nil {
			return nil, err
		}
		kept = append(kept, parts...)
	}
	return kept, nil
}

func readOnlyProperty(p *metadata.Property) *odata.Error {
	return &odata.Error{Kind: odata.KindForbidden, Code: "ReadOnlyProperty", Target: p.Name,
		Message: "The property cannot be written by clients"}
}

// withDefaults adds what the payload left out and clients may write: the
// defaults. Keys and what the store makes are left to the store.
func withDefaults(given []odata.Assignment, t *metadata.EntityType, insert bool) ([]odata.Assignment, error) {
	key := t.KeyProperties()
	for _, p := range t.StructuralProperties() {
		made := p.StoreGenerated == metadata.StoreGeneratedIdentity || p.StoreGenerated == metadata.StoreGeneratedComputed
		if made || slices.Contains(key, p) || !insert && !p.IsWritable(false) ||
			slices.ContainsFunc(given, func(a odata.Assignment) bool { return a.Property == p || len(a.Within) > 0 && a.Within[0] == p }) {
			continue
		}
		v, ok := p.Default()
		if !ok {
			return nil, odata.MissingProperty(p.Name)
		}
		if !insert && v.IsNull() && holdsReadOnly(p.TypeRef(), false) {
			continue // null would take members along that clients may not write
		}
		if insert || v.IsNull() {
			given = append(given, odata.Assignment{Property: p, Value: v})
			continue
		}
		parts, err := writableParts(odata.Assignment{Property: p, Value: v})
		if err != nil {
			return nil, err
		}
		given = append(given, parts...)
	}
	return given, nil
}

// presentOnly leaves out the undeclared properties that are null: an entity that
// is new, or made anew, does not have them.
func presentOnly(dynamic []odata.DynamicProperty) []odata.DynamicProperty {
	return slices.DeleteFunc(slices.Clone(dynamic), func(d odata.DynamicProperty) bool { return d.Value.IsNull() })
}

package service

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// A cascade is an association that takes the entities at its far end along when
// one of a set is deleted. Source: CSDL 3.0, OnDelete.
type cascade struct {
	nav *metadata.NavigationProperty // may be one without a name
	to  *metadata.EntitySet
}

// cascades finds those of all sets, from both ends of each association.
func cascades(sets []*metadata.EntitySet) map[*metadata.EntitySet][]cascade {
	all := map[*metadata.EntitySet][]cascade{}
	add := func(from, to *metadata.EntitySet, nav *metadata.NavigationProperty) {
		if from == nil || to == nil || endOf(nav, nav.FromRole).OnDelete != metadata.OnDeleteCascade {
			return
		}
		for _, known := range all[from] {
			if known.nav.Association() == nav.Association() && known.nav.FromRole == nav.FromRole && known.to == to {
				return
			}
		}
		all[from] = append(all[from], cascade{nav, to})
	}
	for _, set := range sets {
		for _, t := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range t.AllNavigationProperties() {
				add(set, set.NavigationTarget(nav), nav)
				add(set.NavigationTarget(nav), set, nav.Inverse())
			}
		}
	}
	return all
}

func endOf(nav *metadata.NavigationProperty, role string) *metadata.AssociationEnd {
	ends := &nav.Association().Ends
	if ends[0].Role == role {
		return &ends[0]
	}
	return &ends[1]
}

// mayCascade wants the caller to be allowed to delete what goes with the target.
// seen are the entities that were looked at, by their address.
func (e *exchange) mayCascade(t *target, seen map[string]bool) error {
	for _, c := range e.service.cascades[t.set.declared] {
		if e.mayDeleteAll(c.to) {
			continue
		}
		to := e.service.sets[c.to]
		properties := c.to.Type().KeyProperties()
		q := &odata.Query{Set: c.to, Type: c.nav.Target(), Fields: properties, Filter: reachedFrom(t, c.nav), Custom: e.custom}
		if err := widen(q); err != nil {
			return err
		}
		result, err := e.answer(q)
		if err != nil {
			return err
		}
		var keys []odata.Key
		for row, err := range result.Rows {
			if err != nil {
				return err
			}
			if e.budget.rows++; e.budget.rows > e.service.limits.Rows {
				return tooManyRows()
			}
			keys = append(keys, keyOf(&row, len(properties)))
		}
		for _, key := range keys {
			address := c.to.Name + addressOf(key)
			if seen[address] {
				continue
			}
			seen[address] = true
			_, err := e.find(e.one(c.to, c.to.Type(), key, nil), odata.Delete)
			switch {
			case odata.IsNotFound(err):
				return &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Target: c.nav.Name,
					Message: "The caller may not delete what would go with this entity"}
			case err != nil:
				return err
			}
			if err := e.mayCascade(&target{set: to, typ: c.to.Type(), key: key}, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayDeleteAll tells that no guard has anything to say about deleting entities of
// a set, nor about what goes with them.
func (e *exchange) mayDeleteAll(of *metadata.EntitySet) bool {
	for _, use := range []odata.Use{odata.Read, odata.Delete} {
		if condition, err := e.rule(use).condition(of); condition != nil || err != nil {
			return false
		}
	}
	return len(e.service.cascades[of]) == 0
}

// addressOf is a text for a key that no other has.
func addressOf(key odata.Key) string {
	text := ""
	for _, v := range key {
		text += "," + v.String()
	}
	return text
}

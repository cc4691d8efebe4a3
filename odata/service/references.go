package service

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A foreignKey is what entities of a set hold of the key of another one, by a
// referential constraint. Giving it a value makes a link, so what goes for links
// goes for it: the entity it refers to must be one that the caller may see.
type foreignKey struct {
	nav        *metadata.NavigationProperty // to the principal; may be one without a name
	of         *metadata.EntityType         // that has properties
	properties []*metadata.Property         // in the order of the principal's key
	principal  *metadata.EntitySet
}

// foreignKeys finds those of all sets, from both ends of each association.
func foreignKeys(sets []*metadata.EntitySet) map[*metadata.EntitySet][]foreignKey {
	all := map[*metadata.EntitySet][]foreignKey{}
	add := func(dependent, principal *metadata.EntitySet, nav *metadata.NavigationProperty, of *metadata.EntityType) {
		known := slices.ContainsFunc(all[dependent], func(k foreignKey) bool {
			return k.nav.Association() == nav.Association() && k.principal == principal
		})
		if dependent == nil || principal == nil || known {
			return
		}
		c := nav.Association().Constraint
		k := foreignKey{nav: nav, of: of, principal: principal}
		for _, p := range principal.Type().KeyProperties() {
			at := slices.Index(c.PrincipalProperties, p.Name)
			k.properties = append(k.properties, of.Property(c.DependentProperties[at]))
		}
		all[dependent] = append(all[dependent], k)
	}
	for _, set := range sets {
		for _, t := range append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...) {
			for _, nav := range t.AllNavigationProperties() {
				c := nav.Association().Constraint
				switch {
				case c == nil:
				case c.DependentRole == nav.FromRole:
					add(set, set.NavigationTarget(nav), nav, nav.DeclaringType())
				default:
					add(set.NavigationTarget(nav), set, nav.Inverse(), nav.Target())
				}
			}
		}
	}
	return all
}

// referring are the foreign keys that a change gives a value and whose target the
// caller may not be allowed to see. Where everybody may see everything, that is the
// store's business alone. It is asked for before the change: what a set without
// transactions has changed could not be undone.
func (e *exchange) referring(of *set, change []odata.Assignment) (keys []*foreignKey, err error) {
	for i := range e.service.foreignKeys[of.declared] {
		k := &e.service.foreignKeys[of.declared][i]
		if !slices.ContainsFunc(change, func(a odata.Assignment) bool { return slices.Contains(k.properties, a.Property) && !a.Value.IsNull() }) {
			continue
		}
		condition, err := e.rule(odata.Read).condition(k.principal)
		if err != nil {
			return nil, err
		}
		if condition == nil && k.nav.Inverse().IsCollection() {
			continue
		}
		if of.Transactor == nil {
			return nil, odata.Internalf("%s: properties that refer to guarded entities of %s need a Transactor to undo what is forbidden", of.Name, k.principal.Name)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// refers has what foreign keys of an entity refer to looked at when the transaction
// ends, since that may be created later in it.
func (e *exchange) refers(of *set, key odata.Key, keys []*foreignKey) {
	for _, k := range keys {
		e.atEnd(func(ctx context.Context) error { return e.principalOf(ctx, of, key, k) })
	}
}

// principalOf checks what one foreign key of an entity refers to.
func (e *exchange) principalOf(ctx context.Context, of *set, key odata.Key, k *foreignKey) error {
	q := e.one(of.declared, k.of, key, k.properties)
	if err := widen(q); err != nil {
		return err
	}
	result, err := e.service.answer(ctx, q)
	if err != nil {
		return err
	}
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		principal := keyOf(&row, len(k.properties))
		if slices.ContainsFunc(principal, edm.Value.IsNull) {
			return nil
		}
		use := odata.Read
		if !k.nav.Inverse().IsCollection() {
			use = odata.Update
		}
		_, err := e.findUsable(e.one(k.principal, k.principal.Type(), principal, nil), use)
		if odata.IsNotFound(err) {
			return odata.DanglingReference(k.nav.Association().QualifiedName(), k.nav.ToRole)
		}
		return err
	}
	return nil // has been deleted since
}

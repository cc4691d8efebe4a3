package bind

import (
	"strings"

	"github.com/pamodata/pamodata/metadata"
)

// Adopted conditions name what they are about; the definitions they were built
// with may belong to no model.

// findProperty finds the property of t that has the name of p, or the one of a
// derived type. Where several derived types have one, the type that declares p
// decides.
func findProperty(t metadata.TypeRef, p *metadata.Property) *metadata.Property {
	if t.Complex != nil {
		return t.Complex.Property(p.Name)
	}
	if found := t.Entity.Property(p.Name); found != nil {
		return found
	}
	var found *metadata.Property
	for _, derived := range t.Entity.DerivedTypes() {
		q := derived.Property(p.Name)
		switch {
		case q == nil || q == found:
		case p.DeclaringType() != "" && bareName(q.DeclaringType()) == bareName(p.DeclaringType()):
			return q
		case found != nil:
			return nil // ambiguous
		default:
			found = q
		}
	}
	return found
}

// sameType compares the type a property was declared with, perhaps without
// namespace, with a resolved one.
func sameType(declared, resolved string) bool {
	const open = "Collection("
	item, isCollection := strings.CutPrefix(declared, open)
	resolvedItem, resolvedIsCollection := strings.CutPrefix(resolved, open)
	if isCollection != resolvedIsCollection {
		return false
	}
	return item == resolvedItem || strings.IndexByte(item, '.') < 0 && item == bareName(resolvedItem)
}

func bareName(qualified string) string { return qualified[strings.LastIndexByte(qualified, '.')+1:] }

// findNavigation finds the navigation property of t that has the name of nav,
// or the one of a derived type. An inverse without a name has to be of t's own
// model.
func findNavigation(t *metadata.EntityType, nav *metadata.NavigationProperty) *metadata.NavigationProperty {
	if nav.Name == "" {
		if declaring := nav.DeclaringType(); declaring != nil && (t.Is(declaring) || declaring.Is(t)) {
			return nav
		}
		return nil
	}
	if found := t.NavigationProperty(nav.Name); found != nil {
		return found
	}
	for _, derived := range t.DerivedTypes() {
		if found := derived.NavigationProperty(nav.Name); found != nil {
			return found
		}
	}
	return nil
}

// navName is how errors call a navigation property: an inverse by the one it is
// the inverse of.
func navName(nav *metadata.NavigationProperty) string {
	if nav.Name == "" && nav.Partner() != nil {
		return "~" + nav.Partner().Name
	}
	return nav.Name
}

// relative finds the type named like other among t, its base types and all that
// derive from it.
func relative(t, other *metadata.EntityType) *metadata.EntityType {
	if t == nil {
		return nil
	}
	for base := t; base != nil; base = base.Base() {
		if base.Name == other.Name {
			return base
		}
	}
	for _, derived := range t.DerivedTypes() {
		if derived.Name == other.Name {
			return derived
		}
	}
	return nil
}

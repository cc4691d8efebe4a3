package bind

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// An expansion is one navigation property of $expand with what is expanded
// below it. Paths with a common beginning share it.
type expansion struct {
	nav    *metadata.NavigationProperty
	only   *metadata.EntityType // the instances it is expanded for; nil for all
	to     *collection          // where it leads
	join   join
	nested []*expansion
}

// A join is the properties by whose values the entities on both sides of a
// navigation property find each other: those of its referential constraint,
// parallel to each other. Without one there are none, and only a
// [odata.Navigator] knows.
type join struct{ from, to []*metadata.Property }

func joinOf(nav *metadata.NavigationProperty) join {
	c := nav.Association().Constraint
	if c == nil {
		return join{}
	}
	find := func(t *metadata.EntityType, names []string) []*metadata.Property {
		properties := make([]*metadata.Property, len(names))
		for i, name := range names {
			properties[i] = t.Property(name)
		}
		return properties
	}
	if nav.FromRole == c.PrincipalRole {
		return join{find(nav.DeclaringType(), c.PrincipalProperties), find(nav.Target(), c.DependentProperties)}
	}
	return join{find(nav.DeclaringType(), c.DependentProperties), find(nav.Target(), c.PrincipalProperties)}
}

// bindExpand resolves the paths of $expand from the entities of c. The number
// of paths and their length are bounded by the parser. Source: OData V3 URI
// conventions, expand system query option.
func (b *Binder) bindExpand(c *collection, items []uri.ExpandItem) ([]*expansion, *odata.Error) {
	var roots []*expansion
	for _, item := range items {
		level, from := &roots, c
		var only *metadata.EntityType
		for _, step := range item.Path {
			at := place{in: "$expand", at: step.At}
			if step.Qualified() {
				var err *odata.Error
				if only, err = b.pathType(from, step.Name, at); err != nil {
					return nil, err
				}
				continue
			}
			next, err := b.expandStep(from, only, step.Name, at)
			if err != nil {
				return nil, err
			}
			next = from.merge(level, next)
			level, from, only = &next.nested, next.to, nil
		}
	}
	return roots, nil
}

// pathType resolves a type that narrows the entities of c for the next step of
// a path; nil where it narrows nothing.
func (b *Binder) pathType(c *collection, name string, at place) (*metadata.EntityType, *odata.Error) {
	t := b.model.EntityType(name)
	switch {
	case t == nil:
		return nil, unknownType(at, name)
	case c.of.typ.Is(t):
		return nil, nil
	case !t.Is(c.of.typ):
		return nil, unrelatedType(at, name, c.of.typ.QualifiedName())
	}
	return t, nil
}

func (b *Binder) expandStep(from *collection, only *metadata.EntityType, name string, at place) (*expansion, *odata.Error) {
	t := from.of.typ
	if only != nil {
		t = only
	}
	nav := t.NavigationProperty(name)
	if nav == nil {
		if t.Property(name) != nil {
			return nil, notNavigation(at, t.QualifiedName(), name)
		}
		return nil, unknownProperty(at, t.QualifiedName(), name, navigationNames(t))
	}
	set := from.set.declared.NavigationTarget(nav)
	of := b.landing(set, nav.Target())
	if of == nil {
		return nil, notExpandable(at, name)
	}
	return &expansion{nav: nav, only: only, to: b.collection(set, of.typ), join: b.joins[nav]}, nil
}

// merge adds e to a level, or widens the expansion of the same property that is
// there already.
func (c *collection) merge(level *[]*expansion, e *expansion) *expansion {
	for _, other := range *level {
		if other.nav == e.nav {
			other.only = c.wider(other.only, e.only)
			return other
		}
	}
	*level = append(*level, e)
	return e
}

// wider is the type that has the instances of both; nil has all of c.
func (c *collection) wider(a, b *metadata.EntityType) *metadata.EntityType {
	for ; a != c.of.typ && a != nil && b != nil; a = a.Base() {
		if b.Is(a) {
			return a
		}
	}
	return nil
}

func navigationNames(t *metadata.EntityType) []string {
	var names []string
	for _, nav := range t.AllNavigationProperties() {
		names = append(names, nav.Name)
	}
	return names
}

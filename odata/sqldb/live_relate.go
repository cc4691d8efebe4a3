package sqldb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// follow finds what foreign keys lead to, leaves out those that no association can
// have, and finds the tables that hold nothing but links.
func (i *introspection) follow() {
	for _, t := range i.tables {
		var kept []*seenForeign
		for _, f := range t.foreign {
			why := i.leads(t, f)
			twin := slices.ContainsFunc(kept, func(o *seenForeign) bool { return o.principal == f.principal && slices.Equal(o.near, f.near) })
			switch {
			case why != "":
				i.leaveOut(t.name, strings.Join(f.columns, ", "), why)
			case f.principal != nil && !twin:
				kept = append(kept, f)
			}
		}
		t.foreign = kept
	}
	for _, t := range i.tables {
		if i.holdsLinks(t) {
			t.link = &[2]*seenForeign{t.foreign[0], t.foreign[1]}
		}
	}
}

// leads finds the principal of a foreign key. Without one, and without a reason, it
// is a table that is not wanted.
func (i *introspection) leads(t *seenTable, f *seenForeign) (why string) {
	says := func(format string, args ...any) string {
		return "there is no navigation by the foreign key to " + f.to + ": " + fmt.Sprintf(format, args...)
	}
	principal := i.find(i.tables, f.to)
	if principal == nil {
		if len(i.options.Tables) > 0 && !slices.ContainsFunc(i.result.LeftOut, func(l LeftOut) bool { return l.Table == f.to && l.Column == "" }) {
			return ""
		}
		return says("that table is not in the model")
	}
	if len(f.refers) == 0 {
		f.refers = principal.primary
	}
	f.near, f.far = i.allColumns(t, f.columns), i.allColumns(principal, f.refers)
	switch {
	case f.near == nil:
		return says("a column of it is left out")
	case len(f.near) != len(f.far), len(f.far) != len(principal.key),
		slices.ContainsFunc(principal.key, func(c *seenColumn) bool { return !slices.Contains(f.far, c) }):
		return says("it does not refer to the key")
	}
	for n, near := range f.near {
		a, b := near.property, f.far[n].property
		from, _ := edm.ParseKind(a.Type)
		to, _ := edm.ParseKind(b.Type)
		if from != to && i.db.Dialect() == SQLite && from.IsInteger() && to.IsInteger() && !slices.Contains(t.key, near) && near.computed == "" {
			a.Type = b.Type // what SQLite is told of the size of numbers means nothing
		}
		switch {
		case near.computed != "":
			return says("the column %s is read-only", near.name)
		case a.Type != b.Type:
			return says("the column %s is of type %s, and the key of %s", near.name, a.Type, b.Type)
		}
	}
	f.principal = principal
	return ""
}

// holdsLinks reports a table of two foreign keys and nothing else, which tell its
// rows apart.
func (i *introspection) holdsLinks(t *seenTable) bool {
	if t.view || len(t.foreign) != 2 || i.used["key "+t.name] {
		return false
	}
	both := append(slices.Clone(t.foreign[0].near), t.foreign[1].near...)
	if len(both) != len(t.columns) || len(t.key) != len(both) ||
		slices.ContainsFunc(t.columns, func(c *seenColumn) bool { return !slices.Contains(both, c) }) ||
		slices.ContainsFunc(t.single, func(u []string) bool { return len(u) < len(both) }) ||
		slices.ContainsFunc(i.result.LeftOut, func(l LeftOut) bool { return l.Table == t.name }) {
		return false
	}
	for _, o := range i.tables {
		if slices.ContainsFunc(o.foreign, func(f *seenForeign) bool { return f.principal == t }) {
			return false
		}
	}
	return true
}

// relate makes the associations of a table.
func (i *introspection) relate(t *seenTable) {
	if t.link != nil {
		i.linked(t)
		return
	}
	for _, f := range t.foreign {
		i.refer(t, f)
	}
}

// refer makes the association of a foreign key.
func (i *introspection) refer(t *seenTable, f *seenForeign) {
	p := f.principal
	candidates := []string{p.typ.Name}
	if len(f.near) == 1 {
		column := f.near[0].property.Name
		if name := linkName(column, f.far[0].property.Name); name != "" {
			candidates = []string{name, name + "_" + p.typ.Name}
		} else {
			candidates = append(candidates, column+"_"+p.typ.Name)
		}
	}
	forth := i.navigate(t.typ, candidates...)

	one := slices.ContainsFunc(append(slices.Clone(t.single), columnNames(t.key)), func(u []string) bool { return i.within(t, u, f.near) })
	back, many := t.set.Name, metadata.Many
	if one {
		back, many = t.typ.Name, metadata.ZeroOrOne
	}
	several := 0
	for _, o := range t.foreign {
		if o.principal == p {
			several++
		}
	}
	if several > 1 || p == t {
		back += "_" + forth.Name
	}
	way := i.navigate(p.typ, back, back+"_"+forth.Name)

	must := metadata.One
	if slices.ContainsFunc(f.near, func(c *seenColumn) bool { return !c.property.NotNull }) {
		must = metadata.ZeroOrOne
	}
	roles := taken{}
	a := &metadata.Association{Name: i.names.pick(t.typ.Name + "_" + forth.Name)}
	a.Ends[0] = metadata.AssociationEnd{Type: p.typ.Name, Role: roles.pick(forth.Name), Multiplicity: must}
	a.Ends[1] = metadata.AssociationEnd{Type: t.typ.Name, Role: roles.pick(way.Name), Multiplicity: many}
	if f.cascade {
		a.Ends[0].OnDelete = metadata.OnDeleteCascade
	}
	c := &metadata.ReferentialConstraint{PrincipalRole: a.Ends[0].Role, DependentRole: a.Ends[1].Role}
	for n := range f.near {
		c.PrincipalProperties = append(c.PrincipalProperties, f.far[n].property.Name)
		c.DependentProperties = append(c.DependentProperties, f.near[n].property.Name)
	}
	a.Constraint = c
	i.associate(a, i.sets.pick(a.Name), [2]*seenTable{p, t}, [2]*metadata.NavigationProperty{way, forth})
}

// within reports that all columns of a unique key are among others.
func (i *introspection) within(t *seenTable, unique []string, columns []*seenColumn) bool {
	for _, name := range unique {
		if c := i.column(t, name); c == nil || !slices.Contains(columns, c) {
			return false
		}
	}
	return len(unique) > 0
}

// columnNames are the names of columns.
func columnNames(columns []*seenColumn) (list []string) {
	for _, c := range columns {
		list = append(list, c.name)
	}
	return list
}

// linked makes the association of a table that holds links.
func (i *introspection) linked(t *seenTable) {
	var roles [2]string
	var used = taken{}
	for n, f := range t.link {
		roles[n] = f.principal.set.Name
		if len(f.near) == 1 {
			if name := linkName(identifier(f.near[0].name), f.far[0].property.Name); name != "" {
				roles[n] = name
			}
		}
		roles[n] = used.pick(roles[n])
	}
	a, b := t.link[0].principal, t.link[1].principal
	table := identifier(t.name)
	toB, toA := b.set.Name, a.set.Name
	if a == b {
		toB, toA = roles[1], roles[0]
	}
	ways := [2]*metadata.NavigationProperty{
		i.navigate(a.typ, toB, toB+"_"+table, table),
		i.navigate(b.typ, toA, toA+"_"+table, table+"_"+toA),
	}
	association := &metadata.Association{Name: i.names.pick(a.typ.Name+"_"+ways[0].Name, table)}
	for n, f := range t.link {
		association.Ends[n] = metadata.AssociationEnd{Type: f.principal.typ.Name, Role: roles[n], Multiplicity: metadata.Many}
	}
	set := i.sets.pick(table)
	if set != t.name {
		i.called(set, t.name, Table)
	}
	for n, f := range t.link {
		for k, far := range f.far {
			if name := f.near[k].name; name != roles[n]+"_"+far.name {
				i.called(set+"/"+roles[n]+"/"+far.property.Name, name, Column)
			}
		}
	}
	i.associate(association, set, [2]*seenTable{a, b}, ways)
}

// navigate adds a navigation property to a type, under the first name that is free.
func (i *introspection) navigate(t *metadata.EntityType, names ...string) *metadata.NavigationProperty {
	n := &metadata.NavigationProperty{Name: members(t).pick(names...)}
	t.NavigationProperties = append(t.NavigationProperties, n)
	return n
}

// associate adds an association with navigation properties from its ends.
func (i *introspection) associate(a *metadata.Association, set string, ends [2]*seenTable, ways [2]*metadata.NavigationProperty) {
	s := &metadata.AssociationSet{Name: set, Association: a.Name}
	for n, t := range ends {
		ways[n].Relationship, ways[n].FromRole, ways[n].ToRole = a.Name, a.Ends[n].Role, a.Ends[1-n].Role
		s.Ends[n] = metadata.AssociationSetEnd{Role: a.Ends[n].Role, EntitySet: t.set.Name}
	}
	i.schema.Associations = append(i.schema.Associations, a)
	i.service.AssociationSets = append(i.service.AssociationSets, s)
}

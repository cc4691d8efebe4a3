package sqldb

import (
	"errors"
	"maps"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A mapping says where the entities and links of a model are.
type mapping struct {
	tables []*table // of the default container's sets, in its order
	links  []*linkTable
	bySet  map[*metadata.EntitySet]*table
}

// A table is where the entities of a set are: its own table and, with a table per
// type, further ones that have the same key.
type table struct {
	set           *metadata.EntitySet
	parts         []part // the set's own table first
	key           []*column
	columns       map[*metadata.Property]*column
	order         []*column // in the order of Schema, those of complex properties too
	foreign       []*column // of links
	discriminator string    // empty for a set of a single type
	dynamic       *column   // nil unless a type is open
	types         map[string]*metadata.EntityType
	ends          []end
	streams       string // the table of the streams; empty where there are none
	rules         rules  // of writes
}

// A part is one database table of a set: that of typ and of those derived from
// it.
type part struct {
	typ  *metadata.EntityType
	name string
}

// A column is where a property is stored. One of a complex type has members
// instead, but for one that is stored as JSON.
type column struct {
	part     int
	name     string
	form     Form
	nullable bool
	property *metadata.Property

	computed *computation // nil for one that is stored
	hidden   bool         // only expressions know it

	complex  bool
	members  []*column
	presence *column // tells whether a complex value is there; nil where it always is
}

// An end is one direction in which links leave the entities of a set.
type end struct {
	association *metadata.Association
	role        string // of the entities
	to          *table

	// The entity is linked to those whose far columns equal its near ones; by way
	// of a link table where there is one.
	near, far []*column
	link      *linkTable
	linkNear  []string
	linkFar   []string

	// from and target are the types that linked entities must have, where the
	// columns alone do not tell; otherwise nil.
	from, target *metadata.EntityType
	unique       bool // the far columns are a key
}

// A linkTable holds the links of an association that neither end's table can.
type linkTable struct {
	name    string
	columns [2][]*column // by end of the association
	refers  [2]*table
}

const (
	defaultDiscriminator = "odata_type"
	dynamicColumn        = "odata_dynamic"
)

func newMapping(model *metadata.Model, names naming) (*mapping, error) {
	b := mapper{model: model, names: names, used: map[string]bool{},
		mapping: &mapping{bySet: map[*metadata.EntitySet]*table{}}}
	container := model.DefaultContainer()
	for _, set := range container.AllEntitySets() {
		t := b.table(set)
		b.mapping.tables = append(b.mapping.tables, t)
		b.mapping.bySet[set] = t
	}
	b.bind(container)
	b.checkComputed()
	b.mapping.prepareWrites(model)
	b.checkNames()
	if len(b.mistakes) > 0 {
		return nil, errors.Join(b.mistakes...)
	}
	return b.mapping, nil
}

// A mapper makes a mapping.
type mapper struct {
	model    *metadata.Model
	names    naming
	used     map[string]bool // the keys of options that were of use
	mapping  *mapping
	mistakes mistakes
}

// named is the name that an option gives, or the default.
func (b *mapper) named(option string, names map[string]string, key, fallback string) string {
	name, ok := names[key]
	if !ok {
		return fallback
	}
	b.used[option+key] = true
	if name == "" {
		b.mistakes.add("%s(%q): the name is empty", option, key)
	}
	return name
}

func (b *mapper) table(set *metadata.EntitySet) *table {
	t := &table{set: set, columns: map[*metadata.Property]*column{}, types: map[string]*metadata.EntityType{}}
	t.parts = []part{{set.Type(), b.named("Table", b.names.tables, set.Name, set.Name)}}
	all := append([]*metadata.EntityType{set.Type()}, set.Type().DerivedTypes()...)
	open := false
	for _, typ := range all {
		t.types[typ.QualifiedName()] = typ
		open = open || typ.IsOpen()
		if name := b.named("TablePerType", b.names.typeTables, set.Name+"/"+typ.QualifiedName(), ""); name != "" {
			t.parts = append(t.parts, part{typ, name})
		}
	}
	if len(all) > 1 {
		t.discriminator = b.named("Discriminator", b.names.discriminators, set.Name, defaultDiscriminator)
	}
	for _, typ := range all {
		properties := typ.StructuralProperties()
		if typ != set.Type() {
			properties = properties[len(typ.Base().StructuralProperties()):]
		}
		for _, p := range properties {
			c := b.column(t, t.partOf(typ), p, set.Name+"/"+p.Name, p.Name, t.parts[t.partOf(typ)].typ == typ, nil, nil)
			t.columns[p] = c
		}
	}
	for _, p := range set.Type().KeyProperties() {
		t.key = append(t.key, t.columns[p])
	}
	b.hide(t)
	if hasStreams(all) {
		t.streams = b.named("Table", b.names.tables, set.Name+"/"+streamTable, set.Name+"_"+streamTable)
	}
	if open {
		t.dynamic = &column{name: b.named("Column", b.names.columns, set.Name+"/"+dynamicColumn, dynamicColumn), form: Form{Kind: edm.KindComplex}, nullable: true}
		t.order = append(t.order, t.dynamic)
	}
	return t
}

// partOf is the part that has what typ declares.
func (t *table) partOf(typ *metadata.EntityType) int {
	for ; typ != nil; typ = typ.Base() {
		if i := slices.IndexFunc(t.parts, func(p part) bool { return p.typ == typ }); i >= 0 {
			return i
		}
	}
	return 0
}

// column maps one property, and the members of a complex one. always tells that
// each row of the part has the property.
func (b *mapper) column(t *table, part int, p *metadata.Property, path, name string, always bool, presence *column, outer []*metadata.ComplexType) *column {
	ref := p.TypeRef()
	c := &column{part: part, property: p, nullable: !p.NotNull || !always, form: formOf(ref)}
	if c.computed = b.computation(t, p, path); c.computed != nil {
		c.name = name
	} else {
		c.name = b.named("Column", b.names.columns, path, name)
	}
	if c.form.Kind == edm.KindDateTime && b.names.utc[path] {
		c.form.UTC = true
		b.used["UTC"+path] = true
	}
	if c.computed != nil {
		return c
	}
	if ref.Complex == nil || ref.Collection || holds(ref.Complex, append(outer, ref.Complex)) {
		t.order = append(t.order, c)
		return c
	}
	c.complex = true
	c.presence = presence
	if c.nullable {
		c.presence = &column{part: part, name: c.name, form: Form{Kind: edm.KindBoolean}, nullable: !always, property: p}
		t.order = append(t.order, c.presence)
	}
	for _, member := range ref.Complex.AllProperties() {
		c.members = append(c.members, b.column(t, part, member, path+"/"+member.Name, name+"_"+member.Name,
			always && !c.nullable, c.presence, append(outer, ref.Complex)))
	}
	return c
}

// holds reports a complex type whose values can hold values of the types around
// them.
func holds(t *metadata.ComplexType, outer []*metadata.ComplexType) bool {
	for _, p := range t.AllProperties() {
		inner := p.TypeRef()
		if inner.Complex == nil || inner.Collection {
			continue
		}
		if slices.Contains(outer, inner.Complex) || holds(inner.Complex, append(outer, inner.Complex)) {
			return true
		}
	}
	return false
}

// formOf is the form in which values of a type are stored.
func formOf(t metadata.TypeRef) Form {
	if t.Collection {
		return Form{Kind: edm.KindCollection}
	}
	return Form{Kind: t.Kind}
}

// bind finds the ends of all sets, from the association sets of the container and
// of those it extends.
func (b *mapper) bind(container *metadata.EntityContainer) {
	if container.Extends != "" {
		b.bind(b.model.Container(container.Extends))
	}
	for _, set := range container.AssociationSets {
		bond := bond{set: set, association: b.model.Association(set.Association)}
		for _, e := range set.Ends {
			at := 0
			if bond.association.Ends[1].Role == e.Role {
				at = 1
			}
			for _, t := range b.mapping.tables {
				if t.set.Name == e.EntitySet {
					bond.tables[at] = t
				}
			}
			bond.types[at] = b.model.EntityType(bond.association.Ends[at].Type)
		}
		switch {
		case bond.association.Constraint != nil:
			b.constrain(&bond)
		case bond.holder() >= 0:
			b.refer(&bond, bond.holder())
		default:
			b.linked(&bond)
		}
	}
}

// A bond is an association set.
type bond struct {
	set         *metadata.AssociationSet
	association *metadata.Association
	tables      [2]*table // by end of the association
	types       [2]*metadata.EntityType
}

// holder is the end whose table has the other's key, -1 if neither can: one that
// must have a link, otherwise one that has a navigation property.
func (b *bond) holder() int {
	best, holder := 0, -1
	for near := range b.association.Ends {
		far := &b.association.Ends[1-near]
		if far.Multiplicity == metadata.Many {
			continue
		}
		rank := 1
		if b.navigation(near) != nil {
			rank = 2
		}
		if far.Multiplicity == metadata.One {
			rank += 2
		}
		if rank > best {
			best, holder = rank, near
		}
	}
	return holder
}

// navigation is the navigation property that leads from an end, or nil.
func (b *bond) navigation(near int) *metadata.NavigationProperty {
	for _, nav := range b.types[near].AllNavigationProperties() {
		if nav.Association() == b.association && nav.FromRole == b.association.Ends[near].Role {
			return nav
		}
	}
	return nil
}

// narrower is a type that entities of a table do not all have, or nil.
func narrower(t *table, typ *metadata.EntityType) *metadata.EntityType {
	if t.set.Type().Is(typ) {
		return nil
	}
	return typ
}

// connect adds both ends of a bond.
func (b *bond) connect(near int, e end) {
	roles := b.association.Ends
	e.association, e.role, e.to = b.association, roles[near].Role, b.tables[1-near]
	back := end{association: b.association, role: roles[1-near].Role, to: b.tables[near],
		near: e.far, far: e.near, link: e.link, linkNear: e.linkFar, linkFar: e.linkNear, from: e.target, target: e.from}
	e.unique = roles[1-near].Multiplicity != metadata.Many
	back.unique = roles[near].Multiplicity != metadata.Many
	b.tables[near].ends = append(b.tables[near].ends, e)
	b.tables[1-near].ends = append(b.tables[1-near].ends, back)
}

// constrain relates by the dependent's properties. Source: CSDL 3.0,
// ReferentialConstraint.
func (b *mapper) constrain(bond *bond) {
	c := bond.association.Constraint
	near := 0
	if bond.association.Ends[1].Role == c.DependentRole {
		near = 1
	}
	e := end{from: narrower(bond.tables[near], bond.types[near]), target: narrower(bond.tables[1-near], bond.types[1-near])}
	for i := range c.PrincipalProperties {
		e.near = append(e.near, bond.tables[near].columns[bond.types[near].Property(c.DependentProperties[i])])
		e.far = append(e.far, bond.tables[1-near].columns[bond.types[1-near].Property(c.PrincipalProperties[i])])
	}
	bond.connect(near, e)
}

// refer gives the table of an end columns for the other's key.
func (b *mapper) refer(bond *bond, near int) {
	t, other := bond.tables[near], bond.tables[1-near]
	name := bond.association.Ends[1-near].Role
	if nav := bond.navigation(near); nav != nil {
		name = nav.Name
	}
	e := end{}
	at := t.partOf(bond.types[near])
	for _, key := range other.key {
		c := &column{part: at, form: key.form}
		c.name = b.named("Column", b.names.columns, t.set.Name+"/"+name+"/"+key.property.Name, name+"_"+key.name)
		c.nullable = bond.association.Ends[1-near].Multiplicity != metadata.One || t.parts[at].typ != bond.types[near]
		t.foreign = append(t.foreign, c)
		t.order = append(t.order, c)
		e.near, e.far = append(e.near, c), append(e.far, key)
	}
	bond.connect(near, e)
}

// linked puts the links into a table of their own.
func (b *mapper) linked(bond *bond) {
	l := &linkTable{name: b.named("Table", b.names.tables, bond.set.Name, bond.set.Name), refers: bond.tables}
	var names [2][]string
	for i, t := range bond.tables {
		role := bond.association.Ends[i].Role
		for _, key := range t.key {
			c := &column{form: key.form}
			c.name = b.named("Column", b.names.columns, bond.set.Name+"/"+role+"/"+key.property.Name, role+"_"+key.name)
			l.columns[i] = append(l.columns[i], c)
			names[i] = append(names[i], c.name)
		}
	}
	b.mapping.links = append(b.mapping.links, l)
	bond.connect(0, end{near: bond.tables[0].key, far: bond.tables[1].key, link: l, linkNear: names[0], linkFar: names[1]})
}

// checkNames finds names that occur twice, and options that name nothing.
func (b *mapper) checkNames() {
	tables := map[string]bool{}
	unique := func(name string) {
		if tables[name] {
			b.mistakes.add("two tables are named %q; name one of them with Table or TablePerType", name)
		}
		tables[name] = true
	}
	for _, t := range b.mapping.tables {
		for i, p := range t.parts {
			unique(p.name)
			columns := map[string]bool{}
			add := func(name string) {
				if columns[name] {
					b.mistakes.add("%s: two columns are named %q; name one of them with Column", t.set.Name, name)
				}
				columns[name] = true
			}
			if i == 0 && t.discriminator != "" {
				add(t.discriminator)
			}
			for _, c := range t.partColumns(i) {
				add(c.name)
			}
		}
	}
	for _, l := range b.mapping.links {
		unique(l.name)
	}
	for _, t := range b.mapping.tables {
		if t.streams != "" {
			unique(t.streams)
		}
	}
	b.unused("Table", b.names.tables)
	b.unused("Column", b.names.columns)
	b.unused("Discriminator", b.names.discriminators)
	b.unused("TablePerType", b.names.typeTables)
	for path := range b.names.utc {
		if !b.used["UTC"+path] {
			b.mistakes.add("UTC(%q): the model has no such property of type Edm.DateTime", path)
		}
	}
}

func (b *mapper) unused(option string, names map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if !b.used[option+key] {
			b.mistakes.add("%s(%q, …): the model has nothing that is stored by this name", option, key)
		}
	}
}

// partColumns are the columns of one part, with the key.
func (t *table) partColumns(at int) (columns []*column) {
	if at > 0 {
		columns = append(columns, t.key...)
	}
	for _, c := range t.order {
		if c.part == at {
			columns = append(columns, c)
		}
	}
	return columns
}

// end finds the end whose links nav follows.
func (t *table) end(nav *metadata.NavigationProperty) (*end, error) {
	for i := range t.ends {
		if e := &t.ends[i]; e.association == nav.Association() && e.role == nav.FromRole {
			return e, nil
		}
	}
	return nil, odata.Internalf("sqldb: no association set says where %s leads from %s", nav.Name, t.set.Name)
}

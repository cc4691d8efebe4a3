package sqldb

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// rules are what writes of a table have to obey.
type rules struct {
	fields []*metadata.Property // of the set's type and of those derived from it
	made   []made
	ties   []tie // parallel to the table's ends

	typeName *column // the discriminator; nil for a set of a single type
}

// A tie is an end as writes see it: the entities of its table are near, those of
// to are far.
type tie struct {
	*end
	table     *table
	near, far *metadata.AssociationEnd
	types     [2]*metadata.EntityType // that near and far entities must have
	back      *tie
	held      holding

	// dependent tells that the holder's columns are its properties. Of these, loose
	// are those that can be null, and fixed tells that all are parts of its key.
	dependent bool
	loose     []bool
	fixed     bool

	trusted  bool // a foreign key answers for what near entities hold
	looked   bool // it has to be looked at when a near entity's links change
	required bool // a near entity must have a link
}

// A holding says which columns hold the links of a tie.
type holding uint8

const (
	nearHolds holding = iota
	farHolds
	tableHolds
)

// holder are the columns that hold a link, and held those of the key that is in
// them.
func (r *tie) holder() (at *table, holder, held []*column) {
	if r.held == nearHolds {
		return r.table, r.end.near, r.end.far
	}
	return r.to, r.end.far, r.end.near
}

// prepareWrites makes the rules of all tables.
func (m *mapping) prepareWrites(model *metadata.Model) {
	for _, t := range m.tables {
		t.rules.fields = slices.Clone(t.set.Type().StructuralProperties())
		for _, d := range t.set.Type().DerivedTypes() {
			t.rules.fields = append(t.rules.fields, d.StructuralProperties()[len(d.Base().StructuralProperties()):]...)
		}
		t.rules.made = madeOf(t)
		if t.discriminator != "" {
			t.rules.typeName = &column{name: t.discriminator, form: Form{Kind: edm.KindString}}
		}
		t.rules.ties = make([]tie, len(t.ends))
		for i := range t.ends {
			e := &t.ends[i]
			r := &t.rules.ties[i]
			*r = tie{end: e, table: t}
			r.near, r.far = &e.association.Ends[0], &e.association.Ends[1]
			if r.far.Role == e.role {
				r.near, r.far = r.far, r.near
			}
			r.types = [2]*metadata.EntityType{model.EntityType(r.near.Type), model.EntityType(r.far.Type)}
			r.required = r.far.Multiplicity == metadata.One
			r.hold()
		}
	}
	for _, t := range m.tables {
		for i := range t.rules.ties {
			r := &t.rules.ties[i]
			for j := range r.to.rules.ties {
				if b := &r.to.rules.ties[j]; b.association == r.association && b.role != r.role && b.to == t {
					r.back = b
				}
			}
			r.looked = r.required || r.dependent && (r.held == nearHolds || r.far.Multiplicity != metadata.Many)
		}
	}
}

// hold finds where the links are.
func (r *tie) hold() {
	switch c := r.association.Constraint; {
	case c != nil:
		r.dependent = true
		if r.role != c.DependentRole {
			r.held = farHolds
		}
		t, columns, _ := r.holder()
		r.fixed = true
		r.loose = make([]bool, len(columns))
		for i, column := range columns {
			isKey := slices.Contains(t.key, column)
			r.fixed = r.fixed && isKey
			r.loose[i] = !isKey && !column.property.NotNull
		}
	case r.link != nil:
		r.held = tableHolds
	case len(r.end.near) == 0 || !slices.Contains(r.table.foreign, r.end.near[0]):
		r.held = farHolds
	}
	r.trusted = r.held == nearHolds && r.referable()
}

// referable tells that a foreign key can say what a near entity may hold: its
// columns are of the kinds of the other's key, and only entities that the
// association links have values in them.
func (r *tie) referable() bool {
	for i, c := range r.end.near {
		if c.form.Kind != r.end.far[i].form.Kind || r.end.far[i].part != 0 || !slices.Contains(r.to.key, r.end.far[i]) {
			return false
		}
		if r.dependent && r.from != nil && r.from.Base() != nil && r.from.Base().Property(c.property.Name) == c.property {
			return false
		}
	}
	return len(r.end.far) == len(r.to.key)
}

// certain tells that the foreign key says all: no type has to be looked at.
func (r *tie) certain() bool { return r.trusted && r.target == nil }

// tie finds the one whose links nav follows, or returns nil.
func (t *table) tie(nav *metadata.NavigationProperty) *tie {
	for i := range t.rules.ties {
		if r := &t.rules.ties[i]; r.association == nav.Association() && r.role == nav.FromRole {
			return r
		}
	}
	return nil
}

// inKey is the order of the key of a table for values parallel to columns of it.
func inKey(t *table, columns []*column, values []edm.Value) []edm.Value {
	key := make([]edm.Value, len(t.key))
	for i, c := range columns {
		key[slices.Index(t.key, c)] = values[i]
	}
	return key
}

// outOfKey is a key of a table, parallel to columns of it.
func outOfKey(t *table, columns []*column, key []edm.Value) []edm.Value {
	values := make([]edm.Value, len(columns))
	for i, c := range columns {
		values[i] = key[slices.Index(t.key, c)]
	}
	return values
}

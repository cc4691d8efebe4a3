package sqldb

import (
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A field says how a value of a row comes out of columns.
type field struct {
	step   step
	column int // of a plain or JSON value, or of the presence of a complex one; -1 if it is always there
	ref    metadata.TypeRef
	of     *metadata.EntityType // of the entities that have a complex value without a presence; nil for all

	members []field
}

type step uint8

const (
	plainStep step = iota
	complexStep
	jsonStep
)

// fieldOf plans one field of entities of the given types; add adds a column to the
// statement.
func fieldOf(c *column, types map[string]*metadata.EntityType, add func(*column) int) field {
	f := field{column: -1, ref: c.property.TypeRef()}
	switch {
	case c.complex:
		f.step = complexStep
		switch {
		case c.presence != nil:
			f.column = add(c.presence)
		case c.part > 0:
			f.of = types[c.property.DeclaringType()]
		}
		for _, m := range c.members {
			f.members = append(f.members, fieldOf(m, types, add))
		}
	case c.form.Kind == edm.KindCollection || c.form.Kind == edm.KindComplex:
		f.step, f.column = jsonStep, add(c)
	default:
		f.column = add(c)
	}
	return f
}

// width is how many values a row's complex values take, at all depths.
func width(fields []field) int {
	n := 0
	for i := range fields {
		n += len(fields[i].members) + width(fields[i].members)
	}
	return n
}

// A reader turns the columns of one statement into rows. It serves one query, and
// reuses its memory from row to row.
type reader struct {
	output  *output
	cells   []edm.Value
	values  []edm.Value
	members []edm.Value
	dynamic []odata.DynamicProperty
	free    int // of members

	media   odata.StreamInfo
	streams []odata.StreamInfo

	expanders []expander
	related   []odata.Related

	name string // the last type's, and its type
	typ  *metadata.EntityType
}

func newReader(o *output) *reader {
	r := new(reader)
	r.begin(o, make([]edm.Value, len(o.columns)))
	return r
}

// begin prepares a reader of cells that others may read from, too.
func (r *reader) begin(o *output, cells []edm.Value) {
	r.output, r.cells = o, cells
	if !o.plain {
		r.values = make([]edm.Value, len(o.fields))
		r.members = make([]edm.Value, width(o.fields))
	}
	if o.related > 0 {
		r.expanders, r.related = expanders(o, cells), make([]odata.Related, o.related)
	}
}

// forget lets go of what the last row held: its values may refer to memory of the
// database.
func (r *reader) forget() *reader {
	clear(r.cells)
	clear(r.values)
	clear(r.members)
	clear(r.dynamic)
	clear(r.streams)
	r.dynamic, r.media = nil, odata.StreamInfo{}
	for i := range r.expanders {
		x := &r.expanders[i]
		x.row[0] = odata.Row{}
		x.reader.forget()
	}
	clear(r.related)
	r.name, r.typ = "", nil
	return r
}

// row makes a row of the cells.
func (r *reader) row(row *odata.Row) error {
	o := r.output
	if o.typ >= 0 {
		if name := r.cells[o.typ]; name.IsNull() || name.Str() != r.name {
			if err := r.find(name); err != nil {
				return err
			}
		}
		row.Type = r.typ
	}
	if o.plain {
		row.Values = r.cells[o.first : o.first+len(o.fields) : o.first+len(o.fields)]
	} else {
		r.free = 0
		for i := range o.fields {
			v, err := r.value(&o.fields[i])
			if err != nil {
				return err
			}
			r.values[i] = v
		}
		row.Values = r.values
	}
	if o.dynamic >= 0 {
		row.Dynamic = nil
		if cell := r.cells[o.dynamic]; !cell.IsNull() {
			var err error
			if r.dynamic, err = parseDynamic(cell.Str(), r.dynamic[:0]); err != nil {
				return err
			}
			row.Dynamic = r.dynamic
		}
	}
	if o.media >= 0 || len(o.streams) > 0 {
		r.describe(row)
	}
	if r.related != nil {
		return r.expand(row)
	}
	return nil
}

// find looks up a type.
func (r *reader) find(name edm.Value) error {
	if name.IsNull() {
		return odata.Internalf("sqldb: an entity has no type; the discriminator column must not be null")
	}
	typ := r.output.types[name.Str()]
	if typ == nil {
		return odata.Internalf("sqldb: an entity has the type %q, which the set does not have", name.Str())
	}
	r.typ, r.name = typ, typ.QualifiedName()
	return nil
}

func (r *reader) value(f *field) (edm.Value, error) {
	switch f.step {
	case plainStep:
		return r.cells[f.column], nil
	case jsonStep:
		cell := r.cells[f.column]
		if cell.IsNull() {
			return edm.Null, nil
		}
		return parseJSON(cell.Str(), f.ref)
	}
	if f.of != nil && !r.typ.Is(f.of) {
		return edm.Null, nil
	}
	if f.column >= 0 {
		if here := r.cells[f.column]; here.IsNull() || !here.Bool() {
			return edm.Null, nil
		}
	}
	members := r.members[r.free : r.free+len(f.members) : r.free+len(f.members)]
	r.free += len(f.members)
	for i := range f.members {
		v, err := r.value(&f.members[i])
		if err != nil {
			return edm.Null, err
		}
		members[i] = v
	}
	return edm.Complex(members), nil
}

// sortDynamic puts undeclared properties into the order of rows.
func sortDynamic(list []odata.DynamicProperty) {
	slices.SortFunc(list, func(a, b odata.DynamicProperty) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
}

package eval_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A world is a model with one property of each kind, and what tests need to
// write expressions over it.
type world struct {
	model                             *metadata.Model
	thing, special, part, spare, note *metadata.EntityType
	place, spot                       *metadata.ComplexType
}

func newWorld(t testing.TB) *world {
	t.Helper()
	prop := func(name, typ string) *metadata.Property { return &metadata.Property{Name: name, Type: typ} }
	key := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true}
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Test",
		EntityTypes: []*metadata.EntityType{{
			Name: "Thing", Key: []string{"Id"}, OpenType: true,
			Properties: []*metadata.Property{key("Id", "Edm.Int32"),
				prop("Text", "Edm.String"), prop("Text2", "Edm.String"), prop("Flag", "Edm.Boolean"),
				prop("I32", "Edm.Int32"), prop("I64", "Edm.Int64"), prop("Small", "Edm.SByte"),
				prop("Double", "Edm.Double"), prop("Single", "Edm.Single"), prop("Decimal", "Edm.Decimal"),
				prop("Moment", "Edm.DateTime"), prop("Zoned", "Edm.DateTimeOffset"), prop("Span", "Edm.Time"),
				prop("Guid", "Edm.Guid"), prop("Binary", "Edm.Binary"),
				prop("Home", "Place"), prop("Work", "Place"), prop("Color", "Color"),
				key("Tags", "Collection(Edm.String)"), key("Places", "Collection(Test.Place)")},
			NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Friend", Relationship: "Friends", FromRole: "Of", ToRole: "Friend"},
				{Name: "Parts", Relationship: "ThingParts", FromRole: "Whole", ToRole: "Parts"},
			},
		}, {
			Name: "Special", BaseType: "Thing",
			Properties: []*metadata.Property{prop("Level", "Edm.Int32")},
		}, {
			Name: "Part", Key: []string{"Id"},
			Properties: []*metadata.Property{key("Id", "Edm.Int32"), prop("Name", "Edm.String"), prop("Size", "Edm.Int64")},
			NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Whole", Relationship: "ThingParts", FromRole: "Parts", ToRole: "Whole"},
				{Name: "Notes", Relationship: "PartNotes", FromRole: "Part", ToRole: "Notes"},
			},
		}, {
			Name: "SparePart", BaseType: "Part",
		}, {
			Name: "Note", Key: []string{"Id"},
			Properties: []*metadata.Property{key("Id", "Edm.Int32"), prop("Body", "Edm.String")},
		}},
		ComplexTypes: []*metadata.ComplexType{
			{Name: "Place", Properties: []*metadata.Property{prop("City", "Edm.String"), prop("Spot", "Spot")}},
			{Name: "Spot", Properties: []*metadata.Property{prop("X", "Edm.Double"), prop("Y", "Edm.Double")}},
		},
		EnumTypes: []*metadata.EnumType{{Name: "Color", Members: []metadata.EnumMember{{Name: "Red"}, {Name: "Blue"}}}},
		Associations: []*metadata.Association{
			{Name: "Friends", Ends: [2]metadata.AssociationEnd{
				{Type: "Thing", Role: "Of", Multiplicity: metadata.Many}, {Type: "Thing", Role: "Friend", Multiplicity: metadata.ZeroOrOne}}},
			{Name: "ThingParts", Ends: [2]metadata.AssociationEnd{
				{Type: "Thing", Role: "Whole", Multiplicity: metadata.ZeroOrOne}, {Type: "Part", Role: "Parts", Multiplicity: metadata.Many}}},
			{Name: "PartNotes", Ends: [2]metadata.AssociationEnd{
				{Type: "Part", Role: "Part", Multiplicity: metadata.ZeroOrOne}, {Type: "Note", Role: "Notes", Multiplicity: metadata.Many}}},
		},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return &world{model: model,
		thing: model.EntityType("Test.Thing"), special: model.EntityType("Test.Special"),
		part: model.EntityType("Test.Part"), spare: model.EntityType("Test.SparePart"), note: model.EntityType("Test.Note"),
		place: model.ComplexType("Test.Place"), spot: model.ComplexType("Test.Spot"),
	}
}

// query asks for all fields of all things, those of Special too, with their
// friend, their parts and the notes of those.
func (w *world) query() *odata.Query {
	notes := &odata.Query{Type: w.note, Fields: w.note.StructuralProperties()}
	parts := &odata.Query{Type: w.part, Fields: w.part.StructuralProperties(),
		Expand: []odata.Expansion{{Nav: w.part.NavigationProperty("Notes"), Query: notes}}}
	friend := &odata.Query{Type: w.thing, Fields: w.fields(),
		Expand: []odata.Expansion{{Nav: w.thing.NavigationProperty("Parts"), Query: parts}}}
	return &odata.Query{Type: w.thing, Fields: w.fields(), Expand: []odata.Expansion{
		{Nav: w.thing.NavigationProperty("Friend"), Query: friend},
		{Nav: w.thing.NavigationProperty("Parts"), Query: parts},
	}}
}

func (w *world) fields() []*metadata.Property { return w.special.StructuralProperties() }

// row makes a thing with the given values by property name; the others are
// null. Related are the friend, if any, then the parts.
func (w *world) row(values map[string]edm.Value) *odata.Row {
	r := rowOf(w.fields(), values)
	r.Related = make([]odata.Related, 2)
	return r
}

func rowOf(fields []*metadata.Property, values map[string]edm.Value) *odata.Row {
	r := &odata.Row{Values: make([]edm.Value, len(fields))}
	for i, p := range fields {
		r.Values[i] = values[p.Name]
	}
	return r
}

// partRow makes a part with notes.
func (w *world) partRow(id int32, name string, size int64, notes ...string) odata.Row {
	r := rowOf(w.part.StructuralProperties(), map[string]edm.Value{"Id": edm.Int32(id), "Name": edm.String(name), "Size": edm.Int64(size)})
	r.Related = make([]odata.Related, 1)
	for i, body := range notes {
		r.Related[0].Rows = append(r.Related[0].Rows, *rowOf(w.note.StructuralProperties(),
			map[string]edm.Value{"Id": edm.Int32(int32(i)), "Body": edm.String(body)}))
	}
	return *r
}

// The expressions of tests.

func (w *world) it() *odata.Variable { return odata.ItOf(w.thing) }

// member is a path of structural properties that starts at $it.
func (w *world) member(names ...string) odata.Expr { return pathFrom(w.it(), names...) }

// pathFrom follows structural and navigation properties from an expression.
func pathFrom(e odata.Expr, names ...string) odata.Expr {
	for _, name := range names {
		switch t := e.Type(); {
		case t.Complex != nil:
			e = &odata.Member{Of: e, Property: t.Complex.Property(name)}
		case t.Entity.Property(name) != nil:
			e = &odata.Member{Of: e, Property: t.Entity.Property(name)}
		default:
			e = &odata.Navigate{Of: e, Nav: t.Entity.NavigationProperty(name)}
		}
	}
	return e
}

func lit(v edm.Value) *odata.Literal {
	l := &odata.Literal{Value: v}
	if !v.IsNull() {
		l.Of = metadata.PrimitiveType(v.Kind())
	}
	return l
}

func null() *odata.Literal { return lit(edm.Null) }

func binary(op odata.BinaryOp, l, r odata.Expr) odata.Expr { return &odata.Binary{Op: op, L: l, R: r} }

func not(e odata.Expr) odata.Expr { return &odata.Unary{Op: odata.Not, X: e} }

func negate(e odata.Expr) odata.Expr { return &odata.Unary{Op: odata.Negate, X: e} }

func call(overload string, result edm.Kind, args ...odata.Expr) odata.Expr {
	name := overload
	for i, r := range overload {
		if r == '(' {
			name = overload[:i]
			break
		}
	}
	return &odata.Call{Function: &odata.Function{Name: name, Overload: overload, Result: result}, Args: args}
}

func dateTime(t testing.TB, s string) edm.Value {
	t.Helper()
	d, err := edm.ParseDateTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value()
}

func decimal(t testing.TB, s string) edm.Value {
	t.Helper()
	d, err := edm.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d.Value()
}

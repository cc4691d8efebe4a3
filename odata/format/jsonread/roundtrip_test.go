package jsonread_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
	"github.com/pamodata/pamodata/odata/format/jsonread/readtest"
	"github.com/pamodata/pamodata/odata/format/verbose"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// A writing is a way to write what a reader reads back.
type writing struct {
	name   string
	format format.Format
	reader format.Reader

	oldDates bool // dates have milliseconds and no zone
	partial  bool // some properties have no form in this dialect
	xml      bool // some characters have no form
	typed    bool // undeclared properties keep their types
}

var writings = []writing{
	{name: "minimal", format: jsonlight.New(jsonlight.Minimal), reader: jsonlight.NewReader(), typed: true},
	{name: "full", format: jsonlight.New(jsonlight.Full), reader: jsonlight.NewReader(), typed: true},
	{name: "none", format: jsonlight.New(jsonlight.None), reader: jsonlight.NewReader()},
	{name: "verbose 1.0", format: verbose.New(verbose.Options{Version: verbose.Version1}), reader: verbose.NewReader(), oldDates: true, partial: true},
	{name: "verbose 2.0", format: verbose.New(verbose.Options{Version: verbose.Version2}), reader: verbose.NewReader(), oldDates: true, partial: true},
	{name: "verbose 3.0", format: verbose.New(verbose.Options{}), reader: verbose.NewReader()},
	{name: "atom", format: atom.New(atom.Options{}), reader: atom.NewReader(), typed: true, xml: true},
	{name: "atom with all options", format: atom.New(atom.Options{AssociationLinks: true, TypedNulls: true}), reader: atom.NewReader(), typed: true, xml: true},
	{name: "atom before 3.0", format: atom.New(atom.Options{Before3: true}), reader: atom.NewReader(), typed: true, xml: true},
}

var place = &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata"}

// everything is a projection of all structural properties of a set.
func everything(model *metadata.Model, set string) *odata.Projection {
	s := model.DefaultContainer().EntitySet(set)
	p := &odata.Projection{Set: s, Type: s.Type(), Dynamic: s.Type().IsOpen()}
	for i, property := range s.Type().StructuralProperties() {
		p.Fields = append(p.Fields, odata.ProjectedField{Property: property, Index: i})
		for _, key := range s.Type().KeyProperties() {
			if key == property {
				p.Key = append(p.Key, i)
			}
		}
	}
	for _, nav := range s.Type().AllNavigationProperties() {
		p.Navigation = append(p.Navigation, odata.ProjectedNavigation{Nav: nav, Index: -1})
	}
	return p
}

func randomRow(r *rand.Rand, p *odata.Projection) odata.Row {
	row := odata.Row{Values: make([]edm.Value, len(p.Fields))}
	for i, f := range p.Fields {
		row.Values[i] = randomOf(r, f.Property.TypeRef(), !f.Property.NotNull)
	}
	return row
}

func randomOf(r *rand.Rand, t metadata.TypeRef, nullable bool) edm.Value {
	switch {
	case t.Collection:
		items := make([]edm.Value, r.IntN(4))
		for i := range items {
			items[i] = randomOf(r, t.Item(), false)
		}
		return edm.Collection(items)
	case nullable && r.IntN(5) == 0:
		return edm.Null
	case t.Complex != nil:
		members := make([]edm.Value, len(t.Complex.AllProperties()))
		for i, p := range t.Complex.AllProperties() {
			members[i] = randomOf(r, p.TypeRef(), !p.NotNull)
		}
		return edm.Complex(members)
	}
	return randomValue(r, t.Kind)
}

func randomValue(r *rand.Rand, k edm.Kind) edm.Value {
	switch k {
	case edm.KindBinary:
		b := make([]byte, r.IntN(40))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return edm.Binary(b)
	case edm.KindBoolean:
		return edm.Boolean(r.IntN(2) == 0)
	case edm.KindByte:
		return edm.Byte(uint8(r.Uint32()))
	case edm.KindSByte:
		return edm.SByte(int8(r.Uint32()))
	case edm.KindInt16:
		return edm.Int16(int16(r.Uint32()))
	case edm.KindInt32:
		return edm.Int32(int32(r.Uint32()))
	case edm.KindInt64:
		return edm.Int64(int64(r.Uint64() >> r.IntN(64)))
	case edm.KindDecimal:
		return edm.NewDecimal(int64(r.Uint64()), r.IntN(19)).Value()
	case edm.KindSingle:
		if f := math.Float32frombits(r.Uint32()); f == f {
			return edm.Single(f)
		}
		return edm.Single(float32(math.Inf(-1)))
	case edm.KindDouble:
		switch f := math.Float64frombits(r.Uint64()); {
		case f != f:
			return edm.Double(math.Inf(1))
		case r.IntN(2) == 0:
			return edm.Double(float64(r.IntN(1000)))
		default:
			return edm.Double(f)
		}
	case edm.KindGuid:
		return edm.NewGUID().Value()
	case edm.KindString:
		alphabet := []rune("ab\"\\/\n\t\x01\x7f'<&\u00e9\u2028\uffff\U0001F600{}[],: ")
		text := make([]rune, r.IntN(20))
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		return edm.String(string(text))
	case edm.KindDateTime:
		zones := []edm.Zone{edm.NoZone, edm.UTC}
		if d, err := edm.NewDateTime(r.Int64N(3_155_378_975_999_999_999), zones[r.IntN(len(zones))]); err == nil {
			return d.Value()
		}
	case edm.KindDateTimeOffset:
		if d, err := edm.NewDateTimeOffset(r.Int64N(3_155_378_975_999_999_999), r.IntN(1681)-840); err == nil {
			return d.Value()
		}
	case edm.KindTime:
		return edm.NewTime(r.Int64N(10_000_000_000_000) - 5_000_000_000_000).Value()
	case edm.KindGeographyPoint:
		if s, err := edm.NewGeographyPoint(4326, float64(r.IntN(360))-180+0.5, float64(r.IntN(180))-90); err == nil {
			return s.Value()
		}
	case edm.KindGeometryPoint:
		if s, err := edm.NewGeometryPoint(r.IntN(9), r.NormFloat64(), r.NormFloat64()); err == nil {
			return s.Value()
		}
	}
	return edm.Null
}

// read is what v is after it was written with the dates of old versions, or
// without the characters that XML does not have.
func (w writing) read(t *testing.T, v edm.Value) edm.Value {
	t.Helper()
	var text []byte
	switch k := v.Kind(); {
	case !w.oldDates && !w.xml:
		return v
	case k == edm.KindString:
		if w.xml {
			return edm.String(strings.Map(inXML, v.Str()))
		}
		return v
	case k == edm.KindCollection:
		items := make([]edm.Value, len(v.Elements()))
		for i, item := range v.Elements() {
			items[i] = w.read(t, item)
		}
		return edm.Collection(items)
	case k == edm.KindComplex:
		members := make([]edm.Value, len(v.Elements()))
		for i, m := range v.Elements() {
			members[i] = w.read(t, m)
		}
		return edm.Complex(members)
	case w.xml:
		return v
	case k == edm.KindDateTime:
		text = v.DateTime().AppendJSONDate(nil)
	case k == edm.KindDateTimeOffset:
		text = v.DateTimeOffset().AppendJSONDate(nil)
	default:
		return v
	}
	old, err := edm.ParseText(v.Kind(), string(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return old
}

// inXML is the character that stands for r in XML.
func inXML(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return '\uFFFD'
	}
	return r
}

// unwrapped is a payload without the "d" of responses.
func (w writing) unwrapped(payload []byte) []byte {
	if inner, ok := bytes.CutPrefix(payload, []byte(`{"d":`)); ok {
		return inner[:len(inner)-1]
	}
	return payload
}

// TestRoundTrip reads back random entities in every level and dialect, with
// entities within them.
func TestRoundTrip(t *testing.T) {
	kinds, demo := testmodel.Kinds(t), testmodel.Demo(t)
	r := rand.New(rand.NewPCG(3, 5))
	values := everything(kinds, "Values")
	customers, orders := everything(demo, "Customers"), everything(demo, "Orders")
	for i := range customers.Navigation {
		if n := &customers.Navigation[i]; n.Nav.Name == "Orders" {
			n.Index, n.Expanded = 0, orders
		}
	}
	for _, w := range writings {
		t.Run(w.name, func(t *testing.T) {
			valueEncoder, customerEncoder := w.format.Compile(values), w.format.Compile(customers)
			for range 200 {
				row := randomRow(r, values)
				w.check(t, kinds, values, &row, valueEncoder.AppendEntry(nil, place, &row))

				row = randomRow(r, customers)
				row.Related = []odata.Related{{}}
				for range r.IntN(3) {
					row.Related[0].Rows = append(row.Related[0].Rows, randomRow(r, orders))
				}
				w.check(t, demo, customers, &row, customerEncoder.AppendEntry(nil, place, &row))
			}
		})
	}
}

// check reads payload and compares it with the row it was written from.
func (w writing) check(t *testing.T, model *metadata.Model, p *odata.Projection, row *odata.Row, payload []byte) {
	t.Helper()
	e, err := w.reader.ReadEntry(bytes.NewReader(w.unwrapped(payload)), model, p.Type, format.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", payload, err)
	}
	w.compare(t, p, row, e, payload)
}

func (w writing) compare(t *testing.T, p *odata.Projection, row *odata.Row, e *odata.EntryPayload, payload []byte) {
	t.Helper()
	if e.Type != p.Type || !w.partial && len(e.Properties) != len(p.Fields) || w.partial && len(e.Properties) < len(p.Fields)/2 {
		t.Fatalf("%d of %d properties of a %s: %s", len(e.Properties), len(p.Fields), e.Type.Name, payload)
	}
	for _, got := range e.Properties {
		for _, f := range p.Fields {
			if f.Property != got.Property {
				continue
			}
			if want := w.read(t, row.Values[f.Index]); !got.Value.Equal(want) {
				t.Fatalf("%s is %s, want %s: %s", f.Property.Name, readtest.Value(got.Value), readtest.Value(want), payload)
			}
		}
	}
	if len(row.Related) == 0 {
		return
	}
	if w.xml { // the link of a single-valued navigation property is one to bind
		e.Links = slices.DeleteFunc(e.Links, func(l odata.LinkPayload) bool { return len(l.Entries) == 0 })
	}
	rows := row.Related[0].Rows
	if len(rows) == 0 && len(e.Links) == 0 {
		return
	}
	if len(e.Links) != 1 || len(e.Links[0].Entries) != len(rows) {
		t.Fatalf("%d links for %d rows: %s", len(e.Links), len(rows), payload)
	}
	for i, inner := range e.Links[0].Entries {
		w.compare(t, p.Navigation[0].Expanded, &rows[i], inner, payload)
	}
}

// TestRoundTripDynamic reads back undeclared properties. Where types are not
// written, those that JSON tells come back.
func TestRoundTripDynamic(t *testing.T) {
	model := testmodel.Kinds(t)
	bags := everything(model, "Bags")
	r := rand.New(rand.NewPCG(7, 11))
	for _, w := range writings {
		encoder := w.format.Compile(bags)
		for k := edm.KindBinary; k <= edm.KindTime; k++ {
			for range 20 {
				v := randomValue(r, k)
				if !w.typed && !format.TellsType(v) || w.format != writings[0].format && !w.typed && k == edm.KindDouble {
					continue // verbose and none write whole doubles or others without their type
				}
				row := odata.Row{Values: []edm.Value{edm.Int32(1)}, Dynamic: []odata.DynamicProperty{{Name: "X", Value: v}}}
				payload := encoder.AppendEntry(nil, place, &row)
				e, err := w.reader.ReadEntry(bytes.NewReader(w.unwrapped(payload)), model, bags.Type, format.Limits{})
				if err != nil {
					t.Fatalf("%s: %s: %v", w.name, payload, err)
				}
				if want := w.read(t, v); len(e.Dynamic) != 1 || w.typed && !e.Dynamic[0].Value.Equal(want) || !w.typed && !e.Dynamic[0].Value.Equal(v) {
					t.Fatalf("%s: got %s, want %s: %s", w.name, readtest.Entry(e), readtest.Value(want), payload)
				}
			}
		}
	}
}

// TestRoundTripProperty reads back single properties.
func TestRoundTripProperty(t *testing.T) {
	model := testmodel.Kinds(t)
	r := rand.New(rand.NewPCG(13, 17))
	for _, w := range writings {
		for range 50 {
			for _, p := range model.EntityType("Kinds.Value").StructuralProperties() {
				if w.partial && (p.Kind() == edm.KindCollection || p.Kind().IsSpatial()) {
					continue
				}
				v := randomOf(r, p.TypeRef(), !p.NotNull)
				payload := w.format.AppendProperty(nil, place, format.Property{Name: p.Name, Type: p.TypeRef(), Value: v})
				got, err := w.reader.ReadProperty(bytes.NewReader(w.unwrapped(payload)), model, p.Name, p.TypeRef(), format.Limits{})
				if want := w.read(t, v); err != nil || !got.Equal(want) {
					t.Fatalf("%s: got %s, %v, want %s: %s", w.name, readtest.Value(got), err, readtest.Value(want), payload)
				}
			}
		}
	}
}

package typed_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// resolved puts a schema into a model as a service does: by copying it.
func resolved(t testing.TB, schema odata.Schema) *metadata.EntityType {
	t.Helper()
	if schema.Err != nil {
		t.Fatal(schema.Err)
	}
	copied := func(from []*metadata.Property) (to []*metadata.Property) {
		for _, p := range from {
			to = append(to, new(*p))
		}
		return to
	}
	entity := new(*schema.Entity)
	entity.Properties = copied(entity.Properties)
	s := &metadata.Schema{Namespace: "Demo", EntityTypes: []*metadata.EntityType{entity},
		Containers: []*metadata.EntityContainer{{Name: "Service", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Set", EntityType: entity.Name}}}}}
	for _, c := range schema.Complex {
		c = new(*c)
		c.Properties = copied(c.Properties)
		s.ComplexTypes = append(s.ComplexTypes, c)
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{s}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model.EntityType("Demo." + entity.Name)
}

// everything has a field of each kind.
type everything struct {
	ID       int32 `odata:",key"`
	Bool     bool
	Int8     int8
	Int16    int16
	Int64    int64
	Uint8    uint8
	Uint16   uint16
	Uint32   uint32
	Uint64   uint64
	Float32  float32
	Float64  float64
	Text     string
	Bytes    []byte
	NoBytes  []byte `odata:",nullable"`
	GUID     edm.GUID
	UUID     uuid
	DateTime edm.DateTime
	Offset   edm.DateTimeOffset
	Time     edm.Time
	Decimal  edm.Decimal
	Instant  time.Time
	Date     time.Time `odata:",type=DateTime"`
	Duration time.Duration
	Status   status
	Moment   moment

	Wide      uint8   `odata:",type=Int32"`
	Wider     int8    `odata:",type=Int16"`
	Widest    uint32  `odata:",type=Decimal"`
	AsDouble  float32 `odata:",type=Double"`
	Pointer   *int32
	NoPointer *string
	Zero      *int32 `odata:",notnull"`

	Home   address
	Work   *address
	NoWork *address
	ZeroAt *address `odata:",notnull"`
	Tags   []string
	NoTags []string
	Levels []level
	Places []place
	Dates  []time.Time `odata:",type=DateTime"`
}

func full() *everything {
	utc := time.Date(2015, 7, 12, 6, 40, 0, 123456789, time.UTC)
	return &everything{
		ID: -7, Bool: true, Int8: -8, Int16: -16, Int64: -1 << 63, Uint8: 255, Uint16: 65535, Uint32: 1<<32 - 1, Uint64: 1<<64 - 1,
		Float32: 1.5, Float64: -2.5, Text: "text", Bytes: []byte{0, 255}, GUID: edm.GUID{1, 15: 2}, UUID: uuid{3, 15: 4},
		DateTime: edm.DateTimeFrom(utc), Offset: edm.DateTimeOffsetFrom(utc), Time: edm.TimeFrom(time.Hour), Decimal: edm.NewDecimal(250, 2),
		Instant: utc.In(time.FixedZone("", -7*3600)), Date: utc, Duration: 90 * time.Second, Status: "open", Moment: moment(utc),
		Wide: 200, Wider: -3, Widest: 4_000_000_000, AsDouble: 0.5, Pointer: new(int32(9)),
		Home: address{Street: "Main St", City: new("Bern")}, Work: &address{Street: "Back St"},
		Tags: []string{"a", "", "c"}, Levels: []level{1, -2},
		Places: []place{{Home: address{Street: "1st"}, Tags: []string{"x"}}, {Home: address{Street: "2nd", City: new("Y")}}},
		Dates:  []time.Time{utc},
	}
}

// wantFull is full as values, in the order of the fields.
func wantFull(t testing.TB) map[string]edm.Value {
	dateTime := must(edm.ParseDateTime("2015-07-12T06:40:00.1234567Z"))
	offset := must(edm.ParseDateTimeOffset("2015-07-12T06:40:00.1234567Z"))
	addr := func(street string, city edm.Value) edm.Value {
		return edm.Complex([]edm.Value{edm.String(street), city})
	}
	texts := func(items ...string) edm.Value {
		values := []edm.Value{}
		for _, s := range items {
			values = append(values, edm.String(s))
		}
		return edm.Collection(values)
	}
	return map[string]edm.Value{
		"ID": edm.Int32(-7), "Bool": edm.Boolean(true), "Int8": edm.SByte(-8), "Int16": edm.Int16(-16), "Int64": edm.Int64(-1 << 63),
		"Uint8": edm.Byte(255), "Uint16": edm.Int32(65535), "Uint32": edm.Int64(1<<32 - 1),
		"Uint64":  must(edm.ParseDecimal("18446744073709551615")).Value(),
		"Float32": edm.Single(1.5), "Float64": edm.Double(-2.5), "Text": edm.String("text"),
		"Bytes": edm.Binary([]byte{0, 255}), "NoBytes": edm.Null,
		"GUID": edm.GUID{1, 15: 2}.Value(), "UUID": edm.GUID{3, 15: 4}.Value(),
		"DateTime": dateTime.Value(), "Offset": offset.Value(), "Time": edm.TimeFrom(time.Hour).Value(), "Decimal": edm.NewDecimal(250, 2).Value(),
		"Instant":  must(edm.ParseDateTimeOffset("2015-07-11T23:40:00.1234567-07:00")).Value(),
		"Date":     dateTime.Value(),
		"Duration": edm.TimeFrom(90 * time.Second).Value(), "Status": edm.String("open"), "Moment": offset.Value(),
		"Wide": edm.Int32(200), "Wider": edm.Int16(-3), "Widest": edm.DecimalFromInt64(4_000_000_000).Value(), "AsDouble": edm.Double(0.5),
		"Pointer": edm.Int32(9), "NoPointer": edm.Null, "Zero": edm.Int32(0),
		"Home": addr("Main St", edm.String("Bern")), "Work": addr("Back St", edm.Null), "NoWork": edm.Null, "ZeroAt": addr("", edm.Null),
		"Tags": texts("a", "", "c"), "NoTags": texts(), "Levels": edm.Collection([]edm.Value{edm.Int16(1), edm.Int16(-2)}),
		"Places": edm.Collection([]edm.Value{
			edm.Complex([]edm.Value{addr("1st", edm.Null), texts("x")}),
			edm.Complex([]edm.Value{addr("2nd", edm.String("Y")), texts()}),
		}),
		"Dates": edm.Collection([]edm.Value{dateTime.Value()}),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sameValue compares values exactly; kinds that print alike differ.
var sameValue = cmp.Comparer(func(a, b edm.Value) bool { return a.Kind() == b.Kind() && a.Equal(b) })

func TestValues(t *testing.T) {
	shape := typed.Describe[everything]()
	entity := resolved(t, shape.Schema)
	want := wantFull(t)

	check := func(t *testing.T, fields []*metadata.Property) {
		t.Helper()
		plan, err := shape.Plan(fields)
		if err != nil {
			t.Fatal(err)
		}
		got := shape.Values(nil, full(), plan)
		if len(got) != len(fields) {
			t.Fatalf("%d values for %d fields", len(got), len(fields))
		}
		for i, f := range fields {
			if diff := cmp.Diff(want[f.Name], got[i], sameValue); diff != "" {
				t.Errorf("%s (-want +got):\n%s", f.Name, diff)
			}
		}
	}
	t.Run("all", func(t *testing.T) { check(t, entity.AllProperties()) })
	t.Run("reversed", func(t *testing.T) {
		fields := slices.Clone(entity.AllProperties())
		slices.Reverse(fields)
		check(t, fields)
	})
	t.Run("none", func(t *testing.T) { check(t, nil) })
	for _, f := range entity.AllProperties() {
		t.Run(f.Name, func(t *testing.T) { check(t, []*metadata.Property{f}) })
	}
}

func TestValuesReusesMemory(t *testing.T) {
	shape := typed.Describe[everything]()
	fields := resolved(t, shape.Schema).AllProperties()
	plan := must(shape.Plan(fields))
	var row []edm.Value
	long := full()
	for range 100 {
		long.Places = append(long.Places, long.Places[0])
		row = shape.Values(row, long, plan) // collections outgrow the memory again and again
		if diff := cmp.Diff(shape.Values(nil, long, plan), row, sameValue); diff != "" {
			t.Fatalf("used memory must not show (-fresh +reused):\n%s", diff)
		}
	}
	v := full()
	row = shape.Values(row, v, plan)
	if n := testing.AllocsPerRun(100, func() { row = shape.Values(row, v, plan) }); n != 0 {
		t.Errorf("a row of every kind allocates %v times; reading must not", n)
	}
}

func TestPlanRefusesForeignProperties(t *testing.T) {
	shape := typed.Describe[outer]()
	own := resolved(t, shape.Schema)
	foreign := resolved(t, typed.Describe[everything]().Schema)
	for _, tt := range []struct {
		name   string
		fields []*metadata.Property
		why    string
	}{
		{"other type", []*metadata.Property{own.Property("ID"), foreign.Property("ID")}, "the name alone does not make a property ours"},
		{"unknown", []*metadata.Property{{Name: "Nope"}}, "there is no such field"},
		{"unresolved", []*metadata.Property{shape.Schema.Entity.Properties[0]}, "definitions do not know their type, models do"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := shape.Plan(tt.fields); odata.AsError(err) == nil || odata.AsError(err).Kind != odata.KindInternal {
				t.Errorf("%s: got %v, want KindInternal", tt.why, err)
			}
		})
	}
}

func BenchmarkValues(b *testing.B) {
	type ten struct {
		ID      edm.GUID `odata:",key"`
		Name    string
		Title   string
		TTL     int64
		Count   int32
		Ratio   float64
		Active  bool
		Since   edm.DateTime
		Price   edm.Decimal
		Comment *string
	}
	shape := typed.Describe[ten]()
	plan := must(shape.Plan(resolved(b, shape.Schema).AllProperties()))
	rows := make([]ten, 1000)
	for i := range rows {
		rows[i] = ten{ID: edm.GUID{byte(i)}, Name: "name", TTL: int64(i), Price: edm.NewDecimal(int64(i), 2)}
	}
	var row []edm.Value
	b.ReportAllocs()
	for b.Loop() {
		for i := range rows {
			row = shape.Values(row, &rows[i], plan)
		}
	}
}

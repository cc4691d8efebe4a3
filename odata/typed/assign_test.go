package typed_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// TestRoundTrip reads each field of every Go type into a value and sets a fresh
// struct from it.
func TestRoundTrip(t *testing.T) {
	shape := typed.Describe[everything]()
	entity := resolved(t, shape.Schema)
	plan := must(shape.Plan(entity.AllProperties()))
	nearZero := &everything{ID: 1, Zero: new(int32), ZeroAt: &address{}, Int64: math.MaxInt64, Uint64: 1 << 63,
		Float32: math.MaxFloat32, AsDouble: -math.MaxFloat32, Float64: math.Inf(-1), Bytes: []byte{}, NoBytes: []byte{}}
	for _, from := range []*everything{full(), {}, nearZero} {
		want := slices.Clone(shape.Values(nil, from, plan))
		var into everything
		if err := shape.Assign(&into, want, plan); err != nil {
			t.Fatal(err)
		}
		got := shape.Values(nil, &into, plan)
		for i, f := range entity.AllProperties() {
			t.Run(f.Name, func(t *testing.T) {
				if diff := cmp.Diff(want[i], got[i], sameValue); diff != "" {
					t.Errorf("what was read sets the same (-want +got):\n%s", diff)
				}
				one := must(shape.Plan([]*metadata.Property{f}))
				var alone everything
				if err := shape.Assign(&alone, want[i:], one); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want[i], shape.Values(nil, &alone, one)[0], sameValue); diff != "" {
					t.Errorf("a field alone is set the same (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestAssignGo compares as Go values what values alone cannot tell apart.
func TestAssignGo(t *testing.T) {
	shape := typed.Describe[everything]()
	entity := resolved(t, shape.Schema)
	utc := time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)
	for _, tt := range []struct {
		name  string
		field string
		value edm.Value
		got   func(*everything) any
		want  any
		why   string
	}{
		{"no zone", "Date", must(edm.ParseDateTime("2015-07-12T06:40:00")).Value(), func(e *everything) any { return e.Date }, utc, "without a zone UTC is assumed, never that of the server"},
		{"zone", "Date", must(edm.ParseDateTime("2015-07-12T08:40:00+02:00")).Value(), func(e *everything) any { return e.Date.Equal(utc) }, true, "a zone says which instant it is"},
		{"offset", "Instant", must(edm.ParseDateTimeOffset("2015-07-12T08:40:00+02:00")).Value(), func(e *everything) any { return e.Instant.Hour() }, 8, "the clock is that of the value"},
		{"null pointer", "Pointer", edm.Null, func(e *everything) any { return e.Pointer == nil }, true, "null is nil"},
		{"null bytes", "NoBytes", edm.Null, func(e *everything) any { return e.NoBytes == nil }, true, "null is nil"},
		{"empty bytes", "NoBytes", edm.Binary(nil), func(e *everything) any { return e.NoBytes != nil && len(e.NoBytes) == 0 }, true, "and empty is not"},
		{"empty collection", "Tags", edm.Collection([]edm.Value{}), func(e *everything) any { return e.Tags == nil }, true, "an empty collection is nil"},
		{"rounded", "AsDouble", edm.Double(0.1), func(e *everything) any { return e.AsDouble }, float32(0.1), "a float32 holds the nearest"},
		{"whole decimal", "Widest", edm.NewDecimal(700, 2).Value(), func(e *everything) any { return e.Widest }, uint32(7), "7.00 is whole"},
		{"whole large decimal", "Uint64", must(edm.ParseDecimal("18446744073709551615.0")).Value(), func(e *everything) any { return e.Uint64 }, uint64(math.MaxUint64), "beyond an int64, too"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// What the fields held before must not shine through.
			e := full()
			e.NoBytes = []byte{1}
			if err := shape.Assign(e, []edm.Value{tt.value}, must(shape.Plan([]*metadata.Property{entity.Property(tt.field)}))); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tt.got(e)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestAssignRefuses(t *testing.T) {
	shape := typed.Describe[everything]()
	entity := resolved(t, shape.Schema)
	decimal := func(s string) edm.Value { return must(edm.ParseDecimal(s)).Value() }
	home := func(members ...edm.Value) edm.Value { return edm.Complex(members) }
	for _, tt := range []struct {
		name, field string
		value       edm.Value
		want, why   string
	}{
		{"null", "Text", edm.Null, "Text is null", "a string has no null"},
		{"null behind notnull", "Zero", edm.Null, "Zero is null", "the declaration counts, not the pointer"},
		{"other kind", "Text", edm.Int32(1), "Text is Edm.Int32, not Edm.String", "accessors of values panic on the wrong kind"},
		{"wider kind", "Int16", edm.Int32(1), "Int16 is Edm.Int32, not Edm.Int16", "kinds are exact"},
		{"declared kind", "Wide", edm.Byte(1), "Wide is Edm.Byte, not Edm.Int32", "the declaration counts, not the Go type"},
		{"uint8", "Wide", edm.Int32(256), "Wide is out of the range of the Go type uint8", "Edm.Int32 is wider than a uint8"},
		{"negative", "Uint16", edm.Int32(-1), "Uint16 is out of the range of the Go type uint16", "and has a sign"},
		{"int8", "Wider", edm.Int16(-129), "Wider is out of the range of the Go type int8", "the range has two ends"},
		{"uint32", "Uint32", edm.Int64(1 << 32), "Uint32 is out of the range of the Go type uint32", "Edm.Int64 is wider than a uint32"},
		{"uint64", "Uint64", decimal("18446744073709551616"), "Uint64 is out of the range of the Go type uint64", "decimals have no end"},
		{"huge", "Uint64", decimal("1e300"), "Uint64 is out of the range of the Go type uint64", "decimals have no end"},
		{"minus", "Uint64", decimal("-1"), "Uint64 is out of the range of the Go type uint64", "and a sign"},
		{"fraction", "Widest", decimal("1.5"), "Widest is out of the range of the Go type uint32", "and fractions"},
		{"large fraction", "Uint64", decimal("9223372036854775808.5"), "Uint64 is out of the range of the Go type uint64", "and fractions of what is beyond an int64"},
		{"float32", "AsDouble", edm.Double(1e39), "AsDouble is out of the range of the Go type float32", "an infinity would be another value"},
		{"duration", "Duration", must(edm.ParseTime("P200000D")).Value(), "Duration is out of the range of the Go type time.Duration", "Edm.Time goes further"},
		{"member", "Home", home(edm.Null, edm.Null), "Home/Street is null", "the path leads to the member"},
		{"member behind a pointer", "Work", home(edm.Int32(1), edm.Null), "Work/Street is Edm.Int32, not Edm.String", "the path leads to the member"},
		{"members", "Home", home(edm.String("")), "Home has 1 members, not 2", "another complex type is not ours"},
		{"no complex value", "Home", edm.Collection(nil), "Home is a collection, not a complex type", "elements alone do not make it one"},
		{"item", "Levels", edm.Collection([]edm.Value{edm.Int16(1), edm.Null}), "Levels[1] is null", "items are never null"},
		{"deep", "Places", edm.Collection([]edm.Value{home(home(edm.String(""), edm.Int32(1)), edm.Collection(nil))}), "Places[0]/Where/City is Edm.Int32, not Edm.String", "the path names members as the model does"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := shape.Assign(new(everything), []edm.Value{tt.value}, must(shape.Plan([]*metadata.Property{entity.Property(tt.field)})))
			if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) || !strings.HasSuffix(err.Error(), ": "+tt.want) {
				t.Errorf("%s: got %v, want %s", tt.why, err, tt.want)
			}
		})
	}
	if err := shape.Assign(new(everything), nil, must(shape.Plan(entity.AllProperties()))); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
		t.Errorf("too few values are a mistake, not a panic: %v", err)
	}
}

// TestAssignSharesNoMemory overwrites the memory of the values, as readers do
// with the next row.
func TestAssignSharesNoMemory(t *testing.T) {
	type T struct {
		id
		Text  string
		Bytes []byte
		Texts []string
		Home  address
		More  map[string]any `odata:",dynamic"`
	}
	shape := typed.Describe[T]()
	fields := resolved(t, shape.Schema).AllProperties()
	buffer := []byte("abcdefgh")
	items := []edm.Value{edm.StringBytes(buffer[2:3])}
	members := []edm.Value{edm.StringBytes(buffer[3:4]), edm.StringBytes(buffer[4:5])}
	var v T
	if err := shape.Assign(&v, []edm.Value{edm.Int32(1), edm.StringBytes(buffer[0:1]), edm.Binary(buffer[1:2]), edm.Collection(items), edm.Complex(members)}, must(shape.Plan(fields))); err != nil {
		t.Fatal(err)
	}
	shape.AssignDynamic(&v, []odata.DynamicProperty{{Name: "A", Value: edm.StringBytes(buffer[5:6])}, {Name: "B", Value: edm.Binary(buffer[6:7])}})
	clear(buffer)
	clear(items)
	clear(members)
	want := T{id: id{1}, Text: "a", Bytes: []byte("b"), Texts: []string{"c"}, Home: address{Street: "d", City: new("e")}, More: map[string]any{"A": "f", "B": []byte("g")}}
	if diff := cmp.Diff(want, v, cmp.AllowUnexported(T{}, address{})); diff != "" {
		t.Errorf("rows are reused by their readers (-want +got):\n%s", diff)
	}
}

func TestAssignDynamic(t *testing.T) {
	point := must(edm.NewGeographyPoint(4326, 1, 2))
	kinds := []odata.DynamicProperty{
		{Name: "a", Value: edm.Null}, {Name: "b", Value: edm.Boolean(true)}, {Name: "c", Value: edm.SByte(-1)}, {Name: "d", Value: edm.Byte(1)},
		{Name: "e", Value: edm.Int16(1)}, {Name: "f", Value: edm.Int32(1)}, {Name: "g", Value: edm.Int64(1)}, {Name: "h", Value: edm.Single(0.5)},
		{Name: "i", Value: edm.Double(0.5)}, {Name: "j", Value: edm.String("x")}, {Name: "k", Value: edm.Binary([]byte{1})}, {Name: "l", Value: edm.GUID{1}.Value()},
		{Name: "m", Value: must(edm.ParseDateTime("2015-07-12T06:40:00")).Value()}, {Name: "n", Value: must(edm.ParseDateTimeOffset("2015-07-12T06:40:00-07:00")).Value()},
		{Name: "o", Value: edm.NewTime(7).Value()}, {Name: "p", Value: edm.NewDecimal(250, 2).Value()}, {Name: "q", Value: point.Value()},
	}
	for _, tt := range []struct {
		name string
		in   []odata.DynamicProperty
		why  string
	}{
		{"every kind", kinds, "each kind has a Go type that means it"},
		{"none", []odata.DynamicProperty{}, "what was there before goes away"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := openTag{Extra: map[string]any{"Old": 1}}, openValues{Extra: map[string]edm.Value{"Old": edm.Null}}
			shapeA, shapeB := typed.Describe[openTag](), typed.Describe[openValues]()
			shapeA.AssignDynamic(&a, tt.in)
			shapeB.AssignDynamic(&b, tt.in)
			gotA, gotB := must(shapeA.Dynamic(nil, &a)), must(shapeB.Dynamic(nil, &b))
			if diff := cmp.Diff(tt.in, append([]odata.DynamicProperty{}, gotA...), sameValue); diff != "" {
				t.Errorf("map[string]any: %s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(tt.in, append([]odata.DynamicProperty{}, gotB...), sameValue); diff != "" {
				t.Errorf("map[string]edm.Value: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
	var closed id
	typed.Describe[id](typed.TypeName("T")).AssignDynamic(&closed, kinds)
	if closed != (id{}) {
		t.Errorf("a closed type has no place for them, got %v", closed)
	}
}

// FuzzAssign sets a struct from values whose kinds need not fit. It never
// panics, and what it accepts reads back the same.
func FuzzAssign(f *testing.F) {
	shape := typed.Describe[everything]()
	fields := resolved(f, shape.Schema).AllProperties()
	for i := range fields {
		f.Add(uint8(i), uint8(i), "7", "x")
	}
	f.Add(uint8(9), uint8(6), "18446744073709551615", "")
	f.Fuzz(func(t *testing.T, field, kind uint8, a, b string) {
		value := func(text string) edm.Value {
			v, err := edm.ParseText(edm.Kind(kind%16+1), text)
			if err != nil {
				return edm.String(text)
			}
			return v
		}
		v := value(a)
		switch kind / 64 {
		case 1:
			v = edm.Collection([]edm.Value{v, value(b)})
		case 2:
			v = edm.Complex([]edm.Value{v, value(b)})
		case 3:
			v = edm.Collection([]edm.Value{edm.Complex([]edm.Value{edm.Complex([]edm.Value{v, edm.Null}), edm.Collection([]edm.Value{value(b)})})})
		}
		plan := must(shape.Plan(fields[int(field)%len(fields):][:1]))
		var first, second everything
		if err := shape.Assign(&first, []edm.Value{v}, plan); err != nil {
			return
		}
		read := shape.Values(nil, &first, plan)[0]
		if err := shape.Assign(&second, []edm.Value{read}, plan); err != nil {
			t.Fatalf("%v was set, and read as %v, but: %v", v, read, err)
		}
		if again := shape.Values(nil, &second, plan)[0]; !again.Equal(read) {
			t.Fatalf("%v was set, read as %v, and then as %v", v, read, again)
		}
	})
}

func BenchmarkAssign(b *testing.B) {
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
	row := shape.Values(nil, &ten{Name: "name", TTL: 1, Price: edm.NewDecimal(1, 2)}, plan)
	var v ten
	b.ReportAllocs()
	for b.Loop() {
		if err := shape.Assign(&v, row, plan); err != nil {
			b.Fatal(err)
		}
	}
}

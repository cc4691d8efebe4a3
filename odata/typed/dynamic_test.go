package typed_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

type (
	openTag struct {
		id
		Extra map[string]any `odata:",dynamic"`
	}
	openValues struct {
		id
		Extra map[string]edm.Value `odata:",dynamic"`
	}
)

func TestDynamic(t *testing.T) {
	moment := time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)
	shape := typed.Describe[openTag]()
	for _, tt := range []struct {
		name string
		in   map[string]any
		want []odata.DynamicProperty
		why  string
	}{
		{"none", nil, []odata.DynamicProperty{}, "an entity need not have any"},
		{"sorted", map[string]any{"b": true, "a": nil, "C": "x", "_d": int32(1)}, []odata.DynamicProperty{
			{Name: "C", Value: edm.String("x")}, {Name: "_d", Value: edm.Int32(1)}, {Name: "a", Value: edm.Null}, {Name: "b", Value: edm.Boolean(true)},
		}, "readers search by name, so the order is that of bytes"},
		{"kinds", map[string]any{
			"a": 1, "b": int8(2), "c": int16(3), "d": int64(4), "e": uint8(5), "f": uint16(6), "g": uint32(7), "h": uint64(1 << 63),
			"i": float32(0.5), "j": 1.5, "k": []byte{1}, "l": edm.GUID{1}, "m": edm.DateTimeFrom(moment), "n": edm.DateTimeOffsetFrom(moment),
			"o": edm.TimeFrom(time.Hour), "p": edm.NewDecimal(1, 1), "q": moment, "r": time.Minute, "s": edm.Int16(8),
		}, []odata.DynamicProperty{
			{Name: "a", Value: edm.Int64(1)}, {Name: "b", Value: edm.SByte(2)}, {Name: "c", Value: edm.Int16(3)}, {Name: "d", Value: edm.Int64(4)},
			{Name: "e", Value: edm.Byte(5)}, {Name: "f", Value: edm.Int32(6)}, {Name: "g", Value: edm.Int64(7)},
			{Name: "h", Value: must(edm.ParseDecimal("9223372036854775808")).Value()},
			{Name: "i", Value: edm.Single(0.5)}, {Name: "j", Value: edm.Double(1.5)}, {Name: "k", Value: edm.Binary([]byte{1})},
			{Name: "l", Value: edm.GUID{1}.Value()}, {Name: "m", Value: edm.DateTimeFrom(moment).Value()},
			{Name: "n", Value: edm.DateTimeOffsetFrom(moment).Value()}, {Name: "o", Value: edm.TimeFrom(time.Hour).Value()},
			{Name: "p", Value: edm.NewDecimal(1, 1).Value()}, {Name: "q", Value: edm.DateTimeOffsetFrom(moment).Value()},
			{Name: "r", Value: edm.TimeFrom(time.Minute).Value()}, {Name: "s", Value: edm.Int16(8)},
		}, "each value has the kind its Go type has in a field, and int is an Edm.Int64"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := shape.Dynamic(nil, &openTag{Extra: tt.in})
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if diff := cmp.Diff(tt.want, append([]odata.DynamicProperty{}, got...), sameValue); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestDynamicRefuses(t *testing.T) {
	shape, values := typed.Describe[openTag](), typed.Describe[openValues]()
	for _, tt := range []struct {
		name string
		in   map[string]any
		why  string
	}{
		{"declared name", map[string]any{"ID": int32(1)}, "a payload cannot have two properties of one name"},
		{"no identifier", map[string]any{"a b": int32(1)}, "the name could not be written as XML"},
		{"underscores only", map[string]any{"__": int32(1)}, "a name needs a letter"},
		{"no name", map[string]any{"": int32(1)}, "a name needs a letter"},
		{"other type", map[string]any{"a": struct{}{}}, "the value has no EDM type"},
		{"complex", map[string]any{"a": edm.Complex(nil)}, "the type of a complex value is not known without a declaration"},
		{"collection", map[string]any{"a": edm.Collection(nil)}, "nor is that of a collection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := shape.Dynamic(nil, &openTag{Extra: tt.in})
			if e := odata.AsError(err); e == nil || e.Kind != odata.KindInternal {
				t.Errorf("%s: got %v, want KindInternal", tt.why, err)
			}
			given := map[string]edm.Value{}
			for name, held := range tt.in {
				value, isValue := held.(edm.Value)
				if number, isNumber := held.(int32); isNumber {
					value, isValue = edm.Int32(number), true
				}
				if !isValue {
					return // cannot be in a map of values
				}
				given[name] = value
			}
			if _, err := values.Dynamic(nil, &openValues{Extra: given}); err == nil {
				t.Errorf("%s, in a map of values as well", tt.why)
			}
		})
	}
}

func TestDynamicOfAClosedType(t *testing.T) {
	shape := typed.Describe[outer]()
	got, err := shape.Dynamic(nil, &outer{})
	if len(got) != 0 || err != nil || shape.Open() || !typed.Describe[openTag]().Open() {
		t.Errorf("a type without a map has no dynamic properties: got %v, %v", got, err)
	}
}

func TestDynamicReusesMemory(t *testing.T) {
	shape := typed.Describe[openValues]()
	v := &openValues{Extra: map[string]edm.Value{"a": edm.Int32(1), "b": edm.String("x"), "c": edm.Null}}
	dst, err := shape.Dynamic(nil, v)
	if err != nil || len(dst) != 3 {
		t.Fatal(dst, err)
	}
	if n := testing.AllocsPerRun(100, func() { dst, err = shape.Dynamic(dst, v) }); n != 0 {
		t.Errorf("dynamic properties of a row allocate %v times; reading must not", n)
	}
}

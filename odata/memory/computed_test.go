package memory_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Pass is valid for a time; Left is never stored.
type Pass struct {
	ID   int32 `odata:",key"`
	Left int64
	ends time.Time
}

var noon = time.Date(2016, 2, 29, 12, 0, 0, 0, time.UTC)

// left counts down, and begins anew for those that have ended: the order changes.
var left = typed.Computed("Left", typed.Expression{}, func(ctx context.Context, p *Pass) int64 {
	return (p.ends.Unix() - odata.Now(ctx).Unix() + 1000) % 10
})

func passes() []Pass {
	return []Pass{{1, 77, noon.Add(3 * time.Second)}, {2, 77, noon.Add(5 * time.Second)}, {3, 77, noon.Add(8 * time.Second)}}
}

// A computed property takes the place of the field in all clauses, and what one request
// has sorted by is not remembered for the next.
func TestComputed(t *testing.T) {
	seq := func(context.Context) iter.Seq2[Pass, error] {
		return func(yield func(Pass, error) bool) {
			for _, p := range passes() {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
	for name, set := range map[string]odata.EntitySet{
		"Set":  memory.Set("Passes", passes(), memory.Computed(left)),
		"Func": memory.Func("Passes", func(context.Context) ([]Pass, error) { return passes(), nil }, memory.Computed(left)),
		"Seq":  memory.Seq("Passes", seq, memory.Computed(left)),
	} {
		t.Run(name, func(t *testing.T) {
			if !set.ReadsInstant || set.Schema.Entity.Properties[1].IsWritable(true) {
				t.Error("the set does not ask for the instant, or the property can be written")
			}
			s := serve(t, set)
			typ := s.declared.Type()
			id, leftOf := typ.Property("ID"), typ.Property("Left")
			it := odata.ItOf(typ)
			member := &odata.Member{Of: it, Property: leftOf}
			for _, tt := range []struct {
				seconds int
				least   int64
				want    [][2]int64
				why     string
			}{
				{0, 0, [][2]int64{{1, 3}, {2, 5}, {3, 8}}, ""},
				{4, 0, [][2]int64{{2, 1}, {3, 4}, {1, 9}}, "another order at another instant"},
				{0, 4, [][2]int64{{2, 5}, {3, 8}}, "the filter sees what is computed"},
				{0, 0, [][2]int64{{1, 3}, {2, 5}, {3, 8}}, ""},
			} {
				q := &odata.Query{Set: s.declared, Type: typ, Fields: append(slices.Clone(typ.KeyProperties()), leftOf),
					Filter:  &odata.Binary{Op: odata.Ge, L: member, R: &odata.Literal{Value: edm.Int64(tt.least), Of: leftOf.TypeRef()}},
					OrderBy: []odata.Order{{By: member}, {By: &odata.Member{Of: it, Property: id}}}}
				result, err := s.Reader.Read(odata.WithInstant(t.Context(), noon.Add(time.Duration(tt.seconds)*time.Second)), q)
				if err != nil {
					t.Fatal(err)
				}
				var got [][2]int64
				for row, err := range result.Rows {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, [2]int64{row.Values[0].Int(), row.Values[1].Int()})
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("after %d s, from %d on (-want +got, %s):\n%s", tt.seconds, tt.least, tt.why, diff)
				}
			}
		})
	}
}

// Without an instant of the request a read takes one for itself.
func TestComputedFixesAnInstant(t *testing.T) {
	seen := map[time.Time]bool{}
	c := typed.Computed("Left", typed.Expression{}, func(ctx context.Context, p *Pass) int64 {
		now, ok := odata.Instant(ctx)
		if !ok {
			t.Error("there is no instant")
		}
		seen[now] = true
		time.Sleep(10 * time.Microsecond)
		return 1
	})
	s := serve(t, memory.Set("Passes", passes(), memory.Computed(c)))
	typ := s.declared.Type()
	q := &odata.Query{Set: s.declared, Type: typ, Fields: typ.StructuralProperties(),
		OrderBy: []odata.Order{{By: &odata.Member{Of: odata.ItOf(typ), Property: typ.Property("Left")}}}}
	if n := drain(t, s, q); n != 3 || len(seen) != 1 {
		t.Errorf("%d rows, computed at %d instants", n, len(seen))
	}
}

func TestComputedMistakes(t *testing.T) {
	type other struct {
		ID   int32 `odata:",key"`
		Tags []string
	}
	e := typed.Expression{}
	key := typed.Computed("ID", e, func(context.Context, *Pass) int32 { return 0 })
	tags := typed.Computed("Tags", e, func(context.Context, *other) []string { return nil })
	value := typed.ComputedValue("Passes/Left", e, nil, func(context.Context, []edm.Value) edm.Value { return edm.Null })
	for _, tt := range []struct {
		name, want string
		set        odata.EntitySet
	}{
		{"key", "a key is stored", memory.Set("Passes", passes(), memory.Computed(key))},
		{"collection", "only single primitive values", memory.Set("Others", []other{}, memory.Computed(tags))},
		{"another struct", "it computes rows of memory_test.Pass", memory.Set("Others", []other{}, memory.Computed(left))},
		{"of a store", "are computed by typed.Computed", memory.Set("Passes", passes(), memory.Computed(value))},
		{"twice", "computed twice", memory.Set("Passes", passes(), memory.Computed(left), memory.Computed(left))},
		{"no function", "value is nil", memory.Set("Passes", passes(), memory.Computed(typed.Computed[Pass, int64]("Left", e, nil)))},
		{"no property", `has no property "left"`, memory.Set("Passes", passes(), memory.Computed(typed.Computed("left", e, func(context.Context, *Pass) int64 { return 0 })))},
		{"another type", "return the type of the field", memory.Set("Passes", passes(), memory.Computed(typed.Computed("Left", e, func(context.Context, *Pass) int32 { return 0 })))},
		{"rows", "does not go with Rows", memory.Rows("Passes", memory.Set("Passes", passes()).Schema, nil, memory.Computed(left))},
	} {
		if err := tt.set.Schema.Err; err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the mistakes are %v, want %s", tt.name, err, tt.want)
		}
	}
}

// A store tells mistakes in definitions, and in entities that have values for them.
func TestStoreComputedMistakes(t *testing.T) {
	null := func(context.Context, []edm.Value) edm.Value { return edm.Null }
	at := func(path string, inputs ...string) []typed.Computation {
		return []typed.Computation{typed.ComputedValue(path, typed.Expression{}, inputs, null)}
	}
	for _, tt := range []struct {
		name, want string
		computed   []typed.Computation
	}{
		{"no set", `no entity set "Nope"`, at("Nope/Name")},
		{"no property", `have no property "Nope"`, at("Customers/Nope")},
		{"no input", `no property "Nope" for its input`, at("Customers/Name", "Id", "Nope")},
		{"computed input", "is computed itself", append(at("Customers/Name"), at("Customers/Points", "Name")...)},
		{"computed input, the other way round", "is computed itself", append(at("Customers/Points", "Name"), at("Customers/Name")...)},
		{"key", "a key is stored", at("Customers/Id")},
		{"complex", "only single primitive values", at("Customers/Home")},
		{"token", "concurrency token", at("Customers/Version")},
		{"twice", "computed twice", append(at("Customers/Name"), at("Customers/Name")...)},
		{"structs", "define the property by typed.ComputedValue", []typed.Computation{left}},
		{"a value", "the property Name is computed; leave it out", at("Customers/Name")},
	} {
		model := testmodel.Demo(t)
		data := demoData(t, model)
		data.Computed = tt.computed
		if _, err := memory.NewStore(model, data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: NewStore returns %v, want %s", tt.name, err, tt.want)
		}
	}
}

// What a computation must not yield ends the read.
func TestStoreComputedYields(t *testing.T) {
	for _, tt := range []struct {
		path string
		v    edm.Value
		want string
	}{
		{"Customers/Points", edm.Null, "yielded null for a property that is never null"},
		{"Customers/Points", edm.Int32(1), "yielded an Edm.Int32 for an Edm.Int64"},
	} {
		model := testmodel.Demo(t)
		data := demoData(t, model)
		for _, e := range data.Entities["Customers"] {
			delete(e.Values, "Points")
		}
		data.Computed = []typed.Computation{typed.ComputedValue(tt.path, typed.Expression{}, nil, func(context.Context, []edm.Value) edm.Value { return tt.v })}
		s := open(t, model, data)
		_, _, err := s.read(t.Context(), s.query("Customers"))
		if e := odata.AsError(err); err == nil || e.Kind != odata.KindInternal || !strings.Contains(e.Err.Error(), tt.want) {
			t.Errorf("%s yields %v: %v, want %s", tt.path, tt.v, err, tt.want)
		}
	}
}

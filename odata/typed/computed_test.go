package typed_test

import (
	"context"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/typed"
)

type grade string

type meter struct {
	ID    int32 `odata:",key"`
	Level grade
	Rest  *int64
	full  int64
}

// What a function returns becomes a value of the property's kind, null for nil.
func TestComputing(t *testing.T) {
	levelOf := typed.Computed("Level", typed.Expression{}, func(_ context.Context, g *meter) grade { return grade(strings.Repeat("x", int(g.full))) })
	rest := typed.Computed("Rest", typed.Expression{}, func(_ context.Context, g *meter) *int64 {
		if g.full == 0 {
			return nil
		}
		return new(g.full * 2)
	})
	for _, tt := range []struct {
		c    typed.Computation
		full int64
		want edm.Value
	}{
		{levelOf, 2, edm.String("xx")},
		{rest, 2, edm.Int64(4)},
		{rest, 0, edm.Null},
	} {
		if err := tt.c.Err(); err != nil {
			t.Fatal(err)
		}
		got := typed.Computing[meter](&tt.c)(t.Context(), &meter{full: tt.full})
		if got.Kind() != tt.want.Kind() || got.String() != tt.want.String() {
			t.Errorf("%s of %d is %v, want %v", tt.c.Path(), tt.full, got, tt.want)
		}
		if typed.Computing[int](&tt.c) != nil {
			t.Errorf("%s computes rows of another type", tt.c.Path())
		}
	}
	g := &meter{full: 3}
	compute := typed.Computing[meter](&rest)
	if n := testing.AllocsPerRun(100, func() { compute(t.Context(), g) }); n > 1 { // that of new
		t.Errorf("a value takes %v allocations", n)
	}
}

// A claimed property is one that nobody writes, and says so in the model.
func TestClaim(t *testing.T) {
	c := typed.Computed("Level", typed.Expression{}, func(context.Context, *meter) grade { return "" })
	schema := typed.Describe[meter]().Schema
	if err := c.ClaimIn(schema.Entity); err != nil {
		t.Fatal(err)
	}
	p := schema.Entity.Properties[1]
	if p.Writable != metadata.WriteNever || p.StoreGenerated != metadata.StoreGeneratedComputed || p.IsWritable(true) {
		t.Errorf("the property is %+v", p)
	}
	if c.In("Gauges"); c.Path() != "Level" {
		t.Errorf("In has changed the definition, to %s", c.Path())
	}
}

// Mistakes say where the definition is.
func TestComputedMistakePlace(t *testing.T) {
	c := typed.Computed("Nope", typed.Expression{}, func(context.Context, *meter) grade { return "" })
	if err := c.Err(); err == nil || !strings.Contains(err.Error(), "typed.Computed at computed_test.go:") {
		t.Errorf("the mistake is %v", err)
	}
	v := typed.ComputedValue("Gauges/Level", typed.Expression{}, nil, nil)
	if err := v.Err(); err == nil || !strings.Contains(err.Error(), "typed.ComputedValue at computed_test.go:") {
		t.Errorf("the mistake is %v", err)
	}
}

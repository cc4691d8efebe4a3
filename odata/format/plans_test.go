package format_test

import (
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// TestPlans makes the plan of a type its name.
func TestPlans(t *testing.T) {
	model := hierarchies(t)
	plain, low := model.EntityType("N.Plain"), model.EntityType("N.PlainLow")
	for _, tt := range []struct {
		name, why string
		of, row   *metadata.EntityType
		want      string
	}{
		{"own", "the projection's type", plain, plain, "Plain"},
		{"silent", "a row that does not tell its type has the projection's", plain, nil, "Plain"},
		{"derived", "each type has its plan, below an abstract one too", plain, low, "PlainLow"},
		{"abstract", "nothing is of an abstract type, so it has none", plain, model.EntityType("N.PlainMid"), "Plain"},
		{"base", "behind a cast all are of the narrower type", low, plain, "PlainLow"},
		{"foreign", "what cannot be there is taken as one of its own", plain, model.EntityType("N.Open"), "Plain"},
	} {
		plans := format.PlansOf(&odata.Projection{Type: tt.of}, func(t *metadata.EntityType) *string { return &t.Name })
		if got := *plans.Of(&odata.Row{Type: tt.row}); got != tt.want {
			t.Errorf("%s: the plan of %s, want %s: %s", tt.name, got, tt.want, tt.why)
		}
	}
}

// TestMemo plans a graph with cycles: each node's plan is the plans of those it
// leads to.
func TestMemo(t *testing.T) {
	type plan struct{ to []*plan }
	graph := map[string][]string{"a": {"a", "b", "c"}, "b": {"a", "c"}, "c": {"c"}}
	var memo format.Memo[string, plan]
	made := 0
	var of func(string) *plan
	of = func(name string) *plan {
		return memo.Of(name, func(p *plan) {
			made++
			for _, next := range graph[name] {
				p.to = append(p.to, of(next))
			}
		})
	}
	a := of("a")
	b, c := of("b"), of("c")
	if made != 3 || of("a") != a {
		t.Errorf("%d plans for 3 nodes: each is planned once", made)
	}
	if !slices.Equal(a.to, []*plan{a, b, c}) || !slices.Equal(b.to, []*plan{a, c}) || !slices.Equal(c.to, []*plan{c}) {
		t.Error("the plans do not lead where the nodes do")
	}
}

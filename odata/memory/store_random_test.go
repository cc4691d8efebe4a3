package memory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestStoreAgainstGraph asks stores and the graphs they were made of the same
// random questions: what a set holds, and what navigation leads to.
func TestStoreAgainstGraph(t *testing.T) {
	const graphs, questions, least = 200, 160, 50_000
	models := []*metadata.Model{demoShop(t).model, oDataDemo(t).model}
	evaluations, matches := 0, 0
	for seed := range graphs {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		g := newGraph(r, models[seed%len(models)])
		s := open(t, g.model, g.data())
		for range questions {
			set := pick(r, g.model.DefaultContainer().AllEntitySets())
			n, m := g.ask(t, s, set)
			evaluations, matches = evaluations+n, matches+m
			if t.Failed() {
				t.Fatalf("graph %d", seed)
			}
		}
	}
	if evaluations < least || matches < evaluations/10 || matches > evaluations*9/10 {
		t.Errorf("%d of %d evaluations held, want at least %d, and neither most nor few to hold: the generator is one-sided", matches, evaluations, least)
	}
}

// ask puts one random question and returns how many entities it was about, and
// how many of them were wanted.
func (g *graph) ask(t *testing.T, s *shop, set *metadata.EntitySet) (evaluations, matches int) {
	t.Helper()
	q := s.query(set.Name)
	if derived := q.Type.DerivedTypes(); len(derived) > 0 && g.IntN(4) == 0 {
		q.Type = pick(g.Rand, derived)
	}
	say := &speaker{graph: g, it: q.Type}
	q.Filter = say.condition(1 + g.IntN(3))
	if g.IntN(2) == 0 {
		q.Filter = say.reaching(odata.ItOf(q.Type), g.IntN(4))
		if g.IntN(2) == 0 {
			q.Filter = odata.Conjunction(q.Filter, say.condition(g.IntN(2)))
		}
	}
	for range g.IntN(3) {
		path, _ := say.primitive()
		q.OrderBy = append(q.OrderBy, odata.Order{By: path, Descending: g.IntN(2) == 0})
	}
	if g.IntN(2) == 0 {
		for _, p := range q.Type.KeyProperties() {
			q.OrderBy = append(q.OrderBy, odata.Order{By: &odata.Member{Of: odata.ItOf(q.Type), Property: p}})
		}
	}
	if g.IntN(3) == 0 {
		q.Skip, q.Top = int64(g.IntN(3)), new(int64(g.IntN(4)))
	}
	if last := g.sets[set.Name]; len(last) > 0 && len(q.OrderBy) > 0 && g.IntN(4) == 0 {
		q.After = standing(q, pick(g.Rand, last))
	}
	q.Total = g.IntN(2) == 0

	// From entities of another set, or from the set itself.
	var from []*thing
	var arrive *metadata.NavigationProperty
	if back := say.directions(set.Type()); len(back) > 0 && g.IntN(3) == 0 {
		arrive = pick(g.Rand, back).Inverse()
		for _, other := range g.sets[s.home(set.Name, arrive.Inverse())] {
			if g.IntN(2) == 0 {
				from = append(from, other)
			}
		}
	}
	if arrive == nil {
		want, matching := g.choose(q, g.sets[set.Name])
		rows, total, err := s.read(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", describe(q), err)
		}
		if diff := cmp.Diff(want, allKeys(q, rows)); diff != "" {
			t.Errorf("%s of %s: (-want +got):\n%s", describe(q), set.Name, diff)
		}
		if q.Total && (total == nil || *total != int64(matching)) {
			t.Errorf("%s of %s: total %v, want %d", describe(q), set.Name, total, matching)
		}
		return len(g.sets[set.Name]), matching
	}
	var keys []odata.Key
	want, got := make([][]string, len(from)), make([][]string, len(from))
	for i, start := range from {
		keys = append(keys, start.key())
		var reached []*thing
		for _, t := range g.sets[set.Name] { // in the order of the set
			if slices.Contains(start.related[along(arrive)], t) {
				reached = append(reached, t)
			}
		}
		var n int
		want[i], n = g.choose(q, reached)
		evaluations, matches = evaluations+len(reached), matches+n
		got[i] = []string{}
	}
	for edge, err := range s.sets[s.home(set.Name, arrive.Inverse())].Navigator.Navigate(t.Context(), arrive, keys, q) {
		if err != nil {
			t.Fatalf("%s: %v", describe(q), err)
		}
		got[edge.From] = append(got[edge.From], allKeys(q, []odata.Row{edge.Row})...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s along %s to %s: (-want +got):\n%s", describe(q), arrive.Name, set.Name, diff)
	}
	return evaluations, matches
}

// choose answers q by hand; matching is the number before the page is cut.
func (g *graph) choose(q *odata.Query, from []*thing) (keys []string, matching int) {
	var found []*thing
	for _, t := range from {
		if t.typ.Is(q.Type) && (naive{it: t}).holds(q.Filter) {
			found = append(found, t)
		}
	}
	matching = len(found)
	compare := func(a, b []edm.Value) int {
		for i, o := range q.OrderBy {
			order := edm.Order(a[i], b[i])
			if o.Descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b *thing) int { return compare(standing(q, a), standing(q, b)) })
	if q.After != nil {
		found = slices.DeleteFunc(found, func(t *thing) bool { return compare(standing(q, t), q.After) <= 0 })
	}
	found = found[min(int(q.Skip), len(found)):]
	if q.Top != nil {
		found = found[:min(int(*q.Top), len(found))]
	}
	keys = []string{}
	for _, t := range found {
		keys = append(keys, fmt.Sprint(t.key()))
	}
	return keys, matching
}

func standing(q *odata.Query, t *thing) []edm.Value {
	var values []edm.Value
	for _, o := range q.OrderBy {
		values = append(values, naive{it: t}.value(o.By))
	}
	return values
}

func allKeys(q *odata.Query, rows []odata.Row) []string {
	keys := []string{}
	for _, row := range rows {
		var key []edm.Value
		for _, p := range q.Type.KeyProperties() {
			key = append(key, row.Values[q.Field(p)])
		}
		keys = append(keys, fmt.Sprint(key))
	}
	return keys
}

func describe(q *odata.Query) string {
	var order []string
	for _, o := range q.OrderBy {
		order = append(order, odata.Dump(o.By))
	}
	return fmt.Sprintf("%s filter %s order %s after %v skip %d", q.Type.Name, odata.Dump(q.Filter), strings.Join(order, ","), q.After, q.Skip)
}

package memory_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Part has few distinct values, so that random conditions and orders meet
// equal ones and nulls.
type Part struct {
	ID     int32 `odata:",key"`
	Name   string
	Nick   *string
	Weight *int64
	Price  float64
	Sold   bool
	Tags   []string
}

func randomParts(r *rand.Rand, n int) []Part {
	parts := make([]Part, n)
	ids := r.Perm(n)
	for i := range parts {
		p := Part{ID: int32(ids[i]), Name: string(rune('a' + r.IntN(4))), Price: float64(r.IntN(5)) / 2, Sold: r.IntN(2) == 0}
		if r.IntN(3) > 0 {
			p.Nick = new(string(rune('a' + r.IntN(3))))
		}
		if r.IntN(3) > 0 {
			p.Weight = new(int64(r.IntN(4)))
		}
		for range r.IntN(3) {
			p.Tags = append(p.Tags, "t")
		}
		parts[i] = p
	}
	return parts
}

// A condition is an expression beside the same thing in plain Go.
type condition struct {
	expr  odata.Expr
	holds func(*Part) bool
}

// ordered compares by hand: null is neither less nor greater than anything.
func ordered[T int32 | int64 | float64 | string](op odata.BinaryOp, a *T, b T) bool {
	if a == nil {
		return op == odata.Ne
	}
	switch op {
	case odata.Eq:
		return *a == b
	case odata.Ne:
		return *a != b
	case odata.Lt:
		return *a < b
	case odata.Le:
		return *a <= b
	case odata.Gt:
		return *a > b
	}
	return *a >= b
}

func randomCondition(r *rand.Rand, s served, depth int) condition {
	op := []odata.BinaryOp{odata.Eq, odata.Ne, odata.Lt, odata.Le, odata.Gt, odata.Ge}[r.IntN(6)]
	if depth > 0 {
		switch a := randomCondition(r, s, depth-1); r.IntN(4) {
		case 0:
			b := randomCondition(r, s, depth-1)
			return condition{binary(odata.And, a.expr, b.expr), func(p *Part) bool { return a.holds(p) && b.holds(p) }}
		case 1:
			b := randomCondition(r, s, depth-1)
			return condition{binary(odata.Or, a.expr, b.expr), func(p *Part) bool { return a.holds(p) || b.holds(p) }}
		case 2:
			return condition{&odata.Unary{Op: odata.Not, X: a.expr}, func(p *Part) bool { return !a.holds(p) }}
		default:
			return a
		}
	}
	switch r.IntN(8) {
	case 0:
		v := int32(r.IntN(40))
		return condition{binary(op, s.member("ID"), literal(edm.Int32(v))), func(p *Part) bool { return ordered(op, &p.ID, v) }}
	case 1:
		v := string(rune('a' + r.IntN(4)))
		return condition{binary(op, s.member("Name"), literal(edm.String(v))), func(p *Part) bool { return ordered(op, &p.Name, v) }}
	case 2:
		v := string(rune('a' + r.IntN(3)))
		return condition{binary(op, s.member("Nick"), literal(edm.String(v))), func(p *Part) bool { return ordered(op, p.Nick, v) }}
	case 3:
		v := int64(r.IntN(4))
		return condition{binary(op, s.member("Weight"), literal(edm.Int64(v))), func(p *Part) bool { return ordered(op, p.Weight, v) }}
	case 4:
		v := float64(r.IntN(5)) / 2
		return condition{binary(op, s.member("Price"), literal(edm.Double(v))), func(p *Part) bool { return ordered(op, &p.Price, v) }}
	case 5:
		return condition{s.member("Sold"), func(p *Part) bool { return p.Sold }}
	case 6:
		return condition{binary(odata.Eq, s.member("Nick"), literal(edm.Null)), func(p *Part) bool { return p.Nick == nil }}
	}
	v := int32(r.IntN(40))
	return condition{binary(odata.Eq, literal(edm.Int32(v)), s.member("ID")), func(p *Part) bool { return p.ID == v }}
}

// A sorting is an order beside the same thing in plain Go.
type sorting struct {
	name    string
	compare func(a, b *Part) int
	value   func(*Part) edm.Value
}

func pointerOrder[T int64 | string](a, b *T) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}

var sortings = []sorting{
	{"ID", func(a, b *Part) int { return int(a.ID) - int(b.ID) }, func(p *Part) edm.Value { return edm.Int32(p.ID) }},
	{"Name", func(a, b *Part) int { return strings.Compare(a.Name, b.Name) }, func(p *Part) edm.Value { return edm.String(p.Name) }},
	{"Nick", func(a, b *Part) int { return pointerOrder(a.Nick, b.Nick) }, func(p *Part) edm.Value {
		if p.Nick == nil {
			return edm.Null
		}
		return edm.String(*p.Nick)
	}},
	{"Weight", func(a, b *Part) int { return pointerOrder(a.Weight, b.Weight) }, func(p *Part) edm.Value {
		if p.Weight == nil {
			return edm.Null
		}
		return edm.Int64(*p.Weight)
	}},
	{"Price", func(a, b *Part) int { return int(2*a.Price) - int(2*b.Price) }, func(p *Part) edm.Value { return edm.Double(p.Price) }},
}

// providers are the ways to serve the same parts.
func providers(t testing.TB, parts []Part) map[string]served {
	whole := serve(t, memory.Set("Parts", parts))
	return map[string]served{
		"Set":  whole,
		"Func": serve(t, memory.Func("Parts", func(context.Context) ([]Part, error) { return parts, nil })),
		"Seq": serve(t, memory.Seq("Parts", func(context.Context) iter.Seq2[Part, error] {
			return func(yield func(Part, error) bool) {
				for _, p := range parts {
					if !yield(p, nil) {
						return
					}
				}
			}
		})),
		"Rows": serve(t, memory.Rows("Parts", typed.Describe[Part]().Schema, entitiesOf(t, whole))),
	}
}

// entitiesOf reads a set back as rows without a Go type.
func entitiesOf(t testing.TB, s served) (entities []memory.Entity) {
	rows, _ := s.rows(t, s.query())
	for _, row := range rows {
		e := memory.Entity{Values: map[string]edm.Value{}}
		for i, p := range s.query().Fields {
			e.Values[p.Name] = row.Values[i]
		}
		entities = append(entities, e)
	}
	return entities
}

// TestAgainstPlainGo asks every provider random questions and answers them by
// hand as well.
func TestAgainstPlainGo(t *testing.T) {
	for _, size := range []int{0, 1, 7, 40, 700} {
		r := rand.New(rand.NewPCG(1, uint64(size)))
		parts := randomParts(r, size)
		for name, s := range providers(t, parts) {
			t.Run(fmt.Sprintf("%s of %d", name, size), func(t *testing.T) {
				for range 200 {
					askRandomly(t, rand.New(rand.NewPCG(r.Uint64(), 2)), s, parts)
				}
			})
		}
	}
}

func askRandomly(t *testing.T, r *rand.Rand, s served, parts []Part) {
	t.Helper()
	q := s.query()
	want := make([]*Part, 0, len(parts))
	holds := func(*Part) bool { return true }
	if r.IntN(4) > 0 {
		c := randomCondition(r, s, r.IntN(4))
		q.Filter, holds = c.expr, c.holds
	}
	for i := range parts {
		if holds(&parts[i]) {
			want = append(want, &parts[i])
		}
	}
	total := int64(len(want))
	q.Total = r.IntN(3) == 0

	// Mostly an order ends with the key. Where it does not, rows in the same place
	// stay as they were.
	var terms []sorting
	var names []string
	if r.IntN(3) > 0 {
		terms = append(terms, sortings[1:][:r.IntN(3)]...)
		r.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
		if r.IntN(4) > 0 {
			terms = append(terms, sortings[0])
		}
	}
	descending := make([]bool, len(terms))
	for i, term := range terms {
		descending[i] = r.IntN(2) == 0
		names = append(names, map[bool]string{true: "-", false: ""}[descending[i]]+term.name)
	}
	q.OrderBy = s.by(names...)
	compare := func(a, b *Part) int {
		for i, term := range terms {
			order := term.compare(a, b)
			if descending[i] {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	}
	slices.SortStableFunc(want, compare)
	if len(terms) > 0 && len(parts) > 0 && r.IntN(2) == 0 {
		last := &parts[r.IntN(len(parts))]
		for _, term := range terms {
			q.After = append(q.After, term.value(last))
		}
		want = slices.DeleteFunc(want, func(p *Part) bool { return compare(p, last) <= 0 })
	}
	if r.IntN(2) == 0 {
		q.Skip = int64(r.IntN(4))
		want = want[min(int(q.Skip), len(want)):]
	}
	if r.IntN(2) == 0 {
		q.Top = new(int64(r.IntN(12)))
		want = want[:min(int(*q.Top), len(want))]
	}

	rows, result := s.rows(t, q)
	wantIDs := []string{}
	for _, p := range want {
		wantIDs = append(wantIDs, fmt.Sprint(p.ID))
	}
	asked := fmt.Sprintf("filter %s, order %v, after %v, skip %d, top %v", odata.Dump(q.Filter), names, q.After, q.Skip, q.Top)
	if diff := cmp.Diff(wantIDs, column(rows, 0)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", asked, diff)
	}
	if q.Total && (result.Total == nil || *result.Total != total) {
		t.Errorf("%s: total %v, want %d", asked, result.Total, total)
	}
	if result.Rest != nil {
		t.Errorf("%s: left over %+v", asked, result.Rest)
	}
}

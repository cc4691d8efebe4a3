package memory_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

func seeded() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }

// A Wide row has ten columns, as in the house's measurements.
type Wide struct {
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

func wideRows(n int) []Wide {
	rows := make([]Wide, n)
	for i := range rows {
		rows[i] = Wide{ID: edm.GUID{byte(i >> 16), byte(i >> 8), byte(i)}, Name: "name", Title: "title", TTL: int64(i), Count: int32(i % 10),
			Price: edm.NewDecimal(int64(i), 2)}
	}
	return rows
}

// drain reads a result as a service does, and returns the number of rows.
func drain(t testing.TB, s served, q *odata.Query) (n int) {
	result, err := s.Reader.Read(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range result.Rows {
		if err != nil || len(row.Values) != len(q.Fields) {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// TestRowsDoNotAllocate reads sets of two sizes: the difference is what rows
// cost, and that is nothing.
func TestRowsDoNotAllocate(t *testing.T) {
	few, many := wideRows(10), wideRows(1000)
	for _, tt := range []struct {
		name   string
		sets   [2]served
		change func(served, *odata.Query)
	}{
		{"set", [2]served{serve(t, memory.Set("W", few)), serve(t, memory.Set("W", many))}, func(served, *odata.Query) {}},
		{"filter", [2]served{serve(t, memory.Set("W", few)), serve(t, memory.Set("W", many))}, func(s served, q *odata.Query) {
			q.Filter = binary(odata.Gt, s.member("Count"), literal(edm.Int32(4)))
		}},
		{"known order", [2]served{serve(t, memory.Set("W", few)), serve(t, memory.Set("W", many))}, func(s served, q *odata.Query) {
			q.OrderBy = s.by("-Count", "ID")
		}},
		{"count", [2]served{serve(t, memory.Set("W", few)), serve(t, memory.Set("W", many))}, func(s served, q *odata.Query) {
			q.Filter, q.Total, q.Top = binary(odata.Gt, s.member("Count"), literal(edm.Int32(4))), true, new(int64(0))
		}},
		{"function", [2]served{
			serve(t, memory.Func("W", func(context.Context) ([]Wide, error) { return few, nil })),
			serve(t, memory.Func("W", func(context.Context) ([]Wide, error) { return many, nil })),
		}, func(served, *odata.Query) {}},
		{"rows without a type", [2]served{
			serve(t, memory.Rows("W", memory.Set("W", few).Schema, entitiesOf(t, serve(t, memory.Set("W", few))))),
			serve(t, memory.Rows("W", memory.Set("W", many).Schema, entitiesOf(t, serve(t, memory.Set("W", many))))),
		}, func(served, *odata.Query) {}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var allocations [2]float64
			for i, s := range tt.sets {
				q := s.query()
				tt.change(s, q)
				allocations[i] = testing.AllocsPerRun(20, func() { drain(t, s, q) })
			}
			if allocations[0] != allocations[1] || allocations[1] > 40 {
				t.Errorf("10 rows take %v allocations, 1,000 take %v; the number must be the same and small", allocations[0], allocations[1])
			}
		})
	}
}

func benchmark(b *testing.B, s served, change func(served, *odata.Query), want int) {
	q := s.query()
	change(s, q)
	b.ReportAllocs()
	for b.Loop() {
		if got := drain(b, s, q); got != want {
			b.Fatalf("%d rows, want %d", got, want)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	thousand := serve(b, memory.Set("W", wideRows(1000)))
	large := serve(b, memory.Set("W", wideRows(100_000)))
	computed := serve(b, memory.Func("W", func() func(context.Context) ([]Wide, error) {
		rows := wideRows(100_000)
		return func(context.Context) ([]Wide, error) { return rows, nil }
	}()))
	key := func(s served, q *odata.Query) {
		q.Filter = binary(odata.Eq, s.member("ID"), literal(edm.GUID{0, 7, 7}.Value()))
	}
	page := func(s served, q *odata.Query) {
		q.OrderBy, q.Top = s.by("-Count", "ID"), new(int64(20))
		q.After = []edm.Value{edm.Int32(5), edm.GUID{0, 7, 7}.Value()}
	}
	one := serve(b, memory.Func("W", func(context.Context) ([]Wide, error) { return []Wide{{Name: "x"}}, nil }))
	b.Run("func/one row", func(b *testing.B) { benchmark(b, one, func(served, *odata.Query) {}, 1) })
	b.Run("1000x10", func(b *testing.B) { benchmark(b, thousand, func(served, *odata.Query) {}, 1000) })
	b.Run("1000x10/filter", func(b *testing.B) {
		benchmark(b, thousand, func(s served, q *odata.Query) {
			q.Filter = binary(odata.Lt, s.member("Count"), literal(edm.Int32(5)))
		}, 500)
	})
	b.Run("100000/key", func(b *testing.B) { benchmark(b, large, key, 1) })
	b.Run("100000/page", func(b *testing.B) { benchmark(b, large, page, 20) })
	b.Run("100000/func/key", func(b *testing.B) { benchmark(b, computed, key, 1) })
	b.Run("100000/func/page", func(b *testing.B) { benchmark(b, computed, page, 20) })
}

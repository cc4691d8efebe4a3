package memory_test

import (
	"context"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestConcurrentVisits reads one store from many goroutines in every way it can
// be read, for the race detector to watch.
func TestConcurrentVisits(t *testing.T) {
	s := oDataDemo(t)
	photo := s.typ("PersonDetails").Property("Photo")
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			for j := range 15 {
				q := s.query("Products")
				q.Filter = s.filter(t, q.Type, "Categories/any(c: c/ID eq 1) and (Supplier/Name eq null or Supplier/Products/any(p: p/Price gt 20))")
				q.OrderBy = s.order(t, q.Type, []string{"ID", "Price", "Rating,ID", "Supplier/Name,ID", "Name", "Name desc", "Price desc", "Rating desc", "ReleaseDate"}[(i+j)%9])
				q.Total = j%2 == 0
				if rows, _, err := s.read(context.Background(), q); err != nil || len(rows) != 8 {
					t.Errorf("reads disturb each other: %d rows, %v", len(rows), err)
				}
				q.Filter = nil
				if edges, err := s.follow(context.Background(), "Categories", "Products", numbers(0, 2), q); err != nil || len(edges) != len("0>0 0>1 1>7 1>8") {
					t.Errorf("navigation is disturbed: %s, %v", edges, err)
				}
				if _, err := s.openStream("PersonDetails", "0", photo); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
}

// drainStore reads q as a service does.
func drainStore(t testing.TB, s *shop, q *odata.Query) (n int) {
	result, err := s.sets[q.Set.Name].Reader.Read(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range result.Rows {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func drainEdges(t testing.TB, s *shop, nav string, from []odata.Key, q *odata.Query) (n int) {
	for _, err := range s.sets["Customers"].Navigator.Navigate(context.Background(), s.nav("Customers", nav), from, q) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func manyKeys(n int) (keys []odata.Key) {
	for i := range n {
		keys = append(keys, odata.Key{edm.Int32(int32(i))})
	}
	return keys
}

// TestStoreRowsDoNotAllocate reads stores of two sizes: the difference is what
// rows and links cost, and that is nothing.
func TestStoreRowsDoNotAllocate(t *testing.T) {
	shops := [2]*shop{manyOrders(t, 10), manyOrders(t, 200)}
	for _, tt := range []struct {
		name  string
		pools bool // evaluation borrows memory from a sync.Pool
		read  func(s *shop, customers int) func()
	}{
		{"all", false, func(s *shop, _ int) func() {
			q := s.query("Orders")
			return func() { drainStore(t, s, q) }
		}},
		{"fields in another order", false, func(s *shop, _ int) func() {
			q := s.query("Orders")
			q.Fields[0], q.Fields[1] = q.Fields[1], q.Fields[0]
			return func() { drainStore(t, s, q) }
		}},
		{"filter through a single navigation", false, func(s *shop, _ int) func() {
			q := s.query("Orders")
			q.Filter = s.filter(t, q.Type, "Customer/BestFriend/Points gt 3")
			return func() { drainStore(t, s, q) }
		}},
		{"nested any", true, func(s *shop, _ int) func() {
			q := s.query("Customers")
			q.Filter = s.filter(t, q.Type, "Orders/any(o: o/Total gt 5M and o/Customer/Orders/any(p: p/Total gt o/Total))")
			return func() { drainStore(t, s, q) }
		}},
		{"expansion", false, func(s *shop, customers int) func() {
			q, keys := s.query("Orders"), manyKeys(customers)
			return func() { drainEdges(t, s, "Orders", keys, q) }
		}},
		{"expansion with filter and order", false, func(s *shop, customers int) func() {
			q, keys := s.query("Orders"), manyKeys(customers)
			q.Filter, q.OrderBy, q.Top = s.filter(t, q.Type, "Total ge 0M"), s.order(t, q.Type, "Total desc,OrderId"), new(int64(5))
			return func() { drainEdges(t, s, "Orders", keys, q) }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.pools && !poolsKeep() {
				return
			}
			var allocations [2]float64
			for i, customers := range []int{10, 200} {
				allocations[i] = testing.AllocsPerRun(20, tt.read(shops[i], customers))
			}
			if allocations[0] != allocations[1] || allocations[1] > 100 {
				t.Errorf("10 customers take %v allocations, 200 take %v; the number must be the same and small", allocations[0], allocations[1])
			}
		})
	}
}

// poolsKeep reports that a sync.Pool gives back what was put into it. With the
// race detector it loses some on purpose.
func poolsKeep() bool {
	pool := sync.Pool{New: func() any { return new([64]byte) }}
	return testing.AllocsPerRun(100, func() {
		for range 100 {
			pool.Put(pool.Get())
		}
	}) == 0
}

func BenchmarkStore(b *testing.B) {
	s := manyOrders(b, 1000)
	orders, customers := s.query("Orders"), s.query("Customers")
	read := func(q *odata.Query, filter odata.Expr, order string, want int) func(*testing.B) {
		return func(b *testing.B) {
			q := *q
			q.Filter, q.OrderBy = filter, s.order(b, q.Type, order)
			b.ReportAllocs()
			for b.Loop() {
				if n := drainStore(b, s, &q); n != want {
					b.Fatalf("%d rows, want %d", n, want)
				}
			}
		}
	}
	text := func(q *odata.Query, text string) odata.Expr { return s.filter(b, q.Type, text) }
	b.Run("key", read(customers, text(customers, "Id eq 7"), "", 1))
	b.Run("path to 10 orders", read(orders, text(orders, "Customer/Id eq 7"), "OrderId", 10))
	b.Run("path to a friend", read(customers, anyOf(s.path("Customers", "~BestFriend"), 1, id(7)), "", 1))
	b.Run("10000 orders/all", read(orders, nil, "", 10_000))
	b.Run("10000 orders/filter by customer", read(orders, text(orders, "Customer/Points lt 50"), "", 5_000))
	b.Run("any of 1000x10", read(customers, text(customers, "Orders/any(o: o/Total eq 995M)"), "", 10))
	b.Run("all of 1000x10", read(customers, text(customers, "Orders/all(o: o/Total ge 990M)"), "", 10))
	b.Run("10000 orders/order by customer", read(orders, nil, "Customer/Points,OrderId", 10_000))

	expand := func(nav string, q *odata.Query, change func(q *odata.Query), want int) func(*testing.B) {
		return func(b *testing.B) {
			q, keys := *q, manyKeys(200)
			change(&q)
			b.ReportAllocs()
			for b.Loop() {
				if n := drainEdges(b, s, nav, keys, &q); n != want {
					b.Fatalf("%d edges, want %d", n, want)
				}
			}
		}
	}
	b.Run("expand 200x10", expand("Orders", orders, func(*odata.Query) {}, 2000))
	b.Run("expand 200x10/order and top 5", expand("Orders", orders, func(q *odata.Query) {
		q.OrderBy, q.Top = s.order(b, q.Type, "Total desc,OrderId"), new(int64(5))
	}, 1000))
	b.Run("expand 200x1", expand("BestFriend", customers, func(*odata.Query) {}, 200))
}

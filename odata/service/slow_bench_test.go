package service_test

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// BenchmarkSlowLog is an entry and a feed without the log of slow queries and with
// it, where nothing is slow: measuring allocates nothing.
func BenchmarkSlowLog(b *testing.B) {
	for _, target := range []string{"Customers(1)", "Customers"} {
		for _, bb := range []struct {
			name string
			slow time.Duration
		}{{"off", 0}, {"on", time.Hour}} {
			b.Run(target+" "+bb.name, func(b *testing.B) {
				svc := demoService(b, func(c *service.Config) { c.SlowQuery = bb.slow })
				r := httptest.NewRequest(http.MethodGet, "/svc/"+target, nil)
				r = r.WithContext(asCaller(r.Context()))
				w := &discarding{header: http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					svc.ServeHTTP(w, r)
				}
			})
		}
	}
}

// TestSlowLogAllocatesNothing compares requests with and without the log.
func TestSlowLogAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector drops pooled objects")
	}
	for _, target := range []string{"Customers(1)", "Customers", "Customers/$count", "Customers(1)/Orders"} {
		costs := map[time.Duration]float64{}
		for _, slow := range []time.Duration{0, time.Hour} {
			svc := demoService(t, func(c *service.Config) { c.SlowQuery = slow })
			r := httptest.NewRequest(http.MethodGet, "/svc/"+target, nil)
			r = r.WithContext(asCaller(r.Context()))
			w := &discarding{header: http.Header{}}
			costs[slow] = testing.AllocsPerRun(200, func() {
				clear(w.header)
				svc.ServeHTTP(w, r)
			})
		}
		if costs[time.Hour] > costs[0] {
			t.Errorf("%s: %v allocations, %v without the log", target, costs[time.Hour], costs[0])
		}
	}
}

// BenchmarkSlowLogFeed is what measuring costs for each row.
func BenchmarkSlowLogFeed(b *testing.B) {
	const rows = 10_000
	items := memory.Seq("Items", func(context.Context) iter.Seq2[item, error] {
		return func(yield func(item, error) bool) {
			for i := range rows {
				if !yield(item{int32(i), "some text to make the row longer"}, nil) {
					return
				}
			}
		}
	}, memory.Guard(odata.Public()))
	for _, bb := range []struct {
		name string
		slow time.Duration
	}{{"off", 0}, {"on", time.Hour}} {
		b.Run(bb.name, func(b *testing.B) {
			svc, err := service.New(service.Config{Namespace: "Test", PageSize: odata.NoPaging, Profile: odata.Profile{JSON: true}, SlowQuery: bb.slow}, items)
			if err != nil {
				b.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodGet, "/Items", nil)
			w := &discarding{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				svc.ServeHTTP(w, r)
			}
		})
	}
}

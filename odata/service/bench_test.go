package service_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// A discarding ResponseWriter costs nothing itself.
type discarding struct{ header http.Header }

func (d *discarding) Header() http.Header         { return d.header }
func (d *discarding) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarding) WriteHeader(int)             {}

var _ io.Writer = (*discarding)(nil)

// BenchmarkFeed serves feeds of growing length from a sequence: allocations must
// not grow with the rows.
func BenchmarkFeed(b *testing.B) {
	for _, bb := range []struct {
		name string
		rows int
	}{{"1", 1}, {"1000", 1_000}, {"40000", 40_000}} {
		b.Run(bb.name, func(b *testing.B) {
			items := memory.Seq("Items", func(context.Context) iter.Seq2[item, error] {
				return func(yield func(item, error) bool) {
					for i := range bb.rows {
						if !yield(item{int32(i), "some text to make the row longer"}, nil) {
							return
						}
					}
				}
			}, memory.Guard(odata.Public()))
			svc, err := service.New(service.Config{Namespace: "Test", PageSize: odata.NoPaging, Profile: odata.Profile{JSON: true}}, items)
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
			b.ReportMetric(float64(bb.rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkEntry serves one entity of the demo model by key.
func BenchmarkEntry(b *testing.B) {
	svc := demoService(b, nil)
	r := httptest.NewRequest(http.MethodGet, "/svc/Customers(1)", nil)
	r = r.WithContext(asCaller(r.Context()))
	w := &discarding{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		svc.ServeHTTP(w, r)
	}
}

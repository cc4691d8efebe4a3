package service_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

const rowModel = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="3.0">
<Schema Namespace="Bench" xmlns="http://schemas.microsoft.com/ado/2009/11/edm"><EntityType Name="Row"><Key><PropertyRef Name="Id"/></Key>
<Property Name="Id" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String"/><Property Name="Points" Type="Edm.Int64" Nullable="false"/>
<Property Name="Since" Type="Edm.DateTime" Nullable="false"/><Property Name="Version" Type="Edm.Int32" Nullable="false" ConcurrencyMode="Fixed"/></EntityType>
<EntityContainer Name="All" m:IsDefaultEntityContainer="true"><EntitySet Name="Rows" EntityType="Bench.Row"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`

// rowService is an empty set of entities with five properties.
func rowService(b *testing.B) http.Handler {
	b.Helper()
	model, err := csdl.Read(strings.NewReader(rowModel))
	if err != nil {
		b.Fatal(err)
	}
	store, err := memory.NewStore(model, memory.Data{})
	if err != nil {
		b.Fatal(err)
	}
	config := service.Config{Model: model, Root: "/svc"}
	quietly(&config)
	svc, err := service.New(config, store.Sets()...)
	if err != nil {
		b.Fatal(err)
	}
	return svc
}

// rewound is a request that is sent again and again, with other bodies.
type rewound struct {
	r    *http.Request
	body strings.Reader
	w    benched
}

// A benched answer keeps its status alone.
type benched struct {
	header http.Header
	status int
	bytes  int
}

func (w *benched) Header() http.Header         { return w.header }
func (w *benched) WriteHeader(status int)      { w.status = status }
func (w *benched) Write(p []byte) (int, error) { w.bytes += len(p); return len(p), nil }

func (x *rewound) Read(p []byte) (int, error) { return x.body.Read(p) }
func (x *rewound) Close() error               { return nil }

func rewind(b *testing.B, s sending) *rewound {
	x := &rewound{r: s.request(b)}
	x.r.Body, x.w.header = x, http.Header{}
	return x
}

// serve sends the request with a body, and wants a status.
func (x *rewound) serve(b *testing.B, svc http.Handler, body string, status int) {
	clear(x.w.header)
	x.body.Reset(body)
	x.r.ContentLength = int64(len(body))
	if svc.ServeHTTP(&x.w, x.r); x.w.status != status {
		b.Fatalf("status %d, want %d", x.w.status, status)
	}
}

// BenchmarkCreate creates entities in a set that grows.
func BenchmarkCreate(b *testing.B) {
	svc, i := rowService(b), 0
	x := rewind(b, sending{method: "POST", target: "/svc/Rows", header: map[string]string{"Content-Type": lightBody}})
	b.ReportAllocs()
	for b.Loop() {
		i++
		x.serve(b, svc, fmt.Sprintf(`{"Id":%d,"Name":"a name","Points":"12","Since":"2015-07-12T06:40:00","Version":1}`, i), http.StatusCreated)
	}
}

// BenchmarkPatch changes one entity among 10,000, under its ETag.
func BenchmarkPatch(b *testing.B) {
	svc := rowService(b)
	create := rewind(b, sending{method: "POST", target: "/svc/Rows", header: map[string]string{"Content-Type": lightBody}})
	for i := range 10_000 {
		create.serve(b, svc, fmt.Sprintf(`{"Id":%d,"Name":"a name","Points":"12","Since":"2015-07-12T06:40:00","Version":1}`, i), http.StatusCreated)
	}
	x := rewind(b, sending{method: "PATCH", target: "/svc/Rows(5000)", header: map[string]string{"Content-Type": lightBody, "If-Match": `W/"1"`}})
	b.ReportAllocs()
	for b.Loop() {
		x.serve(b, svc, `{"Points":"13"}`, http.StatusNoContent)
	}
}

// BenchmarkChangeSet100 creates 100 entities in one change set.
func BenchmarkChangeSet100(b *testing.B) {
	svc, i := rowService(b), 0
	x := rewind(b, batchOf())
	var steps [100]step
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for n := range steps {
			i++
			steps[n] = step{method: "POST", url: "Rows", contentType: lightBody,
				body: fmt.Sprintf(`{"Id":%d,"Name":"a name","Points":"12","Since":"2015-07-12T06:40:00","Version":1}`, i)}
		}
		body := batchOf(changeSetOf(steps[:]...)).body
		x.w.bytes = 0
		b.StartTimer()
		x.serve(b, svc, body, http.StatusAccepted)
		if x.w.bytes < 100*200 {
			b.Fatalf("an answer of %d bytes is none of 100 entities", x.w.bytes)
		}
	}
}

// BenchmarkBatchReads reads 100 entities by their keys in one batch.
func BenchmarkBatchReads(b *testing.B) {
	svc := demoService(b, quietly)
	x := rewind(b, batchOf())
	var parts [100]string
	for i := range parts {
		parts[i] = readOf(fmt.Sprintf("Customers(%d)", 1+i%3))
	}
	body := batchOf(parts[:]...).body
	b.ReportAllocs()
	for b.Loop() {
		x.serve(b, svc, body, http.StatusAccepted)
	}
}

package service_test

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// seeds are valid requests that between them use every part of the grammar.
var seeds = []string{
	"", "$metadata", "Customers", "Customers()", "Customers(1)", "Customers(Id=1)", "DemoService.Customers",
	"Customers(1)/Name", "Customers(1)/Name/$value", "Customers(1)/Home/City/$value", "Customers(1)/Emails",
	"Customers/$count", "Customers/Demo.VipCustomer", "Customers(2)/Demo.VipCustomer/Level", "Tags('a%2Fb')",
	"OrderLines(OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10',LineNo=2)",
	"Customers(1)/Orders", "Customers(1)/BestFriend/Orders", "Customers(1)/$links/Orders", "Photos(1)/$value", "Photos(1)/Thumb",
	"TopCustomers?n=3", "Tags('x')/Colour",
	"Customers?$filter=Name%20eq%20'O''Neil'%20and%20(Points%20gt%205L%20or%20Credit%20le%201.5M)",
	"Customers?$filter=not%20(Score%20ge%20-1.5E%2B3)%20or%20Since%20lt%20datetime'2015-07-12T06:40:00.1Z'",
	"Customers?$filter=substringof('a',tolower(Name))%20and%20length(concat(Name,'x'))%20add%201%20mul%202%20ne%207",
	"Customers?$filter=Emails/any(e:startswith(e,'a'))%20or%20Emails/all(f:f%20ne%20$it/Name)",
	"Customers?$filter=isof('Demo.VipCustomer')%20and%20cast(Id,'Edm.String')%20eq%20'2'",
	"Customers?$filter=Demo.VipCustomer/Level%20eq%209%20and%20Home/City%20ne%20null",
	"OrderLines?$filter=OrderId%20eq%20guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'",
	"Customers?$orderby=Name%20desc,length(Name),Home/City%20asc&$top=2&$skip=1&$inlinecount=allpages",
	"Customers?$select=Id,Name,Demo.VipCustomer/Level&$format=application/json;odata=fullmetadata",
	"Customers?$select=*&$expand=Orders,BestFriend/Orders", "Customers?v=1&_=123&$top=0",
	"Orders?$filter=Took%20gt%20time'PT1H30M'%20and%20Placed%20lt%20datetimeoffset'2015-07-12T06:40:00%2B02:00'",
	"Customers?$filter=X'0aFF'%20eq%20binary'0A'%20or%20true%20eq%20false%20or%20null%20eq%20Name",
}

// alphabet are the pieces that edits insert.
var alphabet = []string{"(", ")", "'", "/", ",", "=", "$", "%20", "%", "%zz", "%00", "%2F", "&", "?", ";", "+", "-", "..", "//", ":", "*",
	" ", "eq", "and", "not%20", "any(", "x:", "null", "1", "9999999999999999999999", "1.5", "1e400", "NaN", "guid'", "datetime'", "é", "%F0%9F%98%80",
	"%ff", "$filter=", "$top=", "$expand=", "Demo.", "Customers", "Name", "$it", "@a", "\u0001", "~", "geo.distance(", "substringof("}

func mutate(r *rand.Rand, s string) string {
	for range 1 + r.IntN(3) {
		at := r.IntN(len(s) + 1)
		switch r.IntN(4) {
		case 0: // insert
			s = s[:at] + alphabet[r.IntN(len(alphabet))] + s[at:]
		case 1: // delete
			s = s[:at] + s[min(len(s), at+1+r.IntN(4)):]
		case 2: // repeat
			end := min(len(s), at+1+r.IntN(12))
			s = s[:end] + s[at:]
		case 3: // exchange with a piece of another request
			other := seeds[r.IntN(len(seeds))]
			if len(other) > 0 {
				from := r.IntN(len(other))
				s = s[:at] + other[from:min(len(other), from+1+r.IntN(12))] + s[at:]
			}
		}
	}
	return s
}

var placed = regexp.MustCompile(`\(at [^()]*\[[0-9]+:[0-9]+\]\)`)

// TestMutatedRequests: whatever is done to a request, the answer is never a 5xx
// but 501, and every error is an OData error with a code.
func TestMutatedRequests(t *testing.T) {
	svc := demoService(t, func(c *service.Config) {
		c.Profile = odata.Profile{JSON: true, JSONAlways: true}
		c.Logger = slog.New(slog.DiscardHandler)
	})
	r := rand.New(rand.NewPCG(3, 0))
	syntax, withPlace := 0, 0
	var took []time.Duration
	for i := range 10_000 {
		target := seeds[i%len(seeds)]
		if i >= len(seeds) {
			target = mutate(r, target)
		}
		request := &http.Request{Method: http.MethodGet, Header: http.Header{}, Host: "host"}
		request = request.WithContext(asCaller(t.Context()))
		path, query, _ := strings.Cut("/svc/"+target, "?")
		u, err := url.ParseRequestURI(path)
		if err != nil {
			continue // net/http refuses it before any handler sees it
		}
		request.URL = u
		request.URL.RawQuery = query
		w := httptest.NewRecorder()
		start := time.Now()
		svc.ServeHTTP(w, request)
		took = append(took, time.Since(start))
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("%s: status %d: %s", target, w.Code, w.Body)
		}
		if w.Code < 400 {
			continue
		}
		var body struct {
			Error struct {
				Code    string
				Message struct{ Lang, Value string }
			} `json:"odata.error"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Error.Code == "" || body.Error.Message.Value == "" {
			t.Errorf("%s: status %d with %s: not an OData error with a code (%v)", target, w.Code, w.Body, err)
		}
		if w.Code == http.StatusBadRequest {
			syntax++
			if placed.MatchString(body.Error.Message.Value) {
				withPlace++
			}
		}
	}
	slices.Sort(took)
	t.Logf("%d requests, %d malformed, %d of these with a place; p99 %v, longest %v",
		len(took), syntax, withPlace, took[len(took)*99/100], took[len(took)-1])
	if syntax < 3_000 {
		t.Errorf("only %d requests were malformed: the mutations are too tame to show anything", syntax)
	}
	if withPlace*100 < syntax*95 {
		t.Errorf("%d of %d malformed requests have a place in their error, want 95 %%", withPlace, syntax)
	}
}

// measuring counts what is written and samples the heap as it goes.
type measuring struct {
	header http.Header
	bytes  int64
	writes int
	peak   uint64
}

func (m *measuring) Header() http.Header { return m.header }
func (m *measuring) WriteHeader(int)     {}
func (m *measuring) Write(b []byte) (int, error) {
	m.bytes += int64(len(b))
	if m.writes++; m.writes%100 == 0 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		m.peak = max(m.peak, s.HeapAlloc)
	}
	return len(b), nil
}

// TestMillionRowsInConstantMemory: memory does not grow with the rows.
func TestMillionRowsInConstantMemory(t *testing.T) {
	const rows = 1_000_000
	items := memory.Seq("Items", func(context.Context) iter.Seq2[item, error] {
		return func(yield func(item, error) bool) {
			for i := range rows {
				if !yield(item{int32(i), "some text to make the row longer"}, nil) {
					return
				}
			}
		}
	}, memory.Guard(odata.Public()))
	svc, err := service.New(service.Config{Namespace: "Test", PageSize: odata.NoPaging, Limits: service.Limits{Rows: rows}}, items)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"json", "verbosejson", "atom"} {
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		w := &measuring{header: http.Header{}}
		svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/Items?$format="+format, nil))
		growth := int64(w.peak) - int64(before.HeapAlloc)
		t.Logf("%s: %d MB sent, heap grew by %d KiB", format, w.bytes>>20, growth>>10)
		if w.bytes < 20<<20 || growth > 16<<20 {
			t.Errorf("%s: %d bytes sent, heap grew by %d bytes; want 16 MiB at most", format, w.bytes, growth)
		}
	}
}

// TestDisconnectCancels: when the client leaves, the provider's context ends.
func TestDisconnectCancels(t *testing.T) {
	ended := make(chan struct{})
	items := memory.Seq("Items", func(ctx context.Context) iter.Seq2[item, error] {
		return func(yield func(item, error) bool) {
			defer close(ended)
			for i := int32(0); ctx.Err() == nil; i++ {
				if !yield(item{i, strings.Repeat("x", 1000)}, nil) {
					return
				}
			}
		}
	}, memory.Guard(odata.Public()))
	svc, err := service.New(service.Config{
		Namespace: "Test", PageSize: odata.NoPaging, Limits: service.Limits{Rows: 1 << 40}, Logger: slog.New(slog.DiscardHandler),
	}, items)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(svc)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	defer server.Close()
	answer, err := http.Get(server.URL + "/Items")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the provider still works for a client that has left")
	}
}

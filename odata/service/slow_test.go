package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// A slowDiary is a log, and a clock for it.
type slowDiary struct {
	mu   sync.Mutex
	text bytes.Buffer
	time time.Time
}

func (d *slowDiary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *slowDiary) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.time
}

func (d *slowDiary) configure(c *service.Config) {
	d.time = time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)
	c.Logger = slog.New(slog.NewJSONHandler(d, nil))
	c.Clock = d.clock
	c.SlowQuery = 1 // nanosecond: everything is slow
}

// lines takes what was written, without what depends on the time.
func (d *slowDiary) lines(t *testing.T) []string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	var lines []string
	for line := range strings.Lines(d.text.String()) {
		var l struct {
			Level, Msg, Method, Set, Via, Shape string
			Duration                            int64
			Rows, Examined                      int
			LeftOut                             int `json:"left_out"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if l.Msg != "slow query" {
			continue
		}
		if l.Level != "WARN" || l.Duration < 1 {
			t.Errorf("level %s, duration %d: %s", l.Level, l.Duration, line)
		}
		text := fmt.Sprintf("%s %s", l.Method, l.Set)
		if l.Via != "" {
			text += " via " + l.Via
		}
		text += fmt.Sprintf(" %s rows=%d", l.Shape, l.Rows)
		if l.Examined > 0 {
			text += fmt.Sprintf(" examined=%d", l.Examined)
		}
		if l.LeftOut > 0 {
			text += fmt.Sprintf(" left_out=%d", l.LeftOut)
		}
		lines = append(lines, text)
	}
	d.text.Reset()
	return lines
}

// leavingReader leaves all but expansions to the service.
type leavingReader struct{ odata.Reader }

func (r leavingReader) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	bare := *q
	bare.Filter, bare.Total, bare.OrderBy, bare.After, bare.Skip, bare.Top, bare.Expand = nil, false, nil, nil, 0, nil, nil
	result, err := r.Reader.Read(ctx, &bare)
	if err != nil {
		return nil, err
	}
	return &odata.Result{Rows: result.Rows, Rest: q}, nil
}

// TestSlowLog wants a line for each read of a request, and none of what the client
// has chosen in it.
func TestSlowLog(t *testing.T) {
	const secret = "s3cret"
	for _, tt := range []struct {
		method, target, body string
		leaves               bool
		want                 []string
		why                  string
	}{
		{"GET", "", "", false, nil, "nothing is read"},
		{"GET", "Customers(1)", "", false, []string{"GET Customers Customers(?) rows=1"}, "keys are not told"},
		{"GET", "Customers?$filter=Name eq 's3cret'&token=s3cret&$select=Id", "", false, []string{"GET Customers Customers?$filter=Name eq ?&$select=Id&?=? rows=0"}, "nor literals, nor options of clients"},
		{"GET", "Customers(1)/Orders?$orderby=Total", "", false, []string{"GET Orders Customers(?)/Orders?$orderby=Total rows=2", "GET Customers Customers(?)/Orders?$orderby=Total rows=1"}, "what a path passes through is read"},
		{"GET", "Customers/$count?$filter=Id gt 0", "", false, []string{"GET Customers Customers/$count?$filter=Id gt ? rows=0"}, "a count yields no rows"},
		{"GET", "Customers?$expand=Orders&$top=2", "", false, []string{"GET Orders via Orders Customers?$top=?&$expand=Orders rows=2", "GET Customers Customers?$top=?&$expand=Orders rows=2"}, "each level of an expansion is a read"},
		{"GET", "Tags?$filter=s3cret eq 'x'", "", false, []string{"GET Tags Tags?$filter=? eq ? rows=0"}, "undeclared properties are named by clients"},
		{"GET", "Customers?$filter=Id eq 2", "", true, []string{"GET Customers Customers?$filter=Id eq ? rows=1 examined=3"}, "rows that the service examines"},
		{"GET", "Customers?$filter=Id eq 2&$inlinecount=allpages", "", true, []string{"GET Customers Customers?$filter=Id eq ?&$inlinecount=allpages rows=1 examined=3"}, "also to count them"},
		{"GET", "Customers/$count", "", true, []string{"GET Customers Customers/$count rows=0 examined=3"}, "also to count them"},
		{"GET", "TopCustomers?n=2&$select=Id", "", false, []string{"GET Customers TopCustomers?$select=Id&n=? rows=2", "GET  via TopCustomers TopCustomers?$select=Id&n=? rows=0"}, "operations count as reads"},
		{"GET", "Customers(99)", "", false, []string{"GET Customers Customers(?) rows=0"}, "a failure is as slow"},
		{"GET", "Customers?$filter=Nope eq 1", "", false, nil, "nothing is read for a mistake"},
	} {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			var diary slowDiary
			model := testmodel.Demo(t)
			sets := testmodel.Sets(t, model)
			if tt.leaves {
				for i := range sets {
					sets[i].Reader = leavingReader{sets[i].Reader}
				}
			}
			config := service.Config{Model: model, Root: "/svc", Operations: testmodel.Operations(model)}
			diary.configure(&config)
			svc, err := service.New(config, sets...)
			if err != nil {
				t.Fatal(err)
			}
			send(svc, tt.method, tt.target)
			if strings.Contains(diary.text.String(), secret) {
				t.Errorf("the log tells %s: %s", secret, diary.text.String())
			}
			if diff := cmp.Diff(tt.want, diary.lines(t)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// TestSlowLogOfChanges: what changes and parts of batches read is told of them.
func TestSlowLogOfChanges(t *testing.T) {
	var diary slowDiary
	svc := writableService(t, diary.configure)
	const body = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET Customers(1)/Orders?$top=7 HTTP/1.1\r\n\r\n\r\n--b--\r\n"
	r := httptest.NewRequest(http.MethodPost, "http://host/svc/$batch", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/mixed; boundary=b")
	svc.ServeHTTP(httptest.NewRecorder(), r.WithContext(asCaller(r.Context())))
	want := []string{"GET Orders Customers(?)/Orders?$top=? rows=2", "GET Customers Customers(?)/Orders?$top=? rows=1"}
	if diff := cmp.Diff(want, diary.lines(t)); diff != "" {
		t.Errorf("batch (-want +got):\n%s", diff)
	}
	if w := send(svc, http.MethodDelete, "Customers(1)/$links/BestFriend"); w.Code >= 500 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	want = []string{"DELETE Customers Customers(?)/$links/BestFriend rows=1"}
	if diff := cmp.Diff(want, diary.lines(t)); diff != "" {
		t.Errorf("change (-want +got):\n%s", diff)
	}
}

func send(svc http.Handler, method, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://host/svc/"+strings.ReplaceAll(target, " ", "%20"), nil)
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
	return w
}

// TestSlowLogPauses: a shape has a line a minute, which counts those left out.
func TestSlowLogPauses(t *testing.T) {
	var diary slowDiary
	svc := demoService(t, diary.configure)
	wait := func(d time.Duration) {
		diary.mu.Lock()
		defer diary.mu.Unlock()
		diary.time = diary.time.Add(d)
	}
	for i, step := range []struct {
		wait   time.Duration
		target string
		want   []string
		why    string
	}{
		{0, "Customers(1)", []string{"GET Customers Customers(?) rows=1"}, "the first is told at once"},
		{0, "Customers(2)", nil, "its shape was told a moment ago"},
		{30 * time.Second, "Customers(3)", nil, "its shape was told a moment ago"},
		{0, "Customers(1)/Name", []string{"GET Customers Customers(?)/Name rows=1"}, "another shape"},
		{30 * time.Second, "Customers(2)", []string{"GET Customers Customers(?) rows=1 left_out=2"}, "a minute has passed"},
		{59 * time.Second, "Customers(2)", nil, "the minute begins anew"},
		{-time.Hour, "Customers(2)", []string{"GET Customers Customers(?) rows=1 left_out=1"}, "a clock that was put back does not silence the log"},
	} {
		wait(step.wait)
		send(svc, http.MethodGet, step.target)
		if diff := cmp.Diff(step.want, diary.lines(t)); diff != "" {
			t.Errorf("step %d: %s (-want +got):\n%s", i, step.why, diff)
		}
	}
}

// TestSlowLogIsBounded: clients that make shapes without end share lines.
func TestSlowLogIsBounded(t *testing.T) {
	var diary slowDiary
	svc := demoService(t, diary.configure)
	lines := 0
	for i := range 1_200 {
		filter := "Id eq 1"
		for bit := range 11 {
			filter += []string{" and Id eq 1 and Name eq null", " and Name eq null and Id eq 1"}[i>>bit&1]
		}
		send(svc, http.MethodGet, "Customers?$filter="+filter)
		lines += len(diary.lines(t))
	}
	if lines != 1_001 {
		t.Errorf("%d lines, want one for each of 1,000 shapes and one for all others", lines)
	}
	diary.mu.Lock()
	diary.time = diary.time.Add(time.Minute)
	diary.mu.Unlock()
	send(svc, http.MethodGet, "Customers(1)/Name")
	send(svc, http.MethodGet, "Orders")
	if got := diary.lines(t); len(got) != 2 {
		t.Errorf("after a minute there is room again: %q", got)
	}
}

// TestSlowLogThreshold: what is fast and examines little is not told.
func TestSlowLogThreshold(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(c *service.Config)
		pause  time.Duration
		want   []string
		why    string
	}{
		{"fast", func(c *service.Config) { c.SlowQuery = time.Hour }, 0, nil, "an hour is more than enough"},
		{"examines", func(c *service.Config) { c.SlowQuery, c.SlowRows = time.Hour, 2 }, 0, []string{"GET Customers Customers?$filter=Id eq ? rows=1 examined=3"}, "three entities are too many"},
		{"examines little", func(c *service.Config) { c.SlowQuery, c.SlowRows = time.Hour, 3 }, 0, nil, "three entities are not more than three"},
		{"slow", func(c *service.Config) { c.SlowQuery = 5 * time.Millisecond }, 10 * time.Millisecond, []string{"GET Customers Customers?$filter=Id eq ? rows=1 examined=3"}, "the rows take their time"},
		{"off", func(c *service.Config) { c.SlowQuery, c.SlowRows = 0, 1 }, 10 * time.Millisecond, nil, "nothing is measured"},
		{"not interested", func(c *service.Config) {
			c.Logger = slog.New(slog.NewJSONHandler(new(slowDiary), &slog.HandlerOptions{Level: slog.LevelError}))
		}, 0, nil, "the level of the log is above warnings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var diary slowDiary
			model := testmodel.Demo(t)
			sets := testmodel.Sets(t, model)
			for i := range sets {
				sets[i].Reader = leavingReader{pausing{sets[i].Reader, tt.pause}}
			}
			config := service.Config{Model: model, Root: "/svc", Operations: testmodel.Operations(model)}
			diary.configure(&config)
			tt.change(&config)
			svc, err := service.New(config, sets...)
			if err != nil {
				t.Fatal(err)
			}
			send(svc, http.MethodGet, "Customers?$filter=Id eq 2")
			if diff := cmp.Diff(tt.want, diary.lines(t)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// A pausing reader waits before its first row.
type pausing struct {
	odata.Reader
	pause time.Duration
}

func (p pausing) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	result, err := p.Reader.Read(ctx, q)
	if err != nil {
		return nil, err
	}
	rows := result.Rows
	result.Rows = func(yield func(odata.Row, error) bool) {
		time.Sleep(p.pause)
		rows(yield)
	}
	return result, nil
}

// TestSlowLogLeavesClientsOut: what the client takes to receive is not the
// provider's time.
func TestSlowLogLeavesClientsOut(t *testing.T) {
	var diary slowDiary
	items := memory.Seq("Items", func(context.Context) iter.Seq2[item, error] {
		return func(yield func(item, error) bool) {
			for i := range 3_000 {
				if !yield(item{int32(i), "some text to make the row longer"}, nil) {
					return
				}
			}
		}
	}, memory.Guard(odata.Public()))
	config := service.Config{Namespace: "Test", PageSize: odata.NoPaging}
	diary.configure(&config)
	config.SlowQuery = 500 * time.Millisecond
	svc, err := service.New(config, items)
	if err != nil {
		t.Fatal(err)
	}
	w := &dawdling{discarding: discarding{header: http.Header{}}, pause: 150 * time.Millisecond}
	began := time.Now()
	svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/Items", nil))
	if took := time.Since(began); took < config.SlowQuery {
		t.Fatalf("the client took %v only, in %d writes: the test shows nothing", took, w.writes)
	}
	if got := diary.lines(t); got != nil {
		t.Errorf("%q: the provider is fast", got)
	}
}

// A dawdling client takes its time, but not for ever.
type dawdling struct {
	discarding
	pause  time.Duration
	writes int
}

func (d *dawdling) Write(b []byte) (int, error) {
	if d.writes++; d.writes <= 5 {
		time.Sleep(d.pause)
	}
	return len(b), nil
}

// FuzzSlowLog sends any URL: what the log says of it is of the vocabulary of the
// model and the protocol, so that no digit and no quote is in it.
func FuzzSlowLog(f *testing.F) {
	for _, target := range []string{
		"Customers(1)?$filter=Name eq 's3cret'", "Customers(1)/Orders?$orderby=Total", "Tags?$filter=x9 eq 1&$select=Code", "TopCustomers?n=2",
		"Customers?$filter=Orders/any(s3cret:s3cret/Total gt 1)", "Customers/Demo.VipCustomer?$expand=Concierge", "Tags('a')/s3cret", "Customers?9=9",
	} {
		f.Add(target)
	}
	var diary slowDiary
	svc := demoService(f, func(c *service.Config) {
		diary.configure(c)
		c.Clock = func() time.Time { // each line is later than the one before by long enough
			diary.mu.Lock()
			defer diary.mu.Unlock()
			diary.time = diary.time.Add(time.Hour)
			return diary.time
		}
	})
	f.Fuzz(func(t *testing.T, target string) {
		path, query, _ := strings.Cut(strings.ReplaceAll(target, " ", "%20"), "?")
		u, err := url.Parse("http://host/svc/" + path)
		if err != nil {
			return
		}
		u.RawQuery = query
		r := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Host: "host"}
		svc.ServeHTTP(&discarding{header: http.Header{}}, r.WithContext(asCaller(t.Context())))
		diary.mu.Lock()
		text := diary.text.String()
		diary.text.Reset()
		diary.mu.Unlock()
		for line := range strings.Lines(text) {
			var l struct{ Msg, Method, Set, Via, Shape string }
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if said := l.Method + l.Set + l.Via + l.Shape; l.Msg == "slow query" && strings.ContainsAny(said, "0123456789'\"%\\<>;@") {
				t.Fatalf("%s: the log says %s", target, line)
			}
		}
	})
}

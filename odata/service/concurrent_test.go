package service_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

// points reads Points and the ETag of a customer.
func points(t testing.TB, svc http.Handler, customer int) (n int, etag string) {
	t.Helper()
	w := sending{method: "GET", target: fmt.Sprintf("/svc/Customers(%d)/Points/$value", customer), header: map[string]string{"Accept": "*/*"}}.to(t, svc)
	n, err := strconv.Atoi(w.Body.String())
	if w.Code != http.StatusOK || err != nil {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	return n, w.Header().Get("Etag")
}

// TestNoLostUpdate: of increments under If-Match by many at a time, those that
// were acknowledged are exactly those that were made; all others are told that
// somebody was faster.
func TestNoLostUpdate(t *testing.T) {
	const clients, each = 32, 1_000
	svc := writableService(t, quietly)
	sending{"PATCH", "/svc/Customers(1)", map[string]string{"Content-Type": lightBody, "If-Match": "*"}, `{"Points":"0","Version":0}`}.to(t, svc)
	var done, refused atomic.Int64
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			r := sending{method: "GET", target: "/svc/Customers(1)/Points/$value", header: map[string]string{"Accept": "*/*"}}.request(t)
			for range each {
				read := httptest.NewRecorder()
				svc.ServeHTTP(read, r)
				n, err := strconv.Atoi(read.Body.String())
				if err != nil {
					t.Errorf("status %d: %s", read.Code, read.Body)
					return
				}
				runtime.Gosched() // others may come in between
				etag := read.Header().Get("Etag")
				w := sending{"PATCH", "/svc/Customers(1)", map[string]string{"Content-Type": lightBody, "If-Match": etag},
					fmt.Sprintf(`{"Points":"%d","Version":%d}`, n+1, n+1)}.to(t, svc)
				switch w.Code {
				case http.StatusNoContent:
					done.Add(1)
					if got, want := w.Header().Get("Etag"), fmt.Sprintf(`W/"%d"`, n+1); got != want {
						t.Errorf("ETag %s after a change to %s", got, want)
					}
				case http.StatusPreconditionFailed:
					refused.Add(1)
				default:
					t.Errorf("status %d: %s", w.Code, w.Body)
					return
				}
			}
		})
	}
	group.Wait()
	n, etag := points(t, svc, 1)
	if int64(n) != done.Load() || etag != fmt.Sprintf(`W/"%d"`, n) || done.Load()+refused.Load() != clients*each {
		t.Errorf("%d acknowledged and %d refused of %d, but the value is %d at %s", done.Load(), refused.Load(), clients*each, n, etag)
	}
	if done.Load() == 0 || refused.Load() == 0 {
		t.Errorf("%d acknowledged, %d refused: nobody met anybody", done.Load(), refused.Load())
	}
	t.Logf("%d acknowledged, %d refused", done.Load(), refused.Load())
}

// TestRepeatedCreate: one request sent many times at once creates one entity, and
// all get the same answer.
func TestRepeatedCreate(t *testing.T) {
	svc := writableService(t, quietly)
	s := sending{"POST", "/svc/Photos", map[string]string{"Content-Type": "image/png", "Repeatability-Request-ID": "one"}, "bytes"}
	const n = 50
	answers := make([]string, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			w := s.to(t, svc)
			answers[i] = fmt.Sprintf("%d %v\n%s", w.Code, w.Header(), w.Body)
			if got, want := w.Header().Get("Content-Length"), strconv.Itoa(w.Body.Len()); got != want {
				t.Errorf("Content-Length %q, want %s", got, want)
			}
		})
	}
	group.Wait()
	for _, a := range answers {
		if !strings.HasPrefix(a, "201 ") || a != answers[0] {
			t.Errorf("one answer is %s\nanother %s", answers[0], a)
		}
	}
	if w := (sending{method: "GET", target: "/svc/Photos/$count", header: map[string]string{"Accept": "*/*"}}).to(t, svc); w.Body.String() != "3" {
		t.Errorf("%s photos, want the two there were and one", w.Body)
	}
}

// TestReadersSeeWholeChangeSets: what is changed together is never seen in
// different states, nor in one that was undone.
func TestReadersSeeWholeChangeSets(t *testing.T) {
	watchChangeSets(t, "Customers?$select=Points", "Customers?$filter=Points%20ge%20-1&$orderby=Points%20desc", "Customers?$filter=Id%20le%202")
}

// TestExpansionsSeeWholeChangeSets: the same for entities and those they are
// expanded to.
func TestExpansionsSeeWholeChangeSets(t *testing.T) {
	watchChangeSets(t, "Customers(1)?$expand=BestFriend&$select=Points,BestFriend/Points", "Customers?$expand=BestFriend")
}

// watchChangeSets reads targets beside change sets that give the Points of all
// customers one value, or fail.
func watchChangeSets(t *testing.T, targets ...string) {
	t.Helper()
	svc := writableService(t, quietly)
	write := func(i int) *httptest.ResponseRecorder {
		body := fmt.Sprintf(`{"Points":"%d"}`, i)
		last := step{method: "DELETE", url: "Tags('x')", contentType: lightBody}
		if i%2 == 1 {
			last.url = "Tags('nothing')" // undoes all
			body = `{"Points":"-1"}`
		} else {
			last = step{method: "PATCH", url: "Customers(3)", contentType: lightBody, ifMatch: "*", body: body}
		}
		return batchOf(changeSetOf(step{method: "PATCH", url: "Customers(1)", contentType: lightBody, ifMatch: "*", body: body},
			step{method: "PATCH", url: "Customers(2)", contentType: lightBody, ifMatch: "*", body: body}, last)).to(t, svc)
	}
	write(0)
	var stop atomic.Bool
	var group sync.WaitGroup
	values := regexp.MustCompile(`"Points":"(-?\d+)"`)
	for _, target := range targets {
		group.Go(func() {
			seen := 0
			for !stop.Load() || seen == 0 {
				seen++
				w := sending{method: "GET", target: "/svc/" + target}.to(t, svc)
				found := values.FindAllStringSubmatch(w.Body.String(), -1)
				if w.Code != http.StatusOK || len(found) < 2 {
					t.Errorf("%s: status %d: %s", target, w.Code, w.Body)
					return
				}
				for _, f := range found {
					if f[1] != found[0][1] || f[1] == "-1" {
						t.Errorf("%s: different states in one answer: %s", target, w.Body)
						return
					}
				}
			}
		})
	}
	for i := 1; i <= 600; i++ {
		w := write(i)
		if got, want := len(statusesIn(w.Body.String())), 3-2*(i%2); got != want {
			t.Errorf("change set %d: %d parts, want %d: %s", i, got, want, w.Body)
		}
	}
	stop.Store(true)
	group.Wait()
}

// settles waits until there are no more goroutines than before.
func settles(t *testing.T, before int) {
	t.Helper()
	for range 300 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A wire is a demo service behind a real socket, whose requests can be waited for.
type wire struct {
	svc    http.Handler
	server *httptest.Server
	ended  chan any // what each request panicked with
}

func newWire(t *testing.T) *wire {
	x := &wire{svc: writableService(t, quietly), ended: make(chan any, 100)}
	x.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			x.ended <- p
			if p != nil {
				panic(p)
			}
		}()
		x.svc.ServeHTTP(w, r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: `PRIV\Jen`, Method: "test"})))
	}))
	x.server.Config.ErrorLog = nil
	x.server.Start()
	return x
}

// send writes the head of a request and part of its body, and hangs up.
func (x *wire) send(t *testing.T, s sending, body string, chunked bool) {
	t.Helper()
	c, err := net.Dial("tcp", x.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: host\r\n", s.method, s.target)
	for name, value := range s.header {
		fmt.Fprintf(c, "%s: %s\r\n", name, value)
	}
	if chunked {
		fmt.Fprintf(c, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(body), body)
	} else {
		fmt.Fprintf(c, "Content-Length: %d\r\n\r\n%s", len(s.body), body)
	}
}

// TestBrokenConnections: a client that goes away in the middle of its body has
// changed nothing, and leaves nothing behind.
func TestBrokenConnections(t *testing.T) {
	spools := t.TempDir()
	t.Setenv("TMPDIR", spools)
	goroutines, files := runtime.NumGoroutine(), openFiles()
	x := newWire(t)
	before := everything(t, x.svc)
	long := strings.Repeat("0123456789abcdef", 64<<10) // of which more than memory takes is sent
	for _, s := range []sending{
		{"POST", "/svc/Customers", map[string]string{"Content-Type": lightBody}, `{"Id":60,"Version":1,"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000061"}]}`},
		{"POST", "/svc/Tags", map[string]string{"Content-Type": lightBody, "Repeatability-Request-ID": "x"}, `{"Code":"q"}` + strings.Repeat(" ", 500)},
		{"PUT", "/svc/Customers(1)", map[string]string{"Content-Type": verboseBody, "If-Match": "*"}, `{"Version":1,"Name":"lost"}`},
		{"PUT", "/svc/Customers(1)/Name/$value", map[string]string{"Content-Type": "text/plain", "If-Match": "*"}, `a longer name`},
		{"POST", "/svc/Customers(1)/Promote", map[string]string{"Content-Type": lightBody}, `{"level":1}` + strings.Repeat(" ", 500)},
		{"POST", "/svc/Photos", map[string]string{"Content-Type": "image/png"}, "few bytes"},
		{"POST", "/svc/Photos", map[string]string{"Content-Type": "image/png"}, long},
		{"PUT", "/svc/Photos(1)/$value", map[string]string{"Content-Type": "image/png"}, long},
		{"PUT", "/svc/Photos(2)/Thumb", map[string]string{"Content-Type": "image/png"}, long},
		batchOf(changeSetOf(mixed...), strings.Repeat(readOf("Tags"), 1)),
		batchOf(changeSetOf(mixed...), changeSetOf(step{method: "POST", url: "Photos", contentType: "image/png", body: long[:900<<10]})),
	} {
		for _, chunked := range []bool{false, true} {
			name := fmt.Sprintf("%s %s, %d bytes, in chunks %v", s.method, s.target, len(s.body), chunked)
			x.send(t, s, s.body[:len(s.body)*3/4], chunked)
			select {
			case p := <-x.ended:
				if p != nil {
					t.Errorf("%s: panicked with %v", name, p)
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: the request does not end", name)
			}
			if diff := cmp.Diff(before, everything(t, x.svc)); diff != "" {
				t.Fatalf("%s: data changed (-before +after):\n%s", name, diff)
			}
		}
	}
	x.server.Close()
	settles(t, goroutines)
	if left, err := os.ReadDir(spools); err != nil || len(left) > 0 {
		t.Errorf("%d temporary files are left (%v)", len(left), err)
	}
	if n := openFiles(); n > files {
		t.Errorf("%d open files, %d before", n, files)
	}
}

// openFiles counts the open files of the process, where the system tells: -1.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}

// TestClientLeavesDuringAnswer: what was committed before stays, what comes behind
// is not begun, and nothing hangs.
func TestClientLeavesDuringAnswer(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	x := newWire(t)
	sending{"POST", "/svc/Tags", map[string]string{"Content-Type": lightBody}, `{"Code":"long","Text":"` + strings.Repeat("x", 900<<10) + `"}`}.to(t, x.svc)
	parts := []string{changeSetOf(step{method: "PATCH", url: "Customers(1)", contentType: lightBody, ifMatch: "*", body: `{"Points":"100"}`})}
	for range 60 {
		parts = append(parts, readOf("Tags('long')"))
	}
	s := batchOf(append(parts, changeSetOf(step{method: "PATCH", url: "Customers(3)", contentType: lightBody, ifMatch: "*", body: `{"Points":"100"}`}))...)
	c, err := net.Dial("tcp", x.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "POST /svc/$batch HTTP/1.1\r\nHost: host\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", s.header["Content-Type"], len(s.body), s.body)
	in := bufio.NewReader(c)
	if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "202") {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := io.CopyN(io.Discard, in, 1<<20); err != nil {
		t.Fatal(err)
	}
	c.Close()
	select {
	case <-x.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the request does not end")
	}
	if n, _ := points(t, x.svc, 1); n != 100 {
		t.Errorf("the change set before the answer broke off was undone: %d", n)
	}
	if n, _ := points(t, x.svc, 3); n == 100 {
		t.Error("a change set was run for a client that has left")
	}
	x.server.Close()
	settles(t, goroutines)
}

// TestLateClient: a change whose caller has left before it began is not made.
func TestLateClient(t *testing.T) {
	svc := writableService(t, quietly)
	before := everything(t, svc)
	for _, s := range mixed {
		for _, request := range []sending{s.alone(), batchOf(changeSetOf(s))} {
			ctx, cancel := context.WithCancel(asCaller(t.Context()))
			cancel()
			w := httptest.NewRecorder()
			svc.ServeHTTP(w, request.request(t).WithContext(ctx))
			if status, _ := lastOf(w); status != "503" {
				t.Errorf("%s: status %s: %s", s.name, status, w.Body)
			}
		}
	}
	if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
		t.Errorf("data changed (-before +after):\n%s", diff)
	}
}

package service_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

// A hostileBatch is a batch that is wrong or too much somewhere. What its parts
// before that place ask for is done, which is nothing here.
type hostileBatch struct {
	name, contentType, body string

	status int    // of the whole
	code   string // of the whole, or else of the last part
	parts  int    // that were answered
	why    string
}

func hostileBatches() []hostileBatch {
	const (
		mixed = "multipart/mixed; boundary=b"
		head  = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
		set   = "--b\r\nContent-Type: multipart/mixed; boundary=cs\r\n\r\n"
		post  = "--cs\r\n" + head + "POST Tags HTTP/1.1\r\nContent-Type: application/json\r\n"
		end   = "--cs--\r\n--b--\r\n"
	)
	read := "--b\r\n" + readOf("Tags/$count")
	nested := set
	for i := range 1_000 {
		nested += fmt.Sprintf("--cs\r\nContent-Type: multipart/mixed; boundary=cs%d\r\n\r\n", i)
	}
	var manyHeaders, oneName strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&manyHeaders, "X-%d: y\r\n", i)
		oneName.WriteString("X-Same: y\r\n")
	}
	tag := func(i int) string { return fmt.Sprintf("\r\n{\"Code\":\"h%d\"}\r\n", i) }
	var ops strings.Builder
	for i := range 20_000 {
		ops.WriteString(post + tag(i))
	}
	return []hostileBatch{
		{"10^5 parts", mixed, strings.Repeat(read, 100_000) + "--b--", 413, "BodyTooLarge", 0, "4 MiB is all"},
		{"parts within 4 MiB", mixed, strings.Repeat(read, 35_000) + "--b--", 202, "BatchTooManyParts", 101, "100 are answered, and the one that is too many"},
		{"bare delimiters", mixed, strings.Repeat("--b\n", 800_000) + "--b--", 202, "BatchPartType", 1, "an empty part is of no type"},
		{"20,000 requests in a change set", mixed, set + strings.Repeat(post+tag(1), 20_000) + end, 202, "BatchTooManyOperations", 1, "none of them runs"},
		{"requests of their own", mixed, set + ops.String() + end, 202, "BatchTooManyOperations", 1, "none of them runs"},
		{"10^4 headers on a part", mixed, "--b\r\n" + manyHeaders.String() + head + "GET Tags HTTP/1.1\r\n\r\n\r\n--b--", 202, "BatchHeadersTooLarge", 1, ""},
		{"10^4 headers on a request", mixed, set + post + manyHeaders.String() + tag(1) + end, 202, "BatchHeadersTooLarge", 1, ""},
		{"one header 10^4 times", mixed, set + post + oneName.String() + tag(1) + end, 202, "BatchDuplicateHeader", 1, ""},
		{"a header line of 1 MB", mixed, set + post + "X-Y: " + strings.Repeat("z", 1<<20) + "\r\n" + tag(1) + end, 202, "BatchLineTooLong", 1, ""},
		{"a request line of 1 MB", mixed, "--b\r\n" + readOf("Tags?x="+strings.Repeat("z", 1<<20)) + "--b--", 202, "BatchLineTooLong", 1, ""},
		{"a preamble of 3 MB", mixed, strings.Repeat("p", 3<<20) + "\r\n--b--", 202, "", 0, "a preamble means nothing"},
		{"no delimiter in 3 MB", mixed, strings.Repeat("-", 3<<20), 400, "BatchNoDelimiter", 0, ""},
		{"lines that almost are delimiters", mixed, strings.Repeat("--bb\r\n", 500_000), 400, "BatchNoDelimiter", 0, ""},
		{"change sets in change sets", mixed, nested, 202, "BatchNesting", 1, ""},
		{"a batch in a change set", mixed, set + "--cs\r\n" + head + "POST $batch HTTP/1.1\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n" + end, 202, "BatchInBatch", 1, ""},
		{"a batch in a batch", mixed, "--b\r\n" + head + "POST $batch HTTP/1.1\r\n\r\n\r\n--b--", 202, "BatchMethod", 1, ""},
		{"a batch by an absolute URL", mixed, set + "--cs\r\n" + head + "POST http://host/svc/%24batch HTTP/1.1\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n" + end, 202, "BatchInBatch", 1, ""},
		{"no boundary", "multipart/mixed", read + "--b--", 400, "BatchBoundary", 0, ""},
		{"an empty boundary", `multipart/mixed; boundary=""`, read + "--b--", 400, "BatchBoundary", 0, ""},
		{"two boundaries", "multipart/mixed; boundary=b; boundary=c", read + "--b--", 400, "BatchBoundary", 0, ""},
		{"a boundary of 71", "multipart/mixed; boundary=" + strings.Repeat("b", 71), "--" + strings.Repeat("b", 71) + "--", 400, "BatchBoundary", 0, ""},
		{"a boundary of 60 kB", "multipart/mixed; boundary=" + strings.Repeat("b", 60_000), "x", 400, "BatchBoundary", 0, ""},
		{"another type", "application/json", "{}", 400, "BatchContentType", 0, ""},
		{"no type", "", read, 400, "BatchContentType", 0, ""},
		{"UTF-16", mixed + "; charset=utf-16", read + "--b--", 400, "BatchCharset", 0, ""},
		{"nothing", mixed, "", 400, "BatchNoDelimiter", 0, ""},
		{"cut in a part", mixed, read + "--b\r\nContent-Type: appl", 202, "BatchTruncated", 2, "what came whole is done"},
		{"cut in a change set", mixed, set + post + tag(1), 202, "BatchTruncated", 1, "nothing of it runs"},
		{"cut behind a change set", mixed, set + post + "\r\n{\"Code\":\"x\"}\r\n--cs--\r\n", 202, "BatchTruncated", 1, "nothing of it runs: nobody knows what was to follow"},
		{"a change set that is not closed", mixed, set + post + tag(1) + "--b--", 202, "BatchChangeSetNotClosed", 1, ""},
		{"a length that is too long", mixed, set + post + "Content-Length: 900\r\n" + tag(1) + end, 202, "BatchTruncated", 1, ""},
		{"a length that is too short", mixed, set + post + "Content-Length: 5\r\n" + tag(1) + end, 202, "BatchContentLength", 1, ""},
		{"a length beyond all", mixed, set + post + "Content-Length: 99999999999999999999\r\n" + tag(1) + end, 202, "BatchContentLength", 1, ""},
		{"a negative length", mixed, set + post + "Content-Length: -1\r\n" + tag(1) + end, 202, "BatchContentLength", 1, ""},
		{"a long body", mixed, set + post + "\r\n" + strings.Repeat("x", 2<<20) + "\r\n" + end, 202, "BatchBodyTooLarge", 1, ""},
		{"a header that ends in the middle", mixed, set + post + "Content-ID: 1\rX-Evil: 2\n" + tag(1) + "--cs\r\n" + head + "POST Tags HTTP/1.1\r\nX-E\x00vil: 1\r\n" + tag(2) + end, 202, "BatchHeader", 1, "a bare CR ends a line, NUL is in no name"},
		{"a Content-ID with blanks", mixed, set + post + "Content-ID: 1 X-Evil: 2\r\n" + tag(1) + end, 202, "BatchContentID", 1, ""},
		{"a Content-ID with NUL", mixed, set + post + "Content-ID: 1\x00\r\n" + tag(1) + end, 202, "BatchHeader", 1, ""},
		{"a long Content-ID", mixed, set + post + "Content-ID: " + strings.Repeat("1", 129) + "\r\n" + tag(1) + end, 202, "BatchContentID", 1, ""},
		{"a folded header", mixed, set + post + "Content-ID: 1\r\n X-Evil: 2\r\n" + tag(1) + end, 202, "BatchHeader", 1, ""},
		{"a caller of its own", mixed, set + post + "Authorization: Basic eDp5\r\n" + tag(1) + end, 202, "BatchForbiddenHeader", 1, ""},
		{"chunks", mixed, set + post + "Transfer-Encoding: chunked\r\n" + tag(1) + end, 202, "BatchForbiddenHeader", 1, ""},
		{"another host", mixed, set + "--cs\r\n" + head + "POST http://other/svc/Tags HTTP/1.1\r\nContent-Type: application/json\r\n" + tag(1) + end, 202, "BatchURLOutsideService", 1, ""},
		{"a way out of a reference", mixed, set + post + "Content-ID: 1\r\n" + tag(1) + "--cs\r\n" + head + "DELETE $1/../../admin HTTP/1.1\r\n\r\n\r\n" + end, 202, "BatchURLOutsideService", 1, ""},
	}
}

// TestHostileBatches: a batch that is wrong or too much is answered by the right
// error, and changes nothing.
func TestHostileBatches(t *testing.T) {
	svc := writableService(t, quietly)
	state := everything(t, svc)
	var longest time.Duration
	slowest := ""
	for _, tt := range hostileBatches() {
		t.Run(tt.name, func(t *testing.T) {
			s := sending{"POST", "/svc/$batch", map[string]string{"Content-Type": tt.contentType}, tt.body}
			if tt.contentType == "" {
				delete(s.header, "Content-Type")
			}
			r, w := s.request(t), httptest.NewRecorder()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			svc.ServeHTTP(w, r)
			if took := time.Since(start); took > longest {
				longest, slowest = took, tt.name
			}
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > hostileGrowth {
				t.Errorf("%d KiB were allocated", grown>>10)
			}
			statuses := statusesIn(w.Body.String())
			code := codeOf(w.Body.String())
			if at := strings.LastIndex(w.Body.String(), `{"odata.error"`); w.Code == http.StatusAccepted && at >= 0 {
				body, _, _ := strings.Cut(w.Body.String()[at:], "\r\n")
				code = codeOf(body)
			}
			if w.Code != tt.status || code != tt.code || len(statuses) != tt.parts {
				t.Errorf("status %d, code %s, %d parts %.40v; want %d, %s, %d (%s)\n%.600s", w.Code, code, len(statuses), statuses, tt.status, tt.code, tt.parts, tt.why, w.Body)
			}
			for _, s := range statuses {
				if s[0] == '5' {
					t.Errorf("a part was answered with %s", s)
				}
			}
			if strings.Contains(w.Body.String(), "X-Evil") {
				t.Error("a header was injected")
			}
			if diff := cmp.Diff(state, everything(t, svc)); diff != "" {
				t.Errorf("data changed (-before +after):\n%s", diff)
				svc = writableService(t, quietly)
			}
		})
	}
	t.Logf("longest %v: %s", longest, slowest)
}

const echoModel = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" m:DataServiceVersion="3.0">
<Schema Namespace="Echo" xmlns="http://schemas.microsoft.com/ado/2009/11/edm"><EntityType Name="Thing"><Key><PropertyRef Name="Key"/></Key>
<Property Name="Key" Type="Edm.String" Nullable="false"/><Property Name="Token" Type="Edm.String" ConcurrencyMode="Fixed"/></EntityType>
<EntityContainer Name="All" m:IsDefaultEntityContainer="true"><EntitySet Name="Things" EntityType="Echo.Thing"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`

// TestNoHeaderInjection: what clients send comes back in Location, ETag,
// Content-ID and the like, as part of a value and never as a header of its own.
func TestNoHeaderInjection(t *testing.T) {
	model, err := csdl.Read(strings.NewReader(echoModel))
	if err != nil {
		t.Fatal(err)
	}
	store, err := memory.NewStore(model, memory.Data{})
	if err != nil {
		t.Fatal(err)
	}
	config := service.Config{Model: model, Root: "/svc"}
	quietly(&config)
	svc, err := service.New(config, store.Sets()...)
	if err != nil {
		t.Fatal(err)
	}
	clean := func(t *testing.T, h http.Header) {
		t.Helper()
		for name, values := range h {
			for _, v := range values {
				if strings.ContainsFunc(v, func(c rune) bool { return c < ' ' || c == 0x7f }) {
					t.Errorf("%s: %q has control characters", name, v)
				}
			}
		}
		if h["X-Evil"] != nil {
			t.Error("a header was injected")
		}
	}
	created := 0
	for i, value := range []string{`a\r\nX-Evil: 1`, `a\nX-Evil: 1`, `a\rX-Evil: 1`, `a\u0085b`, `a\u2028b`, `a\u0001b`, `a\u007fb`, `\"`, `,`, `é%0d%0aX-Evil: 1`} {
		for _, prefer := range []string{"return-content", "return-no-content"} {
			body := fmt.Sprintf(`{"Key":"%s%s","Token":"%s"}`, value, prefer, value)
			w := sending{"POST", "/svc/Things", map[string]string{"Content-Type": lightBody, "Prefer": prefer}, body}.to(t, svc)
			if w.Code == http.StatusBadRequest && codeOf(w.Body.String()) != "" {
				continue // refused is good as well
			}
			created++
			clean(t, w.Header())
			location := w.Header().Get("Location")
			if w.Code/100 != 2 || location == "" || w.Header().Get("Etag") == "" {
				t.Fatalf("%d: status %d, %v: %s", i, w.Code, w.Header(), w.Body)
			}
			path := strings.TrimPrefix(location, "http://host")
			read := sending{method: "GET", target: path, header: map[string]string{"Accept": lightBody}}.to(t, svc)
			clean(t, read.Header())
			if read.Code != http.StatusOK || read.Header().Get("Etag") != w.Header().Get("Etag") {
				t.Errorf("%s: GET: status %d, %v", location, read.Code, read.Header())
			}
			changed := sending{"PATCH", path, map[string]string{"Content-Type": lightBody, "If-Match": read.Header().Get("Etag")}, `{"Token":"2"}`}.to(t, svc)
			if changed.Code != http.StatusNoContent {
				t.Errorf("%s: PATCH with its own ETag: status %d: %s", location, changed.Code, changed.Body)
			}
		}
	}
	if created < 10 {
		t.Errorf("only %d things were created: nothing is shown about the headers of the others", created)
	}
	demo := writableService(t, quietly)
	for _, name := range []string{"Slug", "Prefer", "If-Match", "Repeatability-Request-ID", "X-HTTP-Method", "Accept", "DataServiceVersion", "MaxDataServiceVersion", "Content-Type"} {
		for _, value := range []string{"a\r\nX-Evil: 1", "return-content\nX-Evil: 1", "return-content, a\rX-Evil: 1", "a\x00b", "%0d%0aX-Evil: 1", "3.0;\r\nX-Evil: 1", "image/png\r\nX-Evil: 1"} {
			w := sending{"POST", "/svc/Photos", map[string]string{"Content-Type": "image/png", name: value}, "x"}.to(t, demo)
			if clean(t, w.Header()); w.Code >= 500 {
				t.Errorf("%s: %q: status %d: %s", name, value, w.Code, w.Body)
			}
			if location := w.Header().Get("Location"); location != "" {
				got := sending{method: "GET", target: strings.TrimPrefix(location, "http://host") + "/$value", header: map[string]string{"Accept": "*/*"}}.to(t, demo)
				if clean(t, got.Header()); got.Code != http.StatusOK {
					t.Errorf("%s: %q: what was created cannot be read: status %d: %s", name, value, got.Code, got.Body)
				}
			}
		}
	}
}

package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// A sending is a request that changes data, as the tests of the write side make
// it: by a caller, with an answer in JSON light.
type sending struct {
	method, target string
	header         map[string]string
	body           string
}

// request is what the handler sees of it.
func (s sending) request(t testing.TB) *http.Request {
	r := httptest.NewRequest(s.method, "http://host"+s.target, strings.NewReader(s.body))
	r.Header.Set("Accept", "application/json")
	for name, value := range s.header {
		r.Header[http.CanonicalHeaderKey(name)] = []string{value}
	}
	return r.WithContext(asCaller(t.Context()))
}

// to sends it, and returns the answer.
func (s sending) to(t testing.TB, handler http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, s.request(t))
	return w
}

// quietly keeps the causes of expected failures out of the test's output.
func quietly(c *service.Config) {
	c.Profile.JSON = true
	c.Logger = slog.New(slog.DiscardHandler)
}

// everything is all data of the demo service, as a caller who may read all of it
// sees it: entities with ids, types and ETags, links from both ends, streams.
func everything(t testing.TB, handler http.Handler) string {
	t.Helper()
	var b strings.Builder
	for _, target := range []string{
		"Customers?$expand=Orders,BestFriend&$orderby=Id", "Customers(2)/Demo.VipCustomer/Concierge", "Orders?$expand=Customer&$orderby=OrderId",
		"OrderLines", "Tags?$orderby=Code", "Photos?$orderby=Id", "Photos(1)/$value", "Photos(1)/Thumb", "Photos(2)/$value", "Photos(2)/Thumb",
	} {
		w := sending{method: http.MethodGet, target: "/svc/" + target, header: map[string]string{"Accept": "application/json;odata=fullmetadata, */*"}}.to(t, handler)
		fmt.Fprintf(&b, "%s: %d %s %s\n", target, w.Code, w.Header()["Etag"], strings.ReplaceAll(w.Body.String(), "},{", "},\n{"))
	}
	return b.String()
}

// codeOf is the code of the OData error that a body holds, empty for none.
func codeOf(body string) string {
	var failure struct {
		Error struct {
			Code    string
			Message struct{ Value string }
		} `json:"odata.error"`
	}
	if json.Unmarshal([]byte(body), &failure) != nil || failure.Error.Message.Value == "" {
		return ""
	}
	return failure.Error.Code
}

// A step is one request of a change set.
type step struct {
	name, method, url, contentType, body, ifMatch string
	contentID                                     string
}

// alone is a request of a change set on its own.
func (s step) alone() sending {
	h := map[string]string{}
	if s.contentType != "" {
		h["Content-Type"] = s.contentType
	}
	if s.ifMatch != "" {
		h["If-Match"] = s.ifMatch
	}
	return sending{s.method, "/svc/" + s.url, h, s.body}
}

// changeSetOf is a part of a batch with these requests.
func changeSetOf(steps ...step) string {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/mixed; boundary=cs\r\n\r\n")
	for _, s := range steps {
		b.WriteString("--cs\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n")
		b.WriteString(s.method + " " + s.url + " HTTP/1.1\r\n")
		for _, h := range [][2]string{{"Content-Type", s.contentType}, {"If-Match", s.ifMatch}, {"Content-ID", s.contentID}} {
			if h[1] != "" {
				b.WriteString(h[0] + ": " + h[1] + "\r\n")
			}
		}
		b.WriteString("\r\n" + s.body + "\r\n")
	}
	b.WriteString("--cs--\r\n")
	return b.String()
}

// readOf is a part of a batch that reads.
func readOf(url string) string {
	return "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET " + url + " HTTP/1.1\r\n\r\n\r\n"
}

// batchOf is a batch of parts.
func batchOf(parts ...string) sending {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("--b\r\n" + p)
	}
	b.WriteString("--b--\r\n")
	return sending{http.MethodPost, "/svc/$batch", map[string]string{"Content-Type": "multipart/mixed; boundary=b"}, b.String()}
}

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.1 (\d\d\d)`)

// statusesIn are those of the parts of an answer.
func statusesIn(body string) []string {
	var all []string
	for _, m := range statusLine.FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

const (
	lightBody   = "application/json"
	verboseBody = "application/json;odata=verbose"
)

// mixed are requests of every kind that all can be carried out, in any order.
var mixed = []step{
	{name: "insert", method: "POST", url: "Customers", contentType: lightBody, body: `{"Id":70,"Name":"new","Version":1}`, contentID: "1"},
	{name: "update", method: "PATCH", url: "Customers(1)", contentType: lightBody, ifMatch: "*", body: `{"Credit":"1.25"}`},
	{name: "deep insert", method: "POST", url: "Customers", contentType: lightBody,
		body: `{"Id":71,"Version":1,"BestFriend":{"Id":72,"Version":1},"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000071"}]}`},
	{name: "link", method: "POST", url: "Customers(3)/$links/Orders", contentType: lightBody, body: `{"url":"Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')"}`},
	{name: "stream", method: "PUT", url: "Photos(1)/$value", contentType: "image/png", body: "other bytes"},
	{name: "action", method: "POST", url: "Customers(2)/Promote", contentType: lightBody, body: `{"level":5}`},
	{name: "delete", method: "DELETE", url: "OrderLines(OrderId=guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10',LineNo=2)"},
	{name: "property", method: "PUT", url: "Customers(3)/Name", contentType: verboseBody, ifMatch: "*", body: `{"Name":"renamed"}`},
	{name: "media entity", method: "POST", url: "Photos", contentType: "image/png", body: "one more picture"},
	{name: "unlink", method: "DELETE", url: "Customers(1)/$links/BestFriend"},
}

// failing are requests that cannot be carried out, each for a reason found at
// another point of the way.
var failing = []struct {
	step
	status string
}{
	{step{name: "key taken", method: "POST", url: "Customers", contentType: lightBody, body: `{"Id":1,"Version":1}`}, "409"},
	{step{name: "not there", method: "DELETE", url: "Photos(99)"}, "404"},
	{step{name: "changed", method: "PATCH", url: "Customers(2)", contentType: lightBody, ifMatch: `W/"9"`, body: `{"Name":"x"}`}, "412"},
	{step{name: "malformed", method: "POST", url: "Tags", contentType: lightBody, body: `{"Code":"q"`}, "400"},
	{step{name: "beyond a facet", method: "PUT", url: "Customers(2)/Name", contentType: lightBody, ifMatch: "*", body: `{"value":"` + strings.Repeat("x", 61) + `"}`}, "400"},
	{step{name: "link to nothing", method: "POST", url: "Customers(2)/$links/Orders", contentType: lightBody, body: `{"url":"Orders(guid'00000000-0000-0000-0000-000000000000')"}`}, "404"},
	{step{name: "no such set", method: "POST", url: "Nothing", contentType: lightBody, body: `{}`}, "404"},
	{step{name: "not a payload", method: "POST", url: "Tags", contentType: "text/plain", body: `x`}, "415"},
	{step{name: "not allowed", method: "DELETE", url: "Customers"}, "405"},
	{step{name: "a child fails", method: "POST", url: "Customers", contentType: lightBody,
		body: `{"Id":80,"Version":1,"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000081"},{"OrderId":"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"}]}`}, "409"},
}

// TestChangeSetsAreAtomic: change sets of one to ten requests that fail at each
// position leave nothing, are answered by one error, and the batch goes on.
func TestChangeSetsAreAtomic(t *testing.T) {
	for _, direct := range []bool{false, true} {
		svc := writableService(t, func(c *service.Config) { quietly(c); c.Profile.DirectBatchFailure = direct })
		before := everything(t, svc)
		turn := 0
		for n := 1; n <= len(mixed); n++ {
			for at := range n {
				steps := make([]step, n)
				for i := range steps {
					steps[i] = mixed[(i+n)%len(mixed)]
				}
				bad := failing[turn%len(failing)]
				turn++
				steps[at] = bad.step
				name := fmt.Sprintf("%d requests, %s at %d, direct %v", n, bad.name, at+1, direct)
				w := batchOf(readOf("Customers(1)/Id/$value"), changeSetOf(steps...), readOf("Customers(2)/Id/$value")).to(t, svc)
				got := w.Body.String()
				if diff := cmp.Diff([]string{"200", bad.status, "200"}, statusesIn(got)); w.Code != http.StatusAccepted || diff != "" {
					t.Errorf("%s: status %d, parts (-want +got):\n%s\n%s", name, w.Code, diff, got)
				}
				if nested := strings.Contains(got, "--changesetresponse_"); nested == direct {
					t.Errorf("%s: the error stands in a nested multipart: %v", name, nested)
				}
				if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
					t.Fatalf("%s: data changed (-before +after):\n%s\n%s", name, diff, got)
				}
			}
		}
	}
}

// TestMixedChangeSetSucceeds: without it TestChangeSetsAreAtomic would show
// nothing.
func TestMixedChangeSetSucceeds(t *testing.T) {
	for n := 1; n <= len(mixed); n++ {
		one := writableService(t, quietly)
		before := everything(t, one)
		w := batchOf(changeSetOf(mixed[n-1])).to(t, one)
		if s := statusesIn(w.Body.String()); len(s) != 1 || s[0][0] != '2' {
			t.Errorf("%s alone: %s", mixed[n-1].name, w.Body)
		}
		if everything(t, one) == before {
			t.Errorf("%s alone: nothing has changed", mixed[n-1].name)
		}
		w = batchOf(changeSetOf(mixed[:n]...)).to(t, writableService(t, quietly))
		statuses := statusesIn(w.Body.String())
		if len(statuses) != n {
			t.Errorf("%d requests: %v: %s", n, statuses, w.Body)
		}
		for i, s := range statuses {
			if s[0] != '2' {
				t.Errorf("%d requests, %s: %s", n, mixed[i].name, s)
			}
		}
	}
}

// TestDeepInsertIsAtomic: a deep insert that fails at any of its entities leaves
// none of them.
func TestDeepInsertIsAtomic(t *testing.T) {
	const (
		taken = "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"
		whole = `{"Id":60,"Version":1,` +
			`"BestFriend":{"Id":61,"Version":1,"BestFriend":{"Id":62,"Version":1,"BestFriend@odata.bind":"Customers(1)"},` +
			`"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000061"}]},` +
			`"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000062"},{"OrderId":"00000000-0000-0000-0000-000000000063"}]}`
	)
	svc := writableService(t, quietly)
	before := everything(t, svc)
	for _, tt := range []struct {
		name, old, new string
		status         int
	}{
		{"the entity itself", `"Id":60`, `"Id":1`, 409},
		{"its friend", `"Id":61`, `"Id":2`, 409},
		{"the friend's friend", `"Id":62`, `"Id":3`, 409},
		{"the same key twice", `"Id":62`, `"Id":60`, 409},
		{"a binding at the end", "Customers(1)", "Customers(99)", 404},
		{"an order of the friend", "00000000-0000-0000-0000-000000000061", taken, 409},
		{"the first order", "00000000-0000-0000-0000-000000000062", taken, 409},
		{"the last order", "00000000-0000-0000-0000-000000000063", taken, 409},
		{"the last order's key twice", "00000000-0000-0000-0000-000000000063", "00000000-0000-0000-0000-000000000062", 409},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := strings.Replace(whole, tt.old, tt.new, 1)
			w := sending{http.MethodPost, "/svc/Customers", map[string]string{"Content-Type": lightBody}, body}.to(t, svc)
			if w.Code != tt.status || codeOf(w.Body.String()) == "" {
				t.Errorf("%s: status %d, want %d: %s", body, w.Code, tt.status, w.Body)
			}
			if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
				t.Fatalf("%s: data changed (-before +after):\n%s", body, diff)
			}
		})
	}
	if w := (sending{http.MethodPost, "/svc/Customers", map[string]string{"Content-Type": lightBody}, whole}).to(t, svc); w.Code != http.StatusCreated {
		t.Errorf("without a mistake: status %d: %s", w.Code, w.Body)
	}
	for target, want := range map[string]string{"BestFriend/BestFriend/BestFriend/Id/$value": "1", "Orders/$count": "2", "BestFriend/Orders/$count": "1"} {
		w := sending{method: http.MethodGet, target: "/svc/Customers(60)/" + target, header: map[string]string{"Accept": "*/*"}}.to(t, svc)
		if w.Body.String() != want {
			t.Errorf("%s: %s, want %s", target, w.Body, want)
		}
	}
}

// A fickle store does not commit what it was asked to, or only the second time.
type fickle struct {
	odata.Transactor
	refusal error // of every commit; nil for a store that works twice
	runs    int
}

var errAgain = errors.New("could not serialize; work runs again")

func (f *fickle) Transact(ctx context.Context, work func(context.Context) error) error {
	refusal := f.refusal
	if refusal == nil {
		refusal = errAgain
	}
	err := f.Transactor.Transact(ctx, func(ctx context.Context) error {
		f.runs++
		if err := work(ctx); err != nil {
			return err
		}
		return refusal
	})
	if f.refusal == nil && errors.Is(err, errAgain) {
		return f.Transactor.Transact(ctx, func(ctx context.Context) error { f.runs++; return work(ctx) })
	}
	return err
}

// fickleService is writableService on a store that behaves like that.
func fickleService(t testing.TB, store *fickle) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	sets := testmodel.Sets(t, model)
	store.Transactor = sets[0].Transactor
	for i := range sets {
		sets[i].Transactor = store
	}
	config := service.Config{Model: model, Root: "/svc", Operations: append(testmodel.Operations(model), testmodel.Actions(model, sets)...)}
	quietly(&config)
	svc, err := service.New(config, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestCommitFails: what a store does not commit was never answered as done, and is
// not remembered as such.
func TestCommitFails(t *testing.T) {
	for _, tt := range []struct {
		name    string
		refusal error
		status  int
		code    string
	}{
		{"a fault", errors.New("disk on fire at /var/secret"), 500, "InternalError"},
		{"a conflict", &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired", Message: "A link is missing"}, 409, "LinkRequired"},
		{"out of reach", &odata.Error{Kind: odata.KindUnavailable, Code: "StoreUnavailable", Message: "Later"}, 503, "StoreUnavailable"},
	} {
		store := &fickle{refusal: tt.refusal}
		svc := fickleService(t, store)
		before := everything(t, svc)
		for _, s := range mixed {
			runs := store.runs
			one := s.alone()
			one.header["Repeatability-Request-ID"] = "id-" + strings.ReplaceAll(s.name, " ", "-")
			for range 2 {
				w := one.to(t, svc)
				if w.Code != tt.status || codeOf(w.Body.String()) != tt.code || strings.Contains(w.Body.String(), "secret") {
					t.Errorf("%s, %s: status %d, want %d %s: %s", tt.name, s.name, w.Code, tt.status, tt.code, w.Body)
				}
				for _, name := range []string{"Location", "Etag", "Dataserviceid", "Preference-Applied"} {
					if w.Header()[name] != nil {
						t.Errorf("%s, %s: the error has the header %s of the answer that was not given", tt.name, s.name, name)
					}
				}
			}
			if store.runs != runs+2 {
				t.Errorf("%s, %s: ran %d times when sent twice: a failure was remembered", tt.name, s.name, store.runs-runs)
			}
			w := batchOf(changeSetOf(s, mixed[1]), readOf("Tags/$count")).to(t, svc)
			if diff := cmp.Diff([]string{fmt.Sprint(tt.status), "200"}, statusesIn(w.Body.String())); diff != "" {
				t.Errorf("%s, %s in a change set: parts (-want +got):\n%s\n%s", tt.name, s.name, diff, w.Body)
			}
		}
		if diff := cmp.Diff(before, everything(t, svc)); diff != "" {
			t.Errorf("%s: data changed (-before +after):\n%s", tt.name, diff)
		}
	}
}

var randomBoundary = regexp.MustCompile(`(batch|changeset)response_[0-9a-f-]+`)

// TestWorkRunsAgain: a store that has to begin anew makes the change once, and
// the client gets one answer, the same as from any other store.
func TestWorkRunsAgain(t *testing.T) {
	answerOf := func(svc http.Handler, s sending) string {
		w := s.to(t, svc)
		return randomBoundary.ReplaceAllString(fmt.Sprintf("%d %v\n%s", w.Code, w.Header(), w.Body), "x")
	}
	order := `{"OrderId":"00000000-0000-0000-0000-000000000099"}`
	header := func(more ...string) map[string]string {
		h := map[string]string{"Content-Type": lightBody}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	requests := []sending{
		batchOf(changeSetOf(mixed...), readOf("Customers")),
		batchOf(changeSetOf(mixed[0], step{method: "POST", url: "$1/Orders", contentType: lightBody, body: order},
			step{method: "PATCH", url: "Customers(1)", contentType: lightBody, ifMatch: "*", body: `{"BestFriend@odata.bind":"$1"}`})),
		{"POST", "/svc/Customers/ResetAll", header("Repeatability-Request-ID", "7"), `{}`},
		{"POST", "/svc/Customers(1)/Orders", header("Prefer", "return-no-content"), order},
		{"PUT", "/svc/Customers(1)", header("If-Match", "*", "Prefer", "return-content"), `{"Name":"put","Version":9,"BestFriend@odata.bind":"Customers(3)"}`},
		{"DELETE", "/svc/Tags('x')", nil, ""},
		{"POST", "/svc/Customers", header("Prefer", "pamodata.validate-only"), `{"Id":90,"Version":1}`},
		{"POST", "/svc/Customers", header(), `{"Id":1,"Version":1}`},
	}
	for _, s := range mixed {
		requests = append(requests, s.alone())
	}
	for _, s := range requests {
		store := &fickle{}
		again, once := fickleService(t, store), writableService(t, quietly)
		if diff := cmp.Diff(answerOf(once, s), answerOf(again, s)); diff != "" {
			t.Errorf("%s %s: the answer differs (-once +again):\n%s", s.method, s.target, diff)
		}
		if diff := cmp.Diff(everything(t, once), everything(t, again)); diff != "" {
			t.Errorf("%s %s: the effect differs (-once +again):\n%s", s.method, s.target, diff)
		}
		if store.runs == 0 {
			t.Errorf("%s %s: not in a transaction", s.method, s.target)
		}
	}
}

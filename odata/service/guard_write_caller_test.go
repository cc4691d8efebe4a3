package service_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// An unreadBody is a body that notes when somebody reads it.
type unreadBody struct{ read bool }

func (u *unreadBody) Read([]byte) (int, error) {
	u.read = true
	return 0, io.EOF
}

// TestAnonymousChanges: who has not signed in is told so, and nothing that is sent
// is looked at, on every path that changes data.
func TestAnonymousChanges(t *testing.T) {
	s := demoStage(t, testmodel.Data(), nil, nil)
	before := s.dump()
	for _, row := range useRows() {
		if strings.Contains(row.deed.target, "Purge") {
			continue // see TestAnonymousOperation
		}
		for _, way := range []deed{row.deed, row.deed.with("Prefer: pamodata.validate-only"), row.deed.with("Repeatability-Request-ID: one")} {
			body := new(unreadBody)
			if got := sendDeedBody(s.guarded, odata.Principal{}, way, body); got.Status != http.StatusUnauthorized || body.read {
				t.Errorf("%s: %d, the body was read: %v", way, got.Status, body.read)
			}
		}
		// In a change set the bodies are read, but not looked at.
		broken := row.deed
		if broken.body != "" {
			broken.body = "<{"
		}
		for _, way := range []deed{deedSet(row.deed), deedSet(broken), deedSet(broken.with("Prefer: return-content"))} {
			if got := sendDeed(s.guarded, "", way); got.Status != http.StatusAccepted || got.inner() != http.StatusUnauthorized {
				t.Errorf("%s: %d", way, got.inner())
			}
		}
		s.untouched(t, before, row.deed, "the caller has not signed in")
	}
}

// TestAnonymousOperation: an unbound operation has no set whose guard could be
// asked. It judges its callers itself.
func TestAnonymousOperation(t *testing.T) {
	s := demoStage(t, testmodel.Data(), nil, func(c *service.Config, _ []odata.EntitySet) {
		for i := range c.Operations {
			invoke := c.Operations[i].Invoke
			if c.Operations[i].Name == "Purge" {
				c.Operations[i].Invoke = signedIn(invoke)
			}
		}
	})
	before := s.dump()
	purge := deed{http.MethodPost, "Purge", inLight, `{"days":1}`}
	for _, d := range []deed{purge, deedSet(purge), purge.with("Prefer: pamodata.validate-only"), purge.with("Repeatability-Request-ID: one")} {
		if got := sendDeed(s.guarded, "", d); got.inner() != http.StatusUnauthorized {
			t.Errorf("%s: %d", d, got.inner())
		}
		s.untouched(t, before, d, "the caller has not signed in")
	}
	if got := sendDeed(s.guarded, "x", purge); got.Status != http.StatusNoContent || s.dump() == before {
		t.Errorf("signed in: %d", got.Status)
	}
}

// TestAnonymousSource: a set that is open to all does not open the way through a set
// that is not.
func TestAnonymousSource(t *testing.T) {
	s := demoStage(t, testmodel.Data(), nil, func(_ *service.Config, sets []odata.EntitySet) {
		for i := range sets {
			if sets[i].Name == "Orders" {
				sets[i].Guard = odata.Public()
			}
		}
	})
	before := s.dump()
	for _, d := range []deed{
		{http.MethodPost, "Customers(1)/Orders", inLight, `{}`},
		{http.MethodPut, "Customers(1)/Orders(" + visibleOrder + ")", inLight, `{}`},
		{http.MethodDelete, "Customers(1)/Orders(" + visibleOrder + ")", "", ""},
		{http.MethodPost, "Customers(1)/$links/Orders", inLight, `{"url":"Orders(` + visibleOrder + `)"}`},
		{http.MethodPost, "Orders(" + visibleOrder + ")/Customer/Promote", inLight, `{"level":1}`},
	} {
		body := new(unreadBody)
		if got := sendDeedBody(s.guarded, odata.Principal{}, d, body); got.Status != http.StatusUnauthorized || body.read {
			t.Errorf("%s: %d, the body was read: %v", d, got.Status, body.read)
		}
		if got := sendDeed(s.guarded, "", d); got.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d: the way leads through Customers", d, got.Status)
		}
	}
	for _, d := range []deed{
		{http.MethodPost, "Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer":{"Id":9,"Version":1}}`},
		{http.MethodPost, "Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001","Customer@odata.bind":"Customers(1)"}`},
		{http.MethodPatch, "Orders(" + visibleOrder + ")", inLight, `{"Customer@odata.bind":"Customers(3)"}`},
		{http.MethodPut, "Orders(" + visibleOrder + ")/$links/Customer", inLight, `{"url":"Customers(3)"}`},
		{http.MethodDelete, "Orders(" + visibleOrder + ")/$links/Customer", "", ""},
	} {
		if got := sendDeed(s.guarded, "", d); got.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d: the other end is not for everybody", d, got.Status)
		}
	}
	s.untouched(t, before, deed{}, "anonymous callers have no way through Customers")
}

// TestBatchIdentity: a part is asked by the caller of its batch, in every respect.
func TestBatchIdentity(t *testing.T) {
	s := demoStage(t, testmodel.Data(), map[string]guardRules{"Customers": {odata.Update: "Name eq '$caller'", odata.Delete: "Name eq '$caller'"}}, nil)
	before := s.dump()
	patch := deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *", `{"Points":"7"}`}
	for _, header := range []string{
		"Authorization: Basic QW5uOng=", "Proxy-Authorization: Basic QW5uOng=", "Cookie: session=Ann", "Remote-User: Ann", "X-Remote-User: Ann",
		"X-Forwarded-User: Ann", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Auth-Request-User: Ann", "X-MS-Client-Principal-Name: Ann",
		"X-Client-Cert: Ann", "X-SSL-Client-S-DN: CN=Ann", "Impersonate-User: Ann", "X-Original-URL: /svc/Customers(3)", "X-Rewrite-URL: /svc/Customers(3)",
		"remote-user: Ann", "X-User: Ann", "Transfer-Encoding: chunked",
	} {
		d := deedSet(patch.with(header))
		if got := sendDeed(s.guarded, "Bob", d); got.inner() != http.StatusBadRequest || got.code() != "BatchForbiddenHeader" {
			t.Errorf("%s: %d %s: a part has no identity of its own", header, got.inner(), got.code())
		}
	}
	for _, tt := range []struct {
		name string
		deed deed
		want int
		why  string
	}{
		{"unknown header", deedSet(patch.with("X-Account: Ann")), 403, "is dropped"},
		{"another verb", deedSet(deed{http.MethodPost, "Customers(1)", "If-Match: *\nX-HTTP-Method: DELETE", ""}), 403, "a tunnelled DELETE needs what a DELETE needs"},
		{"tunnelled merge", deedSet(deed{http.MethodPost, "Customers(1)", inLight + "\nIf-Match: *\nX-HTTP-Method: MERGE", `{"Points":"7"}`}), 403, "so does MERGE"},
		{"no verb of OData", deedSet(deed{http.MethodPost, "Customers(1)", "If-Match: *\nX-HTTP-Method: GET", ""}), 400, "only changes are tunnelled"},
		{"tunnel in a PATCH", deedSet(patch.with("X-HTTP-Method: DELETE")), 400, "a verb that is not POST stays"},
		{"override", deedSet(deed{http.MethodPost, "Customers(1)", "X-HTTP-Method-Override: DELETE", ""}), 405, "is not OData and means nothing"},
		{"condition of the batch", deedSet(deed{http.MethodPatch, "Customers(1)", inLight, `{"Points":"7"}`}).with("If-Match: *"), 400, "parts inherit no conditions"},
		{"verb of the batch", deedSet(patch).with("X-HTTP-Method: DELETE"), 405, "a batch is posted"},
	} {
		if got := sendDeed(s.guarded, "Bob", tt.deed); got.inner() != tt.want {
			t.Errorf("%s: %d and not %d: %s", tt.name, got.inner(), tt.want, tt.why)
		}
	}
	s.untouched(t, before, deed{}, "Bob is not Ann")
	if got := sendDeed(s.guarded, "Ann", deedSet(patch)); got.inner() != http.StatusNoContent || s.dump() == before {
		t.Errorf("Ann: %d", got.inner())
	}
	// A GET outside of change sets stays one.
	get := strings.Replace("--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET Customers(1) HTTP/1.1\r\nX\r\n\r\n\r\n--b--\r\n", "X\r\n", "X-HTTP-Method: DELETE\r\nIf-Match: *\r\n", 1)
	after := s.dump()
	if got := sendDeedBody(s.guarded, odata.Principal{Name: "Ann"}, deed{http.MethodPost, "$batch", "Content-Type: multipart/mixed; boundary=b", ""}, bytes.NewReader([]byte(get))); got.inner() != http.StatusBadRequest {
		t.Errorf("a GET with a tunnelled verb: %d", got.inner())
	}
	s.untouched(t, after, deed{}, "a GET changes nothing")
}

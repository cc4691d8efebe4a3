package entities_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/server"
)

// documented are the statuses of the codes that the PAM service documents. Source: PAM
// error catalogue.
var documented = map[string]int{
	"BadRequest": 400, "MissingParameter": 400, "InvalidRoleId": 400, "InvalidRequestedTTL": 400, "InvalidRequestedTime": 400,
	"InvalidJustification": 400, "ConflictingParameters": 400, "RequestedTimeTooFar": 400, "TtlTooLong": 400, "InvalidFilter": 400,
	"UnsupportedApiVersion": 400, "Unauthorized": 401, "NotACandidate": 403, "RoleNotAvailable": 403, "NoApprover": 403,
	"SelfApproval": 403, "OriginNotAllowed": 403, "NotFound": 404, "MethodNotAllowed": 405, "RequestTimeout": 408, "AlreadyDecided": 409,
	"BodyTooLarge": 413, "UnsupportedMediaType": 415, "TooManyOpenRequests": 429, "RateLimited": 429, "InternalError": 500,
	"ServiceUnavailable": 503,
	// Not documented elsewhere: of the reason that an owner may give.
	"InvalidReason": 400,
}

// TestErrorCatalogue has each code come about, by a request that anybody can send.
func TestErrorCatalogue(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Approval, "600"))
	s.create(t, both, of(pamtest.Approval, "600"))
	s.must(t, http.StatusOK, request{account: omar, method: "POST", path: approval(1) + "/Reject"})
	for range 10 {
		s.create(t, anna, of(pamtest.Plain, "60"))
	}
	post := func(account, form string, header ...string) request {
		return request{account: account, method: "POST", path: "pamrequests", header: append([]string{formType}, header...), body: form}
	}
	plain := "RoleId=" + pamtest.Plain.String()
	seen := map[string]bool{}
	check := func(t *testing.T, code string, a answer) {
		t.Helper()
		got, message := codeOf(t, a)
		if got != code || a.Status != documented[code] {
			t.Errorf("%d %s, want %d %s", a.Status, got, documented[code], code)
		}
		if problem := unfit(message); problem != "" {
			t.Errorf("%s: the message %s: %q", code, problem, message)
		}
		if want, ok := pam.Refusals[code]; ok && message != want {
			t.Errorf("%s: %q, want %q", code, message, want)
		}
		for header, statuses := range map[string][]int{"WWW-Authenticate": {401}, "Allow": {405}, "Retry-After": {429, 503}} {
			wanted := false
			for _, status := range statuses {
				wanted = wanted || a.Status == status
			}
			if (a.Header.Get(header) != "") != wanted {
				t.Errorf("%s: %s is %q", code, header, a.Header.Get(header))
			}
		}
		if a.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no X-Request-Id", code)
		}
		if code != "OriginNotAllowed" && (a.Header.Get("Access-Control-Allow-Origin") != portal || a.Header.Get("Access-Control-Allow-Credentials") != "true") {
			t.Errorf("%s: pages of the portal cannot read it", code)
		}
		seen[code] = true
	}
	for _, tt := range []struct {
		code string
		q    request
	}{
		{"BadRequest", request{account: jen, method: "GET", path: "pamrequests(1)"}},
		{"BadRequest", request{account: jen, method: "GET", path: "pamrequests?$top=x"}},
		{"BadRequest", request{account: jen, method: "POST", path: "pamrequests", header: []string{"Content-Type: application/json"}, body: "{"}},
		{"BadRequest", post(jen, plain+"&RequestedTTL=%zz")},
		{"MissingParameter", post(jen, plain)},
		{"InvalidRoleId", post(jen, "RoleId=x&RequestedTTL=60")},
		{"InvalidRequestedTTL", post(jen, plain+"&RequestedTTL=NaN")},
		{"InvalidRequestedTime", post(jen, plain+"&RequestedTTL=60&RequestedTime=soon")},
		{"InvalidJustification", post(jen, plain+"&RequestedTTL=60&Justification=%01")},
		{"InvalidJustification", post(jen, plain+"&RequestedTTL=60&Justification="+strings.Repeat("x", 4001))},
		{"ConflictingParameters", post(jen, plain+"&RequestedTTL=60&RequestedTTL=61")},
		{"RequestedTimeTooFar", post(jen, plain+"&RequestedTTL=60&RequestedTime=2027-01-01T00:00")},
		{"TtlTooLong", post(anna, "RoleId="+strictRole.String()+"&RequestedTTL=3601")},
		{"InvalidFilter", request{account: jen, method: "GET", path: "pamrequests?$filter=Nope"}},
		{"UnsupportedApiVersion", request{account: jen, method: "GET", path: "pamrequests?v=2"}},
		{"Unauthorized", request{method: "GET", path: "pamrequests"}},
		{"Unauthorized", request{account: "wrong", method: "GET", path: "pamrequests"}},
		{"NotACandidate", post(stranger, plain+"&RequestedTTL=60")},
		{"RoleNotAvailable", post(jen, "RoleId="+pamtest.Window.String()+"&RequestedTTL=60")},
		{"NoApprover", post(anna, "RoleId="+lonelyRole.String()+"&RequestedTTL=60")},
		{"SelfApproval", request{account: both, method: "POST", path: approval(2) + "/Approve"}},
		{"OriginNotAllowed", post(jen, plain+"&RequestedTTL=60", "Origin: https://evil.example")},
		{"NotFound", request{account: jen, method: "GET", path: "nothing"}},
		{"NotFound", request{account: jen, method: "GET", path: "/nothing"}},
		{"NotFound", request{account: anna, method: "POST", path: approval(1) + "/Approve"}},
		{"MethodNotAllowed", request{account: jen, method: "DELETE", path: "pamrequests"}},
		{"MethodNotAllowed", request{account: omar, method: "GET", path: approval(1) + "/Approve"}},
		{"AlreadyDecided", request{account: omar, method: "POST", path: approval(1) + "/Approve"}},
		{"BodyTooLarge", post(jen, strings.Repeat("x", 64<<10+1))},
		{"UnsupportedMediaType", request{account: jen, method: "POST", path: "pamrequests", header: []string{"Content-Type: text/xml"}, body: "x"}},
		{"TooManyOpenRequests", post(anna, plain+"&RequestedTTL=60")},
		{"InvalidReason", request{account: omar, method: "POST", path: approval(1) + "/Approve?Reason=%1b"}},
	} {
		t.Run(tt.code, func(t *testing.T) { check(t, tt.code, ask(t, s, fromPortal(tt.q))) })
	}
	t.Run("RequestTimeout of a body", func(t *testing.T) { check(t, "RequestTimeout", slowBody(t, s)) })
	t.Run("RateLimited", func(t *testing.T) { check(t, "RateLimited", crowded(t, jen)) })
	t.Run("ServiceUnavailable of a crowd", func(t *testing.T) { check(t, "ServiceUnavailable", crowded(t, anna)) })
	t.Run("InternalError", func(t *testing.T) {
		broken := newSite(t, func(_ *server.Config, c *pam.Config) { c.NewID = func() edm.GUID { panic("out of identifiers") } })
		check(t, "InternalError", ask(t, broken, fromPortal(post(jen, plain+"&RequestedTTL=60"))))
	})
	for code := range documented {
		if !seen[code] {
			t.Errorf("nothing leads to %s", code)
		}
	}
	for code := range pam.Refusals {
		if documented[code] == 0 {
			t.Errorf("%s is not documented", code)
		}
	}
}

// fromPortal is a request of a page of the portal, unless it is from another one.
func fromPortal(q request) request {
	for _, h := range q.header {
		if strings.HasPrefix(h, "Origin:") {
			return q
		}
	}
	q.header = append(slices.Clone(q.header), "Origin: "+portal)
	return q
}

// approval is the path of the n-th request for those who decide about it.
func approval(n byte) string {
	return "pamrequeststoapprove(guid'" + pamtest.ID(9, 2*n).String() + "')"
}

// slowBody is the answer to a body that does not arrive in time.
func slowBody(t testing.TB, s *site) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, root+"pamrequests", io.MultiReader(strings.NewReader("RoleId="), stuck{}))
	r.Header.Set("Authorization", "Test "+jen)
	r.Header.Set("Origin", portal)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// stuck is the connection of a client that has stopped sending.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// crowded is the answer to somebody while Jen takes the only place there is.
func crowded(t testing.TB, account string) answer {
	t.Helper()
	s := newSite(t, func(c *server.Config, _ *pam.Config) { c.Limits.Total, c.Limits.PerCaller, c.Limits.Wait = 1, 1, 0 })
	begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	s.granter.Before = func(context.Context, string, pam.User) error {
		close(begun)
		<-end
		return nil
	}
	go func() {
		defer close(ended)
		ask(t, s, request{account: jen, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")})
	}()
	<-begun
	a := ask(t, s, fromPortal(request{account: account, method: "GET", path: "pamrequests"}))
	close(end)
	<-ended
	return a
}

// unfit says why a text must not be a message: portals put messages into their pages as
// HTML, and add a full stop.
func unfit(message string) string {
	switch {
	case message == "":
		return "is empty"
	case strings.ContainsAny(message, "<>&\"'`\\\r\n\t"):
		return "has characters of markup"
	case strings.HasSuffix(message, "."), strings.HasSuffix(message, " "), strings.HasPrefix(message, " "):
		return "ends in a full stop, or has blanks around it"
	}
	return ""
}

// TestMessages looks at all texts there are.
func TestMessages(t *testing.T) {
	for _, texts := range []map[string]string{pam.Refusals, entities.Catalogue()} {
		for code, message := range texts {
			if problem := unfit(message); problem != "" {
				t.Errorf("%s: the message %s: %q", code, problem, message)
			}
			if problem := unfit(code); problem != "" || strings.ContainsAny(code, " ") {
				t.Errorf("the code %q is none", code)
			}
		}
	}
}

// TestStoreLost: without its database the service answers 503, and in its own format.
func TestStoreLost(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Plain, "60"))
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, q := range []request{
		{account: jen, method: "GET", path: "pamrequests"},
		{account: jen, method: "GET", path: "pamroles/$count"},
		{account: jen, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")},
		{account: jen, method: "POST", path: "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')/Close"},
		{account: omar, method: "POST", path: approval(1) + "/Approve"},
	} {
		a := ask(t, s, q)
		code, _ := codeOf(t, a)
		if a.Status != http.StatusServiceUnavailable || code != "ServiceUnavailable" || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s: %d %s, Retry-After %q", q.method, q.path, a.Status, code, a.Header.Get("Retry-After"))
		}
	}
	s.must(t, http.StatusOK, request{account: jen, method: "GET", path: "sessioninfo"})
}

// TestTrailLost: without a record there is no privilege.
func TestTrailLost(t *testing.T) {
	s := newSite(t, nil)
	stop := sqldb.NewStatement(s.db.Dialect(), "CREATE TRIGGER no_audit BEFORE INSERT ON pam_audit BEGIN SELECT RAISE(ABORT, 'disk full'); END", nil, nil)
	if _, err := s.db.Exec(t.Context(), stop, nil); err != nil {
		t.Fatal(err)
	}
	a := ask(t, s, request{account: jen, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")})
	if code, _ := codeOf(t, a); a.Status != http.StatusServiceUnavailable || code != "ServiceUnavailable" {
		t.Errorf("%d %s", a.Status, code)
	}
	if groups := s.granter.Groups(pamtest.Jen); len(groups) > 0 {
		t.Errorf("granted: %v", groups)
	}
	if left := list(t, s, jen, "pamrequests"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestStoredInTime: what is stored is answered as such, even if the time for the answer
// is over or the client has left, since whoever hears of an error sends it again.
func TestStoredInTime(t *testing.T) {
	s := newSite(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	end := make(chan struct{})
	defer close(end)
	s.granter.Before = func(context.Context, string, pam.User) error {
		leave()
		<-end
		return nil
	}
	r := httptest.NewRequestWithContext(odata.WithPrincipal(ctx, odata.Principal{Name: jen, Method: "test"}), http.MethodPost, root+"pamrequests?"+of(pamtest.Plain, "60"), http.NoBody)
	w := httptest.NewRecorder()
	s.svc.ServeHTTP(w, r)
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"RequestStatus":"Processing"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestOutOfTime: what the service does not manage in time.
func TestOutOfTime(t *testing.T) {
	s := newSite(t, func(c *server.Config, _ *pam.Config) { c.Timeouts.Handler = time.Nanosecond })
	for _, q := range []request{
		{account: jen, method: "GET", path: "pamrequests"},
		{account: jen, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")},
	} {
		a := ask(t, s, q)
		if code, _ := codeOf(t, a); a.Status != http.StatusRequestTimeout || code != "RequestTimeout" {
			t.Errorf("%s %s: %d %s", q.method, q.path, a.Status, code)
		}
	}
}

// TestTwiceInQuery: equal values do no harm wherever they are, and different ones are a
// conflict. Source: PAM REST API, Create PAM request.
func TestTwiceInQuery(t *testing.T) {
	s := newSite(t, nil)
	query := of(pamtest.Plain, "60")
	for _, path := range []string{"pamrequests?" + query + "&RequestedTTL=61", "pamrequests?v=1&v=2&" + query, "pamrequests?v=2&v=1&" + query} {
		a := ask(t, s, request{account: jen, method: "POST", path: path})
		if code, _ := codeOf(t, a); a.Status != http.StatusBadRequest || code != "ConflictingParameters" {
			t.Errorf("POST %s: %d %s", path, a.Status, code)
		}
	}
	a := ask(t, s, request{account: jen, method: "GET", path: "pamrequests?$top=1&$top=2"})
	if code, _ := codeOf(t, a); code != "BadRequest" {
		t.Errorf("an option of OData twice: %s", code)
	}
	t.Run("equal", func(t *testing.T) {
		s.must(t, http.StatusCreated, request{account: jen, method: "POST", path: "pamrequests?" + query + "&" + query})
	})
}

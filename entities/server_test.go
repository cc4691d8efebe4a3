package entities_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/server"
)

// portal is the origin of the portal's pages, which the server allows.
const portal = "https://portal.example.com"

// testSignIn signs in who is named in "Authorization: Test NAME".
type testSignIn struct{}

func (testSignIn) Authenticate(r *http.Request) (odata.Principal, error) {
	name, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Test ")
	switch {
	case !ok:
		return odata.Principal{}, server.ErrNoCredentials
	case name == "wrong":
		return odata.Principal{}, &server.SignInError{Method: "test", Reason: "wrong"}
	case name == "often":
		return odata.Principal{}, &server.SignInError{Method: "test", Reason: "too often", RetryAfter: time.Minute}
	}
	return odata.Principal{Name: name, Method: "test"}, nil
}

func (testSignIn) Challenge() string { return "Test" }

// A site is a server with the PAM service, as cmd/pamodata puts them together.
type site struct {
	http.Handler
	svc     *service.Service
	desk    *pam.Desk
	clock   *pamtest.Clock
	granter *pamtest.Granter
	factor  *pamtest.Factor
	db      sqldb.DB
}

// newSite makes a site on SQLite, with the roles of [definitions]. change may be nil.
func newSite(t testing.TB, change func(*server.Config, *pam.Config)) *site {
	t.Helper()
	s := &site{clock: pamtest.NewClock(pamtest.Noon), granter: pamtest.NewGranter(), factor: pamtest.NewFactor(), db: pamtest.SQLite(t)}
	cfg := server.Defaults()
	cfg.Authenticators = []server.Authenticator{testSignIn{}}
	cfg.CORS.Origins = []string{portal}
	s.svc, s.desk = newServiceAt(t, s.db, s.clock, func(d *pam.Config, c *service.Config) {
		d.Granter, d.Factor = s.granter, s.factor
		if change != nil {
			change(&cfg, d)
		}
		c.BaseURL = server.NewOrigin(cfg).BaseURL
	})
	pamtest.Apply(t, s.desk, definitions())
	h, err := server.New(cfg, nil, server.Mount{Service: s.svc, AnyCase: true,
		Aliases: map[string]string{"/api/session/sessioninfo": "sessioninfo"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = h.Handler()
	return s
}

// must sends a request and wants a status.
func (s *site) must(t testing.TB, want int, q request) answer {
	t.Helper()
	a := ask(t, s, q)
	if a.Status != want {
		t.Fatalf("%s %s as %q: %d, want %d\n%s", q.method, q.path, q.account, a.Status, want, a.Body)
	}
	return a
}

// create makes a request by a form and returns its identifiers, which are counted.
func (s *site) create(t testing.TB, account, form string) {
	t.Helper()
	s.must(t, http.StatusCreated, request{account: account, method: http.MethodPost, path: "pamrequests", header: []string{formType}, body: form})
}

// of is a form that asks for a role.
func of(role interface{ String() string }, ttl string) string {
	return "Justification=&RoleId=" + role.String() + "&RequestedTTL=" + ttl + "&RequestedTime="
}

// TestSessionAddresses: pages of 2016 have another address for the session.
func TestSessionAddresses(t *testing.T) {
	s := newSite(t, nil)
	const want = `{"odata.metadata":"http://host/api/pamresources/%24metadata#sessioninfo","value":[{"Username":"PRIV\\Nobody"}]}`
	for _, path := range []string{
		"/api/pamresources/sessioninfo", "/api/pamresources/sessioninfo/", "/api/session/sessioninfo", "/api/session/sessioninfo/",
		"/API/session/sessioninfo", "/API/pamresources/sessioninfo/", "/api/session/sessioninfo?v=1", "/api/session/sessioninfo/?v=1&_=7",
	} {
		a := s.must(t, http.StatusOK, request{account: unknown, method: http.MethodGet, path: path})
		if a.Body != want {
			t.Errorf("GET %s: %s, want %s", path, a.Body, want)
		}
	}
	for _, path := range []string{"/api/session/", "/api/session", "/api/session/sessioninfo/x", "/api/session/pamroles", "/api/", "/", "/api/pamresources2/pamroles"} {
		a := s.must(t, http.StatusNotFound, request{account: jen, method: http.MethodGet, path: path})
		if code, _ := codeOf(t, a); code != "NotFound" {
			t.Errorf("GET %s: %s", path, code)
		}
	}
}

// TestHeaders looks at the headers of every kind of answer. Source: PAM REST API,
// response headers.
func TestHeaders(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Plain, "600"))
	const jsonType = "application/json; odata=minimalmetadata; charset=utf-8"
	id := "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')"
	for _, tt := range []struct {
		name        string
		q           request
		status      int
		contentType string // empty for none at all
		version     string
	}{
		{"list", request{account: jen, method: "GET", path: "pamrequests"}, 200, jsonType, "3.0"},
		{"empty list", request{account: stranger, method: "GET", path: "pamrequests"}, 200, jsonType, "3.0"},
		{"single", request{account: jen, method: "GET", path: id}, 200, jsonType, "3.0"},
		{"HEAD", request{account: jen, method: "HEAD", path: id}, 200, jsonType, "3.0"},
		{"session", request{account: jen, method: "GET", path: "/api/session/sessioninfo"}, 200, jsonType, "3.0"},
		{"service document", request{account: jen, method: "GET", path: ""}, 200, jsonType, "3.0"},
		{"$metadata", request{account: jen, method: "GET", path: "$metadata"}, 200, "application/xml; charset=utf-8", "3.0"},
		{"$metadata, escaped", request{account: jen, method: "GET", path: "%24metadata"}, 200, "application/xml; charset=utf-8", "3.0"},
		{"created", request{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: of(pamtest.Approval, "60")}, 201, jsonType, "3.0"},
		{"closed", request{account: jen, method: "POST", path: id + "/Close"}, 200, "", ""},
		{"approved", request{account: omar, method: "POST", path: "pamrequeststoapprove(guid'" + pamtest.ID(9, 4).String() + "')/Approve"}, 200, "", ""},
		{"400", request{account: jen, method: "POST", path: "pamrequests"}, 400, jsonType, "3.0"},
		{"401", request{method: "GET", path: "pamrequests"}, 401, jsonType, "3.0"},
		{"403", request{account: stranger, method: "POST", path: "pamrequests", header: []string{formType}, body: of(pamtest.Plain, "60")}, 403, jsonType, "3.0"},
		{"404", request{account: jen, method: "GET", path: "nothing"}, 404, jsonType, "3.0"},
		{"404 of an alias", request{account: jen, method: "GET", path: "/api/session/nothing"}, 404, "application/json; charset=utf-8", ""},
		{"405", request{account: jen, method: "DELETE", path: "pamroles"}, 405, jsonType, "3.0"},
		{"409", request{account: omar, method: "POST", path: "pamrequeststoapprove(guid'" + pamtest.ID(9, 4).String() + "')/Reject"}, 409, jsonType, "3.0"},
		{"413", request{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: strings.Repeat("x", 64<<10+1)}, 413, jsonType, "3.0"},
		{"414", request{account: jen, method: "GET", path: "pamrequests?$filter=" + strings.Repeat("x", 9<<10)}, 414, jsonType, "3.0"},
		{"415", request{account: jen, method: "POST", path: "pamrequests", header: []string{"Content-Type: text/plain"}, body: "x"}, 415, jsonType, "3.0"},
		{"429", request{account: "often", method: "GET", path: "pamrequests"}, 429, jsonType, "3.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.must(t, tt.status, tt.q)
			want := map[string]string{
				"Content-Type": tt.contentType, "DataServiceVersion": tt.version, "Cache-Control": "no-store",
				"X-Content-Type-Options": "nosniff", "Vary": "Origin", "Set-Cookie": "",
			}
			if tt.name != "404 of an alias" {
				want["Pragma"] = "no-cache"
			}
			if tt.q.method != http.MethodHead {
				want["Content-Length"] = strconv.Itoa(len(a.Body))
			}
			for name, value := range want {
				if got := strings.Join(a.Header.Values(name), ", "); got != value && (name != "Vary" || !strings.Contains(got, value)) {
					t.Errorf("%s: %q, want %q", name, got, value)
				}
			}
			if _, there := a.Header["Content-Type"]; tt.contentType == "" && there && a.Header["Content-Type"] != nil {
				t.Error("an empty answer has no type, or jQuery fails to read it")
			}
			if len(a.Header.Get("X-Request-Id")) == 0 {
				t.Error("every answer has an identifier for the log")
			}
			if tt.status >= 400 {
				codeOf(t, a)
			}
			if (tt.status == 401) != (a.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("WWW-Authenticate %q", a.Header.Get("WWW-Authenticate"))
			}
			if (tt.status == 405) != (a.Header.Get("Allow") != "") {
				t.Errorf("Allow %q", a.Header.Get("Allow"))
			}
			if (tt.status == 429) != (a.Header.Get("Retry-After") != "") {
				t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
			}
			if location := a.Header.Get("Location"); (tt.status == 201) != (location != "") {
				t.Errorf("Location %q", location)
			}
		})
	}
}

// TestAnonymous: nothing but a preflight is answered without credentials.
func TestAnonymous(t *testing.T) {
	s := newSite(t, nil)
	for _, account := range []string{nobody, "wrong"} {
		for _, path := range []string{"", "$metadata", "%24metadata", "sessioninfo", "/api/session/sessioninfo", "pamroles", "pamrequests", "pamrequeststoapprove", "nothing", "$batch",
			"pamrequests(guid'" + noSuchKey + "')/Close", "pamrequests(1)", "pamroles?$filter=(", "pamroles?v=2"} {
			for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS", "FOO"} {
				a := ask(t, s, request{account: account, method: method, path: path})
				if a.Status != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") != "Test" {
					t.Errorf("%s %s as %q: %d, WWW-Authenticate %q", method, path, account, a.Status, a.Header.Get("WWW-Authenticate"))
					continue
				}
				if method != http.MethodHead {
					if code, _ := codeOf(t, a); code != "Unauthorized" {
						t.Errorf("%s %s: %s", method, path, code)
					}
				}
			}
		}
	}
}

// TestCORS: pages of the portal may read every answer, errors included; other pages
// none. Source: PAM REST API, what a browser needs of CORS.
func TestCORS(t *testing.T) {
	s := newSite(t, nil)
	s.create(t, jen, of(pamtest.Plain, "600"))
	for _, q := range []request{
		{account: jen, method: "GET", path: "pamrequests"},
		{account: jen, method: "GET", path: "/api/session/sessioninfo"},
		{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: of(pamtest.Plain, "60")},
		{account: jen, method: "POST", path: "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')/Close"},
		{account: jen, method: "POST", path: "pamrequests"},
		{method: "GET", path: "pamrequests"},
		{account: "wrong", method: "GET", path: "pamrequests"},
		{account: "often", method: "GET", path: "pamrequests"},
		{account: stranger, method: "POST", path: "pamrequests", header: []string{formType}, body: of(pamtest.Plain, "60")},
		{account: jen, method: "GET", path: "nothing"},
		{account: jen, method: "GET", path: "/nothing"},
		{account: jen, method: "DELETE", path: "pamroles"},
		{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: strings.Repeat("x", 64<<10+1)},
		{account: jen, method: "GET", path: "pamrequests?" + strings.Repeat("x", 9<<10)},
		{account: jen, method: "POST", path: "pamrequests", header: []string{"Content-Type: text/plain"}, body: "x"},
	} {
		for _, origin := range []string{portal, "https://evil.example", "null", portal + ".evil.example", ""} {
			own := q
			own.header = slices.Clone(q.header)
			if origin != "" {
				own.header = append(own.header, "Origin: "+origin)
			}
			a := ask(t, s, own)
			allowed, credentials := a.Header.Get("Access-Control-Allow-Origin"), a.Header.Get("Access-Control-Allow-Credentials")
			want, wantCredentials := "", ""
			if origin == portal {
				want, wantCredentials = portal, "true"
			}
			if allowed != want || credentials != wantCredentials {
				t.Errorf("%s %s from %q: %d with Access-Control-Allow-Origin %q and -Credentials %q", q.method, q.path, origin, a.Status, allowed, credentials)
			}
			if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "Origin") {
				t.Errorf("%s %s from %q: %d with Vary %q", q.method, q.path, origin, a.Status, a.Header.Values("Vary"))
			}
		}
	}
	for _, path := range []string{"pamrequests", "pamrequests(guid'" + noSuchKey + "')/Close", "/api/session/sessioninfo", "pamrequests/"} {
		for _, account := range []string{nobody, jen, "wrong"} {
			a := s.must(t, http.StatusNoContent, request{account: account, method: "OPTIONS", path: path,
				header: []string{"Origin: " + portal, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"}})
			if a.Header.Get("Access-Control-Allow-Origin") != portal || a.Header.Get("Access-Control-Allow-Credentials") != "true" || a.Body != "" {
				t.Errorf("preflight of %s: %v %s", path, a.Header, a.Body)
			}
			for _, method := range []string{"GET", "POST", "OPTIONS"} {
				if !slices.Contains(strings.Split(a.Header.Get("Access-Control-Allow-Methods"), ", "), method) {
					t.Errorf("preflight of %s: no %s", path, method)
				}
			}
			for _, header := range []string{"content-type", "authorization", "dataserviceversion", "maxdataserviceversion", "accept"} {
				if !slices.Contains(strings.Split(a.Header.Get("Access-Control-Allow-Headers"), ", "), header) {
					t.Errorf("preflight of %s: no %s", path, header)
				}
			}
		}
		a := ask(t, s, request{method: "OPTIONS", path: path, header: []string{"Origin: https://evil.example", "Access-Control-Request-Method: POST"}})
		if code, _ := codeOf(t, a); a.Status != http.StatusForbidden || code != "OriginNotAllowed" || a.Header.Get("Access-Control-Allow-Methods") != "" {
			t.Errorf("preflight of %s from elsewhere: %d %s", path, a.Status, code)
		}
	}
}

// TestCrossSite has pages of other sites try everything that changes something. Such
// requests need no preflight, and bring the user's credentials. Source: PAM REST API,
// security requirements.
func TestCrossSite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header []string
		passes bool
		why    string
	}{
		{"program", nil, true, "no browser"},
		{"portal", []string{"Origin: " + portal}, true, "in the list"},
		{"portal, as browsers say it", []string{"Origin: " + portal, "Sec-Fetch-Site: cross-site"}, true, "the origin decides"},
		{"own page", []string{"Origin: http://host", "Sec-Fetch-Site: same-origin"}, true, "ours"},
		{"other origin", []string{"Origin: https://evil.example"}, false, "not in the list"},
		{"other origin that claims to be ours", []string{"Origin: https://evil.example", "Sec-Fetch-Site: same-origin"}, false, "the origin decides"},
		{"null", []string{"Origin: null"}, false, "anybody's"},
		{"null that claims to be ours", []string{"Origin: null", "Sec-Fetch-Site: same-origin"}, false, "anybody's"},
		{"empty", []string{"Origin:"}, false, "no origin"},
		{"other port", []string{"Origin: http://host:8090"}, false, "another origin"},
		{"same-origin", []string{"Sec-Fetch-Site: same-origin"}, true, "ours"},
		{"same-site", []string{"Sec-Fetch-Site: same-site"}, true, "the rule"},
		{"none", []string{"Sec-Fetch-Site: none"}, true, "typed by the user"},
		{"cross-site", []string{"Sec-Fetch-Site: cross-site"}, false, "another site"},
		{"unheard of", []string{"Sec-Fetch-Site: elsewhere"}, false, "nothing known to be harmless"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, nil)
			s.create(t, jen, of(pamtest.Plain, "600"))
			s.create(t, jen, of(pamtest.Approval, "600"))
			s.create(t, anna, of(pamtest.Approval, "600"))
			before := statuses(t, s, jen, anna)
			approve := "pamrequeststoapprove(guid'" + pamtest.ID(9, 4).String() + "')/Approve"
			for _, q := range []request{
				{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: of(pamtest.Plain, "60")},
				{account: jen, method: "POST", path: "pamrequests?" + of(pamtest.Plain, "60")},
				{account: jen, method: "POST", path: "pamrequests", header: []string{"Content-Type: text/plain"}, body: `{"RoleId":"` + pamtest.Plain.String() + `","RequestedTTL":60}`},
				{account: jen, method: "POST", path: "pamrequests(guid'" + pamtest.ID(9, 1).String() + "')/Close"},
				{account: omar, method: "POST", path: approve},
				{account: omar, method: "POST", path: "pamrequeststoapprove(guid'" + pamtest.ID(9, 6).String() + "')/Reject", header: []string{formType}, body: "Reason=x"},
				{account: jen, method: "POST", path: "$batch", header: []string{"Content-Type: multipart/mixed; boundary=batch"}, body: batchOf("POST pamrequests", []string{"Content-ID: 1", formType}, of(pamtest.Plain, "60"))},
			} {
				q.header = append(slices.Clone(q.header), tt.header...)
				a := ask(t, s, q)
				refused := a.Status == http.StatusForbidden
				if refused {
					if code, _ := codeOf(t, a); code != "OriginNotAllowed" {
						t.Errorf("%s %s: %s", q.method, q.path, code)
					}
				}
				if refused == tt.passes {
					t.Errorf("%s %s: %d (%s)\n%s", q.method, q.path, a.Status, tt.why, a.Body)
				}
			}
			for _, path := range []string{"pamrequests", "sessioninfo"} {
				q := request{account: jen, method: "GET", path: path, header: tt.header}
				s.must(t, http.StatusOK, q) // changes nothing, and cannot be read
			}
			// What a GET names is not done, whoever asks.
			s.must(t, http.StatusMethodNotAllowed, request{account: omar, method: "GET", path: approve, header: tt.header})
			if after := statuses(t, s, jen, anna); tt.passes == slices.Equal(before, after) {
				t.Errorf("%v, now %v (%s)", before, after, tt.why)
			}
		})
	}
}

// statuses are those of the requests of some people.
func statuses(t testing.TB, h http.Handler, accounts ...string) (found []string) {
	t.Helper()
	for _, account := range accounts {
		for _, r := range list(t, h, account, "pamrequests?$select=RequestStatus&$orderby=RequestId") {
			found = append(found, r["RequestStatus"].(string))
		}
	}
	return found
}

package server

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// portal is the one allowed origin in these tests.
const portal = "https://portal.example.com"

func crossSiteServer(t testing.TB, service *fakeService) *Server {
	return newTestServer(t, service, func(c *Config) { c.CORS.Origins = []string{portal, "http://localhost:3000"} })
}

// TestCORS: the exact list, and headers on every answer an allowed page gets.
func TestCORS(t *testing.T) {
	for _, tt := range []struct {
		name, origin string
		allowed      bool
		why          string
	}{
		{"listed", portal, true, "exact"},
		{"listed with port", "http://localhost:3000", true, "exact"},
		{"prefix", "https://portal.example.com.evil.example", false, "look-alike"},
		{"suffix", "https://evilportal.example.com", false, "look-alike"},
		{"subdomain", "https://a.portal.example.com", false, "another host"},
		{"parent", "https://example.com", false, "another host"},
		{"http", "http://portal.example.com", false, "anyone on the wire can write that page"},
		{"port", "https://portal.example.com:8443", false, "another origin"},
		{"default port", "https://portal.example.com:443", false, "browsers do not write it"},
		{"case", "https://PORTAL.example.com", false, "browsers do not write it"},
		{"final slash", portal + "/", false, "not an origin"},
		{"path", portal + "/x", false, "not an origin"},
		{"null", "null", false, "sandboxed pages of anybody"},
		{"star", "*", false, "not an origin"},
		{"empty", "", false, "not an origin"},
		{"list", portal + " " + portal, false, "not an origin"},
		{"own", "http://example.com", false, "needs no CORS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := crossSiteServer(t, &fakeService{})
			for _, request := range []struct {
				method, path string
				headers      []string
				want         int
			}{
				{"GET", "/api/pamresources/x", []string{asJen}, 200},
				{"GET", "/api/pamresources/x", nil, 401},
				{"GET", "/elsewhere", nil, 404},
				{"GET", "/api/pamresources/" + strings.Repeat("x", 9<<10), []string{asJen}, 414},
			} {
				res := ask(s.Handler(), request.method, request.path, append(request.headers, "Origin: "+tt.origin)...)
				h := res.Header
				if res.StatusCode != request.want {
					t.Errorf("status %d, want %d", res.StatusCode, request.want)
				}
				if h.Get("Vary") != "Origin" {
					t.Errorf("status %d: Vary %q: caches must tell origins apart", res.StatusCode, h.Values("Vary"))
				}
				want := ""
				if tt.allowed {
					want = tt.origin
				}
				if got := h.Get("Access-Control-Allow-Origin"); got != want || (h.Get("Access-Control-Allow-Credentials") == "true") != tt.allowed {
					t.Errorf("status %d: Access-Control-Allow-Origin %q, want %q: %s", res.StatusCode, got, want, tt.why)
				}
				if tt.allowed && h.Get("Access-Control-Expose-Headers") != "DataServiceVersion, ETag, Location, X-Request-Id" {
					t.Errorf("the page can read %q", h.Get("Access-Control-Expose-Headers"))
				}
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	service := &fakeService{}
	s := crossSiteServer(t, service)
	res := ask(s.Handler(), "OPTIONS", "/api/pamresources/x", "Origin: "+portal, "Access-Control-Request-Method: MERGE",
		"Access-Control-Request-Headers: content-type,dataserviceversion,if-match,maxdataserviceversion,prefer")
	if res.StatusCode != 204 || service.reached() > 0 {
		t.Fatalf("status %d: a preflight has no credentials and is answered before they are asked for", res.StatusCode)
	}
	methods := strings.Split(res.Header.Get("Access-Control-Allow-Methods"), ", ")
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "MERGE", "DELETE"} {
		if !slices.Contains(methods, method) {
			t.Errorf("Access-Control-Allow-Methods lacks %s", method)
		}
	}
	headers := strings.Split(res.Header.Get("Access-Control-Allow-Headers"), ", ")
	for _, header := range []string{"content-type", "authorization", "dataserviceversion", "maxdataserviceversion", "accept", "if-match", "if-none-match", "prefer", "x-http-method", "slug"} {
		if !slices.Contains(headers, header) {
			t.Errorf("Access-Control-Allow-Headers lacks %s", header)
		}
	}
	if res.Header.Get("Access-Control-Allow-Origin") != portal || res.Header.Get("Access-Control-Allow-Credentials") != "true" || res.Header.Get("Vary") != "Origin" {
		t.Errorf("headers %v", res.Header)
	}

	for _, tt := range []struct {
		name    string
		headers []string
		want    int
		why     string
	}{
		{"another origin", []string{"Origin: https://evil.example", "Access-Control-Request-Method: POST"}, 403, "not in the list"},
		{"null", []string{"Origin: null", "Access-Control-Request-Method: POST"}, 403, "not in the list"},
		{"two origins", []string{"Origin: " + portal, "Origin: https://evil.example", "Access-Control-Request-Method: POST"}, 403, "not an origin"},
		{"OPTIONS that is no preflight", []string{"Origin: " + portal}, 401, "needs credentials like every request"},
		{"OPTIONS without an origin", []string{"Access-Control-Request-Method: POST"}, 401, "needs credentials like every request"},
	} {
		res := ask(s.Handler(), "OPTIONS", "/api/pamresources/x", tt.headers...)
		if res.StatusCode != tt.want || service.reached() > 0 {
			t.Errorf("%s: status %d, want %d: %s", tt.name, res.StatusCode, tt.want, tt.why)
		}
		if got := res.Header.Get("Access-Control-Allow-Methods"); got != "" {
			t.Errorf("%s: it is told the methods: %s", tt.name, got)
		}
	}
}

// TestCrossSite: the matrix of origins, fetch metadata and verbs, for a caller
// whose browser signs in by itself.
func TestCrossSite(t *testing.T) {
	writes := []string{"POST", "PUT", "PATCH", "MERGE", "DELETE", "FOO"}
	reads := []string{"GET", "HEAD"}
	for _, tt := range []struct {
		name    string
		tls     bool
		headers []string
		want    int // of writes
		why     string
	}{
		{name: "program", want: 200, why: "no browser, no ambient credentials"},
		{name: "portal", headers: []string{"Origin: " + portal, "Sec-Fetch-Site: cross-site"}, want: 200, why: "the operator allowed it"},
		{name: "own page", headers: []string{"Host: pam.example:8086", "Origin: http://pam.example:8086", "Sec-Fetch-Site: same-origin"}, want: 200, why: "ours"},
		{name: "own page, default port", headers: []string{"Host: pam.example:80", "Origin: http://pam.example"}, want: 200, why: "ours"},
		{name: "own page, TLS ended by an unknown proxy", headers: []string{"Host: pam.example", "Origin: https://pam.example"}, want: 200, why: "the authority is ours, and the page came by TLS"},
		{name: "own page by http, we by https", tls: true, headers: []string{"Host: pam.example", "Origin: http://pam.example"}, want: 403, why: "anyone on the wire can write that page"},
		{name: "own name, other port", headers: []string{"Host: pam.example:8086", "Origin: http://pam.example:9000"}, want: 403, why: "another origin"},
		{name: "evil form", headers: []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Content-Type: application/x-www-form-urlencoded"}, want: 403, why: "needs no preflight"},
		{name: "evil text", headers: []string{"Origin: https://evil.example", "Content-Type: text/plain"}, want: 403, why: "needs no preflight"},
		{name: "evil upload", headers: []string{"Origin: https://evil.example", "Content-Type: multipart/form-data; boundary=x"}, want: 403, why: "needs no preflight"},
		{name: "sandboxed page", headers: []string{"Origin: null"}, want: 403, why: "anybody's"},
		{name: "look-alike", headers: []string{"Origin: " + portal + ".evil.example"}, want: 403, why: "exact list"},
		{name: "two origins", headers: []string{"Origin: " + portal, "Origin: https://evil.example"}, want: 403, why: "not an origin"},
		{name: "no origin, cross-site", headers: []string{"Sec-Fetch-Site: cross-site"}, want: 403, why: "the browser says so"},
		{name: "no origin, same site", headers: []string{"Sec-Fetch-Site: same-site"}, want: 200, why: "rule of the PAM API"},
		{name: "no origin, typed", headers: []string{"Sec-Fetch-Site: none"}, want: 200, why: "the user's own doing"},
		{name: "no origin, unknown", headers: []string{"Sec-Fetch-Site: sideways"}, want: 403, why: "nothing we know to be harmless"},
		{name: "no origin, contradictory", headers: []string{"Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"}, want: 403, why: "nothing a browser sends"},
		{name: "host of the evil page", headers: []string{"Host: pam.example", "X-Forwarded-Host: evil.example", "Origin: http://evil.example"}, want: 403, why: "forwarded by nobody we know"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, method := range append(reads, writes...) {
				service := &fakeService{}
				s := crossSiteServer(t, service)
				want := tt.want
				if slices.Contains(reads, method) {
					want = 200
				}
				r := httptest.NewRequest(method, "/api/pamresources/pamrequests", http.NoBody)
				setHeaders(r, append([]string{asJen}, tt.headers...))
				if tt.tls {
					r.TLS = &tls.ConnectionState{}
				}
				w := httptest.NewRecorder()
				s.Handler().ServeHTTP(w, r)
				res := w.Result()
				if res.StatusCode != want {
					t.Errorf("%s: status %d, want %d: %s", method, res.StatusCode, want, tt.why)
				}
				if (service.reached() == 1) != (want == 200) {
					t.Errorf("%s: the service was reached %d times", method, service.reached())
				}
				if want == 403 && codeOf(t, res) != "OriginNotAllowed" {
					t.Errorf("%s: the code is documented", method)
				}
			}
		})
	}
}

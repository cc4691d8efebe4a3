package server

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	service := &fakeService{}
	s, err := New(testConfig(), nil, Mount{Service: service, AnyCase: true, Aliases: map[string]string{
		"/api/session/sessioninfo": "sessioninfo",
		"/api/one":                 "People('a%2Fb')",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, method, path, want, why string }{
		{"root", "GET", "/api/pamresources", "/api/pamresources", "no redirect"},
		{"root with slash", "GET", "/api/pamresources/", "/api/pamresources/", "the root itself"},
		{"below", "GET", "/api/pamresources/pamroles", "/api/pamresources/pamroles", ""},
		{"final slash", "POST", "/api/pamresources/pamroles/", "/api/pamresources/pamroles/", "a redirected POST loses its body"},
		{"MERGE", "MERGE", "/api/pamresources/x", "/api/pamresources/x", "OData V3's own verb"},
		{"unknown verb", "FOO", "/api/pamresources/x", "/api/pamresources/x", "the service knows what it allows"},
		{"OPTIONS", "OPTIONS", "/api/pamresources/x", "/api/pamresources/x", "the service knows what it allows"},
		{"escaped slash", "GET", "/api/pamresources/People('a%2Fb')/Name", "/api/pamresources/People('a%2Fb')/Name", "a slash inside a key is not a separator"},
		{"escaped quotes", "GET", "/api/pamresources/x(guid%27a%27)", "/api/pamresources/x(guid%27a%27)", "as sent"},
		{"double slash", "GET", "/api/pamresources/A//B", "/api/pamresources/A//B", "not cleaned"},
		{"dots", "GET", "/api/pamresources/A/../B", "/api/pamresources/A/../B", "not cleaned"},
		{"colon and star", "GET", "/api/pamresources/:a/*", "/api/pamresources/:a/*", "nothing special"},
		{"other case", "GET", "/API/PamResources/pamroles", "/API/PamResources/pamroles", "it was an IIS path"},
		{"other case, root", "GET", "/API/PamResources", "/API/PamResources", ""},
		{"alias", "GET", "/api/session/sessioninfo", "/api/pamresources/sessioninfo", ""},
		{"alias with slash", "GET", "/api/session/sessioninfo/", "/api/pamresources/sessioninfo", ""},
		{"alias in other case", "GET", "/api/Session/SessionInfo", "/api/pamresources/sessioninfo", "it was an IIS path"},
		{"alias to an escaped path", "GET", "/api/one", "/api/pamresources/People('a%2Fb')", "escapes are kept"},
		{"below an alias", "GET", "/api/session/sessioninfo/x", "404", "an alias is one resource"},
		{"alias with two slashes", "GET", "/api/session/sessioninfo//", "404", "one slash is enough"},
		{"longer name", "GET", "/api/pamresourcesX", "404", "not below the root"},
		{"above", "GET", "/api", "404", ""},
		{"nothing", "GET", "/", "404", ""},
		{"escaped root", "GET", "/%61pi/pamresources/x", "404", "one spelling of the root"},
		{"dots to the root", "GET", "/x/../api/pamresources/x", "404", "not cleaned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := ask(s.Handler(), tt.method, tt.path+"?a=b;c", asJen)
			if tt.want == "404" {
				if res.StatusCode != 404 || codeOf(t, res) != "NotFound" || res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
					t.Errorf("status %d: unknown addresses have an OData error body, too", res.StatusCode)
				}
				return
			}
			body, _ := io.ReadAll(res.Body)
			if want := tt.method + " " + tt.want + ` as PRIV\Jen`; string(body) != want || res.StatusCode != 200 {
				t.Errorf("%d %q, want %q: %s", res.StatusCode, body, want, tt.why)
			}
			last := service.seen[len(service.seen)-1]
			if last.URL.RawQuery != "a=b;c" {
				t.Errorf("query %q: as sent", last.URL.RawQuery)
			}
		})
	}
}

// TestNothingWithoutCredentials: every address below a service, in every
// spelling and with every verb.
func TestNothingWithoutCredentials(t *testing.T) {
	service := &fakeService{}
	s, err := New(testConfig(), nil, Mount{Service: service, AnyCase: true, Aliases: map[string]string{"/api/session/sessioninfo": "sessioninfo"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/pamresources", "/api/pamresources/", "/api/pamresources/$metadata", "/api/pamresources/%24metadata",
		"/api/pamresources/$batch", "/API/PAMRESOURCES/pamroles/", "/api/session/sessioninfo/", "/API/session/sessioninfo",
		"/api/pamresources//x", "/api/pamresources/../x", "/api/pamresources/healthz"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "MERGE", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for _, header := range []string{"X: y", "X-HTTP-Method: GET", "Authorization: Test", "X-Forwarded-For: 127.0.0.1"} {
				res := ask(s.Handler(), method, path, header)
				if res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") != "Test" || service.reached() > 0 {
					t.Errorf("%s %s with %s: status %d, challenge %q, reached %d", method, path, header, res.StatusCode,
						res.Header.Get("WWW-Authenticate"), service.reached())
				}
			}
		}
	}
}

func TestServiceAtTheTop(t *testing.T) {
	service := &fakeService{root: "/"}
	s := newTestServer(t, service)
	for path, want := range map[string]int{"/": 200, "/Products": 200, "/healthz": 200} {
		for _, method := range []string{"GET", "HEAD"} {
			if res := ask(s.Handler(), method, path, asJen); res.StatusCode != want {
				t.Errorf("%s %s: status %d", method, path, res.StatusCode)
			}
		}
	}
	if res := ask(s.Handler(), "FOO", "/Products", asJen); res.StatusCode != 200 {
		t.Errorf("status %d: unknown verbs reach the service", res.StatusCode)
	}
	if service.reached() != 5 {
		t.Errorf("reached %d times, want 5: health checks are not for the service", service.reached())
	}
}

func TestMountRefused(t *testing.T) {
	at := func(root string) *fakeService { return &fakeService{root: root} }
	for _, tt := range []struct {
		name   string
		mounts []Mount
		want   string
	}{
		{"no service", []Mount{{}}, "has no service"},
		{"root without slash", []Mount{{Service: at("/api")}}, "begins and ends with a slash"},
		{"root with escapes", []Mount{{Service: at("/a%20b/")}}, "plain path"},
		{"root with a star", []Mount{{Service: at("/a*/")}}, "plain path"},
		{"same root", []Mount{{Service: at("/a/")}, {Service: at("/A/")}}, "/A/ of the service at /A/ is the address of the service at /a/ already"},
		{"health", []Mount{{Service: at("/healthz/")}}, "the address of the health check already"},
		{"alias on its own root", []Mount{{Service: at("/a/"), Aliases: map[string]string{"/a": "x"}}}, "already"},
		{"alias with a query", []Mount{{Service: at("/a/"), Aliases: map[string]string{"/b": "x?y"}}}, "plain path"},
		{"relative alias", []Mount{{Service: at("/a/"), Aliases: map[string]string{"b": "x"}}}, "plain path"},
		{"all at once", []Mount{{}, {Service: at("b")}}, "has no service\nthe root \"b\""},
	} {
		if _, err := New(testConfig(), nil, tt.mounts...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: New: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestOptionsStarAndConnect(t *testing.T) {
	address := listen(t, newTestServer(t, &fakeService{root: "/"}))
	for _, line := range []string{"OPTIONS * HTTP/1.1", "CONNECT example.com:80 HTTP/1.1"} {
		if got := exchangeRaw(t, address, line+"\r\nHost: h\r\n\r\n"); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", line, got.StatusCode)
		}
	}
}

package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// fakeService is a service that answers with what the test wants.
type fakeService struct {
	root string
	do   http.HandlerFunc // nil answers 200 with the path and the caller

	mu   sync.Mutex
	seen []*http.Request
}

func (f *fakeService) Root() string {
	if f.root == "" {
		return "/api/pamresources/"
	}
	return f.root
}

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen = append(f.seen, r)
	f.mu.Unlock()
	if f.do != nil {
		f.do(w, r)
		return
	}
	caller, _ := odata.PrincipalFrom(r.Context())
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, r.Method+" "+r.URL.EscapedPath()+" as "+caller.Name)
}

// reached is the number of requests that got through to the service.
func (f *fakeService) reached() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

func (f *fakeService) WriteError(w http.ResponseWriter, _ *http.Request, err error) {
	e := odata.AsError(err)
	status := map[odata.Kind]int{
		odata.KindInvalid: 400, odata.KindUnauthenticated: 401, odata.KindForbidden: 403, odata.KindNotFound: 404,
		odata.KindMethodNotAllowed: 405, odata.KindTimeout: 408, odata.KindTooLarge: 413, odata.KindURITooLong: 414,
		odata.KindTooManyRequests: 429, odata.KindHeadersTooLarge: 431, odata.KindUnavailable: 503,
	}[e.Kind]
	if status == 0 {
		status = 500
	}
	w.Header().Set("Content-Type", "application/json; odata=minimalmetadata")
	w.Header().Set("X-Written-By", "service")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"odata.error": map[string]any{"code": e.Code, "message": map[string]string{"value": e.Message}}})
}

// testSignIn signs in with "Authorization: Test NAME".
type testSignIn struct{}

func (testSignIn) Authenticate(r *http.Request) (odata.Principal, error) {
	name, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Test ")
	switch {
	case !ok:
		return odata.Principal{}, ErrNoCredentials
	case name == "wrong":
		return odata.Principal{}, &SignInError{Method: "test", Reason: "wrong"}
	}
	return odata.Principal{Name: name, Method: "test"}, nil
}

func (testSignIn) Challenge() string { return "Test" }

// testConfig signs in with testSignIn.
func testConfig(change ...func(*Config)) Config {
	c := Defaults()
	c.Authenticators = []Authenticator{testSignIn{}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func newTestServer(t testing.TB, service *fakeService, change ...func(*Config)) *Server {
	t.Helper()
	return newLoggedServer(t, service, nil, change...)
}

// newLoggedServer writes its log as JSON to log.
func newLoggedServer(t testing.TB, service *fakeService, log io.Writer, change ...func(*Config)) *Server {
	t.Helper()
	var logger *slog.Logger
	if log != nil {
		logger = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	s, err := New(testConfig(change...), logger, Mount{Service: service})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return s
}

// ask sends a request by hand and returns the answer. Headers are "Name: value".
func ask(h http.Handler, method, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	setHeaders(r, headers)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func setHeaders(r *http.Request, headers []string) {
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "Peer":
			r.RemoteAddr = value
		default:
			r.Header.Add(name, value)
		}
	}
}

const asJen = `Authorization: Test PRIV\Jen`

// codeOf is the code in an OData error body.
func codeOf(t testing.TB, res *http.Response) string {
	t.Helper()
	var body struct {
		Error struct {
			Code    string
			Message struct{ Value string }
		} `json:"odata.error"`
	}
	text, _ := io.ReadAll(res.Body)
	if err := json.Unmarshal(text, &body); err != nil {
		t.Errorf("status %d: the body %q is no OData error: %v", res.StatusCode, text, err)
	}
	if m := body.Error.Message.Value; m == "" || strings.HasSuffix(m, ".") || strings.ContainsAny(m, "<>&\"") {
		t.Errorf("message %q: clients put it into HTML and add a full stop", m)
	}
	return body.Error.Code
}

// lockedBuffer is a log that may be written by several requests.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// lines are the log lines with the message.
func (l *lockedBuffer) lines(t testing.TB, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(l.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if m["msg"] == message {
			found = append(found, m)
		}
	}
	return found
}

// listen serves s on a loopback address until the test ends, and returns the
// address.
func listen(t testing.TB, s *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := s.httpServer(t.Context(), s.Handler())
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata"
)

func TestPanic(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     http.HandlerFunc
		want   int // 0: the connection breaks
		logged string
		why    string
	}{
		{name: "before the answer", do: func(http.ResponseWriter, *http.Request) { panic("inner detail") }, want: 500, logged: "inner detail", why: "an ordinary error"},
		{name: "a mistake", do: func(http.ResponseWriter, *http.Request) { _ = []int(nil)[len(t.Name())] }, want: 500, logged: "out of range", why: "an ordinary error"},
		{name: "after headers were set", do: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			panic("inner detail")
		}, want: 500, logged: "inner detail", why: "nothing was sent yet"},
		{name: "within the answer", do: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 64<<10))
			panic("inner detail")
		}, logged: "inner detail", why: "half an answer must not look complete"},
		{name: "aborted on purpose", do: func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, why: "net/http's own way"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := &lockedBuffer{}
			address := listen(t, newLoggedServer(t, &fakeService{do: tt.do}, log))
			r, _ := http.NewRequest("GET", "http://"+address+"/api/pamresources/", nil)
			setHeaders(r, []string{asJen})
			res, err := http.DefaultClient.Do(r)
			if err == nil {
				defer res.Body.Close()
			}
			if tt.want == 0 {
				if err == nil {
					_, err = io.ReadAll(res.Body)
				}
				if err == nil {
					t.Errorf("status %d, complete: %s", res.StatusCode, tt.why)
				}
			} else {
				if err != nil || res.StatusCode != tt.want || codeOf(t, res) != "InternalError" || res.Header.Get("X-Written-By") != "service" {
					t.Fatalf("answer %v, error %v: %s", res, err, tt.why)
				}
			}
			waitFor(t, func() bool { return len(log.lines(t, "request")) == 1 })
			panics := log.lines(t, "panic")
			if (tt.logged != "") != (len(panics) == 1) {
				t.Fatalf("log: %s", log)
			}
			if len(panics) == 1 {
				p := panics[0]
				if !strings.Contains(fmt.Sprint(p["panic"]), tt.logged) || !strings.Contains(fmt.Sprint(p["stack"]), "exchange_test.go") ||
					p["request_id"] != log.lines(t, "request")[0]["request_id"] {
					t.Errorf("the log has what, where and which request: %v", p)
				}
			}
		})
	}
}

// panickyService cannot even write an error.
type panickyService struct{ fakeService }

func (*panickyService) WriteError(http.ResponseWriter, *http.Request, error) { panic("again") }

func TestPanicInWriteError(t *testing.T) {
	service := &panickyService{}
	service.do = func(http.ResponseWriter, *http.Request) { panic("first") }
	s, err := New(testConfig(), nil, Mount{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the connection breaks")
		}
		if s.gate.busy() != 0 {
			t.Error("the place is given back")
		}
	}()
	ask(s.Handler(), "GET", "/api/pamresources/", asJen)
}

// waitFor waits a little for what happens after the answer was sent.
func waitFor(t testing.TB, happened func() bool) {
	t.Helper()
	for range 500 {
		if happened() {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("it does not happen")
}

func TestRequestID(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers []string
		kept    bool
		why     string
	}{
		{"new", nil, false, "none was sent"},
		{"from the proxy", []string{"Peer: 10.0.0.1:1", "X-Request-Id: 7f9c24e8-3b12-4fef-91d0-1b1b1b1b1b1b"}, true, "one id from end to end"},
		{"from a stranger", []string{"X-Request-Id: 7f9c24e8-3b12-4fef-91d0-1b1b1b1b1b1b"}, false, "could be somebody else's"},
		{"too short", []string{"Peer: 10.0.0.1:1", "X-Request-Id: 1"}, false, "malformed"},
		{"too long", []string{"Peer: 10.0.0.1:1", "X-Request-Id: " + strings.Repeat("a", 129)}, false, "malformed"},
		{"markup", []string{"Peer: 10.0.0.1:1", "X-Request-Id: <script>alert</script>"}, false, "malformed"},
		{"two", []string{"Peer: 10.0.0.1:1", "X-Request-Id: aaaaaaaa", "X-Request-Id: bbbbbbbb"}, false, "which of them?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			service, log := &fakeService{}, &lockedBuffer{}
			var inside string
			service.do = func(w http.ResponseWriter, r *http.Request) { inside = RequestID(r.Context()) }
			s := newLoggedServer(t, service, log, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")} })
			sent := ""
			if len(tt.headers) > 1 {
				_, sent, _ = strings.Cut(tt.headers[1], ": ")
			}
			for _, path := range []string{"/api/pamresources/", "/elsewhere"} {
				res := ask(s.Handler(), "GET", path, append([]string{asJen}, tt.headers...)...)
				got := res.Header.Get("X-Request-Id")
				if !wellFormedID(got) || (got == sent) != tt.kept {
					t.Errorf("id %q for %q sent: %s", got, sent, tt.why)
				}
				lines := log.lines(t, "request")
				if lines[len(lines)-1]["request_id"] != got {
					t.Errorf("the log has another id: %s", log)
				}
				if path == "/api/pamresources/" && (inside != got || service.seen[0].Header.Get("X-Request-Id") != got) {
					t.Errorf("the service sees %q and %q, want %q", inside, service.seen[0].Header.Get("X-Request-Id"), got)
				}
			}
		})
	}
	if RequestID(context.Background()) != "" {
		t.Error("no request, no id")
	}
}

// TestLogHasNoSecrets: what may carry a secret or somebody's data is not in the
// log, whatever becomes of the request.
func TestLogHasNoSecrets(t *testing.T) {
	service, log := &fakeService{}, &lockedBuffer{}
	s := newLoggedServer(t, service, log)
	for _, method := range []string{"GET", "POST"} {
		for _, path := range []string{"/api/pamresources/x", "/elsewhere", "/api/pamresources/" + strings.Repeat("x", 9000)} {
			for _, auth := range []string{asJen, "Authorization: Test wrong", "Authorization: Bearer t0ken-secret", "X: y"} {
				ask(s.Handler(), method, path+"?$filter=Name%20eq%20'literal-secret'", auth, "Cookie: session=cookie-secret",
					"Origin: https://origin-secret", "X-Request-Id: id-secret", "Referer: https://x/?referer-secret")
			}
		}
	}
	if n := len(log.lines(t, "request")); n != 24 {
		t.Errorf("%d requests in the log, want 24", n)
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "secret") || len(line) > 2000 {
			t.Errorf("log line %s", line)
		}
	}
}

// TestNewLogger: services that log with the request's context get its id, once.
func TestNewLogger(t *testing.T) {
	for _, tt := range []struct {
		format string
		level  slog.Level
		want   string
	}{
		{"json", slog.LevelInfo, `"msg":"hello","set":"roles","request_id":"%s"}`},
		{"text", slog.LevelInfo, `msg=hello set=roles request_id=%s`},
		{"text", slog.LevelError, ""},
	} {
		log := &lockedBuffer{}
		c := testConfig(func(c *Config) { c.Log.Format, c.Log.Level = tt.format, tt.level })
		logger := NewLogger(c, log)
		service := &fakeService{do: func(_ http.ResponseWriter, r *http.Request) {
			logger.With("set", "roles").InfoContext(r.Context(), "hello")
		}}
		s, err := New(c, logger, Mount{Service: service})
		if err != nil {
			t.Fatal(err)
		}
		id := ask(s.Handler(), "GET", "/api/pamresources/", asJen).Header.Get("X-Request-Id")
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if tt.want == "" {
			if log.String() != "" {
				t.Errorf("log %s", log)
			}
			continue
		}
		if len(lines) != 2 || !strings.HasSuffix(lines[0], fmt.Sprintf(tt.want, id)) || strings.Count(lines[1], id) != 1 {
			t.Errorf("%s: log\n%s", tt.format, log)
		}
	}
}

func TestLogLine(t *testing.T) {
	service, log := &fakeService{}, &lockedBuffer{}
	service.do = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "12345")
	}
	s := newLoggedServer(t, service, log)
	ask(s.Handler(), "POST", "/api/pamresources/People('a%2Fb')?x=1", asJen, "Peer: 192.0.2.7:55")
	ask(s.Handler(), "POST", "/api/pamresources/x", asJen, "Origin: null")
	lines := log.lines(t, "request")
	for key, want := range map[string]any{"method": "POST", "path": "/api/pamresources/People('a%2Fb')", "status": 201.0, "bytes": 5.0,
		"caller": `PRIV\Jen`, "from": "192.0.2.7:55"} {
		if lines[0][key] != want {
			t.Errorf("%s = %v, want %v", key, lines[0][key], want)
		}
	}
	if lines[1]["status"] != 403.0 || lines[1]["refused"] != "OriginNotAllowed" || lines[1]["caller"] != nil {
		t.Errorf("a refusal has its code: %v", lines[1])
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	service := &fakeService{}
	service.do = func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/pamresources/vary":
			w.Header().Set("Vary", "Accept")
		case "/api/pamresources/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/api/pamresources/later":
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/api/pamresources/flush":
			w.(http.Flusher).Flush()
		}
	}
	s := newTestServer(t, service, func(c *Config) {
		c.TLS.HSTS = time.Hour
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
	})
	for _, tt := range []struct {
		name, path         string
		headers            []string
		vary, retry, https string
	}{
		{name: "answer", path: "/api/pamresources/flush", vary: "Origin"},
		{name: "silent answer", path: "/api/pamresources/", vary: ""},
		{name: "own Vary", path: "/api/pamresources/vary", vary: "Accept"},
		{name: "busy", path: "/api/pamresources/busy", vary: "Origin", retry: "1"},
		{name: "later", path: "/api/pamresources/later", vary: "Origin", retry: "9"},
		{name: "refused", path: "/elsewhere", vary: "Origin"},
		{name: "TLS at the proxy", path: "/api/pamresources/flush", headers: []string{"Peer: 10.0.0.1:1", "X-Forwarded-Proto: https"}, vary: "Origin", https: "max-age=3600"},
		{name: "TLS at nobody", path: "/api/pamresources/flush", headers: []string{"X-Forwarded-Proto: https"}, vary: "Origin"},
	} {
		h := ask(s.Handler(), "GET", tt.path, append([]string{asJen}, tt.headers...)...).Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; frame-ancestors 'none'" {
			t.Errorf("%s: headers %v", tt.name, h)
		}
		if got := strings.Join(h.Values("Vary"), ", "); !strings.HasSuffix(got, "Origin") || !strings.HasPrefix(got, tt.vary) {
			t.Errorf("%s: Vary %q", tt.name, got)
		}
		if h.Get("Retry-After") != tt.retry || h.Get("Strict-Transport-Security") != tt.https {
			t.Errorf("%s: Retry-After %q, Strict-Transport-Security %q", tt.name, h.Get("Retry-After"), h.Get("Strict-Transport-Security"))
		}
	}
}

func TestHealth(t *testing.T) {
	broken := false
	s := newTestServer(t, &fakeService{}, func(c *Config) {
		c.Ready = []func(context.Context) error{func(ctx context.Context) error {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("a check has a deadline")
			}
			if broken {
				return errors.New("store out of reach at db.internal")
			}
			return nil
		}}
	})
	for _, tt := range []struct {
		name, method, path string
		broken, stopping   bool
		want               int
	}{
		{"alive", "GET", "/healthz", false, false, 200},
		{"alive, HEAD", "HEAD", "/healthz", false, false, 200},
		{"ready", "GET", "/readyz", false, false, 200},
		{"broken, alive", "GET", "/healthz", true, false, 200},
		{"broken", "GET", "/readyz", true, false, 503},
		{"stopping, alive", "GET", "/healthz", false, true, 200},
		{"stopping", "GET", "/readyz", false, true, 503},
		{"POST", "POST", "/readyz", false, false, 405},
		{"unknown verb", "FOO", "/readyz", false, false, 405},
		{"below", "GET", "/readyz/x", false, false, 404},
	} {
		broken = tt.broken
		s.stopping.Store(tt.stopping)
		res := ask(s.Handler(), tt.method, tt.path, "Host: 10.1.2.3")
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != tt.want || tt.want != 404 && tt.want != 405 && len(body) > 0 {
			t.Errorf("%s: status %d, want %d, with %q", tt.name, res.StatusCode, tt.want, body)
		}
		if tt.want == 405 && res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: Allow %q", tt.name, res.Header.Get("Allow"))
		}
	}
}

func TestHealthOnItsOwnAddress(t *testing.T) {
	s := newTestServer(t, &fakeService{}, func(c *Config) { c.Health.Listen = "127.0.0.1:0" })
	for _, tt := range []struct {
		h    http.Handler
		path string
		want int
	}{
		{s.Handler(), "/healthz", 404}, {s.HealthHandler(), "/healthz", 200}, {s.HealthHandler(), "/api/pamresources/", 404},
	} {
		if res := ask(tt.h, "GET", tt.path, asJen); res.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", tt.path, res.StatusCode, tt.want)
		}
	}
}

// TestCallersShareTheServer: one caller's flood is refused, others are served.
func TestCallersShareTheServer(t *testing.T) {
	service := &fakeService{}
	let := make(chan struct{})
	service.do = func(w http.ResponseWriter, r *http.Request) {
		if p, _ := odata.PrincipalFrom(r.Context()); p.Name == "flood" {
			<-let
		}
	}
	s := newTestServer(t, service, func(c *Config) { c.Limits.PerCaller, c.Limits.Wait = 2, time.Millisecond })
	done := make(chan int)
	for range 2 {
		go func() {
			done <- ask(s.Handler(), "GET", "/api/pamresources/", "Authorization: Test flood").StatusCode
		}()
	}
	waitFor(t, func() bool { return s.gate.busy() == 2 })
	res := ask(s.Handler(), "GET", "/api/pamresources/", "Authorization: Test flood")
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "1" || codeOf(t, res) != "RateLimited" {
		t.Errorf("status %d", res.StatusCode)
	}
	if res := ask(s.Handler(), "GET", "/api/pamresources/", asJen); res.StatusCode != 200 {
		t.Errorf("status %d for another caller", res.StatusCode)
	}
	close(let)
	for range 2 {
		if got := <-done; got != 200 {
			t.Errorf("status %d: running requests end well", got)
		}
	}
}

// TestAnswerReachesTheConnection: services can use http.ResponseController.
func TestAnswerReachesTheConnection(t *testing.T) {
	service := &fakeService{}
	service.do = func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if err := c.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("SetWriteDeadline: %v", err)
		}
		_, _ = io.WriteString(w, "first\n")
		if err := c.Flush(); err != nil {
			t.Errorf("Flush: %v", err)
		}
		<-r.Context().Done()
	}
	s := newTestServer(t, service)
	conn, err := net.Dial("tcp", listen(t, s))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, "GET /api/pamresources/ HTTP/1.1\r\nHost: h\r\n"+asJen+"\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(res.Body).ReadString('\n'); line != "first\n" {
		t.Errorf("line %q: it is sent before the answer ends", line)
	}
	_ = conn.Close()
	waitFor(t, func() bool { return s.gate.busy() == 0 }) // the client's leaving ends the context
}

func TestPlainErrorsOfHEAD(t *testing.T) {
	s := newTestServer(t, &fakeService{})
	r := httptest.NewRequest("HEAD", "/elsewhere", nil)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Code != 404 || w.Body.Len() != 0 {
		t.Errorf("status %d with %d bytes", w.Code, w.Body.Len())
	}
}

package entities_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // zones on machines that know none

	"github.com/pamodata/pamodata/entities"
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/server"
)

// The service and the browser are in one zone, whose first offset was 57:44: a time of
// day with a zone would be shown wrong.
const portalZone = "Europe/Prague"

const portalPassword = "correct horse"

// TestBrowser runs .ci/e2e/pam.test.mjs: portal pages in Chromium, on another origin
// than the service, signed in with HTTP Basic. Source: PAM REST API, what a browser
// client sends and needs.
func TestBrowser(t *testing.T) {
	const advice = "install the packages nodejs, npm and chromium, then run 'npm ci' in .ci/e2e"
	node := needed(t, "node", advice)
	chromium := needed(t, "chromium", advice)
	clients, err := filepath.Abs(filepath.Join("..", ".ci", "e2e"))
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range []string{"jquery", "jquery2", "playwright-core"} {
		if _, err := os.Stat(filepath.Join(clients, "node_modules", module)); err != nil {
			lacking(t, module, advice)
		}
	}

	pages := httptest.NewServer(portalPages(clients))
	defer pages.Close()
	other := httptest.NewServer(portalPages(clients))
	defer other.Close()
	at := func(s *httptest.Server, host string) string { return strings.Replace(s.URL, "127.0.0.1", host, 1) }
	listed := at(pages, "localhost")
	seen := &recorder{next: portalService(t, listed), calls: []*recorded{}}
	pamServer := httptest.NewServer(seen)
	defer pamServer.Close()
	records := httptest.NewServer(http.HandlerFunc(seen.tell))
	defer records.Close()

	enough, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	test := exec.CommandContext(enough, node, "--test", "pam.test.mjs")
	test.Cancel = func() error { return test.Process.Signal(os.Interrupt) } // so that it ends the browser
	test.WaitDelay = 10 * time.Second
	test.Dir = clients
	test.Env = append(os.Environ(),
		"CHROMIUM="+chromium,
		"SERVICE_ROOT="+at(pamServer, "localhost")+"/api/pamresources/",
		"PAGE_ORIGIN="+listed,
		"SAME_SITE_ORIGIN="+at(other, "localhost"),
		"CROSS_SITE_ORIGIN="+at(pages, "elsewhere.localhost"),
		"RECORDS="+records.URL,
		"ZONE="+portalZone,
		"PASSWORD="+portalPassword,
	)
	if out, err := test.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// portalService is the PAM service behind the whole server, with the clock of the
// machine, for pages of one origin.
func portalService(t *testing.T, origin string) http.Handler {
	t.Helper()
	zone, err := time.LoadLocation(portalZone)
	if err != nil {
		t.Fatal(err)
	}
	granter := pamtest.NewGranter()
	granter.Native = true // activations end without a trace of Closing
	desk, _, _ := pamtest.NewDesk(t, pamtest.SQLite(t), pam.Config{Clock: time.Now, Zone: zone, Granter: granter, Factor: pamtest.NewFactor()})
	pamtest.Apply(t, desk, portalDefinitions(time.Now().In(zone)))
	working, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { desk.Run(working); close(stopped) }()
	t.Cleanup(func() { stop(); <-stopped })
	file := filepath.Join(t.TempDir(), "users")
	users := server.NewUsers(file)
	for _, account := range []string{`PRIV\Jen`, `PRIV\Omar`, `PRIV\Both`} {
		if _, err := users.Add(account, portalPassword); err != nil {
			t.Fatal(err)
		}
	}
	if err := users.Save(); err != nil {
		t.Fatal(err)
	}
	cfg := server.Defaults()
	cfg.Auth.Basic.UsersFile = file
	cfg.CORS.Origins = []string{origin}
	svc, err := service.New(service.Config{
		Namespace: entities.Namespace,
		Container: entities.Container,
		Root:      "/api/pamresources/",
		BaseURL:   server.NewOrigin(cfg).BaseURL,
		Profile:   entities.Profile(),
		PageSize:  odata.NoPaging,
		Limits:    service.Limits{Body: 64 << 10},
		Clock:     desk.Now,
	}, entities.All(desk)...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(cfg, nil, server.Mount{Service: svc, AnyCase: true})
	if err != nil {
		t.Fatal(err)
	}
	return s.Handler()
}

// portalDefinitions are roles of all kinds, of which Jen and Both are candidates.
// One has a window that is closed now, and some have durations that are not whole
// hundredths of an hour.
func portalDefinitions(now time.Time) pam.Definitions {
	candidates := []edm.GUID{pamtest.Jen, pamtest.Both}
	role := func(number byte, name string, ttl time.Duration) pam.Role {
		return pam.Role{ID: pamtest.ID(3, number), DisplayName: name, TTL: ttl, Groups: []edm.GUID{pamtest.DNS},
			Candidates: candidates, Owners: []edm.GUID{pamtest.Omar, pamtest.Both}}
	}
	approval := role(2, "Approval", 2*time.Hour)
	approval.Approval, approval.DisableAutoApprovalIfOwner = true, true
	mfa := role(3, "Second factor", time.Hour)
	mfa.MFA = true
	window := role(4, "Window", time.Hour)
	window.Window = &pam.Window{From: 8*time.Hour + 30*time.Minute, To: 9 * time.Hour}
	if now.Hour() < 12 {
		window.Window = &pam.Window{From: 20*time.Hour + 30*time.Minute, To: 21 * time.Hour}
	}
	lonely := role(5, "Nobody else", time.Hour)
	lonely.Approval, lonely.DisableAutoApprovalIfOwner, lonely.Owners = true, true, []edm.GUID{pamtest.Jen}
	plain := role(1, "Plain", 1000*time.Second)
	plain.Description = "Of <b>1000</b> & some seconds"
	d := pamtest.Definitions()
	d.Roles = []pam.Role{plain, approval, mfa, window, lonely,
		role(6, "T600", 600*time.Second), role(7, "T300", 300*time.Second), role(8, "T660", 660*time.Second), role(9, "T12345", 12345*time.Second),
		role(10, "T3600", time.Hour), role(11, "T1800", 30*time.Minute), role(12, "T7200", 2*time.Hour)}
	return d
}

// portalPages serves the pages of a portal in a folder for each version of jQuery.
func portalPages(clients string) http.Handler {
	mux := http.NewServeMux()
	for version, module := range map[string]string{"2.1.1": "jquery2", "3.7.1": "jquery"} {
		mux.HandleFunc("GET /"+version+"/jquery.js", func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, filepath.Join(clients, "node_modules", module, "dist", "jquery.js"))
		})
		mux.HandleFunc("GET /"+version+"/{page}", func(w http.ResponseWriter, r *http.Request) {
			page := r.PathValue("page")
			if ok, _ := path.Match("pam-*.*", page); !ok {
				http.NotFound(w, r)
				return
			}
			http.ServeFile(w, r, filepath.Join(clients, page))
		})
	}
	return mux
}

// A recorder keeps what came to a handler and how it was answered. It is safe for
// concurrent use.
type recorder struct {
	next http.Handler

	running sync.RWMutex // held for reading while a request is answered
	mu      sync.Mutex
	calls   []*recorded // in the order of arrival
}

type recorded struct {
	Method  string            `json:"method"`
	Target  string            `json:"target"`
	Headers map[string]string `json:"headers"` // names in lower case
	Body    string            `json:"body"`
	Status  int               `json:"status"`
	Answer  map[string]string `json:"answer"` // headers
}

func (rec *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec.running.RLock()
	defer rec.running.RUnlock()
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	call := &recorded{Method: r.Method, Target: r.RequestURI, Headers: firstOf(r.Header), Body: string(body)}
	rec.mu.Lock()
	rec.calls = append(rec.calls, call)
	rec.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	rec.next.ServeHTTP(answer, r)
	call.Status, call.Answer = answer.status, firstOf(w.Header())
}

// tell answers with the calls there were since it was last asked.
func (rec *recorder) tell(w http.ResponseWriter, _ *http.Request) {
	rec.running.Lock()
	calls := rec.calls
	rec.calls = []*recorded{}
	rec.running.Unlock()
	if err := json.NewEncoder(w).Encode(calls); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func firstOf(h http.Header) map[string]string {
	first := make(map[string]string, len(h))
	for name, values := range h {
		if len(values) > 0 {
			first[strings.ToLower(name)] = values[0]
		}
	}
	return first
}

// A statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// needed finds a program that the test needs.
func needed(t *testing.T, name, advice string) string {
	t.Helper()
	found, err := exec.LookPath(name)
	if err != nil {
		lacking(t, name, advice)
	}
	return found
}

// lacking skips the test, or fails it where nothing may be skipped.
func lacking(t *testing.T, what, advice string) {
	t.Helper()
	if os.Getenv("TEST_NO_SKIP") != "" {
		t.Fatalf("%s is missing: %s", what, advice)
	}
	t.Skipf("%s is missing: to run this test, %s", what, advice)
}

package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/server"
)

// TestReady: until what was due has been done, and without a store, the service says
// that it should not be sent requests; before the first it answers none either.
func TestReady(t *testing.T) {
	cfg := server.Defaults()
	cfg.Auth.DevUser = account
	logger := slog.New(slog.DiscardHandler)
	db, closed, err := openStore(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	desk := pam.NewDesk(pam.Config{DB: db, Granter: pam.NewJournal(db), Logger: logger})
	state := &readiness{desk: desk}
	cfg.Ready = append(cfg.Ready, state.check)
	s, err := compose(cfg, logger, desk, composition{state: state})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
		s.Handler().ServeHTTP(w, r)
		return w
	}
	for _, tt := range []struct {
		name                   string
		change                 func()
		ready, service, health int
		why                    string
	}{
		{"begun", func() {}, 503, 503, 200, "the leases of a former process may still be there"},
		{"caught up", func() {
			if !state.catchUp(t.Context(), logger) {
				t.Error("there was nothing to do, and yet it failed")
			}
		}, 200, 200, 200, "all that was due is done"},
		{"store lost", func() { db.Close() }, 503, 200, 200, "sessioninfo needs no store; all else would be 503"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.change()
			for path, want := range map[string]int{"/readyz": tt.ready, "/healthz": tt.health, root + "sessioninfo": tt.service} {
				w := get(path)
				if w.Code != want {
					t.Errorf("%s is %d, want %d: %s", path, w.Code, want, tt.why)
				}
				if path == root+"sessioninfo" && want == 503 &&
					(!strings.HasPrefix(w.Body.String(), `{"odata.error":{"code":"ServiceUnavailable",`) || w.Header().Get("Retry-After") == "") {
					t.Errorf("%s %v: want an OData error and when to come again", w.Body, w.Header())
				}
			}
		})
	}
	if err := state.check(t.Context()); err == nil || errors.Is(err, errCatchingUp) {
		t.Errorf("%v: want the cause", err)
	}
}

package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/server"
)

// BenchmarkSessionInfo compares GET sessioninfo through the whole program
// (sign-in, limits, URI, binding, guard, provider, JSON) with a bare echo
// handler that writes the same bytes, both over HTTP on loopback. Compare the
// two requests/s of one run.
func BenchmarkSessionInfo(b *testing.B) {
	cfg := server.Defaults()
	cfg.Auth.DevUser = account
	logger := slog.New(slog.DiscardHandler)
	db, closed, err := openStore(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer closed()
	desk := pam.NewDesk(pam.Config{DB: db, Granter: pam.NewJournal(db), Logger: logger})
	s, err := compose(cfg, logger, desk, composition{})
	if err != nil {
		b.Fatal(err)
	}
	const path = "/api/pamresources/sessioninfo"
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
	s.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
	body := w.Body.String()

	bare := echo.New()
	bare.GET(path, func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentType, "application/json; odata=minimalmetadata; charset=utf-8")
		c.Response().WriteHeader(http.StatusOK)
		_, err := io.WriteString(c.Response(), body)
		return err
	})

	for _, bb := range []struct {
		name    string
		handler http.Handler
	}{{"bare echo", bare}, {"pamodata", s.Handler()}} {
		b.Run(bb.name, func(b *testing.B) {
			listening := httptest.NewServer(bb.handler)
			defer listening.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					answer, err := client.Get(listening.URL + path)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					if answer.StatusCode != http.StatusOK {
						b.Errorf("status %d", answer.StatusCode)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

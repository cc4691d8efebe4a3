package audit_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
)

// file makes a file with a text.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// authority is a PEM file with the certificate of a test server.
func authority(t *testing.T, s *httptest.Server) string {
	t.Helper()
	return file(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
}

// certifiedServer is a server with TLS that answers nothing of use, and says nothing
// about those who leave.
func certifiedServer(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// TestHTTPSink posts lines to a server with TLS, with a token that changes.
func TestHTTPSink(t *testing.T) {
	type call struct{ Method, Path, Token, Type, Events, Body string }
	var mu sync.Mutex
	var calls []call
	status := http.StatusNoContent
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, call{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.Header.Get("Pamodata-Events"), string(body)})
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		if status != http.StatusNoContent {
			fmt.Fprint(w, "what was answered")
		}
	}))
	defer server.Close()
	token := file(t, "token", "first-secret\r\n")
	s, err := audit.NewHTTPSink(audit.HTTPConfig{Name: "http", URL: server.URL + "/audit", CAFile: authority(t, server), TokenFile: token})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	write(t, s, someEvents(1, 3))
	if err := os.WriteFile(token, []byte("second-secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, s, someEvents(4, 4))
	want := []call{
		{"POST", "/audit", "Bearer first-secret", "application/x-ndjson", "1-3", textOf(someEvents(1, 3)...)},
		{"POST", "/audit", "Bearer second-secret", "application/x-ndjson", "4-4", textOf(someEvents(4, 4)...)},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, code := range []int{301, http.StatusFound, 400, 401, 413, 429, 500, 503} {
		mu.Lock()
		status, calls = code, nil
		mu.Unlock()
		err := s.Write(background, someEvents(5, 5))
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint(code)) || strings.Contains(err.Error(), "answered") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d: %v, want an error with the status alone", code, err)
		}
		if len(calls) != 1 {
			t.Errorf("%d: %d requests, want that redirects are not followed", code, len(calls))
		}
	}
	if err := os.WriteFile(token, []byte("with\nsecret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(background, someEvents(5, 5)); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v for a token that is none, want an error without it", err)
	}
}

// TestHTTPSinkFailures fails with what operators can use, and without secrets.
func TestHTTPSinkFailures(t *testing.T) {
	raw := func(answer string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = c.Read(make([]byte, 64<<10))
				_, _ = io.WriteString(c, answer)
				c.Close()
			}
		}()
		return "http://" + l.Addr().String() + "/"
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	untrusted := certifiedServer(t)
	for _, tt := range []struct{ name, url, want, why string }{
		{"nobody", "http://127.0.0.1:1/", "connection refused", "the network's error is told"},
		{"no HTTP", raw("a secret\r\n\r\n"), "not one of HTTP", "but not what was answered"},
		{"cut off", raw("HTTP/1.1 "), "not one of HTTP", "nor a part of it"},
		{"untrusted", untrusted.URL, "certificate", "certificates are checked"},
		{"silent", "http://" + silent.Addr().String() + "/", "deadline", "the time is limited"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := audit.NewHTTPSink(audit.HTTPConfig{Name: "http", URL: tt.url})
			if err != nil {
				t.Fatal(err)
			}
			limit := 5 * time.Second
			if tt.name == "silent" {
				limit = 20 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(background, limit)
			defer cancel()
			err = s.Write(ctx, someEvents(1, 1))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v, want one with %q: %s", err, tt.want, tt.why)
			}
		})
	}
}

// TestHTTPConfig names mistakes and repeats no secret.
func TestHTTPConfig(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config audit.HTTPConfig
		want   string
	}{
		{"https", audit.HTTPConfig{URL: "https://siem.example.com/in"}, ""},
		{"loopback", audit.HTTPConfig{URL: "http://localhost:8080/in"}, ""},
		{"loopback of 6", audit.HTTPConfig{URL: "http://[::1]:8080/in"}, ""},
		{"plain", audit.HTTPConfig{URL: "http://siem.example.com/in"}, "unencrypted"},
		{"plain, allowed", audit.HTTPConfig{URL: "http://siem.example.com/in", AllowPlaintext: true}, ""},
		{"scheme", audit.HTTPConfig{URL: "ftp://siem.example.com/in"}, "scheme"},
		{"user", audit.HTTPConfig{URL: "https://u:secret@siem.example.com/in"}, "form"},
		{"query", audit.HTTPConfig{URL: "https://siem.example.com/in?secret=1"}, "form"},
		{"empty", audit.HTTPConfig{}, "form"},
		{"no token", audit.HTTPConfig{URL: "https://siem.example.com/in", TokenFile: file(t, "token", "\n")}, "not a bearer token"},
		{"no token file", audit.HTTPConfig{URL: "https://siem.example.com/in", TokenFile: "/none"}, "no such file"},
		{"no certificate", audit.HTTPConfig{URL: "https://siem.example.com/in", CAFile: file(t, "ca", "secret")}, "no certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := audit.NewHTTPSink(tt.config)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret")):
				t.Errorf("%v, want one with %q and without the secret", err, tt.want)
			}
		})
	}
}

// TestForwardHTTP delivers over HTTP to a receiver that fails now and then: nothing is
// lost, and the order is kept.
func TestForwardHTTP(t *testing.T) {
	db := pamtest.SQLite(t)
	trail, _ := fill(t, db, 60)
	var mu sync.Mutex
	var got strings.Builder
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls%3 == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		got.Write(body)
		if calls%3 == 2 {
			panic(http.ErrAbortHandler) // it has the events, and the answer is lost
		}
	}))
	defer server.Close()
	s, err := audit.NewHTTPSink(audit.HTTPConfig{Name: "http", URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, stop := forward(t, forwarding(db, pamtest.NewClock(pamtest.Noon), s), trail)
	stands(t, db, "http", 60)
	stop()
	c, err := trail.Compare(background, strings.NewReader(got.String()))
	if err != nil || len(c.Breaks) > 0 || c.Lines != 60 || c.From != 1 || c.To != 60 {
		t.Errorf("%+v, %v; want all events", c, err)
	}
}

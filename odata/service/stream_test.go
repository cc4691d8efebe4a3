package service_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

type item struct {
	ID   int32 `odata:",key"`
	Text string
}

// itemService serves items 0 to n-1; the provider fails before item failAt
// unless that is negative.
func itemService(t *testing.T, n, failAt int, limits service.Limits) *service.Service {
	t.Helper()
	items := memory.Seq("Items", func(context.Context) iter.Seq2[item, error] {
		return func(yield func(item, error) bool) {
			for i := range n {
				if i == failAt {
					yield(item{}, errors.New("the disk is on fire"))
					return
				}
				if !yield(item{int32(i), "some text to make the row longer"}, nil) {
					return
				}
			}
		}
	}, memory.Guard(odata.Public()))
	svc, err := service.New(service.Config{Namespace: "Test", PageSize: odata.NoPaging, Limits: limits, Logger: slog.New(slog.DiscardHandler)}, items)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestFailureWhileStreaming: a broken answer must never look complete.
func TestFailureWhileStreaming(t *testing.T) {
	for _, tt := range []struct {
		name       string
		n, failAt  int
		limits     service.Limits
		wantStatus int
		wantAbort  bool
		why        string
	}{
		{"no failure", 100, -1, service.Limits{FlushSize: 512}, 200, false, "the whole feed"},
		{"before the first flush", 100, 3, service.Limits{}, 500, false, "nothing was sent yet, so the status tells"},
		{"after the first flush", 1000, 500, service.Limits{FlushSize: 512}, 200, true, "the connection breaks"},
		{"too many rows, early", 100, -1, service.Limits{Rows: 50}, 503, false, "the limit has a status of its own"},
		{"too many rows, late", 1000, -1, service.Limits{Rows: 500, FlushSize: 512}, 200, true, "the connection breaks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(itemService(t, tt.n, tt.failAt, tt.limits))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			defer server.Close()
			answer, err := http.Get(server.URL + "/Items")
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if answer.StatusCode != tt.wantStatus || (err != nil) != tt.wantAbort {
				t.Errorf("status %d, reading %v; want %d, aborted %t: %s", answer.StatusCode, err, tt.wantStatus, tt.wantAbort, tt.why)
			}
			if strings.Contains(string(body), "fire") {
				t.Errorf("the cause leaked: %s", body)
			}
			if tt.wantAbort && strings.HasSuffix(string(body), "]}") {
				t.Errorf("the broken body ends like a complete one: %s", tt.why)
			}
		})
	}
}

// TestContentLength: an answer below the flush size says how long it is.
func TestContentLength(t *testing.T) {
	w := httptest.NewRecorder()
	itemService(t, 3, -1, service.Limits{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/Items", nil))
	if got, want := w.Header().Get("Content-Length"), fmt.Sprint(w.Body.Len()); got != want {
		t.Errorf("Content-Length %q, want %s", got, want)
	}
}

// TestNestingBomb: depth is judged before it is descended into.
func TestNestingBomb(t *testing.T) {
	svc := itemService(t, 1, -1, service.Limits{})
	for _, tt := range []struct {
		name, target string
		status       int
	}{
		{"within the URL limit", "/Items?$filter=" + strings.Repeat("(", 4000) + "ID%20eq%201" + strings.Repeat(")", 4000), 400},
		{"beyond the URL limit", "/Items?$filter=" + strings.Repeat("(", 100_000), 414},
	} {
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.target, nil))
		if w.Code != tt.status {
			t.Errorf("%s: status %d, want %d: %s", tt.name, w.Code, tt.status, w.Body)
		}
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestREADME sends the requests of README.md and compares the answers.
func TestREADME(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	h, err := handler()
	if err != nil {
		t.Fatal(err)
	}
	calls := regexp.MustCompile("(?s)```sh\ncurl '([^']+)'\n```\n```(?:json|text)\n(.*?)\n```").FindAllStringSubmatch(string(page), -1)
	if len(calls) < 5 {
		t.Fatalf("found %d requests in README.md", len(calls))
	}
	for _, call := range calls {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, call[1], nil))
		if diff := cmp.Diff(call[2], strings.TrimSpace(w.Body.String())); diff != "" {
			t.Errorf("%s (-README +answer):\n%s", call[1], diff)
		}
	}
}

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// TestSetFull: a set takes a 51st entity and no 52nd, whichever way it comes,
// until one is deleted. All requests are one story.
func TestSetFull(t *testing.T) {
	for _, s := range storages {
		t.Run(s.name, func(t *testing.T) { testSetFull(t, copyAt(t, s.opener(t)(t), root, odata.NoPaging, false)) })
	}
}

func testSetFull(t *testing.T, svc http.Handler) {
	send := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, root+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		svc.ServeHTTP(w, r)
		return w
	}
	for id := 11; id <= 50; id++ {
		if w := send(http.MethodPost, "Products", fmt.Sprintf(`{"ID":%d}`, id)); w.Code != http.StatusCreated {
			t.Fatalf("creating product %d: %d %s", id, w.Code, w.Body)
		}
	}
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		why                      string
	}{
		{"directly", "POST", "Products", `{"ID":51}`, 400, "51 are there"},
		{"below a category", "POST", "Categories(0)/Products", `{"ID":51}`, 400, "it is the same set"},
		{"inside a category", "POST", "Categories", `{"ID":7,"Products":[{"ID":51}]}`, 400, "it is the same set"},
		{"the category", "GET", "Categories(7)", "", 404, "the insert failed as a whole"},
		{"another set", "POST", "Categories", `{"ID":7}`, 201, "that has room"},
		{"a change", "MERGE", "Products(50)", `{"Rating":1}`, 204, "nothing is added"},
		{"less", "DELETE", "Products(50)", "", 204, ""},
		{"again", "POST", "Products", `{"ID":51}`, 201, "there is room again"},
		{"and again", "POST", "Products", `{"ID":52}`, 400, "for one"},
		{"the number", "GET", "Products/$count", "", 200, ""},
	} {
		w := send(tt.method, tt.path, tt.body)
		if w.Code != tt.status {
			t.Errorf("%s: %s %s answered %d, want %d: %s\n%s", tt.name, tt.method, tt.path, w.Code, tt.status, tt.why, w.Body)
		}
		if tt.status == http.StatusBadRequest && !strings.Contains(w.Body.String(), `"SetFull"`) {
			t.Errorf("%s: the code is not SetFull: %s", tt.name, w.Body)
		}
		if tt.name == "the number" && w.Body.String() != "51" {
			t.Errorf("there are %s products in the end, want 51", w.Body)
		}
	}
}

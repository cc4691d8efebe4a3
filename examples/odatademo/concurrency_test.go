package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/odata"
)

// TestConcurrentChanges: everything here reads a value, computes the next one and
// writes that. None of it is lost when many clients do it at once.
func TestConcurrentChanges(t *testing.T) {
	for _, s := range storages {
		t.Run(s.name, func(t *testing.T) { testConcurrentChanges(t, copyAt(t, s.opener(t)(t), root, odata.NoPaging, false)) })
	}
}

func testConcurrentChanges(t *testing.T, svc http.Handler) {
	const clients = 16
	send := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, root+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(path, "Suppliers") && method != http.MethodGet {
			r.Header.Set("If-Match", "*")
		}
		svc.ServeHTTP(w, r)
		return w
	}
	for _, tt := range []struct {
		name, method, path, body string
		read, want               string
	}{
		{"properties of a supplier", "MERGE", "Suppliers(0)", `{"Name":"x"}`, "Suppliers(0)/Concurrency/$value", fmt.Sprint(clients)},
		{"discounts", "POST", "Products(0)/Discount", `{"discountPercentage":-100}`, "Products(0)/Price/$value", fmt.Sprint(2.5 * (1 << clients))},
		{"salaries", "POST", "IncreaseSalaries", `{"percentage":100}`, "Persons(5)/ODataDemo.Employee/Salary/$value", "9.8304E+08"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var all sync.WaitGroup
			for range clients {
				all.Go(func() {
					if w := send(tt.method, tt.path, tt.body); w.Code >= http.StatusBadRequest {
						t.Errorf("%s %s answered %d: %s", tt.method, tt.path, w.Code, w.Body)
					}
				})
			}
			all.Wait()
			if got := send(http.MethodGet, tt.read, "").Body.String(); got != tt.want {
				t.Errorf("%s is %s after %d changes, want %s", tt.read, got, clients, tt.want)
			}
		})
	}
}

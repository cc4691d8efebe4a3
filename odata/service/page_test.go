package service_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

type reading struct {
	ID    int32 `odata:",key"`
	Group string
	Value *float64
}

// readings have many ties and nulls in what they are sorted by.
func readings(n int) []reading {
	rows := make([]reading, n)
	for i := range rows {
		rows[i] = reading{ID: int32(i), Group: string(rune('a' + i%3))}
		if i%4 != 0 {
			rows[i].Value = new(float64(i % 7))
		}
	}
	return rows
}

func pagedService(t *testing.T, size int) http.Handler {
	t.Helper()
	svc, err := service.New(service.Config{
		Namespace: "Test", PageSize: size, Profile: odata.Profile{JSON: true}, Logger: slog.New(slog.DiscardHandler),
	}, memory.Set("Readings", readings(53)))
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

type pageBody struct {
	Count string `json:"odata.count"`
	Value []struct{ ID int32 }
	Next  string `json:"odata.nextLink"`
}

func get(t *testing.T, h http.Handler, caller, target string) (int, pageBody) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r = r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: caller}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var body pageBody
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
	}
	return w.Code, body
}

// TestPagesJoin: following next links gives what one large page gives, in its
// order, without repetition or gap.
func TestPagesJoin(t *testing.T) {
	whole := pagedService(t, odata.NoPaging)
	for _, query := range []string{
		"", "$orderby=Group", "$orderby=Value", "$orderby=Value desc,Group", "$orderby=Group desc&$skip=5",
		"$orderby=Value mul 2 desc", "$filter=Value gt 2 or Value eq null&$orderby=Value", "$top=30&$orderby=Value desc",
		"$skip=7&$top=20", "$inlinecount=allpages&$select=ID", "x=1&$orderby=length(Group),Value",
	} {
		target := "http://host/Readings?" + strings.ReplaceAll(query, " ", "%20")
		_, want := get(t, whole, "Ann", target)
		for _, size := range []int{1, 2, 7, 52, 53, 54} {
			t.Run(fmt.Sprintf("%s by %d", query, size), func(t *testing.T) {
				h := pagedService(t, size)
				var got pageBody
				for next := target; next != ""; {
					status, page := get(t, h, "Ann", next)
					if status != http.StatusOK || len(page.Value) > size {
						t.Fatalf("status %d, %d rows at %s", status, len(page.Value), next)
					}
					got.Value = append(got.Value, page.Value...)
					if len(got.Value) > 100 {
						t.Fatal("the links do not end")
					}
					if page.Count != want.Count {
						t.Errorf("count %q, want %q: it is of all matches on every page", page.Count, want.Count)
					}
					next = page.Next
				}
				if diff := cmp.Diff(want.Value, got.Value); diff != "" {
					t.Errorf("pages differ from the whole (-whole +pages):\n%s", diff)
				}
			})
		}
	}
}

// TestTokensAreBound: a token serves only the query, caller and model it was
// made for, and only unchanged.
func TestTokensAreBound(t *testing.T) {
	h := pagedService(t, 10)
	_, first := get(t, h, "Ann", "http://host/Readings?$orderby=Group&$filter=ID%20gt%203")
	link, err := url.Parse(first.Next)
	if err != nil || first.Next == "" {
		t.Fatalf("next link %q: %v", first.Next, err)
	}
	token := link.Query().Get("$skiptoken")
	with := func(query, token string) string {
		return "http://host/Readings?" + query + "&$skiptoken=" + token
	}
	const query = "$orderby=Group&$filter=ID%20gt%203"
	for _, tt := range []struct {
		name, caller, target string
		h                    http.Handler
		status               int
	}{
		{"as given", "Ann", first.Next, h, 200},
		{"the caller's name has no case", "ANN", first.Next, h, 200},
		{"another $top and $select", "Ann", with(query+"&$top=3&$select=ID", token), h, 200},
		{"another caller", "Bob", first.Next, h, 400},
		{"another filter", "Ann", with("$orderby=Group&$filter=ID%20gt%202", token), h, 400},
		{"another order", "Ann", with("$orderby=Value&$filter=ID%20gt%203", token), h, 400},
		{"a custom option more", "Ann", with(query+"&v=1", token), h, 400},
		{"another service", "Ann", first.Next, pagedService(t, 10), 400},
		{"an unpaged set", "Ann", first.Next, pagedService(t, odata.NoPaging), 400},
		{"empty", "Ann", with(query, "x"), h, 400},
	} {
		if status, _ := get(t, tt.h, tt.caller, tt.target); status != tt.status {
			t.Errorf("%s: status %d, want %d", tt.name, status, tt.status)
		}
	}
	for i := range token {
		changed := []byte(token)
		if changed[i] == 'A' {
			changed[i] = 'B'
		} else {
			changed[i] = 'A'
		}
		if status, _ := get(t, h, "Ann", with(query, string(changed))); status != 400 {
			t.Errorf("byte %d changed: status %d, want 400", i, status)
		}
	}
}

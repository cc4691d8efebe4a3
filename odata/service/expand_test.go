package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// counting counts the reads of a Navigator.
type counting struct {
	odata.Navigator
	calls *int
}

func (c counting) Navigate(ctx context.Context, nav *metadata.NavigationProperty, from []odata.Key, q *odata.Query) iter.Seq2[odata.Edge, error] {
	*c.calls++
	return c.Navigator.Navigate(ctx, nav, from, q)
}

// TestExpandReads: an expansion costs one read for each level and window of 200
// entities, however many there are.
func TestExpandReads(t *testing.T) {
	const customers = 450 // three windows
	one, data := testmodel.Data(), memory.Data{Entities: map[string][]memory.Entity{}}
	friends := memory.Links{Set: "Customers", Navigation: "BestFriend"}
	for i := range customers {
		values := map[string]edm.Value{}
		for name, v := range one.Entities["Customers"][0].Values {
			values[name] = v
		}
		values["Id"] = edm.Int32(int32(i))
		data.Entities["Customers"] = append(data.Entities["Customers"], memory.Entity{Values: values})
		friends.Pairs = append(friends.Pairs, [2]string{fmt.Sprint(i), fmt.Sprint((i + 7) % customers)})
	}
	data.Links = []memory.Links{friends}
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	sets := store.Sets(memory.Guard(odata.Public()))
	for i := range sets {
		if sets[i].Navigator != nil {
			sets[i].Navigator = counting{sets[i].Navigator, &calls}
		}
	}
	svc, err := service.New(service.Config{Model: model, PageSize: odata.NoPaging, Profile: odata.Profile{JSON: true}}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		query string
		calls int
		why   string
	}{
		{"Customers(1)?$expand=BestFriend", 1, "one entity, one level"},
		{"Customers?$top=150&$expand=BestFriend", 1, "one window"},
		{"Customers?$expand=BestFriend", 3, "three windows"},
		{"Customers?$expand=BestFriend/BestFriend", 6, "and two levels"},
		{"Customers?$expand=BestFriend,Orders", 6, "or two properties"},
	} {
		calls = 0
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+tt.query, nil))
		if w.Code != http.StatusOK || calls != tt.calls {
			t.Errorf("%s: status %d with %d reads, want %d: %s", tt.query, w.Code, calls, tt.calls, tt.why)
		}
	}
}

// TestKeysRoundTrip: the links a service writes lead back to the entity, whatever
// is in its key.
func TestKeysRoundTrip(t *testing.T) {
	pieces := []string{"/", "%", "'", "''", "%2F", "é", "😀", " ", "+", "#", "?", "&", "=", ";", "(", ")", ",", "\\", "\"", "a", "Z", "0", "..", "%00", "~", "$value", "<", ">"}
	r := rand.New(rand.NewPCG(11, 0))
	codes := map[string]bool{}
	for len(codes) < 500 {
		code := ""
		for range 1 + r.IntN(12) {
			code += pieces[r.IntN(len(pieces))]
		}
		codes[code] = true
	}
	var tags []memory.Entity
	for code := range codes {
		tags = append(tags, memory.Entity{Values: map[string]edm.Value{"Code": edm.String(code)}})
	}
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{"Tags": tags}})
	if err != nil {
		t.Fatal(err)
	}
	svc, err := service.New(service.Config{Model: model, Root: "/svc", PageSize: odata.NoPaging, Profile: odata.Profile{JSON: true}},
		store.Sets(memory.Guard(odata.Public()))...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(svc)
	defer server.Close()
	read := func(url string, into any) {
		t.Helper()
		answer, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", url, answer.StatusCode)
		}
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			t.Fatalf("%s: %v", url, err)
		}
	}
	type tag struct {
		Code string
		ID   string `json:"odata.id"`
		Edit string `json:"odata.editLink"`
	}
	var feed struct{ Value []tag }
	read(server.URL+"/svc/Tags?$format=application/json;odata=fullmetadata", &feed)
	if len(feed.Value) != len(codes) {
		t.Fatalf("%d entities, want %d", len(feed.Value), len(codes))
	}
	for _, want := range feed.Value {
		for _, url := range []string{want.ID, server.URL + "/svc/" + want.Edit} {
			var got tag
			read(url, &got)
			if got.Code != want.Code || !codes[got.Code] {
				t.Errorf("%s leads to %q, want %q", url, got.Code, want.Code)
			}
		}
	}
}

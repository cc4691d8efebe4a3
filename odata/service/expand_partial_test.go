package service_test

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// A halfway provider itself expands what leads to one entity, and leaves the rest to
// the service.
type halfway struct {
	reader    odata.Reader
	navigator odata.Navigator
	seen      *sights
}

// sights is what providers and their store were asked for.
type sights struct {
	expansions int      // of queries
	navigated  []string // by the service
	snapshots  int
}

func (h halfway) performs(x *odata.Expansion) bool {
	return !x.Nav.IsCollection() && len(x.Query.Expand) == 0
}

func (h halfway) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	h.seen.expansions += len(q.Expand)
	bare := *q
	bare.Expand = nil
	result, err := h.reader.Read(ctx, &bare)
	if err != nil || len(q.Expand) == 0 {
		return result, err
	}
	rest := odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields}
	if result.Rest != nil {
		rest = *result.Rest
	}
	for i := range q.Expand {
		if !h.performs(&q.Expand[i]) {
			rest.Expand = append(rest.Expand, q.Expand[i])
		}
	}
	expanded := *result
	expanded.Rest = &rest
	expanded.Rows = func(yield func(odata.Row, error) bool) {
		for row, err := range result.Rows {
			if err == nil {
				row.Related, err = h.related(ctx, q, &row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
	return &expanded, nil
}

func (h halfway) related(ctx context.Context, q *odata.Query, row *odata.Row) ([]odata.Related, error) {
	related := make([]odata.Related, len(q.Expand))
	key := make(odata.Key, 0, 2)
	for _, p := range q.Set.Type().KeyProperties() {
		key = append(key, row.Values[q.Field(p)])
	}
	for i := range q.Expand {
		if !h.performs(&q.Expand[i]) {
			continue
		}
		for edge, err := range h.navigator.Navigate(ctx, q.Expand[i].Nav, []odata.Key{key}, q.Expand[i].Query) {
			if err != nil {
				return nil, err
			}
			edge.Row.Values = slices.Clone(edge.Row.Values)
			related[i].Rows = append(related[i].Rows, edge.Row)
		}
	}
	return related, nil
}

func (h halfway) Navigate(ctx context.Context, nav *metadata.NavigationProperty, from []odata.Key, q *odata.Query) iter.Seq2[odata.Edge, error] {
	h.seen.navigated = append(h.seen.navigated, nav.Name)
	return h.navigator.Navigate(ctx, nav, from, q)
}

// Expands makes a halfway an odata.Expander.
func (h halfway) Expands(q *odata.Query) bool {
	return !slices.ContainsFunc(q.Expand, func(x odata.Expansion) bool { return !h.performs(&x) })
}

// pinnable is a store that counts its snapshots.
type pinnable struct {
	odata.Transactor
	seen *sights
}

func (p pinnable) Snapshot(ctx context.Context) (context.Context, func(), error) {
	p.seen.snapshots++
	return ctx, func() {}, nil
}

// TestExpandPartly: a provider may perform some of the expansions, and the service
// adds the others; it pins a store only where there are others.
func TestExpandPartly(t *testing.T) {
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, testmodel.Data())
	if err != nil {
		t.Fatal(err)
	}
	seen := new(sights)
	serve := func(limit int, change func(set *odata.EntitySet)) http.Handler {
		sets := store.Sets(memory.Guard(odata.Public()))
		for i := range sets {
			if change != nil && sets[i].Navigator != nil {
				change(&sets[i])
			}
		}
		svc, err := service.New(service.Config{Model: model, Logger: slog.New(slog.DiscardHandler), Profile: odata.Profile{JSON: true},
			Limits: service.Limits{Rows: limit}}, sets...)
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	partly := func(set *odata.EntitySet) {
		h := halfway{set.Reader, set.Navigator, seen}
		set.Reader, set.Navigator, set.Transactor = h, h, pinnable{set.Transactor, seen}
	}
	aside := func(set *odata.EntitySet) {
		partly(set)
		set.Navigator = counting{set.Navigator, new(int)}
	}
	get := func(h http.Handler, url string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+url, nil))
		return w
	}
	plain := serve(0, nil)
	for _, tt := range []struct {
		name, url  string
		change     func(*odata.EntitySet)
		expansions int
		navigated  []string
		snapshots  int
		why        string
	}{
		{"whole", "Customers?$expand=BestFriend", partly, 1, nil, 0, "the provider performs it all by one read"},
		{"entry", "Customers(1)?$expand=BestFriend", partly, 1, nil, 0, "and so it does for one entity"},
		{"part", "Customers?$expand=BestFriend,Orders", partly, 2, []string{"Orders"}, 1, "the service follows what is left, and no more"},
		{"nested", "Customers?$expand=BestFriend/Orders,BestFriend/BestFriend", partly, 1, []string{"BestFriend", "Orders", "BestFriend"}, 1,
			"an expansion is performed whole or not at all"},
		{"late", "Orders?$expand=Customer/BestFriend", partly, 1, []string{"Customer", "BestFriend"}, 1, "the provider does not, although it leads to one entity"},
		{"aside", "Customers?$expand=BestFriend", aside, 0, []string{"BestFriend"}, 1, "another Navigator decides what is reached"},
		{"through", "Customers(1)/Orders?$expand=Customer", partly, 1, nil, 1, "what the path passes through is a read of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			*seen = sights{}
			got, want := get(serve(0, tt.change), tt.url), get(plain, tt.url)
			if got.Code != http.StatusOK || got.Body.String() != want.Body.String() {
				t.Errorf("status %d: %s\n got %s\nwant %s", got.Code, tt.why, got.Body, want.Body)
			}
			if seen.expansions != tt.expansions || !slices.Equal(seen.navigated, tt.navigated) || seen.snapshots != tt.snapshots {
				t.Errorf("the provider was asked for %+v, want %d expansions, navigation %v and %d snapshots: %s", *seen, tt.expansions, tt.navigated, tt.snapshots, tt.why)
			}
		})
	}
	t.Run("budget", func(t *testing.T) {
		for _, change := range []func(*odata.EntitySet){nil, partly, aside} {
			fits, over := -1, -1
			for limit := 1; limit < 20 && fits < 0; limit++ {
				if w := get(serve(limit, change), "Customers?$expand=BestFriend"); w.Code == http.StatusOK {
					fits = limit
				} else {
					over = limit
				}
			}
			if want := get(serve(over, nil), "Customers?$expand=BestFriend").Code; want == http.StatusOK || over != fits-1 {
				t.Errorf("%d entities are too many, %d are not; whoever expands them, all count", over, fits)
			}
			if w := get(serve(fits, nil), "Customers?$expand=BestFriend"); w.Code != http.StatusOK {
				t.Errorf("%d entities fit where the provider counts, and do not where the service does", fits)
			}
		}
	})
	t.Run("stray", func(t *testing.T) {
		h := serve(0, func(set *odata.EntitySet) {
			set.Reader = straying{set.Reader}
			set.Navigator = set.Reader.(odata.Navigator)
		})
		if w := get(h, "Customers?$expand=BestFriend"); w.Code != http.StatusInternalServerError {
			t.Errorf("status %d, want 500: the provider leaves an expansion that nobody asked for", w.Code)
		}
	})
}

// straying is a provider that leaves expansions of its own.
type straying struct{ odata.Reader }

func (s straying) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	result, err := s.Reader.Read(ctx, q)
	if err == nil && len(q.Expand) > 0 {
		stray := q.Expand[0]
		stray.Query = new(*stray.Query)
		result.Rest = &odata.Query{Expand: []odata.Expansion{stray}}
	}
	return result, err
}

func (straying) Navigate(context.Context, *metadata.NavigationProperty, []odata.Key, *odata.Query) iter.Seq2[odata.Edge, error] {
	return func(func(odata.Edge, error) bool) {}
}

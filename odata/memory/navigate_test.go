package memory_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// follow navigates and prints the edges: "1>3 1>4" leads from the second key to
// the entities 3 and 4.
func (s *shop) follow(ctx context.Context, set, nav string, from []odata.Key, q *odata.Query) (string, error) {
	var edges []string
	for edge, err := range s.sets[set].Navigator.Navigate(ctx, s.nav(set, nav), from, q) {
		if err != nil {
			return strings.Join(edges, " "), err
		}
		edges = append(edges, strconv.Itoa(edge.From)+">"+keysOf(q, []odata.Row{copied(edge.Row)})[0])
	}
	return strings.Join(edges, " "), nil
}

func numbers(ids ...int32) (keys []odata.Key) {
	for _, id := range ids {
		keys = append(keys, odata.Key{edm.Int32(id)})
	}
	return keys
}

func TestNavigate(t *testing.T) {
	demo, sample := demoShop(t), oDataDemo(t)
	for _, tt := range []struct {
		name          string
		shop          *shop
		set, nav      string
		from          []odata.Key
		to            string // the set
		filter, order string
		change        func(*odata.Query)
		want, why     string
	}{
		{name: "several starts", shop: sample, set: "Categories", nav: "Products", from: numbers(2, 0), to: "Products",
			want: "0>7 0>8 1>0 1>1", why: "in the order of the starting entities, then of the set"},
		{name: "single", shop: sample, set: "Products", nav: "Supplier", from: numbers(0, 9, 1), to: "Suppliers",
			want: "0>1 2>0", why: "product 9 has none"},
		{name: "same start twice", shop: sample, set: "Products", nav: "Supplier", from: numbers(0, 0), to: "Suppliers",
			want: "0>1 1>1", why: "each start has its own edges"},
		{name: "absent start", shop: sample, set: "Products", nav: "Supplier", from: numbers(77, 1), to: "Suppliers",
			want: "1>0", why: "it may have been deleted since it was read"},
		{name: "no start", shop: sample, set: "Products", nav: "Supplier", to: "Suppliers", why: "nothing to do"},
		{name: "derived type", shop: sample, set: "Products", nav: "Advertisement", from: numbers(8, 9), to: "Advertisements",
			want: "1>guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7", why: "a plain product has no such navigation"},
		{name: "inverse without a name", shop: demo, set: "Customers", nav: "~BestFriend", from: numbers(1, 2, 3), to: "Customers",
			want: "0>2 0>4 1>1", why: "whose best friend are they"},
		{name: "filter", shop: sample, set: "Categories", nav: "Products", from: numbers(0, 1, 2), to: "Products", filter: "Price gt 20",
			want: "1>2 1>4 1>5 2>7 2>8", why: "a start may be left with none"},
		{name: "filter through navigation", shop: sample, set: "Categories", nav: "Products", from: numbers(0, 1), to: "Products",
			filter: "Supplier/Name eq 'Exotic Liquids' and Categories/any(c: c/ID eq 0)", want: "0>1 1>1", why: "with links of its own"},
		{name: "order", shop: sample, set: "Categories", nav: "Products", from: numbers(2, 1), to: "Products", order: "Price desc",
			want: "0>8 0>7 1>4 1>5 1>2 1>3 1>6 1>10 1>1 1>9", why: "for each start on its own"},
		{name: "order through navigation", shop: sample, set: "Categories", nav: "Products", from: numbers(1), to: "Products", order: "Supplier/Name,ID desc",
			want: "0>10 0>9 0>6 0>5 0>4 0>3 0>2 0>1", why: "null first"},
		{name: "skip and top", shop: sample, set: "Categories", nav: "Products", from: numbers(1, 0, 2), to: "Products",
			change: func(q *odata.Query) { q.Skip, q.Top = 1, new(int64(2)) }, want: "0>2 0>3 1>1 2>8", why: "apply to each start"},
		{name: "top without order", shop: sample, set: "Categories", nav: "Products", from: numbers(0, 1), to: "Products", filter: "Price gt 3",
			change: func(q *odata.Query) { q.Top = new(int64(1)) }, want: "0>1 1>1", why: "the first that match"},
		{name: "nothing wanted", shop: sample, set: "Categories", nav: "Products", from: numbers(0, 1), to: "Products", order: "ID",
			change: func(q *odata.Query) { q.Top = new(int64(0)) }, why: "top 0"},
		{name: "after", shop: sample, set: "Categories", nav: "Products", from: numbers(1, 0), to: "Products", order: "Price,ID",
			change: func(q *odata.Query) { q.After, q.Top = []edm.Value{edm.Double(3.5), edm.Int32(0)}, new(int64(2)) },
			want:   "0>1 0>10 1>1", why: "resumes for each start at the same position"},
		{name: "type", shop: sample, set: "Categories", nav: "Products", from: numbers(0, 1), to: "Products",
			change: func(q *odata.Query) { q.Type = sample.model.EntityType("ODataDemo.FeaturedProduct") }, want: "1>9 1>10", why: "instances of the type asked for"},
		{name: "fields", shop: sample, set: "Categories", nav: "Products", from: numbers(0), to: "Products",
			change: func(q *odata.Query) { q.Fields = []*metadata.Property{q.Type.Property("Name"), q.Type.Property("ID")} }, want: "0>0 0>1", why: "in any order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.shop.query(tt.to)
			q.Filter, q.OrderBy = tt.shop.filter(t, q.Type, tt.filter), tt.shop.order(t, q.Type, tt.order)
			if tt.change != nil {
				tt.change(q)
			}
			got, err := tt.shop.follow(t.Context(), tt.set, tt.nav, tt.from, q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestNavigateStops(t *testing.T) {
	s := oDataDemo(t)
	seen := 0
	for _, err := range s.sets["Categories"].Navigator.Navigate(t.Context(), s.nav("Categories", "Products"), numbers(0, 1, 2), s.query("Products")) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("%d edges were taken, want 3", seen)
	}
}

// TestWrongNavigation asks for what a service never would. All of it is
// KindInternal, and ends the edges.
func TestWrongNavigation(t *testing.T) {
	s, other := oDataDemo(t), oDataDemo(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	products := s.query("Products")
	for _, tt := range []struct {
		name     string
		ctx      context.Context
		set, nav string
		from     []odata.Key
		q        *odata.Query
		want     error
		why      string
	}{
		{"other target", t.Context(), "Products", "Supplier", numbers(1), products, &odata.Error{Kind: odata.KindInternal}, "the query is for the wrong set"},
		{"other model", t.Context(), "Categories", "Products", numbers(1), other.query("Products"), &odata.Error{Kind: odata.KindInternal}, "the query is of another model"},
		{"wrong key", t.Context(), "Categories", "Products", []odata.Key{{edm.Int32(1), edm.Int32(2)}}, products, &odata.Error{Kind: odata.KindInternal}, "a key of two values"},
		{"short position", t.Context(), "Categories", "Products", numbers(1), &odata.Query{Set: products.Set, Type: products.Type, Fields: products.Fields, After: []edm.Value{edm.Null}},
			&odata.Error{Kind: odata.KindInternal}, "a position without an order"},
		{"foreign field", t.Context(), "Categories", "Products", numbers(1), &odata.Query{Set: products.Set, Type: products.Type, Fields: s.typ("Suppliers").KeyProperties()},
			&odata.Error{Kind: odata.KindInternal}, "a field of another type"},
		{"ended", cancelled, "Categories", "Products", numbers(1), products, context.Canceled, "the request has ended"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := s.follow(tt.ctx, tt.set, tt.nav, tt.from, tt.q); !errors.Is(err, tt.want) || got != "" {
				t.Errorf("%s: got %q, %v; want %v", tt.why, got, err, tt.want)
			}
		})
	}
	q := s.query("Products")
	q.Filter = s.filter(t, q.Type, "1 div Rating gt 0 or 1 div (Rating sub 3) eq 7")
	if _, err := s.follow(t.Context(), "Categories", "Products", numbers(1), q); !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero", Target: "$filter"}) {
		t.Errorf("a condition that fails ends the edges with its error, got %v", err)
	}
}

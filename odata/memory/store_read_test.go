package memory_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// TestNavigationFilters asks with conditions on related entities.
func TestNavigationFilters(t *testing.T) {
	demo, sample := demoShop(t), oDataDemo(t)
	for _, tt := range []struct {
		name, set, filter string
		want              []string
		why               string
	}{
		{"single", "Products", "Supplier/Name eq 'Tokyo Traders'", []string{"0", "7", "8"}, "a property of the related entity"},
		{"single, complex member", "Products", "Supplier/Address/City eq 'Redmond'", []string{"0", "7", "8"}, "and a member of that"},
		{"null is not equal", "Products", "Supplier/Name ne 'Tokyo Traders'", []string{"1", "2", "3", "4", "5", "6", "9", "10"},
			"a member of nothing is null, which differs from every text"},
		{"null is null", "Products", "Supplier/Name eq null", []string{"9", "10"}, "a member of nothing is null"},
		{"null has no order", "Products", "Supplier/ID lt 100 or not (Supplier/ID ge 0)", []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"},
			"lt and ge are false for null, and not makes that true"},
		{"null to a function", "Products", "startswith(Supplier/Name,'E') eq null", []string{"9", "10"}, "null in, null out"},
		{"null as condition", "Products", "startswith(Supplier/Name,'E')", []string{"1", "2", "3", "4", "5", "6"}, "null is not true"},
		{"nobody", "Products", "Supplier eq null", []string{"9", "10"}, "an entity compares with null"},
		{"somebody", "Products", "ProductDetail ne null", []string{"1", "3", "4", "8"}, "an entity compares with null"},
		{"one to one, back", "ProductDetails", "Product/Price gt 20", []string{"4", "8"}, "links are seen from both ends"},
		{"two steps", "ProductDetails", "Product/Supplier/Name eq 'Exotic Liquids'", []string{"1", "3", "4"}, "each step follows a link"},
		{"any", "Products", "Categories/any(c: c/Name eq 'Food')", []string{"0", "1"}, "many to many"},
		{"any at all", "Categories", "Products/any()", []string{"0", "1", "2"}, "every category has products"},
		{"not any", "Customers", "not Orders/any()", []string{"4", "3"}, "customers without orders"},
		{"all of none", "Customers", "Orders/all(o: o/Total gt 100M)", []string{"4", "3"}, "all holds over nothing"},
		{"all", "Customers", "Orders/all(o: o/Total ge 3.00M)", []string{"2", "4", "3"}, "a null total is not greater"},
		{"nested", "Categories", "Products/any(p: p/Supplier/Products/any(q: q/ID ne p/ID and q/Price gt 100 and $it/ID ne 0))",
			[]string{"2"}, "$it and outer variables stay in sight at any depth"},
		{"outer variable", "Categories", "Products/any(p: p/Categories/any(c: c/ID ne $it/ID and p/Price lt 4))", []string{"0", "1"}, "milk is food and a beverage"},
		{"beyond a single one", "Customers", "BestFriend/Orders/any(o: o/Total eq 9M)", []string{"1", "2", "4"}, "a collection of the related entity"},
		{"friend of a friend", "Customers", "BestFriend/BestFriend/Name eq 'Ann'", []string{"1"}, "the same navigation twice is another entity"},
		{"itself", "Customers", "BestFriend/BestFriend eq $it", []string{"1", "2"}, "entities are the same if their keys are"},
		{"derived navigation", "Customers", "Demo.VipCustomer/Concierge/Id eq 3", []string{"1", "4"}, "only VIPs have a concierge"},
		{"cast of the related", "Customers", "BestFriend/Demo.VipCustomer/Level eq 3", []string{"2", "4"}, "what is no VIP has no level"},
		{"isof the related", "Customers", "isof(BestFriend,'Demo.VipCustomer')", []string{"2", "4"}, "the entity's type decides"},
		{"items of the related", "Customers", "BestFriend/Emails/any(e: e eq 'a@x')", []string{"2", "4"}, "collections of values are part of the row"},
		{"derived on the way", "Advertisements", "FeaturedProduct/Rating eq 7", []string{"guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7"}, "the end of a derived type's navigation"},
		{"derived, one to one", "Products", "ODataDemo.FeaturedProduct/Advertisement/AirDate lt datetime'2005-01-01T00:00:00'", []string{"10"}, "null for products that are not featured"},
		{"open type", "Tags", "Colour eq 'red'", []string{"'x"}, "undeclared properties"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := sample
			if demo.set(tt.set) != nil {
				s = demo
			}
			q := s.query(tt.set)
			q.Filter = s.filter(t, q.Type, tt.filter)
			if diff := cmp.Diff(tt.want, s.keys(t, q)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.filter, tt.why, diff)
			}
		})
	}
}

// path follows navigation properties from $it.
func (s *shop) path(set string, navs ...string) odata.Expr {
	var e odata.Expr = odata.ItOf(s.typ(set))
	for _, name := range navs {
		nav := s.nav(set, name)
		e = &odata.Navigate{Of: e, Nav: nav}
		set = s.home(set, nav)
	}
	return e
}

// home is the set that nav leads to: that of the named direction's target.
func (s *shop) home(set string, nav *metadata.NavigationProperty) string {
	if target := s.set(set).NavigationTarget(nav); target != nil {
		return target.Name
	}
	for _, back := range s.model.DefaultContainer().AllEntitySets() {
		if back.NavigationTarget(nav.Inverse()) == s.set(set) {
			return back.Name
		}
	}
	panic(nav.Name + " leads nowhere")
}

func member(of odata.Expr, name string) odata.Expr {
	return &odata.Member{Of: of, Property: of.Type().Entity.Property(name)}
}

func anyOf(of odata.Expr, depth int, body func(v odata.Expr) odata.Expr) odata.Expr {
	v := &odata.Variable{Name: "x", Depth: depth, Of: of.Type().Item()}
	return &odata.Lambda{Of: of, Var: v, Body: body(v)}
}

func equal(l odata.Expr, v edm.Value) odata.Expr { return binary(odata.Eq, l, literal(v)) }

func id(n int32) func(odata.Expr) odata.Expr {
	return func(v odata.Expr) odata.Expr {
		name := "Id"
		if v.Type().Entity.Property(name) == nil {
			name = "ID"
		}
		return equal(member(v, name), edm.Int32(n))
	}
}

// TestInverseConditions asks for what entities are reached from one by the form
// in which paths such as Customers(1)/Orders arrive.
func TestInverseConditions(t *testing.T) {
	demo, sample := demoShop(t), oDataDemo(t)
	guid := func(last byte) edm.Value { return edm.GUID{15: last}.Value() }
	for _, tt := range []struct {
		name   string
		shop   *shop
		set    string
		filter odata.Expr
		want   []string
		why    string
	}{
		{"Customers(1)/Orders", demo, "Orders", id(1)(demo.path("Orders", "Customer")), []string{"1", "2", "3"}, "by the partner"},
		{"Customers(3)/Orders", demo, "Orders", id(3)(demo.path("Orders", "Customer")), []string{}, "a customer without orders"},
		{"Customers(9)/Orders", demo, "Orders", id(9)(demo.path("Orders", "Customer")), []string{}, "a customer who does not exist"},
		{"Orders(4)/Customer", demo, "Customers", anyOf(demo.path("Customers", "Orders"), 1, func(v odata.Expr) odata.Expr { return equal(member(v, "OrderId"), guid(4)) }),
			[]string{"2"}, "a single entity, by a collection that leads back"},
		{"Customers(1)/BestFriend", demo, "Customers", anyOf(demo.path("Customers", "~BestFriend"), 1, id(1)), []string{"2"}, "the inverse has no name"},
		{"Customers(1)/BestFriend/Orders", demo, "Orders",
			anyOf(&odata.Navigate{Of: demo.path("Orders", "Customer"), Nav: demo.nav("Customers", "~BestFriend")}, 1, id(1)), []string{"4"}, "two steps"},
		{"Customers(4)/BestFriend/BestFriend", demo, "Customers", anyOf(demo.path("Customers", "~BestFriend"), 1, func(v odata.Expr) odata.Expr {
			return anyOf(&odata.Navigate{Of: v, Nav: demo.nav("Customers", "~BestFriend")}, 2, id(4))
		}), []string{"2"}, "nested"},
		{"Customers(4)/Demo.VipCustomer/Concierge", demo, "Customers", anyOf(demo.path("Customers", "~Concierge"), 1, id(4)), []string{"3"}, "of a derived type"},
		{"Categories(0)/Products", sample, "Products", anyOf(sample.path("Products", "Categories"), 1, id(0)), []string{"0", "1"}, "many to many"},
		{"Products(1)/Categories", sample, "Categories", anyOf(sample.path("Categories", "Products"), 1, id(1)), []string{"0", "1"}, "and back"},
		{"Products(9)/ODataDemo.FeaturedProduct/Advertisement", sample, "Advertisements",
			id(9)(sample.path("Advertisements", "FeaturedProduct")), []string{"guid'f89dee73-af9f-4cd4-b330-db93c25ff3c7"}, "one to one"},
		{"Suppliers(0)/Products?$filter=Price gt 20", sample, "Products", odata.Conjunction(id(0)(sample.path("Products", "Supplier")),
			sample.filter(t, sample.typ("Products"), "Price gt 20")), []string{"2", "4", "5"}, "with a condition of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.shop.query(tt.set)
			q.Filter = tt.filter
			if diff := cmp.Diff(tt.want, tt.shop.keys(t, q)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", odata.Dump(tt.filter), tt.why, diff)
			}
		})
	}
}

// TestGuardsInPaths hides related entities from conditions.
func TestGuardsInPaths(t *testing.T) {
	s := demoShop(t)
	customers := s.typ("Customers")
	guarded := func(nav, guard string) odata.Expr {
		e := s.path("Customers", nav).(*odata.Navigate)
		e.Where = s.filter(t, e.Nav.Target(), guard)
		return e
	}
	for _, tt := range []struct {
		name   string
		filter odata.Expr
		want   []string
		why    string
	}{
		{"visible", equal(member(guarded("BestFriend", "Points gt 5"), "Name"), edm.String("Ann")), []string{"2", "4"}, "the guard admits Ann"},
		{"hidden", equal(member(guarded("BestFriend", "Points gt 10"), "Name"), edm.String("Ann")), []string{}, "a hidden friend has no name"},
		{"hidden is null", binary(odata.Eq, guarded("BestFriend", "Points gt 10"), &odata.Literal{}), []string{"2", "4", "3"}, "and is not there"},
		{"null is not true", binary(odata.Ne, guarded("BestFriend", "Score gt 1"), &odata.Literal{}), []string{"2", "4"}, "a guard admits only what it is true for"},
		{"any", &odata.Lambda{Of: guarded("Orders", "Total gt 5M")}, []string{"1", "2"}, "hidden orders are not among them"},
		{"all", &odata.Lambda{All: true, Of: guarded("Orders", "Total gt 5M"), Var: &odata.Variable{Name: "o", Depth: 1, Of: metadata.EntityRef(s.typ("Orders"))},
			Body: equal(member(&odata.Variable{Name: "o", Depth: 1, Of: metadata.EntityRef(s.typ("Orders"))}, "Total"), edm.NewDecimal(900, 2).Value())},
			[]string{"1", "2", "4", "3"}, "hidden orders cannot refute it"},
		{"guard with a path of its own", &odata.Lambda{Of: guarded("Orders", "Customer/BestFriend/Id eq 1")}, []string{"2"}, "its $it is the order"},
		{"guard with a lambda of its own", binary(odata.Ne, guarded("BestFriend", "Orders/any(o: o/Total eq 3M)"), &odata.Literal{}), []string{"2", "4"}, "its variables are its own"},
		{"guard in a lambda", anyOf(guarded("Orders", "Total ne null"), 1, func(v odata.Expr) odata.Expr {
			back := &odata.Navigate{Of: v, Nav: s.nav("Orders", "Customer"), Where: s.filter(t, customers, "Emails/any(e: e eq 'b@x')")}
			return binary(odata.Eq, back, odata.ItOf(customers))
		}), []string{"1"}, "inside another variable's scope"},
		{"inverse", anyOf(&odata.Navigate{Of: s.path("Customers"), Nav: s.nav("Customers", "~BestFriend"), Where: s.filter(t, customers, "isof('Demo.VipCustomer')")}, 1, id(2)),
			[]string{}, "Customers(2)/BestFriend, but Bob is hidden"},
		{"other inverse", anyOf(&odata.Navigate{Of: s.path("Customers"), Nav: s.nav("Customers", "~BestFriend"), Where: s.filter(t, customers, "isof('Demo.VipCustomer')")}, 1, id(4)),
			[]string{"1"}, "Customers(4)/BestFriend, and Dee is not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := s.query("Customers")
			q.Filter = tt.filter
			if diff := cmp.Diff(tt.want, s.keys(t, q)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", odata.Dump(tt.filter), tt.why, diff)
			}
		})
	}
}

// TestStorePages orders and cuts through navigation.
func TestStorePages(t *testing.T) {
	s := oDataDemo(t)
	for _, tt := range []struct {
		name, filter, order string
		after               []edm.Value
		skip                int64
		top                 *int64
		want                []string
		total               int64
		why                 string
	}{
		{"order by a related property", "Price lt 5", "Supplier/Name desc,ID", nil, 0, nil, []string{"0", "1", "9"}, 3, "null comes last in descending order"},
		{"and back", "Price lt 5", "Supplier/Name,ID desc", nil, 0, nil, []string{"9", "1", "0"}, 3, "and first in ascending order"},
		{"cut", "", "Supplier/Name,ID", nil, 1, new(int64(3)), []string{"10", "1", "2"}, 11, "skip and top come after the order"},
		{"resumed", "", "Supplier/Name,ID", []edm.Value{edm.String("Exotic Liquids"), edm.Int32(4)}, 0, new(int64(3)), []string{"5", "6", "0"}, 11, "after a position"},
		{"total before the page", "Categories/any(c: c/ID eq 1)", "", nil, 2, new(int64(2)), []string{"3", "4"}, 8, "the total is that of the filter"},
		{"nothing wanted", "Supplier/ID eq 1", "", nil, 0, new(int64(0)), []string{}, 3, "but the total"},
		{"order of few", "Supplier/ID eq 1", "Price desc", nil, 1, nil, []string{"7", "0"}, 3, "what was found by links is ordered"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := s.query("Products")
			q.Filter, q.OrderBy = s.filter(t, q.Type, tt.filter), s.order(t, q.Type, tt.order)
			q.After, q.Skip, q.Top, q.Total = tt.after, tt.skip, tt.top, true
			rows, total, err := s.read(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, keysOf(q, rows)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if total == nil || *total != tt.total {
				t.Errorf("%s: total %v, want %d", tt.why, total, tt.total)
			}
		})
	}
}

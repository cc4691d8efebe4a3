package memory_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// TestNarrow checks which entities a filter leaves to be looked at. Positions
// are those in the data: the customers 1, 2, 4, 3 and the orders 6, 1, 2, 3, 4.
func TestNarrow(t *testing.T) {
	s := demoShop(t)
	key := func(last byte) func(odata.Expr) odata.Expr {
		return func(of odata.Expr) odata.Expr { return equal(member(of, "OrderId"), edm.GUID{15: last}.Value()) }
	}
	step := func(of odata.Expr, set, nav string) odata.Expr { return &odata.Navigate{Of: of, Nav: s.nav(set, nav)} }
	inverse := func(depth int, of odata.Expr, body func(odata.Expr) odata.Expr) odata.Expr {
		return anyOf(step(of, "Customers", "~BestFriend"), depth, body)
	}
	customer := odata.Expr(odata.ItOf(s.typ("Customers")))
	order := odata.Expr(odata.ItOf(s.typ("Orders")))
	ids := func(of odata.Expr, ids ...int32) odata.Expr {
		in := &odata.In{X: []odata.Expr{member(of, "Id")}}
		for _, id := range ids {
			in.Rows = append(in.Rows, []edm.Value{edm.Int32(id)})
		}
		return in
	}
	not := func(e odata.Expr) odata.Expr { return &odata.Unary{Op: odata.Not, X: e} }
	all := anyOf(step(customer, "Customers", "Orders"), 1, key(4)).(*odata.Lambda)
	all = &odata.Lambda{All: true, Of: all.Of, Var: all.Var, Body: all.Body}
	guarded := &odata.Navigate{Of: order, Nav: s.nav("Orders", "Customer"), Where: s.filter(t, s.typ("Customers"), "Points gt 5")}

	for _, tt := range []struct {
		name, set string
		filter    odata.Expr
		want, why string
	}{
		{"key", "Customers", id(4)(customer), "[2]", "one entity"},
		{"absent key", "Customers", id(9)(customer), "[]", "none"},
		{"listed keys", "Customers", ids(customer, 3, 9, 1, 3), "[0 3]", "each once, in the order of the set"},
		{"composite keys", "OrderLines", &odata.In{X: []odata.Expr{
			member(odata.ItOf(s.typ("OrderLines")), "LineNo"), member(odata.ItOf(s.typ("OrderLines")), "OrderId")},
			Rows: [][]edm.Value{{edm.Int32(1), edm.GUID{15: 1}.Value()}}}, "[1]", "in any order of the properties"},
		{"listed keys behind a path", "Orders", ids(step(order, "Orders", "Customer"), 2, 1), "[1 2 3 4]", "what an operation returned and is navigated from"},
		{"null behind a path", "Orders", &odata.In{X: []odata.Expr{member(step(order, "Orders", "Customer"), "Id")}, Rows: [][]edm.Value{{edm.Null}}}, "all", "orders without a customer match"},
		{"listed values", "Customers", &odata.In{X: []odata.Expr{member(customer, "Points")}, Rows: [][]edm.Value{{edm.Int64(10)}}}, "all", "they are no keys"},
		{"listed keys of two", "Customers", &odata.In{X: []odata.Expr{member(step(customer, "Customers", "BestFriend"), "Id"), member(customer, "Id")}, Rows: [][]edm.Value{{edm.Int32(1), edm.Int32(2)}}},
			"all", "not of one entity"},
		{"half a key", "OrderLines", equal(member(odata.ItOf(s.typ("OrderLines")), "LineNo"), edm.Int32(1)), "all", "may be in many"},

		{"path", "Orders", id(1)(step(order, "Orders", "Customer")), "[1 2 3]", "the links of one customer"},
		{"path with a guard", "Orders", id(1)(guarded), "[1 2 3]", "the guard can only hide more of them"},
		{"mirrored", "Orders", binary(odata.Eq, literal(edm.Int32(2)), member(step(order, "Orders", "Customer"), "Id")), "[4]", "the operands' order does not matter"},
		{"any", "Customers", anyOf(step(customer, "Customers", "Orders"), 1, key(4)), "[1]", "the inverse of a single-valued navigation"},
		{"inverse without a name", "Customers", inverse(1, customer, id(4)), "[0]", "whose is Dee's best friend"},
		{"many", "Customers", id(1)(step(customer, "Customers", "BestFriend")), "[1 2]", "all whose best friend is Ann"},
		{"two steps", "Orders", id(2)(step(step(order, "Orders", "Customer"), "Customers", "BestFriend")), "[1 2 3]", "orders of those whose best friend is Bob"},
		{"two steps, many", "Orders", id(1)(step(step(order, "Orders", "Customer"), "Customers", "BestFriend")), "[4]", "Dee has no orders"},
		{"nested", "Customers", inverse(1, customer, func(v odata.Expr) odata.Expr { return inverse(2, v, id(4)) }), "[1]", "Dee's best friend's best friend"},
		{"listed in nested", "Customers", inverse(1, customer, func(v odata.Expr) odata.Expr { return ids(v, 1, 4, 2) }), "[0 1]", "each once"},
		{"cast", "Customers", id(3)(step(&odata.TypeCast{Of: customer, Entity: s.model.EntityType("Demo.VipCustomer")}, "Customers", "Concierge")), "[0 2]", "a cast only leaves entities out"},
		{"smallest", "Customers", odata.Conjunction(id(1)(step(customer, "Customers", "BestFriend")), anyOf(step(customer, "Customers", "Orders"), 1, key(4))), "[1]", "of several ways, the one with fewer"},
		{"key before links", "Customers", odata.Conjunction(id(1)(step(customer, "Customers", "BestFriend")), id(4)(customer)), "[2]", "one is the fewest"},
		{"nobody", "Orders", id(9)(step(order, "Orders", "Customer")), "[]", "a customer who does not exist"},

		{"about $it inside any", "Customers", inverse(1, customer, func(v odata.Expr) odata.Expr { return odata.Conjunction(id(1)(customer), id(4)(v)) }), "[0]",
			"the condition on $it is none on the variable"},
		{"only about $it inside any", "Customers", inverse(1, customer, func(odata.Expr) odata.Expr { return id(1)(customer) }), "all", "the variable is not named"},
		{"path from $it inside any", "Customers", inverse(1, customer, func(v odata.Expr) odata.Expr {
			return odata.Conjunction(id(2)(step(customer, "Customers", "BestFriend")), id(4)(v))
		}), "[0]", "a path from $it is none from the variable"},
		{"only a path from $it inside any", "Customers", inverse(1, customer, func(odata.Expr) odata.Expr { return id(2)(step(customer, "Customers", "BestFriend")) }), "all",
			"it says nothing about the variable"},
		{"outer variable", "Customers", inverse(1, customer, func(v odata.Expr) odata.Expr {
			return inverse(2, v, func(odata.Expr) odata.Expr { return id(1)(v) })
		}), "all", "nor is a condition on the outer variable one on the inner"},
		{"all", "Customers", all, "all", "all holds for customers without orders, too"},
		{"or", "Orders", binary(odata.Or, id(1)(step(order, "Orders", "Customer")), key(4)(order)), "all", "an alternative leaves all"},
		{"not", "Orders", not(id(1)(step(order, "Orders", "Customer"))), "all", "so does the opposite"},
		{"other property", "Orders", s.filter(t, s.typ("Orders"), "Customer/Name eq 'Ann'"), "all", "names are no keys"},
		{"null", "Orders", s.filter(t, s.typ("Orders"), "Customer/Id eq null"), "all", "the orders without a customer are linked to none"},
		{"other operator", "Orders", s.filter(t, s.typ("Orders"), "Customer/Id le 1"), "all", "only equality names one"},
		{"nothing", "Orders", nil, "all", "all entities match"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := s.query(tt.set)
			q.Filter = tt.filter
			positions, ok, err := memory.Candidates(s.sets[tt.set], q)
			if err != nil {
				t.Fatal(err)
			}
			got := "all"
			if ok {
				got = fmt.Sprint(positions)
			}
			if got != tt.want {
				t.Errorf("%s: %s leaves %s, want %s", tt.why, odata.Dump(tt.filter), got, tt.want)
			}
		})
	}
}

// manyOrders is a shop with this many customers, each with ten orders and the
// next customer as best friend.
func manyOrders(t testing.TB, customers int) *shop {
	t.Helper()
	model := testmodel.Demo(t)
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	guid := func(customer, n int) edm.GUID {
		return edm.GUID{0: byte(customer >> 8), 1: byte(customer), 15: byte(n)}
	}
	orders := memory.Links{Set: "Customers", Navigation: "Orders"}
	friends := memory.Links{Set: "Customers", Navigation: "BestFriend"}
	home := edm.Complex([]edm.Value{edm.String("Street"), edm.String("City")})
	for i := range customers {
		key := strconv.Itoa(i)
		data.Entities["Customers"] = append(data.Entities["Customers"], memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(int32(i)), "Name": edm.String("n" + key),
			"Since": edm.DateTime{}.Value(), "Points": edm.Int64(int64(i % 100)), "Home": home, "Version": edm.Int32(1)}})
		friends.Pairs = append(friends.Pairs, [2]string{key, strconv.Itoa((i + 1) % customers)})
		for n := range 10 {
			id := guid(i, n)
			data.Entities["Orders"] = append(data.Entities["Orders"], memory.Entity{Values: map[string]edm.Value{
				"OrderId": id.Value(), "Total": edm.NewDecimal(int64(i*10+n)%1000, 0).Value()}})
			orders.Pairs = append(orders.Pairs, [2]string{key, id.Value().String()})
		}
	}
	data.Links = []memory.Links{orders, friends}
	return open(t, model, data)
}

// TestPathsLookAtFew counts how many entities a read looks at, among thousands.
func TestPathsLookAtFew(t *testing.T) {
	s := manyOrders(t, 1000)
	order := odata.ItOf(s.typ("Orders"))
	customer := odata.ItOf(s.typ("Customers"))
	placedBy := &odata.Navigate{Of: order, Nav: s.nav("Orders", "Customer")}
	for _, tt := range []struct {
		name, set string
		filter    odata.Expr
		rows      int
		looks     int // at most
		why       string
	}{
		{"Customers(7)/Orders", "Orders", id(7)(placedBy), 10, 20, "each order, and its customer to make sure"},
		{"Customers(7)/Orders?$filter=…", "Orders", odata.Conjunction(id(7)(placedBy), s.filter(t, s.typ("Orders"), "Total ge 75M")), 5, 20, "the same orders"},
		{"Customers(7)/BestFriend/Orders", "Orders", anyOf(&odata.Navigate{Of: placedBy, Nav: s.nav("Customers", "~BestFriend")}, 1, id(7)), 10, 30, "each order, its customer, and whose friend that is"},
		{"Orders(…)/Customer", "Customers", anyOf(&odata.Navigate{Of: customer, Nav: s.nav("Customers", "Orders")}, 1, func(v odata.Expr) odata.Expr {
			return equal(member(v, "OrderId"), edm.GUID{1: 7, 15: 3}.Value())
		}), 1, 11, "the customer and his orders"},
		{"Customers(7)", "Customers", id(7)(customer), 1, 1, "one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := s.query(tt.set)
			q.Filter, q.Total = tt.filter, true
			q.OrderBy = []odata.Order{{By: &odata.Member{Of: odata.ItOf(q.Type), Property: q.Type.KeyProperties()[0]}}}
			rows, looks, err := memory.Looks(t.Context(), s.sets[tt.set], q)
			// The order is one more look at each.
			if limit := tt.looks + tt.rows; err != nil || rows != tt.rows || looks > limit {
				t.Errorf("%s: %d rows, %d looks, %v; want %d rows and %d looks at most", tt.why, rows, looks, err, tt.rows, limit)
			}
		})
	}
}

// TestNestedConditionsEnd ends a request while a single entity is looked at,
// which takes a look at all pairs of the entities it is linked to.
func TestNestedConditionsEnd(t *testing.T) {
	model := testmodel.Demo(t)
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	home := edm.Complex([]edm.Value{edm.Null, edm.Null})
	friends := memory.Links{Set: "Customers", Navigation: "BestFriend"}
	for i := range int32(300) {
		data.Entities["Customers"] = append(data.Entities["Customers"], memory.Entity{Values: map[string]edm.Value{
			"Id": edm.Int32(i), "Since": edm.DateTime{}.Value(), "Points": edm.Int64(1), "Home": home, "Version": edm.Int32(1)}})
		friends.Pairs = append(friends.Pairs, [2]string{strconv.Itoa(int(i)), "0"})
	}
	data.Links = []memory.Links{friends}
	s := open(t, model, data)
	admirers := func(of odata.Expr) odata.Expr {
		return &odata.Navigate{Of: of, Nav: s.nav("Customers", "~BestFriend")}
	}
	q := s.query("Customers")
	q.Filter = anyOf(admirers(odata.ItOf(q.Type)), 1, func(v odata.Expr) odata.Expr {
		return anyOf(admirers(&odata.Navigate{Of: v, Nav: s.nav("Customers", "BestFriend")}), 2, func(w odata.Expr) odata.Expr {
			return binary(odata.Gt, member(w, "Points"), member(v, "Points"))
		})
	})
	ctx := &endsAfter{Context: t.Context(), left: 5}
	_, looks, err := memory.Looks(ctx, s.sets["Customers"], q)
	if !errors.Is(err, context.DeadlineExceeded) || looks > 20_000 {
		t.Errorf("the read looked at %d of 90,000 pairs and ended with %v", looks, err)
	}
}

// endsAfter is a context that ends after it was asked a number of times.
type endsAfter struct {
	context.Context
	left int
}

func (c *endsAfter) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

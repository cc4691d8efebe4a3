package bind

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// guards binds a condition for each named set.
func guards(t *testing.T, b *Binder, texts map[string]string) func(*metadata.EntitySet) (odata.Expr, error) {
	t.Helper()
	return func(set *metadata.EntitySet) (odata.Expr, error) {
		text, ok := texts[set.Name]
		if !ok {
			return nil, nil
		}
		node, err := uri.ParseFilter(text, uri.Limits{})
		if err != nil {
			t.Fatalf("the guard of %s: %v", set.Name, err)
		}
		return b.Filter(set.Type(), node)
	}
}

func TestGuarded(t *testing.T) {
	const (
		cheap = "[(lt Total:Decimal 5M:Decimal)]"
		named = "[(ne Name:String null:String)]"
	)
	simple := map[string]string{"Orders": "Total lt 5", "Customers": "Name ne null"}
	b := demoBinder(t)
	for _, tt := range []struct {
		name, set, in string
		guards        map[string]string
		want, why     string
	}{
		{"no navigation", "Customers", "Name eq 'x' and Id gt 1", simple, "(and (eq Name:String 'x':String) (gt Id:Int32 1:Int32))", "the guard of the set itself is joined elsewhere"},
		{"member path", "Orders", "Customer/Name eq 'x'", simple, "(eq Customer" + named + "/Name:String 'x':String)", "a hidden customer has no name"},
		{"comparison with null", "Orders", "Customer eq null", simple, "(eq Customer" + named + " null:Demo.Customer)", "a hidden customer is none"},
		{"complex member", "Orders", "Customer/Home/City eq 'x'", simple, "(eq Customer" + named + "/Home:Demo.Address/City:String 'x':String)", "what is behind it is hidden, too"},
		{"two steps", "Orders", "Customer/BestFriend/Id eq 1", simple, "(eq Customer" + named + "/BestFriend" + named + "/Id:Int32 1:Int32)", "every step is restricted"},
		{"any", "Customers", "Orders/any()", simple, "(any Orders" + cheap + ")", "hidden orders do not count"},
		{"any with a condition", "Customers", "Orders/any(o:o/Customer/Id eq $it/Id)", simple,
			"(any Orders" + cheap + " o: (eq o/Customer" + named + "/Id:Int32 Id:Int32))", "the variable is in the orders' set"},
		{"all", "Customers", "Orders/all(o:o/Total gt 1)", simple, "(all Orders" + cheap + " o: (gt o/Total:Decimal 1M:Decimal))", "all of those that are visible"},
		{"nested lambdas", "Customers", "Orders/any(o:o/Customer/Orders/any(p:p/Customer/Id eq o/Customer/Id))", simple,
			"(any Orders" + cheap + " o: (any o/Customer" + named + "/Orders" + cheap + " p: (eq p/Customer" + named + "/Id:Int32 o/Customer" + named + "/Id:Int32)))",
			"each variable has its set"},
		{"lambda over values", "Orders", "Customer/Emails/any(e:startswith(e,'x'))", simple,
			"(any Customer" + named + "/Emails:Collection(Edm.String) e: (startswith e 'x':String))", "values have no set"},
		{"cast", "Orders", "Customer/Demo.VipCustomer/Concierge/Id eq 1", simple,
			"(eq Customer" + named + "/Demo.VipCustomer/Concierge" + named + "/Id:Int32 1:Int32)", "casts stay in the set"},
		{"functions and arithmetic", "Orders", "length(Customer/Name) add Customer/Id gt -Customer/Id or not isof(Customer,'Demo.VipCustomer')", simple,
			"(or (gt (add (length Customer" + named + "/Name:String) Customer" + named + "/Id:Int32) (- Customer" + named + "/Id:Int32)) (not (isof Customer" + named + " Demo.VipCustomer)))",
			"wherever a navigation stands"},
		{"conversions", "Orders", "Customer/Id eq 5000000000 and cast(Customer/Name,'Edm.Int32') eq 1", simple,
			"(and (eq (convert Customer" + named + "/Id:Int32 Int64) 5000000000L:Int64) (eq (cast Customer" + named + "/Name:String Int32) 1:Int32))",
			"wherever a navigation stands"},
		{"no guard", "Customers", "Orders/any(o:o/Total gt 1)", nil, "(any Orders o: (gt o/Total:Decimal 1M:Decimal))", "a set without a condition hides nothing"},
		{"guard of a guard", "Customers", "Orders/any()", map[string]string{"Orders": "Customer/Id gt 1", "Customers": "Id lt 9"},
			"(any Orders[(gt Customer[(lt Id:Int32 9:Int32)]/Id:Int32 1:Int32)])", "what a guard looks at is restricted itself"},
		{"guard with a lambda", "Customers", "Orders/any(o:o/Total gt 1)", map[string]string{"Orders": "Customer/Emails/any(e:e eq 'x')"},
			"(any Orders[(any Customer/Emails:Collection(Edm.String) e: (eq e 'x':String))] o: (gt o/Total:Decimal 1M:Decimal))", "the guard's variables are its own"},
		{"set of a derived type", "Albums", "Owner/Name eq 'x'", map[string]string{"Vips": "Level gt 1", "Customers": "Id lt 9"},
			"(eq Owner[(gt Level:Int32 1:Int32)]/Name:String 'x':String)", "the guard is that of the set which the association set names"},
		{"undeclared property", "Tags", "Colour eq 1", simple, "(eq Colour:? 1:Int32)", "nothing is navigated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := filterFor(t, b, tt.set, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			before := odata.Dump(e)
			got, err := Guarded(e, b.model.DefaultContainer().EntitySet(tt.set), guards(t, b, tt.guards))
			if err != nil {
				t.Fatalf("%s: %v (%s)", tt.in, err, tt.why)
			}
			if diff := cmp.Diff(tt.want, odata.Dump(got)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
			if after := odata.Dump(e); after != before {
				t.Errorf("the condition itself has become %s", after)
			}
			if tt.want == before && got != e {
				t.Error("nothing changes, and yet the result is another tree")
			}
			if problem := checkTypes(got); problem != "" {
				t.Error(problem)
			}
		})
	}
}

// TestGuardedPaths guards the conditions that paths become, with inverses.
func TestGuardedPaths(t *testing.T) {
	b := demoBinder(t)
	condition := guards(t, b, map[string]string{"Customers": "Name ne null", "Albums": "Id lt 9", "Orders": "Customer/Id gt 1"})
	for _, tt := range []struct{ path, want, why string }{
		{"Customers(1)/Orders", "(eq Customer[(ne Name:String null:String)]/Id:Int32 1:Int32)", "a declared inverse"},
		{"Customers(1)/BestFriend", "(any ~BestFriend[(ne Name:String null:String)] x1: (eq x1/Id:Int32 1:Int32))", "an inverse without a name"},
		{"Albums(1)/Owner", "(eq ~Owner[(lt Id:Int32 9:Int32)]/Id:Int32 1:Int32)", "an inverse that leads to one"},
		{"Customers(1)/Demo.GoldCustomer/Concierge", "(any ~Concierge[(ne Name:String null:String)]/Demo.GoldCustomer x1: (eq x1/Id:Int32 1:Int32))", "a cast of a collection"},
		{"Lucky/Orders", "(in Customer[(ne Name:String null:String)]/Id:Int32)[null]", "the key of a result"},
		{"Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')/Customer",
			"(any Orders[(gt Customer[(ne Name:String null:String)]/Id:Int32 1:Int32)] x1: (eq x1/OrderId:Guid guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10':Guid))", "a guard that navigates back"},
	} {
		r, err := requestFor(t, b, tt.path, "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := Guarded(r.Query.Filter, r.Set, condition)
		if err != nil {
			t.Errorf("%s: %v (%s)", tt.path, err, tt.why)
			continue
		}
		if diff := cmp.Diff(tt.want, odata.Dump(got)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.path, tt.why, diff)
		}
		if in, ok := got.(*odata.In); ok && &in.Rows[0][0] != &r.Operation.Key[0] {
			t.Error("the guarded condition does not compare with the key of the result any more")
		}
	}
}

// TestGuardedAgain restricts what is restricted already: both conditions hold.
func TestGuardedAgain(t *testing.T) {
	b := demoBinder(t)
	orders := b.model.DefaultContainer().EntitySet("Orders")
	e, err := filterFor(t, b, "Orders", "Customer/BestFriend/Id eq 1")
	if err != nil {
		t.Fatal(err)
	}
	once, err := Guarded(e, orders, guards(t, b, map[string]string{"Customers": "BestFriend eq null"}))
	if err == nil {
		t.Fatalf("a guard without end was accepted: %s", odata.Dump(once))
	}
	once = &odata.Binary{Op: odata.Eq, R: &odata.Literal{Value: edm.Int32(1), Of: metadata.PrimitiveType(edm.KindInt32)},
		L: &odata.Member{Property: b.model.EntityType("Demo.Customer").Property("Id"), Of: &odata.Navigate{
			Of: odata.ItOf(orders.Type()), Nav: orders.Type().NavigationProperty("Customer"),
			Where: &odata.Binary{Op: odata.Eq, R: &odata.Literal{Value: edm.Null, Of: metadata.EntityRef(b.model.EntityType("Demo.Customer"))},
				L: &odata.Navigate{Of: odata.ItOf(b.model.EntityType("Demo.Customer")), Nav: b.model.EntityType("Demo.Customer").NavigationProperty("BestFriend")}},
		}}}
	twice, err := Guarded(once, orders, guards(t, b, map[string]string{"Customers": "Id lt 9"}))
	if err != nil {
		t.Fatal(err)
	}
	want := "(eq Customer[(and (lt Id:Int32 9:Int32) (eq BestFriend[(lt Id:Int32 9:Int32)] null:Demo.Customer))]/Id:Int32 1:Int32)"
	if diff := cmp.Diff(want, odata.Dump(twice)); diff != "" {
		t.Errorf("the guard goes first, and into what is there (-want +got):\n%s", diff)
	}
}

// TestGuardedShares keeps the parts of a condition in which nothing changes.
func TestGuardedShares(t *testing.T) {
	b := demoBinder(t)
	e, err := filterFor(t, b, "Orders", "Total gt 1 and (Took eq null or Customer/Id eq 1)")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	got, err := Guarded(e, b.model.DefaultContainer().EntitySet("Orders"), func(*metadata.EntitySet) (odata.Expr, error) {
		asked++
		return &odata.Literal{Value: edm.Boolean(true)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before, after := e.(*odata.Binary), got.(*odata.Binary)
	if before.L != after.L || before.R.(*odata.Binary).L != after.R.(*odata.Binary).L {
		t.Error("a part without navigation was copied")
	}
	if before.R.(*odata.Binary).R == after.R.(*odata.Binary).R || asked != 1 {
		t.Errorf("the navigation was not restricted, or the guard asked %d times", asked)
	}
	if none, err := Guarded(nil, nil, nil); none != nil || err != nil {
		t.Errorf("no condition became %v, %v", none, err)
	}
}

// TestGuardedUndeclared reaches a navigation below an undeclared property.
func TestGuardedUndeclared(t *testing.T) {
	b := demoBinder(t)
	orders := b.model.DefaultContainer().EntitySet("Orders")
	customer := &odata.Navigate{Of: odata.ItOf(orders.Type()), Nav: orders.Type().NavigationProperty("Customer")}
	got, err := Guarded(&odata.Dynamic{Of: customer, Name: "Flag"}, orders, guards(t, b, map[string]string{"Customers": "Id lt 9"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Customer[(lt Id:Int32 9:Int32)]/Flag:?", odata.Dump(got)); diff != "" {
		t.Errorf("a hidden entity has no undeclared properties either (-want +got):\n%s", diff)
	}
}

func TestGuardedErrors(t *testing.T) {
	b := demoBinder(t)
	refused := &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden"}
	for _, tt := range []struct {
		name, set, in string
		guards        map[string]string
		fail          error
		kind          odata.Kind
		want, why     string
	}{
		{"refused", "Orders", "Customer/Id eq 1", nil, refused, odata.KindForbidden, "Forbidden: ", "what the guard says ends the request"},
		{"no set", "Orders", "Boxes/any()", nil, nil, odata.KindInvalid,
			"NoEntitySet: A condition can look only at entities that belong to an entity set: Boxes leads to none", "no guard protects them"},
		{"no set in a guard", "Customers", "Orders/any()", map[string]string{"Orders": "Boxes/any()"}, nil, odata.KindInternal,
			"InternalError: The service failed to answer the request: condition: Boxes in the guard of Orders leads to entities that belong to no entity set", "a mistake of the program"},
		{"guard that looks into its own set", "Orders", "Customer/Id eq 1", map[string]string{"Customers": "BestFriend/Name eq 'x'"}, nil, odata.KindInternal,
			"InternalError: The service failed to answer the request: guards look into each other without end: Customers → Customers", "it would have no end"},
		{"guards that look into each other", "Orders", "Customer/Id eq 1", map[string]string{"Customers": "Orders/any()", "Orders": "Customer/Name eq 'x'"}, nil, odata.KindInternal,
			"InternalError: The service failed to answer the request: guards look into each other without end: Customers → Orders → Customers", "they would have no end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := filterFor(t, b, tt.set, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			condition := guards(t, b, tt.guards)
			if tt.fail != nil {
				condition = func(*metadata.EntitySet) (odata.Expr, error) { return nil, tt.fail }
			}
			got, err := Guarded(e, b.model.DefaultContainer().EntitySet(tt.set), condition)
			if err == nil || got != nil {
				t.Fatalf("%s: guarded as %s (%s)", tt.in, odata.Dump(got), tt.why)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" || odata.AsError(err).Kind != tt.kind {
				t.Errorf("%s: of kind %d: %s (-want +got):\n%s", tt.in, odata.AsError(err).Kind, tt.why, diff)
			}
		})
	}
	t.Run("condition of the wrong type", func(t *testing.T) {
		e, err := filterFor(t, b, "Orders", "Customer/Id eq 1")
		if err != nil {
			t.Fatal(err)
		}
		_, err = Guarded(e, b.model.DefaultContainer().EntitySet("Orders"), func(*metadata.EntitySet) (odata.Expr, error) {
			return &odata.Member{Property: &metadata.Property{Name: "Nope", Type: "Edm.Boolean"}}, nil
		})
		if !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
			t.Errorf("a guard that does not fit its set is a mistake of the program, not %v", err)
		}
	})
}

// TestGuardChain lets guards look through as many sets as they may, and through
// one more.
func TestGuardChain(t *testing.T) {
	m := chain(maxGuards + 2)
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	b, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	condition := func(set *metadata.EntitySet) (odata.Expr, error) {
		nav := set.Type().NavigationProperty("Next")
		if nav == nil {
			return nil, nil
		}
		return &odata.Binary{Op: odata.Ne, L: &odata.Navigate{Of: odata.ItOf(set.Type()), Nav: nav}, R: &odata.Literal{Value: edm.Null}}, nil
	}
	for _, tt := range []struct {
		set     string
		endless bool
		why     string
	}{
		{"S1", false, "the guards of eight sets, the last without a condition"},
		{"S0", true, "one more"},
	} {
		e, err := filterFor(t, b, tt.set, "Next ne null")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Guarded(e, b.model.DefaultContainer().EntitySet(tt.set), condition); (err != nil) != tt.endless {
			t.Errorf("%s: %v: %s", tt.set, err, tt.why)
		}
	}
}

// chain is a model of n sets S0, S1, ... with a navigation property from each to
// the next.
func chain(n int) *metadata.Model {
	schema := &metadata.Schema{Namespace: "N"}
	box := &metadata.EntityContainer{Name: "Box"}
	for i := range n {
		t := keyed(&metadata.Property{Name: "Id", Type: "Edm.Int32", NotNull: true}, fmt.Sprint("T", i))
		set := fmt.Sprint("S", i)
		box.EntitySets = append(box.EntitySets, &metadata.EntitySet{Name: set, EntityType: t.Name})
		if i < n-1 {
			link := fmt.Sprint("L", i)
			t.NavigationProperties = []*metadata.NavigationProperty{{Name: "Next", Relationship: link, FromRole: "A", ToRole: "B"}}
			schema.Associations = append(schema.Associations, &metadata.Association{Name: link, Ends: [2]metadata.AssociationEnd{
				{Type: t.Name, Role: "A", Multiplicity: metadata.Many}, {Type: fmt.Sprint("T", i+1), Role: "B", Multiplicity: metadata.ZeroOrOne}}})
			box.AssociationSets = append(box.AssociationSets, &metadata.AssociationSet{Name: link, Association: link, Ends: [2]metadata.AssociationSetEnd{
				{Role: "A", EntitySet: set}, {Role: "B", EntitySet: fmt.Sprint("S", i+1)}}})
		}
		schema.EntityTypes = append(schema.EntityTypes, t)
	}
	schema.Containers = []*metadata.EntityContainer{box}
	return &metadata.Model{Schemas: []*metadata.Schema{schema}}
}

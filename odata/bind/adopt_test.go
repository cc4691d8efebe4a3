package bind

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// The definitions below are what a set brings along before the service resolves
// them into its model: names without links.
var (
	foreignName   = &metadata.Property{Name: "Name", Type: "Edm.String"}
	foreignPoints = &metadata.Property{Name: "Points", Type: "Edm.Int64"}
	foreignCredit = &metadata.Property{Name: "Credit", Type: "Edm.Decimal"}
	foreignLevel  = &metadata.Property{Name: "Level", Type: "Edm.Int32"}
	foreignHome   = &metadata.Property{Name: "Home", Type: "Address"}
	foreignCity   = &metadata.Property{Name: "City", Type: "Edm.String"}
	foreignEmails = &metadata.Property{Name: "Emails", Type: "Collection(Edm.String)"}
	foreignOrders = &metadata.NavigationProperty{Name: "Orders"}
	foreignFriend = &metadata.NavigationProperty{Name: "BestFriend"}
	foreignVip    = &metadata.EntityType{Name: "VipCustomer"}
)

func member(of odata.Expr, p *metadata.Property) odata.Expr {
	return &odata.Member{Of: of, Property: p}
}
func text(s string) odata.Expr { return &odata.Literal{Value: edm.String(s)} }
func number(i int32) odata.Expr {
	return &odata.Literal{Value: edm.Int32(i), Of: metadata.PrimitiveType(edm.KindInt32)}
}
func binary(op odata.BinaryOp, l, r odata.Expr) odata.Expr {
	return &odata.Binary{Op: op, L: l, R: r}
}

func TestAdopt(t *testing.T) {
	model := demo(t)
	customer, tag := model.EntityType("Demo.Customer"), model.EntityType("Demo.Tag")
	o := &odata.Variable{Name: "o", Depth: 1}
	for _, tt := range []struct {
		name string
		typ  *metadata.EntityType
		in   odata.Expr
		want string
		why  string
	}{{
		name: "nothing", typ: customer, in: nil,
		want: "true", why: "no condition stays none",
	}, {
		name: "property", typ: customer, in: binary(odata.Eq, member(nil, foreignName), text("Ann")),
		want: "(eq Name:String 'Ann':String)", why: "the property is found by name, and no owner is $it",
	}, {
		name: "it", typ: customer, in: binary(odata.Eq, member(&odata.Variable{Name: "$it"}, foreignName), &odata.Literal{}),
		want: "(eq Name:String null:String)", why: "$it becomes one of the type, null gets one",
	}, {
		name: "promotion", typ: customer, in: binary(odata.Gt, member(nil, foreignPoints), number(5)),
		want: "(gt Points:Int64 (convert 5:Int32 Int64))", why: "types are brought together as for $filter",
	}, {
		name: "promotion that is there", typ: customer,
		in:   binary(odata.Gt, member(nil, foreignPoints), &odata.Convert{X: number(5), To: edm.KindInt64}),
		want: "(gt Points:Int64 (convert 5:Int32 Int64))", why: "a bound condition can be adopted again",
	}, {
		name: "complex", typ: customer, in: binary(odata.Eq, member(member(nil, foreignHome), foreignCity), text("Ulm")),
		want: "(eq Home:Demo.Address/City:String 'Ulm':String)", why: "a bare type name is the resolved one's",
	}, {
		name: "derived", typ: customer, in: binary(odata.Gt, member(nil, foreignLevel), number(1)),
		want: "(gt Level:Int32 1:Int32)", why: "a member of a derived type is null for other instances",
	}, {
		name: "cast", typ: customer, in: binary(odata.Gt, member(&odata.TypeCast{Of: nil, Entity: foreignVip}, foreignLevel), number(1)),
		want: "(gt Demo.VipCustomer/Level:Int32 1:Int32)", why: "types are found by name",
	}, {
		name: "isof", typ: customer, in: &odata.IsOf{X: nil, Of: metadata.EntityRef(foreignVip)},
		want: "(isof $it Demo.VipCustomer)", why: "types are found by name",
	}, {
		name: "isof of values", typ: customer,
		in: binary(odata.And, &odata.IsOf{X: member(nil, foreignPoints), Of: metadata.PrimitiveType(edm.KindInt64)},
			&odata.IsOf{X: member(nil, foreignHome), Of: metadata.TypeRef{Kind: edm.KindComplex, Complex: &metadata.ComplexType{Name: "Address"}}}),
		want: "(and (isof Points:Int64 Int64) (isof Home:Demo.Address Demo.Address))", why: "any single value has a type",
	}, {
		name: "navigation", typ: customer,
		in:   binary(odata.Ne, &odata.Navigate{Of: nil, Nav: foreignFriend}, &odata.Literal{}),
		want: "(ne BestFriend null:Demo.Customer)", why: "navigation is found by name",
	}, {
		name: "lambda", typ: customer,
		in: &odata.Lambda{All: true, Of: &odata.Navigate{Nav: foreignOrders}, Var: o,
			Body: binary(odata.Gt, member(o, &metadata.Property{Name: "Total", Type: "Edm.Decimal"}), number(5))},
		want: "(all Orders o: (gt o/Total:Decimal (convert 5:Int32 Decimal)))", why: "range variables are typed by what they range over",
	}, {
		name: "any at all", typ: customer, in: &odata.Lambda{Of: member(nil, foreignEmails)},
		want: "(any Emails:Collection(Edm.String))", why: "no body, no variable",
	}, {
		name: "function", typ: customer,
		in:   &odata.Call{Function: &odata.Function{Name: "startswith"}, Args: []odata.Expr{member(nil, foreignName), text("A")}},
		want: "(startswith Name:String 'A':String)", why: "the overload is chosen here",
	}, {
		name: "operators", typ: customer,
		in: binary(odata.Or, &odata.Unary{Op: odata.Not, X: binary(odata.Lt, &odata.Unary{Op: odata.Negate, X: number(1)}, number(2))},
			binary(odata.Eq, &odata.Cast{X: member(nil, foreignPoints), To: metadata.PrimitiveType(edm.KindString)}, text("5"))),
		want: "(or (not (lt (- 1:Int32) 2:Int32)) (eq (cast Points:Int64 String) '5':String))", why: "every operator is checked",
	}, {
		name: "in", typ: customer,
		in:   &odata.In{X: []odata.Expr{member(nil, foreignName), member(nil, foreignPoints)}, Rows: [][]edm.Value{{edm.String("a"), edm.Int64(1)}, {edm.Null, edm.Int64(2)}}},
		want: "(in Name:String Points:Int64)['a',1L][null,2L]", why: "rows have the types of the tuple",
	}, {
		name: "restricted navigation", typ: customer,
		in: &odata.Lambda{Of: &odata.Navigate{Nav: foreignOrders, Where: &odata.Lambda{
			Of:  member(&odata.Navigate{Nav: &metadata.NavigationProperty{Name: "Customer"}}, foreignEmails),
			Var: o, Body: binary(odata.Eq, o, text("x"))}}},
		want: "(any Orders[(any Customer/Emails:Collection(Edm.String) o: (eq o 'x':String))])", why: "what restricts it is on the related entity, with variables of its own",
	}, {
		name: "inverse", typ: customer,
		in:   &odata.Lambda{Of: &odata.Navigate{Nav: customer.NavigationProperty("BestFriend").Inverse()}},
		want: "(any ~BestFriend)", why: "an inverse of the model itself stays",
	}, {
		name: "undeclared property", typ: tag, in: binary(odata.Eq, &odata.Dynamic{Name: "Owner"}, text("Ann")),
		want: "(eq Owner:? 'Ann':String)", why: "on an open type",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Adopt(tt.typ, tt.in)
			if err != nil {
				t.Fatalf("%v (%s)", err, tt.why)
			}
			if diff := cmp.Diff(tt.want, odata.Dump(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			again, err := Adopt(tt.typ, got)
			if err != nil {
				t.Fatalf("adopted again: %v", err)
			}
			if diff := cmp.Diff(tt.want, odata.Dump(again)); diff != "" {
				t.Errorf("adopted again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdoptErrors(t *testing.T) {
	model := demo(t)
	customer := model.EntityType("Demo.Customer")
	o := &odata.Variable{Name: "o", Depth: 1}
	for _, tt := range []struct {
		name string
		in   odata.Expr
		want string // in the cause
		why  string
	}{{
		name: "inverse of another type", in: &odata.Lambda{Of: &odata.Navigate{Nav: model.EntityType("Demo.Album").NavigationProperty("Cover").Inverse()}},
		want: "Demo.Customer has no navigation property ~Cover", why: "no customer is a photo",
	}, {
		name: "inverse of no model", in: &odata.Lambda{Of: &odata.Navigate{Nav: &metadata.NavigationProperty{}}},
		want: "Demo.Customer has no navigation property ", why: "a name is missing",
	}, {
		name: "restriction of the wrong type", in: &odata.Lambda{Of: &odata.Navigate{Nav: foreignOrders, Where: text("x")}},
		want: "NotBoolean", why: "it must be a condition",
	}, {
		name: "unknown property in a restriction", in: &odata.Lambda{Of: &odata.Navigate{Nav: foreignOrders, Where: binary(odata.Eq, member(nil, foreignName), text("x"))}},
		want: "Demo.Order has no property Name", why: "its $it is the related entity",
	}, {
		name: "variable from around a restriction", in: &odata.Lambda{Of: member(nil, foreignEmails), Var: o,
			Body: &odata.Lambda{Of: &odata.Navigate{Nav: foreignOrders, Where: binary(odata.Eq, o, text("x"))}}},
		want: "the range variable o is used outside", why: "a restriction stands by itself",
	}, {
		name: "unknown property", in: binary(odata.Eq, member(nil, &metadata.Property{Name: "Nope", Type: "Edm.String"}), text("x")),
		want: "Demo.Customer has no property Nope", why: "the name is misspelt or the type is another",
	}, {
		name: "another type", in: binary(odata.Eq, member(nil, &metadata.Property{Name: "Name", Type: "Edm.Guid"}), &odata.Literal{Value: edm.GUID{}.Value()}),
		want: "Demo.Customer/Name is Edm.String, not Edm.Guid", why: "the condition was built for another schema",
	}, {
		name: "collection", in: binary(odata.Eq, member(nil, &metadata.Property{Name: "Name", Type: "Collection(Edm.String)"}), text("x")),
		want: "Demo.Customer/Name is Edm.String, not Collection(Edm.String)", why: "the condition was built for another schema",
	}, {
		name: "another literal", in: binary(odata.And, member(nil, foreignName), binary(odata.Eq, member(nil, foreignName), number(1))),
		want: "on Name: TypeMismatch", why: "the error names the property",
	}, {
		name: "not a condition", in: member(nil, foreignName),
		want: "on Name: NotBoolean", why: "a guard says yes or no",
	}, {
		name: "unknown member", in: binary(odata.Eq, member(member(nil, foreignHome), foreignName), text("x")),
		want: "Demo.Address has no property Name", why: "complex types are searched, too",
	}, {
		name: "member of a value", in: binary(odata.Eq, member(member(nil, foreignName), foreignCity), text("x")),
		want: "Edm.String has no member City", why: "a string has none",
	}, {
		name: "unknown navigation", in: &odata.Lambda{Of: &odata.Navigate{Nav: &metadata.NavigationProperty{Name: "Nope"}}},
		want: "Demo.Customer has no navigation property Nope", why: "the name is misspelt",
	}, {
		name: "navigation of a value", in: &odata.Lambda{Of: &odata.Navigate{Of: member(nil, foreignHome), Nav: foreignOrders}},
		want: "Demo.Address has no navigation property Orders", why: "complex values have none",
	}, {
		name: "unknown type", in: &odata.IsOf{Of: metadata.EntityRef(&metadata.EntityType{Name: "Nope"})},
		want: "Nope is not related to Demo.Customer", why: "only the hierarchy is searched",
	}, {
		name: "unknown cast", in: binary(odata.Eq, &odata.TypeCast{Entity: &metadata.EntityType{Name: "Nope"}}, &odata.Literal{}),
		want: "Nope is not related to Demo.Customer", why: "only the hierarchy is searched",
	}, {
		name: "closed type", in: binary(odata.Eq, &odata.Dynamic{Name: "Colour"}, text("x")),
		want: "Demo.Customer has no property Colour and is not open", why: "no property can be undeclared",
	}, {
		name: "unknown function", in: &odata.Call{Function: &odata.Function{Name: "nope"}},
		want: "there is no function nope", why: "evaluators know the table only",
	}, {
		name: "wrong argument", in: &odata.Call{Function: &odata.Function{Name: "length"}, Args: []odata.Expr{member(nil, foreignPoints)}},
		want: "on Points: ArgumentType", why: "the error names the property",
	}, {
		name: "narrowing", in: binary(odata.Eq, &odata.Convert{X: member(nil, foreignPoints), To: edm.KindInt32}, number(1)),
		want: "Edm.Int64 cannot be widened to Edm.Int32", why: "conversions never lose anything",
	}, {
		name: "variable outside", in: binary(odata.Eq, member(o, foreignName), text("x")),
		want: "the range variable o is used outside its any or all", why: "it has no value there",
	}, {
		name: "body without variable", in: &odata.Lambda{Of: member(nil, foreignEmails), Body: number(1)},
		want: "a condition without a range variable", why: "it could not depend on the item",
	}, {
		name: "body that is no condition", in: &odata.Lambda{Of: member(nil, foreignEmails), Var: o, Body: member(nil, foreignCredit)},
		want: "on Emails, Credit: NotBoolean", why: "a lambda's body says yes or no",
	}, {
		name: "lambda over a value", in: &odata.Lambda{Of: member(nil, foreignName)},
		want: "any and all need a collection, not Edm.String", why: "there is nothing to range over",
	}, {
		name: "short row", in: &odata.In{X: []odata.Expr{member(nil, foreignName)}, Rows: [][]edm.Value{{}}},
		want: "in compares 1 values with a row of 0", why: "rows are parallel to the tuple",
	}, {
		name: "row of another type", in: &odata.In{X: []odata.Expr{member(nil, foreignPoints)}, Rows: [][]edm.Value{{edm.Int32(1)}}},
		want: "in compares Edm.Int64 with Edm.Int32", why: "rows hold the exact type",
	}, {
		name: "in over structures", in: &odata.In{X: []odata.Expr{member(nil, foreignHome)}},
		want: "in needs primitive values, not Demo.Address", why: "structures are not compared there",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Adopt(customer, tt.in)
			if err == nil {
				t.Fatalf("adopted as %s, want an error: %s", odata.Dump(got), tt.why)
			}
			e := odata.AsError(err)
			if e.Kind != odata.KindInternal || e.Code != "InternalError" {
				t.Errorf("%v is not internal: %s", err, tt.why)
			}
			if e.Err == nil || !strings.Contains(e.Err.Error(), tt.want) {
				t.Errorf("the cause is %v, want %q: %s", e.Err, tt.want, tt.why)
			}
		})
	}
}

// TestAdoptDerived tells apart members that two derived types have under one
// name.
func TestAdoptDerived(t *testing.T) {
	key := &metadata.Property{Name: "Id", Type: "Edm.Int32", NotNull: true}
	size := func() *metadata.Property { return &metadata.Property{Name: "Size", Type: "Edm.Int32"} }
	m := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N", EntityTypes: []*metadata.EntityType{
		{Name: "Base", Key: []string{"Id"}, Properties: []*metadata.Property{key}},
		{Name: "A", BaseType: "Base", Properties: []*metadata.Property{size()}},
		{Name: "B", BaseType: "Base", Properties: []*metadata.Property{size()}},
	}}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	base, b := m.EntityType("N.Base"), m.EntityType("N.B").Property("Size")
	got, err := Adopt(base, binary(odata.Eq, member(nil, b), number(1)))
	if err != nil {
		t.Fatal(err)
	}
	if p := got.(*odata.Binary).L.(*odata.Member).Property; p != b {
		t.Errorf("the property is that of %s, want that of N.B: the declaring type decides", p.DeclaringType())
	}
	if got, err := Adopt(base, binary(odata.Eq, member(nil, size()), number(1))); err == nil {
		t.Errorf("a name that two types have was adopted as %s", odata.Dump(got))
	}
}

// TestAdoptLeavesTheOriginal holds the promise that conditions may be shared.
func TestAdoptLeavesTheOriginal(t *testing.T) {
	model := demo(t)
	null := &odata.Literal{}
	in := binary(odata.Eq, member(nil, foreignName), null)
	if _, err := Adopt(model.EntityType("Demo.Customer"), in); err != nil {
		t.Fatal(err)
	}
	if !null.Of.IsZero() || in.(*odata.Binary).L.(*odata.Member).Of != nil {
		t.Errorf("the condition was changed to %s", odata.Dump(in))
	}
}

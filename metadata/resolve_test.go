package metadata_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	. "github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

func resolved(t *testing.T, m *Model) *Model {
	t.Helper()
	if err := m.Resolve(); err != nil {
		t.Fatalf("Resolve:\n%v", err)
	}
	return m
}

func names[T any](list []T, name func(T) string) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, name(v))
	}
	return out
}

func property(p *Property) string             { return p.Name }
func navigation(n *NavigationProperty) string { return n.Name }
func qualified(t *EntityType) string          { return t.QualifiedName() }
func setName(s *EntitySet) string             { return s.Name }
func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestResolveLinksTypes(t *testing.T) {
	m := resolved(t, shop())
	customer, vip, gold := m.EntityType("Shop.Customer"), m.EntityType("Shop.Vip"), m.EntityType("Shop.Gold")

	equal(t, "inherited properties come first", []string{"ID", "Name", "Credit", "Home", "Tags", "Favourite", "Version", "Face", "Level"},
		names(gold.AllProperties(), property))
	equal(t, "streams are not structural", []string{"ID", "Name", "Credit", "Home", "Tags", "Favourite", "Version", "Level"},
		names(vip.StructuralProperties(), property))
	equal(t, "named streams are inherited", []string{"Face"}, names(vip.NamedStreams(), property))
	equal(t, "derived types have the root's key", []string{"ID"}, names(gold.KeyProperties(), property))
	equal(t, "concurrency tokens are inherited", []string{"Version"}, names(gold.ConcurrencyTokens(), property))
	equal(t, "navigation is inherited", []string{"Orders", "Friend"}, names(vip.AllNavigationProperties(), navigation))
	equal(t, "derived types of the root", []string{"Shop.Vip", "Shop.Gold"}, names(customer.DerivedTypes(), qualified))
	equal(t, "derived types in between", []string{"Shop.Gold"}, names(vip.DerivedTypes(), qualified))
	equal(t, "a bare BaseType is qualified", "Shop.Customer", vip.BaseType)
	equal(t, "declaring type of an inherited property", "Shop.Customer", gold.Property("Name").DeclaringType())
	if !gold.Is(customer) || customer.Is(vip) || gold.Base() != vip {
		t.Error("Is or Base is wrong along Customer, Vip, Gold")
	}
	equal(t, "complex members, inherited first", []string{"X", "Z"}, names(m.ComplexType("Shop.Point3").AllProperties(), property))

	for name, want := range map[string]TypeRef{
		"ID":        {Kind: edm.KindInt32},
		"Home":      {Kind: edm.KindComplex, Complex: m.ComplexType("Shop.Address")},
		"Tags":      {Kind: edm.KindString, Collection: true},
		"Favourite": {Kind: edm.KindString, Enum: m.EnumType("Shop.Color")},
		"Face":      {Kind: edm.KindStream},
	} {
		if got := customer.Property(name).TypeRef(); got != want {
			t.Errorf("type of %s is %v, want %v", name, got, want)
		}
	}
	equal(t, "a bare Type is qualified", "Shop.Address", customer.Property("Home").Type)
}

func TestResolveLinksNavigation(t *testing.T) {
	m := resolved(t, shop())
	customer, order := m.EntityType("Shop.Customer"), m.EntityType("Shop.Order")
	orders, buyer, friend := customer.NavigationProperty("Orders"), order.NavigationProperty("Buyer"), customer.NavigationProperty("Friend")
	if orders.Target() != order || !orders.IsCollection() || orders.Partner() != buyer || orders.DeclaringType() != customer {
		t.Error("Orders leads to the wrong place")
	}
	if buyer.Target() != customer || buyer.Multiplicity() != ZeroOrOne || buyer.Partner() != orders {
		t.Error("Buyer leads to the wrong place")
	}
	if friend.Target() != customer || friend.Multiplicity() != ZeroOrOne || friend.Partner() != nil {
		t.Error("Friend, a self-relation of one direction, leads to the wrong place")
	}
	box := m.DefaultContainer()
	customers := box.EntitySet("Customers")
	if customers.NavigationTarget(orders) != box.EntitySet("Orders") || customers.NavigationTarget(friend) != customers {
		t.Error("navigation from Customers leads to the wrong set")
	}
	if box.EntitySet("Orders").NavigationTarget(orders) != nil {
		t.Error("Orders does not hold customers, yet navigation starts there")
	}
	befriended := friend.Inverse()
	if befriended.Name != "" || befriended.Target() != customer || !befriended.IsCollection() || befriended.Inverse() != friend || orders.Inverse() != buyer {
		t.Error("an inverse does not lead back")
	}
	if customers.NavigationTarget(befriended) != customers || box.EntitySet("Orders").NavigationTarget(befriended) != nil {
		t.Error("the inverse of Friend, which no property declares, leads to the wrong set")
	}
}

func TestResolveLinksContainers(t *testing.T) {
	m := shop()
	m.Schemas = append(m.Schemas, &Schema{
		Namespace: "More",
		Alias:     "Self",
		Usings:    []Using{{Namespace: "Shop", Alias: "S"}},
		EntityTypes: []*EntityType{{
			Name: "Seller", BaseType: "S.Customer",
			NavigationProperties: []*NavigationProperty{{Name: "Sold", Relationship: "Self.Sales", FromRole: "Seller", ToRole: "Order"}},
		}},
		Associations: []*Association{{Name: "Sales", Ends: [2]AssociationEnd{
			{Type: "Seller", Multiplicity: ZeroOrOne}, {Type: "S.Order", Multiplicity: Many}}}},
		Containers: []*EntityContainer{{
			Name: "Mall", Extends: "S.Store", IsDefault: true,
			EntitySets: []*EntitySet{{Name: "Old", EntityType: "Shop.Order"}},
			AssociationSets: []*AssociationSet{{Name: "Sales", Association: "Sales", Ends: [2]AssociationSetEnd{
				{EntitySet: "Orders"}, {EntitySet: "Customers"}}}},
			FunctionImports: []*FunctionImport{
				{Name: "Age", ReturnType: "Int32", IsBindable: true, SideEffecting: new(false),
					Parameters: []*Parameter{{Name: "cust", Type: "S.Customer"}, {Name: "at", Type: "DateTime"}}},
				{Name: "Last", ReturnType: "S.Order", IsBindable: true, EntitySetPath: "who/More.Seller/Sold",
					Parameters: []*Parameter{{Name: "who", Type: "Shop.Customer"}}},
			},
		}},
	})
	resolved(t, m)
	box := m.DefaultContainer()
	equal(t, "the marked container is the default", "More.Mall", box.QualifiedName())
	equal(t, "extended sets come first", []string{"Customers", "Orders", "Old"}, names(box.AllEntitySets(), setName))
	if box.EntitySet("Orders").Container() != m.Container("Store") {
		t.Error("an inherited set belongs to the container that declares it")
	}
	equal(t, "overloads over extended containers", 2, len(box.ImportsNamed("Age")))
	seller := m.EntityType("Self.Seller")
	if seller == nil || seller.Base() != m.EntityType("Shop.Customer") {
		t.Fatal("an alias did not find the type or its base")
	}
	equal(t, "a role defaults to the type's name", "Seller", m.Association("More.Sales").Ends[0].Role)
	equal(t, "association set ends are told apart by type", "Order", m.Container("More.Mall").AssociationSets[0].Ends[0].Role)
	sold := seller.NavigationProperty("Sold")
	if box.EntitySet("Customers").NavigationTarget(sold) != box.EntitySet("Orders") {
		t.Error("navigation of a derived type from the set of its base type is not bound")
	}
	last := box.ImportsNamed("Last")[0]
	if last.ResultSet() != box.EntitySet("Orders") || last.ResultSetFrom(box.EntitySet("Customers")) != box.EntitySet("Orders") {
		t.Error("the set path who/More.Seller/Sold does not lead to Orders")
	}
	equal(t, "bare primitive names are legal CSDL", "Edm.Int32", box.ImportsNamed("Age")[1].ReturnType)
	top, promote := box.ImportsNamed("Top")[0], box.ImportsNamed("Promote")[0]
	if want := (TypeRef{Entity: m.EntityType("Shop.Customer"), Collection: true}); top.Result() != want || top.ResultSet() != box.EntitySet("Customers") {
		t.Errorf("Top returns %v of %v", top.Result(), top.ResultSet())
	}
	if promote.ResultSet() != m.Container("Store").EntitySet("Customers") || promote.Parameters[1].TypeRef() != PrimitiveType(edm.KindInt32) {
		t.Error("Promote returns to the wrong set, or its parameter has the wrong type")
	}
}

func TestModelTypeRef(t *testing.T) {
	m := resolved(t, shop())
	for _, tt := range []struct {
		name, why string
		ok        bool
	}{
		{"Edm.Int32", "primitive types are always known", true},
		{"Edm.GeographyPoint", "so are spatial types", true},
		{"Edm.Null", "null is a value's kind, no type", false},
		{"Collection(Shop.Address)", "collections of complex types", true},
		{"Collection(Shop.Customer)", "collections of entities are feeds", true},
		{"Shop.Color", "enum types", true},
		{"Shop.Nothing", "unknown", false},
		{"Customer", "names in documents are qualified", false},
		{"Collection(Collection(Edm.Int32))", "collections do not nest", false},
		{"Collection(Edm.Int32", "unbalanced", false},
		{"", "empty", false},
	} {
		ref, ok := m.TypeRef(tt.name)
		if ok != tt.ok || ok && ref.String() != tt.name {
			t.Errorf("TypeRef(%q) = %v, %v: %s", tt.name, ref, ok, tt.why)
		}
	}
}

func TestResolveTwice(t *testing.T) {
	once, twice := resolved(t, shop()), resolved(t, shop())
	resolved(t, twice)
	var ignore []cmp.Option
	for _, v := range []any{Model{}, EntityType{}, ComplexType{}, Property{}, NavigationProperty{}, EntityContainer{}, EntitySet{}, FunctionImport{}, Parameter{}} {
		ignore = append(ignore, cmpopts.IgnoreUnexported(v))
	}
	if diff := cmp.Diff(once, twice, ignore...); diff != "" {
		t.Errorf("resolving again changed the model:\n%s", diff)
	}
}

// A copied definition carries the links of its original; resolving the copy in
// another model must replace them all.
func TestResolveCopies(t *testing.T) {
	first := resolved(t, shop())
	customer := *first.EntityType("Shop.Customer")
	customer.Namespace = ""
	customer.NavigationProperties = nil
	customer.Properties = []*Property{new(*customer.Property("ID")), {Name: "Extra", Type: "Edm.String"}}
	second := resolved(t, &Model{Schemas: []*Schema{{Namespace: "Copy", EntityTypes: []*EntityType{&customer}}}})
	got := second.EntityType("Copy.Customer")
	equal(t, "properties of the copy", []string{"ID", "Extra"}, names(got.AllProperties(), property))
	equal(t, "derived types of the copy", []string{}, names(got.DerivedTypes(), qualified))
	equal(t, "properties of the original", 8, len(first.EntityType("Shop.Customer").AllProperties()))
}

func TestResolveFailureChangesNothing(t *testing.T) {
	broken := func() *Model {
		m := shop()
		m.Schemas[0].EntityTypes[0].Properties[0].Type = "Edm.Nonsense"
		return m
	}
	m := broken()
	if m.Resolve() == nil {
		t.Fatal("a model with an unknown type was resolved")
	}
	if diff := cmp.Diff(broken(), m, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("a failed Resolve left changes behind:\n%s", diff)
	}
	m.Schemas[0].EntityTypes[0].Properties[0].Type = "Edm.Int32"
	resolved(t, m)
}

func TestOpenAndMediaAreInherited(t *testing.T) {
	m := shop()
	m.Schemas[0].EntityTypes[1].OpenType = true
	m.Schemas[0].EntityTypes[1].HasStream = true
	resolved(t, m)
	for name, want := range map[string]bool{"Shop.Customer": false, "Shop.Vip": true, "Shop.Gold": true} {
		if e := m.EntityType(name); e.IsOpen() != want || e.IsMediaEntity() != want {
			t.Errorf("%s: open %v, media entity %v, want %v: derived types inherit both", name, e.IsOpen(), e.IsMediaEntity(), want)
		}
	}
}

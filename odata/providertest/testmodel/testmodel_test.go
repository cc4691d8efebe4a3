package testmodel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

func TestDemo(t *testing.T) {
	m := testmodel.Demo(t)
	var sets []string
	for _, s := range m.DefaultContainer().AllEntitySets() {
		sets = append(sets, s.Name)
	}
	if diff := cmp.Diff([]string{"Customers", "Orders", "OrderLines", "Photos", "Tags"}, sets); diff != "" {
		t.Errorf("entity sets (-want +got):\n%s", diff)
	}
	box := m.DefaultContainer()
	vip := m.EntityType("Demo.VipCustomer")
	for _, tt := range []struct {
		navigation string
		target     *metadata.EntitySet
		collection bool
	}{
		{"Orders", box.EntitySet("Orders"), true},
		{"BestFriend", box.EntitySet("Customers"), false},
		{"Concierge", box.EntitySet("Customers"), false},
	} {
		n := vip.NavigationProperty(tt.navigation)
		if n == nil || n.IsCollection() != tt.collection || box.EntitySet("Customers").NavigationTarget(n) != tt.target {
			t.Errorf("%s of a VIP customer does not lead to %s", tt.navigation, tt.target.Name)
		}
	}
	if testmodel.Demo(t) == m {
		t.Error("two calls return the same model")
	}
}

// TestKinds: each primitive type has a property with a value and a null, a set
// with such keys, and an operation that takes it.
func TestKinds(t *testing.T) {
	m := testmodel.Kinds(t)
	box, data := m.DefaultContainer(), testmodel.KindData()
	operations := map[string]bool{}
	for _, o := range testmodel.KindOperations(m) {
		operations[o.Name] = true
	}
	for _, name := range testmodel.PrimitiveNames {
		kind, ok := edm.ParseKind("Edm." + name)
		if p := m.EntityType("Kinds.Value").Property(name); !ok || p == nil || p.TypeRef().Kind != kind {
			t.Errorf("Values has no property %s of its type", name)
		}
		var values, nulls int
		for _, e := range data.Entities["Values"] {
			switch v := e.Values[name]; {
			case v.IsNull():
				nulls++
			case v.Kind() == kind:
				values++
			default:
				t.Errorf("%s is %v", name, v.Kind())
			}
		}
		if values == 0 || nulls == 0 {
			t.Errorf("%s has %d values and %d nulls", name, values, nulls)
		}
		if box.EntitySet(name+"Keys") == nil || len(data.Entities[name+"Keys"]) == 0 {
			t.Errorf("no key is %s", name)
		}
		if len(box.ImportsNamed("Echo"+name)) != 1 || !operations["Echo"+name] {
			t.Errorf("no operation takes %s", name)
		}
	}
	if sets := testmodel.KindSets(t, m); len(sets) != 2+len(testmodel.PrimitiveNames) {
		t.Errorf("%d sets", len(sets))
	}
}

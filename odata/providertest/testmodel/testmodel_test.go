package testmodel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
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

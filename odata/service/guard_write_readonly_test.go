package service_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// readOnlyStage is a stage of the demo model in which clients never write the
// points of a customer and the street of an address, give a score and the time of
// an order on insert only, and leave versions and the ids of orders to the store.
func readOnlyStage(t testing.TB, refuse bool) *guardStage {
	t.Helper()
	model := testmodel.Demo(t)
	customer, order := model.EntityType("Demo.Customer"), model.EntityType("Demo.Order")
	customer.Property("Points").Writable = metadata.WriteNever
	customer.Property("Score").Writable = metadata.WriteOnInsert
	customer.Property("Version").StoreGenerated = metadata.StoreGeneratedComputed
	home := customer.Property("Home").TypeRef().Complex
	for _, p := range home.AllProperties() {
		if p.Name == "Street" {
			p.Writable = metadata.WriteNever
		}
	}
	order.Property("OrderId").StoreGenerated = metadata.StoreGeneratedIdentity
	order.Property("Placed").Writable = metadata.WriteOnInsert
	order.Property("Took").Writable = metadata.WriteNever
	return stageOf(t, model, testmodel.Data(), nil, demoViews, func(c *service.Config, sets []odata.EntitySet) {
		c.Operations = append(testmodel.Operations(model), testmodel.Actions(model, sets)...)
		for i := range sets {
			sets[i].RefuseReadOnly = refuse
		}
	})
}

// TestReadOnlyProperties: a value for a property that clients may not write is
// passed over, or refused where the set says so, in every format and on every
// path, also as a member of a complex value. A request for the property itself is
// refused in any case.
func TestReadOnlyProperties(t *testing.T) {
	const match = "\nIf-Match: *"
	tests := []struct {
		name    string
		deed    deed
		refused bool   // with RefuseReadOnly; otherwise it holds as well
		never   bool   // refused without it too
		look    string // a raw value, and what it is without RefuseReadOnly
		want    string
	}{
		{name: "insert", refused: true, look: "Customers(9)/Points", want: "0", deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Points":"77"}`}},
		{name: "insert, verbose", refused: true, look: "Customers(9)/Points", want: "0", deed: deed{http.MethodPost, "Customers", inVerbose, `{"Id":9,"Points":"77"}`}},
		{name: "insert, Atom", refused: true, look: "Customers(9)/Points", want: "0", deed: deed{http.MethodPost, "Customers", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id><d:Points m:type="Edm.Int64">77</d:Points>`)}},
		{name: "insert of a derived type", refused: true, look: "Customers(9)/Points", want: "0", deed: deed{http.MethodPost, "Customers/Demo.VipCustomer", inLight, `{"Id":9,"Points":"77"}`}},
		{name: "insert, immutable", look: "Customers(9)/Score", want: "7.5", deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Score":7.5}`}},
		{name: "insert, computed", refused: true, look: "Customers(9)/Version", want: "8", deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Version":77}`}},
		{name: "insert, identity", refused: true, look: "Orders(guid'00000000-0000-0000-0000-000000000001')/OrderId", want: "404", deed: deed{http.MethodPost, "Orders", inLight, `{"OrderId":"00000000-0000-0000-0000-000000000001"}`}},
		{name: "insert by way of navigation", refused: true, look: "Customers(3)/Orders/$count", want: "1", deed: deed{http.MethodPost, "Customers(3)/Orders", inLight, `{"Took":"PT1H"}`}},
		{name: "deep insert", refused: true, look: "Customers(9)/Orders/$count?$filter=Took%20eq%20null", want: "1", deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Orders":[{"Took":"PT1H"}]}`}},
		{name: "deep insert, identity", refused: true, look: "Orders(guid'00000000-0000-0000-0000-000000000001')/OrderId", want: "404", deed: deed{http.MethodPost, "Customers", inVerbose, `{"Id":9,"Orders":[{"OrderId":"00000000-0000-0000-0000-000000000001"}]}`}},
		{name: "deep insert below an order", refused: true, look: "Customers(9)/Points", want: "0", deed: deed{http.MethodPost, "Orders", inLight, `{"Customer":{"Id":9,"Points":"77"}}`}},
		{name: "deep insert, immutable", look: "Customers(9)/Orders/$count?$filter=year(Placed)%20eq%202015", want: "1", deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Orders":[{"Placed":"2015-07-12T06:40:00Z"}]}`}},
		{name: "null on insert", refused: true, look: "Orders/$count?$filter=Took%20eq%20null", want: "1", deed: deed{http.MethodPost, "Orders", inLight, `{"Took":null}`}},
		{name: "in a change set", refused: true, look: "Customers(9)/Points", want: "0", deed: deedSet(deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Points":"77"}`})},
		{name: "change of a reference", refused: true, look: "Customers(9)/Points", want: "0", deed: deedSet(deed{http.MethodPost, "Customers", inLight, `{"Id":9}`}, deed{http.MethodPatch, "$1", inLight + match, `{"Points":"77"}`})},

		{name: "merge", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{http.MethodPatch, "Customers(1)", inLight + match, `{"Points":"77"}`}},
		{name: "merge, verbose", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{"MERGE", "Customers(1)", inVerbose + match, `{"Points":"77"}`}},
		{name: "merge, Atom", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{"MERGE", "Customers(1)", inAtom + match, atomEntry(`<d:Points m:type="Edm.Int64">77</d:Points>`)}},
		{name: "merge, immutable", refused: true, look: "Customers(1)/Score", want: "7", deed: deed{http.MethodPatch, "Customers(1)", inLight + match, `{"Score":1}`}},
		{name: "merge, computed", refused: true, look: "Customers(1)/Version", want: "4", deed: deed{http.MethodPatch, "Customers(1)", inLight + match, `{"Version":77}`}},
		{name: "merge, tunnelled", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{http.MethodPatch, "Customers(1)", inLight + match, `{"Points":"77"}`}.tunnelled()},
		{name: "merge by way of navigation", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{http.MethodPatch, "Customers(3)/BestFriend", inLight + match, `{"Points":"77"}`}},
		{name: "merge with a cast", refused: true, look: "Customers(2)/Points", want: "1099511627776", deed: deed{http.MethodPatch, "Customers(2)/Demo.VipCustomer", inLight + match, `{"Points":"77"}`}},
		{name: "replace", refused: true, look: "Customers(1)/Points", want: "12", deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Points":"77"}`}},
		{name: "replace, immutable", refused: true, look: "Customers(1)/Score", want: "7", deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Score":1}`}},
		{name: "replace without them", look: "Customers(1)/Points", want: "12", deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Name":"X"}`}},
		{name: "replace without the immutable", look: "Customers(1)/Score", want: "7", deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Name":"X"}`}},
		{name: "replace of an order", refused: true, look: "Orders(" + visibleOrder + ")/Took", want: "PT1H", deed: deed{http.MethodPut, "Orders(" + visibleOrder + ")", inLight, `{"Took":"PT2H"}`}},
		{name: "the key itself", look: "Orders(" + visibleOrder + ")/Total", want: "8.00", deed: deed{http.MethodPut, "Orders(" + visibleOrder + ")", inLight, `{"OrderId":"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10","Total":"8.00"}`}},

		{name: "property", never: true, look: "Customers(1)/Points", deed: deed{http.MethodPut, "Customers(1)/Points", inLight + match, `{"value":"77"}`}},
		{name: "property, merged", never: true, look: "Customers(1)/Points", deed: deed{http.MethodPatch, "Customers(1)/Points", inLight + match, `{"value":"77"}`}},
		{name: "property, verbose", never: true, look: "Customers(1)/Points", deed: deed{http.MethodPut, "Customers(1)/Points", inVerbose + match, `{"Points":"77"}`}},
		{name: "raw value", never: true, look: "Customers(1)/Points", deed: deed{http.MethodPut, "Customers(1)/Points/$value", "Content-Type: text/plain" + match, "77"}},
		{name: "raw value, removed", never: true, look: "Customers(1)/Score", deed: deed{http.MethodDelete, "Customers(1)/Score/$value", "If-Match: *", ""}},
		{name: "immutable property", never: true, look: "Customers(1)/Score", deed: deed{http.MethodPut, "Customers(1)/Score", inLight + match, `{"value":1}`}},
		{name: "computed property", never: true, look: "Customers(1)/Version", deed: deed{http.MethodPut, "Customers(1)/Version", inLight + match, `{"value":1}`}},
		{name: "property by way of navigation", never: true, look: "Customers(1)/Points", deed: deed{http.MethodPut, "Customers(3)/BestFriend/Points", inLight + match, `{"value":"77"}`}},
		{name: "property in a change set", never: true, look: "Customers(1)/Points", deed: deedSet(deed{http.MethodPut, "Customers(1)/Points", inLight + match, `{"value":"77"}`})},
		{name: "member", never: true, look: "Customers(1)/Home/Street", deed: deed{http.MethodPut, "Customers(1)/Home/Street", inLight + match, `{"value":"X"}`}},
		{name: "member, raw", never: true, look: "Customers(1)/Home/Street", deed: deed{http.MethodPut, "Customers(1)/Home/Street/$value", "Content-Type: text/plain" + match, "X"}},

		{name: "member, merged into the value", refused: true, look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPatch, "Customers(1)/Home", inLight + match, `{"Street":"X","City":"Y"}`}},
		{name: "member, with the value", refused: true, look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPut, "Customers(1)/Home", inLight + match, `{"Street":"X","City":"Y"}`}},
		{name: "member, with the entity", refused: true, look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPatch, "Customers(1)", inLight + match, `{"Home":{"Street":"X","City":"Y"}}`}},
		{name: "member, with a new entity", refused: true, look: "Customers(9)/Home/Street", want: "404",
			deed: deed{http.MethodPost, "Customers", inLight, `{"Id":9,"Home":{"Street":"X","City":"Y"}}`}},
		{name: "member beside, with the value", look: "Customers(1)/Home/City", want: "Y", deed: deed{http.MethodPatch, "Customers(1)/Home", inLight + match, `{"City":"Y"}`}},
		{name: "member kept when the value is replaced", look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPut, "Customers(1)/Home", inLight + match, `{"City":"Y"}`}},
		{name: "member kept when the entity is replaced", look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Home":{"City":"Y"}}`}},
		{name: "member kept when the entity is replaced without the value", look: "Customers(1)/Home/Street", want: "High St 1",
			deed: deed{http.MethodPut, "Customers(1)", inLight + match, `{"Name":"X"}`}},
		{name: "action", look: "Customers(1)/Points", want: "14", deed: deed{http.MethodPost, "Customers(1)/Promote", inLight, `{"level":2}`}},
	}
	for _, tt := range tests {
		for _, refuse := range []bool{false, true} {
			name := tt.name + ", passed over"
			if refuse {
				name = tt.name + ", refused"
			}
			t.Run(name, func(t *testing.T) {
				s := readOnlyStage(t, refuse)
				before := s.dump()
				got := sendDeed(s.guarded, "x", tt.deed)
				if tt.never || refuse && tt.refused {
					if got.inner() != http.StatusForbidden || got.code() != "ReadOnlyProperty" {
						t.Errorf("%s is not 403 with ReadOnlyProperty", got.Body)
					}
					s.untouched(t, before, tt.deed, "it was refused")
				} else if got.inner() >= http.StatusBadRequest {
					t.Error(got.Body)
				} else if value := s.look(tt.look); value != tt.want {
					t.Errorf("%s is %s and not %s", tt.look, value, tt.want)
				}
			})
		}
	}
}

// look is a raw value or a number as it is stored, or the status of its absence.
func (s *guardStage) look(target string) string {
	if !strings.Contains(target, "$count") {
		target += "/$value"
	}
	got := sendDeed(s.open, "x", deed{http.MethodGet, target, "", ""})
	if got.Status == http.StatusNotFound {
		return "404"
	}
	return strings.TrimSpace(got.Body)
}

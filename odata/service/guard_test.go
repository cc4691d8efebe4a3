package service_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// sideDoors are requests that could show an entity, its existence or a number
// that includes it.
var sideDoors = []string{
	"Customers", "Customers?$select=Id", "Customers(2)", "Customers(2)/Name", "Customers(2)/Home/City/$value", "Customers(2)/Orders",
	"Customers(2)/$links/Orders", "Customers(2)/BestFriend", "Customers(2)/Demo.VipCustomer", "Customers/Demo.VipCustomer",
	"Customers/Demo.VipCustomer/$count", "Customers/$count", "Customers?$inlinecount=allpages&$top=0",
	"Customers?$filter=Id%20eq%202", "Customers?$filter=isof('Demo.VipCustomer')", "Customers?$filter=Name%20eq%20null",
	"Customers?$orderby=Points%20desc&$top=1", "Customers?$skip=1", "Customers(1)/BestFriend", "Customers(1)/$links/BestFriend",
	"Customers(1)/BestFriend/Name", "Customers(1)/BestFriend/Orders", "Customers?$expand=BestFriend", "Customers(1)?$expand=BestFriend",
	"Customers(3)?$expand=BestFriend/BestFriend", "Customers?$filter=BestFriend%20eq%20null", "Customers?$filter=BestFriend/Id%20eq%202",
	"Customers?$filter=BestFriend/Points%20gt%205", "Customers?$filter=BestFriend/BestFriend/Id%20eq%202",
	"Customers?$orderby=BestFriend/Points", "Customers?$filter=BestFriend/Orders/any()",
	"Orders", "Orders/$count", "Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')",
	"Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')/Customer", "Customers(1)/Orders", "Customers(1)/Orders/$count",
	"Customers(1)/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')", "Customers(1)/$links/Orders", "Customers(1)/$links/Orders/$count",
	"Customers(1)/$links/Orders(guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11')", "Customers(1)?$expand=Orders",
	"Customers(3)?$expand=BestFriend/Orders", "Customers?$filter=Orders/any(o:o/Total%20lt%202)",
	"Customers?$filter=Orders/all(o:o/Total%20gt%202)", "Customers?$filter=BestFriend/Orders/any(o:o/Total%20lt%202)",
	"Orders?$filter=Customer/Orders/any(o:o/Total%20lt%202)", "Orders?$inlinecount=allpages&$top=1",
	"TopCustomers?n=3", "TopCustomers/$count?n=3", "TopCustomers(2)?n=3", "TopCustomers(1)/Orders?n=3",
	"Photos(2)", "Photos(1)/$value", "Photos(1)/Thumb", "Photos/$count",
}

// without removes the entities and links that the guards of TestGuardSweep hide.
func without(data memory.Data) memory.Data {
	drop := func(set string, hidden func(map[string]edm.Value) bool) {
		data.Entities[set] = slices.DeleteFunc(slices.Clone(data.Entities[set]), func(e memory.Entity) bool { return hidden(e.Values) })
	}
	drop("Customers", func(v map[string]edm.Value) bool { return v["Id"].Int() == 2 })
	drop("Orders", func(v map[string]edm.Value) bool { return v["Total"].String() == "1.00M" })
	drop("Photos", func(v map[string]edm.Value) bool { return v["Id"].Int() == 1 })
	for i := range data.Links {
		data.Links[i].Pairs = slices.DeleteFunc(slices.Clone(data.Links[i].Pairs), func(pair [2]string) bool {
			for _, key := range pair {
				if key == "2" || strings.Contains(key, "1d2c0b5e") {
					return true
				}
			}
			return false
		})
	}
	data.Streams = slices.DeleteFunc(slices.Clone(data.Streams), func(s memory.Stream) bool { return s.Set == "Photos" && s.Key == "1" })
	return data
}

// TestGuardSweep: what a guard hides cannot be told from what is not there, by
// any request and in any format.
func TestGuardSweep(t *testing.T) {
	build := func(data memory.Data, guarded bool) *service.Service {
		model := testmodel.Demo(t)
		store, err := memory.NewStore(model, data)
		if err != nil {
			t.Fatal(err)
		}
		sets := store.Sets()
		for i := range sets {
			if !guarded {
				continue
			}
			kind := model.DefaultContainer().EntitySet(sets[i].Name).Type()
			hide := func(property string, hidden edm.Value) {
				p := kind.Property(property)
				sets[i].Guard = odata.GuardFunc(func(context.Context, odata.Access) (odata.Expr, error) {
					return &odata.Binary{Op: odata.Ne, L: &odata.Member{Of: odata.ItOf(kind), Property: p},
						R: &odata.Literal{Value: hidden, Of: p.TypeRef()}}, nil
				})
			}
			switch sets[i].Name {
			case "Customers":
				hide("Id", edm.Int32(2))
			case "Orders":
				one, err := edm.ParseDecimal("1.00")
				if err != nil {
					t.Fatal(err)
				}
				hide("Total", one.Value())
			case "Photos":
				hide("Id", edm.Int32(1))
			}
		}
		svc, err := service.New(service.Config{
			Model: model, Root: "/svc", Operations: testmodel.Operations(model),
			TokenKey: []byte("a key for tests that is no secret"), PageSize: 1,
		}, sets...)
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	guarded, reduced := build(testmodel.Data(), true), build(without(testmodel.Data()), false)
	for _, door := range sideDoors {
		for _, format := range []string{"json", "verbosejson", "application/json;odata=fullmetadata"} {
			target := "/svc/" + door
			if !strings.Contains(door, "$value") && !strings.Contains(door, "$count") && !strings.Contains(door, "Thumb") {
				target += "?"[strings.Count(door, "?"):] + "&$format=" + format
			}
			answer := func(svc *service.Service) []string {
				r := httptest.NewRequest(http.MethodGet, "http://host"+target, nil)
				w := httptest.NewRecorder()
				svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
				return []string{http.StatusText(w.Code), w.Header().Get("ETag"), w.Body.String()}
			}
			want, got := answer(reduced), answer(guarded)
			if want[0] == http.StatusText(http.StatusInternalServerError) || want[0] == http.StatusText(http.StatusBadRequest) {
				t.Errorf("%s: %s: the request shows nothing", target, want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: the guarded service differs from one without the entities (-without +guarded):\n%s", target, diff)
			}
		}
	}
}

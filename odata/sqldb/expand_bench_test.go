package sqldb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// kindsOfItems is a store of 2,000 items, each of one of 50 kinds, which have a
// parent each.
func kindsOfItems(t testing.TB, db sqldb.DB) (*metadata.Model, *sqldb.Store) {
	model, err := csdl.Read(strings.NewReader(`<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Bench" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Item"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String" Nullable="false"/><Property Name="KindId" Type="Edm.Guid" Nullable="false"/>
<NavigationProperty Name="Kind" Relationship="Bench.Item_Kind" FromRole="Items" ToRole="Kind"/></EntityType>
<EntityType Name="Kind"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Guid" Nullable="false"/>
<Property Name="Name" Type="Edm.String" Nullable="false"/><Property Name="Points" Type="Edm.Int64"/>
<NavigationProperty Name="Items" Relationship="Bench.Item_Kind" FromRole="Kind" ToRole="Items"/>
<NavigationProperty Name="Parent" Relationship="Bench.Kind_Parent" FromRole="Kinds" ToRole="Parent"/></EntityType>
<Association Name="Item_Kind"><End Type="Bench.Kind" Role="Kind" Multiplicity="1"/><End Type="Bench.Item" Role="Items" Multiplicity="*"/>
<ReferentialConstraint><Principal Role="Kind"><PropertyRef Name="Id"/></Principal><Dependent Role="Items"><PropertyRef Name="KindId"/></Dependent></ReferentialConstraint></Association>
<Association Name="Kind_Parent"><End Type="Bench.Kind" Role="Kinds" Multiplicity="*"/><End Type="Bench.Kind" Role="Parent" Multiplicity="0..1"/></Association>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Items" EntityType="Bench.Item"/><EntitySet Name="Kinds" EntityType="Bench.Kind"/>
<AssociationSet Name="ItemKinds" Association="Bench.Item_Kind"><End Role="Items" EntitySet="Items"/><End Role="Kind" EntitySet="Kinds"/></AssociationSet>
<AssociationSet Name="KindParents" Association="Bench.Kind_Parent"><End Role="Kinds" EntitySet="Kinds"/><End Role="Parent" EntitySet="Kinds"/></AssociationSet>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`))
	if err != nil {
		t.Fatal(err)
	}
	id := func(n int) edm.GUID { return edm.GUID{1, byte(n), 2} }
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	parents := memory.Links{Set: "Kinds", Navigation: "Parent"}
	for i := range 50 {
		data.Entities["Kinds"] = append(data.Entities["Kinds"], memory.Entity{Values: map[string]edm.Value{
			"Id": id(i).Value(), "Name": edm.String(fmt.Sprintf("kind number %d", i)), "Points": edm.Int64(int64(i))}})
		parents.Pairs = append(parents.Pairs, [2]string{"guid'" + id(i).String() + "'", "guid'" + id(i/2).String() + "'"})
	}
	for i := range 2000 {
		data.Entities["Items"] = append(data.Entities["Items"], memory.Entity{Values: map[string]edm.Value{
			"Id": edm.Int32(int32(i)), "Name": edm.String(fmt.Sprintf("item number %d", i)), "KindId": id(i % 50).Value()}})
	}
	data.Links = []memory.Links{parents}
	source, err := memory.NewStore(model, data)
	if err != nil {
		t.Fatal(err)
	}
	return model, storeOf(t, db, model, source.Sets())
}

// BenchmarkExpand asks a service for 50 items with what they lead to: joined, and
// read apart as if another provider followed links.
func BenchmarkExpand(b *testing.B) {
	for _, d := range databases {
		model, store := kindsOfItems(b, d.open(b))
		for _, way := range []string{"joined", "apart"} {
			sets := store.Sets(sqldb.Guard(odata.Public()))
			for i := range sets {
				if way == "apart" {
					sets[i].Navigator = aside{sets[i].Navigator}
				}
			}
			svc, err := service.New(service.Config{Model: model, PageSize: odata.NoPaging, Profile: odata.Profile{JSON: true}}, sets...)
			if err != nil {
				b.Fatal(err)
			}
			for _, url := range []string{"/Items?$top=50&$expand=Kind", "/Items?$top=50&$expand=Kind/Parent", "/Kinds?$top=10&$expand=Items"} {
				b.Run(d.name+" "+way+" "+url[1:], func(b *testing.B) {
					r := httptest.NewRequest(http.MethodGet, url, nil)
					b.ReportAllocs()
					for b.Loop() {
						w := httptest.NewRecorder()
						svc.ServeHTTP(w, r.Clone(context.Background()))
						if w.Code != http.StatusOK {
							b.Fatal(w.Body)
						}
					}
				})
			}
		}
	}
}

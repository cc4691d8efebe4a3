package service_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// bondModel has the links that the demo model lacks: items refer to their owner by
// a property, an owner has at most one badge and a badge one owner, and parts go
// with their owner.
const bondModel = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="B" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
  <EntityType Name="Owner"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String"/>
    <NavigationProperty Name="Items" Relationship="B.Owner_Items" FromRole="Owner" ToRole="Items"/>
    <NavigationProperty Name="Badge" Relationship="B.Owner_Badge" FromRole="Owner" ToRole="Badge"/>
    <NavigationProperty Name="Parts" Relationship="B.Owner_Parts" FromRole="Owner" ToRole="Parts"/></EntityType>
  <EntityType Name="Item"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/><Property Name="OwnerId" Type="Edm.Int32"/>
    <NavigationProperty Name="Owner" Relationship="B.Owner_Items" FromRole="Items" ToRole="Owner"/></EntityType>
  <EntityType Name="Badge"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
    <NavigationProperty Name="Owner" Relationship="B.Owner_Badge" FromRole="Badge" ToRole="Owner"/></EntityType>
  <EntityType Name="Part"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
    <NavigationProperty Name="Owner" Relationship="B.Owner_Parts" FromRole="Parts" ToRole="Owner"/></EntityType>
  <Association Name="Owner_Items"><End Type="B.Owner" Role="Owner" Multiplicity="0..1"/><End Type="B.Item" Role="Items" Multiplicity="*"/>
    <ReferentialConstraint><Principal Role="Owner"><PropertyRef Name="Id"/></Principal><Dependent Role="Items"><PropertyRef Name="OwnerId"/></Dependent></ReferentialConstraint></Association>
  <Association Name="Owner_Badge"><End Type="B.Owner" Role="Owner" Multiplicity="0..1"/><End Type="B.Badge" Role="Badge" Multiplicity="0..1"/></Association>
  <Association Name="Owner_Parts"><End Type="B.Owner" Role="Owner" Multiplicity="1"><OnDelete Action="Cascade"/></End><End Type="B.Part" Role="Parts" Multiplicity="*"/></Association>
  <EntityContainer Name="C" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Owners" EntityType="B.Owner"/><EntitySet Name="Items" EntityType="B.Item"/><EntitySet Name="Badges" EntityType="B.Badge"/><EntitySet Name="Parts" EntityType="B.Part"/>
    <AssociationSet Name="Owner_Items" Association="B.Owner_Items"><End Role="Owner" EntitySet="Owners"/><End Role="Items" EntitySet="Items"/></AssociationSet>
    <AssociationSet Name="Owner_Badge" Association="B.Owner_Badge"><End Role="Owner" EntitySet="Owners"/><End Role="Badge" EntitySet="Badges"/></AssociationSet>
    <AssociationSet Name="Owner_Parts" Association="B.Owner_Parts"><End Role="Owner" EntitySet="Owners"/><End Role="Parts" EntitySet="Parts"/></AssociationSet>
  </EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`

// bondStage has owners 1 to 3, with or without owner 2 and what is its own. Item 1
// is owner 1's; badge 1 is owner 1's and badge 3 nobody's; part 1 is owner 1's.
func bondStage(t testing.TB, guards map[string]guardRules, whole bool) *guardStage {
	t.Helper()
	model, err := csdl.Read(strings.NewReader(bondModel))
	if err != nil {
		t.Fatal(err)
	}
	entity := func(id int32, more ...edm.Value) memory.Entity {
		values := map[string]edm.Value{"Id": edm.Int32(id)}
		if len(more) > 0 {
			values["OwnerId"] = more[0]
		}
		return memory.Entity{Values: values}
	}
	data := memory.Data{
		Entities: map[string][]memory.Entity{"Owners": {entity(1), entity(3)}, "Items": {entity(1, edm.Int32(1))}, "Badges": {entity(1), entity(3)}, "Parts": {entity(1)}},
		Links:    []memory.Links{{Set: "Badges", Navigation: "Owner", Pairs: [][2]string{{"1", "1"}}}, {Set: "Parts", Navigation: "Owner", Pairs: [][2]string{{"1", "1"}}}},
	}
	if whole {
		data.Entities["Owners"] = append(data.Entities["Owners"], entity(2))
	}
	return stageOf(t, model, data, guards, []string{"Owners?$expand=Items,Badge,Parts", "Items?$expand=Owner", "Badges?$expand=Owner", "Parts?$expand=Owner"}, nil)
}

// TestGuardReferences: a property that refers to an entity is a link to it. It
// leads to a hidden entity no more than a URL or a navigation does, and does not
// tell that it is there.
func TestGuardReferences(t *testing.T) {
	for _, tt := range []struct {
		want int
		deed deed
	}{
		{409, deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":2}`}},
		{409, deed{http.MethodPost, "Items", inVerbose, `{"Id":9,"OwnerId":2}`}},
		{409, deed{http.MethodPost, "Items", inAtom, atomEntry(`<d:Id m:type="Edm.Int32">9</d:Id><d:OwnerId m:type="Edm.Int32">2</d:OwnerId>`)}},
		{409, deed{http.MethodPatch, "Items(1)", inLight, `{"OwnerId":2}`}},
		{409, deed{"MERGE", "Items(1)", inVerbose, `{"OwnerId":2}`}},
		{409, deed{http.MethodPut, "Items(1)", inLight, `{"OwnerId":2}`}},
		{409, deed{http.MethodPatch, "Owners(1)/Items(1)", inLight, `{"OwnerId":2}`}},
		{409, deed{http.MethodPut, "Items(1)/OwnerId", inLight, `{"value":2}`}},
		{409, deed{http.MethodPut, "Items(1)/OwnerId/$value", "Content-Type: text/plain", "2"}},
		{409, deedSet(deed{http.MethodPost, "Items", inLight, `{"Id":9,"OwnerId":2}`})},
		{404, deed{http.MethodPost, "Items", inLight, `{"Id":9,"Owner@odata.bind":"Owners(2)"}`}},
		{404, deed{http.MethodPatch, "Items(1)", inLight, `{"Owner@odata.bind":"Owners(2)"}`}},
		{404, deed{http.MethodPut, "Items(1)/$links/Owner", inLight, `{"url":"Owners(2)"}`}},
		{404, deed{http.MethodPost, "Owners(2)/Items", inLight, `{"Id":9}`}},
		{404, deed{http.MethodPost, "Owners(2)/$links/Items", inLight, `{"url":"Items(1)"}`}},
	} {
		guarded, reduced := bondStage(t, map[string]guardRules{"Owners": forAllUses("Id ne 2")}, true), bondStage(t, nil, false)
		before := guarded.dump()
		want, got := sendDeed(reduced.guarded, "x", tt.deed), sendDeed(guarded.guarded, "x", tt.deed)
		if diff := cmp.Diff(want, got); diff != "" || got.inner() != tt.want {
			t.Errorf("%s: %d and not %d (-without +guarded):\n%s", tt.deed, got.inner(), tt.want, diff)
		}
		guarded.untouched(t, before, tt.deed, "owner 2 is hidden")
	}
}

// TestGuardFarEnd: a link that is the other entity's as well is changed by those
// who may change that one.
func TestGuardFarEnd(t *testing.T) {
	const parted = "who takes a link away from a badge changes the badge"
	kept := map[string]guardRules{"Badges": {odata.Update: "Id ne 1"}}
	for _, tt := range []struct {
		name   string
		guards map[string]guardRules
		want   int
		deed   deed
		why    string
	}{
		{"link removed", kept, 403, deed{http.MethodDelete, "Owners(1)/$links/Badge", "", ""}, parted},
		{"set to null", kept, 403, deed{http.MethodPatch, "Owners(1)", inLight, `{"Badge":null}`}, parted},
		{"set to null in a replacement", kept, 403, deed{http.MethodPut, "Owners(1)", inLight, `{"Badge":null}`}, parted},
		{"set to null in Atom", kept, 403, deed{"MERGE", "Owners(1)", inAtom, atomEntry("", [2]string{"Badge", ""})}, parted},
		{"another bound", kept, 403, deed{http.MethodPatch, "Owners(1)", inLight, `{"Badge@odata.bind":"Badges(3)"}`}, parted},
		{"another linked", kept, 403, deed{http.MethodPut, "Owners(1)/$links/Badge", inLight, `{"url":"Badges(3)"}`}, parted},
		{"bound to another owner", kept, 403, deed{http.MethodPatch, "Owners(3)", inLight, `{"Badge@odata.bind":"Badges(1)"}`}, "who gives a link to a badge changes the badge"},
		{"bound to a new owner", kept, 403, deed{http.MethodPost, "Owners", inLight, `{"Id":9,"Badge@odata.bind":"Badges(1)"}`}, "who gives a link to a badge changes the badge"},
		{"bound from its own end", kept, 403, deed{http.MethodPatch, "Badges(1)", inLight, `{"Owner@odata.bind":"Owners(3)"}`}, "the badge itself is to be changed"},
		{"taken by the badge", map[string]guardRules{"Owners": {odata.Update: "Id ne 1"}}, 403, deed{http.MethodPatch, "Badges(1)", inLight, `{"Owner":null}`}, "the same from the other end"},
		{"deleted with its owner", map[string]guardRules{"Parts": {odata.Delete: "Id lt 0"}}, 403, deed{http.MethodDelete, "Owners(1)", "", ""}, "a cascade deletes only what the caller may delete"},
		{"deletable with its owner", map[string]guardRules{"Parts": {odata.Update: "Id lt 0"}}, 204, deed{http.MethodDelete, "Owners(1)", "", ""}, "a cascade deletes, and updates nothing"},
		{"may be changed", map[string]guardRules{"Badges": {odata.Delete: "Id ne 1"}}, 204, deed{http.MethodPatch, "Owners(1)", inLight, `{"Badge":null}`}, "parting deletes nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := bondStage(t, tt.guards, true)
			before := s.dump()
			got := sendDeed(s.guarded, "x", tt.deed)
			if got.Status != tt.want {
				t.Errorf("%d and not %d: %s: %s", got.Status, tt.want, got.Body, tt.why)
			}
			if changed := s.dump() != before; changed != (tt.want == http.StatusNoContent) {
				t.Errorf("the data are not as they should be: %s (-before +after):\n%s", tt.why, changedLines(before, s.dump()))
			}
		})
	}
}

// TestGuardHiddenFriend: who may change an entity and not see what it is linked to
// finds no link there, and leaves it as it is: above all by sending back what was
// read.
func TestGuardHiddenFriend(t *testing.T) {
	guards := map[string]guardRules{"Customers": forAllUses("Id ne 2")}
	for _, tt := range []struct {
		name string
		deed deed
		why  string
	}{
		{"link removed", deed{http.MethodDelete, "Customers(1)/$links/BestFriend", "", ""}, "there is no link to remove"},
		{"set to null", deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *", `{"BestFriend":null}`}, "for the caller it is null already"},
		{"set to null, verbose", deed{"MERGE", "Customers(1)", inVerbose + "\nIf-Match: *", `{"BestFriend":null}`}, "for the caller it is null already"},
		{"echo of Atom", deed{"MERGE", "Customers(1)", inAtom + "\nIf-Match: *", atomEntry("", [2]string{"BestFriend", "Customers(1)/BestFriend"})}, "an entry comes back with the links it was read with"},
		{"echo of a bind", deed{http.MethodPatch, "Customers(1)", inLight + "\nIf-Match: *", `{"BestFriend@odata.bind":"Customers(1)/BestFriend"}`}, "bound to what the link leads to, whoever sees that"},
		{"echo of verbose", deed{"MERGE", "Customers(1)", inVerbose + "\nIf-Match: *", `{"BestFriend":{"__deferred":{"uri":"Customers(1)/BestFriend"}}}`}, "a deferred link is no content"},
		{"something else", deed{http.MethodPatch, "Customers(1)/Name", inLight + "\nIf-Match: *", `{"value":"Ann"}`}, "links are not concerned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			guarded, reduced := demoStage(t, testmodel.Data(), guards, nil), demoStage(t, withoutHidden(), nil, nil)
			before := guarded.dump()
			want, got := sendDeed(reduced.guarded, "x", tt.deed), sendDeed(guarded.guarded, "x", tt.deed)
			if diff := cmp.Diff(want, got); diff != "" || got.Status != http.StatusNoContent {
				t.Errorf("%d: %s (-without +guarded):\n%s", got.Status, tt.why, diff)
			}
			guarded.untouched(t, before, tt.deed, tt.why)
		})
	}
}

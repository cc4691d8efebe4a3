package sqldb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

// desk is a model with computed properties: a status that is never null, a number
// that depends on the caller, one of a derived type, and one that something absent
// would have, too.
func desk(t testing.TB) *metadata.Model {
	t.Helper()
	model, err := csdl.Read(strings.NewReader(`<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Desk" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Role"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="Label" Type="Edm.String" Nullable="false"/>
<NavigationProperty Name="Requests" Relationship="Desk.Role_Requests" FromRole="Role" ToRole="Requests"/></EntityType>
<EntityType Name="Request"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<Property Name="RoleId" Type="Edm.Int32"/><Property Name="Owner" Type="Edm.String"/><Property Name="Cost" Type="Edm.Int32" Nullable="false"/>
<Property Name="Granted" Type="Edm.DateTime"/><Property Name="Ends" Type="Edm.DateTime"/><Property Name="Closed" Type="Edm.DateTime"/>
<Property Name="Status" Type="Edm.String" Nullable="false"/><Property Name="Share" Type="Edm.Int32"/>
<NavigationProperty Name="Role" Relationship="Desk.Role_Requests" FromRole="Requests" ToRole="Role"/>
<NavigationProperty Name="After" Relationship="Desk.Request_After" FromRole="Before" ToRole="After"/>
<NavigationProperty Name="Before" Relationship="Desk.Request_After" FromRole="After" ToRole="Before"/></EntityType>
<EntityType Name="Urgent" BaseType="Desk.Request"><Property Name="Due" Type="Edm.DateTime"/>
<Property Name="Late" Type="Edm.Boolean" Nullable="false"/></EntityType>
<Association Name="Role_Requests"><End Type="Desk.Role" Role="Role" Multiplicity="0..1"/><End Type="Desk.Request" Role="Requests" Multiplicity="*"/>
<ReferentialConstraint><Principal Role="Role"><PropertyRef Name="Id"/></Principal>
<Dependent Role="Requests"><PropertyRef Name="RoleId"/></Dependent></ReferentialConstraint></Association>
<Association Name="Request_After"><End Type="Desk.Request" Role="Before" Multiplicity="*"/><End Type="Desk.Request" Role="After" Multiplicity="0..1"/></Association>
<EntityContainer Name="C" m:IsDefaultEntityContainer="true"><EntitySet Name="Roles" EntityType="Desk.Role"/><EntitySet Name="Requests" EntityType="Desk.Request"/>
<AssociationSet Name="Role_Requests" Association="Desk.Role_Requests"><End Role="Role" EntitySet="Roles"/><End Role="Requests" EntitySet="Requests"/></AssociationSet>
<AssociationSet Name="Request_After" Association="Desk.Request_After"><End Role="Before" EntitySet="Requests"/><End Role="After" EntitySet="Requests"/></AssociationSet>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`))
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// caller is the parameter that names who asks.
var caller = &typed.Param{Kind: edm.KindString, Value: func(ctx context.Context) edm.Value {
	if p, ok := odata.PrincipalFrom(ctx); ok {
		return edm.String(p.Name)
	}
	return edm.Null
}}

const statusSQL = `
	CASE WHEN {Closed} <= {:now} THEN 'Closed' -- for good
	     WHEN {Granted} IS NULL OR {Granted} > {:now} THEN 'Pending'
	     WHEN {Ends} > {:now} THEN 'Active'
	     ELSE 'Expired' END`

// statusOf is the twin of statusSQL.
func statusOf(now time.Time, closed, granted, ends edm.Value) string {
	future := func(v edm.Value) bool { return !v.IsNull() && v.DateTime().Instant().After(now) }
	switch {
	case !closed.IsNull() && !future(closed):
		return "Closed"
	case granted.IsNull() || future(granted):
		return "Pending"
	case future(ends):
		return "Active"
	}
	return "Expired"
}

func now() map[string]*typed.Param { return map[string]*typed.Param{"now": typed.NowDateTime()} }

// deskComputed are the definitions, each in SQL and in Go.
func deskComputed() []typed.Computation {
	return []typed.Computation{
		typed.ComputedValue("Requests/Status", typed.Expression{SQL: statusSQL, Params: now()}, []string{"Closed", "Granted", "Ends"},
			func(ctx context.Context, of []edm.Value) edm.Value {
				return edm.String(statusOf(odata.Now(ctx), of[0], of[1], of[2]))
			}),
		typed.ComputedValue("Requests/Share", typed.Expression{
			SQL: `CASE WHEN {Owner} = {:caller} THEN {Cost} * 2 END`, Params: map[string]*typed.Param{"caller": caller},
		}, []string{"Owner", "Cost"}, func(ctx context.Context, of []edm.Value) edm.Value {
			if p, ok := odata.PrincipalFrom(ctx); ok && !of[0].IsNull() && of[0].Str() == p.Name {
				return edm.Int32(int32(of[1].Int()) * 2)
			}
			return edm.Null
		}),
		typed.ComputedValue("Requests/Late", typed.Expression{
			SQLite: `{Due} IS NULL OR {Due} < {:now}`, PostgreSQL: `coalesce({Due} < {:now}, true)`, Params: now(),
		}, []string{"Due"}, func(ctx context.Context, of []edm.Value) edm.Value {
			return edm.Boolean(of[0].IsNull() || of[0].DateTime().Instant().Before(odata.Now(ctx)))
		}),
		typed.ComputedValue("Roles/Label", typed.Expression{SQL: `CASE WHEN {Name} IS NULL THEN '{none}' ELSE 'role ' || {Name} END`}, []string{"Name"},
			func(_ context.Context, of []edm.Value) edm.Value {
				if of[0].IsNull() {
					return edm.String("{none}")
				}
				return edm.String("role " + of[0].Str())
			}),
	}
}

// day is the instant that facts lie around.
var day = time.Date(2016, 2, 29, 12, 0, 0, 0, time.UTC)

// moment is a time at or near one of few instants: comparisons are decided by a
// microsecond.
func moment(rng *rand.Rand) time.Time {
	near := []time.Duration{0, 0, 0, time.Microsecond, -time.Microsecond, time.Hour}
	return day.Add(time.Duration(rng.IntN(7)-3) * 24 * time.Hour).Add(near[rng.IntN(len(near))])
}

// deskData is some random content.
func deskData(seed uint64, requests int) memory.Data {
	rng := rand.New(rand.NewPCG(seed, 16))
	data := memory.Data{Entities: map[string][]memory.Entity{}, Computed: deskComputed()}
	const roles = 5
	for i := range roles {
		values := map[string]edm.Value{"Id": edm.Int32(int32(i))}
		if i > 0 {
			values["Name"] = edm.String(string(rune('a' + i)))
		}
		data.Entities["Roles"] = append(data.Entities["Roles"], memory.Entity{Values: values})
	}
	after := memory.Links{Set: "Requests", Navigation: "After"}
	for i := range requests {
		values := map[string]edm.Value{"Id": edm.Int32(int32(i)), "Cost": edm.Int32(int32(rng.IntN(5)))}
		if rng.IntN(4) > 0 {
			values["RoleId"] = edm.Int32(int32(rng.IntN(roles)))
		}
		if rng.IntN(4) > 0 {
			values["Owner"] = edm.String([]string{"Ann", "Bob", "ann", ""}[rng.IntN(4)])
		}
		fact := func(name string, often int) {
			if rng.IntN(10) < often {
				d, _ := edm.NewDateTime(edm.DateTimeFrom(moment(rng)).Ticks(), edm.NoZone)
				values[name] = d.Value()
			}
		}
		fact("Granted", 8)
		fact("Ends", 9)
		fact("Closed", 3)
		typ := ""
		if rng.IntN(3) == 0 {
			typ = "Urgent"
			fact("Due", 7)
		}
		if rng.IntN(3) > 0 {
			after.Pairs = append(after.Pairs, [2]string{fmt.Sprint(i), fmt.Sprint(rng.IntN(requests))})
		}
		data.Entities["Requests"] = append(data.Entities["Requests"], memory.Entity{Type: typ, Values: values})
	}
	data.Links = []memory.Links{after}
	return data
}

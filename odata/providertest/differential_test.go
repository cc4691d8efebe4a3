package providertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// queries is how many queries a test asks.
func queries(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func TestDifferentialOfStore(t *testing.T) {
	t.Parallel()
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, village())
	if err != nil {
		t.Fatal(err)
	}
	Differential(t, model, store.Sets(), queries(20_000), 1)
}

func TestDifferentialOfKinds(t *testing.T) {
	t.Parallel()
	model := testmodel.Kinds(t)
	Differential(t, model, testmodel.KindSets(t, model), queries(10_000), 100_000)
}

func TestDifferentialOfRows(t *testing.T) {
	t.Parallel()
	model := testmodel.Demo(t)
	Differential(t, model, rowSets(t, model, village()), queries(20_000), 200_000)
}

// A provider that pushes nothing down is right, too: eval.Finish does the work.
func TestDifferentialOfRest(t *testing.T) {
	t.Parallel()
	model := testmodel.Demo(t)
	sets := rowSets(t, model, village())
	for i := range sets {
		sets[i].Reader = unpushed{sets[i].Reader}
	}
	Differential(t, model, sets, queries(10_000), 300_000)
}

// unpushed answers with everything.
type unpushed struct{ odata.Reader }

func (r unpushed) Read(ctx context.Context, q *odata.Query) (*odata.Result, error) {
	result, err := r.Reader.Read(ctx, &odata.Query{Set: q.Set, Type: q.Type, Fields: q.Fields})
	if err != nil {
		return nil, err
	}
	return &odata.Result{Rows: result.Rows, Rest: q}, nil
}

// What looks at other entities cannot be finished: it is counted as refused, and
// no failure.
func TestDifferentialRefused(t *testing.T) {
	model := testmodel.Demo(t)
	store, err := memory.NewStore(model, village())
	if err != nil {
		t.Fatal(err)
	}
	sets := store.Sets()
	for i := range sets {
		sets[i].Reader = unpushed{sets[i].Reader}
	}
	d, err := newDifferential(t.Context(), model, sets)
	if err != nil {
		t.Fatal(err)
	}
	if failures := d.run(500, 1, 1); failures != nil || d.tally.refused == 0 || d.tally.refused > d.tally.queries/2 {
		t.Errorf("%v: %v", d.tally, failures)
	}
}

// rowSets are memory.Rows of the same entities, which know of no links.
func rowSets(t *testing.T, model *metadata.Model, data memory.Data) (sets []odata.EntitySet) {
	t.Helper()
	for _, declared := range model.DefaultContainer().AllEntitySets() {
		schema := odata.Schema{Entity: declared.Type(), Derived: declared.Type().DerivedTypes(), Complex: model.Schemas[0].ComplexTypes}
		set := memory.Rows(declared.Name, schema, data.Entities[declared.Name])
		if set.Schema.Err != nil {
			t.Fatal(set.Schema.Err)
		}
		sets = append(sets, set)
	}
	return sets
}

// village is some random data of the demo model: many nulls, ties, and values
// that are nearly equal.
func village() memory.Data {
	rng := rand.New(rand.NewPCG(7, 7))
	literal := func(texts ...string) edm.Value {
		text := texts[rng.IntN(len(texts))]
		v, err := edm.ParseLiteral(text)
		if err != nil {
			panic(text + ": " + err.Error())
		}
		return v
	}
	names := []string{"null", "'Ann'", "'ann'", "'Anna'", "'Bob'", "'O''Neil'", "''", "' Zoë '", "'Ænn 𝄞 x'", "'100%'", "'İz'"}
	dates := []string{"datetime'2015-07-12T06:40:00'", "datetime'2015-07-12T06:40:00.5'", "datetime'2016-02-29T23:59:59.9999999Z'",
		"datetime'0001-01-01T00:00:00'", "datetime'2016-02-29T18:00:00-06:00'"}
	address := func() edm.Value {
		return edm.Complex([]edm.Value{literal("null", "'High St 1'", "'Low St 2'", "''"), literal("null", "'Ulm'", "'Bonn'", "'ulm'")})
	}
	emails := func() edm.Value {
		var items []edm.Value
		for range rng.IntN(4) {
			items = append(items, literal("'a@x.example'", "'b@x.example'", "'Ann'", "''"))
		}
		return edm.Collection(items)
	}
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	add := func(set, typ string, values map[string]edm.Value) {
		data.Entities[set] = append(data.Entities[set], memory.Entity{Type: typ, Values: values})
	}
	const customers, orders = 24, 30
	orderID := func(i int) string { return fmt.Sprintf("guid'%08x-7a3e-4a86-9a67-0d1f3c1b2a10'", i*0x1d2c0b5) }
	links := [3]memory.Links{{Set: "Customers", Navigation: "Orders"}, {Set: "Customers", Navigation: "BestFriend"},
		{Set: "Customers", Navigation: "Demo.VipCustomer/Concierge"}}
	link := func(l *memory.Links, from, to string) { l.Pairs = append(l.Pairs, [2]string{from, to}) }
	for i := range customers {
		id := fmt.Sprint(i - 2)
		values := map[string]edm.Value{
			"Id": edm.Int32(int32(i - 2)), "Name": literal(names...), "Since": literal(dates...),
			"Points": literal("0L", "7L", "12L", "-5L", "1099511627776L", "9223372036854775807L"),
			"Credit": literal("null", "7.5M", "7.50M", "2.75M", "0.1M", "-2.5M", "0M", "1000000.00M"),
			"Score":  literal("null", "7.0", "0.5", "-2.5", "2.75", "1.5", "-7.75", "-0.0", "0.0", "1E+300", "NaN", "INF"),
			"Home":   address(), "Emails": emails(), "Version": edm.Int32(int32(rng.IntN(4))),
		}
		typ := ""
		if i%3 == 0 {
			typ = "VipCustomer"
			values["Level"] = literal("1", "2", "9", "2147483647", "-2147483648")
			if rng.IntN(3) > 0 {
				link(&links[2], id, fmt.Sprint(rng.IntN(customers)-2))
			}
		}
		if rng.IntN(3) > 0 {
			link(&links[1], id, fmt.Sprint(rng.IntN(customers)-2))
		}
		add("Customers", typ, values)
	}
	for i := range orders {
		add("Orders", "", map[string]edm.Value{
			"OrderId": literal(orderID(i)), "Total": literal("null", "5M", "5.00M", "1M", "0.75M", "-3M"),
			"Placed": literal("null", "datetimeoffset'2015-07-12T06:40:00Z'", "datetimeoffset'2015-07-12T08:40:00+02:00'", "datetimeoffset'2015-07-13T00:00:00.25-07:00'"),
			"Took":   literal("null", "time'PT1H'", "time'PT0.25S'", "time'-P1DT2H30M5S'", "time'PT60M'"),
		})
		if rng.IntN(4) > 0 {
			link(&links[0], fmt.Sprint(rng.IntN(customers/2)-2), orderID(i))
		}
		for line := range rng.IntN(3) {
			add("OrderLines", "", map[string]edm.Value{"OrderId": literal(orderID(i)), "LineNo": edm.Int32(int32(line)), "Text": literal(names...)})
		}
	}
	for i := range 12 {
		add("Photos", "", map[string]edm.Value{"Id": edm.Int32(int32(i)), "Caption": literal(names...)})
		tag := map[string]edm.Value{"Code": edm.String(fmt.Sprintf("c%d", i))}
		if rng.IntN(4) > 0 {
			tag["Colour"] = literal("'red'", "'Red'", "''", "7", "true")
		}
		if rng.IntN(2) > 0 {
			tag["Size"] = literal("7", "7L", "7.0", "7.0M", "7.5", "-1", "'7'", "NaN", dates[0])
		}
		add("Tags", "", tag)
	}
	data.Links = links[:]
	return data
}

// The links of an association with a referential constraint follow from values:
// both ways to learn of them have to agree.
func TestContentJoins(t *testing.T) {
	const document = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Joins" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Box"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<NavigationProperty Name="Things" Relationship="Joins.Box_Things" FromRole="Box" ToRole="Things"/></EntityType>
<EntityType Name="Thing"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int32" Nullable="false"/>
<Property Name="BoxId" Type="Edm.Int32"/><NavigationProperty Name="Box" Relationship="Joins.Box_Things" FromRole="Things" ToRole="Box"/></EntityType>
<Association Name="Box_Things"><End Type="Joins.Box" Role="Box" Multiplicity="0..1"/><End Type="Joins.Thing" Role="Things" Multiplicity="*"/>
<ReferentialConstraint><Principal Role="Box"><PropertyRef Name="Id"/></Principal><Dependent Role="Things"><PropertyRef Name="BoxId"/></Dependent></ReferentialConstraint>
</Association>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Boxes" EntityType="Joins.Box"/><EntitySet Name="Things" EntityType="Joins.Thing"/>
<AssociationSet Name="Box_Things" Association="Joins.Box_Things"><End Role="Box" EntitySet="Boxes"/><End Role="Things" EntitySet="Things"/></AssociationSet>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`
	model, err := csdl.Read(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	thing := func(id int32, box edm.Value) memory.Entity {
		return memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(id), "BoxId": box}}
	}
	store, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{
		"Boxes":  {{Values: map[string]edm.Value{"Id": edm.Int32(1)}}, {Values: map[string]edm.Value{"Id": edm.Int32(2)}}},
		"Things": {thing(1, edm.Int32(2)), thing(2, edm.Null), thing(3, edm.Int32(2)), thing(4, edm.Int32(1))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	links := func(sets []odata.EntitySet) map[string][]string {
		c, err := readContent(t.Context(), model, sets)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string][]string{}
		for set, records := range c.records {
			for _, r := range records {
				for nav, others := range r.links {
					for _, other := range others {
						from := set.Name + "(" + r.key + ")/" + nav
						found[from] = append(found[from], other.key)
					}
				}
			}
		}
		return found
	}
	sets := store.Sets()
	told := links(sets)
	for i := range sets {
		sets[i].Navigator = nil
	}
	want := map[string][]string{"Boxes(1)/Things": {"4"}, "Boxes(2)/Things": {"1", "3"},
		"Things(1)/Box": {"2"}, "Things(3)/Box": {"2"}, "Things(4)/Box": {"1"}}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("links by the Navigator (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, links(sets)); diff != "" {
		t.Errorf("links by the referential constraint (-want +got):\n%s", diff)
	}
}

package memory_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// TestStoreMistakes breaks the demo data in one place after the other.
func TestStoreMistakes(t *testing.T) {
	links := func(set, nav string, pairs ...string) func(*memory.Data) {
		l := memory.Links{Set: set, Navigation: nav}
		for i := 0; i < len(pairs); i += 2 {
			l.Pairs = append(l.Pairs, [2]string{pairs[i], pairs[i+1]})
		}
		return func(d *memory.Data) { d.Links = append(d.Links, l) }
	}
	stream := func(s memory.Stream) func(*memory.Data) {
		return func(d *memory.Data) { d.Streams = append(d.Streams, s) }
	}
	customer := func(e memory.Entity) func(*memory.Data) {
		return func(d *memory.Data) { d.Entities["Customers"] = append(d.Entities["Customers"], e) }
	}
	const order1 = "guid'00000000-0000-0000-0000-000000000001'"
	for _, tt := range []struct {
		name   string
		change func(*memory.Data)
		want   string
		why    string
	}{
		{"unknown set", func(d *memory.Data) { d.Entities["Nope"] = nil }, `Entities: the model has no entity set "Nope" in its default container`, "it is misspelt"},
		{"wrong entity", func(d *memory.Data) { delete(d.Entities["Customers"][1].Values, "Points") }, "Entities of Customers: row 1: the property Points is never null; give it a value", "it does not fit its type"},
		{"wrong type", customer(memory.Entity{Type: "Order"}), "Entities of Customers: row 4: the set has no type Order", "it cannot be in the set"},
		{"same key", func(d *memory.Data) { d.Entities["Photos"] = append(d.Entities["Photos"], d.Entities["Photos"][0]) },
			"Entities of Photos: rows 0 and 3 have the same key (1)", "an address leads to one entity"},

		{"links of no set", links("Nope", "Orders"), `Links[4] Nope/Orders: the model has no entity set "Nope"`, "it is misspelt"},
		{"links of no navigation", links("Customers", "Nope"), `Links[4] Customers/Nope: Demo.Customer has no navigation property "Nope"`, "neither has a derived type"},
		{"links of another type", links("Customers", "Demo.Order/Customer"), `Links[4] Customers/Demo.Order/Customer: "Demo.Order" is no type derived from Demo.Customer`, "an order is no customer"},
		{"link of nobody", links("Customers", "Orders", "7", order1), `Links[4] Customers/Orders {"7", "` + order1 + `"}: there is no Customers(7)`, "links have two ends"},
		{"link to nothing", links("Customers", "BestFriend", "3", "8"), `Links[4] Customers/BestFriend {"3", "8"}: there is no Customers(8)`, "links have two ends"},
		{"link with a wrong key", links("Customers", "BestFriend", "3", "'x'"), `the key ('x') of Customers: Id: 'x' is Edm.String, not Edm.Int32`, "a key has the kind of its property"},
		{"link of the wrong type", links("Customers", "Concierge", "2", "3"), `Links[4] Customers/Concierge {"2", "3"}: Customers(2) is Demo.Customer, but the association links entities of Demo.VipCustomer`, "only a VIP has a concierge"},
		{"link twice", links("Customers", "BestFriend", "1", "2"), `Links[4] Customers/BestFriend {"1", "2"}: these two are linked already; name the link once, from one of its ends`, "in another list"},
		{"link told from both ends", links("Orders", "Customer", order1, "1"), `{"` + order1 + `", "1"}: these two are linked already`, "it is one link"},
		{"too many links", links("Customers", "BestFriend", "1", "4"), "Links of Demo.Customer_BestFriend: Customers(1) is linked to 2 entities of Customers, but to one at most (the role BestFriend has the multiplicity 0..1)", "one best friend"},
		{"too many from the other end", links("Customers", "Orders", "2", order1), "Links of Demo.Customer_Orders: Orders(guid'00000000-0000-0000-0000-000000000001') is linked to 2 entities of Customers, but to one at most (the role Customer has the multiplicity 0..1)", "an order has one customer"},

		{"stream of no set", stream(memory.Stream{Set: "Nope", Key: "1"}), `Streams[3] Nope(1)/: the model has no entity set "Nope"`, "it is misspelt"},
		{"stream of no entity", stream(memory.Stream{Set: "Photos", Key: "8"}), "Streams[3] Photos(8)/: there is no Photos(8)", "a stream belongs to an entity"},
		{"media of a plain entity", stream(memory.Stream{Set: "Customers", Key: "1"}), "Streams[3] Customers(1)/: Demo.VipCustomer is no media entity; name one of its streams in Property", "only media entities have one"},
		{"no such stream", stream(memory.Stream{Set: "Photos", Key: "2", Property: "Caption"}), `Streams[3] Photos(2)/Caption: Demo.Photo has no stream "Caption"`, "a text is no stream"},
		{"stream twice", stream(memory.Stream{Set: "Photos", Key: "1"}), "Streams[3] Photos(1)/: the stream is given twice", "one of them would be lost"},
		{"no media type", stream(memory.Stream{Set: "Photos", Key: "2", ContentType: "picture"}), `Streams[3] Photos(2)/: ContentType "picture" is no media type, such as image/png`, "it becomes a header"},
		{"split header", stream(memory.Stream{Set: "Photos", Key: "2", ContentType: "image/png;x=\"\r\nSet-Cookie: y\""}), "is no media type", "it must not become two"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			model := testmodel.Demo(t)
			data := demoData(t, model)
			tt.change(&data)
			store, err := memory.NewStore(model, data)
			if store != nil || err == nil {
				t.Fatalf("%s: no mistake is reported", tt.why)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%s: got %v\nwant %s", tt.why, err, tt.want)
			}
		})
	}
}

func TestStoreReportsAllMistakes(t *testing.T) {
	model := testmodel.Demo(t)
	data := demoData(t, model)
	delete(data.Entities["Photos"][0].Values, "Id")
	data.Entities["Tags"][0].Values["Code"] = edm.Int32(1)
	data.Links = append(data.Links, memory.Links{Set: "Customers", Navigation: "BestFriend", Pairs: [][2]string{{"1", "4"}, {"9", "1"}}})
	data.Streams = append(data.Streams, memory.Stream{Set: "Orders", Key: "1"})
	_, err := memory.NewStore(model, data)
	for _, want := range []string{"Entities of Photos: row 0", "Entities of Tags: row 0", "there is no Customers(9)", "Customers(1) is linked to 2 entities", "Streams[3]"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the mistakes: %v", want, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "there is no Photos(1)") {
		t.Errorf("what refers to an entity that was refused is not a mistake of its own: %v", err)
	}
}

func TestStoreReportsSomeOfMany(t *testing.T) {
	model := testmodel.Demo(t)
	data := demoData(t, model)
	data.Links = append(data.Links, memory.Links{Set: "Customers", Navigation: "Orders", Pairs: make([][2]string, 10_000)})
	data.Entities["Orders"] = append(data.Entities["Orders"], make([]memory.Entity, 10_000)...)
	_, err := memory.NewStore(model, data)
	if lines := strings.Count(err.Error(), "\n"); lines < 20 || lines > 60 {
		t.Errorf("data that is wrong in each row is told about in %d lines", lines)
	}
}

func TestStoreNeedsAContainer(t *testing.T) {
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N"}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	if _, err := memory.NewStore(model, memory.Data{}); err == nil || !strings.Contains(err.Error(), "no entity container") {
		t.Errorf("a model without sets has nothing to store, got %v", err)
	}
}

// accounts is a model with what the demo models lack: an association that wants
// exactly one, one with a referential constraint on a composite key, derived
// types with navigation properties of one name, and a container that extends
// another.
func accounts(t testing.TB) *metadata.Model {
	t.Helper()
	prop := func(name, typ string) *metadata.Property { return &metadata.Property{Name: name, Type: typ} }
	key := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true}
	}
	nav := func(name, relationship, from, to string) *metadata.NavigationProperty {
		return &metadata.NavigationProperty{Name: name, Relationship: relationship, FromRole: from, ToRole: to}
	}
	association := func(name, typ1, role1 string, many1 metadata.Multiplicity, typ2, role2 string, many2 metadata.Multiplicity) *metadata.Association {
		return &metadata.Association{Name: name, Ends: [2]metadata.AssociationEnd{{Type: typ1, Role: role1, Multiplicity: many1}, {Type: typ2, Role: role2, Multiplicity: many2}}}
	}
	bound := func(name, role1, set1, role2, set2 string) *metadata.AssociationSet {
		return &metadata.AssociationSet{Name: name + "Set", Association: name, Ends: [2]metadata.AssociationSetEnd{{Role: role1, EntitySet: set1}, {Role: role2, EntitySet: set2}}}
	}
	branches := association("Branches", "Account", "Accounts", metadata.Many, "Branch", "Branch", metadata.ZeroOrOne)
	branches.Constraint = &metadata.ReferentialConstraint{PrincipalRole: "Branch", PrincipalProperties: []string{"No", "Bank"},
		DependentRole: "Accounts", DependentProperties: []string{"BranchNo", "BranchBank"}}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		EntityTypes: []*metadata.EntityType{
			{Name: "Branch", Key: []string{"Bank", "No"}, Properties: []*metadata.Property{key("Bank", "Edm.String"), key("No", "Edm.Int64")},
				NavigationProperties: []*metadata.NavigationProperty{nav("Accounts", "Branches", "Branch", "Accounts")}},
			{Name: "Account", Key: []string{"Id"}, Properties: []*metadata.Property{key("Id", "Edm.Decimal"), prop("BranchBank", "Edm.String"), prop("BranchNo", "Edm.Int64")},
				NavigationProperties: []*metadata.NavigationProperty{nav("Branch", "Branches", "Accounts", "Branch"), nav("Owner", "Owners", "Accounts", "Owner")}},
			{Name: "Savings", BaseType: "Account", NavigationProperties: []*metadata.NavigationProperty{nav("Twin", "SavingsTwins", "Of", "Twin")}},
			{Name: "Current", BaseType: "Account", NavigationProperties: []*metadata.NavigationProperty{nav("Twin", "CurrentTwins", "Of", "Twin")}},
			{Name: "Person", Key: []string{"Name"}, Properties: []*metadata.Property{key("Name", "Edm.String")}},
		},
		Associations: []*metadata.Association{branches,
			association("Owners", "Account", "Accounts", metadata.Many, "Person", "Owner", metadata.One),
			association("SavingsTwins", "Savings", "Of", metadata.ZeroOrOne, "Account", "Twin", metadata.ZeroOrOne),
			association("CurrentTwins", "Current", "Of", metadata.ZeroOrOne, "Account", "Twin", metadata.ZeroOrOne)},
		Containers: []*metadata.EntityContainer{
			{Name: "Base", EntitySets: []*metadata.EntitySet{{Name: "Branches", EntityType: "Branch"}, {Name: "Accounts", EntityType: "Account"}},
				AssociationSets: []*metadata.AssociationSet{bound("Branches", "Accounts", "Accounts", "Branch", "Branches"),
					bound("SavingsTwins", "Of", "Accounts", "Twin", "Accounts"), bound("CurrentTwins", "Of", "Accounts", "Twin", "Accounts")}},
			{Name: "Main", Extends: "Base", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "People", EntityType: "Person"}},
				AssociationSets: []*metadata.AssociationSet{bound("Owners", "Accounts", "Accounts", "Owner", "People")}},
		},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model
}

func accountData(t testing.TB, model *metadata.Model) memory.Data {
	return memory.Data{
		Entities: map[string][]memory.Entity{
			"Branches": entities(t, model, "Branches", "Bank|No\nB|1\nB|2\nA|1"),
			"Accounts": entities(t, model, "Accounts", "Id|Type|BranchBank|BranchNo\n1||B|2\n2|Savings|A|1\n3|Current|B|\n4|Current|B|2"),
			"People":   entities(t, model, "People", "Name\nJo\nO'Neil, Al"),
		},
		Links: []memory.Links{
			{Set: "Accounts", Navigation: "Owner", Pairs: [][2]string{{"1", "'Jo'"}, {"2.0", "'O''Neil, Al'"}, {"Id=3M", "Name='Jo'"}, {" 4 ", " 'Jo' "}}},
			{Set: "Accounts", Navigation: "N.Savings/Twin", Pairs: [][2]string{{"2", "1"}}},
			{Set: "Accounts", Navigation: "N.Current/Twin", Pairs: [][2]string{{"3", "1"}}},
		},
	}
}

// TestReferentialConstraints derives links from values.
func TestReferentialConstraints(t *testing.T) {
	model := accounts(t)
	s := open(t, model, accountData(t, model))
	for _, tt := range []struct {
		set, filter string
		want        []string
		why         string
	}{
		{"Accounts", "Branch ne null", []string{"1M", "2M", "4M"}, "half a key leads nowhere"},
		{"Accounts", "Branch/Bank eq 'B' and Branch/No eq 2", []string{"1M", "4M"}, "parts of the key in the principal's order"},
		{"Branches", "Accounts/any(a: a/Id eq 2)", []string{"'A',1L"}, "and back"},
		{"Branches", "not Accounts/any()", []string{"'B',1L"}, "nobody refers to it"},
		{"Accounts", "Owner/Name eq 'O''Neil, Al'", []string{"2M"}, "the container that extends another binds its own"},
		{"Accounts", "N.Savings/Twin/Id eq 1 or N.Current/Twin/Id eq 1", []string{"2M", "3M"}, "two navigation properties of one name"},
	} {
		q := s.query(tt.set)
		q.Filter = s.filter(t, q.Type, tt.filter)
		if got := s.keys(t, q); strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("%s: %s: got %v, want %v", tt.filter, tt.why, got, tt.want)
		}
	}
}

func TestAccountMistakes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*memory.Data)
		want   string
		why    string
	}{
		{"missing link", func(d *memory.Data) { d.Links[0].Pairs = d.Links[0].Pairs[1:] },
			"Links of N.Owners: Accounts(1M) is linked to no entity of People, but needs one (the role Owner has the multiplicity 1)", "every account has an owner"},
		{"dangling value", func(d *memory.Data) { d.Entities["Accounts"][0].Values["BranchNo"] = edm.Int64(7) },
			"Entities of Accounts: Accounts(1M) refers to Branches('B',7L), which does not exist: BranchNo, BranchBank", "a foreign key has to lead somewhere"},
		{"links of a constraint", func(d *memory.Data) {
			d.Links = append(d.Links, memory.Links{Set: "Branches", Navigation: "Accounts"})
		},
			"Links[3] Branches/Accounts: these links follow from BranchNo, BranchBank of the role Accounts, by the association's referential constraint; leave them out", "the values decide"},
		{"ambiguous navigation", func(d *memory.Data) { d.Links[1].Navigation = "Twin" },
			"Links[1] Accounts/Twin: N.Savings and N.Current both have it; put the name of the type and a slash before it", "they are two associations"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			model := accounts(t)
			data := accountData(t, model)
			tt.change(&data)
			_, err := memory.NewStore(model, data)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%s: got %v\nwant %s", tt.why, err, tt.want)
			}
		})
	}
}

package memory_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

const library = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Library" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
  <EntityType Name="Author">
    <Key><PropertyRef Name="Name"/></Key>
    <Property Name="Name" Type="Edm.String" Nullable="false"/>
    <NavigationProperty Name="Books" Relationship="Library.Writing" FromRole="Author" ToRole="Books"/>
  </EntityType>
  <EntityType Name="Book">
    <Key><PropertyRef Name="No"/></Key>
    <Property Name="No" Type="Edm.Int32" Nullable="false"/>
    <Property Name="Title" Type="Edm.String"/>
    <NavigationProperty Name="Author" Relationship="Library.Writing" FromRole="Books" ToRole="Author"/>
  </EntityType>
  <Association Name="Writing">
    <End Type="Library.Author" Role="Author" Multiplicity="0..1"/>
    <End Type="Library.Book" Role="Books" Multiplicity="*"/>
  </Association>
  <EntityContainer Name="Library" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Authors" EntityType="Library.Author"/>
    <EntitySet Name="Books" EntityType="Library.Book"/>
    <AssociationSet Name="Writings" Association="Library.Writing">
      <End Role="Author" EntitySet="Authors"/>
      <End Role="Books" EntitySet="Books"/>
    </AssociationSet>
  </EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`

// A store holds the sets of a model and the links between their entities. Links
// are told from either end and seen from both.
func ExampleNewStore() {
	model, err := csdl.Read(strings.NewReader(library))
	if err != nil {
		fmt.Println(err)
		return
	}
	data := memory.Data{
		Entities: map[string][]memory.Entity{
			"Authors": {{Values: map[string]edm.Value{"Name": edm.String("Mary Shelley")}}},
			"Books": {
				{Values: map[string]edm.Value{"No": edm.Int32(1), "Title": edm.String("Frankenstein")}},
				{Values: map[string]edm.Value{"No": edm.Int32(2), "Title": edm.String("Beowulf")}},
			},
		},
		Links: []memory.Links{{Set: "Books", Navigation: "Author", Pairs: [][2]string{{"1", "'Mary Shelley'"}}}},
	}
	store, err := memory.NewStore(model, data)
	if err != nil {
		fmt.Println(err)
		return
	}

	// Books?$filter=Author/Name eq 'Mary Shelley'
	books := model.DefaultContainer().EntitySet("Books")
	author := &odata.Navigate{Of: odata.ItOf(books.Type()), Nav: books.Type().NavigationProperty("Author")}
	name := &odata.Member{Of: author, Property: author.Nav.Target().Property("Name")}
	q := &odata.Query{Set: books, Type: books.Type(), Fields: books.Type().StructuralProperties(),
		Filter: &odata.Binary{Op: odata.Eq, L: name, R: &odata.Literal{Value: edm.String("Mary Shelley"), Of: name.Type()}}}
	for _, set := range store.Sets() {
		if set.Name != "Books" {
			continue
		}
		result, err := set.Reader.Read(context.Background(), q)
		if err != nil {
			fmt.Println(err)
			return
		}
		for row := range result.Rows {
			fmt.Println(row.Values[1])
		}
	}

	data.Links[0].Pairs[0][1] = "'Mary Shelly'"
	_, err = memory.NewStore(model, data)
	fmt.Println(err)
	// Output:
	// 'Frankenstein'
	// Links[0] Books/Author {"1", "'Mary Shelly'"}: there is no Authors('Mary Shelly')
}

// Writes under the context of a transaction become visible together, or not at
// all.
func ExampleStore_Transact() {
	model, err := csdl.Read(strings.NewReader(library))
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := memory.NewStore(model, memory.Data{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sets := store.Sets()
	authors, books := sets[0], sets[1]
	insert := func(ctx context.Context, set odata.EntitySet, property string, value edm.Value, links ...odata.LinkChange) error {
		declared := model.DefaultContainer().EntitySet(set.Name)
		q := &odata.Query{Set: declared, Type: declared.Type(), Fields: declared.Type().StructuralProperties()}
		row, err := set.Inserter.Insert(ctx, q, &odata.Change{
			Type:  q.Type,
			Set:   []odata.Assignment{{Property: q.Type.Property(property), Value: value}},
			Links: links,
		})
		if err == nil {
			fmt.Println(set.Name, row.Values)
		}
		return err
	}
	written := odata.LinkChange{Nav: model.EntityType("Library.Book").NavigationProperty("Author"), Key: odata.Key{edm.String("Mary Shelley")}}
	err = store.Transact(context.Background(), func(ctx context.Context) error {
		if err := insert(ctx, authors, "Name", edm.String("Mary Shelley")); err != nil {
			return err
		}
		return insert(ctx, books, "Title", edm.String("Frankenstein"), written)
	})
	fmt.Println(err)
	// Output:
	// Authors ['Mary Shelley']
	// Books [1 'Frankenstein']
	// <nil>
}

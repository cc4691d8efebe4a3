package sqldb_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// library is a model with what the demo has not: links by a referential
// constraint, of many to many, and of one to one; keys of several parts; a
// hierarchy in several tables; and complex values within each other.
func library(t testing.TB) *metadata.Model {
	t.Helper()
	model, err := csdl.Read(strings.NewReader(`<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Lib" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Shelf"><Key><PropertyRef Name="Room"/><PropertyRef Name="No"/></Key>
<Property Name="Room" Type="Edm.String" Nullable="false"/><Property Name="No" Type="Edm.Int16" Nullable="false"/>
<Property Name="Place" Type="Lib.Place"/>
<NavigationProperty Name="Books" Relationship="Lib.Shelf_Books" FromRole="Shelf" ToRole="Books"/></EntityType>
<EntityType Name="Book"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>
<Property Name="Title" Type="Edm.String"/><Property Name="Room" Type="Edm.String"/><Property Name="ShelfNo" Type="Edm.Int16"/>
<NavigationProperty Name="Shelf" Relationship="Lib.Shelf_Books" FromRole="Books" ToRole="Shelf"/>
<NavigationProperty Name="Authors" Relationship="Lib.Book_Authors" FromRole="Books" ToRole="Authors"/></EntityType>
<EntityType Name="Atlas" BaseType="Lib.Book"><Property Name="Scale" Type="Edm.Int32" Nullable="false"/>
<Property Name="Size" Type="Lib.Place" Nullable="false"/>
<NavigationProperty Name="Supplement" Relationship="Lib.Atlas_Supplement" FromRole="Atlas" ToRole="Supplement"/></EntityType>
<EntityType Name="Globe" BaseType="Lib.Atlas"><Property Name="Radius" Type="Edm.Single"/></EntityType>
<EntityType Name="Author"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Guid" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="Living" Type="Edm.Boolean"/>
<NavigationProperty Name="Books" Relationship="Lib.Book_Authors" FromRole="Authors" ToRole="Books"/>
<NavigationProperty Name="Best" Relationship="Lib.Author_Best" FromRole="Author" ToRole="Best"/></EntityType>
<ComplexType Name="Place"><Property Name="Hall" Type="Edm.String"/><Property Name="Spot" Type="Lib.Spot"/></ComplexType>
<ComplexType Name="Spot"><Property Name="X" Type="Edm.Decimal"/><Property Name="Lit" Type="Edm.Boolean" Nullable="false"/></ComplexType>
<Association Name="Shelf_Books"><End Type="Lib.Shelf" Role="Shelf" Multiplicity="0..1"/><End Type="Lib.Book" Role="Books" Multiplicity="*"/>
<ReferentialConstraint><Principal Role="Shelf"><PropertyRef Name="Room"/><PropertyRef Name="No"/></Principal>
<Dependent Role="Books"><PropertyRef Name="Room"/><PropertyRef Name="ShelfNo"/></Dependent></ReferentialConstraint></Association>
<Association Name="Book_Authors"><End Type="Lib.Book" Role="Books" Multiplicity="*"/><End Type="Lib.Author" Role="Authors" Multiplicity="*"/></Association>
<Association Name="Atlas_Supplement"><End Type="Lib.Atlas" Role="Atlas" Multiplicity="0..1"/><End Type="Lib.Book" Role="Supplement" Multiplicity="0..1"/></Association>
<Association Name="Author_Best"><End Type="Lib.Author" Role="Author" Multiplicity="*"/><End Type="Lib.Atlas" Role="Best" Multiplicity="0..1"/></Association>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Shelves" EntityType="Lib.Shelf"/>
<EntitySet Name="Books" EntityType="Lib.Book"/><EntitySet Name="Authors" EntityType="Lib.Author"/>
<AssociationSet Name="ShelfBooks" Association="Lib.Shelf_Books"><End Role="Shelf" EntitySet="Shelves"/><End Role="Books" EntitySet="Books"/></AssociationSet>
<AssociationSet Name="BookAuthors" Association="Lib.Book_Authors"><End Role="Books" EntitySet="Books"/><End Role="Authors" EntitySet="Authors"/></AssociationSet>
<AssociationSet Name="Supplements" Association="Lib.Atlas_Supplement"><End Role="Atlas" EntitySet="Books"/><End Role="Supplement" EntitySet="Books"/></AssociationSet>
<AssociationSet Name="Bests" Association="Lib.Author_Best"><End Role="Author" EntitySet="Authors"/><End Role="Best" EntitySet="Books"/></AssociationSet>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`))
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// libraryNames give the tables of the library names of their own.
var libraryNames = []sqldb.StoreOption{
	sqldb.Table("Shelves", "shelf"), sqldb.Column("Shelves/Place/Spot/X", "spot x"), sqldb.Table("BookAuthors", `wrote "it"`),
	sqldb.Column("BookAuthors/Books/Id", "book"), sqldb.Discriminator("Books", "sort"), sqldb.TablePerType("Books", "Lib.Atlas", "atlas"),
	sqldb.Column("Books/Supplement/Id", "supplement"),
}

func books() memory.Data {
	rng := rand.New(rand.NewPCG(3, 3))
	one := func(values ...edm.Value) edm.Value { return values[rng.IntN(len(values))] }
	text := func() edm.Value {
		return one(edm.Null, edm.String("A"), edm.String("a"), edm.String("Zoë"), edm.String(""), edm.String("B 1"))
	}
	spot := func() edm.Value {
		return one(edm.Null, edm.Complex([]edm.Value{one(edm.Null, edm.NewDecimal(25, 1).Value(), edm.NewDecimal(250, 2).Value(), edm.NewDecimal(-3, 0).Value()), edm.Boolean(rng.IntN(2) == 0)}))
	}
	place := func() edm.Value { return edm.Complex([]edm.Value{text(), spot()}) }
	data := memory.Data{Entities: map[string][]memory.Entity{}}
	add := func(set, typ string, values map[string]edm.Value) {
		data.Entities[set] = append(data.Entities[set], memory.Entity{Type: typ, Values: values})
	}
	for i := range 6 {
		add("Shelves", "", map[string]edm.Value{"Room": edm.String(string(rune('A' + i%2))), "No": edm.Int16(int16(i / 2)), "Place": one(edm.Null, place(), place())})
	}
	links := [3]memory.Links{{Set: "Books", Navigation: "Authors"}, {Set: "Books", Navigation: "Lib.Atlas/Supplement"}, {Set: "Authors", Navigation: "Best"}}
	author := func(i int) string { return fmt.Sprintf("guid'%08x-7a3e-4a86-9a67-0d1f3c1b2a10'", i*0x1d2c0b5) }
	for i := range 20 {
		values := map[string]edm.Value{"Id": edm.Int64(int64(i)), "Title": text()}
		if rng.IntN(3) > 0 {
			values["Room"], values["ShelfNo"] = edm.String(string(rune('A'+rng.IntN(2)))), edm.Int16(int16(rng.IntN(3)))
		}
		typ := ""
		if i%3 > 0 {
			typ = "Atlas"
			values["Scale"], values["Size"] = edm.Int32(int32(rng.IntN(4))), place()
			links[1].Pairs = append(links[1].Pairs, [2]string{fmt.Sprint(i), fmt.Sprint((i + 7) % 20)})
		}
		if i%3 == 2 {
			typ = "Globe"
			values["Radius"] = one(edm.Null, edm.Single(0.5), edm.Single(2))
		}
		add("Books", typ, values)
	}
	for i := range 8 {
		id, _ := edm.ParseLiteral(author(i))
		add("Authors", "", map[string]edm.Value{"Id": id, "Name": text(), "Living": one(edm.Null, edm.Boolean(true), edm.Boolean(false))})
		for _, book := range rng.Perm(20)[:rng.IntN(6)] {
			links[0].Pairs = append(links[0].Pairs, [2]string{fmt.Sprint(book), author(i)})
		}
		if best := rng.IntN(20); best%3 > 0 {
			links[2].Pairs = append(links[2].Pairs, [2]string{author(i), fmt.Sprint(best)})
		}
	}
	data.Links = links[:]
	return data
}

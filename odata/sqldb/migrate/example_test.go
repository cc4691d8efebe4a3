package migrate_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

const model = `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="Shop" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
<EntityType Name="Part"><Key><PropertyRef Name="No"/></Key>
<Property Name="No" Type="Edm.String" Nullable="false"/><Property Name="Price" Type="Edm.Decimal"/></EntityType>
<EntityContainer Name="Service" m:IsDefaultEntityContainer="true"><EntitySet Name="Parts" EntityType="Shop.Part"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`

// The first migration is the schema of a model, written once to files that are
// embedded from then on. Later ones are written by hand.
func ExampleFile() {
	m, err := csdl.Read(strings.NewReader(model))
	if err != nil {
		log.Fatal(err)
	}
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	store, err := sqldb.NewStore(db, m) // of any database: Schema is told the dialect
	if err != nil {
		log.Fatal(err)
	}
	source := fstest.MapFS{ // or os.WriteFile, and //go:embed
		"sqlite/0001_start.sql":   {Data: []byte(migrate.File(store.Schema(sqldb.SQLite)))},
		"postgres/0001_start.sql": {Data: []byte(migrate.File(store.Schema(sqldb.PostgreSQL)))},
	}
	fmt.Println(string(source["postgres/0001_start.sql"].Data))

	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	applied, err := migrate.Up(context.Background(), filepath.Join(folder, "shop.db"), source)
	for _, v := range applied {
		fmt.Println(v.Number, v.File, err)
	}
	// Output:
	// -- +goose Up
	// -- +goose StatementBegin
	// CREATE TABLE "Parts" (
	// 	"No" text COLLATE "C" NOT NULL,
	// 	"Price" numeric,
	// 	PRIMARY KEY ("No")
	// );
	// -- +goose StatementEnd
	//
	// 1 0001_start.sql <nil>
}

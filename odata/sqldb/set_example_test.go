package sqldb_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// Part is one that the workshop stocks.
type Part struct {
	No    string `odata:",key,maxlength=8" db:"part_no"`
	Count int32  `db:"in_stock"`
}

// A set over a table is one line; package service serves it.
func ExampleSet() {
	ctx := context.Background()
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	table := &sqldb.Statement{Text: `CREATE TABLE part (part_no TEXT NOT NULL PRIMARY KEY, in_stock INTEGER NOT NULL)`}
	if _, err := db.Exec(ctx, table, nil); err != nil {
		fmt.Println(err)
		return
	}

	parts := sqldb.Set[Part](db, "Parts", sqldb.TableName("part"), sqldb.Guard(odata.Public()), sqldb.OrderBy("No"))
	svc, err := service.New(service.Config{Namespace: "Stock", Root: "/stock"}, parts)
	if err != nil {
		fmt.Println(err)
		return
	}
	ask := func(method, target, body string) {
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json;odata=nometadata")
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	ask("POST", "/stock/Parts", `{"No":"M6x30","Count":12}`)
	ask("GET", "/stock/Parts?$filter=Count%20gt%2010", "")
	fmt.Println(sqldb.Check(ctx, parts))
	// Output:
	// 201 {"No":"M6x30","Count":12}
	// 200 {"value":[{"No":"M6x30","Count":12}]}
	// <nil>
}

// The tables can also be made from the sets.
func ExampleSchema() {
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	statements, err := sqldb.Schema(db.Dialect(), sqldb.Set[Part](db, "Parts", sqldb.TableName("part")))
	fmt.Println(strings.Join(statements, ";\n"), err)
	// Output:
	// CREATE TABLE "part" (
	// 	"part_no" TEXT NOT NULL,
	// 	"in_stock" INTEGER NOT NULL,
	// 	PRIMARY KEY ("part_no")
	// ) WITHOUT ROWID <nil>
}

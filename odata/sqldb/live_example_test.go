package sqldb_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// A database that others have made is served without a model written for it.
func ExampleModelOf() {
	ctx := context.Background()
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{
		`CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL)`,
		`CREATE TABLE orders (no INTEGER PRIMARY KEY, customer_id INT NOT NULL REFERENCES customers, "paid on" DATE, basket XYZ)`,
		`INSERT INTO customers VALUES (1, 'Ann')`,
		`INSERT INTO orders (no, customer_id, "paid on") VALUES (7, 1, '2015-07-12')`,
	} {
		if _, err := db.Exec(ctx, &sqldb.Statement{Text: text}, nil); err != nil {
			log.Fatal(err)
		}
	}

	live, err := sqldb.ModelOf(ctx, db, sqldb.LiveOptions{Namespace: "Shop"})
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range live.LeftOut {
		fmt.Println("left out:", l)
	}
	store, err := sqldb.NewStore(db, live.Model, live.Options...)
	if err != nil {
		log.Fatal(err)
	}
	svc, err := service.New(service.Config{Model: live.Model, Root: "/shop"}, store.Sets(sqldb.Guard(odata.Public()))...)
	if err != nil {
		log.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/shop/orders?$expand=customer&$select=no,paid_on,customer/name", nil)
	r.Header.Set("Accept", "application/json;odata=nometadata")
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output:
	// left out: table "orders", column "basket": the type XYZ says nothing of what is in it: SQLite would make numbers of some texts
	// {"value":[{"customer":{"name":"Ann"},"no":"7","paid_on":"2015-07-12T00:00:00"}]}
}

package sqldb_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Loan is over when its time is; that is a matter of the clock and stored nowhere.
type Loan struct {
	ID    int32 `odata:",key"`
	State string

	ends time.Time
}

// loanState is the one definition of the state: SQL over the columns of the table, and
// Go over the fields of the struct, for sets made by memory.Set.
var loanState = typed.Computed("State", typed.Expression{
	SQL:     `CASE WHEN {ends} > {:now} THEN 'Running' ELSE 'Over' END`,
	Params:  map[string]*typed.Param{"now": typed.NowDateTimeOffset()},
	Columns: map[string]edm.Kind{"ends": edm.KindDateTimeOffset},
}, func(ctx context.Context, l *Loan) string {
	if l.ends.After(odata.Now(ctx)) {
		return "Running"
	}
	return "Over"
})

func ExampleComputed() {
	db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	loans := sqldb.Set[Loan](db, "Loans", sqldb.Computed(loanState), sqldb.Guard(odata.Public()))
	statements, err := sqldb.Schema(sqldb.SQLite, loans)
	if err != nil {
		fmt.Println(err)
		return
	}
	statements = append(statements, `INSERT INTO "Loans" ("ID", "ends") VALUES (1, '2016-02-29T11:00:00'), (2, '2016-03-01T00:00:00')`)
	for _, text := range statements {
		if _, err := db.Exec(context.Background(), &sqldb.Statement{Text: text}, nil); err != nil {
			fmt.Println(err)
			return
		}
	}
	noon := func() time.Time { return time.Date(2016, 2, 29, 12, 0, 0, 0, time.UTC) }
	svc, err := service.New(service.Config{Namespace: "Library", Clock: noon}, loans)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest("GET", "/Loans?$filter=State%20eq%20'Running'", nil)
	r.Header.Set("Accept", "application/json;odata=nometadata")
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output: {"value":[{"ID":2,"State":"Running"}]}
}

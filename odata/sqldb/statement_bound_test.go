package sqldb_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

const (
	keptStatements = 64 // by each connection
	connections    = 3
)

// TestManyShapes asks queries of thousands of shapes, each of which has a statement of
// its own, by several clients at once: plans and prepared statements stay few, and
// answers right.
func TestManyShapes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		shapes int // without PAMODATA_LONG
		open   func(t *testing.T) sqldb.DB
	}{
		{"SQLite", 5_000, func(t *testing.T) sqldb.DB {
			db, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"), sqlite.Options{Call: sqldb.Call, Synchronous: sqlite.SynchronousOff,
				Statements: keptStatements, Readers: connections, MaxReaders: connections})
			if err != nil {
				t.Fatal(err)
			}
			return db
		}},
		{"PostgreSQL", 1_500, func(t *testing.T) sqldb.DB {
			db, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Statements: keptStatements, MaxConns: connections})
			if err != nil {
				t.Fatal(err)
			}
			return db
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := tt.open(t)
			t.Cleanup(func() { db.Close() })
			model := testmodel.Demo(t)
			model.DefaultContainer().FunctionImports = nil
			source, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{"Photos": numbered(30)}})
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, db, model, source.Sets())
			svc := memberOf(t, tt.name, model, store.Sets(sqldb.Guard(odata.Public()), sqldb.PageSize(odata.NoPaging))).service
			shapes := sized(tt.shapes, 5_000)
			var all sync.WaitGroup
			for client := range connections {
				all.Go(func() {
					rng := rand.New(rand.NewPCG(1, uint64(client)))
					for i := client; i < shapes && !t.Failed(); i += connections {
						filter, want := shapeNumber(rng, i, 30)
						got := ask(svc, http.MethodGet, "Photos/$count?$filter="+filter, "", "Accept", "text/plain")
						if got != "200 "+strconv.Itoa(want) {
							t.Errorf("shape %d, %s: got %s, want %d", i, filter, got, want)
						}
						if n, bound := store.Plans(); n > bound {
							t.Errorf("%d plans are kept, want %d at most", n, bound)
						}
					}
				})
			}
			all.Wait()
			kept := prepared(t, db)
			n, bound := store.Plans()
			t.Logf("%d shapes: %d plans, %v prepared statements", shapes, n, kept)
			if n != min(bound, shapes) {
				t.Errorf("%d plans are kept, want %d: the queries were not of so many shapes", n, min(bound, shapes))
			}
			busiest := 0
			for _, n := range kept {
				busiest = max(busiest, n)
				if n > keptStatements {
					t.Errorf("a connection keeps %d prepared statements, want %d at most", n, keptStatements)
				}
			}
			if busiest < keptStatements/2 {
				t.Errorf("no connection keeps more than %d prepared statements: they were not looked at", busiest)
			}
		})
	}
}

// numbered are photos with the numbers below n.
func numbered(n int) (photos []memory.Entity) {
	for i := range n {
		photos = append(photos, memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(int32(i)), "Caption": edm.String("x")}})
	}
	return photos
}

// shapeNumber is a condition of a shape that no other number has, with random
// constants, and how many of n photos meet it.
func shapeNumber(rng *rand.Rand, number, n int) (filter string, matches int) {
	least := rng.IntN(n)
	text := fmt.Sprintf("Id ge %d", least)
	truth := make([]bool, n)
	for id := range truth {
		truth[id] = id >= least
	}
	for ; number > 0; number /= 2 {
		k := rng.IntN(n)
		if number%2 > 0 {
			text = fmt.Sprintf("(%s) and Id ne %d", text, k)
			truth[k] = false
		} else {
			text = fmt.Sprintf("(%s) or Id eq %d", text, k)
			truth[k] = true
		}
	}
	for _, t := range truth {
		if t {
			matches++
		}
	}
	return strings.ReplaceAll(text, " ", "%20"), matches
}

// prepared is how many statements each connection keeps prepared.
func prepared(t *testing.T, db sqldb.DB) (counts []int) {
	t.Helper()
	if db, ok := db.(*sqlite.DB); ok {
		// SQLite itself does not tell; nobody uses the connections now.
		for _, conn := range reflect.ValueOf(db).Elem().FieldByName("conns").MapKeys() {
			counts = append(counts, conn.Elem().FieldByName("statements").FieldByName("of").Len())
		}
		return counts
	}
	// Rows that are open keep their connections to themselves.
	all := &sqldb.Statement{Text: "SELECT count(*) FROM pg_prepared_statements UNION ALL SELECT 0", Columns: []sqldb.Form{{Kind: edm.KindInt64}}}
	for range connections {
		rows, err := db.Query(t.Context(), all, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		cells := make([]edm.Value, 1)
		if more, err := rows.Next(cells); !more || err != nil {
			t.Fatal(more, err)
		}
		counts = append(counts, int(cells[0].Int()))
	}
	return counts
}

package sqldb_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// databases open an empty database of each kind.
var databases = []struct {
	name string
	open func(t testing.TB) sqldb.DB
}{
	{"SQLite", openSQLite},
	{"PostgreSQL", openPostgres},
}

func openSQLite(t testing.TB) sqldb.DB {
	t.Helper()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "test.db"), sqlite.Options{Call: sqldb.Call, Synchronous: sqlite.SynchronousOff})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openPostgres(t testing.TB) sqldb.DB {
	t.Helper()
	db, err := postgres.Open(context.Background(), pgtest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// storeOf is a store in db with what sets of the same model hold.
func storeOf(t testing.TB, db sqldb.DB, model *metadata.Model, sets []odata.EntitySet, options ...sqldb.StoreOption) *sqldb.Store {
	t.Helper()
	store, err := sqldb.NewStore(db, model, options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqldb.Load(context.Background(), store, sets); err != nil {
		t.Fatal(err)
	}
	return store
}

func queries(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestDifferential asks the same random queries of memory, SQLite and PostgreSQL.
// Each answers each query twice: as the provider itself, and, with expansions or a
// choice of properties, as a service by a URL. One of the provider's answers, in
// turn, is held against brute force besides, and so is its order.
//
// The three may differ in the following, and nothing else:
//
//   - Without $top and $skip, in the order of entities that $orderby leaves open.
//     Requests by URL order by the key in the end, and leave nothing open.
//   - Where evaluating a condition or an order fails for some entity (a number is
//     divided by zero or overflows), those that need not look at that entity answer,
//     and the others fail with KindInvalid, or 400: which element of an any or all is
//     the first to decide or to fail, and which entities a page, an order or a key
//     spares, is theirs to choose. All that answer say the same.
//   - In the message of a failure.
//   - A database that leaves a condition with any or all of related entities over
//     answers with 501: the service has only rows to evaluate it on. There are few.
func TestDifferential(t *testing.T) {
	openPostgres := schemas(t)
	for _, tt := range []struct {
		name    string
		model   func(t testing.TB) *metadata.Model
		data    func(model *metadata.Model) memory.Data
		share   int // of 100 queries
		options []sqldb.StoreOption
	}{
		{"village", testmodel.Demo, func(*metadata.Model) memory.Data { return kept(village()) }, 20, nil},
		{"demo", testmodel.Demo, func(m *metadata.Model) memory.Data { return generated(m, 1, 24) }, 20, nil},
		{"kinds", testmodel.Kinds, func(m *metadata.Model) memory.Data { return generated(m, 2, 40) }, 20, nil},
		{"books", library, func(*metadata.Model) memory.Data { return books() }, 10, libraryNames},
		{"library", library, func(m *metadata.Model) memory.Data { return generated(m, 3, 24) }, 15, libraryNames},
		{"town", testmodel.Town, func(m *metadata.Model) memory.Data { return generated(m, 4, 12) }, 15, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			model := tt.model(t)
			j := newJury(t, model, tt.data(model), openPostgres, tt.options)
			n := sized(2_000, 50_000) * tt.share / 100
			providertest.Differential(t, model, j.sets(), n/2, 1)
			providertest.Differential(t, model, j.sets(), n-n/2, seedOfTheDay(t))
			t.Logf("%d answers of all three alike, %d failures of all, %d of some, %d navigations left to the service; by URL %d alike, %d failures of all, %d of some, %d further pages",
				j.alike, j.failed, j.spared, j.left, j.served, j.refused, j.servedBySome, j.pages)
			if j.left > 2*n*8/100 {
				t.Errorf("too much is left to services")
			}
			if j.alike < n*8/10 || j.served < n*8/10 {
				t.Errorf("of %d queries too few had an answer", n)
			}
		})
	}
}

// TestDifferentialOfData asks each database queries about what only some of them
// keep as it is: negative zeros, zones, and fractions of a microsecond. What they
// keep is what counts then.
func TestDifferentialOfData(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := testmodel.Demo(t)
			source, err := memory.NewStore(model, village())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets())
			providertest.Differential(t, model, store.Sets(), sized(1_000, 10_000), 1)
		})
		t.Run(d.name+" kinds", func(t *testing.T) {
			model := testmodel.Kinds(t)
			store := storeOf(t, d.open(t), model, testmodel.KindSets(t, model))
			providertest.Differential(t, model, store.Sets(), sized(2_000, 10_000), 100_000)
		})
	}
}

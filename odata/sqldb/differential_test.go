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

func TestDifferential(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := testmodel.Demo(t)
			source, err := memory.NewStore(model, village())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets())
			providertest.Differential(t, model, store.Sets(), queries(5_000), 1)
		})
		t.Run(d.name+" kinds", func(t *testing.T) {
			model := testmodel.Kinds(t)
			store := storeOf(t, d.open(t), model, testmodel.KindSets(t, model))
			providertest.Differential(t, model, store.Sets(), queries(3_000), 100_000)
		})
		t.Run(d.name+" library", func(t *testing.T) {
			model := library(t)
			source, err := memory.NewStore(model, books())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets(), libraryNames...)
			providertest.Differential(t, model, store.Sets(), queries(3_000), 200_000)
		})
	}
}

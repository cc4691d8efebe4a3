package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// A storage makes the sets of a model, and puts the demo data into them where
// there is nothing yet. Who serves them does not notice which storage it was.
type storage func(ctx context.Context, model *metadata.Model) ([]odata.EntitySet, error)

// openStorage opens what the flag --store names. close ends it, after the last
// request.
func openStorage(ctx context.Context, name string) (keep storage, close func() error, err error) {
	if name == "memory" {
		return inMemory, func() error { return nil }, nil
	}
	db, err := openDB(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	return inDatabase(db), db.Close, nil
}

// openDB opens a database by its URL. What follows sqlite:// is the path of a
// file, so that an absolute one makes three slashes.
func openDB(ctx context.Context, url string) (sqldb.DB, error) {
	path, isFile := strings.CutPrefix(url, "sqlite://")
	switch {
	case isFile && path != "":
		return sqlite.Open(path, sqlite.Options{Call: sqldb.Call})
	case url == "sqlite:"+sqlite.InMemory:
		return sqlite.Open(sqlite.InMemory, sqlite.Options{Call: sqldb.Call})
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return postgres.Open(ctx, url, postgres.Options{})
	}
	// The URL may have a password, so that it is not repeated.
	return nil, errors.New("--store is memory, sqlite:///path/of/a.db, sqlite::memory: or postgres://user@host/database")
}

// inMemory keeps everything until the program ends.
func inMemory(_ context.Context, model *metadata.Model) ([]odata.EntitySet, error) {
	store, err := memory.NewStore(model, demoData())
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return store.Sets(), nil
}

// inDatabase keeps everything in db. In an empty database it makes the tables and
// loads the data, as a whole or, if the program ends before, not at all. Tables
// that are there must be those of an earlier run.
func inDatabase(db sqldb.DB) storage {
	return func(ctx context.Context, model *metadata.Model) ([]odata.EntitySet, error) {
		store, err := sqldb.NewStore(db, model)
		if err != nil {
			return nil, err
		}
		sets := store.Sets()
		for i := range sets {
			sets[i].OrderBy = sets[i].Schema.Entity.Key[0] // a database has no order of its own
		}
		return sets, store.Transact(ctx, func(ctx context.Context) error {
			switch tables, err := countTables(ctx, db); {
			case err != nil:
				return err
			case tables > 0:
				return store.Check(ctx)
			}
			for _, text := range store.Schema(db.Dialect()) {
				if _, err := db.Exec(ctx, &sqldb.Statement{Text: text}, nil); err != nil {
					return fmt.Errorf("%s: %w", text, err)
				}
			}
			return load(ctx, model, sets, demoData())
		})
	}
}

// countTables counts the tables in a database, whoever made them.
func countTables(ctx context.Context, db sqldb.DB) (int64, error) {
	// sqlite_stat1 is of SQLite itself.
	text := `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`
	if db.Dialect() == sqldb.PostgreSQL {
		text = `SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()`
	}
	rows, err := db.Query(ctx, &sqldb.Statement{Text: text, Columns: []sqldb.Form{{Kind: edm.KindInt64}}}, nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var count [1]edm.Value
	if _, err := rows.Next(count[:]); err != nil {
		return 0, err
	}
	return count[0].Int(), nil
}

package postgres_test

import (
	"context"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// open opens a database of its own for a test, in which the statements of
// schema were run.
func open(t testing.TB, options postgres.Options, schema string) *postgres.DB {
	t.Helper()
	url := pgtest.Database(t)
	if schema != "" {
		pgtest.Run(t, url, schema)
	}
	return openURL(t, url, options)
}

func openURL(t testing.TB, url string, options postgres.Options) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url, options)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

// statement makes a statement whose parameters and columns have the kinds given.
func statement(text string, params, columns []edm.Kind) *sqldb.Statement {
	return &sqldb.Statement{Text: text, Params: forms(params), Columns: forms(columns)}
}

func forms(kinds []edm.Kind) []sqldb.Form {
	all := make([]sqldb.Form, len(kinds))
	for i, k := range kinds {
		all[i].Kind = k
	}
	return all
}

func kinds(k ...edm.Kind) []edm.Kind { return k }

// readAll runs a query and keeps its rows.
func readAll(ctx context.Context, db *postgres.DB, s *sqldb.Statement, args ...edm.Value) ([][]edm.Value, error) {
	rows, err := db.Query(ctx, s, args)
	if err != nil {
		return nil, err
	}
	var all [][]edm.Value
	row := make([]edm.Value, len(s.Columns))
	for {
		more, err := rows.Next(row)
		if err != nil || !more {
			if closing := rows.Close(); err == nil {
				err = closing
			}
			return all, err
		}
		kept := make([]edm.Value, len(row))
		for i, v := range row {
			kept[i] = v.Clone()
		}
		all = append(all, kept)
	}
}

// mustRead is readAll for queries that cannot fail.
func mustRead(t testing.TB, ctx context.Context, db *postgres.DB, s *sqldb.Statement, args ...edm.Value) [][]edm.Value {
	t.Helper()
	all, err := readAll(ctx, db, s, args...)
	if err != nil {
		t.Fatalf("%s: %v", s.Text, err)
	}
	return all
}

func mustExec(t testing.TB, ctx context.Context, db *postgres.DB, s *sqldb.Statement, args ...edm.Value) int64 {
	t.Helper()
	n, err := db.Exec(ctx, s, args)
	if err != nil {
		t.Fatalf("%s: %v", s.Text, err)
	}
	return n
}

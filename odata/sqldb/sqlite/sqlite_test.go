package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// open opens a database for a test: in memory, or in a file if path is given.
func open(t testing.TB, path string, options sqlite.Options) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(path, options)
	if err != nil {
		t.Fatalf("Open(%q): %v", path, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

// a statement without parameters, whose columns are of the given kinds.
func sql(text string, columns ...edm.Kind) *sqldb.Statement {
	return with(text, nil, columns...)
}

func with(text string, params []edm.Kind, columns ...edm.Kind) *sqldb.Statement {
	return &sqldb.Statement{Text: text, Params: forms(params), Columns: forms(columns)}
}

func forms(kinds []edm.Kind) (list []sqldb.Form) {
	for _, k := range kinds {
		list = append(list, sqldb.Form{Kind: k})
	}
	return list
}

func params(kinds ...edm.Kind) []edm.Kind { return kinds }

// exec runs statements that must succeed.
func exec(t testing.TB, db *sqlite.DB, ctx context.Context, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if _, err := db.Exec(ctx, sql(text), nil); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// read returns all rows of a query, and the error that ended it.
func read(ctx context.Context, db *sqlite.DB, s *sqldb.Statement, args ...edm.Value) (all [][]edm.Value, err error) {
	rows, err := db.Query(ctx, s, args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for {
		row := make([]edm.Value, len(s.Columns))
		more, err := rows.Next(row)
		if !more || err != nil {
			return all, err
		}
		for i := range row {
			row[i] = row[i].Clone()
		}
		all = append(all, row)
	}
}

// number reads a single integer.
func number(t testing.TB, db *sqlite.DB, ctx context.Context, text string) int64 {
	t.Helper()
	rows, err := read(ctx, db, sql(text, edm.KindInt64))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%s: %d rows, %v", text, len(rows), err)
	}
	return rows[0][0].Int()
}

// sameValues compares values by identity, NaN with NaN.
var sameValues = cmp.Comparer(func(a, b edm.Value) bool {
	if a.Kind() == b.Kind() && (a.Kind() == edm.KindDouble || a.Kind() == edm.KindSingle) && a.Float() != a.Float() {
		return b.Float() != b.Float()
	}
	return a.Equal(b)
})

// fails checks that err is the wanted one: an *odata.Error by the fields that
// are set, any other by identity; nil for none.
func fails(t *testing.T, err, want error, why string) {
	t.Helper()
	if want == nil && err != nil || !errors.Is(err, want) {
		t.Errorf("got error %v, want %v: %s", err, want, why)
	}
}

func refused(kind odata.Kind, code string) error { return &odata.Error{Kind: kind, Code: code} }

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.db")
	exec(t, open(t, file, sqlite.Options{}), t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (7)")
	plain := filepath.Join(folder, "plain.txt")
	if err := os.WriteFile(plain, []byte("This is no database, but long enough that it has a header of 100 bytes, which is read and found wrong."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, path string
		options    sqlite.Options
		want       error
		why        string
	}{
		{"file", file, sqlite.Options{}, nil, "it exists"},
		{"new file", filepath.Join(folder, "new.db"), sqlite.Options{}, nil, "it is made"},
		{"odd name", filepath.Join(folder, "a b?mode=ro#%41.db"), sqlite.Options{}, nil, "a path is not a URI"},
		{"memory", sqlite.InMemory, sqlite.Options{}, nil, "no file is named"},
		{"read-only", file, sqlite.Options{ReadOnly: true}, nil, "it exists"},
		{"read-only, absent", filepath.Join(folder, "absent.db"), sqlite.Options{ReadOnly: true}, refused(odata.KindUnavailable, ""), "nothing is made"},
		{"read-only, memory", sqlite.InMemory, sqlite.Options{ReadOnly: true}, refused(odata.KindInternal, ""), "nothing could ever be in it"},
		{"no folder", filepath.Join(folder, "no", "such.db"), sqlite.Options{}, refused(odata.KindUnavailable, ""), "folders are not made"},
		{"a folder", folder, sqlite.Options{}, refused(odata.KindUnavailable, ""), "it cannot be opened"},
		{"no database", plain, sqlite.Options{}, refused(odata.KindInternal, ""), "another file must not be overwritten"},
		{"URI", "file:a.db", sqlite.Options{}, refused(odata.KindInternal, ""), "somebody expects parameters to have a meaning"},
		{"empty", "", sqlite.Options{}, refused(odata.KindInternal, ""), "it would be a database that nobody finds again"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := sqlite.Open(tt.path, tt.options)
			fails(t, err, tt.want, tt.why)
			if err != nil {
				return
			}
			if got := number(t, db, t.Context(), "SELECT 1"); got != 1 {
				t.Errorf("SELECT 1 = %d", got)
			}
			if err := db.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			if err := db.Close(); err != nil {
				t.Errorf("Close again: %v", err)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	for _, tt := range []struct {
		name    string
		options sqlite.Options
		pragma  string
		want    string
		why     string
	}{
		{"journal", sqlite.Options{}, "journal_mode", "wal", "readers do not wait for the writer"},
		{"full", sqlite.Options{}, "synchronous", "2", "a commit survives a loss of power"},
		{"normal", sqlite.Options{Synchronous: sqlite.SynchronousNormal}, "synchronous", "1", "as the options say"},
		{"off", sqlite.Options{Synchronous: sqlite.SynchronousOff}, "synchronous", "0", "as the options say"},
		{"foreign keys", sqlite.Options{}, "foreign_keys", "1", "references are checked"},
		{"checkpoint", sqlite.Options{}, "wal_autocheckpoint", "1000", "the log stays small"},
		{"schema", sqlite.Options{}, "trusted_schema", "0", "a foreign schema runs harmless functions only"},
		{"read-only", sqlite.Options{ReadOnly: true}, "journal_mode", "wal", "the file is as it was"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, file, tt.options)
			err := db.Transact(t.Context(), func(ctx context.Context) error { // on the connection that writes
				rows, err := read(ctx, db, sql("PRAGMA "+tt.pragma, edm.KindNull))
				if err != nil {
					return err
				}
				if got := string(edm.AppendText(nil, rows[0][0])); got != tt.want {
					t.Errorf("PRAGMA %s = %s, want %s: %s", tt.pragma, got, tt.want, tt.why)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestReadOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	exec(t, open(t, file, sqlite.Options{}), t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (7)")
	db := open(t, file, sqlite.Options{ReadOnly: true})
	if got := number(t, db, t.Context(), "SELECT x FROM t"); got != 7 {
		t.Errorf("x = %d, want 7", got)
	}
	_, err := db.Exec(t.Context(), sql("INSERT INTO t VALUES (8)"), nil)
	fails(t, err, refused(odata.KindForbidden, "ReadOnly"), "nothing can be written")
	err = db.Transact(t.Context(), func(ctx context.Context) error {
		if got := number(t, db, ctx, "SELECT x FROM t"); got != 7 {
			t.Errorf("x = %d in a transaction, want 7", got)
		}
		return nil
	})
	fails(t, err, nil, "a transaction can still read")
}

func TestInMemoryIsPrivate(t *testing.T) {
	one, other := open(t, sqlite.InMemory, sqlite.Options{}), open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, one, t.Context(), "CREATE TABLE t (x INTEGER)")
	exec(t, other, t.Context(), "CREATE TABLE t (x INTEGER)")
	if got := number(t, one, t.Context(), "SELECT count(*) FROM t"); got != 0 {
		t.Errorf("the readers see %d rows of the writer's table", got)
	}
}

func TestClose(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (1), (2)")
	closed := refused(odata.KindUnavailable, "ServiceUnavailable")
	s := sql("SELECT x FROM t", edm.KindInt64)
	rows, err := db.Query(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]edm.Value, 1)
	if _, err := rows.Next(row); err != nil {
		t.Fatal(err)
	}
	err = db.Transact(t.Context(), func(ctx context.Context) error {
		inner, err := db.Query(ctx, s, nil)
		if err != nil {
			return err
		}
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		_, err = inner.Next(row)
		fails(t, err, closed, "rows end with the database")
		_, err = db.Exec(ctx, sql("DELETE FROM t"), nil)
		fails(t, err, closed, "so does a transaction")
		return inner.Close()
	})
	fails(t, err, closed, "it could not be committed")
	_, err = rows.Next(row)
	fails(t, err, closed, "rows end with the database")
	fails(t, rows.Close(), nil, "closing them is still right")
	_, err = db.Query(t.Context(), s, nil)
	fails(t, err, closed, "nothing can be read")
	_, err = db.Exec(t.Context(), sql("DELETE FROM t"), nil)
	fails(t, err, closed, "nor written")
}

func TestOptimize(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)", "CREATE INDEX i ON t (x)",
		"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n WHERE x < 1000) INSERT INTO t SELECT x FROM n")
	err := db.Transact(t.Context(), func(ctx context.Context) error { // the planner misses statistics
		_, err := read(ctx, db, sql("SELECT x FROM t WHERE x = 5", edm.KindInt64))
		return err
	})
	fails(t, err, nil, "it is a query")
	fails(t, db.Optimize(t.Context()), nil, "nobody else writes")
	if n := number(t, db, t.Context(), "SELECT count(*) FROM sqlite_stat1"); n == 0 {
		t.Error("there are no statistics")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fails(t, db.Optimize(ctx), context.Canceled, "nothing is begun")
}

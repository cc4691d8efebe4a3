package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

func TestErrors(t *testing.T) {
	conflict := func(code string) error { return refused(odata.KindConflict, code) }
	for _, tt := range []struct {
		name, sql string
		want      error
		why       string
	}{
		{"key", "INSERT INTO parent VALUES (1, 'b', 1)", conflict("KeyExists"), "the key of a table with row numbers"},
		{"key without row number", "INSERT INTO coded VALUES ('a')", conflict("KeyExists"), "the key of a table without"},
		{"unique", "INSERT INTO parent VALUES (2, 'a', 1)", conflict("KeyExists"), "another unique column"},
		{"changed key", "UPDATE parent SET id = 1 WHERE id = 9", conflict("KeyExists"), "it is taken"},
		{"not null", "INSERT INTO parent VALUES (2, NULL, 1)", conflict("LinkRequired"), "what a column needs"},
		{"check", "INSERT INTO parent VALUES (2, 'b', -1)", conflict("ConstraintViolated"), "a rule of the schema"},
		{"trigger", "INSERT INTO parent VALUES (13, 'unlucky', 1)", conflict("ConstraintViolated"), "a rule of the schema"},
		{"no such parent", "INSERT INTO child VALUES (2, 7)", conflict("DanglingReference"), "it refers to nothing"},
		{"parent changed", "UPDATE child SET parent = 7", conflict("DanglingReference"), "it refers to nothing"},
		{"parent deleted", "DELETE FROM parent WHERE id = 1", conflict("LinkRequired"), "the child needs it"},
		{"restricted parent deleted", "delete from coded", conflict("LinkRequired"), "SQLite reports it as a trigger"},
		{"strict", "INSERT INTO strictly VALUES ('x')", conflict("ConstraintViolated"), "a text in an integer column"},
		{"no such table", "DELETE FROM nothing", refused(odata.KindInternal, "InternalError"), "the schema is another one"},
		{"damage", "PRAGMA writable_schema = ON; ", nil, "it has no effect, see below"},
		{"schema", "UPDATE sqlite_schema SET sql = ''", refused(odata.KindInternal, "InternalError"), "SQL cannot damage the file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, sqlite.InMemory, sqlite.Options{})
			exec(t, db, t.Context(),
				"CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER CHECK (n > 0))",
				"CREATE TABLE coded (id TEXT PRIMARY KEY) WITHOUT ROWID",
				"CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent)",
				"CREATE TABLE restricted (id TEXT REFERENCES coded ON DELETE RESTRICT)",
				"CREATE TABLE strictly (n INTEGER) STRICT",
				"CREATE TRIGGER unlucky BEFORE INSERT ON parent WHEN new.id = 13 BEGIN SELECT RAISE(ABORT, 'no'); END",
				"INSERT INTO parent VALUES (1, 'a', 1), (9, 'i', 1)", "INSERT INTO coded VALUES ('a')",
				"INSERT INTO child VALUES (1, 1)", "INSERT INTO restricted VALUES ('a')")
			for _, where := range []string{"alone", "in a transaction"} {
				do := func(ctx context.Context) error {
					_, err := db.Exec(ctx, sql(tt.sql), nil)
					return err
				}
				var err error
				if where == "alone" {
					err = do(t.Context())
				} else {
					err = db.Transact(t.Context(), do)
				}
				fails(t, err, tt.want, where+": "+tt.why)
				if cause, ok := errors.AsType[*sqlite.Error](err); tt.want != nil && (!ok || cause.SQL != tt.sql || cause.Code == 0 || cause.Text == "") {
					t.Errorf("the cause is %#v, which tells operators too little", cause)
				}
			}
		})
	}
}

func TestDeferredReference(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
		"CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
		"INSERT INTO parent VALUES (1)", "INSERT INTO child VALUES (1)")
	for _, tt := range []struct {
		name string
		sql  []string
		want error
		why  string
	}{
		{"mended", []string{"INSERT INTO child VALUES (2)", "INSERT INTO parent VALUES (2)"}, nil, "at the end all is well"},
		{"missing", []string{"INSERT INTO child VALUES (3)"}, refused(odata.KindConflict, "DanglingReference"), "the parent never came"},
		{"deleted", []string{"DELETE FROM parent WHERE id = 1"}, refused(odata.KindConflict, "LinkRequired"), "the child stays"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := number(t, db, t.Context(), "SELECT count(*) FROM child")
			err := db.Transact(t.Context(), func(ctx context.Context) error {
				exec(t, db, ctx, tt.sql...)
				return nil
			})
			fails(t, err, tt.want, tt.why)
			if after := number(t, db, t.Context(), "SELECT count(*) FROM child"); tt.want != nil && after != before {
				t.Errorf("%d rows became %d: a transaction that cannot be committed leaves nothing", before, after)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	_, err := read(t.Context(), db, with("SELECT zeroblob(?1)", params(edm.KindInt64), edm.KindBinary), edm.Int64(2_000_000_000))
	fails(t, err, refused(odata.KindTooLarge, "ValueTooLarge"), "SQLite's limit is a billion bytes")
}

func TestFull(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x BLOB)")
	err := db.Transact(t.Context(), func(ctx context.Context) error {
		if _, err := read(ctx, db, sql("PRAGMA max_page_count = 10", edm.KindInt64)); err != nil {
			return err
		}
		exec(t, db, ctx, "INSERT INTO t VALUES (x'00')")
		_, err := db.Exec(ctx, sql("INSERT INTO t VALUES (zeroblob(1000000))"), nil)
		fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "no space is nobody's mistake")
		if _, again := db.Exec(ctx, sql("INSERT INTO t VALUES (x'01')"), nil); again == nil {
			t.Log("SQLite has undone the statement only")
		}
		return err
	})
	fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "the transaction failed")
	if n := number(t, db, t.Context(), "SELECT count(*) FROM t"); n != 0 {
		t.Errorf("%d rows are left of a transaction that failed", n)
	}
}

// TestOtherProcess stands for another process that has the file locked: a
// database of its own knows nothing of the first one's locks within the process.
func TestOtherProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	one := open(t, file, sqlite.Options{})
	other := open(t, file, sqlite.Options{BusyTimeout: 50 * time.Millisecond})
	patient := open(t, file, sqlite.Options{})
	exec(t, one, t.Context(), "CREATE TABLE t (x INTEGER)")
	insert := sql("INSERT INTO t VALUES (1)")
	err := one.Transact(t.Context(), func(ctx context.Context) error {
		exec(t, one, ctx, "INSERT INTO t VALUES (0)")
		_, err := other.Exec(t.Context(), insert, nil)
		fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "the timeout passed")
		short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err = patient.Exec(short, insert, nil)
		fails(t, err, context.DeadlineExceeded, "the context ended first")
		if n := number(t, other, t.Context(), "SELECT count(*) FROM t"); n != 0 {
			t.Errorf("a reader sees %d rows that are not committed", n)
		}
		return nil
	})
	fails(t, err, nil, "nobody disturbed it")
	if _, err := other.Exec(t.Context(), insert, nil); err != nil {
		t.Errorf("the lock is gone, but: %v", err)
	}
}

func TestCorrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	db, err := sqlite.Open(file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, t.Context(), "CREATE TABLE t (x TEXT)", "INSERT INTO t SELECT printf('%0100d', value) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value+1 FROM n WHERE value<1000) SELECT * FROM n)")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	copy(content[4096:], strings.Repeat("\xff", 8192))
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged, err := sqlite.Open(file, sqlite.Options{})
	if err == nil {
		defer damaged.Close()
		_, err = read(t.Context(), damaged, sql("SELECT x FROM t", edm.KindString))
	}
	fails(t, err, refused(odata.KindInternal, "InternalError"), "the file is damaged")
}

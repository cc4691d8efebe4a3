package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

var preparedNow = statement("SELECT count(*), coalesce(sum(generic_plans + custom_plans), 0)::bigint FROM pg_prepared_statements WHERE name LIKE 'pamodata%'",
	nil, kinds(edm.KindInt64, edm.KindInt64))

// TestPreparedOnce runs one statement many times.
func TestPreparedOnce(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, "")
	for range 10 {
		mustRead(t, t.Context(), db, sevens)
	}
	mustRead(t, t.Context(), db, preparedNow) // prepared, so that it counts itself
	got := mustRead(t, t.Context(), db, preparedNow)[0]
	if got[0].Int() != 2 || got[1].Int() < 11 {
		t.Errorf("%d statements are prepared, want 2; they ran %d times, want 11 at least", got[0].Int(), got[1].Int())
	}
}

// TestPreparedBound runs more statements than a connection keeps.
func TestPreparedBound(t *testing.T) {
	const bound = 8
	db := open(t, postgres.Options{MaxConns: 1, Statements: bound}, "")
	var all []*sqldb.Statement
	for i := range 3 * bound {
		all = append(all, statement(fmt.Sprintf("SELECT %d", i), nil, kinds(edm.KindInt32)))
	}
	for round := range 3 {
		for i, s := range all {
			if got := mustRead(t, t.Context(), db, s)[0][0].Int(); got != int64(i) {
				t.Errorf("round %d: statement %d reads %d", round, i, got)
			}
			if n := mustRead(t, t.Context(), db, preparedNow)[0][0].Int(); n > bound {
				t.Fatalf("%d statements are prepared, want %d at most", n, bound)
			}
		}
	}
	if n := mustRead(t, t.Context(), db, preparedNow)[0][0].Int(); n != bound {
		t.Errorf("%d statements are prepared, want %d", n, bound)
	}
}

// TestStalePlan changes the table of a prepared statement.
func TestStalePlan(t *testing.T) {
	all := func() *sqldb.Statement {
		return &sqldb.Statement{Text: "SELECT * FROM t", Columns: forms(kinds(edm.KindInt32, edm.KindDecimal))}
	}
	const schema = "CREATE TABLE t (n integer, v integer); INSERT INTO t VALUES (1, 2)"
	const change = "ALTER TABLE t ALTER v TYPE numeric(9,2)"
	t.Run("query", func(t *testing.T) {
		url := pgtest.Database(t)
		pgtest.Run(t, url, schema)
		db, s := openURL(t, url, postgres.Options{MaxConns: 1}), all()
		before := literal(mustRead(t, t.Context(), db, s)[0][1])
		pgtest.Run(t, url, change)
		after := literal(mustRead(t, t.Context(), db, s)[0][1])
		if diff := cmp.Diff([]string{"2M", "2.00M"}, []string{before, after}); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("transaction", func(t *testing.T) {
		url := pgtest.Database(t)
		pgtest.Run(t, url, schema)
		db, s := openURL(t, url, postgres.Options{MaxConns: 1}), all()
		mustRead(t, t.Context(), db, s)
		pgtest.Run(t, url, change)
		attempts := 0
		if err := db.Transact(t.Context(), func(ctx context.Context) error {
			attempts++
			_, err := readAll(ctx, db, s)
			return err
		}); err != nil || attempts != 2 {
			t.Errorf("%v after %d attempts, want none after 2", err, attempts)
		}
	})
	t.Run("gone", func(t *testing.T) {
		db := open(t, postgres.Options{MaxConns: 1}, "")
		mustRead(t, t.Context(), db, sevens)
		mustExec(t, t.Context(), db, statement("DEALLOCATE ALL", nil, nil))
		mustRead(t, t.Context(), db, sevens)
	})
}

// TestSession looks at what sessions begin with.
func TestSession(t *testing.T) {
	db := open(t, postgres.Options{StatementTimeout: 1234 * time.Millisecond, ApplicationName: "a test"}, "")
	for name, want := range map[string]string{
		"TimeZone": "UTC", "client_encoding": "UTF8", "standard_conforming_strings": "on",
		"statement_timeout": "1234ms", "application_name": "a test", "search_path": `"$user", public`,
	} {
		s := statement("SELECT current_setting($1)", kinds(edm.KindString), kinds(edm.KindString))
		if got := mustRead(t, t.Context(), db, s, edm.String(name))[0][0].Str(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	mustRead(t, t.Context(), db, sevens)
}

// TestJIT: sessions do not compile statements unless the URL says so.
func TestJIT(t *testing.T) {
	url := pgtest.Database(t)
	for _, tt := range []struct{ name, query, want, why string }{
		{"default", "", "off", "it costs more than it brings"},
		{"on", "jit=on", "on", "the URL decides"},
		{"capitals", "JIT=on", "on", "names ignore case"},
		{"off", "jit=off", "off", "the URL decides"},
		{"options", "options=-c%20jit%3Don", "on", "the URL says it in another way"},
		{"other options", "options=-c%20work_mem%3D8MB", "off", "the URL says something else"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			one := url
			if tt.query != "" {
				separator := "?"
				if strings.Contains(url, "?") {
					separator = "&"
				}
				one += separator + tt.query
			}
			db := openURL(t, one, postgres.Options{})
			s := statement("SELECT current_setting('jit')", nil, kinds(edm.KindString))
			if got := mustRead(t, t.Context(), db, s)[0][0].Str(); got != tt.want {
				t.Errorf("jit is %s, want %s: %s", got, tt.want, tt.why)
			}
		})
	}
}

// TestErrors has the server refuse statements.
func TestErrors(t *testing.T) {
	db := open(t, postgres.Options{StatementTimeout: 300 * time.Millisecond}, `
		CREATE TABLE parent (id integer PRIMARY KEY, name text NOT NULL, small numeric(4,2), CHECK (id > 0));
		CREATE TABLE child (id integer PRIMARY KEY, parent integer NOT NULL REFERENCES parent, later integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
		CREATE TABLE long (t text PRIMARY KEY);
		INSERT INTO parent VALUES (1, 'one'), (2, 'two');
		INSERT INTO child VALUES (1, 1)`)
	for _, tt := range []struct {
		name, sql string
		want      *odata.Error
	}{
		{"key exists", "INSERT INTO parent VALUES (1, 'again')", &odata.Error{Kind: odata.KindConflict, Code: "KeyExists"}},
		{"null", "INSERT INTO child VALUES (2, NULL)", &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired"}},
		{"dangling insert", "INSERT INTO child VALUES (2, 9)", &odata.Error{Kind: odata.KindConflict, Code: "DanglingReference"}},
		{"dangling update", "UPDATE child SET parent = 9", &odata.Error{Kind: odata.KindConflict, Code: "DanglingReference"}},
		{"dangling at the end", "INSERT INTO child VALUES (2, 1, 9)", &odata.Error{Kind: odata.KindConflict, Code: "DanglingReference"}},
		{"still referenced", "DELETE FROM parent WHERE id = 1", &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired"}},
		{"key still referenced", "UPDATE parent SET id = 7 WHERE id = 1", &odata.Error{Kind: odata.KindConflict, Code: "LinkRequired"}},
		{"check", "INSERT INTO parent VALUES (-1, 'x')", &odata.Error{Kind: odata.KindConflict, Code: "ConstraintViolated"}},
		{"numeric out of range", "INSERT INTO parent VALUES (3, 'x', 1000)", &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow"}},
		{"overflow", "SELECT 2147483647 + 1", &odata.Error{Kind: odata.KindInvalid, Code: "ArithmeticOverflow"}},
		{"division by zero", "SELECT 1 / 0", &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero"}},
		{"bad value", "SELECT 'x'::integer", &odata.Error{Kind: odata.KindInvalid, Code: "InvalidValue"}},
		{"timeout", "SELECT pg_sleep(3600)", &odata.Error{Kind: odata.KindUnavailable}},
		{"index row too long", "INSERT INTO long SELECT string_agg(md5(g::text), '') FROM generate_series(1, 1000) g", &odata.Error{Kind: odata.KindTooLarge}},
		{"no such table", "SELECT * FROM nope", &odata.Error{Kind: odata.KindInternal}},
		{"no SQL", "SELEC 1", &odata.Error{Kind: odata.KindInternal}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := statement(tt.sql, nil, nil)
			for _, run := range []struct {
				name string
				err  error
			}{
				{"Exec", second(db.Exec(t.Context(), s, nil))},
				{"Query", second(db.Query(t.Context(), s, nil))},
				{"Transact", db.Transact(t.Context(), func(ctx context.Context) error { return second(db.Exec(ctx, s, nil)) })},
			} {
				if !errors.Is(run.err, tt.want) {
					t.Errorf("%s, %s: %v, want %v", run.name, tt.sql, run.err, tt.want)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// TestExec counts the rows that statements change.
func TestExec(t *testing.T) {
	db := open(t, postgres.Options{}, tableT)
	for _, tt := range []struct {
		sql  string
		want int64
	}{
		{"INSERT INTO t SELECT g, 0 FROM generate_series(1, 12) g", 12},
		{"UPDATE t SET v = 1 WHERE n > 2", 10},
		{"UPDATE t SET v = 1 WHERE n > 99", 0},
		{"DELETE FROM t WHERE n <= 5 RETURNING n", 5},
	} {
		if got := mustExec(t, t.Context(), db, statement(tt.sql, nil, nil)); got != tt.want {
			t.Errorf("%s: %d rows, want %d", tt.sql, got, tt.want)
		}
	}
}

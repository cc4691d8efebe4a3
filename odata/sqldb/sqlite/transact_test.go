package sqlite_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

var errMind = errors.New("changed my mind")

func TestTransact(t *testing.T) {
	internal := refused(odata.KindInternal, "InternalError")
	insert := func(db *sqlite.DB, ctx context.Context, x int64) error {
		_, err := db.Exec(ctx, with("INSERT INTO t VALUES (?1)", params(edm.KindInt64)), []edm.Value{edm.Int64(x)})
		return err
	}
	for _, tt := range []struct {
		name string
		work func(db *sqlite.DB, ctx context.Context) error
		want error
		sum  int64 // of what is stored afterwards; 1 before
		why  string
	}{
		{"commit", func(db *sqlite.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 2), insert(db, ctx, 4))
		}, nil, 7, "all of it is done"},
		{"nothing", func(*sqlite.DB, context.Context) error { return nil }, nil, 1, "nothing is done"},
		{"roll back", func(db *sqlite.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 2), errMind)
		}, errMind, 1, "an error undoes all"},
		{"a write fails and the work goes on", func(db *sqlite.DB, ctx context.Context) error {
			if err := insert(db, ctx, 1); !errors.Is(err, refused(odata.KindConflict, "KeyExists")) {
				t.Errorf("got %v, want KeyExists", err)
			}
			return insert(db, ctx, 2)
		}, nil, 3, "nothing remains of a write that failed, and it spoils no others"},
		{"half a statement fails", func(db *sqlite.DB, ctx context.Context) error {
			_, _ = db.Exec(ctx, sql("INSERT INTO t VALUES (8), (16), (1)"), nil)
			return insert(db, ctx, 2)
		}, nil, 3, "a statement is done as a whole or not at all"},
		{"reads its writes", func(db *sqlite.DB, ctx context.Context) error {
			if err := insert(db, ctx, 2); err != nil {
				return err
			}
			if inside, outside := number(t, db, ctx, "SELECT sum(x) FROM t"), number(t, db, context.WithoutCancel(t.Context()), "SELECT sum(x) FROM t"); inside != 3 || outside != 1 {
				t.Errorf("inside %d, outside %d; want 3 and 1", inside, outside)
			}
			return nil
		}, nil, 3, "and others see the state before"},
		{"joined", func(db *sqlite.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 2), db.Transact(ctx, func(ctx context.Context) error { return insert(db, ctx, 4) }))
		}, nil, 7, "the inner transaction is a part of the outer one"},
		{"outer fails", func(db *sqlite.DB, ctx context.Context) error {
			return errors.Join(db.Transact(ctx, func(ctx context.Context) error { return insert(db, ctx, 4) }), errMind)
		}, errMind, 1, "it does not commit by itself"},
		{"inner fails", func(db *sqlite.DB, ctx context.Context) error {
			_ = db.Transact(ctx, func(context.Context) error { return errMind })
			return insert(db, ctx, 2)
		}, errMind, 1, "half of a transaction is never committed"},
		{"inner panics", func(db *sqlite.DB, ctx context.Context) error {
			func() {
				defer func() { _ = recover() }()
				_ = db.Transact(ctx, func(context.Context) error { panic("oh") })
			}()
			return insert(db, ctx, 2)
		}, internal, 1, "nor half of one that panicked"},
		{"write while reading", func(db *sqlite.DB, ctx context.Context) error {
			rows, err := db.Query(ctx, sql("SELECT x FROM t WHERE x < 100", edm.KindInt64), nil)
			if err != nil {
				return err
			}
			defer rows.Close()
			row := make([]edm.Value, 1)
			for n := int64(0); ; n++ {
				more, err := rows.Next(row)
				if err != nil || !more || n == 10 {
					return err
				}
				if err := insert(db, ctx, 1000+n); err != nil {
					return err
				}
			}
		}, nil, 1001, "rows stay open"},
		{"same query twice", func(db *sqlite.DB, ctx context.Context) error {
			s := sql("SELECT x FROM t UNION ALL SELECT 5", edm.KindInt64)
			outer, err := db.Query(ctx, s, nil)
			if err != nil {
				return err
			}
			defer outer.Close()
			row := make([]edm.Value, 1)
			for {
				more, err := outer.Next(row)
				if err != nil || !more {
					return err
				}
				if inner, err := read(ctx, db, s); err != nil || len(inner) != 2 {
					return errors.Join(errMind, err)
				}
			}
		}, nil, 1, "a statement can be open more than once"},
		{"RETURNING", func(db *sqlite.DB, ctx context.Context) error {
			rows, err := db.Query(ctx, sql("INSERT INTO t VALUES (2) RETURNING x", edm.KindInt64), nil)
			if err != nil {
				return err
			}
			return rows.Close()
		}, nil, 3, "it is done though nobody reads the rows"},
		{"rolled back by SQL", func(db *sqlite.DB, ctx context.Context) error {
			exec(t, db, ctx, "ROLLBACK")
			return insert(db, ctx, 2)
		}, internal, 1, "what follows must not be committed by itself"},
		{"context ends", func(db *sqlite.DB, ctx context.Context) error {
			inner, cancel := context.WithCancel(ctx)
			cancel()
			return insert(db, inner, 2)
		}, context.Canceled, 1, "nothing is begun"},
		{"interrupted write", func(db *sqlite.DB, ctx context.Context) error {
			inner, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_, err := db.Exec(inner, sql("INSERT INTO t "+endless), nil)
			fails(t, err, context.DeadlineExceeded, "the statement ends with its context")
			return insert(db, ctx, 2)
		}, context.DeadlineExceeded, 1, "SQLite undoes the transaction, so it cannot go on"},
		{"interrupted read", func(db *sqlite.DB, ctx context.Context) error {
			inner, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			_, err := read(inner, db, sql("SELECT count(*) FROM ("+endless+")", edm.KindInt64))
			fails(t, err, context.DeadlineExceeded, "the statement ends with its context")
			return insert(db, ctx, 2)
		}, nil, 3, "a read undoes nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, sqlite.InMemory, sqlite.Options{})
			exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
			err := db.Transact(t.Context(), func(ctx context.Context) error { return tt.work(db, ctx) })
			fails(t, err, tt.want, tt.why)
			if got := number(t, db, t.Context(), "SELECT sum(x) FROM t"); got != tt.sum {
				t.Errorf("the sum is %d, want %d: %s", got, tt.sum, tt.why)
			}
			exec(t, db, t.Context(), "DELETE FROM t") // the right to write was given back
		})
	}
}

func TestPanicRollsBack(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)")
	got := func() (p any) {
		defer func() { p = recover() }()
		_ = db.Transact(t.Context(), func(ctx context.Context) error {
			exec(t, db, ctx, "INSERT INTO t VALUES (1)")
			panic("oh")
		})
		return nil
	}()
	if got != "oh" {
		t.Errorf("recovered %v, want the panic of the work", got)
	}
	if n := number(t, db, t.Context(), "SELECT count(*) FROM t"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	exec(t, db, t.Context(), "INSERT INTO t VALUES (1)")
}

func TestContextOutlivesTransaction(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (1), (2)")
	var kept context.Context
	row := make([]edm.Value, 1)
	s := sql("SELECT x FROM t", edm.KindInt64)
	var rows sqldb.Rows
	err := db.Transact(t.Context(), func(ctx context.Context) (err error) {
		kept = ctx
		rows, err = db.Query(ctx, s, nil)
		return err
	})
	fails(t, err, nil, "open rows do not hinder a commit")
	_, nextErr := rows.Next(row)
	_, queryErr := db.Query(kept, s, nil)
	_, execErr := db.Exec(kept, sql("DELETE FROM t"), nil)
	for what, err := range map[string]error{"next": nextErr, "query": queryErr, "exec": execErr,
		"transact": db.Transact(kept, func(context.Context) error { return nil })} {
		fails(t, err, refused(odata.KindInternal, "InternalError"), what+" under a transaction that has ended")
	}
	fails(t, rows.Close(), nil, "closing is always right")
}

// TestTransactionBySQL begins a transaction by a statement, which would take
// in, and lose, what others write later.
func TestTransactionBySQL(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Readers: 1, MaxReaders: 1})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)")
	_, err := db.Exec(t.Context(), sql("BEGIN"), nil)
	fails(t, err, refused(odata.KindInternal, "InternalError"), "as a write")
	_, err = read(t.Context(), db, sql("BEGIN"))
	fails(t, err, refused(odata.KindInternal, "InternalError"), "as a read")
	exec(t, db, t.Context(), "INSERT INTO t VALUES (1)")
	if n := number(t, db, t.Context(), "SELECT count(*) FROM t"); n != 1 {
		t.Errorf("%d rows, want 1: the reader sees what is committed", n)
	}
}

func TestTwoDatabasesKeepApart(t *testing.T) {
	one, other := open(t, sqlite.InMemory, sqlite.Options{}), open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, one, t.Context(), "CREATE TABLE t (x INTEGER)")
	exec(t, other, t.Context(), "CREATE TABLE t (x INTEGER)")
	err := one.Transact(t.Context(), func(ctx context.Context) error {
		exec(t, one, ctx, "INSERT INTO t VALUES (1)")
		exec(t, other, ctx, "INSERT INTO t VALUES (1)")
		return errMind
	})
	fails(t, err, errMind, "the work's error")
	if a, b := number(t, one, t.Context(), "SELECT count(*) FROM t"), number(t, other, t.Context(), "SELECT count(*) FROM t"); a != 0 || b != 1 {
		t.Errorf("%d and %d rows, want 0 and 1: a transaction is of one database", a, b)
	}
}

func TestWaitForTheWriter(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{BusyTimeout: 40 * time.Millisecond})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)")
	err := db.Transact(t.Context(), func(context.Context) error {
		_, err := db.Exec(t.Context(), sql("INSERT INTO t VALUES (1)"), nil)
		fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "it would wait for itself for ever")
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		fails(t, db.Transact(short, func(context.Context) error { return nil }), context.DeadlineExceeded, "the context ends first")
		return nil
	})
	fails(t, err, nil, "nobody disturbed it")
}

// TestReturningAlone writes by a query outside of a transaction.
func TestReturningAlone(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE)")
	s := with("INSERT INTO t (x) VALUES (?1) RETURNING id, x", params(edm.KindString), edm.KindInt64, edm.KindString)
	rows, err := read(t.Context(), db, s, edm.String("a"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]edm.Value{{edm.Int64(1), edm.String("a")}}, rows, sameValues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = read(t.Context(), db, s, edm.String("a"))
	fails(t, err, refused(odata.KindConflict, "KeyExists"), "the text is taken")
	exec(t, db, t.Context(), "DELETE FROM t") // the right to write was given back
}

func TestExecCounts(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE c (p INTEGER REFERENCES p ON DELETE CASCADE)")
	for _, tt := range []struct {
		sql  string
		want int64
		why  string
	}{
		{"INSERT INTO p VALUES (1), (2), (3)", 3, "each row"},
		{"INSERT INTO c VALUES (1), (1)", 2, "each row"},
		{"UPDATE p SET id = id WHERE id = 9", 0, "none matches"},
		{"CREATE TABLE later (x)", 0, "rows of before are not counted again"},
		{"SELECT * FROM p", 0, "nothing is changed"},
		{"DELETE FROM p WHERE id = 1", 1, "what follows by a foreign key is not counted"},
		{"DELETE FROM p", 2, "the rest"},
	} {
		if got, err := db.Exec(t.Context(), sql(tt.sql), nil); err != nil || got != tt.want {
			t.Errorf("%s: %d, %v; want %d: %s", tt.sql, got, err, tt.want, tt.why)
		}
	}
}

// TestConcurrency runs readers beside a writer: a reader always sees a sum that
// some transaction left behind, and nobody ever fails.
func TestConcurrency(t *testing.T) {
	db := open(t, t.TempDir()+"/a.db", sqlite.Options{Synchronous: sqlite.SynchronousNormal})
	exec(t, db, t.Context(), "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER)", "INSERT INTO t VALUES (1, 500), (2, 500)")
	end := time.Now().Add(time.Second)
	var all sync.WaitGroup
	move := with("UPDATE t SET x = x + ?1 WHERE id = ?2", params(edm.KindInt64, edm.KindInt64))
	for range 2 {
		all.Go(func() {
			for n := int64(0); time.Now().Before(end); n++ {
				err := db.Transact(t.Context(), func(ctx context.Context) error {
					_, err := db.Exec(ctx, move, []edm.Value{edm.Int64(n), edm.Int64(1)})
					_, again := db.Exec(ctx, move, []edm.Value{edm.Int64(-n), edm.Int64(2)})
					if n%3 == 2 {
						return errors.Join(err, again, errMind)
					}
					return errors.Join(err, again)
				})
				if err != nil && !errors.Is(err, errMind) || err != nil && n%3 != 2 {
					t.Errorf("write: %v", err)
					return
				}
			}
		})
	}
	each := sql("SELECT x FROM t ORDER BY id", edm.KindInt64)
	nested := sql("SELECT sum(x) FROM t", edm.KindInt64)
	for range 8 {
		all.Go(func() {
			row, inner := make([]edm.Value, 1), make([]edm.Value, 1)
			for time.Now().Before(end) {
				rows, err := db.Query(t.Context(), each, nil)
				if err != nil {
					t.Errorf("read: %v", err)
					return
				}
				sum := int64(0)
				for {
					more, err := rows.Next(row)
					if err != nil {
						t.Errorf("read: %v", err)
						return
					}
					if !more {
						break
					}
					sum += row[0].Int()
					// A query within a query needs another connection.
					within, err := db.Query(t.Context(), nested, nil)
					if err != nil {
						t.Errorf("read within: %v", err)
						return
					}
					if _, err := within.Next(inner); err != nil || inner[0].Int() != 1000 {
						t.Errorf("the sum within is %v, %v", inner[0], err)
					}
					if err := within.Close(); err != nil {
						t.Errorf("close within: %v", err)
					}
				}
				if sum != 1000 {
					t.Errorf("the sum is %d, want 1000: a query sees one state", sum)
				}
				if err := rows.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}
		})
	}
	all.Wait()
}

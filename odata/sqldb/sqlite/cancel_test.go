package sqlite_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// endless is a query that would run for hours.
const endless = "SELECT value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value+1 FROM n WHERE value < 1000000000000) SELECT * FROM n) WHERE value < 0"

func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(db *sqlite.DB, ctx context.Context) error
		why  string
	}{
		{"read", func(db *sqlite.DB, ctx context.Context) error {
			_, err := read(ctx, db, sql(endless, edm.KindInt64))
			return err
		}, "the first row never comes"},
		{"later row", func(db *sqlite.DB, ctx context.Context) error {
			_, err := read(ctx, db, sql("SELECT 1 UNION ALL SELECT * FROM ("+endless+")", edm.KindInt64))
			return err
		}, "the second row never comes"},
		{"write", func(db *sqlite.DB, ctx context.Context) error {
			_, err := db.Exec(ctx, sql("INSERT INTO t "+endless), nil)
			return err
		}, "it never ends"},
		{"transaction", func(db *sqlite.DB, ctx context.Context) error {
			return db.Transact(ctx, func(ctx context.Context) error {
				exec(t, db, ctx, "INSERT INTO t VALUES (2)")
				_, err := read(ctx, db, sql(endless, edm.KindInt64))
				return err
			})
		}, "it is undone"},
		{"idle rows", func(db *sqlite.DB, ctx context.Context) error {
			rows, err := db.Query(ctx, sql("SELECT x FROM t UNION ALL SELECT 2", edm.KindInt64), nil)
			if err != nil {
				return err
			}
			defer rows.Close()
			<-ctx.Done()
			_, err = rows.Next(make([]edm.Value, 1))
			return err
		}, "rows share the life of the context"},
		{"unused transaction", func(db *sqlite.DB, ctx context.Context) error {
			return db.Transact(ctx, func(ctx context.Context) error {
				exec(t, db, ctx, "INSERT INTO t VALUES (2)")
				<-ctx.Done()
				return nil
			})
		}, "the caller has left, so nobody hears of a commit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, sqlite.InMemory, sqlite.Options{Readers: 1, MaxReaders: 1})
			exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (1)")
			for range 3 { // the connections stay usable
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					time.Sleep(10 * time.Millisecond)
					cancel()
				}()
				fails(t, tt.run(db, ctx), context.Canceled, tt.why)
				if n := number(t, db, t.Context(), "SELECT count(*) FROM t"); n != 1 {
					t.Errorf("%d rows, want 1: nothing is left of what was cancelled", n)
				}
			}
			exec(t, db, t.Context(), "DELETE FROM t")
		})
	}
}

func TestEndedContext(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := read(ctx, db, sql("SELECT 1", edm.KindInt64))
	fails(t, err, context.Canceled, "nothing is begun")
	_, err = db.Exec(ctx, sql("CREATE TABLE t (x)"), nil)
	fails(t, err, context.Canceled, "nothing is begun")
	err = db.Transact(ctx, func(context.Context) error { t.Error("the work is called"); return nil })
	fails(t, err, context.Canceled, "nothing is begun")
}

// TestCancelOthers makes sure that an interrupt meets nobody but the statement
// whose context ended.
func TestCancelOthers(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Readers: 2, MaxReaders: 2})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)", "INSERT INTO t VALUES (1), (2), (3)")
	end := time.Now().Add(400 * time.Millisecond)
	var all sync.WaitGroup
	long := sql(endless, edm.KindInt64)
	short := sql("SELECT x FROM t", edm.KindInt64)
	for range 2 {
		all.Go(func() {
			for time.Now().Before(end) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
				_, err := read(ctx, db, long)
				cancel()
				fails(t, err, context.DeadlineExceeded, "it runs for hours")
			}
		})
		all.Go(func() {
			for time.Now().Before(end) {
				ctx, cancel := context.WithCancel(t.Context())
				if rows, err := read(ctx, db, short); err != nil || len(rows) != 3 {
					t.Errorf("%d rows, %v; want 3", len(rows), err)
				}
				cancel()
			}
		})
	}
	all.Wait()
}

// TestCloseInterrupts closes a database whose statements run.
func TestCloseInterrupts(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x INTEGER)")
	var all sync.WaitGroup
	all.Go(func() {
		_, err := read(t.Context(), db, sql(endless, edm.KindInt64))
		fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "the read is interrupted")
	})
	all.Go(func() {
		_, err := db.Exec(t.Context(), sql("INSERT INTO t "+endless), nil)
		fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "so is the write")
	})
	time.Sleep(20 * time.Millisecond)
	fails(t, db.Close(), nil, "it does not wait for hours")
	all.Wait()
}

// TestReadersRunOut asks for more connections than there can be.
func TestReadersRunOut(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Readers: 1, MaxReaders: 3, BusyTimeout: 250 * time.Millisecond})
	s := sql("SELECT 1 UNION ALL SELECT 2", edm.KindInt64)
	var all []sqldb.Rows
	for range 3 {
		rows, err := db.Query(t.Context(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows)
	}
	_, err := db.Query(t.Context(), s, nil)
	fails(t, err, refused(odata.KindUnavailable, "ServiceUnavailable"), "all are in use")
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = db.Query(short, s, nil)
	fails(t, err, context.DeadlineExceeded, "the context ends first")
	first := all[0]
	go func() {
		time.Sleep(5 * time.Millisecond)
		_ = first.Close()
	}()
	rows, err := db.Query(t.Context(), s, nil)
	if err != nil {
		t.Fatalf("one is free again, but: %v", err)
	}
	all[0] = rows
	for _, rows := range all {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

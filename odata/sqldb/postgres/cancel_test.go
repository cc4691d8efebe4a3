package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
)

var (
	sleep = statement("SELECT 1 FROM pg_sleep(3600)", nil, kinds(edm.KindInt32))

	// asleep counts the sleepers there are on the server.
	asleep = statement("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()",
		nil, kinds(edm.KindInt64))
)

// awaitAsleep waits until n statements sleep.
func awaitAsleep(t *testing.T, db *postgres.DB, n int64) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for mustRead(t, context.Background(), db, asleep)[0][0].Int() != n {
		if time.Now().After(deadline) {
			t.Fatalf("there never were %d statements at work on the server", n)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestCancel ends contexts while the server works for them.
func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(ctx context.Context, db *postgres.DB) error
	}{
		{"Query", func(ctx context.Context, db *postgres.DB) error { _, err := db.Query(ctx, sleep, nil); return err }},
		{"Exec", func(ctx context.Context, db *postgres.DB) error { _, err := db.Exec(ctx, sleep, nil); return err }},
		{"Transact", func(ctx context.Context, db *postgres.DB) error {
			return db.Transact(ctx, func(ctx context.Context) error { _, err := db.Query(ctx, sleep, nil); return err })
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, postgres.Options{MaxConns: 2}, "")
			ctx, cancel := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() { result <- tt.run(ctx, db) }()
			awaitAsleep(t, db, 1)
			cancel()
			if err := <-result; err != context.Canceled {
				t.Errorf("got %v, want the error of the context as it is", err)
			}
			awaitAsleep(t, db, 0)
		})
	}
	t.Run("deadline", func(t *testing.T) {
		db := open(t, postgres.Options{}, "")
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := db.Query(ctx, sleep, nil); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		awaitAsleep(t, db, 0)
	})
	t.Run("before", func(t *testing.T) {
		db := open(t, postgres.Options{}, "")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := db.Query(ctx, sleep, nil); err != context.Canceled {
			t.Errorf("Query: %v", err)
		}
		if err := db.Transact(ctx, func(context.Context) error { return nil }); err != context.Canceled {
			t.Errorf("Transact: %v", err)
		}
	})
}

// endless are more rows than anybody reads.
var endless = statement("SELECT generate_series(1, 1000000000::bigint)", nil, kinds(edm.KindInt64))

// TestCancelRows ends a context between two rows.
func TestCancelRows(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows, err := db.Query(ctx, endless, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]edm.Value, 1)
	for range 10 {
		if more, err := rows.Next(row); !more || err != nil {
			t.Fatal(more, err)
		}
	}
	cancel()
	for range 2 {
		if more, err := rows.Next(row); more || err != context.Canceled {
			t.Errorf("after the context has ended: %v, %v", more, err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
	mustRead(t, t.Context(), db, sevens) // on the only connection
}

var sevens = statement("SELECT 7", nil, kinds(edm.KindInt32))

// TestCloseEarly leaves rows unread: the rest is neither waited for nor left to
// the next statement.
func TestCloseEarly(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, "")
	pid := statement("SELECT pg_backend_pid()", nil, kinds(edm.KindInt32))
	before := mustRead(t, t.Context(), db, pid)[0][0].Int()
	for _, tt := range []struct {
		name string
		s    *sqldb.Statement
		args []edm.Value
	}{
		{"few", numbers, []edm.Value{edm.Int32(5)}},
		{"many", numbers, []edm.Value{edm.Int32(100_000)}},
		{"endless", endless, nil},
		{"slow", statement("SELECT CASE g WHEN 1 THEN '' WHEN 2 THEN repeat('x', 10000) ELSE pg_sleep(3600)::text END FROM (SELECT generate_series(1, 3) g) s", nil, kinds(edm.KindString)), nil},
	} {
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			rows, err := db.Query(ctx, tt.s, tt.args)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if more, err := rows.Next(make([]edm.Value, len(tt.s.Columns))); !more || err != nil {
				t.Fatal(more, err)
			}
			if err := rows.Close(); err != nil {
				t.Errorf("%s: Close: %v", tt.name, err)
			}
			if next, err := readAll(ctx, db, sevens); err != nil || next[0][0].Int() != 7 {
				t.Fatalf("%s: the next statement reads %v, %v", tt.name, next, err)
			}
			cancel()
		}
	}
	if after := mustRead(t, t.Context(), db, pid)[0][0].Int(); after != before {
		t.Error("the connection was not kept")
	}
}

// TestCancelHitsNoOther cancels again and again, and looks whether the next
// statement on the same connection suffers.
func TestCancelHitsNoOther(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, "")
	short := statement("SELECT 1 FROM pg_sleep(0.004)", nil, kinds(edm.KindInt32))
	cancelled := 0
	for i := range 150 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(2000+i%50*100)*time.Microsecond)
		_, err := readAll(ctx, db, short)
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			cancelled++
		case err != nil:
			t.Fatal(err)
		}
		if _, err := readAll(t.Context(), db, short); err != nil {
			t.Fatalf("round %d: the next statement fails: %v", i, err)
		}
	}
	t.Logf("%d of 150 statements were cancelled", cancelled)
}

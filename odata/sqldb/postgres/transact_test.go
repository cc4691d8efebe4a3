package postgres_test

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
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
)

var (
	insertN  = statement("INSERT INTO t VALUES ($1, 0)", kinds(edm.KindInt32), nil)
	countN   = statement("SELECT count(*) FROM t", nil, kinds(edm.KindInt64))
	numbers  = statement("SELECT g FROM generate_series(1, $1) g", kinds(edm.KindInt32), kinds(edm.KindInt32))
	divideBy = statement("SELECT 1 / $1", kinds(edm.KindInt32), kinds(edm.KindInt32))
)

const tableT = "CREATE TABLE t (n integer PRIMARY KEY, v integer NOT NULL)"

// TestTransact tells what remains of transactions, and what their callers learn.
func TestTransact(t *testing.T) {
	oops := errors.New("oops")
	insert := func(db *postgres.DB, ctx context.Context, n int32) error {
		_, err := db.Exec(ctx, insertN, []edm.Value{edm.Int32(n)})
		return err
	}
	for _, tt := range []struct {
		name string
		work func(db *postgres.DB, ctx context.Context) error
		want error
		rows int64
		why  string
	}{{
		name: "success", rows: 2,
		work: func(db *postgres.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 1), insert(db, ctx, 2))
		},
	}, {
		name: "error", want: oops,
		work: func(db *postgres.DB, ctx context.Context) error { return errors.Join(insert(db, ctx, 1), oops) },
		why:  "any error undoes all",
	}, {
		name: "nested", rows: 2,
		work: func(db *postgres.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 1), db.Transact(ctx, func(ctx context.Context) error { return insert(db, ctx, 2) }))
		},
		why: "it joins",
	}, {
		name: "nested error", want: oops,
		work: func(db *postgres.DB, ctx context.Context) error {
			return errors.Join(insert(db, ctx, 1), db.Transact(ctx, func(ctx context.Context) error { return oops }))
		},
	}, {
		name: "swallowed error", want: &odata.Error{Kind: odata.KindConflict, Code: "KeyExists"},
		work: func(db *postgres.DB, ctx context.Context) error {
			insert(db, ctx, 1)
			insert(db, ctx, 1)
			insert(db, ctx, 2)
			return nil
		},
		why: "the server has given the transaction up, so it cannot have succeeded",
	}, {
		name: "cancelled by itself", want: context.Canceled,
		work: func(db *postgres.DB, ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return insert(db, ctx, 1)
		},
	}, {
		name: "rows left open", rows: 1,
		work: func(db *postgres.DB, ctx context.Context) error {
			rows, err := db.Query(ctx, numbers, []edm.Value{edm.Int32(100_000)})
			if err != nil {
				return err
			}
			if _, err := rows.Next(make([]edm.Value, 1)); err != nil {
				return err
			}
			return insert(db, ctx, 1)
		},
		why: "they are ended",
	}, {
		name: "outside of it", rows: 1, want: oops,
		work: func(db *postgres.DB, ctx context.Context) error {
			insert(db, context.Background(), 1)
			return oops
		},
		why: "another context is another connection",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, postgres.Options{}, tableT)
			if err := db.Transact(t.Context(), func(ctx context.Context) error { return tt.work(db, ctx) }); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v (%s)", err, tt.want, tt.why)
			}
			if n := mustRead(t, t.Context(), db, countN)[0][0].Int(); n != tt.rows {
				t.Errorf("%d rows remain, want %d (%s)", n, tt.rows, tt.why)
			}
		})
	}
}

// TestTransactPanic rolls back and gives the connection back.
func TestTransactPanic(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, tableT)
	func() {
		defer func() {
			if p := recover(); p != "oops" {
				t.Errorf("recovered %v", p)
			}
		}()
		db.Transact(t.Context(), func(ctx context.Context) error {
			mustExec(t, ctx, db, insertN, edm.Int32(1))
			panic("oops")
		})
	}()
	if n := mustRead(t, t.Context(), db, countN)[0][0].Int(); n != 0 {
		t.Errorf("%d rows remain", n)
	}
}

// TestTransactOutlived uses a context and rows after their transaction.
func TestTransactOutlived(t *testing.T) {
	db := open(t, postgres.Options{}, tableT)
	var after context.Context
	var rows sqldb.Rows
	if err := db.Transact(t.Context(), func(ctx context.Context) (err error) {
		after = ctx
		rows, err = db.Query(ctx, numbers, []edm.Value{edm.Int32(3)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	internal := &odata.Error{Kind: odata.KindInternal}
	if _, err := db.Exec(after, insertN, []edm.Value{edm.Int32(1)}); !errors.Is(err, internal) {
		t.Errorf("Exec: %v", err)
	}
	if _, err := db.Query(after, countN, nil); !errors.Is(err, internal) {
		t.Errorf("Query: %v", err)
	}
	if err := db.Transact(after, func(context.Context) error { return nil }); !errors.Is(err, internal) {
		t.Errorf("Transact: %v", err)
	}
	if _, err := rows.Next(make([]edm.Value, 1)); !errors.Is(err, internal) {
		t.Errorf("Next: %v", err)
	}
	if err := rows.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// TestTransactInterleaved has several queries of one transaction open at a time.
func TestTransactInterleaved(t *testing.T) {
	db := open(t, postgres.Options{}, "")
	const n = 1000
	text := statement("SELECT g, repeat('x', g % 100), CASE WHEN g % 3 > 0 THEN g END FROM generate_series(1, $1) g",
		kinds(edm.KindInt32), kinds(edm.KindInt32, edm.KindString, edm.KindInt32))
	want := mustRead(t, t.Context(), db, text, edm.Int32(n))
	if err := db.Transact(t.Context(), func(ctx context.Context) error {
		var open []sqldb.Rows
		for range 3 {
			rows, err := db.Query(ctx, text, []edm.Value{edm.Int32(n)})
			if err != nil {
				return err
			}
			open = append(open, rows)
		}
		row := make([]edm.Value, 3)
		for i := range n {
			for k, rows := range open {
				if more, err := rows.Next(row); !more || err != nil {
					t.Fatalf("query %d ends before row %d: %v", k, i, err)
				}
				if !cmp.Equal(want[i], row) {
					t.Fatalf("query %d, row %d: %s", k, i, cmp.Diff(want[i], row))
				}
			}
			if i%100 == 0 {
				mustRead(t, ctx, db, divideBy, edm.Int32(1))
			}
		}
		for _, rows := range open {
			if more, err := rows.Next(row); more || err != nil {
				t.Errorf("after the last row: %v, %v", more, err)
			}
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestTransactAheadLimit has rows open that do not fit into memory.
func TestTransactAheadLimit(t *testing.T) {
	db := open(t, postgres.Options{}, "")
	budget := &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded"}
	large := statement("SELECT repeat('x', 1000000) FROM generate_series(1, 100)", nil, kinds(edm.KindString))
	err := db.Transact(t.Context(), func(ctx context.Context) error {
		rows, err := db.Query(ctx, large, nil)
		if err != nil {
			return err
		}
		defer rows.Close()
		_, err = db.Query(ctx, countN, nil)
		if _, same := rows.Next(make([]edm.Value, 1)); !errors.Is(same, budget) {
			t.Errorf("the rows end with %v", same)
		}
		return err
	})
	if !errors.Is(err, budget) {
		t.Errorf("got %v", err)
	}
}

// TestConflicts has many transactions count up one row. Each reads it first, so
// that only the isolation keeps them apart.
func TestConflicts(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 16}, tableT+"; INSERT INTO t VALUES (1, 0)")
	read := statement("SELECT v FROM t WHERE n = 1", nil, kinds(edm.KindInt32))
	write := statement("UPDATE t SET v = $1 WHERE n = 1", kinds(edm.KindInt32), nil)
	const workers, each = 32, 10
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	acknowledged := int64(0)
	attempts := 0
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				err := db.Transact(ctx, func(ctx context.Context) error {
					mu.Lock()
					attempts++
					mu.Unlock()
					rows, err := readAll(ctx, db, read)
					if err != nil {
						return err
					}
					_, err = db.Exec(ctx, write, []edm.Value{edm.Int32(int32(rows[0][0].Int()) + 1)})
					return err
				})
				if err != nil {
					t.Errorf("Transact: %v", err)
					continue
				}
				mu.Lock()
				acknowledged++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d attempts for %d transactions", attempts, workers*each)
	if v := mustRead(t, ctx, db, read)[0][0].Int(); v != acknowledged || v != workers*each {
		t.Errorf("the row was counted up to %d, and %d of %d times that was acknowledged", v, acknowledged, workers*each)
	}
}

// TestWriteSkew has two transactions each rely on what the other changes.
func TestWriteSkew(t *testing.T) {
	for _, tt := range []struct {
		name      string
		isolation postgres.Isolation
		want      int64 // attempts
		why       string
	}{
		{"serializable", postgres.Serializable, 3, "one of them has to be done again"},
		{"repeatable read", postgres.RepeatableRead, 2, "it lets both pass"},
		{"read committed", postgres.ReadCommitted, 2, "it lets both pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(t, postgres.Options{Isolation: tt.isolation}, tableT+"; INSERT INTO t VALUES (1, 0), (2, 0)")
			sum := statement("SELECT sum(v) FROM t", nil, kinds(edm.KindInt64))
			write := statement("UPDATE t SET v = 1 WHERE n = $1", kinds(edm.KindInt32), nil)
			var both, wg sync.WaitGroup
			both.Add(2)
			var mu sync.Mutex
			attempts := int64(0)
			for n := range 2 {
				wg.Go(func() {
					met := false
					err := db.Transact(t.Context(), func(ctx context.Context) error {
						mu.Lock()
						attempts++
						mu.Unlock()
						if _, err := readAll(ctx, db, sum); err != nil {
							return err
						}
						if !met { // both have read before one writes
							met = true
							both.Done()
							both.Wait()
						}
						_, err := db.Exec(ctx, write, []edm.Value{edm.Int32(int32(n + 1))})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if attempts != tt.want {
				t.Errorf("%d attempts, want %d (%s)", attempts, tt.want, tt.why)
			}
		})
	}
}

// TestDeadlock has two transactions wait for each other.
func TestDeadlock(t *testing.T) {
	db := open(t, postgres.Options{Isolation: postgres.ReadCommitted}, tableT+"; INSERT INTO t VALUES (1, 0), (2, 0)")
	write := statement("UPDATE t SET v = v + 1 WHERE n = $1", kinds(edm.KindInt32), nil)
	var both, wg sync.WaitGroup
	both.Add(2)
	for n := range int32(2) {
		wg.Go(func() {
			met := false
			if err := db.Transact(t.Context(), func(ctx context.Context) error {
				if _, err := db.Exec(ctx, write, []edm.Value{edm.Int32(n + 1)}); err != nil {
					return err
				}
				if !met {
					met = true
					both.Done()
					both.Wait()
				}
				_, err := db.Exec(ctx, write, []edm.Value{edm.Int32(2 - n)})
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sum := statement("SELECT sum(v) FROM t", nil, kinds(edm.KindInt64))
	if v := mustRead(t, t.Context(), db, sum)[0][0].Int(); v != 4 {
		t.Errorf("the rows were counted up to %d in all, want 4", v)
	}
}

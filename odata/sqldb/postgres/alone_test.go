package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
)

var insertReturning = statement("INSERT INTO t VALUES ($1, 12 / $1) ON CONFLICT DO NOTHING RETURNING v", kinds(edm.KindInt32), kinds(edm.KindInt32))

// alone runs a statement alone and returns the first columns of its rows.
func alone(ctx context.Context, db sqldb.LoneWriter, s *sqldb.Statement, args ...edm.Value) (list []int64, err error) {
	rows, err := db.QueryAlone(ctx, s, args)
	if err != nil {
		return nil, err
	}
	cells := make([]edm.Value, len(s.Columns))
	for {
		more, err := rows.Next(cells)
		if err != nil || !more {
			return list, errors.Join(err, rows.Close())
		}
		list = append(list, cells[0].Int())
	}
}

// TestQueryAlone runs statements that are a transaction each, before and after their
// connection knows them.
func TestQueryAlone(t *testing.T) {
	for _, known := range []bool{false, true} {
		for _, tt := range []struct {
			name  string
			n     int32
			code  string
			found int
			rows  int64
			why   string
		}{
			{"insert", 4, "", 1, 3, "it is committed when the rows are there"},
			{"nothing to do", 1, "", 0, 2, "the key exists"},
			{"failure", 0, "DivisionByZero", 0, 2, "what fails is rolled back, and the connection can be used again"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				db := open(t, postgres.Options{MaxConns: 1}, tableT)
				mustExec(t, t.Context(), db, insertN, edm.Int32(1))
				if known {
					if _, err := alone(t.Context(), db, insertReturning, edm.Int32(2)); err != nil {
						t.Fatal(err)
					}
				} else {
					mustExec(t, t.Context(), db, insertN, edm.Int32(2))
				}
				got, err := alone(t.Context(), db, insertReturning, edm.Int32(tt.n))
				code := ""
				if err != nil {
					code = odata.AsError(err).Code
				}
				if code != tt.code || len(got) != tt.found {
					t.Errorf("known %v: %v and the error %v, want %d rows and %q (%s)", known, got, err, tt.found, tt.code, tt.why)
				}
				if got := mustRead(t, t.Context(), db, countN)[0][0].Int(); got != tt.rows {
					t.Errorf("known %v: there are %d rows, want %d (%s)", known, got, tt.rows, tt.why)
				}
			})
		}
	}
}

// TestQueryAloneJoins runs one in a transaction that is undone.
func TestQueryAloneJoins(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, tableT)
	oops := errors.New("oops")
	err := db.Transact(t.Context(), func(ctx context.Context) error {
		if got, err := alone(ctx, db, insertReturning, edm.Int32(3)); err != nil || len(got) != 1 || got[0] != 4 {
			t.Errorf("%v, %v; want 4", got, err)
		}
		return oops
	})
	if !errors.Is(err, oops) {
		t.Fatal(err)
	}
	if got := mustRead(t, t.Context(), db, countN)[0][0].Int(); got != 0 {
		t.Errorf("there are %d rows, want none: the transaction around it was undone", got)
	}
}

// TestQueryAloneDeferred breaks a constraint that is checked by the commit.
func TestQueryAloneDeferred(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 1}, tableT+"; ALTER TABLE t ADD FOREIGN KEY (v) REFERENCES t DEFERRABLE INITIALLY DEFERRED; INSERT INTO t VALUES (1, 1)")
	for range 2 { // the statement is known the second time
		if _, err := alone(t.Context(), db, insertReturning, edm.Int32(2)); !errors.Is(err, &odata.Error{Kind: odata.KindConflict, Code: "DanglingReference"}) {
			t.Errorf("%v, want DanglingReference", err)
		}
	}
	if got := mustRead(t, t.Context(), db, countN)[0][0].Int(); got != 1 {
		t.Errorf("there are %d rows, want 1: the commit has failed", got)
	}
}

// TestQueryAloneConflicts counts up with several at once, under serializable
// isolation: those that lose are run again.
func TestQueryAloneConflicts(t *testing.T) {
	db := open(t, postgres.Options{MaxConns: 4}, tableT)
	mustExec(t, t.Context(), db, insertN, edm.Int32(1))
	up := statement("UPDATE t SET v = v + 1 RETURNING v", nil, kinds(edm.KindInt32))
	const each, workers = 10, 4
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range each {
				if _, err := alone(t.Context(), db, up); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	read := statement("SELECT v FROM t", nil, kinds(edm.KindInt32))
	if got := mustRead(t, t.Context(), db, read)[0][0].Int(); got != each*workers {
		t.Errorf("counted to %d, want %d", got, each*workers)
	}
}

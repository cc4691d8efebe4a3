package pam

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// TestConvoy: transactions that share a commit are as good as alone.
func TestConvoy(t *testing.T) {
	ctx := context.Background()
	db, err := sqlite.Open(filepath.Join(t.TempDir(), "convoy.db"), sqlite.Options{Synchronous: sqlite.SynchronousOff})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(ctx, sqldb.NewStatement(db.Dialect(), "CREATE TABLE t (n INTEGER PRIMARY KEY)", nil, nil), nil); err != nil {
		t.Fatal(err)
	}
	insert := sqldb.NewStatement(db.Dialect(), "INSERT INTO t VALUES (?1)", []sqldb.Form{numberForm}, nil)
	count := sqldb.NewStatement(db.Dialect(), "SELECT count(*) FROM t", nil, []sqldb.Form{numberForm})
	errWork := errors.New("the work fails")
	type key struct{}
	for _, c := range []struct {
		name, why string
		work      func(n int, cancel func()) error // beside inserting
		done      func(n int) bool
	}{
		{"all well", "each is done, once", func(int, func()) error { return nil }, func(int) bool { return true }},
		{"some fail", "whoever fails undoes their own only", func(n int, _ func()) error {
			if n%5 == 3 {
				return errWork
			}
			return nil
		}, func(n int) bool { return n%5 != 3 }},
		{"some are cancelled", "whoever leaves undoes their own only", func(n int, cancel func()) error {
			if n%5 == 3 {
				cancel()
			}
			return nil
		}, func(n int) bool { return n%5 != 3 }},
		{"some panic", "whoever panics undoes their own only, and nobody waits for ever", func(n int, _ func()) error {
			if n%5 == 3 {
				panic("at the work")
			}
			return nil
		}, func(n int) bool { return n%5 != 3 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := db.Exec(ctx, sqldb.NewStatement(db.Dialect(), "DELETE FROM t", nil, nil), nil); err != nil {
				t.Fatal(err)
			}
			convoy := &convoy{db: db}
			want := int64(0)
			var group sync.WaitGroup
			for n := range 200 {
				if c.done(n) {
					want++
				}
				group.Go(func() {
					own, cancel := context.WithCancel(context.WithValue(ctx, key{}, n))
					defer cancel()
					ok := false
					defer func() {
						_ = recover()
						if ok != c.done(n) {
							t.Errorf("%s: the result of %d is success: %v", c.why, n, ok)
						}
					}()
					err := convoy.transact(own, func(ctx context.Context) error {
						if ctx.Value(key{}) != n {
							return fmt.Errorf("the context is somebody else's")
						}
						if _, err := db.Exec(ctx, insert, []edm.Value{edm.Int64(int64(n))}); err != nil {
							return err
						}
						return c.work(n, cancel)
					})
					ok = err == nil
				})
			}
			group.Wait()
			cells, err := sqldb.QueryOne(ctx, db, count)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, cells[0].Int()); diff != "" {
				t.Errorf("%s: rows differ (-want +got)\n%s", c.why, diff)
			}
		})
	}
}

package pam_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/migrations"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// Requests are made by so many users at the same time, each one of so many.
const (
	benchAtOnce = 16
	benchUsers  = 32
)

// BenchmarkCreate makes requests for a plain role, each audited, granted and durable,
// by users who do so at the same time. [BenchmarkSync] is the bound: a grant is
// recorded before the granter is called and confirmed after it, so that a request takes
// two commits, unless those of several users share them.
func BenchmarkCreate(b *testing.B) {
	path := filepath.Join(b.TempDir(), "pam.db")
	if _, err := migrate.Up(context.Background(), path, migrations.Files); err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(path, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	benchCreate(b, db)
}

// BenchmarkCreatePostgres is the same on a server that, being for tests, waits for no
// disk.
func BenchmarkCreatePostgres(b *testing.B) {
	db, _ := pamtest.Postgres(b)
	benchCreate(b, db)
}

func benchCreate(b *testing.B, db sqldb.DB) {
	defs := pamtest.Definitions()
	callers := make([][]context.Context, benchAtOnce)
	for i := range callers {
		for n := range benchUsers {
			u := pam.User{ID: pamtest.ID(byte(16+i), byte(n)), Account: fmt.Sprintf(`PRIV\User%d-%d`, i, n), DisplayName: fmt.Sprint("User ", i, n)}
			defs.Users = append(defs.Users, u)
			callers[i] = append(callers[i], pamtest.As(context.Background(), u.Account))
			roleOf(&defs, pamtest.Plain).Candidates = append([]edm.GUID{u.ID}, roleOf(&defs, pamtest.Plain).Candidates...)
		}
	}
	granter := pamtest.NewGranter()
	d := pam.NewDesk(pam.Config{DB: db, Granter: granter, Logger: pamtest.Quiet(), MaxOpenPerRole: 1 << 30, MaxOpen: 1 << 30})
	pamtest.Apply(b, d, defs)
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	begin := time.Now()
	var group sync.WaitGroup
	for _, caller := range callers {
		group.Go(func() {
			for n := 0; left.Add(-1) >= 0; n++ {
				r, err := d.Create(caller[n%benchUsers], pam.Ask{Role: pamtest.Plain, TTL: 600, Justification: "INC 4711"})
				if err != nil || r.Status(time.Now()) != pam.Active {
					b.Errorf("%v %v", r, err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "creates/s")
}

// BenchmarkSync writes and syncs a page of a file, as a commit does at least.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "page"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	begin, n := time.Now(), 0
	for b.Loop() {
		if _, err := f.WriteAt(page, int64(n%1024)*4096); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/time.Since(begin).Seconds(), "syncs/s")
}

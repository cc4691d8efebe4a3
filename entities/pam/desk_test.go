package pam_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// databases are what the desk has to work on alike.
var databases = []struct {
	name string
	open func(testing.TB) sqldb.DB
}{
	{"sqlite", pamtest.SQLite},
	{"postgres", func(t testing.TB) sqldb.DB { db, _ := pamtest.Postgres(t); return db }},
}

func on(t *testing.T, test func(t *testing.T, db sqldb.DB)) {
	t.Helper()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) { test(t, d.open(t)) })
	}
}

var (
	jen  = pamtest.As(context.Background(), `PRIV\Jen`)
	omar = pamtest.As(context.Background(), `priv\omar`)
	both = pamtest.As(context.Background(), `PRIV\Both`)
)

// code is the code of an error, empty for none.
func code(err error) string {
	if err == nil {
		return ""
	}
	return odata.AsError(err).Code
}

// events are the names of all that the trail has beside the first, which is about the
// definitions.
func events(t *testing.T, d *pam.Desk) (names []string) {
	t.Helper()
	err := d.Trail().Read(context.Background(), 1, 10_000, func(e *audit.Event) error {
		names = append(names, e.ID.String())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestLives tells whole lives of requests.
func TestLives(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		t.Run("plain", func(t *testing.T) {
			d, clock, granter := pamtest.NewDesk(t, db, pam.Config{})
			r, err := d.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 612, Justification: "INC 1"})
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Status(clock.Now()); got != pam.Active {
				t.Fatalf("the request is %s after it was made, want Active", got)
			}
			if want := pamtest.Noon.Add(612 * time.Second); !r.Expiration.Equal(want) {
				t.Errorf("it expires at %v, want %v", r.Expiration, want)
			}
			if diff := cmp.Diff([]edm.GUID{pamtest.DNS}, granter.Groups(pamtest.Jen)); diff != "" {
				t.Error(diff)
			}
			clock.Add(612 * time.Second)
			if got := r.Status(clock.Now()); got != pam.Closing {
				t.Errorf("the request is %s at its end, want Closing until the removal", got)
			}
			if n, err := d.Work(context.Background(), clock.Now()); n != 1 || err != nil {
				t.Fatalf("%d requests were due, %v", n, err)
			}
			if groups := granter.Groups(pamtest.Jen); len(groups) != 0 {
				t.Errorf("groups %v are left at the end", groups)
			}
			want := []string{"request.created", "grant.started", "grant.succeeded", "request.expired", "revoke.succeeded"}
			if diff := cmp.Diff(want, events(t, d)); diff != "" {
				t.Error(diff)
			}
			if v, err := d.Trail().Verify(context.Background()); err != nil || len(v.Breaks) > 0 {
				t.Errorf("the chain is broken: %v %v", v, err)
			}
		})
	})
}

// Package pamtest helps to test what is built on package pam: desks over real
// databases with a clock and a granter that a test controls.
package pamtest

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/migrations"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// Noon is where clocks begin: a working day in winter.
var Noon = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// A Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock that stands at a time.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Set puts the clock at a time.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// SQLite opens a database in a file of the test's, with the tables of PAM. It waits for
// no disk.
func SQLite(t testing.TB) sqldb.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pam.db")
	if _, err := migrate.Up(context.Background(), path, migrations.Files); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(path, sqlite.Options{Call: sqldb.Call, Synchronous: sqlite.SynchronousOff})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Postgres opens a database of its own on a server, with the tables of PAM, and
// returns its URL too. It skips the test where no server can be started.
func Postgres(t testing.TB) (sqldb.DB, string) {
	t.Helper()
	url := pgtest.Database(t)
	if _, err := migrate.Up(context.Background(), url, migrations.Files); err != nil {
		t.Fatal(err)
	}
	return OpenPostgres(t, url), url
}

// OpenPostgres opens a database once more, as another node does.
func OpenPostgres(t testing.TB, url string) sqldb.DB {
	t.Helper()
	db, err := postgres.Open(context.Background(), url, postgres.Options{Isolation: postgres.ReadCommitted, MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// As is a context in which somebody calls.
func As(ctx context.Context, account string) context.Context {
	return odata.WithPrincipal(ctx, odata.Principal{Name: account, Method: "test", Address: "127.0.0.1", Request: "call"})
}

// Quiet is a logger that says nothing.
func Quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// NewDesk makes a desk with the definitions of [Definitions]. What c leaves open is
// a clock at [Noon], a [Granter] and a logger that says nothing.
func NewDesk(t testing.TB, db sqldb.DB, c pam.Config) (*pam.Desk, *Clock, *Granter) {
	t.Helper()
	clock, granter := NewClock(Noon), NewGranter()
	c.DB = db
	if c.Clock == nil {
		c.Clock = clock.Now
	}
	if c.Granter == nil {
		c.Granter = granter
	}
	if c.Logger == nil {
		c.Logger = Quiet()
	}
	d := pam.NewDesk(c)
	Apply(t, d, Definitions())
	return d, clock, granter
}

// Apply gives a desk definitions from a file.
func Apply(t testing.TB, d *pam.Desk, defs pam.Definitions) {
	t.Helper()
	_, err := d.Apply(context.Background(), pam.Change{Source: pam.FromFile, Actor: audit.System, Check: pam.CheckOptions{MFA: true},
		Edit: func(own *pam.Definitions) error { *own = defs; return nil }})
	if err != nil {
		t.Fatal(err)
	}
}

// ID makes a GUID that one can tell from others.
func ID(kind, number byte) edm.GUID {
	return edm.GUID{0: kind, 6: 0x40, 8: 0x80, 15: number}
}

// The people and roles of [Definitions].
var (
	Jen, Anna, Omar, Both, Stranger = ID(1, 1), ID(1, 2), ID(1, 3), ID(1, 4), ID(1, 5)

	Plain, Approval, MFA, Window, All = ID(3, 1), ID(3, 2), ID(3, 3), ID(3, 4), ID(3, 5)

	DNS, Files, Keys = ID(2, 1), ID(2, 2), ID(2, 3)
)

// Definitions are five users and five roles. Jen and Anna are candidates of all roles,
// Omar owns them, Both is candidate and owner, and Stranger is neither.
func Definitions() pam.Definitions {
	candidates := []edm.GUID{Jen, Anna, Both}
	owners := []edm.GUID{Omar, Both}
	role := func(id edm.GUID, name string, groups ...edm.GUID) pam.Role {
		return pam.Role{ID: id, DisplayName: name, TTL: time.Hour, Groups: groups, Candidates: candidates, Owners: owners}
	}
	d := pam.Definitions{
		Users: []pam.User{
			{ID: Jen, Account: `PRIV\Jen`, DisplayName: "PRIV.Jen", Phone: "+420 1"},
			{ID: Anna, Account: `PRIV\Anna`, DisplayName: "PRIV.Anna", Phone: "+420 2"},
			{ID: Omar, Account: `PRIV\Omar`, DisplayName: "PRIV.Omar"},
			{ID: Both, Account: `PRIV\Both`, DisplayName: "PRIV.Both", Phone: "+420 3"},
			{ID: Stranger, Account: `PRIV\Stranger`, DisplayName: "PRIV.Stranger"},
		},
		Groups: []pam.Group{{ID: DNS, Name: "DNS"}, {ID: Files, Name: "Files"}, {ID: Keys, Name: "Keys"}},
		Roles: []pam.Role{
			role(Plain, "DNS administrators", DNS),
			role(Approval, "SQL file access", Files),
			role(MFA, "Key keepers", Keys),
			role(Window, "Night shift", DNS, Files),
			role(All, "Everything", DNS, Files, Keys),
		},
	}
	d.Roles[1].Approval = true
	d.Roles[2].MFA = true
	d.Roles[3].Window = &pam.Window{From: 20 * time.Hour, To: 23*time.Hour + 30*time.Minute}
	d.Roles[4].MFA, d.Roles[4].Approval, d.Roles[4].DisableAutoApprovalIfOwner = true, true, true
	return d
}

package pam

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// Config is what a desk needs. DB and Granter are required.
type Config struct {
	// DB has the tables of package entities/pam/migrations. Its transactions should
	// have the isolation read committed: the desk locks the rows that it relies on.
	DB sqldb.DB

	Granter Granter

	// Factor is the provider of the second factor. Without one, requests for roles
	// that need it are rejected.
	Factor Factor

	// Node names this process among those that share the database, for leases and
	// the audit trail. Two that run at the same time must differ. Default "node".
	Node string

	// Clock is the time of everything. Default time.Now.
	Clock func() time.Time

	// NewID makes identifiers. Default random ones.
	NewID func() edm.GUID

	// Zone is where windows and start times without an offset are. Default UTC.
	Zone *time.Location

	// DenySelfApproval makes owners wait for another owner when they ask for a role
	// themselves, whatever the role says.
	DenySelfApproval bool

	// MinTTL and MaxTTL bound every activation. Default: no bounds.
	MinTTL, MaxTTL time.Duration

	// RefuseLongTTL answers durations above the role's with an error for all roles.
	RefuseLongTTL bool

	// MaxOpenPerRole and MaxOpen are how many open requests a user may have, of one
	// role and in all. Default 10 and 100.
	MaxOpenPerRole, MaxOpen int

	// MaxAhead is how far ahead a start may lie. Default 90 days.
	MaxAhead time.Duration

	// FactorTimeout is the time for a second factor; default 5 min. FactorPoll is how
	// often its state is asked for; default 2 s.
	FactorTimeout, FactorPoll time.Duration

	// ApprovalTimeout is how long a request waits for a decision, at least; it waits a
	// day beyond its start in any case. Default 7 days.
	ApprovalTimeout time.Duration

	// GrantTimeout is how long a grant that fails is tried again. Default 10 min.
	GrantTimeout time.Duration

	// CallTimeout bounds each call of the granter and the factor. Default 30 s.
	CallTimeout time.Duration

	// Within is how long an operation waits for what it has set going, so that the
	// answer shows its effect. Default 5 s.
	Within time.Duration

	// Acknowledged makes sure that an event has left this machine before a grant that
	// depends on it; nil where the database is enough.
	Acknowledged func(ctx context.Context, seq int64) error

	// Logger is told what operators should know. Default [slog.Default].
	Logger *slog.Logger
}

func (c *Config) setDefaults() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&c.MaxAhead, 90*24*time.Hour)
	set(&c.FactorTimeout, 5*time.Minute)
	set(&c.FactorPoll, 2*time.Second)
	set(&c.ApprovalTimeout, 7*24*time.Hour)
	set(&c.GrantTimeout, 10*time.Minute)
	set(&c.CallTimeout, 30*time.Second)
	set(&c.Within, 5*time.Second)
	if c.MaxOpenPerRole <= 0 {
		c.MaxOpenPerRole = 10
	}
	if c.MaxOpen <= 0 {
		c.MaxOpen = 100
	}
	if c.Node == "" {
		c.Node = "node"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.NewID == nil {
		c.NewID = edm.NewGUID
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
}

// A Desk carries out what users, owners, administrators and the clock ask for. It is
// safe for concurrent use, and any number of desks may share a database.
//
// Errors are *odata.Error with the codes of [Refusals], or those of the database;
// what is hidden from the caller is KindNotFound. Operations have transactions of their
// own, several sometimes: they must not be called within one.
type Desk struct {
	config Config
	db     sqldb.DB
	trail  *audit.Trail
	rows   *rows
	people *people
	owed   *owed
	leases *leases
	convoy *convoy

	wake    chan struct{}  // tells the worker that something is due
	places  chan struct{}  // of the worker, one for each user that it works for
	running sync.WaitGroup // of advances
}

// NewDesk makes a desk. [Desk.Run] must be running for what happens with time.
func NewDesk(c Config) *Desk {
	c.setDefaults()
	return &Desk{config: c, db: c.DB, trail: audit.New(c.DB), rows: newRows(c.DB), people: newPeople(c.DB), owed: newOwed(c.DB),
		leases: newLeases(c.DB, c.Node), convoy: &convoy{db: c.DB}, wake: make(chan struct{}, 1), places: make(chan struct{}, atOnce)}
}

// Trail is the audit trail of the desk's database.
func (d *Desk) Trail() *audit.Trail { return d.trail }

// DB is the desk's database.
func (d *Desk) DB() sqldb.DB { return d.db }

// Zone is where start times without an offset are.
func (d *Desk) Zone() *time.Location { return d.config.Zone }

// Now is the desk's clock, cut to the milliseconds that are stored.
func (d *Desk) Now() time.Time { return d.config.Clock().UTC().Truncate(time.Millisecond) }

// A ledger collects the events of one transaction.
type ledger struct {
	desk   *Desk
	now    time.Time
	actor  audit.Actor
	call   string // correlation
	events []*audit.Event
}

// record adds an event about a request.
func (l *ledger) record(id audit.ID, r *Request, outcome audit.Outcome, reason string) *audit.Event {
	e := &audit.Event{ID: id, Time: l.now, Node: l.desk.config.Node, Correlation: l.call, Actor: l.actor, Outcome: outcome, Reason: reason}
	if r != nil {
		e.Request, e.Role, e.RoleName, e.Subject, e.RequestedTTL = r.ID, r.Role, r.RoleName, r.Requestor, r.TTL
	}
	l.events = append(l.events, e)
	return e
}

// book runs work in a transaction that also has the events it records. Work may run
// again. A failure of the trail undoes it and is KindUnavailable.
func (d *Desk) book(ctx context.Context, actor audit.Actor, work func(context.Context, *ledger) error) error {
	return d.bookOr(ctx, actor, false, work)
}

// bookEnd is book for the end of privileges, which must not wait for the trail: what
// it cannot take now is owed to it.
func (d *Desk) bookEnd(ctx context.Context, actor audit.Actor, work func(context.Context, *ledger) error) error {
	return d.bookOr(ctx, actor, true, work)
}

func (d *Desk) bookOr(ctx context.Context, actor audit.Actor, owing bool, work func(context.Context, *ledger) error) error {
	call := ""
	if p, ok := odata.PrincipalFrom(ctx); ok {
		call = p.Request
	}
	run := func(store func(context.Context, *ledger) error) error {
		return d.transact(ctx, func(ctx context.Context) error {
			l := &ledger{desk: d, now: d.Now(), actor: actor, call: call}
			if err := work(ctx, l); err != nil {
				return err
			}
			return store(ctx, l)
		})
	}
	err := run(func(ctx context.Context, l *ledger) error { return d.trail.Append(ctx, l.events...) })
	switch {
	case err == nil:
		d.trail.Notify()
		return nil
	case !errors.Is(err, audit.ErrUnavailable):
		return err
	case !owing:
		return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "The service is not available", Err: err}
	}
	d.config.Logger.ErrorContext(ctx, "the audit trail takes no events; the end of a privilege is recorded later", "error", err)
	return run(d.owed.keep)
}

// transact is the way to a transaction. SQLite carries out one at a time.
func (d *Desk) transact(ctx context.Context, work func(context.Context) error) error {
	if d.db.Dialect() == sqldb.SQLite {
		return d.convoy.transact(ctx, work)
	}
	return d.db.Transact(ctx, work)
}

// rouse tells the worker to look for what is due.
func (d *Desk) rouse() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// actorOf is who calls.
func actorOf(u *User, p odata.Principal) audit.Actor {
	a := audit.Actor{Name: p.Name, Method: p.Method, Address: p.Address}
	if u != nil {
		a.ID = u.ID
	}
	return a
}

package crash_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// A deed is what a process is killed at.
type deed struct {
	name string
	why  string

	// before makes the requests that there are, at noon, and at is when the deed is
	// done, after noon.
	before func(context.Context, *pam.Desk) error
	at     time.Duration
	do     func(context.Context, *pam.Desk) error

	lives map[edm.GUID]life
	union []edm.GUID // requests that end together or not at all

	// between are further times after noon at which the service starts again, and
	// over is one at which all has ended.
	between []time.Duration
	over    time.Duration
}

// A life is the statuses that a request may have after a crash: at once, when the
// service has caught up, the same if the deed had been answered, and in the end. No
// request at all is "none".
type life struct{ killed, caughtUp, answered, over string }

// The requests of a deed: those before it, and the one that it makes.
var first, second, made = requestID(0), requestID(1), requestID(made0)

// made0 is how many requests could be made before a deed.
const made0 = 50

func requestID(n byte) edm.GUID  { return pamtest.ID(8, 2*n+1) }
func approvalID(n byte) edm.GUID { return pamtest.ID(8, 2*n+2) }

// identifiers makes those of requests from the nth on, each with one for its approval.
func identifiers(n byte) func() edm.GUID {
	var count atomic.Int32
	return func() edm.GUID { return pamtest.ID(8, 2*n+byte(count.Add(1))) }
}

// pair is a role that has two groups and no gates.
var pair = pamtest.ID(3, 6)

func definitions() pam.Definitions {
	d := pamtest.Definitions()
	d.Roles = append(d.Roles, pam.Role{ID: pair, DisplayName: "Name and file service", TTL: time.Hour,
		Groups: []edm.GUID{pamtest.DNS, pamtest.Files}, Candidates: []edm.GUID{pamtest.Jen, pamtest.Anna}, Owners: []edm.GUID{pamtest.Omar}})
	return d
}

func jen(ctx context.Context) context.Context  { return pamtest.As(ctx, `PRIV\Jen`) }
func omar(ctx context.Context) context.Context { return pamtest.As(ctx, `PRIV\Omar`) }

// asking makes requests of Jen's, which must not be refused.
func asking(asks ...pam.Ask) func(context.Context, *pam.Desk) error {
	return func(ctx context.Context, d *pam.Desk) error {
		for _, ask := range asks {
			if _, err := d.Create(jen(ctx), ask); err != nil {
				return err
			}
		}
		return nil
	}
}

// closing closes a request of Jen's.
func closing(id edm.GUID) func(context.Context, *pam.Desk) error {
	return func(ctx context.Context, d *pam.Desk) error { return d.Close(jen(ctx), id) }
}

// working does what is due, as the worker does.
func working(ctx context.Context, d *pam.Desk) error {
	n, err := d.Work(ctx, d.Now())
	if err == nil && n == 0 {
		err = errors.New("nothing is due")
	}
	return err
}

// The lives that several deeds have.
var (
	isMade   = life{"none Processing Active", "none Active", "Active", "none Expired"}
	isClosed = life{"Active Closing Closed", "Active Closed", "Closed", "Expired Closed"}
	goesOn   = life{"Active", "Active", "Active", "Expired"}
)

const tenMinutes = 600 // seconds

var deeds = []deed{{
	name: "create", why: "the record precedes the privilege, and what is answered is stored",
	do:    asking(pam.Ask{Role: pamtest.Plain, TTL: tenMinutes}),
	lives: map[edm.GUID]life{made: isMade}, over: time.Hour,
}, {
	name: "create with two groups", why: "a role is granted completely or not at all",
	do:    asking(pam.Ask{Role: pair, TTL: tenMinutes}),
	lives: map[edm.GUID]life{made: isMade}, over: time.Hour,
}, {
	name: "approve", why: "a decision is stored with its record, and the grant follows it",
	before: asking(pam.Ask{Role: pamtest.Approval, TTL: tenMinutes}), at: time.Second,
	do: func(ctx context.Context, d *pam.Desk) error {
		return d.Decide(omar(ctx), approvalID(0), true, "because")
	},
	lives: map[edm.GUID]life{first: {"PendingApproval Processing Active", "PendingApproval Active", "Active", "Expired"}},
	over:  8 * 24 * time.Hour,
}, {
	name: "start", why: "a schedule that has come is carried out by whoever is there next",
	before: asking(pam.Ask{Role: pamtest.Plain, TTL: tenMinutes, Wanted: pamtest.Noon.Add(time.Minute)}), at: time.Minute,
	do:    working,
	lives: map[edm.GUID]life{first: {"Processing Active", "Active", "Active", "Expired"}}, over: time.Hour,
}, {
	name: "close", why: "a close that was answered is carried out",
	before: asking(pam.Ask{Role: pair, TTL: tenMinutes}), at: time.Minute,
	do:    closing(first),
	lives: map[edm.GUID]life{first: isClosed}, over: time.Hour,
}, {
	name: "expiry", why: "a removal that was begun is finished",
	before: asking(pam.Ask{Role: pair, TTL: tenMinutes}), at: tenMinutes * time.Second,
	do:    working,
	lives: map[edm.GUID]life{first: {"Closing Expired", "Expired", "Expired", "Expired"}}, over: time.Hour,
}, {
	name: "relinquish", why: "all that is active ends in one transaction, and the removals follow",
	before: asking(pam.Ask{Role: pair, TTL: tenMinutes}, pam.Ask{Role: pair, TTL: 2 * tenMinutes}), at: time.Minute,
	do: asking(pam.Ask{Role: pair}),
	lives: map[edm.GUID]life{first: isClosed, second: isClosed,
		made: {"none Closing Expired", "none Closing Expired", "Closing Expired", "none Expired"}},
	union: []edm.GUID{first, second}, over: time.Hour,
}, {
	name: "extend", why: "a group of two grants stays until the later end",
	before: asking(pam.Ask{Role: pamtest.Plain, TTL: tenMinutes}), at: time.Minute,
	do:    asking(pam.Ask{Role: pair, TTL: 2 * tenMinutes}),
	lives: map[edm.GUID]life{first: goesOn, made: isMade}, between: []time.Duration{tenMinutes * time.Second}, over: time.Hour,
}, {
	name: "close the longer", why: "a group of two grants goes back to the end that remains",
	before: asking(pam.Ask{Role: pamtest.Plain, TTL: tenMinutes}, pam.Ask{Role: pair, TTL: 2 * tenMinutes}), at: time.Minute,
	do:    closing(second),
	lives: map[edm.GUID]life{first: goesOn, second: isClosed}, between: []time.Duration{tenMinutes * time.Second}, over: time.Hour,
}}

// orders are what a process is to do.
type orders struct {
	Kind, Place string // of the database
	Directory   string
	Native      bool
	Deed        string // empty to catch up
	Now         time.Time
	Kill        int // the point to be killed at
}

// done is what a process tells that was not killed.
type done struct{ Points []string }

// answered is the line that a process writes when the deed is done.
const answered = "answered"

// doDeed is the life of a process that may be killed.
func doDeed(o orders) error {
	ctx := context.Background()
	db, err := openAt(ctx, o.Kind, o.Place)
	if err != nil {
		return err
	}
	defer db.Close()
	p := &points{kill: o.Kill}
	desk := newDesk(watched{db, p}, o.Directory, o.Native, func() time.Time { return o.Now }, made0, p.at)
	do := (*pam.Desk).CatchUp
	for i := range deeds {
		if deeds[i].name == o.Deed {
			do = func(d *pam.Desk, ctx context.Context) error { return deeds[i].do(ctx, d) }
		}
	}
	if err := do(desk, ctx); err != nil {
		return err
	}
	fmt.Println(answered)
	p.at("after the answer")
	return json.NewEncoder(os.Stdout).Encode(done{p.names})
}

// newDesk is the desk of a node over a database and a directory.
func newDesk(db sqldb.DB, file string, native bool, clock func() time.Time, next byte, at func(string)) *pam.Desk {
	return pam.NewDesk(pam.Config{
		DB: db, Node: "one", Clock: clock, NewID: identifiers(next), Logger: pamtest.Quiet(), Within: time.Minute,
		Granter: &directory{path: file, native: native, node: "one",
			at: func(_ context.Context, place string) error { at(place); return nil }},
	})
}

func openAt(ctx context.Context, kind, place string) (sqldb.DB, error) {
	if kind == onSQLite {
		// What the system has taken is there when the process is killed; only a loss of
		// power needs more.
		return sqlite.Open(place, sqlite.Options{Call: sqldb.Call, Synchronous: sqlite.SynchronousNormal})
	}
	return postgres.Open(ctx, place, postgres.Options{Isolation: postgres.ReadCommitted, MaxConns: 4})
}

// The kinds of databases.
const (
	onSQLite     = "sqlite"
	onPostgreSQL = "postgres"
)

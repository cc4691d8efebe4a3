package pam

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// leases are who works on what, among all nodes: one holder at a time has a name,
// until a time. Clocks of nodes may differ by less than the calls of a granter are
// shorter than a lease.
type leases struct {
	db                           sqldb.DB
	node                         string
	process                      string // tells this one from others of the same node
	acquired                     atomic.Int64
	take, renew, release, forget *sqldb.Statement

	mu    sync.Mutex
	local map[string]*turn // within this process
}

// A turn is the right to ask for a lease, within this process.
type turn struct {
	held  chan struct{} // has an element while somebody holds it
	users int
}

func newLeases(db sqldb.DB, node string) *leases {
	d := db.Dialect()
	return &leases{db: db, node: node, process: edm.NewGUID().String(), local: map[string]*turn{},
		take: sqldb.NewStatement(d, "INSERT INTO pam_lease (name, node, holder, until_time) VALUES (?1, ?2, ?3, ?4)"+
			" ON CONFLICT (name) DO UPDATE SET node = excluded.node, holder = excluded.holder, until_time = excluded.until_time"+
			" WHERE pam_lease.until_time <= ?5", []sqldb.Form{textForm, textForm, textForm, momentForm, momentForm}, nil),
		renew: sqldb.NewStatement(d, "UPDATE pam_lease SET until_time = ?2 WHERE name = ?1 AND holder = ?3",
			[]sqldb.Form{textForm, momentForm, textForm}, nil),
		release: sqldb.NewStatement(d, "DELETE FROM pam_lease WHERE name = ?1 AND holder = ?2", []sqldb.Form{textForm, textForm}, nil),
		forget:  sqldb.NewStatement(d, "DELETE FROM pam_lease WHERE node = ?1 AND name LIKE 'user/%'", []sqldb.Form{textForm}, nil),
	}
}

// A lease is a name that is held.
type lease struct {
	of     *leases
	name   string
	holder string
	until  time.Time
	last   bool // there is nothing to do with it after the request at hand
	over   bool // it was given back
}

// turn gets the turn of a name within this process if nobody has it, else nil; end
// gives it back.
func (s *leases) turn(name string) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.local[name] != nil {
		return nil
	}
	t := &turn{held: make(chan struct{}, 1), users: 1}
	t.held <- struct{}{}
	s.local[name] = t
	return func() { <-t.held; s.leave(name, t) }
}

// leave forgets a turn that nobody uses or waits for.
func (s *leases) leave(name string, t *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(s.local, name)
	}
}

// wait gets the turn of a name within this process; end gives it back.
func (s *leases) wait(ctx context.Context, name string) (end func(), err error) {
	s.mu.Lock()
	t := s.local[name]
	if t == nil {
		t = &turn{held: make(chan struct{}, 1)}
		s.local[name] = t
	}
	t.users++
	s.mu.Unlock()
	select {
	case t.held <- struct{}{}:
		return func() { <-t.held; s.leave(name, t) }, nil
	case <-ctx.Done():
		s.leave(name, t)
		return nil, ctx.Err()
	}
}

// try takes a lease if nobody else has it, nil if somebody has. It may be part of a
// transaction.
func (s *leases) try(ctx context.Context, name string, now time.Time, length time.Duration) (*lease, error) {
	l := &lease{of: s, name: name, holder: s.process + "/" + strconv.FormatInt(s.acquired.Add(1), 10), until: now.Add(length)}
	n, err := s.db.Exec(ctx, s.take, []edm.Value{edm.String(name), edm.String(s.node), edm.String(l.holder),
		timeCell(l.until), timeCell(now)})
	if err != nil || n == 0 {
		return nil, err
	}
	return l, nil
}

// extend makes a lease last longer; ok is false when somebody else has it by now.
func (l *lease) extend(ctx context.Context, until time.Time) (ok bool, err error) {
	n, err := l.of.db.Exec(ctx, l.of.renew, []edm.Value{edm.String(l.name), timeCell(until), edm.String(l.holder)})
	if ok = n == 1 && err == nil; ok {
		l.until = until
	}
	return ok, err
}

// end gives a lease back. It may be part of a transaction.
func (l *lease) end(ctx context.Context) error {
	_, err := l.of.db.Exec(ctx, l.of.release, []edm.Value{edm.String(l.name), edm.String(l.holder)})
	return err
}

// reset ends the leases on work for users of a process of this node's name that has
// died.
func (s *leases) reset(ctx context.Context) error {
	_, err := s.db.Exec(ctx, s.forget, []edm.Value{edm.String(s.node)})
	return err
}

// userLease is the name of the lease on work for a user.
func userLease(id edm.GUID) string { return "user/" + id.String() }

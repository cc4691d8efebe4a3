package pam_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

var errDead = errors.New("the process is dead")

// A mortal is a database, or a granter, as a process sees it that dies at some call:
// from then on nothing that it does has an effect.
type mortal struct {
	sqldb.DB
	granter pam.Granter
	left    *atomic.Int64 // calls until it dies
}

func (m mortal) dead() bool { return m.left.Add(-1) < 0 }

func (m mortal) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if m.dead() {
		return nil, errDead
	}
	return m.DB.Query(ctx, s, args)
}

func (m mortal) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	if m.dead() {
		return 0, errDead
	}
	return m.DB.Exec(ctx, s, args)
}

// Transact may die at its end: before the commit, and after it, so that nobody hears of
// it.
func (m mortal) Transact(ctx context.Context, work func(context.Context) error) error {
	if m.dead() {
		return errDead
	}
	err := m.DB.Transact(ctx, func(ctx context.Context) error {
		if err := work(ctx); err != nil {
			return err
		}
		if m.dead() {
			return errDead
		}
		return nil
	})
	if err == nil && m.dead() {
		return errDead
	}
	return err
}

// mortalGranter may die before a call, and after its effect.
type mortalGranter struct {
	pam.Granter
	m mortal
}

func (g mortalGranter) Grant(ctx context.Context, user pam.User, memberships []pam.Membership) error {
	if g.m.dead() {
		return errDead
	}
	if err := g.Granter.Grant(ctx, user, memberships); err != nil {
		return err
	}
	if g.m.dead() {
		return errDead
	}
	return nil
}

func (g mortalGranter) Revoke(ctx context.Context, user pam.User, groups []pam.Group) error {
	if g.m.dead() {
		return errDead
	}
	if err := g.Granter.Revoke(ctx, user, groups); err != nil {
		return err
	}
	if g.m.dead() {
		return errDead
	}
	return nil
}

// TestCrash has a process die at every single call of a grant and of a removal, to the
// database and to the directory, and be started again: nothing is granted without a
// record, nothing stays granted beyond its end, and the trail tells it all.
func TestCrash(t *testing.T) {
	lives := map[string]func(d *pam.Desk, s *stage){
		"grant": func(d *pam.Desk, s *stage) {
			_, _ = d.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
		},
		"close": func(d *pam.Desk, s *stage) { _ = d.Close(jen, s.plain(pamtest.Plain, 600)) },
		"given up": func(d *pam.Desk, s *stage) {
			s.plain(pamtest.Plain, 600)
			s.plain(pamtest.Plain, 900)
			_, _ = d.Create(jen, pam.Ask{Role: pamtest.Plain})
		},
		"approval": func(d *pam.Desk, s *stage) {
			_ = d.Decide(omar, s.read(s.plain(pamtest.Approval, 600)).Approval, true, "")
		},
		"factor": func(d *pam.Desk, s *stage) {
			s.factor.Answer(succeeded)
			_, _ = d.Create(jen, pam.Ask{Role: pamtest.MFA, TTL: 600})
		},
		"expiry": func(d *pam.Desk, s *stage) {
			s.plain(pamtest.Plain, 600)
			s.clock.Add(600 * time.Second)
			_, _ = d.Work(context.Background(), s.clock.Now())
		},
		"candidate removed": func(d *pam.Desk, s *stage) {
			s.plain(pamtest.Plain, 600)
			s.apply(withoutCandidate(pamtest.Jen))
			_, _ = d.Work(context.Background(), s.clock.Now())
		},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for name, live := range lives {
			t.Run(name, func(t *testing.T) {
				for calls := int64(0); ; calls++ {
					if db.Dialect() == sqldb.PostgreSQL && calls%5 != 0 {
						continue // each takes much longer there
					}
					s := newStage(t, db, pam.Config{Node: "node"})
					s.recordsFirst()
					m := mortal{DB: db, granter: s.granter, left: new(atomic.Int64)}
					m.left.Store(calls)
					c := s.config
					c.DB, c.Granter = m, mortalGranter{s.granter, m}
					live(pam.NewDesk(c), s)
					survived := m.left.Load() >= 0
					s.revive()
					if t.Failed() {
						t.Fatalf("dead at call %d", calls)
					}
					if survived {
						break
					}
				}
			})
		}
	})
}

// recordsFirst fails the test for a call of the granter that no record precedes.
func (s *stage) recordsFirst() {
	s.granter.Before = func(ctx context.Context, call string, _ pam.User) error {
		if call != "grant" {
			return nil
		}
		recorded := false
		err := s.desk.Trail().Read(context.Background(), 0, 1000, func(e *audit.Event) error {
			recorded = recorded || e.ID == audit.GrantStarted
			return nil
		})
		if err != nil || !recorded {
			s.t.Errorf("a grant is made that is not recorded: %v", err)
		}
		return nil
	}
}

// revive starts the process again, and looks at what it makes of what it finds: now,
// and long after all has to have ended.
func (s *stage) revive() {
	s.t.Helper()
	d := pam.NewDesk(s.config)
	s.do(d.CatchUp(context.Background()))
	s.clock.Add(time.Second) // for what waits for a removal
	s.do(d.CatchUp(context.Background()))
	for id, r := range s.all() {
		status := r.Status(s.clock.Now())
		if status == pam.Closing || status == pam.Processing {
			s.t.Errorf("request %v is %s after the restart", id, status)
		}
	}
	s.justified()
	s.clock.Add(2 * time.Hour)
	s.do(d.CatchUp(context.Background()))
	s.justified()
	if groups := s.granter.Groups(pamtest.Jen); len(groups) > 0 {
		s.t.Errorf("groups %v are left in the end", groups)
	}
	for id := range s.all() {
		n := [2]int{s.count(id, audit.GrantStarted), s.count(id, audit.GrantSucceeded)}
		if n[0] > 1 || n[1] > n[0] {
			s.t.Errorf("request %v has %d records of the beginning of its grant, and %d of its success", id, n[0], n[1])
		}
	}
	s.verify()
}

// justified checks that Jen has exactly what her active requests give her.
func (s *stage) justified() {
	s.t.Helper()
	want := map[edm.GUID]bool{}
	for _, r := range s.all() {
		if r.Status(s.clock.Now()) == pam.Active {
			for _, g := range roleOf(&s.defs, r.Role).Groups {
				want[g] = true
			}
		}
	}
	got := map[edm.GUID]bool{}
	for _, g := range s.granter.Groups(pamtest.Jen) {
		got[g] = true
	}
	same(s.t, "privileges are those of active requests", "groups", want, got)
}

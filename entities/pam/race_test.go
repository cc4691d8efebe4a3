package pam_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// rounds is how often races are run.
const rounds = 12

// together runs all of them at the same time.
func together(all ...func()) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for _, one := range all {
		group.Go(func() {
			<-start
			one()
		})
	}
	close(start)
	group.Wait()
}

// another is a desk of another node over the same database.
func (s *stage) another(name string) *pam.Desk {
	c := s.config
	c.Node = name
	return pam.NewDesk(c)
}

// count is how many events of a kind there are of a request.
func (s *stage) count(id edm.GUID, kind audit.ID) (n int) {
	s.t.Helper()
	s.do(s.desk.Trail().Read(context.Background(), 0, 100_000, func(e *audit.Event) error {
		if e.Request == id && e.ID == kind {
			n++
		}
		return nil
	}))
	return n
}

// TestRaces: what happens at the same moment happens in some order, and once.
func TestRaces(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		t.Run("two owners", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			for range rounds {
				id := s.plain(pamtest.Approval, 600)
				approval := s.read(id).Approval
				var a, b error
				together(func() { a = s.desk.Decide(omar, approval, true, "") }, func() { b = other.Decide(both, approval, false, "") })
				codes := []string{code(a), code(b)}
				slices.Sort(codes)
				same(t, "exactly one decision is stored, the other is told so", "codes", []string{"", "AlreadyDecided"}, codes)
				same(t, "exactly one decision is recorded", "events", 1, s.count(id, audit.Approved)+s.count(id, audit.ApprovalRejected))
				want := pam.Active
				if a != nil {
					want = pam.Rejected
				}
				s.work()
				same(t, "the decision that was stored counts", "status", want, s.status(id))
				s.do(s.desk.Close(jen, id))
				s.work()
			}
			s.verify()
		})
		t.Run("two owners who agree", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			for range rounds {
				id := s.plain(pamtest.Approval, 600)
				approval := s.read(id).Approval
				var a, b error
				together(func() { a = s.desk.Decide(omar, approval, true, "") }, func() { b = other.Decide(both, approval, true, "") })
				same(t, "a repetition is no error", "codes", []string{"", ""}, []string{code(a), code(b)})
				s.work()
				same(t, "one decision, one grant", "events", []int{1, 1, 1}, []int{s.count(id, audit.Approved), s.count(id, audit.GrantStarted),
					s.count(id, audit.GrantSucceeded)})
				s.do(s.desk.Close(jen, id))
				s.work()
			}
			same(t, "one call each", "calls", rounds, counted(s.granter.Calls(), `grant PRIV\Jen`))
		})
		t.Run("approve against close", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			for range rounds {
				id := s.plain(pamtest.Approval, 600)
				approval := s.read(id).Approval
				var approved, closed error
				together(func() { approved = s.desk.Decide(omar, approval, true, "") }, func() { closed = other.Close(jen, id) })
				s.work()
				same(t, "a close always succeeds", "code", "", code(closed))
				if c := code(approved); c != "" && c != "AlreadyDecided" {
					t.Errorf("the approval is refused with %s", c)
				}
				same(t, "closed in the end", "status", pam.Closed, s.status(id))
				same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			}
			s.verify()
		})
		t.Run("close against expiry", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			for range rounds {
				id := s.plain(pamtest.Plain, 600)
				s.clock.Add(600*time.Second - time.Millisecond)
				var closed error
				together(func() { s.clock.Add(time.Millisecond) }, func() { closed = s.desk.Close(jen, id) },
					func() { _, _ = other.Work(context.Background(), s.clock.Now()) })
				s.work()
				same(t, "no error", "code", "", code(closed))
				same(t, "one end, one removal", "events", []int{1, 1},
					[]int{s.count(id, audit.RequestExpired) + s.count(id, audit.RequestClosed), s.count(id, audit.RevokeSucceeded)})
				if got := s.status(id); got != pam.Closed && got != pam.Expired {
					t.Errorf("it ends as %s", got)
				}
				same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			}
			same(t, "one removal each", "calls", rounds, counted(s.granter.Calls(), `revoke PRIV\Jen`))
			s.verify()
		})
		t.Run("double submit", func(t *testing.T) {
			s := newStage(t, db, pam.Config{MaxOpenPerRole: 3})
			other := s.another("other")
			var submits []func()
			codes := make([]string, 8)
			for i := range codes {
				desk := s.desk
				if i%2 == 1 {
					desk = other
				}
				submits = append(submits, func() {
					_, err := desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
					codes[i] = code(err)
				})
			}
			together(submits...)
			slices.Sort(codes)
			same(t, "as many as the quota allows, however they come", "codes",
				[]string{"", "", "", "TooManyOpenRequests", "TooManyOpenRequests", "TooManyOpenRequests", "TooManyOpenRequests", "TooManyOpenRequests"}, codes)
			s.work()
			for id := range s.all() {
				same(t, "each is granted", "status", pam.Active, s.status(id))
			}
			s.verify()
		})
		t.Run("a role is lost while it is asked for", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			with, without := s.defs, s.defs
			without.Roles = slices.Clone(s.defs.Roles)
			withoutCandidate(pamtest.Jen)(&without)
			for range rounds {
				var err error
				together(func() { _, err = s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600}) }, func() { pamtest.Apply(t, other, without) })
				if c := code(err); c != "" && c != "NotACandidate" {
					t.Errorf("it is refused with %s", c)
				}
				s.work()
				same(t, "in either order, it is not there in the end", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
				pamtest.Apply(t, other, with)
			}
			s.verify()
		})
		t.Run("two nodes", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			var ids []edm.GUID
			for i, as := range []context.Context{jen, anna, both} {
				for n := range 4 {
					ids = append(ids, s.create(as, pam.Ask{Role: pamtest.Plain, TTL: int64(600 + n), Wanted: s.clock.Now().Add(time.Duration(i+1) * time.Minute)}))
				}
			}
			s.granter.Calls()
			begin := s.clock.Now()
			for _, at := range []time.Duration{3 * time.Minute, 20 * time.Minute} {
				s.clock.Set(begin.Add(at))
				for range 20 { // what one has the lease of, the other leaves
					var works []func()
					for _, desk := range []*pam.Desk{s.desk, other, s.desk, other} {
						works = append(works, func() {
							if _, err := desk.Work(context.Background(), s.clock.Now()); err != nil {
								t.Error(err)
							}
						})
					}
					together(works...)
				}
			}
			for _, id := range ids {
				same(t, "done", "status", pam.Expired, s.status(id))
				for _, kind := range []audit.ID{audit.GrantStarted, audit.GrantSucceeded, audit.RequestExpired, audit.RevokeSucceeded} {
					same(t, "each thing that is due is done once", kind.String(), 1, s.count(id, kind))
				}
			}
			calls := s.granter.Calls()
			same(t, "each grant is called for once", "calls", len(ids),
				counted(calls, `grant PRIV\Jen`)+counted(calls, `grant PRIV\Anna`)+counted(calls, `grant PRIV\Both`))
			s.verify()
		})
	})
}

func counted(list []string, what string) (n int) {
	for _, s := range list {
		if s == what {
			n++
		}
	}
	return n
}

// TestSlowGrant: a granter that does not answer holds up nobody for long.
func TestSlowGrant(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		hang := func(s *stage) (begun chan struct{}, release func()) {
			begun, gate := make(chan struct{}, 100), make(chan struct{})
			s.granter.Before = func(_ context.Context, call string, user pam.User) error {
				if call == "grant" && user.ID == pamtest.Jen {
					begun <- struct{}{}
					<-gate
				}
				return nil
			}
			return begun, sync.OnceFunc(func() { close(gate) })
		}
		t.Run("create answers", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Within: 10 * time.Millisecond})
			_, release := hang(s)
			defer release()
			id := s.plain(pamtest.Plain, 600)
			same(t, "the answer does not wait for ever", "status", pam.Processing, s.status(id))
			again := s.plain(pamtest.Plain, 600)
			same(t, "nor does that to another request", "status", pam.Processing, s.status(again))
			release()
			s.settled(id, pam.Active)
			s.settled(again, pam.Active)
			same(t, "each once", "events", []int{1, 1}, []int{s.count(id, audit.GrantStarted), s.count(again, audit.GrantStarted)})
		})
		t.Run("close answers", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Within: 10 * time.Millisecond})
			_, release := hang(s)
			defer release()
			id := s.plain(pamtest.Plain, 600)
			s.do(s.desk.Close(jen, id))
			same(t, "the close is stored at once", "status", pam.Closing, s.status(id))
			release()
			s.settled(id, pam.Closed)
			same(t, "what went through is withdrawn", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			same(t, "it was never active", "expiration", time.Time{}, s.read(id).Expiration)
		})
		t.Run("giving up answers", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Within: 10 * time.Millisecond})
			active := s.plain(pamtest.Plain, 600)
			s.settled(active, pam.Active)
			_, release := hang(s)
			defer release()
			s.plain(pamtest.Plain, 600)
			record := s.plain(pamtest.Plain, 0)
			same(t, "it is stored at once", "status", pam.Closing, s.status(active))
			release()
			s.settled(active, pam.Closed)
			s.clock.Add(time.Second)
			s.settled(record, pam.Expired)
		})
		t.Run("others go on", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Within: 10 * time.Millisecond})
			other := s.create(anna, pam.Ask{Role: pamtest.Plain, TTL: 60})
			begun, release := hang(s)
			defer release()
			id := s.later(pamtest.Plain, time.Minute)
			s.clock.Add(time.Minute)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan struct{})
			go func() { s.desk.Run(ctx); close(ended) }()
			<-begun
			for range 2000 {
				if s.status(other) == pam.Expired {
					break
				}
				time.Sleep(time.Millisecond)
			}
			same(t, "the end of others' privileges does not wait", "status", pam.Expired, s.status(other))
			another := s.create(anna, pam.Ask{Role: pamtest.Plain, TTL: 60, Wanted: s.clock.Now().Add(time.Second)})
			s.clock.Add(time.Second)
			for range 3000 {
				if s.status(another) == pam.Active {
					break
				}
				time.Sleep(time.Millisecond)
			}
			same(t, "nor does what is due later", "status", pam.Active, s.status(another))
			cancel()
			release()
			<-ended
			same(t, "what has begun is finished before Run returns", "status", pam.Active, s.status(id))
		})
	})
}

// settled works until a request has a status.
func (s *stage) settled(id edm.GUID, want pam.Status) {
	s.t.Helper()
	for range 2000 {
		s.work()
		if s.status(id) == want {
			return
		}
		time.Sleep(time.Millisecond)
	}
	s.t.Errorf("the request is %s in the end, want %s", s.status(id), want)
}

// TestLeases: what a node had in hand when it died is done by others after a while, and
// by itself at once when it comes back.
func TestLeases(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		dies := func(s *stage) (id edm.GUID, length time.Duration) {
			id = s.later(pamtest.Plain, time.Minute)
			s.clock.Add(time.Minute)
			dead := s.another("dead")
			if ok, err := dead.TakeLease(context.Background(), pamtest.Jen); !ok || err != nil {
				s.t.Fatal(ok, err)
			}
			return id, pam.LeaseLength(dead)
		}
		t.Run("taken over", func(t *testing.T) {
			s := newStage(t, db, pam.Config{Within: time.Millisecond})
			id, length := dies(s)
			s.work()
			same(t, "it may still be alive", "status", pam.Processing, s.status(id))
			r := s.create(jen, pam.Ask{Role: pamtest.MFA, TTL: 600})
			same(t, "what is asked for is stored", "status", pam.PendingMFA, s.status(r))
			s.clock.Add(length - time.Millisecond)
			s.work()
			same(t, "a millisecond before the end of the lease", "status", pam.Processing, s.status(id))
			s.clock.Add(time.Millisecond)
			s.settled(id, pam.Active) // at the end of the lease
			same(t, "once", "events", 1, s.count(id, audit.GrantStarted))
		})
		t.Run("comes back", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			id, _ := dies(s)
			s.do(s.another("third").CatchUp(context.Background()))
			same(t, "another node waits", "status", pam.Processing, s.status(id))
			s.do(s.another("dead").CatchUp(context.Background()))
			same(t, "the same node does not", "status", pam.Active, s.status(id))
		})
		t.Run("loses it", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			id := s.later(pamtest.Plain, time.Minute)
			s.clock.Add(time.Minute)
			taken := errors.New("not taken over")
			s.granter.Before = func(context.Context, string, pam.User) error {
				s.granter.Before = nil
				// The call takes longer than any lease, and another node takes over.
				s.clock.Add(time.Hour)
				if n, err := s.another("other").Work(context.Background(), s.clock.Now()); n == 1 && err == nil {
					taken = nil
				}
				return nil
			}
			s.work()
			s.do(taken)
			same(t, "both have come to the same end", "status", pam.Rejected, s.status(id))
			same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			s.verify()
		})
		t.Run("catching up", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			var ids []edm.GUID
			for i := range 4 {
				ids = append(ids, s.create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600, Wanted: s.clock.Now().Add(time.Duration(4-i) * time.Hour)}))
			}
			s.clock.Add(24 * time.Hour)
			s.do(s.desk.CatchUp(context.Background()))
			var begun []edm.GUID
			s.do(s.desk.Trail().Read(context.Background(), 0, 1000, func(e *audit.Event) error {
				if e.ID == audit.GrantStarted {
					begun = append(begun, e.Request)
				}
				return nil
			}))
			slices.Reverse(ids)
			same(t, "in the order of time", "grants", fmt.Sprint(ids), fmt.Sprint(begun))
		})
	})
}

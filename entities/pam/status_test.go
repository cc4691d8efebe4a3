package pam_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A twin reads what clients see of requests in the database, by SQL.
type twin struct {
	db                sqldb.DB
	statuses, current *sqldb.Statement
}

func newTwin(db sqldb.DB) *twin {
	id, at, text := sqldb.Form{Kind: edm.KindGuid}, sqldb.Form{Kind: edm.KindDateTime}, sqldb.Form{Kind: edm.KindString}
	return &twin{db: db,
		statuses: sqldb.NewStatement(db.Dialect(), "SELECT id, "+pam.StatusText("?1")+" FROM pam_request", []sqldb.Form{at}, []sqldb.Form{id, text}),
		// What portals ask for: the requests whose ExpirationTime lies ahead.
		current: sqldb.NewStatement(db.Dialect(), "SELECT id FROM pam_request WHERE expiration_time > ?1", []sqldb.Form{at}, []sqldb.Form{id}),
	}
}

// at are the statuses of all requests at a time, and those with an expiration ahead.
func (w *twin) at(t testing.TB, now time.Time) (statuses map[edm.GUID]pam.Status, current map[edm.GUID]bool) {
	t.Helper()
	statuses, current = map[edm.GUID]pam.Status{}, map[edm.GUID]bool{}
	args := []edm.Value{edm.DateTimeFrom(now.UTC()).Value()}
	err := sqldb.QueryEach(context.Background(), w.db, w.statuses, args, func(c []edm.Value) error {
		statuses[c[0].GUID()] = pam.Status(c[1].Clone().Str())
		return nil
	})
	if err == nil {
		err = sqldb.QueryEach(context.Background(), w.db, w.current, args, func(c []edm.Value) error {
			current[c[0].GUID()] = true
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return statuses, current
}

// randomFacts is a request of facts that come together by chance, sensible or not. All
// its times lie within some milliseconds, so that each instant is a boundary of many.
func randomFacts(rnd *rand.Rand, id edm.GUID) *pam.Request {
	at := func() time.Time { return pamtest.Noon.Add(time.Duration(rnd.IntN(9)) * time.Millisecond) }
	maybe := func() time.Time {
		if rnd.IntN(3) > 0 {
			return time.Time{}
		}
		return at()
	}
	often := func() time.Time {
		if rnd.IntN(8) == 0 {
			return time.Time{}
		}
		return at()
	}
	coin := func() bool { return rnd.IntN(2) == 0 }
	rare := func() time.Time {
		if rnd.IntN(8) > 0 {
			return time.Time{}
		}
		return at()
	}
	return &pam.Request{ID: id, Approval: edm.NewGUID(), Role: pamtest.Plain, RoleName: "r", Creator: pamtest.Jen, Requestor: "j",
		Created: at(), Wanted: at(), TTL: int64(rnd.IntN(3)), Start: at(),
		FactorNeeded: coin(), FactorDue: often(), FactorDone: maybe(), FactorFailed: rare(),
		ApprovalNeeded: coin(), ApprovalDue: often(), Decided: maybe(), Approved: rnd.IntN(4) > 0,
		Refused: rare(), GrantBegun: maybe(), Granted: maybe(), Ends: often(), Expires: coin(),
		Closed: rare(), Revoked: maybe(), Expired: maybe(), Expiration: often(), Due: maybe()}
}

// TestStatusSQL: the status in SQL is the status in Go, for facts that make sense and
// for those that do not.
func TestStatusSQL(t *testing.T) {
	count := 5000
	if testing.Short() {
		count = 500
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		ctx, rnd := context.Background(), rand.New(rand.NewPCG(1, 2))
		s := newStage(t, db, pam.Config{})
		facts := map[edm.GUID]*pam.Request{}
		s.do(db.Transact(ctx, func(ctx context.Context) error {
			for range count {
				r := randomFacts(rnd, edm.NewGUID())
				facts[r.ID] = r
				if err := s.desk.Add(ctx, r); err != nil {
					return err
				}
			}
			return nil
		}))
		seen := map[pam.Status]int{}
		w := newTwin(db)
		for ms := time.Duration(-1); ms <= 10; ms++ {
			for _, now := range []time.Time{pamtest.Noon.Add(ms * time.Millisecond), pamtest.Noon.Add(ms*time.Millisecond + 500*time.Microsecond)} {
				statuses, _ := w.at(t, now)
				for id, r := range facts {
					want := r.Status(now)
					seen[want]++
					if got := statuses[id]; got != want {
						t.Fatalf("%s in SQL, %s in Go, at %v, of %+v", got, want, now, r)
					}
				}
			}
		}
		if len(seen) != 9 {
			t.Errorf("only %v came up", seen)
		}
	})
}

// TestActiveEnds: no instant reads Active past its end, whatever the facts are.
func TestActiveEnds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		r := randomFacts(rnd, edm.GUID{})
		now := pamtest.Noon.Add(time.Duration(rnd.IntN(12)-1) * time.Millisecond)
		if r.Status(now) == pam.Active && (r.Ends.IsZero() || !now.Before(r.Ends) || r.Granted.IsZero() || !r.Closed.IsZero()) {
			t.Fatalf("Active at %v: %+v", now, r)
		}
	}
}

// TestCurrent: the requests with an ExpirationTime ahead are exactly the active ones,
// a millisecond before, at and after every time that is stored of them.
func TestCurrent(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		s := newStage(t, db, pam.Config{MaxOpenPerRole: 100, MaxOpen: 100})
		w := newTwin(db)
		instants := map[time.Time]bool{}
		look := func(why string) {
			t.Helper()
			for _, r := range s.all() {
				for _, at := range []time.Time{r.Created, r.Wanted, r.FactorDue, r.ApprovalDue, r.Start, r.Granted, r.Ends, r.Closed, r.Revoked,
					r.Expired, r.Expiration, s.clock.Now()} {
					for d := -time.Millisecond; d <= time.Millisecond; d += time.Millisecond {
						instants[at.Add(d)] = true
					}
				}
			}
			for at := range instants {
				if at.Before(s.clock.Now()) {
					continue // nobody asks about what has passed
				}
				statuses, current := w.at(t, at)
				for id, status := range statuses {
					if current[id] != (status == pam.Active) {
						t.Errorf("%s: at %v a request is %s, and its expiration lies ahead: %v", why, at, status, current[id])
					}
				}
			}
		}
		// Every state, with and without native expiry.
		for _, native := range []bool{false, true} {
			s.granter.Native = native
			a := s.plain(pamtest.Plain, 600)
			s.plain(pamtest.Plain, 1200)
			look("Active")
			s.plain(pamtest.MFA, 600)
			look("PendingMFA")
			approved, rejected := s.plain(pamtest.Approval, 600), s.plain(pamtest.Approval, 600)
			look("PendingApproval")
			s.later(pamtest.Plain, time.Hour)
			look("Scheduled")
			s.clock.Add(time.Minute)
			s.decide(omar, approved, true)
			s.decide(omar, rejected, false)
			look("Rejected")
			s.down(pamtest.ErrDown)
			processing := s.plain(pamtest.Plain, 600)
			look("Processing")
			s.do(s.desk.Close(jen, a))
			look("Closing")
			s.do(s.desk.Close(jen, processing))
			look("Closing, never active")
			s.plain(pamtest.Approval, 0)
			look("given up, Closing")
			s.clock.Add(10 * time.Minute)
			look("past the end, nothing has run")
			s.work()
			look("past the end, the removal fails")
			s.up()
			s.pass(time.Minute)
			look("removed")
			s.pass(8 * 24 * time.Hour)
			look("all has ended")
		}
	})
}

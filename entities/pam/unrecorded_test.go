package pam_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// refuse makes the trail take no events of a kind, or none at all with 0, until the
// function that it returns is called.
func (s *stage) refuse(id audit.ID) (take func()) {
	s.t.Helper()
	condition := "TRUE"
	if id != 0 {
		condition = fmt.Sprintf("NEW.id = %d", id)
	}
	if s.db.Dialect() == sqldb.PostgreSQL {
		sql(s.t, s.db, `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF `+condition+
			` THEN RAISE EXCEPTION 'the trail is full'; END IF; RETURN NEW; END $f$`)
		sql(s.t, s.db, `CREATE TRIGGER refuse BEFORE INSERT ON pam_audit FOR EACH ROW EXECUTE FUNCTION refuse()`)
		return func() { sql(s.t, s.db, "DROP TRIGGER refuse ON pam_audit") }
	}
	sql(s.t, s.db, "CREATE TRIGGER refuse BEFORE INSERT ON pam_audit WHEN "+condition+" BEGIN SELECT RAISE(ABORT, 'the trail is full'); END")
	return func() { sql(s.t, s.db, "DROP TRIGGER refuse") }
}

// TestUnrecorded: what is not recorded does not happen, and what takes privileges away
// happens all the same and is recorded later.
func TestUnrecorded(t *testing.T) {
	none := []edm.GUID(nil)
	unavailable := func(t *testing.T, err error) {
		t.Helper()
		if err == nil || odata.AsError(err).Kind != odata.KindUnavailable {
			t.Errorf("the answer is %v, want that the service is not available", err)
		}
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		t.Run("create", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			take := s.refuse(0)
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			same(t, "nothing happened", "requests", 0, len(s.all()))
			same(t, "the granter was not called", "calls", []string(nil), s.granter.Calls())
			_, err = s.desk.Create(jen, pam.Ask{Role: pamtest.Plain})
			unavailable(t, err)
			_, err = s.desk.Create(stranger, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			take()
			s.plain(pamtest.Plain, 600)
			same(t, "afterwards all is well", "events", made(), s.events())
			s.verify()
		})
		t.Run("between the beginning and the success of a grant", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			take := s.refuse(audit.GrantSucceeded)
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			same(t, "it was withdrawn", "calls", []string{`grant PRIV\Jen`, `revoke PRIV\Jen`}, s.granter.Calls())
			same(t, "it was withdrawn", "groups", none, s.granter.Groups(pamtest.Jen))
			id := s.only()
			same(t, "it is over", "status", pam.Rejected, s.status(id))
			s.work()
			take()
			s.pass(time.Hour)
			same(t, "it stays over", "status", pam.Rejected, s.status(id))
			same(t, "it stays over", "groups", none, s.granter.Groups(pamtest.Jen))
			same(t, "the trail tells it", "events", []string{"request.created", "grant.started", "revoke.succeeded", "request.rejected"}, s.events())
			s.verify()
		})
		t.Run("from the beginning of a grant on", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			var take func()
			s.granter.Before = func(context.Context, string, pam.User) error {
				if take == nil {
					take = s.refuse(0)
				}
				return nil
			}
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			same(t, "it was withdrawn", "groups", none, s.granter.Groups(pamtest.Jen))
			same(t, "it is over", "status", pam.Rejected, s.status(s.only()))
			s.work()
			same(t, "nothing can be recorded", "events", []string{"request.created", "grant.started"}, s.events())
			take()
			s.pass(time.Second)
			same(t, "what is owed is recorded", "events", []string{"audit.gap", "revoke.succeeded", "request.rejected"}, s.events())
			same(t, "it stays over", "groups", none, s.granter.Groups(pamtest.Jen))
			s.verify()
		})
		t.Run("and the removal fails too", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			var take func()
			s.granter.Before = func(_ context.Context, call string, _ pam.User) error {
				if take == nil {
					take = s.refuse(0)
				}
				if call == "revoke" {
					return pamtest.ErrDown
				}
				return nil
			}
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			id := s.only()
			same(t, "it is not over yet", "status", pam.Processing, s.status(id))
			s.pass(time.Second)
			same(t, "it is not over yet", "status", pam.Processing, s.status(id))
			take()
			s.up()
			s.pass(time.Minute)
			same(t, "it is taken back, not tried again", "status", pam.Rejected, s.status(id))
			same(t, "nothing stays", "groups", none, s.granter.Groups(pamtest.Jen))
			s.verify()
		})
		t.Run("close and expiry", func(t *testing.T) {
			for _, native := range []bool{false, true} {
				s := newStage(t, db, pam.Config{})
				s.granter.Native = native
				a, b, c := s.plain(pamtest.Plain, 600), s.plain(pamtest.Plain, 900), s.create(anna, pam.Ask{Role: pamtest.Plain, TTL: 600})
				s.events()
				take := s.refuse(0)
				s.do(s.desk.Close(jen, a))
				same(t, "the end of a privilege does not wait", "status", pam.Closed, s.status(a))
				s.pass(15 * time.Minute)
				for _, id := range []edm.GUID{b, c} {
					same(t, "the end of a privilege does not wait", "status", pam.Expired, s.status(id))
				}
				same(t, "nothing stays", "groups", none, append(s.granter.Groups(pamtest.Jen), s.granter.Groups(pamtest.Anna)...))
				same(t, "nothing can be recorded", "events", []string{}, s.events())
				_, err := s.desk.Create(anna, pam.Ask{Role: pamtest.Plain, TTL: 600})
				unavailable(t, err)
				take()
				s.work()
				late := s.events()
				want := []string{"request.expired", "request.expired"}
				if !native {
					want = []string{"request.expired", "request.expired", "revoke.succeeded", "revoke.succeeded"}
				}
				if len(late) < 3 {
					t.Fatalf("events %v", late)
				}
				same(t, "it says that they come late, and the order of what was done for one is kept", "events",
					[]string{"audit.gap", "request.closed", "revoke.succeeded"}, late[:3])
				rest := slices.Sorted(slices.Values(late[3:]))
				same(t, "what is owed is recorded", "events", want, rest)
				s.inOrder()
				s.work()
				same(t, "once", "events", []string{}, s.events())
				s.verify()
			}
		})
		t.Run("pending", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			id := s.plain(pamtest.Approval, 600)
			scheduled := s.later(pamtest.Plain, time.Hour)
			take := s.refuse(0)
			unavailable(t, s.desk.Decide(omar, s.read(id).Approval, true, ""))
			same(t, "not decided", "status", pam.PendingApproval, s.status(id))
			s.clock.Add(time.Hour)
			for range 3 {
				if _, err := s.desk.Work(context.Background(), s.clock.Now()); err != nil {
					t.Fatal(err)
				}
			}
			same(t, "no grant without a record", "groups", none, s.granter.Groups(pamtest.Jen))
			take()
			s.pass(time.Minute)
			same(t, "it starts when it can be recorded", "status", pam.Active, s.status(scheduled))
			same(t, "an owner can decide", "code", "", s.decide(omar, id, true))
			s.verify()
		})
		t.Run("acknowledged", func(t *testing.T) {
			var asked []int64
			var failing error = pamtest.ErrDown
			s := newStage(t, db, pam.Config{Acknowledged: func(_ context.Context, seq int64) error {
				asked = append(asked, seq)
				return failing
			}})
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			unavailable(t, err)
			same(t, "the record was not safe", "calls", []string{`revoke PRIV\Jen`}, s.granter.Calls())
			same(t, "it is over", "status", pam.Rejected, s.status(s.only()))
			failing = nil
			id := s.plain(pamtest.Approval, 600)
			s.decide(omar, id, true)
			same(t, "the record was safe", "status", pam.Active, s.status(id))
			if len(asked) != 2 || asked[0] != 3 {
				t.Errorf("the records %v were asked for, want that of the beginning of the grant first", asked)
			}
			s.verify()
		})
	})
}

// inOrder checks that of each request the end is recorded before its removal.
func (s *stage) inOrder() {
	s.t.Helper()
	ended := map[edm.GUID]bool{}
	s.do(s.desk.Trail().Read(context.Background(), 0, 100_000, func(e *audit.Event) error {
		switch e.ID {
		case audit.RequestExpired, audit.RequestClosed:
			ended[e.Request] = true
		case audit.RevokeSucceeded:
			if !ended[e.Request] {
				s.t.Errorf("event %d: the removal of %v is recorded before its end", e.Sequence, e.Request)
			}
		}
		return nil
	}))
}

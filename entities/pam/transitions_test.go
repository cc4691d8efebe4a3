package pam_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

var (
	succeeded = pam.FactorResult{State: pam.FactorSucceeded}
	refused   = pam.FactorResult{State: pam.FactorFailed, Reason: "busy"}
	noDate    = time.Duration(-1 << 62)
	permanent = &pam.Permanent{Err: errors.New("no such group")}
)

// A transition is a row of the table of transitions.
type transition struct {
	name, why string
	native    bool
	config    pam.Config
	edit      func(*pam.Definitions)
	do        func(s *stage) edm.GUID

	status  pam.Status
	expires time.Duration // ExpirationTime, after noon; noDate for none
	groups  []edm.GUID    // of Jen's
	events  []string
}

// made are the events of a request that is active.
func made(more ...string) []string {
	return append([]string{"request.created", "grant.started", "grant.succeeded"}, more...)
}

var transitions = []transition{
	{name: "T1 plain", why: "a role without gates is active at once",
		do:     func(s *stage) edm.GUID { return s.plain(pamtest.Plain, 600) },
		status: pam.Active, expires: 600 * time.Second, groups: []edm.GUID{pamtest.DNS}, events: made()},
	{name: "T1 factor", why: "the second factor comes first",
		do:     func(s *stage) edm.GUID { return s.plain(pamtest.All, 600) },
		status: pam.PendingMFA, expires: noDate, events: []string{"request.created"}},
	{name: "T1 approval", why: "an owner decides",
		do:     func(s *stage) edm.GUID { return s.plain(pamtest.Approval, 600) },
		status: pam.PendingApproval, expires: noDate, events: []string{"request.created"}},
	{name: "T1 scheduled", why: "the start lies ahead",
		do:     func(s *stage) edm.GUID { return s.later(pamtest.Plain, time.Hour) },
		status: pam.Scheduled, expires: noDate, events: []string{"request.created", "request.scheduled"}},
	{name: "T1 processing", why: "a directory that is down is asked again", do: func(s *stage) edm.GUID {
		s.down(pamtest.ErrDown)
		return s.plain(pamtest.Plain, 600)
	}, status: pam.Processing, expires: noDate, events: []string{"request.created", "grant.started", "grant.failed"}},

	{name: "T2 to approval", why: "approval is the gate after the second factor", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.All, 600)
		s.factor.Answer(succeeded)
		s.pass(2 * time.Second)
		return id
	}, status: pam.PendingApproval, expires: noDate, events: []string{"request.created", "mfa.succeeded"}},
	{name: "T2 to the grant", why: "no further gate", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(succeeded)
		s.pass(2 * time.Second)
		return id
	}, status: pam.Active, expires: 602 * time.Second, groups: []edm.GUID{pamtest.Keys},
		events: []string{"request.created", "mfa.succeeded", "grant.started", "grant.succeeded"}},
	{name: "T2 to the schedule", why: "the schedule is a gate of its own", do: func(s *stage) edm.GUID {
		s.factor.Answer(succeeded)
		return s.later(pamtest.MFA, time.Hour)
	}, status: pam.Scheduled, expires: noDate, events: []string{"request.created", "mfa.succeeded", "request.scheduled"}},
	{name: "T2 at once", why: "a provider may know the answer at once", do: func(s *stage) edm.GUID {
		s.factor.Answer(succeeded)
		return s.plain(pamtest.MFA, 600)
	}, status: pam.Active, expires: 600 * time.Second, groups: []edm.GUID{pamtest.Keys},
		events: []string{"request.created", "mfa.succeeded", "grant.started", "grant.succeeded"}},

	{name: "T3 failed", why: "the provider says no", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(refused)
		s.pass(2 * time.Second)
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},
	{name: "T3 no result", why: "the deadline is five minutes", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.pass(5 * time.Minute)
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},
	{name: "T3 provider down", why: "fail closed", do: func(s *stage) edm.GUID {
		s.factor.Fail(pamtest.ErrDown)
		return s.plain(pamtest.MFA, 600)
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},
	{name: "T3 no phone", why: "fail closed", edit: func(d *pam.Definitions) { d.Users[0].Phone = "" },
		do:     func(s *stage) edm.GUID { return s.plain(pamtest.MFA, 600) },
		status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},
	{name: "T3 success after the deadline", why: "what was rejected by the clock stays rejected", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(succeeded)
		s.pass(5 * time.Minute)
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},
	{name: "T3 success while the deadline passes", why: "the call began in time, its answer came late", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(succeeded)
		s.factor.During = func() { s.clock.Add(10 * time.Second) }
		s.pass(5*time.Minute - 5*time.Second)
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "mfa.failed", "request.rejected"}},

	{name: "T4 to active", why: "one owner suffices", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Approval, 600)
		s.clock.Add(time.Minute)
		s.decide(omar, id, true)
		return id
	}, status: pam.Active, expires: 660 * time.Second, groups: []edm.GUID{pamtest.Files},
		events: []string{"request.created", "approval.approved", "grant.started", "grant.succeeded"}},
	{name: "T4 to scheduled", why: "the start is still ahead", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Approval, time.Hour)
		s.decide(omar, id, true)
		return id
	}, status: pam.Scheduled, expires: noDate, events: []string{"request.created", "approval.approved", "request.scheduled"}},
	{name: "T4 to processing", why: "the directory is down", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Approval, 600)
		s.down(pamtest.ErrDown)
		s.decide(omar, id, true)
		return id
	}, status: pam.Processing, expires: noDate, events: []string{"request.created", "approval.approved", "grant.started", "grant.failed"}},
	{name: "T4 after the start", why: "approved late it starts at once, with its full duration", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Approval, time.Hour)
		s.clock.Add(3 * time.Hour)
		s.decide(omar, id, true)
		return id
	}, status: pam.Active, expires: 3*time.Hour + 600*time.Second, groups: []edm.GUID{pamtest.Files},
		events: []string{"request.created", "approval.approved", "grant.started", "grant.succeeded"}},
	{name: "T5", why: "a rejection is final", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Approval, 600)
		s.decide(omar, id, false)
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "approval.rejected", "request.rejected"}},
	{name: "T6", why: "undecided for seven days", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Approval, 600)
		s.pass(7 * 24 * time.Hour)
		return id
	}, status: pam.Expired, expires: noDate, events: []string{"request.created", "approval.expired"}},
	{name: "T6 a day beyond the start", why: "a request for later than a week waits longer", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Approval, 30*24*time.Hour)
		s.pass(30*24*time.Hour + 23*time.Hour)
		if got := s.status(id); got != pam.PendingApproval {
			s.t.Errorf("%s an hour before the deadline", got)
		}
		s.pass(time.Hour)
		return id
	}, status: pam.Expired, expires: noDate, events: []string{"request.created", "approval.expired"}},
	{name: "T7", why: "the start has come", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Plain, time.Hour)
		s.pass(time.Hour)
		return id
	}, status: pam.Active, expires: time.Hour + 600*time.Second, groups: []edm.GUID{pamtest.DNS},
		events: []string{"request.created", "request.scheduled", "grant.started", "grant.succeeded"}},
	{name: "T7 late", why: "the duration counts from the grant, not from the start", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Plain, time.Hour)
		s.pass(2 * time.Hour)
		return id
	}, status: pam.Active, expires: 2*time.Hour + 600*time.Second, groups: []edm.GUID{pamtest.DNS},
		events: []string{"request.created", "request.scheduled", "grant.started", "grant.succeeded"}},

	{name: "T9 after a failure", why: "a failed grant is tried again", do: func(s *stage) edm.GUID {
		s.down(pamtest.ErrDown)
		id := s.plain(pamtest.Plain, 600)
		s.up()
		s.pass(time.Second)
		return id
	}, status: pam.Active, expires: 600 * time.Second, groups: []edm.GUID{pamtest.DNS},
		events: []string{"request.created", "grant.started", "grant.failed", "grant.succeeded"}},
	{name: "T9 effect without an answer", why: "the call is repeated until it is answered", do: func(s *stage) edm.GUID {
		s.granter.After = func(string) error { return pamtest.ErrDown }
		id := s.plain(pamtest.Plain, 600)
		s.granter.After = nil
		s.pass(time.Second)
		return id
	}, status: pam.Active, expires: 600 * time.Second, groups: []edm.GUID{pamtest.DNS},
		events: []string{"request.created", "grant.started", "grant.failed", "grant.succeeded"}},
	{name: "T10 for good", why: "what cannot work is not tried again", do: func(s *stage) edm.GUID {
		s.granter.After = func(call string) error {
			if call == "grant" {
				return permanent // and leaves a part behind
			}
			return nil
		}
		return s.plain(pamtest.Plain, 600)
	}, status: pam.Rejected, expires: noDate,
		events: []string{"request.created", "grant.started", "grant.failed", "revoke.succeeded", "request.rejected"}},
	{name: "T10 exhausted", why: "ten minutes of trying are enough, and what has been made is taken back", do: func(s *stage) edm.GUID {
		s.granter.After = func(call string) error {
			if call == "grant" {
				return pamtest.ErrDown
			}
			return nil
		}
		id := s.plain(pamtest.Plain, 3600)
		for range 10 * 60 {
			s.pass(time.Second)
		}
		return id
	}, status: pam.Rejected, expires: noDate, events: []string{"request.created", "grant.started", "grant.failed", "grant.failed",
		"grant.failed", "grant.failed", "revoke.succeeded", "request.rejected"}},
	{name: "T10 past its end", why: "a short grant that fails until its end is given up", do: func(s *stage) edm.GUID {
		s.down(pamtest.ErrDown)
		id := s.plain(pamtest.Plain, 2)
		s.up()
		s.pass(3 * time.Second)
		return id
	}, status: pam.Rejected, expires: noDate,
		events: []string{"request.created", "grant.started", "grant.failed", "revoke.succeeded", "request.rejected"}},
	{name: "T11", why: "the end is confirmed before it is shown", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.pass(600 * time.Second)
		return id
	}, status: pam.Expired, expires: 600 * time.Second, events: made("request.expired", "revoke.succeeded")},
	{name: "T11 native", why: "a directory that ends memberships is left alone", native: true, do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.clock.Add(600 * time.Second)
		if got := s.status(id); got != pam.Expired {
			s.t.Errorf("%s without the worker", got)
		}
		s.work()
		return id
	}, status: pam.Expired, expires: 600 * time.Second, events: made("request.expired")},
	{name: "T11 once", why: "the event is recorded once, whatever runs", native: true, do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.pass(600 * time.Second)
		s.pass(600 * time.Second)
		s.do(s.desk.CatchUp(context.Background()))
		return id
	}, status: pam.Expired, expires: 600 * time.Second, events: made("request.expired")},

	{name: "T12 active", why: "the end is the instant of the close", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.clock.Add(time.Minute)
		s.do(s.desk.Close(jen, id))
		return id
	}, status: pam.Closed, expires: time.Minute, events: made("request.closed", "revoke.succeeded")},
	{name: "T12 active native", why: "the directory would keep it until its end", native: true, do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.clock.Add(time.Minute)
		s.do(s.desk.Close(jen, id))
		return id
	}, status: pam.Closed, expires: time.Minute, events: made("request.closed", "revoke.succeeded")},
	{name: "T12 pending factor", why: "any open state", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.do(s.desk.Close(jen, id))
		s.factor.Answer(succeeded)
		s.pass(time.Hour)
		return id
	}, status: pam.Closed, expires: noDate, events: []string{"request.created", "request.closed"}},
	{name: "T12 while the factor fails", why: "closed is closed, whatever the provider answers then", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(refused)
		s.factor.During = func() { s.closeInside(id) }
		s.pass(2 * time.Second)
		return id
	}, status: pam.Closed, expires: noDate, events: []string{"request.created", "request.closed"}},
	{name: "T12 while the factor succeeds", why: "closed is closed, whatever the provider answers then", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.MFA, 600)
		s.factor.Answer(succeeded)
		s.factor.During = func() { s.closeInside(id) }
		s.pass(2 * time.Second)
		return id
	}, status: pam.Closed, expires: noDate, events: []string{"request.created", "request.closed"}},
	{name: "T12 pending approval", why: "any open state", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Approval, 600)
		s.do(s.desk.Close(jen, id))
		return id
	}, status: pam.Closed, expires: noDate, events: []string{"request.created", "request.closed"}},
	{name: "T12 scheduled", why: "any open state", do: func(s *stage) edm.GUID {
		id := s.later(pamtest.Plain, time.Hour)
		s.do(s.desk.Close(jen, id))
		s.pass(2 * time.Hour)
		return id
	}, status: pam.Closed, expires: noDate, events: []string{"request.created", "request.scheduled", "request.closed"}},
	{name: "T12 processing", why: "never active, so without a date, and withdrawn in case it went through", do: func(s *stage) edm.GUID {
		s.granter.After = func(call string) error {
			if call == "grant" {
				return pamtest.ErrDown
			}
			return nil
		}
		id := s.plain(pamtest.Plain, 600)
		s.do(s.desk.Close(jen, id))
		return id
	}, status: pam.Closed, expires: noDate,
		events: []string{"request.created", "grant.started", "grant.failed", "request.closed", "revoke.succeeded"}},
	{name: "T12 closing", why: "while it is withdrawn, it shows the instant of the close", do: func(s *stage) edm.GUID {
		s.down(pamtest.ErrDown)
		id := s.plain(pamtest.Plain, 600)
		s.clock.Add(time.Second / 2)
		s.do(s.desk.Close(jen, id))
		return id
	}, status: pam.Closing, expires: time.Second / 2,
		events: []string{"request.created", "grant.started", "grant.failed", "request.closed", "revoke.failed"}},
	{name: "T13", why: "a duration of 0 closes all active requests of the role", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.clock.Add(time.Minute)
		s.plain(pamtest.Plain, 0)
		return id
	}, status: pam.Closed, expires: time.Minute, events: made("request.closed", "request.relinquished", "revoke.succeeded")},
	{name: "T15 retried", why: "it is never reported as done before it is", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.down(pamtest.ErrDown)
		s.do(s.desk.Close(jen, id))
		for range 30 * 60 {
			s.pass(time.Second)
			if got := s.status(id); got != pam.Closing {
				s.t.Fatalf("%s while the removal fails", got)
			}
		}
		s.up()
		s.pass(time.Minute)
		return id
	}, status: pam.Closed, expires: 0, events: made("request.closed", "revoke.failed", "revoke.failed", "revoke.failed", "revoke.failed",
		"revoke.failed", "revoke.failed", "revoke.succeeded")},
	{name: "T15 after the end", why: "Expired once the removal is confirmed", do: func(s *stage) edm.GUID {
		id := s.plain(pamtest.Plain, 600)
		s.down(pamtest.ErrDown)
		s.pass(600 * time.Second)
		if got := s.status(id); got != pam.Closing {
			s.t.Errorf("%s while the removal fails", got)
		}
		s.up()
		s.pass(time.Second)
		return id
	}, status: pam.Expired, expires: 600 * time.Second, events: made("request.expired", "revoke.failed", "revoke.succeeded")},
}

// TestTransitions walks through the table of transitions.
func TestTransitions(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range append(byConfiguration(), transitions...) {
			t.Run(c.name, func(t *testing.T) {
				var edits []func(*pam.Definitions)
				if c.edit != nil {
					edits = append(edits, c.edit)
				}
				s := newStage(t, db, c.config, edits...)
				s.granter.Native = c.native
				id := c.do(s)
				r := s.read(id)
				same(t, c.why, "status", c.status, s.status(id))
				want := time.Time{}
				if c.expires != noDate {
					want = pamtest.Noon.Add(c.expires)
				}
				same(t, c.why, "expiration", want, r.Expiration)
				same(t, c.why, "groups", c.groups, s.granter.Groups(pamtest.Jen))
				same(t, c.why, "events", c.events, s.events())
				if c.status.Terminal() {
					s.stays(c.why, r)
				}
				s.verify()
			})
		}
	})
}

// stays checks that whatever is tried with a request that has ended changes nothing.
func (s *stage) stays(why string, r *pam.Request) {
	s.t.Helper()
	s.up()
	before := s.status(r.ID)
	if !r.Due.IsZero() {
		s.t.Errorf("%s: it is due at %v", why, r.Due)
	}
	_ = s.desk.Close(jen, r.ID)
	_ = s.desk.Decide(omar, r.Approval, true, "")
	_ = s.desk.Decide(omar, r.Approval, false, "")
	s.factor.Answer(succeeded)
	s.do(s.desk.CatchUp(context.Background()))
	s.pass(400 * 24 * time.Hour)
	same(s.t, why, "status later", before, s.status(r.ID))
	same(s.t, why, "what is stored later", r, s.read(r.ID))
	if groups := s.granter.Groups(pamtest.Jen); len(groups) > 0 {
		s.t.Errorf("%s: groups %v are left", why, groups)
	}
}

// closeInside closes a request while the worker works for its creator, as another
// node does: without waiting for what follows.
func (s *stage) closeInside(id edm.GUID) {
	ctx, cancel := context.WithTimeout(jen, 2*time.Second)
	defer cancel()
	c := s.config
	c.Node, c.Within = "another", time.Millisecond
	s.do(pam.NewDesk(c).Close(ctx, id))
}

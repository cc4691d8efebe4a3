package pam_test

import (
	"context"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestRepeated: operations that come twice, or too late.
func TestRepeated(t *testing.T) {
	week := 7 * 24 * time.Hour
	rows := []struct {
		name, why string
		role      edm.GUID
		before    func(s *stage, id edm.GUID)
		do        func(s *stage, id edm.GUID) string
		want      string
		events    []string
	}{
		{"close closed", "a retry is no error", pamtest.Plain,
			func(s *stage, id edm.GUID) { s.do(s.desk.Close(jen, id)) }, closes(jen), "", []string{}},
		{"close closing", "a retry is no error", pamtest.Plain, func(s *stage, id edm.GUID) {
			s.down(pamtest.ErrDown)
			s.do(s.desk.Close(jen, id))
		}, closes(jen), "", []string{}},
		{"close expired", "a race with the clock is no error", pamtest.Plain,
			func(s *stage, id edm.GUID) { s.clock.Add(600 * time.Second) }, closes(jen), "", []string{}},
		{"close rejected", "a race with an owner is no error", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, false) }, closes(jen), "", []string{}},
		{"close undecided in time", "a race with the clock is no error", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.clock.Add(week) }, closes(jen), "", []string{}},
		{"close somebody's", "what is hidden is not there", pamtest.Plain, nil, closes(anna), "NotFound", []string{}},
		{"close as an owner", "an owner's part is to decide", pamtest.Approval, nil, closes(omar), "NotFound", []string{}},
		{"close as nobody", "what is hidden is not there", pamtest.Plain, nil, closes(unknown), "NotFound", []string{}},
		{"close as disabled", "whoever is disabled is nobody", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.apply(disabled(pamtest.Jen)) }, closes(jen), "NotFound", []string{}},
		{"close not signed in", "", pamtest.Plain, nil, closes(context.Background()), "Unauthorized", []string{}},
		{"close nothing", "what is not there is as what is hidden", pamtest.Plain, nil,
			func(s *stage, id edm.GUID) string { return code(s.desk.Close(jen, pamtest.ID(9, 9))) }, "NotFound", []string{}},

		{"approve approved", "a retry is no error", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, true) }, decides(omar, true), "", []string{}},
		{"approve what another approved", "anybody's approval is one", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, true) }, decides(both, true), "", []string{}},
		{"reject rejected", "a retry is no error", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, false) }, decides(omar, false), "", []string{}},
		{"reject what another rejected", "anybody's rejection is one", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(both, id, false) }, decides(omar, false), "", []string{}},
		{"approve rejected", "the first decision counts", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, false) }, decides(both, true), "AlreadyDecided", []string{"approval.denied"}},
		{"reject approved", "the first decision counts", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.decide(omar, id, true) }, decides(both, false), "AlreadyDecided", []string{"approval.denied"}},
		{"approve closed", "there is nothing left to decide", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.do(s.desk.Close(jen, id)) }, decides(omar, true), "AlreadyDecided", []string{"approval.denied"}},
		{"reject closed", "there is nothing left to decide", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.do(s.desk.Close(jen, id)) }, decides(omar, false), "AlreadyDecided", []string{"approval.denied"}},
		{"approve expired", "the clock was first, also before the worker has seen it", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.clock.Add(week) }, decides(omar, true), "AlreadyDecided", []string{"approval.denied"}},
		{"reject expired", "the clock was first", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.clock.Add(week); s.work() }, decides(omar, false), "AlreadyDecided",
			[]string{"approval.denied"}},
		{"approve as a stranger", "who is no owner learns nothing", pamtest.Approval, nil, decides(stranger, true), "NotFound", []string{"approval.denied"}},
		{"approve as a candidate", "who is no owner learns nothing", pamtest.Approval, nil, decides(anna, true), "NotFound", []string{"approval.denied"}},
		{"approve as the creator", "who is no owner learns nothing", pamtest.Approval, nil, decides(jen, true), "NotFound", []string{"approval.denied"}},
		{"approve as nobody", "who is not known learns nothing", pamtest.Approval, nil, decides(unknown, true), "NotFound", []string{"approval.denied"}},
		{"approve as a former owner", "rights are those of now", pamtest.Approval,
			func(s *stage, id edm.GUID) {
				s.apply(func(d *pam.Definitions) { roleOf(d, pamtest.Approval).Owners = []edm.GUID{pamtest.Both} })
			}, decides(omar, true), "NotFound", []string{"approval.denied"}},
		{"approve as a disabled owner", "whoever is disabled decides nothing", pamtest.Approval,
			func(s *stage, id edm.GUID) { s.apply(disabled(pamtest.Omar)) }, decides(omar, true), "NotFound", []string{"approval.denied"}},
		{"approve not signed in", "", pamtest.Approval, nil, decides(context.Background(), true), "Unauthorized", []string{}},
		{"approve before the factor", "there is nothing to decide yet", pamtest.All, nil, decides(omar, true), "NotFound", []string{"approval.denied"}},
		{"approve what needs none", "there is nothing to decide", pamtest.Plain, nil, decides(omar, true), "NotFound", []string{"approval.denied"}},
		{"approve nothing", "what is not there is as what is hidden", pamtest.Approval, nil,
			func(s *stage, id edm.GUID) string {
				return code(s.desk.Decide(omar, pamtest.ID(9, 9), true, ""))
			}, "NotFound", []string{"approval.denied"}},
		{"a reason that is none", "the form comes first", pamtest.Approval, nil,
			func(s *stage, id edm.GUID) string {
				return code(s.desk.Decide(omar, s.read(id).Approval, true, "a\x01b"))
			}, "InvalidReason", []string{}},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			t.Run(c.name, func(t *testing.T) {
				s := newStage(t, db, pam.Config{})
				id := s.plain(c.role, 600)
				if c.before != nil {
					c.before(s, id)
				}
				s.events()
				before := s.read(id)
				same(t, c.why, "code", c.want, c.do(s, id))
				same(t, c.why, "events", c.events, s.events())
				same(t, c.why, "what is stored", before, s.read(id))
			})
		}
		t.Run("own, before the factor", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			id := s.create(both, pam.Ask{Role: pamtest.All, TTL: 600})
			same(t, "always the same answer about one's own", "code", "SelfApproval", s.decide(both, id, true))
		})
	})
}

func closes(as context.Context) func(*stage, edm.GUID) string {
	return func(s *stage, id edm.GUID) string { return code(s.desk.Close(as, id)) }
}

func decides(as context.Context, approve bool) func(*stage, edm.GUID) string {
	return func(s *stage, id edm.GUID) string { return s.decide(as, id, approve) }
}

// TestDeadlines: what the clock ends, a millisecond before, at and after the instant.
func TestDeadlines(t *testing.T) {
	rows := []struct {
		name, why     string
		native        bool
		make          func(s *stage) edm.GUID
		at            time.Duration // after noon
		before, after pam.Status    // after is what the clock alone makes of it
		worked        pam.Status    // and the worker
	}{
		{"end, native", "the directory ends it", true, func(s *stage) edm.GUID { return s.plain(pamtest.Plain, 600) },
			600 * time.Second, pam.Active, pam.Expired, pam.Expired},
		{"end", "the removal has to be confirmed", false, func(s *stage) edm.GUID { return s.plain(pamtest.Plain, 600) },
			600 * time.Second, pam.Active, pam.Closing, pam.Expired},
		{"factor", "the provider has five minutes", false, func(s *stage) edm.GUID { return s.plain(pamtest.MFA, 600) },
			5 * time.Minute, pam.PendingMFA, pam.Rejected, pam.Rejected},
		{"approval", "owners have seven days", false, func(s *stage) edm.GUID { return s.plain(pamtest.Approval, 600) },
			7 * 24 * time.Hour, pam.PendingApproval, pam.Expired, pam.Expired},
		{"start", "not before", false, func(s *stage) edm.GUID { return s.later(pamtest.Plain, time.Hour) },
			time.Hour, pam.Scheduled, pam.Processing, pam.Active},
		{"opening", "approved while the window is closed, it waits for the next opening", false, func(s *stage) edm.GUID {
			s.apply(func(d *pam.Definitions) { roleOf(d, pamtest.Window).Approval = true })
			id := s.create(jen, pam.Ask{Role: pamtest.Window, TTL: 60, Wanted: pamtest.Noon.Add(11 * time.Hour)})
			s.clock.Add(12 * time.Hour)
			s.decide(omar, id, true)
			s.clock.Set(pamtest.Noon.Add(31*time.Hour + 59*time.Minute))
			s.work()
			return id
		}, 32 * time.Hour, pam.Scheduled, pam.Processing, pam.Active},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			for _, worker := range []bool{true, false} {
				name := c.name + ", worker"
				if !worker {
					name = c.name + ", no worker"
				}
				t.Run(name, func(t *testing.T) {
					s := newStage(t, db, pam.Config{})
					s.granter.Native = c.native
					id := c.make(s)
					instant := pamtest.Noon.Add(c.at)
					for _, step := range []struct {
						when string
						at   time.Time
						want pam.Status
					}{
						{"a millisecond before", instant.Add(-time.Millisecond), c.before},
						{"a nanosecond before, which no clock here shows", instant.Add(-time.Nanosecond), c.before},
						{"at", instant, c.after},
						{"a millisecond after", instant.Add(time.Millisecond), c.after},
					} {
						s.clock.Set(step.at)
						if worker {
							s.work()
							if !step.at.Before(instant) {
								step.want = c.worked
							}
						}
						same(t, c.why, "status "+step.when, step.want, s.read(id).Status(s.desk.Now()))
					}
				})
			}
		}
	})
}

// TestDuringTheGrant: what happens while the granter is called.
func TestDuringTheGrant(t *testing.T) {
	on(t, func(t *testing.T, db sqldb.DB) {
		t.Run("closed", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			var id edm.GUID
			s.granter.Before = func(_ context.Context, call string, _ pam.User) error {
				if call == "grant" {
					s.closeInside(s.only())
				}
				return nil
			}
			id = s.plain(pamtest.Plain, 600)
			same(t, "what went through is withdrawn", "status", pam.Closed, s.status(id))
			same(t, "it was never active", "expiration", time.Time{}, s.read(id).Expiration)
			same(t, "what went through is withdrawn", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			same(t, "in this order", "events", []string{"request.created", "grant.started", "request.closed", "revoke.succeeded"}, s.events())
		})
		t.Run("past its end", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			s.granter.Before = func(_ context.Context, call string, _ pam.User) error {
				if call == "grant" {
					s.clock.Add(10 * time.Second)
				}
				return nil
			}
			id := s.plain(pamtest.Plain, 5)
			same(t, "it ends when it was said to", "status", pam.Expired, s.status(id))
			same(t, "the end counts from the record of the grant", "expiration", pamtest.Noon.Add(5*time.Second), s.read(id).Expiration)
			same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
		})
		t.Run("candidate removed", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			s.granter.Before = func(_ context.Context, call string, _ pam.User) error {
				if call == "grant" {
					s.apply(withoutCandidate(pamtest.Jen))
				}
				return nil
			}
			id := s.plain(pamtest.Plain, 600)
			same(t, "it is checked once more", "status", pam.Closed, s.status(id))
			same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
			s.verify()
		})
	})
}

// only is the one request there is.
func (s *stage) only() (id edm.GUID) {
	s.t.Helper()
	statement := sqldb.NewStatement(s.db.Dialect(), "SELECT id FROM pam_request", nil, []sqldb.Form{{Kind: edm.KindGuid}})
	c, err := sqldb.QueryOne(context.Background(), s.db, statement)
	if err != nil || c == nil {
		s.t.Fatal(err)
	}
	return c[0].GUID()
}

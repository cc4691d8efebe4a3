package pam_test

import (
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestExtend: overlapping requests, of one role and of several with shared groups.
func TestExtend(t *testing.T) {
	none := []edm.GUID(nil)
	dns, files := pamtest.DNS, pamtest.Files
	open := func(d *pam.Definitions) { roleOf(d, pamtest.Window).Window = nil } // it has DNS and Files
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, native := range []bool{false, true} {
			name := "revoked"
			if native {
				name = "native"
			}
			run := func(what string, test func(t *testing.T, s *stage)) {
				t.Run(name+", "+what, func(t *testing.T) {
					s := newStage(t, db, pam.Config{}, open)
					s.granter.Native = native
					test(t, s)
					s.verify()
				})
			}
			groups := func(s *stage, why string, want ...edm.GUID) {
				s.t.Helper()
				same(s.t, why, "groups", append(none, want...), s.granter.Groups(pamtest.Jen))
			}
			run("a longer one after a shorter", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Plain, 600)
				s.clock.Add(time.Minute)
				b := s.plain(pamtest.Plain, 1200)
				s.pass(9 * time.Minute) // the end of a
				same(t, "each ends for itself", "status", pam.Expired, s.status(a))
				same(t, "each ends for itself", "status", pam.Active, s.status(b))
				groups(s, "the latest end counts", dns)
				s.pass(11*time.Minute - time.Millisecond)
				groups(s, "a millisecond before the end", dns)
				s.pass(time.Millisecond)
				groups(s, "the end")
			})
			run("a shorter one after a longer", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Plain, 1200)
				b := s.plain(pamtest.Plain, 600)
				s.pass(10 * time.Minute)
				same(t, "each ends for itself", "status", pam.Expired, s.status(b))
				groups(s, "the shorter one must not shorten the longer", dns)
				s.do(s.desk.Close(jen, a))
				groups(s, "the last one was closed")
			})
			run("closing the longer", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Plain, 1200)
				b := s.plain(pamtest.Plain, 600)
				s.do(s.desk.Close(jen, a))
				same(t, "closing one does not close the other", "status", pam.Active, s.status(b))
				groups(s, "the other keeps it", dns)
				s.pass(10 * time.Minute)
				groups(s, "but not longer than its own end")
			})
			run("closing the shorter", func(t *testing.T, s *stage) {
				s.plain(pamtest.Plain, 1200)
				b := s.plain(pamtest.Plain, 600)
				s.do(s.desk.Close(jen, b))
				s.pass(20*time.Minute - time.Millisecond)
				groups(s, "the longer one lasts", dns)
				s.pass(time.Millisecond)
				groups(s, "the end")
			})
			run("across roles", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Window, 600) // DNS and Files
				s.plain(pamtest.Plain, 1200)      // DNS
				groups(s, "all groups of both", dns, files)
				s.do(s.desk.Close(jen, a))
				groups(s, "the group that both have stays", dns)
				s.pass(20 * time.Minute)
				groups(s, "the end")
			})
			run("across roles, the other way", func(t *testing.T, s *stage) {
				s.plain(pamtest.Window, 600)
				a := s.plain(pamtest.Plain, 1200)
				s.do(s.desk.Close(jen, a))
				groups(s, "the group that both have stays", dns, files)
				s.pass(10 * time.Minute)
				groups(s, "with the end of the one that is left")
			})
			run("of different users", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Plain, 600)
				s.create(anna, pam.Ask{Role: pamtest.Plain, TTL: 600})
				s.do(s.desk.Close(jen, a))
				groups(s, "one's own was closed")
				same(t, "somebody else's are apart", "groups", []edm.GUID{dns}, s.granter.Groups(pamtest.Anna))
			})
			run("both at once", func(t *testing.T, s *stage) {
				s.plain(pamtest.Window, 600)
				s.plain(pamtest.Plain, 600)
				s.pass(time.Hour)
				groups(s, "nothing stays when both end between two looks of the worker")
			})
			run("one that is being withdrawn", func(t *testing.T, s *stage) {
				a := s.plain(pamtest.Plain, 600)
				s.down(pamtest.ErrDown)
				s.do(s.desk.Close(jen, a))
				s.up()
				b := s.plain(pamtest.Plain, 1200)
				s.pass(time.Minute)
				same(t, "its removal is done", "status", pam.Closed, s.status(a))
				same(t, "the new one stands", "status", pam.Active, s.status(b))
				groups(s, "the late removal must not take what was granted anew", dns)
			})
			run("one whose grant was given up", func(t *testing.T, s *stage) {
				s.plain(pamtest.Window, 1200)
				s.granter.After = func(call string) error {
					if call == "grant" {
						s.granter.After = nil
						return permanent
					}
					return nil
				}
				b := s.plain(pamtest.Plain, 600)
				same(t, "it failed for good", "status", pam.Rejected, s.status(b))
				groups(s, "taking it back leaves what another keeps", dns, files)
				s.pass(20*time.Minute - time.Millisecond)
				groups(s, "until its end", dns, files)
				s.pass(time.Millisecond)
				groups(s, "the end")
			})
		}
	})
}

// TestRelinquish: a duration of 0 gives the role up.
func TestRelinquish(t *testing.T) {
	rows := []struct {
		name, why string
		config    pam.Config
		edits     []func(*pam.Definitions)
		role      edm.GUID
		before    func(s *stage) []edm.GUID // returns the requests that are to be closed
		code      string
	}{
		{"nothing active", "a record without effect", pam.Config{}, nil, pamtest.Plain, func(*stage) []edm.GUID { return nil }, ""},
		{"one", "", pam.Config{}, nil, pamtest.Plain, func(s *stage) []edm.GUID { return []edm.GUID{s.plain(pamtest.Plain, 600)} }, ""},
		{"two", "all active ones are closed", pam.Config{}, nil, pamtest.Plain, func(s *stage) []edm.GUID {
			return []edm.GUID{s.plain(pamtest.Plain, 600), s.plain(pamtest.Plain, 900)}
		}, ""},
		{"pending ones stay", "what is not active is not given up", pam.Config{}, nil, pamtest.Approval, func(s *stage) []edm.GUID {
			s.plain(pamtest.Approval, 600)
			return nil
		}, ""},
		{"scheduled ones stay", "what is not active is not given up", pam.Config{}, nil, pamtest.Plain, func(s *stage) []edm.GUID {
			s.later(pamtest.Plain, time.Hour)
			return []edm.GUID{s.plain(pamtest.Plain, 600)}
		}, ""},
		{"others' roles stay", "of the role only", pam.Config{}, nil, pamtest.MFA, func(s *stage) []edm.GUID {
			s.plain(pamtest.Plain, 600)
			return nil
		}, ""},
		{"with a factor", "ending a privilege needs no gate", pam.Config{}, nil, pamtest.MFA, func(s *stage) []edm.GUID {
			s.factor.Answer(succeeded)
			id := s.plain(pamtest.MFA, 600)
			s.factor.Answer(refused)
			return []edm.GUID{id}
		}, ""},
		{"with approval", "ending a privilege needs no gate", pam.Config{}, nil, pamtest.Approval, func(s *stage) []edm.GUID {
			id := s.plain(pamtest.Approval, 600)
			s.decide(omar, id, true)
			return []edm.GUID{id}
		}, ""},
		{"closed window", "ending a privilege needs no gate", pam.Config{}, nil, pamtest.Window, func(s *stage) []edm.GUID {
			s.clock.Set(pamtest.Noon.Add(11*time.Hour + 29*time.Minute))
			id := s.plain(pamtest.Window, 600)
			s.clock.Add(2 * time.Minute)
			return []edm.GUID{id}
		}, ""},
		{"quota", "ending a privilege needs no quota", pam.Config{MaxOpen: 1}, nil, pamtest.Plain,
			func(s *stage) []edm.GUID { return []edm.GUID{s.plain(pamtest.Plain, 600)} }, ""},
		{"no candidate any more", "whoever has it may give it up", pam.Config{}, nil, pamtest.Plain, func(s *stage) []edm.GUID {
			id := s.plain(pamtest.Plain, 600)
			s.apply(withoutCandidate(pamtest.Jen)) // and the worker has not looked yet
			return []edm.GUID{id}
		}, ""},
		{"role deleted", "whoever has it may give it up", pam.Config{}, nil, pamtest.Plain, func(s *stage) []edm.GUID {
			id := s.plain(pamtest.Plain, 600)
			s.apply(withoutRole(pamtest.Plain))
			return []edm.GUID{id}
		}, ""},
		{"no candidate, nothing active", "the same answer as for no role", pam.Config{}, []func(*pam.Definitions){withoutCandidate(pamtest.Jen)},
			pamtest.Plain, func(s *stage) []edm.GUID { return nil }, "NotACandidate"},
		{"unknown role", "roles cannot be probed", pam.Config{}, nil, pamtest.ID(9, 9), func(s *stage) []edm.GUID { return nil }, "NotACandidate"},
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		for _, c := range rows {
			t.Run(c.name, func(t *testing.T) {
				s := newStage(t, db, c.config, c.edits...)
				active := c.before(s)
				others := s.all()
				for _, id := range active {
					delete(others, id)
				}
				s.clock.Add(time.Second)
				// Portals send a start that is left from before.
				r, err := s.desk.Create(jen, pam.Ask{Role: c.role, Wanted: pamtest.Noon.Add(80 * 24 * time.Hour)})
				same(t, c.why, "code", c.code, code(err))
				if err != nil {
					return
				}
				now := s.clock.Now()
				same(t, "the record has ended", "status", pam.Expired, s.status(r.ID))
				same(t, "the record tells the instant", "times", []time.Time{now, now, now}, []time.Time{r.Wanted, r.Expiration, r.Created})
				same(t, "the record tells what was asked for", "TTL", int64(0), r.TTL)
				for _, id := range active {
					same(t, c.why, "status", pam.Closed, s.status(id))
					same(t, c.why, "expiration", now, s.read(id).Expiration)
				}
				for id, before := range others {
					same(t, "others stay as they are", "request", before, s.read(id))
				}
				if len(others) == 0 {
					s.stays("the record has ended", s.read(r.ID))
				}
				s.verify()
			})
		}
		t.Run("while the removal fails", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			a, b := s.plain(pamtest.Plain, 600), s.plain(pamtest.Plain, 900)
			s.down(pamtest.ErrDown)
			id := s.plain(pamtest.Plain, 0)
			same(t, "while removal is running", "status", pam.Closing, s.status(id))
			same(t, "what is closed itself keeps nothing of others", "status", pam.Closing, s.status(b))
			same(t, "while removal is running", "status", pam.Closing, s.status(a))
			s.pass(10 * time.Second)
			same(t, "while removal is running", "status", pam.Closing, s.status(id))
			same(t, "closing it has no effect", "code", "", code(s.desk.Close(jen, id)))
			s.up()
			s.pass(time.Minute)
			s.pass(time.Second)
			same(t, "the removals are done", "status", pam.Expired, s.status(id))
			same(t, "the removals are done", "status", pam.Closed, s.status(a))
			same(t, "nothing stays", "groups", []edm.GUID(nil), s.granter.Groups(pamtest.Jen))
		})
		t.Run("while it ends", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			a := s.plain(pamtest.Plain, 600)
			s.clock.Add(600 * time.Second)
			id := s.plain(pamtest.Plain, 0)
			same(t, "it was over before", "expiration", pamtest.Noon.Add(600*time.Second), s.read(a).Expiration)
			same(t, "nothing was active", "status", pam.Expired, s.status(id))
			s.work()
			same(t, "the worker ends it", "status", pam.Expired, s.status(a))
		})
	})
}

// all are the requests there are.
func (s *stage) all() map[edm.GUID]*pam.Request {
	s.t.Helper()
	all := map[edm.GUID]*pam.Request{}
	statement := sqldb.NewStatement(s.db.Dialect(), "SELECT id FROM pam_request", nil, []sqldb.Form{{Kind: edm.KindGuid}})
	var ids []edm.GUID
	s.do(sqldb.QueryEach(jen, s.db, statement, nil, func(c []edm.Value) error {
		ids = append(ids, c[0].GUID())
		return nil
	}))
	for _, id := range ids {
		all[id] = s.read(id)
	}
	return all
}

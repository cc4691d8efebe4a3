package pam_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// trail are the events since the last call, with their reasons.
func (s *stage) trail() (list []*audit.Event) {
	s.t.Helper()
	s.do(s.desk.Trail().Read(context.Background(), s.seen, 100_000, func(e *audit.Event) error {
		s.seen = e.Sequence
		list = append(list, e)
		return nil
	}))
	return list
}

// TestApply: definitions as they are stored, and what follows from a change of them.
func TestApply(t *testing.T) {
	ctx := context.Background()
	describe := func(before, after pam.Definitions) []string {
		var list []string
		for _, r := range before.Roles {
			if a := roleOf(&after, r.ID); a != nil && !slices.Equal(a.Candidates, r.Candidates) {
				list = append(list, r.DisplayName+" has other candidates")
			}
		}
		return append(list, "that is all")
	}
	change := func(s *stage, source pam.Source, edit func(*pam.Definitions)) ([]string, error) {
		return s.desk.Apply(ctx, pam.Change{Source: source, Actor: audit.Actor{Name: "admin"}, Check: pam.CheckOptions{MFA: true}, Describe: describe,
			Edit: func(own *pam.Definitions) error { edit(own); return nil }})
	}
	on(t, func(t *testing.T, db sqldb.DB) {
		t.Run("no change", func(t *testing.T) {
			s := newStage(t, db, pam.Config{}, func(d *pam.Definitions) { roleOf(d, pamtest.Plain).Owners = nil })
			differences, err := change(s, pam.FromFile, func(own *pam.Definitions) {
				*own = s.defs
				own.Roles = slices.Clone(own.Roles)
				slices.Reverse(own.Roles)          // their order says nothing
				own.Teams = make([]pam.Team, 0, 4) // nor does an empty list
				for i := range own.Roles {
					if own.Roles[i].Owners == nil {
						own.Roles[i].Owners = []edm.GUID{}
					}
				}
			})
			s.do(err)
			same(t, "nothing differs", "differences", 0, len(differences))
			same(t, "nothing is recorded", "events", []string{}, s.events())
		})
		t.Run("recorded", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			digests := map[string]bool{}
			for range 2 {
				_, err := change(s, pam.FromFile, func(own *pam.Definitions) {
					own.Roles[0].Candidates[0] = pamtest.Omar // in its place
				})
				s.do(err)
				_, err = change(s, pam.FromFile, func(own *pam.Definitions) { own.Roles[0].Candidates[0] = pamtest.Jen })
				s.do(err)
			}
			list := s.trail()
			for _, e := range list {
				same(t, "it is a change of the configuration", "event", []any{"config.changed", "admin"}, []any{e.ID.String(), e.Actor.Name})
				digest, differences, _ := strings.Cut(strings.TrimPrefix(e.Reason, "definitions "), ": ")
				digests[digest] = true
				same(t, "it tells what has changed, also where lists were changed in their place", "differences", true,
					strings.Contains(differences, "has other candidates"))
			}
			same(t, "the same definitions have the same digest, others have another", "digests", []int{4, 2}, []int{len(list), len(digests)})
		})
		t.Run("phones", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			_, err := change(s, pam.FromFile, func(own *pam.Definitions) {
				for i := range own.Users {
					switch own.Users[i].ID {
					case pamtest.Jen:
						own.Users[i].Phone = "+420 9"
					case pamtest.Omar:
						own.Users[i].Phone = "+420 8"
					case pamtest.Anna:
						own.Users[i].DisplayName = "Anna"
					}
				}
				own.Users = append(own.Users, pam.User{ID: pamtest.ID(1, 9), Account: `PRIV\New`, DisplayName: "New", Phone: "+420 7"})
			})
			s.do(err)
			var subjects []string
			for _, e := range s.trail() {
				if e.ID == audit.PhoneChanged {
					subjects = append(subjects, e.Subject)
				}
				if strings.Contains(string(e.Line()), "+420") {
					t.Errorf("the trail tells a phone number: %s", e.Line())
				}
			}
			same(t, "825 for each whose phone has changed", "subjects", []string{`PRIV\Jen`, `PRIV\Omar`}, subjects)
		})
		t.Run("mistakes", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			_, err := change(s, pam.FromFile, func(own *pam.Definitions) { own.Roles[0].Groups = nil; own.Roles[1].TTL = 0 })
			if err == nil || strings.Count(err.Error(), "\n") < 1 {
				t.Errorf("the error tells not all mistakes: %v", err)
			}
			same(t, "nothing is recorded", "events", []string{}, s.events())
			all, err := s.desk.Definitions(ctx)
			s.do(err)
			same(t, "nothing is changed", "groups", 1, len(roleOf(&all, pamtest.Plain).Groups))
		})
		t.Run("two sources", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			extra := pam.Role{ID: pamtest.ID(3, 9), DisplayName: "Extra", TTL: time.Hour, Groups: []edm.GUID{pamtest.DNS}, Candidates: []edm.GUID{pamtest.Jen}}
			_, err := change(s, pam.FromCommand, func(own *pam.Definitions) {
				same(t, "a source sees its own", "roles", 0, len(own.Roles))
				own.Roles = append(own.Roles, extra)
			})
			s.do(err)
			id := s.create(jen, pam.Ask{Role: extra.ID, TTL: 600})
			s.apply(func(d *pam.Definitions) { roleOf(d, pamtest.Plain).TTL = time.Minute })
			same(t, "the other's role stays", "status", pam.Active, s.status(id))
			s.create(jen, pam.Ask{Role: extra.ID, TTL: 600})
			_, err = s.desk.Apply(ctx, pam.Change{Source: pam.FromFile, Edit: func(own *pam.Definitions) error { *own = pam.Definitions{}; return nil }})
			if err == nil {
				t.Error("a source takes away what the other refers to")
			}
			_, err = change(s, pam.FromCommand, func(own *pam.Definitions) { own.Roles[0].ID = pamtest.Plain })
			if err == nil {
				t.Error("two sources have the same role")
			}
			_, err = change(s, pam.FromCommand, func(own *pam.Definitions) { own.Roles = nil })
			s.do(err)
			s.work()
			same(t, "its own it can take away", "status", pam.Closed, s.status(id))
		})
		t.Run("teams", func(t *testing.T) {
			a, b, c := pamtest.ID(4, 1), pamtest.ID(4, 2), pamtest.ID(4, 3)
			s := newStage(t, db, pam.Config{}, func(d *pam.Definitions) {
				d.Teams = []pam.Team{
					{ID: a, Name: "a", Members: []edm.GUID{b, pamtest.Anna}},
					{ID: b, Name: "b", Members: []edm.GUID{c, a}}, // a circle
					{ID: c, Name: "c", Members: []edm.GUID{pamtest.Jen, c}},
				}
				roleOf(d, pamtest.Plain).Candidates = []edm.GUID{a}
				roleOf(d, pamtest.Approval).Candidates = []edm.GUID{pamtest.Jen}
				roleOf(d, pamtest.Approval).Owners = []edm.GUID{b}
			})
			id := s.plain(pamtest.Plain, 600)
			s.create(anna, pam.Ask{Role: pamtest.Plain, TTL: 600})
			_, err := s.desk.Create(both, pam.Ask{Role: pamtest.Plain, TTL: 600})
			same(t, "who is in no team", "code", "NotACandidate", code(err))
			pending := s.plain(pamtest.Approval, 600)
			same(t, "who owns by a team, approves by rule", "status", pam.Active, s.status(pending))
			s.apply(func(d *pam.Definitions) {
				d.Teams = slices.Clone(d.Teams)
				d.Teams[2].Members = []edm.GUID{pamtest.Both}
			})
			s.work()
			same(t, "who has left the team three levels below, has lost the role", "status", pam.Closed, s.status(id))
			s.create(both, pam.Ask{Role: pamtest.Plain, TTL: 600})
			undecided := s.plain(pamtest.Approval, 600)
			same(t, "and owns nothing any more", "status", pam.PendingApproval, s.status(undecided))
			same(t, "who has come owns it", "code", "", s.decide(both, undecided, true))
		})
		t.Run("removed users", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			id := s.plain(pamtest.Plain, 600)
			s.down(pamtest.ErrDown)
			s.apply(gone(pamtest.Plain)["user removed"])
			s.work()
			same(t, "the removal goes on", "status", pam.Closing, s.status(id))
			_, err := s.desk.Create(jen, pam.Ask{Role: pamtest.Plain, TTL: 600})
			same(t, "who is removed is nobody", "code", "NotACandidate", code(err))
			all, err := s.desk.Definitions(ctx)
			s.do(err)
			for _, u := range all.Users {
				same(t, "who is removed is not listed", "user", false, u.ID == pamtest.Jen)
			}
			s.up()
			s.granter.Calls()
			s.pass(time.Minute)
			same(t, "under the name that the directory knows", "calls", []string{`revoke PRIV\Jen`}, s.granter.Calls())
			same(t, "in the end it is done", "status", pam.Closed, s.status(id))
			s.apply(func(d *pam.Definitions) { *d = pamtest.Definitions() })
			again := s.plain(pamtest.Plain, 600)
			same(t, "who comes back has the old requests", "creator", s.read(id).Creator, s.read(again).Creator)
			s.verify()
		})
		t.Run("accounts change hands", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			s.apply(func(d *pam.Definitions) {
				d.Users = slices.Clone(d.Users)
				for i := range d.Users {
					switch d.Users[i].ID {
					case pamtest.Jen:
						d.Users[i].Account = `PRIV\Anna`
					case pamtest.Anna:
						d.Users[i].Account = `PRIV\Jen`
					}
				}
			})
			same(t, "the account counts", "creator", pamtest.Anna, s.read(s.plain(pamtest.Plain, 600)).Creator)
		})
		t.Run("at the same time", func(t *testing.T) {
			s := newStage(t, db, pam.Config{})
			other := s.another("other")
			var all []func()
			for i := range 6 {
				desk := s.desk
				if i%2 == 0 {
					desk = other
				}
				all = append(all, func() {
					_, err := desk.Apply(ctx, pam.Change{Source: pam.FromCommand, Edit: func(own *pam.Definitions) error {
						own.Groups = append(own.Groups, pam.Group{ID: pamtest.ID(2, byte(10+i)), Name: "G" + string(rune('a'+i))})
						return nil
					}, Check: pam.CheckOptions{MFA: true}})
					if err != nil {
						t.Error(err)
					}
				})
			}
			together(all...)
			defs, err := s.desk.Definitions(ctx)
			s.do(err)
			same(t, "no change is lost", "groups", 3+6, len(defs.Groups))
			same(t, "each is recorded", "events", 6, len(s.events()))
			s.verify()
		})
	})
}

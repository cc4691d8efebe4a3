package pam_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A stage is a desk in an empty database, and all that a test controls around it.
type stage struct {
	t       *testing.T
	db      sqldb.DB
	desk    *pam.Desk
	config  pam.Config
	clock   *pamtest.Clock
	granter *pamtest.Granter
	factor  *pamtest.Factor
	defs    pam.Definitions
	seen    int64 // the last event that was looked at
	at      time.Time
}

// tables are all that a desk writes, but for the head of the chain.
var tables = strings.Fields("pam_user pam_group pam_team pam_role pam_part pam_role_user pam_request pam_request_group" +
	" pam_membership pam_lease pam_audit pam_audit_owed pam_audit_sink")

// newStage empties the database and opens a desk at noon.
func newStage(t *testing.T, db sqldb.DB, c pam.Config, edits ...func(*pam.Definitions)) *stage {
	t.Helper()
	for _, table := range tables {
		sql(t, db, "DELETE FROM "+table)
	}
	sql(t, db, "UPDATE pam_audit_head SET seq = 0, hash = ''")
	s := &stage{t: t, db: db, clock: pamtest.NewClock(pamtest.Noon), granter: pamtest.NewGranter(), factor: pamtest.NewFactor(),
		defs: pamtest.Definitions(), at: pamtest.Noon}
	s.granter.Clock = s.clock
	for _, edit := range edits {
		edit(&s.defs)
	}
	c.DB, c.Clock, c.Logger = db, s.clock.Now, pamtest.Quiet()
	if c.Granter == nil {
		c.Granter = s.granter
	}
	if c.Factor == nil {
		c.Factor = s.factor
	}
	s.config = c
	s.desk = pam.NewDesk(c)
	pamtest.Apply(t, s.desk, s.defs)
	s.events()
	return s
}

// sql runs a statement that says nothing.
func sql(t testing.TB, db sqldb.DB, text string) {
	t.Helper()
	if _, err := db.Exec(context.Background(), sqldb.NewStatement(db.Dialect(), text, nil, nil), nil); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// apply changes the definitions.
func (s *stage) apply(edit func(*pam.Definitions)) {
	s.t.Helper()
	edit(&s.defs)
	pamtest.Apply(s.t, s.desk, s.defs)
}

// create makes a request, which must succeed.
func (s *stage) create(as context.Context, ask pam.Ask) edm.GUID {
	s.t.Helper()
	r, err := s.desk.Create(as, ask)
	if err != nil {
		s.t.Fatalf("the request is refused: %v", err)
	}
	return r.ID
}

// plain makes a request of Jen's for a role, for so many seconds.
func (s *stage) plain(role edm.GUID, seconds int64) edm.GUID {
	s.t.Helper()
	return s.create(jen, pam.Ask{Role: role, TTL: seconds})
}

// later makes a request of Jen's that starts so much later.
func (s *stage) later(role edm.GUID, in time.Duration) edm.GUID {
	s.t.Helper()
	return s.create(jen, pam.Ask{Role: role, TTL: 600, Wanted: s.clock.Now().Add(in)})
}

// decide approves or rejects a request, and returns the code of the refusal.
func (s *stage) decide(as context.Context, id edm.GUID, approve bool) string {
	s.t.Helper()
	return code(s.desk.Decide(as, s.read(id).Approval, approve, "because"))
}

// do fails the test on an error.
func (s *stage) do(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// work does all that is due.
func (s *stage) work() {
	s.t.Helper()
	for range 100 {
		n, err := s.desk.Work(context.Background(), s.clock.Now())
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	s.t.Fatal("there is work without end")
}

// pass lets time pass and does what is due then.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	s.clock.Add(d)
	s.work()
}

func (s *stage) read(id edm.GUID) *pam.Request {
	s.t.Helper()
	r, err := s.desk.Stored(context.Background(), id)
	if err != nil || r == nil {
		s.t.Fatalf("request %v cannot be read: %v %v", id, r, err)
	}
	return r
}

func (s *stage) status(id edm.GUID) pam.Status {
	s.t.Helper()
	return s.read(id).Status(s.clock.Now())
}

// events are the names of the events since the last call.
func (s *stage) events() []string {
	s.t.Helper()
	names := []string{}
	err := s.desk.Trail().Read(context.Background(), s.seen, 100_000, func(e *audit.Event) error {
		s.seen = e.Sequence
		names = append(names, e.ID.String())
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

// verify checks the chain.
func (s *stage) verify() {
	s.t.Helper()
	v, err := s.desk.Trail().Verify(context.Background())
	if err != nil || len(v.Breaks) > 0 {
		s.t.Errorf("the chain is broken: %v %v", v, err)
	}
}

// same fails the test with its reason where two values differ.
func same(t *testing.T, why, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s differs (-want +got)\n%s", why, what, diff)
	}
}

// down makes all calls of the granter fail, and up none.
func (s *stage) down(err error) {
	s.granter.Before = func(context.Context, string, pam.User) error { return err }
}

func (s *stage) up() { s.granter.Before = nil }

// roleOf is a role of the definitions.
func roleOf(d *pam.Definitions, id edm.GUID) *pam.Role {
	for i := range d.Roles {
		if d.Roles[i].ID == id {
			return &d.Roles[i]
		}
	}
	return nil
}

// without removes a role, or a user from the candidates of all roles.
func withoutRole(id edm.GUID) func(*pam.Definitions) {
	return func(d *pam.Definitions) {
		kept := []pam.Role{}
		for _, r := range d.Roles {
			if r.ID != id {
				kept = append(kept, r)
			}
		}
		d.Roles = kept
	}
}

func withoutCandidate(id edm.GUID) func(*pam.Definitions) {
	return func(d *pam.Definitions) {
		for i := range d.Roles {
			kept := []edm.GUID{}
			for _, c := range d.Roles[i].Candidates {
				if c != id {
					kept = append(kept, c)
				}
			}
			d.Roles[i].Candidates = kept
		}
	}
}

func disabled(id edm.GUID) func(*pam.Definitions) {
	return func(d *pam.Definitions) {
		for i := range d.Users {
			if d.Users[i].ID == id {
				d.Users[i].Disabled = true
			}
		}
	}
}

// gone are the ways in which Jen loses a role by configuration.
func gone(role edm.GUID) map[string]func(*pam.Definitions) {
	return map[string]func(*pam.Definitions){
		"candidate removed": withoutCandidate(pamtest.Jen),
		"user disabled":     disabled(pamtest.Jen),
		"user removed": func(d *pam.Definitions) {
			withoutCandidate(pamtest.Jen)(d)
			d.Users = slices.DeleteFunc(slices.Clone(d.Users), func(u pam.User) bool { return u.ID == pamtest.Jen })
		},
		"role deleted": withoutRole(role),
	}
}

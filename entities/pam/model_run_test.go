package pam_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
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

// worldSteps is how long a world lasts: a database with its requests, and a model.
const worldSteps = 250

// TestModel takes random steps with a desk and with its model, and compares them after
// each: answers, statuses in Go and in SQL, memberships, and the trail. With
// PAMODATA_LONG=1 it takes 100,000.
func TestModel(t *testing.T) {
	long := os.Getenv("PAMODATA_LONG") != ""
	on(t, func(t *testing.T, db sqldb.DB) {
		steps := 5000
		switch {
		case long && db.Dialect() == sqldb.SQLite:
			steps = 100_000
		case long:
			steps = 10_000
		case db.Dialect() == sqldb.PostgreSQL:
			steps = 250
		}
		reached := map[pam.Status]int{}
		for n := range steps / worldSteps {
			w := newWorld(t, db, uint64(n), reached)
			for range worldSteps {
				w.step()
				if w.t.Failed() {
					t.Fatalf("world %d:\n%s", n, strings.Join(w.log[max(0, len(w.log)-25):], "\n"))
				}
			}
			w.finish()
		}
		if len(reached) != 9 {
			t.Errorf("only %v came up", reached)
		}
	})
}

// A world is a desk and its model, and what happens to both.
type world struct {
	*stage
	m        *model
	rnd      *rand.Rand
	twin     *twin
	last     map[edm.GUID]pam.Status
	terminal map[edm.GUID]pam.Status
	verifier audit.Verifier
	started  map[edm.GUID]map[string]bool // the groups of grants that are recorded, by request
	reached  map[pam.Status]int
	log      []string
}

var people = []edm.GUID{pamtest.Jen, pamtest.Anna, pamtest.Both, pamtest.Omar}

func newWorld(t *testing.T, db sqldb.DB, seed uint64, reached map[pam.Status]int) *world {
	t.Helper()
	c := pam.Config{MaxOpenPerRole: 5, MaxOpen: 12}
	w := &world{stage: newStage(t, db, c), rnd: rand.New(rand.NewPCG(seed, 7)), twin: newTwin(db), last: map[edm.GUID]pam.Status{},
		terminal: map[edm.GUID]pam.Status{}, started: map[edm.GUID]map[string]bool{}, reached: reached}
	w.seen = 0 // the verifier reads from the beginning
	w.granter.Native = seed%2 == 1
	w.m = newModel(w.defs, c, w.granter.Native)
	return w
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, w.clock.Now().Format("01-02 15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func pick[T any](rnd *rand.Rand, list []T) T { return list[rnd.IntN(len(list))] }

func (w *world) as(user edm.GUID) context.Context {
	return pamtest.As(context.Background(), w.m.user(user).Account)
}

// step does one thing, and checks everything.
func (w *world) step() {
	switch n := w.rnd.IntN(100); {
	case n < 22:
		w.stepCreate()
	case n < 30:
		w.stepClose()
	case n < 42:
		w.stepDecide()
	case n < 48:
		w.stepFactor()
	case n < 66:
		w.stepClock()
	case n < 84:
		w.stepWork()
	case n < 90:
		w.stepDefinitions()
	case n < 97:
		w.stepGranter()
	default:
		w.stepRestart()
	}
	w.check()
}

func (w *world) stepCreate() {
	user := pick(w.rnd, people)
	ask := pam.Ask{Role: pick(w.rnd, []edm.GUID{pamtest.Plain, pamtest.Approval, pamtest.MFA, pamtest.Window, pamtest.All}),
		TTL: pick(w.rnd, []int64{0, 0, 1, 60, 600, 3600, 1 << 60})}
	now := w.clock.Now()
	ask.Wanted = pick(w.rnd, []time.Time{now, now, now, now.Add(-time.Hour), now.Add(time.Second), now.Add(10 * time.Minute), now.Add(9 * time.Hour),
		now.Add(9 * 24 * time.Hour), now.Add(91 * 24 * time.Hour)})
	if ask.TTL == 0 {
		ask.Wanted = now
	}
	want := w.m.refusal(user, ask)
	r, err := w.desk.Create(w.as(user), ask)
	w.note("create %v %+v: %q", user, ask, code(err))
	same(w.t, "creating", "code", want, code(err))
	if err == nil && want == "" {
		w.m.create(r.ID, r.Approval, user, ask)
		same(w.t, "creating", "answer", w.m.status(w.m.requests[len(w.m.requests)-1]), r.Status(w.clock.Now()))
	}
}

// some is a request, more often one that is open.
func (w *world) some() *modelRequest {
	if len(w.m.requests) == 0 {
		return nil
	}
	var r *modelRequest
	for range 4 {
		if r = pick(w.rnd, w.m.requests); w.m.status(r).Open() {
			break
		}
	}
	return r
}

func (w *world) stepClose() {
	r := w.some()
	if r == nil {
		return
	}
	user := r.user
	if w.rnd.IntN(8) == 0 {
		user = pick(w.rnd, people)
	}
	err := w.desk.Close(w.as(user), r.id)
	w.note("close %v by %v: %q", r.id, user, code(err))
	same(w.t, "closing", "code", w.m.closeBy(user, r), code(err))
}

func (w *world) stepDecide() {
	r := w.some()
	if r == nil {
		return
	}
	for range 6 {
		if w.m.status(r) != pam.PendingApproval {
			r = w.some()
		}
	}
	user, approve := pick(w.rnd, []edm.GUID{pamtest.Omar, pamtest.Omar, pamtest.Both, pamtest.Jen}), w.rnd.IntN(3) > 0
	err := w.desk.Decide(w.as(user), r.approval, approve, "")
	w.note("decide %v by %v, %v: %q", r.id, user, approve, code(err))
	same(w.t, "deciding", "code", w.m.decide(user, r, approve), code(err))
}

func (w *world) stepFactor() {
	state := pick(w.rnd, []pam.FactorState{pam.FactorPending, pam.FactorSucceeded, pam.FactorSucceeded, pam.FactorFailed})
	fails := w.rnd.IntN(8) == 0
	w.note("factor %v, fails: %v", state, fails)
	w.factor.Answer(pam.FactorResult{State: state})
	w.factor.Fail(nil)
	if fails {
		w.factor.Fail(pamtest.ErrDown)
	}
	w.m.factor, w.m.noFactor = state, fails
}

func (w *world) stepClock() {
	to := w.clock.Now().Add(time.Duration(w.rnd.IntN(20 * int(time.Minute))))
	var ahead []time.Time
	for _, r := range w.m.requests {
		for _, at := range []time.Time{r.due, r.ends, r.factorBy, r.approvalBy, r.start} {
			if at.After(w.clock.Now()) && w.m.status(r).Open() {
				ahead = append(ahead, at)
			}
		}
	}
	if len(ahead) > 0 && w.rnd.IntN(5) > 0 {
		at := pick(w.rnd, ahead)
		if w.rnd.IntN(4) > 0 { // mostly what is near
			at = slices.MinFunc(ahead, time.Time.Compare)
		}
		to = at.Add(time.Duration(w.rnd.IntN(3)-1) * time.Millisecond)
	}
	to = to.Truncate(time.Millisecond)
	if to.Before(w.clock.Now()) {
		return
	}
	w.clock.Set(to)
	w.m.now = to
	w.note("the clock was moved")
}

func (w *world) stepWork() {
	n, err := w.desk.Work(context.Background(), w.clock.Now())
	w.note("work: %d", n)
	w.do(err)
	same(w.t, "working", "requests", w.m.work(), n)
}

func (w *world) stepDefinitions() {
	defs := w.defs
	defs.Users, defs.Roles = slices.Clone(defs.Users), slices.Clone(defs.Roles)
	switch w.rnd.IntN(6) {
	case 0: // back to the beginning
		defs = pamtest.Definitions()
	case 1:
		u := &defs.Users[w.rnd.IntN(len(defs.Users))]
		u.Disabled = !u.Disabled
	case 2:
		if len(defs.Roles) > 2 {
			at := w.rnd.IntN(len(defs.Roles))
			defs.Roles = slices.Delete(defs.Roles, at, at+1)
		}
	case 3:
		r := &defs.Roles[w.rnd.IntN(len(defs.Roles))]
		r.Candidates = slices.Clone(people[:w.rnd.IntN(len(people)+1)])
	case 4:
		r := &defs.Roles[w.rnd.IntN(len(defs.Roles))]
		r.Owners = pick(w.rnd, [][]edm.GUID{{pamtest.Omar}, {pamtest.Both}, {pamtest.Omar, pamtest.Both}, {pamtest.Jen, pamtest.Omar}})
	case 5:
		r := &defs.Roles[w.rnd.IntN(len(defs.Roles))]
		r.TTL = time.Duration(1+w.rnd.IntN(120)) * time.Minute
		r.Groups = pick(w.rnd, [][]edm.GUID{{pamtest.DNS}, {pamtest.DNS, pamtest.Keys}, {pamtest.Files}})
		r.Approval, r.MFA, r.DisableAutoApprovalIfOwner = w.rnd.IntN(2) == 0, w.rnd.IntN(3) == 0, w.rnd.IntN(2) == 0
		if r.Window != nil {
			from := time.Duration(w.rnd.IntN(22)) * time.Hour
			r.Window = &pam.Window{From: from, To: from + time.Hour + 30*time.Minute}
		}
	}
	w.note("definitions")
	before, _ := w.desk.Definitions(context.Background())
	pamtest.Apply(w.t, w.desk, defs)
	after, _ := w.desk.Definitions(context.Background())
	w.defs = defs
	if cmp.Diff(before, after) == "" {
		w.m.defs = defs // no difference, no effect
		return
	}
	w.m.apply(defs)
}

func (w *world) stepGranter() {
	w.m.granter = pick(w.rnd, []behaviour{healthy, healthy, healthy, healthy, refusing, forgetful, never})
	w.note("granter %v", w.m.granter)
	w.granter.Before, w.granter.After = nil, nil
	switch w.m.granter {
	case refusing:
		w.down(pamtest.ErrDown)
	case forgetful:
		w.granter.After = func(string) error { return pamtest.ErrDown }
	case never:
		w.granter.After = func(call string) error {
			if call == "grant" {
				return permanent
			}
			return nil
		}
	}
}

// stepRestart opens another desk over the same database, sometimes one that catches up.
func (w *world) stepRestart() {
	w.desk = w.another("node")
	w.note("restart")
	if w.rnd.IntN(2) == 0 {
		w.do(w.desk.CatchUp(context.Background()))
		for w.m.work() > 0 {
		}
	}
}

// impossible are the changes of status that never happen, whatever comes between two
// looks. A status that has ended is looked after apart.
var impossible = map[pam.Status][]pam.Status{
	pam.PendingApproval: {pam.PendingMFA},
	pam.Scheduled:       {pam.PendingMFA, pam.PendingApproval},
	pam.Processing:      {pam.PendingMFA, pam.PendingApproval},
	pam.Active:          {pam.PendingMFA, pam.PendingApproval, pam.Scheduled, pam.Processing, pam.Rejected},
	pam.Closing:         {pam.PendingMFA, pam.PendingApproval, pam.Scheduled, pam.Processing, pam.Active, pam.Rejected},
}

// check compares everything.
func (w *world) check() {
	w.t.Helper()
	now := w.clock.Now()
	same(w.t, "the model's clock", "time", now, w.m.now)
	// The trail grows, and its chain holds.
	w.do(w.desk.Trail().Read(context.Background(), w.seen, 10_000, func(e *audit.Event) error {
		w.seen = e.Sequence
		w.verifier.Add(e)
		if e.ID == audit.GrantStarted {
			w.started[e.Request] = map[string]bool{}
			for _, g := range e.Groups {
				w.started[e.Request][g] = true
			}
		}
		return nil
	}))
	if len(w.verifier.Breaks) > 0 {
		w.t.Errorf("the chain is broken: %v", w.verifier.Breaks)
	}
	statuses, current := w.twin.at(w.t, now)
	same(w.t, "requests", "count", len(w.m.requests), len(statuses))
	for i, r := range w.m.requests {
		status := w.m.status(r)
		w.reached[status]++
		if got := statuses[r.id]; got != status {
			w.t.Errorf("request %d %v is %s in SQL, %s in the model: %+v", i, r.id, got, status, r)
		}
		if current[r.id] != (status == pam.Active) {
			w.t.Errorf("request %d %v is %s, and its expiration lies ahead: %v", i, r.id, status, current[r.id])
		}
		before, known := w.last[r.id]
		if known && (before.Terminal() && status != before || slices.Contains(impossible[before], status)) {
			w.t.Errorf("request %d %v went from %s to %s", i, r.id, before, status)
		}
		w.last[r.id] = status
		if known && before.Terminal() && r.due.IsZero() {
			continue // as it was
		}
		stored := w.read(r.id)
		if got := stored.Status(now); got != status {
			w.t.Errorf("request %d %v is %s in Go, %s in the model", i, r.id, got, status)
		}
		if !stored.Expiration.Equal(r.expiration) {
			w.t.Errorf("request %d %v, %s, expires at %v, in the model at %v", i, r.id, status, stored.Expiration, r.expiration)
		}
		if !stored.Due.Equal(r.due) {
			w.t.Errorf("request %d %v, %s, is due at %v, in the model at %v", i, r.id, status, stored.Due, r.due)
		}
	}
	w.checkMemberships(now)
}

// checkMemberships compares the directory with the model, and holds both to what
// matters: nobody has what no request of theirs justifies, and nothing that no record
// precedes.
func (w *world) checkMemberships(now time.Time) {
	w.t.Helper()
	names := map[edm.GUID]string{pamtest.DNS: "DNS", pamtest.Files: "Files", pamtest.Keys: "Keys"}
	for _, user := range people {
		want := map[edm.GUID]time.Time{}
		for g, until := range w.m.members[user] {
			if !w.m.native || now.Before(until) {
				want[g] = until
			}
		}
		got := w.granter.Memberships(user)
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Errorf("memberships of %v (-model +directory)\n%s", user, diff)
		}
		for g, until := range got {
			justified, late := false, true
			for _, r := range w.m.requests {
				if r.user != user || !w.started[r.id][names[g]] {
					continue
				}
				switch w.m.status(r) {
				case pam.Active, pam.Processing, pam.Closing:
					justified = true
				case pam.Expired: // the directory's own clock ends it
				}
				late = late && until.After(r.ends)
			}
			if !justified {
				w.t.Errorf("%v is a member of %s, and no request that has not ended says so", user, names[g])
			}
			if late {
				w.t.Errorf("%v is a member of %s until %v, which is later than the end of every grant", user, names[g], until)
			}
		}
	}
}

// finish has everything come to its end.
func (w *world) finish() {
	w.t.Helper()
	w.m.granter = healthy
	w.granter.Before, w.granter.After = nil, nil
	for range 1000 {
		var due []time.Time
		for _, r := range w.m.requests {
			if !r.due.IsZero() {
				due = append(due, r.due)
			}
		}
		if len(due) == 0 {
			break
		}
		if next := slices.MinFunc(due, time.Time.Compare); next.After(w.clock.Now()) {
			w.clock.Set(next)
		}
		w.m.now = w.clock.Now()
		w.stepWork()
	}
	w.check()
	for i, r := range w.m.requests {
		if s := w.m.status(r); !s.Terminal() {
			w.t.Errorf("request %d is %s in the end", i, s)
		}
	}
	for _, user := range people {
		if m := w.granter.Memberships(user); len(m) > 0 {
			w.t.Errorf("memberships %v of %v are left in the end", m, user)
		}
	}
	w.verify()
	if w.t.Failed() {
		w.t.Fatal(strings.Join(w.log[max(0, len(w.log)-25):], "\n"))
	}
}

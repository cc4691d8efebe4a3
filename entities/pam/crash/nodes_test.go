package crash_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

const (
	jenName, annaName, omarName, bothName = `PRIV\Jen`, `PRIV\Anna`, `PRIV\Omar`, `PRIV\Both`

	requests, approvals = "pamrequests", "pamrequeststoapprove"
)

// TestNodesAgree: what one node has answered, the other shows at once. Source: PAM,
// consistency that clients assume.
func TestNodesAgree(t *testing.T) {
	c := newCluster(t, pgtest.Database(t), definitions())
	nodes := []*node{c.start("one", true), c.start("two", true)}
	t.Run("read your writes", func(t *testing.T) {
		for round := range 20 {
			a, b := nodes[round%2], nodes[(round+1)%2]
			want := func(why string, n *node, id edm.GUID, status string) {
				t.Helper()
				if got := n.statuses(jenName)[id]; got != status {
					t.Errorf("round %d, %s: node %s shows %q, want %s", round, why, n.name, got, status)
				}
			}
			plain, status := a.create(jenName, pamtest.Plain, 0)
			if status != "Active" {
				t.Errorf("a request without gates is answered as %s", status)
			}
			want("what was made is there", b, plain, "Active")
			asked, _ := a.create(jenName, pamtest.Approval, 0)
			want("what was made is there", b, asked, "PendingApproval")
			key, there := b.pending(omarName)[asked]
			if !there {
				t.Fatalf("round %d: node %s does not show what waits for a decision", round, b.name)
			}
			action, decided := "Approve", "Active"
			if round%4 > 1 {
				action, decided = "Reject", "Rejected"
			}
			if got := b.act(omarName, approvals, key, action); got.status != http.StatusOK {
				t.Errorf("%s is answered with %d %s", action, got.status, got.body)
			}
			for _, owner := range []string{omarName, bothName} {
				if _, still := a.pending(owner)[asked]; still {
					t.Errorf("round %d: node %s still shows %s what was decided", round, a.name, owner)
				}
			}
			want("the decision counts", a, asked, decided)
			for _, id := range []edm.GUID{plain, asked} {
				if got := a.act(jenName, requests, id, "Close"); got.status != http.StatusOK {
					t.Errorf("Close is answered with %d %s", got.status, got.body)
				}
			}
			want("what was closed is closed", b, plain, "Closed")
		}
	})
	t.Run("two owners", func(t *testing.T) { twoOwners(t, c, nodes) })
	c.facts().judgeEvents(t, c.db)
	c.facts().judgeMemberships(t, c.directory, false, pamtest.Noon, true)
}

// twoOwners decide at the same moment on different nodes: one decision is stored, and
// the loser learns whether it is theirs.
func twoOwners(t *testing.T, c *cluster, nodes []*node) {
	wins := map[string]int{}
	rounds := 100
	if testing.Short() {
		rounds = 20
	}
	for round := range rounds {
		a, b := nodes[round%2], nodes[(round+1)%2]
		id, _ := a.create(jenName, pamtest.Approval, 0)
		key := b.pending(omarName)[id]
		actions := [2]string{[]string{"Approve", "Reject"}[round/2%2], []string{"Approve", "Reject"}[round/4%2]}
		var got [2]answer
		together(func() { got[0] = a.act(omarName, approvals, key, actions[0]) },
			func() { got[1] = b.act(bothName, approvals, key, actions[1]) })
		if t.Failed() {
			return
		}
		f := c.facts()
		r := f.requests[id]
		approved, rejected := f.count(id, audit.Approved), f.count(id, audit.ApprovalRejected)
		if approved+rejected != 1 || r.Decided.IsZero() || r.Approved != (approved == 1) {
			t.Fatalf("round %d: approved %d times and rejected %d times, stored as approved: %t", round, approved, rejected, r.Approved)
		}
		stored := map[bool]string{true: "Approve", false: "Reject"}[r.Approved]
		for i, action := range actions {
			want, code := http.StatusOK, ""
			if action != stored {
				want, code = http.StatusConflict, "AlreadyDecided"
			}
			if got[i].status != want || got[i].code() != code {
				t.Errorf("round %d: %s after the decision %s is answered with %d %s, want %d %s", round, action, stored, got[i].status, got[i].body, want, code)
			}
		}
		status := map[bool]string{true: "Active", false: "Rejected"}[r.Approved]
		for _, n := range nodes {
			if got := n.statuses(jenName)[id]; got != status {
				t.Errorf("round %d: node %s shows %s after %s", round, n.name, got, stored)
			}
		}
		if actions[0] != actions[1] {
			wins[map[bool]string{true: "Omar on " + a.name, false: "Both on " + b.name}[actions[0] == stored]]++
		}
		if r.Approved {
			a.act(jenName, requests, id, "Close")
		}
	}
	t.Logf("of different decisions, those were stored that came from %v", wins)
}

// crowd are definitions with many more users, who are candidates of all roles.
func crowd(n int) (pam.Definitions, []string) {
	d := definitions()
	var accounts []string
	for i := range n {
		id := pamtest.ID(1, byte(100+i))
		accounts = append(accounts, fmt.Sprintf(`PRIV\User%d`, i))
		d.Users = append(d.Users, pam.User{ID: id, Account: accounts[i], DisplayName: fmt.Sprintf("PRIV.User%d", i)})
		for r := range d.Roles {
			d.Roles[r].Candidates = append(slices.Clone(d.Roles[r].Candidates), id)
		}
	}
	return d, accounts
}

// TestDueOnce: what is due on two nodes at the same instant is done by one of them.
func TestDueOnce(t *testing.T) {
	defs, accounts := crowd(100)
	files := pamtest.ID(3, 7)
	role := defs.Roles[0]
	role.ID, role.DisplayName, role.Groups = files, "File service", []edm.GUID{pamtest.Files}
	defs.Roles = append(defs.Roles, role)
	c := newCluster(t, pgtest.Database(t), defs)
	nodes := []*node{c.start("one", true), c.start("two", true)}
	var makers []func()
	for w := range 8 {
		makers = append(makers, func() {
			for i := w; i < len(accounts); i += 8 {
				for k, role := range []edm.GUID{pamtest.Plain, files} {
					if _, status := nodes[(i+k)%2].create(accounts[i], role, 0); status != "Active" {
						t.Errorf("%s's request is answered as %s", accounts[i], status)
					}
				}
			}
		})
	}
	together(makers...)
	if t.Failed() {
		return
	}
	// Both have as much in hand as they take before either goes on.
	for _, n := range nodes {
		n.tell("hold before")
	}
	begin := time.Now()
	clock(tenMinutes*time.Second, nodes...)
	for _, n := range nodes {
		n.awaitHeld(8)
	}
	for _, n := range nodes {
		n.tell("up")
	}
	now := pamtest.Noon.Add(tenMinutes * time.Second)
	c.await("all requests end", func(f *facts) bool {
		for id := range f.requests {
			if f.status(id, now) != "Expired" {
				return false
			}
		}
		return len(f.requests) == 200
	})
	took := time.Since(begin)
	for _, n := range nodes {
		if left := n.tell("work"); left != "0" {
			t.Errorf("node %s still finds %s that are due", n.name, left)
		}
	}
	f := c.facts()
	f.judgeEvents(t, c.db)
	for id := range f.requests {
		for _, kind := range []audit.ID{audit.GrantStarted, audit.GrantSucceeded, audit.RequestExpired, audit.RevokeSucceeded} {
			if n := f.count(id, kind); n != 1 {
				t.Errorf("request %v has the event %v %d times", id, kind, n)
			}
		}
	}
	by := c.judgeOnce(t, 200, 200, 1)
	t.Logf("200 requests ended within %v; removals by node: %v", took.Round(time.Millisecond), by)
	if len(by) != 2 {
		t.Errorf("one of the nodes has done nothing: %v", by)
	}
}

// judgeOnce holds the directory to so many memberships made and ended, each at most so
// often, and returns how many each node has ended.
func (c *cluster) judgeOnce(t *testing.T, added, ended, most int) map[string]int {
	t.Helper()
	by := map[string]int{}
	in, out := map[membership]int{}, map[membership]int{}
	for _, e := range c.entries() {
		if e.added {
			in[e.membership]++
		} else {
			out[e.membership]++
			by[e.node]++
		}
	}
	if diff := cmp.Diff([]int{added, ended}, []int{len(in), len(out)}); diff != "" {
		t.Errorf("memberships that were made, and ended (-want +got)\n%s", diff)
	}
	for _, of := range []map[membership]int{in, out} {
		for m, n := range of {
			if n > most {
				t.Errorf("the granter was called %d times for %v, want at most %d", n, m, most)
			}
		}
	}
	return by
}

// due is when 15 removals and 5 grants are due in TestNodeDies and TestNodeWakes.
const due = tenMinutes * time.Second

// halted has 20 users for whom something is due, and two nodes. The first is held up
// in the granter's calls for 8 of them, at the places that it returns; the other has
// done the rest.
func halted(t *testing.T, hold string) (c *cluster, a, b *node, places []string) {
	t.Helper()
	defs, accounts := crowd(20)
	c = newCluster(t, pgtest.Database(t), defs)
	a, b = c.start("one", true), c.start("two", false)
	for i, account := range accounts {
		start := time.Duration(0)
		if i%4 == 3 {
			start = due // a grant is due then, else a removal
		}
		a.create(account, pamtest.Plain, start)
	}
	a.tell("hold %s", hold)
	clock(due, a)
	places = a.awaitHeld(8)
	clock(due, b)
	if got := b.tell("work"); got != "12" {
		t.Errorf("the other node has done %s, want 12 that the first one does not hold", got)
	}
	if got := b.tell("work"); got != "0" {
		t.Errorf("the other node takes %s from the first", got)
	}
	return c, a, b, places
}

// TestNodeDies kills a node that holds leases. The other leaves its work to it as long
// as they last, and then does it.
func TestNodeDies(t *testing.T) {
	for _, tt := range []struct {
		name, hold, why string
		most            int // calls for one membership
	}{
		{"before the effect", "before", "nothing has happened yet, so that all is done once", 1},
		{"after the effect", "after", "nobody knows that it was done, so that it is done again, to the same effect", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, a, b, _ := halted(t, tt.hold)
			a.kill()
			clock(due+leaseLength-time.Millisecond, b)
			if got := b.tell("work"); got != "0" {
				t.Errorf("the other node takes %s a millisecond before the leases end", got)
			}
			f := c.facts()
			f.judgeEvents(t, c.db)
			f.judgeMemberships(t, c.directory, false, pamtest.Noon.Add(due), false)
			clock(due+leaseLength, b)
			if got := b.tell("work"); got != "8" {
				t.Errorf("the other node has taken over %s, want 8: %s", got, tt.why)
			}
			now := pamtest.Noon.Add(due + leaseLength)
			f = c.facts()
			f.judgeEvents(t, c.db)
			f.judgeMemberships(t, c.directory, false, now, true)
			count := map[string]int{}
			for id := range f.requests {
				count[f.status(id, now)]++
			}
			if diff := cmp.Diff(map[string]int{"Active": 5, "Expired": 15}, count); diff != "" {
				t.Errorf("statuses (-want +got)\n%s", diff)
			}
			c.judgeOnce(t, 20, 15, tt.most)
		})
	}
}

// TestNodeWakes has a node go on with calls that took longer than its leases, when the
// other has done its work long ago: nothing is done or told twice, and what the late
// calls have made does not stay.
func TestNodeWakes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		at       time.Duration // when it goes on
		statuses map[string]int
		why      string
	}{
		{"before the end", due + leaseLength, map[string]int{"Active": 5, "Expired": 15}, "the grants of the other node stand"},
		{"after the end", due + tenMinutes*time.Second, map[string]int{"Expired": 20}, "what the late calls have granted is taken back"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, a, b, places := halted(t, "before")
			clock(due+leaseLength, b)
			if got := b.tell("work"); got != "8" {
				t.Errorf("the other node has taken over %s, want 8", got)
			}
			clock(tt.at, b)
			for b.tell("work") != "0" {
			}
			begin := len(c.entries())
			clock(tt.at, a)
			a.tell("up")
			late := len(places)
			if tt.at > due+leaseLength {
				for _, place := range places {
					if place == "before grant" {
						late++ // which is taken back
					}
				}
			}
			c.await("the late calls end", func(*facts) bool { return len(c.entries()) >= begin+late })
			a.stop()
			<-a.ended
			f, now := c.facts(), pamtest.Noon.Add(tt.at)
			f.judgeEvents(t, c.db)
			f.judgeMemberships(t, c.directory, false, now, true)
			count := map[string]int{}
			for id := range f.requests {
				count[f.status(id, now)]++
			}
			if diff := cmp.Diff(tt.statuses, count); diff != "" {
				t.Errorf("statuses, %s (-want +got)\n%s", tt.why, diff)
			}
		})
	}
}

package crash_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// TestLossOfStore stops the database below a node: everything but the health of the
// process is answered with 503, and nothing is granted. When the database is back, all
// works, and what became due meanwhile is done. Source: PAM, availability.
func TestLossOfStore(t *testing.T) {
	server := pgtest.Start(t)
	for _, tt := range []struct {
		name, why string
		end       func(*pgtest.Server)
	}{
		{"stop", "sessions are told that they end", (*pgtest.Server).Stop},
		{"crash", "connections end where they are", (*pgtest.Server).Crash},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pgtest.Run(t, server.URL(), "CREATE DATABASE after_"+tt.name)
			c := newCluster(t, strings.Replace(server.URL(), "/postgres?", "/after_"+tt.name+"?", 1), definitions())
			n := c.start("one", true)
			active, _ := n.create(jenName, pamtest.Plain, 0)
			asked, _ := n.create(jenName, pamtest.Approval, 0)
			scheduled, _ := n.create(jenName, pair, tenMinutes*time.Second)
			key := n.pending(omarName)[asked]
			entity := fmt.Sprintf("pamrequests(guid'%v')", active)
			before := len(c.entries())

			tt.end(server)
			clock(tenMinutes*time.Second, n) // a removal and a start are due
			for _, q := range []struct {
				account, method, path string
				form                  url.Values
			}{
				{jenName, http.MethodGet, "pamroles", nil},
				{jenName, http.MethodGet, "pamrequests", nil},
				{jenName, http.MethodGet, "pamrequests/$count", nil},
				{jenName, http.MethodGet, "pamrequests?$filter=RequestStatus%20eq%20'Active'", nil},
				{jenName, http.MethodGet, entity, nil},
				{omarName, http.MethodGet, "pamrequeststoapprove", nil},
				{jenName, http.MethodPost, "pamrequests", url.Values{"RoleId": {pamtest.Plain.String()}, "RequestedTTL": {"600"}}},
				{jenName, http.MethodPost, "pamrequests", url.Values{"RoleId": {pamtest.Plain.String()}, "RequestedTTL": {"0"}}},
				{jenName, http.MethodPost, "pamrequests", url.Values{"RoleId": {"x"}, "RequestedTTL": {"600"}}},
				{`PRIV\Nobody`, http.MethodPost, "pamrequests", url.Values{"RoleId": {pamtest.Plain.String()}, "RequestedTTL": {"600"}}},
				{jenName, http.MethodPost, entity + "/Close", nil},
				{omarName, http.MethodPost, fmt.Sprintf("pamrequeststoapprove(guid'%v')/Approve", key), nil},
				{omarName, http.MethodPost, fmt.Sprintf("pamrequeststoapprove(guid'%v')/Reject", key), nil},
			} {
				a := n.ask(q.account, q.method, q.path, q.form)
				if a.status != http.StatusServiceUnavailable || a.code() != "ServiceUnavailable" || a.header.Get("Retry-After") == "" {
					t.Errorf("%s %s without a store is answered with %d %q %s, want 503 with a JSON body and Retry-After (%s)",
						q.method, q.path, a.status, a.header, a.body, tt.why)
				}
			}
			for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusServiceUnavailable} {
				if a := n.ask(jenName, http.MethodGet, path, nil); a.status != want {
					t.Errorf("%s without a store is answered with %d, want %d", path, a.status, want)
				}
			}
			// These are made without the store, and may be answered.
			for _, path := range []string{"", "$metadata", "sessioninfo"} {
				a := n.ask(jenName, http.MethodGet, path, nil)
				if a.status != http.StatusOK && a.code() != "ServiceUnavailable" {
					t.Errorf("%s without a store is answered with %d %s", path, a.status, a.body)
				}
				t.Logf("without a store %q is answered with %d", path, a.status)
			}
			if got := len(c.entries()); got != before {
				t.Errorf("without a store the granter has done %d things", got-before)
			}

			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
			// The first request after it is answered already.
			again, status := n.create(jenName, pamtest.Plain, 0)
			if status != "Active" {
				t.Errorf("when the store is back, a request is answered as %s", status)
			}
			if a := n.ask(jenName, http.MethodGet, "/readyz", nil); a.status != http.StatusOK {
				t.Errorf("when the store is back, /readyz is answered with %d", a.status)
			}
			if a := n.act(omarName, approvals, key, "Approve"); a.status != http.StatusOK {
				t.Errorf("when the store is back, Approve is answered with %d %s", a.status, a.body)
			}
			now := pamtest.Noon.Add(tenMinutes * time.Second)
			c.await("the worker goes on", func(f *facts) bool {
				return f.status(active, now) == "Expired" && f.status(scheduled, now) == "Active"
			})
			f := c.facts()
			got := map[edm.GUID]string{}
			for id := range f.requests {
				got[id] = f.status(id, now)
			}
			if diff := cmp.Diff(map[edm.GUID]string{active: "Expired", asked: "Active", scheduled: "Active", again: "Active"}, got); diff != "" {
				t.Errorf("requests (-want +got)\n%s", diff)
			}
			f.judgeEvents(t, c.db)
			f.judgeMemberships(t, c.directory, false, now, true)
		})
	}
}

// TestLossOfGranter has the directory fail: reads and decisions go on, grants stay
// Processing, removals stay Closing, and both are tried again until it is back.
func TestLossOfGranter(t *testing.T) {
	c := newCluster(t, pgtest.Database(t), definitions())
	n := c.start("one", false)
	active, _ := n.create(annaName, pamtest.Plain, 0)
	short, _ := n.create(jenName, pair, 0)
	now := time.Duration(0)
	want := func(why string, statuses map[edm.GUID]string) {
		t.Helper()
		got := n.statuses(jenName)
		maps.Copy(got, n.statuses(annaName))
		if diff := cmp.Diff(statuses, got); diff != "" {
			t.Errorf("at %v, %s (-want +got)\n%s", now, why, diff)
		}
	}
	pass := func(d time.Duration) {
		now += d
		clock(now, n)
		for n.tell("work") != "0" {
		}
	}
	n.tell("down")
	made, status := n.create(jenName, pamtest.Plain, 0)
	if status != "Processing" {
		t.Errorf("a request is answered as %s, want Processing", status)
	}
	asked, _ := n.create(jenName, pamtest.Approval, 0)
	if a := n.act(omarName, approvals, n.pending(omarName)[asked], "Approve"); a.status != http.StatusOK {
		t.Errorf("Approve is answered with %d %s", a.status, a.body)
	}
	if left := n.pending(omarName); len(left) > 0 {
		t.Errorf("what was decided is still shown: %v", left)
	}
	if a := n.act(annaName, requests, active, "Close"); a.status != http.StatusOK {
		t.Errorf("Close is answered with %d %s", a.status, a.body)
	}
	if a := n.ask(jenName, http.MethodGet, "pamroles", nil); a.status != http.StatusOK || !strings.Contains(a.body, "DNS administrators") {
		t.Errorf("the roles are answered with %d %s", a.status, a.body)
	}
	down := map[edm.GUID]string{active: "Closing", short: "Active", made: "Processing", asked: "Processing"}
	want("nothing is said to be done", down)
	for range 7 { // less than the time for which grants are tried again
		pass(time.Minute)
		want("it stays so as long as the directory is away", down)
	}
	f := c.facts()
	attempts := [3]int{f.count(active, audit.RevokeFailed), f.count(made, audit.GrantFailed), f.count(asked, audit.GrantFailed)}
	if attempts[0] < 3 || attempts[1] < 3 || attempts[2] < 3 {
		t.Errorf("the failures on record are %v, want the first, second, fourth … of each", attempts)
	}
	if in := c.entries(); len(in) != 3 {
		t.Errorf("a directory that is away has done %d things, want the 3 of before", len(in))
	}
	n.tell("up")
	pass(time.Minute)
	want("when it is back, all is done", map[edm.GUID]string{active: "Closed", short: "Active", made: "Active", asked: "Active"})

	n.tell("down")
	last, _ := n.create(jenName, pair, 0)
	pass(11 * time.Minute)
	want("a grant is given up in the end, and a removal never", map[edm.GUID]string{active: "Closed", short: "Closing",
		made: "Closing", asked: "Closing", last: "Processing"})
	n.tell("up")
	pass(time.Minute)
	want("nothing stays", map[edm.GUID]string{active: "Closed", short: "Expired", made: "Expired", asked: "Expired", last: "Rejected"})
	f = c.facts()
	f.judgeEvents(t, c.db)
	f.judgeMemberships(t, c.directory, false, pamtest.Noon.Add(now), true)
	if members, err := membersIn(c.directory); err != nil || len(members) > 0 {
		t.Errorf("in the end there are %v %v", members, err)
	}
}

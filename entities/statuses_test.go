package entities_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/service"
)

// TestStatuses drives requests into all nine statuses and finds them in one list, each
// with the expiration that clients rely on. Source: PAM, states.
func TestStatuses(t *testing.T) {
	const noDate = "0001-01-01T00:00:00"
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			clock, factor, granter := pamtest.NewClock(pamtest.Noon), pamtest.NewFactor(), pamtest.NewGranter()
			svc, desk := newServiceAt(t, d.open(t), clock, func(c *pam.Config, _ *service.Config) {
				c.Factor, c.Granter = factor, granter
			})
			made := byte(0)
			create := func(role edm.GUID, ttl, more string) (id string) {
				t.Helper()
				a := ask(t, svc, request{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: "RoleId=" + role.String() + "&RequestedTTL=" + ttl + more})
				if a.Status != http.StatusCreated {
					t.Fatalf("%d %s", a.Status, a.Body)
				}
				made += 2
				return pamtest.ID(9, made-1).String()
			}
			act := func(account, path string) {
				t.Helper()
				if a := ask(t, svc, request{account: account, method: "POST", path: path}); a.Status != http.StatusOK || a.Body != "" {
					t.Fatalf("%s: %d %s", path, a.Status, a.Body)
				}
			}
			want := map[string][2]string{}
			want[create(pamtest.Plain, "60", "")] = [2]string{"Expired", "2026-03-11T12:01:00Z"}
			want[create(pamtest.Approval, "600", "")] = [2]string{"Rejected", noDate}
			act(omar, approval(2)+"/Reject")
			want[create(pamtest.Plain, "600", "")] = [2]string{"Closed", "2026-03-11T12:00:00.5Z"}
			clock.Add(500 * time.Millisecond)
			act(jen, "pamrequests(guid'"+pamtest.ID(9, 5).String()+"')/Close")
			clock.Add(59500 * time.Millisecond)
			if err := desk.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			want[create(pamtest.Plain, "3600", "")] = [2]string{"Active", "2026-03-11T13:01:00Z"}
			want[create(pamtest.Approval, "600", "")] = [2]string{"PendingApproval", noDate}
			want[create(pamtest.MFA, "600", "")] = [2]string{"PendingMFA", noDate}
			want[create(pamtest.Plain, "600", "&RequestedTime=2026-03-12T00:00:00Z")] = [2]string{"Scheduled", noDate}
			want[create(pamtest.Approval, "600", "")] = [2]string{"Closing", "2026-03-11T12:01:00Z"}
			act(omar, approval(8)+"/Approve")
			granter.Before = func(context.Context, string, pam.User) error { return pamtest.ErrDown }
			act(jen, "pamrequests(guid'"+pamtest.ID(9, 15).String()+"')/Close")
			want[create(pamtest.Plain, "600", "")] = [2]string{"Processing", noDate}

			found, statuses := map[string][2]string{}, map[string]bool{}
			for _, r := range list(t, svc, jen, "pamrequests") {
				status := r["RequestStatus"].(string)
				statuses[status] = true
				found[r["RequestId"].(string)] = [2]string{status, r["ExpirationTime"].(string)}
				if by := list(t, svc, jen, "pamrequests?$filter=RequestStatus%20eq%20'"+status+"'"); len(by) != 1 || by[0]["RequestId"] != r["RequestId"] {
					t.Errorf("the filter for %s finds %v", status, by)
				}
				one := ask(t, svc, request{account: jen, method: "GET", path: "pamrequests(guid'" + r["RequestId"].(string) + "')/RequestStatus/$value"})
				if one.Body != status {
					t.Errorf("%s alone is %s", status, one.Body)
				}
			}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(statuses) != 9 {
				t.Errorf("only %v", slices.Sorted(maps.Keys(statuses)))
			}
			// What the portal takes for active, with its clock.
			active := list(t, svc, jen, "pamrequests?$filter=ExpirationTime%20gt%20datetime'"+clock.Now().Format("2006-01-02T15:04:05.000Z")+"'")
			if len(active) != 1 || active[0]["RequestStatus"] != "Active" {
				t.Errorf("not expired: %v", active)
			}
			if shown := ordered(list(t, svc, jen, "pamrequests?$orderby=RequestStatus")); !slices.IsSorted(shown) {
				t.Errorf("sorted by status: %v", shown)
			}
		})
	}
}

func ordered(rows []map[string]any) (found []string) {
	for _, r := range rows {
		found = append(found, r["RequestStatus"].(string))
	}
	return found
}

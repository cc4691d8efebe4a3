package roles_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func TestDifference(t *testing.T) {
	const base = `users:
  - {account: PRIV\anna, phone: "555-0100"}
  - PRIV\bert
groups: [DNS, {name: SQL, target: CN=SQL}]
teams: [{name: Ops, members: [PRIV\anna]}]
roles:
  - {name: R, ttl: 1h, groups: [DNS], candidates: [Ops], owners: [PRIV\bert], approval: true}
`
	for _, tt := range []struct {
		name   string
		change func(*pam.Definitions)
		want   []string
		why    string
	}{
		{"nothing", func(*pam.Definitions) {}, nil, "equal"},
		{"order", func(d *pam.Definitions) { d.Users[0], d.Users[1] = d.Users[1], d.Users[0] }, nil, "means nothing"},
		{"phone", func(d *pam.Definitions) { d.Users[0].Phone = "555-0199" }, []string{`user PRIV\anna: phone changed`}, "the number is not shown"},
		{"phone gone", func(d *pam.Definitions) { d.Users[0].Phone = "" }, []string{`user PRIV\anna: phone removed`}, "the number is not shown"},
		{"phone new", func(d *pam.Definitions) { d.Users[1].Phone = "555-0199" }, []string{`user PRIV\bert: phone added`}, "the number is not shown"},
		{"disabled", func(d *pam.Definitions) { d.Users[0].Disabled = true }, []string{`user PRIV\anna: disabled`}, "a word of its own"},
		{"display name", func(d *pam.Definitions) { d.Users[0].DisplayName = "Anna" }, []string{`user PRIV\anna: display name "PRIV.anna" -> "Anna"`}, "texts are quoted"},
		{"renamed", func(d *pam.Definitions) { d.Users[0].Account = `PRIV\ann` }, []string{`user PRIV\ann: renamed from PRIV\anna`}, "the same by identifier"},
		{"another of the name", func(d *pam.Definitions) { d.Groups[0].ID = edm.GUID{1}; d.Roles[0].Groups[0] = edm.GUID{1} },
			[]string{"group DNS: removed", "group DNS: added", "role R: group DNS added", "role R: group DNS removed"}, "another by identifier"},
		{"target", func(d *pam.Definitions) { d.Groups[1].Target = "" }, []string{`group SQL: target "CN=SQL" -> none`}, "nothing is a word"},
		{"members", func(d *pam.Definitions) { d.Teams[0].Members = []edm.GUID{roles.UserID(`PRIV\bert`)} },
			[]string{`team Ops: member PRIV\bert added`, `team Ops: member PRIV\anna removed`}, "each on its line"},
		{"role", func(d *pam.Definitions) {
			r := &d.Roles[0]
			r.TTL, r.Window, r.MFA, r.Approval = 36*time.Hour, &pam.Window{From: 8 * time.Hour, To: 24 * time.Hour}, true, false
			r.DisableAutoApprovalIfOwner, r.RefuseLongTTL, r.Description = true, true, "a\nb"
		}, []string{`role R: description none -> "a\nb"`, "role R: TTL 1h -> 36h", "role R: window none -> 08:00-24:00", "role R: MFA off -> on",
			"role R: approval on -> off", "role R: disableAutoApprovalIfOwner off -> on", "role R: refusal of long TTLs off -> on"}, "everything, a line each"},
		{"removed", func(d *pam.Definitions) { d.Roles = nil }, []string{"role R: removed"}, "what it was is in the trail already"},
		{"added", func(d *pam.Definitions) {
			d.Roles = append(d.Roles, pam.Role{ID: edm.GUID{1}, DisplayName: "A ", TTL: time.Minute, Groups: d.Roles[0].Groups})
		}, []string{`role "A ": added`, `role "A ": TTL none -> 1m`, `role "A ": group DNS added`}, "all of it, first by name; a blank shows"},
		{"confusing", func(d *pam.Definitions) { d.Roles[0].DisplayName = "X: removed\nrole Y" },
			[]string{`role "X: removed\nrole Y": renamed from R`}, "a name cannot forge a line"},
		{"dangling", func(d *pam.Definitions) { d.Roles[0].Owners = []edm.GUID{{1}} },
			[]string{"role R: owner 01000000-0000-0000-0000-000000000000 added", `role R: owner PRIV\bert removed`}, "its identifier is all there is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old, new := read(t, base), read(t, base)
			tt.change(&new)
			got := roles.Difference(old, new)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Difference: %s (-want +got):\n%s", tt.why, diff)
			}
			for _, line := range got {
				if strings.Contains(line, "555") {
					t.Errorf("a phone number shows: %s", line)
				}
			}
		})
	}
}

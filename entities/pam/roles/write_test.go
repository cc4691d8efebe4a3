package roles_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

func write(t testing.TB, d pam.Definitions) string {
	t.Helper()
	var b bytes.Buffer
	if err := roles.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	d := pam.Definitions{
		Users: []pam.User{
			{ID: roles.UserID(`PRIV\anna`), Account: `PRIV\anna`, DisplayName: "PRIV.anna", Phone: "0100"},
			{ID: edm.GUID{15: 2}, Account: `PRIV\Bert`, DisplayName: "true", Disabled: true},
		},
		Groups: []pam.Group{{ID: roles.GroupID("DNS"), Name: "DNS", Target: "CN=DNS,DC=example"}},
		Teams:  []pam.Team{{ID: roles.TeamID("Ops # 1"), Name: "Ops # 1", Members: []edm.GUID{{15: 2}}}},
		Roles: []pam.Role{
			{ID: roles.RoleID("R "), DisplayName: "R ", Description: "one\ntwo", TTL: 90 * time.Minute, Groups: []edm.GUID{roles.GroupID("DNS")},
				Candidates: []edm.GUID{roles.TeamID("Ops # 1"), roles.UserID(`PRIV\anna`)}, Owners: []edm.GUID{{15: 2}},
				Window: &pam.Window{From: 8 * time.Hour, To: 24 * time.Hour}, MFA: true, Approval: true,
				DisableAutoApprovalIfOwner: true, RefuseLongTTL: true},
		},
	}
	want := `users:
  - account: PRIV\anna
    phone: "0100"
  - id: 00000000-0000-0000-0000-000000000002
    account: PRIV\Bert
    displayName: "true"
    disabled: true
groups:
  - name: DNS
    target: CN=DNS,DC=example
teams:
  - name: 'Ops # 1'
    members:
      - PRIV\Bert
roles:
  - name: "R "
    description: |-
      one
      two
    ttl: 1h30m
    groups:
      - DNS
    candidates:
      - 'Ops # 1'
      - PRIV\anna
    owners:
      - PRIV\Bert
    window: {from: "08:00", to: "24:00"}
    mfa: true
    approval: true
    disableAutoApprovalIfOwner: true
    ttlPolicy: reject
`
	if diff := cmp.Diff(want, write(t, d)); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("users: []\ngroups: []\nteams: []\nroles: []\n", write(t, pam.Definitions{})); diff != "" {
		t.Errorf("Write of nothing (-want +got):\n%s", diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	base := "users: [PRIV\\anna]\ngroups: [DNS]\nteams: [{name: T}]\nroles: [{name: R, ttl: 1h, groups: [DNS]}]\n"
	for _, tt := range []struct {
		name   string
		change func(*pam.Definitions)
		want   string // empty: can be written
		why    string
	}{
		{"no groups", func(d *pam.Definitions) { d.Roles[0].Groups = nil }, "", "a person can mend it in the file"},
		{"no owners", func(d *pam.Definitions) { d.Roles[0].Approval = true }, "", "a person can mend it in the file"},
		{"no ttl", func(d *pam.Definitions) { d.Roles[0].TTL = 0 }, "", "a person can mend it in the file"},
		{"dangling", func(d *pam.Definitions) { d.Roles[0].Owners = []edm.GUID{{1}} },
			"a reference to 01000000-0000-0000-0000-000000000000, which is no user or team", "it has no name"},
		{"wrong kind", func(d *pam.Definitions) { d.Roles[0].Groups[0] = d.Users[0].ID }, "which is no group", "a name would mean another"},
		{"two groups of a name", func(d *pam.Definitions) { d.Groups = append(d.Groups, pam.Group{ID: edm.GUID{1}, Name: "dns"}) },
			`two groups with the name "dns"`, "references would be ambiguous"},
		{"two of an identifier", func(d *pam.Definitions) { d.Teams[0].ID = d.Users[0].ID }, "of both a user and a team", "references would be ambiguous"},
		{"zero identifier", func(d *pam.Definitions) { d.Roles[0].ID = edm.GUID{} }, "all zeros", "left out, another would be made"},
		{"account", func(d *pam.Definitions) { d.Users[0].Account = "anna" }, "no backslash", "references would read as teams"},
		{"team", func(d *pam.Definitions) { d.Teams[0].Name = `a\b` }, "reads as an account", "references would read as accounts"},
		{"odd ttl", func(d *pam.Definitions) { d.Roles[0].TTL++ }, "the TTL 1h0m0.000000001s", "files know whole seconds"},
		{"long ttl", func(d *pam.Definitions) { d.Roles[0].TTL = pam.MaxRoleTTL + time.Second }, "the TTL", "files know a hundred years"},
		{"odd window", func(d *pam.Definitions) { d.Roles[0].Window = &pam.Window{To: 25 * time.Hour} }, "the window of role", "files know times of day"},
		{"not UTF-8", func(d *pam.Definitions) { d.Roles[0].Description = "\xff" }, "not UTF-8", "YAML is UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := read(t, base)
			tt.change(&d)
			var b bytes.Buffer
			err := roles.Write(&b, d)
			switch {
			case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("Write: %v, want %q: %s", err, tt.want, tt.why)
			case err != nil && b.Len() > 0:
				t.Errorf("Write wrote %d bytes beside an error", b.Len())
			}
		})
	}
}

// strange are texts that YAML could take for something else.
var strange = []string{
	"x", "R ", " R", "true", "no", "~", "null", "123", "0100", "1e3", "0x1F", "2026-03-11", "08:30", "- a", "a: b", "a #b", "#", "[a]", "{a}", "*a", "&a", "!a", "|", ">",
	"%a", "@a", "`a", "'a'", `"a"`, `a\b`, "?", "? a", ":", "-", "---", "...", "<<", "=", "ř", "日本", "\U0001F511", "a,b", "é\u0301", "\u00a0x", "x\u2028y", "\ufeffx", strings.Repeat("long ", 60),
}

// TestReadWrite is the property test of the format: what is written reads as the same.
func TestReadWrite(t *testing.T) {
	for seed := range uint64(300) {
		d := randomDefinitions(rand.New(rand.NewPCG(seed, 7)))
		text := write(t, d)
		again, err := roles.Read([]byte(text), "f.yaml", withMFA)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		if diff := cmp.Diff(d, again); diff != "" {
			t.Fatalf("seed %d (-written +read):\n%s\n%s", seed, diff, text)
		}
		if lines := roles.Difference(d, again); len(lines) > 0 {
			t.Fatalf("seed %d: equal definitions differ: %q", seed, lines)
		}
	}
}

// randomDefinitions pass Check.
func randomDefinitions(r *rand.Rand) (d pam.Definitions) {
	name := func(i int) string { return strange[r.IntN(len(strange))] + fmt.Sprint(i) }
	id := func(derived edm.GUID) edm.GUID {
		if r.IntN(3) == 0 {
			var g edm.GUID
			for i := range g {
				g[i] = byte(r.Uint32())
			}
			return g
		}
		return derived
	}
	one := func() bool { return r.IntN(2) == 0 }
	for i := range 1 + r.IntN(5) {
		u := pam.User{Account: "P" + strings.NewReplacer(`\`, "", " ", "", "\u00a0", "", "\u2028", "").Replace(name(i)) + `\u`}
		u.ID, u.DisplayName, u.Disabled = id(roles.UserID(u.Account)), strings.Replace(u.Account, `\`, ".", 1), one()
		if one() {
			u.DisplayName = name(i)
		}
		if one() {
			u.Phone = "+420" + fmt.Sprint(r.IntN(1e6))
		}
		d.Users = append(d.Users, u)
	}
	for i := range 1 + r.IntN(3) {
		g := pam.Group{Name: name(i)}
		g.ID = id(roles.GroupID(g.Name))
		if one() {
			g.Target = name(i)
		}
		d.Groups = append(d.Groups, g)
	}
	for i := range r.IntN(4) {
		o := pam.Team{Name: strings.ReplaceAll(name(i), `\`, "")}
		o.ID = id(roles.TeamID(o.Name))
		d.Teams = append(d.Teams, o)
	}
	principals := func() (list []edm.GUID) {
		for _, i := range r.Perm(len(d.Users) + len(d.Teams)) {
			switch {
			case one():
			case i < len(d.Users):
				list = append(list, d.Users[i].ID)
			default:
				list = append(list, d.Teams[i-len(d.Users)].ID)
			}
		}
		return list
	}
	for i := range d.Teams {
		d.Teams[i].Members = principals()
	}
	for i := range r.IntN(5) {
		o := pam.Role{DisplayName: name(i), TTL: time.Duration(1+r.IntN(1e7)) * time.Second, Candidates: principals(), Owners: principals(),
			MFA: one(), DisableAutoApprovalIfOwner: one(), RefuseLongTTL: one()}
		o.ID = id(roles.RoleID(o.DisplayName))
		for _, g := range r.Perm(len(d.Groups))[:1+r.IntN(len(d.Groups))] {
			o.Groups = append(o.Groups, d.Groups[g].ID)
		}
		for range r.IntN(4) {
			o.Description += strange[r.IntN(len(strange))] + []string{"", "\n", "\n\n", "\t", " "}[r.IntN(5)]
		}
		o.Approval = len(d.Members(o.Owners)) > 0
		if one() {
			from := r.IntN(86_400)
			o.Window = &pam.Window{From: time.Duration(from) * time.Second, To: time.Duration(from+1+r.IntN(86_400-from)) * time.Second}
		}
		d.Roles = append(d.Roles, o)
	}
	return d
}

// FuzzRead holds Read to Write: what is read can be written and reads as the same.
func FuzzRead(f *testing.F) {
	example, err := os.ReadFile("testdata/example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte(role("description: |\n   a\n   b\n", "owners: [priv\\ANNA]", "ttlPolicy: reject", "window: {from: 8:00, to: 9:00}")))
	f.Add([]byte("users: [&a PRIV\\anna, *a]\nteams: [{name: t, members: &m [*m]}]"))
	f.Add([]byte("users: [\"a\\\\b\\u2028\"]\n---\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := roles.Read(text, "f.yaml", withMFA)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f.yaml:") {
					t.Fatalf("a mistake is not on one line: %q", err)
				}
			}
			return
		}
		var b bytes.Buffer
		if err := roles.Write(&b, d); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := roles.Read(b.Bytes(), "f.yaml", withMFA)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.Bytes())
		}
		if diff := cmp.Diff(d, again); diff != "" {
			t.Fatalf("written and read again (-want +got):\n%s\n%s", diff, b.Bytes())
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("users:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "- account: PRIV\\user%d\n  phone: \"+420 %d\"\n", i, i)
	}
	text.WriteString("groups: [DNS]\nroles:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "- {name: R%d, ttl: 1h, groups: [DNS], owners: [PRIV\\user%d], approval: true}\n", i, i)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := roles.Read(text.Bytes(), "f.yaml", withMFA); err != nil {
			b.Fatal(err)
		}
	}
}

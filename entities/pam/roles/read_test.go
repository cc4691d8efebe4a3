package roles_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

var withMFA = pam.CheckOptions{MFA: true}

// read reads what must be right.
func read(t testing.TB, text string) pam.Definitions {
	t.Helper()
	d, err := roles.Read([]byte(text), "f.yaml", withMFA)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadExample(t *testing.T) {
	text, err := os.ReadFile("testdata/example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := read(t, string(text))
	if doubts := d.Doubts(); len(doubts) > 0 {
		t.Errorf("the example has doubts: %v", doubts)
	}
	want := pam.Role{
		ID: roles.RoleID("Forest recovery"), DisplayName: "Forest recovery",
		Description: "For drills and emergencies.\nTell the duty officer before you ask.",
		TTL:         4 * time.Hour,
		Groups:      []edm.GUID{roles.GroupID("schema ADMINS"), roles.GroupID("SQL files")},
		Candidates:  []edm.GUID{roles.TeamID("Operators"), roles.UserID(`priv\BERT`)},
		Owners:      []edm.GUID{roles.TeamID("Leads"), roles.UserID(`PRIV\anna`)},
		Approval:    true, DisableAutoApprovalIfOwner: true, RefuseLongTTL: true,
	}
	if diff := cmp.Diff(want, d.Roles[4]); diff != "" {
		t.Errorf("the last role (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&pam.Window{From: 20 * time.Hour, To: 24 * time.Hour}, d.Roles[3].Window); diff != "" {
		t.Errorf("the window (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]edm.GUID{roles.UserID(`PRIV\bert`), roles.UserID(`PRIV\dora`), roles.UserID(`PRIV\emil`)}, d.Teams[1].Members); diff != "" {
		t.Errorf("the second team (-want +got):\n%s", diff)
	}
	if u := d.Users[3]; !u.Disabled || u.DisplayName != "PRIV.dora" {
		t.Errorf("the fourth user is %+v", u)
	}
}

// TestDocumentation reads the file that the package's documentation shows.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for line := range strings.SplitSeq(string(text), "\n") {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			shown.WriteString(code + "\n")
		}
	}
	d := read(t, shown.String())
	if len(d.Users) != 2 || len(d.Roles) != 1 || !d.Roles[0].RefuseLongTTL || d.Roles[0].TTL != 90*time.Minute {
		t.Errorf("the documentation says %+v", d)
	}
}

// TestIDs holds the identifiers to those of another implementation of RFC 9562,
// under the namespace that must never change.
func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		got  edm.GUID
		want string
	}{
		{roles.UserID(`PRIV\Anna`), "33a91186-a657-5c34-b696-e2cbfd66e934"},
		{roles.GroupID("DNS"), "8b40619e-3884-5cc2-a405-bde86c4e1d72"},
		{roles.TeamID("Operators"), "3ea6b1e2-5cf9-5f42-975d-0df8ea998155"},
		{roles.RoleID("DNS administrators"), "6e56528b-3672-5a18-82ea-6da5dc76916b"},
	} {
		if tt.got.String() != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

// role is a file with one role with these lines.
func role(lines ...string) string {
	return "users: [PRIV\\anna]\ngroups: [DNS]\nroles:\n- name: R\n  ttl: 1h\n  groups: [DNS]\n  " + strings.Join(lines, "\n  ") + "\n"
}

func TestReadForms(t *testing.T) {
	base := read(t, role())
	with := func(change func(d *pam.Definitions)) pam.Definitions {
		d := read(t, role())
		change(&d)
		return d
	}
	for _, tt := range []struct {
		name, in string
		want     pam.Definitions
		why      string
	}{
		{"nothing optional", role("description:", "owners: []", "candidates: ~", "window:", "mfa: false", "ttlPolicy: cap"), base, "nothing is the default"},
		{"byte order mark", "\ufeff" + role(), base, "some editors write it"},
		{"CRLF", strings.ReplaceAll(role(), "\n", "\r\n"), base, "some editors write it"},
		{"JSON", `{"users":["PRIV\\anna"],"groups":["DNS"],"roles":[{"name":"R","ttl":3600,"groups":["DNS"]}]}`, base, "YAML holds JSON"},
		{"any order", "roles: [{name: R, groups: [dns], ttl: 60m}]\ngroups: [{name: DNS}]\nusers: [{account: PRIV\\anna}]", base, "what is named may come later"},
		{"document marks", "---\n" + role() + "...\n", base, "one document"},
		{"anchors", "users: [PRIV\\anna]\ngroups: [&g DNS]\nroles:\n- name: R\n  ttl: &t 1h\n  groups: &l [*g]\n- name: S\n  ttl: *t\n  groups: *l\n",
			with(func(d *pam.Definitions) {
				s := d.Roles[0]
				s.ID, s.DisplayName = roles.RoleID("S"), "S"
				d.Roles = append(d.Roles, s)
			}), "aliases stand for values"},
		{"numbers are texts", role(`description: 0x10`), with(func(d *pam.Definitions) { d.Roles[0].Description = "0x10" }), "as written"},
		{"words are texts", role(`description: no`), with(func(d *pam.Definitions) { d.Roles[0].Description = "no" }), "as written"},
		{"dates are texts", role(`description: 2026-03-11`), with(func(d *pam.Definitions) { d.Roles[0].Description = "2026-03-11" }), "as written"},
		{"blank at the end", role(`id: 6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10`, `description: "x "`), with(func(d *pam.Definitions) {
			d.Roles[0].ID, d.Roles[0].Description = edm.GUID{0x6f, 0x0c, 0x0b, 0x5e, 0x7a, 0x3e, 0x4a, 0x86, 0x9a, 0x67, 0x0d, 0x1f, 0x3c, 0x1b, 0x2a, 0x10}, "x "
		}), "kept as it is"},
		{"window", role(`window: {from: 8:30, to: 18:00:15}`), with(func(d *pam.Definitions) {
			d.Roles[0].Window = &pam.Window{From: 8*time.Hour + 30*time.Minute, To: 18*time.Hour + 15*time.Second}
		}), "quotes are not needed"},
		{"empty lists", "roles: []\nusers:\n", pam.Definitions{}, "said to be nothing"},
		{"teams of teams", "users: [PRIV\\anna]\nteams: [{name: A, members: [b]}, {name: B, members: [A, priv\\ANNA]}]", pam.Definitions{
			Users: base.Users,
			Teams: []pam.Team{{ID: roles.TeamID("A"), Name: "A", Members: []edm.GUID{roles.TeamID("B")}},
				{ID: roles.TeamID("B"), Name: "B", Members: []edm.GUID{roles.TeamID("A"), roles.UserID(`PRIV\anna`)}}},
		}, "names without regard to case, in any order, circles included"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, tt.in)); diff != "" {
				t.Errorf("Read: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestReadMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string // line: path problem; advice
		why      string
	}{
		{"empty", "", []string{"0:  holds no definitions; applied, it would take everything away"}, "not the wish to delete everything"},
		{"comment", "# roles: []\n", []string{"0:  holds no definitions; applied, it would take everything away"}, "not the wish to delete everything"},
		{"empty mapping", "{}", []string{"0:  holds no definitions; applied, it would take everything away"}, "not the wish to delete everything"},
		{"list", "- a\n", []string{"1:  is a list, not a mapping"}, "another kind of file"},
		{"not YAML", "users:\n  - a: b: c\n", []string{"2:  is not YAML: mapping values are not allowed in this context"}, "the line is known"},
		{"not YAML on the first line", "a: 'x", []string{"1:  is not YAML: found unexpected end of stream"}, "the parser is silent about line 1"},
		{"escape", "groups:\n- a\nusers:\n- \"PRIV\\jen\"\n", []string{"4:  is not YAML: found unknown escape character; write accounts without quotes, or in single ones"}, "the usual slip"},
		{"unnoticed escape", "groups: [g]\nusers: [\"PRIV\\bert\"]\n", []string{
			`2: users[0].account does not have the form DOMAIN\account; in double quotes a backslash is written twice: "DOMAIN\\account"`,
			"2: users[0].account has a control character; take it out",
			"2: users[0].displayName has a control character; take it out"}, "the same slip where the escape exists"},
		{"unnoticed escape in a reference", role(`owners: ["PRIV\anna"]`), []string{
			`7: roles[0].owners[0] names "PRIV\anna", which is no team; in double quotes a backslash is written twice; better write accounts without quotes`}, "the same slip"},
		{"UTF-16", "\xff\xfeu\x00s\x00", []string{"1:  is not UTF-8 text; save the file as UTF-8"}, "some editors write it"},
		{"Latin 1", "users:\n- PRIV\\J\xfcrgen\n", []string{"2:  is not UTF-8 text; save the file as UTF-8"}, "the line is known"},
		{"two documents", role() + "---\nroles: []\n", []string{"8:  begins a second document; a file holds one"}, "which of them counts?"},
		{"unknown key", "users: []\nrolls: []\n", []string{"2: \"rolls\" is no known key; did you mean roles?"}, "the nearest known one"},
		{"unknown key in another case", role("MFA: true"), []string{`7: roles[0]."MFA" is no known key; did you mean mfa?`}, "keys have one form"},
		{"strange key", role("denySelfApproval: true"), []string{`7: roles[0]."denySelfApproval" is no known key`}, "a setting of the service; none is near"},
		{"key twice", role("mfa: true", "approval: false", "mfa: false"), []string{"9: roles[0].mfa is there already, on line 7"}, "which of them counts?"},
		{"list twice", "users: []\nusers: []\n", []string{"2: users is there already, on line 1"}, "which of them counts?"},
		{"key that is a list", "? [a]\n: b\nusers: []", []string{"1:  has a list for a key; keys are words"}, "YAML allows it"},
		{"merge key", "users:\n- &a {account: PRIV\\anna}\n- <<: *a\n  phone: \"1\"\n", []string{
			"3: users[1] has a merge key; write the keys themselves; aliases work for single values"}, "said clearly"},
		{"text for a list", role("owners: PRIV\\anna"), []string{"7: roles[0].owners is a single value, not a list; lists are written [a, b], or with a dash before each item"}, "said clearly"},
		{"list for a text", role("description: [a]"), []string{"7: roles[0].description is a list, not a text"}, "said clearly"},
		{"mapping for a reference", role("owners: [{a: b}]"), []string{"7: roles[0].owners[0] is a mapping, not a text"}, "said once"},
		{"binary", role("description: !!binary aGk="), []string{`7: roles[0].description has the tag "!!binary"; write a plain text`}, "no other types"},
		{"tag", role("description: !x y"), []string{`7: roles[0].description has the tag "!x"; write a plain text`}, "no other types"},
		{"self", "users: &a [*a]", []string{"1: users[0] is a list, not a mapping"}, "an anchor within its own value ends"},
		{"yes", role("mfa: yes"), []string{"7: roles[0].mfa is neither true nor false"}, "YAML 1.1 is not spoken"},
		{"no ttl", "groups: [DNS]\nroles:\n- name: R\n  groups: [DNS]\n", []string{"3: roles[0].ttl is missing; it is the longest duration of an activation, such as 1h"}, "required, said once"},
		{"no name", "groups: [DNS]\nroles:\n- ttl: 1h\n  groups: [DNS]\n", []string{"3: roles[0].name is empty"}, "required"},
		{"no accounts", "users: [{}, {}]\n", []string{"1: users[0].account is empty", "1: users[0].displayName is empty", "1: users[1].account is empty", "1: users[1].displayName is empty"}, "no other consequences"},
		{"policy", role("ttlPolicy: refuse"), []string{`7: roles[0].ttlPolicy "refuse" is no policy; write cap, to shorten longer requests, or reject`}, "two words"},
		{"half a window", role(`window: {from: "8:00"}`), []string{`7: roles[0].window needs both from and to; such as {from: "08:30", to: "18:00"}`}, "said once"},
		{"bad window", role(`window: {from: "8", to: "24:01"}`), []string{
			`7: roles[0].window.from "8" is no time of day; write one such as "08:30"`,
			`7: roles[0].window.to "24:01" is no time of day; write one such as "18:00"`}, "no consequences"},
		{"window backwards", role("window:", "  from: 18:00", "  to: 08:30"), []string{
			"9: roles[0].window.to is not later than from; a window lies within one day; make two roles for one across midnight"}, "the check's mistakes have lines"},
		{"id", role("id: 5"), []string{`7: roles[0].id "5" is no GUID of a definition; leave it out to have one made from the name`}, "no consequences"},
		{"zero id", role("id: 00000000-0000-0000-0000-000000000000"), []string{
			`7: roles[0].id "00000000-0000-0000-0000-000000000000" is no GUID of a definition; leave it out to have one made from the name`}, "not taken for none"},
		{"unknown user", role("candidates:", "- priv\\ana"), []string{`8: roles[0].candidates[0] names "priv\\ana", which is no user; did you mean PRIV\anna?`}, "the nearest, as it is written"},
		{"unknown team", role("candidates: [Everybody]"), []string{`7: roles[0].candidates[0] names "Everybody", which is no team; accounts are written DOMAIN\account`}, "said clearly"},
		{"unknown group", "users: [PRIV\\anna]\ngroups: [DNS]\nroles: [{name: R, ttl: 1h, groups: [DNS1]}]\n", []string{
			`3: roles[0].groups[0] names "DNS1", which is no group; did you mean DNS?`}, "said once"},
		{"user twice", "users: [PRIV\\anna, priv\\Anna]\n", []string{"1: users[1].account is that of users[0] too; names differ in more than upper and lower case"}, "said once"},
		{"owners unknown", role("approval: true", "owners: [Nobody]"), []string{`8: roles[0].owners[0] names "Nobody", which is no team; accounts are written DOMAIN\account`}, "that there is no owner is a consequence"},
		{"no owners", role("approval: true"), []string{"4: roles[0].owners holds no user, but the role needs approval; name an owner, or turn approval off"}, "the closest line"},
		{"several", role("mfa: maybe", "owners: [x]", "foo: 1", "description: \"a\\0\""), []string{
			"7: roles[0].mfa is neither true nor false",
			`8: roles[0].owners[0] names "x", which is no team; accounts are written DOMAIN\account`,
			`9: roles[0]."foo" is no known key`,
			"10: roles[0].description has a control character; take it out"}, "all at once, in the order of lines"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := roles.Read([]byte(tt.in), "f.yaml", withMFA)
			if diff := cmp.Diff(tt.want, mistakes(t, err)); diff != "" {
				t.Errorf("Read: %s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(pam.Definitions{}, d); err != nil && diff != "" {
				t.Errorf("definitions beside an error: %s", diff)
			}
		})
	}
}

// mistakes are the parts of the error of Read, as line: path problem; advice.
func mistakes(t *testing.T, err error) (texts []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("not joined: %v", err)
	}
	for _, e := range joined.Unwrap() {
		var m *roles.Mistake
		if !errors.As(e, &m) || m.File != "f.yaml" {
			t.Fatalf("not a mistake of the file: %v", e)
		}
		text := m.Path + " " + m.Problem
		if m.Advice != "" {
			text += "; " + m.Advice
		}
		texts = append(texts, fmt.Sprintf("%d: %s", m.Line, text))
		if !strings.HasPrefix(m.Error(), "f.yaml:") {
			t.Errorf("Error() = %q", m.Error())
		}
	}
	return texts
}

func TestReadLimits(t *testing.T) {
	users := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString("users:\n")
		for i := range n {
			fmt.Fprintf(&b, "- a\\%d\n", i)
		}
		return b.Bytes()
	}
	manyAliases := "users: [PRIV\\anna]\nteams:\n- name: t\n  members: &m [" + strings.Repeat("PRIV\\anna,", 3000) + "]\n" + strings.Repeat("- members: *m\n", 3000)
	for _, tt := range []struct {
		name string
		in   []byte
		want string // within the error; empty for none
		why  string
	}{
		{"most users", users(roles.MaxUsers), "", "the largest service"},
		{"too many users", users(roles.MaxUsers + 1), "is one user too many", "bounded work"},
		{"too large", bytes.Repeat([]byte("#\n"), roles.MaxBytes/2+1), "has 16777218 bytes", "bounded work"},
		{"aliases", []byte(manyAliases), "has more than 2000000 values", "a short file that means a large one"},
		{"deep", []byte("users: " + strings.Repeat("[", 500_000)), "is not YAML", "bounded depth"},
		{"many mistakes", bytes.Repeat([]byte("a: 1\n"), 5000), "and 4900 mistakes more", "a short error"},
		{"many mistakes of the check", append([]byte("users:\n"), bytes.Repeat([]byte("- a\n"), 50_000)...), "mistakes more", "a short error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && len(tt.in) > 100_000 {
				t.Skip("long files take their time under the race detector")
			}
			_, err := roles.Read(tt.in, "f.yaml", withMFA)
			switch {
			case (err == nil) != (tt.want == ""):
				t.Fatalf("Read: %.300v: %s", err, tt.why)
			case err != nil && (!strings.Contains(err.Error(), tt.want) || len(err.Error()) > 20_000):
				t.Errorf("Read: %d characters, %.300v: %s", len(err.Error()), err, tt.why)
			}
		})
	}
}

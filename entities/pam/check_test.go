package pam

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

// number makes an identifier that is easy to tell from others.
func number(n byte) edm.GUID { return edm.GUID{15: n} }

// goodDefinitions pass every check: users 1 and 2, group 11, teams 21 (of user 1)
// and 22 (of team 21), roles 31 and 32.
func goodDefinitions() *Definitions {
	return &Definitions{
		Users: []User{
			{ID: number(1), Account: `PRIV\anna`, DisplayName: "PRIV.Anna", Phone: "+420 555 0100"},
			{ID: number(2), Account: `PRIV\bert`, DisplayName: "PRIV.Bert"},
		},
		Groups: []Group{{ID: number(11), Name: "DNS"}},
		Teams: []Team{
			{ID: number(21), Name: "Operators", Members: []edm.GUID{number(1)}},
			{ID: number(22), Name: "Everybody", Members: []edm.GUID{number(21)}},
		},
		Roles: []Role{
			{ID: number(31), DisplayName: "DNS administrators ", TTL: time.Hour, Groups: []edm.GUID{number(11)},
				Candidates: []edm.GUID{number(1), number(2)}, Owners: []edm.GUID{number(22)}, Approval: true,
				Window: &Window{From: 8 * time.Hour, To: 24 * time.Hour}},
			{ID: number(32), DisplayName: "Night", Description: "Two\nlines", TTL: time.Second, Groups: []edm.GUID{number(11)},
				Candidates: []edm.GUID{number(1)}, MFA: true},
		},
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Definitions)
		noMFA  bool
		want   []string // path: problem
		why    string
	}{
		{name: "good", change: func(*Definitions) {}, why: "a blank at the end of a name, 24:00 and line breaks are fine"},
		{name: "nothing", change: func(d *Definitions) { *d = Definitions{} }, why: "nobody can do anything"},
		{name: "largest ttl", change: func(d *Definitions) { d.Roles[0].TTL = MaxRoleTTL }, why: "a hundred years"},
		{name: "same name of another kind", change: func(d *Definitions) { d.Teams[0].Name, d.Roles[0].DisplayName = "DNS", "DNS" },
			why: "kinds are named apart"},
		{name: "team holds itself", change: func(d *Definitions) { d.Teams[0].Members = append(d.Teams[0].Members, number(22)) },
			why: "it adds nobody"},
		{name: "disabled owner", change: func(d *Definitions) { d.Users[0].Disabled = true },
			why: "disabling somebody must always be possible"},

		{name: "id twice", change: func(d *Definitions) { d.Roles[1].ID = number(1) },
			want: []string{"roles[1].id: is that of users[0] too"}, why: "unique over everything"},
		{name: "no id", change: func(d *Definitions) { d.Roles[1].ID = edm.GUID{} },
			want: []string{"roles[1].id: is all zeros"}, why: "it identifies nothing"},
		{name: "account twice", change: func(d *Definitions) { d.Users[1].Account = `priv\ANNA` },
			want: []string{"users[1].account: is that of users[0] too"}, why: "without regard to case"},
		{name: "account and id twice", change: func(d *Definitions) {
			d.Users = append(d.Users, User{ID: number(1), Account: `priv\Anna`, DisplayName: "A"})
		}, want: []string{"users[2].account: is that of users[0] too"}, why: "one mistake, as identifiers are made from names"},
		{name: "group twice", change: func(d *Definitions) { d.Groups = append(d.Groups, Group{ID: number(12), Name: "dns"}) },
			want: []string{"groups[1].name: is that of groups[0] too"}, why: "roles name groups"},
		{name: "team twice", change: func(d *Definitions) { d.Teams[1].Name = "OPERATORS" },
			want: []string{"teams[1].name: is that of teams[0] too"}, why: "roles name teams"},
		{name: "role twice", change: func(d *Definitions) { d.Roles[1].DisplayName = "dns administrators " },
			want: []string{"roles[1].name: is that of roles[0] too"}, why: "users see names only"},
		{name: "no domain", change: func(d *Definitions) { d.Users[1].Account = "bert" },
			want: []string{`users[1].account: does not have the form DOMAIN\account`}, why: "sign-in names have a domain"},
		{name: "empty domain", change: func(d *Definitions) { d.Users[1].Account = `\bert` },
			want: []string{`users[1].account: does not have the form DOMAIN\account`}, why: "sign-in names have a domain"},
		{name: "two backslashes", change: func(d *Definitions) { d.Users[1].Account = `PRIV\\bert` },
			want: []string{`users[1].account: does not have the form DOMAIN\account`}, why: "escaped once too often"},
		{name: "blank in account", change: func(d *Definitions) { d.Users[1].Account = `PRIV\bert ` },
			want: []string{"users[1].account: has blanks around its parts"}, why: "it never signs in"},
		{name: "no account", change: func(d *Definitions) { d.Users[1].Account = "" },
			want: []string{"users[1].account: is empty"}, why: "nobody"},
		{name: "two without account", change: func(d *Definitions) { d.Users[0].Account, d.Users[1].Account = "", "" },
			want: []string{"users[0].account: is empty", "users[1].account: is empty"}, why: "not the same one twice"},
		{name: "control character", change: func(d *Definitions) { d.Users[1].Account = "PRIV\bert" },
			want: []string{`users[1].account: does not have the form DOMAIN\account`, "users[1].account: has a control character"},
			why:  "a backslash in double quotes"},
		{name: "no display name", change: func(d *Definitions) { d.Users[1].DisplayName = " " },
			want: []string{"users[1].displayName: is empty"}, why: "owners read it"},
		{name: "no role name", change: func(d *Definitions) { d.Roles[0].DisplayName = "" },
			want: []string{"roles[0].name: is empty"}, why: "users read it"},
		{name: "longest name", change: func(d *Definitions) { d.Roles[0].DisplayName = strings.Repeat("ř", 400) },
			why: "characters, not bytes"},
		{name: "too long a name", change: func(d *Definitions) { d.Roles[0].DisplayName = strings.Repeat("ř", 401) },
			want: []string{"roles[0].name: has 401 characters"}, why: "at most 400"},
		{name: "line break in a name", change: func(d *Definitions) { d.Groups[0].Name = "a\nb" },
			want: []string{"groups[0].name: has a control character"}, why: "names are one line"},
		{name: "C1 control", change: func(d *Definitions) { d.Roles[0].Description = "a\u0085b" },
			want: []string{"roles[0].description: has a control character"}, why: "control characters beyond ASCII"},
		{name: "not UTF-8", change: func(d *Definitions) { d.Roles[0].DisplayName = "a\xff" },
			want: []string{"roles[0].name: is not UTF-8"}, why: "JSON could not say it"},
		{name: "long phone", change: func(d *Definitions) { d.Users[0].Phone = strings.Repeat("1", 65) },
			want: []string{"users[0].phone: has 65 characters"}, why: "at most 64"},
		{name: "long target", change: func(d *Definitions) { d.Groups[0].Target = strings.Repeat("x", 2001) },
			want: []string{"groups[0].target: has 2001 characters"}, why: "at most 2000"},
		{name: "backslash in a team", change: func(d *Definitions) { d.Teams[0].Name = `PRIV\ops` },
			want: []string{"teams[0].name: has a backslash"}, why: "it would read as an account"},

		{name: "dangling", change: func(d *Definitions) { d.Roles[0].Candidates[1] = number(99) },
			want: []string{"roles[0].candidates[1]: refers to nothing that is defined"}, why: "references exist"},
		{name: "dangling member", change: func(d *Definitions) { d.Teams[0].Members = append(d.Teams[0].Members, number(99)) },
			want: []string{"teams[0].members[1]: refers to nothing that is defined"}, why: "references exist"},
		{name: "wrong kind", change: func(d *Definitions) { d.Roles[0].Groups[0] = number(21) },
			want: []string{"roles[0].groups[0]: refers to teams[0]"}, why: "a team is no privilege"},
		{name: "group as candidate", change: func(d *Definitions) { d.Roles[0].Candidates[0] = number(11) },
			want: []string{"roles[0].candidates[0]: refers to groups[0]"}, why: "a privilege is nobody"},
		{name: "listed twice", change: func(d *Definitions) { d.Roles[0].Candidates[1] = number(1) },
			want: []string{"roles[0].candidates[1]: is listed already, at [0]"}, why: "one of them was meant to be another"},
		{name: "no group", change: func(d *Definitions) { d.Roles[0].Groups = nil },
			want: []string{"roles[0].groups: is empty"}, why: "it would give nothing"},
		{name: "no ttl", change: func(d *Definitions) { d.Roles[0].TTL = 0 },
			want: []string{"roles[0].ttl: is less than a second"}, why: "at least a second"},
		{name: "negative ttl", change: func(d *Definitions) { d.Roles[0].TTL = -time.Hour },
			want: []string{"roles[0].ttl: is less than a second"}, why: "at least a second"},
		{name: "too long a ttl", change: func(d *Definitions) { d.Roles[0].TTL = MaxRoleTTL + time.Second },
			want: []string{"roles[0].ttl: is more than a hundred years"}, why: "a slip"},
		{name: "odd ttl", change: func(d *Definitions) { d.Roles[0].TTL += time.Millisecond },
			want: []string{"roles[0].ttl: is not in whole seconds"}, why: "clients read seconds"},
		{name: "window backwards", change: func(d *Definitions) { d.Roles[0].Window = &Window{From: 18 * time.Hour, To: 8 * time.Hour} },
			want: []string{"roles[0].window.to: is not later than from"}, why: "never across midnight"},
		{name: "empty window", change: func(d *Definitions) { d.Roles[0].Window = &Window{} },
			want: []string{"roles[0].window.to: is not later than from"}, why: "strictly later"},
		{name: "window beyond the day", change: func(d *Definitions) { d.Roles[0].Window = &Window{From: -1 * time.Hour, To: 25 * time.Hour} },
			want: []string{"roles[0].window.from: is not a time of day", "roles[0].window.to: is not a time of day"}, why: "within a day"},
		{name: "odd window", change: func(d *Definitions) { d.Roles[0].Window.From++ },
			want: []string{"roles[0].window.from: is not in whole seconds"}, why: "files could not say it"},
		{name: "approval without owners", change: func(d *Definitions) { d.Roles[0].Owners = nil },
			want: []string{"roles[0].owners: holds no user, but the role needs approval"}, why: "nobody could approve"},
		{name: "approval of an empty team", change: func(d *Definitions) { d.Teams[0].Members = nil },
			want: []string{"roles[0].owners: holds no user, but the role needs approval"}, why: "teams are resolved"},
		{name: "approval of a circle", change: func(d *Definitions) { d.Teams[0].Members = []edm.GUID{number(22)} },
			want: []string{"roles[0].owners: holds no user, but the role needs approval"}, why: "teams are resolved, to an end"},
		{name: "no provider", change: func(*Definitions) {}, noMFA: true,
			want: []string{"roles[1].mfa: needs a provider of the second factor"}, why: "every request would fail"},
		{name: "several", change: func(d *Definitions) { d.Users[0].DisplayName, d.Roles[0].TTL, d.Roles[1].TTL = "", 0, 0 },
			want: []string{"users[0].displayName: is empty", "roles[0].ttl: is less than a second", "roles[1].ttl: is less than a second"},
			why:  "all at once, in order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := goodDefinitions()
			tt.change(d)
			if diff := cmp.Diff(tt.want, problems(d.Check(CheckOptions{MFA: !tt.noMFA}))); diff != "" {
				t.Errorf("Check: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Definitions)
		want   []string
		why    string
	}{
		{"owner alone", func(*Definitions) {},
			[]string{`roles[0].owners: has PRIV\anna alone, who is a candidate too`}, "the owner's requests are approved by nobody else"},
		{"owner alone who waits", func(d *Definitions) { d.Roles[0].DisableAutoApprovalIfOwner = true },
			[]string{`roles[0].owners: has PRIV\anna alone, who is a candidate too`}, "the owner's requests are never approved"},
		{"owner who is no candidate", func(d *Definitions) { d.Roles[0].Candidates = []edm.GUID{number(2)} }, nil, "separate people"},
		{"two owners", func(d *Definitions) { d.Roles[0].Owners = append(d.Roles[0].Owners, number(2)) }, nil, "each has another"},
		{"second owner disabled", func(d *Definitions) {
			d.Roles[0].Owners, d.Users[1].Disabled = append(d.Roles[0].Owners, number(2)), true
		}, []string{`roles[0].owners: has PRIV\anna alone, who is a candidate too`}, "the disabled do not decide"},
		{"no enabled user", func(d *Definitions) { d.Users[0].Disabled = true },
			[]string{"roles[0].owners: comes to no enabled user", "roles[1].candidates: comes to no enabled user"}, "nobody decides, nobody asks"},
		{"no phone", func(d *Definitions) {
			d.Roles[0].Approval, d.Roles[1].Candidates = false, []edm.GUID{number(2)}
		}, []string{`roles[1].mfa: cannot succeed for PRIV\bert`}, "the second factor is never skipped"},
		{"no phones", func(d *Definitions) {
			d.Roles[0].Approval, d.Users[0].Phone, d.Roles[1].Candidates = false, "", []edm.GUID{number(2), number(22)}
		}, []string{`roles[1].mfa: cannot succeed for 2 candidates, such as PRIV\anna`}, "one line for all"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := goodDefinitions()
			tt.change(d)
			if diff := cmp.Diff(tt.want, problems(d.Doubts())); diff != "" {
				t.Errorf("Doubts: %s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestMistakeError(t *testing.T) {
	for _, tt := range []struct {
		mistake Mistake
		want    string
	}{
		{Mistake{Path: "roles[2].window.to", Problem: "is not later than from"}, "roles[2].window.to: is not later than from"},
		{Mistake{Path: "roles[0].owners", Problem: "holds no user", Advice: "name an owner"}, "roles[0].owners: holds no user; name an owner"},
	} {
		if got := tt.mistake.Error(); got != tt.want {
			t.Errorf("Error() = %q, want %q", got, tt.want)
		}
	}
}

func problems(mistakes []Mistake) (texts []string) {
	for _, m := range mistakes {
		texts = append(texts, m.Path+": "+m.Problem)
	}
	return texts
}

// FuzzCheck builds definitions from bytes, and holds Check to what it promises:
// what passes has nothing that a plain reading finds wrong, and a reason names a
// path that exists.
func FuzzCheck(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, `PRIV\anna`, "name")
	f.Add([]byte{0, 0, 0, 0, 255, 254}, `\`, "\x00")
	f.Add([]byte{9, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54}, `a\b\c`, strings.Repeat("n", 401))
	f.Fuzz(func(t *testing.T, b []byte, account, name string) {
		next := func() byte {
			if len(b) == 0 {
				return 1
			}
			v := b[0]
			b = b[1:]
			return v
		}
		list := func() (ids []edm.GUID) {
			for range next() % 4 {
				ids = append(ids, number(next()%16))
			}
			return ids
		}
		var d Definitions
		for range next() % 4 {
			d.Users = append(d.Users, User{ID: number(next() % 16), Account: fmt.Sprintf("%s%d", account, next()%8), DisplayName: name})
		}
		for range next() % 3 {
			d.Groups = append(d.Groups, Group{ID: number(next() % 16), Name: name + string(rune('a'+next()%4))})
		}
		for range next() % 3 {
			d.Teams = append(d.Teams, Team{ID: number(next() % 16), Name: name + string(rune('a'+next()%4)), Members: list()})
		}
		for range next() % 4 {
			r := Role{ID: number(next() % 16), DisplayName: name + string(rune('a'+next()%4)), TTL: time.Duration(next()) * time.Second / 2,
				Groups: list(), Candidates: list(), Owners: list(), Approval: next()%2 == 0, MFA: next()%2 == 0}
			if next()%2 == 0 {
				r.Window = &Window{From: time.Duration(next()) * time.Hour / 8, To: time.Duration(next()) * time.Hour / 8}
			}
			d.Roles = append(d.Roles, r)
		}
		for _, m := range d.Check(CheckOptions{MFA: true}) {
			var list string
			var index int
			at, field, _ := strings.Cut(m.Path, "].")
			if n, _ := fmt.Sscanf(strings.ReplaceAll(at, "[", " "), "%s %d", &list, &index); n != 2 || field == "" || m.Problem == "" {
				t.Fatalf("mistake without a place or a problem: %+v", m)
			}
			if size := map[string]int{"users": len(d.Users), "groups": len(d.Groups), "teams": len(d.Teams), "roles": len(d.Roles)}[list]; index >= size {
				t.Fatalf("%s does not exist", m.Path)
			}
		}
		if len(d.Check(CheckOptions{MFA: true})) > 0 {
			return
		}
		ids := map[edm.GUID]bool{}
		for _, u := range d.Users {
			ids[u.ID] = true
			if strings.Count(u.Account, `\`) != 1 {
				t.Fatalf("account %q passes", u.Account)
			}
		}
		for _, r := range d.Roles {
			if r.TTL < time.Second || len(r.Groups) == 0 || r.Window != nil && r.Window.From >= r.Window.To {
				t.Fatalf("role passes: %+v", r)
			}
			if r.Approval && len(d.Members(r.Owners)) == 0 {
				t.Fatalf("role that needs approval and has no owners passes: %+v", r)
			}
			for _, id := range d.Members(r.Candidates) {
				if !ids[id] {
					t.Fatalf("candidate %v is nobody", id)
				}
			}
		}
	})
}

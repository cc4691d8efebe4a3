package ldap_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap/ldaptest"
)

func TestGrantAndRevoke(t *testing.T) {
	s := directory(t)
	g := open(t, configOf(s))
	ctx := soon(t)
	anna := userOf("anna")
	both := groupsOf("dns", "mail")
	expect := func(why string, want ...string) {
		t.Helper()
		found, err := g.Inspect(ctx, anna, both)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range found {
			got = append(got, m.Group.Name)
			if !m.Until.IsZero() {
				t.Errorf("%s: OpenLDAP knows no ends, and Inspect says %v", why, m.Until)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", why, diff)
		}
		for _, name := range []string{"dns", "mail"} {
			if !holds(t, s, name, keeper) {
				t.Errorf("%s: other members of %s are gone", why, name)
			}
		}
	}
	expect("before anything")
	for _, step := range []struct {
		why  string
		do   func() error
		want []string
	}{
		{"one group", func() error { return g.Grant(ctx, anna, hour("dns")) }, []string{"dns"}},
		{"the same again", func() error { return g.Grant(ctx, anna, hour("dns")) }, []string{"dns"}},
		{"one that is there and one that is not", func() error { return g.Grant(ctx, anna, hour("dns", "mail")) }, []string{"dns", "mail"}},
		{"a group twice in one call", func() error { return g.Grant(ctx, anna, hour("mail", "mail")) }, []string{"dns", "mail"}},
		{"no groups", func() error { return g.Grant(ctx, anna, nil) }, []string{"dns", "mail"}},
		{"revoking one", func() error { return g.Revoke(ctx, anna, groupsOf("dns")) }, []string{"mail"}},
		{"revoking it again, and the other", func() error { return g.Revoke(ctx, anna, both) }, nil},
		{"revoking what nobody has", func() error { return g.Revoke(ctx, anna, both) }, nil},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.why, err)
		}
		expect(step.why, step.want...)
	}
	if g.Expires() {
		t.Error("OpenLDAP ends no memberships")
	}
}

func TestAllGroupsOrNone(t *testing.T) {
	for _, test := range []struct {
		name   string
		groups []string
		before string // a group that the user is in already
		why    string
	}{
		{"second refused", []string{"dns", "locked"}, "", "what was added is taken back"},
		{"third refused", []string{"dns", "mail", "locked"}, "", "all that was added is taken back"},
		{"member before", []string{"dns", "mail", "locked"}, "dns", "a membership from before is none that was added"},
		{"missing group", []string{"dns", "nowhere"}, "", "groups are looked at before one is changed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := directory(t)
			g := open(t, configOf(s))
			if test.before != "" {
				if err := g.Grant(soon(t), userOf("anna"), hour(test.before)); err != nil {
					t.Fatal(err)
				}
			}
			err := g.Grant(soon(t), userOf("anna"), hour(test.groups...))
			if !isPermanent(err) {
				t.Errorf("the error is %v, and should be permanent: rights and groups do not come by waiting", err)
			}
			for _, name := range []string{"dns", "mail", "locked"} {
				if got, want := holds(t, s, name, dnOf("anna")), name == test.before; got != want {
					t.Errorf("member of %s: %v: %s", name, got, test.why)
				}
			}
		})
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := directory(t)
	s.Add(t, "ou=more,ou=people,dc=test", "objectClass", "organizationalUnit", "ou", "more")
	s.Add(t, "cn=second,ou=more,ou=people,dc=test", "objectClass", "inetOrgPerson", "uid", "ben", "cn", "second", "sn", "second")
	config := configOf(s)
	config.Domain = "Priv"
	g := open(t, config)
	for _, test := range []struct {
		name    string
		user    pam.User
		group   pam.Group
		revokes bool
		why     string
	}{
		{"no user", userOf("nobody"), groupOf("dns"), true, "who does not exist has nothing to revoke"},
		{"no group", userOf("anna"), groupOf("nothing"), true, "what does not exist has no members"},
		{"group below nothing", userOf("anna"), pam.Group{Target: "cn=a,ou=b,dc=test"}, true, "what does not exist has no members"},
		{"two users", userOf("ben"), groupOf("dns"), false, "it cannot be known whose membership it would be"},
		{"target not a DN", userOf("anna"), pam.Group{Name: "dns"}, false, "such a group can be in no directory"},
		{"other domain", pam.User{Account: `BRANCH\anna`}, groupOf("dns"), false, "another domain's Anna is another person, whose memberships are elsewhere"},
		{"no domain", pam.User{Account: `anna`}, groupOf("dns"), false, "the domain is part of the account"},
		{"no name", pam.User{Account: `PRIV\`}, groupOf("dns"), false, "an account has a name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list := []pam.Group{test.group}
			if err := g.Grant(soon(t), test.user, []pam.Membership{{Group: test.group, Until: time.Now().Add(time.Hour)}}); !isPermanent(err) {
				t.Errorf("Grant: %v, not permanent: %s", err, test.why)
			}
			if err := g.Revoke(soon(t), test.user, list); test.revokes && err != nil || !test.revokes && !isPermanent(err) {
				t.Errorf("Revoke: %v: %s", err, test.why)
			}
			found, err := g.Inspect(soon(t), test.user, list)
			if len(found) > 0 || test.revokes && err != nil || !test.revokes && !isPermanent(err) {
				t.Errorf("Inspect: %v, %v: %s", found, err, test.why)
			}
		})
	}
}

// TestRevokeGoesOn revokes what it can when it cannot revoke all.
func TestRevokeGoesOn(t *testing.T) {
	s := directory(t)
	g := open(t, configOf(s))
	if err := g.Grant(soon(t), userOf("anna"), hour("dns", "mail")); err != nil {
		t.Fatal(err)
	}
	if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns", "locked", "mail")); err == nil {
		t.Error("a group that cannot be written was not reported")
	}
	if holds(t, s, "dns", dnOf("anna")) || holds(t, s, "mail", dnOf("anna")) {
		t.Error("memberships remain because another could not be revoked")
	}
}

func TestEndInThePast(t *testing.T) {
	s := directory(t)
	g := open(t, configOf(s))
	for _, until := range []time.Time{{}, time.Now().Add(-time.Second)} {
		err := g.Grant(soon(t), userOf("anna"), []pam.Membership{{Group: groupOf("dns"), Until: until}})
		if !isPermanent(err) || holds(t, s, "dns", dnOf("anna")) {
			t.Errorf("granted until %v: %v", until, err)
		}
	}
}

func TestLastMember(t *testing.T) {
	const nobody = "cn=nobody,dc=test"
	for _, test := range []struct {
		name, placeholder string
		want              []string
		why               string
	}{
		{"without a placeholder", "", []string{dnOf("anna")}, "the schema needs a member, and none was configured"},
		{"with one", nobody, []string{nobody}, "the placeholder takes the place of the last member"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := directory(t)
			alone := groupOf("alone")
			s.Add(t, alone.Target, "objectClass", "groupOfNames", "cn", "alone", "member", dnOf("anna"))
			config := configOf(s)
			config.Placeholder = test.placeholder
			g := open(t, config)
			err := g.Revoke(soon(t), userOf("anna"), []pam.Group{alone})
			if test.placeholder == "" && !isPermanent(err) || test.placeholder != "" && err != nil {
				t.Errorf("Revoke: %v: %s", err, test.why)
			}
			if diff := cmp.Diff(test.want, s.Values(t, alone.Target, "member")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.why, diff)
			}
			if test.placeholder == "" {
				return
			}
			for range 2 { // the placeholder is there by now
				if err := g.Grant(soon(t), userOf("ben"), hour("alone")); err != nil {
					t.Fatal(err)
				}
				if err := g.Revoke(soon(t), userOf("ben"), []pam.Group{alone}); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(test.want, s.Values(t, alone.Target, "member")); diff != "" {
				t.Errorf("the placeholder stays (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLastMembersAtOnce removes the last two at the same time, where each may find
// itself the last, or another's placeholder.
func TestLastMembersAtOnce(t *testing.T) {
	const nobody = "cn=nobody,dc=test"
	s := directory(t)
	config := configOf(s)
	config.Placeholder = nobody
	g := open(t, config)
	for round := range 6 {
		name := fmt.Sprintf("pair%d", round)
		s.Add(t, groupOf(name).Target, "objectClass", "groupOfNames", "cn", name, "member", dnOf("anna"), "member", dnOf("ben"))
		var running sync.WaitGroup
		for _, user := range []string{"anna", "ben"} {
			running.Go(func() {
				if err := g.Revoke(soon(t), userOf(user), groupsOf(name)); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		if diff := cmp.Diff([]string{nobody}, s.Values(t, groupOf(name).Target, "member")); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
	}
}

// TestMembersByName uses groups of the kind that POSIX systems have.
func TestMembersByName(t *testing.T) {
	s := directory(t)
	staff := groupOf("staff")
	s.Add(t, staff.Target, "objectClass", "posixGroup", "cn", "staff", "gidNumber", "1000", "memberUid", "keeper")
	config := configOf(s)
	config.Member = "memberUid"
	g := open(t, config)
	for range 2 {
		if err := g.Grant(soon(t), userOf("anna"), hour("staff")); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"keeper", "anna"}, s.Values(t, staff.Target, "memberUid")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	s.Delete(t, dnOf("anna"))
	if found, err := g.Inspect(soon(t), userOf("anna"), []pam.Group{staff}); err != nil || len(found) != 1 {
		t.Errorf("Inspect: %v, %v: the name of a deleted user is in the group still", found, err)
	}
	for range 2 {
		if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{staff}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"keeper"}, s.Values(t, staff.Target, "memberUid")); diff != "" {
		t.Errorf("members after the user was deleted (-want +got):\n%s", diff)
	}
}

// TestFilterInjection uses accounts that would mean something in a filter.
func TestFilterInjection(t *testing.T) {
	s := directory(t)
	g := open(t, configOf(s))
	for _, name := range []string{`*)(uid=*`, `*`, `ann*`, `anna)(|(uid=*)`, `\2a`, `anna\`, "anna\x00", "ann\xff", `)`, `%s`, `anna))(&(uid=anna`} {
		if err := g.Grant(soon(t), userOf(name), hour("dns")); !isPermanent(err) {
			t.Errorf("the account %q has found somebody: %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{keeper}, s.Values(t, groupOf("dns").Target, "member")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	for _, name := range []string{`*)(uid=*`, `O'Neil, (Jr.)`, `Žofie + <x>`} {
		addUser(t, s, name)
		if err := g.Grant(soon(t), userOf(name), hour("dns")); err != nil {
			t.Errorf("the account %q is that of a user: %v", name, err)
		}
		if found, err := g.Inspect(soon(t), userOf(name), groupsOf("dns")); err != nil || len(found) != 1 {
			t.Errorf("the account %q: %v, %v", name, found, err)
		}
		if err := g.Revoke(soon(t), userOf(name), groupsOf("dns")); err != nil {
			t.Errorf("the account %q: %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{keeper}, s.Values(t, groupOf("dns").Target, "member")); diff != "" {
		t.Errorf("members at the end (-want +got):\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	s := directory(t)
	config := configOf(s)
	if err := open(t, config).Check(soon(t)); err != nil {
		t.Errorf("Check: %v", err)
	}
	config.BaseDN = "ou=elsewhere,dc=test"
	g := open(t, config)
	if err := g.Check(soon(t)); !isPermanent(err) {
		t.Errorf("Check without users: %v", err)
	}
	if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); !isPermanent(err) {
		t.Errorf("Revoke: %v: a base that is missing does not mean that the user is", err)
	}
	g.Close()
	if err := g.Check(soon(t)); err == nil {
		t.Error("a closed granter works on")
	}
	config.BaseDN = ldaptest.Base // which the account may not see
	if err := open(t, config).Check(soon(t)); !isPermanent(err) {
		t.Errorf("Check of what may not be seen: %v", err)
	}
}

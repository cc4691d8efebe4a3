package ldap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap"
)

const adAnna = `CN=Doe\, Anna,` + adUsers

func adGroup(name string) pam.Group {
	return pam.Group{Name: name, Target: "CN=" + name + "," + adBase}
}

// forest is a fake Active Directory with Anna and the groups dns and mail.
func forest(t *testing.T, feature bool, change func(*ldap.Config)) (*fakeAD, *ldap.Granter) {
	t.Helper()
	ad := newFakeAD(t, feature)
	ad.users["anna"] = adAnna
	for _, name := range []string{"dns", "mail"} {
		ad.members[strings.ToLower(adGroup(name).Target)] = nil
	}
	config := ldap.Config{URLs: []string{"ldap://" + ad.listener.Addr().String()}, BindDN: "svc@priv.example", Password: "secret", BaseDN: adUsers, Now: ad.clock}
	if change != nil {
		change(&config)
	}
	return ad, open(t, config)
}

func (ad *fakeAD) grant(g *ldap.Granter, t *testing.T, d time.Duration, names ...string) error {
	var list []pam.Membership
	for _, name := range names {
		list = append(list, pam.Membership{Group: adGroup(name), Until: ad.clock().Add(d)})
	}
	return g.Grant(soon(t), userOf("Anna"), list)
}

func TestExpiringMemberships(t *testing.T) {
	ad, g := forest(t, true, nil)
	dns := adGroup("dns")
	expect := func(why string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, ad.links(dns.Target)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", why, diff)
		}
	}
	until := func(why string, want time.Duration) {
		t.Helper()
		found, err := g.Inspect(soon(t), userOf("anna"), []pam.Group{dns})
		if err != nil || len(found) != 1 || !found[0].Until.Equal(ad.clock().Add(want)) {
			t.Errorf("%s: Inspect says %v, %v, and not in %v", why, found, err, want)
		}
	}
	if g.Expires() {
		t.Error("before the first connection nothing is known")
	}
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	if !g.Expires() {
		t.Error("the forest has the feature")
	}
	expect("an hour", adAnna+" 3600")
	until("an hour", time.Hour)
	ad.pass(10 * time.Minute)
	until("after ten minutes", 50*time.Minute)
	if err := ad.grant(g, t, 2*time.Hour+900*time.Millisecond, "dns"); err != nil {
		t.Fatal(err)
	}
	expect("the end is replaced by a later one, less the fraction of a second", adAnna+" 7200")
	if err := ad.grant(g, t, time.Minute, "dns"); err != nil {
		t.Fatal(err)
	}
	expect("and by an earlier one", adAnna+" 60")
	ad.pass(time.Minute)
	expect("it ends by itself")
	if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{dns}); err != nil {
		t.Errorf("revoking what has ended: %v", err)
	}
	if err := ad.grant(g, t, 100*time.Millisecond, "dns"); err != nil {
		t.Fatal(err)
	}
	expect("never without an end, however short", adAnna+" 1")
	if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{dns}); err != nil {
		t.Fatal(err)
	}
	expect("revoked")
	want := []string{
		"add <TTL=3600," + adAnna + ">",
		"delete " + adAnna + ", add <TTL=7200," + adAnna + ">",
		"delete " + adAnna + ", add <TTL=60," + adAnna + ">",
		"add <TTL=1," + adAnna + ">",
		"delete " + adAnna,
	}
	if diff := cmp.Diff(want, ad.changes); diff != "" {
		t.Errorf("changes on the wire (-want +got):\n%s", diff)
	}
}

// TestEndsAreReadInPieces puts a user at each place of a long list.
func TestEndsAreReadInPieces(t *testing.T) {
	ad, g := forest(t, true, nil)
	dns := adGroup("dns")
	for before := range 8 {
		list := make([]adLink, 0, 8)
		for i := range 7 {
			if i == before {
				list = append(list, adLink{adAnna, ad.now.Add(90 * time.Second)})
			}
			list = append(list, adLink{fmt.Sprintf("CN=User %d,%s", i, adUsers), ad.now.Add(time.Hour)})
		}
		if before == 7 {
			list = append(list, adLink{adAnna, time.Time{}})
		}
		ad.mu.Lock()
		ad.members[strings.ToLower(dns.Target)] = list
		ad.mu.Unlock()
		want := ad.now.Add(90 * time.Second)
		if before == 7 {
			want = time.Time{}
		}
		found, err := g.Inspect(soon(t), userOf("anna"), []pam.Group{dns})
		if err != nil || len(found) != 1 || !found[0].Until.Equal(want) {
			t.Errorf("as member %d: %v, %v, want %v", before, found, err, want)
		}
	}
}

// TestEndsAreRestored undoes a grant that has replaced ends.
func TestEndsAreRestored(t *testing.T) {
	for _, test := range []struct {
		name   string
		before time.Duration // 0 for not a member, negative for without an end
		want   []string
	}{
		{"not a member", 0, nil},
		{"with an end", 10 * time.Minute, []string{adAnna + " 600"}},
		{"without an end", -1, []string{adAnna}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ad, g := forest(t, true, nil)
			dns, mail := adGroup("dns").Target, adGroup("mail").Target
			switch {
			case test.before > 0:
				ad.members[strings.ToLower(dns)] = []adLink{{adAnna, ad.now.Add(test.before)}}
			case test.before < 0:
				ad.members[strings.ToLower(dns)] = []adLink{{dn: adAnna}}
			}
			ad.refuse = strings.ToLower(mail)
			if err := ad.grant(g, t, time.Hour, "dns", "mail"); !isPermanent(err) {
				t.Errorf("Grant: %v", err)
			}
			if diff := cmp.Diff(test.want, ad.links(dns)); diff != "" {
				t.Errorf("what was there before (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDetectingTheFeature(t *testing.T) {
	for _, test := range []struct {
		name     string
		feature  bool
		expiring ldap.Expiring
		expires  bool
		want     []string // members after a grant of an hour
		why      string
	}{
		{"there, auto", true, ldap.ExpiringAuto, true, []string{adAnna + " 3600"}, "it was found"},
		{"there, off", true, ldap.ExpiringOff, false, []string{adAnna}, "it was switched off"},
		{"there, on", true, ldap.ExpiringOn, true, []string{adAnna + " 3600"}, "it was switched on"},
		{"not there, auto", false, "", false, []string{adAnna}, "no feature, no ends"},
		{"not there, on", false, ldap.ExpiringOn, true, nil, "the directory refuses the end, and a membership without one is not what was asked for"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ad, g := forest(t, test.feature, func(c *ldap.Config) { c.Expiring = test.expiring })
			err := ad.grant(g, t, time.Hour, "dns")
			if ok := test.want != nil; ok && err != nil || !ok && !isPermanent(err) {
				t.Errorf("Grant: %v: %s", err, test.why)
			}
			if g.Expires() != test.expires {
				t.Errorf("Expires is %v: %s", g.Expires(), test.why)
			}
			if diff := cmp.Diff(test.want, ad.links(adGroup("dns").Target)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.why, diff)
			}
			for range 2 { // removing twice has a code of its own here
				if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{adGroup("dns")}); err != nil {
					t.Errorf("Revoke: %v", err)
				}
			}
		})
	}
}

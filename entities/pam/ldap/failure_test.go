package ldap_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	ldapv3 "github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/ldap"
)

// TestContextEndsBetweenChanges ends the context while the second group is changed.
func TestContextEndsBetweenChanges(t *testing.T) {
	for _, test := range []struct {
		name string
		code int
		why  string
	}{
		{"not carried out", lose, "the first group was changed, and must be changed back without the context"},
		{"carried out", carryAndLose, "whether the second was changed cannot be known, and it must be changed back as well"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ad, g := forest(t, true, nil)
			ctx, cancel := context.WithCancel(soon(t))
			mail := adGroup("mail")
			ad.before = func(group, change string) int {
				if group == mail.Target && change == "add" {
					cancel()
					return test.code
				}
				return 0
			}
			until := ad.clock().Add(time.Hour)
			err := g.Grant(ctx, userOf("anna"), []pam.Membership{{Group: adGroup("dns"), Until: until}, {Group: mail, Until: until}})
			if !errors.Is(err, context.Canceled) || isPermanent(err) {
				t.Errorf("Grant: %v", err)
			}
			for _, name := range []string{"dns", "mail"} {
				if diff := cmp.Diff([]string(nil), ad.links(adGroup(name).Target)); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", name, test.why, diff)
				}
			}
		})
	}
}

func TestWhatIsPermanent(t *testing.T) {
	for _, test := range []struct {
		name      string
		code      int
		permanent bool
		why       string
	}{
		{"busy", ldapv3.LDAPResultBusy, false, "it will not be busy for ever"},
		{"unavailable", ldapv3.LDAPResultUnavailable, false, "it will come back"},
		{"time limit", ldapv3.LDAPResultTimeLimitExceeded, false, "it was slow"},
		{"unwilling", ldapv3.LDAPResultUnwillingToPerform, false, "maintenance looks like this"},
		{"operations error", ldapv3.LDAPResultOperationsError, false, "it may be anything"},
		{"referral", ldapv3.LDAPResultReferral, false, "a replica that cannot be written now"},
		{"lost", lose, false, "the network"},
		{"no rights", ldapv3.LDAPResultInsufficientAccessRights, true, "rights do not come by waiting"},
		{"gone", ldapv3.LDAPResultNoSuchObject, true, "the group was deleted"},
		{"constraint", ldapv3.LDAPResultConstraintViolation, true, "the directory's rules forbid it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ad, g := forest(t, false, nil)
			ad.before = func(string, string) int { return test.code }
			if err := ad.grant(g, t, time.Hour, "dns"); err == nil || isPermanent(err) != test.permanent {
				t.Errorf("%v: %s", err, test.why)
			}
		})
	}
}

// TestUndoingFails keeps the reason of the failure, and tells what is left behind.
func TestUndoingFails(t *testing.T) {
	for _, test := range []struct {
		name      string
		code      int
		permanent bool
	}{
		{"for good", ldapv3.LDAPResultInsufficientAccessRights, true},
		{"for now", ldapv3.LDAPResultBusy, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ad, g := forest(t, true, nil)
			ad.before = func(group, change string) int {
				switch {
				case change == "delete":
					// Permanent by itself, if it is not that of the failure.
					return ldapv3.LDAPResultConstraintViolation
				case group == adGroup("mail").Target:
					return test.code
				}
				return 0
			}
			err := ad.grant(g, t, time.Hour, "dns", "mail")
			if isPermanent(err) != test.permanent || !ldapv3.IsErrorWithCode(err, uint16(test.code)) {
				t.Errorf("%v: the reason should be that of the failure", err)
			}
			if err == nil || !strings.Contains(err.Error(), "undoing: removing from "+adGroup("dns").Target) {
				t.Errorf("%v: it should tell what is left behind", err)
			}
		})
	}
}

// TestRevokeFailsInTwoWays is worth trying again as long as it is for one group.
func TestRevokeFailsInTwoWays(t *testing.T) {
	ad, g := forest(t, true, nil)
	if err := ad.grant(g, t, time.Hour, "dns", "mail"); err != nil {
		t.Fatal(err)
	}
	ad.before = func(group, change string) int {
		if group == adGroup("dns").Target {
			return ldapv3.LDAPResultInsufficientAccessRights
		}
		return ldapv3.LDAPResultBusy
	}
	groups := []pam.Group{adGroup("dns"), adGroup("mail")}
	err := g.Revoke(soon(t), userOf("anna"), groups)
	if err == nil || isPermanent(err) || !strings.Contains(err.Error(), groups[0].Target) || !strings.Contains(err.Error(), groups[1].Target) {
		t.Errorf("%v: it should name both, and not be permanent", err)
	}
	if err := g.Revoke(soon(t), userOf("anna"), groups[:1]); !isPermanent(err) {
		t.Errorf("%v: it should be permanent", err)
	}
}

// TestRevokeIsNotRefused looks again when a server says what it also says of members
// that are not there.
func TestRevokeIsNotRefused(t *testing.T) {
	ad, g := forest(t, true, nil)
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	ad.before = func(string, string) int { return ldapv3.LDAPResultUnwillingToPerform }
	if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{adGroup("dns")}); err == nil {
		t.Error("the member is there, and Revoke says it is not")
	}
}

// TestAnsweredOnce repeats a change whose answer was lost, and does not take the
// second answer for a failure.
func TestAnsweredOnce(t *testing.T) {
	ad, g := forest(t, true, nil)
	lost := 0
	ad.before = func(group, change string) int {
		if lost++; lost == 1 {
			return carryAndLose
		}
		return 0
	}
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{adAnna + " 3600"}, ad.links(adGroup("dns").Target)); diff != "" {
		t.Errorf("granted (-want +got):\n%s", diff)
	}
	lost = 0
	if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{adGroup("dns")}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), ad.links(adGroup("dns").Target)); diff != "" {
		t.Errorf("revoked (-want +got):\n%s", diff)
	}
}

// TestEndsJustBefore has a membership that ends between reading and replacing it.
func TestEndsJustBefore(t *testing.T) {
	ad, g := forest(t, true, nil)
	if err := ad.grant(g, t, time.Second, "dns"); err != nil {
		t.Fatal(err)
	}
	first := true
	ad.before = func(string, string) int {
		if first {
			first = false
			ad.pass(time.Second)
		}
		return 0
	}
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{adAnna + " 3599"}, ad.links(adGroup("dns").Target)); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// TestPlaceholderComesBetween has somebody else put it into the group, and a member
// with it.
func TestPlaceholderComesBetween(t *testing.T) {
	const nobody = "CN=Nobody," + adBase
	ad, g := forest(t, false, func(c *ldap.Config) { c.Placeholder = nobody })
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	first := true
	ad.before = func(group, change string) int {
		if first {
			first = false
			ad.mu.Lock()
			defer ad.mu.Unlock()
			ad.members[strings.ToLower(group)] = append(ad.members[strings.ToLower(group)], adLink{dn: nobody})
			return ldapv3.LDAPResultObjectClassViolation
		}
		return 0
	}
	if err := g.Revoke(soon(t), userOf("anna"), []pam.Group{adGroup("dns")}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{nobody}, ad.links(adGroup("dns").Target)); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// TestServerWithoutTheControl is not asked for ends, whatever its forest can do.
func TestServerWithoutTheControl(t *testing.T) {
	ad, g := forest(t, true, nil)
	ad.older = true
	if err := ad.grant(g, t, time.Hour, "dns"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{adAnna}, ad.links(adGroup("dns").Target)); diff != "" || g.Expires() {
		t.Errorf("Expires is %v, members (-want +got):\n%s", g.Expires(), diff)
	}
}

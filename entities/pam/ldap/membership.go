package ldap

import (
	"context"
	"errors"
	"strings"
	"time"

	ldapv3 "github.com/go-ldap/ldap/v3"

	"github.com/pamodata/pamodata/entities/pam"
)

// attempts is how often a change is tried whose answer shows that somebody else has
// changed the group in the meantime.
const attempts = 4

// memberValue is what groups hold of a user. The error is errNoUser, permanent, if
// there is no such user.
func (g *Granter) memberValue(ctx context.Context, user pam.User) (string, error) {
	domain, name, ok := strings.Cut(user.Account, `\`)
	if !ok {
		domain, name = "", user.Account
	}
	switch {
	case name == "":
		return "", permanent("the account %q has no name", user.Account)
	case g.config.Domain != "" && !strings.EqualFold(domain, g.config.Domain):
		// Not errNoUser: that would make revoking succeed.
		return "", permanent("the account %q is not one of the domain %s", user.Account, g.config.Domain)
	}
	attribute := g.config.MemberValue
	if attribute == "" {
		attribute = "1.1" // none, RFC 4511 4.5.1.8
	}
	var found *ldapv3.SearchResult
	err := g.do(ctx, func(l *link) (err error) {
		found, err = l.conn.Search(ldapv3.NewSearchRequest(g.config.BaseDN, ldapv3.ScopeWholeSubtree, ldapv3.NeverDerefAliases,
			2, g.seconds(), false, fill(g.config.Filter, name), []string{attribute}, nil))
		return err
	})
	many := ldapv3.IsErrorWithCode(err, ldapv3.LDAPResultSizeLimitExceeded)
	switch {
	case err != nil && !many:
		return "", during(err, "finding %s", user.Account)
	case many || len(found.Entries) > 1:
		return "", permanent("finding %s: more than one entry has this account", user.Account)
	case len(found.Entries) == 0:
		if g.config.MemberValue != "" && strings.Contains(strings.ToLower(g.config.Filter), "("+strings.ToLower(g.config.MemberValue)+"=%s)") {
			return name, permanent("finding %s: %w", user.Account, errNoUser)
		}
		return "", permanent("finding %s: %w", user.Account, errNoUser)
	case g.config.MemberValue == "":
		return found.Entries[0].DN, nil
	}
	values := found.Entries[0].GetEqualFoldAttributeValues(g.config.MemberValue)
	if len(values) != 1 {
		return "", permanent("finding %s: the entry has %d values of %s and needs one", user.Account, len(values), g.config.MemberValue)
	}
	return values[0], nil
}

// membership is what a group says about a user.
type membership struct {
	group  string // its DN
	member bool
	until  time.Time // zero for no end
}

// groupDN is the DN of a group.
func groupDN(group pam.Group) (string, error) {
	dn := group.Target
	if dn == "" {
		dn = group.Name
	}
	if _, err := ldapv3.ParseDN(dn); err != nil || dn == "" {
		return "", permanent("the group %s: its target is not a DN", group.Name)
	}
	return dn, nil
}

// read reads whether a user is a member. The error is errNoGroup, permanent, if
// there is no such group.
func (g *Granter) read(ctx context.Context, group, value string) (membership, error) {
	found := membership{group: group}
	err := g.do(ctx, func(l *link) error {
		// The filter spares reading the members of large groups.
		result, err := l.conn.Search(ldapv3.NewSearchRequest(group, ldapv3.ScopeBaseObject, ldapv3.NeverDerefAliases,
			1, g.seconds(), false, "("+g.config.Member+"="+ldapv3.EscapeFilter(value)+")", []string{"1.1"}, nil))
		if err != nil {
			return err
		}
		found.member, found.until = len(result.Entries) > 0, time.Time{}
		if found.member && l.expires {
			found.until, err = g.end(l.conn, group, value)
		}
		return err
	})
	// A referral is to another directory, which this account cannot change.
	if ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultNoSuchObject, ldapv3.LDAPResultReferral) {
		err = &pam.Permanent{Err: errNoGroup}
	}
	return found, during(err, "reading %s", group)
}

// add makes a user a member, and replaces the end of a membership if the directory
// knows ends.
func (g *Granter) add(ctx context.Context, group, value string, member bool, until time.Time) error {
	var err error
	for range attempts {
		err = g.do(ctx, func(l *link) error {
			if member && !l.expires {
				return nil
			}
			request := ldapv3.NewModifyRequest(group, nil)
			if member {
				request.Delete(g.config.Member, []string{value})
			}
			written := value
			if l.expires && !until.IsZero() {
				written = withEnd(value, until.Sub(g.config.Now()))
			}
			request.Add(g.config.Member, []string{written})
			return l.conn.Modify(request)
		})
		switch {
		case err == nil:
			return nil
		case !member && ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultAttributeOrValueExists, ldapv3.LDAPResultEntryAlreadyExists):
			member = true // since then; or the answer to the add was lost
		case member && ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultNoSuchAttribute, ldapv3.LDAPResultUnwillingToPerform):
			member = false // it has ended since then
		default:
			return during(err, "adding to %s", group)
		}
	}
	return during(err, "adding to %s", group)
}

// remove ends a membership, if there is one.
func (g *Granter) remove(ctx context.Context, group, value string) error {
	var err error
	place := false // put the placeholder into the group
	for range attempts {
		err = g.do(ctx, func(l *link) error {
			request := ldapv3.NewModifyRequest(group, nil)
			if place {
				request.Add(g.config.Member, []string{g.config.Placeholder})
			}
			request.Delete(g.config.Member, []string{value})
			return l.conn.Modify(request)
		})
		switch {
		case err == nil, ldapv3.IsErrorWithCode(err, ldapv3.LDAPResultNoSuchObject):
			return nil
		case ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultNoSuchAttribute, ldapv3.LDAPResultUnwillingToPerform):
			// Servers say this of a member that is not there, and Active Directory of
			// other things too.
			now, failure := g.read(ctx, group, value)
			if errors.Is(failure, errNoGroup) || failure == nil && !now.member {
				return nil
			}
			return during(err, "removing from %s", group)
		case !place && ldapv3.IsErrorWithCode(err, ldapv3.LDAPResultObjectClassViolation):
			if g.config.Placeholder == "" {
				return during(err, "removing the last member of %s, which must have one: a placeholder is needed", group)
			}
			place = true
		case place && ldapv3.IsErrorAnyOf(err, ldapv3.LDAPResultAttributeOrValueExists, ldapv3.LDAPResultEntryAlreadyExists):
			place = false // somebody else has put it there
		default:
			return during(err, "removing from %s", group)
		}
	}
	return during(err, "removing from %s", group)
}

// seconds is the timeout that servers are told.
func (g *Granter) seconds() int {
	return int((g.config.Timeout + time.Second - 1) / time.Second)
}

package pam

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Doubts returns what works as defined, but hardly as meant. Definitions with
// doubts are used; whoever applies them should see them. The definitions are
// expected to pass [Definitions.Check].
//
//   - a role without an enabled candidate, which nobody can ask for
//   - approval whose owners are all disabled: requests end undecided
//   - approval whose only enabled owner is a candidate too: his own requests are
//     approved without anybody else, or, where
//     [Role.DisableAutoApprovalIfOwner] is set, never
//   - MFA with a candidate who has no phone, whose requests all fail
func (d *Definitions) Doubts() []Mistake {
	c := newChecker(d)
	for i := range d.Roles {
		r, at := &d.Roles[i], part{kindRole, i}.String()
		candidates, owners := c.enabled(r.Candidates), c.enabled(r.Owners)
		if len(candidates) == 0 {
			c.wrong(at+".candidates", "comes to no enabled user", "nobody can ask for the role")
		}
		if r.Approval {
			c.doubtOwners(at+".owners", r, candidates, owners)
		}
		if r.MFA {
			c.doubtPhones(at+".mfa", candidates)
		}
	}
	return c.found
}

// doubtOwners looks at the owners of a role that needs approval.
func (c *checker) doubtOwners(path string, r *Role, candidates, owners map[edm.GUID]*User) {
	if len(owners) == 0 {
		c.wrong(path, "comes to no enabled user", "requests end undecided")
	}
	if len(owners) > 1 {
		return
	}
	for id, owner := range owners {
		switch {
		case candidates[id] == nil:
		case r.DisableAutoApprovalIfOwner:
			c.wrong(path, "has "+owner.Account+" alone, who is a candidate too", "nobody can approve the owner's own requests; name a second owner")
		default:
			c.wrong(path, "has "+owner.Account+" alone, who is a candidate too", "the owner's own requests need nobody else; name a second owner and set disableAutoApprovalIfOwner")
		}
	}
}

// doubtPhones looks for candidates whom no provider can call.
func (c *checker) doubtPhones(path string, candidates map[edm.GUID]*User) {
	first, without := (*User)(nil), 0
	for _, u := range candidates {
		if u.Phone == "" {
			without++
			if first == nil || foldName(u.Account) < foldName(first.Account) {
				first = u
			}
		}
	}
	switch {
	case without == 1:
		c.wrong(path, "cannot succeed for "+first.Account, "the candidate has no phone")
	case without > 1:
		c.wrong(path, fmt.Sprintf("cannot succeed for %d candidates, such as %s", without, first.Account), "they have no phone")
	}
}

// enabled are the enabled users that a list comes to.
func (c *checker) enabled(list []edm.GUID) map[edm.GUID]*User {
	found := map[edm.GUID]*User{}
	seen := map[edm.GUID]bool{}
	rest := append([]edm.GUID(nil), list...)
	for len(rest) > 0 {
		id := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		switch p := c.parts[id]; {
		case p.kind == kindUser && !c.d.Users[p.index].Disabled:
			found[id] = &c.d.Users[p.index]
		case p.kind == kindTeam && !seen[id]:
			seen[id] = true
			rest = append(rest, c.d.Teams[p.index].Members...)
		}
	}
	return found
}

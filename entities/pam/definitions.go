package pam

import (
	"slices"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Definitions are the people and privileges that an administrator has decided on.
// They come from a file or from commands, and are stored as a whole, see
// [Desk.Apply]. Identifiers are unique among all of them.
type Definitions struct {
	Users  []User
	Groups []Group
	Teams  []Team
	Roles  []Role
}

// A User is a principal who may ask for roles or decide about them.
type User struct {
	ID          edm.GUID
	Account     string // DOMAIN\account; compared without regard to case
	DisplayName string // what owners read in their list, such as PRIV.Anna
	Phone       string // of the second factor; empty for none
	Disabled    bool
}

// A Group is a privilege: being a member of it is what a role gives.
type Group struct {
	ID   edm.GUID
	Name string

	// Target is how the granter knows the group: the DN of an LDAP directory. Empty
	// means Name.
	Target string
}

// A Team is a name for several users, so that roles need not list them. Members
// are users and other teams, to any depth; a team that holds itself adds nobody.
type Team struct {
	ID      edm.GUID
	Name    string
	Members []edm.GUID
}

// A Role is a set of privileges that candidates can have for a time.
type Role struct {
	ID          edm.GUID
	DisplayName string // kept as it is, blanks at its end included
	Description string // empty for none

	// TTL is the longest duration of an activation, at least a second.
	TTL time.Duration

	Groups     []edm.GUID
	Candidates []edm.GUID // users and teams that may ask for the role
	Owners     []edm.GUID // users and teams that decide about requests

	// Window restricts the time of day at which an activation may begin, in the
	// service's time zone; nil for any time.
	Window *Window

	MFA      bool // needs a second factor
	Approval bool // needs the approval of an owner

	// DisableAutoApprovalIfOwner makes owners wait for another owner when they
	// ask for the role themselves. Otherwise their own requests are approved.
	DisableAutoApprovalIfOwner bool

	// RefuseLongTTL answers a requested duration above TTL with an error.
	// Otherwise the request is accepted and the grant ends after TTL.
	RefuseLongTTL bool
}

// A Window is a time of day, from its beginning to just before its end. It never
// spans midnight. Both are since midnight, as a clock on the wall shows it.
type Window struct {
	From, To time.Duration
}

// Members are the enabled and disabled users that a list of users and teams comes
// to, each once, in no particular order. Identifiers of nothing are left out.
func (d *Definitions) Members(list []edm.GUID) []edm.GUID {
	users := make(map[edm.GUID]bool, len(d.Users))
	for i := range d.Users {
		users[d.Users[i].ID] = true
	}
	teams := make(map[edm.GUID][]edm.GUID, len(d.Teams))
	for i := range d.Teams {
		teams[d.Teams[i].ID] = d.Teams[i].Members
	}
	seen := map[edm.GUID]bool{}
	var found []edm.GUID
	for rest := slices.Clone(list); len(rest) > 0; {
		id := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		if users[id] {
			found = append(found, id)
			continue
		}
		rest = append(rest, teams[id]...)
	}
	return found
}

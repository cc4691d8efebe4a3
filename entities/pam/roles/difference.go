package roles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// Difference tells in words what changes from old to new, a line for each
// change, for plans and for the audit trail:
//
//	user PRIV\bert: phone changed
//	role DNS administrators: TTL 1h -> 2h
//	role DNS administrators: candidate PRIV\bert added
//	role Night maintenance: removed
//
// What has the same identifier is the same, whatever its name. Users come first,
// then groups, teams and roles, each in the order of their names. The order within
// lists means nothing. Phone numbers are never shown. Texts of the definitions are
// quoted where they could be taken for something else. Equal definitions have no
// difference.
func Difference(old, new pam.Definitions) []string {
	c := &comparison{was: namesOf(&old), is: namesOf(&new)}
	compare(c, "user", old.Users, new.Users, func(u *pam.User) (edm.GUID, string) { return u.ID, u.Account }, c.user)
	compare(c, "group", old.Groups, new.Groups, func(g *pam.Group) (edm.GUID, string) { return g.ID, g.Name }, c.group)
	compare(c, "team", old.Teams, new.Teams, func(t *pam.Team) (edm.GUID, string) { return t.ID, t.Name }, c.team)
	compare(c, "role", old.Roles, new.Roles, func(r *pam.Role) (edm.GUID, string) { return r.ID, r.DisplayName }, c.role)
	return c.lines
}

// A comparison collects the lines about one definition after the other.
type comparison struct {
	was, is map[edm.GUID]string // names
	subject string              // "role DNS administrators"
	lines   []string
}

func namesOf(d *pam.Definitions) map[edm.GUID]string {
	names := make(map[edm.GUID]string, len(d.Users)+len(d.Groups)+len(d.Teams))
	for i := range d.Users {
		names[d.Users[i].ID] = d.Users[i].Account
	}
	for i := range d.Groups {
		names[d.Groups[i].ID] = d.Groups[i].Name
	}
	for i := range d.Teams {
		names[d.Teams[i].ID] = d.Teams[i].Name
	}
	return names
}

// compare goes through the definitions of a kind by name. What is new is compared
// with the empty definition, so that the trail shows all of it.
func compare[T any](c *comparison, kind string, old, new []T, key func(*T) (edm.GUID, string), changes func(old, new *T)) {
	type pair struct {
		name     string
		id       edm.GUID
		old, new *T
	}
	pairs := make([]pair, 0, max(len(old), len(new)))
	at := make(map[edm.GUID]int, len(new))
	for i := range new {
		id, name := key(&new[i])
		at[id] = len(pairs)
		pairs = append(pairs, pair{name: name, id: id, new: &new[i]})
	}
	for i := range old {
		id, name := key(&old[i])
		if n, ok := at[id]; ok {
			pairs[n].old = &old[i]
		} else {
			pairs = append(pairs, pair{name: name, id: id, old: &old[i]})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if byName := cmp.Or(cmp.Compare(fold(a.name), fold(b.name)), cmp.Compare(a.name, b.name)); byName != 0 {
			return byName
		}
		if gone := a.new == nil; gone != (b.new == nil) { // before what takes its name
			if gone {
				return -1
			}
			return 1
		}
		return a.id.Compare(b.id)
	})
	var empty T
	for _, p := range pairs {
		c.subject = kind + " " + plain(p.name)
		switch {
		case p.new == nil:
			c.say("removed")
			continue
		case p.old == nil:
			c.say("added")
			changes(&empty, p.new)
			continue
		}
		if _, name := key(p.old); name != p.name {
			c.say("renamed from " + plain(name))
		}
		changes(p.old, p.new)
	}
}

func (c *comparison) say(change string) { c.lines = append(c.lines, c.subject+": "+change) }

func (c *comparison) user(old, new *pam.User) {
	c.text("display name", old.DisplayName, new.DisplayName)
	switch {
	case old.Phone == new.Phone:
	case old.Phone == "":
		c.say("phone added")
	case new.Phone == "":
		c.say("phone removed")
	default:
		c.say("phone changed")
	}
	switch {
	case new.Disabled && !old.Disabled:
		c.say("disabled")
	case old.Disabled && !new.Disabled:
		c.say("enabled")
	}
}

func (c *comparison) group(old, new *pam.Group) { c.text("target", old.Target, new.Target) }

func (c *comparison) team(old, new *pam.Team) { c.list("member", old.Members, new.Members) }

func (c *comparison) role(old, new *pam.Role) {
	c.text("description", old.Description, new.Description)
	if old.TTL != new.TTL {
		c.change("TTL", ttlWord(old), ttlWord(new))
	}
	c.list("group", old.Groups, new.Groups)
	c.list("candidate", old.Candidates, new.Candidates)
	c.list("owner", old.Owners, new.Owners)
	c.change("window", windowWord(old.Window), windowWord(new.Window))
	c.flag("MFA", old.MFA, new.MFA)
	c.flag("approval", old.Approval, new.Approval)
	c.flag("disableAutoApprovalIfOwner", old.DisableAutoApprovalIfOwner, new.DisableAutoApprovalIfOwner)
	c.flag("refusal of long TTLs", old.RefuseLongTTL, new.RefuseLongTTL)
}

const none = "none"

func ttlWord(r *pam.Role) string {
	if r.TTL == 0 {
		return none
	}
	return formatTTL(r.TTL)
}

func windowWord(w *pam.Window) string {
	if w == nil {
		return none
	}
	return formatClock(w.From) + "-" + formatClock(w.To)
}

// change tells of a value that is another one now.
func (c *comparison) change(what, old, new string) {
	if old != new {
		c.say(what + " " + old + " -> " + new)
	}
}

// text tells of a text that is another one now.
func (c *comparison) text(what, old, new string) {
	word := func(text string) string {
		if text == "" {
			return none
		}
		return fmt.Sprintf("%q", text)
	}
	c.change(what, word(old), word(new))
}

func (c *comparison) flag(what string, old, new bool) {
	word := map[bool]string{false: "off", true: "on"}
	c.change(what, word[old], word[new])
}

// list tells what came into a list, in the order of the new one, and then what went.
func (c *comparison) list(what string, old, new []edm.GUID) {
	c.missing(what, "added", new, old, c.is)
	c.missing(what, "removed", old, new, c.was)
}

func (c *comparison) missing(what, verb string, list, from []edm.GUID, names map[edm.GUID]string) {
	if len(list) == 0 {
		return
	}
	there := make(map[edm.GUID]bool, len(from))
	for _, id := range from {
		there[id] = true
	}
	for _, id := range list {
		if there[id] {
			continue
		}
		name, ok := names[id]
		if !ok {
			name = id.String()
		}
		c.say(what + " " + plain(name) + " " + verb)
	}
}

// plain is a name as it is, in quotes if it could hide something: line breaks,
// blanks at its ends, or the punctuation of these lines.
func plain(name string) string {
	q := fmt.Sprintf("%q", name)
	inner := strings.ReplaceAll(q[1:len(q)-1], `\\`, `\`)
	if inner != name || name != strings.TrimSpace(name) || name == "" || strings.Contains(name, ": ") || strings.Contains(name, "->") {
		return q
	}
	return name
}

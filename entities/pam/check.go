package pam

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Limits of what definitions may say.
const (
	MaxName        = 400  // characters of an account, a name and a display name
	MaxDescription = 4000 // characters, line breaks included
	MaxPhone       = 64   // characters
	MaxTarget      = 2000 // characters
	// MaxRoleTTL is a hundred years, well below what a time.Duration can hold.
	MaxRoleTTL = 36525 * 24 * time.Hour
)

// CheckOptions is what definitions are checked against.
type CheckOptions struct {
	MFA bool // a provider of the second factor is configured
}

// A Mistake is a reason to refuse definitions, or to doubt them.
type Mistake struct {
	// Path is where, in the words of a definition file: "roles[2].window.to". The
	// numbers count from 0.
	Path string

	// Problem is what is wrong, as a sentence without its end: "is not later than from".
	Problem string

	// Advice is what to do about it; empty where the problem says it.
	Advice string
}

// Error is the mistake as one line: path, problem, advice.
func (m Mistake) Error() string {
	if m.Advice == "" {
		return m.Path + ": " + m.Problem
	}
	return m.Path + ": " + m.Problem + "; " + m.Advice
}

// Check returns everything because of which the definitions cannot be used, in the
// order of their parts, or nil:
//
//   - identifiers are unique over everything and not all zeros; accounts, and the
//     names of groups, of teams and of roles among themselves, are unique
//     without regard to case
//   - accounts have the form DOMAIN\account; names of teams have no backslash, which
//     tells the two apart
//   - names are not empty and have at most [MaxName] characters, none of them a
//     control character; a description may have line breaks and tabs
//   - what is referred to exists and is of the right kind, and is listed once
//   - a role has at least one group, and a TTL in whole seconds from 1 to [MaxRoleTTL],
//     since clients read seconds
//   - a window ends later than it begins, within one day, both in whole seconds; 24h
//     is the end of the day
//   - approval has at least one owner, teams resolved. Disabled owners count:
//     disabling somebody must always be possible
//   - MFA has a provider
//
// It takes time in proportion to the size of the definitions, and each team of
// owners as often as roles name it.
//
// Source: PAM REST API, domain model, validation of a role definition.
func (d *Definitions) Check(o CheckOptions) []Mistake {
	c := newChecker(d)
	c.users()
	c.groups()
	c.teams()
	c.roles(o)
	return c.found
}

// A kind is one of the four lists of definitions.
type kind uint8

const (
	kindUser kind = iota + 1
	kindGroup
	kindTeam
	kindRole
)

var kindList = [...]string{kindUser: "users", kindGroup: "groups", kindTeam: "teams", kindRole: "roles"}

// A part is where one definition is.
type part struct {
	kind  kind
	index int
}

func (p part) String() string { return fmt.Sprintf("%s[%d]", kindList[p.kind], p.index) }

// A checker collects the mistakes in d.
type checker struct {
	d     *Definitions
	parts map[edm.GUID]part // the first with each identifier
	found []Mistake
}

func newChecker(d *Definitions) *checker {
	c := &checker{d: d, parts: make(map[edm.GUID]part, len(d.Users)+len(d.Groups)+len(d.Teams)+len(d.Roles))}
	add := func(id edm.GUID, p part) {
		if _, taken := c.parts[id]; !taken && !id.IsZero() {
			c.parts[id] = p
		}
	}
	for i := range d.Users {
		add(d.Users[i].ID, part{kindUser, i})
	}
	for i := range d.Groups {
		add(d.Groups[i].ID, part{kindGroup, i})
	}
	for i := range d.Teams {
		add(d.Teams[i].ID, part{kindTeam, i})
	}
	for i := range d.Roles {
		add(d.Roles[i].ID, part{kindRole, i})
	}
	return c
}

func (c *checker) wrong(path, problem, advice string) {
	c.found = append(c.found, Mistake{Path: path, Problem: problem, Advice: advice})
}

// unique checks the identifier of p and its name, of which seen holds those before it.
func (c *checker) unique(p part, id edm.GUID, field, name string, seen map[string]int) {
	if name == "" {
		return // reported, and identifiers are made from names
	}
	if first, taken := seen[foldName(name)]; taken {
		c.wrong(p.String()+"."+field, fmt.Sprintf("is that of %s too", part{p.kind, first}),
			"names differ in more than upper and lower case")
		if id == c.idOf(part{p.kind, first}) {
			return // the same mistake
		}
	} else {
		seen[foldName(name)] = p.index
	}
	switch first := c.parts[id]; {
	case id.IsZero():
		c.wrong(p.String()+".id", "is all zeros", "leave it out to have one made from the name")
	case first != p:
		c.wrong(p.String()+".id", fmt.Sprintf("is that of %s too", first), "give each its own")
	}
}

func (c *checker) idOf(p part) edm.GUID {
	switch p.kind {
	case kindUser:
		return c.d.Users[p.index].ID
	case kindGroup:
		return c.d.Groups[p.index].ID
	case kindTeam:
		return c.d.Teams[p.index].ID
	}
	return c.d.Roles[p.index].ID
}

// references checks that list, at path, holds definitions of these kinds, each once.
func (c *checker) references(path string, list []edm.GUID, kinds ...kind) {
	var seen map[edm.GUID]int
	if len(list) > 1 {
		seen = make(map[edm.GUID]int, len(list))
	}
	for i, id := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if p, ok := c.parts[id]; !ok {
			c.wrong(at, "refers to nothing that is defined", "define it, or take it out of the list")
		} else if !slices.Contains(kinds, p.kind) {
			c.wrong(at, fmt.Sprintf("refers to %s", p), "this list holds "+kindsInWords(kinds))
		}
		if first, twice := seen[id]; twice {
			c.wrong(at, fmt.Sprintf("is listed already, at [%d]", first), "list it once")
		} else if seen != nil {
			seen[id] = i
		}
	}
}

func kindsInWords(kinds []kind) string {
	var words []string
	for _, k := range kinds {
		words = append(words, kindList[k])
	}
	return strings.Join(words, " and ")
}

// users checks the users.
func (c *checker) users() {
	seen := make(map[string]int, len(c.d.Users))
	for i := range c.d.Users {
		u, p := &c.d.Users[i], part{kindUser, i}
		c.unique(p, u.ID, "account", u.Account, seen)
		c.account(p.String()+".account", u.Account)
		c.name(p.String()+".displayName", u.DisplayName)
		c.text(p.String()+".phone", u.Phone, MaxPhone, "")
	}
}

// groups checks the groups.
func (c *checker) groups() {
	seen := make(map[string]int, len(c.d.Groups))
	for i := range c.d.Groups {
		g, p := &c.d.Groups[i], part{kindGroup, i}
		c.unique(p, g.ID, "name", g.Name, seen)
		c.name(p.String()+".name", g.Name)
		c.text(p.String()+".target", g.Target, MaxTarget, "")
	}
}

// teams checks the teams.
func (c *checker) teams() {
	seen := make(map[string]int, len(c.d.Teams))
	for i := range c.d.Teams {
		t, p := &c.d.Teams[i], part{kindTeam, i}
		c.unique(p, t.ID, "name", t.Name, seen)
		c.name(p.String()+".name", t.Name)
		if strings.ContainsRune(t.Name, '\\') {
			c.wrong(p.String()+".name", "has a backslash", "in lists of members that makes it an account")
		}
		c.references(p.String()+".members", t.Members, kindUser, kindTeam)
	}
}

// roles checks the roles.
func (c *checker) roles(o CheckOptions) {
	seen := make(map[string]int, len(c.d.Roles))
	for i := range c.d.Roles {
		r, p := &c.d.Roles[i], part{kindRole, i}
		at := p.String()
		c.unique(p, r.ID, "name", r.DisplayName, seen)
		c.name(at+".name", r.DisplayName)
		c.text(at+".description", r.Description, MaxDescription, "\n\t")
		switch {
		case r.TTL < time.Second:
			c.wrong(at+".ttl", "is less than a second", "it is the longest duration of an activation, such as 1h")
		case r.TTL > MaxRoleTTL:
			c.wrong(at+".ttl", "is more than a hundred years", "it is the longest duration of an activation, such as 1h")
		case r.TTL%time.Second != 0:
			c.wrong(at+".ttl", "is not in whole seconds", "clients read it as a number of seconds")
		}
		if len(r.Groups) == 0 {
			c.wrong(at+".groups", "is empty", "a role gives the membership of at least one group")
		}
		c.references(at+".groups", r.Groups, kindGroup)
		c.references(at+".candidates", r.Candidates, kindUser, kindTeam)
		c.references(at+".owners", r.Owners, kindUser, kindTeam)
		c.window(at+".window", r.Window)
		if r.MFA && !o.MFA {
			c.wrong(at+".mfa", "needs a provider of the second factor", "configure one, or turn mfa off")
		}
		if r.Approval && !c.holdsUser(r.Owners) {
			c.wrong(at+".owners", "holds no user, but the role needs approval", "name an owner, or turn approval off")
		}
	}
}

// window checks a window, if there is one.
func (c *checker) window(path string, w *Window) {
	if w == nil {
		return
	}
	for _, end := range []struct {
		name string
		time time.Duration
	}{{".from", w.From}, {".to", w.To}} {
		switch {
		case end.time < 0 || end.time > fullDay:
			c.wrong(path+end.name, "is not a time of day", "give one from 00:00 to 24:00")
		case end.time%time.Second != 0:
			c.wrong(path+end.name, "is not in whole seconds", "give a time such as 18:00")
		}
	}
	if w.To <= w.From {
		c.wrong(path+".to", "is not later than from", "a window lies within one day; make two roles for one across midnight")
	}
}

// holdsUser reports whether a list comes to at least one user.
func (c *checker) holdsUser(list []edm.GUID) bool {
	seen := map[edm.GUID]bool{}
	for rest := slices.Clone(list); len(rest) > 0; {
		id := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		switch p := c.parts[id]; {
		case p.kind == kindUser:
			return true
		case p.kind == kindTeam && !seen[id]:
			seen[id] = true
			rest = append(rest, c.d.Teams[p.index].Members...)
		}
	}
	return false
}

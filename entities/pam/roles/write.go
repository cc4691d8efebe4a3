package roles

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// Write writes a definition file that [Read] reads as the same definitions. What is
// as it would be anyway is left out: identifiers made from names, display names
// made from accounts, everything that is off.
//
// Definitions need not pass [pam.Definitions.Check], so that a person can mend them
// in the file; but an error, before anything is written, says what a file cannot
// express: references to nothing, names that are not unique, texts that are not
// UTF-8, and times finer than a second. The writer's errors are returned as they
// are.
func Write(w io.Writer, d pam.Definitions) error {
	p := &printer{names: make(map[edm.GUID]string, len(d.Users)+len(d.Groups)+len(d.Teams))}
	p.collect(&d)
	root := p.document(&d)
	if len(p.errs) > 0 {
		return errors.Join(p.errs...)
	}
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return err
	}
	return encoder.Close()
}

// A printer turns definitions into nodes.
type printer struct {
	names map[edm.GUID]string // of what can be referred to
	kinds map[edm.GUID]string
	errs  []error
}

func (p *printer) cannot(format string, args ...any) {
	if len(p.errs) < maxMistakes {
		p.errs = append(p.errs, fmt.Errorf("a definition file cannot express "+format, args...))
	}
}

// collect remembers the names, and finds those that stand for two things.
func (p *printer) collect(d *pam.Definitions) {
	p.kinds = make(map[edm.GUID]string, len(d.Users)+len(d.Groups)+len(d.Teams))
	seen := map[string]bool{}
	add := func(kind string, id edm.GUID, name string) {
		if key := kind + ":" + fold(name); seen[key] {
			p.cannot("two %ss with the name %s", kind, quoted(name))
		} else {
			seen[key] = true
		}
		if p.kinds[id] != "" {
			p.cannot("the identifier %s of both a %s and a %s", id, p.kinds[id], kind)
		}
		p.names[id], p.kinds[id] = name, kind
	}
	for i := range d.Users {
		u := &d.Users[i]
		add("user", u.ID, u.Account)
		if !strings.Contains(u.Account, `\`) {
			p.cannot("the account %s, which has no backslash", quoted(u.Account))
		}
	}
	for i := range d.Groups {
		add("group", d.Groups[i].ID, d.Groups[i].Name)
	}
	for i := range d.Teams {
		t := &d.Teams[i]
		add("team", t.ID, t.Name)
		if strings.Contains(t.Name, `\`) {
			p.cannot("the team %s, which reads as an account", quoted(t.Name))
		}
	}
	for i := range d.Roles {
		add("role", d.Roles[i].ID, d.Roles[i].DisplayName)
	}
}

// document is the whole file. All four lists are there, as a form to fill in.
func (p *printer) document(d *pam.Definitions) *yaml.Node {
	users, groups, teams, roles := newList(), newList(), newList(), newList()
	for i := range d.Users {
		users.add(p.user(&d.Users[i]))
	}
	for i := range d.Groups {
		groups.add(p.group(&d.Groups[i]))
	}
	for i := range d.Teams {
		teams.add(p.team(&d.Teams[i]))
	}
	for i := range d.Roles {
		roles.add(p.role(&d.Roles[i]))
	}
	root := newMapping()
	root.set("users", users.node())
	root.set("groups", groups.node())
	root.set("teams", teams.node())
	root.set("roles", roles.node())
	return (*yaml.Node)(root)
}

func (p *printer) user(u *pam.User) *yaml.Node {
	m := newMapping()
	p.id(m, u.ID, UserID(u.Account))
	m.set("account", p.text(u.Account))
	if u.DisplayName != displayName(u.Account) {
		m.set("displayName", p.text(u.DisplayName))
	}
	if u.Phone != "" {
		m.set("phone", p.text(u.Phone))
	}
	m.flag("disabled", u.Disabled)
	return (*yaml.Node)(m)
}

func (p *printer) group(g *pam.Group) *yaml.Node {
	m := newMapping()
	p.id(m, g.ID, GroupID(g.Name))
	m.set("name", p.text(g.Name))
	if g.Target != "" {
		m.set("target", p.text(g.Target))
	}
	return (*yaml.Node)(m)
}

func (p *printer) team(t *pam.Team) *yaml.Node {
	m := newMapping()
	p.id(m, t.ID, TeamID(t.Name))
	m.set("name", p.text(t.Name))
	p.references(m, "members", t.Members, "user", "team")
	return (*yaml.Node)(m)
}

func (p *printer) role(r *pam.Role) *yaml.Node {
	m := newMapping()
	p.id(m, r.ID, RoleID(r.DisplayName))
	m.set("name", p.text(r.DisplayName))
	if r.Description != "" {
		m.set("description", p.text(r.Description))
	}
	if r.TTL < 0 || r.TTL%time.Second != 0 || r.TTL > pam.MaxRoleTTL {
		p.cannot("the TTL %v of role %s", r.TTL, quoted(r.DisplayName))
	}
	m.set("ttl", p.text(formatTTL(r.TTL)))
	p.references(m, "groups", r.Groups, "group")
	p.references(m, "candidates", r.Candidates, "user", "team")
	p.references(m, "owners", r.Owners, "user", "team")
	if r.Window != nil {
		w := newMapping()
		w.Style = yaml.FlowStyle
		w.set("from", p.clock(r.Window.From, r))
		w.set("to", p.clock(r.Window.To, r))
		m.set("window", (*yaml.Node)(w))
	}
	m.flag("mfa", r.MFA)
	m.flag("approval", r.Approval)
	m.flag("disableAutoApprovalIfOwner", r.DisableAutoApprovalIfOwner)
	if r.RefuseLongTTL {
		m.set("ttlPolicy", p.text("reject"))
	}
	return (*yaml.Node)(m)
}

func (p *printer) id(m *mapping, id, derived edm.GUID) {
	if id.IsZero() {
		p.cannot("an identifier that is all zeros")
	}
	if id != derived {
		m.set("id", p.text(id.String()))
	}
}

func (p *printer) references(m *mapping, key string, ids []edm.GUID, kinds ...string) {
	list := newList()
	for _, id := range ids {
		fits := false
		for _, kind := range kinds {
			fits = fits || p.kinds[id] == kind
		}
		if !fits {
			p.cannot("a reference to %s, which is no %s", id, strings.Join(kinds, " or "))
		}
		list.add(p.text(p.names[id]))
	}
	if len(ids) > 0 {
		m.set(key, list.node())
	}
}

func (p *printer) clock(d time.Duration, r *pam.Role) *yaml.Node {
	if d < 0 || d > day || d%time.Second != 0 {
		p.cannot("the window of role %s", quoted(r.DisplayName))
	}
	n := p.text(formatClock(d))
	n.Style = yaml.DoubleQuotedStyle // where YAML 1.1 is spoken, 18:00 is the number 1080
	return n
}

// text is a scalar. Lines that stay as they are in a literal are written so;
// anything that is hard to see is written in double quotes, with escapes.
func (p *printer) text(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case !utf8.ValidString(text):
		p.cannot("%s, which is not UTF-8", quoted(text))
	case strings.Contains(text, "\n") && isLiteral(text):
		n.Style = yaml.LiteralStyle
	case text != strings.TrimSpace(text) || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func isLiteral(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || line != strings.TrimSpace(line) || strings.ContainsFunc(line, func(c rune) bool { return !unicode.IsPrint(c) }) {
			return false
		}
	}
	return true
}

// A mapping is a node under construction.
type mapping yaml.Node

func newMapping() *mapping { return &mapping{Kind: yaml.MappingNode, Tag: "!!map"} }

func (m *mapping) set(key string, value *yaml.Node) {
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}

// flag writes what is on.
func (m *mapping) flag(key string, on bool) {
	if on {
		m.set(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
	}
}

// A list is a node under construction.
type list yaml.Node

func newList() *list { return &list{Kind: yaml.SequenceNode, Tag: "!!seq"} }

func (l *list) add(n *yaml.Node) { l.Content = append(l.Content, n) }

// node is the list: one that is empty as [].
func (l *list) node() *yaml.Node {
	if len(l.Content) == 0 {
		l.Style = yaml.FlowStyle
	}
	return (*yaml.Node)(l)
}

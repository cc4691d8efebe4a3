package roles

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// definitions reads the whole file. Users, groups and teams come before what names
// them, wherever they are in the file. What is wrong is there as well, so that the
// numbers in paths count the same things in both.
func (r *reader) definitions(root *yaml.Node) (d pam.Definitions) {
	names := &names{users: index{}, groups: index{}, teams: index{}}
	members := map[int]*yaml.Node{} // of teams, which may name teams further down
	var parts int
	r.mapping(root, "", []field{
		{"users", func(n *yaml.Node, path string) {
			parts++
			r.items(n, path, func(n *yaml.Node, path string) {
				if len(d.Users) == MaxUsers {
					r.stopped = true
					r.wrong(n.Line, path, "is one user too many", fmt.Sprintf("at most %d are read", MaxUsers))
					return
				}
				u := r.user(n, path)
				d.Users = append(d.Users, u)
				names.users.add(u.Account, u.ID)
			})
		}},
		{"groups", func(n *yaml.Node, path string) {
			parts++
			r.items(n, path, func(n *yaml.Node, path string) {
				g := r.group(n, path)
				d.Groups = append(d.Groups, g)
				names.groups.add(g.Name, g.ID)
			})
		}},
		{"teams", func(n *yaml.Node, path string) {
			parts++
			r.items(n, path, func(n *yaml.Node, path string) {
				t, list := r.team(n, path)
				members[len(d.Teams)] = list
				d.Teams = append(d.Teams, t)
				names.teams.add(t.Name, t.ID)
			})
			for i := range d.Teams {
				if members[i] != nil {
					d.Teams[i].Members = r.principals(members[i], fmt.Sprintf("%s[%d].members", path, i), names)
				}
			}
		}},
		{"roles", func(n *yaml.Node, path string) {
			parts++
			r.items(n, path, func(n *yaml.Node, path string) {
				d.Roles = append(d.Roles, r.role(n, path, names))
			})
		}},
	})
	if parts == 0 && len(r.found) == 0 {
		r.wrong(0, "", "holds no definitions", "applied, it would take everything away")
	}
	return d
}

func (r *reader) user(n *yaml.Node, path string) (u pam.User) {
	named := false
	if b := behind(n); b.Kind == yaml.ScalarNode && !isNull(b) {
		u.Account = r.text(n, path)
	} else {
		r.mapping(n, path, []field{
			{"id", func(n *yaml.Node, path string) { u.ID = r.id(n, path) }},
			{"account", func(n *yaml.Node, path string) { u.Account = r.text(n, path) }},
			{"displayName", func(n *yaml.Node, path string) { u.DisplayName, named = r.text(n, path), true }},
			{"phone", func(n *yaml.Node, path string) { u.Phone = r.text(n, path) }},
			{"disabled", func(n *yaml.Node, path string) { u.Disabled = r.flag(n, path) }},
		})
	}
	if u.ID.IsZero() {
		u.ID = UserID(u.Account)
	}
	if !named {
		u.DisplayName = displayName(u.Account)
	}
	return u
}

// displayName is that of users who are given none.
func displayName(account string) string { return strings.Replace(account, `\`, ".", 1) }

func (r *reader) group(n *yaml.Node, path string) (g pam.Group) {
	if b := behind(n); b.Kind == yaml.ScalarNode && !isNull(b) {
		g.Name = r.text(n, path)
	} else {
		r.mapping(n, path, []field{
			{"id", func(n *yaml.Node, path string) { g.ID = r.id(n, path) }},
			{"name", func(n *yaml.Node, path string) { g.Name = r.text(n, path) }},
			{"target", func(n *yaml.Node, path string) { g.Target = r.text(n, path) }},
		})
	}
	if g.ID.IsZero() {
		g.ID = GroupID(g.Name)
	}
	return g
}

func (r *reader) team(n *yaml.Node, path string) (t pam.Team, members *yaml.Node) {
	r.mapping(n, path, []field{
		{"id", func(n *yaml.Node, path string) { t.ID = r.id(n, path) }},
		{"name", func(n *yaml.Node, path string) { t.Name = r.text(n, path) }},
		{"members", func(n *yaml.Node, _ string) { members = n }},
	})
	if t.ID.IsZero() {
		t.ID = TeamID(t.Name)
	}
	return t, members
}

func (r *reader) role(n *yaml.Node, path string, names *names) (o pam.Role) {
	timed := false
	r.mapping(n, path, []field{
		{"id", func(n *yaml.Node, path string) { o.ID = r.id(n, path) }},
		{"name", func(n *yaml.Node, path string) { o.DisplayName = r.text(n, path) }},
		{"description", func(n *yaml.Node, path string) { o.Description = r.text(n, path) }},
		{"ttl", func(n *yaml.Node, path string) {
			timed = true
			o.TTL = r.duration(n, path, parseTTL, "duration up to a hundred years", "one such as 1h30m, or seconds")
		}},
		{"groups", func(n *yaml.Node, path string) { o.Groups = r.groupList(n, path, names) }},
		{"candidates", func(n *yaml.Node, path string) { o.Candidates = r.principals(n, path, names) }},
		{"owners", func(n *yaml.Node, path string) { o.Owners = r.principals(n, path, names) }},
		{"window", func(n *yaml.Node, path string) { o.Window = r.window(n, path) }},
		{"mfa", func(n *yaml.Node, path string) { o.MFA = r.flag(n, path) }},
		{"approval", func(n *yaml.Node, path string) { o.Approval = r.flag(n, path) }},
		{"disableAutoApprovalIfOwner", func(n *yaml.Node, path string) { o.DisableAutoApprovalIfOwner = r.flag(n, path) }},
		{"ttlPolicy", func(n *yaml.Node, path string) {
			switch text := r.text(n, path); text {
			case "cap":
			case "reject":
				o.RefuseLongTTL = true
			default:
				r.wrong(n.Line, path, quoted(text)+" is no policy", "write cap, to shorten longer requests, or reject")
			}
		}},
	})
	if !timed && !r.said[path] {
		r.wrong(n.Line, path+".ttl", "is missing", "it is the longest duration of an activation, such as 1h")
	}
	if o.ID.IsZero() {
		o.ID = RoleID(o.DisplayName)
	}
	return o
}

func (r *reader) window(n *yaml.Node, path string) *pam.Window {
	if isNull(behind(n)) {
		return nil
	}
	var w pam.Window
	from, to := false, false
	r.mapping(n, path, []field{
		{"from", func(n *yaml.Node, path string) {
			from = true
			w.From = r.duration(n, path, parseClock, "time of day", `one such as "08:30"`)
		}},
		{"to", func(n *yaml.Node, path string) {
			to = true
			w.To = r.duration(n, path, parseClock, "time of day", `one such as "18:00"`)
		}},
	})
	if (!from || !to) && !r.said[path] {
		r.wrong(n.Line, path, "needs both from and to", `such as {from: "08:30", to: "18:00"}`)
	}
	return &w
}

// names are what references may name.
type names struct {
	users, groups, teams index
	guesses              int
}

// An index is the definitions of a kind by account or name, in the form of fold.
type index map[string]struct {
	name string
	id   edm.GUID
}

// add remembers the first of a name; Check complains about others.
func (x index) add(name string, id edm.GUID) {
	if _, taken := x[fold(name)]; !taken {
		x[fold(name)] = struct {
			name string
			id   edm.GUID
		}{name, id}
	}
}

// guess is the advice for a name that is not known. It looks at all of them, so it
// gives up after some.
func (s *names) guess(name string, known index) string {
	if s.guesses++; s.guesses > 20 {
		return ""
	}
	return didYouMean(name, func(yield func(string) bool) {
		for _, entry := range known {
			if !yield(entry.name) {
				return
			}
		}
	})
}

func (r *reader) groupList(n *yaml.Node, path string, names *names) (list []edm.GUID) {
	r.items(n, path, func(n *yaml.Node, path string) {
		name := r.text(n, path)
		entry, ok := names.groups[fold(name)]
		if !ok && !r.said[path] {
			r.wrong(n.Line, path, "names "+quoted(name)+", which is no group", names.guess(name, names.groups))
		}
		list = append(list, entry.id)
	})
	return list
}

// principals reads a list of accounts and teams.
func (r *reader) principals(n *yaml.Node, path string, names *names) (list []edm.GUID) {
	r.items(n, path, func(n *yaml.Node, path string) {
		name := r.text(n, path)
		known, what := names.teams, "which is no team"
		if strings.Contains(name, `\`) {
			known, what = names.users, "which is no user"
		}
		entry, ok := known[fold(name)]
		if !ok && !r.said[path] {
			advice := names.guess(name, known)
			switch {
			case strings.ContainsFunc(name, func(c rune) bool { return c < ' ' }):
				advice = "in double quotes a backslash is written twice; better write accounts without quotes"
			case advice == "" && what == "which is no team":
				advice = `accounts are written DOMAIN\account`
			}
			r.wrong(n.Line, path, "names "+quoted(name)+", "+what, advice)
		}
		list = append(list, entry.id)
	})
	return list
}

package main

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
)

// named finds the one of a list that text names, or whose identifier it is, nil
// without one.
func named[T any](list []T, text string, of func(*T) (edm.GUID, string)) *T {
	id, err := edm.ParseGUID(text)
	for i := range list {
		have, name := of(&list[i])
		if strings.EqualFold(name, text) || err == nil && have == id {
			return &list[i]
		}
	}
	return nil
}

func userName(u *pam.User) (edm.GUID, string)   { return u.ID, u.Account }
func groupName(g *pam.Group) (edm.GUID, string) { return g.ID, g.Name }
func teamName(t *pam.Team) (edm.GUID, string)   { return t.ID, t.Name }
func roleName(r *pam.Role) (edm.GUID, string)   { return r.ID, r.DisplayName }

// find is named with an error.
func find[T any](kind string, list []T, text string, of func(*T) (edm.GUID, string)) (*T, error) {
	if found := named(list, text, of); found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("there is no %s %s", kind, shown(text))
}

// owned finds what a command may change: nil if there is nothing of the name at all,
// an error if it is defined in a file.
func owned[T any](kind string, all, own []T, text string, of func(*T) (edm.GUID, string)) (*T, error) {
	if found := named(own, text, of); found != nil {
		return found, nil
	}
	if named(all, text, of) != nil {
		return nil, fmt.Errorf("%s %s is defined by the roles file and cannot be changed by commands: change it there, "+
			"and have the service read it with the signal SIGHUP", kind, shown(text))
	}
	return nil, nil
}

// principals are the users and teams that texts name: accounts have a backslash.
func principals(all *pam.Definitions, texts []string) (ids []edm.GUID, err error) {
	for _, text := range texts {
		var id edm.GUID
		if strings.Contains(text, `\`) {
			found, err := find("user", all.Users, text, userName)
			if err != nil {
				return nil, err
			}
			id = found.ID
		} else {
			found := named(all.Teams, text, teamName)
			if found != nil {
				id = found.ID
			} else if u := named(all.Users, text, userName); u != nil {
				id = u.ID
			} else {
				return nil, fmt.Errorf("there is no team %s; accounts are written DOMAIN\\account", shown(text))
			}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// privileges are the groups that texts name.
func privileges(all *pam.Definitions, texts []string) (ids []edm.GUID, err error) {
	for _, text := range texts {
		found, err := find("group", all.Groups, text, groupName)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found.ID)
	}
	return ids, nil
}

// namesOf are the names of users, teams and groups by identifier.
func namesOf(all *pam.Definitions) func(ids []edm.GUID) []string {
	names := map[edm.GUID]string{}
	for i := range all.Users {
		names[all.Users[i].ID] = all.Users[i].Account
	}
	for i := range all.Groups {
		names[all.Groups[i].ID] = all.Groups[i].Name
	}
	for i := range all.Teams {
		names[all.Teams[i].ID] = all.Teams[i].Name
	}
	return func(ids []edm.GUID) []string {
		list := []string{}
		for _, id := range ids {
			name, ok := names[id]
			if !ok {
				name = id.String()
			}
			list = append(list, name)
		}
		return list
	}
}

// An alteration adds to a list and takes from it.
type alteration struct{ add, drop []string }

// to is the list with the alteration made; resolve finds what texts name.
func (a alteration) to(list []edm.GUID, resolve func([]string) ([]edm.GUID, error)) ([]edm.GUID, error) {
	add, err := resolve(a.add)
	if err != nil {
		return nil, err
	}
	drop, err := resolve(a.drop)
	if err != nil {
		return nil, err
	}
	taken := map[edm.GUID]bool{}
	for _, id := range drop {
		taken[id] = true
	}
	var result []edm.GUID
	for _, id := range append(append([]edm.GUID(nil), list...), add...) {
		if !taken[id] {
			taken[id] = true
			result = append(result, id)
		}
	}
	return result, nil
}

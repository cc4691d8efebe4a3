package mim

import (
	"slices"
	"strings"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

// Names of the properties of users and groups. Those that begin with Source are
// about the account in the forest where people sign in every day: its names are not
// the ones that have the privileges, but its phone is the person's.
var (
	idOfUser      = []string{"PrivUserResourceId", "ResourceId", "ObjectID"}
	accountOfUser = []string{"Account", "PrivAccountName", "AccountName"}
	namesOfUser   = []string{"PrivDisplayName", "DisplayName"}
	phoneOfUser   = []string{"SourcePhoneNumber", "PhoneNumber", "Phone"}
	domainOfUser  = []string{"PrivDomain", "Domain"}
	usedOfUser    = slices.Concat(idOfUser, accountOfUser, namesOfUser, phoneOfUser, domainOfUser,
		[]string{"PrivUserPrincipalName", "PrivAccountActive", "PrivOnly", "SourceDomain"})

	idOfGroup     = []string{"PrivGroupResourceId", "ResourceId", "ObjectID"}
	nameOfGroup   = []string{"PrivAccountName", "AccountName", "Name", "PrivDisplayName", "DisplayName"}
	targetOfGroup = []string{"PrivDistinguishedName", "DistinguishedName"}
	usedOfGroup   = slices.Concat(idOfGroup, nameOfGroup, targetOfGroup)
)

// user returns the identifier of the user that item is about, and adds the user
// to the definitions the first time.
func (i *importer) user(item any, place, column string) (id edm.GUID, ok bool) {
	r := record{place: place}
	var u pam.User
	switch v := item.(type) {
	case string:
		u.Account = i.account(v, "", place, column)
	case map[string]any:
		r = objectOf(place, v)
		u.Account = i.account(i.firstText(r, accountOfUser...), i.domain(r), place, column)
		u.DisplayName = i.firstText(r, namesOfUser...)
		u.Phone = i.firstText(r, phoneOfUser...)
		if _, ok := r.get("PrivAccountActive"); ok {
			u.Disabled = !i.flag(r, false, "PrivAccountActive")
		}
		i.leave("users", r, usedOfUser...)
	default:
		i.wrong(place, column, describe(item)+" is no user", "")
	}
	if u.Account == "" {
		return edm.GUID{}, false
	}
	if u.DisplayName == "" {
		u.DisplayName = strings.Replace(u.Account, `\`, ".", 1)
	}
	key := strings.ToLower(u.Account)
	at, known := i.users[key]
	if !known {
		u.ID = i.id(r, "user", u.Account, roles.UserID, idOfUser...)
		at = len(i.d.Users)
		i.users[key] = at
		i.d.Users = append(i.d.Users, u)
	} else if first := &i.d.Users[at]; len(r.values) > 0 && (first.Phone != u.Phone || first.DisplayName != u.DisplayName || first.Disabled != u.Disabled) {
		i.note("user %s: roles differ about name, phone or state; those of the first are taken", shown(u.Account))
	}
	return i.d.Users[at].ID, true
}

// account is DOMAIN\account, from a name with a domain of its own or this one.
// It is empty after a mistake.
func (i *importer) account(name, domain, place, column string) string {
	name = strings.TrimSpace(name)
	if before, after, ok := strings.Cut(name, `\`); ok && before != "" && after != "" {
		return name
	}
	if before, after, ok := strings.Cut(name, "@"); ok && before != "" && after != "" {
		name, domain = before, i.shortDomain(after)
	}
	if name == "" || domain == "" || strings.ContainsAny(name, `\`) {
		i.wrong(place, column, quoted(name)+" names no account of a domain", `write it as DOMAIN\account, or export PrivUserPrincipalName too`)
		return ""
	}
	return domain + `\` + name
}

// domain is the short name of the bastion's domain, as far as a user tells it.
func (i *importer) domain(r record) string {
	if domain := i.firstText(r, domainOfUser...); domain != "" {
		return i.shortDomain(domain)
	}
	if _, suffix, ok := strings.Cut(i.text(r, false, "PrivUserPrincipalName"), "@"); ok {
		return i.shortDomain(suffix)
	}
	if i.flag(r, false, "PrivOnly") { // there is no other domain
		return i.shortDomain(i.text(r, false, "SourceDomain"))
	}
	return ""
}

// shortDomain is the name that accounts begin with. Most domains have the one that
// the first label of their full name suggests.
func (i *importer) shortDomain(domain string) string {
	label, rest, dotted := strings.Cut(strings.Trim(strings.TrimSpace(domain), "."), ".")
	if dotted && rest != "" {
		label = strings.ToUpper(label)
		i.note("domain %s: taken as %s; change the accounts if its short name is another one", shown(domain), shown(label))
	}
	return label
}

// group returns the identifier of the group that item is about, and adds the
// group to the definitions the first time.
func (i *importer) group(item any, place, column string) (id edm.GUID, ok bool) {
	r := record{place: place}
	var g pam.Group
	switch v := item.(type) {
	case string:
		g.Name = strings.TrimSpace(v)
	case map[string]any:
		r = objectOf(place, v)
		g.Name = i.firstText(r, nameOfGroup...)
		g.Target = i.firstText(r, targetOfGroup...)
		i.leave("groups", r, usedOfGroup...)
	default:
		i.wrong(place, column, describe(item)+" is no group", "")
		return edm.GUID{}, false
	}
	if g.Name == "" {
		i.wrong(place, column, "has a group without a name", "export PrivAccountName")
		return edm.GUID{}, false
	}
	key := strings.ToLower(g.Name)
	at, known := i.groups[key]
	if !known {
		g.ID = i.id(r, "group", g.Name, roles.GroupID, idOfGroup...)
		at = len(i.d.Groups)
		i.groups[key] = at
		i.d.Groups = append(i.d.Groups, g)
		if g.Target == "" {
			i.note("groups: have no distinguished names; write each target into the file if the directory is LDAP")
		}
	} else if first := &i.d.Groups[at]; len(r.values) > 0 && first.Target != g.Target {
		i.note("group %s: roles differ about its distinguished name; that of the first is taken", shown(g.Name))
	}
	return i.d.Groups[at].ID, true
}

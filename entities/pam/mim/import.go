package mim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/roles"
	"github.com/pamodata/pamodata/metadata/edm"
)

// An importer turns records into definitions.
type importer struct {
	d      pam.Definitions
	users  map[string]int // by account in lower case
	groups map[string]int // by name in lower case
	ids    map[edm.GUID]string
	notes  []string
	told   map[string]bool
	unused map[string]map[string]bool // properties that nobody asked for, by what has them
	found  []*Mistake
}

func newImport() *importer {
	return &importer{users: map[string]int{}, groups: map[string]int{}, ids: map[edm.GUID]string{},
		told: map[string]bool{}, unused: map[string]map[string]bool{}}
}

func (i *importer) wrong(place, column, problem, advice string) {
	i.found = append(i.found, &Mistake{Place: place, Column: column, Problem: problem, Advice: advice})
}

// note tells something once.
func (i *importer) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !i.told[text] {
		i.told[text] = true
		i.notes = append(i.notes, text)
	}
}

// allNotes are the notes, with the properties that were not taken at the end.
func (i *importer) allNotes() []string {
	for _, what := range slices.Sorted(maps.Keys(i.unused)) {
		names := slices.Sorted(maps.Keys(i.unused[what]))
		if len(names) > maxMistakes {
			names = append(names[:maxMistakes], "and others")
		}
		i.note("%s: not taken: %s", what, strings.Join(names, ", "))
	}
	return i.notes
}

// leave remembers the properties of r that are not among the used.
func (i *importer) leave(what string, r record, used ...string) {
	for key, p := range r.values {
		if slices.ContainsFunc(used, func(name string) bool { return strings.EqualFold(name, key) }) {
			continue
		}
		if i.unused[what] == nil {
			i.unused[what] = map[string]bool{}
		}
		i.unused[what][shown(p.name)] = true
	}
}

// Names of the properties of a role. The API, the object in MIM and the cmdlets
// differ in some.
var (
	idOfRole   = []string{"RoleID", "ObjectID", "ResourceID"}
	approvers  = []string{"Approvers", "Owners", "Owner"}
	privileges = []string{"Privileges", "Groups"}
	usedOfRole = slices.Concat(idOfRole, approvers, privileges, []string{"DisplayName", "Description", "TTL",
		"AvailableFrom", "AvailableTo", "AvailabilityWindowEnabled", "MFAEnabled", "ApprovalEnabled", "DisableAutoApprovalIfOwner", "Candidates"})
)

// role adds one role, and the users and groups that it names.
func (i *importer) role(r record) {
	var o pam.Role
	o.DisplayName = i.text(r, true, "DisplayName")
	if !strings.HasPrefix(r.place, "line") && o.DisplayName != "" {
		r.place += " (" + shown(o.DisplayName) + ")"
	}
	o.Description = strings.ReplaceAll(i.text(r, false, "Description"), "\r\n", "\n")
	o.ID = i.id(r, "role", o.DisplayName, roles.RoleID, idOfRole...)
	o.TTL = i.ttl(r)
	o.MFA = i.flag(r, true, "MFAEnabled")
	o.Approval = i.flag(r, true, "ApprovalEnabled")
	if _, ok := r.get("DisableAutoApprovalIfOwner"); !ok {
		i.note("roles: DisableAutoApprovalIfOwner is not in the export and taken as off; older versions of MIM do not have it")
	}
	o.DisableAutoApprovalIfOwner = i.flag(r, false, "DisableAutoApprovalIfOwner")
	o.Window = i.window(r, o.DisplayName)
	o.Candidates = i.members(r.place, "Candidates", i.list(r, true, "Candidates"), i.user)
	o.Owners = i.members(r.place, approvers[0], i.list(r, o.Approval, approvers...), i.user)
	o.Groups = i.members(r.place, privileges[0], i.list(r, true, privileges...), i.group)
	i.leave("roles", r, usedOfRole...)
	i.d.Roles = append(i.d.Roles, o)
}

// shown is a name for places and notes: short, and on one line.
func shown(name string) string {
	q := quoted(name)
	return strings.ReplaceAll(q[1:len(q)-1], `\\`, `\`)
}

// missing complains about a property without which a role would be another one.
func (i *importer) missing(r record, name string) {
	i.wrong(r.place, name, "is not in the export", "export it, as the documentation shows")
}

func (i *importer) text(r record, required bool, names ...string) string {
	p, ok := r.get(names...)
	if !ok {
		if required {
			i.missing(r, names[0])
		}
		return ""
	}
	text, ok := asText(p.value)
	if !ok {
		i.wrong(r.place, p.name, "is no text", "")
	}
	return text
}

// firstText is the first of the properties with a text.
func (i *importer) firstText(r record, names ...string) string {
	for _, name := range names {
		if text := i.text(r, false, name); text != "" {
			return text
		}
	}
	return ""
}

func (i *importer) flag(r record, required bool, name string) bool {
	p, ok := r.get(name)
	if !ok {
		if required {
			i.missing(r, name)
		}
		return false
	}
	on, ok := asFlag(p.value)
	if !ok {
		i.wrong(r.place, p.name, describe(p.value)+" is neither true nor false", "")
	}
	return on
}

// id is the identifier of a definition, or one made from its name.
func (i *importer) id(r record, kind, name string, made func(string) edm.GUID, names ...string) edm.GUID {
	p, ok := r.get(names...)
	id, valid := asID(p.value)
	switch {
	case ok && !valid:
		i.wrong(r.place, p.name, describe(p.value)+" is no GUID", "")
	case id.IsZero():
		if kind == "role" {
			i.note("role %s: has no %s, and gets one made from its name", shown(name), names[0])
		}
		id = made(name)
	}
	if other, taken := i.ids[id]; taken && valid {
		i.wrong(r.place, p.name, "is that of the "+other+" too", "identifiers and names are unique")
	}
	i.ids[id] = kind + " " + shown(name)
	return id
}

func (i *importer) ttl(r record) time.Duration {
	p, ok := r.get("TTL")
	if !ok {
		i.missing(r, "TTL")
		return 0
	}
	d, ok := asDuration(p.value)
	if !ok {
		i.wrong(r.place, p.name, describe(p.value)+" is no duration up to a hundred years", "a TimeSpan such as 01:30:00, or seconds")
	}
	return d
}

// window is the time of day of a role that has one.
func (i *importer) window(r record, name string) *pam.Window {
	if !i.flag(r, true, "AvailabilityWindowEnabled") {
		return nil
	}
	var ends [2]clock
	for n, column := range []string{"AvailableFrom", "AvailableTo"} {
		p, ok := r.get(column)
		if !ok {
			i.missing(r, column)
			continue
		}
		c, ok := asClock(p.value)
		switch {
		case !ok:
			i.wrong(r.place, p.name, describe(p.value)+" has no time of day", "export it as '{0:HH:mm:ss}' -f $_."+column)
		case !c.there:
			i.wrong(r.place, p.name, "is empty, but the window is enabled", "set it in MIM, or turn the window off")
		case c.utc:
			i.note("role %s: %s is in UTC, as Windows PowerShell writes times; correct it, or export it as '{0:HH:mm:ss}' -f $_.%s", shown(name), column, column)
		}
		ends[n] = c
	}
	w := &pam.Window{From: ends[0].time, To: ends[1].time}
	switch {
	case w.To == 0 && ends[1].there:
		i.note("role %s: AvailableTo is midnight, and taken as the end of the day", shown(name))
		w.To = day
	case w.To <= w.From:
		i.note("role %s: the window ends before it begins, and has to be corrected; make two roles of one across midnight", shown(name))
	}
	return w
}

// list are the items of a list: of JSON, or joined with semicolons. A list that
// PowerShell has cut short is a mistake.
func (i *importer) list(r record, required bool, names ...string) []any {
	p, ok := r.get(names...)
	if !ok {
		if required {
			i.missing(r, names[0])
		}
		return nil
	}
	items, ok := listOf(p.value)
	if text, isText := p.value.(string); isText {
		for item := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == ';' || c == '\n' || c == '\r' }) {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	} else if !ok {
		i.wrong(r.place, p.name, describe(p.value)+" is no list", "")
	}
	for _, item := range items {
		if text, isText := item.(string); isText && cutShort(text) {
			i.wrong(r.place, p.name, quoted(text)+" is not what it holds", "export with ConvertTo-Json -Depth 5, or join the names for Export-Csv as the documentation shows")
			return nil
		}
	}
	return items
}

// members are the identifiers of what the items of a list are about, each once.
func (i *importer) members(place, column string, items []any, find func(item any, place, column string) (edm.GUID, bool)) (list []edm.GUID) {
	seen := make(map[edm.GUID]bool, len(items))
	for _, item := range items {
		if id, ok := find(item, place, column); ok && !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// cutShort tells the texts that PowerShell writes for objects it does not look into.
func cutShort(text string) bool {
	return strings.HasPrefix(text, "@{") || strings.HasPrefix(text, "System.") || strings.HasPrefix(text, "Microsoft.") || strings.HasPrefix(text, "Deserialized.")
}

// describe is a value for a message.
func describe(v any) string {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case bool:
		return fmt.Sprint(v)
	}
	text, _ := asText(v)
	return quoted(text)
}

package pam

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A Source is where definitions come from. Those of different sources live side by
// side and may refer to each other.
type Source string

// The sources.
const (
	FromFile    Source = "file"
	FromCommand Source = "command"
)

// Parts of roles and teams that have other names than those of users' parts.
const (
	partGroup  = "group"
	partMember = "member"
)

// stored are the statements about definitions.
type stored struct {
	db                            sqldb.DB
	users, groups, teams, roles   *sqldb.Statement
	parts, resolved               *sqldb.Statement
	putUser, putGroup, putTeam    *sqldb.Statement
	putRole, putPart, putUserOf   *sqldb.Statement
	retire, forget                *sqldb.Statement
	dropGroups, dropTeams         *sqldb.Statement
	dropRoles, dropParts, dropAll *sqldb.Statement
	disturb, lock                 *sqldb.Statement
}

func newStored(db sqldb.DB) *stored {
	d := db.Dialect()
	list := func(forms ...sqldb.Form) []sqldb.Form { return forms }
	make := func(text string, params, columns []sqldb.Form) *sqldb.Statement {
		return sqldb.NewStatement(d, text, params, columns)
	}
	lock := "SELECT 1 WHERE FALSE" // its transactions run one after the other
	if d == sqldb.PostgreSQL {
		lock = "LOCK TABLE pam_user IN EXCLUSIVE MODE"
	}
	id, t, b, n, m := guidForm, textForm, booleanForm, numberForm, momentForm
	return &stored{
		db:     db,
		users:  make("SELECT source, id, account, display_name, phone, disabled FROM pam_user WHERE source <> 'removed' ORDER BY account_key", nil, list(t, id, t, t, t, b)),
		groups: make("SELECT source, id, name, target FROM pam_group ORDER BY name, id", nil, list(t, id, t, t)),
		teams:  make("SELECT source, id, name FROM pam_team ORDER BY name, id", nil, list(t, id, t)),
		roles: make("SELECT source, id, display_name, description, ttl_s, available_from, available_to, window_enabled, mfa_enabled,"+
			" approval_enabled, no_auto_approval, refuse_long_ttl FROM pam_role ORDER BY display_name, id", nil,
			list(t, id, t, t, n, m, m, b, b, b, b, b)),
		parts:    make("SELECT whole_id, part, member_id FROM pam_part ORDER BY whole_id, part, position", nil, list(id, t, id)),
		resolved: make("SELECT role_id, part, user_id FROM pam_role_user ORDER BY role_id, part, user_id", nil, list(id, t, id)),

		putUser: make("INSERT INTO pam_user (id, account, account_key, display_name, phone, disabled, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"+
			" ON CONFLICT (id) DO UPDATE SET account = excluded.account, account_key = excluded.account_key,"+
			" display_name = excluded.display_name, phone = excluded.phone, disabled = excluded.disabled, source = excluded.source",
			list(id, t, t, t, t, b, t), nil),
		putGroup: make("INSERT INTO pam_group (id, name, target, source) VALUES (?1, ?2, ?3, ?4)", list(id, t, t, t), nil),
		putTeam:  make("INSERT INTO pam_team (id, name, source) VALUES (?1, ?2, ?3)", list(id, t, t), nil),
		putRole: make("INSERT INTO pam_role (id, display_name, description, ttl_s, available_from, available_to, window_enabled, mfa_enabled,"+
			" approval_enabled, no_auto_approval, refuse_long_ttl, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
			list(id, t, t, n, m, m, b, b, b, b, b, t), nil),
		putPart:   make("INSERT INTO pam_part (whole_id, part, position, member_id) VALUES (?1, ?2, ?3, ?4)", list(id, t, n, id), nil),
		putUserOf: make("INSERT INTO pam_role_user (role_id, part, user_id) VALUES (?1, ?2, ?3)", list(id, t, id), nil),

		// Users who are no longer defined, but have requests, stay as those of the source
		// "removed", since their privileges may have to be withdrawn.
		retire: make("UPDATE pam_user SET disabled = TRUE, source = 'removed', account_key = 'removed/' || CAST(id AS text) WHERE source = ?1", list(t), nil),
		forget: make("DELETE FROM pam_user WHERE source = 'removed' AND NOT EXISTS"+
			" (SELECT 1 FROM pam_request r WHERE r.creator_id = pam_user.id)", nil, nil),
		dropParts: make("DELETE FROM pam_part WHERE whole_id IN (SELECT id FROM pam_role WHERE source = ?1"+
			" UNION ALL SELECT id FROM pam_team WHERE source = ?1)", list(t), nil),
		dropGroups: make("DELETE FROM pam_group WHERE source = ?1", list(t), nil),
		dropTeams:  make("DELETE FROM pam_team WHERE source = ?1", list(t), nil),
		dropRoles:  make("DELETE FROM pam_role WHERE source = ?1", list(t), nil),
		dropAll:    make("DELETE FROM pam_role_user", nil, nil),

		// Changes of definitions exclude each other, and the making of requests, which
		// locks its user: none is made by definitions that are gone when it is stored.
		lock: make(lock, nil, nil),

		// Requests whose creators may have lost what they ask for or have.
		disturb: make("UPDATE pam_request SET due = ?1 WHERE due IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM pam_role_user c"+
			" WHERE c.role_id = pam_request.role_id AND c.part = 'candidate' AND c.user_id = pam_request.creator_id)"+
			" OR EXISTS (SELECT 1 FROM pam_user u WHERE u.id = pam_request.creator_id AND u.disabled))", list(m), nil),
	}
}

// read returns the definitions by source, and all of them together.
func (s *stored) read(ctx context.Context) (by map[Source]*Definitions, all Definitions, err error) {
	by = map[Source]*Definitions{FromFile: {}, FromCommand: {}}
	parts := map[edm.GUID]map[string][]edm.GUID{}
	err = eachOf(ctx, s.db, s.parts, func(c []edm.Value) {
		whole := c[0].GUID()
		if parts[whole] == nil {
			parts[whole] = map[string][]edm.GUID{}
		}
		part := strings.Clone(c[1].Str())
		parts[whole][part] = append(parts[whole][part], c[2].GUID())
	})
	if err != nil {
		return nil, all, err
	}
	str := func(v edm.Value) string {
		if v.IsNull() {
			return ""
		}
		return strings.Clone(v.Str())
	}
	of := func(v edm.Value) *Definitions {
		source := Source(str(v))
		if by[source] == nil {
			by[source] = &Definitions{}
		}
		return by[source]
	}
	for _, q := range []struct {
		statement *sqldb.Statement
		each      func([]edm.Value)
	}{
		{s.users, func(c []edm.Value) {
			d := of(c[0])
			d.Users = append(d.Users, User{c[1].GUID(), str(c[2]), str(c[3]), str(c[4]), c[5].Bool()})
		}},
		{s.groups, func(c []edm.Value) {
			d := of(c[0])
			d.Groups = append(d.Groups, Group{c[1].GUID(), str(c[2]), str(c[3])})
		}},
		{s.teams, func(c []edm.Value) {
			d, id := of(c[0]), c[1].GUID()
			d.Teams = append(d.Teams, Team{id, str(c[2]), parts[id][partMember]})
		}},
		{s.roles, func(c []edm.Value) {
			d, id := of(c[0]), c[1].GUID()
			r := Role{ID: id, DisplayName: str(c[2]), Description: str(c[3]), TTL: time.Duration(c[4].Int()) * time.Second,
				Groups: parts[id][partGroup], Candidates: parts[id][candidate], Owners: parts[id][owner],
				MFA: c[8].Bool(), Approval: c[9].Bool(), DisableAutoApprovalIfOwner: c[10].Bool(), RefuseLongTTL: c[11].Bool()}
			if c[7].Bool() {
				r.Window = &Window{clockOf(c[5]), clockOf(c[6])}
			}
			d.Roles = append(d.Roles, r)
		}},
	} {
		if err := eachOf(ctx, s.db, q.statement, q.each); err != nil {
			return nil, all, err
		}
	}
	for _, source := range []Source{FromFile, FromCommand} {
		d := by[source]
		all.Users, all.Groups = append(all.Users, d.Users...), append(all.Groups, d.Groups...)
		all.Teams, all.Roles = append(all.Teams, d.Teams...), append(all.Roles, d.Roles...)
	}
	return by, all, nil
}

// replace stores the definitions of one source in place of its former ones. It is
// part of a transaction.
func (s *stored) replace(ctx context.Context, source Source, d *Definitions) error {
	var err error
	exec := func(st *sqldb.Statement, args ...edm.Value) {
		if err == nil {
			_, err = s.db.Exec(ctx, st, args)
		}
	}
	from := edm.String(string(source))
	for _, st := range []*sqldb.Statement{s.dropParts, s.dropRoles, s.dropTeams, s.dropGroups, s.retire} {
		exec(st, from)
	}
	put := func(whole edm.GUID, part string, members []edm.GUID) {
		for i, m := range members {
			if !slices.Contains(members[:i], m) {
				exec(s.putPart, whole.Value(), edm.String(part), edm.Int64(int64(i)), m.Value())
			}
		}
	}
	for _, u := range d.Users {
		exec(s.putUser, u.ID.Value(), edm.String(u.Account), edm.String(AccountKey(u.Account)), edm.String(u.DisplayName),
			edm.String(u.Phone), edm.Boolean(u.Disabled), from)
	}
	for _, g := range d.Groups {
		exec(s.putGroup, g.ID.Value(), edm.String(g.Name), edm.String(g.Target), from)
	}
	for _, t := range d.Teams {
		exec(s.putTeam, t.ID.Value(), edm.String(t.Name), from)
		put(t.ID, partMember, t.Members)
	}
	for _, r := range d.Roles {
		description := edm.Null
		if r.Description != "" {
			description = edm.String(r.Description)
		}
		var w Window
		if r.Window != nil {
			w = *r.Window
		}
		exec(s.putRole, r.ID.Value(), edm.String(r.DisplayName), description, edm.Int64(int64(r.TTL/time.Second)),
			clockCell(w.From), clockCell(w.To), edm.Boolean(r.Window != nil), edm.Boolean(r.MFA), edm.Boolean(r.Approval),
			edm.Boolean(r.DisableAutoApprovalIfOwner), edm.Boolean(r.RefuseLongTTL), from)
		put(r.ID, partGroup, r.Groups)
		put(r.ID, candidate, r.Candidates)
		put(r.ID, owner, r.Owners)
	}
	exec(s.forget)
	return err
}

// resolve stores who takes which part in the roles of all sources.
func (s *stored) resolve(ctx context.Context, all *Definitions) error {
	if _, err := s.db.Exec(ctx, s.dropAll, nil); err != nil {
		return err
	}
	for _, r := range all.Roles {
		for _, part := range []struct {
			name string
			list []edm.GUID
		}{{candidate, r.Candidates}, {owner, r.Owners}} {
			for _, user := range all.Members(part.list) {
				if _, err := s.db.Exec(ctx, s.putUserOf, []edm.Value{r.ID.Value(), edm.String(part.name), user.Value()}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// clockCell is a time of day as clients read it: on the first day of the first year.
func clockCell(since time.Duration) edm.Value {
	t, err := edm.NewDateTime(int64(since/100), edm.NoZone)
	if err != nil {
		t = edm.DateTime{}
	}
	return t.Value()
}

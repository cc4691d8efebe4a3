package pam

import (
	"context"
	"strings"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// people are the statements about users and roles, as the rules look at them.
type people struct {
	db                            sqldb.DB
	byAccount, lockUser, userByID *sqldb.Statement
	role, groups, takesPart       *sqldb.Statement
	otherOwner                    *sqldb.Statement
}

func newPeople(db sqldb.DB) *people {
	d := db.Dialect()
	user := []sqldb.Form{guidForm, textForm, textForm, textForm, booleanForm}
	lock := ""
	if d == sqldb.PostgreSQL {
		lock = " FOR UPDATE"
	}
	const users = "SELECT id, account, display_name, phone, disabled FROM pam_user WHERE "
	return &people{
		db:        db,
		byAccount: sqldb.NewStatement(d, users+"account_key = ?1", []sqldb.Form{textForm}, user),
		lockUser:  sqldb.NewStatement(d, users+"account_key = ?1"+lock, []sqldb.Form{textForm}, user),
		userByID:  sqldb.NewStatement(d, users+"id = ?1", []sqldb.Form{guidForm}, user),
		role: sqldb.NewStatement(d, "SELECT id, display_name, ttl_s, available_from, available_to, window_enabled, mfa_enabled,"+
			" approval_enabled, no_auto_approval, refuse_long_ttl FROM pam_role WHERE id = ?1",
			[]sqldb.Form{guidForm}, []sqldb.Form{guidForm, textForm, numberForm, momentForm, momentForm, booleanForm, booleanForm, booleanForm, booleanForm, booleanForm}),
		groups: sqldb.NewStatement(d, "SELECT g.id, g.name, g.target FROM pam_part p JOIN pam_group g ON g.id = p.member_id"+
			" WHERE p.whole_id = ?1 AND p.part = 'group' ORDER BY p.position", []sqldb.Form{guidForm}, []sqldb.Form{guidForm, textForm, textForm}),
		takesPart: sqldb.NewStatement(d, "SELECT user_id FROM pam_role_user WHERE role_id = ?1 AND part = ?2 AND user_id = ?3",
			[]sqldb.Form{guidForm, textForm, guidForm}, []sqldb.Form{guidForm}),
		otherOwner: sqldb.NewStatement(d, "SELECT u.id FROM pam_role_user o JOIN pam_user u ON u.id = o.user_id"+
			" WHERE o.role_id = ?1 AND o.part = 'owner' AND o.user_id <> ?2 AND NOT u.disabled LIMIT 1", []sqldb.Form{guidForm, guidForm}, []sqldb.Form{guidForm}),
	}
}

// The parts that users take in roles.
const (
	candidate = "candidate"
	owner     = "owner"
)

// AccountKey is what accounts are compared by: Windows account names have no case.
func AccountKey(account string) string { return strings.ToLower(account) }

func userOf(c []edm.Value) *User {
	return &User{ID: c[0].GUID(), Account: c[1].Str(), DisplayName: c[2].Str(), Phone: c[3].Str(), Disabled: c[4].Bool()}
}

// caller finds the user who calls, nil for one that PAM does not know or that is
// disabled.
func (p *people) caller(ctx context.Context, by *sqldb.Statement) (*User, odata.Principal, error) {
	principal, ok := odata.PrincipalFrom(ctx)
	if !ok {
		return nil, principal, odata.Unauthenticated()
	}
	c, err := sqldb.QueryOne(ctx, p.db, by, edm.String(AccountKey(principal.Name)))
	if err != nil || c == nil {
		return nil, principal, err
	}
	u := userOf(c)
	if u.Disabled {
		return nil, principal, nil
	}
	return u, principal, nil
}

// user is nil for one that is no longer there.
func (p *people) user(ctx context.Context, id edm.GUID) (*User, error) {
	c, err := sqldb.QueryOne(ctx, p.db, p.userByID, id.Value())
	if err != nil || c == nil {
		return nil, err
	}
	return userOf(c), nil
}

// roleRule is what the rules need of a role.
type roleRule struct {
	id             edm.GUID
	name           string
	ttl            int64 // seconds
	window         *Window
	mfa, approval  bool
	noAutoApproval bool
	refuseLong     bool
}

// roleBy is nil for a role that is not there.
func (p *people) roleBy(ctx context.Context, id edm.GUID) (*roleRule, error) {
	c, err := sqldb.QueryOne(ctx, p.db, p.role, id.Value())
	if err != nil || c == nil {
		return nil, err
	}
	r := &roleRule{id: c[0].GUID(), name: c[1].Str(), ttl: c[2].Int(), mfa: c[6].Bool(), approval: c[7].Bool(),
		noAutoApproval: c[8].Bool(), refuseLong: c[9].Bool()}
	if c[5].Bool() {
		r.window = &Window{From: clockOf(c[3]), To: clockOf(c[4])}
	}
	return r, nil
}

func clockOf(v edm.Value) time.Duration {
	return time.Duration(v.DateTime().Ticks()) * 100 // 24:00 is on the second day
}

// has tells whether a user takes part in a role.
func (p *people) has(ctx context.Context, role edm.GUID, part string, user edm.GUID) (bool, error) {
	c, err := sqldb.QueryOne(ctx, p.db, p.takesPart, role.Value(), edm.String(part), user.Value())
	return c != nil, err
}

// hasOtherOwner tells whether somebody else can decide about a request.
func (p *people) hasOtherOwner(ctx context.Context, role, creator edm.GUID) (bool, error) {
	c, err := sqldb.QueryOne(ctx, p.db, p.otherOwner, role.Value(), creator.Value())
	return c != nil, err
}

// groupsOf are the privileges of a role, in their order.
func (p *people) groupsOf(ctx context.Context, role edm.GUID) (groups []Group, err error) {
	err = sqldb.QueryEach(ctx, p.db, p.groups, []edm.Value{role.Value()}, func(c []edm.Value) error {
		groups = append(groups, Group{c[0].GUID(), strings.Clone(c[1].Str()), strings.Clone(c[2].Str())})
		return nil
	})
	return groups, err
}

package main

import (
	"context"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A requestRow is a request with the account of its creator.
type requestRow struct {
	pam.Request
	account string // empty for a creator who is no longer known
	decider string // account of who decided
	status  pam.Status
}

// The facts of a request that a person wants to see, or that its status is made of.
var requestFacts = []struct {
	column string
	kind   edm.Kind
	set    func(*requestRow, edm.Value)
}{
	{"r.id", edm.KindGuid, func(r *requestRow, v edm.Value) { r.ID = v.GUID() }},
	{"r.role_id", edm.KindGuid, func(r *requestRow, v edm.Value) { r.Role = v.GUID() }},
	{"r.role_name", edm.KindString, func(r *requestRow, v edm.Value) { r.RoleName = text(v) }},
	{"r.creator_id", edm.KindGuid, func(r *requestRow, v edm.Value) { r.Creator = v.GUID() }},
	{"r.requestor", edm.KindString, func(r *requestRow, v edm.Value) { r.Requestor = text(v) }},
	{"u.account", edm.KindString, func(r *requestRow, v edm.Value) { r.account = text(v) }},
	{"d.account", edm.KindString, func(r *requestRow, v edm.Value) { r.decider = text(v) }},
	{"r.justification", edm.KindString, func(r *requestRow, v edm.Value) { r.Justification = text(v) }},
	{"r.requested_ttl_s", edm.KindInt64, func(r *requestRow, v edm.Value) { r.TTL = v.Int() }},
	{"r.factor_needed", edm.KindBoolean, func(r *requestRow, v edm.Value) { r.FactorNeeded = v.Bool() }},
	{"r.approval_needed", edm.KindBoolean, func(r *requestRow, v edm.Value) { r.ApprovalNeeded = v.Bool() }},
	{"r.approved", edm.KindBoolean, func(r *requestRow, v edm.Value) { r.Approved = v.Bool() }},
	{"r.expires", edm.KindBoolean, func(r *requestRow, v edm.Value) { r.Expires = v.Bool() }},
	{"r.creation_time", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Created = timeOf(v) }},
	{"r.requested_time", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Wanted = timeOf(v) }},
	{"r.factor_due", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.FactorDue = timeOf(v) }},
	{"r.factor_done", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.FactorDone = timeOf(v) }},
	{"r.factor_failed", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.FactorFailed = timeOf(v) }},
	{"r.approval_due", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.ApprovalDue = timeOf(v) }},
	{"r.decided", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Decided = timeOf(v) }},
	{"r.start_time", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Start = timeOf(v) }},
	{"r.refused", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Refused = timeOf(v) }},
	{"r.grant_begun", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.GrantBegun = timeOf(v) }},
	{"r.granted", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Granted = timeOf(v) }},
	{"r.ends", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Ends = timeOf(v) }},
	{"r.closed", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Closed = timeOf(v) }},
	{"r.revoked", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Revoked = timeOf(v) }},
	{"r.expiration_time", edm.KindDateTime, func(r *requestRow, v edm.Value) { r.Expiration = timeOf(v) }},
}

func text(v edm.Value) string {
	if v.IsNull() {
		return ""
	}
	return strings.Clone(v.Str())
}

func timeOf(v edm.Value) time.Time {
	if v.IsNull() {
		return time.Time{}
	}
	return v.DateTime().Instant()
}

// eachRequest calls each for the requests in the order of their creation; the one with
// an identifier, unless it is zero.
func (a *admin) eachRequest(ctx context.Context, id edm.GUID, each func(*requestRow)) error {
	var names []string
	var forms []sqldb.Form
	for _, f := range requestFacts {
		names, forms = append(names, f.column), append(forms, sqldb.Form{Kind: f.kind})
	}
	query := "SELECT " + strings.Join(names, ", ") + " FROM pam_request r LEFT JOIN pam_user u ON u.id = r.creator_id" +
		" LEFT JOIN pam_user d ON d.id = r.decided_by"
	var params []sqldb.Form
	var args []edm.Value
	if !id.IsZero() {
		query += " WHERE r.id = ?1"
		params, args = []sqldb.Form{{Kind: edm.KindGuid}}, []edm.Value{id.Value()}
	}
	now := a.desk.Now()
	return sqldb.QueryEach(ctx, a.db, sqldb.NewStatement(a.db.Dialect(), query+" ORDER BY r.creation_time, r.id", params, forms), args,
		func(cells []edm.Value) error {
			r := &requestRow{}
			for i := range requestFacts {
				requestFacts[i].set(r, cells[i])
			}
			r.status = r.Status(now)
			each(r)
			return nil
		})
}

// groupsOf are the groups of a request's grant.
func (a *admin) groupsOf(ctx context.Context, id edm.GUID) (names []string, err error) {
	s := sqldb.NewStatement(a.db.Dialect(), "SELECT name FROM pam_request_group WHERE request_id = ?1 ORDER BY name",
		[]sqldb.Form{{Kind: edm.KindGuid}}, []sqldb.Form{{Kind: edm.KindString}})
	err = sqldb.QueryEach(ctx, a.db, s, []edm.Value{id.Value()}, func(c []edm.Value) error {
		names = append(names, text(c[0]))
		return nil
	})
	return names, err
}

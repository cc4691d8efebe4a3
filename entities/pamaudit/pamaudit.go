// Package pamaudit serves the audit trail to auditors, to be read only. It is this
// service's own: the original has no such set. Source: PAM audit.
package pamaudit

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// An Event is one event of the trail. What it does not say is null, or an empty text.
type Event struct {
	_             struct{}      `odata:"PAMAuditEvent"`
	Sequence      int64         `odata:",key" db:"seq" doc:"Place in the chain, from 1"`
	EventID       int32         `odata:"EventId" db:"id" doc:"Kind of event, such as 230"`
	Name          string        `db:"name" doc:"Name of the kind, such as grant.succeeded"`
	Level         string        `db:"level" doc:"info, warning or error"`
	Time          edm.DateTime  `db:"at"`
	Node          string        `db:"node"`
	Correlation   string        `db:"correlation" doc:"X-Request-Id of the request"`
	ActorID       *edm.GUID     `odata:"ActorId" db:"actor_id"`
	ActorName     string        `db:"actor_name" doc:"Who did it; system for the service itself"`
	ActorMethod   string        `db:"actor_method" doc:"How the actor signed in"`
	ActorAddress  string        `db:"actor_address"`
	RequestID     *edm.GUID     `odata:"RequestId" db:"request_id"`
	RoleID        *edm.GUID     `odata:"RoleId" db:"role_id"`
	RoleName      string        `db:"role_name"`
	Subject       string        `db:"subject" doc:"Whose privilege it is about"`
	Outcome       string        `db:"outcome" doc:"success, failure or denied"`
	Reason        string        `db:"reason"`
	RequestedTTL  int64         `db:"requested_ttl_s" doc:"Seconds"`
	EffectiveTTL  int64         `db:"effective_ttl_s" doc:"Seconds"`
	EndTime       *edm.DateTime `db:"ends_at" doc:"End of the grant"`
	GrantedGroups string        `db:"granted_groups" doc:"Names of the groups of the grant, a line for each"`
	Hash          string        `db:"hash" doc:"SHA-256 over the event and the hash of the one before it"`
}

// PageSize is how many events an answer has at most; a link leads to the next ones.
const PageSize = 1000

// Set serves pamaudit from the database of a desk to the accounts of auditors, which
// have the form DOMAIN\account in any case. They need not be users of the PAM service.
// Everybody else is refused with 403 Forbidden, rather than shown an empty set: that
// the set exists is in $metadata, and an auditor whose account was mistyped must not
// take the trail for empty.
func Set(desk *pam.Desk, auditors []string) odata.EntitySet {
	set := sqldb.Set[Event](desk.DB(), "pamaudit", sqldb.TableName("pam_audit"),
		sqldb.UTC("pamaudit/Time"), sqldb.UTC("pamaudit/EndTime"),
		sqldb.Guard(only(auditors)), sqldb.OrderBy("Sequence"), sqldb.PageSize(PageSize))
	return pam.ReadOnly(set)
}

// only admits some accounts to everything.
func only(accounts []string) odata.Guard {
	var known []string
	for _, a := range accounts {
		if a != "" {
			known = append(known, pam.AccountKey(a))
		}
	}
	return odata.GuardFunc(func(ctx context.Context, _ odata.Access) (odata.Expr, error) {
		caller, ok := odata.PrincipalFrom(ctx)
		switch {
		case !ok:
			return nil, odata.Unauthenticated()
		case !slices.Contains(known, pam.AccountKey(caller.Name)):
			return nil, &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden", Message: "The caller may not do this"}
		}
		return nil, nil
	})
}

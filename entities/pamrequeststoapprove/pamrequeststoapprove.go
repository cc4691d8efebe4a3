// Package pamrequeststoapprove serves the requests of others that wait for the
// caller's decision as an owner of the role, and takes the decision. Source: PAM REST
// API, Get pending PAM requests, Approve and Reject.
package pamrequeststoapprove

import (
	"context"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// An Identifier is a GUID in an object of its own.
type Identifier struct {
	Value edm.GUID `db:"value"`
}

// A Pending is a request that waits for a decision, as an owner sees it.
type Pending struct {
	_                struct{}     `odata:"PAMRequestToApprove"`
	RoleName         string       `db:"role_name"`
	Requestor        string       `db:"requestor"`
	Justification    *string      `db:"justification"`
	RequestedTTL     int64        `db:"requested_ttl_s" doc:"Seconds"`
	RequestedTime    edm.DateTime `db:"requested_time"`
	CreationTime     edm.DateTime `db:"creation_time"`
	FIMRequestID     Identifier   `db:"fim_request" doc:"RequestId of the request"`
	RequestorID      Identifier   `db:"requestor" doc:"CreatorID of the request"`
	ApprovalObjectID Identifier   `db:"approval_object" doc:"Key for Approve and Reject"`
	ApprovalID       edm.GUID     `odata:"ApprovalId,key,onselect" db:"approval_id" doc:"Value of ApprovalObjectID"`
	ApproverID       edm.GUID     `odata:",onselect" db:"approver_id" doc:"The caller"`
	RequestStatus    string       `odata:",onselect"`

	facts pam.Request
}

var (
	approver = typed.Field(func(p *Pending) *edm.GUID { return &p.ApproverID })
	standing = typed.Field(func(p *Pending) *string { return &p.RequestStatus })
)

var status = typed.Computed("RequestStatus", pam.StatusSQL(), func(ctx context.Context, p *Pending) string {
	return string(p.facts.Status(odata.Now(ctx)))
})

// Set serves pamrequeststoapprove from the database of a desk, which decides.
func Set(desk *pam.Desk) odata.EntitySet {
	set := sqldb.Set[Pending](desk.DB(), "pamrequeststoapprove", sqldb.TableName("pam_request_to_approve"), sqldb.Computed(status),
		sqldb.UTC("pamrequeststoapprove/RequestedTime"), sqldb.UTC("pamrequeststoapprove/CreationTime"),
		sqldb.Guard(pam.Own(desk, approver, standing.Eq(string(pam.PendingApproval)))),
		sqldb.OrderBy("CreationTime,ApprovalId"), sqldb.PageSize(odata.NoPaging))
	set = pam.ReadOnly(set)
	decide := func(approve bool) func(context.Context, edm.GUID, string) error {
		return func(ctx context.Context, id edm.GUID, reason string) error {
			return desk.Decide(ctx, id, approve, reason)
		}
	}
	set.Operations = []odata.Operation{pam.Action("Approve", decide(true), "Reason"), pam.Action("Reject", decide(false), "Reason")}
	return set
}

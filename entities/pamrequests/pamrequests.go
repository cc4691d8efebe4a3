// Package pamrequests serves the requests that callers have made themselves, makes
// new ones and closes them. Source: PAM REST API, Get, Create and Close PAM request.
package pamrequests

import (
	"context"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Request is a request as its creator sees it.
type Request struct {
	_              struct{}     `odata:"PAMRequest"`
	RequestID      edm.GUID     `odata:"RequestId,key" db:"id"`
	CreatorID      edm.GUID     `db:"creator_id"`
	Justification  *string      `db:"justification"`
	CreationTime   edm.DateTime `db:"creation_time"`
	CreationMethod string       `db:"creation_method"`
	ExpirationTime edm.DateTime `db:"expiration_time" doc:"End of the activation; 0001-01-01T00:00:00 until it is activated"`
	RoleID         edm.GUID     `odata:"RoleId" db:"role_id"`
	RequestedTTL   int64        `db:"requested_ttl_s" doc:"Seconds, as requested"`
	RequestedTime  edm.DateTime `db:"requested_time"`
	RequestStatus  string
	DisplayName    string `odata:",onselect" db:"role_name" doc:"Name of the role when the request was made"`

	facts pam.Request
}

var creator = typed.Field(func(r *Request) *edm.GUID { return &r.CreatorID })

var status = typed.Computed("RequestStatus", pam.StatusSQL(), func(ctx context.Context, r *Request) string {
	return string(r.facts.Status(odata.Now(ctx)))
})

// Set serves pamrequests from the database of a desk, which makes and closes them.
func Set(desk *pam.Desk) odata.EntitySet {
	set := sqldb.Set[Request](desk.DB(), "pamrequests", sqldb.TableName("pam_request"), sqldb.Computed(status),
		sqldb.UTC("pamrequests/CreationTime"), sqldb.UTC("pamrequests/ExpirationTime"), sqldb.UTC("pamrequests/RequestedTime"),
		sqldb.Guard(pam.Own(desk, creator)), sqldb.OrderBy("ExpirationTime,CreationTime,RequestId"), sqldb.PageSize(odata.NoPaging))
	set = pam.ReadOnly(set)
	set.Creation = pam.Creation(desk)
	set.Operations = []odata.Operation{pam.Action("Close", func(ctx context.Context, id edm.GUID, _ string) error { return desk.Close(ctx, id) })}
	return set
}

// Package pamroles serves the roles that callers may ask for: those of which they are
// candidates, and no others. Source: PAM REST API, Get PAM roles.
package pamroles

import (
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// A Role is a role as its candidates see it.
type Role struct {
	_                         struct{}     `odata:"PAMRole"`
	RoleID                    edm.GUID     `odata:"RoleId,key" db:"id"`
	DisplayName               string       `db:"display_name"`
	Description               *string      `db:"description"`
	TTL                       int64        `db:"ttl_s" doc:"Longest duration of an activation, in seconds"`
	AvailableFrom             edm.DateTime `db:"available_from" doc:"Time of day, in the service's zone"`
	AvailableTo               edm.DateTime `db:"available_to"`
	MFAEnabled                bool         `db:"mfa_enabled"`
	ApprovalEnabled           bool         `db:"approval_enabled"`
	AvailabilityWindowEnabled bool         `db:"window_enabled"`
	CandidateID               edm.GUID     `odata:",onselect" db:"candidate_id" doc:"The caller"`
}

var candidate = typed.Field(func(r *Role) *edm.GUID { return &r.CandidateID })

// Set serves pamroles from the database of a desk.
func Set(desk *pam.Desk) odata.EntitySet {
	set := sqldb.Set[Role](desk.DB(), "pamroles", sqldb.TableName("pam_role_for_candidate"),
		sqldb.Guard(pam.Own(desk, candidate)), sqldb.OrderBy("DisplayName,RoleId"), sqldb.PageSize(odata.NoPaging))
	return pam.ReadOnly(set)
}

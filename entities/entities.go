// Package entities is the PAM service's content: the list of its entity sets
// and the accent its clients expect. Each set is a small package of its own
// below this one; what they do is in package pam.
//
// Import rule: entity sets are data and rules. They use odata and its providers,
// and know neither the serving of HTTP nor the server.
package entities

import (
	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pamaudit"
	"github.com/pamodata/pamodata/entities/pamrequests"
	"github.com/pamodata/pamodata/entities/pamrequeststoapprove"
	"github.com/pamodata/pamodata/entities/pamroles"
	"github.com/pamodata/pamodata/entities/sessioninfo"
	"github.com/pamodata/pamodata/odata"
)

// Namespace and Container are the names of the PAM service in its $metadata.
const (
	Namespace = "Pam"
	Container = "PamResources"
)

// All are the entity sets of the PAM service, which a desk works for. The audit trail
// is one of them if there are auditors, the accounts that may read it. To add a set,
// write its package and add a line here.
func All(desk *pam.Desk, auditors ...string) []odata.EntitySet {
	sets := []odata.EntitySet{
		sessioninfo.Set(),
		pamroles.Set(desk),
		pamrequests.Set(desk),
		pamrequeststoapprove.Set(desk),
	}
	if len(auditors) > 0 {
		sets = append(sets, pamaudit.Set(desk, auditors))
	}
	return sets
}

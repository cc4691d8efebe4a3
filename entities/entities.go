// Package entities is the PAM service's content: the list of its entity sets
// and the accent its clients expect. Each set is a small package of its own
// below this one.
//
// Import rule: entity sets are data and rules. They use odata and its providers,
// and know neither HTTP nor the server.
package entities

import (
	"github.com/pamodata/pamodata/entities/sessioninfo"
	"github.com/pamodata/pamodata/odata"
)

// Namespace and Container are the names of the PAM service in its $metadata.
const (
	Namespace = "Pam"
	Container = "PamResources"
)

// All are the entity sets of the PAM service. To add one, write its package and
// add a line here.
func All() []odata.EntitySet {
	return []odata.EntitySet{
		sessioninfo.Set(),
	}
}

package pam

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Stored is a request as it is stored, nil without one.
func (d *Desk) Stored(ctx context.Context, id edm.GUID) (*Request, error) {
	return d.rows.find(ctx, d.rows.read, id)
}

// Add stores a request as it is, for facts that no operation would make.
func (d *Desk) Add(ctx context.Context, r *Request) error { return d.rows.add(ctx, r) }

// Ask reads arguments as portals send them.
func (d *Desk) Ask(arguments map[string]string) (Ask, error) { return d.askOf(arguments) }

// TakeLease takes the lease on work for a user and keeps it, as a node that dies
// does.
func (d *Desk) TakeLease(ctx context.Context, user edm.GUID) (bool, error) {
	l, err := d.leases.try(ctx, userLease(user), d.Now(), d.leaseLength())
	return l != nil, err
}

// LeaseLength is how long a lease lasts that nobody extends.
var LeaseLength = (*Desk).leaseLength

// EffectiveTTL is how long an activation lasts.
var EffectiveTTL = effectiveTTL

// StatusText is the status as SQL, with a placeholder for now.
var StatusText = statusText

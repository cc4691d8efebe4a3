package pam

import (
	"context"
	"time"
)

// A Granter puts users into groups and takes them out again. It is safe for
// concurrent use; calls for the same user never run at the same time.
//
// All methods are idempotent: the service repeats them after a failure or a
// restart until they succeed. A call ends soon after its context does, with or
// without effect; the service then assumes neither.
type Granter interface {
	// Grant makes user a member of each of the groups until the given time, and
	// replaces the end of a membership that exists. Either all memberships are
	// there when it returns nil, or those that it has added are gone again when it
	// returns an error, as far as the directory let it. A *Permanent error says that
	// trying again is of no use.
	Grant(ctx context.Context, user User, memberships []Membership) error

	// Revoke ends the memberships of user in groups, if there are any. A user or
	// group that no longer exists has none.
	Revoke(ctx context.Context, user User, groups []Group) error

	// Inspect tells which of the groups user is a member of now; until is the zero
	// time where the directory does not know an end.
	Inspect(ctx context.Context, user User, groups []Group) ([]Membership, error)

	// Expires tells whether memberships end by themselves at their time, with the
	// service running or not.
	Expires() bool
}

// A Membership is a user's in a group, until a time.
type Membership struct {
	Group Group
	Until time.Time
}

// A Permanent error is one that does not go away by trying again.
type Permanent struct{ Err error }

// Error is the text of the cause.
func (p *Permanent) Error() string { return p.Err.Error() }

// Unwrap returns the cause.
func (p *Permanent) Unwrap() error { return p.Err }

package pam

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A Factor is the provider of the second factor, such as a service that calls a
// phone. It is safe for concurrent use. Whatever goes wrong counts as a failure:
// the service never skips the second factor.
type Factor interface {
	// Start begins to ask the user, and returns the provider's name for the call.
	// It may be repeated for one request after a restart; providers that can tell
	// do not ask twice then.
	Start(ctx context.Context, call FactorCall) (reference string, result FactorResult, err error)

	// Poll tells how a call that was started stands.
	Poll(ctx context.Context, reference string) (FactorResult, error)
}

// A FactorCall is what a provider needs to know.
type FactorCall struct {
	Request edm.GUID
	Account string // DOMAIN\account
	Phone   string
	Role    string // its display name
}

// A FactorResult is how a call stands.
type FactorResult struct {
	State  FactorState
	Reason string // for the audit trail, of a failure; at most 200 characters
}

// FactorState is one of pending, succeeded and failed.
type FactorState uint8

// The states of a call.
const (
	FactorPending FactorState = iota
	FactorSucceeded
	FactorFailed
)

package odata

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A Principal is the authenticated caller of a request.
type Principal struct {
	// Name is the account as the caller's sign-in gave it, such as
	// "PRIV\Jen". Names compare without regard to case, see [Principal.Is].
	Name string

	// ID identifies the account for good; the zero GUID when the sign-in knows
	// names only.
	ID edm.GUID

	// Method is how the caller signed in: "basic", "proxy", "dev", ...
	Method string

	// Groups are group names or SIDs the sign-in vouches for.
	Groups []string

	// Address is where the request came from, without a port, and Request the
	// identifier that its answer has in X-Request-Id: for audit trails.
	Address string
	Request string
}

// Is reports whether name is the principal's account. Windows account names
// have no case.
func (p Principal) Is(name string) bool { return strings.EqualFold(p.Name, name) }

type principalKey struct{}

// WithPrincipal returns a context in which p is the caller.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns the caller; ok is false for anonymous requests.
func PrincipalFrom(ctx context.Context) (p Principal, ok bool) {
	p, ok = ctx.Value(principalKey{}).(Principal)
	return p, ok
}

package odata

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
)

// A Guard states which entities the caller in ctx may touch in this way. Its
// condition joins every filter before a provider runs: feeds, keys, counts,
// links, navigation, expansions and conditions that look through navigation.
// Entities a guard hides are indistinguishable from absent ones.
type Guard interface {
	// Restrict returns the condition on $it, nil for none. An error ends the
	// request: KindForbidden where the caller may know the set exists.
	// Conditions may be built with package typed; they are checked against the
	// model before use.
	Restrict(ctx context.Context, access Access) (Expr, error)
}

// Access is the use a caller wants to make of a set.
type Access struct {
	Set       *metadata.EntitySet
	Type      *metadata.EntityType
	Use       Use
	Operation string // with Use == Invoke
}

// Use is a way to touch entities.
type Use uint8

// The uses of a set.
const (
	Read Use = iota
	Insert
	Update
	Delete
	Invoke
)

// GuardFunc makes a Guard of a function.
type GuardFunc func(ctx context.Context, access Access) (Expr, error)

// Restrict calls f.
func (f GuardFunc) Restrict(ctx context.Context, access Access) (Expr, error) { return f(ctx, access) }

// Everyone admits every authenticated caller to every entity of a set.
// Anonymous callers are refused with KindUnauthenticated.
func Everyone() Guard {
	return GuardFunc(func(ctx context.Context, _ Access) (Expr, error) {
		if _, ok := PrincipalFrom(ctx); !ok {
			return nil, Unauthenticated()
		}
		return nil, nil
	})
}

// Public admits everyone, without authentication too.
func Public() Guard {
	return GuardFunc(func(context.Context, Access) (Expr, error) { return nil, nil })
}

// Unauthenticated is the answer for callers who must sign in first.
func Unauthenticated() *Error {
	return &Error{Kind: KindUnauthenticated, Code: "Unauthorized", Message: "The request needs valid credentials"}
}

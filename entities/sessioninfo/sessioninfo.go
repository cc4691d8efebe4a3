// Package sessioninfo serves the entity set of the same name: one entity that
// tells callers under which account they are signed in. Portals ask for it
// first.
package sessioninfo

import (
	"context"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// A Session is the caller's sign-in.
type Session struct {
	Username string `odata:",key" doc:"Account name in the form DOMAIN\\account"`
}

// Set serves the session of whoever asks: always exactly one entity, for
// callers the PAM service has never heard of as well.
func Set() odata.EntitySet {
	return memory.Func("sessioninfo", func(ctx context.Context) ([]Session, error) {
		caller, ok := odata.PrincipalFrom(ctx)
		if !ok {
			return nil, odata.Unauthenticated()
		}
		return []Session{{Username: caller.Name}}, nil
	})
}

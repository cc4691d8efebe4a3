package server

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/odata"
)

// MayExplain tells who may ask how a request would be answered, for the field
// Explain of service.Config: the callers in explain.users. It is nil without any.
func (c *Config) MayExplain() func(context.Context) bool {
	users := slices.Clone(c.Explain.Users)
	if len(users) == 0 {
		return nil
	}
	return func(ctx context.Context) bool {
		caller, ok := odata.PrincipalFrom(ctx)
		return ok && slices.ContainsFunc(users, caller.Is)
	}
}

// explain judges who may ask for explanations, and the log of slow queries.
func (k *checker) explain() {
	for _, user := range k.config.Explain.Users {
		if problem := accountProblem(user); problem != "" {
			k.mistake("explain.users", "%q %s", user, problem)
		}
	}
	if d := k.config.Log.SlowQuery; d < 0 {
		k.mistake("log.slow_query", "%v is negative; 0s switches it off", d)
	}
}

package odata

import (
	"context"
	"time"
)

type instantKey struct{}

// WithInstant returns a context in which t is the instant of the request: what
// "now" means in all that is done for it. It is kept in UTC and cut to
// microseconds, which all databases have.
func WithInstant(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, instantKey{}, t.UTC().Truncate(time.Microsecond))
}

// Instant is the instant of the request. ok is false where nobody has fixed one. A
// service with a set that has [EntitySet.ReadsInstant] fixes it for each of its
// requests, before any guard is asked. The requests of a batch have an instant
// each, those of a change set have one together.
func Instant(ctx context.Context) (t time.Time, ok bool) {
	t, ok = ctx.Value(instantKey{}).(time.Time)
	return t, ok
}

// Now is the instant of the request, or the time of the call where there is none.
func Now(ctx context.Context) time.Time {
	if t, ok := Instant(ctx); ok {
		return t
	}
	return time.Now().UTC().Truncate(time.Microsecond)
}

package postgres

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// How what has failed because of others is tried again: after a random pause, so
// that those who met part, of up to twice the length each time.
const (
	maxAttempts = 100
	firstPause  = 2 * time.Millisecond
	longestWait = 200 * time.Millisecond

	// maxReconnects bounds the attempts on connections that turn out to be dead
	// before anything was sent.
	maxReconnects = 3
)

// retry calls one statement outside of a transaction until it succeeds, fails
// for good or ctx ends.
func (db *DB) retry(ctx context.Context, call func() error) error {
	reconnects := 0
	for attempt := 1; ; attempt++ {
		err := call()
		switch {
		case err == nil || ctx.Err() != nil || db.closed.Load() || attempt == maxAttempts:
			return err
		case isConflict(err):
			if !pause(ctx, attempt) {
				return err
			}
		case pgconn.SafeToRetry(err) && reconnects < maxReconnects:
			reconnects++
		default:
			return err
		}
	}
}

// pause waits before the next attempt. It is false if ctx ends.
func pause(ctx context.Context, attempt int) bool {
	longest := min(firstPause<<min(attempt-1, 20), longestWait)
	timer := time.NewTimer(rand.N(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

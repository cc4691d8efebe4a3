package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
)

// readiness is whether the service should be sent requests: what was due while it was
// away has been done, and the store can be reached.
type readiness struct {
	desk     *pam.Desk
	caughtUp atomic.Bool
}

var errCatchingUp = errors.New("what became due while the service was away is being done")

// check is one of server.Config.Ready.
func (s *readiness) check(ctx context.Context) error {
	if !s.caughtUp.Load() {
		return errCatchingUp
	}
	_, _, err := s.desk.Trail().Last(ctx)
	return causeOf(err)
}

// retryCatchUp is the pause after a failure.
const retryCatchUp = time.Second

// catchUp does what is due until it succeeds; false means that ctx has ended.
func (s *readiness) catchUp(ctx context.Context, logger *slog.Logger) bool {
	for {
		err := s.desk.CatchUp(ctx)
		if err == nil {
			s.caughtUp.Store(true)
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		logger.ErrorContext(ctx, "what is due cannot be done; it is tried again", "error", causeOf(err))
		select {
		case <-ctx.Done():
			return false
		case <-time.After(retryCatchUp):
		}
	}
}

// A gated service is closed until it has caught up: leases that this node held before
// are ended then, which must not be those of requests that are answered.
type gated struct {
	*service.Service
	state *readiness
}

// ServeHTTP answers 503 until the service is ready.
func (g *gated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.state.caughtUp.Load() {
		g.Service.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", "1")
	g.WriteError(w, r, &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "The service is not available", Err: errCatchingUp})
}

package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// readyWithin is the time for each check of Config.Ready.
const readyWithin = 2 * time.Second

// checks adds the two health checks. They need no sign-in and say nothing but
// their status: /healthz that the process answers, /readyz that it should be
// sent requests.
func (rt *router) checks() {
	for path, check := range map[string]func(context.Context) error{
		"/healthz": func(context.Context) error { return nil },
		"/readyz":  rt.server.ready,
	} {
		rt.add(&target{health: func(x *exchange) error { return x.checkHealth(check) }}, path, false, false)
	}
}

func (x *exchange) checkHealth(check func(context.Context) error) error {
	h := x.answer.Header()
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		return &odata.Error{Kind: odata.KindMethodNotAllowed, Code: "MethodNotAllowed", Message: "The resource does not support this method"}
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", "0")
	status := http.StatusOK
	if err := check(x.r.Context()); err != nil {
		status = http.StatusServiceUnavailable
		x.server.logger.LogAttrs(x.logContext(), slog.LevelWarn, "not ready", slog.String("error", err.Error()))
	}
	x.answer.WriteHeader(status)
	return nil
}

// ready is nil when the server can do its work.
func (s *Server) ready(ctx context.Context) error {
	if s.stopping.Load() {
		return errStopping
	}
	for _, check := range s.config.Ready {
		ctx, cancel := context.WithTimeout(ctx, readyWithin)
		err := check(ctx)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

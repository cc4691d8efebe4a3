package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/server"
)

const (
	// signInsWaiting is how many refused attempts may wait to be recorded, and
	// signInPause the time between two: whoever guesses passwords must not fill the
	// store.
	signInsWaiting = 64
	signInPause    = 100 * time.Millisecond
)

// A signInRecorder puts refused attempts to sign in into the audit trail, with what
// the log says of them, which is never what a client made up. It does so beside the
// answer; attempts that come too fast are counted. Source: PAM audit, auth.failed.
type signInRecorder struct {
	desk   *pam.Desk
	node   string
	logger *slog.Logger
	events chan *audit.Event
	lost   atomic.Int64
}

func newSignInRecorder(desk *pam.Desk, node string, logger *slog.Logger) *signInRecorder {
	return &signInRecorder{desk: desk, node: node, logger: logger, events: make(chan *audit.Event, signInsWaiting)}
}

// run records until ctx ends, and then what is left.
func (s *signInRecorder) run(ctx context.Context) {
	for {
		select {
		case e := <-s.events:
			s.record(e)
		case <-ctx.Done():
			for {
				select {
				case e := <-s.events:
					s.record(e)
				default:
					return
				}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(signInPause):
		}
	}
}

func (s *signInRecorder) record(e *audit.Event) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if lost := s.lost.Swap(0); lost > 0 {
		e.Reason = fmt.Sprintf("%s; %d more before it", e.Reason, lost)
	}
	if err := s.desk.Trail().Record(ctx, e); err != nil {
		s.logger.ErrorContext(ctx, "the audit trail does not take a refused attempt to sign in", "error", causeOf(err))
	}
}

// serverLogger is the logger to give to the server, which adds the id of the request
// to it by itself.
func (s *signInRecorder) serverLogger() *slog.Logger {
	return slog.New(signInHandler{s.logger.Handler(), s})
}

// A signInHandler takes note of the server's lines about refused attempts.
type signInHandler struct {
	slog.Handler
	to *signInRecorder
}

// Handle passes the line on.
func (h signInHandler) Handle(ctx context.Context, line slog.Record) error {
	if line.Message == audit.AuthFailed.String() {
		e := &audit.Event{ID: audit.AuthFailed, Time: h.to.desk.Now(), Node: h.to.node, Correlation: server.RequestID(ctx), Outcome: audit.Denied}
		line.Attrs(func(a slog.Attr) bool {
			switch a.Key {
			case "from":
				e.Actor.Address = a.Value.String()
				if from, err := netip.ParseAddrPort(e.Actor.Address); err == nil {
					e.Actor.Address = from.Addr().Unmap().String() // without a port, as everywhere in the trail
				}
			case "method":
				e.Actor.Method = a.Value.String()
			case "user":
				e.Actor.Name = a.Value.String()
			case "reason":
				e.Reason = a.Value.String()
			}
			return true
		})
		select {
		case h.to.events <- e:
		default:
			h.to.lost.Add(1)
		}
	}
	// The id of the request is in the line already.
	return h.Handler.Handle(context.Background(), line)
}

// WithAttrs keeps the recording.
func (h signInHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return signInHandler{h.Handler.WithAttrs(attrs), h.to}
}

// WithGroup keeps the recording.
func (h signInHandler) WithGroup(name string) slog.Handler {
	return signInHandler{h.Handler.WithGroup(name), h.to}
}

package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

var errStopping = errors.New("the server is stopping")

// lastWords is the time for handlers to notice that their context has ended,
// when the time for ending in peace is over.
const lastWords = 500 * time.Millisecond

// Run opens the addresses and serves until ctx ends. Then it stops in order:
// /readyz says so, timeouts.shutdown_delay passes, no connection is accepted any
// more, running requests have timeouts.shutdown to end, and what is left is cut
// off. It returns nil when every request has ended in peace.
//
// A program that wants to be stopped at once when it is told twice leaves Run
// behind and exits: nothing here needs tidying up.
func (s *Server) Run(ctx context.Context) error {
	main, health, err := s.listen()
	if err != nil {
		return err
	}
	return s.serveAll(ctx, main, health)
}

// Serve is Run on listeners that are open already; addresses in the
// configuration do not count. It closes them.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	if err := s.onlyLoopback(listeners); err != nil {
		closeAll(listeners)
		return err
	}
	return s.serveAll(ctx, listeners, nil)
}

func (s *Server) serveAll(ctx context.Context, listeners []net.Listener, health net.Listener) error {
	requests, cutOff := context.WithCancel(context.Background())
	defer cutOff()
	main := s.httpServer(requests, s.main)
	failed := make(chan error, len(listeners)+1)
	defer closeAll(listeners)
	for _, l := range listeners {
		s.logger.Info("serving", "address", l.Addr().String(), "tls", s.certificate != nil)
		go func() {
			if s.certificate != nil { // net/http gives every server a TLSConfig
				failed <- main.ServeTLS(l, "", "")
			} else {
				failed <- main.Serve(corkedListener{l})
			}
		}()
	}
	if health != nil {
		checks := s.httpServer(requests, s.health)
		checks.TLSConfig = nil
		s.logger.Info("serving health checks", "address", health.Addr().String())
		go func() { failed <- checks.Serve(health) }()
		defer checks.Close() // last: it says until the end that we are stopping
	}

	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	return errors.Join(cause, s.stop(main, cutOff))
}

// stop ends main in order.
func (s *Server) stop(main *http.Server, cutOff func()) error {
	s.stopping.Store(true)
	s.logger.Info("stopping", "running", s.gate.busy())
	time.Sleep(s.config.Timeouts.ShutdownDelay)
	grace, cancel := context.WithTimeout(context.Background(), s.config.Timeouts.Shutdown)
	defer cancel()
	if err := main.Shutdown(grace); err == nil {
		s.logger.Info("stopped")
		return nil
	}
	left := s.gate.busy()
	cutOff()
	last, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	_ = main.Shutdown(last)
	_ = main.Close()
	return fmt.Errorf("%d requests did not end within %v and were cut off", left, s.config.Timeouts.Shutdown)
}

// httpServer is net/http with our times and limits.
func (s *Server) httpServer(requests context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		TLSConfig:         s.tlsConfig(),
		ReadHeaderTimeout: s.config.Timeouts.Header,
		WriteTimeout:      s.config.Timeouts.Write,
		IdleTimeout:       s.config.Timeouts.Idle,
		MaxHeaderBytes:    headLimit(&s.config),
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return requests },
		ConnContext:       withCork,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 100},
		// OPTIONS * is nothing special.
		DisableGeneralOptionsHandler: true,
	}
}

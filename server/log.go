package server

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"
)

// NewLogger makes the logger that log.format and log.level describe. Lines
// logged with the context of a request carry its id.
func NewLogger(c Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Log.Level}
	if c.Log.Format == "json" {
		return withRequestID(slog.New(slog.NewJSONHandler(w, options)))
	}
	return withRequestID(slog.New(slog.NewTextHandler(w, options)))
}

// withRequestID makes logger add the request id.
func withRequestID(logger *slog.Logger) *slog.Logger {
	if _, already := logger.Handler().(requestHandler); already {
		return logger
	}
	return slog.New(requestHandler{logger.Handler()})
}

// A requestHandler adds the id of the request that the context belongs to.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}

// logContext is a context that gives log lines the request id, also for requests
// that did not get as far as a context of their own.
func (x *exchange) logContext() context.Context {
	return context.WithValue(x.r.Context(), exchangeKey{}, x)
}

// What a client chooses freely is cut to these lengths in a line.
const (
	loggedPath   = 512
	loggedMethod = 32
)

func cut(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

// log writes the line of the request. It has the path as sent, without the
// query, whose literals are nobody's business; no header is logged.
func (x *exchange) log() {
	level := slog.LevelInfo
	if x.target.health != nil {
		level = slog.LevelDebug
	}
	logger := x.server.logger
	ctx := x.r.Context()
	if !logger.Enabled(ctx, level) {
		return
	}
	if x.ctx.exchange == nil {
		ctx = x.logContext()
	}
	path, _, _ := strings.Cut(x.r.RequestURI, "?")
	attrs := [9]slog.Attr{
		slog.String("method", cut(x.r.Method, loggedMethod)),
		slog.String("path", cut(path, loggedPath)),
		slog.Int("status", x.answer.status),
		slog.Int64("bytes", x.answer.bytes),
		slog.Duration("duration", time.Since(x.start)),
		slog.String("from", x.from()),
	}
	n := 6
	if x.caller.Name != "" {
		attrs[n] = slog.String("caller", x.caller.Name)
		n++
	}
	if x.refused != "" {
		attrs[n] = slog.String("refused", x.refused)
		n++
	}
	if x.ctx.Context != nil && x.ctx.Context.Err() != nil {
		attrs[n] = slog.Bool("client_gone", true)
		n++
	}
	logger.LogAttrs(ctx, level, "request", attrs[:n]...)
}

// from is the client's address for the log.
func (x *exchange) from() string {
	if x.server.origin.Proxied(x.r) {
		return x.server.origin.ClientAddr(x.r).String()
	}
	return x.r.RemoteAddr
}

// address is the client's address without its port.
func (x *exchange) address() string {
	from := x.from()
	if host, _, err := net.SplitHostPort(from); err == nil {
		return host
	}
	return from
}

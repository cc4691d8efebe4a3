package server

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// An exchange is one request, what is known of it so far, and its answer. It is
// not pooled: net/http may still read headers after the handler has returned.
type exchange struct {
	server  *Server
	target  *target
	r       *http.Request // as the service gets it
	start   time.Time
	caller  odata.Principal
	refused string // code of the server's own refusal
	id      [1]string
	answer  answer
	body    body
	ctx     requestContext
}

func (s *Server) open(w http.ResponseWriter, r *http.Request, t *target) *exchange {
	x := &exchange{server: s, target: t, r: r, start: time.Now()}
	x.answer.w = w
	x.answer.ctx = r.Context()
	x.answer.fixed = &s.headers
	return x
}

// bound puts the deadline and the caller into the request's context.
func (x *exchange) bound() {
	deadline := x.start.Add(x.server.config.Timeouts.Handler)
	x.ctx.Context = x.r.Context()
	x.ctx.exchange = x
	x.ctx.at = deadline
	r := x.r.WithContext(odata.WithPrincipal(&x.ctx, x.caller))
	if x.target.alias != nil {
		r.URL = x.target.alias(r.URL)
	}
	x.r = r
}

// close ends the exchange: what panicked is answered, and the line is logged.
func (x *exchange) close() {
	if p := recover(); p != nil {
		defer x.recovered(p)()
	}
	x.ctx.end()
	x.log()
}

// An answer is the http.ResponseWriter of services: it counts, and completes
// the headers when the status is sent.
type answer struct {
	w      http.ResponseWriter
	ctx    context.Context // of the connection's request
	fixed  *fixedHeaders
	whole  int64 // the length of the body that the headers tell, 0 if unknown
	status int   // 0 until it was sent
	bytes  int64
}

func (a *answer) Header() http.Header { return a.w.Header() }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
		h := a.w.Header()
		a.fixed.complete(h, status)
		if length := h["Content-Length"]; len(length) == 1 {
			a.whole, _ = strconv.ParseInt(length[0], 10, 64)
		}
	}
	a.w.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	var n int
	var err error
	if len(p) < corkFrom {
		n, err = a.w.Write(p)
	} else {
		n, err = a.writeCorked(p)
	}
	a.bytes += int64(n)
	return n, err
}

// WriteString is Write without a copy of text.
func (a *answer) WriteString(text string) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	n, err := io.WriteString(a.w, text)
	a.bytes += int64(n)
	return n, err
}

// Flush sends what was written so far.
func (a *answer) Flush() {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	_ = http.NewResponseController(a.w).Flush() // not every writer can; then there is nothing to do
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.w }

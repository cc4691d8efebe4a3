package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// progress is how much of a body must arrive for its time to begin anew, so
// that a client cannot hold a place with a byte now and then.
const progress = 1 << 10

// A body is a request's body within its limit and its time. Errors are
// *odata.Error and stay: a reader that tries again gets the same one.
type body struct {
	in       io.ReadCloser       // of net/http, limited
	w        http.ResponseWriter // the connection's own
	control  *http.ResponseController
	header   http.Header // of the answer
	idle     time.Duration
	deadline time.Time // of the handler
	renewed  time.Time // when the time began
	arrived  int       // bytes since then
	err      error
}

// guardBody bounds the body of the request, if there is one. It is called before
// anything can refuse the request, because net/http reads on after a refusal.
func (x *exchange) guardBody() {
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return
	}
	b := &x.body
	// The limiter wants the connection's own writer: it tells it to close.
	b.w = x.answer.w
	b.in = http.MaxBytesReader(b.w, x.r.Body, int64(x.server.config.Limits.Body))
	b.control = http.NewResponseController(x.answer.w)
	b.header = x.answer.Header()
	b.idle = x.server.config.Timeouts.Body
	b.deadline = x.start.Add(x.server.config.Timeouts.Handler)
	b.renew(x.start)
	x.r.Body = b
}

// renew lets the time begin anew.
func (b *body) renew(now time.Time) {
	b.renewed, b.arrived = now, 0
	end := now.Add(b.idle)
	if b.deadline.Before(end) {
		end = b.deadline
	}
	_ = b.control.SetReadDeadline(end) // writers of tests cannot
}

func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.in.Read(p)
	if err == nil {
		if b.arrived += n; b.arrived >= progress {
			if now := time.Now(); now.Sub(b.renewed) > b.idle/16 {
				b.renew(now)
			}
		}
		return n, nil
	}
	switch {
	case errors.Is(err, io.EOF):
		// From here on the connection is watched for the client's leaving; a
		// deadline would look like that.
		_ = b.control.SetReadDeadline(time.Time{})
		b.err = io.EOF
		return n, io.EOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = bodyTooSlow(err)
	case isTooLarge(err):
		b.err = bodyTooLarge(err)
	default:
		b.err = bodyBroken(err)
	}
	// Nothing more is read from this connection, what the client still sends
	// included.
	b.header["Connection"] = []string{"close"}
	_ = b.control.SetReadDeadline(time.Now())
	return n, b.err
}

// Limit lets no more than so many bytes be read, for services that know what the
// body is.
func (b *body) Limit(bytes int64) { b.in = http.MaxBytesReader(b.w, b.in, bytes) }

func (b *body) Close() error { return b.in.Close() }

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

func bodyTooSlow(cause error) error {
	return &odata.Error{Kind: odata.KindTimeout, Code: "RequestTimeout", Message: "The body of the request arrived too slowly", Err: cause}
}

func bodyTooLarge(cause error) error {
	return &odata.Error{Kind: odata.KindTooLarge, Code: "BodyTooLarge", Message: "The body of the request is too large", Err: cause}
}

func bodyBroken(cause error) error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "BadRequest", Message: "The body of the request is cut off or malformed", Err: cause}
}

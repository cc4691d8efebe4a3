package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// A refusal is an error with a time to come back after.
type refusal struct {
	public *odata.Error
	after  time.Duration
}

func (e *refusal) Error() string { return e.public.Error() }
func (e *refusal) Unwrap() error { return e.public }

func overloaded(after time.Duration) error {
	return &refusal{&odata.Error{Kind: odata.KindUnavailable, Code: "ServiceOverloaded", Message: "The service has too much to do at the moment"}, after}
}

func tooManyOfCaller(after time.Duration) error {
	return &refusal{&odata.Error{Kind: odata.KindTooManyRequests, Code: "RateLimited", Message: "Too many requests of this account at once"}, after}
}

func outOfTime() error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "The service could not answer in time", Err: context.DeadlineExceeded}
}

// refuse answers with err, in the service's own format below a service root.
func (x *exchange) refuse(err error) {
	public := odata.AsError(err)
	x.refused = public.Code
	h := x.answer.Header()
	switch public.Kind {
	case odata.KindUnauthenticated:
		h["Www-Authenticate"] = x.server.challenges
	case odata.KindTooLarge, odata.KindURITooLong, odata.KindHeadersTooLarge, odata.KindTimeout:
		h["Connection"] = x.server.headers.closing
	}
	if r, ok := errors.AsType[*refusal](err); ok && r.after > 0 {
		h["Retry-After"] = []string{strconv.Itoa(int((r.after + time.Second - 1) / time.Second))}
	}
	if x.target.service != nil {
		x.target.service.WriteError(&x.answer, x.r, public)
		return
	}
	x.writePlain(public)
}

// statuses are those of the kinds that the server itself answers with outside of
// all services.
var statuses = map[odata.Kind]int{
	odata.KindInvalid:          http.StatusBadRequest,
	odata.KindForbidden:        http.StatusForbidden,
	odata.KindNotFound:         http.StatusNotFound,
	odata.KindMethodNotAllowed: http.StatusMethodNotAllowed,
	odata.KindTooLarge:         http.StatusRequestEntityTooLarge,
	odata.KindURITooLong:       http.StatusRequestURITooLong,
	odata.KindHeadersTooLarge:  http.StatusRequestHeaderFieldsTooLarge,
	odata.KindUnavailable:      http.StatusServiceUnavailable,
}

// writePlain is the error body for addresses that belong to no service: that of
// OData V3, JSON. Codes and messages of this package are plain ASCII without
// characters that need escapes.
func (x *exchange) writePlain(e *odata.Error) {
	status, ok := statuses[e.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	body := `{"odata.error":{"code":"` + e.Code + `","message":{"lang":"en-US","value":"` + e.Message + `"}}}`
	h := x.answer.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	x.answer.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		_, _ = x.answer.Write([]byte(body)) // the client may have gone
	}
}

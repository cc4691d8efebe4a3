package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// statuses are the HTTP statuses of the kinds of failure.
var statuses = map[odata.Kind]int{
	odata.KindInternal:             http.StatusInternalServerError,
	odata.KindInvalid:              http.StatusBadRequest,
	odata.KindUnauthenticated:      http.StatusUnauthorized,
	odata.KindForbidden:            http.StatusForbidden,
	odata.KindNotFound:             http.StatusNotFound,
	odata.KindMethodNotAllowed:     http.StatusMethodNotAllowed,
	odata.KindNotAcceptable:        http.StatusNotAcceptable,
	odata.KindTimeout:              http.StatusRequestTimeout,
	odata.KindConflict:             http.StatusConflict,
	odata.KindGone:                 http.StatusGone,
	odata.KindPreconditionFailed:   http.StatusPreconditionFailed,
	odata.KindTooLarge:             http.StatusRequestEntityTooLarge,
	odata.KindURITooLong:           http.StatusRequestURITooLong,
	odata.KindUnsupportedMediaType: http.StatusUnsupportedMediaType,
	odata.KindPreconditionRequired: http.StatusPreconditionRequired,
	odata.KindTooManyRequests:      http.StatusTooManyRequests,
	odata.KindHeadersTooLarge:      http.StatusRequestHeaderFieldsTooLarge,
	odata.KindNotImplemented:       http.StatusNotImplemented,
	odata.KindUnavailable:          http.StatusServiceUnavailable,
}

// fail ends the exchange with err: a full error answer before the first byte,
// an aborted connection after it, since a visibly broken body beats a short one
// that looks complete.
func (e *exchange) fail(err error) {
	public := classify(err)
	e.log(public)
	if e.committed {
		panic(http.ErrAbortHandler)
	}
	e.service.write(e.w, e.r, public)
}

// WriteError answers r with err in the service's own format. It is for whoever
// stands in front of the service: authentication, limits, routing. Headers set
// before, such as WWW-Authenticate, Allow and Retry-After, are kept.
func (s *Service) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	public := classify(err)
	(&exchange{service: s, w: w, r: r}).log(public)
	s.write(w, r, public)
}

// classify turns any error into one that can be sent. Context errors are mapped
// here and nowhere else.
func classify(err error) *odata.Error {
	if e, ok := errors.AsType[*odata.Error](err); ok {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Err: err,
			Message: "The service could not answer in time"}
	}
	return odata.Internal(err)
}

// log keeps the causes that clients do not see. What a client did wrong is for
// the access log, not for this one.
func (e *exchange) log(err *odata.Error) {
	switch {
	case e.r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return // the client has left
	case err.Kind == odata.KindInternal || err.Kind == odata.KindUnavailable || e.committed:
		e.service.logger.LogAttrs(e.r.Context(), slog.LevelError, "request failed",
			slog.String("code", err.Code), slog.String("error", err.Error()), slog.Bool("aborted", e.committed))
	}
}

// write sends err as the whole answer. It is the one place that writes errors.
func (s *Service) write(w http.ResponseWriter, r *http.Request, err *odata.Error) {
	status, ok := statuses[err.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	offer := &s.offers.structured[0]
	h := w.Header()
	h.Del("Etag")
	h.Del("Content-Encoding")
	if (status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests) && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	body := offer.format.AppendError(nil, s.describe(err))
	s.writeHead(h, v3, offer.contentType, len(body))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone; there is nobody else to tell
	}
}

// describe chooses the public code and text of err.
func (s *Service) describe(err *odata.Error) format.ErrorBody {
	body := format.ErrorBody{Code: err.Code, Message: err.Message}
	switch {
	case s.profile.Describe != nil:
		body.Code, body.Message = s.profile.Describe(err)
	case !s.profile.HideInput:
		if err.Detail != "" {
			body.Message += ": " + err.Detail
		}
		if err.Target != "" {
			body.Message += " (at " + err.Target + ")"
		}
	case err.Target != "":
		body.Message += " (at " + err.Target + ")"
	}
	return body
}

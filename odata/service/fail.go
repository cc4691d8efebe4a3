package service

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	public := e.service.classify(err)
	e.log(err, public)
	if e.committed {
		panic(http.ErrAbortHandler)
	}
	e.write(public)
}

// WriteError answers r with err in the service's own format. It is for whoever
// stands in front of the service: authentication, limits, routing. Headers set
// before, such as WWW-Authenticate, Allow and Retry-After, are kept.
func (s *Service) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	e := exchange{service: s, w: w, r: r}
	public := s.classify(err)
	e.log(err, public)
	e.write(public)
}

// classify turns any error into one that can be sent. Context errors are mapped
// here and nowhere else.
func (s *Service) classify(err error) *odata.Error {
	e, told := errors.AsType[*odata.Error](err)
	late := errors.Is(err, context.DeadlineExceeded)
	switch {
	case late && s.profile.LateIsTimeout && (!told || e.Kind == odata.KindUnavailable):
		return &odata.Error{Kind: odata.KindTimeout, Code: "RequestTimeout", Err: err, Message: "The service could not answer in time"}
	case told:
		return e
	case late || errors.Is(err, context.Canceled):
		return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Err: err, Message: "The service could not answer in time"}
	}
	return odata.Internal(err)
}

// log keeps the causes that clients do not see. What a client did wrong is for
// the access log, not for this one, and that it has left is nobody's mistake.
func (e *exchange) log(err error, public *odata.Error) {
	ctx, level, message := e.r.Context(), slog.LevelError, "request failed"
	switch {
	case e.isLeft(err):
		level, message = slog.LevelDebug, "client gone"
	case public.Kind == odata.KindInternal || public.Kind == odata.KindUnavailable && public.Err != nil || e.committed:
	default:
		return
	}
	e.service.logger.LogAttrs(ctx, level, message,
		slog.String("code", public.Code), slog.String("error", public.Error()), slog.Bool("aborted", e.committed))
}

// isLeft tells that err comes from the client's having left. A connection that fails
// ends the context of its request, and what fails to be sent is no *odata.Error:
// providers have those.
func (e *exchange) isLeft(err error) bool {
	if !errors.Is(e.r.Context().Err(), context.Canceled) {
		return false
	}
	_, told := errors.AsType[*odata.Error](err)
	return !told || errors.Is(err, context.Canceled)
}

// write sends err as the whole answer. It is the one place that writes errors.
func (e *exchange) write(err *odata.Error) {
	s, h := e.service, e.w.Header()
	status, ok := statuses[err.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	h.Del("Etag")
	h.Del("Content-Encoding")
	if (status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests) && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	if !slices.Contains(h["Vary"], varyByFormat) {
		e.varyByFormat()
	}
	out := e.failure()
	body := out.writer.AppendError(nil, s.describe(err))
	e.writeHead(out.version, out.contentType, len(body))
	e.w.WriteHeader(status)
	if e.r.Method != http.MethodHead {
		_, _ = e.w.Write(body) // the client may have gone; there is nobody else to tell
	}
}

// failure decides how an error is sent: as the request asks, as far as that can
// be read, and otherwise in the service's first format.
func (e *exchange) failure() output {
	s := e.service
	most := e.versions.max
	if most == 0 {
		most = maxVersion // the version headers are what is wrong
	}
	offer, err := s.offers.choose(s.offers.failure, e.r.Header, e.wantedFormat(), most)
	if err != nil {
		if offer = firstFor(s.offers.failure, most); offer == nil {
			offer = firstFor(s.offers.failure, maxVersion)
		}
	}
	out := output{contentType: offer.contentType, version: max(v1, e.versions.min)}
	if offer.least == v3 {
		out.version = v3
	}
	out.writer = s.writers[slotOf(offer.family, out.version)]
	return out
}

// wantedFormat is the value of $format, also of a query that could not be read as
// a whole.
func (e *exchange) wantedFormat() string {
	if e.format != "" {
		return e.format
	}
	for option := range strings.SplitSeq(e.r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(option, "=")
		if name, err := url.QueryUnescape(name); err != nil || strings.TrimSpace(name) != "$format" {
			continue
		}
		if value, err := url.QueryUnescape(value); err == nil {
			return value
		}
	}
	return ""
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

package odata

import (
	"errors"
	"fmt"
	"strconv"
)

// Kind classifies a failure. It alone chooses the HTTP status. Kinds are never
// reordered or reused: stores and clients may keep them.
type Kind uint8

// The kinds of failure and the status each one has.
const (
	KindInternal             Kind = iota // 500; also any error that is not an *Error
	KindInvalid                          // 400: the request is malformed or means nothing here
	KindUnauthenticated                  // 401
	KindForbidden                        // 403
	KindNotFound                         // 404: absent, or hidden from the caller
	KindMethodNotAllowed                 // 405
	KindNotAcceptable                    // 406: no offered format is acceptable
	KindTimeout                          // 408: the client was too slow, or the deadline passed
	KindConflict                         // 409
	KindGone                             // 410
	KindPreconditionFailed               // 412
	KindTooLarge                         // 413: the body, or what it asks for
	KindURITooLong                       // 414
	KindUnsupportedMediaType             // 415
	KindPreconditionRequired             // 428
	KindTooManyRequests                  // 429
	KindHeadersTooLarge                  // 431
	KindNotImplemented                   // 501
	KindUnavailable                      // 503: overload, or a store is out of reach
)

// An Error is a failure described for the client. Code, Message and Target may
// be sent; Err is for the operator's log and never leaves the service.
//
// Message is a constant sentence that can be acted on. What depends on input,
// such as the name of an unknown property, goes into Detail, so that a service
// whose clients put messages into HTML can leave it out (see [Profile]).
type Error struct {
	Kind    Kind
	Code    string // stable and documented: "UnknownProperty"
	Message string // constant text, no trailing full stop
	Detail  string // with input: "Demo.Customer has no property Nope"
	Target  string // where: "$filter[0:4]", "RequestedTTL"
	Err     error  // why, for operators
}

// Error is the text for logs, the private cause included.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Message
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Target != "" {
		text += " (" + e.Target + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches another *Error by the fields that one sets, so a test or a
// handler can ask errors.Is(err, &odata.Error{Kind: odata.KindNotFound, Code: "NotFound"}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind &&
		(t.Code == "" || t.Code == e.Code) &&
		(t.Target == "" || t.Target == e.Target)
}

// Internal wraps an unexpected cause: the client learns only that something
// failed.
func Internal(cause error) *Error {
	return &Error{Kind: KindInternal, Code: "InternalError", Message: "The service failed to answer the request", Err: cause}
}

// Internalf is Internal with a formatted cause.
func Internalf(format string, args ...any) *Error { return Internal(fmt.Errorf(format, args...)) }

// NotFound is the answer for what does not exist and for what the caller may
// not see: the two are never told apart.
func NotFound() *Error {
	return &Error{Kind: KindNotFound, Code: "NotFound", Message: "The requested resource does not exist"}
}

// IsNotFound reports whether err says that something does not exist.
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == KindNotFound
}

// AsError finds the *Error in err, or wraps err as [Internal]. It returns nil
// for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Internal(err)
}

// A Span is a range of bytes, Start inclusive, End exclusive: in a query
// option's decoded text, in the escaped path, or in the raw query.
type Span struct{ Start, End int }

// In names the place for Error.Target: "$filter[9:14]".
func (s Span) In(where string) string {
	return where + "[" + strconv.Itoa(s.Start) + ":" + strconv.Itoa(s.End) + "]"
}

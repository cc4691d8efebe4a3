package entities

import (
	"strconv"
	"strings"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/odata"
)

// Profile makes the generic service speak like the Microsoft Identity Manager
// PAM REST API: JSON whatever is asked for, the context URL with %24metadata,
// version text without a semicolon, and errors from a fixed catalogue of
// constant texts, because the portal puts them into its pages as HTML.
func Profile() odata.Profile {
	return odata.Profile{
		Version:          "3.0",
		JSONAlways:       true,
		EscapedMetadata:  true,
		SpacedMediaTypes: true,
		HideStreaming:    true,
		CacheControl:     "no-store",
		Pragma:           "no-cache",
		HideInput:        true,
		LateIsTimeout:    true,
		Describe:         describe,
		CheckOptions:     checkAPIVersion,
		Loose: odata.Looseness{Names: true, Literals: true, Again: true, Aliases: map[string]string{
			"RoleID": "RoleId", "RequestID": "RequestId", "RequestedStatus": "RequestStatus", "CreatorId": "CreatorID"}},
	}
}

// checkAPIVersion judges the option v: absent or "1".
func checkAPIVersion(options map[string]string) error {
	if v, given := options["v"]; given && v != "1" {
		return &odata.Error{Kind: odata.KindInvalid, Code: "UnsupportedApiVersion", Target: "v",
			Message: "The only version of this API is 1"}
	}
	return nil
}

// catalogue are the code and text of each kind of failure, where the error does
// not bring one of the PAM service's own codes.
var catalogue = map[odata.Kind]struct{ code, message string }{
	odata.KindInternal:             {"InternalError", "The service failed to answer the request"},
	odata.KindInvalid:              {"BadRequest", "The request is not valid"},
	odata.KindUnauthenticated:      {"Unauthorized", "The request needs valid credentials"},
	odata.KindForbidden:            {"Forbidden", "The caller may not do this"},
	odata.KindNotFound:             {"NotFound", "The requested resource does not exist"},
	odata.KindMethodNotAllowed:     {"MethodNotAllowed", "The resource does not support this method"},
	odata.KindNotAcceptable:        {"NotAcceptable", "The service cannot answer in any of the formats asked for"},
	odata.KindTimeout:              {"RequestTimeout", "The request took too long"},
	odata.KindConflict:             {"Conflict", "The request conflicts with the state of the resource"},
	odata.KindGone:                 {"Gone", "The resource is gone"},
	odata.KindPreconditionFailed:   {"PreconditionFailed", "The resource has changed"},
	odata.KindTooLarge:             {"BodyTooLarge", "The body is too large"},
	odata.KindURITooLong:           {"UriTooLong", "The address is too long"},
	odata.KindUnsupportedMediaType: {"UnsupportedMediaType", "The type of the body is not supported"},
	odata.KindPreconditionRequired: {"PreconditionRequired", "The request needs an If-Match header"},
	odata.KindTooManyRequests:      {"RateLimited", "Too many requests"},
	odata.KindHeadersTooLarge:      {"HeadersTooLarge", "The headers are too large"},
	odata.KindNotImplemented:       {"NotImplemented", "The service does not offer this"},
	odata.KindUnavailable:          {"ServiceUnavailable", "The service is not available"},
}

// ownCodes are the codes of the PAM service that pass through with their
// constant message.
var ownCodes = map[string]bool{
	"UnsupportedApiVersion": true,
	"OriginNotAllowed":      true,
	"TooManyFailedSignIns":  true,
	"UnknownHost":           true,
}

// describe chooses the code and text a PAM client sees. Texts hold no input, no
// markup and no full stop at the end, which the portal appends. A mistake in
// $filter gives its position: the offset in the decoded option, from 0.
func describe(e *odata.Error) (code, message string) {
	if ownCodes[e.Code] {
		return e.Code, e.Message
	}
	if text, ok := pam.Refusals[e.Code]; ok {
		return e.Code, text
	}
	if e.Code == "RepeatedOption" && !strings.HasPrefix(e.Detail, `"$`) {
		// In the query string as in a body.
		return "ConflictingParameters", pam.Refusals["ConflictingParameters"]
	}
	if e.Kind == odata.KindInvalid && strings.HasPrefix(e.Target, "$filter") {
		if at, ok := position(e.Target); ok {
			return "InvalidFilter", "The filter is not valid at position " + strconv.Itoa(at)
		}
		return "InvalidFilter", "The filter is not valid"
	}
	entry, ok := catalogue[e.Kind]
	if !ok {
		entry = catalogue[odata.KindInternal]
	}
	return entry.code, entry.message
}

// position reads the start of the span in a target such as "$filter[9:14]".
func position(target string) (int, bool) {
	_, span, ok := strings.Cut(target, "[")
	if !ok {
		return 0, false
	}
	start, _, ok := strings.Cut(span, ":")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(start)
	return n, err == nil
}

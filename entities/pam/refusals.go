package pam

import (
	"github.com/pamodata/pamodata/odata"
)

// The refusals of the PAM service. Their texts are constants without markup and
// without a full stop at the end: portals put them into their pages. Source: PAM
// errors.

func refusal(kind odata.Kind, code, target, message string) *odata.Error {
	return &odata.Error{Kind: kind, Code: code, Target: target, Message: message}
}

// Refusals are the codes and texts that clients see as they are.
var Refusals = map[string]string{
	"MissingParameter":      "RoleId and RequestedTTL must be given",
	"InvalidRoleId":         "RoleId must be the identifier of a role",
	"InvalidRequestedTTL":   "RequestedTTL must be a number of seconds, 0 to give the role up",
	"InvalidRequestedTime":  "RequestedTime must be a date and time such as 2026/03/11 23:40 or 2026-03-11T23:40:00Z",
	"InvalidJustification":  "Justification must have at most 4000 characters and no control characters",
	"InvalidReason":         "Reason must have at most 4000 characters and no control characters",
	"ConflictingParameters": "A parameter is given twice with different values",
	"RequestedTimeTooFar":   "RequestedTime lies too far ahead",
	"TtlTooLong":            "RequestedTTL is longer than the role allows",
	"NotACandidate":         "The caller is not a candidate of this role",
	"RoleNotAvailable":      "The role cannot be activated at the requested time",
	"NoApprover":            "Nobody else can approve a request for this role",
	"SelfApproval":          "Nobody can decide about their own request",
	"AlreadyDecided":        "The request has been decided or has ended",
	"TooManyOpenRequests":   "The caller has too many open requests",
}

func invalid(code, target string) *odata.Error {
	return refusal(odata.KindInvalid, code, target, Refusals[code])
}

func forbidden(code string) *odata.Error {
	return refusal(odata.KindForbidden, code, "", Refusals[code])
}

func alreadyDecided() *odata.Error {
	return refusal(odata.KindConflict, "AlreadyDecided", "", Refusals["AlreadyDecided"])
}

func tooManyOpen() *odata.Error {
	return refusal(odata.KindTooManyRequests, "TooManyOpenRequests", "", Refusals["TooManyOpenRequests"])
}

package pam

import (
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A Request is what is stored of one request: facts, never a status, which would
// go stale. Times are in UTC with milliseconds; the zero time is a fact that is
// not there.
type Request struct {
	ID       edm.GUID
	Approval edm.GUID // names the request for those who decide about it
	Role     edm.GUID
	RoleName string // when the request was made
	Creator  edm.GUID
	// Requestor is the display name of the creator when the request was made.
	Requestor     string
	Justification string // empty for none
	Created       time.Time
	TTL           int64     // requested, in seconds; 0 for giving active ones up, whose end is the record's
	Wanted        time.Time // requested start

	// The second factor.
	FactorNeeded    bool
	FactorReference string
	FactorDue       time.Time // the latest time of a result
	FactorDone      time.Time
	FactorFailed    time.Time

	// The decision of an owner.
	ApprovalNeeded bool
	ApprovalDue    time.Time // undecided requests end then
	Decided        time.Time
	Approved       bool     // what was decided
	DecidedBy      edm.GUID // zero for the rule that approves owners' own requests

	Start   time.Time // not before
	Refused time.Time // for good, by the last check or the granter

	// The grant. It is as good as there from the moment it is begun, because
	// nobody knows what became of a call that was not answered.
	GrantBegun time.Time
	Granted    time.Time
	Ends       time.Time // of the grant, from GrantBegun on
	Expires    bool      // by itself, in the directory

	Closed  time.Time // when the end was asked for
	Revoked time.Time // when the end was made sure of
	Expired time.Time // when the end by time was recorded

	// Expiration is what clients see: the zero time without a grant, else its end,
	// or the time of the close.
	Expiration time.Time

	// Due is when the worker looks at the request, the zero time for never again.
	// Attempts and Attempted count what the granter or provider failed to do.
	Due       time.Time
	Attempts  int64
	Attempted time.Time // first of the attempts
}

// A Status is what clients see of a request's life.
type Status string

// The statuses of a request.
const (
	Processing      Status = "Processing"
	PendingMFA      Status = "PendingMFA"
	PendingApproval Status = "PendingApproval"
	Scheduled       Status = "Scheduled"
	Active          Status = "Active"
	Closing         Status = "Closing"
	Closed          Status = "Closed"
	Expired         Status = "Expired"
	Rejected        Status = "Rejected"
)

// Terminal reports that a request in this status never changes.
func (s Status) Terminal() bool { return s == Closed || s == Expired || s == Rejected }

// Open reports that a request may still change.
func (s Status) Open() bool { return !s.Terminal() }

// Status is a function of the facts and the clock: an activation has ended one
// millisecond after its end, whether or not anything has run meanwhile.
// [statusSQL] is its twin.
func (r *Request) Status(now time.Time) Status {
	past := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case !r.FactorFailed.IsZero(), !r.Decided.IsZero() && !r.Approved, !r.Refused.IsZero():
		return Rejected
	case !r.Closed.IsZero():
		if !r.GrantBegun.IsZero() && r.Revoked.IsZero() {
			return Closing
		}
		return Closed
	case !r.Granted.IsZero():
		switch {
		case now.Before(r.Ends):
			return Active
		case r.Expires || !r.Revoked.IsZero():
			return Expired
		}
		return Closing
	case r.FactorNeeded && r.FactorDone.IsZero():
		if past(r.FactorDue) {
			return Rejected
		}
		return PendingMFA
	case r.ApprovalNeeded && r.Decided.IsZero():
		if past(r.ApprovalDue) {
			return Expired
		}
		return PendingApproval
	case now.Before(r.Start):
		return Scheduled
	}
	return Processing
}

package pam

import (
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
)

// A step is what a request needs next.
type step uint8

const (
	rest       step = iota // nothing, until Due; for good if that is zero
	askFactor              // begin to ask for the second factor
	pollFactor             // see how it stands
	beginGrant             // record that the grant begins
	makeGrant              // call the granter, again
	giveUp                 // withdraw a grant that did not succeed, and reject
	withdraw               // call the granter to end the grant
	awaitEnds              // of the requests that were given up
)

// settle stores what follows from the facts and the clock, records it, and tells what
// is to be done next. It is the one place that knows the order of the gates: second
// factor, approval, schedule, grant. It has no effect but on r and the ledger.
//
// eligible tells why the creator can no longer have the role, empty if they can.
// role is nil for one that is gone.
func (d *Desk) settle(l *ledger, r *Request, role *roleRule, ineligible string) step {
	now := l.now
	past := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	done := func() step { r.Due = time.Time{}; return rest }
	wait := func(until time.Time) step { r.Due = until; return rest }
	reject := func(reason string) step {
		r.Refused = now
		l.record(audit.RequestRejected, r, audit.Denied, reason)
		return done()
	}
	factorOpen := r.FactorNeeded && r.FactorDone.IsZero()
	approvalOpen := !factorOpen && r.ApprovalNeeded && r.Decided.IsZero()

	switch {
	case !r.FactorFailed.IsZero(), !r.Decided.IsZero() && !r.Approved, !r.Refused.IsZero():
		return done()

	case !r.Closed.IsZero():
		if r.GrantBegun.IsZero() || !r.Revoked.IsZero() {
			return done()
		}
		return withdraw

	case !r.Granted.IsZero() && r.TTL == 0:
		if r.Expires || !r.Revoked.IsZero() {
			return done()
		}
		return awaitEnds

	case !r.Granted.IsZero():
		if !past(r.Ends) {
			if ineligible != "" {
				d.close(l, r, ineligible)
				return withdraw
			}
			return wait(r.Ends)
		}
		if r.Expired.IsZero() {
			r.Expired = now
			l.record(audit.RequestExpired, r, audit.Success, "")
		}
		if r.Expires || !r.Revoked.IsZero() {
			return done()
		}
		return withdraw

	case !r.GrantBegun.IsZero():
		if past(r.Ends) || ineligible != "" || !r.Attempted.IsZero() && now.Sub(r.Attempted) >= d.config.GrantTimeout {
			return giveUp
		}
		return makeGrant

	// What has missed its deadline has ended then, whatever has happened since.
	case factorOpen && past(r.FactorDue):
		r.FactorFailed = now
		l.record(audit.MFAFailed, r, audit.Failure, "no result in time")
		l.record(audit.RequestRejected, r, audit.Denied, "no second factor in time")
		return done()

	case approvalOpen && past(r.ApprovalDue):
		if r.Expired.IsZero() {
			r.Expired = now
			l.record(audit.ApprovalExpired, r, audit.Denied, "no owner has decided in time")
		}
		return done()

	case ineligible != "":
		return reject(ineligible)

	case factorOpen:
		switch {
		case r.FactorReference == "":
			return askFactor
		case now.Before(r.Due):
			return wait(r.Due)
		}
		return pollFactor

	case approvalOpen:
		return wait(r.ApprovalDue)
	}

	// All gates have been passed; what remains is the time.
	if role.window != nil {
		start := r.Start
		if start.Before(now) {
			start = now
		}
		opens := role.window.NextOpening(start, d.config.Zone)
		if opens.IsZero() {
			return reject("the role's window never opens")
		}
		if opens.After(start) {
			r.Start = opens.UTC().Truncate(time.Millisecond)
		}
	}
	if now.Before(r.Start) {
		if !r.Due.Equal(r.Start) {
			l.record(audit.RequestScheduled, r, audit.Success, "from "+r.Start.Format(time.RFC3339Nano))
		}
		return wait(r.Start)
	}
	return beginGrant
}

// close ends a request on somebody's behalf.
func (d *Desk) close(l *ledger, r *Request, reason string) {
	r.Closed = l.now
	if !r.GrantBegun.IsZero() {
		r.Expiration = l.now
	}
	r.Due = l.now
	l.record(audit.RequestClosed, r, audit.Success, reason)
}

// backoff is when to try again what has failed so often: 1, 2, 4 … seconds later, at
// most a minute.
func backoff(now time.Time, attempts int64) time.Time {
	return now.Add(min(time.Second<<min(max(attempts-1, 0), 6), time.Minute)).Round(0)
}

// noteworthy tells whether a failure is recorded: the first, second, fourth, eighth …
// of a row of them, since removals are tried for ever.
func noteworthy(attempts int64) bool { return attempts&(attempts-1) == 0 }

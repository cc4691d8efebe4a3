package pam

import (
	"context"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
)

// maxReference bounds what a provider calls its calls.
const maxReference = 200

// factor asks for the second factor, or how it stands, and stores the answer. Whatever
// goes wrong is a failure: the factor is never skipped. Source: PAM, gates.
func (d *Desk) factor(ctx context.Context, held *lease, r *Request, begin bool) (next step, err error) {
	reference, result, problem := r.FactorReference, FactorResult{}, ""
	user, err := d.people.user(ctx, r.Creator)
	if err != nil {
		return rest, err
	}
	switch {
	case d.config.Factor == nil:
		problem = "no provider of a second factor is configured"
	case user == nil:
		problem = "the requestor is no longer known"
	case user.Phone == "":
		problem = "the requestor has no phone number"
	default:
		call, cancel := context.WithTimeout(ctx, d.config.CallTimeout)
		var failed error
		if begin {
			reference, result, failed = d.config.Factor.Start(call, FactorCall{r.ID, user.Account, user.Phone, r.RoleName})
		} else {
			result, failed = d.config.Factor.Poll(call, reference)
		}
		cancel()
		switch {
		case failed != nil:
			problem = "the provider of the second factor failed"
			d.config.Logger.WarnContext(ctx, "second factor", "request", r.ID, "error", failed)
		case result.State == FactorFailed:
			if problem = result.Reason; problem == "" {
				problem = "the provider said no"
			}
		case result.State == FactorPending && (reference == "" || len(reference) > maxReference):
			problem = "the provider gave the call no usable name"
		}
	}
	return d.change(ctx, held, r, func(l *ledger, r *Request) {
		switch {
		case !r.FactorDone.IsZero(), r.Status(l.now).Terminal():
			// Answered before, or ended meanwhile, by the deadline too: too late.
		case problem != "":
			r.FactorFailed = l.now
			l.record(audit.MFAFailed, r, audit.Failure, cut(problem, 200))
			l.record(audit.RequestRejected, r, audit.Denied, "the second factor failed")
		case result.State == FactorSucceeded:
			r.FactorReference, r.FactorDone = reference, l.now
			l.record(audit.MFASucceeded, r, audit.Success, "")
		default:
			r.FactorReference = reference
			r.Due = earlier(l.now.Add(d.config.FactorPoll), r.FactorDue)
		}
	})
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

package pam

import (
	"context"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Decide stores the decision of the caller in ctx about the request that an approval
// identifier names. The first decision counts; to repeat it is no error. Source: PAM,
// approval and repeated operations.
func (d *Desk) Decide(ctx context.Context, approval edm.GUID, approve bool, comment string) error {
	if !plainText(comment) {
		return invalid("InvalidReason", "Reason")
	}
	caller, principal, err := d.people.caller(ctx, d.people.byAccount)
	if err != nil {
		return err
	}
	actor := actorOf(caller, principal)
	var r *Request
	var refused *odata.Error
	err = d.book(ctx, actor, func(ctx context.Context, l *ledger) (err error) {
		r, refused = nil, odata.NotFound()
		found, err := d.rows.find(ctx, d.rows.byApproval, approval)
		if err != nil {
			return err
		}
		owns := false
		if found != nil && caller != nil {
			if owns, err = d.people.has(ctx, found.Role, owner, caller.ID); err != nil {
				return err
			}
		}
		status := Status("")
		if found != nil {
			status = found.Status(l.now)
		}
		switch {
		case !owns:
			// Whoever is no owner learns nothing.
		case found.Creator == caller.ID:
			refused = forbidden("SelfApproval")
		case !found.ApprovalNeeded, found.FactorNeeded && found.FactorDone.IsZero():
			// There is nothing to decide, or not before the second factor.
		case !found.Decided.IsZero() && found.Approved == approve:
			refused = nil
			return nil // a repetition
		case status != PendingApproval:
			refused = alreadyDecided()
		default:
			refused, r = nil, found
		}
		if refused != nil {
			e := l.record(audit.ApprovalDenied, found, audit.Denied, refused.Code)
			if found == nil {
				e.Reason += " " + approval.String()
			}
			return nil
		}
		r.Decided, r.Approved, r.DecidedBy = l.now, approve, caller.ID
		if approve {
			l.record(audit.Approved, r, audit.Success, comment)
		} else {
			l.record(audit.ApprovalRejected, r, audit.Success, comment)
			l.record(audit.RequestRejected, r, audit.Denied, "an owner has rejected it")
		}
		r.Due = l.now // what follows needs the user's lease
		if !approve {
			d.settle(l, r, nil, "")
		}
		return d.rows.save(ctx, r)
	})
	switch {
	case err != nil:
		return err
	case refused != nil:
		return refused
	case r == nil || r.Due.IsZero():
		return nil
	}
	return d.followed(ctx, r)
}

package pam

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An Ask is what a caller wants of a role.
type Ask struct {
	Role          edm.GUID
	TTL           int64     // seconds; 0 gives up what the caller has of the role
	Justification string    // empty for none
	Wanted        time.Time // start; the zero time for now
}

// maxText is how many characters a justification or a reason may have.
const maxText = 4000

// Create makes a request of the caller in ctx, runs the gates that need nobody, and
// returns it as it stands then. Source: PAM, creating a request.
func (d *Desk) Create(ctx context.Context, ask Ask) (*Request, error) {
	caller, principal, err := d.people.caller(ctx, d.people.byAccount)
	if err != nil {
		return nil, err
	}
	actor := actorOf(caller, principal)
	switch {
	case caller == nil:
		return nil, d.deny(ctx, actor, ask.Role, forbidden("NotACandidate"))
	case ask.TTL < 0:
		return nil, invalid("InvalidRequestedTTL", argTTL)
	case !plainText(ask.Justification):
		return nil, invalid("InvalidJustification", argJustification)
	}
	// What is done for one user is done in one place at a time.
	until := d.answerBy()
	turn, err := d.turn(ctx, caller.ID, until)
	if err != nil {
		return nil, err
	}
	defer func() {
		if turn != nil {
			turn()
		}
	}()
	var made *Request
	var run advance
	var refused *odata.Error
	err = d.book(ctx, actor, func(ctx context.Context, l *ledger) (err error) {
		made, refused, run = nil, nil, advance{}
		// Requests of one user are counted one after the other, by definitions that
		// stay as they are meanwhile.
		locked, _, err := d.people.caller(ctx, d.people.lockUser)
		if err != nil {
			return err
		}
		role, err := d.people.roleBy(ctx, ask.Role)
		if err != nil {
			return err
		}
		may := false
		if role != nil && locked != nil {
			if may, err = d.people.has(ctx, role.id, candidate, caller.ID); err != nil {
				return err
			}
		}
		switch {
		case ask.TTL == 0:
			made, run.requests, refused, err = d.relinquish(ctx, l, caller, role, may, ask)
		case !may:
			refused = forbidden("NotACandidate")
		default:
			made, refused, err = d.request(ctx, l, caller, role, ask)
		}
		switch {
		case err != nil:
			return err
		case refused != nil:
			return d.denied(l, role, ask.Role, caller, refused)
		case ask.TTL == 0:
			return nil
		}
		return d.first(ctx, l, made, role, turn != nil, &run)
	})
	switch {
	case err != nil:
		return nil, err
	case refused != nil:
		return nil, refused
	case len(run.requests) == 0 || turn == nil:
		d.rouse() // for what is due later, or when the turn has come
		return made, nil
	}
	held := turn
	turn = nil
	return made, d.follow(ctx, made, run, held, until)
}

// malformed is what arguments are answered with that cannot be read: that they
// cannot, to those who may ask for something.
func (d *Desk) malformed(ctx context.Context, role edm.GUID, problem error) error {
	caller, principal, err := d.people.caller(ctx, d.people.byAccount)
	switch {
	case err != nil:
		return err
	case caller == nil:
		return d.deny(ctx, actorOf(nil, principal), role, forbidden("NotACandidate"))
	}
	return problem
}

// first stores a new request as far as it comes without the help of others. Where it
// needs nobody, and in the turn of the user, its grant is begun in the same
// transaction.
func (d *Desk) first(ctx context.Context, l *ledger, r *Request, role *roleRule, turn bool, run *advance) (err error) {
	next := d.settle(l, r, role, "")
	if next != rest {
		if turn {
			if run.lease, err = d.leases.try(ctx, userLease(r.Creator), l.now, d.leaseLength()); err != nil {
				return err
			}
		}
		run.requests = []edm.GUID{r.ID}
		r.Due = l.now
	}
	var groups []Group
	if next == beginGrant && run.lease != nil {
		if groups, err = d.begin(ctx, l, r, role); err != nil {
			return err
		}
		run.begun = &grantBegun{*r, groups, l.events[len(l.events)-1]}
	}
	if err := d.rows.add(ctx, r); err != nil {
		return err
	}
	return d.rows.keepGroups(ctx, r, groups)
}

// request is a new request that passes all checks, or why it does not.
func (d *Desk) request(ctx context.Context, l *ledger, caller *User, role *roleRule, ask Ask) (*Request, *odata.Error, error) {
	now := l.now
	open, ofRole, err := d.rows.countOpen(ctx, caller.ID, role.id, now)
	if err != nil {
		return nil, nil, err
	}
	wanted := ask.Wanted.UTC().Truncate(time.Millisecond)
	if ask.Wanted.IsZero() {
		wanted = now
	}
	start := wanted
	if start.Before(now) {
		start = now
	}
	effective := effectiveTTL(ask.TTL, time.Duration(role.ttl)*time.Second, d.config.MinTTL, d.config.MaxTTL)
	auto := role.approval && !role.noAutoApproval && !d.config.DenySelfApproval
	if auto {
		if auto, err = d.people.has(ctx, role.id, owner, caller.ID); err != nil {
			return nil, nil, err
		}
	}
	switch {
	case ofRole >= d.config.MaxOpenPerRole, open >= d.config.MaxOpen:
		return nil, tooManyOpen(), nil
	case (role.refuseLong || d.config.RefuseLongTTL) && ask.TTL > int64(min(time.Duration(role.ttl)*time.Second, orForever(d.config.MaxTTL))/time.Second):
		return nil, invalid("TtlTooLong", "RequestedTTL"), nil
	case wanted.Sub(now) > d.config.MaxAhead:
		return nil, invalid("RequestedTimeTooFar", "RequestedTime"), nil
	case role.window != nil && !role.window.Contains(start, d.config.Zone):
		return nil, forbidden("RoleNotAvailable"), nil
	case start.Add(effective).Year() > 9999:
		return nil, invalid("RequestedTimeTooFar", "RequestedTime"), nil
	}
	if role.approval && !auto {
		other, err := d.people.hasOtherOwner(ctx, role.id, caller.ID)
		if err != nil {
			return nil, nil, err
		}
		if !other {
			return nil, forbidden("NoApprover"), nil
		}
	}
	r := &Request{ID: d.config.NewID(), Approval: d.config.NewID(), Role: role.id, RoleName: role.name, Creator: caller.ID, Requestor: caller.DisplayName,
		Justification: ask.Justification, Created: now, TTL: ask.TTL, Wanted: wanted, Start: start,
		FactorNeeded: role.mfa, ApprovalNeeded: role.approval}
	if r.FactorNeeded {
		r.FactorDue = now.Add(d.config.FactorTimeout)
	}
	l.record(audit.RequestCreated, r, audit.Success, r.Justification)
	if r.ApprovalNeeded {
		r.ApprovalDue = now.Add(d.config.ApprovalTimeout)
		if later := start.Add(24 * time.Hour); later.After(r.ApprovalDue) {
			r.ApprovalDue = later
		}
		if auto {
			r.Decided, r.Approved = now, true
			l.record(audit.ApprovalAuto, r, audit.Success, "the requestor owns the role")
		}
	}
	return r, nil, nil
}

func orForever(d time.Duration) time.Duration {
	if d <= 0 {
		return 1<<63 - 1
	}
	return d
}

// deny records an attempt that was refused before anything was looked at.
func (d *Desk) deny(ctx context.Context, actor audit.Actor, role edm.GUID, refused *odata.Error) error {
	err := d.book(ctx, actor, func(ctx context.Context, l *ledger) error { return d.denied(l, nil, role, nil, refused) })
	if err != nil {
		return err
	}
	return refused
}

// denied records that a request was refused. Malformed ones are not recorded.
func (d *Desk) denied(l *ledger, role *roleRule, id edm.GUID, caller *User, refused *odata.Error) error {
	if refused.Kind == odata.KindInvalid {
		return nil
	}
	e := l.record(audit.RequestDenied, nil, audit.Denied, refused.Code)
	e.Role = id
	if role != nil {
		e.RoleName = role.name
	}
	if caller != nil {
		e.Subject = caller.DisplayName
	}
	return nil
}

// plainText tells whether a text may be stored: of bounded length, valid, and without
// control characters other than those of layout.
func plainText(s string) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText {
		return false
	}
	for _, c := range s {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f && c < 0xa0 {
			return false
		}
	}
	return true
}

package pam

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// begin records that a grant begins, and its end. Only then may the granter be
// called: whatever happens to that call, the end of the privilege is known. The
// groups are to be stored with the request. Source: PAM audit, the record precedes the
// privilege.
func (d *Desk) begin(ctx context.Context, l *ledger, r *Request, role *roleRule) ([]Group, error) {
	groups, err := d.people.groupsOf(ctx, role.id)
	if err != nil {
		return nil, err
	}
	ttl := effectiveTTL(r.TTL, time.Duration(role.ttl)*time.Second, d.config.MinTTL, d.config.MaxTTL)
	r.GrantBegun, r.Ends, r.Expires = l.now, l.now.Add(ttl), d.config.Granter.Expires()
	r.Due, r.Attempts, r.Attempted = l.now, 0, time.Time{}
	d.about(l.record(audit.GrantStarted, r, audit.Success, ""), r, groups)
	return groups, nil
}

// about completes an event about a grant.
func (d *Desk) about(e *audit.Event, r *Request, groups []Group) {
	e.Ends, e.EffectiveTTL = r.Ends, int64(r.Ends.Sub(r.GrantBegun)/time.Second)
	for _, g := range groups {
		e.Groups = append(e.Groups, g.Name)
	}
}

// grant calls the granter for a grant that was begun, and stores what became of it.
// begun is nil if that was earlier.
func (d *Desk) grant(ctx context.Context, mine *lease, r *Request, begun *grantBegun) (step, error) {
	if err := d.acknowledged(ctx, begun); err != nil {
		return d.unrecorded(ctx, mine, r, err)
	}
	groups, user, held, err := d.parties(ctx, r, begun)
	if err != nil {
		return rest, err
	}
	failed := error(&Permanent{errors.New("the requestor is no longer known")})
	if user != nil {
		memberships := make([]Membership, len(groups))
		for i, g := range groups {
			memberships[i] = Membership{g, r.Ends}
			if until := held[g.ID]; until.After(r.Ends) {
				memberships[i].Until = until
			}
		}
		call, cancel := context.WithTimeout(ctx, d.config.CallTimeout)
		failed = d.config.Granter.Grant(call, *user, memberships)
		cancel()
	}
	if failed != nil {
		return d.failedGrant(ctx, mine, r, failed, groups)
	}
	late := false
	next, err := d.changeIn(ctx, d.book, mine, r, func(l *ledger, r *Request) {
		late = !r.Revoked.IsZero()
		if late || !r.Granted.IsZero() || !r.Closed.IsZero() || !r.Refused.IsZero() {
			return // ended meanwhile, and the end withdraws it; or another node was faster
		}
		r.Attempts, r.Attempted = 0, time.Time{}
		r.Granted, r.Expiration = l.now, r.Ends
		d.about(l.record(audit.GrantSucceeded, r, audit.Success, ""), r, groups)
	})
	switch {
	case errors.Is(err, audit.ErrUnavailable):
		return d.unrecorded(ctx, mine, r, err)
	case err == nil && late:
		d.takeBack(ctx, r)
	}
	return next, err
}

// takeBack ends memberships that a call has made which took longer than the lease,
// after another node had withdrawn them.
func (d *Desk) takeBack(ctx context.Context, r *Request) {
	groups, user, held, err := d.parties(ctx, r, nil)
	if err == nil && user != nil {
		groups = slices.DeleteFunc(groups, func(g Group) bool { _, keep := held[g.ID]; return keep })
		call, cancel := context.WithTimeout(ctx, d.config.CallTimeout)
		defer cancel()
		if len(groups) > 0 {
			err = d.config.Granter.Revoke(call, *user, groups)
		}
	}
	if err != nil {
		d.config.Logger.ErrorContext(ctx, "a call of the granter has come too late, and could not be undone", "request", r.ID, "error", err)
	}
}

// acknowledged waits until the record of a grant is as safe as it must be.
func (d *Desk) acknowledged(ctx context.Context, begun *grantBegun) error {
	if d.config.Acknowledged == nil {
		return nil
	}
	call, cancel := context.WithTimeout(ctx, d.config.Within)
	defer cancel()
	if begun != nil {
		return d.config.Acknowledged(call, begun.record.Sequence)
	}
	seq, _, err := d.trail.Last(call)
	if err != nil {
		return err
	}
	return d.config.Acknowledged(call, seq)
}

// unrecorded ends a grant whose events were not safe: it does not happen.
func (d *Desk) unrecorded(ctx context.Context, mine *lease, r *Request, cause error) (step, error) {
	d.config.Logger.ErrorContext(ctx, "a grant was given up, because it could not be recorded", "request", r.ID, "error", cause)
	next, err := d.withdraw(ctx, mine, r, true)
	if err == nil && next != rest {
		_, err = d.withdraw(ctx, mine, r, true)
	}
	return rest, errors.Join(errUnrecorded, err)
}

// failedGrant stores that the granter has failed. For good, it is rolled back.
func (d *Desk) failedGrant(ctx context.Context, mine *lease, r *Request, failed error, groups []Group) (step, error) {
	_, permanent := errors.AsType[*Permanent](failed)
	d.config.Logger.WarnContext(ctx, "a grant failed", "request", r.ID, "permanent", permanent, "error", failed)
	next, err := d.changeIn(ctx, d.bookEnd, mine, r, func(l *ledger, r *Request) {
		r.Attempts++
		if r.Attempted.IsZero() {
			r.Attempted = l.now
		}
		if noteworthy(r.Attempts) || permanent {
			d.about(l.record(audit.GrantFailed, r, audit.Failure, fmt.Sprintf("attempt %d", r.Attempts)), r, groups)
		}
		if !permanent {
			r.Due = earlier(backoff(l.now, r.Attempts), earlier(r.Attempted.Add(d.config.GrantTimeout), r.Ends))
		}
	})
	if err == nil && permanent && next == makeGrant {
		next = giveUp
	}
	return next, err
}

// withdraw calls the granter to end a grant, but for what other grants of the user
// keep. With reject it is one that has not succeeded, and the request is rejected.
func (d *Desk) withdraw(ctx context.Context, mine *lease, r *Request, reject bool) (step, error) {
	groups, user, held, err := d.parties(ctx, r, nil)
	if err != nil {
		return rest, err
	}
	var failed error
	var ended []Group
	if user != nil {
		var kept []Membership
		for _, g := range groups {
			if until, keep := held[g.ID]; keep {
				kept = append(kept, Membership{g, until})
			} else {
				ended = append(ended, g)
			}
		}
		call, cancel := context.WithTimeout(ctx, d.config.CallTimeout)
		if len(ended) > 0 {
			failed = d.config.Granter.Revoke(call, *user, ended)
		}
		if failed == nil && len(kept) > 0 && r.Expires {
			failed = d.config.Granter.Grant(call, *user, kept) // with the end that remains
		}
		cancel()
	}
	return d.changeIn(ctx, d.bookEnd, mine, r, func(l *ledger, r *Request) {
		if !r.Revoked.IsZero() {
			return // another node was faster
		}
		if failed != nil {
			r.Attempts++
			if noteworthy(r.Attempts) {
				d.config.Logger.ErrorContext(ctx, "a privilege could not be withdrawn; it is tried again", "request", r.ID,
					"attempt", r.Attempts, "error", failed)
				d.about(l.record(audit.RevokeFailed, r, audit.Failure, fmt.Sprintf("attempt %d", r.Attempts)), r, ended)
			}
			r.Due = backoff(l.now, r.Attempts)
			if reject {
				r.Attempted = l.now.Add(-d.config.GrantTimeout) // it is not tried to be made again
			}
			return
		}
		r.Revoked, r.Due = l.now, l.now
		if r.Granted.IsZero() {
			r.Expiration = time.Time{} // it was never active
		}
		d.about(l.record(audit.RevokeSucceeded, r, audit.Success, ""), r, ended)
		if reject && r.Closed.IsZero() {
			r.Refused = l.now
			l.record(audit.RequestRejected, r, audit.Denied, "the privilege could not be granted")
		}
	})
}

// parties are what a call of the granter is about: the groups of a grant, the user,
// nil for one that is gone, and what other grants of the user keep.
func (d *Desk) parties(ctx context.Context, r *Request, begun *grantBegun) (groups []Group, user *User, held map[edm.GUID]time.Time, err error) {
	if begun != nil {
		groups = begun.groups
	} else if groups, err = d.rows.groupsOf(ctx, r); err != nil {
		return nil, nil, nil, err
	}
	if user, err = d.people.user(ctx, r.Creator); err != nil {
		return nil, nil, nil, err
	}
	held, err = d.rows.held(ctx, r, d.Now())
	return groups, user, held, err
}

// eachOf runs a query and calls each for its rows.
func eachOf(ctx context.Context, db sqldb.DB, s *sqldb.Statement, each func([]edm.Value), args ...edm.Value) error {
	return sqldb.QueryEach(ctx, db, s, args, func(c []edm.Value) error {
		each(c)
		return nil
	})
}

package pam

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Close ends a request of the caller in ctx, whatever its stage. One that has ended
// stays as it is: a retry, or a race with the clock, is no error. Source: PAM,
// repeated operations.
func (d *Desk) Close(ctx context.Context, id edm.GUID) error {
	caller, principal, err := d.people.caller(ctx, d.people.byAccount)
	if err != nil {
		return err
	}
	if caller == nil {
		return odata.NotFound()
	}
	return d.end(ctx, id, actorOf(caller, principal), "", func(r *Request) bool { return r.Creator == caller.ID })
}

// Revoke ends a request on behalf of an administrator.
func (d *Desk) Revoke(ctx context.Context, id edm.GUID, actor audit.Actor, reason string) error {
	return d.end(ctx, id, actor, reason, func(*Request) bool { return true })
}

// end closes a request that the caller may close, and sees to what follows.
func (d *Desk) end(ctx context.Context, id edm.GUID, actor audit.Actor, reason string, may func(*Request) bool) error {
	var found *Request
	changed := false
	err := d.bookEnd(ctx, actor, func(ctx context.Context, l *ledger) (err error) {
		changed = false
		if found, err = d.rows.find(ctx, d.rows.byID, id); err != nil || found == nil || !may(found) {
			found = nil
			return err
		}
		if status := found.Status(l.now); status.Terminal() || status == Closing {
			return nil
		}
		changed = true
		d.close(l, found, reason)
		if found.GrantBegun.IsZero() {
			d.settle(l, found, nil, "")
		}
		return d.rows.save(ctx, found)
	})
	switch {
	case err != nil:
		return err
	case found == nil:
		return odata.NotFound()
	case !changed || found.Due.IsZero():
		return nil
	}
	return d.followed(ctx, found)
}

// relinquish closes the active requests that the caller has of a role, and makes a
// record of that. It needs no gate and has no quota. Source: PAM, extend and
// deactivate.
func (d *Desk) relinquish(ctx context.Context, l *ledger, caller *User, role *roleRule, may bool, ask Ask) (*Request, []edm.GUID, *odata.Error, error) {
	active, err := d.rows.list(ctx, d.rows.activeOf, caller.ID.Value(), ask.Role.Value(), timeCell(l.now))
	if err != nil {
		return nil, nil, nil, err
	}
	if !may && len(active) == 0 {
		return nil, nil, forbidden("NotACandidate"), nil
	}
	now := l.now
	r := &Request{ID: d.config.NewID(), Approval: d.config.NewID(), Role: ask.Role, Creator: caller.ID, Requestor: caller.DisplayName,
		Justification: ask.Justification, Created: now, Wanted: now, Start: now,
		GrantBegun: now, Granted: now, Ends: now, Expired: now, Expiration: now}
	if role != nil {
		r.RoleName = role.name
	} else {
		r.RoleName = active[0].RoleName
	}
	var ids []edm.GUID
	var closed []string
	for _, a := range active {
		d.close(l, a, "given up")
		if err := d.rows.save(ctx, a); err != nil {
			return nil, nil, nil, err
		}
		ids, closed = append(ids, a.ID), append(closed, a.ID.String())
	}
	if len(active) == 0 {
		r.Revoked = now
	} else {
		r.Due = now
		ids = append(ids, r.ID)
	}
	reason := "nothing was active"
	if len(closed) > 0 {
		reason = "closed " + strings.Join(closed, ", ")
	}
	l.record(audit.Relinquished, r, audit.Success, reason)
	return r, ids, nil, d.rows.add(ctx, r)
}

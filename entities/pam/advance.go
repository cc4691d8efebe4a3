package pam

import (
	"context"
	"errors"
	"time"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// An advance is work on requests of one user, as far as it goes now.
type advance struct {
	requests []edm.GUID // one after the other
	lease    *lease     // nil if it has to be taken
	begun    *grantBegun
}

// A grantBegun is a grant whose beginning has just been recorded, for the granter to be
// called next: the request as it is stored, its groups and the record.
type grantBegun struct {
	request Request
	groups  []Group
	record  *audit.Event
}

// leaseLength is longer than a call of the granter and what surrounds it.
func (d *Desk) leaseLength() time.Duration { return 2*d.config.CallTimeout + 10*time.Second }

// answerBy is when an operation that begins now has to be answered. It is of no
// clock that tests control, since it bounds waiting.
func (d *Desk) answerBy() time.Time { return time.Now().Add(d.config.Within) }

// turn gets the turn of a user within this process, nil if somebody has it for too
// long: what is stored then is for the worker, after them.
func (d *Desk) turn(ctx context.Context, user edm.GUID, until time.Time) (end func(), err error) {
	wait, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	end, err = d.leases.wait(wait, userLease(user))
	if err != nil && ctx.Err() == nil {
		return nil, nil
	}
	return end, err
}

// followed sees to what follows from a change of r, and waits for it a while.
func (d *Desk) followed(ctx context.Context, r *Request) error {
	until := d.answerBy()
	turn, err := d.turn(ctx, r.Creator, until)
	if err != nil || turn == nil {
		d.rouse() // the change is stored; the worker does the rest
		return nil
	}
	return d.follow(ctx, r, advance{requests: []edm.GUID{r.ID}}, turn, until)
}

// follow runs an advance in the turn of the user, which it ends, and waits for it as
// long as an answer may take. The work goes on when the caller leaves. r is brought up
// to date. An error says that nothing was granted.
func (d *Desk) follow(ctx context.Context, r *Request, run advance, turn func(), until time.Time) error {
	result := make(chan error, 1)
	work, user := context.WithoutCancel(ctx), r.Creator // r changes while the work goes on
	d.running.Go(func() {
		err := func() error {
			defer turn()
			return d.run(work, user, run)
		}()
		d.rouse()
		result <- err
	})
	limit := time.NewTimer(time.Until(until))
	defer limit.Stop()
	select {
	case err := <-result:
		switch {
		case errors.Is(err, errUnrecorded):
			return err
		case err != nil:
			d.config.Logger.ErrorContext(ctx, "a request could not be carried on; it is tried again", "request", r.ID, "error", err)
		}
	case <-limit.C:
	case <-ctx.Done():
	}
	latest, err := d.rows.find(context.WithoutCancel(ctx), d.rows.read, r.ID)
	if err == nil && latest != nil {
		*r = *latest
	}
	return nil
}

// run takes the lease of the user, unless the advance has it, and does the work.
func (d *Desk) run(ctx context.Context, user edm.GUID, run advance) (err error) {
	l := run.lease
	for deadline := time.Now().Add(d.config.Within); l == nil; {
		if l, err = d.leases.try(ctx, userLease(user), d.Now(), d.leaseLength()); err != nil {
			return err
		}
		if l != nil {
			break
		}
		if time.Now().After(deadline) {
			return nil // another node works for the user; the requests stay due
		}
		time.Sleep(20 * time.Millisecond)
	}
	defer func() {
		if l.over {
			return
		}
		if ended := l.end(ctx); err == nil {
			err = ended
		}
	}()
	for i, id := range run.requests {
		l.last = i == len(run.requests)-1
		var begun *grantBegun
		if i == 0 {
			begun = run.begun
		}
		if failed := d.carryOn(ctx, l, id, begun); failed != nil {
			err = errors.Join(err, failed)
			d.postpone(ctx, id)
		}
	}
	return err
}

// carryOn does one step after the other for a request until it has to wait.
func (d *Desk) carryOn(ctx context.Context, l *lease, id edm.GUID, begun *grantBegun) error {
	r, next := &Request{ID: id}, makeGrant
	var err error
	if begun != nil {
		*r = begun.request
	} else {
		next, begun, err = d.look(ctx, l, r)
	}
	for err == nil && next != rest {
		if ok, err := d.stillOurs(ctx, l); err != nil || !ok {
			return err // another node has taken over
		}
		switch next {
		case askFactor, pollFactor:
			next, err = d.factor(ctx, l, r, next == askFactor)
		case makeGrant:
			next, err = d.grant(ctx, l, r, begun)
			begun = nil
		case withdraw, giveUp:
			next, err = d.withdraw(ctx, l, r, next == giveUp)
		case awaitEnds:
			next, err = d.awaitEnds(ctx, l, r)
		}
		if err == nil && next == beginGrant { // the gates are passed
			next, begun, err = d.look(ctx, l, r)
		}
	}
	return err
}

// stillOurs makes a lease last for another call, and tells whether nobody else has it.
func (d *Desk) stillOurs(ctx context.Context, l *lease) (bool, error) {
	now := d.Now()
	if l.until.Sub(now) > d.leaseLength()-d.config.CallTimeout {
		return true, nil
	}
	return l.extend(ctx, now.Add(d.leaseLength()))
}

// look settles a request as it stands, and begins its grant when it is time.
func (d *Desk) look(ctx context.Context, held *lease, r *Request) (next step, begun *grantBegun, err error) {
	ending, err := d.rows.find(ctx, d.rows.read, r.ID)
	if err != nil || ending == nil {
		return rest, nil, err
	}
	book := d.book
	if !ending.GrantBegun.IsZero() {
		book = d.bookEnd
	}
	err = d.within(book, ctx, held, func(ctx context.Context, l *ledger) (step, error) {
		next, begun = rest, nil
		found, err := d.rows.find(ctx, d.rows.byID, r.ID)
		if err != nil || found == nil {
			return rest, err
		}
		role, ineligible, err := d.eligible(ctx, found)
		if err != nil {
			return rest, err
		}
		next = d.settle(l, found, role, ineligible)
		if next == beginGrant {
			groups, err := d.begin(ctx, l, found, role)
			if err != nil {
				return rest, err
			}
			if err := d.rows.keepGroups(ctx, found, groups); err != nil {
				return rest, err
			}
			next, begun = makeGrant, &grantBegun{*found, groups, l.events[len(l.events)-1]}
		}
		*r = *found
		return next, d.rows.save(ctx, found)
	})
	return next, begun, err
}

// within does a step of a request, whose user's lease is held. If it is the last one
// that can be done now, it gives the lease back, too, which saves a commit.
func (d *Desk) within(book bookkeeping, ctx context.Context, held *lease, what func(context.Context, *ledger) (next step, err error)) error {
	ended := false
	err := book(ctx, audit.System, func(ctx context.Context, l *ledger) error {
		next, err := what(ctx, l)
		if ended = err == nil && next == rest && held.last; ended {
			err = held.end(ctx)
		}
		return err
	})
	held.over = err == nil && ended
	return err
}

// change stores what became of a step, and settles what follows.
func (d *Desk) change(ctx context.Context, held *lease, r *Request, what func(*ledger, *Request)) (next step, err error) {
	book := d.book
	if !r.GrantBegun.IsZero() {
		book = d.bookEnd
	}
	return d.changeIn(ctx, book, held, r, what)
}

// bookkeeping is [Desk.book] or [Desk.bookEnd].
type bookkeeping func(ctx context.Context, actor audit.Actor, work func(context.Context, *ledger) error) error

func (d *Desk) changeIn(ctx context.Context, book bookkeeping, held *lease, r *Request, what func(*ledger, *Request)) (next step, err error) {
	err = d.within(book, ctx, held, func(ctx context.Context, l *ledger) (step, error) {
		next = rest
		found, err := d.rows.find(ctx, d.rows.byID, r.ID)
		if err != nil || found == nil {
			return rest, err
		}
		role, ineligible, err := d.eligible(ctx, found)
		if err != nil {
			return rest, err
		}
		due := found.Due
		what(l, found)
		if found.Due.Equal(due) || !found.Due.After(l.now) {
			next = d.settle(l, found, role, ineligible)
		} // otherwise the step has to be tried again then
		*r = *found
		return next, d.rows.save(ctx, found)
	})
	return next, err
}

// eligible is the role of a request, nil if it is gone, and why its creator can no
// longer have it. Configuration counts as it is now. Source: PAM, authorisation.
func (d *Desk) eligible(ctx context.Context, r *Request) (*roleRule, string, error) {
	role, err := d.people.roleBy(ctx, r.Role)
	if err != nil {
		return nil, "", err
	}
	user, err := d.people.user(ctx, r.Creator)
	if err != nil {
		return nil, "", err
	}
	switch {
	case role == nil:
		return nil, "the role was deleted", nil
	case user == nil || user.Disabled:
		return role, "the requestor was disabled", nil
	}
	may, err := d.people.has(ctx, role.id, candidate, user.ID)
	if err != nil || may {
		return role, "", err
	}
	return role, "the requestor is no longer a candidate", nil
}

// postpone has the worker try again later what failed for reasons of the store.
func (d *Desk) postpone(ctx context.Context, id edm.GUID) {
	err := d.db.Transact(ctx, func(ctx context.Context) error {
		r, err := d.rows.find(ctx, d.rows.byID, id)
		if err != nil || r == nil || r.Due.IsZero() || r.Due.After(d.Now()) {
			return err // it has ended, or waits already
		}
		r.Attempts++
		r.Due = backoff(d.Now(), r.Attempts)
		return d.rows.save(ctx, r)
	})
	if err != nil {
		d.config.Logger.ErrorContext(ctx, "a request could not be postponed", "request", id, "error", err)
	}
}

// awaitEnds finishes the record of a role that was given up when the removals have
// been made.
func (d *Desk) awaitEnds(ctx context.Context, held *lease, r *Request) (step, error) {
	waiting := false
	err := eachOf(ctx, d.db, d.rows.unended, func([]edm.Value) { waiting = true }, r.Creator.Value(), r.Role.Value())
	if err != nil {
		return rest, err
	}
	return d.change(ctx, held, r, func(l *ledger, r *Request) {
		if waiting {
			r.Due = l.now.Add(time.Second)
			return
		}
		r.Revoked, r.Due = l.now, l.now
	})
}

// errUnrecorded is what becomes of a grant whose record was not safe.
var errUnrecorded = &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "The service is not available"}

package pam

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

const (
	// look is how often the worker asks what is due, for what other nodes have stored.
	lookEvery = time.Second

	// atOnce is how many users are worked for at the same time, and batchOf how many
	// requests are read together.
	atOnce  = 8
	batchOf = 256
)

// CatchUp ends the leases of a process of this node that has died, and does all that
// is due, in the order of time. What fails is tried again by [Desk.Run]. A service
// reports ready after it.
func (d *Desk) CatchUp(ctx context.Context) error {
	if err := d.leases.reset(ctx); err != nil {
		return err
	}
	now := d.Now()
	for {
		n, err := d.Work(ctx, now)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Work does what is due at a time, once, and returns how many requests that were.
// What somebody else works on, here or on another node, is left to them.
func (d *Desk) Work(ctx context.Context, until time.Time) (int, error) {
	var group sync.WaitGroup
	var done atomic.Int64
	_, err := d.start(ctx, until, &group, func(n int, _ bool) { done.Add(int64(n)) })
	group.Wait()
	return int(done.Load()), errors.Join(err, ctx.Err())
}

// start begins what is due, in group, and returns how many requests it has found. Each
// user's are done by one goroutine, so that a slow call for one holds up no other. It
// waits for places only. done is told how many requests were worked on, and whether
// all went well.
func (d *Desk) start(ctx context.Context, until time.Time, group *sync.WaitGroup, done func(n int, well bool)) (int, error) {
	if err := d.settleOwed(ctx); err != nil {
		d.config.Logger.ErrorContext(ctx, "the audit trail takes no events that are owed to it", "error", err)
	}
	order, found := []edm.GUID{}, 0
	of := map[edm.GUID][]edm.GUID{}
	err := eachOf(ctx, d.db, d.rows.due, func(c []edm.Value) {
		found++
		user := c[1].GUID()
		if of[user] == nil {
			order = append(order, user)
		}
		of[user] = append(of[user], c[0].GUID())
	}, timeCell(until), edm.Int64(batchOf))
	if err != nil {
		return 0, err
	}
	for _, user := range order {
		turn := d.leases.turn(userLease(user))
		if turn == nil {
			continue
		}
		select {
		case d.places <- struct{}{}:
		case <-ctx.Done():
			turn()
			return found, ctx.Err()
		}
		group.Go(func() {
			n, well := d.workFor(context.WithoutCancel(ctx), user, of[user])
			turn()
			<-d.places
			done(n, well)
		})
	}
	return found, nil
}

// workFor does what is due for one user, unless another node does.
func (d *Desk) workFor(ctx context.Context, user edm.GUID, requests []edm.GUID) (n int, well bool) {
	l, err := d.leases.try(ctx, userLease(user), d.Now(), d.leaseLength())
	if err != nil || l == nil {
		if err != nil {
			d.config.Logger.ErrorContext(ctx, "no lease", "error", err)
		}
		return 0, false
	}
	if err := d.run(ctx, user, advance{requests: requests, lease: l}); err != nil {
		d.config.Logger.ErrorContext(ctx, "requests could not be carried on; they are tried again", "error", err)
		return len(requests), false
	}
	return len(requests), true
}

// Run does what is due until ctx ends, and then waits for what it has begun.
func (d *Desk) Run(ctx context.Context) {
	defer d.running.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-d.wake:
		}
		// What goes well may make room, or have more to do soon.
		_, err := d.start(ctx, d.Now(), &d.running, func(_ int, well bool) {
			if well {
				d.rouse()
			}
		})
		pause := lookEvery
		if err != nil && ctx.Err() == nil {
			d.config.Logger.ErrorContext(ctx, "due work cannot be found", "error", err)
		} else if next, err := d.nextDue(ctx, d.Now()); err == nil && !next.IsZero() {
			pause = min(max(next.Sub(d.Now()), 10*time.Millisecond), lookEvery)
		}
		timer.Reset(pause)
	}
}

// nextDue is when the next work is due after a time, the zero time without any.
func (d *Desk) nextDue(ctx context.Context, after time.Time) (time.Time, error) {
	c, err := sqldb.QueryOne(ctx, d.db, d.rows.next, timeCell(after))
	if err != nil || c == nil {
		return time.Time{}, err
	}
	return cellTime(c[0]), nil
}

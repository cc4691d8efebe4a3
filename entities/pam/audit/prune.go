package audit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// Retention says which events may be deleted. Its zero value deletes nothing.
type Retention struct {
	// Period is the age that events reach; 0 means that they are kept for ever.
	Period time.Duration

	// Sinks are the names of those that must have received an event before it is
	// deleted.
	Sinks []string

	// Node is that of the events that tell of deletions.
	Node string

	// Clock is the time that ages are counted to. Default [time.Now].
	Clock func() time.Time

	// Logger is told what [Trail.Retain] could not do. Default [slog.Default].
	Logger *slog.Logger
}

const (
	// pruneAtOnce is how many events are deleted in one transaction, for which others
	// that append wait.
	pruneAtOnce = 5000

	// pruneEvery is how often Retain looks.
	pruneEvery = time.Hour
)

// prunedReason is how the chain tells of a deletion. The anchor in pam_audit_head is
// good for no more than this event is.
func prunedReason(seq int64, hash string) string {
	return fmt.Sprintf("the events up to %d were deleted because of their age; the hash of the last one was %s", seq, hash)
}

// Retain deletes what has reached its age, now and every hour until ctx ends. Without
// a period it returns at once.
func (t *Trail) Retain(ctx context.Context, r Retention) {
	if r.Period <= 0 {
		return
	}
	if r.Logger == nil {
		r.Logger = slog.Default()
	}
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		if _, err := t.Prune(ctx, r); err != nil && ctx.Err() == nil {
			r.Logger.ErrorContext(ctx, "events of the audit trail that have reached their age could not be deleted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Prune deletes the events that have reached their age, from the first one on up to
// the first that has not, and returns how many that were. The chain stays one that can
// be verified: it goes on from the hash of the last event that was deleted, and an
// event tells of it. Events of a chain that is broken are evidence, and are not
// deleted; the error tells the break.
func (t *Trail) Prune(ctx context.Context, r Retention) (deleted int64, err error) {
	if r.Period <= 0 {
		return 0, nil
	}
	if r.Clock == nil {
		r.Clock = time.Now
	}
	now := stored(r.Clock())
	last, err := t.prunable(ctx, now.Add(-r.Period), r.Sinks)
	if err != nil {
		return 0, err
	}
	for {
		n, err := t.pruneSome(ctx, last, &Event{ID: Pruned, Time: now, Node: r.Node, Actor: System, Outcome: Success})
		deleted += n
		if err != nil || n == 0 {
			return deleted, err
		}
		t.Notify()
	}
}

// prunable is the last event that is old enough, as are all before it, and that the
// sinks have.
func (t *Trail) prunable(ctx context.Context, before time.Time, sinks []string) (int64, error) {
	last, _, err := t.Last(ctx)
	if err != nil {
		return 0, err
	}
	cells, err := sqldb.QueryOne(ctx, t.db, t.statements.oldest, edm.DateTimeFrom(before).Value())
	if err != nil {
		return 0, err
	}
	if cells != nil {
		last = min(last, cells[0].Int()-1)
	}
	for _, name := range sinks {
		cells, err := sqldb.QueryOne(ctx, t.db, t.statements.position, edm.String(name))
		switch {
		case err != nil:
			return 0, err
		case cells == nil:
			return 0, nil
		}
		last = min(last, cells[0].Int())
	}
	return last, nil
}

// pruneSome deletes some of the first events, up to last, after it has verified them.
func (t *Trail) pruneSome(ctx context.Context, last int64, record *Event) (deleted int64, err error) {
	anchor, err := sqldb.QueryOne(ctx, t.db, t.statements.anchor)
	if err != nil || anchor == nil || anchor[0].Int() >= last {
		return 0, err
	}
	v := &Verifier{}
	v.Begin(anchor[0].Int(), anchor[1].Str())
	last = min(last, anchor[0].Int()+pruneAtOnce)
	hash := ""
	err = t.rows(ctx, Span{To: last}, pruneAtOnce+1, func(e *Event, flaw string, _ []edm.Value) error {
		v.add(e, flaw)
		hash = e.Hash
		return nil
	})
	if err != nil {
		return 0, err
	}
	v.End(last, hash)
	if len(v.Breaks) > 0 {
		return 0, fmt.Errorf("audit: nothing is deleted, because the chain is broken: %s", v.Breaks[0])
	}
	err = t.db.Transact(ctx, func(ctx context.Context) error {
		deleted = 0
		if _, err := sqldb.QueryOne(ctx, t.db, t.statements.lock); err != nil {
			return err
		}
		now, err := sqldb.QueryOne(ctx, t.db, t.statements.anchor)
		if err != nil || now == nil || now[0].Int() != anchor[0].Int() {
			return err // somebody else was faster
		}
		if deleted, err = t.db.Exec(ctx, t.statements.deleteTo, []edm.Value{edm.Int64(last)}); err != nil {
			return err
		}
		if _, err := t.db.Exec(ctx, t.statements.prune, []edm.Value{edm.Int64(last), edm.String(hash)}); err != nil {
			return err
		}
		e := *record
		e.Reason = prunedReason(last, hash)
		return t.Append(ctx, &e)
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

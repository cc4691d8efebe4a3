package migrate

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// leaseTime is how long the lock of a holder that has died keeps others waiting.
const leaseTime = 15 * time.Second

const lockTable = "pamodata_migration_lock"

// errLost is the error of a holder that was too slow to renew its lock.
var errLost = errors.New("the lock was lost, for it was not renewed in time; another program may be at work now")

// A lease is the lock of a database that speaks PostgreSQL's protocol: a row that
// its holder renews. Only the server's clock is looked at.
type lease struct {
	db     *sql.DB
	holder string
	time   time.Duration
}

// newHolder names this call for administrators, and unlike any other one.
func newHolder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s %d %s", host, os.Getpid(), rand.Text())
}

// acquire waits for the lock. The context that it returns ends when the lock is
// lost; release gives the lock back.
func (l *lease) acquire(ctx context.Context) (held context.Context, release func(), err error) {
	for {
		ok, err := l.try(ctx)
		switch {
		case err != nil && !isConflict(err):
			return nil, nil, fmt.Errorf("migrate: taking the lock %s: %w", lockTable, err)
		case ok:
			held, lost := context.WithCancelCause(ctx)
			stopped := make(chan struct{})
			go l.renew(held, lost, stopped)
			return held, func() {
				lost(nil)
				<-stopped
				// Whatever has become of ctx, others should not have to wait.
				ctx, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				defer done()
				_, _ = l.db.ExecContext(ctx, `DELETE FROM `+lockTable+` WHERE id = 1 AND holder = $1`, l.holder) // or it expires
			}, nil
		}
		if err := sleep(ctx, min(200*time.Millisecond, l.time/4)); err != nil {
			return nil, nil, fmt.Errorf("migrate: waiting for the lock %s: %w", lockTable, err)
		}
	}
}

// try takes the lock if nobody has it.
func (l *lease) try(ctx context.Context) (bool, error) {
	if _, err := l.db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+lockTable+
		` (id smallint NOT NULL PRIMARY KEY, holder text NOT NULL, expires timestamptz NOT NULL)`); err != nil {
		return false, err
	}
	result, err := l.db.ExecContext(ctx, `INSERT INTO `+lockTable+` AS l (id, holder, expires) `+
		`VALUES (1, $1, clock_timestamp() + $2::bigint * interval '1 millisecond') `+
		`ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires = excluded.expires WHERE l.expires <= clock_timestamp()`,
		l.holder, l.time.Milliseconds())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// renew renews the lock until ctx ends, and calls lost when it cannot.
func (l *lease) renew(ctx context.Context, lost context.CancelCauseFunc, stopped chan<- struct{}) {
	defer close(stopped)
	until := time.Now().Add(l.time)
	for sleep(ctx, l.time/3) == nil {
		begun := time.Now()
		try, done := context.WithDeadline(ctx, until)
		result, err := l.db.ExecContext(try, `UPDATE `+lockTable+
			` SET expires = clock_timestamp() + $2::bigint * interval '1 millisecond' WHERE id = 1 AND holder = $1 AND expires > clock_timestamp()`,
			l.holder, l.time.Milliseconds())
		done()
		n := int64(0)
		if err == nil {
			n, err = result.RowsAffected()
		}
		switch {
		case err == nil && n > 0:
			until = begun.Add(l.time)
		case err == nil, time.Now().After(until):
			lost(errLost)
			return
		}
	}
}

// isConflict reports that a statement failed because of others, and can be tried
// again: tables that are made at the same time, or a transaction that was to be
// serialised.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	switch e.Code {
	case "23505", "42P07", "42710", "40001", "40P01", "XX000":
		return e.Code != "XX000" || e.Message == "tuple concurrently updated"
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

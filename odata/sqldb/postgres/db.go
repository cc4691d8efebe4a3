package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// closeWait is how long Close waits for calls that are under way.
const closeWait = 5 * time.Second

// A DB is a PostgreSQL database. It is safe for concurrent use.
type DB struct {
	pool  *pgxpool.Pool
	wait  time.Duration
	begin string // the statement that begins a transaction

	closed   atomic.Bool
	mu       sync.Mutex
	sessions map[*session]struct{} // of all connections
}

var _ sqldb.DB = (*DB)(nil)

// Open opens the database at a URL such as
// postgres://user:password@host:5432/name?sslmode=verify-full, with all that
// libpq and pgxpool understand in it, and makes a first connection. The password
// appears in no error.
//
// Errors are *odata.Error: KindUnavailable if the database is out of reach or
// does not let the user in, KindInternal for a mistake in the URL or the
// options; and the error of ctx as it is.
func Open(ctx context.Context, url string, options Options) (*DB, error) {
	config, err := options.config(url)
	if err != nil {
		return nil, err
	}
	db := &DB{wait: options.Wait, begin: options.Isolation.begin(), sessions: make(map[*session]struct{})}
	if db.wait == 0 {
		db.wait = defaultWait
	}
	limit := options.Statements
	if limit == 0 {
		limit = defaultStatements
	}
	config.ConnConfig.BuildContextWatcherHandler = func(pg *pgconn.PgConn) ctxwatch.Handler { return newSession(pg, limit) }
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if err := withoutJIT(ctx, conn); err != nil {
			return err
		}
		db.enter(sessionOf(conn))
		return nil
	}
	config.BeforeClose = func(conn *pgx.Conn) { db.leave(sessionOf(conn)) }
	config.PrepareConn = func(_ context.Context, conn *pgx.Conn) (bool, error) { return isQuiet(conn.PgConn().Conn()), nil }
	if db.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, db.fail(ctx, "", err)
	}
	conn, err := db.acquire(ctx)
	if err != nil {
		db.pool.Close()
		return nil, db.fail(ctx, "", err)
	}
	db.release(conn)
	return db, nil
}

// Dialect is how the database speaks SQL.
func (db *DB) Dialect() sqldb.Dialect { return sqldb.PostgreSQL }

// Query runs a statement and returns its rows, see [sqldb.DB]. It returns when
// the first row is there. In a transaction, rows that are still open when the
// next statement comes are read ahead into memory, up to 64 MiB.
func (db *DB) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if tx := db.transaction(ctx); tx != nil {
		return tx.query(ctx, s, args)
	}
	var result *rows
	err := db.retry(ctx, func() error {
		conn, err := db.acquire(ctx)
		if err != nil {
			return err
		}
		c := sessionOf(conn.Conn())
		r, err := c.startAgain(ctx, s, args)
		if err != nil || r.reader == nil {
			db.release(conn)
		}
		if err != nil {
			return err
		}
		result = &rows{db: db, ctx: ctx, text: s.Text, columns: r.plan.columns, session: c, reader: r.reader, loaded: r.reader != nil}
		if r.reader != nil {
			result.conn = conn
		}
		return nil
	})
	if err != nil {
		return nil, db.fail(ctx, s.Text, err)
	}
	return result, nil
}

// Exec runs a statement that returns no rows, see [sqldb.DB].
func (db *DB) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	if tx := db.transaction(ctx); tx != nil {
		return tx.exec(ctx, s, args)
	}
	var changed int64
	err := db.retry(ctx, func() error {
		conn, err := db.acquire(ctx)
		if err != nil {
			return err
		}
		defer db.release(conn)
		r, err := sessionOf(conn.Conn()).startAgain(ctx, s, args)
		if err != nil {
			return err
		}
		changed, err = r.finish()
		return err
	})
	return changed, db.fail(ctx, s.Text, err)
}

// finish reads a statement to its end and tells how many rows it has changed.
func (r *running) finish() (int64, error) {
	if r.reader == nil {
		return r.tag.RowsAffected(), nil
	}
	tag, err := r.reader.Close()
	return tag.RowsAffected(), err
}

// Close ends all connections. Calls that are under way fail with KindUnavailable;
// those that have not returned after five seconds are an error.
func (db *DB) Close() error {
	db.closed.Store(true)
	db.mu.Lock()
	for c := range db.sessions {
		if c.inUse.Load() {
			c.pg.Conn().Close()
		}
	}
	db.mu.Unlock()
	done := make(chan struct{})
	go func() {
		db.pool.Close()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-time.After(closeWait):
		return unavailable(errors.New("postgres: rows or transactions were still open when the database was closed"))
	}
}

var errClosed = errors.New("postgres: the database is closed")

// acquire takes a connection from the pool.
func (db *DB) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	if db.closed.Load() {
		return nil, errClosed
	}
	limited, done := context.WithTimeout(ctx, db.wait)
	conn, err := db.pool.Acquire(limited)
	done()
	if err != nil {
		return nil, err
	}
	// Either this or Close sees what the other has set.
	if sessionOf(conn.Conn()).inUse.Store(true); db.closed.Load() {
		db.release(conn)
		return nil, errClosed
	}
	return conn, nil
}

// release gives a connection back, or ends it when it is not known to be idle.
func (db *DB) release(conn *pgxpool.Conn) {
	c := sessionOf(conn.Conn())
	c.inUse.Store(false)
	if c.unsure.Load() {
		db.abandon(conn, c)
		return
	}
	conn.Release()
}

// abandon ends a connection whose server has not answered in time. pgx takes up
// to 15 seconds to take leave of it; others shall not wait for its place.
func (db *DB) abandon(conn *pgxpool.Conn, c *session) {
	db.leave(c)
	gone := conn.Hijack()
	go func() {
		ctx, done := context.WithTimeout(context.Background(), patience)
		defer done()
		gone.Close(ctx)
		c.pg.Conn().Close()
	}()
}

func (db *DB) enter(c *session) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.sessions[c] = struct{}{}
}

func (db *DB) leave(c *session) {
	db.mu.Lock()
	defer db.mu.Unlock()
	delete(db.sessions, c)
}

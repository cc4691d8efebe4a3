package postgres

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

const (
	// patience is how long the server has to answer a request to cancel. After
	// that the connection is given up.
	patience = 300 * time.Millisecond

	// grace is how long a transaction may take to end once its context has ended,
	// before that is cancelled. Together they are half a second.
	grace = 200 * time.Millisecond
)

// A session is what this package keeps for a connection. It belongs to whoever
// holds the connection; only what is said to be is safe for concurrent use.
type session struct {
	pg        *pgconn.PgConn
	limit     int // of prepared statements
	cache     cache
	named     uint64 // how many names were given to statements
	arguments arguments

	// inUse says that the connection is held by a call, for [DB.Close].
	inUse atomic.Bool
	// unsure says that a request to cancel may still be under way. It could hit
	// the next statement, so there must be none.
	unsure atomic.Bool
}

// sessionKey is where a connection keeps its session.
const sessionKey = "pamodata"

// newSession makes the session of a new connection. It also is what pgconn asks
// to act when the context of a statement ends.
func newSession(pg *pgconn.PgConn, limit int) ctxwatch.Handler {
	c := &session{pg: pg, limit: limit, cache: newCache()}
	pg.CustomData()[sessionKey] = c
	return c
}

func sessionOf(conn *pgx.Conn) *session { return conn.PgConn().CustomData()[sessionKey].(*session) }

// HandleCancel is called when the context of a running statement ends. It runs
// beside the goroutine that waits for the statement.
func (c *session) HandleCancel(context.Context) { c.cancel() }

// HandleUnwatchAfterCancel is called when the statement has ended as well, and
// HandleCancel has returned.
func (c *session) HandleUnwatchAfterCancel() { c.pg.Conn().SetDeadline(time.Time{}) }

// cancel asks the server to end the running statement and gives it patience to
// do so. The server closes the connection on which it is asked only after it has
// interrupted the statement, so what is answered in time hits no later one.
func (c *session) cancel() {
	deadline := time.Now().Add(patience)
	c.pg.Conn().SetDeadline(deadline)
	ctx, done := context.WithDeadline(context.Background(), deadline)
	defer done()
	if err := c.pg.CancelRequest(ctx); err != nil || ctx.Err() != nil {
		c.unsure.Store(true)
	}
}

// A running statement has been sent and has not failed so far.
type running struct {
	plan   *prepared
	reader *resultReader     // its first row is loaded; nil if it has ended
	tag    pgconn.CommandTag // of a statement that has ended
}

// A resultReader reads the result of a statement, alone or the last of a batch.
type resultReader struct {
	*pgconn.ResultReader
	batch *pgconn.MultiResultReader // nil for a statement alone
}

// Close reads to the end.
func (r *resultReader) Close() (pgconn.CommandTag, error) {
	tag, err := r.ResultReader.Close()
	if r.batch != nil {
		if failed := r.batch.Close(); err == nil {
			err = failed
		}
	}
	return tag, err
}

// start runs s until its first row, or to its end if it has none.
func (c *session) start(ctx context.Context, s *sqldb.Statement, args []edm.Value) (running, error) {
	values, err := c.arguments.encode(s.Params, args)
	if err != nil {
		return running{}, err
	}
	p, err := c.prepare(ctx, s)
	if err != nil {
		return running{}, err
	}
	return c.advance(ctx, p, resultReader{ResultReader: c.pg.ExecStatement(ctx, p.description, values, binaryFormat, p.formats)})
}

// advance goes to the first row of a statement, or to its end if it has none.
func (c *session) advance(ctx context.Context, p *prepared, reader resultReader) (running, error) {
	if reader.NextRow() {
		return running{plan: p, reader: &reader}, nil
	}
	tag, err := reader.Close()
	if isStale(err) {
		c.forget(ctx, p)
	}
	return running{plan: p, tag: tag}, err
}

// startFirst is start for the first statement of a transaction, which begin begins:
// both are sent at once where the statement is known to the server.
func (c *session) startFirst(ctx context.Context, begin string, s *sqldb.Statement, args []edm.Value) (running, error) {
	p := c.cache.get(s)
	if p == nil {
		if _, err := c.run(ctx, begin); err != nil {
			return running{}, err
		}
		return c.start(ctx, s, args)
	}
	values, err := c.arguments.encode(s.Params, args)
	if err != nil {
		return running{}, err
	}
	var batch pgconn.Batch
	batch.ExecParams(begin, nil, nil, nil, nil)
	batch.ExecStatement(p.description, values, binaryFormat, p.formats)
	results := c.pg.ExecBatch(ctx, &batch)
	for range 2 {
		if !results.NextResult() {
			err := results.Close()
			if err == nil {
				err = errors.New("postgres: the server has not answered a statement")
			}
			if isStale(err) {
				c.forget(ctx, p)
			}
			return running{}, err
		}
	}
	return c.advance(ctx, p, resultReader{results.ResultReader(), results})
}

// startAgain is start outside of a transaction, where a statement whose plan was
// stale can be prepared anew.
func (c *session) startAgain(ctx context.Context, s *sqldb.Statement, args []edm.Value) (running, error) {
	r, err := c.start(ctx, s, args)
	if isStale(err) {
		r, err = c.start(ctx, s, args)
	}
	return r, err
}

// prepare finds s among the prepared statements or prepares it.
func (c *session) prepare(ctx context.Context, s *sqldb.Statement) (*prepared, error) {
	if p := c.cache.get(s); p != nil {
		return p, nil
	}
	for len(c.cache.known) >= c.limit {
		oldest := c.cache.oldest()
		if err := c.pg.Deallocate(ctx, oldest.description.Name); err != nil {
			return nil, err
		}
		c.cache.remove(oldest)
	}
	c.named++
	name := "pamodata_" + strconv.FormatUint(c.named, 10)
	description, err := c.pg.Prepare(ctx, name, s.Text, parameterTypes(s.Params))
	if err != nil {
		if failed, ok := errors.AsType[*pgconn.PrepareError](err); ok && failed.ParseComplete {
			c.drop(ctx, name)
		}
		return nil, err
	}
	p, err := newPrepared(s, description)
	if err != nil {
		c.drop(ctx, name)
		return nil, err
	}
	c.cache.add(p)
	return p, nil
}

// forget makes sure that the next use of a statement prepares it.
func (c *session) forget(ctx context.Context, p *prepared) {
	c.cache.remove(p)
	c.drop(ctx, p.description.Name)
}

// drop removes a statement from the server. Where that fails the connection is
// lost, or holds one statement more than it should.
func (c *session) drop(ctx context.Context, name string) { _ = c.pg.Deallocate(ctx, name) }

// run runs one of the statements that begin and end transactions.
func (c *session) run(ctx context.Context, command string) (pgconn.CommandTag, error) {
	results, err := c.pg.Exec(ctx, command).ReadAll()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	return results[len(results)-1].CommandTag, nil
}

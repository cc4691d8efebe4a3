package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// QueryAlone runs a statement that changes data in a transaction of its own, see
// [sqldb.LoneWriter]: the transaction is begun, the statement run and the changes
// committed with one exchange of messages, as soon as the connection knows the
// statement. What Transact tries again is tried again here. The changes last when it
// returns; rows are in memory then.
func (db *DB) QueryAlone(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if db.transaction(ctx) != nil {
		return db.Query(ctx, s, args)
	}
	var result *rows
	err := db.Transact(ctx, func(ctx context.Context) (err error) {
		result, err = db.transaction(ctx).alone(ctx, s, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// alone runs the only statement of the transaction, and commits it if it can.
func (tx *transaction) alone(ctx context.Context, s *sqldb.Statement, args []edm.Value) (*rows, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	result := &rows{db: tx.db, ctx: ctx, text: s.Text}
	for reconnects := 0; ; reconnects++ {
		p := tx.session.cache.get(s)
		if p == nil {
			return result, tx.gather(ctx, s, args, result)
		}
		err := tx.session.runAlone(ctx, tx.db.begin, p, args, &result.ahead)
		if err == nil {
			result.columns = p.columns
			return result, nil
		}
		closed := tx.session.pg.IsClosed()
		if !closed || !pgconn.SafeToRetry(err) || reconnects == maxReconnects || ctx.Err() != nil || tx.db.closed.Load() {
			return nil, tx.failedAlone(ctx, s, err)
		}
		tx.db.release(tx.conn)
		tx.conn = nil
		if err := tx.connect(ctx); err != nil {
			return nil, tx.db.fail(ctx, "", err)
		}
	}
}

// failedAlone notes what has become of the transaction. Where the statement has
// failed it is still open; where its commit has, it is over.
func (tx *transaction) failedAlone(ctx context.Context, s *sqldb.Statement, err error) error {
	pg := tx.session.pg
	tx.begun = !pg.IsClosed() && pg.TxStatus() != 'I'
	public := tx.db.fail(ctx, s.Text, err)
	tx.note(err, public)
	if tx.failed == nil {
		tx.failed, tx.conflict = public, isConflict(err) || isStale(err)
	}
	return public
}

// gather runs a statement that is not prepared yet, and reads its rows into memory.
func (tx *transaction) gather(ctx context.Context, s *sqldb.Statement, args []edm.Value, result *rows) error {
	r, err := tx.start(ctx, s, args)
	if err != nil {
		return err
	}
	result.columns = r.plan.columns
	if r.reader == nil {
		return nil
	}
	for more := true; more; more = r.reader.NextRow() {
		if !result.ahead.add(r.reader.Values()) {
			_, _ = r.reader.Close()
			return errTooMuchAhead()
		}
	}
	_, err = r.reader.Close()
	public := tx.db.fail(ctx, s.Text, err)
	tx.note(err, public)
	return public
}

// runAlone runs a prepared statement in a transaction of its own. Its rows go to
// ahead.
func (c *session) runAlone(ctx context.Context, begin string, p *prepared, args []edm.Value, to *ahead) error {
	values, err := c.arguments.encode(p.statement.Params, args)
	if err != nil {
		return err
	}
	var batch pgconn.Batch
	batch.ExecParams(begin, nil, nil, nil, nil)
	batch.ExecStatement(p.description, values, binaryFormat, p.formats)
	batch.ExecParams("commit", nil, nil, nil, nil)
	results := c.pg.ExecBatch(ctx, &batch)
	*to = ahead{}
	var tag pgconn.CommandTag
	answers, fits := 0, true
	for results.NextResult() {
		r := results.ResultReader()
		for r.NextRow() {
			fits = fits && to.add(r.Values())
		}
		tag, _ = r.Close() // whose error is that of all
		answers++
	}
	err = results.Close()
	switch {
	case err != nil:
		if isStale(err) {
			c.forget(ctx, p)
		}
	case answers < 3:
		err = errors.New("postgres: the server has not answered a statement")
	case tag.String() == "ROLLBACK":
		err = errors.New("postgres: the server has rolled a transaction back instead of committing it")
	case !fits:
		err = errTooMuchAhead()
	}
	return err
}

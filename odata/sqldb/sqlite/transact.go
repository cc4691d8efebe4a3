package sqlite

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// A transaction is work that is done as a whole or not at all. It has the
// writing connection for as long as it runs.
type transaction struct {
	conn *conn
	ctx  context.Context // it was begun with
	over atomic.Bool

	deleted bool // rows; the lock guards it, too

	// failed is why it cannot be committed: work that joined it failed, or
	// SQLite has undone it. The connection's lock guards it.
	failed error
}

// transactionKey is where a context carries the transaction of a database.
type transactionKey struct{ db *DB }

// transaction is the one that ctx carries, nil without.
func (db *DB) transaction(ctx context.Context) (*transaction, error) {
	tx, _ := ctx.Value(transactionKey{db}).(*transaction)
	if tx != nil && tx.over.Load() {
		return nil, errOutlived()
	}
	return tx, nil
}

func errOutlived() error {
	return odata.Internalf("sqlite: the context's transaction has ended; do not keep the context that Transact gives its work")
}

// Transact runs work in a transaction. Transactions run one after the other;
// waiting for one's turn ends with ctx or the busy timeout. Work is called once:
// since it begins with the right to write, no other transaction can make its
// commit fail.
//
// Within a transaction of the database, Transact joins it. If the inner work
// fails or panics, the outer one cannot succeed any more: when it returns nil all
// the same, everything is undone and Transact returns the inner error. A
// statement that fails undoes itself only, and the work may go on, but for the
// few errors for which SQLite undoes the transaction, such as a full disk or an
// interrupted write.
//
// Work that calls the database with another context than its own waits for
// itself when it writes. Rows that are open when work returns are ended.
func (db *DB) Transact(ctx context.Context, work func(context.Context) error) (err error) {
	outer, err := db.transaction(ctx)
	if err != nil {
		return err
	}
	if outer != nil {
		return outer.join(ctx, work)
	}
	c, err := db.lockWriter(ctx)
	if err != nil {
		return err
	}
	defer db.unlockWriter()
	tx, err := c.beginTransaction(ctx)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // it panicked
			_ = tx.end(ctx, odata.Internalf("sqlite: the transaction panicked"))
		}
	}()
	err = work(context.WithValue(ctx, transactionKey{db}, tx))
	done = true
	return tx.end(ctx, err)
}

func (c *conn) beginTransaction(ctx context.Context) (*transaction, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.alive(); err != nil {
		return nil, err
	}
	if _, err := c.exec(ctx, c.db.begin, nil); err != nil {
		return nil, err
	}
	tx := &transaction{conn: c, ctx: ctx}
	c.tx = tx
	c.rest()
	return tx, nil
}

// join runs work as a part of the transaction.
func (tx *transaction) join(ctx context.Context, work func(context.Context) error) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = odata.Internalf("sqlite: a part of the transaction panicked")
		}
		if err != nil {
			tx.conn.mu.Lock()
			tx.fail(err)
			tx.conn.mu.Unlock()
		}
	}()
	err = work(ctx)
	returned = true
	return err
}

// fail makes the transaction one that cannot be committed. The caller holds the
// connection's lock.
func (tx *transaction) fail(err error) {
	if tx.failed == nil {
		tx.failed = err
	}
}

// end commits the transaction if err, what its work returned, is nil, and undoes
// it otherwise.
func (tx *transaction) end(ctx context.Context, err error) error {
	c := tx.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	tx.over.Store(true)
	for c.rows != nil {
		c.rows.end(errOutlived())
	}
	c.tx = nil
	c.rest()
	switch {
	case c.handle == 0:
		if err == nil {
			err = errClosed()
		}
		return err
	case err != nil:
	case tx.failed != nil:
		err = tx.failed
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		err = tx.commit(ctx)
	}
	if c.inTransaction() && !c.undo() {
		c.db.writer = nil // the next to write opens another one
		c.db.disconnect(c)
	}
	return err
}

// commit is not interrupted, lest nobody knew whether it was carried out. A
// foreign key that is checked only now does not tell what broke it: what has lost
// its target if something was deleted.
func (tx *transaction) commit(ctx context.Context) error {
	_, err := tx.conn.exec(context.WithoutCancel(ctx), tx.conn.db.commit, nil)
	if tx.deleted && errors.Is(err, &odata.Error{Kind: odata.KindConflict, Code: "DanglingReference"}) {
		return linkRequired(err)
	}
	return err
}

// undo rolls back and tells whether that was possible.
func (c *conn) undo() bool {
	_, err := c.exec(context.Background(), c.db.rollback, nil)
	return err == nil && !c.inTransaction()
}

// enter locks the connection for a call within the transaction. The caller
// unlocks it unless there is an error.
func (tx *transaction) enter(ctx context.Context) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := tx.conn
	c.mu.Lock()
	switch {
	case c.handle == 0:
		err = errClosed()
	case tx.over.Load():
		err = errOutlived()
	case !c.inTransaction():
		tx.fail(odata.Internalf("sqlite: a statement has ended the transaction"))
		err = tx.failed
	}
	if err != nil {
		c.mu.Unlock()
	}
	return err
}

func (tx *transaction) query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if err := tx.enter(ctx); err != nil {
		return nil, err
	}
	defer tx.conn.mu.Unlock()
	tx.deleted = tx.deleted || deletes(s.Text)
	rows, err := tx.conn.run(ctx, s, args, nil)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

func (tx *transaction) exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	if err := tx.enter(ctx); err != nil {
		return 0, err
	}
	defer tx.conn.mu.Unlock()
	tx.deleted = tx.deleted || deletes(s.Text)
	return tx.conn.exec(ctx, s, args)
}

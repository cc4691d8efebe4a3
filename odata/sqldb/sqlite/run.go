package sqlite

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	lib "modernc.org/sqlite/lib"
)

// Query runs a statement, see [sqldb.DB]. The first row, if any, is found before
// it returns, so that a statement that writes has written then: outside of a
// transaction it holds the right to write until its rows are closed. Close
// returns what its commit failed with.
func (db *DB) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	tx, err := db.transaction(ctx)
	if err != nil {
		return nil, err
	}
	if tx == nil {
		if tx, err = db.snapshot(ctx); err != nil {
			return nil, err
		}
	}
	if tx != nil {
		return tx.query(ctx, s, args)
	}
	c, err := db.reader(ctx)
	if err != nil {
		return nil, err
	}
	rows, writes, err := c.read(ctx, s, args, db.giveBackReader)
	if !writes {
		if err != nil {
			return nil, err
		}
		return rows, nil
	}
	return db.write(ctx, s, args)
}

// QueryAlone runs a statement that changes data, see [sqldb.LoneWriter]. The changes
// last when Next has returned false.
func (db *DB) QueryAlone(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if tx, err := db.transaction(ctx); tx != nil || err != nil {
		return db.Query(ctx, s, args)
	}
	return db.write(ctx, s, args)
}

// write runs a statement on the connection that writes, which its rows give back.
func (db *DB) write(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	c, err := db.lockWriter(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	rows, err := c.run(ctx, s, args, db.giveBackWriter)
	if rows == nil {
		db.unlockWriter()
	}
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// read runs a query on a connection for reading, and gives that back where there
// are no rows. writes tells that nothing was run because the statement writes.
func (c *conn) read(ctx context.Context, s *sqldb.Statement, args []edm.Value, owner func(*conn)) (rows *Rows, writes bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st, err := c.statement(ctx, s)
	if err == nil {
		if writes = !st.readOnly; !writes {
			rows, err = c.query(ctx, s, st, args, owner)
		}
	}
	if rows == nil {
		owner(c)
	}
	return rows, writes, err
}

// run is query for a connection where anything may run.
func (c *conn) run(ctx context.Context, s *sqldb.Statement, args []edm.Value, owner func(*conn)) (*Rows, error) {
	st, err := c.statement(ctx, s)
	if err != nil {
		return nil, err
	}
	return c.query(ctx, s, st, args, owner)
}

// Exec runs a statement, see [sqldb.DB].
func (db *DB) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	tx, err := db.transaction(ctx)
	if err != nil {
		return 0, err
	}
	if tx != nil {
		return tx.exec(ctx, s, args)
	}
	c, err := db.lockWriter(ctx)
	if err != nil {
		return 0, err
	}
	defer db.unlockWriter()
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.exec(ctx, s, args)
	if open := c.leave(); err == nil {
		err = open
	}
	return n, err
}

// leave makes sure that no transaction is open that Transact knows nothing of:
// what others do later would be a part of it, and lost with it.
func (c *conn) leave() error {
	if !c.inTransaction() {
		return nil
	}
	c.undo()
	return odata.Internalf("sqlite: a statement has begun a transaction outside of Transact")
}

// exec runs a statement to its end and returns how many rows it changed itself:
// what triggers and foreign keys change is not counted.
func (c *conn) exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	st, err := c.statement(ctx, s)
	if err != nil {
		return 0, err
	}
	before := lib.Xsqlite3_total_changes64(c.tls, c.handle)
	err = c.bind(st, args)
	if err == nil {
		c.attend(ctx)
		err = c.finish(ctx, st)
		c.rest()
	}
	if rc := c.release(st); err == nil && rc != lib.SQLITE_OK {
		err = c.fail(ctx, rc, s.Text)
	}
	if err != nil || lib.Xsqlite3_total_changes64(c.tls, c.handle) == before {
		return 0, err
	}
	return lib.Xsqlite3_changes64(c.tls, c.handle), nil
}

// finish takes all steps of a statement.
func (c *conn) finish(ctx context.Context, st *statement) error {
	more := false
	err := c.start(ctx, st, func(rc int32) { more = rc == lib.SQLITE_ROW })
	for more && err == nil {
		c.failure = nil
		rc := lib.Xsqlite3_step(c.tls, st.address)
		if more = rc == lib.SQLITE_ROW; rc != lib.SQLITE_ROW && rc != lib.SQLITE_DONE || c.failure != nil {
			err = c.fail(ctx, rc, st.of.Text)
		}
	}
	return err
}

package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// transactionKey is where a context has the transaction of a database.
type transactionKey struct{ db *DB }

// A transaction is one attempt to run and commit the work of Transact.
type transaction struct {
	db   *DB
	conn *pgxpool.Conn

	mu       sync.Mutex // held while the connection is used
	session  *session
	begun    bool  // the server knows of it
	open     *rows // that use the connection
	ended    bool
	failed   error // why the server will not commit
	conflict bool  // another attempt may succeed
}

// transaction finds the one that ctx carries, or nil.
func (db *DB) transaction(ctx context.Context) *transaction {
	tx, _ := ctx.Value(transactionKey{db}).(*transaction)
	return tx
}

// Transact runs work in a transaction, see [odata.Transactor]. Where the server
// finds that others were faster, or that work would wait for others who wait for
// it, work is called again, up to a hundred times, after pauses that grow to a
// fifth of a second; then it is KindUnavailable.
//
// When ctx ends while the transaction is being committed, it may have been: the
// error of ctx tells neither.
func (db *DB) Transact(ctx context.Context, work func(context.Context) error) error {
	if tx := db.transaction(ctx); tx != nil {
		if tx.isOver() {
			return outlived()
		}
		return work(ctx)
	}
	for attempt := 1; ; attempt++ {
		again, err := db.attempt(ctx, work)
		switch {
		case !again || attempt == maxAttempts:
			return err
		case ctx.Err() != nil || !pause(ctx, attempt):
			return ctx.Err()
		}
	}
}

// attempt runs work in one transaction. If again is true, nothing has come of it
// for reasons that may be gone the next time.
func (db *DB) attempt(ctx context.Context, work func(context.Context) error) (again bool, err error) {
	tx := &transaction{db: db}
	if err := tx.connect(ctx); err != nil {
		return false, db.fail(ctx, "", err)
	}
	worked := false
	defer func() {
		if !worked { // work has panicked, or ended its goroutine
			tx.rollback(ctx)
		}
	}()
	err = work(context.WithValue(ctx, transactionKey{db}, tx))
	worked = true
	if err == nil {
		err = tx.commit(ctx)
	} else {
		tx.rollback(ctx)
	}
	if err != nil && tx.conflict {
		if tx.failed != nil {
			err = tx.failed // what work has made of it may be anything
		}
		return true, err
	}
	return false, err
}

// connect takes a connection for the transaction.
func (tx *transaction) connect(ctx context.Context) error {
	conn, err := tx.db.acquire(ctx)
	if err != nil {
		return err
	}
	tx.conn, tx.session = conn, sessionOf(conn.Conn())
	return nil
}

// first begins the transaction with its first statement. Where the connection is
// lost on the way, nothing has come of either, and another one is tried.
func (tx *transaction) first(ctx context.Context, s *sqldb.Statement, args []edm.Value) (running, error) {
	for reconnects := 0; ; reconnects++ {
		r, err := tx.session.startFirst(ctx, tx.db.begin, s, args)
		if err == nil || !tx.session.pg.IsClosed() {
			tx.begun = err == nil || tx.session.pg.TxStatus() != 'I'
			return r, err
		}
		_, answered := errors.AsType[*pgconn.PgError](err)
		if answered || reconnects == maxReconnects || ctx.Err() != nil || tx.db.closed.Load() {
			return r, err
		}
		tx.db.release(tx.conn)
		tx.conn = nil
		if err := tx.connect(ctx); err != nil {
			return running{}, err
		}
	}
}

// query is Query within the transaction.
func (tx *transaction) query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	r, err := tx.start(ctx, s, args)
	if err != nil {
		return nil, err
	}
	result := &rows{db: tx.db, ctx: ctx, text: s.Text, columns: r.plan.columns, session: tx.session, tx: tx, reader: r.reader, loaded: r.reader != nil}
	if r.reader != nil {
		tx.open = result
	}
	return result, nil
}

// exec is Exec within the transaction.
func (tx *transaction) exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	r, err := tx.start(ctx, s, args)
	if err != nil {
		return 0, err
	}
	changed, err := r.finish()
	public := tx.db.fail(ctx, s.Text, err)
	tx.note(err, public)
	return changed, public
}

// start begins a statement when the connection is free.
func (tx *transaction) start(ctx context.Context, s *sqldb.Statement, args []edm.Value) (running, error) {
	if tx.ended {
		return running{}, outlived()
	}
	if tx.open != nil {
		if err := tx.open.readAhead(); err != nil {
			return running{}, err
		}
	}
	begin := tx.session.start
	if !tx.begun {
		begin = tx.first
	}
	r, err := begin(ctx, s, args)
	public := tx.db.fail(ctx, s.Text, err)
	tx.note(err, public)
	return r, public
}

// note remembers the failure that keeps the transaction from being committed.
// The server refuses everything after it, so that the first is the one to tell.
func (tx *transaction) note(err, public error) {
	if err == nil || tx.failed != nil || !tx.session.pg.IsClosed() && tx.session.pg.TxStatus() != 'E' {
		return
	}
	tx.failed = public
	tx.conflict = isConflict(err) || isStale(err)
}

func (tx *transaction) isOver() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.ended
}

// commit ends the transaction so that its changes last.
func (tx *transaction) commit(ctx context.Context) error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.open != nil {
		tx.open.stop()
	}
	err := tx.failed // work has made light of it
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		tx.undo(ctx)
		return err
	}
	defer tx.finish()
	if !tx.begun {
		return nil
	}
	patient, done := afterwards(ctx)
	defer done()
	tag, err := tx.session.run(patient, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		err = errors.New("postgres: the server has rolled a transaction back instead of committing it")
	}
	tx.conflict = isConflict(err)
	return tx.db.fail(ctx, "", err)
}

// rollback ends the transaction so that nothing remains of it.
func (tx *transaction) rollback(ctx context.Context) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.open != nil {
		tx.open.stop()
	}
	tx.undo(ctx)
}

// undo rolls back. Where that fails the connection is lost or given up, which
// comes to the same.
func (tx *transaction) undo(ctx context.Context) {
	defer tx.finish()
	if !tx.begun || tx.session.pg.IsClosed() {
		return
	}
	limited, done := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer done()
	_, _ = tx.session.run(limited, "rollback")
}

func (tx *transaction) finish() {
	tx.ended = true
	if tx.conn != nil {
		tx.db.release(tx.conn)
	}
}

// stop ends rows that were left open.
func (r *rows) stop() {
	_, err := r.reader.Close()
	r.end(err)
	if r.err == nil {
		r.err = outlived()
	}
}

// afterwards is a context for what is better not interrupted: it ends a little
// later than ctx does.
func afterwards(ctx context.Context) (context.Context, func()) {
	patient, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			cancel()
		case <-patient.Done():
		}
	})
	return patient, func() { stop(); cancel() }
}

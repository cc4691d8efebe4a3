package sqlite

import (
	"context"
	"sync"

	"github.com/pamodata/pamodata/odata"
)

// snapshotKey is where a context carries the state that its reads see.
type snapshotKey struct{ db *DB }

// snapshot is the one that ctx carries, nil without.
func (db *DB) snapshot(ctx context.Context) (*transaction, error) {
	tx, _ := ctx.Value(snapshotKey{db}).(*transaction)
	if tx != nil && tx.over.Load() {
		return nil, odata.Internalf("sqlite: the context's snapshot was let go of; do not keep the context that Snapshot returns")
	}
	return tx, nil
}

// Snapshot lets all queries under the context it returns see the present state of
// the database, see [odata.Snapshotter]. It holds up no writer, and takes one of
// the connections for reading until end is called. Within a transaction, and under
// an earlier snapshot, that one's state goes before.
func (db *DB) Snapshot(ctx context.Context) (pinned context.Context, end func(), err error) {
	outer, err := db.transaction(ctx)
	if err == nil && outer == nil {
		outer, err = db.snapshot(ctx)
	}
	if err != nil || outer != nil {
		return ctx, func() {}, err
	}
	c, err := db.reader(ctx)
	if err != nil {
		return nil, nil, err
	}
	tx, err := c.beginSnapshot(ctx)
	if err != nil {
		db.returnReader(c)
		return nil, nil, err
	}
	var once sync.Once
	return context.WithValue(ctx, snapshotKey{db}, tx), func() { once.Do(func() { db.endSnapshot(tx) }) }, nil
}

func (c *conn) beginSnapshot(ctx context.Context) (*transaction, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.alive(); err != nil {
		return nil, err
	}
	if _, err := c.exec(ctx, c.db.beginRead, nil); err != nil {
		return nil, err
	}
	// SQLite takes the state of the first statement that reads.
	if _, err := c.exec(ctx, c.db.firstRead, nil); err != nil {
		c.undo()
		return nil, err
	}
	tx := &transaction{conn: c, ctx: ctx}
	c.tx = tx
	c.rest()
	return tx, nil
}

// endSnapshot ends the rows that are still open, and gives the connection back.
func (db *DB) endSnapshot(tx *transaction) {
	c := tx.conn
	c.mu.Lock()
	tx.over.Store(true)
	for c.rows != nil {
		c.rows.end(errOutlived())
	}
	c.tx = nil
	usable := c.handle != 0
	if usable {
		c.rest()
		usable = !c.inTransaction() || c.undo()
	}
	c.mu.Unlock()
	if usable {
		db.returnReader(c)
		return
	}
	db.mu.Lock()
	db.readers--
	db.mu.Unlock()
	db.disconnect(c)
}

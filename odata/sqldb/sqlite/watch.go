package sqlite

import (
	"context"
	"time"

	lib "modernc.org/sqlite/lib"
)

// watchInterval is how often the watchdog looks for contexts that have ended. An
// interrupt that comes before a statement begins is lost, so it is repeated.
const watchInterval = 25 * time.Millisecond

// attend makes the watchdog interrupt the connection when ctx ends; nil is a
// context that never does. It costs nothing to speak of where the watchdog runs
// already, whereas a function called by the context's end costs four allocations
// for each statement. Nor is Done asked for, which makes a timer in some contexts
// that need none for Err. Only the user of the connection calls it.
func (c *conn) attend(ctx context.Context) {
	if ctx == context.Background() {
		ctx = nil
	}
	c.attended = nil
	c.watch.Lock()
	c.ctx = ctx
	c.watch.Unlock()
	if ctx != nil && !c.db.watching.Load() && c.db.watching.CompareAndSwap(false, true) {
		go c.db.watchdog()
	}
}

// rest ends what attend began. Between the calls of a transaction the connection
// is watched for the transaction's context.
func (c *conn) rest() {
	if c.tx != nil {
		c.attend(c.tx.ctx)
	} else {
		var nobody context.Context
		c.attend(nobody)
	}
}

// watchdog interrupts statements whose contexts have ended. It ends when no
// connection is attended, and is started again by the next that is.
func (db *DB) watchdog() {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-db.stopped:
			return
		}
		if db.interrupt() {
			continue
		}
		// Whoever attends from here on sees that there is no watchdog. Whoever
		// did before is seen now.
		db.watching.Store(false)
		if !db.interrupt() || !db.watching.CompareAndSwap(false, true) {
			return
		}
	}
}

// interrupt looks at all connections once and reports whether any is attended.
func (db *DB) interrupt() (attended bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for c := range db.conns {
		c.watch.Lock()
		if c.ctx != nil {
			attended = true
			if c.ctx.Err() != nil {
				c.stop()
			}
		}
		c.watch.Unlock()
	}
	return attended
}

// stop interrupts what runs on the connection. The caller holds watch.
func (c *conn) stop() {
	if c.handle != 0 {
		lib.Xsqlite3_interrupt(nil, c.handle) // it only sets a flag
	}
}

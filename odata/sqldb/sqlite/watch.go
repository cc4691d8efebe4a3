package sqlite

import (
	"time"

	lib "modernc.org/sqlite/lib"
)

// watchInterval is how often the watchdog looks for contexts that have ended. An
// interrupt that comes before a statement begins is lost, so it is repeated.
const watchInterval = 25 * time.Millisecond

// attend makes the watchdog interrupt the connection when done is closed. It
// costs nothing to speak of where the watchdog runs already, and nothing at all
// for a context that never ends, whereas a function called by the context's end
// costs four allocations for each statement. Only the user of the connection
// calls it.
func (c *conn) attend(done <-chan struct{}) {
	if c.done == done {
		return
	}
	c.watch.Lock()
	c.done = done
	c.watch.Unlock()
	if done != nil && !c.db.watching.Load() && c.db.watching.CompareAndSwap(false, true) {
		go c.db.watchdog()
	}
}

// rest ends what attend began. Between the calls of a transaction the connection
// is watched for the transaction's context.
func (c *conn) rest() {
	if c.tx != nil {
		c.attend(c.tx.done)
	} else {
		c.attend(nil)
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
		if c.done != nil {
			attended = true
			select {
			case <-c.done:
				c.stop()
			default:
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

package sqlite

import (
	"context"
	"slices"
	"time"
)

// patience is how long a query waits for one of the readers that are kept before
// it opens another one. Queries are short as a rule: few readers are faster than
// many. But a query within another one, or beside slow clients, may wait for
// ever.
const patience = 5 * time.Millisecond

// reader returns a connection for reading.
func (db *DB) reader(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	db.mu.Lock()
	switch last := len(db.idle) - 1; {
	case db.closed:
		db.mu.Unlock()
		return nil, errClosed()
	case last >= 0:
		c := db.idle[last]
		db.idle = db.idle[:last]
		db.mu.Unlock()
		return c, nil
	case db.readers < db.options.Readers:
		db.readers++
		db.mu.Unlock()
		return db.newReader(ctx)
	}
	turn := make(chan *conn, 1)
	db.waiting = append(db.waiting, turn)
	db.mu.Unlock()
	return db.awaitReader(ctx, turn)
}

// awaitReader waits for a connection to come through turn.
func (db *DB) awaitReader(ctx context.Context, turn chan *conn) (*conn, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for begin := time.Now(); ; {
		var err error
		select {
		case c := <-turn:
			return c, nil
		case <-ctx.Done():
			err = ctx.Err()
		case <-db.stopped:
			err = errClosed()
		case <-timer.C:
			if time.Since(begin) >= db.options.BusyTimeout {
				err = unavailable("The database is too busy", nil)
			}
		}
		db.mu.Lock()
		at := slices.Index(db.waiting, turn)
		more := err == nil && at >= 0 && db.readers < db.options.MaxReaders
		if more {
			db.readers++
		}
		if at >= 0 && (err != nil || more) {
			db.waiting = slices.Delete(db.waiting, at, at+1)
		}
		db.mu.Unlock()
		switch {
		case at < 0 && err == nil:
			return <-turn, nil // it came while we looked
		case at < 0:
			db.returnReader(<-turn)
			return nil, err
		case err != nil:
			return nil, err
		case more:
			return db.newReader(ctx)
		}
		timer.Reset(min(50*time.Millisecond, db.options.BusyTimeout))
	}
}

// newReader opens a connection that is counted already.
func (db *DB) newReader(ctx context.Context) (*conn, error) {
	c, err := db.connect(ctx, reads)
	if err != nil {
		db.mu.Lock()
		db.readers--
		db.mu.Unlock()
		return nil, err
	}
	return c, nil
}

// returnReader gives a connection to whoever waits longest, keeps it, or closes
// it when enough are kept.
func (db *DB) returnReader(c *conn) {
	db.mu.Lock()
	switch {
	case db.closed: // which closes it
	case len(db.waiting) > 0:
		db.waiting[0] <- c // it has room
		db.waiting = slices.Delete(db.waiting, 0, 1)
	case len(db.idle) < db.options.Readers:
		db.idle = append(db.idle, c)
	default:
		db.readers--
		db.mu.Unlock()
		db.disconnect(c)
		return
	}
	db.mu.Unlock()
}

// lockWriter waits for the right to write and returns the connection for it.
func (db *DB) lockWriter(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case db.writing <- struct{}{}:
	default:
		timer := time.NewTimer(db.options.BusyTimeout)
		defer timer.Stop()
		select {
		case db.writing <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-db.stopped:
			return nil, errClosed()
		case <-timer.C:
			return nil, unavailable("The database is too busy", nil)
		}
	}
	if db.writer == nil { // it could not be used any more
		c, err := db.connect(ctx, writes)
		if err != nil {
			db.unlockWriter()
			return nil, err
		}
		db.writer = c
	}
	return db.writer, nil
}

func (db *DB) unlockWriter() { <-db.writing }

// returnWriter is unlockWriter as the owner of rows.
func (db *DB) returnWriter(*conn) { db.unlockWriter() }

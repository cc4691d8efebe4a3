package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

const (
	// maxAhead bounds what is read ahead, in bytes.
	maxAhead = 64 << 20

	// drainTime is how long rows that nobody wants are read, before the server is
	// asked not to send them.
	drainTime = 5 * time.Millisecond
)

// rows are the rows of a query. They come from the connection or, in a
// transaction that has gone on, from memory.
type rows struct {
	db      *DB
	ctx     context.Context
	text    string
	columns []column

	session *session
	conn    *pgxpool.Conn // to be released; nil in a transaction
	tx      *transaction  // nil outside of one
	reader  *resultReader // nil when the connection has nothing more
	loaded  bool          // the next row is in reader already
	ahead   ahead
	err     error // what ended the rows
}

// Next reads the next row, see [sqldb.Rows].
func (r *rows) Next(dst []edm.Value) (bool, error) {
	if r.tx != nil {
		r.tx.mu.Lock()
		defer r.tx.mu.Unlock()
	}
	if raw := r.ahead.next(); raw != nil {
		return r.give(dst, raw)
	}
	if r.reader == nil {
		return false, r.err
	}
	if !r.load() {
		return false, r.err
	}
	r.loaded = false
	return r.give(dst, r.reader.Values())
}

func (r *rows) give(dst []edm.Value, raw [][]byte) (bool, error) {
	if err := decode(dst, r.columns, raw); err != nil {
		return false, err
	}
	return true, nil
}

// load makes the next row the one in reader, or ends the rows.
func (r *rows) load() bool {
	switch {
	case r.loaded:
		return true
	case r.ctx.Err() == nil && r.reader.NextRow(): // rows may be here that the server has sent before
		r.loaded = true
		return true
	}
	_, err := r.reader.Close()
	if err == nil {
		err = r.ctx.Err() // it has ended after the last row was sent
	}
	r.end(err)
	return false
}

// end gives the connection up.
func (r *rows) end(err error) {
	r.reader, r.loaded = nil, false
	r.err = r.db.fail(r.ctx, r.text, err)
	if r.tx != nil {
		r.tx.open = nil
		r.tx.note(err, r.err)
		return
	}
	r.db.release(r.conn)
	r.conn = nil
}

// Close ends the query, see [sqldb.Rows].
func (r *rows) Close() error {
	if r.tx != nil {
		r.tx.mu.Lock()
		defer r.tx.mu.Unlock()
	}
	r.ahead = ahead{}
	if r.reader == nil {
		return nil
	}
	if r.tx == nil {
		r.abandon()
		return nil
	}
	// A cancelled statement would fail the whole transaction, so here all is read.
	_, err := r.reader.Close()
	r.end(err)
	return nil
}

// abandon reads the rest of the rows if that does not take long, and otherwise
// has the server stop.
func (r *rows) abandon() {
	cancelled := make(chan struct{})
	timer := time.AfterFunc(drainTime, func() {
		r.session.cancel()
		close(cancelled)
	})
	r.reader.Close() // with an error if it is cancelled
	if !timer.Stop() {
		<-cancelled
		r.session.pg.Conn().SetDeadline(time.Time{})
	}
	r.end(nil)
}

// readAhead reads all rows into memory, so that the connection can do something
// else. Its error is for the statement that needs the connection.
func (r *rows) readAhead() error {
	for r.load() {
		r.loaded = false
		if !r.ahead.add(r.reader.Values()) {
			_, err := r.reader.Close()
			r.end(err)
			r.ahead = ahead{}
			r.err = errTooMuchAhead()
			return r.err
		}
	}
	return nil
}

func errTooMuchAhead() error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded",
		Message: "Answering needs more entities at once than the service allows: narrow the request with $filter or $top",
		Err:     errors.New("postgres: the open rows of a transaction do not fit into memory")}
}

// ahead are rows in memory.
type ahead struct {
	data    []byte
	lengths []int32 // of the values, -1 for null
	width   int     // values of a row
	at      int     // in lengths
	start   int     // in data
	raw     [][]byte
}

// add keeps a row. It is false if there is no room.
func (a *ahead) add(raw [][]byte) bool {
	a.width = len(raw)
	for _, value := range raw {
		if value == nil {
			a.lengths = append(a.lengths, -1)
			continue
		}
		a.lengths = append(a.lengths, int32(len(value)))
		a.data = append(a.data, value...)
	}
	return len(a.data)+4*len(a.lengths) <= maxAhead
}

// next is the next row, or nil.
func (a *ahead) next() [][]byte {
	if a.at == len(a.lengths) {
		return nil
	}
	a.raw = a.raw[:0]
	for _, length := range a.lengths[a.at : a.at+a.width] {
		if length < 0 {
			a.raw = append(a.raw, nil)
			continue
		}
		end := a.start + int(length)
		a.raw = append(a.raw, a.data[a.start:end:end])
		a.start = end
	}
	a.at += a.width
	return a.raw
}

package sqlite

import (
	"context"
	"sync/atomic"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	lib "modernc.org/sqlite/lib"
)

// Rows are the rows of a query, see [sqldb.Rows].
type Rows struct {
	scanner
	conn *conn
	st   *statement
	of   *sqldb.Statement
	ctx  context.Context // of the query, whose life the rows share
	read uint            // how many rows were

	// first tells that a step was taken whose row is not read yet.
	first bool

	// owner gives the connection back; nil in a transaction, whose it is.
	owner func(*conn)

	// ended tells, without the connection's lock, that the rows have given up
	// their statement; err is then why there are no more, nil after the last.
	ended atomic.Bool
	err   error

	stride uintptr // from column to column, 0 if it is not the same, see measure

	next *Rows // of the connection's
}

// query starts a statement on c, which the caller has locked. owner gives the
// connection back with the end of the rows; on an error the caller does.
func (c *conn) query(ctx context.Context, s *sqldb.Statement, st *statement, args []edm.Value, owner func(*conn)) (*Rows, error) {
	if err := c.bind(st, args); err != nil {
		c.release(st)
		return nil, err
	}
	c.attend(ctx)
	st.busy = true
	last := false
	err := c.start(ctx, st, func(rc int32) { last = rc == lib.SQLITE_DONE })
	if err == nil && !last {
		if n := int(lib.Xsqlite3_column_count(c.tls, st.address)); n != len(s.Columns) {
			err = impossible(s, n)
		}
	}
	if err != nil {
		c.release(st)
		c.rest()
		return nil, err
	}
	r := &Rows{scanner: scanner{tls: c.tls, utf8: c.utf8, buf: c.spare}, conn: c, st: st, of: s, ctx: ctx, first: true, owner: owner, next: c.rows}
	c.spare = nil
	c.rows = r
	c.attended = r
	if last {
		return r, r.end(nil)
	}
	r.measure()
	if owner == nil {
		c.rest()
	}
	return r, nil
}

// Next reads the next row, see [sqldb.Rows].
func (r *Rows) Next(dst []edm.Value) (bool, error) {
	if r.ended.Load() {
		return false, r.err
	}
	c := r.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.ended.Load() { // by Close of the database, or with its transaction
		return false, r.err
	}
	if r.read%askEvery == 0 {
		if err := r.ctx.Err(); err != nil {
			return false, r.fail(err)
		}
	}
	r.read++
	if r.first {
		r.first = false
	} else if more, err := r.step(); !more || err != nil {
		return false, err
	}
	if r.owner == nil {
		c.rest()
	}
	if len(dst) != len(r.of.Columns) {
		return false, r.fail(odata.Internalf("sqlite: room for %d of %d columns: %s", len(dst), len(r.of.Columns), clip(r.of.Text)))
	}
	r.buf = r.buf[:0]
	address := r.column(0)
	for i, form := range r.of.Columns {
		var found string
		if dst[i], found = r.value(address, form); found != "" {
			return false, r.fail(odata.Internalf("sqlite: column %d holds %s where %s is wanted: %s", i+1, found, form.Kind, clip(r.of.Text)))
		}
		if address += r.stride; r.stride == 0 && i+1 < len(dst) {
			address = r.column(i + 1)
		}
	}
	return true, nil
}

// askEvery is how many rows are read, some microseconds each, before the context is
// asked again whether it has ended: it may have to look at the clock.
const askEvery = 16

// column returns where SQLite has the value of a column of the current row.
func (r *Rows) column(i int) uintptr {
	return lib.Xsqlite3_column_value(r.tls, r.st.address, int32(i))
}

// measure looks how far the values of a row lie apart. SQLite keeps them side by
// side, and to ask for each of them costs a tenth of reading it. It does not
// promise to, so this is measured at the first row of each query, and each is
// asked for if it is not so.
func (r *Rows) measure() {
	last := len(r.of.Columns) - 1
	if last < 1 {
		return
	}
	first := r.column(0)
	stride := r.column(1) - first
	if r.column(last) == first+uintptr(last)*stride {
		r.stride = stride
	}
}

// step goes to the next row and tells whether there is one.
func (r *Rows) step() (more bool, err error) {
	c := r.conn
	if c.attended != r {
		c.attend(r.ctx)
		c.attended = r
	}
	c.failure = nil
	rc := lib.Xsqlite3_step(c.tls, r.st.address)
	switch {
	case rc == lib.SQLITE_ROW && c.failure == nil:
		return true, nil
	case rc == lib.SQLITE_DONE && c.failure == nil:
		return false, r.end(nil)
	}
	return false, r.fail(c.fail(r.ctx, rc, r.of.Text))
}

// fail ends the rows with an error and returns it.
func (r *Rows) fail(err error) error {
	r.end(err)
	return err
}

// end gives up the statement and the connection. err is what Next returns from
// now on. It returns the error of a write that is completed by the end.
func (r *Rows) end(err error) error {
	c := r.conn
	for p := &c.rows; *p != nil; p = &(*p).next {
		if *p == r {
			*p = r.next
			break
		}
	}
	if cap(r.buf) <= maxKeptBuffer {
		c.spare = r.buf
	}
	rc := c.release(r.st)
	if err == nil && rc != lib.SQLITE_OK {
		err = c.fail(r.ctx, rc, r.of.Text)
	}
	if r.owner != nil {
		if open := c.leave(); err == nil {
			err = open
		}
	}
	r.err = err
	r.st, r.next = nil, nil
	r.ended.Store(true)
	c.rest()
	if r.owner != nil {
		r.owner(c)
	}
	return err
}

// maxKeptBuffer is the size up to which a connection keeps a buffer for rows.
const maxKeptBuffer = 1 << 20

// Close ends the query, see [sqldb.Rows].
func (r *Rows) Close() error {
	if r.ended.Load() {
		return nil
	}
	r.conn.mu.Lock()
	defer r.conn.mu.Unlock()
	if r.ended.Load() {
		return nil
	}
	return r.end(nil)
}

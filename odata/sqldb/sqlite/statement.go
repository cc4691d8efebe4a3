package sqlite

import (
	"context"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// A statement is one that is prepared on a connection.
type statement struct {
	of       *sqldb.Statement
	address  uintptr
	readOnly bool
	busy     bool // it has rows that are open
	cached   bool // it stays prepared when it is not busy

	args arena

	// The neighbours in the order of last use.
	newer, older *statement
}

// statements are those that a connection keeps prepared: the ones that were used
// last, found by the address of what they were made from.
type statements struct {
	of             map[*sqldb.Statement]*statement
	newest, oldest *statement
	bound          int
}

// touch makes a kept statement the newest.
func (l *statements) touch(st *statement) {
	if l.newest != st {
		l.unlink(st)
		l.link(st)
	}
}

func (l *statements) link(st *statement) {
	st.older = l.newest
	if l.newest != nil {
		l.newest.newer = st
	} else {
		l.oldest = st
	}
	l.newest = st
}

func (l *statements) unlink(st *statement) {
	if st.newer != nil {
		st.newer.older = st.older
	} else {
		l.newest = st.older
	}
	if st.older != nil {
		st.older.newer = st.newer
	} else {
		l.oldest = st.newer
	}
	st.newer, st.older = nil, nil
}

// statement returns s prepared and not busy.
func (c *conn) statement(ctx context.Context, s *sqldb.Statement) (*statement, error) {
	known := c.statements.of[s]
	if known != nil && !known.busy {
		c.statements.touch(known)
		return known, nil
	}
	st, err := c.prepare(ctx, s)
	if err != nil {
		return nil, err
	}
	// While the kept one has open rows, another one does its work.
	if st.cached = known == nil; st.cached {
		c.makeRoom()
		c.statements.of[s] = st
		c.statements.link(st)
	}
	return st, nil
}

// makeRoom gives up the statements that were not used for the longest time, down
// to one below the bound. One that is busy ends with its rows.
func (c *conn) makeRoom() {
	l := &c.statements
	for len(l.of) >= l.bound {
		st := l.oldest
		l.unlink(st)
		delete(l.of, st.of)
		st.cached = false
		if !st.busy {
			c.finalize(st)
		}
	}
}

func (c *conn) prepare(ctx context.Context, s *sqldb.Statement) (*statement, error) {
	if c.handle == 0 {
		return nil, errClosed()
	}
	text, err := libc.CString(s.Text)
	if err != nil {
		return nil, unavailable("The database is out of reach", err)
	}
	defer libc.Xfree(c.tls, text)
	st := &statement{of: s}
	var tail uintptr
	err = c.persist(ctx, s.Text, func() int32 {
		rc := lib.Xsqlite3_prepare_v3(c.tls, c.handle, text, int32(len(s.Text)+1), lib.SQLITE_PREPARE_PERSISTENT, c.out, c.out+pointerSize)
		st.address, tail = *(*uintptr)(at(c.out)), *(*uintptr)(at(c.out + pointerSize))
		return rc
	})
	if err != nil {
		return nil, err
	}
	if problem := c.check(st, s.Text[int(tail-text):]); problem != "" {
		c.finalize(st)
		return nil, odata.Internalf("sqlite: %s: %s", problem, clip(s.Text))
	}
	st.readOnly = lib.Xsqlite3_stmt_readonly(c.tls, st.address) != 0
	return st, nil
}

// check compares a statement with what it says about itself.
func (c *conn) check(st *statement, tail string) (problem string) {
	switch {
	case st.address == 0:
		return "the statement is empty"
	case strings.Trim(tail, " \t\r\n;") != "":
		return "the text holds more than one statement"
	case int(lib.Xsqlite3_bind_parameter_count(c.tls, st.address)) != len(st.of.Params):
		return "the statement has another number of parameters than it says"
	}
	return ""
}

// finalize ends a statement.
func (c *conn) finalize(st *statement) {
	lib.Xsqlite3_finalize(c.tls, st.address)
	st.address = 0
	st.args.free(c.tls)
}

// bind gives the statement its arguments.
func (c *conn) bind(st *statement, args []edm.Value) error {
	if len(args) != len(st.of.Params) {
		return odata.Internalf("sqlite: %d arguments for %d parameters: %s", len(args), len(st.of.Params), clip(st.of.Text))
	}
	if len(args) == 0 {
		return nil
	}
	c.cells.reset()
	for i, v := range args {
		if problem := c.cells.add(v, st.of.Params[i]); problem != "" {
			return odata.Internalf("sqlite: argument %d is %s: %s", i+1, problem, clip(st.of.Text))
		}
	}
	if !st.args.grow(c.tls, c.cells.size) {
		return unavailable("The database is out of reach", &Error{Code: lib.SQLITE_NOMEM, Text: "out of memory"})
	}
	address := st.args.address
	for i := range c.cells.list {
		cell := &c.cells.list[i]
		n := int32(i + 1)
		var rc int32
		switch cell.class {
		case lib.SQLITE_NULL:
			rc = lib.Xsqlite3_bind_null(c.tls, st.address, n)
		case lib.SQLITE_INTEGER:
			rc = lib.Xsqlite3_bind_int64(c.tls, st.address, n, cell.integer)
		case lib.SQLITE_FLOAT:
			rc = lib.Xsqlite3_bind_double(c.tls, st.address, n, cell.real)
		default:
			copy(view(address, len(cell.data)), cell.data)
			if cell.class == lib.SQLITE_TEXT {
				rc = lib.Xsqlite3_bind_text64(c.tls, st.address, n, address, uint64(len(cell.data)), lib.SQLITE_STATIC, lib.SQLITE_UTF8)
			} else {
				rc = lib.Xsqlite3_bind_blob64(c.tls, st.address, n, address, uint64(len(cell.data)), lib.SQLITE_STATIC)
			}
			address += uintptr(len(cell.data))
		}
		if rc != lib.SQLITE_OK {
			return c.fail(context.Background(), rc, st.of.Text)
		}
	}
	c.cells.reset() // which refer to what is the caller's
	return nil
}

// release makes a statement ready for its next use, or ends it, and returns the
// result code of what a write that was not run to its end had still to do.
func (c *conn) release(st *statement) int32 {
	st.busy = false
	rc := lib.Xsqlite3_reset(c.tls, st.address)
	if !st.cached {
		c.finalize(st)
		return rc
	}
	if st.args.size > keptArena {
		lib.Xsqlite3_clear_bindings(c.tls, st.address)
		st.args.free(c.tls)
	}
	return rc
}

// deletes reports whether a statement removes rows.
func deletes(sql string) bool {
	sql = strings.TrimLeft(sql, " \t\r\n(")
	return len(sql) >= len("delete") && strings.EqualFold(sql[:len("delete")], "delete")
}

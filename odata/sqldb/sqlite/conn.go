package sqlite

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// A conn is one connection. Whoever calls SQLite with it holds mu, except to
// interrupt it.
type conn struct {
	db *DB
	mu sync.Mutex

	writes bool // it is the one that writes

	tls    *libc.TLS
	handle uintptr // 0 when closed
	out    uintptr // room for two results of the library
	utf8   bool    // the database's encoding

	statements statements
	rows       *Rows // those that are open, linked by next
	cells      cells
	spare      []byte // a buffer for rows
	results    arena  // of functions
	keep       []any  // the functions that the library may call
	failure    error  // of a function that the running statement has called

	// What to interrupt for. watch guards it, for the watchdog reads it; the
	// user of the connection is the only one to write it.
	watch sync.Mutex
	ctx   context.Context

	attended *Rows // those for whose context it is, if for that of rows

	// tx is the transaction that the connection runs.
	tx *transaction
}

// A role is what a connection is for.
type role uint8

const (
	reads role = iota
	writes
	setsUp // the first connection, which makes the file
)

// open opens a connection.
func (db *DB) open(ctx context.Context, as role) (*conn, error) {
	initialize()
	c := &conn{db: db, writes: as != reads, tls: libc.NewTLS()}
	c.statements.of = map[*sqldb.Statement]*statement{}
	c.statements.bound = db.options.Statements
	if err := c.setUp(ctx, as); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// initialize is what the library wants before its first use in a process.
var initialize = sync.OnceFunc(lib.PatchIssue199)

func (c *conn) setUp(ctx context.Context, as role) error {
	o := &c.db.options
	if c.out = libc.Xmalloc(c.tls, 2*pointerSize); c.out == 0 {
		return unavailable("The database is out of reach", &Error{Code: lib.SQLITE_NOMEM, Text: "out of memory"})
	}
	flags := int32(lib.SQLITE_OPEN_NOMUTEX | lib.SQLITE_OPEN_EXRESCODE)
	switch {
	case o.ReadOnly:
		flags |= lib.SQLITE_OPEN_READONLY
	case as == setsUp:
		flags |= lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE
	default:
		flags |= lib.SQLITE_OPEN_READWRITE
	}
	path, err := libc.CString(c.db.path)
	if err != nil {
		return unavailable("The database is out of reach", err)
	}
	defer libc.Xfree(c.tls, path)
	rc := lib.Xsqlite3_open_v2(c.tls, path, c.out, flags, 0)
	c.handle = *(*uintptr)(at(c.out)) // also of one that failed
	if rc != lib.SQLITE_OK {
		return c.fail(ctx, rc, "")
	}
	if err := c.configure(); err != nil {
		return err
	}
	encoding, err := c.ask(ctx, "PRAGMA encoding")
	if err != nil {
		return err
	}
	c.utf8 = encoding == "UTF-8"
	if err := c.register(o); err != nil {
		return err
	}
	for _, pragma := range o.pragmas(as) {
		if _, err := c.ask(ctx, pragma); err != nil {
			return err
		}
	}
	return nil
}

// pragmas are the settings of a connection.
func (o *Options) pragmas(as role) []string {
	list := []string{
		fmt.Sprintf("PRAGMA cache_size = -%d", cacheKiB),
		"PRAGMA synchronous = " + o.Synchronous.String(),
	}
	switch {
	case o.ReadOnly:
	case as == reads:
		list = append(list, "PRAGMA query_only = ON")
	default:
		list = append(list,
			"PRAGMA journal_mode = WAL",
			fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", checkpointPages),
			fmt.Sprintf("PRAGMA journal_size_limit = %d", 16*4096*checkpointPages),
			// Statistics for the planner, as SQLite advises for connections that
			// live long: at their begin here, at their end in Close.
			"PRAGMA analysis_limit = 400",
			"PRAGMA optimize = 0x10002")
	}
	return list
}

const (
	cacheKiB        = 8 << 10 // of pages, for each connection
	checkpointPages = 1000    // SQLite's default: about 4 MiB of log
)

// configure sets what has no pragma. "x" is always a column, never a text; SQL
// cannot damage the file; and a schema that somebody else has written calls
// harmless functions only.
func (c *conn) configure() error {
	va := libc.NewVaListN(2)
	if va == 0 {
		return unavailable("The database is out of reach", &Error{Code: lib.SQLITE_NOMEM, Text: "out of memory"})
	}
	defer libc.Xfree(c.tls, va)
	for _, setting := range []struct{ what, value int32 }{
		{lib.SQLITE_DBCONFIG_ENABLE_FKEY, 1},
		{lib.SQLITE_DBCONFIG_DQS_DML, 0},
		{lib.SQLITE_DBCONFIG_DQS_DDL, 0},
		{lib.SQLITE_DBCONFIG_DEFENSIVE, 1},
		{lib.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	} {
		if rc := lib.Xsqlite3_db_config(c.tls, c.handle, setting.what, libc.VaList(va, setting.value, uintptr(0))); rc != lib.SQLITE_OK {
			return c.fail(context.Background(), rc, "")
		}
	}
	return nil
}

// ask runs SQL that is needed once, and returns the text of the first column of
// the first row, if there is one.
func (c *conn) ask(ctx context.Context, sql string) (text string, err error) {
	st, err := c.prepare(ctx, &sqldb.Statement{Text: sql})
	if err != nil {
		return "", err
	}
	defer c.finalize(st)
	err = c.start(ctx, st, func(rc int32) {
		if rc == lib.SQLITE_ROW {
			s := scanner{tls: c.tls}
			text = string(s.text(lib.Xsqlite3_column_value(c.tls, st.address, 0)))
		}
	})
	return text, err
}

// start takes the first step of a statement, waiting for locks of other
// processes, and gives use the result, SQLITE_ROW or SQLITE_DONE.
func (c *conn) start(ctx context.Context, st *statement, use func(rc int32)) error {
	return c.persist(ctx, st.of.Text, func() int32 {
		rc := lib.Xsqlite3_step(c.tls, st.address)
		switch {
		case rc != lib.SQLITE_ROW && rc != lib.SQLITE_DONE:
			lib.Xsqlite3_reset(c.tls, st.address)
			return rc
		case c.failure != nil: // of a collation, which could not stop the step
			lib.Xsqlite3_reset(c.tls, st.address)
			return lib.SQLITE_ERROR
		}
		use(rc)
		return lib.SQLITE_OK
	})
}

// persist calls try until the database is not locked by another process, ctx
// ends, or the busy timeout passes. Within the process nobody has to wait here:
// readers never do, and the writer has its own lock.
func (c *conn) persist(ctx context.Context, sql string, try func() int32) error {
	var deadline time.Time
	delay := time.Millisecond
	for {
		c.failure = nil
		rc := try()
		if rc == lib.SQLITE_OK {
			return nil
		}
		if primary := rc & 0xff; primary != lib.SQLITE_BUSY && primary != lib.SQLITE_LOCKED || rc == lib.SQLITE_BUSY_SNAPSHOT {
			return c.fail(ctx, rc, sql)
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(c.db.options.BusyTimeout)
		}
		if now.After(deadline) {
			return c.fail(ctx, rc, sql)
		}
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-c.db.stopped:
			timer.Stop()
			return errClosed()
		}
		delay = min(2*delay, 50*time.Millisecond)
	}
}

// inTransaction reports whether a transaction is open.
func (c *conn) inTransaction() bool {
	return c.handle != 0 && lib.Xsqlite3_get_autocommit(c.tls, c.handle) == 0
}

// close ends all rows and the connection. It may be called again.
func (c *conn) close() {
	for c.rows != nil {
		c.rows.end(errClosed())
	}
	for st := c.statements.newest; st != nil; st = st.older {
		c.finalize(st)
	}
	c.statements = statements{}
	c.watch.Lock()
	if c.handle != 0 {
		lib.Xsqlite3_close_v2(c.tls, c.handle)
		c.handle = 0
	}
	c.watch.Unlock()
	if c.tls != nil {
		c.results.free(c.tls)
		if c.out != 0 {
			libc.Xfree(c.tls, c.out)
		}
		c.tls.Close()
		c.tls = nil
	}
	c.keep = nil
}

// optimize renews the statistics of the planner where they are out of date.
func (c *conn) optimize(ctx context.Context) error {
	if c.handle == 0 {
		return errClosed()
	}
	_, err := c.ask(ctx, "PRAGMA optimize")
	return err
}

// alive is nil while the connection can be used.
func (c *conn) alive() error {
	if c.handle == 0 {
		return errClosed()
	}
	return nil
}

// impossible is the error for rows that have another number of columns than the
// statement says.
func impossible(s *sqldb.Statement, columns int) error {
	return odata.Internalf("sqlite: %d columns where the statement says %d: %s", columns, len(s.Columns), clip(s.Text))
}

package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	lib "modernc.org/sqlite/lib"
)

// InMemory is the path of a database of its own for each [Open], which is gone
// when it is closed. It is a file in a temporary directory that is never waited
// for, so that it behaves in all things like a stored one.
const InMemory = ":memory:"

// Options are how a database is opened. The zero Options are good for a server.
type Options struct {
	// ReadOnly opens an existing file and changes nothing in it.
	ReadOnly bool

	// Synchronous is when a commit is safe. Default: SynchronousFull.
	Synchronous Synchronous

	// Readers is how many connections are kept open for reading. Default: 4.
	Readers int

	// MaxReaders is how many there can be for a while, when those that are kept
	// wait for slow clients, or for another query of the same request. At least
	// Readers. Default: 64.
	MaxReaders int

	// Statements is how many prepared statements each connection keeps, the
	// ones used last. Default: 256.
	Statements int

	// BusyTimeout is how long a call waits for its turn, or for another
	// process, before it fails with KindUnavailable. Default: 10 s.
	BusyTimeout time.Duration

	// Call carries out the SQL function odata(overload, a, b, c): it is given
	// the overload of an [odata.Function] such as substring(String,Int32), and
	// arguments of the kinds of that overload's first parameters, valid until it
	// returns. For its result and errors see [Function.Call].
	Call func(overload string, args []edm.Value) (edm.Value, error)

	// Functions and Collations are further ones.
	Functions  []Function
	Collations []Collation
}

// Synchronous says what a commit survives. No setting damages the file when the
// process dies.
type Synchronous uint8

// The settings. With SynchronousFull a commit survives a loss of power. With
// SynchronousNormal such a loss may undo the last commits, and with
// SynchronousOff damage the file; both are several times faster.
const (
	SynchronousFull Synchronous = iota
	SynchronousNormal
	SynchronousOff
)

// String is SQLite's word for s.
func (s Synchronous) String() string { return [...]string{"FULL", "NORMAL", "OFF"}[s] }

func (o *Options) setDefaults() {
	if o.Readers < 1 {
		o.Readers = 4
	}
	if o.MaxReaders < 1 {
		o.MaxReaders = 64
	}
	o.MaxReaders = max(o.MaxReaders, o.Readers)
	if o.Statements < 1 {
		o.Statements = 256
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 10 * time.Second
	}
	if o.Synchronous > SynchronousOff {
		o.Synchronous = SynchronousFull
	}
}

// A DB is a database that is open, see [sqldb.DB].
type DB struct {
	path      string
	temporary string // the directory of one in memory
	options   Options

	begin, commit, rollback *sqldb.Statement
	beginRead, firstRead    *sqldb.Statement

	// writing is held by whoever writes, and writer is for the holder only.
	writing chan struct{}
	writer  *conn

	stopped  chan struct{} // closed by Close
	watching atomic.Bool   // there is a watchdog

	mu      sync.Mutex
	closed  bool
	conns   map[*conn]struct{} // all that are open
	idle    []*conn            // of the readers
	readers int                // idle or in use
	waiting []chan *conn       // for a reader

	// As values, so that giving a connection back allocates nothing.
	giveBackReader, giveBackWriter func(*conn)
}

var _ sqldb.DB = (*DB)(nil)

// Open opens the database in the file at path, which is made if it does not
// exist, or one in memory if path is [InMemory]. The path is that of a file, not a
// URI. A file that is no database, or that cannot be opened, is an *odata.Error.
//
// An existing file of SQLite is taken to the journal mode WAL, unless it is
// opened read-only.
func Open(path string, options Options) (*DB, error) {
	options.setDefaults()
	if path == "" || strings.HasPrefix(path, "file:") || strings.ContainsRune(path, 0) {
		return nil, odata.Internalf("sqlite: %q is not the path of a file", path)
	}
	begin := "BEGIN IMMEDIATE"
	if options.ReadOnly {
		begin = "BEGIN"
	}
	db := &DB{
		path: path, options: options,
		begin: &sqldb.Statement{Text: begin}, commit: &sqldb.Statement{Text: "COMMIT"}, rollback: &sqldb.Statement{Text: "ROLLBACK"},
		beginRead: &sqldb.Statement{Text: "BEGIN"}, firstRead: &sqldb.Statement{Text: "SELECT count(*) FROM sqlite_schema LIMIT 1"},
		writing: make(chan struct{}, 1), stopped: make(chan struct{}), conns: map[*conn]struct{}{},
	}
	db.giveBackReader, db.giveBackWriter = db.returnReader, db.returnWriter
	if path == InMemory {
		if options.ReadOnly {
			return nil, odata.Internalf("sqlite: a database in memory cannot be read-only: it would be empty for ever")
		}
		directory, err := os.MkdirTemp("", "sqlite-")
		if err != nil {
			return nil, unavailable("The database is out of reach", err)
		}
		db.temporary = directory
		db.path = filepath.Join(directory, "memory.db")
		db.options.Synchronous = SynchronousOff
	}
	c, err := db.connect(context.Background(), setsUp)
	if err != nil {
		db.Close()
		return nil, err
	}
	db.writer = c
	return db, nil
}

// connect opens a connection and remembers it.
func (db *DB) connect(ctx context.Context, as role) (*conn, error) {
	c, err := db.open(ctx, as)
	if err != nil {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		c.close()
		return nil, errClosed()
	}
	db.conns[c] = struct{}{}
	return c, nil
}

// disconnect closes a connection that its caller uses.
func (db *DB) disconnect(c *conn) {
	db.mu.Lock()
	delete(db.conns, c)
	db.mu.Unlock()
	c.close()
}

// Dialect returns SQLite.
func (db *DB) Dialect() sqldb.Dialect { return sqldb.SQLite }

// Version is the version of SQLite, such as 3.54.1.
func Version() string { return lib.SQLITE_VERSION }

// Close ends all connections. Statements that run are interrupted, rows that are
// open end with an error, and so does an open transaction, which is undone. It
// may be called again.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	conns := db.conns
	db.conns = nil
	db.idle = nil
	db.mu.Unlock()
	close(db.stopped)
	for c := range conns {
		c.closeUsed()
	}
	if db.temporary != "" {
		if err := os.RemoveAll(db.temporary); err != nil {
			return unavailable("The files of a database in memory cannot be removed", err)
		}
	}
	return nil
}

// closeUsed closes a connection that somebody may be using.
func (c *conn) closeUsed() {
	for !c.mu.TryLock() {
		c.watch.Lock()
		c.stop()
		c.watch.Unlock()
		time.Sleep(time.Millisecond)
	}
	defer c.mu.Unlock()
	if c.writes && !c.db.options.ReadOnly && c.rows == nil && !c.inTransaction() {
		_ = c.optimize(context.Background()) // at best: what is closed needs none
	}
	c.close()
}

// Optimize renews the statistics by which statements are planned, where they are
// out of date; it takes milliseconds. Open and Close do so too: a server that
// runs for months may call it once a day.
func (db *DB) Optimize(ctx context.Context) error {
	c, err := db.lockWriter(ctx)
	if err != nil {
		return err
	}
	defer db.unlockWriter()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attend(ctx)
	defer c.rest()
	return c.optimize(ctx)
}

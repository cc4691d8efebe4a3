package sqldb

import (
	"context"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A DB is a database as this package uses it. Packages sqlite and postgres open
// one. It is narrow on purpose: each driver answers in the fastest way it has,
// which for none of them is database/sql. It is safe for concurrent use.
//
// Within Transact, calls that are given its context run in the transaction, one
// at a time; all others run on connections of their own.
//
// A DB may also be an odata.Snapshotter; queries that are given the context that
// Snapshot returns then see one state. Transact begins a transaction under it.
//
// Errors are *odata.Error: KindUnavailable where the database is out of reach or
// too busy, KindConflict for what its constraints forbid, with the codes
// KeyExists, LinkRequired and DanglingReference; and the error of ctx as it is,
// soon after ctx ends, whatever the statement is doing.
type DB interface {
	// Transact is the transaction of odata.Transactor. What the database could
	// not commit because of others is tried again until ctx ends.
	odata.Transactor

	// Dialect is how the database speaks SQL.
	Dialect() Dialect

	// Query runs a statement and returns its rows. args are parallel to
	// s.Params. The statement is prepared once for each connection; a statement
	// is known by its address, so that whoever makes statements keeps them.
	Query(ctx context.Context, s *Statement, args []edm.Value) (Rows, error)

	// Exec runs a statement that returns no rows, and tells how many rows it has
	// changed.
	Exec(ctx context.Context, s *Statement, args []edm.Value) (int64, error)

	// Close ends all connections. Rows that are open are ended.
	Close() error
}

// A LoneWriter is a DB with a short way for a transaction that is one statement.
type LoneWriter interface {
	DB

	// QueryAlone is Query for a statement that changes data, in a transaction of its
	// own if ctx carries none. When Next has returned false without an error, the
	// changes last; before that they may, or may not.
	QueryAlone(ctx context.Context, s *Statement, args []edm.Value) (Rows, error)
}

// A Dialect is a way of speaking SQL.
type Dialect uint8

// The dialects. PostgreSQL is also that of databases that speak its protocol.
const (
	SQLite Dialect = iota
	PostgreSQL
)

// String is the dialect's name.
func (d Dialect) String() string { return [...]string{"SQLite", "PostgreSQL"}[d] }

// A Statement is SQL that is prepared once and run many times. It must not be
// changed or copied after its first use.
type Statement struct {
	// Text has the placeholders ?1, ?2, … in SQLite and $1, $2, … in PostgreSQL.
	Text string

	// Params are the forms of the arguments, Columns those of the result.
	Params  []Form
	Columns []Form
}

// A Form is how the values of a property are stored. The kinds are stored thus:
//
//	Boolean                  INTEGER 0 or 1        boolean
//	Byte, SByte, Int16       INTEGER               smallint
//	Int32, Int64             INTEGER               integer, bigint
//	Single, Double           REAL                  real, double precision
//	Decimal                  TEXT, canonical       numeric
//	String                   TEXT                  text
//	Guid                     TEXT, lower case      uuid
//	Binary                   BLOB                  bytea
//	DateTime                 TEXT, see below       timestamp without time zone
//	DateTimeOffset           TEXT, see below       timestamp with time zone
//	Time                     INTEGER               bigint: units of 100 ns
//	Geography…, Geometry…    TEXT, WKT with SRID   text
//
// Times are stored in UTC as text that sorts, 2015-07-12T06:40:00.1234567; the
// fraction is left out when it is 0. PostgreSQL keeps microseconds. The zone of a
// DateTimeOffset is not kept: it is read as UTC. A Double or Single that is not
// finite is stored as the database has it in PostgreSQL, and in SQLite as ±9e999
// and, for NaN, the text NaN.
//
// A complex value is stored in a column for each of its members, a collection as
// JSON text (kind Collection), and so are the undeclared properties of an open
// entity (kind Complex).
type Form struct {
	Kind edm.Kind

	// UTC makes a DateTime one that is said to be in UTC when it is read, but for
	// 0001-01-01T00:00:00, which stands for no time and has no zone;
	// otherwise no zone is told.
	UTC bool
}

// Rows are the rows of a query, read one after the other by one goroutine.
type Rows interface {
	// Next reads the next row into dst, which has a place for each column, and
	// tells whether there was one. Values are valid until the next call of Next
	// or Close: clone what is kept. It allocates nothing for a row.
	Next(dst []edm.Value) (bool, error)

	// Close ends the query. It is called once, also after an error.
	Close() error
}

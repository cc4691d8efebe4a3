// Package sqlite opens SQLite databases for package sqldb. It needs no C
// compiler: SQLite is compiled into the program by way of modernc.org/sqlite.
//
// # Connections
//
// One connection writes, guarded by a lock whose wait ends with the context; a
// few others read, each in a snapshot of its own that the writer never waits
// for (WAL). Statements are prepared once on each connection. Nothing is set up
// for a query but its [sqldb.Rows]: cancellation is watched by one goroutine for
// all connections, and only while there is something to watch.
//
// # Why the library is called directly
//
// The package calls modernc.org/sqlite/lib, SQLite's own API, and neither
// database/sql, which costs half of the speed, nor a wrapper above the library:
// zombiezen.com/go/sqlite reads rows as fast, but has had no release since May
// 2025 and was tested with the SQLite of that time; it starts a goroutine for
// each context that it watches, and allocates for each text that is bound. What
// is needed here is a few dozen functions of an API that SQLite keeps stable.
//
// # Limits
//
// The encoding of a new database is UTF-8 and must not be changed by a statement;
// files in UTF-16 can be opened. SQLite stores 0 for the Double -0. Text is
// stored as it is, also when it holds NUL characters, behind which some SQL
// functions do not look.
package sqlite

// Package postgres opens PostgreSQL databases for package sqldb. It speaks the
// protocol in binary in both directions and decodes what arrives straight into
// values: a row costs no allocation, and text is not copied.
//
// # Connections
//
// A [DB] keeps a pool of connections. Statements are prepared once for each
// connection, at most [Options.Statements] of them, and prepared anew when the
// tables they use have changed. Connections that the server has closed are
// noticed before they are used.
//
// When a context ends, the server is asked to cancel what it does, and within
// half a second the call returns, whether the server has answered or not. The
// connection is kept if it did.
//
// Sessions have the time zone UTC, the encoding UTF-8 and
// standard_conforming_strings; the search path is that of the user. Statements are
// not compiled, which delays short ones and is not cancelled, unless the URL says
// jit=on. Nothing in a session outlives its transaction, and there are no advisory
// locks and no notifications, so that databases that speak the same protocol will
// do: CockroachDB, YugabyteDB.
//
// # Values
//
// Columns are expected to have the types that [sqldb.Form] names. What holds the
// values of such a type is read as well: the other integer types, character
// types, json, and any type as its text where a string is wanted. Timestamps
// have microseconds: of an argument's seven digits of a second, the last is cut.
//
// Import rule: odata, odata/sqldb, metadata/edm, and pgx.
package postgres

// Package migrate brings a database to the version that a program needs, by SQL
// files that are part of the program.
//
//	//go:embed sqlite/*.sql postgres/*.sql
//	var migrations embed.FS
//
//	applied, err := migrate.Up(ctx, url, migrations)
//
// # Files
//
// The source has one folder for each dialect, sqlite and postgres, with files such
// as 0001_start.sql and 0002_notes.sql. A number that one folder has and the other
// has not is an error, also for programs that use one of them only. Files begin with
// a line that says what they are:
//
//	-- +goose Up
//	CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
//
// A statement with semicolons within it stands between the lines
// "-- +goose StatementBegin" and "-- +goose StatementEnd"; see [File], which writes
// such files. The format is that of goose, version 3.
//
// There is no way down: what a step back drops is lost, and a program that could
// take it would, some day, do so against the wrong database. A section
// "-- +goose Down" is never run. Go back by a new migration, or by a backup.
//
// # What is promised
//
// Each migration is applied once, however many programs start at a time. It is one
// transaction together with the row in pamodata_migration that says so, so that one
// that fails leaves nothing behind. The exception is a file for PostgreSQL with the
// line "-- +goose NO TRANSACTION", for statements such as CREATE INDEX CONCURRENTLY,
// whose other statements should be such that they can be run again.
//
// The checksum of each file is kept. A file that is not what was applied is refused,
// and so are a migration with a number before one that was applied, and a database
// with migrations that the program does not know: it is newer than the program. The
// ends of lines may differ.
//
// In SQLite the lock is that of a transaction that writes, which ends with its
// process. References are not enforced within a migration, so that a table can be
// made anew, and are checked at its end. In PostgreSQL, and in databases that speak
// its protocol and may have no advisory locks, the lock is a row in
// pamodata_migration_lock with a holder and a time when it expires. Its holder renews
// it and, once it has lost it, commits nothing any more. After a holder that has died
// others go on within 15 seconds; if the server still works on its last statement
// then, they wait for that in the tables it has locked.
//
// # Not the way of rows
//
// This package uses database/sql, as goose does, and the drivers that come with
// modernc.org/sqlite and pgx for that. No query of a service goes this way: packages
// sqlite and postgres read rows several times faster.
package migrate

package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// An Error is what SQLite reports. It is the private cause of the *odata.Error
// that this package returns.
type Error struct {
	Code int    // the extended result code, such as 1555
	Text string // SQLite's message: names of the schema, but nothing that is stored
	SQL  string // the statement, without its arguments
}

// Error is the text for logs.
func (e *Error) Error() string {
	text := fmt.Sprintf("sqlite: %s (%d)", e.Text, e.Code)
	if e.SQL != "" {
		text += " in " + clip(e.SQL)
	}
	return text
}

// clip shortens a statement for logs: those with many keys are long.
func clip(sql string) string {
	const most = 1000
	if len(sql) <= most {
		return sql
	}
	return sql[:most] + "…"
}

// fail turns a result code into the error that is returned. It must be called
// before anything else is done with the connection, whose message it reads.
//
// SQLite undoes the whole transaction for some errors, an interrupted write
// among them. What follows must not run outside of it then.
func (c *conn) fail(ctx context.Context, rc int32, sql string) error {
	err := c.describe(ctx, rc, sql)
	if c.tx != nil && !c.inTransaction() {
		c.tx.fail(err)
	}
	return err
}

func (c *conn) describe(ctx context.Context, rc int32, sql string) error {
	if failure := c.failure; failure != nil {
		c.failure = nil
		return failure
	}
	cause := &Error{Code: int(rc), SQL: sql}
	if c.handle != 0 {
		cause.Text = libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.handle))
	}
	switch rc & 0xff {
	case lib.SQLITE_INTERRUPT:
		if err := ctx.Err(); err != nil {
			return err
		}
		return unavailable("The database is being closed", cause)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return unavailable("The database is too busy", cause)
	case lib.SQLITE_FULL:
		return unavailable("The database has no space left", cause)
	case lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_PROTOCOL, lib.SQLITE_NOLFS, lib.SQLITE_NOMEM, lib.SQLITE_PERM:
		return unavailable("The database is out of reach", cause)
	case lib.SQLITE_CONSTRAINT:
		return forbidden(rc, sql, cause)
	case lib.SQLITE_TOOBIG:
		return &odata.Error{Kind: odata.KindTooLarge, Code: "ValueTooLarge", Err: cause,
			Message: "A value is larger than the database can store"}
	case lib.SQLITE_READONLY:
		return &odata.Error{Kind: odata.KindForbidden, Code: "ReadOnly", Err: cause,
			Message: "The database is read-only"}
	}
	return odata.Internal(cause)
}

// forbidden is the error for what a constraint forbids.
func forbidden(rc int32, sql string, cause *Error) error {
	switch rc {
	case lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_ROWID:
		return conflict("KeyExists", "An entity with this key exists already", cause)
	case lib.SQLITE_CONSTRAINT_NOTNULL:
		return linkRequired(cause)
	case lib.SQLITE_CONSTRAINT_TRIGGER:
		if !strings.HasPrefix(cause.Text, "FOREIGN KEY") { // RESTRICT is a trigger of SQLite's own
			break
		}
		fallthrough
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		if deletes(sql) {
			return linkRequired(cause)
		}
		return conflict("DanglingReference", "A property refers to an entity that does not exist", cause)
	}
	return conflict("ConstraintViolated", "The database does not allow this change", cause)
}

func linkRequired(cause error) error {
	return conflict("LinkRequired", "An entity would be left without a link that it must have", cause)
}

func conflict(code, message string, cause error) error {
	return &odata.Error{Kind: odata.KindConflict, Code: code, Message: message, Err: cause}
}

func unavailable(message string, cause error) error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: message, Err: cause}
}

func errClosed() error { return unavailable("The database is closed", nil) }

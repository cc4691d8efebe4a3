package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pamodata/pamodata/odata"
)

// The codes of errors that are looked at one by one. The first two characters
// are the class.
//
// Source: PostgreSQL, appendix A, error codes.
const (
	codeStalePlan        = "0A000" // feature_not_supported: also what a plan cannot do any more
	codeBadText          = "22021" // character_not_in_repertoire
	codeOutOfRange       = "22003" // numeric_value_out_of_range
	codeDivisionByZero   = "22012" // division_by_zero
	codeBadBinary        = "22P03" // invalid_binary_representation
	codeRestrict         = "23001" // restrict_violation
	codeNotNull          = "23502" // not_null_violation
	codeForeignKey       = "23503" // foreign_key_violation
	codeUnique           = "23505" // unique_violation
	codeReadOnly         = "25006" // read_only_sql_transaction: of a standby
	codeIdleTooLong      = "25P03" // idle_in_transaction_session_timeout
	codeTooLong          = "25P04" // transaction_timeout
	codeUnknownStatement = "26000" // invalid_sql_statement_name
	codeSerialization    = "40001" // serialization_failure
	codeDeadlock         = "40P01" // deadlock_detected
	codeLockTimeout      = "55P03" // lock_not_available
	codeCanceled         = "57014" // query_canceled
)

// isConflict reports whether a transaction failed because of others, and can be
// tried again.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == codeSerialization || e.Code == codeDeadlock)
}

// isStale reports whether a prepared statement has to be prepared again: the
// tables have changed so that it has other columns, or the server has lost it.
func isStale(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == codeUnknownStatement ||
		e.Code == codeStalePlan && (e.Routine == "RevalidateCachedQuery" || strings.Contains(e.Message, "cached plan")))
}

// fail turns an error of pgx into one of this package's contract. text is the
// statement that failed, or empty.
func (db *DB) fail(ctx context.Context, text string, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*odata.Error](err); ok {
		return known
	}
	if refused, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// The error holds the configuration, and that the password: keep the text.
		return unavailable(errors.New(refused.Error()))
	}
	said, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case ok && (said.Code != codeCanceled || ctx.Err() == nil):
		if e := failed(said, text); e.Kind != odata.KindUnavailable || ctx.Err() == nil {
			return e
		}
		return ctx.Err()
	case ctx.Err() != nil:
		return ctx.Err()
	}
	// What the server did not say is about the connection.
	return unavailable(err)
}

// failed is what the server's word means for the client.
func failed(said *pgconn.PgError, text string) *odata.Error {
	switch said.Code {
	case codeUnique:
		return conflict("KeyExists", "An entity with this key exists already", said)
	case codeNotNull, codeRestrict:
		return linkRequired(said)
	case codeForeignKey:
		if isReferenced(said, text) {
			return linkRequired(said)
		}
		return conflict("DanglingReference", "A property refers to an entity that does not exist", said)
	case codeOutOfRange:
		return outOfRange(said)
	case codeDivisionByZero:
		return invalid("DivisionByZero", "The expression divides a whole or decimal number by zero", said)
	case codeBadText:
		return badText(said)
	case codeBadBinary:
		return odata.Internal(said)
	case codeCanceled, codeTooLong, codeIdleTooLong:
		return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Err: said,
			Message: "The service could not answer in time"}
	case codeReadOnly, codeLockTimeout, codeSerialization, codeDeadlock:
		return unavailable(said)
	}
	switch said.Code[:min(2, len(said.Code))] {
	case "08", "53", "57", "58": // connection, resources, operator, system
		return unavailable(said)
	case "22":
		return invalid("InvalidValue", "A value is not one that the store can work with", said)
	case "23":
		return conflict("ConstraintViolated", "The change is against a rule of the store", said)
	case "54":
		return &odata.Error{Kind: odata.KindTooLarge, Code: "ValueTooLarge", Err: said,
			Message: "The request or a value in it is larger than the store allows"}
	}
	return odata.Internal(said)
}

// isReferenced tells the two sides of a foreign key apart: whether what was to
// be removed is still referred to. Only the message says so, and it may be
// translated; then what the statement was about decides.
func isReferenced(said *pgconn.PgError, text string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return strings.HasPrefix(said.Message, "update or delete on") ||
		strings.HasPrefix(said.Message, "delete on") || // CockroachDB
		strings.EqualFold(verb, "delete")
}

func conflict(code, message string, cause error) *odata.Error {
	return &odata.Error{Kind: odata.KindConflict, Code: code, Message: message, Err: cause}
}

func linkRequired(cause error) *odata.Error {
	return conflict("LinkRequired", "An entity would be left without a link that it must have", cause)
}

func invalid(code, message string, cause error) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message, Err: cause}
}

func outOfRange(cause error) *odata.Error {
	return invalid("ArithmeticOverflow", "A value is out of the range of its type", cause)
}

func badText(cause error) *odata.Error {
	return invalid("InvalidText", "A text contains a character that the store cannot hold, such as U+0000", cause)
}

func unavailable(cause error) *odata.Error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Err: cause,
		Message: "The store is out of reach or has too much to do at the moment"}
}

// outlived is the error of a context that is used after its transaction.
func outlived() error {
	return odata.Internal(errors.New("postgres: the context of a transaction was used after its end"))
}

package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// binaryFormat says that all arguments are in binary.
var binaryFormat = []int16{pgtype.BinaryFormatCode}

// A prepared statement is known to one connection. Apart from its place in the
// cache it never changes.
type prepared struct {
	statement   *sqldb.Statement
	description *pgconn.StatementDescription
	columns     []column
	formats     []int16 // of the columns, text or binary

	previous, next *prepared // in the cache
}

// A column says how a value is read.
type column struct {
	sqldb.Form
	read reading
}

// A reading is how the bytes of one type become a value of one kind. They are in
// binary unless it says text.
type reading uint8

const (
	readBoolean        reading = iota
	readInteger                // of two, four or eight bytes, to any integer kind
	readWholeNumeric           // numeric to any integer kind
	readTicks                  // integer to Time
	readSingle                 // real to Single
	readFloat                  // real or double precision to Double
	readIntegerFloat           // integer to Double
	readNumericFloat           // numeric to Double
	readNumeric                // numeric to Decimal
	readIntegerDecimal         // integer to Decimal
	readText                   // text to String; also JSON
	readJSONB                  // jsonb to its text
	readGUID                   // uuid to Guid
	readGUIDText               // text to Guid
	readBytes                  // bytea to Binary
	readTimestamp              // timestamp of either sort to DateTime
	readDate                   // date to DateTime
	readInstant                // timestamp of either sort to DateTimeOffset
	readSpatial                // text to any spatial kind
)

// newPrepared decides how each column is read.
func newPrepared(s *sqldb.Statement, description *pgconn.StatementDescription) (*prepared, error) {
	p := &prepared{statement: s, description: description}
	if len(s.Columns) == 0 {
		return p, nil // its rows, if any, are not looked at
	}
	if len(s.Columns) != len(description.Fields) {
		return nil, odata.Internalf("postgres: a statement has %d columns and was said to have %d", len(description.Fields), len(s.Columns))
	}
	p.columns = make([]column, len(s.Columns))
	p.formats = make([]int16, len(s.Columns))
	for i, form := range s.Columns {
		read, format, ok := readingOf(form.Kind, description.Fields[i].DataTypeOID)
		if !ok {
			return nil, odata.Internalf("postgres: column %d of a statement has %s, which does not hold %s",
				i+1, typeName(description.Fields[i].DataTypeOID), form.Kind)
		}
		p.columns[i], p.formats[i] = column{form, read}, format
	}
	return p, nil
}

// readingOf finds how a type is read as a kind.
func readingOf(kind edm.Kind, oid uint32) (read reading, format int16, ok bool) {
	binary := func(read reading) (reading, int16, bool) { return read, pgtype.BinaryFormatCode, true }
	isInteger := oid == pgtype.Int2OID || oid == pgtype.Int4OID || oid == pgtype.Int8OID
	isTimestamp := oid == pgtype.TimestampOID || oid == pgtype.TimestamptzOID
	switch {
	case kind == edm.KindBoolean && oid == pgtype.BoolOID:
		return binary(readBoolean)
	case kind.IsInteger() && isInteger:
		return binary(readInteger)
	case kind.IsInteger() && oid == pgtype.NumericOID: // as sums of bigint are
		return binary(readWholeNumeric)
	case kind == edm.KindTime && isInteger:
		return binary(readTicks)
	case kind == edm.KindSingle && oid == pgtype.Float4OID:
		return binary(readSingle)
	case kind == edm.KindDouble && (oid == pgtype.Float4OID || oid == pgtype.Float8OID):
		return binary(readFloat)
	case kind == edm.KindDouble && isInteger:
		return binary(readIntegerFloat)
	case kind == edm.KindDouble && oid == pgtype.NumericOID: // as averages of integers are
		return binary(readNumericFloat)
	case kind == edm.KindDecimal && oid == pgtype.NumericOID:
		return binary(readNumeric)
	case kind == edm.KindDecimal && isInteger:
		return binary(readIntegerDecimal)
	case kind == edm.KindGuid && oid == pgtype.UUIDOID:
		return binary(readGUID)
	case kind == edm.KindGuid && isText(oid):
		return binary(readGUIDText)
	case kind == edm.KindBinary && oid == pgtype.ByteaOID:
		return binary(readBytes)
	case kind == edm.KindDateTime && isTimestamp:
		return binary(readTimestamp)
	case kind == edm.KindDateTime && oid == pgtype.DateOID:
		return binary(readDate)
	case kind == edm.KindDateTimeOffset && isTimestamp:
		return binary(readInstant)
	case kind.IsSpatial() && isText(oid):
		return binary(readSpatial)
	case isTextual(kind) && isText(oid):
		return binary(readText)
	case isTextual(kind) && oid == pgtype.JSONBOID:
		return binary(readJSONB)
	case isTextual(kind): // of which we may not know the binary form, such as enumerations
		return readText, pgtype.TextFormatCode, true
	}
	return 0, 0, false
}

// isTextual reports whether a kind is stored as text that is not looked into
// here.
func isTextual(k edm.Kind) bool {
	return k == edm.KindString || k == edm.KindCollection || k == edm.KindComplex
}

// isText reports whether the binary form of a type is its text.
func isText(oid uint32) bool {
	switch oid {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.JSONOID, pgtype.XMLOID, pgtype.UnknownOID:
		return true
	}
	return false
}

// typeName names a type for operators.
func typeName(oid uint32) string {
	if t, ok := pgtype.NewMap().TypeForOID(oid); ok {
		return "the type " + t.Name
	}
	return fmt.Sprintf("the type with the OID %d", oid)
}

// parameterTypes are the types of arguments, which say what the placeholders
// mean where SQL leaves that open.
func parameterTypes(forms []sqldb.Form) []uint32 {
	oids := make([]uint32, len(forms))
	for i, form := range forms {
		oids[i] = parameterType(form.Kind)
	}
	return oids
}

// parameterType is 0, let the server decide, for kinds that cannot be stored;
// their arguments are refused.
func parameterType(k edm.Kind) uint32 {
	switch k {
	case edm.KindBoolean:
		return pgtype.BoolOID
	case edm.KindByte, edm.KindSByte, edm.KindInt16:
		return pgtype.Int2OID
	case edm.KindInt32:
		return pgtype.Int4OID
	case edm.KindInt64, edm.KindTime:
		return pgtype.Int8OID
	case edm.KindSingle:
		return pgtype.Float4OID
	case edm.KindDouble:
		return pgtype.Float8OID
	case edm.KindDecimal:
		return pgtype.NumericOID
	case edm.KindGuid:
		return pgtype.UUIDOID
	case edm.KindBinary:
		return pgtype.ByteaOID
	case edm.KindDateTime:
		return pgtype.TimestampOID
	case edm.KindDateTimeOffset:
		return pgtype.TimestamptzOID
	}
	if isTextual(k) || k.IsSpatial() {
		return pgtype.TextOID
	}
	return 0
}

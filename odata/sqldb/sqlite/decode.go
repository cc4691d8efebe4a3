package sqlite

import (
	"math"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// A scanner reads values of SQLite. Texts and blobs are copied into buf, which
// is reused for the next row, so that reading allocates nothing, and nothing
// that is kept by mistake points into memory that SQLite has freed.
type scanner struct {
	tls  *libc.TLS
	utf8 bool // the encoding of the database: text is read without conversion
	buf  []byte
}

// What a value is where another one is wanted, for messages. They never show
// what is stored.
const (
	anInteger      = "an integer"
	aLargeInteger  = "an integer that does not fit"
	aReal          = "a real number"
	aFraction      = "a real number that does not fit"
	aText          = "a text"
	aMalformedText = "a text of another form"
	aBlob          = "a blob"
)

// value reads a value of SQLite as one of a form. Besides the way of storing
// that [sqldb.Form] states it reads what other programs store for the same
// value. For anything else it returns what was found.
//
// The value must be read by nobody else meanwhile, which makes those of a result
// row as good as those of a function's argument.
func (s *scanner) value(v uintptr, form sqldb.Form) (edm.Value, string) {
	switch lib.Xsqlite3_value_type(s.tls, v) {
	case lib.SQLITE_INTEGER:
		return integerAs(form.Kind, lib.Xsqlite3_value_int64(s.tls, v))
	case lib.SQLITE_FLOAT:
		return realAs(form.Kind, lib.Xsqlite3_value_double(s.tls, v))
	case lib.SQLITE_TEXT:
		return s.textAs(form, s.text(v))
	case lib.SQLITE_BLOB:
		return s.blobAs(form.Kind, s.blob(v))
	}
	return edm.Null, ""
}

// text returns a text where SQLite has it. As a blob it is not copied to get a
// NUL behind it.
func (s *scanner) text(v uintptr) []byte {
	if s.utf8 {
		return s.blob(v)
	}
	address := lib.Xsqlite3_value_text(s.tls, v)
	return view(address, int(lib.Xsqlite3_value_bytes(s.tls, v)))
}

func (s *scanner) blob(v uintptr) []byte {
	address := lib.Xsqlite3_value_blob(s.tls, v)
	return view(address, int(lib.Xsqlite3_value_bytes(s.tls, v)))
}

// keep copies b into the row's buffer.
func (s *scanner) keep(b []byte) []byte {
	start := len(s.buf)
	s.buf = append(s.buf, b...)
	return s.buf[start:len(s.buf):len(s.buf)]
}

func integerAs(kind edm.Kind, i int64) (edm.Value, string) {
	switch kind {
	case edm.KindInt32:
		if i == int64(int32(i)) {
			return edm.Int32(int32(i)), ""
		}
	case edm.KindInt64, edm.KindNull:
		return edm.Int64(i), ""
	case edm.KindBoolean:
		if i == 0 || i == 1 {
			return edm.Boolean(i == 1), ""
		}
	case edm.KindInt16:
		if i == int64(int16(i)) {
			return edm.Int16(int16(i)), ""
		}
	case edm.KindByte:
		if i == int64(uint8(i)) {
			return edm.Byte(uint8(i)), ""
		}
	case edm.KindSByte:
		if i == int64(int8(i)) {
			return edm.SByte(int8(i)), ""
		}
	case edm.KindTime:
		return edm.NewTime(i).Value(), ""
	case edm.KindDecimal:
		return edm.DecimalFromInt64(i).Value(), ""
	case edm.KindDouble:
		if f := float64(i); exactly(f, i) {
			return edm.Double(f), ""
		}
	case edm.KindSingle:
		return edm.Single(float32(i)), ""
	default:
		return edm.Null, anInteger
	}
	return edm.Null, aLargeInteger
}

// exactly reports whether f is i. Conversion of a float beyond the range of
// int64 is not defined, hence the bound, which is 2^63.
func exactly(f float64, i int64) bool { return f < 1<<63 && int64(f) == i }

func realAs(kind edm.Kind, f float64) (edm.Value, string) {
	switch kind {
	case edm.KindDouble, edm.KindNull:
		return edm.Double(f), ""
	case edm.KindSingle:
		single := float32(f)
		if math.IsInf(float64(single), 0) && !math.IsInf(f, 0) {
			return edm.Null, aFraction
		}
		return edm.Single(single), ""
	case edm.KindDecimal:
		return realAsDecimal(f)
	case edm.KindBoolean, edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64, edm.KindTime:
		if f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
			return edm.Null, aFraction
		}
		return integerAs(kind, int64(f))
	}
	return edm.Null, aReal
}

// realAsDecimal reads a number of a column with the affinity NUMERIC, where
// SQLite keeps decimals as reals. Up to 15 digits are those that were written.
func realAsDecimal(f float64) (edm.Value, string) {
	if math.IsInf(f, 0) {
		return edm.Null, aFraction
	}
	var buf [400]byte
	d, err := edm.ParseDecimal(viewString(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)))
	if err != nil || d.Precision() > 15 {
		return edm.Null, aFraction
	}
	return d.Value(), ""
}

func (s *scanner) textAs(form sqldb.Form, b []byte) (edm.Value, string) {
	switch form.Kind {
	case edm.KindString, edm.KindCollection, edm.KindComplex, edm.KindNull:
		return edm.StringBytes(s.keep(b)), ""
	case edm.KindDateTime:
		if ticks, ok := parseClock(b); ok {
			zone := edm.NoZone
			if form.UTC && ticks != 0 {
				zone = edm.UTC
			}
			d, _ := edm.NewDateTime(ticks, zone) // parsed dates are in the range
			return d.Value(), ""
		}
	case edm.KindDateTimeOffset:
		if ticks, ok := parseClock(b); ok {
			d, _ := edm.NewDateTimeOffset(ticks, 0)
			return d.Value(), ""
		}
	case edm.KindGuid:
		if g, ok := parseGUID(b); ok {
			return g, ""
		}
	case edm.KindDecimal:
		if d, ok := parseDecimal(b); ok {
			return d.Value(), ""
		}
	case edm.KindDouble:
		if string(b) == "NaN" {
			return edm.Double(math.NaN()), ""
		}
	case edm.KindSingle:
		if string(b) == "NaN" {
			return edm.Single(float32(math.NaN())), ""
		}
	default:
		if !form.Kind.IsSpatial() {
			return edm.Null, aText
		}
		if v, err := edm.ParseText(form.Kind, viewString(s.keep(b))); err == nil {
			return v, ""
		}
	}
	return edm.Null, aMalformedText
}

func (s *scanner) blobAs(kind edm.Kind, b []byte) (edm.Value, string) {
	switch kind {
	case edm.KindBinary, edm.KindNull:
		return edm.Binary(s.keep(b)), ""
	case edm.KindGuid: // in the order of its text
		if len(b) == len(edm.GUID{}) {
			return edm.GUID(b).Value(), ""
		}
	}
	return edm.Null, aBlob
}

package sqlite

import (
	"math"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	lib "modernc.org/sqlite/lib"
)

// A cell is a value as SQLite stores it.
type cell struct {
	class   int32 // SQLITE_NULL, SQLITE_INTEGER, …
	integer int64
	real    float64
	data    []byte // of a text or blob: of the value, or in cells.text
}

// cells are values on their way to SQLite. Both slices are reused.
type cells struct {
	list []cell
	text []byte // what was written for values that are no texts themselves
	size int    // of all data together
}

// maxKeptText is the size up to which the text is kept for reuse.
const maxKeptText = 64 << 10

func (c *cells) reset() {
	clear(c.list) // the values belong to the caller
	c.list = c.list[:0]
	c.text = c.text[:0]
	if cap(c.text) > maxKeptText {
		c.text = nil
	}
	c.size = 0
}

// add appends v in the way the form is stored, or returns what v is if the form
// cannot store it. The zero Form stores each kind in its own way.
func (c *cells) add(v edm.Value, form sqldb.Form) (problem string) {
	kind := v.Kind()
	start := len(c.text)
	switch {
	case kind == edm.KindNull:
		c.list = append(c.list, cell{class: lib.SQLITE_NULL})
		return ""
	case form.Kind == edm.KindNull:
	case kind.IsInteger() && form.Kind.IsInteger():
	case kind.IsInteger() && (form.Kind == edm.KindDouble || form.Kind == edm.KindSingle):
		c.list = append(c.list, cell{class: lib.SQLITE_FLOAT, real: float64(v.Int())})
		return ""
	case kind.IsInteger() && form.Kind == edm.KindDecimal:
		c.text = edm.DecimalFromInt64(v.Int()).AppendText(c.text)
		c.addText(c.text[start:])
		return ""
	case isFloat(kind) && isFloat(form.Kind):
	case kind == edm.KindString && (form.Kind == edm.KindCollection || form.Kind == edm.KindComplex): // JSON
	case kind.IsSpatial() && form.Kind.IsSpatial() && kind.IsGeography() == form.Kind.IsGeography():
	case kind != form.Kind:
		return kind.String() + " where " + form.Kind.String() + " is stored"
	}
	switch kind {
	case edm.KindBoolean:
		i := int64(0)
		if v.Bool() {
			i = 1
		}
		c.addInteger(i)
	case edm.KindByte, edm.KindSByte, edm.KindInt16, edm.KindInt32, edm.KindInt64:
		c.addInteger(v.Int())
	case edm.KindTime:
		c.addInteger(v.Time().Ticks())
	case edm.KindSingle, edm.KindDouble:
		f := v.Float()
		if math.IsNaN(f) { // SQLite has none and would store NULL
			c.text = append(c.text, "NaN"...)
			c.addText(c.text[start:])
			return ""
		}
		c.list = append(c.list, cell{class: lib.SQLITE_FLOAT, real: f})
	case edm.KindString:
		c.addText(bytesOf(v.Str()))
	case edm.KindBinary:
		b := v.Bytes()
		c.list = append(c.list, cell{class: lib.SQLITE_BLOB, data: b})
		c.size += len(b)
	case edm.KindDateTime:
		d := v.DateTime()
		return c.addClock(d.Ticks() - int64(d.Zone().Minutes())*ticksPerMinute)
	case edm.KindDateTimeOffset:
		d := v.DateTimeOffset()
		return c.addClock(d.Ticks() - int64(d.Offset())*ticksPerMinute)
	case edm.KindDecimal, edm.KindGuid:
		c.text = edm.AppendText(c.text, v)
		c.addText(c.text[start:])
	default:
		if !kind.IsSpatial() {
			return kind.String() + ", which has no stored form of its own"
		}
		c.text = edm.AppendText(c.text, v)
		c.addText(c.text[start:])
	}
	return ""
}

func isFloat(k edm.Kind) bool { return k == edm.KindSingle || k == edm.KindDouble }

func (c *cells) addInteger(i int64) {
	c.list = append(c.list, cell{class: lib.SQLITE_INTEGER, integer: i})
}

// addText adds a text. When c.text moves later, b still has the old place, which
// nobody changes.
func (c *cells) addText(b []byte) {
	c.list = append(c.list, cell{class: lib.SQLITE_TEXT, data: b})
	c.size += len(b)
}

func (c *cells) addClock(utc int64) (problem string) {
	start := len(c.text)
	text, ok := appendClock(c.text, utc)
	if !ok {
		return "a time that is outside the years 0001 to 9999 in UTC"
	}
	c.text = text
	c.addText(text[start:])
	return ""
}

// bytesOf views a text as bytes, which must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

package format

import (
	"bytes"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A JSONField is a member with a primitive value: its name, encoded once for
// any number of rows, and where a row holds the value.
//
// The name is kept with everything around it, as in ,"Since":" with the quote
// that opens a string. Most kinds are strings in JSON; for the others the quote
// is taken back. A name of usual length is copied as a block of constant size,
// which costs a fraction of an append.
type JSONField struct {
	index int
	size  int // of the name within block; 0 when it is longer than that
	block [32]byte
	long  []byte
}

// NewJSONField plans the member called name, whose values stand at index.
func NewJSONField(name string, index int) JSONField {
	f := JSONField{index: index}
	var buf [64]byte
	text := AppendJSONText(append(buf[:0], `,"`...), name)
	text = append(text, `":"`...)
	if len(text) <= len(f.block) {
		f.size = copy(f.block[:], text)
	} else {
		f.long = bytes.Clone(text)
	}
	return f
}

// appendName appends the name up to the quote that opens the value.
func (f *JSONField) appendName(dst []byte) []byte {
	n := len(dst)
	switch {
	case f.size == 0:
		return append(dst, f.long...)
	case cap(dst)-n < len(f.block):
		return append(dst, f.block[:f.size]...)
	}
	dst = dst[:n+len(f.block)]
	*(*[len(f.block)]byte)(dst[n:]) = f.block
	return dst[:n+f.size]
}

// AppendJSONFields appends a member for each field, a comma before each, with
// values as by [AppendJSONPrimitive].
func AppendJSONFields(dst []byte, fields []JSONField, values []edm.Value, dialect JSONDialect) []byte {
	for i := range fields {
		f := &fields[i]
		v := &values[f.index]
		dst = f.appendName(dst)
		// The usual kinds are handled here, to save their rows a call per value.
		switch v.Kind() {
		case edm.KindString:
			dst = AppendJSONText(dst, v.Str())
		case edm.KindGuid:
			dst = v.GUID().AppendText(dst)
		case edm.KindInt64:
			dst = strconv.AppendInt(dst, v.Int(), 10)
		case edm.KindInt32:
			dst = strconv.AppendInt(dst[:len(dst)-1], v.Int(), 10)
			continue
		case edm.KindBoolean:
			dst = strconv.AppendBool(dst[:len(dst)-1], v.Bool())
			continue
		case edm.KindNull:
			dst = append(dst[:len(dst)-1], "null"...)
			continue
		default:
			dst = appendOpened(dst, v, dialect)
			continue
		}
		dst = append(dst, '"')
	}
	return dst
}

package format

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A JSONField is a member with a primitive value: its name, encoded once for
// any number of rows, and where a row holds the value.
//
// The name is kept with everything around it, as in ,"Since":" with the quote
// that opens a string; the kinds that are no strings are written over the
// quote. A name of usual length is copied as a block of constant size, which
// costs a fraction of an append.
type JSONField struct {
	block [nameRoom]byte
	size  int // of the name within block; 0 when it is longer than that
	index int

	// room is what block and value need; more than there can be where that is
	// not all to write.
	room int

	long       []byte // the name, when it is longer than block
	annotation []byte // as in Annotated
}

const (
	nameRoom  = 32
	valueRoom = 48 // for any value that is written in place, and a word behind it
)

// NewJSONField plans the member called name, whose values stand at index.
func NewJSONField(name string, index int) JSONField {
	var buf [64]byte
	text := AppendJSONText(append(buf[:0], `,"`...), name)
	return newJSONField(append(text, `":"`...), index)
}

func newJSONField(text []byte, index int) JSONField {
	f := JSONField{index: index, room: nameRoom + valueRoom}
	if len(text) <= nameRoom {
		f.size = copy(f.block[:], text)
	} else {
		f.long = bytes.Clone(text)
		f.room = math.MaxInt
	}
	return f
}

// Annotated returns f with a member before it where JSON does not tell the type
// of the value, see [TellsType]. The annotation is JSON text that begins with a
// comma, such as ,"Since@odata.type":"Edm.DateTime", and is not copied.
func (f JSONField) Annotated(annotation []byte) JSONField {
	f.annotation = annotation
	f.room = math.MaxInt
	return f
}

// AppendJSONFields appends a member for each field, a comma before each, with
// values as by [AppendJSONPrimitive].
//
// Rows spend most of their time here. So b is all of dst's memory, at is where
// to go on, and what has a bounded size is written there without an append:
// there is a room check per field. Kinds are told apart by comparisons, the
// usual ones first, which processors predict better than the jump that a switch
// over values makes.
func AppendJSONFields(dst []byte, fields []JSONField, values []edm.Value, dialect JSONDialect) []byte {
	b, at := whole(dst)
	for i := range fields {
		f := &fields[i]
		v := &values[f.index]
		if len(b)-at < f.room {
			b, at = whole(f.appendName(b[:at], v))
		} else {
			*(*[nameRoom]byte)(b[at:]) = f.block
			at += f.size
		}
		switch kind := v.Kind(); {
		case kind == edm.KindString:
			b, at = putText(b, at, v.Str())
		case kind == edm.KindNull:
			at = putWord(b, at-1, "null")
			continue
		case kind == edm.KindInt32:
			at = putInt(b, at-1, v.Int())
			continue
		case kind == edm.KindBoolean:
			if v.Bool() {
				at = putWord(b, at-1, "true")
			} else {
				b[at-1] = 'f'
				at = putWord(b, at, "alse")
			}
			continue
		case kind == edm.KindDateTime && dialect != DialectVerbose2:
			b, at = whole(append(v.DateTime().AppendText(b[:at]), '"'))
			continue
		case kind == edm.KindInt64:
			at = putInt(b, at, v.Int())
		case kind == edm.KindGuid:
			hi, lo := v.GUIDWords()
			at = putGUID(b, at, hi, lo)
		case kind == edm.KindDecimal:
			b, at = whole(append(v.Decimal().AppendText(b[:at]), '"'))
			continue
		case kind == edm.KindDouble:
			if end, ok := putDouble(b, at-1, v.Float(), dialect == DialectLight); ok {
				at = end
			} else {
				b, at = whole(appendDouble(b[:at], v, dialect))
			}
			continue
		default:
			b, at = whole(appendRare(b[:at], v, dialect))
			continue
		}
		b[at] = '"'
		at++
	}
	return b[:at]
}

// whole returns all the memory of dst, and where dst ends in it.
func whole(dst []byte) ([]byte, int) { return dst[:cap(dst)], len(dst) }

// appendName appends the name of v up to the quote that opens it, where
// AppendJSONFields cannot, and makes room for the value.
func (f *JSONField) appendName(dst []byte, v *edm.Value) []byte {
	if f.annotation != nil && !TellsType(*v) {
		dst = append(dst, f.annotation...)
	}
	if f.long != nil {
		dst = append(dst, f.long...)
	} else {
		dst = append(dst, f.block[:f.size]...)
	}
	return slices.Grow(dst, valueRoom)
}

// putWord writes a word of four letters at b[at:] and returns where it ends.
func putWord(b []byte, at int, word string) int {
	binary.LittleEndian.PutUint32(b[at:], uint32(halfWord(word)))
	return at + 4
}

package typed

import (
	"time"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
)

// An accessor reads one Go value out of the struct that holds it. Reflection
// made it; reading uses none and allocates nothing.
//
// Why the unsafe code in this file is sound: offset, from and the accessors
// below one were all derived from the same reflect.Type, so at offset within a
// value of that type lies a value of the Go type that from stands for. The
// pointer read starts from comes from a live *T and is only moved by
// unsafe.Add, which keeps the struct reachable. Nothing is written here: see
// setter.
type accessor struct {
	offset  uintptr
	from    source
	to      edm.Kind
	pointer bool           // a pointer to the value lies at offset
	zero    unsafe.Pointer // read in place of a nil pointer; nil: null
	nilNull bool           // a nil slice of bytes is null

	members []accessor // of a struct, offsets within it
	item    *accessor  // of a slice, offset 0
	stride  uintptr    // from one item to the next
}

// room is how many values of a row lie outside its top level when no
// collection has items.
func (a *accessor) room() int {
	n := len(a.members)
	for i := range a.members {
		n += a.members[i].room()
	}
	return n
}

// An arena hands out the memory for members and items of one row.
type arena struct {
	spare []edm.Value
	used  int // counts what spare could not serve, too
}

func (m *arena) take(n int) []edm.Value {
	m.used += n
	if n > len(m.spare) {
		return make([]edm.Value, n)
	}
	taken := m.spare[:n:n]
	m.spare = m.spare[n:]
	return taken
}

// read stores the value that base's struct holds into out.
func (a *accessor) read(base unsafe.Pointer, out *edm.Value, m *arena) {
	p := unsafe.Add(base, a.offset)
	if a.pointer {
		if p = *(*unsafe.Pointer)(p); p == nil {
			if p = a.zero; p == nil {
				*out = edm.Null
				return
			}
		}
	}
	switch a.from {
	case fromBool:
		*out = edm.Boolean(*(*bool)(p))
	case fromInt8:
		*out = integer(a.to, int64(*(*int8)(p)))
	case fromInt16:
		*out = integer(a.to, int64(*(*int16)(p)))
	case fromInt32:
		*out = integer(a.to, int64(*(*int32)(p)))
	case fromInt64:
		*out = integer(a.to, *(*int64)(p))
	case fromUint8:
		*out = integer(a.to, int64(*(*uint8)(p)))
	case fromUint16:
		*out = integer(a.to, int64(*(*uint16)(p)))
	case fromUint32:
		*out = integer(a.to, int64(*(*uint32)(p)))
	case fromUint64:
		*out = unsigned(*(*uint64)(p))
	case fromFloat32:
		if f := *(*float32)(p); a.to == edm.KindDouble {
			*out = edm.Double(float64(f))
		} else {
			*out = edm.Single(f)
		}
	case fromFloat64:
		*out = edm.Double(*(*float64)(p))
	case fromString:
		*out = edm.String(*(*string)(p))
	case fromBytes:
		if b := *(*[]byte)(p); b == nil && a.nilNull {
			*out = edm.Null
		} else {
			*out = edm.Binary(b)
		}
	case fromGUID:
		*out = (*(*edm.GUID)(p)).Value()
	case fromDateTime:
		*out = (*(*edm.DateTime)(p)).Value()
	case fromDateTimeOffset:
		*out = (*(*edm.DateTimeOffset)(p)).Value()
	case fromTime:
		*out = (*(*edm.Time)(p)).Value()
	case fromDecimal:
		*out = (*(*edm.Decimal)(p)).Value()
	case fromGoTime:
		if t := *(*time.Time)(p); a.to == edm.KindDateTime {
			*out = edm.DateTimeFrom(t).Value()
		} else {
			*out = edm.DateTimeOffsetFrom(t).Value()
		}
	case fromDuration:
		*out = edm.TimeFrom(*(*time.Duration)(p)).Value()
	case fromStruct:
		members := m.take(len(a.members))
		for i := range a.members {
			a.members[i].read(p, &members[i], m)
		}
		*out = edm.Complex(members)
	case fromSlice:
		// Any slice has the header of this one, whose items have no size.
		header := *(*[]struct{})(p)
		items := m.take(len(header))
		first := unsafe.Pointer(unsafe.SliceData(header))
		for i := range items {
			a.item.read(unsafe.Add(first, uintptr(i)*a.stride), &items[i], m)
		}
		*out = edm.Collection(items)
	default:
		*out = edm.Null
	}
}

// integer makes the value of an integer that fits k.
func integer(k edm.Kind, n int64) edm.Value {
	switch k {
	case edm.KindInt32:
		return edm.Int32(int32(n))
	case edm.KindInt64:
		return edm.Int64(n)
	case edm.KindInt16:
		return edm.Int16(int16(n))
	case edm.KindByte:
		return edm.Byte(uint8(n))
	case edm.KindSByte:
		return edm.SByte(int8(n))
	}
	return edm.DecimalFromInt64(n).Value()
}

// unsigned makes a decimal of an integer that may not fit an int64.
func unsigned(n uint64) edm.Value {
	half := edm.DecimalFromInt64(int64(n >> 1))
	// Twenty digits are far from the limit of decimals, so sums cannot fail.
	twice, _ := half.Add(half)
	sum, _ := twice.Add(edm.DecimalFromInt64(int64(n & 1)))
	return sum.Value()
}

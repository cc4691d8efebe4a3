package typed

import (
	"reflect"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A source says how a Go value lies in memory, and so how to read it.
type source uint8

const (
	fromNothing source = iota
	fromBool
	fromInt8
	fromInt16
	fromInt32
	fromInt64
	fromUint8
	fromUint16
	fromUint32
	fromUint64
	fromFloat32
	fromFloat64
	fromString
	fromBytes
	fromGUID
	fromDateTime
	fromDateTimeOffset
	fromTime
	fromDecimal
	fromGoTime
	fromDuration
	fromStruct
	fromSlice
)

// sourceOf finds how values of t are read and the EDM kind they have unless
// the tag names another. Structs and slices have KindComplex and
// KindCollection. fromNothing means that no property can have type t.
func sourceOf(t reflect.Type) (source, edm.Kind) {
	switch t {
	case reflect.TypeFor[edm.DateTime]():
		return fromDateTime, edm.KindDateTime
	case reflect.TypeFor[edm.DateTimeOffset]():
		return fromDateTimeOffset, edm.KindDateTimeOffset
	case reflect.TypeFor[edm.Time]():
		return fromTime, edm.KindTime
	case reflect.TypeFor[edm.Decimal]():
		return fromDecimal, edm.KindDecimal
	case reflect.TypeFor[time.Time]():
		return fromGoTime, edm.KindDateTimeOffset
	case reflect.TypeFor[time.Duration]():
		return fromDuration, edm.KindTime
	}
	switch t.Kind() {
	case reflect.Bool:
		return fromBool, edm.KindBoolean
	case reflect.Int8:
		return fromInt8, edm.KindSByte
	case reflect.Int16:
		return fromInt16, edm.KindInt16
	case reflect.Int32:
		return fromInt32, edm.KindInt32
	case reflect.Int64:
		return fromInt64, edm.KindInt64
	case reflect.Uint8:
		return fromUint8, edm.KindByte
	case reflect.Uint16:
		return fromUint16, edm.KindInt32
	case reflect.Uint32:
		return fromUint32, edm.KindInt64
	case reflect.Uint64:
		return fromUint64, edm.KindDecimal
	case reflect.Float32:
		return fromFloat32, edm.KindSingle
	case reflect.Float64:
		return fromFloat64, edm.KindDouble
	case reflect.String:
		return fromString, edm.KindString
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return fromBytes, edm.KindBinary
		}
		return fromSlice, edm.KindCollection
	case reflect.Array:
		if t.Len() == len(edm.GUID{}) && t.Elem().Kind() == reflect.Uint8 {
			return fromGUID, edm.KindGuid
		}
	case reflect.Struct:
		// A type defined from a known struct lies in memory as that one does.
		for _, known := range []reflect.Type{
			reflect.TypeFor[edm.DateTime](), reflect.TypeFor[edm.DateTimeOffset](), reflect.TypeFor[edm.Time](),
			reflect.TypeFor[edm.Decimal](), reflect.TypeFor[time.Time](),
		} {
			if t.ConvertibleTo(known) {
				return sourceOf(known)
			}
		}
		return fromStruct, edm.KindComplex
	}
	return fromNothing, edm.KindNull
}

// refusal says why t cannot be the type of a property and what to use.
func refusal(t reflect.Type) (problem, advice string) {
	problem = "Go type " + t.String() + " has no EDM type"
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		return "the size of " + t.String() + " depends on the machine", "use int32 for Edm.Int32 or int64 for Edm.Int64"
	case reflect.Map:
		return problem, "tag a map[string]edm.Value or map[string]any with `odata:\",dynamic\"`, or leave the field out with `odata:\"-\"`"
	case reflect.Pointer:
		return problem, "use at most one pointer, which makes the property nullable"
	case reflect.Array:
		return problem, "use a slice, or [16]byte for Edm.Guid"
	case reflect.Complex64, reflect.Complex128:
		return problem, "use a struct of two float64 fields, or leave the field out with `odata:\"-\"`"
	}
	return problem, "use another type, or leave the field out with `odata:\"-\"`"
}

// canBe reports whether every value of s fits the kind without loss.
func (s source) canBe(k edm.Kind) bool {
	bits, signed := s.integer()
	if bits > 0 {
		switch k {
		case edm.KindByte:
			return bits <= 8 && !signed
		case edm.KindSByte:
			return bits <= 8 && signed
		case edm.KindInt16:
			return bits < 16 || bits == 16 && signed
		case edm.KindInt32:
			return bits < 32 || bits == 32 && signed
		case edm.KindInt64:
			return bits < 64 || bits == 64 && signed
		case edm.KindDecimal:
			return true
		}
		return false
	}
	switch s {
	case fromBool:
		return k == edm.KindBoolean
	case fromFloat32:
		return k == edm.KindSingle || k == edm.KindDouble
	case fromFloat64:
		return k == edm.KindDouble
	case fromString:
		return k == edm.KindString
	case fromBytes:
		return k == edm.KindBinary
	case fromGUID:
		return k == edm.KindGuid
	case fromDateTime:
		return k == edm.KindDateTime
	case fromDateTimeOffset:
		return k == edm.KindDateTimeOffset
	case fromGoTime:
		return k == edm.KindDateTime || k == edm.KindDateTimeOffset
	case fromTime, fromDuration:
		return k == edm.KindTime
	case fromDecimal:
		return k == edm.KindDecimal
	}
	return false
}

// integer returns the size of an integer source, 0 for other sources.
func (s source) integer() (bits int, signed bool) {
	switch s {
	case fromInt8:
		return 8, true
	case fromInt16:
		return 16, true
	case fromInt32:
		return 32, true
	case fromInt64:
		return 64, true
	case fromUint8:
		return 8, false
	case fromUint16:
		return 16, false
	case fromUint32:
		return 32, false
	case fromUint64:
		return 64, false
	}
	return 0, false
}

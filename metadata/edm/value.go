package edm

import (
	"math"
	"unsafe"
)

// A Value is one value of the Entity Data Model: null, a primitive value, a
// complex value or a collection. The zero Value is [Null].
//
// Value is a small tagged struct rather than an interface, so that a row of
// values is one block of memory: numbers, booleans, guids, dates, decimals of up
// to 38 digits and points live inside it, and strings, bytes, elements and other
// shapes are referred to. Making one allocates nothing. A Value is immutable through its
// methods and may be shared between goroutines as long as nobody changes the
// memory it refers to; [Value.Clone] makes a Value that refers to nothing else.
//
// Values cannot be compared with ==, because the same value may be held in
// different memory: use [Value.Equal] for identity and [Compare] for order.
type Value struct {
	// What the fields hold depends on the kind in the tag:
	//
	//	Boolean                lo: 0 or 1
	//	Byte .. Int64, SByte   lo: the integer as int64 bits
	//	Single                 lo: math.Float32bits
	//	Double                 lo: math.Float64bits
	//	Guid                   hi, lo: its 16 bytes, big-endian
	//	DateTime               lo: clock ticks; aux: the Zone
	//	DateTimeOffset         lo: clock ticks; aux: offset in minutes
	//	Time                   lo: ticks
	//	Decimal                hi, lo: coefficient; aux: scale; neg: sign;
	//	                       ptr: the digits, beyond 38 of them
	//	String, Binary         ptr, lo: first byte and length
	//	Geography .. Geometry  lo, hi: x and y of a plain point; aux: its SRID;
	//	                       ptr: the *shape of anything else
	//	Complex, Collection    ptr, lo: first element and length
	tag
	lo, hi uint64
	ptr    unsafe.Pointer
}

// A tag is what a Value has besides data. It is a struct of its own because
// the compiler keeps a struct in registers only up to four fields at each
// level, which halves the cost of making and reading Values.
type tag struct {
	_    [0]func() // not comparable
	kind Kind
	neg  bool
	aux  int16
}

// Why the unsafe code in this file is sound:
//
//   - ptr is only ever the data pointer of a live string or slice, taken with
//     unsafe.StringData or unsafe.SliceData, the *string of a Decimal, or the
//     *shape of a Spatial. It is typed unsafe.Pointer, so the collector follows
//     it and the memory outlives the Value.
//   - lo holds the length that belonged to ptr, and kind says whether the
//     memory is bytes, Values, a string or a shape. All three are set together,
//     by the one function that knows the type, and never changed afterwards.
//     Each accessor checks kind before it rebuilds what was there, so the memory
//     is never read as another type, nor beyond its length.
//   - A slice is rebuilt with its capacity cut to its length, so appending to
//     it cannot write into memory the Value was not given.
//   - StringBytes lets a string view bytes that their owner may change later.
//     That is the documented bargain of that function, and the only place
//     where a string could be seen to change.

// Null is the null value. It is the zero Value.
var Null Value

// Boolean returns an Edm.Boolean.
func Boolean(b bool) Value {
	if b {
		return Value{tag: tag{kind: KindBoolean}, lo: 1}
	}
	return Value{tag: tag{kind: KindBoolean}}
}

// Byte returns an Edm.Byte.
func Byte(i uint8) Value { return Value{tag: tag{kind: KindByte}, lo: uint64(i)} }

// SByte returns an Edm.SByte.
func SByte(i int8) Value { return Value{tag: tag{kind: KindSByte}, lo: uint64(i)} }

// Int16 returns an Edm.Int16.
func Int16(i int16) Value { return Value{tag: tag{kind: KindInt16}, lo: uint64(i)} }

// Int32 returns an Edm.Int32.
func Int32(i int32) Value { return Value{tag: tag{kind: KindInt32}, lo: uint64(i)} }

// Int64 returns an Edm.Int64.
func Int64(i int64) Value { return Value{tag: tag{kind: KindInt64}, lo: uint64(i)} }

// Single returns an Edm.Single.
func Single(f float32) Value {
	return Value{tag: tag{kind: KindSingle}, lo: uint64(math.Float32bits(f))}
}

// Double returns an Edm.Double.
func Double(f float64) Value { return Value{tag: tag{kind: KindDouble}, lo: math.Float64bits(f)} }

// String returns an Edm.String, which is the text s as it is: it should be
// UTF-8, and everything this package parses is.
func String(s string) Value {
	return Value{tag: tag{kind: KindString}, ptr: unsafe.Pointer(unsafe.StringData(s)), lo: uint64(len(s))}
}

// StringBytes returns an Edm.String that aliases b instead of copying it, for
// rows whose text lies in a scan buffer. The Value, and every string taken
// from it, is valid only until b is changed: whoever keeps one longer must
// call [Value.Clone] first.
func StringBytes(b []byte) Value {
	return Value{tag: tag{kind: KindString}, ptr: unsafe.Pointer(unsafe.SliceData(b)), lo: uint64(len(b))}
}

// Binary returns an Edm.Binary that aliases b. A nil b is an empty value, not
// a null.
func Binary(b []byte) Value {
	return Value{tag: tag{kind: KindBinary}, ptr: unsafe.Pointer(unsafe.SliceData(b)), lo: uint64(len(b))}
}

// Complex returns a value of a complex type. The members are parallel to the
// properties of that type, inherited ones first. The slice is aliased.
func Complex(members []Value) Value {
	return Value{tag: tag{kind: KindComplex}, ptr: unsafe.Pointer(unsafe.SliceData(members)), lo: uint64(len(members))}
}

// Collection returns a collection of primitive or complex values. The slice is
// aliased. A collection is never null: nil items make an empty one.
func Collection(items []Value) Value {
	return Value{tag: tag{kind: KindCollection}, ptr: unsafe.Pointer(unsafe.SliceData(items)), lo: uint64(len(items))}
}

// Value returns g as an Edm.Guid.
func (g GUID) Value() Value {
	hi, lo := g.words()
	return Value{tag: tag{kind: KindGuid}, hi: hi, lo: lo}
}

// GUIDFromWords returns the Edm.Guid whose 16 bytes are two words, big-endian. It is
// for those who read and write many: it takes no detour over bytes.
func GUIDFromWords(hi, lo uint64) Value { return Value{tag: tag{kind: KindGuid}, hi: hi, lo: lo} }

// GUIDWords returns the words that make [GUIDFromWords] return v, an Edm.Guid.
func (v Value) GUIDWords() (hi, lo uint64) {
	if v.kind != KindGuid {
		wrongKind("GUIDWords", v.kind)
	}
	return v.hi, v.lo
}

// Value returns d as an Edm.DateTime.
func (d DateTime) Value() Value {
	return Value{tag: tag{kind: KindDateTime, aux: int16(d.zone)}, lo: uint64(d.ticks)}
}

// Value returns d as an Edm.DateTimeOffset.
func (d DateTimeOffset) Value() Value {
	return Value{tag: tag{kind: KindDateTimeOffset, aux: d.offset}, lo: uint64(d.ticks)}
}

// Value returns t as an Edm.Time.
func (t Time) Value() Value { return Value{tag: tag{kind: KindTime}, lo: uint64(t.ticks)} }

// Value returns d as an Edm.Decimal.
func (d Decimal) Value() Value {
	return Value{
		tag: tag{kind: KindDecimal, neg: d.neg, aux: int16(d.scale)},
		hi:  d.coef.hi, lo: d.coef.lo, ptr: unsafe.Pointer(d.long),
	}
}

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// Bool returns the value of an Edm.Boolean. It panics on any other kind, as
// all accessors do: asking for the wrong one is a mistake of the program.
func (v Value) Bool() bool {
	if v.kind != KindBoolean {
		wrongKind("Bool", v.kind)
	}
	return v.lo != 0
}

// Int returns the value of any integer kind.
func (v Value) Int() int64 {
	if !v.kind.IsInteger() {
		wrongKind("Int", v.kind)
	}
	return int64(v.lo)
}

// Float returns the value of an Edm.Double, or of an Edm.Single exactly.
func (v Value) Float() float64 {
	switch v.kind {
	case KindDouble:
		return math.Float64frombits(v.lo)
	case KindSingle:
		return float64(math.Float32frombits(uint32(v.lo)))
	}
	wrongKind("Float", v.kind)
	return 0
}

// Str returns the text of an Edm.String without copying it.
func (v Value) Str() string {
	if v.kind != KindString {
		wrongKind("Str", v.kind)
	}
	return unsafe.String((*byte)(v.ptr), int(v.lo))
}

// Bytes returns the bytes of an Edm.Binary without copying them.
func (v Value) Bytes() []byte {
	if v.kind != KindBinary {
		wrongKind("Bytes", v.kind)
	}
	return unsafe.Slice((*byte)(v.ptr), int(v.lo))
}

// GUID returns the value of an Edm.Guid.
func (v Value) GUID() GUID {
	if v.kind != KindGuid {
		wrongKind("GUID", v.kind)
	}
	return guidFromWords(v.hi, v.lo)
}

// DateTime returns the value of an Edm.DateTime.
func (v Value) DateTime() DateTime {
	if v.kind != KindDateTime {
		wrongKind("DateTime", v.kind)
	}
	return DateTime{ticks: int64(v.lo), zone: Zone(v.aux)}
}

// DateTimeOffset returns the value of an Edm.DateTimeOffset.
func (v Value) DateTimeOffset() DateTimeOffset {
	if v.kind != KindDateTimeOffset {
		wrongKind("DateTimeOffset", v.kind)
	}
	return DateTimeOffset{ticks: int64(v.lo), offset: v.aux}
}

// Time returns the value of an Edm.Time.
func (v Value) Time() Time {
	if v.kind != KindTime {
		wrongKind("Time", v.kind)
	}
	return Time{ticks: int64(v.lo)}
}

// Decimal returns the value of an Edm.Decimal without copying its digits.
func (v Value) Decimal() Decimal {
	if v.kind != KindDecimal {
		wrongKind("Decimal", v.kind)
	}
	return Decimal{
		decimalTag: decimalTag{scale: uint16(v.aux), neg: v.neg},
		coef:       uint128{hi: v.hi, lo: v.lo},
		long:       (*string)(v.ptr),
	}
}

// Elements returns the members of a complex value, in the order of the type's
// properties, or the items of a collection. The slice is not a copy and must
// not be changed.
func (v Value) Elements() []Value {
	if v.kind != KindComplex && v.kind != KindCollection {
		wrongKind("Elements", v.kind)
	}
	return unsafe.Slice((*Value)(v.ptr), int(v.lo))
}

func wrongKind(method string, k Kind) {
	panic("edm: Value." + method + " called on " + k.String())
}

// viewString lets a parser read the bytes in b as a string for the length of
// one call. The callee must not keep the string, since b is reused.
func viewString(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}

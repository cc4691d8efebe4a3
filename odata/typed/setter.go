package typed

import (
	"bytes"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A setter writes one value into the Go struct that holds its field. Reflection
// made it; setting uses none but to allocate what pointers and slices lead to,
// since only the Go type tells the garbage collector what lies there.
//
// Why the unsafe code in this file is sound: offset, as and the setters below
// one were all derived from the same reflect.Type, so at offset within a value
// of that type lies a value of the Go type that as stands for, perhaps behind a
// pointer. The pointer it starts from comes from a live *T and is only moved by
// unsafe.Add, which keeps the struct reachable. A value is stored only after
// its kind was found to be the setter's.
type setter struct {
	offset  uintptr
	as      source
	kind    edm.Kind
	pointer bool
	notNull bool
	name    string
	goType  reflect.Type // of the value, without the pointer

	members []setter // of a struct, offsets within it
	item    *setter  // of a slice, offset 0
}

// A misfit says which value does not fit its field and why. It holds names of
// the model only, no values.
type misfit struct {
	path   string // "Home/City", "Tags[2]"
	reason string // continues the path: "is null"
}

func (m *misfit) Error() string { return m.path + " " + m.reason }

// within puts what leads to the misfit before its path.
func (m *misfit) within(outer string) *misfit {
	if m.path != "" && m.path[0] != '[' {
		outer += "/"
	}
	m.path = outer + m.path
	return m
}

// setter is the way to set p, once everything else about p is settled.
func (p *property) setter() setter {
	s := setter{offset: p.offset, as: p.from, kind: p.to, pointer: p.pointer,
		notNull: p.declared.NotNull, name: p.declared.Name, goType: p.goType}
	if p.pointer {
		s.goType = p.goType.Elem()
	}
	value := &s
	if s.as == fromSlice {
		s.item = &setter{as: p.item.from, kind: p.item.to, notNull: true, goType: s.goType.Elem()}
		value = s.item
	}
	if p.complex != nil {
		for i := range p.complex.properties {
			value.members = append(value.members, p.complex.properties[i].set)
		}
	}
	return s
}

// assign sets the fields of v behind steps.
func assign[T any](v *T, values []edm.Value, steps []*property) *misfit {
	for i, p := range steps {
		if at := p.set.set(unsafe.Pointer(v), values[i]); at != nil {
			return at.within(p.set.name)
		}
	}
	return nil
}

// set stores v into the field of the struct at base.
func (s *setter) set(base unsafe.Pointer, v edm.Value) *misfit {
	at := unsafe.Add(base, s.offset)
	switch {
	case v.IsNull() && s.notNull:
		return &misfit{reason: "is null"}
	case v.IsNull() && s.pointer:
		*(*unsafe.Pointer)(at) = nil
		return nil
	case v.IsNull():
		reflect.NewAt(s.goType, at).Elem().SetZero()
		return nil
	case v.Kind() != s.kind:
		return &misfit{reason: "is " + v.Kind().String() + ", not " + s.kind.String()}
	case s.pointer:
		made := reflect.New(s.goType).UnsafePointer()
		if wrong := s.store(made, v); wrong != nil {
			return wrong
		}
		*(*unsafe.Pointer)(at) = made
		return nil
	}
	return s.store(at, v)
}

// store puts v, which is of the setter's kind, at p.
func (s *setter) store(p unsafe.Pointer, v edm.Value) *misfit {
	switch s.as {
	case fromBool:
		*(*bool)(p) = v.Bool()
	case fromString:
		*(*string)(p) = strings.Clone(v.Str())
	case fromBytes:
		*(*[]byte)(p) = append([]byte{}, v.Bytes()...)
	case fromGUID:
		*(*edm.GUID)(p) = v.GUID()
	case fromDateTime:
		*(*edm.DateTime)(p) = v.DateTime()
	case fromDateTimeOffset:
		*(*edm.DateTimeOffset)(p) = v.DateTimeOffset()
	case fromTime:
		*(*edm.Time)(p) = v.Time()
	case fromDecimal:
		*(*edm.Decimal)(p) = v.Decimal()
	case fromGoTime:
		*(*time.Time)(p) = goTime(v)
	case fromDuration:
		d := v.Time().Duration()
		if edm.TimeFrom(d) != v.Time() {
			return s.outOfRange()
		}
		*(*time.Duration)(p) = d
	case fromFloat32:
		f := v.Float()
		if !math.IsInf(f, 0) && math.IsInf(float64(float32(f)), 0) {
			return s.outOfRange()
		}
		*(*float32)(p) = float32(f)
	case fromFloat64:
		*(*float64)(p) = v.Float()
	case fromStruct:
		return s.storeMembers(p, v.Elements())
	case fromSlice:
		return s.storeItems(p, v.Elements())
	default:
		return s.storeInteger(p, v)
	}
	return nil
}

func (s *setter) outOfRange() *misfit {
	return &misfit{reason: "is out of the range of the Go type " + s.goType.String()}
}

// goTime is the instant of v with the offset that v has.
func goTime(v edm.Value) time.Time {
	if v.Kind() == edm.KindDateTimeOffset {
		d := v.DateTimeOffset()
		if d.Offset() == 0 {
			return d.Instant()
		}
		return d.Instant().In(time.FixedZone("", d.Offset()*60))
	}
	d := v.DateTime()
	if zone := d.Zone(); zone != edm.NoZone && zone != edm.UTC {
		return d.Instant().In(time.FixedZone("", zone.Minutes()*60))
	}
	return d.Instant()
}

// storeInteger stores a number of an integer kind, or a decimal, as an integer
// of Go.
func (s *setter) storeInteger(p unsafe.Pointer, v edm.Value) *misfit {
	if s.as == fromUint64 {
		n, ok := unsignedOf(v)
		if !ok {
			return s.outOfRange()
		}
		*(*uint64)(p) = n
		return nil
	}
	n, ok := int64(0), true
	if s.kind == edm.KindDecimal {
		n, ok = v.Decimal().Int64()
	} else {
		n = v.Int()
	}
	bits, signed := s.as.integer()
	least, most := int64(0), int64(math.MaxInt64)
	switch {
	case signed:
		least, most = math.MinInt64>>(64-bits), math.MaxInt64>>(64-bits)
	case bits < 64:
		most = 1<<bits - 1
	}
	if !ok || n < least || n > most {
		return s.outOfRange()
	}
	switch s.as {
	case fromInt8:
		*(*int8)(p) = int8(n)
	case fromInt16:
		*(*int16)(p) = int16(n)
	case fromInt32:
		*(*int32)(p) = int32(n)
	case fromInt64:
		*(*int64)(p) = n
	case fromUint8:
		*(*uint8)(p) = uint8(n)
	case fromUint16:
		*(*uint16)(p) = uint16(n)
	case fromUint32:
		*(*uint32)(p) = uint32(n)
	}
	return nil
}

// unsignedOf is the whole number that the decimal v is; ok is false when it is
// none or does not fit.
func unsignedOf(v edm.Value) (n uint64, ok bool) {
	d := v.Decimal()
	if i, ok := d.Int64(); ok {
		return uint64(i), i >= 0
	}
	whole := d.Truncate()
	if whole.Compare(d) != 0 || whole.Precision() > 20 {
		return 0, false
	}
	text := whole.AppendText(make([]byte, 0, 24))
	text, _, _ = bytes.Cut(text, []byte("."))
	n, err := strconv.ParseUint(string(text), 10, 64)
	return n, err == nil
}

func (s *setter) storeMembers(p unsafe.Pointer, members []edm.Value) *misfit {
	if len(members) != len(s.members) {
		return &misfit{reason: "has " + strconv.Itoa(len(members)) + " members, not " + strconv.Itoa(len(s.members))}
	}
	for i := range s.members {
		if at := s.members[i].set(p, members[i]); at != nil {
			return at.within(s.members[i].name)
		}
	}
	return nil
}

func (s *setter) storeItems(p unsafe.Pointer, items []edm.Value) *misfit {
	slice := reflect.NewAt(s.goType, p).Elem()
	if len(items) == 0 {
		slice.SetZero()
		return nil
	}
	made := reflect.MakeSlice(s.goType, len(items), len(items))
	first, stride := made.UnsafePointer(), s.item.goType.Size()
	for i := range items {
		if at := s.item.set(unsafe.Add(first, uintptr(i)*stride), items[i]); at != nil {
			return at.within("[" + strconv.Itoa(i) + "]")
		}
	}
	slice.Set(made)
	return nil
}

// set makes properties the contents of the map in the struct at base.
func (d *dynamicField) set(base unsafe.Pointer, properties []odata.DynamicProperty) {
	at := unsafe.Add(base, d.offset) // sound as above: d was made from the struct's type
	if d.values {
		var made map[string]edm.Value
		for _, p := range properties {
			if made == nil {
				made = make(map[string]edm.Value, len(properties))
			}
			made[p.Name] = p.Value.Clone()
		}
		*(*map[string]edm.Value)(at) = made
		return
	}
	var made map[string]any
	for _, p := range properties {
		if made == nil {
			made = make(map[string]any, len(properties))
		}
		made[p.Name] = goValue(p.Value)
	}
	*(*map[string]any)(at) = made
}

// goValue is the reverse of primitiveOf.
func goValue(v edm.Value) any {
	switch v.Kind() {
	case edm.KindNull:
		return nil
	case edm.KindBoolean:
		return v.Bool()
	case edm.KindSByte:
		return int8(v.Int())
	case edm.KindInt16:
		return int16(v.Int())
	case edm.KindInt32:
		return int32(v.Int())
	case edm.KindInt64:
		return v.Int()
	case edm.KindByte:
		return uint8(v.Int())
	case edm.KindSingle:
		return float32(v.Float())
	case edm.KindDouble:
		return v.Float()
	case edm.KindString:
		return strings.Clone(v.Str())
	case edm.KindBinary:
		return bytes.Clone(v.Bytes())
	case edm.KindGuid:
		return v.GUID()
	case edm.KindDateTime:
		return v.DateTime()
	case edm.KindDateTimeOffset:
		return v.DateTimeOffset()
	case edm.KindTime:
		return v.Time()
	case edm.KindDecimal:
		return v.Decimal()
	}
	return v.Clone()
}

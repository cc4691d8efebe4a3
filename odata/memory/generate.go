package memory

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A made is a property that a store can make values for: a part of a key that
// was not given, or one with a StoreGeneratedPattern.
type made struct {
	property *metadata.Property
	field    int
	isKey    bool
	computed bool // anew with every update
	token    bool
}

// makes finds the properties of f that the store can make values for.
func makes(f *frame) (all []made) {
	for i, p := range f.fields {
		m := made{property: p, field: i,
			isKey:    slices.Contains(f.key, i),
			computed: p.StoreGenerated == metadata.StoreGeneratedComputed,
			token:    p.ConcurrencyMode == metadata.ConcurrencyFixed,
		}
		if m.isKey || m.computed || p.StoreGenerated == metadata.StoreGeneratedIdentity {
			all = append(all, m)
		}
	}
	return all
}

// greatest are the greatest values of the kinds that are counted.
func greatest(k edm.Kind) (limit int64, counted bool) {
	switch k {
	case edm.KindByte:
		return math.MaxUint8, true
	case edm.KindSByte:
		return math.MaxInt8, true
	case edm.KindInt16:
		return math.MaxInt16, true
	case edm.KindInt32:
		return math.MaxInt32, true
	case edm.KindInt64, edm.KindBinary:
		return math.MaxInt64, true
	}
	return 0, false
}

// integer makes a value of a counted kind.
func integer(k edm.Kind, n int64) edm.Value {
	switch k {
	case edm.KindByte:
		return edm.Byte(uint8(n))
	case edm.KindSByte:
		return edm.SByte(int8(n))
	case edm.KindInt16:
		return edm.Int16(int16(n))
	case edm.KindInt32:
		return edm.Int32(int32(n))
	}
	return edm.Int64(n)
}

// versionSize is how many bytes a counted Edm.Binary has, unless it must be
// shorter.
const versionSize = 8

// version makes an Edm.Binary of a number, whose order is that of the numbers.
func (m *made) version(n int64) edm.Value {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	if longest := m.property.MaxLength; longest != nil && *longest > 0 && *longest < versionSize {
		b = b[versionSize-*longest:]
	}
	return edm.Binary(b)
}

// count notes that a value is used.
func (m *made) count(counter *int64, v edm.Value) {
	used := int64(0)
	switch _, counted := greatest(m.property.Kind()); {
	case !counted || v.IsNull():
		return
	case v.Kind() == edm.KindBinary:
		if len(v.Bytes()) > versionSize {
			return
		}
		var b [versionSize]byte
		copy(b[versionSize-len(v.Bytes()):], v.Bytes())
		if used = int64(binary.BigEndian.Uint64(b[:])); used == math.MaxInt64 {
			return
		}
	default:
		used = v.Int()
	}
	*counter = max(*counter, used)
}

// countersOf are the greatest numbers that nodes use.
func countersOf(f *frame, nodes []*node) []int64 {
	counters := make([]int64, len(f.made))
	for i := range f.made {
		for _, n := range nodes {
			f.made[i].count(&counters[i], n.row.Values[f.made[i].field])
		}
	}
	return counters
}

// generate makes the values of a new entity that were not given and that the
// store has to make.
func (o *operation) generate(c *collection, n *node) error {
	for i := range c.made {
		m := &c.made[i]
		v := &n.row.Values[m.field]
		if !v.IsNull() || n.row.Type.Property(m.property.Name) != m.property {
			continue
		}
		made, err := o.next(m, &c.counters[i])
		switch {
		case err != nil:
			return err
		case made.IsNull() && m.isKey:
			return keyMissing(m.property)
		case made.IsNull() && m.property.NotNull:
			made = zeroOf(m.property.Kind())
		}
		*v = made
	}
	return nil
}

// next is the value that a new entity has, null where the store makes none.
func (o *operation) next(m *made, counter *int64) (edm.Value, error) {
	kind := m.property.Kind()
	switch {
	case kind == edm.KindGuid:
		return edm.NewGUID().Value(), nil
	case m.isKey && (kind == edm.KindSByte || kind == edm.KindBinary):
		return edm.Null, nil
	case kind == edm.KindBinary:
		if !m.computed || !m.token {
			return edm.Null, nil
		}
		*counter++
		return m.version(*counter), nil
	case m.isKey && (kind == edm.KindDateTime || kind == edm.KindDateTimeOffset):
		return edm.Null, nil
	case kind == edm.KindDateTime:
		return edm.DateTimeFrom(o.store.now().UTC()).Value(), nil
	case kind == edm.KindDateTimeOffset:
		return edm.DateTimeOffsetFrom(o.store.now().UTC()).Value(), nil
	}
	limit, counted := greatest(kind)
	switch {
	case !counted:
		return edm.Null, nil
	case *counter >= limit && m.token && !m.isKey:
		*counter = 0 // a token has only to differ from the last one
	case *counter >= limit:
		return edm.Null, odata.NumbersExhausted(m.property.Name, nil)
	}
	*counter++
	return integer(kind, *counter), nil
}

// recompute makes the computed values of an entity that is being changed, once
// for each write.
func (o *operation) recompute(c *collection, n *node) error {
	if n.fresh {
		return nil
	}
	n.fresh = true
	for i := range c.made {
		m := &c.made[i]
		if !m.computed || m.isKey || n.row.Type.Property(m.property.Name) != m.property {
			continue
		}
		v := &n.row.Values[m.field]
		if m.token && !v.IsNull() {
			*v = o.following(m, &c.counters[i], *v)
			continue
		}
		made, err := o.next(m, &c.counters[i])
		if err != nil {
			return err
		}
		if !made.IsNull() {
			*v = made
		}
	}
	return nil
}

// following is the value of a concurrency token after v. It differs from v.
func (o *operation) following(m *made, counter *int64, v edm.Value) edm.Value {
	kind := m.property.Kind()
	switch kind {
	case edm.KindGuid:
		return edm.NewGUID().Value()
	case edm.KindBinary:
		for {
			*counter++
			if next := m.version(*counter); !next.Equal(v) {
				return next
			}
		}
	case edm.KindDateTime:
		next := edm.DateTimeFrom(o.store.now().UTC())
		if last := v.DateTime(); next.Compare(last) <= 0 {
			// The end of time has no successor, and then one moment must do.
			if later, err := edm.NewDateTime(last.Ticks()+1, last.Zone()); err == nil {
				next = later
			}
		}
		return next.Value()
	case edm.KindDateTimeOffset:
		next := edm.DateTimeOffsetFrom(o.store.now().UTC())
		if last := v.DateTimeOffset(); next.Compare(last) <= 0 {
			if later, err := edm.NewDateTimeOffset(last.Ticks()+1, last.Offset()); err == nil {
				next = later
			}
		}
		return next.Value()
	}
	if _, counted := greatest(kind); counted {
		return integer(kind, v.Int()+1) // behind the greatest comes the least
	}
	return v
}

// zeroOf is the value of a primitive kind that stands for none; null where there
// is no such value.
func zeroOf(k edm.Kind) edm.Value {
	switch k {
	case edm.KindString:
		return edm.String("")
	case edm.KindBoolean:
		return edm.Boolean(false)
	case edm.KindBinary:
		return edm.Binary(nil)
	case edm.KindTime:
		return edm.Time{}.Value()
	case edm.KindDouble, edm.KindSingle, edm.KindDecimal:
		zero, _ := edm.Convert(edm.Byte(0), k)
		return zero
	}
	return edm.Null
}

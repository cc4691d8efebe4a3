package sqldb

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Values that the store makes are random for an Edm.Guid, and the time for the
// kinds of time. Numbers come from the database: those of keys are never used
// again, see [Store.Schema]. In SQLite a number that is not the whole key is one
// more than the greatest there is. A number that is a concurrency token begins with
// 1 and is one more after each update.

// A made is a property that the store can make values for: a part of a key that
// was not given, or one with a StoreGeneratedPattern.
type made struct {
	property *metadata.Property
	column   *column
	isKey    bool
	computed bool // anew with every update
	token    bool
}

func madeOf(t *table) (all []made) {
	for _, p := range t.rules.fields {
		c := t.columns[p]
		m := made{property: p, column: c,
			isKey:    slices.Contains(t.key, c),
			computed: p.StoreGenerated == metadata.StoreGeneratedComputed,
			token:    p.ConcurrencyMode == metadata.ConcurrencyFixed,
		}
		if !c.complex && c.computed == nil && (m.isKey || m.computed || p.StoreGenerated == metadata.StoreGeneratedIdentity) {
			all = append(all, m)
		}
	}
	return all
}

// limits are the least and the greatest values of the kinds that are counted.
func limits(k edm.Kind) (least, greatest int64, counted bool) {
	switch k {
	case edm.KindByte:
		return 0, math.MaxUint8, true
	case edm.KindSByte:
		return math.MinInt8, math.MaxInt8, true
	case edm.KindInt16:
		return math.MinInt16, math.MaxInt16, true
	case edm.KindInt32:
		return math.MinInt32, math.MaxInt32, true
	case edm.KindInt64:
		return math.MinInt64, math.MaxInt64, true
	}
	return 0, 0, false
}

// isNumbered reports that new entities get numbers by the statement that inserts
// them.
func (m *made) isNumbered() bool {
	k := m.property.Kind()
	_, _, counted := limits(k)
	return counted && (!m.isKey || k != edm.KindSByte) && !(m.token && !m.isKey)
}

// versionSize is how many bytes a counted Edm.Binary has, unless it must be
// shorter.
const versionSize = 8

func (m *made) version(n int64) edm.Value {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	if longest := m.property.MaxLength; longest != nil && *longest > 0 && *longest < versionSize {
		b = b[versionSize-*longest:]
	}
	return edm.Binary(b)
}

// moments are a new time and the one after it.
func (m *made) moments(s *Store) (now, then edm.Value) {
	ticks := s.writes.tick()
	switch m.property.Kind() {
	case edm.KindDateTime:
		a, _ := edm.NewDateTime(ticks, edm.DateTimeFrom(s.writes.now().UTC()).Zone())
		b, _ := edm.NewDateTime(ticks+ticksPerMicrosecond, a.Zone())
		return a.Value(), b.Value()
	case edm.KindDateTimeOffset:
		a, _ := edm.NewDateTimeOffset(ticks, 0)
		b, _ := edm.NewDateTimeOffset(ticks+ticksPerMicrosecond, 0)
		return a.Value(), b.Value()
	}
	return m.version(ticks / ticksPerMicrosecond), m.version(ticks/ticksPerMicrosecond + 1)
}

// initial is the value that a new entity has, null where the store makes none or
// the statement does.
func (m *made) initial(s *Store) edm.Value {
	kind := m.property.Kind()
	switch {
	case kind == edm.KindGuid:
		return edm.NewGUID().Value()
	case m.isKey:
		return edm.Null
	case kind == edm.KindDateTime, kind == edm.KindDateTimeOffset, kind == edm.KindBinary && m.computed && m.token:
		now, _ := m.moments(s)
		return now
	}
	if _, _, counted := limits(kind); counted && m.token {
		one, _ := edm.Convert(edm.Byte(1), kind)
		return one
	}
	return edm.Null
}

// generate makes the values of a new entity that were not given and that the
// store has to make. Those that the statement makes are returned.
func (s *Store) generate(e *record) (numbered []*made, err error) {
	for i := range e.table.rules.made {
		m := &e.table.rules.made[i]
		if !e.values[m.property].IsNull() || e.typ.Property(m.property.Name) != m.property {
			continue
		}
		if m.isNumbered() {
			numbered = append(numbered, m)
			continue
		}
		v := m.initial(s)
		switch {
		case v.IsNull() && m.isKey:
			return nil, keyMissing(m.property)
		case v.IsNull() && m.property.NotNull:
			v = zeroOf(m.property.Kind())
		}
		e.values[m.property] = v
	}
	return numbered, nil
}

// remade is how the column of a computed property changes with an update: the
// expression, and the values of its placeholders, which write makes.
func (m *made) remade(s *Store, t *table, write func(i int) string) (text string, values int) {
	name := quoted(m.column.name)
	switch kind := m.property.Kind(); kind {
	case edm.KindGuid:
		return write(0), 1
	case edm.KindBinary, edm.KindDateTime, edm.KindDateTimeOffset:
		if !m.token {
			if kind == edm.KindBinary {
				return "", 0
			}
			return write(0), 1
		}
		now := write(0)
		return "CASE WHEN " + name + " = " + now + " THEN " + write(1) + " ELSE " + now + " END", 2
	default:
		least, greatest, counted := limits(kind)
		switch {
		case !counted:
			return "", 0
		case m.token:
			return "CASE WHEN " + name + " IS NULL THEN 1 WHEN " + name + " = " + strconv.FormatInt(greatest, 10) +
				" THEN " + leastText(least) + " ELSE " + name + " + 1 END", 0
		}
		return "(SELECT coalesce(max(" + name + "), 0) + 1 FROM " + quoted(t.parts[m.column.part].name) + ")", 0
	}
}

// leastText writes a number so that its sign does not stand before what is too
// great without it.
func leastText(n int64) string {
	if n < 0 {
		return "(" + strconv.FormatInt(n+1, 10) + " - 1)"
	}
	return strconv.FormatInt(n, 10)
}

// remadeValues are the values of the placeholders of remade.
func (m *made) remadeValues(s *Store, n int, list []edm.Value) []edm.Value {
	switch {
	case n == 0:
		return list
	case m.property.Kind() == edm.KindGuid:
		return append(list, edm.NewGUID().Value())
	}
	now, then := m.moments(s)
	if n == 1 {
		return append(list, now)
	}
	return append(list, now, then)
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

// number writes the number of a new entity, in SQLite: that of AUTOINCREMENT for a
// key, else one more than the greatest there is or, for a part of a key, than the
// greatest with the same parts before.
func (m *made) number(q *sqlText, e *record) {
	if m.isKey && e.table.isNumbered() {
		q.add("NULL")
		return
	}
	name := quoted(m.column.name)
	_, greatest, _ := limits(m.property.Kind())
	q.add("(SELECT CASE WHEN max(", name, ") >= ", strconv.FormatInt(greatest, 10), " THEN NULL ELSE max(0, coalesce(max(", name, "), 0)) + 1 END FROM ",
		quoted(e.table.parts[m.column.part].name))
	if at := slices.Index(e.table.key, m.column); at > 0 {
		var values []edm.Value
		for _, c := range e.table.key[:at] {
			v := e.values[c.property]
			if v.IsNull() {
				at = 0 // it is made, too
			}
			values = append(values, v)
		}
		if at > 0 {
			q.add(" WHERE ").equals(e.table.key[:at], values)
		}
	}
	q.add(")")
}

// exhausted finds out that an insert failed because there was no number left.
func exhausted(numbered []*made, err error) error {
	if len(numbered) == 0 {
		return err
	}
	e := odata.AsError(err)
	state, ok := e.Err.(interface{ SQLState() string })
	if e.Kind == odata.KindConflict && (e.Code == "LinkRequired" || e.Code == "ConstraintViolated") || ok && state.SQLState() == "2200H" {
		return numbersExhausted(numbered[0].property.Name, err)
	}
	return err
}

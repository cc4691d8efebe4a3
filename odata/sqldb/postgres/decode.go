package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// decode reads the raw values of a row. Text and bytes alias them.
func decode(dst []edm.Value, columns []column, raw [][]byte) error {
	if len(dst) != len(columns) || len(raw) != len(columns) {
		return odata.Internalf("postgres: a row of %d columns is read into %d values, as %d were expected", len(raw), len(dst), len(columns))
	}
	for i := range columns {
		if raw[i] == nil {
			dst[i] = edm.Null
			continue
		}
		v, err := columns[i].decode(raw[i])
		if err != nil {
			return odata.Internalf("postgres: column %d of a row does not hold %s: %w", i+1, columns[i].Kind, err)
		}
		dst[i] = v
	}
	return nil
}

// What is wrong with a stored value. The value itself is not told.
var (
	errSize     = errors.New("the value has an unexpected size")
	errRange    = errors.New("the value is out of range")
	errFraction = errors.New("the value is not whole")
	errVersion  = errors.New("the value is in an unknown version of jsonb")
)

// decode reads a value that is not null.
func (c *column) decode(b []byte) (edm.Value, error) {
	big := binary.BigEndian
	switch c.read {
	case readText:
		return edm.StringBytes(b), nil
	case readInteger:
		i, err := integer(b)
		if err != nil {
			return edm.Null, err
		}
		return integerValue(c.Kind, i)
	case readBoolean:
		if len(b) != 1 {
			return edm.Null, errSize
		}
		return edm.Boolean(b[0] != 0), nil
	case readGUID:
		if len(b) != 16 {
			return edm.Null, errSize
		}
		return edm.GUID(b).Value(), nil
	case readTimestamp:
		ticks, err := instant(b)
		if err != nil {
			return edm.Null, err
		}
		return c.dateTime(ticks)
	case readInstant:
		ticks, err := instant(b)
		if err != nil {
			return edm.Null, err
		}
		d, err := edm.NewDateTimeOffset(ticks, 0)
		return d.Value(), err
	case readNumeric:
		d, err := numeric(b)
		return d.Value(), err
	case readFloat:
		switch len(b) {
		case 8:
			return edm.Double(math.Float64frombits(big.Uint64(b))), nil
		case 4:
			return edm.Double(float64(math.Float32frombits(big.Uint32(b)))), nil
		}
		return edm.Null, errSize
	case readSingle:
		if len(b) != 4 {
			return edm.Null, errSize
		}
		return edm.Single(math.Float32frombits(big.Uint32(b))), nil
	case readBytes:
		return edm.Binary(b), nil
	}
	return c.decodeOther(b)
}

// decodeOther reads what is not stored in the type that its form names, or is
// not worth a thought about speed.
func (c *column) decodeOther(b []byte) (edm.Value, error) {
	switch c.read {
	case readTicks:
		i, err := integer(b)
		return edm.NewTime(i).Value(), err
	case readIntegerFloat:
		i, err := integer(b)
		return edm.Double(float64(i)), err
	case readIntegerDecimal:
		i, err := integer(b)
		return edm.DecimalFromInt64(i).Value(), err
	case readWholeNumeric:
		d, err := numeric(b)
		if err != nil {
			return edm.Null, err
		}
		i, ok := d.Int64()
		if !ok && d.Truncate().Compare(d) != 0 {
			return edm.Null, errFraction
		} else if !ok {
			return edm.Null, errRange
		}
		return integerValue(c.Kind, i)
	case readNumericFloat:
		if f, ok := numericSpecial(b); ok {
			return edm.Double(f), nil
		}
		d, err := numeric(b)
		return edm.Double(d.Float64()), err
	case readJSONB:
		if len(b) == 0 || b[0] != 1 {
			return edm.Null, errVersion
		}
		return edm.StringBytes(b[1:]), nil
	case readGUIDText:
		g, err := edm.ParseGUID(viewString(b))
		return g.Value(), err
	case readDate:
		if len(b) != 4 {
			return edm.Null, errSize
		}
		days := int64(int32(binary.BigEndian.Uint32(b))) + serverEpochTicks/edm.TicksPerDay
		if days < 0 || days > edm.MaxDateTimeTicks/edm.TicksPerDay { // or the product may overflow
			return edm.Null, edm.ErrDateRange
		}
		return c.dateTime(days * edm.TicksPerDay)
	case readSpatial:
		return edm.ParseText(c.Kind, viewString(b))
	}
	return edm.Null, fmt.Errorf("there is no reading %d", c.read)
}

// integer reads an integer of any size.
func integer(b []byte) (int64, error) {
	switch len(b) {
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case 8:
		return int64(binary.BigEndian.Uint64(b)), nil
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	}
	return 0, errSize
}

func integerValue(k edm.Kind, i int64) (edm.Value, error) {
	switch k {
	case edm.KindInt32:
		if int64(int32(i)) == i {
			return edm.Int32(int32(i)), nil
		}
	case edm.KindInt64:
		return edm.Int64(i), nil
	case edm.KindInt16:
		if int64(int16(i)) == i {
			return edm.Int16(int16(i)), nil
		}
	case edm.KindByte:
		if int64(uint8(i)) == i {
			return edm.Byte(uint8(i)), nil
		}
	case edm.KindSByte:
		if int64(int8(i)) == i {
			return edm.SByte(int8(i)), nil
		}
	}
	return edm.Null, errRange
}

// instant reads a timestamp as ticks. Those of the server reach further than
// ours, and its infinities are the extreme values.
func instant(b []byte) (int64, error) {
	if len(b) != 8 {
		return 0, errSize
	}
	const first = -serverEpochTicks / ticksPerMicrosecond
	const last = (edm.MaxDateTimeTicks - serverEpochTicks) / ticksPerMicrosecond
	microseconds := int64(binary.BigEndian.Uint64(b))
	if microseconds < first || microseconds > last {
		return 0, edm.ErrDateRange
	}
	return serverEpochTicks + microseconds*ticksPerMicrosecond, nil
}

func (c *column) dateTime(ticks int64) (edm.Value, error) {
	zone := edm.NoZone
	if c.UTC && ticks != 0 {
		zone = edm.UTC
	}
	d, err := edm.NewDateTime(ticks, zone)
	return d.Value(), err
}

// viewString lets a parser that keeps nothing read b.
func viewString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

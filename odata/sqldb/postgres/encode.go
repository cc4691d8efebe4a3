package postgres

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// The microseconds in which the server counts begin with the year 2000.
const (
	ticksPerMicrosecond = edm.TicksPerSecond / 1_000_000
	serverEpochTicks    = edm.UnixEpochTicks + 10_957*edm.TicksPerDay
)

const (
	// maxArguments is what the protocol can count.
	maxArguments = math.MaxUint16

	// keptArguments is the size of the buffer that a connection keeps for its
	// arguments.
	keptArguments = 64 << 10
)

// arguments are the arguments of one statement after the other.
type arguments struct {
	buffer []byte
	ends   []int // of each argument in buffer, negative for null
	values [][]byte
}

// encode returns the binary form of args, valid until the next call. A value
// that cannot be stored at all is KindInvalid.
func (a *arguments) encode(forms []sqldb.Form, args []edm.Value) ([][]byte, error) {
	if len(args) != len(forms) || len(args) > maxArguments {
		return nil, odata.Internalf("postgres: %d arguments for %d parameters, of which there are at most %d", len(args), len(forms), maxArguments)
	}
	if cap(a.buffer) == 0 || cap(a.buffer) > keptArguments {
		a.buffer = make([]byte, 0, 512)
	}
	a.buffer, a.ends, a.values = a.buffer[:0], a.ends[:0], a.values[:0]
	for i, v := range args {
		if v.IsNull() {
			a.ends = append(a.ends, -1)
			continue
		}
		var err error
		if a.buffer, err = appendArgument(a.buffer, forms[i].Kind, v); err != nil {
			return nil, err
		}
		a.ends = append(a.ends, len(a.buffer))
	}
	start := 0
	for _, end := range a.ends {
		if end < 0 {
			a.values = append(a.values, nil)
			continue
		}
		a.values = append(a.values, a.buffer[start:end:end])
		start = end
	}
	return a.values, nil
}

// appendArgument appends a value that is not null as a parameter of kind k.
func appendArgument(dst []byte, k edm.Kind, v edm.Value) ([]byte, error) {
	big := binary.BigEndian
	have := v.Kind()
	switch {
	case k == edm.KindBoolean && have == k:
		if v.Bool() {
			return append(dst, 1), nil
		}
		return append(dst, 0), nil
	case k.IsInteger() && have.IsInteger():
		return appendInteger(dst, k, v.Int())
	case k == edm.KindSingle && have == k:
		return big.AppendUint32(dst, math.Float32bits(float32(v.Float()))), nil
	case k == edm.KindDouble && (have == k || have == edm.KindSingle):
		return big.AppendUint64(dst, math.Float64bits(v.Float())), nil
	case k == edm.KindDecimal && have == k:
		return appendNumeric(dst, v.Decimal()), nil
	case isTextual(k) && have == edm.KindString:
		return appendString(dst, v.Str())
	case k == edm.KindGuid && have == k:
		g := v.GUID()
		return append(dst, g[:]...), nil
	case k == edm.KindBinary && have == k:
		return append(dst, v.Bytes()...), nil
	case k == edm.KindDateTime && have == k:
		d := v.DateTime()
		return appendInstant(dst, d.Ticks(), d.Zone().Minutes())
	case k == edm.KindDateTimeOffset && have == k:
		d := v.DateTimeOffset()
		return appendInstant(dst, d.Ticks(), d.Offset())
	case k == edm.KindTime && have == k:
		return big.AppendUint64(dst, uint64(v.Time().Ticks())), nil
	case k.IsSpatial() && have.IsSpatial() && k.IsGeography() == have.IsGeography():
		return v.Spatial().AppendText(dst), nil
	}
	return nil, odata.Internalf("postgres: an argument is %s where the statement takes %s", have, k)
}

func appendInteger(dst []byte, k edm.Kind, i int64) ([]byte, error) {
	switch k {
	case edm.KindInt64:
		return binary.BigEndian.AppendUint64(dst, uint64(i)), nil
	case edm.KindInt32:
		if int64(int32(i)) == i {
			return binary.BigEndian.AppendUint32(dst, uint32(i)), nil
		}
	default:
		if int64(int16(i)) == i {
			return binary.BigEndian.AppendUint16(dst, uint16(i)), nil
		}
	}
	return nil, outOfRange(nil)
}

// appendString refuses here what the server would refuse, which would end the
// transaction.
func appendString(dst []byte, s string) ([]byte, error) {
	if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		return nil, badText(nil)
	}
	return append(dst, s...), nil
}

// appendInstant appends a clock in UTC. Clocks at the ends of the range can show
// an instant beyond it, which could not be read back.
func appendInstant(dst []byte, ticks int64, offset int) ([]byte, error) {
	ticks -= int64(offset) * 60 * edm.TicksPerSecond
	if ticks < 0 || ticks > edm.MaxDateTimeTicks {
		return nil, outOfRange(edm.ErrDateRange)
	}
	// Cut before the epoch moves, so that it is cut towards the past.
	return binary.BigEndian.AppendUint64(dst, uint64(ticks/ticksPerMicrosecond-serverEpochTicks/ticksPerMicrosecond)), nil
}

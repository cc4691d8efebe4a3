package edm

import (
	"cmp"
	"errors"
	"time"
)

// ErrDateRange says that a point in time lies outside the years 0001 to 9999.
var ErrDateRange = errors.New("dates run from 0001-01-01 to 9999-12-31")

// A DateTimeOffset is an Edm.DateTimeOffset: the reading of a clock in ticks of
// 100 ns and how many minutes that clock is ahead of UTC, at most 14 hours
// either way. Clock and instant both lie in the years 0001 to 9999. The zero
// value is 0001-01-01T00:00:00Z.
type DateTimeOffset struct {
	ticks  int64 // of the clock
	offset int16 // minutes east of UTC
}

// ParseDateTimeOffset reads the text inside a datetimeoffset'…' literal, such
// as 2015-07-12T06:40:00-07:00. Date, hours, minutes and the zone are required;
// see [ParseDateTime] for the rest. Errors are *SyntaxError.
//
// Grammar: OData V3 ABNF, dateTimeOffsetLiteral.
func ParseDateTimeOffset(s string) (DateTimeOffset, error) {
	ticks, end, withTime, err := parseClock(s)
	if err != nil {
		return DateTimeOffset{}, err
	}
	if !withTime {
		return DateTimeOffset{}, syntaxError(end, "expected T and a time of day")
	}
	zone, err := parseZone(s, end)
	if err != nil {
		return DateTimeOffset{}, err
	}
	if zone == NoZone {
		return DateTimeOffset{}, syntaxError(end, "expected a zone, Z or +hh:mm")
	}
	d, err := NewDateTimeOffset(ticks, zone.Minutes())
	if err != nil {
		return DateTimeOffset{}, syntaxError(0, err.Error())
	}
	return d, nil
}

// NewDateTimeOffset returns the value whose clock reads the given number of
// ticks after 0001-01-01T00:00:00 and is offset minutes ahead of UTC. It fails
// with [ErrDateRange] if clock or instant is outside the years 0001 to 9999,
// and panics, like [Offset], beyond 14 hours.
func NewDateTimeOffset(ticks int64, offset int) (DateTimeOffset, error) {
	instant := ticks - int64(Offset(offset).Minutes())*ticksPerMinute
	if ticks < 0 || ticks > MaxDateTimeTicks || instant < 0 || instant > MaxDateTimeTicks {
		return DateTimeOffset{}, ErrDateRange
	}
	return DateTimeOffset{ticks: ticks, offset: int16(offset)}, nil
}

// DateTimeOffsetFrom returns the value for t, cut to 100 ns, with the offset
// that t's location has at that instant, cut to minutes. A time in [time.Local]
// is converted to UTC, see [DateTimeFrom]. Outside the years 0001 to 9999 the
// result is the nearest instant inside, in UTC.
func DateTimeOffsetFrom(t time.Time) DateTimeOffset {
	instant := utcTicks(t)
	if isServerZone(t) {
		return DateTimeOffset{ticks: instant}
	}
	minutes := offsetOf(t)
	d, err := NewDateTimeOffset(instant+int64(minutes)*ticksPerMinute, minutes)
	if err != nil {
		return DateTimeOffset{ticks: instant}
	}
	return d
}

// Ticks returns the reading of the clock in 100 ns since 0001-01-01T00:00:00.
func (d DateTimeOffset) Ticks() int64 { return d.ticks }

// Offset returns how many minutes the clock is ahead of UTC.
func (d DateTimeOffset) Offset() int { return int(d.offset) }

// Zone returns the zone as the text shows it: UTC if the offset is zero.
func (d DateTimeOffset) Zone() Zone {
	if d.offset == 0 {
		return UTC
	}
	return Offset(int(d.offset))
}

// Instant returns the instant in UTC.
func (d DateTimeOffset) Instant() time.Time { return timeOf(d.instant()) }

func (d DateTimeOffset) instant() int64 { return d.ticks - int64(d.offset)*ticksPerMinute }

// Date returns the date on the value's own clock.
func (d DateTimeOffset) Date() (year, month, day int) { return dateOf(int(d.ticks / TicksPerDay)) }

// Year returns the year on the value's own clock, 1 to 9999.
func (d DateTimeOffset) Year() int { year, _, _ := d.Date(); return year }

// Month returns the month on the value's own clock, 1 to 12.
func (d DateTimeOffset) Month() int { _, month, _ := d.Date(); return month }

// Day returns the day of the month on the value's own clock, 1 to 31.
func (d DateTimeOffset) Day() int { _, _, day := d.Date(); return day }

// Hour returns the hour on the value's own clock, 0 to 23.
func (d DateTimeOffset) Hour() int { return int(d.ticks / ticksPerHour % 24) }

// Minute returns the minute on the value's own clock, 0 to 59.
func (d DateTimeOffset) Minute() int { return int(d.ticks / ticksPerMinute % 60) }

// Second returns the whole second on the value's own clock, 0 to 59.
func (d DateTimeOffset) Second() int { return int(d.ticks / TicksPerSecond % 60) }

// Compare orders by instant: it returns 0 for the same instant shown by
// different clocks.
func (d DateTimeOffset) Compare(other DateTimeOffset) int {
	return cmp.Compare(d.instant(), other.instant())
}

// Equal reports whether both have the same clock and the same offset.
func (d DateTimeOffset) Equal(other DateTimeOffset) bool { return d == other }

// AppendText appends the form used in JSON, XML and inside literals, such as
// 2015-07-12T06:40:00-07:00; an offset of zero is written Z.
func (d DateTimeOffset) AppendText(dst []byte) []byte {
	return d.Zone().appendText(appendClock(dst, d.ticks))
}

// String returns the text AppendText appends.
func (d DateTimeOffset) String() string {
	var buf [40]byte
	return string(d.AppendText(buf[:0]))
}

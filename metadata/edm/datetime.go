package edm

import (
	"cmp"
	"time"
)

// A DateTime is an Edm.DateTime: a date and the reading of a clock, in ticks
// of 100 nanoseconds from 0001-01-01T00:00:00 to 9999-12-31T23:59:59.9999999,
// together with what its text says about the zone. The model knows no zone for
// this type, yet the text may carry one, and readers depend on getting back
// what they sent: 0001-01-01T00:00:00 and 0001-01-01T00:00:00Z both round-trip.
//
// The zero DateTime is 0001-01-01T00:00:00 without a zone, which many services
// use for "not set". DateTime values compare with == when clock and zone are
// the same; [DateTime.Compare] orders the instants.
type DateTime struct {
	ticks int64 // of the clock, not of the instant
	zone  Zone
}

// ParseDateTime reads the text inside a datetime'…' literal, such as
// 2015-01-09T08:26:49.721Z. A date alone is midnight, and seconds may be
// missing. Fractions finer than 100 ns are rejected, because Edm.DateTime
// cannot hold them. A missing zone means an unspecified zone, which is not UTC:
// see [DateTime.Zoned]. Errors are *SyntaxError with a byte offset.
//
// Grammar: OData V3 ABNF, dateTimeLiteral.
func ParseDateTime(s string) (DateTime, error) {
	ticks, end, withTime, err := parseClock(s)
	if err != nil {
		return DateTime{}, err
	}
	if !withTime && end != len(s) {
		return DateTime{}, syntaxError(end, "expected T and a time of day, or the end")
	}
	zone, err := parseZone(s, end)
	if err != nil {
		return DateTime{}, err
	}
	return DateTime{ticks: ticks, zone: zone}, nil
}

// NewDateTime returns the DateTime whose clock reads the given number of ticks
// of 100 ns after 0001-01-01T00:00:00. It fails outside the years 0001 to 9999.
func NewDateTime(ticks int64, zone Zone) (DateTime, error) {
	if ticks < 0 || ticks > MaxDateTimeTicks {
		return DateTime{}, ErrDateRange
	}
	return DateTime{ticks: ticks, zone: zone}, nil
}

// DateTimeFrom returns the DateTime for t, cut to 100 ns. A time in UTC has the
// zone [UTC], and so has one in [time.Local], since where the server stands
// must not show in what it says; any other has the offset of its location at
// that instant, cut to minutes. Outside the years 0001 to 9999 the result is
// the nearest DateTime, so that the ends of the range stand for what lies
// beyond them.
func DateTimeFrom(t time.Time) DateTime {
	ticks := utcTicks(t)
	if isServerZone(t) {
		return DateTime{ticks: ticks, zone: UTC}
	}
	minutes := offsetOf(t)
	ticks += int64(minutes) * ticksPerMinute
	return DateTime{ticks: min(max(ticks, 0), MaxDateTimeTicks), zone: Offset(minutes)}
}

// Ticks returns the reading of the clock in 100 ns since 0001-01-01T00:00:00.
func (d DateTime) Ticks() int64 { return d.ticks }

// Zone returns what the text says about the zone.
func (d DateTime) Zone() Zone { return d.zone }

// Zoned reports whether the text names a zone. If not, the value is taken as
// UTC wherever an instant is needed, but it is not written as UTC.
func (d DateTime) Zoned() bool { return d.zone != NoZone }

// Instant returns the instant in UTC. Without a zone the clock is taken to
// show UTC, never the zone of the server.
func (d DateTime) Instant() time.Time { return timeOf(d.instant()) }

// instant may lie up to 14 hours outside the range of clocks.
func (d DateTime) instant() int64 { return d.ticks - int64(d.zone.Minutes())*ticksPerMinute }

// Date returns the date on the value's own clock.
func (d DateTime) Date() (year, month, day int) { return dateOf(int(d.ticks / TicksPerDay)) }

// Year returns the year on the value's own clock, 1 to 9999.
func (d DateTime) Year() int { year, _, _ := d.Date(); return year }

// Month returns the month on the value's own clock, 1 to 12.
func (d DateTime) Month() int { _, month, _ := d.Date(); return month }

// Day returns the day of the month on the value's own clock, 1 to 31.
func (d DateTime) Day() int { _, _, day := d.Date(); return day }

// Hour returns the hour on the value's own clock, 0 to 23.
func (d DateTime) Hour() int { return int(d.ticks / ticksPerHour % 24) }

// Minute returns the minute on the value's own clock, 0 to 59.
func (d DateTime) Minute() int { return int(d.ticks / ticksPerMinute % 60) }

// Second returns the whole second on the value's own clock, 0 to 59.
func (d DateTime) Second() int { return int(d.ticks / TicksPerSecond % 60) }

// Compare orders by instant, a value without a zone taken as UTC. That is a
// total order of instants: it can return 0 for values that print differently.
func (d DateTime) Compare(other DateTime) int { return cmp.Compare(d.instant(), other.instant()) }

// Equal reports whether both have the same clock and the same zone, and so
// the same text.
func (d DateTime) Equal(other DateTime) bool { return d == other }

// AppendText appends the form used in JSON, XML and inside literals:
// 2015-07-12T06:40:00, then a fraction without trailing zeros if there is one,
// then Z or an offset such as -07:00 if the value has a zone.
func (d DateTime) AppendText(dst []byte) []byte {
	return d.zone.appendText(appendClock(dst, d.ticks))
}

// String returns the text AppendText appends.
func (d DateTime) String() string {
	var buf [40]byte
	return string(d.AppendText(buf[:0]))
}

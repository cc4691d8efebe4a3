package edm

import (
	"cmp"
	"math"
	"time"
)

// A Time is an Edm.Time: a signed span of time in ticks of 100 ns, some 29,000
// years either way. Its text is the day-time part of an XML Schema duration,
// such as PT1H30M. Services also use it for the time of day.
//
// Time values compare with ==. The zero Time is PT0S.
type Time struct{ ticks int64 }

// ParseTime reads the text inside a time'…' literal: an optional minus, P, days
// as nD, then T and any of nH, nM and nS, with up to seven digits of fraction
// on the seconds. Components may exceed their usual range (PT90M is PT1H30M).
// Years and months are rejected, since their length is not fixed. Errors are
// *SyntaxError.
//
// Grammar: OData V3 ABNF, timeLiteral; XML Schema, dayTimeDuration.
func ParseTime(s string) (Time, error) {
	at, negative := 0, false
	limit := uint64(math.MaxInt64)
	if len(s) > 0 && s[0] == '-' {
		at, negative = 1, true
		limit++
	}
	if at == len(s) || s[at] != 'P' {
		return Time{}, syntaxError(at, "a duration begins with P or -P")
	}
	at++
	rest := durationUnits[:] // those that may still come
	inTime := false
	var total uint64 // the magnitude, at most limit
	for at < len(s) {
		if s[at] == 'T' && !inTime {
			inTime = true
			if at++; at == len(s) {
				return Time{}, syntaxError(at, "T is followed by hours, minutes or seconds")
			}
		}
		start := at
		count, fraction, end, err := parseDurationNumber(s, at)
		if err != nil {
			return Time{}, err
		}
		at = end
		if !inTime && (s[at] == 'Y' || s[at] == 'M') {
			return Time{}, syntaxError(at, "years and months have no fixed length, use days")
		}
		for len(rest) > 0 && (rest[0].name != s[at] || rest[0].afterT != inTime) {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return Time{}, syntaxError(at, "a duration has days (D), then after T hours (H), minutes (M), seconds (S), each once")
		}
		unit := rest[0]
		rest = rest[1:]
		if fraction >= 0 && unit.name != 'S' {
			return Time{}, syntaxError(at, "only seconds have a fraction")
		}
		if count > limit/unit.ticks {
			return Time{}, syntaxError(start, "the duration is too long")
		}
		ticks := count*unit.ticks + uint64(max(fraction, 0))
		if ticks > limit-total {
			return Time{}, syntaxError(start, "the duration is too long")
		}
		total += ticks
		at++
	}
	if len(rest) == len(durationUnits) {
		return Time{}, syntaxError(at, "a duration has at least one of D, H, M, S")
	}
	if negative {
		total = -total
	}
	return Time{ticks: int64(total)}, nil
}

type durationUnit struct {
	name   byte
	afterT bool
	ticks  uint64
}

var durationUnits = [...]durationUnit{
	{'D', false, TicksPerDay},
	{'H', true, ticksPerHour},
	{'M', true, ticksPerMinute},
	{'S', true, TicksPerSecond},
}

// parseDurationNumber reads digits and, after a point, a fraction of a second.
// There is at least one more byte at end. fraction is -1 if there is none.
// A count stops growing where it exceeds any duration.
func parseDurationNumber(s string, at int) (count uint64, fraction, end int, err error) {
	start := at
	for at < len(s) && isDigit(s[at]) {
		if count < 1e17 {
			count = count*10 + uint64(s[at]-'0')
		}
		at++
	}
	if at == start {
		return 0, 0, 0, syntaxError(at, "expected a number and one of D, H, M, S")
	}
	fraction = -1
	if at < len(s) && s[at] == '.' {
		if fraction, at, err = parseFraction(s, at+1); err != nil {
			return 0, 0, 0, err
		}
	}
	if at == len(s) {
		return 0, 0, 0, syntaxError(at, "expected one of D, H, M, S after the number")
	}
	return count, fraction, at, nil
}

// NewTime returns the span of the given number of ticks of 100 ns.
func NewTime(ticks int64) Time { return Time{ticks: ticks} }

// TimeFrom returns d, cut toward zero to 100 ns.
func TimeFrom(d time.Duration) Time { return Time{ticks: int64(d) / 100} }

// Ticks returns the span in 100 ns.
func (t Time) Ticks() int64 { return t.ticks }

// Duration returns the span as a Duration. Beyond the 292 years that a Duration
// can hold the result is the nearest one, as in [time.Time.Sub].
func (t Time) Duration() time.Duration { return saturatingDuration(t.ticks) }

// Days returns the whole days. It is negative for a negative span, as are the
// other components: -P1DT2H has -1 days and -2 hours.
func (t Time) Days() int { return int(t.ticks / TicksPerDay) }

// Hours returns the hours beyond whole days, -23 to 23.
func (t Time) Hours() int { return int(t.ticks / ticksPerHour % 24) }

// Minutes returns the minutes beyond whole hours, -59 to 59.
func (t Time) Minutes() int { return int(t.ticks / ticksPerMinute % 60) }

// Seconds returns the whole seconds beyond whole minutes, -59 to 59.
func (t Time) Seconds() int { return int(t.ticks / TicksPerSecond % 60) }

// Compare orders by length, negative spans first.
func (t Time) Compare(other Time) int { return cmp.Compare(t.ticks, other.ticks) }

// Equal reports whether both are the same span.
func (t Time) Equal(other Time) bool { return t == other }

// AppendText appends the form used in JSON, XML and inside literals, without
// parts that are zero: PT1H30M, -P1DT2H, PT0.25S, and PT0S for no time at all.
func (t Time) AppendText(dst []byte) []byte {
	ticks := uint64(t.ticks)
	if t.ticks < 0 {
		dst = append(dst, '-')
		ticks = -ticks
	}
	dst = append(dst, 'P')
	if ticks == 0 {
		return append(dst, "T0S"...)
	}
	if days := ticks / TicksPerDay; days != 0 {
		dst = append(appendUint(dst, days), 'D')
	}
	ofDay := ticks % TicksPerDay
	if ofDay == 0 {
		return dst
	}
	dst = append(dst, 'T')
	if hours := ofDay / ticksPerHour; hours != 0 {
		dst = append(appendUint(dst, hours), 'H')
	}
	if minutes := ofDay / ticksPerMinute % 60; minutes != 0 {
		dst = append(appendUint(dst, minutes), 'M')
	}
	if ofMinute := ofDay % ticksPerMinute; ofMinute != 0 {
		dst = appendUint(dst, ofMinute/TicksPerSecond)
		dst = append(appendFraction(dst, int(ofMinute%TicksPerSecond)), 'S')
	}
	return dst
}

// String returns the text AppendText appends.
func (t Time) String() string {
	var buf [40]byte
	return string(t.AppendText(buf[:0]))
}

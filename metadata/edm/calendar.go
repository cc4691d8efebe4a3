package edm

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// A tick is the unit of time here: 100 nanoseconds.
const (
	TicksPerSecond = 10_000_000
	TicksPerDay    = 24 * ticksPerHour

	// UnixEpochTicks is 1970-01-01T00:00:00 in ticks since 0001-01-01.
	UnixEpochTicks = unixEpochDays * TicksPerDay

	// MaxDateTimeTicks is 9999-12-31T23:59:59.9999999, the last tick a
	// DateTime or DateTimeOffset can hold. The first is 0.
	MaxDateTimeTicks = 3_652_059*TicksPerDay - 1

	ticksPerMinute = 60 * TicksPerSecond
	ticksPerHour   = 60 * ticksPerMinute

	unixEpochDays = 719_162 // from 0001-01-01
)

// daysOf returns the days from 0001-01-01 to a date of the proleptic Gregorian
// calendar. Counting years from March puts the leap day last, where it shifts
// nothing else.
func daysOf(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 306
}

// dateOf is the inverse of daysOf. Its divisors are constants chosen so that each
// division is one multiplication. Source: Neri and Schneider, Euclidean affine
// functions and their application to calendar algorithms, 2022.
func dateOf(days int) (year, month, day int) {
	n := 4*uint32(days+306) + 3 // quarters of days from 0000-03-01
	century := n / 146_097
	product := 2_939_745 * uint64(n%146_097|3) // of the days of the century, four times
	ofYear := uint32(product) / 2_939_745 / 4
	year = int(100*century + uint32(product>>32))
	n = 2_141*ofYear + 197_913
	month, day = int(n>>16), int(n&0xffff/2_141)+1
	if ofYear >= 306 { // January and February
		year++
		month -= 12
	}
	return year, month, day
}

func daysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// appendClock appends 2015-07-12T06:40:00.036164: a fraction of up to seven
// digits without trailing zeros, or none.
func appendClock(dst []byte, ticks int64) []byte {
	days := uint64(ticks) / TicksPerDay
	rest := uint64(ticks) - days*TicksPerDay
	seconds := rest / TicksPerSecond
	year, month, day := dateOf(int(days))
	minutes := seconds / 60
	hours := minutes / 60
	// The digits are made eight at once, and written where they belong.
	date := digits8(uint64(year*1e4 + month*100 + day))
	clock := digits8(hours*1e4 + (minutes-hours*60)*100 + seconds - minutes*60)
	// In place: to read back what was written in smaller pieces stalls processors.
	const length = len("2006-01-02T15:04:05")
	start := len(dst)
	dst = slices.Grow(dst, length)[:start+length]
	text := (*[length]byte)(dst[start:])
	little := binary.LittleEndian
	little.PutUint32(text[0:], uint32(date))
	text[4] = '-'
	little.PutUint16(text[5:], uint16(date>>32))
	text[7] = '-'
	little.PutUint16(text[8:], uint16(date>>48))
	text[10] = 'T'
	little.PutUint16(text[11:], uint16(clock>>16))
	text[13] = ':'
	little.PutUint16(text[14:], uint16(clock>>32))
	text[16] = ':'
	little.PutUint16(text[17:], uint16(clock>>48))
	return appendFraction(dst, int(rest-seconds*TicksPerSecond))
}

// digits8 are the eight decimal digits of u, which is below 1e8, as characters,
// the first in the lowest byte. It halves them three times, dividing all parts at
// once by multiplication with a reciprocal that is exact for their size.
func digits8(u uint64) uint64 {
	w := u/1e4 | u%1e4<<32
	high := w * 10486 >> 20 & 0x0000007f0000007f // the parts divided by 100
	w = high | (w-high*100)<<16
	high = w * 103 >> 10 & 0x000f000f000f000f // the parts divided by 10
	return high + (w-high*10)<<8 + 0x3030303030303030
}

// appendFraction appends a number of ticks below a second as a decimal
// fraction, the point included; nothing for zero.
func appendFraction(dst []byte, ticks int) []byte {
	if ticks == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := TicksPerSecond / 10; ticks != 0; unit /= 10 {
		dst = append(dst, byte('0'+ticks/unit))
		ticks %= unit
	}
	return dst
}

// parseClock reads a date and an optional time of day and returns where it
// stopped; what follows is the zone. withTime says whether there was a time.
//
// Grammar: OData V3 ABNF, dateTimeBody, with the date alone allowed as well.
func parseClock(s string) (ticks int64, end int, withTime bool, err error) {
	fail := func(at int, message string) (int64, int, bool, error) {
		return 0, 0, false, syntaxError(at, message)
	}
	century, ok1 := digits2(s, 0)
	ofCentury, ok2 := digits2(s, 2)
	month, ok3 := digits2(s, 5)
	day, ok4 := digits2(s, 8)
	if !ok1 || !ok2 || !ok3 || !ok4 || s[4] != '-' || s[7] != '-' {
		return fail(0, "a date has the form yyyy-mm-dd")
	}
	year := century*100 + ofCentury
	switch {
	case year == 0:
		return fail(0, "years run from 0001 to 9999")
	case month < 1 || month > 12:
		return fail(5, "months run from 01 to 12")
	case day < 1 || day > daysInMonth(year, month):
		return fail(8, "the month does not have this day")
	}
	ticks = int64(daysOf(year, month, day)) * TicksPerDay
	end = len("2006-01-02")
	if end == len(s) || s[end] != 'T' {
		return ticks, end, false, nil
	}
	hour, ok1 := digits2(s, 11)
	minute, ok2 := digits2(s, 14)
	if !ok1 || !ok2 || s[13] != ':' {
		return fail(11, "a time of day has the form hh:mm or hh:mm:ss")
	}
	end = len("2006-01-02T15:04")
	second := 0
	if end < len(s) && s[end] == ':' {
		var ok bool
		if second, ok = digits2(s, end+1); !ok {
			return fail(end+1, "seconds are two digits")
		}
		end += 3
	}
	switch {
	case hour > 23:
		return fail(11, "hours run from 00 to 23")
	case minute > 59:
		return fail(14, "minutes run from 00 to 59")
	case second > 59:
		return fail(17, "seconds run from 00 to 59")
	}
	ticks += int64(hour)*ticksPerHour + int64(minute)*ticksPerMinute + int64(second)*TicksPerSecond
	if end == len("2006-01-02T15:04:05") && end < len(s) && s[end] == '.' {
		fraction, stop, err := parseFraction(s, end+1)
		if err != nil {
			return 0, 0, false, err
		}
		ticks += int64(fraction)
		end = stop
	}
	return ticks, end, true, nil
}

// parseFraction reads the one to seven digits of a fraction of a second that
// start at s[at], and returns them as ticks.
func parseFraction(s string, at int) (ticks, end int, err error) {
	end = at
	unit := TicksPerSecond
	for end < len(s) && isDigit(s[end]) {
		unit /= 10
		if unit == 0 {
			return 0, 0, syntaxError(end, "fractions of a second have at most seven digits (100 ns)")
		}
		ticks += int(s[end]-'0') * unit
		end++
	}
	if end == at {
		return 0, 0, syntaxError(at, "expected the digits of a fraction")
	}
	return ticks, end, nil
}

// utcTicks returns t in ticks since 0001-01-01T00:00:00Z, cut to whole ticks;
// a time outside the years 0001 to 9999 becomes the nearest one inside.
func utcTicks(t time.Time) int64 {
	seconds := t.Unix()
	const first, last = -unixEpochDays * 86_400, MaxDateTimeTicks/TicksPerSecond - unixEpochDays*86_400
	switch {
	case seconds < first:
		return 0
	case seconds > last:
		return MaxDateTimeTicks
	}
	return UnixEpochTicks + seconds*TicksPerSecond + int64(t.Nanosecond()/100)
}

// isServerZone reports whether t is in UTC, or in the zone of the server, which
// is taken to UTC.
func isServerZone(t time.Time) bool {
	location := t.Location()
	return location == time.UTC || location == time.Local
}

// offsetOf returns the offset of t's location in whole minutes. Offsets that
// no zone designator can express count as none.
func offsetOf(t time.Time) int {
	_, seconds := t.Zone()
	if minutes := seconds / 60; -maxOffset <= minutes && minutes <= maxOffset {
		return minutes
	}
	return 0
}

// timeOf is the inverse of utcTicks. The result is in UTC, whatever the zone
// of the server.
func timeOf(utcTicks int64) time.Time {
	sinceEpoch := utcTicks - UnixEpochTicks
	seconds := floorDiv(sinceEpoch, TicksPerSecond)
	return time.Unix(seconds, (sinceEpoch-seconds*TicksPerSecond)*100).UTC()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// saturatingDuration returns ticks as a Duration, or the nearest one.
func saturatingDuration(ticks int64) time.Duration {
	switch {
	case ticks > math.MaxInt64/100:
		return math.MaxInt64
	case ticks < math.MinInt64/100:
		return math.MinInt64
	}
	return time.Duration(ticks) * 100
}

func append2(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

// digits2 reads the two digits at s[at:].
func digits2(s string, at int) (int, bool) {
	if at+2 > len(s) || !isDigit(s[at]) || !isDigit(s[at+1]) {
		return 0, false
	}
	return int(s[at]-'0')*10 + int(s[at+1]-'0'), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

package sqlite

import (
	"encoding/binary"

	"github.com/pamodata/pamodata/metadata/edm"
)

const (
	ticksPerMinute = 60 * edm.TicksPerSecond
	ticksPerHour   = 60 * ticksPerMinute
)

// parseClock reads 2015-07-12T06:40:00.1234567, with a blank for the T, without
// the fraction or with a Z behind it too, and returns the ticks of 100 ns since
// 0001-01-01T00:00:00.
func parseClock(b []byte) (ticks int64, ok bool) {
	if len(b) < len("2006-01-02T15:04:05") || b[10] != 'T' && b[10] != ' ' || b[16] != ':' {
		return 0, false
	}
	// Without the characters that have to be there, digits are their values and
	// the rest is zero.
	date := binary.LittleEndian.Uint64(b) ^ ('0'*eachByte ^ ('0'^'-')<<32 ^ ('0'^'-')<<56)
	clock := binary.LittleEndian.Uint64(b[8:])&^(0xff<<16) ^ ('0'*eachByte&^(0xff<<16) ^ ('0'^':')<<40)
	second := twoDigits(b[17], b[18])
	if noDigits(date)|noDigits(clock)|date&(0xff<<32|0xff<<56)|clock&(0xff<<40) != 0 || second < 0 {
		return 0, false
	}
	date, clock = date*10+date>>8, clock*10+clock>>8 // each byte and the next are a number
	hour, minute := int(clock>>24&0xff), int(clock>>48&0xff)
	if hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	days, ok := daysBefore(int(date&0xff)*100+int(date>>16&0xff), int(date>>40&0xff), int(clock&0xff))
	if !ok {
		return 0, false
	}
	ticks = int64(days)*edm.TicksPerDay + int64(hour)*ticksPerHour + int64(minute)*ticksPerMinute + int64(second)*edm.TicksPerSecond
	rest := b[19:]
	if len(rest) > 0 && rest[0] == '.' {
		n := 1
		for unit := int64(edm.TicksPerSecond / 10); n < len(rest) && rest[n]-'0' <= 9; unit /= 10 {
			if unit == 0 {
				return 0, false // finer than 100 ns
			}
			ticks += int64(rest[n]-'0') * unit
			n++
		}
		if n == 1 {
			return 0, false
		}
		rest = rest[n:]
	}
	return ticks, len(rest) == 0 || len(rest) == 1 && rest[0] == 'Z'
}

// noDigits is zero if no byte is above nine.
func noDigits(w uint64) uint64 { return (w | (w + (0x80-10)*eachByte)) & highBits }

// twoDigits returns the number of two digits, negative if they are none.
func twoDigits(tens, ones byte) int {
	tens -= '0'
	ones -= '0'
	if tens > 9 || ones > 9 {
		return -1
	}
	return int(tens)*10 + int(ones)
}

// daysBefore returns the number of days from 0001-01-01 to a date; ok is false
// if there is no such date.
func daysBefore(year, month, day int) (days int, ok bool) {
	if year < 1 || month < 1 || month > 12 {
		return 0, false
	}
	leap := 0
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		leap = 1
	}
	last := daysOfYear[month] - daysOfYear[month-1]
	if month == 2 {
		last += leap
	}
	if day < 1 || day > last {
		return 0, false
	}
	days = daysOfYear[month-1] + day - 1
	if month > 2 {
		days += leap
	}
	past := year - 1
	return days + past*365 + past/4 - past/100 + past/400, true
}

// daysOfYear are the days before the end of each month of a common year.
var daysOfYear = [...]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// appendClock appends the stored form of a clock that shows UTC. ok is false if
// that is outside the years 0001 to 9999.
func appendClock(dst []byte, ticks int64) (_ []byte, ok bool) {
	clock, err := edm.NewDateTime(ticks, edm.NoZone)
	if err != nil {
		return dst, false
	}
	return clock.AppendText(dst), true
}

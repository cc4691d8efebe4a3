package roles

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
)

const day = 24 * time.Hour

// units are those of durations, in the order in which they may follow one another.
var units = []struct {
	letter byte
	length time.Duration
}{{'d', day}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// parseTTL reads 1h30m, or a number of seconds alone. Longer than [pam.MaxRoleTTL]
// is no duration.
func parseTTL(text string) (time.Duration, bool) {
	if n, ok := count(text); ok {
		return within(n, time.Second)
	}
	var total time.Duration
	for _, unit := range units {
		at := strings.IndexByte(text, unit.letter)
		if at < 0 {
			continue
		}
		n, ok := count(text[:at])
		if !ok {
			return 0, false
		}
		part, ok := within(n, unit.length)
		if !ok || total+part > pam.MaxRoleTTL {
			return 0, false
		}
		total += part
		if text = text[at+1:]; text == "" {
			return total, true
		}
	}
	return 0, false
}

// count reads digits, few enough not to overflow.
func count(text string) (int64, bool) {
	if text == "" || len(text) > 12 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// within is n times unit, if that is a TTL.
func within(n int64, unit time.Duration) (time.Duration, bool) {
	if n > int64(pam.MaxRoleTTL/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// formatTTL writes what parseTTL reads: days where there is nothing else and more
// than one of them, otherwise hours, minutes and seconds.
func formatTTL(d time.Duration) string {
	if d >= 2*day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	var b strings.Builder
	for _, unit := range units[1:] {
		if n := d / unit.length; n > 0 {
			fmt.Fprintf(&b, "%d%c", n, unit.letter)
			d -= n * unit.length
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

// parseClock reads a time of day: 8:30, 08:30, 08:30:15 or 24:00.
func parseClock(text string) (time.Duration, bool) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || len(parts[0]) > 2 {
		return 0, false
	}
	var total time.Duration
	for i, part := range parts {
		n, ok := count(part)
		if !ok || i > 0 && (len(part) != 2 || n > 59) {
			return 0, false
		}
		total += time.Duration(n) * units[i+1].length
	}
	return total, total <= day
}

// formatClock writes what parseClock reads.
func formatClock(d time.Duration) string {
	text := fmt.Sprintf("%02d:%02d", d/time.Hour, d/time.Minute%60)
	if seconds := d / time.Second % 60; seconds != 0 {
		text += fmt.Sprintf(":%02d", seconds)
	}
	return text
}

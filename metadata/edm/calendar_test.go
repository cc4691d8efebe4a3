package edm

import (
	"testing"
	"time"
)

// TestCalendar goes over all days there are.
func TestCalendar(t *testing.T) {
	date := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := 0; n <= MaxDateTimeTicks/TicksPerDay; n++ {
		year, month, day := dateOf(n)
		if y, m, d := date.Date(); year != y || month != int(m) || day != d {
			t.Fatalf("dateOf(%d) = %d, %d, %d; want %v: the time package has the same calendar", n, year, month, day, date)
		}
		if back := daysOf(year, month, day); back != n {
			t.Fatalf("daysOf(%d, %d, %d) = %d; want %d: it is the inverse", year, month, day, back, n)
		}
		date = date.AddDate(0, 0, 1)
	}
}

// TestClock compares the text of every second of a day, and of the first and the
// last tick there are, with that of the time package.
func TestClock(t *testing.T) {
	const day = 735_790 * int64(TicksPerDay)
	ticks := []int64{0, MaxDateTimeTicks, day + 1, day + 1_200_000}
	for second := range int64(24 * 3600) {
		ticks = append(ticks, day+second*TicksPerSecond)
	}
	for _, n := range ticks {
		at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n/TicksPerDay)).Add(time.Duration(n%TicksPerDay) * 100)
		if got, want := string(appendClock(nil, n)), at.Format("2006-01-02T15:04:05.9999999"); got != want {
			t.Fatalf("appendClock(%d) = %s; want %s: a fraction has no trailing zeros", n, got, want)
		}
	}
}

package pam

import (
	"math/rand/v2"
	"testing"
	"time"
)

const clockForm = "2006-01-02T15:04:05Z07:00"

func TestWindow(t *testing.T) {
	const prague, newYork, saoPaulo, apia = "Europe/Prague", "America/New_York", "America/Sao_Paulo", "Pacific/Apia"
	at := func(hour, minute int) time.Duration {
		return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	}
	for _, tt := range []struct {
		name     string
		from, to time.Duration
		zone, t  string
		want     string // next opening as the clocks of the zone show it; empty for never
		why      string
	}{
		{"inside", at(8, 30), at(18, 0), prague, "2026-03-11T12:00:00+01:00", "2026-03-11T12:00:00+01:00", "open now"},
		{"at the beginning", at(8, 30), at(18, 0), prague, "2026-03-11T08:30:00+01:00", "2026-03-11T08:30:00+01:00", "the beginning is inside"},
		{"before", at(8, 30), at(18, 0), prague, "2026-03-11T08:29:59+01:00", "2026-03-11T08:30:00+01:00", "later that day"},
		{"at the end", at(8, 30), at(18, 0), prague, "2026-03-11T18:00:00+01:00", "2026-03-12T08:30:00+01:00", "the end is outside"},
		{"just before the end", at(8, 30), at(18, 0), prague, "2026-03-11T17:59:59+01:00", "2026-03-11T17:59:59+01:00", "still inside"},
		{"another zone's clock", at(8, 30), at(18, 0), newYork, "2026-03-11T12:29:00Z", "2026-03-11T08:30:00-04:00", "the service's zone counts, not that of t"},
		{"to midnight", at(20, 0), at(24, 0), prague, "2026-03-11T23:59:59+01:00", "2026-03-11T23:59:59+01:00", "the day's last second is inside"},
		{"from midnight", at(0, 0), at(1, 0), prague, "2026-03-11T01:00:00+01:00", "2026-03-12T00:00:00+01:00", "the next day's first second"},
		{"always", 0, at(24, 0), prague, "2026-03-29T02:59:00+01:00", "2026-03-29T03:59:00+02:00", "open whatever the clocks do"},

		{"over a night that is an hour shorter", at(8, 30), at(18, 0), prague, "2026-03-28T20:00:00+01:00", "2026-03-29T08:30:00+02:00", "the clock on the wall counts"},
		{"over a night that is an hour longer", at(8, 30), at(18, 0), prague, "2026-10-24T20:00:00+02:00", "2026-10-25T08:30:00+01:00", "the clock on the wall counts"},
		{"begins in the skipped hour", at(2, 30), at(4, 0), prague, "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00", "opens right after the jump"},
		{"ends in the skipped hour", at(1, 30), at(2, 30), prague, "2026-03-29T03:00:00+02:00", "2026-03-30T01:30:00+02:00", "closed at the jump"},
		{"within the skipped hour", at(2, 15), at(2, 45), prague, "2026-03-29T00:00:00+01:00", "2026-03-30T02:15:00+02:00", "not there that day"},
		{"ends with the skipped hour", at(2, 0), at(3, 0), newYork, "2026-03-08T00:00:00-05:00", "2026-03-09T02:00:00-04:00", "not there that day"},
		{"skipped midnight", at(0, 0), at(2, 0), saoPaulo, "2018-11-03T23:00:00-03:00", "2018-11-04T01:00:00-02:00", "the day begins at 1:00"},
		{"first of two", at(2, 15), at(2, 45), prague, "2026-10-25T00:00:00+02:00", "2026-10-25T02:15:00+02:00", "the first opening"},
		{"between two", at(2, 15), at(2, 45), prague, "2026-10-25T02:45:00+02:00", "2026-10-25T02:15:00+01:00", "it is there twice"},
		{"after two", at(2, 15), at(2, 45), prague, "2026-10-25T02:45:00+01:00", "2026-10-26T02:15:00+01:00", "the next day"},
		{"reopened by the change", at(1, 0), at(2, 30), prague, "2026-10-25T02:40:00+02:00", "2026-10-25T02:00:00+01:00", "the clocks go back into it"},
		{"skipped day", at(12, 0), at(13, 0), apia, "2011-12-29T13:00:00-10:00", "2011-12-31T12:00:00+14:00", "Samoa had no 30 December"},

		{"empty", at(8, 0), at(8, 0), prague, "2026-03-11T12:00:00+01:00", "", "never opens"},
		{"backwards", at(18, 0), at(8, 0), prague, "2026-03-11T20:00:00+01:00", "", "does not span midnight"},
		{"after the day", at(24, 0), at(25, 0), prague, "2026-03-11T20:00:00+01:00", "", "never opens"},
		{"before the day", at(-1, 0), at(1, 0), prague, "2026-03-11T20:00:00+01:00", "", "no time of day"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone := zoneNamed(t, tt.zone)
			from, err := time.Parse(time.RFC3339, tt.t)
			if err != nil {
				t.Fatal(err)
			}
			w := &Window{From: tt.from, To: tt.to}
			next := w.NextOpening(from, zone)
			if tt.want == "" {
				if !next.IsZero() {
					t.Errorf("NextOpening = %v, want never: %s", next, tt.why)
				}
				return
			}
			if got := next.In(zone).Format(clockForm); got != tt.want {
				t.Errorf("NextOpening(%s) = %s, want %s: %s", tt.t, got, tt.want, tt.why)
			}
			if open := w.Contains(from, zone); open != next.Equal(from) {
				t.Errorf("Contains(%s) = %t: %s", tt.t, open, tt.why)
			}
		})
	}
}

// FuzzNextOpening is the property test of windows: an opening is the first instant
// at which the window contains. The windows and changes of clocks of these years
// begin and end on whole minutes, so nothing opens between two of them.
func FuzzNextOpening(f *testing.F) {
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Prague", "America/New_York", "Australia/Lord_Howe",
		"Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns"} {
		zones = append(zones, zoneNamed(f, name))
	}
	random := rand.New(rand.NewPCG(1, 2))
	first := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 1500 {
		zone := zones[i%len(zones)]
		at := first.Add(time.Duration(random.Int64N(int64(30 * 365 * 24 * time.Hour))))
		if _, end := at.In(zone).ZoneBounds(); i%3 > 0 && !end.IsZero() {
			// Most days are dull: go to the change of clocks that comes next.
			at = end.Add(time.Duration(random.Int64N(int64(6*time.Hour)) - int64(5*time.Hour)))
		}
		from := random.IntN(1440)
		if i%2 == 0 {
			from = random.IntN(240) // where clocks change
		}
		to := from + 1 + random.IntN(1440-from)
		if i%5 == 0 {
			to = min(from+1+random.IntN(45), 1440)
		}
		f.Add(uint8(i%len(zones)), at.Unix(), uint32(at.Nanosecond()), uint16(from), uint16(to))
	}
	f.Fuzz(func(t *testing.T, z uint8, unix int64, nanos uint32, from, to uint16) {
		if unix < first.Unix() || unix > first.AddDate(60, 0, 0).Unix() || from >= to || to > 1440 {
			return
		}
		zone, at := zones[int(z)%len(zones)], time.Unix(unix, int64(nanos%1e9)).UTC()
		w := &Window{From: time.Duration(from) * time.Minute, To: time.Duration(to) * time.Minute}
		got := w.NextOpening(at, zone)
		want := at
		if !w.Contains(at, zone) {
			want = at.Truncate(time.Minute)
			for range 4 * 1440 {
				want = want.Add(time.Minute)
				if w.Contains(want, zone) {
					break
				}
			}
		}
		if !got.Equal(want) {
			t.Fatalf("window %v-%v in %v: the next opening from %v is %v, want %v", w.From, w.To, zone, at.In(zone), got.In(zone), want.In(zone))
		}
	})
}

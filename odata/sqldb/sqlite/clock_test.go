package sqlite

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// FuzzClock: what is read is what package edm reads, and what is written is read
// again.
func FuzzClock(f *testing.F) {
	for _, s := range []string{"2015-07-12T06:40:00", "2015-07-12 06:40:00.1234567Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999",
		"1900-02-29T00:00:00", "2000-02-29T00:00:00.0", "2015-13-01T00:00:00", "2015-04-31T00:00:00", "2015-07-12T06:40", "2015-07-12", "2015-07-12T06:40:00.", "2015-07-12T06:40:00.12345678"} {
		f.Add(s, int64(len(s))*edm.TicksPerDay*1000+7)
	}
	f.Fuzz(func(t *testing.T, s string, ticks int64) {
		got, ok := parseClock([]byte(s))
		plain := strings.TrimSuffix(s, "Z")
		if len(plain) > 10 && plain[10] == ' ' {
			plain = plain[:10] + "T" + plain[11:]
		}
		want, err := edm.ParseDateTime(plain)
		// Of what edm reads, seconds are required and zones are not stored.
		readable := err == nil && len(plain) >= len("2006-01-02T15:04:05") && plain[16] == ':' && !want.Zoned()
		if ok != readable || ok && got != want.Ticks() {
			t.Errorf("parseClock(%q) = %d, %v; want %d, %v", s, got, ok, want.Ticks(), readable)
		}
		text, ok := appendClock(nil, ticks)
		if inside := ticks >= 0 && ticks <= edm.MaxDateTimeTicks; ok != inside {
			t.Errorf("appendClock(%d): %v, want %v", ticks, ok, inside)
		}
		if again, readAgain := parseClock(text); ok && (!readAgain || again != ticks) {
			t.Errorf("parseClock(%q) = %d, %v; want %d", text, again, readAgain, ticks)
		}
	})
}

func BenchmarkParseClock(b *testing.B) {
	text := []byte("2015-07-12T06:40:00.1234567")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := parseClock(text); !ok {
			b.Fatal("not read")
		}
	}
}

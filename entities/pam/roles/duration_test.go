package roles

import (
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
)

func TestParseTTL(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want time.Duration // 0 if refused
		out  string
	}{
		{"1h", time.Hour, "1h"},
		{"1h30m", 90 * time.Minute, "1h30m"},
		{"90m", 90 * time.Minute, "1h30m"},
		{"3600", time.Hour, "1h"},
		{"61", 61 * time.Second, "1m1s"},
		{"24h", 24 * time.Hour, "24h"},
		{"36h", 36 * time.Hour, "36h"},
		{"1d12h", 36 * time.Hour, "36h"},
		{"2d", 48 * time.Hour, "2d"},
		{"30d", 720 * time.Hour, "30d"},
		{"1d2h3m4s", 26*time.Hour + 3*time.Minute + 4*time.Second, "26h3m4s"},
		{"36525d", pam.MaxRoleTTL, "36525d"},
		{"3155760000", pam.MaxRoleTTL, "36525d"},
		{in: "36525d1s"}, {in: "3155760001"}, {in: "999999999999d"}, {in: "9999999999999s"}, {in: "36525d876600h"},
		{in: ""}, {in: "h"}, {in: "-1h"}, {in: "+1h"}, {in: "1.5h"}, {in: "1h 30m"}, {in: "30m1h"}, {in: "1h1h"},
		{in: "1h30"}, {in: "1H"}, {in: "1ms"}, {in: "1w"}, {in: "PT1H"}, {in: "1_000"}, {in: "0x10"}, {in: "soon"},
	} {
		got, ok := parseTTL(tt.in)
		if got != tt.want || ok != (tt.want != 0) {
			t.Errorf("parseTTL(%q) = %v, %t, want %v", tt.in, got, ok, tt.want)
		}
		if ok && formatTTL(got) != tt.out {
			t.Errorf("formatTTL(%v) = %q, want %q", got, formatTTL(got), tt.out)
		}
	}
}

func TestParseClock(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want time.Duration // below 0 if refused
		out  string
	}{
		{"00:00", 0, "00:00"},
		{"8:30", 8*time.Hour + 30*time.Minute, "08:30"},
		{"08:30", 8*time.Hour + 30*time.Minute, "08:30"},
		{"08:30:00", 8*time.Hour + 30*time.Minute, "08:30"},
		{"18:00:15", 18*time.Hour + 15*time.Second, "18:00:15"},
		{"23:59:59", 24*time.Hour - time.Second, "23:59:59"},
		{"24:00", 24 * time.Hour, "24:00"},
		{in: "24:00:01", want: -1}, {in: "25:00", want: -1}, {in: "8", want: -1}, {in: "8:3", want: -1}, {in: "8:60", want: -1},
		{in: "008:30", want: -1}, {in: "8:30:60", want: -1}, {in: "8:30 PM", want: -1}, {in: ":30", want: -1}, {in: "1:2:3:4", want: -1},
		{in: "-1:00", want: -1}, {in: "", want: -1}, {in: "08:30:00.5", want: -1},
	} {
		got, ok := parseClock(tt.in)
		if ok != (tt.want >= 0) || ok && (got != tt.want || formatClock(got) != tt.out) {
			t.Errorf("parseClock(%q) = %v (%s), %t, want %v (%s)", tt.in, got, formatClock(got), ok, tt.want, tt.out)
		}
	}
}

func FuzzDurations(f *testing.F) {
	for _, seed := range []int64{0, 1, 59, 3600, 86_400, 172_800, 3_155_760_000} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seconds int64) {
		if seconds < 0 || seconds > int64(pam.MaxRoleTTL/time.Second) {
			return
		}
		d := time.Duration(seconds) * time.Second
		if got, ok := parseTTL(formatTTL(d)); !ok || got != d {
			t.Fatalf("%v is written %q and read as %v, %t", d, formatTTL(d), got, ok)
		}
		if d > day {
			return
		}
		if got, ok := parseClock(formatClock(d)); !ok || got != d {
			t.Fatalf("%v is written %q and read as %v, %t", d, formatClock(d), got, ok)
		}
	})
}

func TestDidYouMean(t *testing.T) {
	known := func(names ...string) func(func(string) bool) {
		return func(yield func(string) bool) {
			for _, name := range names {
				if !yield(name) {
					return
				}
			}
		}
	}
	for _, tt := range []struct {
		name  string
		known []string
		want  string
	}{
		{"tll", []string{"ttl", "mfa"}, "did you mean ttl?"},
		{"Owner", []string{"owners", "members"}, "did you mean owners?"},
		{"MFA", []string{"mfa"}, "did you mean mfa?"},
		{"x", []string{"ttl", "mfa"}, ""},
		{"cat", []string{"cut", "cot"}, "did you mean cot?"},
		{"", []string{"id"}, ""},
	} {
		if got := didYouMean(tt.name, known(tt.known...)); got != tt.want {
			t.Errorf("didYouMean(%q, %v) = %q, want %q", tt.name, tt.known, got, tt.want)
		}
	}
}

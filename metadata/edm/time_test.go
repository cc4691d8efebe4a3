package edm_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestParseTime(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     string
		ticks    int64
		offset   int // of the error, if want is empty
		why      string
	}{
		{name: "hours and minutes", in: "PT1H30M", want: "PT1H30M", ticks: 54_000_000_000, why: "the usual form"},
		{name: "negative", in: "-P1DT2H", want: "-P1DT2H", ticks: -936_000_000_000, why: "the sign is before the P"},
		{name: "fraction", in: "PT0.25S", want: "PT0.25S", ticks: 2_500_000, why: "only seconds have one"},
		{name: "tick", in: "PT0.0000001S", want: "PT0.0000001S", ticks: 1, why: "100 ns"},
		{name: "trailing zeros", in: "PT1.5000000S", want: "PT1.5S", ticks: 15_000_000, why: "zeros are cut"},
		{name: "zero", in: "PT0S", want: "PT0S", why: "something must be written"},
		{name: "zero days", in: "-P0D", want: "PT0S", why: "zero has no sign"},
		{name: "days", in: "P400D", want: "P400D", ticks: 345_600_000_000_000, why: "days do not become years"},
		{name: "carry", in: "PT90M", want: "PT1H30M", ticks: 54_000_000_000, why: "components may be large"},
		{name: "much carry", in: "P1DT48H3600S", want: "P3DT1H", ticks: 2_628_000_000_000, why: "components may be large"},
		{name: "all", in: "P1DT2H3M4.5S", want: "P1DT2H3M4.5S", ticks: 937_845_000_000, why: "every part"},
		{name: "leading zeros", in: "P00000000000000000000000000001D", want: "P1D", ticks: 864_000_000_000, why: "they do not count as size"},
		{name: "maximum", in: "P10675199DT2H48M5.4775807S", want: "P10675199DT2H48M5.4775807S", ticks: math.MaxInt64, why: "the maximum of .NET"},
		{name: "minimum", in: "-P10675199DT2H48M5.4775808S", want: "-P10675199DT2H48M5.4775808S", ticks: math.MinInt64, why: "one more on the negative side"},

		{name: "beyond", in: "P10675199DT2H48M5.4775808S", offset: 16, why: "one tick too long"},
		{name: "beyond negative", in: "-P10675199DT2H48M5.4775809S", offset: 17, why: "one tick too long"},
		{name: "two maxima", in: "-P10675199DT9223372036854775807S", offset: 12, why: "the sum must not wrap"},
		{name: "two halves", in: "-P10675199DT256204778H", offset: 12, why: "the sum must not wrap"},
		{name: "days beyond", in: "P10675200D", offset: 1, why: "the product must not wrap"},
		{name: "long number", in: "PT99999999999999999999999999999999S", offset: 2, why: "the number itself must not wrap"},
		{name: "years", in: "P1Y", offset: 2, why: "a year has no fixed length"},
		{name: "months", in: "P1M", offset: 2, why: "a month has no fixed length"},
		{name: "year in the middle", in: "P1Y2D", offset: 2, why: "a year has no fixed length"},
		{name: "weeks", in: "P1W", offset: 2, why: "not in XML Schema"},
		{name: "order", in: "PT1M1H", offset: 5, why: "hours come before minutes"},
		{name: "twice", in: "PT1H1H", offset: 5, why: "each part once"},
		{name: "days after T", in: "PT1D", offset: 3, why: "days come before T"},
		{name: "hours before T", in: "P1H", offset: 2, why: "hours come after T"},
		{name: "two Ts", in: "PT1HT1M", offset: 4, why: "one T"},
		{name: "only P", in: "P", offset: 1, why: "one part at least"},
		{name: "only T", in: "PT", offset: 2, why: "T promises a part"},
		{name: "T at the end", in: "P1DT", offset: 4, why: "T promises a part"},
		{name: "no P", in: "1D", offset: 0, why: "P comes first"},
		{name: "plus", in: "+P1D", offset: 0, why: "no plus in XML Schema"},
		{name: "inner sign", in: "P-1D", offset: 1, why: "the sign comes first"},
		{name: "fraction of an hour", in: "PT1.5H", offset: 5, why: "only seconds have one"},
		{name: "eight digits", in: "PT1.00000000S", offset: 11, why: "finer than 100 ns cannot be held"},
		{name: "empty fraction", in: "PT1.S", offset: 4, why: "the point promises digits"},
		{name: "no whole part", in: "PT.5S", offset: 2, why: "a digit comes first"},
		{name: "no designator", in: "PT1", offset: 3, why: "a number needs its unit"},
		{name: "no designator after fraction", in: "PT1.5", offset: 5, why: "a number needs its unit"},
		{name: "trailing", in: "PT1S ", offset: 4, why: "nothing may follow"},
		{name: "minus", in: "-", offset: 1, why: "P comes next"},
		{name: "empty", in: "", offset: 0, why: "nothing is not a duration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseTime(tt.in)
			if tt.want == "" {
				var syntax *edm.SyntaxError
				if !errors.As(err, &syntax) || syntax.Offset != tt.offset {
					t.Errorf("ParseTime(%q) = %v, %v; want an error at %d: %s", tt.in, got, err, tt.offset, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want || got.Ticks() != tt.ticks {
				t.Errorf("ParseTime(%q) = %v (%d ticks), %v; want %s (%d): %s", tt.in, got, got.Ticks(), err, tt.want, tt.ticks, tt.why)
			}
		})
	}
}

func TestTimeParts(t *testing.T) {
	parts := func(s string) []int {
		v := mustText(t, edm.KindTime, s).Time()
		return []int{v.Days(), v.Hours(), v.Minutes(), v.Seconds()}
	}
	for _, tt := range []struct {
		in   string
		want []int
		why  string
	}{
		{"P1DT25H61M61.9S", []int{2, 2, 2, 1}, "components after carrying, not totals"},
		{"-P1DT2H3M4S", []int{-1, -2, -3, -4}, "all carry the sign, as in .NET"},
		{"PT0S", []int{0, 0, 0, 0}, "zero"},
	} {
		if diff := cmp.Diff(tt.want, parts(tt.in)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.in, tt.why, diff)
		}
	}
}

func TestTimeDuration(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ticks int64
		want  time.Duration
		why   string
	}{
		{"hour", 36_000_000_000, time.Hour, "a tick is 100 ns"},
		{"longest exact", math.MaxInt64 / 100, math.MaxInt64 / 100 * 100, "still fits"},
		{"longer", math.MaxInt64/100 + 1, math.MaxInt64, "the nearest, as time.Time.Sub does"},
		{"longest", math.MaxInt64, math.MaxInt64, "the nearest"},
		{"lowest exact", math.MinInt64 / 100, math.MinInt64 / 100 * 100, "still fits"},
		{"lowest", math.MinInt64, math.MinInt64, "the nearest"},
	} {
		if got := edm.NewTime(tt.ticks).Duration(); got != tt.want {
			t.Errorf("%s: %d ticks are %d ns, want %d: %s", tt.name, tt.ticks, got, tt.want, tt.why)
		}
	}
	if got := edm.TimeFrom(-199 * time.Nanosecond); got != edm.NewTime(-1) {
		t.Errorf("TimeFrom(-199ns) = %v, want one tick: cut toward zero", got)
	}
}

func TestTimeRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	previous := edm.NewTime(0)
	for range 10_000 {
		v := edm.NewTime(int64(random.Uint64()) >> random.IntN(64))
		back, err := edm.ParseTime(v.String())
		if err != nil || back != v {
			t.Fatalf("%d ticks print as %v, which reads as %d, %v", v.Ticks(), v, back.Ticks(), err)
		}
		if got, want := v.Compare(previous) < 0, v.Ticks() < previous.Ticks(); got != want {
			t.Fatalf("%v < %v = %v", v, previous, got)
		}
		previous = v
	}
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{"PT1H30M", "-P1DT2H", "PT0.25S", "P10675199DT2H48M5.4775807S", "P1Y", "PT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := edm.ParseTime(s)
		if err != nil {
			return
		}
		back, err := edm.ParseTime(v.String())
		if err != nil || !back.Equal(v) {
			t.Fatalf("%q is %v, which reads back as %v, %v", s, v, back, err)
		}
	})
}

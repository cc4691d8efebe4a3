package edm_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestParseDateTime(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		offset         int // of the error, if want is empty
		why            string
	}{
		{name: "plain", in: "2015-07-12T06:40:00", want: "2015-07-12T06:40:00", why: "no zone stays no zone"},
		{name: "utc", in: "2015-06-12T04:49:32.431Z", want: "2015-06-12T04:49:32.431Z", why: "documented PAM filter"},
		{name: "negative offset", in: "2015-07-11T23:38:09.036164-07:00", want: "2015-07-11T23:38:09.036164-07:00", why: "documented PAM answer"},
		{name: "zero offset", in: "2015-07-12T06:40:00+00:00", want: "2015-07-12T06:40:00+00:00", why: "not the same text as Z"},
		{name: "negative zero offset", in: "2015-07-12T06:40:00-00:00", want: "2015-07-12T06:40:00+00:00", why: "zero has one sign"},
		{name: "blank for plus", in: "2015-07-12T06:40:00 02:00", want: "2015-07-12T06:40:00+02:00", why: "an unescaped plus in a query"},
		{name: "widest offsets", in: "2015-07-12T06:40:00+14:00", want: "2015-07-12T06:40:00+14:00", why: "XML Schema's limit"},
		{name: "half hour", in: "2015-07-12T06:40:00-02:30", want: "2015-07-12T06:40:00-02:30", why: "minutes count"},
		{name: "date only", in: "2015-07-12", want: "2015-07-12T00:00:00", why: "midnight"},
		{name: "no seconds", in: "2015-07-12T06:40", want: "2015-07-12T06:40:00", why: "seconds are optional"},
		{name: "no seconds, zone", in: "2015-07-12T06:40Z", want: "2015-07-12T06:40:00Z", why: "seconds are optional"},
		{name: "seven digits", in: "2015-07-12T06:40:00.7229894", want: "2015-07-12T06:40:00.7229894", why: "100 ns"},
		{name: "trailing zeros", in: "2015-06-23T11:34:38.5800000Z", want: "2015-06-23T11:34:38.58Z", why: "zeros are cut"},
		{name: "zero fraction", in: "2015-07-12T06:40:00.0", want: "2015-07-12T06:40:00", why: "no fraction is written for none"},
		{name: "leading zeros", in: "2015-07-12T06:40:00.0000001", want: "2015-07-12T06:40:00.0000001", why: "one tick"},
		{name: "minimum", in: "0001-01-01T00:00:00", want: "0001-01-01T00:00:00", why: "real PAM data for not set"},
		{name: "minimum utc", in: "0001-01-01T00:00:00Z", want: "0001-01-01T00:00:00Z", why: "the zone is kept here too"},
		{name: "minimum ahead", in: "0001-01-01T00:00:00+14:00", want: "0001-01-01T00:00:00+14:00", why: "the clock is in range, whatever the instant"},
		{name: "maximum", in: "9999-12-31T23:59:59.9999999", want: "9999-12-31T23:59:59.9999999", why: "the last tick"},
		{name: "leap day", in: "2000-02-29", want: "2000-02-29T00:00:00", why: "divisible by 400"},

		{name: "eight digits", in: "2015-07-12T06:40:00.12345678", offset: 27, why: "finer than 100 ns cannot be held"},
		{name: "eight zeros", in: "2015-07-12T06:40:00.00000000", offset: 27, why: "the grammar has seven digits"},
		{name: "no leap day", in: "1900-02-29", offset: 8, why: "divisible by 100, not by 400"},
		{name: "april", in: "2015-04-31", offset: 8, why: "30 days"},
		{name: "day zero", in: "2015-04-00", offset: 8, why: "days begin at 1"},
		{name: "month zero", in: "2015-00-01", offset: 5, why: "months begin at 1"},
		{name: "month 13", in: "2015-13-01", offset: 5, why: "twelve months"},
		{name: "year zero", in: "0000-01-01", offset: 0, why: "beyond the minimum"},
		{name: "year 10000", in: "10000-01-01", offset: 0, why: "beyond the maximum"},
		{name: "negative year", in: "-001-01-01", offset: 0, why: "years have four digits"},
		{name: "hour 24", in: "2015-07-12T24:00:00", offset: 11, why: "midnight is 00 of the next day"},
		{name: "minute 60", in: "2015-07-12T06:60:00", offset: 14, why: "59 at most"},
		{name: "leap second", in: "2015-06-30T23:59:60", offset: 17, why: "the clock has none"},
		{name: "lower t", in: "2015-07-12t06:40:00", offset: 10, why: "upper case in XML Schema"},
		{name: "blank for T", in: "2015-07-12 06:40:00", offset: 10, why: "SQL's form is not OData's"},
		{name: "lower z", in: "2015-07-12T06:40:00z", offset: 19, why: "upper case in XML Schema"},
		{name: "zone on a date", in: "2015-07-12Z", offset: 10, why: "a zone needs a time of day"},
		{name: "only T", in: "2015-07-12T", offset: 11, why: "T promises a time"},
		{name: "hour only", in: "2015-07-12T06", offset: 11, why: "minutes are required"},
		{name: "one digit", in: "2015-07-12T6:40", offset: 11, why: "two digits"},
		{name: "empty second", in: "2015-07-12T06:40:", offset: 17, why: "the colon promises seconds"},
		{name: "fraction of minute", in: "2015-07-12T06:40.5", offset: 16, why: "only seconds have fractions"},
		{name: "empty fraction", in: "2015-07-12T06:40:00.", offset: 20, why: "the point promises digits"},
		{name: "empty fraction, zone", in: "2015-07-12T06:40:00.Z", offset: 20, why: "the point promises digits"},
		{name: "offset of 14:01", in: "2015-07-12T06:40:00+14:01", offset: 19, why: "beyond XML Schema's limit"},
		{name: "offset minute 60", in: "2015-07-12T06:40:00+01:60", offset: 19, why: "59 at most"},
		{name: "short offset", in: "2015-07-12T06:40:00+02", offset: 19, why: "minutes are required"},
		{name: "no colon", in: "2015-07-12T06:40:00+0200", offset: 19, why: "the colon is required"},
		{name: "cut offset", in: "2015-07-12T06:40:00+02:0", offset: 19, why: "two digits"},
		{name: "after offset", in: "2015-07-12T06:40:00+02:00x", offset: 25, why: "nothing may follow"},
		{name: "after Z", in: "2015-07-12T06:40:00ZZ", offset: 20, why: "nothing may follow"},
		{name: "slashes", in: "2015/07/12", offset: 0, why: "hyphens"},
		{name: "words", in: "yesterday", offset: 0, why: "a date has digits"},
		{name: "empty", in: "", offset: 0, why: "nothing is not a date"},
		{name: "non-ASCII digits", in: "２015-07-12", offset: 0, why: "ASCII digits only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseDateTime(tt.in)
			if tt.want == "" {
				var syntax *edm.SyntaxError
				if !errors.As(err, &syntax) || syntax.Offset != tt.offset {
					t.Errorf("ParseDateTime(%q) = %v, %v; want an error at %d: %s", tt.in, got, err, tt.offset, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseDateTime(%q) = %v, %v; want %s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestParseDateTimeOffset(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		offset         int // of the error, if want is empty
		why            string
	}{
		{name: "utc", in: "2015-07-12T06:40:00Z", want: "2015-07-12T06:40:00Z", why: "the canonical zero"},
		{name: "zero offset", in: "2015-07-12T06:40:00+00:00", want: "2015-07-12T06:40:00Z", why: "zero is written Z"},
		{name: "east", in: "2015-07-12T06:40+14:00", want: "2015-07-12T06:40:00+14:00", why: "the widest"},
		{name: "west", in: "2015-07-12T06:40:00.5-14:00", want: "2015-07-12T06:40:00.5-14:00", why: "the widest"},
		{name: "blank for plus", in: "2015-07-12T06:40:00 02:00", want: "2015-07-12T06:40:00+02:00", why: "an unescaped plus in a query"},
		{name: "minimum", in: "0001-01-01T00:00:00Z", want: "0001-01-01T00:00:00Z", why: "first instant"},
		{name: "maximum", in: "9999-12-31T23:59:59.9999999Z", want: "9999-12-31T23:59:59.9999999Z", why: "last instant"},
		{name: "no zone", in: "2015-07-12T06:40:00", offset: 19, why: "the zone is what this type is for"},
		{name: "date only", in: "2015-07-12", offset: 10, why: "the time of day is required"},
		{name: "date and zone", in: "2015-07-12Z", offset: 10, why: "the time of day is required"},
		{name: "before the first instant", in: "0001-01-01T00:00:00+00:01", offset: 0, why: "no .NET client could read it"},
		{name: "after the last instant", in: "9999-12-31T23:59:59-00:01", offset: 0, why: "no .NET client could read it"},
		{name: "wide offset", in: "2015-07-12T06:40:00-14:01", offset: 19, why: "beyond the limit"},
		{name: "empty", in: "", offset: 0, why: "nothing is not a date"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseDateTimeOffset(tt.in)
			if tt.want == "" {
				var syntax *edm.SyntaxError
				if !errors.As(err, &syntax) || syntax.Offset != tt.offset {
					t.Errorf("ParseDateTimeOffset(%q) = %v, %v; want an error at %d: %s", tt.in, got, err, tt.offset, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseDateTimeOffset(%q) = %v, %v; want %s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestDateTimeCompare(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		want       int
		why        string
	}{
		{"clock", "2015-07-12T06:40:00", "2015-07-12T06:40:01", -1, "later is larger"},
		{"tick", "2015-07-12T06:40:00.0000001", "2015-07-12T06:40:00", 1, "to the tick"},
		{"offset", "2015-07-11T23:40:00-07:00", "2015-07-12T06:40:00Z", 0, "the same instant"},
		{"unspecified", "2015-07-12T06:40:00", "2015-07-12T06:40:00Z", 0, "no zone is taken as UTC"},
		{"unset", "0001-01-01T00:00:00", "2015-07-12T06:40:00Z", -1, "a filter on the future hides unset dates"},
		{"outside", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00", -1, "instants outside the clock's range still have an order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := mustText(t, edm.KindDateTime, tt.a), mustText(t, edm.KindDateTime, tt.b)
			if got := a.DateTime().Compare(b.DateTime()); got != tt.want {
				t.Errorf("%v Compare %v = %d, want %d: %s", a, b, got, tt.want, tt.why)
			}
			if got := b.DateTime().Compare(a.DateTime()); got != -tt.want {
				t.Errorf("%v Compare %v = %d, want %d: order is antisymmetric", b, a, got, -tt.want)
			}
		})
	}
}

func TestDateTimeAgainstTimePackage(t *testing.T) {
	zone := time.FixedZone("", -(3*3600 + 30*60))
	for day := -719162; day <= 2932896; day += 97 { // 0001-01-01 to 9999-12-31
		in := time.Unix(int64(day)*86400+int64(day&0xffff), 123456700).In(zone)
		if y := in.Year(); y < 1 || y > 9999 {
			continue
		}
		got := edm.DateTimeFrom(in)
		year, month, dayOfMonth := got.Date()
		fields := []int{year, month, dayOfMonth, got.Year(), got.Month(), got.Day(), got.Hour(), got.Minute(), got.Second(), got.Zone().Minutes()}
		want := []int{in.Year(), int(in.Month()), in.Day(), in.Year(), int(in.Month()), in.Day(), in.Hour(), in.Minute(), in.Second(), -210}
		if diff := cmp.Diff(want, fields); diff != "" {
			t.Fatalf("components of %v (-want +got):\n%s", in, diff)
		}
		if text := in.Format("2006-01-02T15:04:05.9999999-07:00"); got.String() != text {
			t.Fatalf("%v prints %v, want %s", in, got, text)
		}
		if !got.Instant().Equal(in) {
			t.Fatalf("Instant of %v = %v", in, got.Instant())
		}
		withOffset := edm.DateTimeOffsetFrom(in)
		if withOffset.String() != got.String() || !withOffset.Instant().Equal(in) || withOffset.Offset() != -210 {
			t.Fatalf("DateTimeOffsetFrom(%v) = %v, instant %v", in, withOffset, withOffset.Instant())
		}
		if diff := cmp.Diff(
			[]int{withOffset.Year(), withOffset.Month(), withOffset.Day(), withOffset.Hour(), withOffset.Minute(), withOffset.Second()},
			[]int{got.Year(), got.Month(), got.Day(), got.Hour(), got.Minute(), got.Second()}); diff != "" {
			t.Fatalf("components of both types differ for %v:\n%s", in, diff)
		}
	}
}

func TestDateTimeFrom(t *testing.T) {
	for _, tt := range []struct {
		name       string
		in         time.Time
		want       string // as DateTime
		wantOffset string // as DateTimeOffset
		why        string
	}{
		{"zero time", time.Time{}, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "the zero time is the first instant, in UTC"},
		{"below a tick", time.Date(2015, 7, 12, 6, 40, 0, 199, time.UTC), "2015-07-12T06:40:00.0000001Z", "2015-07-12T06:40:00.0000001Z", "cut, not rounded"},
		{"before 1970", time.Date(1900, 1, 1, 0, 0, 0, 199, time.UTC), "1900-01-01T00:00:00.0000001Z", "1900-01-01T00:00:00.0000001Z", "cut toward the past on both sides of the epoch"},
		{"zone of zero", time.Date(2015, 7, 12, 6, 40, 0, 0, time.FixedZone("GMT", 0)), "2015-07-12T06:40:00+00:00", "2015-07-12T06:40:00Z", "a named zone is not UTC"},
		{"seconds in the offset", time.Date(1900, 1, 1, 12, 0, 0, 0, time.FixedZone("LMT", 1172)), "1900-01-01T11:59:28+00:19", "1900-01-01T11:59:28+00:19", "the instant is kept, the offset cut to minutes"},
		{"absurd offset", time.Date(2015, 7, 12, 6, 40, 0, 0, time.FixedZone("", 20*3600)), "2015-07-11T10:40:00+00:00", "2015-07-11T10:40:00Z", "the instant is kept without the offset"},
		{"too late", time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z", "the end stands for what lies beyond"},
		{"too early", time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "the start stands for what lies before"},
		{"far too late", time.Unix(math.MaxInt64/2, 0), "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z", "no wrap around"},
		{"clock too early", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).In(time.FixedZone("", -3600)), "0001-01-01T00:00:00-01:00", "0001-01-01T00:00:00Z", "no clock can show it"},
		{"clock too late", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).In(time.FixedZone("", 3600)), "9999-12-31T23:59:59.9999999+01:00", "9999-12-31T23:59:59Z", "no clock can show it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := edm.DateTimeFrom(tt.in).String(); got != tt.want {
				t.Errorf("DateTimeFrom(%v) = %s, want %s: %s", tt.in, got, tt.want, tt.why)
			}
			if got := edm.DateTimeOffsetFrom(tt.in).String(); got != tt.wantOffset {
				t.Errorf("DateTimeOffsetFrom(%v) = %s, want %s: %s", tt.in, got, tt.wantOffset, tt.why)
			}
		})
	}
}

func TestNewDateTimeRange(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ticks int64
		ok    bool
	}{
		{"first", 0, true},
		{"last", edm.MaxDateTimeTicks, true},
		{"before", -1, false},
		{"beyond", edm.MaxDateTimeTicks + 1, false},
		{"lowest", math.MinInt64, false},
		{"highest", math.MaxInt64, false},
	} {
		d, err := edm.NewDateTime(tt.ticks, edm.NoZone)
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, edm.ErrDateRange) || err == nil && (d.Ticks() != tt.ticks || d.Zoned()) {
			t.Errorf("%s: NewDateTime(%d) = %v, %v", tt.name, tt.ticks, d, err)
		}
		o, err := edm.NewDateTimeOffset(tt.ticks, 0)
		if (err == nil) != tt.ok || err == nil && o.Ticks() != tt.ticks {
			t.Errorf("%s: NewDateTimeOffset(%d) = %v, %v", tt.name, tt.ticks, o, err)
		}
	}
	if d, err := edm.NewDateTime(edm.UnixEpochTicks, edm.UTC); err != nil || d.String() != "1970-01-01T00:00:00Z" || !d.Zoned() {
		t.Errorf("the Unix epoch is %v, %v", d, err)
	}
}

func TestZone(t *testing.T) {
	for minutes := -840; minutes <= 840; minutes++ {
		z := edm.Offset(minutes)
		if z.Minutes() != minutes || z == edm.NoZone || z == edm.UTC {
			t.Fatalf("Offset(%d) = %v with %d minutes", minutes, z, z.Minutes())
		}
	}
	if got := []string{edm.NoZone.String(), edm.UTC.String(), edm.Offset(-150).String()}; !cmp.Equal(got, []string{"", "Z", "-02:30"}) {
		t.Errorf("zones print as %q", got)
	}
	for _, minutes := range []int{-841, 841, math.MaxInt} {
		if panicOf(func() { edm.Offset(minutes) }) == "" {
			t.Errorf("Offset(%d) does not panic", minutes)
		}
	}
}

// Nothing may depend on where the server stands.
func TestServerZoneDoesNotShow(t *testing.T) {
	results := func() []string {
		now := time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC)
		unspecified := mustText(t, edm.KindDateTime, "2015-07-12T06:40:00").DateTime()
		return []string{
			edm.DateTimeFrom(now.Local()).String(),
			edm.DateTimeOffsetFrom(now.Local()).String(),
			edm.DateTimeFrom(time.Unix(1436683200, 0)).String(),
			unspecified.String(),
			unspecified.Instant().Format(time.RFC3339),
			string(unspecified.AppendJSONDate(nil)),
			mustText(t, edm.KindDateTime, "/Date(1436683200000)/").String(),
			mustText(t, edm.KindDateTimeOffset, "2015-07-12T06:40:00-07:00").DateTimeOffset().Instant().Format(time.RFC3339),
		}
	}
	before := time.Local
	defer func() { time.Local = before }()
	time.Local = time.UTC
	want := results()
	for _, offset := range []int{-3*3600 - 30*60, 5*3600 + 45*60, 10*3600 + 30*60, 0} {
		time.Local = time.FixedZone("Server", offset)
		if diff := cmp.Diff(want, results()); diff != "" {
			t.Errorf("with the server at offset %d s (-UTC +here):\n%s", offset, diff)
		}
	}
}

func FuzzDateTime(f *testing.F) {
	for _, seed := range []string{"2015-07-12", "2015-07-12T06:40", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999+14:00",
		"2015-07-12T06:40:00.036164-07:00", "2000-02-29T00:00:00 02:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := edm.ParseDateTime(s); err == nil {
			again, err := edm.ParseDateTime(d.String())
			if err != nil || again != d {
				t.Fatalf("%q is %v, which reads back as %v, %v", s, d, again, err)
			}
			layout := "2006-01-02T15:04:05.9999999"
			if d.Zoned() {
				layout += "Z07:00"
			}
			oracle, err := time.Parse(layout, d.String())
			if err != nil || !oracle.Equal(d.Instant()) {
				t.Fatalf("%v is the instant %v; package time says %v, %v", d, d.Instant(), oracle, err)
			}
			if back := edm.DateTimeFrom(d.Instant()); back.Ticks() == d.Ticks()-int64(d.Zone().Minutes())*60*edm.TicksPerSecond &&
				back.Compare(d) != 0 {
				t.Fatalf("%v became %v by way of its instant", d, back)
			}
		}
		if d, err := edm.ParseDateTimeOffset(s); err == nil {
			again, err := edm.ParseDateTimeOffset(d.String())
			if err != nil || again != d {
				t.Fatalf("%q is %v, which reads back as %v, %v", s, d, again, err)
			}
			plain, err := edm.ParseDateTime(s)
			if err != nil || !plain.Instant().Equal(d.Instant()) {
				t.Fatalf("%q is %v as DateTimeOffset and %v, %v as DateTime", s, d.Instant(), plain.Instant(), err)
			}
		}
	})
}

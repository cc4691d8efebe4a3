package pam

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones wherever they run
)

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestParseMoment(t *testing.T) {
	const utc, prague, newYork, apia = "UTC", "Europe/Prague", "America/New_York", "Pacific/Apia"
	for _, tt := range []struct {
		name, in, zone string
		want           string // RFC 3339, empty if refused
		why            string
	}{
		{"portal", "2026/03/11 21:00", prague, "2026-03-11T20:00:00Z", "the service's zone, one hour east"},
		{"documents", "2015/07/11 23:40", "Etc/GMT+7", "2015-07-12T06:40:00Z", "the example of the documents, seven hours west"},
		{"portal in summer", "2026/07/11 21:00", prague, "2026-07-11T19:00:00Z", "two hours east in summer"},
		{"portal with seconds", "2026/03/11 21:00:59", prague, "2026-03-11T20:00:59Z", "they may follow"},
		{"iso", "2026-03-11T21:00:05", newYork, "2026-03-12T01:00:05Z", "without an offset the zone counts"},
		{"iso with a blank", "2026-03-11 21:00:05", utc, "2026-03-11T21:00:05Z", "T or a blank"},
		{"iso without seconds", "2026-03-11T21:00", utc, "2026-03-11T21:00:00Z", "they may be missing"},
		{"utc", "2026-03-11T21:00:05Z", prague, "2026-03-11T21:00:05Z", "Z wins over the zone"},
		{"utc without seconds", "2026-03-11 21:00Z", prague, "2026-03-11T21:00:00Z", "both may be missing"},
		{"offset", "2026-03-11T21:00:05+07:30", utc, "2026-03-11T13:30:05Z", "east is plus"},
		{"offset without colon", "2026-03-11T21:00:05-0730", utc, "2026-03-12T04:30:05Z", "the basic form of ISO 8601"},
		{"offset of hours", "2026-03-11T21:00:05+01", utc, "2026-03-11T20:00:05Z", "the short form of ISO 8601"},
		{"minus nothing", "2026-03-11T21:00:05-00:00", prague, "2026-03-11T21:00:05Z", "UTC of unknown origin"},
		{"milliseconds", "2026-03-11T21:00:05.125Z", utc, "2026-03-11T21:00:05.125Z", "what is stored"},
		{"tenths", "2026-03-11T21:00:05.5Z", utc, "2026-03-11T21:00:05.5Z", "any number of digits"},
		{"finer", "2026-03-11T21:00:05.1239999999999Z", utc, "2026-03-11T21:00:05.123Z", "cut, not rounded"},
		{"almost midnight", "2026-12-31T23:59:59.9999999", utc, "2026-12-31T23:59:59.999Z", "cut, so that it stays in its year"},
		{"leap day", "2028/02/29 00:00", utc, "2028-02-29T00:00:00Z", "exists"},
		{"first", "0001-01-01T00:00:00", utc, "0001-01-01T00:00:00Z", "the no-date value is a time like others"},
		{"last", "9999-12-31T23:59:59.999Z", utc, "9999-12-31T23:59:59.999Z", "the end of the range"},

		{"skipped in Prague", "2026/03/29 02:30", prague, "2026-03-29T01:30:00Z", "forward by the hour that is skipped: 3:30 there"},
		{"beginning of the skipped", "2026/03/29 02:00", prague, "2026-03-29T01:00:00Z", "the jump itself"},
		{"before the skipped", "2026/03/29 01:59:59", prague, "2026-03-29T00:59:59Z", "still winter"},
		{"after the skipped", "2026/03/29 03:00", prague, "2026-03-29T01:00:00Z", "summer has begun"},
		{"twice in Prague", "2026/10/25 02:30", prague, "2026-10-25T00:30:00Z", "the first, in summer time"},
		{"second of two by offset", "2026-10-25T02:30+01:00", prague, "2026-10-25T01:30:00Z", "an offset can name the second"},
		{"after the fold", "2026/10/25 03:00", prague, "2026-10-25T02:00:00Z", "winter has begun"},
		{"skipped in New York", "2026/03/08 02:30", newYork, "2026-03-08T07:30:00Z", "forward by the hour that is skipped"},
		{"twice in New York", "2026/11/01 01:30", newYork, "2026-11-01T05:30:00Z", "the first, in summer time"},
		{"a day that was skipped", "2011/12/30 12:00", apia, "2011-12-30T22:00:00Z", "Samoa had no 30 December: forward by a day"},
		{"before that day", "2011/12/29 12:00", apia, "2011-12-29T22:00:00Z", "ten hours west, in summer time"},
		{"far future", "2999/07/01 12:00", newYork, "2999-07-01T16:00:00Z", "rules go on for ever"},

		{"empty", "", utc, "", "the caller knows that as now"},
		{"date", "2026-03-11", utc, "", "a time is needed"},
		{"other order", "11/03/2026 21:00", utc, "", "no guess which is the month"},
		{"mixed", "2026/03-11 21:00", utc, "", "neither form"},
		{"slashes and T", "2026/03/11T21:00", utc, "", "neither form"},
		{"slashes and Z", "2026/03/11 21:00Z", utc, "", "neither form"},
		{"slashes and fraction", "2026/03/11 21:00:00.5", utc, "", "neither form"},
		{"short month", "2026/3/11 21:00", utc, "", "two digits"},
		{"five digits", "12026-03-11T21:00", utc, "", "four digits"},
		{"no such day", "2026/02/30 21:00", utc, "", "not the second of March"},
		{"no leap day", "2026/02/29 21:00", utc, "", "2026 has none"},
		{"month 0", "2026/00/10 21:00", utc, "", "not December of last year"},
		{"month 13", "2026/13/10 21:00", utc, "", "not January of next year"},
		{"day 0", "2026/03/00 21:00", utc, "", "not the last of February"},
		{"hour 24", "2026/03/11 24:00", utc, "", "the next day's 0:00"},
		{"minute 60", "2026/03/11 21:60", utc, "", "no such minute"},
		{"leap second", "2026-06-30T23:59:60Z", utc, "", "clocks here have none"},
		{"year 0", "0000-01-01T00:00:00Z", utc, "", "years begin with 1"},
		{"before year 1 in UTC", "0001-01-01T00:00:00+01:00", utc, "", "cannot be answered"},
		{"after year 9999 in UTC", "9999-12-31T23:59:59-01:00", utc, "", "cannot be answered"},
		{"plus that became a blank", "2026-03-11T21:00:05 07:00", utc, "", "it was not escaped"},
		{"small letters", "2026-03-11t21:00:05z", utc, "", "not the form"},
		{"open fraction", "2026-03-11T21:00:05.Z", utc, "", "a digit follows"},
		{"comma", "2026-03-11T21:00:05,5Z", utc, "", "not the form"},
		{"fraction of a minute", "2026-03-11T21:00.5Z", utc, "", "not the form"},
		{"offset too large", "2026-03-11T21:00:05+14:01", utc, "", "no clock is that far off"},
		{"offset minutes", "2026-03-11T21:00:05+01:60", utc, "", "no such minute"},
		{"open offset", "2026-03-11T21:00:05+01:", utc, "", "digits follow"},
		{"blank after", "2026/03/11 21:00 ", utc, "", "not the form"},
		{"blank before", " 2026/03/11 21:00", utc, "", "not the form"},
		{"epoch", "/Date(1436675714433)/", utc, "", "not the form"},
		{"word", "tomorrow", utc, "", "not the form"},
		{"other digits", "２０２６/03/11 21:00", utc, "", "ASCII digits only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseMoment(tt.in, zoneNamed(t, tt.zone))
			if ok != (tt.want != "") {
				t.Fatalf("ParseMoment(%q) = %v, %t: %s", tt.in, got, ok, tt.why)
			}
			if ok && got.Format(time.RFC3339Nano) != tt.want {
				t.Errorf("ParseMoment(%q) in %s = %s, want %s: %s", tt.in, tt.zone, got.Format(time.RFC3339Nano), tt.want, tt.why)
			}
		})
	}
}

// FuzzParseMoment holds what is read to what is written: the instant prints, and
// in any zone the clock's reading reads as the first instant that shows it.
func FuzzParseMoment(f *testing.F) {
	for _, seed := range []string{"2026/03/29 02:30", "2026-10-25T02:30:00.5+01:00", "0001-01-01 00:00", "9999-12-31T23:59:59Z", "2011-12-30T12:00"} {
		f.Add(seed)
	}
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"Europe/Prague", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Manila"} {
		zones = append(zones, zoneNamed(f, name))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, zone := range zones {
			moment, ok := ParseMoment(text, zone)
			if !ok {
				form := "2006/01/02 15:04"
				if known, err := time.Parse(form, text); err == nil && known.Format(form) == text && text[:4] > "0001" && text[:4] < "9999" {
					t.Fatalf("ParseMoment(%q) refuses the form of portals", text)
				}
				continue
			}
			printed := moment.Format("2006-01-02T15:04:05.999Z07:00")
			again, ok := ParseMoment(printed, zone)
			if !ok || !again.Equal(moment) || moment.Location() != time.UTC || moment.Nanosecond()%1e6 != 0 {
				t.Fatalf("ParseMoment(%q) = %v; printed as %q it reads as %v, %t", text, moment, printed, again, ok)
			}
			clock := moment.In(zone).Format("2006-01-02T15:04:05.999")
			first, ok := ParseMoment(clock, zone)
			if !ok {
				continue // the years before 1 and after 9999 of the clock
			}
			if first.After(moment) || first.In(zone).Format("2006-01-02T15:04:05.999") != clock {
				t.Fatalf("%q in %v is %v, not %v or a time before it that shows the same", clock, zone, first, moment)
			}
		}
	})
}

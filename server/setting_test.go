package server

import (
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAssign(t *testing.T) {
	for _, tt := range []struct {
		name string
		into any
		in   any
		want string
		bad  bool
		why  string
	}{
		{name: "text", into: new(string), in: "a b", want: "a b", why: "text is taken as it is"},
		{name: "text from a YAML number", into: new(string), in: 8086, want: "8086", why: "YAML reads digits as numbers"},
		{name: "text from null", into: new(string), in: nil, want: "", why: "key: with nothing behind it is empty"},
		{name: "text from a list", into: new(string), in: []any{"a"}, bad: true, why: "one value belongs here"},
		{name: "text from a section", into: new(string), in: map[string]any{"a": 1}, bad: true, why: "one value belongs here"},
		{name: "bool", into: new(bool), in: true, want: "true", why: "YAML bool"},
		{name: "bool text", into: new(bool), in: "false", want: "false", why: "from the environment"},
		{name: "bool yes", into: new(bool), in: "yes", bad: true, why: "YAML 1.2 has no yes; guessing switches things on"},
		{name: "number", into: new(int), in: 64, want: "64", why: "YAML number"},
		{name: "number with unit", into: new(int), in: "64k", bad: true, why: "a count has no unit"},
		{name: "number with fraction", into: new(int), in: 1.5, bad: true, why: "a count is whole"},
		{name: "duration", into: new(time.Duration), in: "1m30s", want: "1m30s", why: "with units"},
		{name: "duration without unit", into: new(time.Duration), in: 30, bad: true, why: "30 what?"},
		{name: "size", into: new(Size), in: "64KiB", want: "64KiB", why: "binary units"},
		{name: "size in bytes", into: new(Size), in: 1000, want: "1000", why: "bytes stay bytes"},
		{name: "size is printed short", into: new(Size), in: "2048KiB", want: "2MiB", why: "the largest unit without a fraction"},
		{name: "size too large", into: new(Size), in: "9999999999GiB", bad: true, why: "must not wrap around"},
		{name: "size negative", into: new(Size), in: "-1", bad: true, why: "nothing is smaller than nothing"},
		{name: "size in MB", into: new(Size), in: "1MB", bad: true, why: "not a unit here"},
		{name: "list from YAML", into: new([]string), in: []any{"a", 1}, want: "a, 1", why: "items are scalars"},
		{name: "list from text", into: new([]string), in: "a, b,,", want: "a, b", why: "commas in variables and flags"},
		{name: "list of lists", into: new([]string), in: []any{[]any{"a"}}, bad: true, why: "items are scalars"},
		{name: "networks", into: new([]netip.Prefix), in: "10.1.2.3,10.1.2.3/8,::1", want: "10.1.2.3/32, 10.0.0.0/8, ::1/128", why: "addresses and networks"},
		{name: "network of names", into: new([]netip.Prefix), in: "proxy.example", bad: true, why: "names can be pointed elsewhere"},
		{name: "mapped network", into: new([]netip.Prefix), in: "::ffff:10.0.0.0/104", bad: true, why: "would never match an unmapped peer"},
		{name: "level", into: new(slog.Level), in: "warn", want: "warn", why: "by name"},
		{name: "level in capitals", into: new(slog.Level), in: "WARN", bad: true, why: "one spelling"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Setting{Key: "k", Value: tt.into}
			err := s.assign(tt.in)
			if (err != nil) != tt.bad {
				t.Fatalf("assign(%v): error %v (%s)", tt.in, err, tt.why)
			}
			if tt.bad {
				return
			}
			got := plain(&s)
			if got == "empty" {
				got = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("assign(%v): %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func TestSizeRoundTrip(t *testing.T) {
	for _, s := range []Size{0, 1, 1023, 1024, 1025, 1 << 20, 3 << 30, 1<<40 + 1} {
		got, err := parseSize(s.String())
		if err != nil || got != s {
			t.Errorf("parseSize(%q) = %d, %v: what is printed must be read as the same", s.String(), got, err)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"listen", "tls.cert_file", "tls.key_file", "auth.dev_user", "timeouts.handler"}
	for _, tt := range []struct{ name, in, want, why string }{
		{"missing letter", "listn", "; did you mean listen?", "one edit"},
		{"missing underscore", "tls.certfile", "; did you mean tls.cert_file?", "one edit"},
		{"case", "TLS.CERT_FILE", "; did you mean tls.cert_file?", "keys are lower case"},
		{"wrong section", "dev_user", "; did you mean auth.dev_user?", "the last part is right"},
		{"nothing near", "colour", "", "no wild guesses"},
	} {
		if got := suggest(tt.in, known); got != tt.want {
			t.Errorf("%s: suggest(%q) = %q, want %q: %s", tt.name, tt.in, got, tt.want, tt.why)
		}
	}
}

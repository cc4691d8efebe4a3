package pam

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestParseTTL(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     int64
		ok       bool
		why      string
	}{
		{"whole", "3600", 3600, true, "the usual case"},
		{"above a role's", "612", 612, true, "portals round hours to two decimals; capping comes later"},
		{"what portals calculate", "1008.0000000000001", 1008, true, "0.28 h times 3600 in binary"},
		{"fraction", "3600.0", 3600, true, "a JSON number may have one"},
		{"half", "2.5", 3, true, "halves go up"},
		{"below half", "2.4999999999999999999999", 2, true, "digits are not lost to binary"},
		{"tiny", "0.36", 1, true, "never 0, which would give the role up"},
		{"tinier", "1e-400", 1, true, "a binary number would be 0"},
		{"tiniest", "0.1e-99999999999999999999", 1, true, "absurd exponents do not overflow"},
		{"just below a tenth", "0.09", 1, true, "never 0"},
		{"zero", "0", 0, true, "gives the role up"},
		{"zeros", "000.000", 0, true, "exactly 0"},
		{"zero with exponent", "0e99999999999999999999", 0, true, "exactly 0 whatever the exponent"},
		{"leading zeros", "0007200", 7200, true, "decimal, never octal"},
		{"exponent", "1e3", 1000, true, "a JSON number"},
		{"signed exponent", "72.5E+2", 7250, true, "a JSON number"},
		{"negative exponent", "720000e-2", 7200, true, "a JSON number"},
		{"fraction and exponent", "0.0036e6", 3600, true, "the point moves over leading zeros"},
		{"plus", "+5", 5, true, "a sign of nothing else"},
		{"point first", ".5", 1, true, "half a second"},
		{"point last", "5.", 5, true, "what some formatters print"},
		{"largest", "9223372036854775807", math.MaxInt64, true, "what Edm.Int64 holds"},
		{"largest and less than a half", "9223372036854775807.4", math.MaxInt64, true, "rounds down"},
		{"largest and a half", "9223372036854775807.5", 0, false, "rounds to more than can be answered"},
		{"one more", "9223372036854775808", 0, false, "cannot be answered as Edm.Int64"},
		{"nineteen nines", "9999999999999999999", 0, false, "does not wrap around"},
		{"far too large", "1e30", 0, false, "cannot be answered as Edm.Int64"},
		{"absurd", "1e99999999999999999999", 0, false, "absurd exponents do not overflow"},
		{"long", strings.Repeat("9", 5000), 0, false, "long texts take no time"},
		{"negative", "-1", 0, false, "no duration"},
		{"minus zero", "-0", 0, false, "what is left of a tiny negative one must not give the role up"},
		{"minus zero with fraction", "-0.0", 0, false, "the same"},
		{"empty", "", 0, false, "required"},
		{"sign alone", "+", 0, false, "no digit"},
		{"point alone", ".", 0, false, "no digit"},
		{"exponent alone", "e5", 0, false, "no digit"},
		{"open exponent", "5e", 0, false, "no digit"},
		{"open signed exponent", "5e+", 0, false, "no digit"},
		{"fractional exponent", "5e1.5", 0, false, "no number"},
		{"two points", "1.2.3", 0, false, "no number"},
		{"not a number", "NaN", 0, false, "what portals send for rubbish"},
		{"infinite", "Infinity", 0, false, "what portals send for 1/0"},
		{"short infinite", "Inf", 0, false, "strconv would take it"},
		{"hexadecimal", "0x10", 0, false, "strconv would take it"},
		{"hexadecimal float", "0x1p4", 0, false, "strconv would take it"},
		{"underscore", "1_000", 0, false, "Go source, not a number on the wire"},
		{"comma", "1,5", 0, false, "no local forms"},
		{"blank before", " 5", 0, false, "a plus in a query that was not escaped"},
		{"blank after", "5 ", 0, false, "no number"},
		{"other digits", "٣٦٠٠", 0, false, "ASCII digits only"},
		{"unit", "1h", 0, false, "seconds only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseTTL(tt.in)
			if got != tt.want || ok != tt.ok {
				t.Errorf("ParseTTL(%.40q) = %d, %t, want %d, %t: %s", tt.in, got, ok, tt.want, tt.ok, tt.why)
			}
		})
	}
}

// FuzzParseTTL compares with exact arithmetic.
func FuzzParseTTL(f *testing.F) {
	for _, seed := range []string{"0", "3600", "1008.0000000000001", ".5", "5.", "0.36", "1e30", "9223372036854775807.5", "00.050e+2", "-0", "NaN", "1_0", "0x1"} {
		f.Add(seed)
	}
	half := big.NewRat(1, 2)
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseTTL(text)
		// big.Rat knows more forms and cannot hold large exponents.
		if at := strings.IndexAny(text, "eE"); at >= 0 && len(text)-at > 5 || strings.Trim(text, "+.0123456789eE-") != "" || strings.HasPrefix(text, "-") {
			if ok && strings.Trim(text, "+.0123456789eE-") != "" {
				t.Fatalf("ParseTTL(%q) took a text with other characters than a decimal has", text)
			}
			return
		}
		exact, isNumber := new(big.Rat).SetString(text)
		if !isNumber {
			if ok {
				t.Fatalf("ParseTTL(%q) = %d, but it is no number", text, got)
			}
			return
		}
		rounded := new(big.Rat).Add(exact, half)
		want := new(big.Int).Quo(rounded.Num(), rounded.Denom())
		if exact.Sign() > 0 && want.Sign() == 0 {
			want.SetInt64(1)
		}
		if want.IsInt64() != ok || ok && want.Int64() != got {
			t.Fatalf("ParseTTL(%q) = %d, %t, want %v", text, got, ok, want)
		}
	})
}

func TestEffectiveTTL(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		requested              int64
		role, minimum, maximum time.Duration
		want                   time.Duration
		why                    string
	}{
		{"less", 600, time.Hour, 0, 0, 10 * time.Minute, "what was asked for"},
		{"equal", 3600, time.Hour, 0, 0, time.Hour, "what was asked for"},
		{"more", 3601, time.Hour, 0, 0, time.Hour, "capped by the role"},
		{"service's maximum", 3600, time.Hour, 0, 20 * time.Minute, 20 * time.Minute, "capped by the service"},
		{"maximum above the role's", 7200, time.Hour, 0, 2 * time.Hour, time.Hour, "the smaller one counts"},
		{"raised", 1, time.Hour, 5 * time.Minute, 0, 5 * time.Minute, "too short to be of use"},
		{"not raised", 600, time.Hour, 5 * time.Minute, 0, 10 * time.Minute, "long enough"},
		{"minimum above the role's", 1, time.Minute, 5 * time.Minute, 0, time.Minute, "maxima are there for safety"},
		{"minimum above the maximum", 1, time.Hour, 5 * time.Minute, time.Minute, time.Minute, "maxima are there for safety"},
		{"largest", math.MaxInt64, time.Hour, 0, 0, time.Hour, "does not overflow a time.Duration"},
		{"largest that overflows to 0", 1 << 55, MaxRoleTTL, 0, 0, MaxRoleTTL, "does not overflow a time.Duration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := effectiveTTL(tt.requested, tt.role, tt.minimum, tt.maximum); got != tt.want {
				t.Errorf("effectiveTTL = %v, want %v: %s", got, tt.want, tt.why)
			}
		})
	}
}

package ldap

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseEnd(t *testing.T) {
	for _, test := range []struct {
		name, value, dn string
		left            time.Duration
		ends            bool
		why             string
	}{
		{"as read", "<TTL=6987>,CN=Anna,DC=x", "CN=Anna,DC=x", 6987 * time.Second, true, "the form that servers write"},
		{"as documented", "<TTL=6987,CN=Anna,DC=x>", "CN=Anna,DC=x", 6987 * time.Second, true, "the form that is documented, and written"},
		{"plain", "CN=Anna,DC=x", "CN=Anna,DC=x", 0, false, "a link without an end"},
		{"about to end", "<TTL=0>,CN=Anna,DC=x", "CN=Anna,DC=x", 0, true, "it has an end"},
		{"no number", "<TTL=>,CN=Anna", "<TTL=>,CN=Anna", 0, false, "not the form"},
		{"negative", "<TTL=-1>,CN=Anna", "<TTL=-1>,CN=Anna", 0, false, "not the form"},
		{"too long", "<TTL=9223372036854775807>,CN=Anna", "<TTL=9223372036854775807>,CN=Anna", 0, false, "no time is that long"},
		{"not closed", "<TTL=5,CN=Anna", "<TTL=5,CN=Anna", 0, false, "not the form"},
		{"cut off", "<TTL=5", "<TTL=5", 0, false, "not the form"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dn, left, ends := parseEnd(test.value)
			if dn != test.dn || left != test.left || ends != test.ends {
				t.Errorf("%q, %v, %v: %s", dn, left, ends, test.why)
			}
		})
	}
}

func TestWithEnd(t *testing.T) {
	for _, test := range []struct {
		left time.Duration
		want string
	}{
		{time.Hour, "<TTL=3600,CN=Anna>"},
		{1999 * time.Millisecond, "<TTL=1,CN=Anna>"},
		{time.Millisecond, "<TTL=1,CN=Anna>"},
		{-time.Hour, "<TTL=1,CN=Anna>"},
		{math.MaxInt64, "<TTL=2147483647,CN=Anna>"},
	} {
		if got := withEnd("CN=Anna", test.left); got != test.want {
			t.Errorf("%v: %s, want %s", test.left, got, test.want)
		}
	}
}

// FuzzParseEnd writes what was read and reads it again.
func FuzzParseEnd(f *testing.F) {
	for _, seed := range []string{"<TTL=1>,CN=a", "<TTL=1,CN=a>", "CN=a", "<TTL=", "<TTL=1>,<TTL=2>,CN=a", "<TTL=1,>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		dn, left, ends := parseEnd(value)
		switch {
		case !ends && (dn != value || left != 0):
			t.Fatalf("%q has no end, and became %q, %v", value, dn, left)
		case ends && (left < 0 || !strings.Contains(value, dn)):
			t.Fatalf("%q became %q, %v", value, dn, left)
		case ends && left >= time.Second && left <= math.MaxInt32*time.Second:
			if again, same, ok := parseEnd(withEnd(dn, left)); !ok || again != dn || same != left {
				t.Fatalf("%q became %q, %v, then %q, %v", value, dn, left, again, same)
			}
		}
	})
}

func TestSameDN(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"CN=Anna,DC=x", "cn=anna,dc=X", true},
		{"CN=Anna,DC=x", "CN=Anna, DC=x", true},
		{`CN=Doe\, Anna,DC=x`, `CN=Doe\2C Anna,DC=x`, true},
		{"CN=Anna,DC=x", "CN=Ann,DC=x", false},
		{"CN=Anna,DC=x", "CN=Anna,DC=x,DC=y", false},
		{"no DN", "CN=Anna", false},
		{"CN=Anna", "no DN", false},
	} {
		if got := sameDN(test.a, test.b); got != test.same {
			t.Errorf("%q and %q: %v", test.a, test.b, got)
		}
	}
}

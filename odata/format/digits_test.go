package format_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
)

// TestIntegerDigits compares with strconv: both halves of eight digits with
// every number they can be, and around each power of ten.
func TestIntegerDigits(t *testing.T) {
	check := func(i int64) {
		t.Helper()
		if got, want := string(format.AppendJSONPrimitive(nil, edm.Int64(i), format.DialectLight)), strconv.Quote(strconv.FormatInt(i, 10)); got != want {
			t.Fatalf("%d became %s", i, got)
		}
	}
	for half := range int64(10_000) {
		check(half)
		check(half*10_000 + half)
		check(-(12_345_678*100_000_000 + half*10_000 + half))
	}
	power := int64(1)
	for range 19 {
		for _, i := range []int64{power - 1, power, power + 1} {
			check(i)
			check(-i)
		}
		power *= 10 // the last one is not used
	}
	check(math.MaxInt64)
	check(math.MinInt64)
}

// TestDoubleDigits compares numbers of few decimal digits, which have a way of
// their own, with strconv, and so their neighbours, which must not take it.
func TestDoubleDigits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		decimals := random.IntN(10)
		number := float64(random.Int64N(1_000_000_000_000_000)>>random.IntN(50)) / math.Pow10(decimals)
		for _, f := range []float64{number, -number, math.Nextafter(number, 0), math.Nextafter(number, 1e300)} {
			if size := math.Abs(f); size < 1e-4 || size >= 1e15 {
				continue // these may have exponents
			}
			want := strconv.FormatFloat(f, 'f', -1, 64)
			if got := string(format.AppendJSONPrimitive(nil, edm.Double(f), format.DialectVerbose3)); got != want {
				t.Fatalf("%v became %s, want %s", f, got, want)
			}
		}
	}
}

// TestGUIDDigits has every byte at every place.
func TestGUIDDigits(t *testing.T) {
	for at := range 16 {
		for b := range 256 {
			var guid edm.GUID
			guid[at], guid[15-at] = byte(b), byte(255-b)
			if got, want := string(format.AppendJSONPrimitive(nil, guid.Value(), format.DialectLight)), strconv.Quote(guid.String()); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
	}
}

package sqlite

import (
	"bytes"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// FuzzDecimalOrder: decimals are ordered as package edm does, and all texts
// are ordered totally.
func FuzzDecimalOrder(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "2.5", "2.50", "-2.5", "10", "9", "0.001", "0.0009", "007", "x", "", "-", "1.", ".5", "1e3", "99999999999999999999999999999999999999999999.1"} {
		f.Add([]byte(s), []byte("2.49"), []byte("-3"))
	}
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		order := compareDecimals(a, b)
		if back := compareDecimals(b, a); back != -order {
			t.Errorf("%q to %q is %d, but back %d", a, b, order, back)
		}
		if order <= 0 && compareDecimals(b, c) <= 0 && compareDecimals(a, c) > 0 {
			t.Errorf("%q, %q, %q are in order, but the first comes after the last", a, b, c)
		}
		x, xErr := edm.ParseDecimal(string(a))
		y, yErr := edm.ParseDecimal(string(b))
		if xErr != nil || yErr != nil || bytes.ContainsAny(a, "eE") || bytes.ContainsAny(b, "eE") {
			return
		}
		if want := x.Compare(y); order != want {
			t.Errorf("%q to %q is %d, want %d", a, b, order, want)
		}
	})
}

func BenchmarkCompareDecimals(b *testing.B) {
	x, y := []byte("1234567.8901"), []byte("1234567.8902")
	b.ReportAllocs()
	for b.Loop() {
		if compareDecimals(x, y) >= 0 {
			b.Fatal("wrong order")
		}
	}
}

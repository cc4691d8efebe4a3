package sqlite

import (
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
)

// FuzzNumbers: decimals and GUIDs are read as package edm reads them.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"", "-", "0", "-0.00", "007", "2.50", ".5", "5.", "1..2", "1e3", "+1", "999999999999999999", "9999999999999999999", "-9.99999999999999999",
		"99999999999999999.9", "123456789012345678.9", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10",
		"6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a1g", "6f0c0b5e_7a3e-4a86-9a67-0d1f3c1b2a10", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a1"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, ok := parseDecimal(b)
		if want, err := edm.ParseDecimal(string(b)); ok != (err == nil) || ok && !d.Equal(want) {
			t.Errorf("parseDecimal(%q) = %v, %v; want %v, %v", b, d, ok, want, err)
		}
		g, ok := parseGUID(b)
		if want, err := edm.ParseGUID(string(b)); ok != (err == nil) || ok && g != want {
			t.Errorf("parseGUID(%q) = %v, %v; want %v, %v", b, g, ok, want, err)
		}
	})
}

func BenchmarkParseDecimal(b *testing.B) {
	text := []byte("1234.50")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := parseDecimal(text); !ok {
			b.Fatal("not read")
		}
	}
}

func BenchmarkParseGUID(b *testing.B) {
	text := []byte("6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := parseGUID(text); !ok {
			b.Fatal("not read")
		}
	}
}

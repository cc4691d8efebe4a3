package sqlite

import (
	"slices"
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
		if want, err := edm.ParseGUID(string(b)); ok != (err == nil) || ok && g.GUID() != want {
			t.Errorf("parseGUID(%q) = %v, %v; want %v, %v", b, g, ok, want, err)
		}
	})
}

// TestEveryByte puts every byte everywhere into texts that are read several
// characters at once.
func TestEveryByte(t *testing.T) {
	guid, clock := []byte("6f0C0b5e-7a3e-4A86-9a67-0d1f3c1b2a10"), []byte("2015-07-12T06:40:09.25")
	for c := range 256 {
		for i := range guid {
			text := slices.Clone(guid)
			text[i] = byte(c)
			want, err := edm.ParseGUID(string(text))
			if g, ok := parseGUID(text); ok != (err == nil) || ok && g.GUID() != want {
				t.Errorf("parseGUID(%q) = %v, %v; want %v, %v", text, g, ok, want, err)
			}
		}
		for i := range clock {
			text := slices.Clone(clock)
			text[i] = byte(c)
			want, err := edm.ParseDateTime(string(text))
			readable := err == nil && !want.Zoned() || i == 10 && c == ' '
			if i == 10 && c == ' ' {
				want, _ = edm.ParseDateTime(string(clock))
			}
			if ticks, ok := parseClock(text); i < 19 && (ok != readable || ok && ticks != want.Ticks()) {
				t.Fatalf("parseClock(%q) = %d, %v; want %d, %v", text, ticks, ok, want.Ticks(), err)
			}
		}
	}
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

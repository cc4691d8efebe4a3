package edm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
)

func TestParseGUID(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		offset         int // of the error, if want is empty
		why            string
	}{
		{name: "lower", in: "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", want: "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", why: "the canonical form"},
		{name: "upper", in: "6F0C0B5E-7A3E-4A86-9A67-0D1F3C1B2A10", want: "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", why: "any case is read, lower is written"},
		{name: "zero", in: "00000000-0000-0000-0000-000000000000", want: "00000000-0000-0000-0000-000000000000", why: "the minimum"},
		{name: "max", in: "ffffffff-ffff-ffff-ffff-ffffffffffff", want: "ffffffff-ffff-ffff-ffff-ffffffffffff", why: "the maximum"},
		{name: "braces", in: "{6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10}", offset: 36, why: "braces are a .NET habit, not OData"},
		{name: "no hyphens", in: "6f0c0b5e7a3e4a869a670d1f3c1b2a10", offset: 32, why: "one form only"},
		{name: "moved hyphen", in: "6f0c0b5-e7a3e-4a86-9a67-0d1f3c1b2a10", offset: 7, why: "the groups are 8-4-4-4-12"},
		{name: "missing hyphen", in: "6f0c0b5ee7a3e-4a86-9a67-0d1f3c1b2a10", offset: 8, why: "the groups are 8-4-4-4-12"},
		{name: "not hex", in: "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a1g", offset: 35, why: "g is no hex digit"},
		{name: "not hex first", in: "x", offset: 1, why: "the length is checked first"},
		{name: "empty", in: "", offset: 0, why: "nothing is not a guid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := edm.ParseGUID(tt.in)
			if tt.want == "" {
				var syntax *edm.SyntaxError
				if !errors.As(err, &syntax) || syntax.Offset != tt.offset {
					t.Errorf("ParseGUID(%q): error %v, want offset %d: %s", tt.in, err, tt.offset, tt.why)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseGUID(%q) = %v, %v; want %s: %s", tt.in, got, err, tt.want, tt.why)
			}
		})
	}
}

func TestGUIDOrderIsTextOrder(t *testing.T) {
	guids := []edm.GUID{{}, {15: 1}, {7: 1}, {8: 0x80}, {0: 1}, {0: 0x80}, {0: 0xff, 15: 0xff}}
	for range 20 {
		guids = append(guids, edm.NewGUID())
	}
	for _, a := range guids {
		for _, b := range guids {
			want := strings.Compare(a.String(), b.String())
			if got := a.Compare(b); got != want {
				t.Errorf("%v Compare %v = %d, want %d", a, b, got, want)
			}
			if got, ok := edm.Compare(a.Value(), b.Value()); !ok || got != want {
				t.Errorf("Compare(%v, %v) = %d, %v, want %d", a, b, got, ok, want)
			}
		}
	}
}

func TestNewGUID(t *testing.T) {
	seen := map[edm.GUID]bool{}
	for range 1000 {
		g := edm.NewGUID()
		if text := g.String(); text[14] != '4' || !strings.ContainsRune("89ab", rune(text[19])) {
			t.Fatalf("%s is not of version 4, variant 1", text)
		}
		if seen[g] || g.IsZero() {
			t.Fatalf("%v came twice or is zero", g)
		}
		seen[g] = true
	}
	if !(edm.GUID{}).IsZero() {
		t.Error("the zero GUID is not zero")
	}
}

func TestGUIDText(t *testing.T) {
	g := edm.NewGUID()
	text, err := g.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var back edm.GUID
	if err := back.UnmarshalText(text); err != nil || back != g {
		t.Errorf("UnmarshalText(%s) = %v, %v", text, back, err)
	}
	kept := back
	if err := back.UnmarshalText([]byte("no")); err == nil || back != kept {
		t.Errorf("after a failed UnmarshalText: %v, %v; want an error and no change", back, err)
	}
	if diff := cmp.Diff("x"+g.String(), string(g.AppendText([]byte("x")))); diff != "" {
		t.Errorf("AppendText (-want +got):\n%s", diff)
	}
}

func TestGUIDWords(t *testing.T) {
	for range 20 {
		g := edm.NewGUID()
		if back := edm.GUIDFromWords(g.Value().GUIDWords()); back.GUID() != g {
			t.Errorf("%v becomes %v when it is taken apart and put together", g, back.GUID())
		}
	}
	if got, want := edm.GUIDFromWords(0x6f0c0b5e7a3e4a86, 0x9a670d1f3c1b2a10).GUID().String(), "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10"; got != want {
		t.Errorf("got %s, want %s: the words are big-endian", got, want)
	}
}

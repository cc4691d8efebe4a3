package format_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/format"
)

func TestAppendJSONString(t *testing.T) {
	for _, tt := range []struct{ name, why, in, want string }{
		{"empty", "quotes alone", "", `""`},
		{"plain", "ASCII stands for itself", "DNS administrators", `"DNS administrators"`},
		{"quote and backslash", "short escapes", `PRIV\Jen "x"`, `"PRIV\\Jen \"x\""`},
		{"short controls", "these five have a letter", "\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"other controls", "four hex digits in lower case", "\x00\x1f\x0b", `"\u0000\u001f\u000b"`},
		{"delete", "U+007F is the last to stand for itself", "\x7f", "\"\x7f\""},
		{"slash and HTML", "nothing is escaped for the sake of scripts", "</a>&'+", `"</a>&'+"`},
		{"first above ASCII", "every code unit above U+007F is escaped", "\u0080\u00e4\u20ac", `"\u0080\u00e4\u20ac"`},
		{"line separators", "no exception for U+2028", "\u2028", `"\u2028"`},
		{"beyond the basic plane", "surrogates are escaped separately", "a\U0001f600b", `"a\ud83d\ude00b"`},
		{"last code point", "surrogates are escaped separately", "\U0010ffff", `"\udbff\udfff"`},
		{"not UTF-8", "each byte that is none becomes U+FFFD", "a\xff\xc3b\xed\xa0\x80", `"a\ufffd\ufffdb\ufffd\ufffd\ufffd"`},
		{"replacement character", "U+FFFD itself is legal", "\ufffd", `"\ufffd"`},
		{"escape after a plain word", "whole words are copied, and then what is left", "12345678901234\"6", `"12345678901234\"6"`},
		{"escape in the first word", "the fast path must not pass over it", "1234567\n", `"1234567\n"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(format.AppendJSONString(nil, tt.in)); got != tt.want {
				t.Errorf("%q: %s\n got %s\nwant %s", tt.in, tt.why, got, tt.want)
			}
		})
	}
}

// TestAppendJSONStringEveryByte puts every byte at every place of a word, which
// the tests above cannot.
func TestAppendJSONStringEveryByte(t *testing.T) {
	for length := range 18 {
		for at := range length {
			for c := range 256 {
				text := []byte(strings.Repeat("x", length))
				text[at] = byte(c)
				if got, want := string(format.AppendJSONString(nil, string(text))), slowJSONString(string(text)); got != want {
					t.Fatalf("%q: got %s, want %s", text, got, want)
				}
			}
		}
	}
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "Ann", "a\"b\\c", "Gr\u00fc\u00dfe", "\U0001f600", "\xff\xfe", "\u2028\x00", strings.Repeat("x", 40) + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := format.AppendJSONString([]byte("before"), s)[len("before"):]
		var got string
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q became %s: %v", s, text, err)
		}
		if diff := cmp.Diff(string([]rune(s)), got); diff != "" {
			t.Fatalf("read back (-want +got):\n%s", diff)
		}
		if want := slowJSONString(s); string(text) != want {
			t.Fatalf("%q became %s, want %s", s, text, want)
		}
	})
}

// slowJSONString says what is wanted as plainly as possible.
func slowJSONString(s string) string {
	short := map[uint16]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		switch escape, ok := short[unit]; {
		case ok:
			b.WriteString(escape)
		case unit < 0x20 || unit > 0x7f:
			fmt.Fprintf(&b, `\u%04x`, unit)
		default:
			b.WriteByte(byte(unit))
		}
	}
	return `"` + b.String() + `"`
}

func TestAppendJSONError(t *testing.T) {
	got := string(format.AppendJSONError(nil, "error", format.ErrorBody{Code: "A\"B", Message: "No"}))
	const want = `{"error":{"code":"A\"B","message":{"lang":"en-US","value":"No"}}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("code and message are always there, the language has a default (-want +got):\n%s", diff)
	}
}

func BenchmarkAppendJSONString(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"short", "Ann"},
		{"name", "DNS administrators"},
		{"sentence", "Members may restart the database servers of the accounting department at night"},
		{"umlauts", "Gr\u00fc\u00dfe aus K\u00f6ln an alle, die das hier lesen k\u00f6nnen"},
		{"escapes", `PRIV\Jen says "yes"`},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.text)))
			dst := make([]byte, 0, 1024)
			for b.Loop() {
				dst = format.AppendJSONString(dst[:0], bb.text)
			}
		})
	}
}

package format

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// AppendJSONString appends s as a JSON string with its quotes.
//
// Quote, backslash and the control characters with a short form are escaped by
// it; other controls and every UTF-16 code unit above U+007F become \uXXXX in
// lower-case hex, so the output is plain ASCII. Slashes and the characters of
// HTML stay as they are. What is not UTF-8 becomes U+FFFD. Source: the writer
// behind WCF Data Services, whose bytes clients compare against.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = AppendJSONText(dst, s)
	return append(dst, '"')
}

// AppendJSONText appends the inside of the JSON string for s, for strings that
// are made of several parts.
func AppendJSONText(dst []byte, s string) []byte {
	b, at := putText(dst[:cap(dst)], len(dst), s)
	return b[:at]
}

// putText writes the inside of the JSON string for s at b[at:]. It returns b,
// or a larger copy where that was too short, and where the text ends; behind
// that there is room for a word.
func putText(b []byte, at int, s string) ([]byte, int) {
	for {
		if len(b)-at < len(s)+escapeRoom {
			b = slices.Grow(b[:at], len(s)+escapeRoom)
			b = b[:cap(b)]
		}
		if s != "" && jsonEscapes[s[0]] != 0 {
			at, s = putEscape(b, at, s)
			continue
		}
		plain := putPlain(b[at:], s)
		at += plain
		if plain == len(s) {
			return b, at
		}
		s = s[plain:]
	}
}

const (
	wordLen    = 8
	escapeRoom = len(`\ud83d\ude00`)
)

// putPlain copies s to b up to the first byte that needs an escape, and returns
// how many bytes those are. In b, which is longer than s by a word, what is
// behind them may change.
func putPlain(b []byte, s string) int {
	rest := s
	for len(rest) >= 2*wordLen && len(b) >= 2*wordLen {
		v, w := word(rest), word(rest[wordLen:])
		binary.LittleEndian.PutUint64(b, v)
		binary.LittleEndian.PutUint64(b[wordLen:], w)
		if escapesIn(v)|escapesIn(w) != 0 {
			break
		}
		rest, b = rest[2*wordLen:], b[2*wordLen:]
	}
	for len(rest) >= wordLen && len(b) >= wordLen {
		w := word(rest)
		binary.LittleEndian.PutUint64(b, w)
		if escapes := escapesIn(w); escapes != 0 {
			return len(s) - len(rest) + bits.TrailingZeros64(escapes)/8
		}
		rest, b = rest[wordLen:], b[wordLen:]
	}
	if rest == "" {
		return len(s)
	}
	// The rest, as a word that blanks fill up.
	w := lastBytes(s, len(rest)) | blanks<<(8*len(rest))
	binary.LittleEndian.PutUint64(b, w)
	if escapes := escapesIn(w); escapes != 0 {
		return len(s) - len(rest) + bits.TrailingZeros64(escapes)/8
	}
	return len(s)
}

// Words of eight equal bytes.
const (
	ones   = 0x0101010101010101
	tops   = ones * 0x80
	blanks = ones * ' '
)

// escapesIn finds the bytes in w that need an escape: those above 0x7f, below a
// blank, quotes and backslashes. Each test leaves the top bit of such a byte
// set, and a byte without it does not borrow from the next, so the lowest of
// the bits returned is true and those above it are a guess.
func escapesIn(w uint64) uint64 {
	controls := w - blanks
	quotes := w ^ ones*'"' - ones
	slashes := w ^ ones*'\\' - ones
	return (w | controls | quotes | slashes) & tops
}

// word returns the first eight bytes of s, the first of them lowest.
func word(s string) uint64 {
	b := s[:wordLen]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func halfWord(s string) uint64 {
	b := s[:wordLen/2]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24
}

// lastBytes returns the last n bytes of s, 1 to 7, the first of them lowest.
func lastBytes(s string, n int) uint64 {
	switch {
	case len(s) >= wordLen:
		return word(s[len(s)-wordLen:]) >> (64 - 8*n)
	case n >= 4: // n is all of s; its halves may overlap
		return halfWord(s) | halfWord(s[n-4:])<<(8*n-32)
	}
	return uint64(s[0]) | uint64(s[n/2])<<(n/2*8) | uint64(s[n-1])<<(8*n-8)
}

// jsonEscapes holds, for each byte, what stands behind the backslash of its
// escape, and 0 for those that stand for themselves inside a JSON string.
var jsonEscapes = func() (escapes [256]byte) {
	for c := range escapes {
		if c < ' ' || c >= utf8.RuneSelf {
			escapes[c] = 'u'
		}
	}
	for _, pair := range []string{`""`, `\\`, "\bb", "\ff", "\nn", "\rr", "\tt"} {
		escapes[pair[0]] = pair[1]
	}
	return escapes
}()

// putEscape writes the escape for what s begins with at b[at:]. It returns
// where it ends, and the rest of s.
func putEscape(b []byte, at int, s string) (int, string) {
	if letter := jsonEscapes[s[0]]; letter != 'u' {
		b[at], b[at+1] = '\\', letter
		return at + 2, s[1:]
	}
	r, size := utf8.DecodeRuneInString(s)
	if r > 0xffff {
		r -= 0x10000
		at = putUnit(b, at, 0xd800+r>>10)
		r = 0xdc00 + r&0x3ff
	}
	return putUnit(b, at, r), s[size:]
}

// putUnit writes one UTF-16 code unit as \uXXXX at b[at:].
func putUnit(b []byte, at int, u rune) int {
	const digits = "0123456789abcdef"
	escape := b[at : at+len(`\ud83d`)]
	escape[0], escape[1] = '\\', 'u'
	escape[2], escape[3] = digits[u>>12&15], digits[u>>8&15]
	escape[4], escape[5] = digits[u>>4&15], digits[u&15]
	return at + len(escape)
}

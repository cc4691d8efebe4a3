package format

import "unicode/utf8"

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
	i := plainWords(s)
	start := 0
	for i < len(s) {
		if jsonPlain[s[i]] {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		dst, i = appendEscaped(dst, s, i)
		start = i
	}
	return append(dst, s[start:]...)
}

// jsonPlain holds the bytes that stand for themselves inside a JSON string.
var jsonPlain = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// plainWords returns how many leading bytes of s, in whole words of eight, need
// no escape. A word is refused when one of its bytes is above 0x7f, below a
// blank, a quote or a backslash; each test leaves the top bit of such a byte
// set, and a byte without it cannot borrow from its neighbour.
func plainWords(s string) int {
	const (
		ones = 0x0101010101010101
		tops = 0x8080808080808080
	)
	i := 0
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		controls := w - ones*' '
		quotes := w ^ ones*'"' - ones
		slashes := w ^ ones*'\\' - ones
		if (w|controls|quotes|slashes)&tops != 0 {
			break
		}
	}
	return i
}

// appendEscaped appends the escape for what stands at s[i] and returns where
// the rest of s begins.
func appendEscaped(dst []byte, s string, i int) ([]byte, int) {
	c := s[i]
	if c >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r > 0xffff {
			r -= 0x10000
			dst = appendUnit(dst, 0xd800+r>>10)
			r = 0xdc00 + r&0x3ff
		}
		return appendUnit(dst, r), i + size
	}
	switch c {
	case '"', '\\':
		dst = append(dst, '\\', c)
	case '\b':
		dst = append(dst, '\\', 'b')
	case '\f':
		dst = append(dst, '\\', 'f')
	case '\n':
		dst = append(dst, '\\', 'n')
	case '\r':
		dst = append(dst, '\\', 'r')
	case '\t':
		dst = append(dst, '\\', 't')
	default:
		dst = appendUnit(dst, rune(c))
	}
	return dst, i + 1
}

// appendUnit appends one UTF-16 code unit as \uXXXX.
func appendUnit(dst []byte, u rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[u>>12&15], digits[u>>8&15], digits[u>>4&15], digits[u&15])
}

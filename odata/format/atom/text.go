package atom

import "unicode/utf8"

// appendText appends s as the text of an element: ampersands, angle brackets
// and carriage returns are escaped, which a reader would otherwise normalise.
//
// XML 1.0 cannot hold most control characters, U+FFFE, U+FFFF, or what is not
// UTF-8, not even escaped. Each becomes U+FFFD, so that no stored value can
// make a document malformed. Source: XML 1.0, 2.2 and 2.11.
func appendText[T ~string | ~[]byte](dst []byte, s T) []byte { return appendEscaped(dst, s, false) }

// appendAttribute appends s as the text of an attribute in double quotes: as
// [appendText], with quotes, tabs and line feeds escaped as well. Source: XML
// 1.0, 3.3.3.
func appendAttribute[T ~string | ~[]byte](dst []byte, s T) []byte { return appendEscaped(dst, s, true) }

// appendContent appends s as the text of the element whose start tag dst ends
// with. White space at either end of it is declared to be part of the value.
func appendContent(dst []byte, s string) []byte {
	if s == "" {
		return dst
	}
	if isSpace[s[0]] || isSpace[s[len(s)-1]] {
		dst = append(dst[:len(dst)-1], ` xml:space="preserve">`...)
	}
	return appendText(dst, s)
}

func appendEscaped[T ~string | ~[]byte](dst []byte, s T, quoted bool) []byte {
	start := 0
	for i := plainWords(s, 0); i < len(s); {
		c := s[i]
		if isPlain[c] {
			i++
			continue
		}
		size, escape := 1, ""
		switch c {
		case '&':
			escape = "&amp;"
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '\r':
			escape = "&#xD;"
		case '"', '\t', '\n':
			if quoted {
				escape = quotedEscape(c)
			}
		default:
			if c < utf8.RuneSelf {
				escape = replacement
				break
			}
			var r rune
			r, size = utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				escape = replacement
			}
		}
		if escape != "" {
			dst = append(dst, s[start:i]...)
			dst = append(dst, escape...)
			start = i + size
		}
		i = plainWords(s, i+size)
	}
	return append(dst, s[start:]...)
}

// replacement stands for what XML cannot hold.
const replacement = "\uFFFD"

func quotedEscape(c byte) string {
	switch c {
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	}
	return "&#xA;"
}

// isSpace holds the white space of XML.
var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

// isPlain holds the bytes that stand for themselves in text and attributes.
var isPlain = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '&' && c != '<' && c != '>' && c != '"'
	}
	return plain
}()

// plainWords returns the end of the plain bytes that begin at s[i], as far as
// words of eight can tell; the last word may overlap what was read before. A word
// is refused when one of its bytes is above 0x7f, below a blank, an angle bracket,
// an ampersand or a quote; each test leaves the top bit of such a byte set, and a
// byte without it cannot borrow from its neighbour.
func plainWords[T ~string | ~[]byte](s T, i int) int {
	const (
		ones = 0x0101010101010101
		tops = 0x8080808080808080
	)
	for i < len(s) && len(s) >= 8 {
		at := min(i, len(s)-8)
		b := s[at : at+8]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		controls := w - ones*' '
		angles := (w | ones*2) ^ ones*'>' - ones // 0x3c and 0x3e differ in one bit
		quotes := (w | ones*4) ^ ones*'&' - ones // 0x22 and 0x26 as well
		if (w|controls|angles|quotes)&tops != 0 {
			break
		}
		i = at + 8
	}
	return i
}

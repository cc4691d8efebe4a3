package xmlread

import (
	"unicode"
	"unicode/utf8"
)

// isSpace holds the white space of XML.
var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

// trimLeft is b without white space in front.
func trimLeft(b []byte) []byte {
	for len(b) > 0 && isSpace[b[0]] {
		b = b[1:]
	}
	return b
}

// trimRight is b without white space behind.
func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace[b[len(b)-1]] {
		b = b[:len(b)-1]
	}
	return b
}

// isCharacter reports the characters a document can hold. Source: XML 1.0, Char.
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF ||
		0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// isText reports whether b, which has no ASCII controls, is UTF-8 that holds only
// characters of XML.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for i := 0; i+2 < len(b); i++ { // U+FFFE and U+FFFF
		if b[i] == 0xEF && b[i+1] == 0xBF && b[i+2] >= 0xBE {
			return false
		}
	}
	return true
}

// isName reports whether b is a name without a colon. Source: Namespaces in XML
// 1.0, NCName.
func isName(b []byte) bool {
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			switch {
			case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
			case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
			default:
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 || !unicode.Is(nameStart, r) && (i == 0 || !unicode.Is(namePart, r)) {
			return false
		}
		i += size
	}
	return len(b) > 0
}

// Source: XML 1.0, fifth edition, NameStartChar and NameChar.
var (
	nameStart = &unicode.RangeTable{
		R16: []unicode.Range16{
			{0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1},
			{0x200C, 0x200D, 1}, {0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1},
			{0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
		},
		R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
	}
	namePart = &unicode.RangeTable{R16: []unicode.Range16{{0xB7, 0xB7, 1}, {0x300, 0x36F, 1}, {0x203F, 0x2040, 1}}}
)

// reference reads the reference that b begins with, such as &lt; or &#xE4;, and
// returns how long it is: 0 for an entity that XML does not have by itself, and
// for what is no character.
func reference(b []byte) (r rune, size int) {
	end := 1
	for end < len(b) && b[end] != ';' {
		end++
	}
	if end == len(b) {
		return 0, 0
	}
	switch name := b[1:end]; string(name) {
	case "amp":
		r = '&'
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "quot":
		r = '"'
	case "apos":
		r = '\''
	default:
		r = numbered(name)
	}
	if !isCharacter(r) {
		return 0, 0
	}
	return r, end + 1
}

// numbered is the character that #228 or #xE4 stands for; 0 for none.
func numbered(name []byte) (r rune) {
	if len(name) < 2 || name[0] != '#' {
		return 0
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	for _, c := range digits {
		d := rune(c)
		switch {
		case '0' <= d && d <= '9':
			d -= '0'
		case base == 16 && 'a' <= d|0x20 && d|0x20 <= 'f':
			d = d | 0x20 - 'a' + 10
		default:
			return 0
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0
		}
	}
	return r
}

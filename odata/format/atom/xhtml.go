package atom

import (
	"strings"
	"unicode/utf8"
)

const xhtmlSpace = "http://www.w3.org/1999/xhtml"

// maxMarkup bounds how deep elements nest in XHTML, and how many attributes one
// of them has. Values beyond it are written as text.
const maxMarkup = 32

// isFragment reports whether s can stand inside an element as it is: text and
// elements that are well-formed by themselves. It takes what XHTML in a feed
// needs and nothing that reaches beyond: no comments, processing instructions,
// CDATA sections, document types or named entities of HTML, names in ASCII, and
// no prefix but xml.
func isFragment(s string) bool {
	f := fragment{s: s}
	return f.content()
}

// A fragment is the text at hand and how far it has been read.
type fragment struct {
	s     string
	at    int
	open  [maxMarkup]string // names of the elements around at
	depth int
}

func (f *fragment) content() bool {
	for f.at < len(f.s) {
		end := strings.IndexByte(f.s[f.at:], '<')
		if end < 0 {
			end = len(f.s) - f.at
		}
		text := f.s[f.at : f.at+end]
		if !isText(text) || strings.Contains(text, "]]>") {
			return false
		}
		if f.at += end; f.at < len(f.s) && !f.tag() {
			return false
		}
	}
	return f.depth == 0
}

// tag reads a start tag, an empty element or an end tag.
func (f *fragment) tag() bool {
	f.at++ // the bracket
	if f.take("/") {
		f.depth--
		if f.depth < 0 || f.name() != f.open[f.depth] {
			return false
		}
		f.space()
		return f.take(">")
	}
	name := f.name()
	if name == "" || f.depth == maxMarkup || !f.attributes() {
		return false
	}
	if f.take("/>") {
		return true
	}
	f.open[f.depth] = name
	f.depth++
	return f.take(">")
}

func (f *fragment) attributes() bool {
	var seen [maxMarkup]string
	for n := 0; ; n++ {
		if spaced := f.space(); !spaced || f.at < len(f.s) && (f.s[f.at] == '>' || f.s[f.at] == '/') {
			return true
		}
		start := f.at
		prefixed := f.take("xml:")
		if f.name() == "" || n == maxMarkup {
			return false
		}
		name := f.s[start:f.at]
		for _, other := range seen[:n] {
			if name == other {
				return false
			}
		}
		seen[n] = name
		f.space()
		if !f.take("=") {
			return false
		}
		f.space()
		value, ok := f.quoted()
		if !ok || !isText(value) || name == "xmlns" && value != xhtmlSpace || prefixed && name != "xml:lang" {
			return false
		}
	}
}

// quoted reads the value of an attribute.
func (f *fragment) quoted() (string, bool) {
	if f.at == len(f.s) {
		return "", false
	}
	quote := f.s[f.at]
	if quote != '"' && quote != '\'' {
		return "", false
	}
	end := strings.IndexByte(f.s[f.at+1:], quote)
	if end < 0 {
		return "", false
	}
	value := f.s[f.at+1 : f.at+1+end]
	f.at += end + 2
	return value, strings.IndexByte(value, '<') < 0
}

func (f *fragment) take(token string) bool {
	if strings.HasPrefix(f.s[f.at:], token) {
		f.at += len(token)
		return true
	}
	return false
}

func (f *fragment) space() bool {
	start := f.at
	for f.at < len(f.s) && isSpace[f.s[f.at]] {
		f.at++
	}
	return f.at > start
}

// name reads an ASCII name without a colon; empty for none.
func (f *fragment) name() string {
	start := f.at
	for ; f.at < len(f.s); f.at++ {
		c := rune(f.s[f.at])
		if c >= utf8.RuneSelf || !isNameStart(c) && (f.at == start || !isNamePart(c)) {
			break
		}
	}
	return f.s[start:f.at]
}

// isText reports whether s holds only characters of XML, and references to
// characters and to the five entities that XML has by itself.
func isText(s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || !isCharacter(r) {
			return false
		}
		if r == '&' {
			if size = reference(s[i:]); size == 0 {
				return false
			}
		}
		i += size
	}
	return true
}

// isCharacter reports the characters a document can hold. Source: XML 1.0, Char.
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF ||
		0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// reference is the length of the reference that s begins with; 0 for none.
func reference(s string) int {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		return 0
	}
	switch name := s[1:end]; name {
	case "amp", "lt", "gt", "quot", "apos":
	default:
		digits, numbered := strings.CutPrefix(name, "#")
		base := rune(10)
		if d, hex := strings.CutPrefix(digits, "x"); hex {
			digits, base = d, 16
		}
		if !numbered || digits == "" || len(digits) > 7 || !isCharacter(number(digits, base)) {
			return 0
		}
	}
	return end + 1
}

// number is the value of digits, at most seven of them; 0 when they are none.
func number(digits string, base rune) rune {
	var n rune
	for i := range len(digits) {
		c := rune(digits[i])
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f' && base == 16:
			c = c | 0x20 - 'a' + 10
		default:
			return 0
		}
		n = n*base + c
	}
	return n
}

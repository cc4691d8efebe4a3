package uri

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pamodata/pamodata/odata"
)

type tokenKind uint8

const (
	tokenEnd     tokenKind = iota
	tokenName              // Home, Demo.VipCustomer, $it, and words such as eq or null
	tokenLiteral           // quoted, prefixed or numeric
	tokenAlias             // @a
	tokenMinus             // one that is not part of a number
	tokenOpen
	tokenClose
	tokenComma
	tokenSlash
	tokenColon
	tokenEquals
	tokenStar
	tokenDot   // one that does not join two identifiers
	tokenOther // a character that no grammar here knows
)

// A token is a range of the parser's text.
type token struct {
	kind       tokenKind
	blank      bool // white space precedes it
	start, end int
}

func (t token) span() odata.Span { return odata.Span{Start: t.start, End: t.end} }

// advance replaces the current token by the next one. Every token but the end
// is at least a byte long, so a text of n bytes has at most n of them.
func (p *parser) advance() *odata.Error {
	p.last = p.tok
	start := p.pos
	for start < len(p.text) && isBlank(p.text[start]) {
		start++
	}
	p.tok = token{kind: tokenEnd, blank: start > p.pos, start: start, end: start}
	p.pos = start
	if start == len(p.text) {
		return nil
	}
	if err := p.scan(start); err != nil {
		return err
	}
	p.tok.end = p.pos
	if p.pos <= start {
		return odata.Internalf("uri: no progress at byte %d of %s", start, quote(p.text))
	}
	return nil
}

// scan reads the token that begins at start: it sets tok.kind and moves pos.
func (p *parser) scan(start int) *odata.Error {
	c := p.text[start]
	switch {
	case isLetter(c) || c >= utf8.RuneSelf:
		if p.pos = nameEnd(p.text, start); p.pos == start {
			_, size := utf8.DecodeRuneInString(p.text[start:])
			p.pos += size
			p.tok.kind = tokenOther
			return nil
		}
		if p.pos < len(p.text) && p.text[p.pos] == '\'' {
			return p.scanPrefixed(start)
		}
		p.tok.kind = tokenName
		return nil
	case c == '\'':
		return p.scanQuoted(start, true)
	case isDigit(c):
		return p.scanNumber(start)
	}
	p.pos = start + 1
	switch c {
	case '(':
		p.tok.kind = tokenOpen
	case ')':
		p.tok.kind = tokenClose
	case ',':
		p.tok.kind = tokenComma
	case '/':
		p.tok.kind = tokenSlash
	case ':':
		p.tok.kind = tokenColon
	case '=':
		p.tok.kind = tokenEquals
	case '*':
		p.tok.kind = tokenStar
	case '.':
		p.tok.kind = tokenDot
	case '-':
		return p.scanMinus(start)
	case '$':
		p.pos = nameEnd(p.text, start+1)
		p.tok.kind = tokenName
	case '@':
		p.tok.kind = tokenAlias
		if p.pos = identifierEnd(p.text, start+1); p.pos == start+1 {
			p.tok.kind = tokenOther
		}
	case '"':
		return p.failAt(doubleQuote, start, p.pos)
	default:
		p.tok.kind = tokenOther
	}
	return nil
}

// scanMinus reads a number or INF where one follows directly, otherwise the
// operator.
func (p *parser) scanMinus(start int) *odata.Error {
	if start+1 < len(p.text) && isDigit(p.text[start+1]) {
		return p.scanNumber(start)
	}
	if end := nameEnd(p.text, start+1); isInfinity(p.text[start+1 : end]) {
		p.pos = end
		p.tok.kind = tokenLiteral
		return nil
	}
	p.tok.kind = tokenMinus
	return nil
}

// scanNumber reads digits with an optional fraction, exponent and suffix.
func (p *parser) scanNumber(start int) *odata.Error {
	i := digitsEnd(p.text, start+1) // past the first digit, or the minus sign
	if i+1 < len(p.text) && p.text[i] == '.' && isDigit(p.text[i+1]) {
		i = digitsEnd(p.text, i+1)
	}
	if i < len(p.text) && p.text[i]|0x20 == 'e' {
		j := i + 1
		if j < len(p.text) && (p.text[j] == '+' || p.text[j] == '-') {
			j++
		}
		if digits := digitsEnd(p.text, j); digits > j {
			i = digits
		}
	}
	if i < len(p.text) {
		switch p.text[i] {
		case 'L', 'l', 'M', 'm', 'F', 'f', 'D', 'd':
			i++
		}
	}
	// What else touches the number makes it malformed: 0x1F, 5abc, 5.
	if rest := wordEnd(p.text, i); rest > i || i < len(p.text) && (p.text[i] == '.' || p.text[i] == '\'') {
		return p.failAt(badLiteral, start, max(rest, i+1))
	}
	p.pos = i
	p.tok.kind = tokenLiteral
	return nil
}

// scanQuoted reads from the opening quote to the closing one. In a string a
// doubled quote stands for one; in a prefixed literal the first quote ends it.
func (p *parser) scanQuoted(open int, doubling bool) *odata.Error {
	for i := open + 1; ; {
		n := strings.IndexByte(p.text[i:], '\'')
		if n < 0 {
			return p.failAt(unclosedQuote, open, len(p.text))
		}
		i += n + 1
		if doubling && i < len(p.text) && p.text[i] == '\'' {
			i++
			continue
		}
		p.pos = i
		p.tok.kind = tokenLiteral
		return nil
	}
}

// scanPrefixed reads a literal whose type word ends at pos, where its quote is.
func (p *parser) scanPrefixed(start int) *odata.Error {
	if !isPrefix(p.text[start:p.pos]) {
		return p.failAt(unknownPrefix, start, p.pos)
	}
	return p.scanQuoted(p.pos, false)
}

// isPrefix reports a word that may touch the quote of a literal, in any case.
func isPrefix(word string) bool {
	switch len(word) {
	case 1:
		return word == "X" || word == "x"
	case 4:
		return strings.EqualFold(word, "guid") || strings.EqualFold(word, "time")
	case 6:
		return strings.EqualFold(word, "binary")
	case 8:
		return strings.EqualFold(word, "datetime") || strings.EqualFold(word, "geometry")
	case 9:
		return strings.EqualFold(word, "geography")
	case 14:
		return strings.EqualFold(word, "datetimeoffset")
	}
	return false
}

// isLiteralWord reports the few words that are literals where an operand is
// expected, in exactly this case. The suffix of a Single is in any case.
func isLiteralWord(word string) bool {
	switch word {
	case "true", "false", "null", "NaN", "NaNf", "NaNF":
		return true
	}
	return isInfinity(word)
}

func isInfinity(word string) bool { return word == "INF" || word == "INFf" || word == "INFF" }

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20-'a' <= 'z'-'a' || c == '_' }

func digitsEnd(text string, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

// nameEnd is where the name that may begin at i ends: i itself without one. A
// name is identifiers joined by dots.
func nameEnd(text string, i int) int {
	for {
		end := identifierEnd(text, i)
		if end == i {
			return i
		}
		if end+1 >= len(text) || text[end] != '.' || identifierEnd(text, end+1) == end+1 {
			return end
		}
		i = end + 1
	}
}

func identifierEnd(text string, i int) int {
	if i == len(text) || isDigit(text[i]) || text[i] >= utf8.RuneSelf && !startsName(text[i:]) {
		return i
	}
	return wordEnd(text, i)
}

// wordEnd is the end of the letters, digits and the like from i on.
func wordEnd(text string, i int) int {
	for i < len(text) {
		c := text[i]
		switch {
		case isLetter(c) || isDigit(c):
			i++
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(text[i:])
			if !continuesName(r) {
				return i
			}
			i += size
		default:
			return i
		}
	}
	return i
}

// startsName and continuesName judge runes beyond ASCII. The replacement rune
// of malformed text is neither. Source: CSDL 3.0, SimpleIdentifier.
func startsName(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.In(r, unicode.L, unicode.Nl)
}

func continuesName(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Cf)
}

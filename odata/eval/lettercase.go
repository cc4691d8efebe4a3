package eval

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Clients search without regard to case by substringof('x',tolower(Name)). This
// file makes that common case cheap: text that is mapped only to be looked at
// is mapped into a buffer on the stack, and no new text is made for each row.

// toLower and toUpper map letter by letter, as .NET's invariant culture does:
// the dotted capital I and the dotless small one keep their case, because the
// other case of each belongs to a different letter.

func toLower(text string) edm.Value {
	if strings.ContainsRune(text, dottedCapitalI) {
		return edm.String(strings.Map(lowerRune, text))
	}
	return edm.String(strings.ToLower(text))
}

func toUpper(text string) edm.Value {
	if strings.ContainsRune(text, dotlessSmallI) {
		return edm.String(strings.Map(upperRune, text))
	}
	return edm.String(strings.ToUpper(text))
}

const (
	dottedCapitalI = 'İ' // U+0130
	dotlessSmallI  = 'ı' // U+0131
)

func lowerRune(r rune) rune {
	if r == dottedCapitalI {
		return r
	}
	return unicode.ToLower(r)
}

func upperRune(r rune) rune {
	if r == dotlessSmallI {
		return r
	}
	return unicode.ToUpper(r)
}

// A letterCase is tolower or toupper.
type letterCase uint8

const (
	lowerCase letterCase = iota
	upperCase
)

// appendMapped appends text in this case, byte for byte what toLower and toUpper
// make of it.
func (c letterCase) appendMapped(dst []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b >= utf8.RuneSelf:
			return c.appendRunes(dst, text[i:])
		case c == lowerCase && 'A' <= b && b <= 'Z':
			b += 'a' - 'A'
		case c == upperCase && 'a' <= b && b <= 'z':
			b -= 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}

func (c letterCase) appendRunes(dst []byte, text string) []byte {
	for _, r := range text {
		if c == lowerCase {
			r = lowerRune(r)
		} else {
			r = upperRune(r)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// A mappedText is a text whose case is mapped before it is looked at.
type mappedText struct {
	get  valueFunc // the text, or null
	into letterCase
}

// stackText is how many bytes of a mapped text need no memory of their own.
const stackText = 256

// mappedText compiles tolower(x) and toupper(x). It returns nil for every other
// expression.
func (c *compiler) mappedText(e odata.Expr) (*mappedText, error) {
	call, ok := e.(*odata.Call)
	if !ok || len(call.Args) != 1 {
		return nil, nil
	}
	text := mappedText{into: lowerCase}
	switch call.Function.Overload {
	case "tolower(String)":
	case "toupper(String)":
		text.into = upperCase
	default:
		return nil, nil
	}
	args, err := c.values(call.Args...)
	if err != nil {
		return nil, err
	}
	text.get = functions[call.Function.Overload].argument(0, args)
	return &text, nil
}

// equals compares the mapped text with a constant.
func (m *mappedText) equals(constant string, wantEqual bool) conditionFunc {
	get, into := m.get, m.into
	return func(row *odata.Row, s *scope) (truth, error) {
		v, err := get(row, s)
		if err != nil || v.IsNull() {
			return truthOf(!wantEqual), err
		}
		var buffer [stackText]byte
		mapped := into.appendMapped(buffer[:0], v.Str())
		return truthOf((string(mapped) == constant) == wantEqual), nil
	}
}

// A part is where a text is searched for another.
type part uint8

const (
	anywhere part = iota
	atStart
	atEnd
)

// search looks for a constant in the mapped text.
func (m *mappedText) search(where part, constant string) valueFunc {
	get, into, wanted := m.get, m.into, []byte(constant)
	return func(row *odata.Row, s *scope) (edm.Value, error) {
		v, err := get(row, s)
		if err != nil || v.IsNull() {
			return edm.Null, err
		}
		// Calling through a function value would move the buffer to the heap.
		var buffer [stackText]byte
		text := into.appendMapped(buffer[:0], v.Str())
		switch where {
		case atStart:
			return edm.Boolean(bytes.HasPrefix(text, wanted)), nil
		case atEnd:
			return edm.Boolean(bytes.HasSuffix(text, wanted)), nil
		}
		return edm.Boolean(bytes.Contains(text, wanted)), nil
	}
}

// searchMapped compiles substringof, startswith and endswith of a text whose
// case is mapped and a constant. It returns nil for every other call.
func (c *compiler) searchMapped(e *odata.Call) (valueFunc, error) {
	if len(e.Args) != 2 {
		return nil, nil
	}
	text, wanted := e.Args[0], e.Args[1]
	where := anywhere
	switch e.Function.Overload {
	case "substringof(String,String)":
		text, wanted = wanted, text
	case "startswith(String,String)":
		where = atStart
	case "endswith(String,String)":
		where = atEnd
	default:
		return nil, nil
	}
	literal, ok := wanted.(*odata.Literal)
	if !ok || literal.Value.Kind() != edm.KindString {
		return nil, nil
	}
	mapped, err := c.mappedText(text)
	if mapped == nil || err != nil {
		return nil, err
	}
	return mapped.search(where, literal.Value.Str()), nil
}

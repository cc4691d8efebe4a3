package eval

import (
	"math"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Texts compare by ordinals: no function here depends on a language. Positions
// and lengths count UTF-16 code units, as in .NET, so a character beyond U+FFFF
// counts as two. A byte that is not UTF-8 counts as one character.

// maxTextGrowth is how many bytes concat and replace may produce. Texts of the
// store may be longer; it is growth that a short request could multiply.
const maxTextGrowth = 64 << 10

// substringOf tells whether text contains part, which comes first.
func substringOf(part, text string) edm.Value { return edm.Boolean(strings.Contains(text, part)) }

func startsWith(text, prefix string) edm.Value { return edm.Boolean(strings.HasPrefix(text, prefix)) }

func endsWith(text, suffix string) edm.Value { return edm.Boolean(strings.HasSuffix(text, suffix)) }

func length(text string) edm.Value { return int32Of(units(text)) }

// indexOf is where part first occurs in text: -1 for nowhere, and 0 for the
// empty part.
func indexOf(text, part string) edm.Value {
	at := strings.Index(text, part)
	if at < 0 {
		return edm.Int32(-1)
	}
	return int32Of(units(text[:at]))
}

// int32Of is a length as an Edm.Int32; texts of 2 GiB do not get here.
func int32Of(n int) edm.Value { return edm.Int32(int32(min(n, math.MaxInt32))) }

// units is the length of text in UTF-16 code units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func substringFrom(text, from edm.Value) (edm.Value, error) {
	return edm.String(window(text.Str(), from.Int(), math.MaxInt64)), nil
}

func substringOfLength(text, from, length edm.Value) (edm.Value, error) {
	start := from.Int()
	return edm.String(window(text.Str(), start, start+max(length.Int(), 0))), nil
}

// window returns what exists of text between two positions in UTF-16 code
// units: nothing is an error, neither a negative position nor one beyond the
// end. A character of two units is returned only if both lie in the window,
// since half of one is no character.
func window(text string, start, end int64) string {
	first, last := len(text), len(text)
	at := int64(0) // of the character at byte i
	for i, r := range text {
		next := at + int64(unitsOf(r))
		if next > end {
			last = i
			break
		}
		if at >= start && first == len(text) {
			first = i
		}
		at = next
	}
	if first > last {
		return ""
	}
	return text[first:last]
}

// replace returns text with each occurrence of find, taken from the left,
// replaced by another text. The empty text occurs nowhere.
func replace(text, find, by edm.Value) (edm.Value, error) {
	s, old, replacement := text.Str(), find.Str(), by.Str()
	if old == "" {
		return text, nil
	}
	n := strings.Count(s, old)
	if n == 0 {
		return text, nil
	}
	if growth := len(replacement) - len(old); growth > 0 && len(s)+n*growth > maxTextGrowth {
		return edm.Null, resultTooLarge()
	}
	return edm.String(strings.ReplaceAll(s, old, replacement)), nil
}

// concat joins two texts. Joining with the empty text makes no new one.
func concat(a, b edm.Value) (edm.Value, error) {
	x, y := a.Str(), b.Str()
	switch {
	case y == "":
		return a, nil
	case x == "":
		return b, nil
	case len(x)+len(y) > maxTextGrowth:
		return edm.Null, resultTooLarge()
	}
	return edm.String(x + y), nil
}

// trim removes white space from both ends: the characters with the Unicode
// property White_Space, which are those .NET trims.
func trim(text string) edm.Value { return edm.String(strings.TrimSpace(text)) }

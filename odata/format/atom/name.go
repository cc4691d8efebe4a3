package atom

import (
	"fmt"
	"strings"
	"unicode"
)

// elementName is the name of a declared property as an element name. CSDL allows
// a few characters that XML does not have in names, such as U+00B5; each becomes
// _x00B5_, the convention of .NET, so that no model can make documents malformed.
func elementName(property string) string {
	var encoded strings.Builder
	for i, r := range property {
		if isNameStart(r) || i > 0 && isNamePart(r) {
			encoded.WriteRune(r)
		} else {
			fmt.Fprintf(&encoded, "_x%04X_", r)
		}
	}
	return encoded.String()
}

// isNameStart reports whether a name without a colon may begin with r. Source:
// XML 1.0, fifth edition, NameStartChar.
func isNameStart(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' || unicode.Is(nameStart, r)
}

// isNamePart reports what may follow as well. Source: XML 1.0, NameChar.
func isNamePart(r rune) bool {
	return '0' <= r && r <= '9' || r == '-' || r == '.' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}

var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1},
		{0x200C, 0x200D, 1}, {0x2070, 0x218F, 1}, {0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1},
		{0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
	},
	R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
}

// isSafeName reports whether name can be the element of an undeclared property.
// Such names come from clients, so one that only some readers take would let one
// client break the feeds of others: all but ASCII is limited to letters that
// every edition of XML 1.0 has in names. A point never occurs in the name of a
// property.
func isSafeName(name string) bool {
	for i, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
		case '0' <= r && r <= '9', r == '-':
			if i == 0 {
				return false
			}
		case !unicode.Is(everyEdition, r):
			return false
		}
	}
	return name != ""
}

// everyEdition holds letters of the greater scripts. Source: XML 1.0, first
// edition, Letter.
var everyEdition = &unicode.RangeTable{R16: []unicode.Range16{
	{0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x131, 1}, {0x134, 0x13E, 1}, {0x141, 0x148, 1}, {0x14A, 0x17E, 1},
	{0x391, 0x3A1, 1}, {0x3A3, 0x3CE, 1}, // Greek
	{0x401, 0x40C, 1}, {0x40E, 0x44F, 1}, {0x451, 0x45C, 1}, {0x45E, 0x481, 1}, // Cyrillic
	{0x5D0, 0x5EA, 1}, {0x621, 0x63A, 1}, {0x641, 0x64A, 1}, // Hebrew, Arabic
	{0x905, 0x939, 1}, {0xE01, 0xE2E, 1}, // Devanagari, Thai
	{0x3041, 0x3094, 1}, {0x30A1, 0x30FA, 1}, {0x4E00, 0x9FA5, 1}, {0xAC00, 0xD7A3, 1}, // Japanese, Chinese, Korean
}}

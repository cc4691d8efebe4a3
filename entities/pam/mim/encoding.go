package mim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode returns the text of an export as UTF-8 without a byte order mark: > and
// Out-File of Windows PowerShell write UTF-16.
func decode(b []byte) (string, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		b = b[3:]
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		b, order = b[2:], binary.LittleEndian
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		b, order = b[2:], binary.BigEndian
	case len(b) >= 2 && b[0] != 0 && b[1] == 0: // a first character of ASCII
		order = binary.LittleEndian
	case len(b) >= 2 && b[0] == 0 && b[1] != 0:
		order = binary.BigEndian
	}
	text := string(b)
	if order != nil {
		if len(b)%2 != 0 {
			return "", &Mistake{Problem: "is UTF-16 with half a character at its end", Advice: "export it again"}
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = order.Uint16(b[2*i:])
		}
		runes := utf16.Decode(units)
		if at := slices.Index(runes, utf8.RuneError); at >= 0 {
			return "", &Mistake{Place: lineAt(string(runes), len(string(runes[:at]))), Problem: "has a character that is none", Advice: "export it again"}
		}
		text = string(runes)
	}
	for at := 0; at < len(text); {
		c, size := utf8.DecodeRuneInString(text[at:])
		if c == 0 || c == utf8.RuneError && size == 1 {
			return "", &Mistake{Place: lineAt(text, at), Problem: "is neither UTF-8 nor UTF-16", Advice: "export with -Encoding UTF8"}
		}
		at += size
	}
	return text, nil
}

// lineAt is the line of a byte of text, in words.
func lineAt(text string, at int) string {
	return fmt.Sprintf("line %d", 1+strings.Count(text[:min(at, len(text))], "\n"))
}

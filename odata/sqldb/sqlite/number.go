package sqlite

import (
	"encoding/binary"

	"github.com/pamodata/pamodata/metadata/edm"
)

// parseDecimal reads what [edm.ParseDecimal] reads, the usual short ones at a
// third of the cost.
func parseDecimal(b []byte) (edm.Decimal, bool) {
	digits := b
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		digits = b[1:]
	}
	if len(digits) > 19 { // with the point, so that 18 digits fit into an int64
		return parseLongDecimal(b)
	}
	unscaled := int64(0)
	point := -1
	for i, c := range digits {
		switch digit := c - '0'; {
		case digit <= 9:
			unscaled = unscaled*10 + int64(digit)
		case c == '.' && point < 0:
			point = i
		default:
			return parseLongDecimal(b)
		}
	}
	scale := 0
	if point >= 0 {
		scale = len(digits) - point - 1
	}
	if len(digits) == 19 && point < 0 || len(digits) == 0 || point == 0 || point >= 0 && scale == 0 {
		return parseLongDecimal(b)
	}
	if negative {
		unscaled = -unscaled
	}
	return edm.NewDecimal(unscaled, scale), true
}

func parseLongDecimal(b []byte) (edm.Decimal, bool) {
	d, err := edm.ParseDecimal(viewString(b))
	return d, err == nil
}

// parseGUID reads the text of a GUID in either case, 8-4-4-4-12 hex digits.
func parseGUID(b []byte) (g edm.Value, ok bool) {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return edm.Null, false
	}
	little := binary.LittleEndian
	text := (*[36]byte)(b)
	w0 := little.Uint64(text[0:])
	w1 := uint64(little.Uint32(text[9:])) | uint64(little.Uint32(text[14:]))<<32
	w2 := uint64(little.Uint32(text[19:])) | uint64(little.Uint32(text[24:]))<<32
	w3 := little.Uint64(text[28:])
	if (noHexDigits(w0)|noHexDigits(w1)|noHexDigits(w2)|noHexDigits(w3))&highBits != 0 {
		return edm.Null, false
	}
	return edm.GUIDFromWords(hexValue(w0)<<32|hexValue(w1), hexValue(w2)<<32|hexValue(w3)), true
}

// The functions below work on eight characters at once, the first in the lowest
// byte of a word.
const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// noHexDigits sets the high bits of the bytes that are no hex digits. To add
// 0x80-c to a byte below 0x80 sets its high bit if it is at least c.
func noHexDigits(w uint64) uint64 {
	low := w&^highBits | w&(0x40*eachByte)>>1 // letters in lower case
	digit := (low + (0x80-'0')*eachByte) &^ (low + (0x80-'9'-1)*eachByte)
	letter := (low + (0x80-'a')*eachByte) &^ (low + (0x80-'f'-1)*eachByte)
	return w | ^(digit | letter)
}

// hexValue is the number that eight hex digits stand for.
func hexValue(w uint64) uint64 {
	w = w&(0x0f*eachByte) + w>>6&eachByte*9 // letters are 1 to 6 above nine
	w = (w<<4 | w>>8) & 0x00ff00ff00ff00ff
	w = (w<<8 | w>>16) & 0x0000ffff0000ffff
	return (w<<16 | w>>32) & 0xffffffff
}

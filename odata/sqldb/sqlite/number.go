package sqlite

import "github.com/pamodata/pamodata/metadata/edm"

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
func parseGUID(b []byte) (g edm.GUID, ok bool) {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return edm.GUID{}, false
	}
	bad := byte(0)
	for i, at := range guidBytes {
		high, low := nibbles[b[at]], nibbles[b[at+1]]
		bad |= high | low
		g[i] = high<<4 | low
	}
	return g, bad&0xf0 == 0
}

// guidBytes are the places of a GUID's bytes in its text.
var guidBytes = [16]byte{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// nibbles are the values of hex digits; 0xff of what is none.
var nibbles = func() (table [256]byte) {
	for c := range table {
		table[c] = 0xff
	}
	for i, c := range "0123456789abcdef" {
		table[c] = byte(i)
	}
	for i, c := range "ABCDEF" {
		table[c] = byte(10 + i)
	}
	return table
}()

package sqlite

import (
	"bytes"
	"cmp"
)

// DecimalCollation is the name of the collation that every connection has for
// decimal texts: it orders them by the number, whatever the scale, so that 2.5
// and 2.50 are equal. Texts that are no decimals come last, in the order of
// their bytes.
const DecimalCollation = "odata_decimal"

// compareDecimals is [DecimalCollation]. It compares the digits as they are:
// nothing is parsed, and numbers of any length are exact.
func compareDecimals(a, b []byte) int {
	x, xOK := splitDecimal(a)
	y, yOK := splitDecimal(b)
	switch {
	case !xOK && !yOK:
		return bytes.Compare(a, b)
	case !xOK:
		return 1
	case !yOK:
		return -1
	case x.sign != y.sign:
		return cmp.Compare(x.sign, y.sign)
	}
	order := cmp.Compare(len(x.whole), len(y.whole))
	if order == 0 {
		order = bytes.Compare(x.whole, y.whole)
	}
	if order == 0 {
		order = bytes.Compare(x.fraction, y.fraction)
	}
	return x.sign * order
}

// A decimalText is a decimal without the zeros that change nothing.
type decimalText struct {
	sign            int    // -1, 0 or 1
	whole, fraction []byte // the digits before and after the point
}

// splitDecimal splits digits with an optional minus and fraction.
func splitDecimal(b []byte) (d decimalText, ok bool) {
	d.sign = 1
	if len(b) > 0 && b[0] == '-' {
		d.sign = -1
		b = b[1:]
	}
	n := countDigits(b)
	if n == 0 {
		return decimalText{}, false
	}
	d.whole = bytes.TrimLeft(b[:n], "0")
	if n < len(b) {
		d.fraction = b[n+1:]
		if b[n] != '.' || len(d.fraction) == 0 || countDigits(d.fraction) != len(d.fraction) {
			return decimalText{}, false
		}
		d.fraction = bytes.TrimRight(d.fraction, "0")
	}
	if len(d.whole) == 0 && len(d.fraction) == 0 {
		d.sign = 0
	}
	return d, true
}

func countDigits(b []byte) int {
	for i, c := range b {
		if c-'0' > 9 {
			return i
		}
	}
	return len(b)
}

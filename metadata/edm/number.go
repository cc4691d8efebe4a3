package edm

import (
	"math"
	"strconv"
)

// A scannedNumber says where the parts of a number lie in a text.
type scannedNumber struct {
	negative          bool
	wholeAt, wholeEnd int
	pointAt           int // -1 without a fraction
	exponentAt        int // of the E, -1 without an exponent
	exponent, end     int // exponent is cut to ±maxExponent
	fractionEnd       int
}

// maxExponent is beyond any exponent that some type could hold.
const maxExponent = 1_000_000

func (n scannedNumber) whole(s string) string { return s[n.wholeAt:n.wholeEnd] }

func (n scannedNumber) fraction(s string) string {
	if n.pointAt < 0 {
		return ""
	}
	return s[n.pointAt+1 : n.fractionEnd]
}

func (n scannedNumber) isInteger() bool { return n.pointAt < 0 && n.exponentAt < 0 }

// A numberForm is how much freedom a number has.
type numberForm uint8

const (
	strictNumber numberForm = iota // as in URI literals
	looseNumber                    // as in XML Schema: +7, 7. and .7 as well
)

// scanNumber finds the number at the start of s and where it ends.
func scanNumber(s string, form numberForm) (scannedNumber, error) {
	n := scannedNumber{pointAt: -1, exponentAt: -1}
	at := 0
	if at < len(s) && (s[at] == '-' || form == looseNumber && s[at] == '+') {
		n.negative = s[at] == '-'
		at++
	}
	n.wholeAt = at
	at = skipDigits(s, at)
	n.wholeEnd = at
	if at == n.wholeAt && (form == strictNumber || at == len(s) || s[at] != '.') {
		return n, syntaxError(at, "expected a digit")
	}
	if at < len(s) && s[at] == '.' {
		n.pointAt = at
		at = skipDigits(s, at+1)
		n.fractionEnd = at
		if at == n.pointAt+1 && (form == strictNumber || n.wholeAt == n.wholeEnd) {
			return n, syntaxError(at, "expected a digit after the point")
		}
	}
	if at < len(s) && s[at]|0x20 == 'e' {
		n.exponentAt = at
		at++
		negative := false
		if at < len(s) && (s[at] == '-' || s[at] == '+') {
			negative = s[at] == '-'
			at++
		}
		start := at
		for at < len(s) && isDigit(s[at]) {
			n.exponent = min(n.exponent*10+int(s[at]-'0'), maxExponent)
			at++
		}
		if at == start {
			return n, syntaxError(at, "expected the digits of an exponent")
		}
		if negative {
			n.exponent = -n.exponent
		}
	}
	n.end = at
	return n, nil
}

func skipDigits(s string, at int) int {
	for at < len(s) && isDigit(s[at]) {
		at++
	}
	return at
}

// integerFromScan returns the integer that n describes; ok is false if it does
// not fit.
func integerFromScan(s string, n scannedNumber) (i int64, ok bool) {
	var magnitude uint64
	for at := n.wholeAt; at < n.wholeEnd; at++ {
		digit := uint64(s[at] - '0')
		if magnitude > (1<<63-digit)/10 {
			return 0, false
		}
		magnitude = magnitude*10 + digit
	}
	if n.negative {
		return -int64(magnitude), true
	}
	return int64(magnitude), magnitude < 1<<63
}

// floatFromScan returns the float of 32 or 64 bits nearest to the number that
// n describes. A number too large for a finite float is an error, not an
// infinity; one too small is a zero.
func floatFromScan(s string, n scannedNumber, bits int) (float64, error) {
	f, err := strconv.ParseFloat(s[:n.end], bits)
	if err != nil {
		return 0, syntaxError(0, "the number is too large for its type")
	}
	return f, nil
}

// appendUint appends the decimal digits of i.
func appendUint(dst []byte, i uint64) []byte { return strconv.AppendUint(dst, i, 10) }

// appendFloat appends the shortest text that reads back as f, a float of 32 or
// 64 bits, laid out as .NET does: with an exponent of at least two digits, as
// in 1E+16 and 1.5E-07, if the number has more than 15 digits before the point
// (7 for 32 bits) that its shortest form does not spell out, or more than three
// zeros right after the point. The others are NaN, INF and -INF.
func appendFloat(dst []byte, f float64, bits int) []byte {
	longest := 15
	if bits == 32 {
		longest = 7
	}
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case f > math.MaxFloat64:
		return append(dst, "INF"...)
	case f < -math.MaxFloat64:
		return append(dst, "-INF"...)
	case f == math.Trunc(f) && math.Abs(f) < exactPow10[longest] && f != 0:
		return strconv.AppendInt(dst, int64(f), 10)
	case bits == 64 && 1e-4 <= math.Abs(f) && math.Abs(f) < 1e15: // no exponent, so the layout is Go's
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], f, 'E', -1, bits) // -d.dddE±xx
	if text[0] == '-' {
		dst = append(dst, '-')
		text = text[1:]
	}
	end := len(text) - 1
	for text[end] != 'E' {
		end--
	}
	exponent := 0
	for _, c := range text[end+2:] {
		exponent = exponent*10 + int(c-'0')
	}
	if text[end+1] == '-' {
		exponent = -exponent
	}
	// The digits are text[0] and text[2:end]; the point comes after the first
	// exponent+1 of them.
	var digits [20]byte
	digits[0] = text[0]
	count := 1
	if end > 2 {
		count += copy(digits[1:], text[2:end])
	}
	before := exponent + 1
	switch {
	case before > max(count, longest) || before < -3:
		return append(dst, text...)
	case before <= 0:
		dst = append(dst, '0', '.')
		for range -before {
			dst = append(dst, '0')
		}
		return append(dst, digits[:count]...)
	case before < count:
		dst = append(dst, digits[:before]...)
		dst = append(dst, '.')
		return append(dst, digits[before:count]...)
	}
	dst = append(dst, digits[:count]...)
	for range before - count {
		dst = append(dst, '0')
	}
	return dst
}

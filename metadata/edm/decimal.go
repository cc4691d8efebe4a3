package edm

import (
	"math/bits"
	"strconv"
	"strings"
)

// A Decimal is an Edm.Decimal: an exact decimal number that remembers its
// scale, so that 2.50 stays 2.50. It holds up to [MaxDecimalDigits] digits.
// Up to 38 significant digits live in the Decimal itself; the digits of larger
// ones are shared when it is copied. Decimals are immutable. The zero Decimal
// is 0, and there is no negative zero, no infinity and no NaN.
//
// Decimals cannot be compared with ==: use [Decimal.Compare], for which 2.5 and
// 2.50 are the same, or [Decimal.Equal], for which they are not.
type Decimal struct {
	decimalTag
	coef uint128 // the digits as a number below 10^38, unless:
	long *string // more than 38 digits, the first not 0; then coef is 0
}

// A decimalTag is a struct of its own for the reason [tag] is one.
type decimalTag struct {
	_     [0]func() // not comparable
	neg   bool
	scale uint16 // how many of the digits are after the point
}

// inlineDecimal builds a number below 10^38 / 10^scale; zero has no sign.
func inlineDecimal(negative bool, coef uint128, scale int) Decimal {
	return Decimal{decimalTag: decimalTag{neg: negative && !coef.isZero(), scale: uint16(scale)}, coef: coef}
}

// longDecimal builds a number of more than 38 digits, the first not 0.
func longDecimal(negative bool, digits string, scale int) Decimal {
	return Decimal{decimalTag: decimalTag{neg: negative, scale: uint16(scale)}, long: &digits}
}

// MaxDecimalDigits bounds the digits of a Decimal written in full, those before
// and after the point together. It keeps hostile literals and products small.
const MaxDecimalDigits = 10_000

// DecimalFromInt64 returns i as a Decimal without a fraction.
func DecimalFromInt64(i int64) Decimal {
	if i < 0 {
		return inlineDecimal(true, uint128{lo: -uint64(i)}, 0)
	}
	return inlineDecimal(false, uint128{lo: uint64(i)}, 0)
}

// NewDecimal returns unscaled / 10^scale, as databases send fixed-point
// numbers. It panics unless scale is between 0 and 38.
func NewDecimal(unscaled int64, scale int) Decimal {
	if scale < 0 || scale > maxInlineDigits {
		panic("edm: NewDecimal with a scale outside 0 to 38")
	}
	d := DecimalFromInt64(unscaled)
	d.scale = uint16(scale)
	return d
}

// ParseDecimal reads digits with an optional minus, fraction and exponent:
// 2.50, -7, 1e3. The scale is the number of digits after the point once the
// exponent is applied. The text is exact or refused: it fails beyond
// [MaxDecimalDigits], and there is no NaN or infinity. Errors are *SyntaxError.
//
// Grammar: OData V3 ABNF, decimalLiteral without its suffix.
func ParseDecimal(s string) (Decimal, error) {
	n, err := scanNumber(s, strictNumber)
	if err != nil {
		return Decimal{}, err
	}
	if n.end != len(s) {
		return Decimal{}, syntaxError(n.end, "expected a digit or the end of the number")
	}
	return decimalFromScan(s, n)
}

// decimalFromScan builds the number that n describes within s.
func decimalFromScan(s string, n scannedNumber) (Decimal, error) {
	whole, fraction := n.whole(s), n.fraction(s)
	scale := len(fraction) - n.exponent
	whole = strings.TrimLeft(whole, "0")
	significant := len(whole) + len(fraction)
	if whole == "" {
		fraction = strings.TrimLeft(fraction, "0")
		significant = len(fraction)
	}
	zeros := 0 // to append, for an exponent that moves the point to the right
	if scale < 0 {
		if significant > 0 {
			zeros = -scale
		}
		scale = 0
	}
	if max(significant+zeros, scale+1) > MaxDecimalDigits {
		return Decimal{}, syntaxError(0, "a decimal has at most "+strconv.Itoa(MaxDecimalDigits)+" digits")
	}
	if significant+zeros > maxInlineDigits {
		var digits strings.Builder // and not +, which may alias s
		digits.Grow(significant + zeros)
		digits.WriteString(whole)
		digits.WriteString(fraction)
		digits.WriteString(strings.Repeat("0", zeros))
		return longDecimal(n.negative, digits.String(), scale), nil
	}
	coef, _ := uint128{}.shiftIn(whole).shiftIn(fraction).mul(pow10[zeros])
	return inlineDecimal(n.negative, coef, scale), nil
}

// decimalOf builds a number from digits, the first not 0, or none for zero.
func decimalOf(negative bool, digits string, scale int) Decimal {
	if len(digits) > maxInlineDigits {
		return longDecimal(negative, digits, scale)
	}
	return inlineDecimal(negative, uint128{}.shiftIn(digits), scale)
}

// shiftIn appends decimal digits to x, where the result has at most 38.
func (x uint128) shiftIn(digits string) uint128 {
	for len(digits) > 0 {
		n := min(len(digits), 19) // as many as fit into a word
		var low uint64
		for i := range n {
			low = low*10 + uint64(digits[i]-'0')
		}
		x, _ = x.mul(pow10[n])
		x = x.add(uint128{lo: low})
		digits = digits[n:]
	}
	return x
}

// IsZero reports whether d is zero, of whatever scale.
func (d Decimal) IsZero() bool { return d.coef.isZero() && d.long == nil }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.IsZero():
		return 0
	case d.neg:
		return -1
	}
	return 1
}

// Scale returns the number of digits after the point.
func (d Decimal) Scale() int { return int(d.scale) }

// Precision returns the number of significant digits: those of the number
// without its point, leading zeros not counted. It is 0 for zero.
func (d Decimal) Precision() int {
	if d.long != nil {
		return len(*d.long)
	}
	return d.coef.digits()
}

// Equal reports whether both are the same number with the same scale.
func (d Decimal) Equal(other Decimal) bool {
	if d.coef != other.coef || d.scale != other.scale || d.neg != other.neg {
		return false
	}
	if d.long == nil || other.long == nil {
		return d.long == other.long
	}
	return *d.long == *other.long
}

// Compare orders by number, whatever the scales.
func (d Decimal) Compare(other Decimal) int {
	sign, otherSign := d.Sign(), other.Sign()
	switch {
	case sign != otherSign:
		if sign < otherSign {
			return -1
		}
		return 1
	case sign == 0:
		return 0
	}
	return sign * d.compareMagnitude(other)
}

// compareMagnitude compares two numbers that are not zero without their signs.
func (d Decimal) compareMagnitude(other Decimal) int {
	if shift := int(d.scale) - int(other.scale); d.isWord() && other.isWord() && -19 <= shift && shift <= 19 {
		return compareAligned(d.coef.lo, other.coef.lo, shift)
	}
	// The position of the first digit decides unless it is the same.
	before, otherBefore := d.Precision()-int(d.scale), other.Precision()-int(other.scale)
	if before != otherBefore {
		if before < otherBefore {
			return -1
		}
		return 1
	}
	if d.long == nil && other.long == nil {
		// Aligned, the shorter has as many digits as the longer, so it fits.
		a, b := d.coef, other.coef
		if d.scale < other.scale {
			a, _ = a.mul(pow10[other.scale-d.scale])
		} else {
			b, _ = b.mul(pow10[d.scale-other.scale])
		}
		return a.compare(b)
	}
	var buf, otherBuf [maxInlineDigits]byte
	return compareFractions(d.digitView(buf[:0]), other.digitView(otherBuf[:0]))
}

// isWord reports whether the coefficient fits into 64 bits.
func (d Decimal) isWord() bool { return d.long == nil && d.coef.hi == 0 }

// compareAligned compares a with b where a has shift more digits after the
// point, at most 19 either way. A product of two words always fits into two.
func compareAligned(a, b uint64, shift int) int {
	x, y := uint128{lo: a}, uint128{lo: b}
	if shift < 0 {
		x.hi, x.lo = bits.Mul64(a, pow10[-shift].lo)
	} else {
		y.hi, y.lo = bits.Mul64(b, pow10[shift].lo)
	}
	return x.compare(y)
}

// digitView returns the digits without copying them where they are text
// already; buf is where they go otherwise.
func (d Decimal) digitView(buf []byte) string {
	if d.long != nil {
		return *d.long
	}
	return viewString(d.coef.appendTo(buf))
}

// compareFractions compares two strings of digits as if a point stood before
// both.
func compareFractions(a, b string) int {
	shared := min(len(a), len(b))
	if order := strings.Compare(a[:shared], b[:shared]); order != 0 {
		return order
	}
	switch {
	case strings.Trim(a[shared:], "0") != "":
		return 1
	case strings.Trim(b[shared:], "0") != "":
		return -1
	}
	return 0
}

// Int64 returns d as an integer; ok is false if d has a fraction other than
// zero or does not fit.
func (d Decimal) Int64() (i int64, ok bool) {
	whole := d.Truncate()
	if whole.Compare(d) != 0 || whole.long != nil || whole.coef.hi != 0 {
		return 0, false
	}
	magnitude := whole.coef.lo
	if whole.neg {
		return int64(-magnitude), magnitude <= 1<<63
	}
	return int64(magnitude), magnitude < 1<<63
}

// Float64 returns the nearest float64, ties to even; an infinity if d is beyond
// the largest.
func (d Decimal) Float64() float64 {
	// Both operands of this division are exact, so its rounding is the only one.
	if d.long == nil && d.coef.hi == 0 && d.coef.lo <= 1<<53 && int(d.scale) < len(exactPow10) {
		f := float64(d.coef.lo) / exactPow10[d.scale]
		if d.neg {
			return -f
		}
		return f
	}
	return d.parseFloat(64)
}

func (d Decimal) float32() float32 { return float32(d.parseFloat(32)) }

// parseFloat rounds by way of the text, which is a number, so that all that can
// go wrong is its range; then the result is an infinity.
func (d Decimal) parseFloat(size int) float64 {
	var buf [2 * maxInlineDigits]byte
	f, _ := strconv.ParseFloat(viewString(d.AppendText(buf[:0])), size)
	return f
}

var exactPow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// AppendText appends the number in full, never with an exponent, and with as
// many digits after the point as its scale: 2.50, -7, 0.001.
func (d Decimal) AppendText(dst []byte) []byte {
	if d.neg {
		dst = append(dst, '-')
	}
	scale := int(d.scale)
	if scale == 0 && d.long == nil {
		return d.coef.appendTo(dst)
	}
	var buf [maxInlineDigits]byte
	digits := d.digitView(buf[:0])
	if whole := len(digits) - scale; whole > 0 {
		dst = append(dst, digits[:whole]...)
		if scale > 0 {
			dst = append(dst, '.')
		}
		return append(dst, digits[whole:]...)
	}
	dst = append(dst, '0', '.')
	for range scale - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// String returns the text AppendText appends.
func (d Decimal) String() string {
	var buf [2 * maxInlineDigits]byte
	return string(d.AppendText(buf[:0]))
}

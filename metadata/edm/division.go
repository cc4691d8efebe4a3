package edm

import (
	"math/bits"

	"github.com/cockroachdb/apd/v3"
)

// divisionDigits is the precision of a quotient that does not come out even,
// that of .NET's decimal.
const divisionDigits = 29

// Div returns the quotient. If it comes out even within 29 significant digits
// it is exact, with no more digits after the point than it needs, yet not fewer
// than d has more than other (6.00 / 2 is 3.00). Otherwise it is rounded, ties
// to even, to 29 significant digits; to more if d has more, and if the whole
// part takes more. Errors are [ErrDivideByZero] and [ErrTooManyDigits].
func (d Decimal) Div(other Decimal) (Decimal, error) {
	if other.IsZero() {
		return Decimal{}, ErrDivideByZero
	}
	ideal := max(int(d.scale)-int(other.scale), 0)
	if d.IsZero() {
		return inlineDecimal(false, uint128{}, ideal), nil
	}
	whole := d.Precision() - int(d.scale) - other.Precision() + int(other.scale) + 1 // at most
	if whole > MaxDecimalDigits+1 {
		return Decimal{}, ErrTooManyDigits
	}
	precision := max(divisionDigits, d.Precision(), whole)
	if scale := divisionDigits + 1 - whole; precision == divisionDigits && other.isWord() && scale < MaxDecimalDigits {
		return d.divInline(other, scale, ideal), nil
	}
	context := exactContext()
	context.Precision = uint32(precision)
	context.Rounding = apd.RoundHalfEven
	var x, y, z apd.Decimal
	how, err := context.Quo(&z, d.apd(&x), other.apd(&y))
	if err != nil {
		return Decimal{}, ErrTooManyDigits
	}
	quotient, err := decimalFromAPD(&z)
	if err != nil || how.Inexact() {
		return quotient, err
	}
	return quotient.trimmed(ideal), nil // apd pads with zeros to the full precision
}

// divInline divides a number of at most 29 digits by one whose coefficient is
// a word. With scale digits after the point the quotient has 29 digits or 30.
func (d Decimal) divInline(other Decimal, scale, ideal int) Decimal {
	// Shifted by so many zeros the dividend has 29 digits more than the
	// divisor, 49 at most, for which three words are enough.
	n := [3]uint64{d.coef.lo, d.coef.hi}
	divisor := other.coef.lo
	for zeros := scale + int(other.scale) - int(d.scale); zeros > 0; zeros -= 19 {
		mul3(&n, pow10[min(zeros, 19)].lo)
	}
	var quo uint128 // the word above is 0, since 10^30 has 100 bits
	_, rem := bits.Div64(0, n[2], divisor)
	quo.hi, rem = bits.Div64(rem, n[1], divisor)
	quo.lo, rem = bits.Div64(rem, n[0], divisor)

	exact := rem == 0
	half := 0 // how the rest compares with half a unit
	if quo.less(pow10[divisionDigits]) {
		half = compareHalf(rem, divisor)
	} else {
		var digit uint64
		quo, digit = quo.quoRem64(10)
		scale--
		if half = compareHalf(digit, 10); half == 0 && !exact {
			half = 1
		}
		exact = exact && digit == 0
	}
	if half > 0 || half == 0 && quo.lo&1 != 0 {
		// 29 nines do not get here: so close to a power of ten, yet not equal,
		// is no quotient of a dividend of 29 digits.
		quo = quo.add(uint128{lo: 1})
	}
	quotient := inlineDecimal(d.neg != other.neg, quo, scale)
	if exact {
		return quotient.trimmed(ideal)
	}
	return quotient
}

// compareHalf compares part with half of whole.
func compareHalf(part, whole uint64) int {
	switch rest := whole - part; {
	case part < rest:
		return -1
	case part > rest:
		return 1
	}
	return 0
}

// mul3 multiplies an integer of three words, the least significant first,
// where the product fits.
func mul3(n *[3]uint64, x uint64) {
	var carry uint64
	for i := range n {
		hi, lo := bits.Mul64(n[i], x)
		var c uint64
		n[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
}

// trimmed drops zeros from the end of the fraction, down to the given scale.
func (d Decimal) trimmed(scale int) Decimal {
	if d.long != nil {
		digits := *d.long
		for int(d.scale) > scale && digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
			d.scale--
		}
		return decimalOf(d.neg, digits, int(d.scale))
	}
	for zeros := 16; zeros > 0; zeros /= 2 { // up to 31 of them
		if int(d.scale)-zeros < scale {
			continue
		}
		if quo, rem := d.coef.quoRem64(pow10[zeros].lo); rem == 0 {
			d.coef = quo
			d.scale -= uint16(zeros)
		}
	}
	return d
}

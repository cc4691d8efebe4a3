package edm

import (
	"errors"

	"github.com/cockroachdb/apd/v3"
)

// Failures of decimal arithmetic.
var (
	// ErrDivideByZero says that a divisor was zero.
	ErrDivideByZero = errors.New("division by zero")
	// ErrTooManyDigits says that a result is longer than [MaxDecimalDigits].
	ErrTooManyDigits = errors.New("the result has too many digits")
)

// Add returns the exact sum, whose scale is the larger of the two. The error
// is [ErrTooManyDigits].
func (d Decimal) Add(other Decimal) (Decimal, error) {
	if sum, ok := d.addInline(other); ok {
		return sum, nil
	}
	context := exactContext()
	var x, y, z apd.Decimal
	if _, err := context.Add(&z, d.apd(&x), other.apd(&y)); err != nil {
		return Decimal{}, ErrTooManyDigits
	}
	return decimalFromAPD(&z)
}

// Sub returns the exact difference, as [Decimal.Add] does.
func (d Decimal) Sub(other Decimal) (Decimal, error) { return d.Add(other.Neg()) }

// addInline adds where everything fits into 38 digits.
func (d Decimal) addInline(other Decimal) (Decimal, bool) {
	if d.long != nil || other.long != nil {
		return Decimal{}, false
	}
	if d.scale < other.scale {
		d, other = other, d
	}
	shift := int(d.scale - other.scale)
	if shift > maxInlineDigits {
		return Decimal{}, false
	}
	aligned, ok := other.coef.mul(pow10[shift])
	if !ok {
		return Decimal{}, false
	}
	scale := int(d.scale)
	switch {
	case d.neg == other.neg:
		sum := d.coef.add(aligned)
		return inlineDecimal(d.neg, sum, scale), sum.less(pow10[maxInlineDigits])
	case d.coef.less(aligned):
		return inlineDecimal(other.neg, aligned.sub(d.coef), scale), true
	}
	return inlineDecimal(d.neg, d.coef.sub(aligned), scale), true
}

// Mul returns the exact product, whose scale is the sum of the two. The error
// is [ErrTooManyDigits].
func (d Decimal) Mul(other Decimal) (Decimal, error) {
	if int(d.scale)+int(other.scale) >= MaxDecimalDigits {
		return Decimal{}, ErrTooManyDigits
	}
	if d.long == nil && other.long == nil {
		if coef, ok := d.coef.mul(other.coef); ok {
			return inlineDecimal(d.neg != other.neg, coef, int(d.scale+other.scale)), nil
		}
	}
	context := exactContext()
	var x, y, z apd.Decimal
	if _, err := context.Mul(&z, d.apd(&x), other.apd(&y)); err != nil {
		return Decimal{}, ErrTooManyDigits
	}
	return decimalFromAPD(&z)
}

// Mod returns the exact remainder of the division that truncates toward zero.
// It has the sign of d and the larger scale of the two. Errors are
// [ErrDivideByZero] and [ErrTooManyDigits].
func (d Decimal) Mod(other Decimal) (Decimal, error) {
	if other.IsZero() {
		return Decimal{}, ErrDivideByZero
	}
	context := exactContext()
	context.Precision = 2 * MaxDecimalDigits // bounds the quotient, too
	var x, y, z apd.Decimal
	if _, err := context.Rem(&z, d.apd(&x), other.apd(&y)); err != nil {
		return Decimal{}, ErrTooManyDigits
	}
	return decimalFromAPD(&z)
}

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	d.neg = !d.neg && !d.IsZero()
	return d
}

// exactContext has no precision limit, and an exponent range beyond anything a
// Decimal can express.
func exactContext() apd.Context { return apd.BaseContext }

// apd sets z to d.
func (d Decimal) apd(z *apd.Decimal) *apd.Decimal {
	if d.long != nil {
		z.Coeff.SetString(*d.long, 10)
	} else {
		z.Coeff.SetUint64(d.coef.lo)
		if d.coef.hi != 0 {
			var high apd.BigInt
			z.Coeff.Add(&z.Coeff, high.Lsh(high.SetUint64(d.coef.hi), 64))
		}
	}
	z.Exponent = -int32(d.scale)
	z.Negative = d.neg
	return z
}

// decimalFromAPD reads a finite result. The error is [ErrTooManyDigits].
func decimalFromAPD(z *apd.Decimal) (Decimal, error) {
	if z.Coeff.Sign() == 0 {
		scale := max(-int(z.Exponent), 0)
		if scale >= MaxDecimalDigits {
			return Decimal{}, ErrTooManyDigits
		}
		return inlineDecimal(false, uint128{}, scale), nil
	}
	zeros, scale := max(int(z.Exponent), 0), max(-int(z.Exponent), 0)
	digits := int(z.NumDigits()) + zeros
	if max(digits, scale+1) > MaxDecimalDigits {
		return Decimal{}, ErrTooManyDigits
	}
	if digits > maxInlineDigits {
		var buf [2 * maxInlineDigits]byte
		text := z.Coeff.Append(buf[:0], 10)
		for range zeros {
			text = append(text, '0')
		}
		return longDecimal(z.Negative, string(text), scale), nil
	}
	var high, low apd.BigInt
	high.Rsh(&z.Coeff, 64)
	low.Sub(&z.Coeff, low.Lsh(&high, 64))
	coef, _ := uint128{hi: high.Uint64(), lo: low.Uint64()}.mul(pow10[zeros])
	return inlineDecimal(z.Negative, coef, scale), nil
}

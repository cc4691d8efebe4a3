package edm

import "strings"

// A roundingMode says which way a fraction goes.
type roundingMode uint8

const (
	towardZero roundingMode = iota
	halfToEven
	towardMinus
	towardPlus
)

// Round returns the nearest whole number, ties to the even one.
func (d Decimal) Round() Decimal { return d.toWhole(halfToEven) }

// Floor returns the largest whole number that is not larger than d.
func (d Decimal) Floor() Decimal { return d.toWhole(towardMinus) }

// Ceiling returns the smallest whole number that is not smaller than d.
func (d Decimal) Ceiling() Decimal { return d.toWhole(towardPlus) }

// Truncate returns d without its fraction.
func (d Decimal) Truncate() Decimal { return d.toWhole(towardZero) }

// toWhole rounds to scale 0.
func (d Decimal) toWhole(mode roundingMode) Decimal {
	if d.scale == 0 {
		return d
	}
	whole, fraction := d.split()
	away := false // whether the magnitude grows
	switch mode {
	case halfToEven:
		away = fraction == fractionAboveHalf || fraction == fractionHalf && whole.isOdd()
	case towardMinus:
		away = fraction != fractionNone && d.neg
	case towardPlus:
		away = fraction != fractionNone && !d.neg
	}
	if away {
		// The fraction had a digit at least, so there is room for a carry.
		whole, _ = whole.Add(DecimalFromInt64(1))
	}
	if d.neg {
		return whole.Neg()
	}
	return whole
}

// A fractionSize is all that rounding needs to know about a fraction.
type fractionSize uint8

const (
	fractionNone fractionSize = iota
	fractionBelowHalf
	fractionHalf
	fractionAboveHalf
)

// split returns the whole part of d's magnitude and the size of the rest.
func (d Decimal) split() (whole Decimal, fraction fractionSize) {
	scale := int(d.scale)
	if d.long == nil && scale <= maxInlineDigits {
		quo, rem := d.coef.quoRemPow10(scale)
		if rem.isZero() {
			return inlineDecimal(false, quo, 0), fractionNone
		}
		// Twice the remainder is below 2·10^38 and so cannot overflow.
		return inlineDecimal(false, quo, 0), fractionBelowHalf + fractionSize(rem.add(rem).compare(pow10[scale])+1)
	}
	if d.IsZero() {
		return Decimal{}, fractionNone
	}
	var buf [maxInlineDigits]byte
	digits := d.digitView(buf[:0])
	point := len(digits) - scale
	if point < 0 { // the fraction begins with a zero
		return Decimal{}, fractionBelowHalf
	}
	if strings.Trim(digits[point:], "0") == "" {
		fraction = fractionNone
	} else {
		fraction = fractionBelowHalf + fractionSize(compareFractions(digits[point:], "5")+1)
	}
	return decimalOf(false, digits[:point], 0), fraction
}

func (d Decimal) isOdd() bool {
	if d.long != nil {
		return (*d.long)[len(*d.long)-1]&1 != 0
	}
	return d.coef.lo&1 != 0
}

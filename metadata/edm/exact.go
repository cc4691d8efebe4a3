package edm

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
)

// compareExactly compares a Decimal with the finite float it rounds to, not
// zero. A float is an integer times a power of two and a Decimal an integer
// over a power of ten, so it multiplies both to integers.
func compareExactly(d Decimal, f float64) int {
	if d.long != nil {
		var x, y big.Rat
		x.SetString(d.String())
		return x.Cmp(y.SetFloat64(f))
	}
	fraction, exponent := math.Frexp(math.Abs(f))
	exponent -= 53 // of the fraction as an integer
	left := wide{0: d.coef.lo, 1: d.coef.hi}
	right := wide{0: uint64(fraction * (1 << 53))}
	if exponent < 0 {
		left.shiftLeft(-exponent)
	} else {
		right.shiftLeft(exponent)
	}
	for scale := int(d.scale); scale > 0; scale -= 19 {
		right.mul(pow10[min(scale, 19)].lo)
	}
	return d.Sign() * left.compare(&right)
}

// A wide is an integer of 1536 bits, the least significant word first. That is
// room for compareExactly: the coefficient has 127 bits, the exponent of a
// float is at least -1126 with 53 bits of fraction, and the right side is as
// large as the left because they round to the same float.
type wide [24]uint64

func (w *wide) shiftLeft(n int) {
	words, rest := n/64, uint(n%64)
	for i := len(w) - 1; i >= 0; i-- {
		var word uint64
		if from := i - words; from >= 0 {
			word = w[from] << rest
			if from > 0 {
				word |= w[from-1] >> (64 - rest) // all of it is shifted out if rest is 0
			}
		}
		w[i] = word
	}
}

func (w *wide) mul(x uint64) {
	var carry uint64
	for i := range w {
		hi, lo := bits.Mul64(w[i], x)
		var c uint64
		w[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
}

func (w *wide) compare(other *wide) int {
	for i := len(w) - 1; i >= 0; i-- {
		if w[i] != other[i] {
			return cmp.Compare(w[i], other[i])
		}
	}
	return 0
}

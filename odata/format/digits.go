package format

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The functions in this file write at b[at:], where there is room for what they
// write and for a word behind it, and return where that ends. They write eight
// digits at a time, where general routines have a loop and then a copy.

// putInt writes i, in at most 20 characters.
func putInt(b []byte, at int, i int64) int {
	u := uint64(i)
	if i < 0 {
		b[at] = '-'
		at++
		u = -u
	}
	return putUint(b, at, u)
}

func putUint(b []byte, at int, u uint64) int {
	switch {
	case u < 10:
		b[at] = byte('0' + u)
		return at + 1
	case u < 1e8:
		n := decimalLen(u)
		binary.LittleEndian.PutUint64(b[at:], (digits8(u)+zeros)>>(64-8*n))
		return at + n
	}
	at = putUint(b, at, u/1e8)
	binary.LittleEndian.PutUint64(b[at:], digits8(u%1e8)+zeros)
	return at + 8
}

// decimalLen is the number of digits of u, which is not zero and below 1e8.
func decimalLen(u uint64) int {
	n := bits.Len64(u) * 1233 >> 12 // log10(2) from below, at most one short
	if u >= pow10[n] {
		n++
	}
	return n
}

var pow10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// zeros makes characters of eight digits.
const zeros = ones * '0'

// digits8 returns the eight decimal digits of u, which is below 1e8, the first
// in the lowest byte. It halves them three times, dividing all parts at once by
// multiplication with a reciprocal that is exact for their size.
func digits8(u uint64) uint64 {
	w := u/1e4 | u%1e4<<32
	high := w * 10486 >> 20 & 0x0000007f0000007f // the parts divided by 100
	w = high | (w-high*100)<<16
	high = w * 103 >> 10 & 0x000f000f000f000f // the parts divided by 10
	return high | (w-high*10)<<8
}

// putDouble writes a number that has at most seven digits before the point and
// eight behind it, as most have that people made; for others ok is false. A
// whole number gets .0 if pointed.
//
// That the decimal is the shortest one which reads back as f, and so what
// strconv finds with more work, follows from its 15 digits: no two decimals of
// up to 15 digits have the same nearest float64, and this one has f, since the
// quotient of two numbers that are exact is the float64 nearest to it.
func putDouble(b []byte, at int, f float64, pointed bool) (end int, ok bool) {
	const smallest = 1e-4 // below it numbers have an exponent
	bare := math.Abs(f)
	if bare >= 1e7 || bare < smallest && math.Float64bits(f) != 0 || bare != bare {
		return at, false
	}
	scaled := uint64(bare*1e8 + 0.5)
	if float64(scaled)/1e8 != bare {
		return at, false
	}
	if f < 0 {
		b[at] = '-'
		at++
	}
	at = putUint(b, at, scaled/1e8)
	fraction := scaled % 1e8
	if fraction == 0 && !pointed {
		return at, true
	}
	b[at] = '.'
	at++
	digits := digits8(fraction)
	binary.LittleEndian.PutUint64(b[at:], digits+zeros)
	switch {
	case fraction%1e7 == 0:
		return at + 1, true
	case fraction%1e6 == 0:
		return at + 2, true
	}
	return at + 8 - bits.LeadingZeros64(digits)/8, true
}

const guidLen = 36 // 8-4-4-4-12 hex digits

// putGUID writes a GUID in lower case, see [edm.Value.GUIDWords].
func putGUID(b []byte, at int, hi, lo uint64) int {
	little := binary.LittleEndian
	text := (*[guidLen]byte)(b[at:])
	little.PutUint64(text[0:], hexDigits(uint32(hi>>32)))
	text[8] = '-'
	digits := hexDigits(uint32(hi))
	little.PutUint32(text[9:], uint32(digits))
	text[13] = '-'
	little.PutUint32(text[14:], uint32(digits>>32))
	text[18] = '-'
	digits = hexDigits(uint32(lo >> 32))
	little.PutUint32(text[19:], uint32(digits))
	text[23] = '-'
	little.PutUint32(text[24:], uint32(digits>>32))
	little.PutUint64(text[28:], hexDigits(uint32(lo)))
	return at + guidLen
}

// hexDigits returns the eight hex digits of x, the first in the lowest byte. It
// gives each half byte a byte of its own by halving the word three times, and
// then makes characters of all of them at once: those above nine carry into the
// next four bits when six is added, and get the distance to the letters.
func hexDigits(x uint32) uint64 {
	w := uint64(x)
	w = w<<32&0x0000ffff00000000 | w>>16
	w = w<<16&0x00ff000000ff0000 | w>>8&0x000000ff000000ff
	w = w<<8&0x0f000f000f000f00 | w>>4&0x000f000f000f000f
	letters := (w + ones*6) >> 4 & ones
	return w + zeros + letters*('a'-'9'-1)
}

package edm

import "math/bits"

// A uint128 is the coefficient of a decimal that fits into a Value. It carries
// just the arithmetic such decimals need.
type uint128 struct{ hi, lo uint64 }

// maxInlineDigits is how many decimal digits every uint128 below pow10[38]
// has at most.
const maxInlineDigits = 38

func (x uint128) isZero() bool { return x.hi|x.lo == 0 }

func (x uint128) less(y uint128) bool { return x.hi < y.hi || x.hi == y.hi && x.lo < y.lo }

func (x uint128) compare(y uint128) int {
	switch {
	case x.less(y):
		return -1
	case x == y:
		return 0
	}
	return 1
}

// add returns x+y. The sum of two coefficients below 10^38 cannot overflow.
func (x uint128) add(y uint128) uint128 {
	lo, carry := bits.Add64(x.lo, y.lo, 0)
	hi, _ := bits.Add64(x.hi, y.hi, carry)
	return uint128{hi, lo}
}

// sub returns x-y for x >= y.
func (x uint128) sub(y uint128) uint128 {
	lo, borrow := bits.Sub64(x.lo, y.lo, 0)
	hi, _ := bits.Sub64(x.hi, y.hi, borrow)
	return uint128{hi, lo}
}

// mul returns x*y, or false if that needs more than 38 digits.
func (x uint128) mul(y uint128) (uint128, bool) {
	if x.hi != 0 && y.hi != 0 {
		return uint128{}, false
	}
	hi, lo := bits.Mul64(x.lo, y.lo)
	cross1, cross1Lo := bits.Mul64(x.hi, y.lo)
	cross2, cross2Lo := bits.Mul64(x.lo, y.hi)
	hi, carry1 := bits.Add64(hi, cross1Lo, 0)
	hi, carry2 := bits.Add64(hi, cross2Lo, 0)
	z := uint128{hi, lo}
	if cross1|cross2|carry1|carry2 != 0 || !z.less(pow10[maxInlineDigits]) {
		return uint128{}, false
	}
	return z, true
}

// quoRem64 divides by a word.
func (x uint128) quoRem64(y uint64) (quo uint128, rem uint64) {
	quo.hi, rem = bits.Div64(0, x.hi, y)
	quo.lo, rem = bits.Div64(rem, x.lo, y)
	return quo, rem
}

// quoRemPow10 divides by 10^n, n at most 38.
func (x uint128) quoRemPow10(n int) (quo, rem uint128) {
	if n <= 19 {
		quo, r := x.quoRem64(pow10[n].lo)
		return quo, uint128{lo: r}
	}
	const word = 19 // 10^19 is the largest power of ten in a word
	high, low := x.quoRem64(pow10[word].lo)
	quo, r := high.quoRem64(pow10[n-word].lo)
	// x = (quo*10^(n-19) + r)*10^19 + low, and the remainder is below 10^38.
	rem, _ = uint128{lo: r}.mul(pow10[word])
	return quo, rem.add(uint128{lo: low})
}

// digits returns the number of decimal digits, 0 for zero.
func (x uint128) digits() int {
	length := bits.Len64(x.lo)
	if x.hi != 0 {
		length = 64 + bits.Len64(x.hi)
	}
	n := length * 1233 >> 12 // log10(2) from below, at most one short
	if n < len(pow10) && !x.less(pow10[n]) {
		n++
	}
	return n
}

// appendTo appends the decimal digits, "0" for zero, of a coefficient below
// 10^38.
func (x uint128) appendTo(dst []byte) []byte {
	if x.hi == 0 {
		return appendUint(dst, x.lo)
	}
	high, low := bits.Div64(x.hi, x.lo, pow10[19].lo)
	dst = appendUint(dst, high)
	for unit := pow10[18].lo; unit > 0; unit /= 10 {
		dst = append(dst, byte('0'+low/unit))
		low %= unit
	}
	return dst
}

var pow10 = [...]uint128{
	{0x0, 0x1},                              // 10^0
	{0x0, 0xa},                              // 10^1
	{0x0, 0x64},                             // 10^2
	{0x0, 0x3e8},                            // 10^3
	{0x0, 0x2710},                           // 10^4
	{0x0, 0x186a0},                          // 10^5
	{0x0, 0xf4240},                          // 10^6
	{0x0, 0x989680},                         // 10^7
	{0x0, 0x5f5e100},                        // 10^8
	{0x0, 0x3b9aca00},                       // 10^9
	{0x0, 0x2540be400},                      // 10^10
	{0x0, 0x174876e800},                     // 10^11
	{0x0, 0xe8d4a51000},                     // 10^12
	{0x0, 0x9184e72a000},                    // 10^13
	{0x0, 0x5af3107a4000},                   // 10^14
	{0x0, 0x38d7ea4c68000},                  // 10^15
	{0x0, 0x2386f26fc10000},                 // 10^16
	{0x0, 0x16345785d8a0000},                // 10^17
	{0x0, 0xde0b6b3a7640000},                // 10^18
	{0x0, 0x8ac7230489e80000},               // 10^19
	{0x5, 0x6bc75e2d63100000},               // 10^20
	{0x36, 0x35c9adc5dea00000},              // 10^21
	{0x21e, 0x19e0c9bab2400000},             // 10^22
	{0x152d, 0x2c7e14af6800000},             // 10^23
	{0xd3c2, 0x1bcecceda1000000},            // 10^24
	{0x84595, 0x161401484a000000},           // 10^25
	{0x52b7d2, 0xdcc80cd2e4000000},          // 10^26
	{0x33b2e3c, 0x9fd0803ce8000000},         // 10^27
	{0x204fce5e, 0x3e25026110000000},        // 10^28
	{0x1431e0fae, 0x6d7217caa0000000},       // 10^29
	{0xc9f2c9cd0, 0x4674edea40000000},       // 10^30
	{0x7e37be2022, 0xc0914b2680000000},      // 10^31
	{0x4ee2d6d415b, 0x85acef8100000000},     // 10^32
	{0x314dc6448d93, 0x38c15b0a00000000},    // 10^33
	{0x1ed09bead87c0, 0x378d8e6400000000},   // 10^34
	{0x13426172c74d82, 0x2b878fe800000000},  // 10^35
	{0xc097ce7bc90715, 0xb34b9f1000000000},  // 10^36
	{0x785ee10d5da46d9, 0xf436a000000000},   // 10^37
	{0x4b3b4ca85a86c47a, 0x98a224000000000}, // 10^38
}

package edm

import (
	"bytes"
	"cmp"
	"math"
	"strings"
)

// Compare orders two values as the OData comparison operators do: -1, 0 or 1.
//
//   - Numbers of any two kinds compare by their exact values, so that no large
//     Int64 equals a Double it differs from. Negative zero equals zero.
//   - Strings compare by bytes, which for UTF-8 is the order of code points:
//     case-sensitive and without regard to any language.
//   - Booleans: false before true. Guids by their text form.
//   - DateTime by instant, a value without a zone taken as UTC; DateTimeOffset
//     by instant. The two do not compare with each other.
//   - Time by length, negative first. Binary by bytes.
//   - Spatial values have no order: they compare only if they are equal, with
//     the same kind, SRID and coordinates. See [Spatial.Equal].
//
// ok is false if the kinds do not compare, if either value is null, and if
// either is NaN, which is neither equal to, below nor above anything. Null and
// NaN rules belong to the caller: for sorting see [Order].
func Compare(a, b Value) (order int, ok bool) {
	if a.kind.IsNumeric() && b.kind.IsNumeric() {
		return compareNumbers(a, b)
	}
	if a.kind != b.kind {
		return 0, false
	}
	switch a.kind {
	case KindString:
		return strings.Compare(a.Str(), b.Str()), true
	case KindBinary:
		return bytes.Compare(a.Bytes(), b.Bytes()), true
	case KindBoolean:
		return cmp.Compare(a.lo, b.lo), true
	case KindGuid:
		return uint128{a.hi, a.lo}.compare(uint128{b.hi, b.lo}), true
	case KindDateTime:
		return a.DateTime().Compare(b.DateTime()), true
	case KindDateTimeOffset:
		return a.DateTimeOffset().Compare(b.DateTimeOffset()), true
	case KindTime:
		return a.Time().Compare(b.Time()), true
	}
	if a.kind.IsSpatial() {
		return 0, orderSpatial(a, b) == 0
	}
	return 0, false
}

// Order is a total order for sorting: null first, then NaN, then the order of
// [Compare]. Values of kinds that do not compare are ordered by kind, complex
// values and collections by their elements, and spatial values somehow, so that
// equal ones come together.
func Order(a, b Value) int {
	if order, ok := Compare(a, b); ok {
		return order
	}
	if rankA, rankB := orderRank(a), orderRank(b); rankA != rankB {
		return cmp.Compare(rankA, rankB)
	}
	switch {
	case a.kind == KindComplex || a.kind == KindCollection:
		return orderElements(a.Elements(), b.Elements())
	case a.kind.IsSpatial():
		return orderSpatial(a, b)
	}
	return 0 // two nulls, or two NaNs
}

// orderRank puts apart what does not compare. All numbers share a rank, below
// which NaN comes.
func orderRank(v Value) int {
	switch {
	case !v.kind.IsNumeric():
		return 2 * int(v.kind)
	case v.isNaN():
		return 2*int(KindDecimal) - 1
	}
	return 2 * int(KindDecimal)
}

func orderElements(a, b []Value) int {
	for i := range min(len(a), len(b)) {
		if order := Order(a[i], b[i]); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b))
}

func (v Value) isNaN() bool {
	return (v.kind == KindDouble || v.kind == KindSingle) && math.IsNaN(v.Float())
}

// compareNumbers compares two numbers of any kinds.
func compareNumbers(a, b Value) (order int, ok bool) {
	switch {
	case a.isNaN() || b.isNaN():
		return 0, false
	case isFloat(a.kind) && isFloat(b.kind):
		x, y := a.Float(), b.Float()
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	case a.kind.IsInteger() && b.kind.IsInteger():
		return cmp.Compare(int64(a.lo), int64(b.lo)), true
	case a.kind.IsInteger() && isFloat(b.kind):
		return compareIntFloat(int64(a.lo), b.Float()), true
	case isFloat(a.kind) && b.kind.IsInteger():
		return -compareIntFloat(int64(b.lo), a.Float()), true
	case isFloat(b.kind):
		return compareDecimalFloat(a.Decimal(), b.Float()), true
	case isFloat(a.kind):
		return -compareDecimalFloat(b.Decimal(), a.Float()), true
	}
	return exactDecimal(a).Compare(exactDecimal(b)), true
}

func isFloat(k Kind) bool { return k == KindSingle || k == KindDouble }

// exactDecimal returns an integer or Decimal as a Decimal.
func exactDecimal(v Value) Decimal {
	if v.kind == KindDecimal {
		return v.Decimal()
	}
	return DecimalFromInt64(int64(v.lo))
}

// compareIntFloat compares an integer with a float that is not NaN.
func compareIntFloat(i int64, f float64) int {
	switch {
	case f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	// The whole part now fits exactly, and only a fraction can break a tie.
	whole := math.Trunc(f)
	if order := cmp.Compare(i, int64(whole)); order != 0 {
		return order
	}
	return cmp.Compare(whole, f)
}

// compareDecimalFloat compares a Decimal with a float that is not NaN.
// Rounding the Decimal to a float never swaps two numbers, so only a tie needs
// all the digits.
func compareDecimalFloat(d Decimal, f float64) int {
	if nearest := d.Float64(); nearest != f {
		return cmp.Compare(nearest, f)
	}
	if math.IsInf(f, 0) {
		return -int(math.Copysign(1, f))
	}
	if f == 0 {
		return d.Sign()
	}
	return compareExactly(d, f)
}

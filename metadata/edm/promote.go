package edm

// Promote returns the kind in which two numeric kinds are added, compared and
// so on: the first of Int32, Int64, Single, Double and Decimal that holds both.
// It is false if either is not numeric, and for Decimal with Single or Double,
// which do not mix: one is exact and the other has the range.
//
// Source: OData V3, URI conventions, numeric promotion.
func Promote(a, b Kind) (Kind, bool) {
	if !a.IsNumeric() || !b.IsNumeric() {
		return KindNull, false
	}
	if a == KindDecimal || b == KindDecimal {
		if isFloat(a) || isFloat(b) {
			return KindNull, false
		}
		return KindDecimal, true
	}
	for _, k := range [...]Kind{KindDouble, KindSingle, KindInt64} {
		if a == k || b == k {
			return k, true
		}
	}
	return KindInt32, true
}

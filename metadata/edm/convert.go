package edm

import "math"

// A ConversionError says why a value cannot become one of another kind. It
// does not contain the value.
type ConversionError struct {
	From, To Kind
	Reason   string
}

// Error renders both kinds and the reason.
func (e *ConversionError) Error() string {
	return "cannot convert " + e.From.String() + " to " + e.To.String() + ": " + e.Reason
}

const (
	reasonUnrelated = "the types are unrelated"
	reasonRange     = "the number is out of range"
	reasonFraction  = "the number has a fraction"
	reasonNotFinite = "NaN and infinities have no equivalent"
)

// Convert turns a number into another numeric kind, in either direction. Null
// converts to anything and stays null, and every value converts to its own
// kind; a spatial value converts to KindGeography or KindGeometry, of which its
// own kind is a subtype, and stays what it is. Text is not involved: see
// [ParseText] and [Cast].
//
// Nothing is lost except the precision that Single and Double do not have: a
// number becomes the nearest float, but one out of range, or a fraction on the
// way to an integer, is an error. A float becomes the Decimal of its shortest
// text, so that the literal 1.5 and even 0.1 mean what they say. Errors are
// *ConversionError.
func Convert(v Value, to Kind) (Value, error) {
	if v.kind.is(to) || v.kind == KindNull {
		return v, nil
	}
	if !v.kind.IsNumeric() || !to.IsNumeric() {
		return Null, &ConversionError{v.kind, to, reasonUnrelated}
	}
	result, reason := convertNumber(v, to)
	if reason != "" {
		return Null, &ConversionError{v.kind, to, reason}
	}
	return result, nil
}

// Cast is the cast function of filters: numbers to other numeric kinds, every
// primitive value to String and back through its text, anything to its own
// kind. It differs from [Convert] in that a fraction is cut off on the way to
// an integer, as .NET does. Null stays null. It is false if there is no such
// cast, and if this value does not survive it.
func Cast(v Value, to Kind) (Value, bool) {
	switch {
	case v.kind.is(to) || v.kind == KindNull:
		return v, true
	case to == KindString && v.kind.IsPrimitive():
		return String(string(AppendText(nil, v))), true
	case v.kind == KindString && to.IsPrimitive():
		result, err := ParseText(to, v.Str())
		return result, err == nil
	case !v.kind.IsNumeric() || !to.IsNumeric():
		return Null, false
	}
	if to.IsInteger() {
		v = truncate(v)
	}
	result, reason := convertNumber(v, to)
	return result, reason == ""
}

// truncate cuts off the fraction of a number.
func truncate(v Value) Value {
	switch v.kind {
	case KindDecimal:
		return v.Decimal().Truncate().Value()
	case KindSingle, KindDouble:
		return Double(math.Trunc(v.Float()))
	}
	return v
}

// convertNumber converts between numeric kinds. The reason is "" on success.
func convertNumber(v Value, to Kind) (result Value, reason string) {
	switch {
	case to.IsInteger():
		i, reason := toInteger(v)
		if reason != "" {
			return Null, reason
		}
		result, ok := integerValue(to, i)
		if !ok {
			return Null, reasonRange
		}
		return result, ""
	case to == KindDecimal:
		return toDecimal(v)
	case to == KindSingle:
		f := toSingle(v)
		if math.IsInf(float64(f), 0) && !(isFloat(v.kind) && math.IsInf(v.Float(), 0)) {
			return Null, reasonRange
		}
		return Single(f), ""
	}
	f := toDouble(v)
	if v.kind == KindDecimal && math.IsInf(f, 0) {
		return Null, reasonRange
	}
	return Double(f), ""
}

func toInteger(v Value) (i int64, reason string) {
	switch v.kind {
	case KindDecimal:
		d := v.Decimal()
		i, ok := d.Int64()
		switch {
		case ok:
			return i, ""
		case d.Truncate().Compare(d) != 0:
			return 0, reasonFraction
		}
		return 0, reasonRange
	case KindSingle, KindDouble:
		f := v.Float()
		switch {
		case math.IsNaN(f) || math.IsInf(f, 0):
			return 0, reasonNotFinite
		case f != math.Trunc(f):
			return 0, reasonFraction
		case f < -1<<63 || f >= 1<<63:
			return 0, reasonRange
		}
		return int64(f), ""
	}
	return int64(v.lo), ""
}

func toDecimal(v Value) (result Value, reason string) {
	if !isFloat(v.kind) {
		return exactDecimal(v).Value(), ""
	}
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		return Null, reasonNotFinite
	}
	var buf [32]byte
	d, _ := ParseDecimal(viewString(AppendText(buf[:0], v))) // every finite float has few enough digits
	return d.Value(), ""
}

func toSingle(v Value) float32 {
	switch v.kind {
	case KindDecimal:
		return v.Decimal().float32()
	case KindSingle, KindDouble:
		return float32(v.Float())
	}
	return float32(int64(v.lo))
}

func toDouble(v Value) float64 {
	switch v.kind {
	case KindDecimal:
		return v.Decimal().Float64()
	case KindSingle, KindDouble:
		return v.Float()
	}
	return float64(int64(v.lo))
}

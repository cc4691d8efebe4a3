package edm

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
)

// AppendText appends v in the form used in XML and by $value: true, 7, 2.50,
// 1E+16, INF, base64 for Binary, 2015-07-12T06:40:00, and a String as it is.
// [ParseText] reads it back. Null, complex values and collections have no such
// form; their [AppendLiteral] form is appended instead.
//
// A spatial value is written as [Spatial.AppendText] does, for logs and casts to
// String: XML has [AppendGML] for it, JSON has [AppendGeoJSON], and $value is
// refused.
//
// JSON needs little more than this: quotes around most kinds, ".0" after a whole
// Double in JSON light, and its own names for infinities.
func AppendText(dst []byte, v Value) []byte {
	switch v.kind {
	case KindBoolean:
		return strconv.AppendBool(dst, v.lo != 0)
	case KindByte, KindSByte, KindInt16, KindInt32, KindInt64:
		return strconv.AppendInt(dst, int64(v.lo), 10)
	case KindSingle:
		return appendFloat(dst, v.Float(), 32)
	case KindDouble:
		return appendFloat(dst, v.Float(), 64)
	case KindDecimal:
		return v.Decimal().AppendText(dst)
	case KindString:
		return append(dst, v.Str()...)
	case KindBinary:
		return base64.StdEncoding.AppendEncode(dst, v.Bytes())
	case KindGuid:
		return v.GUID().AppendText(dst)
	case KindDateTime:
		return v.DateTime().AppendText(dst)
	case KindDateTimeOffset:
		return v.DateTimeOffset().AppendText(dst)
	case KindTime:
		return v.Time().AppendText(dst)
	}
	if v.kind.IsSpatial() {
		return v.Spatial().AppendText(dst)
	}
	return AppendLiteral(dst, v)
}

// ParseText reads the text of a value of the primitive kind k, as it stands in
// XML, in a JSON string and in a $value body. Besides what [AppendText] writes
// it reads what other writers write:
//
//   - white space around anything but a String;
//   - 1 and 0 for Boolean;
//   - numbers with a plus sign, or without digits on one side of the point;
//   - exponents in Decimal, as in 1e3;
//   - Infinity and -Infinity for the infinities;
//   - /Date(ms)/ and /Date(ms+mmmm)/ for DateTime and DateTimeOffset, the form
//     of JSON verbose before version 3;
//   - white space within base64.
//
// A number that does not fit its kind is an error, and so is a fraction in an
// integer. The text of a spatial value, well-known text, must be of the kind k
// or, for KindGeography and KindGeometry, of any kind below it. A String value
// aliases s. Errors are *SyntaxError; for a kind without a text form (streams,
// complex types) the error says so.
func ParseText(k Kind, s string) (Value, error) {
	if k == KindString {
		if err := checkUTF8(s, 0); err != nil {
			return Null, err
		}
		return String(s), nil
	}
	trimmed := strings.TrimLeft(s, xmlSpace)
	lead := len(s) - len(trimmed)
	v, err := parseTrimmed(k, strings.TrimRight(trimmed, xmlSpace))
	if err != nil {
		return Null, shifted(err, lead)
	}
	return v, nil
}

const xmlSpace = " \t\r\n"

func parseTrimmed(k Kind, s string) (Value, error) {
	switch k {
	case KindBoolean:
		switch s {
		case "true", "1":
			return Boolean(true), nil
		case "false", "0":
			return Boolean(false), nil
		}
		return Null, syntaxError(0, "expected true or false")
	case KindByte, KindSByte, KindInt16, KindInt32, KindInt64:
		return parseIntegerText(k, s)
	case KindSingle, KindDouble:
		return parseFloatText(k, s)
	case KindDecimal:
		n, err := scanWhole(s)
		if err != nil {
			return Null, err
		}
		d, err := decimalFromScan(s, n)
		if err != nil {
			return Null, err
		}
		return d.Value(), nil
	case KindBinary:
		return parseBase64(s)
	case KindGuid:
		return parseGUIDValue(s)
	case KindDateTime:
		if isJSONDate(s) {
			return parseJSONDateTime(s)
		}
		return parseDateTimeValue(s)
	case KindDateTimeOffset:
		if isJSONDate(s) {
			return parseJSONDateTimeOffset(s)
		}
		return parseDateTimeOffsetValue(s)
	case KindTime:
		return parseTimeValue(s)
	}
	if k.IsSpatial() {
		return parseSpatialText(k, s)
	}
	return Null, syntaxError(0, k.String()+" has no text form")
}

// scanWhole scans s as one number with the freedoms of XML Schema.
func scanWhole(s string) (scannedNumber, error) {
	n, err := scanNumber(s, looseNumber)
	if err == nil && n.end != len(s) {
		err = syntaxError(n.end, "nothing may follow the number")
	}
	return n, err
}

func parseIntegerText(k Kind, s string) (Value, error) {
	n, err := scanWhole(s)
	if err != nil {
		return Null, err
	}
	if !n.isInteger() {
		return Null, syntaxError(n.wholeEnd, k.String()+" has neither fraction nor exponent")
	}
	i, ok := integerFromScan(s, n)
	v, fits := integerValue(k, i)
	if !ok || !fits {
		return Null, syntaxError(0, "the number does not fit "+k.String())
	}
	return v, nil
}

// integerValue returns i as a value of the integer kind k, if it fits.
func integerValue(k Kind, i int64) (Value, bool) {
	var low, high int64
	switch k {
	case KindByte:
		low, high = 0, math.MaxUint8
	case KindSByte:
		low, high = math.MinInt8, math.MaxInt8
	case KindInt16:
		low, high = math.MinInt16, math.MaxInt16
	case KindInt32:
		low, high = math.MinInt32, math.MaxInt32
	default:
		low, high = math.MinInt64, math.MaxInt64
	}
	return Value{tag: tag{kind: k}, lo: uint64(i)}, low <= i && i <= high
}

func parseFloatText(k Kind, s string) (Value, error) {
	f, ok := specialFloat(s)
	switch {
	case ok:
	case s == "Infinity":
		f = math.Inf(1)
	case s == "-Infinity":
		f = math.Inf(-1)
	default:
		n, err := scanWhole(s)
		if err != nil {
			return Null, err
		}
		bits := 64
		if k == KindSingle {
			bits = 32
		}
		if f, err = floatFromScan(s, n, bits); err != nil {
			return Null, err
		}
	}
	if k == KindSingle {
		return Single(float32(f)), nil
	}
	return Double(f), nil
}

func parseBase64(s string) (Value, error) {
	if strings.ContainsAny(s, xmlSpace) {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(xmlSpace, r) }), "")
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return Null, syntaxError(0, "expected base64")
	}
	return Binary(b), nil
}

func parseSpatialText(k Kind, s string) (Value, error) {
	shape, err := ParseSpatial(s, k.IsGeography())
	if err != nil {
		return Null, err
	}
	if !shape.kind.is(k) {
		return Null, syntaxError(0, "the shape is an "+shape.kind.String()+", not an "+k.String())
	}
	return shape.Value(), nil
}

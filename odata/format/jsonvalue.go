package format

import (
	"bytes"
	"encoding/base64"
	"math"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A JSONDialect is how values are spelled where the JSON formats of OData V3
// differ. Null, strings, booleans, integers and the rest are the same in all.
type JSONDialect uint8

const (
	// DialectLight is JSON light: dates as ISO 8601 text, and a Double always
	// with a point or an exponent, so that 7.0 can be told from an Int32.
	DialectLight JSONDialect = iota

	// DialectVerbose3 is JSON verbose in a response of version 3.0: dates as
	// ISO 8601 text, a Double as short as it gets, and spatial values with
	// their type as __metadata.
	DialectVerbose3

	// DialectVerbose2 is JSON verbose in a response of version 1.0 or 2.0:
	// DateTime and DateTimeOffset as "\/Date(1436683200000)\/".
	DialectVerbose2
)

// AppendJSONPrimitive appends v, which is null or of a primitive kind. What has
// no JSON form of its own (complex values, collections and streams belong to
// the format that frames them) becomes null.
//
// Int64 and Decimal are strings in every dialect, since JavaScript numbers do
// not hold them; so are a Double's or Single's NaN, Infinity and -Infinity, in
// the spelling that .NET readers understand. Spatial values are GeoJSON objects.
func AppendJSONPrimitive(dst []byte, v edm.Value, dialect JSONDialect) []byte {
	return AppendJSONFields(dst, unnamed[:], []edm.Value{v}, dialect)
}

// unnamed is a member without a name: all of it is the value.
var unnamed = [...]JSONField{newJSONField([]byte{'"'}, 0)}

// appendRare appends a value of a kind that few rows hold, those that
// AppendJSONFields leaves. dst ends in a quote, which opens the string that most
// kinds are or is taken back.
func appendRare(dst []byte, v *edm.Value, dialect JSONDialect) []byte {
	bare := dst[:len(dst)-1]
	switch kind := v.Kind(); kind {
	case edm.KindByte, edm.KindSByte, edm.KindInt16:
		return strconv.AppendInt(bare, v.Int(), 10)
	case edm.KindSingle:
		return appendFloat(dst, v)
	case edm.KindDateTime: // in verbose 2, AppendJSONFields does the others
		return escapeDate(v.DateTime().AppendJSONDate(append(dst, '\\')))
	case edm.KindDateTimeOffset:
		if dialect == DialectVerbose2 {
			return escapeDate(v.DateTimeOffset().AppendJSONDate(append(dst, '\\')))
		}
		dst = v.DateTimeOffset().AppendText(dst)
	case edm.KindTime:
		dst = v.Time().AppendText(dst)
	case edm.KindBinary:
		dst = base64.StdEncoding.AppendEncode(dst, v.Bytes())
	default:
		if kind.IsSpatial() {
			return appendSpatial(bare, v.Spatial(), dialect)
		}
		return append(bare, "null"...)
	}
	return append(dst, '"')
}

// appendSpatial appends s as GeoJSON. Readers of JSON verbose take the type
// from __metadata, since GeoJSON does not tell geography from geometry; JSON
// light has it in an annotation beside the value. Sources: OData V3 JSON
// formats, spatial values; WCF Data Services 5.6.
func appendSpatial(dst []byte, s edm.Spatial, dialect JSONDialect) []byte {
	if dialect == DialectLight {
		return edm.AppendGeoJSON(dst, s, true)
	}
	dst = append(dst, `{"__metadata":{"type":"`...)
	dst = append(dst, s.Kind().String()...)
	dst = append(dst, `"},`...)
	return append(edm.AppendGeoJSONMembers(dst, s, false), '}')
}

// TellsType reports whether a reader of JSON knows the type of v without being
// told: strings, booleans, Int32 and finite Doubles, and null. Everything else
// needs an annotation where no model declares it.
func TellsType(v edm.Value) bool {
	switch v.Kind() {
	case edm.KindNull, edm.KindString, edm.KindBoolean, edm.KindInt32:
		return true
	case edm.KindDouble:
		f := v.Float()
		return f-f == 0 // neither infinite nor NaN
	}
	return false
}

// appendDouble appends a Double that putDouble leaves; dst ends in a quote. In
// plain notation the text comes straight from strconv.
func appendDouble(dst []byte, v *edm.Value, dialect JSONDialect) []byte {
	f := v.Float()
	if size := math.Abs(f); 1e-4 <= size && size < 1e15 {
		dst = dst[:len(dst)-1]
		if f != math.Trunc(f) {
			return strconv.AppendFloat(dst, f, 'f', -1, 64)
		}
		dst = strconv.AppendInt(dst, int64(f), 10)
		if dialect == DialectLight {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	start := len(dst)
	dst = appendFloat(dst, v)
	if dialect == DialectLight && !bytes.ContainsAny(dst[start-1:], `.E"`) {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendFloat appends a Double or Single; dst ends in a quote.
func appendFloat(dst []byte, v *edm.Value) []byte {
	switch f := v.Float(); {
	case math.IsNaN(f):
		return append(dst, `NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `-Infinity"`...)
	}
	return edm.AppendText(dst[:len(dst)-1], *v)
}

// escapeDate ends a string that holds /Date(…)/ and was opened with a quote and
// a backslash: the slashes are escaped in the output, which is how clients tell
// a date from a string with the same text.
func escapeDate(dst []byte) []byte {
	dst[len(dst)-1] = '\\'
	return append(dst, '/', '"')
}

package edm

import (
	"math"
	"strings"
	"unicode/utf8"
)

// ParseLiteral reads one whole URI literal, after percent-decoding and without
// blanks around it:
//
//	null true false
//	'it''s'                             String
//	7  -7                               Int32, or Int64 if it does not fit
//	7L                                  Int64
//	7.5M  1e3M                          Decimal
//	7.5f  NaNf  -INFf                   Single
//	7.5  7d  1E+10  NaN  INF  -INF      Double
//	guid'…' datetime'…' datetimeoffset'…' time'…'
//	X'0aFF'  binary'0aFF'               Binary
//	geography'SRID=4326;POINT(1 2)'  geometry'…'
//
// Words before a quote and suffixes may have any case; null, true, false, NaN
// and INF may not. Numbers are exact or, for Single and Double, the nearest;
// what does not fit is an error. Strings must be UTF-8. A String value aliases
// s unless it contains a doubled quote. For spatial literals see [ParseSpatial].
// Errors are *SyntaxError.
//
// Grammar: OData V3 ABNF, primitiveLiteral. Not part of it are Int64 without a
// suffix and a datetime without a time of day, which clients do send.
func ParseLiteral(s string) (Value, error) {
	switch s {
	case "":
		return Null, syntaxError(0, "expected a literal")
	case "null":
		return Null, nil
	case "true":
		return Boolean(true), nil
	case "false":
		return Boolean(false), nil
	}
	switch c := s[0]; {
	case c == '\'':
		return parseStringLiteral(s)
	case isDigit(c), c == '-' && len(s) > 1 && isDigit(s[1]):
		return parseNumberLiteral(s)
	}
	if v, ok := parseSpecialFloat(s); ok {
		return v, nil
	}
	return parsePrefixedLiteral(s)
}

func parseStringLiteral(s string) (Value, error) {
	inside := s[1:]
	doubled := 0
	for at := 0; ; at += 2 {
		next := strings.IndexByte(inside[at:], '\'')
		if next < 0 {
			return Null, syntaxError(len(s), "the string has no closing quote")
		}
		at += next
		if at+1 == len(inside) {
			inside = inside[:at]
			break
		}
		if inside[at+1] != '\'' {
			return Null, syntaxError(at+2, "nothing may follow the closing quote; quotes inside a string are doubled")
		}
		doubled++
	}
	if err := checkUTF8(inside, 1); err != nil {
		return Null, err
	}
	if doubled == 0 {
		return String(inside), nil
	}
	return String(strings.ReplaceAll(inside, "''", "'")), nil
}

// checkUTF8 refuses text that is not UTF-8; it lies offset bytes into what is
// parsed.
func checkUTF8(text string, offset int) error {
	if utf8.ValidString(text) {
		return nil
	}
	at := 0
	for {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size == 1 {
			return syntaxError(offset+at, "the text is not UTF-8")
		}
		at += size
	}
}

func parseNumberLiteral(s string) (Value, error) {
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		return Null, syntaxError(1, "binary literals have the form X'0aFF'")
	}
	n, err := scanNumber(s, strictNumber)
	if err != nil {
		return Null, err
	}
	var suffix byte
	if n.end < len(s) {
		suffix = s[n.end] | 0x20 // lower case, if a letter
	}
	if n.end+1 < len(s) || suffix != 0 && strings.IndexByte("lmfd", suffix) < 0 {
		return Null, syntaxError(n.end, "expected the end of the number or one of the suffixes L, M, f, d")
	}
	switch {
	case suffix == 'm':
		d, err := decimalFromScan(s, n)
		if err != nil {
			return Null, err
		}
		return d.Value(), nil
	case suffix == 'f':
		f, err := floatFromScan(s, n, 32)
		if err != nil {
			return Null, err
		}
		return Single(float32(f)), nil
	case suffix == 'd' || suffix == 0 && !n.isInteger():
		f, err := floatFromScan(s, n, 64)
		if err != nil {
			return Null, err
		}
		return Double(f), nil
	case !n.isInteger():
		return Null, syntaxError(n.end, "the suffix L is for whole numbers without an exponent")
	}
	i, ok := integerFromScan(s, n)
	switch {
	case !ok:
		return Null, syntaxError(0, "the number is too large for Edm.Int64")
	case suffix == 'l' || i != int64(int32(i)):
		return Int64(i), nil
	}
	return Int32(int32(i)), nil
}

// parseSpecialFloat reads the floats that have no digits.
func parseSpecialFloat(s string) (Value, bool) {
	if f, ok := specialFloat(s); ok {
		return Double(f), true
	}
	if last := len(s) - 1; s[last]|0x20 == 'f' {
		if f, ok := specialFloat(s[:last]); ok {
			return Single(float32(f)), true
		}
	}
	return Null, false
}

func specialFloat(word string) (f float64, ok bool) {
	switch word {
	case "NaN":
		return math.NaN(), true
	case "INF":
		return math.Inf(1), true
	case "-INF":
		return math.Inf(-1), true
	}
	return 0, false
}

// parsePrefixedLiteral reads a literal of the form word'text'.
func parsePrefixedLiteral(s string) (Value, error) {
	open := strings.IndexByte(s, '\'')
	if open < 0 {
		return Null, syntaxError(0, "not a literal")
	}
	parse := literalParser(s[:open])
	if parse == nil {
		return Null, syntaxError(0, "no type of literal begins with this word; "+
			"there are guid, datetime, datetimeoffset, time, binary, X, geography and geometry")
	}
	inside := s[open+1:]
	end := strings.IndexByte(inside, '\'')
	switch {
	case end < 0:
		return Null, syntaxError(len(s), "the literal has no closing quote")
	case end+1 != len(inside):
		return Null, syntaxError(open+end+2, "nothing may follow the closing quote")
	}
	v, err := parse(inside[:end])
	if err != nil {
		return Null, shifted(err, open+1)
	}
	return v, nil
}

// literalParser returns the reader of what stands between the quotes after the
// given word, or nil.
func literalParser(word string) func(string) (Value, error) {
	switch {
	case isWord(word, "guid"):
		return parseGUIDValue
	case isWord(word, "datetime"):
		return parseDateTimeValue
	case isWord(word, "datetimeoffset"):
		return parseDateTimeOffsetValue
	case isWord(word, "time"):
		return parseTimeValue
	case isWord(word, "x"), isWord(word, "binary"):
		return parseHexValue
	case isWord(word, "geography"):
		return parseGeographyValue
	case isWord(word, "geometry"):
		return parseGeometryValue
	}
	return nil
}

// isWord compares without regard to the case of ASCII letters. The lengths
// differ for the few other letters that Unicode folds into ASCII.
func isWord(word, lower string) bool {
	return len(word) == len(lower) && strings.EqualFold(word, lower)
}

func parseGUIDValue(s string) (Value, error) {
	g, err := ParseGUID(s)
	if err != nil {
		return Null, err
	}
	return g.Value(), nil
}

func parseDateTimeValue(s string) (Value, error) {
	d, err := ParseDateTime(s)
	if err != nil {
		return Null, err
	}
	return d.Value(), nil
}

func parseDateTimeOffsetValue(s string) (Value, error) {
	d, err := ParseDateTimeOffset(s)
	if err != nil {
		return Null, err
	}
	return d.Value(), nil
}

func parseTimeValue(s string) (Value, error) {
	t, err := ParseTime(s)
	if err != nil {
		return Null, err
	}
	return t.Value(), nil
}

func parseHexValue(s string) (Value, error) {
	b := make([]byte, len(s)/2)
	for at := range len(s) {
		digit, ok := hexDigit(s[at])
		if !ok {
			return Null, syntaxError(at, "expected a hex digit")
		}
		if at/2 < len(b) {
			b[at/2] = b[at/2]<<4 | digit
		}
	}
	if len(s)%2 != 0 {
		return Null, syntaxError(len(s), "binary literals have two hex digits for each byte")
	}
	return Binary(b), nil
}

func parseGeographyValue(s string) (Value, error) { return parseSpatialText(KindGeography, s) }

func parseGeometryValue(s string) (Value, error) { return parseSpatialText(KindGeometry, s) }

// AppendLiteral appends v as a URI literal in its canonical form, which
// [ParseLiteral] reads back: suffixes L, M and f, a Double that cannot be taken
// for an integer (7.0), quotes doubled, guids in lower case, X'0AFF' in upper
// case. Byte, SByte and Int16 have no form of their own and read back as Int32.
// Nothing is percent-encoded.
//
// Complex values and collections have no URI literal; for people they are
// written (a,b) and [a,b].
func AppendLiteral(dst []byte, v Value) []byte {
	switch v.kind {
	case KindNull:
		return append(dst, "null"...)
	case KindBoolean, KindByte, KindSByte, KindInt16, KindInt32:
		return AppendText(dst, v)
	case KindInt64:
		return append(AppendText(dst, v), 'L')
	case KindDecimal:
		return append(AppendText(dst, v), 'M')
	case KindSingle:
		return append(AppendText(dst, v), 'f')
	case KindDouble:
		return appendDoubleLiteral(dst, v.Float())
	case KindString:
		return appendQuoted(dst, v.Str())
	case KindBinary:
		dst = append(dst, "X'"...)
		const digits = "0123456789ABCDEF"
		for _, b := range v.Bytes() {
			dst = append(dst, digits[b>>4], digits[b&15])
		}
		return append(dst, '\'')
	case KindGuid:
		return append(AppendText(append(dst, "guid'"...), v), '\'')
	case KindDateTime:
		return append(AppendText(append(dst, "datetime'"...), v), '\'')
	case KindDateTimeOffset:
		return append(AppendText(append(dst, "datetimeoffset'"...), v), '\'')
	case KindTime:
		return append(AppendText(append(dst, "time'"...), v), '\'')
	case KindComplex:
		return append(appendElements(append(dst, '('), v.Elements()), ')')
	case KindCollection:
		return append(appendElements(append(dst, '['), v.Elements()), ']')
	}
	// What is left are the spatial kinds.
	if v.kind.IsGeography() {
		dst = append(dst, "geography'"...)
	} else {
		dst = append(dst, "geometry'"...)
	}
	return append(v.Spatial().AppendText(dst), '\'')
}

// appendDoubleLiteral marks whole numbers as floating point.
func appendDoubleLiteral(dst []byte, f float64) []byte {
	start := len(dst)
	dst = appendFloat(dst, f, 64)
	for _, c := range dst[start:] {
		if c == '.' || c == 'E' || c == 'N' { // of 1.5, 1E+16, NaN and INF
			return dst
		}
	}
	return append(dst, ".0"...)
}

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '\'')
	for {
		at := strings.IndexByte(s, '\'')
		if at < 0 {
			break
		}
		dst = append(append(dst, s[:at]...), "''"...)
		s = s[at+1:]
	}
	return append(append(dst, s...), '\'')
}

func appendElements(dst []byte, elements []Value) []byte {
	for i, v := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendLiteral(dst, v)
	}
	return dst
}

// String returns the URI literal of v, for tests and logs: see [AppendLiteral].
func (v Value) String() string { return string(AppendLiteral(nil, v)) }

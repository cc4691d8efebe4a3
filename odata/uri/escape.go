package uri

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/metadata/edm"
)

// Links are written in one canonical form. In the path only unreserved
// characters stay as they are, and the signs that structure a segment: "$" in
// names, parentheses, commas, equals signs and the quotes around a value. The
// quotes inside a value and everything else are escaped. In the query the signs
// that OData V3 lets appear raw stay so. Source: OData V3 URI conventions, key
// predicates and percent-encoding.
//
// None of these functions allocates when dst has room.

const (
	unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

	// queryRaw leaves out "+", which would be read as a blank, and ";", which
	// some parsers take for a separator.
	queryRaw = unreserved + "!$'()*,/:?@"
)

var (
	keepInValue   = asciiSetOf(unreserved)
	keepInSegment = asciiSetOf(unreserved + "$")
	keepInQuery   = asciiSetOf(queryRaw)
)

// EscapeSegment appends the name of a path segment.
func EscapeSegment(dst []byte, decoded string) []byte {
	return escape(dst, decoded, &keepInSegment)
}

// EscapeQuery appends the name or the value of a query option.
func EscapeQuery(dst []byte, decoded string) []byte {
	return escape(dst, decoded, &keepInQuery)
}

// EscapeLiteral appends a literal to a path, inside the parentheses of a key:
//
//	datetime'2015-07-12T06:40:00'    datetime'2015-07-12T06%3A40%3A00'
//	'O''Neil'                        'O%27%27Neil'
func EscapeLiteral(dst []byte, literal string) []byte {
	start := len(dst)
	return escapeLiteralFrom(append(dst, literal...), start)
}

// AppendKey appends the key of an entity to the name of its set: "(1)" for a
// single value, "(OrderId=guid'6f…',LineNo=2)" for several. Names and values
// are parallel and in the order of the key's declaration.
func AppendKey(dst []byte, names []string, values []edm.Value) []byte {
	dst = append(dst, '(')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		if len(values) > 1 {
			dst = EscapeSegment(dst, names[i])
			dst = append(dst, '=')
		}
		start := len(dst)
		dst = escapeLiteralFrom(edm.AppendLiteral(dst, v), start)
	}
	return append(dst, ')')
}

// escapeLiteralFrom escapes, in place, the literal that dst ends with.
func escapeLiteralFrom(dst []byte, start int) []byte {
	open, last := len(dst), len(dst)-1
	if last > start && dst[last] == '\'' {
		open = start + bytes.IndexByte(dst[start:], '\'')
	}
	kept := func(i int) bool {
		return keepInValue.has(dst[i]) || i == open || i == last && open < last
	}
	more := 0
	for i := start; i <= last; i++ {
		if !kept(i) {
			more += len("%27") - 1
		}
	}
	dst = slices.Grow(dst, more)[:len(dst)+more]
	// From the end to the start, so that nothing is overwritten unread. Where
	// the places meet, nothing before them needs escaping.
	for from, to := last, len(dst)-1; from < to; from-- {
		c := dst[from]
		if kept(from) {
			dst[to] = c
			to--
			continue
		}
		dst[to-2], dst[to-1], dst[to] = '%', upperHex[c>>4], upperHex[c&15]
		to -= 3
	}
	return dst
}

// AppendOption appends "name=value", escaped, to a query.
func AppendOption(dst []byte, name, value string) []byte {
	dst = EscapeQuery(dst, name)
	dst = append(dst, '=')
	return EscapeQuery(dst, value)
}

// AppendPath appends the segments with slashes between them and none before.
func AppendPath(dst []byte, path []Segment) []byte {
	for i := range path {
		if i > 0 {
			dst = append(dst, '/')
		}
		dst = AppendSegment(dst, &path[i])
	}
	return dst
}

// AppendSegment appends a segment with its key or arguments, literals as they
// were written.
func AppendSegment(dst []byte, s *Segment) []byte {
	dst = EscapeSegment(dst, s.Name)
	if !s.HasParens {
		return dst
	}
	dst = append(dst, '(')
	for i := range s.Args {
		arg := &s.Args[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		if arg.Name != "" {
			dst = EscapeSegment(dst, arg.Name)
			dst = append(dst, '=')
		}
		if arg.Alias != "" {
			dst = append(dst, '@')
			dst = EscapeSegment(dst, arg.Alias[1:])
		} else {
			dst = EscapeLiteral(dst, arg.Value.Raw)
		}
	}
	return append(dst, ')')
}

// An asciiSet is a set of characters below 128.
type asciiSet [2]uint64

func asciiSetOf(members string) (set asciiSet) {
	for c := byte(0); c < 128; c++ {
		if strings.IndexByte(members, c) >= 0 {
			set[c/64] |= 1 << (c % 64)
		}
	}
	return set
}

func (s *asciiSet) has(c byte) bool { return c < 128 && s[c/64]&(1<<(c%64)) != 0 }

const upperHex = "0123456789ABCDEF"

// escape appends text with every byte outside keep as a percent escape.
func escape(dst []byte, text string, keep *asciiSet) []byte {
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if keep.has(c) {
			continue
		}
		dst = append(dst, text[start:i]...)
		dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		start = i + 1
	}
	return append(dst, text[start:]...)
}

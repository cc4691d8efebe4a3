package uri

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pamodata/pamodata/odata"
)

// A pathRoom is memory for what most paths are: a set, perhaps with a key, and one
// segment more.
type pathRoom struct {
	segments [2]Segment
	args     [1]Arg // of the first segment that has some
	text     segmentText
	taken    bool // args are
}

// newSegments is memory for n segments.
func (r *pathRoom) newSegments(n int) []Segment {
	if r != nil && n <= len(r.segments) {
		return r.segments[:0:n]
	}
	return make([]Segment, 0, n)
}

// newArgs is memory for the arguments of a segment.
func (r *pathRoom) newArgs() []Arg {
	if r == nil || r.taken {
		return make([]Arg, 0, 1)
	}
	r.taken = true
	return r.args[:0:1]
}

// places is memory to find places of a segment with, until the next one.
func (r *pathRoom) places(t segmentText) *segmentText {
	if r == nil {
		return &t
	}
	r.text = t
	return &r.text
}

// parsePath splits the escaped path at its slashes and reads each segment.
func parsePath(b *budget, escaped string) ([]Segment, *odata.Error) {
	segments := b.path.newSegments(min(1+strings.Count(escaped, "/"), 4))
	for start := 0; start < len(escaped); {
		end := len(escaped)
		if n := strings.IndexByte(escaped[start:], '/'); n >= 0 {
			end = start + n
		}
		if end > start {
			if len(segments) >= b.limits.Depth {
				return nil, pathTooDeep.error(odata.Span{Start: start, End: end}.In(pathTarget), "")
			}
			segment, err := parseSegment(b, escaped[start:end], start)
			if err != nil {
				return nil, err
			}
			segments = append(segments, segment)
		}
		start = end + 1
	}
	if len(segments) == 0 {
		return nil, nil
	}
	return segments, nil
}

// pathTarget is what Error.Target calls the escaped path.
const pathTarget = "path"

// parseSegment decodes one segment and takes it apart. offset is where it
// begins in the escaped path.
func parseSegment(b *budget, escaped string, offset int) (Segment, *odata.Error) {
	whole := odata.Span{Start: offset, End: offset + len(escaped)}
	text, bad := unescape(escaped, false)
	if bad != nil {
		return Segment{}, bad.mistake.error(bad.at(offset).In(pathTarget), quote(escaped))
	}
	places := b.path.places(segmentText{escaped: escaped, offset: offset, plain: len(text) == len(escaped)})
	segment := Segment{Name: text, NameSpan: whole, Span: whole}
	open := strings.IndexByte(text, '(')
	if open >= 0 {
		segment.Name, segment.HasParens = text[:open], true
		segment.NameSpan = places.span(0, open)
	}
	if at := strings.IndexFunc(segment.Name, unicode.IsControl); at >= 0 {
		return Segment{}, badCharacter.error(places.span(at, at+1).In(pathTarget), quote(segment.Name))
	}
	if open < 0 {
		return segment, nil
	}
	if open == 0 {
		return Segment{}, segmentUnnamed.error(whole.In(pathTarget), quote(text))
	}
	if text[len(text)-1] != ')' {
		return Segment{}, segmentUnclosed.error(whole.In(pathTarget), quote(text))
	}
	p := parser{budget: b, text: text[:len(text)-1], pos: open + 1, where: pathTarget, segment: places}
	args, err := p.arguments()
	if err != nil {
		return Segment{}, err
	}
	segment.Args = args
	return segment, nil
}

// A segmentText finds places of a decoded segment in the escaped path.
type segmentText struct {
	escaped string
	offset  int  // of the segment in the escaped path
	plain   bool // nothing is escaped: decoded and escaped places agree

	// How far the last search came: places are mostly asked for in order.
	decodedAt, escapedAt int
}

func (s *segmentText) span(start, end int) odata.Span {
	return odata.Span{Start: s.place(start), End: s.place(end)}
}

// place is where the decoded byte stands in the escaped path.
func (s *segmentText) place(decoded int) int {
	if s.plain {
		return s.offset + decoded
	}
	if decoded < s.decodedAt {
		s.decodedAt, s.escapedAt = 0, 0
	}
	for s.decodedAt < decoded && s.escapedAt < len(s.escaped) {
		if s.escaped[s.escapedAt] == '%' {
			s.escapedAt += 2
		}
		s.escapedAt++
		s.decodedAt++
	}
	return s.offset + s.escapedAt
}

// A badText says where decoding failed.
type badText struct {
	mistake    mistake
	start, end int // in the escaped text
}

func (b *badText) at(offset int) odata.Span {
	return odata.Span{Start: offset + b.start, End: offset + b.end}
}

// unescape decodes percent escapes, once, and in a query also "+" for a blank.
// It returns escaped itself where there is nothing to decode.
func unescape(escaped string, query bool) (string, *badText) {
	special := strings.IndexByte(escaped, '%')
	if query {
		if plus := strings.IndexByte(escaped, '+'); special < 0 || plus >= 0 && plus < special {
			special = plus
		}
	}
	text := escaped
	if special >= 0 {
		var decoded strings.Builder
		decoded.Grow(len(escaped))
		decoded.WriteString(escaped[:special])
		for i := special; i < len(escaped); i++ {
			c := escaped[i]
			switch {
			case c == '%':
				if i+2 >= len(escaped) || !isHex(escaped[i+1]) || !isHex(escaped[i+2]) {
					return "", &badText{badEscape, i, min(i+3, len(escaped))}
				}
				c = hexValue(escaped[i+1])<<4 | hexValue(escaped[i+2])
				i += 2
			case c == '+' && query:
				c = ' '
			}
			decoded.WriteByte(c)
		}
		text = decoded.String()
	}
	if !utf8.ValidString(text) {
		return "", &badText{notUTF8, 0, len(escaped)}
	}
	return text, nil
}

func isHex(c byte) bool { return isDigit(c) || c|0x20-'a' <= 5 }

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

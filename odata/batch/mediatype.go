package batch

import "strings"

const maxBoundary = 70 // RFC 2046, section 5.1.1

// A mediaType is as much of a Content-Type as a batch needs.
type mediaType struct {
	name       string // lower case: "multipart/mixed"
	boundary   string
	boundaries int
	charset    string // lower case
	wellFormed bool
}

// parseMediaType reads a Content-Type. An unquoted value runs up to the next
// semicolon, since clients leave out the quotes that some boundaries need.
func parseMediaType(text string) mediaType {
	name, rest, _ := strings.Cut(text, ";")
	m := mediaType{name: strings.ToLower(trimBlanks(name)), wellFormed: true}
	for rest = trimBlanks(rest); rest != ""; rest = trimBlanks(rest) {
		if rest[0] == ';' {
			rest = rest[1:]
			continue
		}
		key, after, found := strings.Cut(rest, "=")
		if !found || strings.Contains(key, ";") {
			m.wellFormed = false
			return m
		}
		var value string
		after = trimBlanks(after)
		if strings.HasPrefix(after, `"`) {
			if value, rest, found = cutQuoted(after); !found {
				m.wellFormed = false
				return m
			}
		} else if end := strings.IndexByte(after, ';'); end >= 0 {
			value, rest = trimBlanks(after[:end]), after[end:]
		} else {
			value, rest = after, ""
		}
		switch key = trimBlanks(key); {
		case strings.EqualFold(key, "boundary"):
			m.boundary = value
			m.boundaries++
		case strings.EqualFold(key, "charset"):
			m.charset = strings.ToLower(value)
		}
	}
	return m
}

// cutQuoted reads a quoted string, and the blanks between it and a semicolon or
// the end.
func cutQuoted(text string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			rest = trimBlanks(text[i+1:])
			return b.String(), rest, rest == "" || rest[0] == ';'
		case '\\':
			if i++; i == len(text) {
				return "", "", false
			}
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}

// delimiter is the text that begins a line between two parts. It is empty if
// the media type has no usable boundary.
func (m mediaType) delimiter() string {
	if m.boundaries != 1 || m.boundary == "" || len(m.boundary) > maxBoundary || m.boundary[len(m.boundary)-1] == ' ' {
		return ""
	}
	for i := range len(m.boundary) {
		if c := m.boundary[i]; c < ' ' || c > '~' {
			return ""
		}
	}
	return "--" + m.boundary
}

// wideCharset reports a charset whose line ends are not single bytes, or whose
// ASCII is not ASCII.
func (m mediaType) wideCharset() bool {
	for _, prefix := range []string{"utf-16", "utf-32", "utf-7", "utf16", "utf32", "utf7", "ucs-", "ucs2", "ucs4", "iso-10646", "unicode"} {
		if strings.HasPrefix(m.charset, prefix) {
			return true
		}
	}
	return false
}

func trimBlanks(s string) string { return strings.Trim(s, " \t") }

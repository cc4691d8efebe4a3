package service

import (
	"strings"
)

// A mediaRange is one element of an Accept header, or the text of $format.
type mediaRange struct {
	typ, subtype string // lower case, "*" for any
	params       []parameter
	quality      int // thousandths; 0 excludes
}

type parameter struct{ name, value string } // name in lower case, value as given

// parseAccept reads the elements of Accept headers in order. Elements that are
// not media ranges are left out: a client that sends nonsense beside something
// usable is answered.
func parseAccept(headers []string) []mediaRange {
	var ranges []mediaRange
	for _, h := range headers {
		for _, element := range splitQuoted(h, ',') {
			if r, ok := parseMediaRange(element); ok {
				ranges = append(ranges, r)
			}
		}
	}
	return ranges
}

// parseMediaRange reads one media range. Parameters after q belong to the
// protocol's extension syntax and are dropped.
func parseMediaRange(text string) (mediaRange, bool) {
	pieces := splitQuoted(text, ';')
	if strings.TrimSpace(pieces[0]) == "*" {
		pieces[0] = "*/*" // as some old clients write it
	}
	typ, subtype, ok := strings.Cut(strings.TrimSpace(pieces[0]), "/")
	if !ok || typ == "" || subtype == "" || strings.ContainsAny(pieces[0], "\"\\") {
		return mediaRange{}, false
	}
	r := mediaRange{typ: strings.ToLower(typ), subtype: strings.ToLower(subtype), quality: 1000}
	for _, p := range pieces[1:] {
		name, value, _ := strings.Cut(p, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		value = unquote(strings.TrimSpace(value))
		if name == "q" {
			r.quality, ok = parseQuality(value)
			return r, ok
		}
		if name != "" {
			r.params = append(r.params, parameter{name, value})
		}
	}
	return r, true
}

// parseQuality reads "1", "0.5" or ".125" as thousandths. Digits beyond those are
// cut off: a client that is too exact is not refused for it.
func parseQuality(s string) (int, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" && (whole != "" || fraction == "") || fraction != "" && !isDigits(fraction) {
		return 0, false
	}
	q := 0
	for i := range 3 {
		q *= 10
		if i < len(fraction) {
			q += int(fraction[i] - '0')
		}
	}
	if whole == "1" {
		q = 1000
	}
	return q, true
}

// splitQuoted splits at separators outside quoted strings.
func splitQuoted(s string, separator byte) []string {
	var pieces []string
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			pieces = append(pieces, s[start:i])
			start = i + 1
		}
	}
	return append(pieces, s[start:])
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

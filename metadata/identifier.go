package metadata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest names CSDL allows, in characters.
const (
	maxIdentifier = 480
	maxNamespace  = 512
)

// isIdentifier reports whether s is a SimpleIdentifier: a letter, then letters,
// digits, combining marks, connectors such as the underscore, and format
// characters. Source: CSDL 3.0, SimpleIdentifier.
func isIdentifier(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxIdentifier {
		return false
	}
	for i, c := range s {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case unicode.In(c, unicode.L, unicode.Nl):
		case i > 0 && unicode.In(c, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Cf):
		default:
			return false
		}
	}
	return true
}

// isNamespace reports whether s is one or more identifiers joined by dots.
func isNamespace(s string) bool {
	if utf8.RuneCountInString(s) > maxNamespace {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !isIdentifier(part) {
			return false
		}
	}
	return true
}

// isReservedNamespace reports the names no schema may take. Source: CSDL 3.0,
// Schema.
func isReservedNamespace(s string) bool {
	return s == "Edm" || s == "System" || s == "Transient"
}

// checkName reports a name that is missing or not an identifier.
func (r *resolver) checkName(at place, what, name string) {
	switch {
	case name == "":
		r.report(at, "the %s has no name", what)
	case !isIdentifier(name):
		r.report(at, "%q is no name for the %s: names begin with a letter, go on with letters, digits and "+
			"underscores, and have at most %d characters", name, what, maxIdentifier)
	}
}

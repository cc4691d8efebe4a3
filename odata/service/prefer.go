package service

import (
	"errors"
	"net/http"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// A preference is what the Prefer header of a request asks for. Unknown
// preferences mean nothing. Source: OData V3 core, Prefer.
type preference struct {
	content   bool // return-content
	noContent bool // return-no-content

	// validateOnly asks to check a change without making it: everything is done
	// that the change would do, in a transaction that is then rolled back. It is
	// an extension of this framework.
	validateOnly bool
}

const validateOnly = "pamodata.validate-only"

// preferenceOf reads Prefer. What to return exists since 3.0, and raises the
// answer to it: clients that do not speak that get the usual answer. The first
// of two that exclude each other counts.
func preferenceOf(h http.Header, v versions) (p preference) {
	for _, line := range h["Prefer"] {
		for _, token := range splitQuoted(line, ',') {
			name, _, _ := strings.Cut(token, ";")
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, validateOnly):
				p.validateOnly = true
			case v.request < v3 || v.max < v3 || p.content || p.noContent:
			case strings.EqualFold(name, "return-content"):
				p.content = true
			case strings.EqualFold(name, "return-no-content"):
				p.noContent = true
			}
		}
	}
	return p
}

// applied tells the client that its preference was honoured.
func (e *exchange) applied(preference string) {
	h := e.w.Header()
	h["Preference-Applied"] = []string{preference}
}

// errTried undoes a change that was only to be tried.
var errTried = errors.New("the change was only to be validated")

// validated answers a change that was tried and would have been made.
func (e *exchange) validated() error {
	e.applied(validateOnly)
	return e.empty(max(v1, e.versions.min))
}

// refuseTrying is for what cannot be undone or has nothing to undo: a preference
// not to change anything must never be passed over.
func (e *exchange) refuseTrying() error {
	if e.prefer.validateOnly {
		return &odata.Error{Kind: odata.KindInvalid, Code: "PreferenceNotOffered", Target: "Prefer",
			Message: "This request cannot be validated without being carried out"}
	}
	return nil
}

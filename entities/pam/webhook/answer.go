package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"

	"github.com/pamodata/pamodata/entities/pam"
)

const (
	maxAnswer    = 64 << 10
	maxReference = 200 // bytes
	maxReason    = 200 // characters
)

// answer is what the web service says about a call.
type answer struct {
	reference string // empty if it does not say
	result    pam.FactorResult
}

var (
	errMalformed = errors.New("the answer is not the JSON object that it should be")
	errReference = errors.New("the answer has a reference that is too long or has characters that it cannot have")
	errState     = errors.New("the answer has no state that is pending, succeeded or failed")
)

// parseAnswer reads an answer. It is strict where leniency could turn a failure into
// a success: names are compared exactly and may not come twice.
func parseAnswer(text []byte) (answer, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return answer{}, errMalformed
	}
	var a answer
	state := ""
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || seen[name] {
			return answer{}, errMalformed
		}
		seen[name] = true
		var value *string
		switch name {
		case "reference":
			value = &a.reference
		case "state":
			value = &state
		case "reason":
			value = &a.result.Reason
		default:
			var ignored json.RawMessage
			if d.Decode(&ignored) != nil {
				return answer{}, errMalformed
			}
			continue
		}
		if d.Decode(value) != nil { // null leaves it empty
			return answer{}, errMalformed
		}
	}
	if _, err := d.Token(); err != nil {
		return answer{}, errMalformed
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return answer{}, errMalformed
	}
	if a.reference != "" && !validReference(a.reference) {
		return answer{}, errReference
	}
	switch state {
	case "pending":
		a.result.State = pam.FactorPending
	case "succeeded":
		a.result.State = pam.FactorSucceeded
	case "failed":
		a.result.State = pam.FactorFailed
	default:
		return answer{}, errState
	}
	if a.result.State != pam.FactorFailed {
		a.result.Reason = ""
	}
	a.result.Reason = cleanReason(a.result.Reason)
	return a, nil
}

// validReference tells whether a reference can be one. It cannot be a step in a path.
func validReference(s string) bool {
	if s == "" || len(s) > maxReference || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-._~:@+=/%", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// number is what could be a phone number: seven digits or more, with what people put
// between them.
var number = regexp.MustCompile(`[+(]*[0-9](?:[-0-9 ()./]{5,})[0-9]`)

// cleanReason makes a reason fit for the audit trail: one line, not long, and without
// phone numbers.
func cleanReason(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
	s = number.ReplaceAllString(s, "(number)")
	s = strings.TrimSpace(s)
	if runes := []rune(s); len(runes) > maxReason {
		s = strings.TrimSpace(string(runes[:maxReason-1])) + "…"
	}
	return s
}

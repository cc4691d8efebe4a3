package mim

import (
	"errors"
	"fmt"
)

// A Mistake is one reason why an export is refused.
type Mistake struct {
	Place   string // "role 3 (DNS administrators)" of JSON, "line 4" of CSV; empty for the export as a whole
	Column  string // property or column; empty for all of the place
	Problem string
	Advice  string // empty where the problem says it
}

// Error is the mistake as one line: place, column: problem; advice.
func (m *Mistake) Error() string {
	text := m.Place
	switch {
	case text == "":
		text = "the export"
	case m.Column != "":
		text += ", " + m.Column + ":"
	default:
		text += ":"
	}
	text += " " + m.Problem
	if m.Advice != "" {
		text += "; " + m.Advice
	}
	return text
}

// maxMistakes is how many an error lists.
const maxMistakes = 100

func joined(found []*Mistake) error {
	var list []error
	for _, m := range found[:min(len(found), maxMistakes)] {
		list = append(list, m)
	}
	if more := len(found) - maxMistakes; more > 0 {
		list = append(list, fmt.Errorf("and %d mistakes more", more))
	}
	return errors.Join(list...)
}

// quoted is a text of the export for a message: short, and on one line.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text[:min(len(text), 4*most+4)]); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

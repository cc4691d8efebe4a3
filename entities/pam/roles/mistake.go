package roles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Mistake is one reason why a file is refused.
type Mistake struct {
	File string
	Line int    // from 1; 0 where no line is to blame
	Path string // "roles[2].window.to", counted from 0; empty for the file as a whole

	Problem string // "is not later than from"
	Advice  string // empty where the problem says it
}

// Error is the mistake as one line, in the form that editors jump to:
//
//	roles.yaml:41: roles[2].window.to is not later than from; …
func (m *Mistake) Error() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d", m.Line)
	}
	b.WriteString(": ")
	if m.Path != "" {
		b.WriteString(m.Path + " ")
	}
	b.WriteString(m.Problem)
	if m.Advice != "" {
		b.WriteString("; " + m.Advice)
	}
	return b.String()
}

// maxMistakes is how many an error lists: a file of the wrong kind has thousands.
const maxMistakes = 100

// joined is the error of a file with mistakes, in the order of its lines.
func joined(file string, found []*Mistake) error {
	slices.SortStableFunc(found, func(a, b *Mistake) int { return a.Line - b.Line })
	more := len(found) - maxMistakes
	var list []error
	for _, m := range found[:min(len(found), maxMistakes)] {
		list = append(list, m)
	}
	if more > 0 {
		list = append(list, fmt.Errorf("%s: and %d mistakes more", file, more))
	}
	return errors.Join(list...)
}

// quoted is a text of the file for a message: short, and on one line.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text[:min(len(text), 4*most+4)]); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// didYouMean is the advice that goes with an unknown name, if one of the known is
// near.
func didYouMean(name string, known func(yield func(string) bool)) string {
	best, at := "", 1+len(name)/3
	for candidate := range known {
		if d := distance(fold(name), fold(candidate), at); d < at || d == at && (best == "" || candidate < best) {
			best, at = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance is how many characters to add, drop or change to get from a to b, or
// more than most.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || len(a) > 100 {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

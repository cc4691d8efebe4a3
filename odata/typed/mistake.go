package typed

import (
	"errors"
	"fmt"
)

// A Mistake is one thing that a Go type or its tags get wrong. It says where
// the source has to change and what to write there.
type Mistake struct {
	Type    string // Go type: "sessioninfo.Session"
	Field   string // Go field, empty when the type as a whole is wrong
	Tag     string // the odata tag as written, empty without one
	Problem string // what is wrong
	Advice  string // what to write instead
}

// Error is one line that names the place, the problem and the cure.
func (m *Mistake) Error() string {
	place := m.Type
	if m.Field != "" {
		place += "." + m.Field
	}
	if m.Tag != "" {
		place += fmt.Sprintf(" `odata:%q`", m.Tag)
	}
	return place + ": " + m.Problem + "; " + m.Advice
}

// A report gathers mistakes, so that all of them surface at once.
type report struct {
	typ, field, tag string // where the walk is
	found           []error
}

func (r *report) add(problem, advice string) {
	r.found = append(r.found, &Mistake{Type: r.typ, Field: r.field, Tag: r.tag, Problem: problem, Advice: advice})
}

// at moves to a field and returns the way back.
func (r *report) at(typ, field, tag string) (back func()) {
	before := *r
	r.typ, r.field, r.tag = typ, field, tag
	return func() { r.typ, r.field, r.tag = before.typ, before.field, before.tag }
}

func (r *report) err() error { return errors.Join(r.found...) }

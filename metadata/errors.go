package metadata

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Errors are all the mistakes that [Model.Resolve] found, those of one element
// together. errors.As finds the first *Error.
type Errors []*Error

// Error lists the mistakes, one per line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, mistake := range e {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes the mistakes visible to errors.Is and errors.As.
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i, mistake := range e {
		list[i] = mistake
	}
	return list
}

// An Error is one mistake in the definitions of a model.
type Error struct {
	// Element is the mistaken element, such as "Demo.Customer/Name".
	Element string

	// Source is the Source of the element or of the nearest one around it that
	// has one: where the mistake has to be mended. May be empty.
	Source string

	Message string // what is wrong, and what would be right
}

// Error is "Element (Source): Message".
func (e *Error) Error() string {
	if e.Source == "" {
		return e.Element + ": " + e.Message
	}
	return e.Element + " (" + e.Source + "): " + e.Message
}

// A place is an element as errors name it.
type place struct{ element, source string }

func (at place) member(name, source string) place {
	if source == "" {
		source = at.source
	}
	return place{at.element + "/" + name, source}
}

func (r *resolver) report(at place, format string, args ...any) {
	r.errors = append(r.errors, &Error{Element: at.element, Source: at.source, Message: fmt.Sprintf(format, args...)})
}

// grouped puts the mistakes of one element together and keeps the order in
// which each element's mistakes were found.
func (e Errors) grouped() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int { return cmp.Compare(a.Element, b.Element) })
	return e
}

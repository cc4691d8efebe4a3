// Package readtest runs tables of payloads against the readers of all formats and
// prints what they make of them in one line.
package readtest

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Case is a payload and what is to become of it.
type Case struct {
	Name    string // unique in its table
	Why     string // the reason for Want
	Section string // where the rule comes from
	In      string
	Want    string // as Entry, Value or Error print it
}

// Run reads the payload of each case at once and byte by byte.
func Run(t *testing.T, cases []Case, read func(io.Reader) (string, error)) {
	t.Helper()
	names := map[string]bool{}
	for _, c := range cases {
		if c.Why == "" || c.Section == "" || names[c.Name] {
			t.Errorf("case %q needs a reason, a section and a name of its own", c.Name)
		}
		names[c.Name] = true
		t.Run(c.Name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.In), iotest.OneByteReader(strings.NewReader(c.In))} {
				got, err := read(r)
				if err != nil {
					got = Error(err)
				}
				if got != c.Want {
					t.Errorf("%s\ngot  %s\nwant %s\n%s (%s); error: %v", c.In, got, c.Want, c.Why, c.Section, err)
				}
			}
		})
	}
}

// Error prints an error as "! Code Target", with "413" before the code of what
// is too large, and an error of any other kind or type in full.
func Error(err error) string {
	var e *odata.Error
	switch {
	case !errors.As(err, &e):
		return "!! " + err.Error()
	case e.Kind == odata.KindInvalid:
		return "! " + e.Code + " " + e.Target
	case e.Kind == odata.KindTooLarge:
		return "! 413 " + e.Code + " " + e.Target
	}
	return "!! " + err.Error()
}

// Members prints the members of a complex value as Entry does.
func Members(list []odata.Assignment) string { return string(appendMembers(nil, list)) }

func appendMembers(dst []byte, list []odata.Assignment) []byte {
	for i, p := range list {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, p.Property.Name...), '=')
		dst = appendValue(dst, p.Value)
	}
	return dst
}

// Value prints v as a literal, complex values and collections as their elements.
func Value(v edm.Value) string { return string(appendValue(nil, v)) }

func appendValue(dst []byte, v edm.Value) []byte {
	open, end := byte('('), byte(')')
	switch v.Kind() {
	case edm.KindCollection:
		open, end = '[', ']'
	case edm.KindComplex:
	default:
		return edm.AppendLiteral(dst, v)
	}
	dst = append(dst, open)
	for i, element := range v.Elements() {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendValue(dst, element)
	}
	return append(dst, end)
}

// Entry prints an entity: its type, properties as name=value, dynamic ones as
// name~value, and links as name<url, name+entity or name-null.
func Entry(e *odata.EntryPayload) string { return string(appendEntry(nil, e)) }

func appendEntry(dst []byte, e *odata.EntryPayload) []byte {
	dst = append(append(dst, e.Type.Name...), '{')
	start := len(dst)
	member := func(name, sign string) {
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, name...), sign...)
	}
	dst = appendMembers(dst, e.Properties)
	for _, p := range e.Dynamic {
		member(p.Name, "~")
		dst = appendValue(dst, p.Value)
	}
	for _, l := range e.Links {
		for _, url := range l.Bind {
			member(l.Nav.Name, "<")
			dst = append(dst, url...)
		}
		for _, inner := range l.Entries {
			member(l.Nav.Name, "+")
			dst = appendEntry(dst, inner)
		}
		if l.Null {
			member(l.Nav.Name, "-null")
		}
	}
	return append(dst, '}')
}

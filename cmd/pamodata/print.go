package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// A table is printed with its columns aligned.
type table struct {
	heads []string
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// print writes the table; one without rows has its heads all the same.
func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.heads}, t.rows...) {
		cells := make([]string, len(row))
		for i, text := range row {
			if cells[i] = shown(text); cells[i] == "" {
				cells[i] = "-"
			}
		}
		if _, err := fmt.Fprintln(out, strings.Join(cells, "\t")); err != nil {
			return err
		}
	}
	return out.Flush()
}

// A sheet is one thing with its properties, a line each. Empty ones are left out.
type sheet struct{ lines [][2]string }

func (s *sheet) add(name string, values ...string) {
	for i, value := range values {
		if value == "" {
			continue
		}
		if i > 0 {
			name = ""
		}
		s.lines = append(s.lines, [2]string{name, value})
	}
}

func (s *sheet) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range s.lines {
		if _, err := fmt.Fprintf(out, "%s\t%s\n", line[0], shown(line[1])); err != nil {
			return err
		}
	}
	return out.Flush()
}

// shown is text from the store as a terminal may get it: in quotes if it has anything
// that cannot be seen, or that a terminal would act on.
func shown(text string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
	if strings.ContainsFunc(text, hidden) || text != strings.TrimSpace(text) {
		return strconv.Quote(text)
	}
	return text
}

// printJSON writes a value for scripts.
func (a *admin) printJSON(v any) error {
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// notNil is list, or an empty one that JSON writes as [].
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// moment is a time as people read it, empty for none.
func moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}

// instant is a time for scripts, empty for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

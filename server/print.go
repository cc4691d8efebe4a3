package server

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Print writes the configuration in effect as YAML that [Load] can read again,
// with the meaning of each key and where its value came from. Secrets are
// masked.
func (c *Config) Print(w io.Writer) error {
	out := bufio.NewWriter(w)
	defaults := Defaults()
	standard := map[string]string{}
	for _, s := range defaults.Settings() {
		standard[s.Key] = plain(&s)
	}
	p := printer{out: out, origin: func(s *Setting) string {
		source := c.sources[s.Key]
		value, known := standard[s.Key]
		switch {
		case source != "" && known:
			return "From " + source + "; default " + value + "."
		case source != "":
			return "From " + source + "."
		case known && value != plain(s):
			return "Set by the program; default " + value + "."
		}
		return "Default."
	}}
	p.section(append(c.Settings(), c.extra...), "")
	return out.Flush()
}

// Reference writes all keys as a table in Markdown, for documentation.
func Reference(w io.Writer, extra ...Setting) error {
	out := bufio.NewWriter(w)
	c := Defaults()
	fmt.Fprintln(out, "| Key | Flag and environment | Form | Default | Meaning |")
	fmt.Fprintln(out, "|---|---|---|---|---|")
	for _, s := range append(c.Settings(), extra...) {
		fmt.Fprintf(out, "| `%s` | `--%s`<br>`%s` | %s | %s | %s |\n", s.Key, s.flagName(), s.variable(),
			strings.ReplaceAll(s.kind(), "|", ` or `), plain(&s), strings.ReplaceAll(s.Doc, "|", `\|`))
	}
	return out.Flush()
}

// plain is the value as a reader would write it.
func plain(s *Setting) string {
	items, _ := s.texts()
	text := strings.Join(items, ", ")
	switch {
	case text == "":
		return "empty"
	case s.Secret:
		return secretMask
	}
	return text
}

const secretMask = "********"

type printer struct {
	out    *bufio.Writer
	origin func(*Setting) string
}

// section prints the settings whose keys begin with prefix, which all of them
// do; keys of one section are brought together, wherever they are in the list.
func (p *printer) section(settings []Setting, prefix string) {
	indent := strings.Repeat("  ", strings.Count(prefix, "."))
	done := map[string]bool{}
	for i := range settings {
		s := &settings[i]
		name, _, nested := strings.Cut(s.Key[len(prefix):], ".")
		if !nested {
			p.value(s, indent, name)
			continue
		}
		if done[name] {
			continue
		}
		done[name] = true
		var inside []Setting
		for _, other := range settings {
			if strings.HasPrefix(other.Key, prefix+name+".") {
				inside = append(inside, other)
			}
		}
		fmt.Fprintf(p.out, "%s%s:\n", indent, name)
		p.section(inside, prefix+name+".")
	}
}

func (p *printer) value(s *Setting, indent, name string) {
	for _, line := range wrap(s.Doc, 96-len(indent)) {
		fmt.Fprintf(p.out, "%s# %s\n", indent, line)
	}
	fmt.Fprintf(p.out, "%s# %s\n", indent, p.origin(s))
	items, list := s.texts()
	switch {
	case s.Secret && plain(s) != "empty":
		fmt.Fprintf(p.out, "%s%s: %q\n\n", indent, name, secretMask)
	case list && len(items) == 0:
		fmt.Fprintf(p.out, "%s%s: []\n\n", indent, name)
	case list:
		fmt.Fprintf(p.out, "%s%s:\n", indent, name)
		for _, item := range items {
			fmt.Fprintf(p.out, "%s  - %s\n", indent, strconv.Quote(item))
		}
		fmt.Fprintln(p.out)
	case s.kind() == "text":
		fmt.Fprintf(p.out, "%s%s: %s\n\n", indent, name, strconv.Quote(items[0]))
	default:
		fmt.Fprintf(p.out, "%s%s: %s\n\n", indent, name, items[0])
	}
}

// wrap breaks text at blanks into lines of at most width bytes.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

package roles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/pamodata/pamodata/entities/pam"
)

// Limits of a definition file.
const (
	MaxBytes = 16 << 20 // of the text
	MaxUsers = 100_000
	// maxNodes is how many values are looked at, those behind aliases each time.
	maxNodes = 2_000_000
)

// Read reads a definition file and checks what it says with [pam.Definitions.Check].
// The name of the file is for errors only. An error has all mistakes, in the order
// of the lines, each a *[Mistake] to be found with errors.As; beyond a hundred they
// are counted. With an error there are no definitions. A file without any of users,
// groups, teams and roles is a mistake: applied, it would take everything away.
//
// Lists keep their order, and lists that are empty or not there are nil.
func Read(text []byte, file string, o pam.CheckOptions) (pam.Definitions, error) {
	r := &reader{file: file, said: map[string]bool{}}
	var d pam.Definitions
	if root := r.parse(text); root != nil {
		d = r.definitions(root)
		if !r.stopped {
			r.check(root, &d, o)
		}
	}
	if len(r.found) > 0 {
		return pam.Definitions{}, joined(file, r.found)
	}
	return d, nil
}

// A reader turns the nodes of a file into definitions.
type reader struct {
	file    string
	found   []*Mistake
	said    map[string]bool // paths with a mistake
	nodes   int             // looked at so far
	stopped bool            // there are too many
}

func (r *reader) wrong(line int, path, problem, advice string) {
	r.found = append(r.found, &Mistake{File: r.file, Line: line, Path: path, Problem: problem, Advice: advice})
	r.said[path] = true
}

// parse returns the value of the only document in text, or nil after a mistake.
func (r *reader) parse(text []byte) *yaml.Node {
	if len(text) > MaxBytes {
		r.wrong(0, "", fmt.Sprintf("has %d bytes", len(text)), fmt.Sprintf("at most %d are read", MaxBytes))
		return nil
	}
	if line := brokenLine(text); line > 0 {
		r.wrong(line, "", "is not UTF-8 text", "save the file as UTF-8")
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, another yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		r.wrong(0, "", "holds no definitions", "applied, it would take everything away")
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	switch err := decoder.Decode(&another); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err)
		return nil
	default:
		r.wrong(another.Line, "", "begins a second document", "a file holds one")
		return nil
	}
	return document.Content[0]
}

// brokenLine is the first line with something else than UTF-8 text, or 0. The
// parser finds it as well, but does not say where.
func brokenLine(text []byte) int {
	line := 1
	for rest := text; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		if c == utf8.RuneError && size == 1 || c == 0 {
			return line
		}
		if c == '\n' {
			line++
		}
		rest = rest[size:]
	}
	return 0
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax is a mistake that the parser has found. It leaves the first line out.
func (r *reader) syntax(err error) {
	line, problem := 1, err.Error()
	if m := yamlError.FindStringSubmatch(problem); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
		problem = m[2]
	}
	advice := ""
	if strings.Contains(problem, "escape") {
		advice = "write accounts without quotes, or in single ones"
	}
	r.wrong(line, "", "is not YAML: "+problem, advice)
}

// check adds what the definitions as such are wrong about, unless it follows from
// a mistake that was found while reading them.
func (r *reader) check(root *yaml.Node, d *pam.Definitions, o pam.CheckOptions) {
	if len(r.found) >= maxMistakes {
		return
	}
	consequence := func(path string) bool {
		for said := range r.said {
			if said == path || inside(said, path) || inside(path, said) {
				return true
			}
		}
		return false
	}
	for _, m := range d.Check(o) {
		if len(r.said) == 0 || !consequence(m.Path) {
			r.found = append(r.found, &Mistake{File: r.file, Line: lineOf(root, m.Path), Path: m.Path, Problem: m.Problem, Advice: m.Advice})
		}
	}
}

// inside reports whether path leads on from outer.
func inside(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && outer != "" && rest != "" && (rest[0] == '[' || rest[0] == '.')
}

// lineOf is the line of the value at path, or of the closest one around it.
func lineOf(n *yaml.Node, path string) int {
	line := 1
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		n = behind(n)
		var next *yaml.Node
		switch n.Kind {
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(step); err == nil && i < len(n.Content) {
				next = n.Content[i]
				line = next.Line
			}
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					next = n.Content[i+1]
					line = n.Content[i].Line
				}
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	return line
}

// behind is the node that an alias stands for.
func behind(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

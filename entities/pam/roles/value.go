package roles

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/pamodata/pamodata/metadata/edm"
)

// A field is a key that a mapping may have, and what to do with its value.
type field struct {
	key  string
	read func(n *yaml.Node, path string)
}

// see returns the node behind n, and counts it. It returns nil when there were too
// many: aliases of long lists make a short file a large one.
func (r *reader) see(n *yaml.Node) *yaml.Node {
	if r.stopped {
		return nil
	}
	if r.nodes++; r.nodes > maxNodes {
		r.stopped = true
		r.wrong(n.Line, "", fmt.Sprintf("has more than %d values", maxNodes), "use fewer aliases")
		return nil
	}
	return behind(n)
}

// mapping reads the values of a mapping in the order of the fields. Keys that are
// unknown or twice there are mistakes.
func (r *reader) mapping(n *yaml.Node, path string, fields []field) {
	if n = r.see(n); n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.wrong(n.Line, path, "is "+kindOf(n)+", not a mapping", "")
		return
	}
	values := make([]*yaml.Node, len(fields))
	lines := make([]int, len(fields))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := r.see(n.Content[i])
		if key == nil {
			return
		}
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value && key.Kind == yaml.ScalarNode })
		switch {
		case key.Kind != yaml.ScalarNode:
			r.wrong(key.Line, path, "has "+kindOf(key)+" for a key", "keys are words")
		case key.ShortTag() == "!!merge":
			r.wrong(key.Line, path, "has a merge key", "write the keys themselves; aliases work for single values")
		case at < 0:
			r.wrong(key.Line, below(path, quoted(key.Value)), "is no known key", didYouMean(key.Value, func(yield func(string) bool) {
				for _, f := range fields {
					if !yield(f.key) {
						return
					}
				}
			}))
		case values[at] != nil:
			r.wrong(key.Line, below(path, key.Value), fmt.Sprintf("is there already, on line %d", lines[at]), "")
		default:
			values[at], lines[at] = n.Content[i+1], key.Line
		}
	}
	for i, f := range fields {
		if values[i] != nil {
			f.read(values[i], below(path, f.key))
		}
	}
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// items calls read for each item of a list. Nothing is the empty list.
func (r *reader) items(n *yaml.Node, path string, read func(item *yaml.Node, path string)) {
	if n = r.see(n); n == nil || isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.wrong(n.Line, path, "is "+kindOf(n)+", not a list", "lists are written [a, b], or with a dash before each item")
		return
	}
	for i, item := range n.Content {
		if r.stopped {
			return
		}
		read(item, path+"["+strconv.Itoa(i)+"]")
	}
}

// text reads a text: what is written, even where it looks like a number or a date.
// Nothing is the empty text.
func (r *reader) text(n *yaml.Node, path string) string {
	switch n = r.see(n); {
	case n == nil || isNull(n):
		return ""
	case n.Kind != yaml.ScalarNode:
		r.wrong(n.Line, path, "is "+kindOf(n)+", not a text", "")
		return ""
	}
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
		return n.Value
	}
	r.wrong(n.Line, path, "has the tag "+quoted(n.Tag), "write a plain text")
	return ""
}

// flag reads true or false.
func (r *reader) flag(n *yaml.Node, path string) bool {
	if n = r.see(n); n == nil {
		return false
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" {
		switch n.Value {
		case "true", "True", "TRUE":
			return true
		case "false", "False", "FALSE":
			return false
		}
	}
	r.wrong(n.Line, path, "is neither true nor false", "")
	return false
}

// id reads an identifier. After a mistake it is a random one, so that nothing else
// is wrong because of it.
func (r *reader) id(n *yaml.Node, path string) edm.GUID {
	text := r.text(n, path)
	id, err := edm.ParseGUID(text)
	if err != nil || id.IsZero() {
		r.wrong(n.Line, path, quoted(text)+" is no GUID of a definition", "leave it out to have one made from the name")
		return edm.NewGUID()
	}
	return id
}

// duration reads a text with parse, and tells what was expected.
func (r *reader) duration(n *yaml.Node, path string, parse func(string) (time.Duration, bool), what, example string) time.Duration {
	text := r.text(n, path)
	d, ok := parse(text)
	if !ok && !r.said[path] {
		r.wrong(n.Line, path, quoted(text)+" is no "+what, "write "+example)
	}
	return d
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

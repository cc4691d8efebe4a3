package csdl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// A writer builds the tree of a document from top to bottom. It remembers the
// first error and goes on harmlessly.
type writer struct {
	at       *etree.Element // the open element
	depth    int            // of at; the root has 1
	prefixes *prefixes
	err      error
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("csdl: %s: %s", w.path(), fmt.Sprintf(format, args...))
	}
}

// path names the open element by its ancestors, such as
// "Schema Demo/EntityType Customer/Property Name".
func (w *writer) path() string {
	var parts []string
	for e := w.at; e != nil && e.Parent() != nil; e = e.Parent() {
		part := e.FullTag()
		for _, key := range []string{"Name", "Namespace", "Term", "Target", "Property"} {
			if v := e.SelectAttrValue(key, ""); v != "" {
				part += " " + v
				break
			}
		}
		parts = append([]string{part}, parts...)
	}
	return strings.Join(parts, "/")
}

// indent begins a new line for a child of the open element, or its end tag.
func (w *writer) indent(depth int) {
	const spaces = "\n                                                                "
	w.at.CreateText(spaces[:1+min(2*depth, len(spaces)-1)])
}

func (w *writer) open(tag string) {
	w.indent(w.depth)
	w.at = w.at.CreateElement(tag)
	w.depth++
}

func (w *writer) close() {
	w.depth--
	if len(w.at.Child) > 0 {
		w.indent(w.depth)
	}
	w.at = w.at.Parent()
}

// text writes an element of text. Text stands exactly as it is, without
// indentation.
func (w *writer) text(tag, text string) {
	w.open(tag)
	w.checkText(tag, text)
	if text != "" {
		w.at.CreateText(text)
	}
	w.depth--
	w.at = w.at.Parent()
}

// attr writes an attribute. The tree is asked for no duplicates: definitions
// cannot make any but through extensions, which are checked.
func (w *writer) attr(name, value string) {
	w.checkText(name, value)
	w.at.CreateAttr(name, value)
}

func (w *writer) checkText(name, text string) {
	if !isXMLText(text) {
		w.fail("%s %q has characters that XML cannot hold", name, text)
	}
}

// isXMLText reports whether s is valid UTF-8 without the characters XML 1.0
// excludes. Source: XML 1.0, Char.
func isXMLText(s string) bool {
	for i, c := range s {
		switch {
		case c >= 0x20 && c < 0x7F, c == '\t', c == '\n', c == '\r':
		case c < 0x20, c >= 0xFFFE && c <= 0xFFFF:
			return false
		case c == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

func (w *writer) optional(name, value string) {
	if value != "" {
		w.attr(name, value)
	}
}

// flag writes an attribute whose default is false.
func (w *writer) flag(name string, value bool) {
	if value {
		w.attr(name, "true")
	}
}

func (w *writer) optionalBool(name string, value *bool) {
	if value != nil {
		w.attr(name, strconv.FormatBool(*value))
	}
}

func (w *writer) optionalInt(name string, value *int, keyword int, text string) {
	switch {
	case value == nil:
	case *value == keyword:
		w.attr(name, text)
	default:
		w.attr(name, strconv.Itoa(*value))
	}
}

// facets writes the facets in the order of .NET, and Nullable before them.
func (w *writer) facets(notNull bool, f *metadata.Facets) {
	if notNull {
		w.attr("Nullable", "false")
	}
	if f.DefaultValue != nil {
		w.attr("DefaultValue", *f.DefaultValue)
	}
	w.optionalInt("MaxLength", f.MaxLength, metadata.MaxLengthMax, "Max")
	w.optionalBool("FixedLength", f.FixedLength)
	w.optionalBool("Unicode", f.Unicode)
	w.optional("Collation", f.Collation)
	w.optionalInt("Precision", f.Precision, -1, "")
	w.optionalInt("Scale", f.Scale, -1, "")
	w.optionalInt("SRID", f.SRID, metadata.SRIDVariable, "Variable")
}

func (w *writer) documentation(d *metadata.Documentation) {
	if d == nil {
		return
	}
	w.open("Documentation")
	w.foreignAttributes(d.Attributes)
	if d.Summary != "" {
		w.text("Summary", d.Summary)
	}
	if d.LongDescription != "" {
		w.text("LongDescription", d.LongDescription)
	}
	w.foreign(d.Elements, "")
	w.close()
}

func (w *writer) foreignAttributes(list []metadata.Attribute) {
	for _, a := range list {
		if !isForeign(a.Space) && a.Space != xmlSpace || !isName(a.Name) {
			w.fail("the extension attribute {%s}%s has no name of its own in a foreign namespace", a.Space, a.Name)
			continue
		}
		name := w.prefixes.of(a.Space) + ":" + a.Name
		if w.at.SelectAttr(name) != nil {
			w.fail("the attribute %s would stand twice", name)
			continue
		}
		w.attr(name, a.Value)
	}
}

// foreign writes extension elements, which must be of foreign namespaces or of
// the one allowed.
func (w *writer) foreign(list []string, allowed string) {
	for _, text := range list {
		e, err := parseForeign(text)
		if err != nil {
			w.fail("an extension element is no XML: %s", err)
			continue
		}
		if space := spaceOf(e); !isForeign(space) && (allowed == "" || space != allowed) {
			w.fail("the extension element %s is not in a foreign namespace", e.FullTag())
			continue
		}
		if w.depth+height(e) > maxDepth {
			w.fail("the extension element %s nests too deep", e.FullTag())
			continue
		}
		w.indent(w.depth)
		w.at.AddChild(e)
	}
}

func height(e *etree.Element) int {
	deepest := 0
	for _, token := range e.Child {
		if c, ok := token.(*etree.Element); ok {
			deepest = max(deepest, height(c))
		}
	}
	return 1 + deepest
}

// isName reports whether s can be the local name of an attribute.
func isName(s string) bool {
	if s == "" || strings.ContainsAny(s, " \t\r\n:=<>/?!\"'&") {
		return false
	}
	_, err := check([]byte("<"+s+"/>"), 1)
	return err == nil
}

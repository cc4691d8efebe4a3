package atom

import (
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// An elementPlan is a custom element that properties are mapped to, in it, to
// its attributes or to elements within it.
type elementPlan struct {
	name, uri  string
	start, end []byte // <p:name xmlns:p="uri", without the bracket; </p:name>
	attributes []attributePlan
	text       *source // nil when there is none
	children   []*elementPlan
	prefix     string
}

type attributePlan struct {
	start []byte // p:name="
	from  *source
}

// defaultPrefix stands for a namespace that the model gives no usable prefix.
const defaultPrefix = "ns"

// Namespaces that only XML itself can use. Source: Namespaces in XML 1.0, 3.
const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// addElement adds the mapping to a path of custom elements, the last of which
// may be an attribute: a/b/@c. Paths with a common beginning in the same
// namespace share the elements. It reports false for a path that cannot be
// written: an attribute of the entry itself, an element with both text and
// elements, or a namespace that is reserved.
func (p *customPlan) addElement(m *mapping) bool {
	if m.NsURI == xmlSpace || m.NsURI == xmlnsSpace {
		return false
	}
	steps := strings.Split(m.TargetPath, "/")
	attribute, isAttribute := strings.CutPrefix(steps[len(steps)-1], "@")
	if isAttribute {
		steps = steps[:len(steps)-1]
	}
	if len(steps) == 0 || !fits(p.elements, steps, m.NsURI, isAttribute) {
		return false
	}
	level, prefix := &p.elements, ""
	var last *elementPlan
	for _, name := range steps {
		if last = find(*level, name, m.NsURI); last == nil {
			last = newElement(name, m, prefix)
			*level = append(*level, last)
		}
		level, prefix = &last.children, last.prefix
	}
	if isAttribute {
		start := []byte(" " + last.prefix + ":" + elementName(attribute) + `="`)
		last.attributes = append(last.attributes, attributePlan{start, &m.from})
	} else {
		last.text = &m.from
	}
	return true
}

// fits reports whether the elements on the way have no text, and the last one
// has no elements if it is to have text.
func fits(level []*elementPlan, steps []string, uri string, isAttribute bool) bool {
	e := find(level, steps[0], uri)
	switch {
	case e == nil:
		return true
	case len(steps) > 1:
		return e.text == nil && fits(e.children, steps[1:], uri, isAttribute)
	}
	return isAttribute || len(e.children) == 0
}

func find(level []*elementPlan, name, uri string) *elementPlan {
	for _, e := range level {
		if e.name == name && e.uri == uri {
			return e
		}
	}
	return nil
}

// newElement plans an element within one with the given prefix, or one that
// declares its own when that is empty.
func newElement(name string, m *mapping, prefix string) *elementPlan {
	e := &elementPlan{name: name, uri: m.NsURI, prefix: prefix}
	declaration := ""
	if prefix == "" {
		e.prefix = elementName(m.NsPrefix)
		if e.prefix == "" || strings.HasPrefix(strings.ToLower(e.prefix), "xml") {
			e.prefix = defaultPrefix
		}
		declaration = " xmlns:" + e.prefix + `="` + escaped(m.NsURI) + `"`
	}
	tag := e.prefix + ":" + elementName(name)
	e.start = []byte("<" + tag + declaration)
	e.end = []byte("</" + tag + ">")
	return e
}

// appendElements appends the custom elements, which stand last in an entry. Null
// is an empty element or attribute; the content tells the difference.
func (p *customPlan) appendElements(dst []byte, row *odata.Row) []byte {
	for _, e := range p.elements {
		dst = e.appendTo(dst, row)
	}
	return dst
}

func (e *elementPlan) appendTo(dst []byte, row *odata.Row) []byte {
	dst = append(dst, e.start...)
	for i := range e.attributes {
		a := &e.attributes[i]
		dst = append(dst, a.start...)
		dst = append(appendAttributeValue(dst, a.from.value(row)), '"')
	}
	dst = append(dst, '>')
	if e.text != nil {
		if v := e.text.value(row); !v.IsNull() {
			dst = appendPrimitive(dst, v)
		}
	}
	for _, child := range e.children {
		dst = child.appendTo(dst, row)
	}
	return append(dst, e.end...)
}

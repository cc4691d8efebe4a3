package csdl

import (
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/pamodata/pamodata/metadata"
)

// attributes hands every attribute of e to set: those of CSDL by their name, those
// of the metadata namespace as "m:Name" and of the annotation namespace as
// "annotation:Name". What set does not take is an error if it belongs to CSDL,
// and otherwise an extension.
func (r *reader) attributes(e *etree.Element, x *metadata.Extensions, set func(name, value string) bool) {
	for i := range e.Attr {
		a := &e.Attr[i]
		name, space := a.Key, ""
		switch {
		case a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns":
			continue
		case a.Space == "xml":
			space = xmlSpace
		case a.Space != "":
			space = a.NamespaceURI()
		}
		switch space {
		case metadataSpace:
			name = "m:" + name
		case annotationSpace:
			name = "annotation:" + name
		}
		if (space == "" || name != a.Key) && set(name, a.Value) {
			continue
		}
		if space == "" {
			r.fail(e, "the element %s has no attribute %s", e.FullTag(), a.Key)
			return
		}
		if !isForeign(space) {
			r.fail(e, "the attribute %s of the element %s must not have a namespace", a.FullKey(), e.FullTag())
			return
		}
		x.Attributes = append(x.Attributes, metadata.Attribute{Space: space, Name: a.Key, Value: a.Value})
	}
}

// children hands every child element of e that has the namespace of e to take.
// Children of foreign namespaces become extensions; others, and what take
// refuses, are errors.
func (r *reader) children(e *etree.Element, x *metadata.Extensions, take func(*etree.Element) bool) {
	own := spaceOf(e)
	r.content(e, x, func(c *etree.Element, space string) bool { return space == own && take(c) })
}

func (r *reader) content(e *etree.Element, x *metadata.Extensions, take func(c *etree.Element, space string) bool) {
	for _, token := range e.Child {
		if r.err != nil {
			return
		}
		switch c := token.(type) {
		case *etree.Element:
			space := spaceOf(c)
			switch {
			case take(c, space):
			case isForeign(space):
				x.Elements = append(x.Elements, r.foreign(c))
			case space == "":
				r.fail(c, "the element %s in %s has no namespace", c.FullTag(), e.FullTag())
			default:
				r.fail(c, "the element %s of the namespace %s cannot stand in %s here", c.FullTag(), space, e.FullTag())
			}
		case *etree.CharData:
			if strings.Trim(c.Data, " \t\r\n") != "" {
				r.fail(e, "the element %s contains text", e.FullTag())
			}
		}
	}
}

// text reads an element that holds nothing but text.
func (r *reader) text(e *etree.Element) string {
	var x metadata.Extensions
	if r.attributes(e, &x, refuse); len(x.Attributes) > 0 {
		r.fail(e, "the element %s holds text only, no attributes", e.FullTag())
	}
	var text strings.Builder
	for _, token := range e.Child {
		switch c := token.(type) {
		case *etree.Element:
			r.fail(c, "the element %s holds text only, not %s", e.FullTag(), c.FullTag())
		case *etree.CharData:
			text.WriteString(c.Data)
		}
	}
	return text.String()
}

// refuse takes no attribute.
func refuse(string, string) bool { return false }

// none takes no element.
func none(*etree.Element) bool { return false }

func spaceOf(e *etree.Element) string {
	if e.Space == "xml" {
		return xmlSpace
	}
	return e.NamespaceURI()
}

func (r *reader) documentation(e *etree.Element, to **metadata.Documentation) {
	if *to != nil {
		r.fail(e, "there is a second Documentation element")
	}
	d := &metadata.Documentation{}
	*to = d
	r.attributes(e, &d.Extensions, refuse)
	var summary, long int
	r.children(e, &d.Extensions, func(c *etree.Element) bool {
		switch c.Tag {
		case "Summary":
			summary++
			d.Summary = r.text(c)
		case "LongDescription":
			long++
			d.LongDescription = r.text(c)
		default:
			return false
		}
		if summary > 1 || long > 1 {
			r.fail(c, "there is a second %s element", c.Tag)
		}
		return true
	})
}

func (r *reader) bool(e *etree.Element, name, value string) bool {
	switch value {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	r.fail(e, "%s of the element %s is %q: it must be true or false", name, e.FullTag(), value)
	return false
}

func (r *reader) int(e *etree.Element, name, value string) *int {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 0 {
		r.fail(e, "%s of the element %s is %q: it must be a number from 0 to 2147483647", name, e.FullTag(), value)
	}
	return new(int(n))
}

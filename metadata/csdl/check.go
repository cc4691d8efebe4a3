package csdl

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of a document that hold whatever its size.
const (
	maxDepth      = 64
	maxAttributes = 256     // of one element
	maxSpaces     = 256     // namespace declarations in force at one place
	maxTag        = 1 << 18 // bytes of one tag
	bytesPerNode  = 32      // an element for this many bytes of the size limit
)

// check goes over a document before a tree is made of it. It refuses what is no
// namespace-well-formed XML, which the tree's reader accepts in part, and what
// makes trees expensive: document types, entities, depth, endless tags.
//
// It returns the offset of every element, in document order.
func check(data []byte, maxNodes int) ([]int, error) {
	if err := checkMarkup(data); err != nil {
		return nil, err
	}
	c := checker{data: data, decoder: xml.NewDecoder(bytes.NewReader(data)), maxNodes: maxNodes}
	c.decoder.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errEncoding }
	for {
		offset := int(c.decoder.InputOffset())
		token, err := c.decoder.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, c.decoderError(err)
		}
		if message := c.token(offset, token); message != "" {
			return nil, syntaxError(data, offset, "%s", message)
		}
	}
	switch {
	case len(c.open) > 0:
		return nil, syntaxError(data, len(data), "the element %s is not closed", fullName(c.open[len(c.open)-1].name))
	case len(c.starts) == 0:
		return nil, syntaxError(data, len(data), "the document has no root element")
	}
	return c.starts, nil
}

// checkMarkup refuses document types, and tags that are too long to be parsed
// piece by piece, before anything is parsed.
func checkMarkup(data []byte) error {
	for at := 0; ; {
		next := bytes.IndexByte(data[at:], '<')
		if next < 0 {
			return nil
		}
		at += next
		rest := data[at:]
		end := -1
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = after(rest, 4, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end = after(rest, 9, "]]>")
		case bytes.HasPrefix(rest, []byte("<?")):
			end = after(rest, 2, "?>")
		case bytes.HasPrefix(rest, []byte("<!")):
			return syntaxError(data, at, "document type declarations are not accepted")
		default:
			if end = tagEnd(rest); end > maxTag {
				return syntaxError(data, at, "the tag is longer than %d bytes", maxTag)
			}
		}
		if end < 0 {
			return nil // not closed: the decoder says where
		}
		at += end
	}
}

func after(s []byte, from int, end string) int {
	i := bytes.Index(s[from:], []byte(end))
	if i < 0 {
		return -1
	}
	return from + i + len(end)
}

// tagEnd is the length of the tag that s begins with, more than maxTag if it is
// longer than that, or -1 if s ends within it.
func tagEnd(s []byte) int {
	var quote byte
	for i, b := range s[:min(len(s), maxTag+1)] {
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			return i + 1
		}
	}
	if len(s) > maxTag {
		return maxTag + 1
	}
	return -1
}

type checker struct {
	data     []byte
	decoder  *xml.Decoder
	open     []openElement
	spaces   []binding
	starts   []int
	maxNodes int
}

var errEncoding = errors.New("the encoding must be UTF-8")

type openElement struct {
	name   xml.Name
	spaces int // bindings of the elements around it
}

type binding struct{ prefix, space string }

// token checks one token and returns what is wrong with it.
func (c *checker) token(offset int, token xml.Token) string {
	switch token := token.(type) {
	case xml.StartElement:
		return c.start(offset, token)
	case xml.EndElement:
		if len(c.open) == 0 {
			return fmt.Sprintf("the end tag of %s has no start", fullName(token.Name))
		}
		last := c.open[len(c.open)-1]
		if last.name != token.Name {
			return fmt.Sprintf("the element %s is closed by the end tag of %s", fullName(last.name), fullName(token.Name))
		}
		c.open, c.spaces = c.open[:len(c.open)-1], c.spaces[:last.spaces]
	case xml.CharData:
		if len(c.open) == 0 && len(bytes.TrimLeft(token, " \t\r\n")) > 0 {
			return "there is text outside the root element"
		}
	case xml.ProcInst:
		if token.Target == "xml" && offset != 0 {
			return "the XML declaration is not at the beginning"
		}
	case xml.Directive:
		return "document type declarations are not accepted"
	}
	return ""
}

func (c *checker) start(offset int, e xml.StartElement) string {
	switch {
	case len(c.open) == 0 && len(c.starts) > 0:
		return fmt.Sprintf("there is a second root element, %s", fullName(e.Name))
	case len(c.open) >= maxDepth:
		return fmt.Sprintf("elements nest deeper than %d levels", maxDepth)
	case len(c.starts) >= c.maxNodes:
		return fmt.Sprintf("there are more than %d elements", c.maxNodes)
	case len(e.Attr) > maxAttributes:
		return fmt.Sprintf("the element %s has more than %d attributes", fullName(e.Name), maxAttributes)
	}
	c.open = append(c.open, openElement{e.Name, len(c.spaces)})
	c.starts = append(c.starts, offset)
	for _, a := range e.Attr {
		if problem := c.declare(a); problem != "" {
			return problem
		}
	}
	if len(c.spaces) > maxSpaces {
		return fmt.Sprintf("more than %d namespace declarations are in force", maxSpaces)
	}
	if problem := c.named(e.Name, false); problem != "" {
		return problem
	}
	seen := map[xml.Name]bool{}
	for _, a := range e.Attr {
		if problem := c.named(a.Name, true); problem != "" {
			return problem
		}
		name := xml.Name{Local: a.Name.Local}
		if a.Name.Space != "" {
			name.Space, _ = c.space(a.Name.Space)
		}
		if seen[name] {
			return fmt.Sprintf("the element %s has the attribute %s twice", fullName(e.Name), fullName(a.Name))
		}
		seen[name] = true
	}
	return ""
}

// declare takes in a namespace declaration. Source: Namespaces in XML 1.0.
func (c *checker) declare(a xml.Attr) string {
	switch {
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		c.spaces = append(c.spaces, binding{"", a.Value})
	case a.Name.Space != "xmlns":
		return ""
	case a.Value == "":
		return fmt.Sprintf("the namespace prefix %s is declared empty", a.Name.Local)
	case a.Name.Local == "xmlns" || (a.Name.Local == "xml") != (a.Value == xmlSpace):
		return fmt.Sprintf("the namespace prefix %s cannot be declared so", a.Name.Local)
	default:
		c.spaces = append(c.spaces, binding{a.Name.Local, a.Value})
	}
	return ""
}

// beginsName reports whether s starts as a name may. Behind a prefix the decoder
// has looked at the name as a whole, in which s stands in the middle.
func beginsName(s string) bool {
	if s == "" {
		return false
	}
	if c := s[0]; c < utf8.RuneSelf {
		return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	r, _ := utf8.DecodeRuneInString(s)
	_, err := xml.NewDecoder(strings.NewReader("<" + string(r) + "/>")).RawToken()
	return err == nil
}

// named checks that a name has at most one colon, and a prefix that is declared.
func (c *checker) named(n xml.Name, attribute bool) string {
	if strings.Contains(n.Local, ":") || !beginsName(n.Local) {
		return fmt.Sprintf("%q is no name", fullName(n))
	}
	if n.Space == "" || n.Space == "xmlns" && attribute {
		return ""
	}
	if _, ok := c.space(n.Space); !ok {
		return fmt.Sprintf("the namespace prefix %s of %s is not declared", n.Space, fullName(n))
	}
	return ""
}

func (c *checker) space(prefix string) (string, bool) {
	if prefix == "xml" {
		return xmlSpace, true
	}
	for i := len(c.spaces) - 1; i >= 0; i-- {
		if c.spaces[i].prefix == prefix {
			return c.spaces[i].space, true
		}
	}
	return prefix, prefix == ""
}

func (c *checker) decoderError(err error) error {
	message := "no well-formed XML: " + err.Error()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		message = "no well-formed XML: " + syntax.Msg
	} else if errors.Is(err, errEncoding) {
		message = errEncoding.Error()
	}
	return syntaxError(c.data, int(c.decoder.InputOffset()), "%s", message)
}

func fullName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func syntaxError(data []byte, offset int, format string, args ...any) error {
	before := data[:min(offset, len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &SyntaxError{Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

package xmlread

import (
	"bytes"
	"slices"

	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// A tag is the start tag of the current element. Its texts are part of the
// buffer and valid until anything behind the tag is read.
type tag struct {
	space      Space
	uri        string
	local      []byte
	attributes []attribute // without the namespace declarations
}

type attribute struct {
	space         Space
	uri           string
	prefix, local []byte
	value         []byte
}

// A nameStack holds the names of all open elements as they are written, one
// behind the other.
type nameStack struct {
	text []byte
	ends []int
}

func (s *nameStack) push(name []byte) {
	s.text = append(s.text, name...)
	s.ends = append(s.ends, len(s.text))
}

func (s *nameStack) top() []byte {
	return s.text[s.before(len(s.ends)-1):]
}

func (s *nameStack) pop() {
	n := len(s.ends) - 1
	s.text, s.ends = s.text[:s.before(n)], s.ends[:n]
}

// before is where the name of element i begins.
func (s *nameStack) before(i int) int {
	if i == 0 {
		return 0
	}
	return s.ends[i-1]
}

// wholeTag consumes a tag, with the bracket that ends it, and returns what is
// between the brackets. What token holds stays held.
func (in *Input) wholeTag() ([]byte, error) {
	in.begin = in.Offset()
	if in.Token < 0 {
		in.Token = in.At
		defer func() { in.Token = -1 }()
	}
	skip := in.At - in.Token
	quote := byte(0)
	for i := 1; ; {
		text := in.Buf[in.Token+skip:]
		for ; i < len(text) && i < maxTag; i++ {
			switch c := text[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"', c == '\'':
				quote = c
			case c == '>':
				in.At = in.Token + skip + i + 1
				return text[1:i], nil
			}
		}
		if i >= maxTag {
			return nil, in.tooLarge("The payload has a tag that is too long")
		}
		if err := in.need(); err != nil {
			return nil, err
		}
	}
}

// startTag consumes a start tag, which makes its element the current one.
func (in *Input) startTag() error {
	if err := in.count(); err != nil {
		return err
	}
	text, err := in.wholeTag()
	if err != nil {
		return err
	}
	level := len(in.names.ends)
	if level == in.depth {
		return in.tooDeep()
	}
	text, in.pending = bytes.CutSuffix(text, []byte("/"))
	end := 0
	for end < len(text) && !isSpace[text[end]] {
		end++
	}
	name := text[:end]
	in.names.push(name)
	if err := in.attributes(text[end:]); err != nil {
		return err
	}
	if err := in.declarations(level); err != nil {
		return err
	}
	prefix, local, ok := splitName(name)
	if !ok {
		return in.malformedAt(in.begin, "expected the name of an element")
	}
	if in.tag.space, in.tag.uri, ok = in.resolve(prefix); !ok {
		return in.malformedAt(in.begin, "a prefix is not declared")
	}
	in.tag.local = local
	return in.resolveAttributes()
}

// endTag consumes an end tag, which must be that of the element read last.
func (in *Input) endTag() error {
	text, err := in.wholeTag()
	if err != nil {
		return err
	}
	text = trimRight(text[1:])
	if len(in.names.ends) == 0 || !bytes.Equal(text, in.names.top()) {
		return in.malformedAt(in.begin, "an end tag belongs to no start tag")
	}
	in.pop()
	return nil
}

// pop ends the innermost element.
func (in *Input) pop() {
	in.names.pop()
	level := len(in.names.ends)
	n := len(in.bindings)
	for n > 0 && in.bindings[n-1].level >= level {
		n--
	}
	in.bindings = in.bindings[:n]
}

// splitName splits a name into its prefix, if any, and its local part.
func splitName(name []byte) (prefix, local []byte, ok bool) {
	prefix, local, prefixed := bytes.Cut(name, []byte(":"))
	if !prefixed {
		return nil, name, isName(name)
	}
	return prefix, local, isName(prefix) && isName(local)
}

// attributes reads the attributes of a tag, each of which follows white space.
func (in *Input) attributes(text []byte) error {
	list := in.tag.attributes[:0]
	for {
		rest := trimLeft(text)
		if len(rest) == 0 {
			in.tag.attributes = list
			return nil
		}
		equals := bytes.IndexByte(rest, '=')
		if len(rest) == len(text) || equals < 0 {
			return in.malformedAt(in.begin, "expected an attribute")
		}
		if len(list) == maxAttributes {
			return in.tooLarge("The payload has an element with too many attributes")
		}
		if err := in.count(); err != nil {
			return err
		}
		var a attribute
		var ok bool
		if a.prefix, a.local, ok = splitName(trimRight(rest[:equals])); !ok {
			return in.malformedAt(in.begin, "expected the name of an attribute")
		}
		rest = trimLeft(rest[equals+1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return in.malformedAt(in.begin, "expected the value of an attribute in quotes")
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return in.malformedAt(in.begin, "expected the value of an attribute in quotes")
		}
		var err error
		if a.value, err = in.attributeValue(rest[1 : 1+end]); err != nil {
			return err
		}
		list = append(list, a)
		text = rest[end+2:]
	}
}

// attributeValue is what raw, the text of an attribute, means. Source: XML 1.0,
// 3.3.3, normalization.
func (in *Input) attributeValue(raw []byte) ([]byte, error) {
	plain, foreign := true, false
	for _, c := range raw {
		switch {
		case c >= 0x80:
			foreign = true
		case c == '&' || isSpace[c] && c != ' ':
			plain = false
		case c < ' ':
			return nil, in.malformedAt(in.begin, "an attribute has a character that is not allowed")
		case c == '<':
			return nil, in.malformedAt(in.begin, "an attribute has an angle bracket")
		}
	}
	if foreign && !isText(raw) {
		return nil, in.malformedAt(in.begin, "an attribute is not UTF-8")
	}
	if plain {
		return raw, nil
	}
	value := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '&':
			r, size := reference(raw[i:])
			if size == 0 {
				return nil, in.malformedAt(in.begin, reasonReference)
			}
			value = append(value, string(r)...)
			i += size
			continue
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case isSpace[c]:
			value = append(value, ' ')
		default:
			value = append(value, c)
		}
		i++
	}
	return value, nil
}

// declarations puts the namespace declarations of the tag into force and takes
// them out of its attributes.
func (in *Input) declarations(level int) error {
	list := in.tag.attributes
	kept := list[:0]
	first := len(in.bindings)
	for i := range list {
		a := &list[i]
		if string(a.prefix) != "xmlns" && (len(a.prefix) > 0 || string(a.local) != "xmlns") {
			kept = append(kept, *a)
			continue
		}
		if err := in.declare(a, level); err != nil {
			return err
		}
	}
	in.tag.attributes = kept
	for i := first + 1; i < len(in.bindings); i++ {
		if slices.ContainsFunc(in.bindings[first:i], func(b binding) bool { return b.prefix == in.bindings[i].prefix }) {
			return in.malformedAt(in.begin, reasonTwice)
		}
	}
	return nil
}

// resolveAttributes finds the namespaces of the attributes. Those without a
// prefix have none.
func (in *Input) resolveAttributes() error {
	list := in.tag.attributes
	for i := range list {
		a := &list[i]
		if len(a.prefix) > 0 {
			var ok bool
			if a.space, a.uri, ok = in.resolve(a.prefix); !ok {
				return in.malformedAt(in.begin, "a prefix is not declared")
			}
		}
		for j := range list[:i] {
			if bytes.Equal(list[j].local, a.local) && list[j].uri == a.uri {
				return in.malformedAt(in.begin, reasonTwice)
			}
		}
	}
	return nil
}

const (
	reasonTwice     = "an attribute stands there twice"
	reasonReference = "a reference is not to a character"
)

// Is reports whether the current element has that name.
func (in *Input) Is(space Space, local string) bool {
	return in.tag.space == space && string(in.tag.local) == local
}

// Space is the namespace of the current element.
func (in *Input) Space() Space { return in.tag.space }

// URI is the namespace of the current element as it is written, or empty.
func (in *Input) URI() string { return in.tag.uri }

// Local is the name of the current element without its prefix. It is valid
// until the element is consumed.
func (in *Input) Local() []byte { return in.tag.local }

// Attribute is an attribute of the current element, which is valid until the
// element is consumed.
func (in *Input) Attribute(space Space, local string) (value []byte, ok bool) {
	for i := range in.tag.attributes {
		if a := &in.tag.attributes[i]; a.space == space && string(a.local) == local {
			return a.value, true
		}
	}
	return nil, false
}

// AttributeIn is an attribute in a namespace that has no Space of its own.
func (in *Input) AttributeIn(uri, local string) (value []byte, ok bool) {
	for i := range in.tag.attributes {
		if a := &in.tag.attributes[i]; a.uri == uri && string(a.local) == local {
			return a.value, true
		}
	}
	return nil, false
}

// IsNull reads m:null of the current element.
func (in *Input) IsNull() (bool, error) {
	value, ok := in.Attribute(Metadata, "null")
	if !ok {
		return false, nil
	}
	switch string(bytes.TrimSpace(value)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, in.Fail(jsonread.CodeMismatch, "The attribute m:null is true or false", "")
}

package xmlread

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/odata/format/internal/window"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// Root reads up to the root, which becomes the current element.
func (in *Input) Root() error {
	if err := in.prolog(); err != nil {
		return err
	}
	for {
		switch c, err := in.nextMarkup(); {
		case err != nil:
			return err
		case c == 0:
			return in.malformed("there is no element")
		}
		switch m, err := in.markup(); {
		case err != nil:
			return err
		case m == startTag:
			return nil
		case m != remark:
			return in.malformed("expected an element")
		}
	}
}

// End makes sure that nothing follows the root, which has been consumed.
func (in *Input) End() error {
	for {
		switch c, err := in.nextMarkup(); {
		case err != nil:
			return err
		case c == 0:
			return nil
		}
		start := in.Offset()
		switch m, err := in.markup(); {
		case err != nil:
			return err
		case m != remark:
			return in.malformedAt(start, "nothing may follow the element")
		}
	}
}

// nextMarkup moves over white space outside of the root to the next "<"; 0
// stands for the end of the input.
func (in *Input) nextMarkup() (byte, error) {
	for {
		switch c, err := in.peek(); {
		case err != nil || c == 0 || c == '<':
			return c, err
		case !isSpace[c]:
			return 0, in.malformed("text stands outside of the element")
		}
		in.At++
	}
}

// prolog reads the byte order mark and the XML declaration.
func (in *Input) prolog() error {
	for _, other := range [...]string{"\xfe\xff", "\xff\xfe", "\x00<", "<\x00", "\x00\x00\xfe\xff"} {
		if is, err := in.has(other); err != nil {
			return err
		} else if is {
			return in.foreign()
		}
	}
	if is, err := in.has("\ufeff"); err != nil {
		return err
	} else if is {
		in.At += len("\ufeff")
	}
	for _, space := range [...]string{" ", "\t", "\r", "\n"} {
		switch is, err := in.has("<?xml" + space); {
		case err != nil:
			return err
		case is:
			return in.xmlDeclaration()
		}
	}
	return nil
}

// xmlDeclaration reads the XML declaration: version, encoding, standalone.
func (in *Input) xmlDeclaration() error {
	text, err := in.wholeTag()
	if err != nil {
		return err
	}
	text, ok := bytes.CutSuffix(text[len("?xml"):], []byte("?"))
	if !ok {
		return in.malformedAt(in.begin, reasonDeclaration)
	}
	if err := in.attributes(text); err != nil {
		return err
	}
	list := in.tag.attributes
	take := func(name string) (string, bool) {
		if len(list) == 0 || len(list[0].prefix) > 0 || string(list[0].local) != name {
			return "", false
		}
		value := string(list[0].value)
		list = list[1:]
		return value, true
	}
	if version, ok := take("version"); !ok || version != "1.0" {
		return in.malformedAt(in.begin, "expected XML 1.0")
	}
	if encoding, ok := take("encoding"); ok && !strings.EqualFold(encoding, "utf-8") {
		return in.foreign()
	}
	if standalone, ok := take("standalone"); ok && standalone != "yes" && standalone != "no" || len(list) > 0 {
		return in.malformedAt(in.begin, reasonDeclaration)
	}
	return nil
}

const reasonDeclaration = "the XML declaration is malformed"

// Child moves to the next element in the current one and makes it the current
// element. Without another one, more is false: the current element has been
// consumed, and the one around it is current again. Between elements there may
// be white space only.
func (in *Input) Child() (more bool, err error) {
	if in.pending {
		in.pending = false
		in.pop()
		return false, nil
	}
	for {
		c, err := in.peek()
		switch {
		case err != nil:
			return false, err
		case isSpace[c]:
			in.At++
			continue
		case c == 0 && in.fragment && len(in.names.ends) == 0:
			return false, nil
		case c == 0:
			return false, in.malformed(reasonEnd)
		case c != '<':
			return false, in.Mismatch("elements", "text")
		}
		switch m, err := in.markup(); {
		case err != nil:
			return false, err
		case m == startTag:
			return true, nil
		case m == endTag:
			return false, nil
		case m == characterData:
			return false, in.Mismatch("elements", "text")
		}
	}
}

const reasonEnd = "the text ends within an element"

// Skip consumes the current element without looking at what it means. It is
// held to the same rules as any other.
func (in *Input) Skip() error {
	for level := len(in.names.ends); len(in.names.ends) >= level; {
		if in.pending {
			in.pending = false
			in.pop()
			continue
		}
		in.Token = in.At
		stop, err := in.run()
		in.Token = -1
		switch {
		case err != nil:
		case stop == '&':
			in.scratch, err = in.reference(in.scratch[:0])
		case stop == '\r':
			in.At++
		default:
			var m markup
			if m, err = in.markup(); err == nil && m == characterData {
				_, err = in.through("]]>", nil, false)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Inner consumes the current element and returns what stands between its tags as
// it is written.
func (in *Input) Inner() (string, error) {
	if in.pending {
		return "", in.Skip()
	}
	in.Raw = in.At
	defer func() { in.Raw = -1 }()
	if err := in.Skip(); err != nil {
		return "", err
	}
	return string(in.Buf[in.Raw:int(in.begin-in.Base)]), nil
}

// Again consumes the current element and all that follow it in the element
// around it, which is consumed as well, and returns an Input that reads them once
// more: its first Child is the current element. On the way look is called for
// each of them, to look at its tag.
//
// The result must be done, and given to Resume, before in goes on.
func (in *Input) Again(look func() error) (*Input, error) {
	in.Raw = int(in.begin - in.Base)
	defer func() { in.Raw = -1 }()
	start, level := in.begin, len(in.names.ends)-1
	around := slices.Clone(in.bindings)
	around = slices.DeleteFunc(around, func(b binding) bool { return b.level >= level })
	for i := range around {
		around[i].level = -1 // none of the elements to come ends them
	}
	for more := true; more; {
		if err := look(); err != nil {
			return nil, err
		}
		err := in.Skip()
		if err != nil {
			return nil, err
		}
		if more, err = in.Child(); err != nil {
			return nil, err
		}
	}
	text := in.Buf[in.Raw:int(in.begin-in.Base)]
	return &Input{
		model: in.model, Window: window.Of(text, start), begin: start,
		bindings: around, fragment: true, path: slices.Clone(in.path), told: in.told, toldFrom: in.toldFrom,
		depth: in.depth - level, objects: in.objects, members: len(text),
	}, nil
}

// Resume goes on behind what again, which came from Again, has read.
func (in *Input) Resume(again *Input) { in.objects = again.objects }

// Blank consumes the current element, which must have no content.
func (in *Input) Blank() error {
	text, err := in.Text()
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(text)) > 0 {
		return in.Fail(jsonread.CodePayload, "An element that is null has no content", "")
	}
	return nil
}

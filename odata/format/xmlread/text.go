package xmlread

import (
	"io"
	"unicode/utf8"
)

// A markup is what a "<" begins.
type markup uint8

const (
	startTag markup = iota + 1
	endTag
	characterData // a CDATA section, of which only the beginning is consumed
	remark        // a comment or a processing instruction
)

// markup consumes the markup that comes next.
func (in *Input) markup() (markup, error) {
	for len(in.Buf)-in.At < 2 {
		if err := in.need(); err != nil {
			return 0, err
		}
	}
	switch in.Buf[in.At+1] {
	case '/':
		return endTag, in.endTag()
	case '?':
		return remark, in.instruction()
	case '!':
		return in.declaration()
	}
	return startTag, in.startTag()
}

// declaration consumes a comment or the beginning of a CDATA section. Document
// types are refused as soon as they begin.
func (in *Input) declaration() (markup, error) {
	switch is, err := in.has("<!--"); {
	case err != nil:
		return 0, err
	case is:
		return remark, in.comment()
	}
	switch is, err := in.has("<![CDATA["); {
	case err != nil:
		return 0, err
	case is:
		in.At += len("<![CDATA[")
		return characterData, nil
	}
	return 0, in.malformed("document types and declarations are not allowed")
}

func (in *Input) comment() error {
	if err := in.count(); err != nil {
		return err
	}
	in.At += len("<!--")
	if _, err := in.through("--", nil, false); err != nil {
		return err
	}
	switch is, err := in.has(">"); {
	case err != nil:
		return err
	case !is:
		return in.malformed("a comment has two hyphens")
	}
	in.At++
	return nil
}

// instruction consumes a processing instruction, which may not call itself xml.
func (in *Input) instruction() error {
	if err := in.count(); err != nil {
		return err
	}
	start := in.Offset()
	in.At += len("<?")
	in.Token = in.At
	for {
		c, err := in.peek()
		if err != nil {
			return err
		}
		if c == 0 || isSpace[c] || c == '?' {
			break
		}
		if in.At-in.Token == maxTag {
			return in.tooLarge("The payload has a tag that is too long")
		}
		in.At++
	}
	name := in.Buf[in.Token:in.At]
	in.Token = -1
	if !isName(name) || len(name) == 3 && name[0]|0x20 == 'x' && name[1]|0x20 == 'm' && name[2]|0x20 == 'l' {
		return in.malformedAt(start, "a processing instruction has no proper name")
	}
	switch is, err := in.has("?>"); {
	case err != nil:
		return err
	case is:
	default:
		if c, err := in.peek(); err != nil {
			return err
		} else if c == '?' {
			return in.malformedAt(start, "a processing instruction has no proper name")
		}
	}
	_, err := in.through("?>", nil, false)
	return err
}

// through consumes everything up to end, and end itself. With keep it appends
// what stands before.
func (in *Input) through(end string, dst []byte, keep bool) ([]byte, error) {
	for {
		switch is, err := in.has(end); {
		case err != nil:
			return nil, err
		case is:
			in.At += len(end)
			return dst, nil
		}
		r, size, err := in.character()
		if err != nil {
			return nil, err
		}
		in.At += size
		switch {
		case !keep:
		case r == '\r':
			if dst, err = in.lineEnd(dst); err != nil {
				return nil, err
			}
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
}

// lineEnd appends the line feed that a carriage return, which has been consumed,
// stands for together with one behind it. Source: XML 1.0, 2.11.
func (in *Input) lineEnd(dst []byte) ([]byte, error) {
	is, err := in.has("\n")
	if is {
		in.At++
	}
	return append(dst, '\n'), err
}

// character decodes the next character without consuming it.
func (in *Input) character() (r rune, size int, err error) {
	for in.At == len(in.Buf) || !utf8.FullRune(in.Buf[in.At:]) {
		if err := in.More(); err == io.EOF && in.At < len(in.Buf) {
			break
		} else if err == io.EOF {
			return 0, 0, in.malformed(reasonEnd)
		} else if err != nil {
			return 0, 0, err
		}
	}
	r, size = utf8.DecodeRune(in.Buf[in.At:])
	if r == utf8.RuneError && size == 1 || !isCharacter(r) {
		return 0, 0, in.malformed(reasonCharacter)
	}
	return r, size, nil
}

const reasonCharacter = "a character is not allowed or not UTF-8"

// isPlain holds the bytes that stand for themselves in text, what is beyond ASCII
// included.
var isPlain = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = c >= ' ' && c != '<' && c != '&' && c != '>' || c == '\t' || c == '\n'
	}
	return plain
}()

// run moves over text that stands for itself, from token on, and returns the byte
// it ends before: '<', '&' or '\r'.
func (in *Input) run() (byte, error) {
	foreign := byte(0)
	for {
		for in.At < len(in.Buf) {
			c := in.Buf[in.At]
			foreign |= c
			if isPlain[c] {
				in.At++
				continue
			}
			switch {
			case c == '>':
				if text := in.Buf[in.Token:in.At]; len(text) >= 2 && text[len(text)-1] == ']' && text[len(text)-2] == ']' {
					return 0, in.malformed("the end of a CDATA section belongs to none")
				}
				in.At++
				continue
			case c < ' ' && c != '\r':
				return 0, in.malformed(reasonCharacter)
			}
			if foreign >= utf8.RuneSelf && !isText(in.Buf[in.Token:in.At]) {
				return 0, in.malformedAt(in.Base+int64(in.Token), reasonCharacter)
			}
			return c, nil
		}
		if err := in.need(); err != nil {
			return 0, err
		}
	}
}

// Text consumes the current element, which has no others in it, and returns its
// text, valid until the next method is called.
func (in *Input) Text() ([]byte, error) {
	if in.pending {
		in.pending = false
		in.pop()
		return nil, nil
	}
	start := in.begin
	defer func() { in.Token = -1 }()
	dst := in.scratch[:0]
	for first := true; ; first = false {
		in.Token = in.At
		stop, err := in.run()
		if err != nil {
			return nil, err
		}
		n := in.At - in.Token
		if stop == '<' && first {
			switch is, err := in.has("</"); {
			case err != nil:
				return nil, err
			case is:
				if err := in.endTag(); err != nil {
					return nil, err
				}
				in.begin = start
				return in.Buf[in.Token : in.Token+n], nil
			}
		}
		dst = append(dst, in.Buf[in.Token:in.Token+n]...)
		in.Token = -1
		switch stop {
		case '&':
			dst, err = in.reference(dst)
		case '\r':
			in.At++
			dst, err = in.lineEnd(dst)
		default:
			var m markup
			switch m, err = in.markup(); {
			case err != nil:
			case m == startTag:
				in.begin = start
				err = in.Mismatch("text", "an element")
			case m == characterData:
				dst, err = in.through("]]>", dst, true)
			case m == endTag:
				in.begin = start
				in.scratch = dst
				return dst, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// reference appends the character that the reference which comes next stands
// for.
func (in *Input) reference(dst []byte) ([]byte, error) {
	const longest = 32
	for n := 1; ; n++ {
		for in.At+n >= len(in.Buf) {
			if err := in.need(); err != nil {
				return nil, err
			}
		}
		if n == longest {
			return nil, in.malformed(reasonReference)
		}
		if in.Buf[in.At+n] == ';' {
			break
		}
	}
	r, size := reference(in.Buf[in.At:])
	if size == 0 {
		return nil, in.malformed(reasonReference)
	}
	in.At += size
	return utf8.AppendRune(dst, r), nil
}

package jsonread

import (
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// A Token is what comes next in the input.
type Token uint8

// The tokens that a value can begin with.
const (
	Object Token = iota + 1
	Array
	Text
	Number
	True
	False
	Null
)

var tokenNames = [...]string{
	Object: "an object", Array: "an array", Text: "a string", Number: "a number",
	True: "true", False: "false", Null: "null",
}

// String describes the token for messages.
func (t Token) String() string {
	if int(t) < len(tokenNames) && t > 0 {
		return tokenNames[t]
	}
	return "nothing"
}

// Next tells what comes next, consuming blanks only. Anything but the
// beginning of a value is an error.
func (in *Input) Next() (Token, error) {
	c, err := in.peek()
	if err != nil {
		return 0, err
	}
	switch c {
	case '{':
		return Object, nil
	case '[':
		return Array, nil
	case '"':
		return Text, nil
	case 't':
		return True, nil
	case 'f':
		return False, nil
	case 'n':
		return Null, nil
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return Number, nil
	case 0:
		return 0, in.malformed("the text ends where a value is expected")
	}
	return 0, in.malformed("expected a value")
}

// word consumes true, false or null, whose first letter has been seen.
func (in *Input) word(text string) error {
	for len(in.Buf)-in.At < len(text) {
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return in.malformed("expected a value")
		default:
			return err
		}
	}
	if string(in.Buf[in.At:in.At+len(text)]) != text {
		return in.malformed("expected a value")
	}
	in.At += len(text)
	return nil
}

// number consumes the number that comes next. The result is part of the
// buffer and valid until the next method is called.
func (in *Input) number() ([]byte, error) {
	in.Token = in.At
	defer func() { in.Token = -1 }()
	for {
		for in.At < len(in.Buf) {
			c := in.Buf[in.At]
			if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
				return in.checkedNumber()
			}
			in.At++
		}
		if in.At-in.Token > maxNumber {
			return nil, in.malformed("the number is too long")
		}
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return in.checkedNumber()
		default:
			return nil, err
		}
	}
}

func (in *Input) checkedNumber() ([]byte, error) {
	text := in.Buf[in.Token:in.At]
	switch {
	case len(text) > maxNumber:
		return nil, in.malformed("the number is too long")
	case !isNumber(text):
		return nil, in.malformed("this is not a number")
	}
	return text, nil
}

// isNumber reports whether b follows the grammar of JSON numbers.
func isNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == '0' {
		b = b[1:]
	} else if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// text consumes the string that comes next and returns what it means. The
// result is valid until the next method is called.
func (in *Input) text() ([]byte, error) {
	in.At++ // the quote
	in.Token = in.At
	defer func() { in.Token = -1 }()
	var escaped, foreign bool
	for {
		for in.At < len(in.Buf) {
			switch c := in.Buf[in.At]; {
			case c == '"':
				text := in.Buf[in.Token:in.At]
				if foreign && !utf8.Valid(text) {
					return nil, in.malformed("the string is not UTF-8")
				}
				if escaped {
					var err error
					if text, err = in.unescape(text); err != nil {
						return nil, err
					}
				}
				in.At++
				return text, nil
			case c == '\\':
				escaped = true
				if in.At+1 == len(in.Buf) {
					if err := in.moreText(); err != nil {
						return nil, err
					}
				}
				in.At += 2 // a quote that is escaped ends nothing
				continue
			case c < ' ':
				return nil, in.malformed("control characters in strings must be escaped")
			case c >= utf8.RuneSelf:
				foreign = true
			}
			in.At++
		}
		if err := in.moreText(); err != nil {
			return nil, err
		}
	}
}

// moreText is more within a string, where the input may not end.
func (in *Input) moreText() error {
	err := in.More()
	if err == io.EOF {
		return in.malformed("the text ends within a string")
	}
	return err
}

// unescape resolves the escapes in raw, a part of the buffer, into scratch.
func (in *Input) unescape(raw []byte) ([]byte, error) {
	dst := in.scratch[:0]
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		i++
		switch raw[i] {
		case '"', '\\', '/':
			dst = append(dst, raw[i])
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, ok := hex4(raw[i+1:])
			if !ok {
				return nil, in.malformed(`expected four hexadecimal digits after \u`)
			}
			i += 4
			if utf16.IsSurrogate(r) {
				low, ok := rune(0), false
				if rest := raw[i+1:]; len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
					low, ok = hex4(rest[2:])
				}
				if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
					return nil, in.malformed("the string has a lone surrogate")
				}
				i += 6
			}
			if r == 0 {
				return nil, in.malformed("NUL is not allowed")
			}
			dst = utf8.AppendRune(dst, r)
		default:
			return nil, in.malformed("there is no such escape")
		}
	}
	in.scratch = dst
	return dst, nil
}

// hex4 reads the four hexadecimal digits that b begins with.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

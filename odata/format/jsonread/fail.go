package jsonread

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// The codes of what can be wrong with a payload.
const (
	CodeMalformed       = "MalformedJSON"    // it is not JSON
	CodeDuplicate       = "DuplicateMember"  // a member stands there twice
	CodeUnknownProperty = "UnknownProperty"  // neither declared nor allowed
	CodeMismatch        = "TypeMismatch"     // a value is not of the declared type
	CodeUnknownType     = "UnknownType"      // a type that is named does not exist or does not fit
	CodeMissing         = "MissingMember"    // something required is not there
	CodePayload         = "InvalidPayload"   // it breaks a rule of the format
	CodeTooDeep         = "PayloadTooDeep"   // nested beyond the limit
	CodeTooMany         = "TooManyEntities"  // more of them than the limit
	CodeTooLarge        = "PayloadTooLarge"  // beyond another limit
	CodeParameter       = "UnknownParameter" // the operation has no such parameter
)

// longestQuote is how many bytes of input a message repeats.
const longestQuote = 64

// A step leads to a member by a name of the model, or to an item.
type step struct {
	name  string
	index int // when name is empty; -1 for a member that the model does not name
}

// Enter notes that what follows is in the member name, for messages. It must be
// a name of the model, never one of the input.
func (in *Input) Enter(name string) { in.path = append(in.path, step{name: name}) }

// EnterItem notes that what follows is in an item of an array.
func (in *Input) EnterItem(index int) { in.path = append(in.path, step{index: index}) }

// enterUndeclared notes that what follows is in a member whose name is input.
func (in *Input) enterUndeclared() { in.path = append(in.path, step{index: -1}) }

// Leave ends the last Enter or EnterItem.
func (in *Input) Leave() { in.path = in.path[:len(in.path)-1] }

// target names the place of a mistake: the path of a member, such as
// Home/City or Emails[2]. Where the model has no names, at the top and within
// undeclared properties, it is the place in the text, body[7:7].
func (in *Input) target(offset int64) string {
	unnamed := slices.ContainsFunc(in.path, func(s step) bool { return s.index < 0 })
	if unnamed || len(in.path) == 0 {
		return odata.Span{Start: int(offset), End: int(offset)}.In("body")
	}
	var text []byte
	for _, s := range in.path {
		if s.name == "" {
			text = append(strconv.AppendInt(append(text, '['), int64(s.index), 10), ']')
			continue
		}
		if len(text) > 0 {
			text = append(text, '/')
		}
		text = append(text, s.name...)
	}
	return string(text)
}

// Fail describes a mistake in the payload. The message is constant text; detail
// may hold input and says at which byte reading stands.
func (in *Input) Fail(code, message, detail string) *odata.Error {
	return in.failAt(in.Offset(), code, message, detail)
}

// FailMember is Fail for a mistake in the name of the current member.
func (in *Input) FailMember(code, message, detail string) *odata.Error {
	return in.failAt(in.frames[len(in.frames)-1].begin, code, message, detail)
}

func (in *Input) failAt(offset int64, code, message, detail string) *odata.Error {
	place := "at byte " + strconv.FormatInt(offset, 10)
	if detail != "" {
		place += ": " + detail
	}
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message, Detail: place, Target: in.target(offset)}
}

// malformed reports that the input is not JSON at the place reached.
func (in *Input) malformed(reason string) *odata.Error {
	err := in.failAt(in.Offset(), CodeMalformed, "The body is not well-formed JSON", reason)
	err.Target = odata.Span{Start: int(in.Offset()), End: int(in.Offset())}.In("body")
	return err
}

func (in *Input) duplicate(name []byte, at int64) *odata.Error {
	return in.failAt(at, CodeDuplicate, "An object has two members of the same name", Quote(name))
}

func (in *Input) tooLarge(code, message string) *odata.Error {
	err := in.Fail(code, message, "")
	err.Kind = odata.KindTooLarge
	return err
}

// Mismatch reports that got comes next, which is not what is wanted.
func (in *Input) Mismatch(want string, got Token) *odata.Error {
	return in.Fail(CodeMismatch, "A value is not of the expected type", "expected "+want+", found "+got.String())
}

// notOfKind reports that the text which began at start is not a value of kind k.
func (in *Input) notOfKind(k edm.Kind, start int64, cause error) *odata.Error {
	err := in.failAt(start, CodeMismatch, "A value is not of the expected type", "expected "+k.String())
	err.Err = cause
	return err
}

// UnknownProperty reports a member that type typ does not have.
func (in *Input) UnknownProperty(name []byte, typ string) *odata.Error {
	return in.FailMember(CodeUnknownProperty, "The type has no such property", typ+" has no property "+Quote(name))
}

// Quote quotes input for a detail, shortened if it is long.
func Quote(name []byte) string {
	if len(name) <= longestQuote {
		return strconv.Quote(string(name))
	}
	cut := longestQuote
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strconv.Quote(string(name[:cut])) + "..."
}

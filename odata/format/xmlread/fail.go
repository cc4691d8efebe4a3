package xmlread

import (
	"slices"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/jsonread"
)

// The codes that payloads in XML have besides those of JSON.
const (
	CodeMalformed = "MalformedXML"         // it is not XML
	CodeMediaType = "UnsupportedMediaType" // it is in another encoding
)

// A step leads to an element by a name of the format or of the model.
type step struct {
	name  string // "" for one whose name is input
	of    string // what tells it from others of the name: link[Orders]
	index int    // likewise: entry[2]; -1 for none
}

// Enter notes that what follows is in the element name, for messages. It must
// be a name of the format or the model, never one of the input.
func (in *Input) Enter(name string) { in.path = append(in.path, step{name: name, index: -1}) }

// EnterItem notes that what follows is in one of several elements called name.
func (in *Input) EnterItem(name string, index int) {
	in.path = append(in.path, step{name: name, index: index})
}

// EnterOf notes that what follows is in the element name that is about the
// property of.
func (in *Input) EnterOf(name, of string) {
	in.path = append(in.path, step{name: name, of: of, index: -1})
}

// enterUndeclared notes that what follows is in an element whose name is input.
func (in *Input) enterUndeclared() { in.path = append(in.path, step{index: -1}) }

// Leave ends the last Enter, EnterItem or EnterOf.
func (in *Input) Leave() { in.path = in.path[:len(in.path)-1] }

// target names the place of a mistake: the path of an element, such as
// entry/content/properties/Home/City. Where there are no names but those of the
// input it is the place in the text, body[7:7].
func (in *Input) target(offset int64) string {
	unnamed := slices.ContainsFunc(in.path, func(s step) bool { return s.name == "" })
	if unnamed || len(in.path) == 0 {
		return inBody(offset)
	}
	return joined(in.path)
}

func joined(path []step) string {
	var text []byte
	for i, s := range path {
		if i > 0 {
			text = append(text, '/')
		}
		text = append(text, s.name...)
		if s.of != "" {
			text = append(append(append(text, '['), s.of...), ']')
		}
		if s.index >= 0 {
			text = append(strconv.AppendInt(append(text, '['), int64(s.index), 10), ']')
		}
	}
	return string(text)
}

func inBody(offset int64) string {
	return odata.Span{Start: int(offset), End: int(offset)}.In("body")
}

// Fail describes a mistake in the current element, or in the one that ended
// last. The message is constant text; detail may hold input and says at which
// byte the element's tag begins.
func (in *Input) Fail(code, message, detail string) *odata.Error {
	return in.failAt(in.begin, code, message, detail)
}

func (in *Input) failAt(offset int64, code, message, detail string) *odata.Error {
	place := "at byte " + strconv.FormatInt(offset, 10)
	if detail != "" {
		place += ": " + detail
	}
	return &odata.Error{Kind: odata.KindInvalid, Code: code, Message: message, Detail: place, Target: in.target(offset)}
}

// malformed reports that the input is not XML at the place reached.
func (in *Input) malformed(reason string) *odata.Error { return in.malformedAt(in.Offset(), reason) }

func (in *Input) malformedAt(offset int64, reason string) *odata.Error {
	err := in.failAt(offset, CodeMalformed, "The body is not well-formed XML", reason)
	err.Target = inBody(offset)
	return err
}

func (in *Input) tooDeep() *odata.Error {
	return in.failAt(in.Offset(), jsonread.CodeTooDeep, "The payload is nested too deeply", "")
}

func (in *Input) tooMany() *odata.Error {
	err := in.failAt(in.Offset(), jsonread.CodeTooMany, "The payload has too many entities", "")
	err.Kind = odata.KindTooLarge
	return err
}

func (in *Input) tooLarge(message string) *odata.Error {
	err := in.failAt(in.Offset(), jsonread.CodeTooLarge, message, "")
	err.Kind = odata.KindTooLarge
	return err
}

// foreign reports that the input is in another encoding than UTF-8.
func (in *Input) foreign() *odata.Error {
	return &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: CodeMediaType,
		Message: "XML is read in UTF-8 only", Target: inBody(0)}
}

// Mismatch reports that the current element is not what is wanted.
func (in *Input) Mismatch(want, got string) *odata.Error {
	return in.Fail(jsonread.CodeMismatch, "A value is not of the expected type", "expected "+want+", found "+got)
}

// notOfKind reports that the current element is not a value of kind k.
func (in *Input) notOfKind(k edm.Kind, at int64, cause error) *odata.Error {
	err := in.failAt(at, jsonread.CodeMismatch, "A value is not of the expected type", "expected "+k.String())
	err.Err = cause
	return err
}

// UnknownProperty reports that type typ has no property with the name of the
// current element.
func (in *Input) UnknownProperty(name []byte, typ string) *odata.Error {
	return in.Fail(jsonread.CodeUnknownProperty, "The type has no such property", typ+" has no property "+jsonread.Quote(name))
}

// Duplicate reports that the current element stands there for the second time.
func (in *Input) Duplicate() *odata.Error {
	return in.Fail(jsonread.CodeDuplicate, "An element stands there twice", jsonread.Quote(in.tag.local))
}

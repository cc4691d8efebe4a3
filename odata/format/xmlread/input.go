// Package xmlread reads XML as Atom and the plain XML documents of OData V3 use
// it: as a stream of elements, within limits, and into values of declared types.
// What an entry looks like is known to the package of the format.
//
// An [Input] is at once the tokenizer and the place where reading stands. There
// is no document type: nothing that begins with "<!" but comments and CDATA
// sections is read, so that no entities exist but the five of XML itself, and
// nothing is ever fetched. Text must be UTF-8 and hold only characters of XML.
// Namespaces are resolved; names of attributes are unique afterwards; and nothing
// may follow the root. Comments and processing instructions are skipped.
//
// Source: XML 1.0 (fifth edition) and Namespaces in XML 1.0.
package xmlread

import (
	"io"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/window"
)

const (
	defaultDepth   = 64
	defaultObjects = 200
	defaultMembers = 100_000

	// maxTag is how many bytes a start tag may have, maxAttributes how many
	// attributes, and maxBindings how many namespace declarations are in force
	// at a time.
	maxTag        = 64 << 10
	maxAttributes = 64
	maxBindings   = 256
)

// An Input reads one payload. Its methods return *odata.Error, or what the
// underlying reader failed with. After an error it must not be used any more,
// and it is for one goroutine.
//
// There is always a current element, whose start tag has been read. It has to be
// consumed: by Text, Skip, Inner or Value, or by calling Child until it reports
// the end, with every child consumed on the way.
type Input struct {
	model *metadata.Model

	window.Window // the text
	scratch       []byte

	// Where reading stands.
	tag      tag       // the start tag read last
	pending  bool      // it is that of an empty element which has not been consumed
	begin    int64     // where the tag read last begins
	names    nameStack // of the open elements
	bindings []binding
	fragment bool // there is no root: the text ends where its elements do
	path     []step
	told     map[string]bool // see Watch
	toldFrom int
	seen     []bool // of the members of the open complex values

	depth, objects, members int // what is left
}

// New starts reading a payload. m may be nil when no types are named in it.
func New(r io.Reader, m *metadata.Model, limits format.Limits) *Input {
	in := &Input{
		model: m, Window: window.New(r),
		depth: limits.Depth, objects: limits.Objects, members: limits.Members,
	}
	if in.depth <= 0 {
		in.depth = defaultDepth
	}
	if in.objects <= 0 {
		in.objects = defaultObjects
	}
	if in.members <= 0 {
		in.members = defaultMembers
	}
	return in
}

// has reports whether the unread text begins with s.
func (in *Input) has(s string) (bool, error) {
	for n := 0; ; {
		for ; n < len(s) && in.At+n < len(in.Buf); n++ {
			if in.Buf[in.At+n] != s[n] {
				return false, nil
			}
		}
		if n == len(s) {
			return true, nil
		}
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return false, nil
		default:
			return false, err
		}
	}
}

// peek returns the next byte without consuming it; 0 stands for the end of the
// input.
func (in *Input) peek() (byte, error) {
	for in.At == len(in.Buf) {
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return 0, nil
		default:
			return 0, err
		}
	}
	if in.Buf[in.At] == 0 {
		return 0, in.malformed("NUL is not allowed")
	}
	return in.Buf[in.At], nil
}

// need is more where the input may not end.
func (in *Input) need() error {
	err := in.More()
	if err == io.EOF {
		return in.malformed(reasonEnd)
	}
	return err
}

// count counts a part of the markup.
func (in *Input) count() error {
	if in.members--; in.members < 0 {
		return in.tooLarge("The payload has too many elements and attributes")
	}
	return nil
}

// CountEntity counts an entity that the payload has or refers to.
func (in *Input) CountEntity() error {
	if in.objects--; in.objects < 0 {
		return in.tooMany()
	}
	return nil
}

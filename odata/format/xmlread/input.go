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

	firstBuffer = 2 << 10
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

	// The text. buf[at:] is unread; what lies before at may be overwritten
	// unless token or raw says that it is needed.
	in         io.Reader
	buf        []byte
	at         int
	token, raw int   // beginnings of what must stay in buf; -1 for none
	base       int64 // offset in the input of buf[0]
	ended      error // io.EOF or the failure of in, once met
	scratch    []byte

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
		model: m, in: r, token: -1, raw: -1,
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
	in.buf = make([]byte, 0, firstBuffer)
	return in
}

// offset is the place of the next byte in the input.
func (in *Input) offset() int64 { return in.base + int64(in.at) }

// more reads further bytes into buf. What must stay may move to another place
// in it: token, raw and at move along.
func (in *Input) more() error {
	if in.ended != nil {
		return in.ended
	}
	from := in.at
	if in.token >= 0 {
		from = min(from, in.token)
	}
	if in.raw >= 0 {
		from = min(from, in.raw)
	}
	if from > 0 {
		in.buf = in.buf[:copy(in.buf, in.buf[from:])]
		in.at -= from
		in.base += int64(from)
		if in.token >= 0 {
			in.token -= from
		}
		if in.raw >= 0 {
			in.raw -= from
		}
	}
	if len(in.buf) == cap(in.buf) {
		in.buf = append(make([]byte, 0, 2*cap(in.buf)), in.buf...)
	}
	for range 100 {
		n, err := in.in.Read(in.buf[len(in.buf):cap(in.buf)])
		in.buf = in.buf[:len(in.buf)+n]
		if err != nil {
			in.ended = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	in.ended = io.ErrNoProgress
	return in.ended
}

// has reports whether the unread text begins with s.
func (in *Input) has(s string) (bool, error) {
	for n := 0; ; {
		for ; n < len(s) && in.at+n < len(in.buf); n++ {
			if in.buf[in.at+n] != s[n] {
				return false, nil
			}
		}
		if n == len(s) {
			return true, nil
		}
		switch err := in.more(); err {
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
	for in.at == len(in.buf) {
		switch err := in.more(); err {
		case nil:
		case io.EOF:
			return 0, nil
		default:
			return 0, err
		}
	}
	if in.buf[in.at] == 0 {
		return 0, in.malformed("NUL is not allowed")
	}
	return in.buf[in.at], nil
}

// need is more where the input may not end.
func (in *Input) need() error {
	err := in.more()
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

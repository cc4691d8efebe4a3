// Package jsonread reads JSON as the JSON formats of OData V3 use it: as a
// stream, within limits, and into values of declared types. What light and
// verbose have in common is here; what an entity looks like is known to the
// packages of the formats.
//
// An [Input] is at once the tokenizer and the place where reading stands. It is
// stricter than JSON readers usually are, because two readers that disagree
// about a payload are a way around whoever checks it: member names must be
// unique after unescaping, text must be UTF-8 without lone surrogates and
// without NUL, and nothing may follow the value. A byte order mark at the start
// is skipped.
package jsonread

import (
	"bytes"
	"io"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/window"
)

// A Dialect is the JSON format a payload is in.
type Dialect uint8

// The JSON formats.
const (
	Light Dialect = iota
	Verbose
)

const (
	defaultDepth   = 32
	defaultObjects = 200
	defaultMembers = 100_000

	// maxNumber is how many bytes a number may have. No value needs more.
	maxNumber = 8 << 10
)

// An Input reads one payload. Its methods return *odata.Error, or what the
// underlying reader failed with. After an error it must not be used any more,
// and it is for one goroutine.
type Input struct {
	model   *metadata.Model
	dialect Dialect

	window.Window // the text
	scratch       []byte

	// Where reading stands.
	frames []frame
	names  nameTable
	room   nameRoom // that names begins with
	path   []step

	depth, objects, members int // what is left
}

// New starts reading a payload. m may be nil when no types are named in it.
func New(r io.Reader, m *metadata.Model, d Dialect, limits format.Limits) *Input {
	in := &Input{
		model: m, dialect: d, Window: window.New(r),
		depth: limits.Depth, objects: limits.Objects, members: limits.Members,
	}
	in.names = nameTable{text: in.room.text[:0], ends: in.room.ends[:0]}
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

// peek skips blanks and returns the next byte without consuming it; 0 stands
// for the end of the input.
func (in *Input) peek() (byte, error) {
	if in.Base == 0 && in.At == 0 {
		if err := in.skipMark(); err != nil {
			return 0, err
		}
	}
	for {
		for in.At < len(in.Buf) {
			switch c := in.Buf[in.At]; c {
			case ' ', '\t', '\r', '\n':
				in.At++
			case 0:
				return 0, in.malformed("NUL is not allowed")
			default:
				return c, nil
			}
		}
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return 0, nil
		default:
			return 0, err
		}
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// skipMark skips the byte order mark at the start of the input.
func (in *Input) skipMark() error {
	for len(in.Buf) < len(byteOrderMark) {
		switch err := in.More(); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
	if bytes.HasPrefix(in.Buf, byteOrderMark) {
		in.At = len(byteOrderMark)
	}
	return nil
}

// IsEmpty reports that there is nothing but blanks.
func (in *Input) IsEmpty() (bool, error) {
	c, err := in.peek()
	return c == 0, err
}

// End makes sure that nothing follows what has been read.
func (in *Input) End() error {
	switch c, err := in.peek(); {
	case err != nil:
		return err
	case c != 0:
		return in.malformed("nothing may follow the value")
	}
	return nil
}

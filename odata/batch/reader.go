package batch

import (
	"errors"
	"io"
	"strconv"
)

// A Reader yields the parts of a batch, see the package comment. It is used by
// one goroutine.
type Reader struct {
	scan    *scanner
	limits  Limits
	next    mark        // the delimiter that was read last
	current *body       // of the request that was handed out last
	open    *ChangeSet  // handed out and not yet exhausted
	seen    seenHeaders // of the block being read, reused
	parts   int
	err     error // sticky
}

// A Part is a request or a change set: exactly one field is set.
type Part struct {
	Request   *Request
	ChangeSet *ChangeSet
}

// A ChangeSet yields the requests of one change set. It is valid until the next
// call of [Reader.Next], which skips what was not read of it.
type ChangeSet struct {
	in         *Reader
	operations int
	ids        map[string]struct{}
	done       bool // its reader has seen io.EOF
}

// NewReader reads a batch with the given Content-Type from r, up to and
// including the first boundary. Its errors are about the batch as a whole:
// *odata.Error of status 400 for a Content-Type that is not multipart/mixed, a
// boundary that is missing, repeated or unusable, a charset of wide characters,
// and a body without the boundary; and any error of r as it is.
func NewReader(r io.Reader, contentType string, limits Limits) (*Reader, error) {
	media := parseMediaType(contentType)
	delimiter := media.delimiter()
	switch {
	case media.name != "multipart/mixed" || !media.wellFormed:
		return nil, badMediaType.error(contentTypeTarget)
	case delimiter == "":
		return nil, badBoundary.error(contentTypeTarget)
	case media.wideCharset():
		return nil, badCharset.error(contentTypeTarget)
	}
	limits = limits.withDefaults()
	in := &Reader{scan: newScanner(r, delimiter, limits.Line), limits: limits}
	in.scan.skipBOM()
	next, err := in.skipText()
	switch {
	case errors.Is(err, io.EOF):
		return nil, noDelimiter.error(batchTarget)
	case err != nil:
		return nil, err
	}
	in.next = next
	return in, nil
}

const (
	contentTypeTarget = contentType
	batchTarget       = "$batch"
)

// Next returns the next part, or io.EOF after the closing boundary. It skips
// what was not read of the part before, which becomes invalid. What follows the
// closing boundary is not read. Any other error is repeated by later calls: an
// *odata.Error that answers the part, or the error of the underlying reader.
func (in *Reader) Next() (Part, error) {
	part, err := in.part()
	if err != nil {
		return Part{}, in.fail(err)
	}
	return part, nil
}

func (in *Reader) part() (Part, error) {
	if in.err != nil {
		return Part{}, in.err
	}
	if err := in.leave(); err != nil {
		return Part{}, err
	}
	if in.next == batchEnd {
		return Part{}, io.EOF
	}
	in.parts++
	if in.parts > in.limits.Parts {
		return Part{}, tooManyParts.error(in.place())
	}
	header, err := in.partHeader()
	if err != nil {
		return Part{}, err
	}
	if header.delimiter == "" {
		request, err := in.request(header)
		return Part{Request: request}, err
	}
	return in.changeSet(header.delimiter)
}

// leave finishes the part that was handed out last.
func (in *Reader) leave() error {
	if in.open == nil {
		return in.skipBody()
	}
	for {
		switch _, err := in.open.request(); {
		case errors.Is(err, io.EOF) && in.open == nil:
			return nil
		case err != nil:
			return err
		}
	}
}

func (in *Reader) skipBody() error {
	if in.current == nil {
		return nil
	}
	next, err := in.current.skip()
	in.current, in.next = nil, next
	return err
}

// changeSet enters a change set: its headers are read, its preamble is next.
func (in *Reader) changeSet(delimiter string) (Part, error) {
	if outer := string(in.scan.batch); delimiter == outer || delimiter == outer+"--" || outer == delimiter+"--" {
		return Part{}, clashingBoundary.error(in.place())
	}
	in.scan.change = []byte(delimiter)
	next, err := in.skipText()
	if err != nil {
		return Part{}, in.cut(err)
	}
	in.next = next
	in.open = &ChangeSet{in: in}
	return Part{ChangeSet: in.open}, nil
}

// Next returns the next request of the change set, or io.EOF after the last one.
// The request before becomes invalid. Errors are those of [Reader.Next], and end
// the batch as well: a change set that was not read to io.EOF must not be
// committed.
func (c *ChangeSet) Next() (*Request, error) {
	switch {
	case c.done:
		return nil, io.EOF
	case c.in.err != nil:
		return nil, c.in.err
	case c.in.open != c:
		return nil, errStale
	}
	request, err := c.request()
	if err != nil {
		c.done = errors.Is(err, io.EOF)
		return nil, c.in.fail(err)
	}
	return request, nil
}

func (c *ChangeSet) request() (*Request, error) {
	in := c.in
	if err := in.skipBody(); err != nil {
		return nil, err
	}
	switch in.next {
	case batchNext, batchEnd:
		return nil, unclosedChangeSet.error(in.place())
	case changeEnd:
		return nil, c.finish()
	}
	c.operations++
	if c.operations > in.limits.Operations {
		return nil, tooManyOperations.error(in.place())
	}
	header, err := in.partHeader()
	if err != nil {
		return nil, err
	}
	if header.delimiter != "" {
		return nil, nestedChangeSet.error(in.place())
	}
	request, err := in.request(header)
	if err != nil {
		return nil, err
	}
	return request, c.claim(request.ContentID)
}

// claim refuses a second request with the same Content-ID.
func (c *ChangeSet) claim(id string) error {
	if id == "" {
		return nil
	}
	if _, taken := c.ids[id]; taken {
		return duplicateContentID.error(c.in.place())
	}
	if c.ids == nil {
		c.ids = make(map[string]struct{})
	}
	c.ids[id] = struct{}{}
	return nil
}

// finish skips what stands between the end of the change set and the next
// delimiter of the batch, and returns io.EOF.
func (c *ChangeSet) finish() error {
	c.in.scan.change = nil
	next, err := c.in.skipText()
	if err != nil {
		return c.in.cut(err)
	}
	c.in.next, c.in.open = next, nil
	return io.EOF
}

// skipText passes over a preamble or an epilogue, up to and including the next
// delimiter. Its errors are those of the scanner.
func (in *Reader) skipText() (mark, error) {
	for lineStart := true; ; {
		n, found, err := in.scan.run(lineStart)
		if err != nil || found != noMark {
			return found, err
		}
		text := in.scan.take(n)
		lineStart = isLineEnd(text[n-1])
	}
}

// cut turns the end of the text, as the scanner reports it, into the mistake it
// is before the closing boundary.
func (in *Reader) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return truncated.error(in.place())
	}
	return err
}

// fail keeps the error that ends the batch. io.EOF is no error but the regular end.
func (in *Reader) fail(err error) error {
	if !errors.Is(err, io.EOF) {
		in.err = err
	}
	return err
}

// place names the current part: "$batch/3", or "$batch/3/2" for the second
// request of a change set.
func (in *Reader) place() string {
	place := batchTarget + "/" + strconv.Itoa(in.parts)
	if in.open != nil && in.open.operations > 0 {
		place += "/" + strconv.Itoa(in.open.operations)
	}
	return place
}

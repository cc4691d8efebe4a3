package batch

import (
	"errors"
	"io"
)

// errStale is the answer to a read from a part that is no longer the current
// one: a mistake of the caller, not of the client.
var errStale = errors.New("batch: the body is gone, because the reader has moved on")

// A body is what follows the headers of a request: Content-Length bytes if it
// is given, and otherwise everything up to the next delimiter line.
type body struct {
	in        *Reader
	left      int64 // of Content-Length, -1 without
	budget    int64 // of Limits.Body, without a Content-Length
	ready     int   // buffered bytes known to be body
	lineStart bool
	next      mark // the delimiter that ended the body
	err       error
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.in.current != b {
		return 0, errStale
	}
	if len(p) == 0 {
		return 0, nil
	}
	if b.err == nil && b.ready == 0 {
		b.advance()
	}
	if b.ready == 0 {
		return 0, b.err
	}
	n := copy(p, b.in.scan.take(min(b.ready, len(p))))
	b.ready -= n
	return n, nil
}

// advance finds more body in the buffer, or the error that ends it.
func (b *body) advance() {
	if b.left >= 0 {
		b.advanceCounted()
		return
	}
	n, found, err := b.in.scan.run(b.lineStart)
	switch {
	case err != nil:
		b.fail(err)
	case found != noMark:
		b.next, b.err = found, io.EOF
	case int64(n) > b.budget:
		b.fail(bodyTooLarge.error(b.in.place()))
	default:
		b.ready = n
		b.budget -= int64(n)
		b.lineStart = isLineEnd(b.in.scan.buf[b.in.scan.start+n-1])
	}
}

func (b *body) advanceCounted() {
	s := b.in.scan
	if b.left == 0 {
		b.close()
		return
	}
	if s.start == s.end && !s.fill() {
		b.fail(s.err)
		return
	}
	b.ready = int(min(int64(s.end-s.start), b.left))
	b.left -= int64(b.ready)
}

// close expects a delimiter after the last byte of a counted body. Empty lines
// may stand between them. Anything else means that the length is wrong.
func (b *body) close() {
	for {
		line, err := b.in.scan.line(b.in.limits.Line)
		switch {
		case errors.Is(err, errLongLine):
			b.fail(badContentLength.error(b.in.place()))
			return
		case err != nil:
			b.fail(err)
			return
		}
		if b.next = b.in.scan.markOf(line); b.next != noMark {
			b.err = io.EOF
			return
		}
		if len(line) > 0 {
			b.fail(badContentLength.error(b.in.place()))
			return
		}
	}
}

// fail ends the body and the batch: what follows has lost its frame.
func (b *body) fail(err error) {
	b.err = b.in.fail(b.in.cut(err))
}

// skip reads the rest of the body and returns the delimiter that ended it.
func (b *body) skip() (mark, error) {
	for {
		b.in.scan.take(b.ready)
		b.ready = 0
		if errors.Is(b.err, io.EOF) {
			return b.next, nil
		}
		if b.err != nil {
			return noMark, b.err
		}
		b.advance()
	}
}

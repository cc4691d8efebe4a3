package batch

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// A Writer writes the answer to a batch. It keeps the headers of one part at a
// time and nothing of the bodies, which reach the underlying writer in the
// pieces in which they come. It is used by one goroutine.
//
// Every part of the request is answered in order: a request by StartPart and
// Write; a change set by StartChangeSet, a part for each of its requests and
// EndChangeSet if it was committed, and by [Writer.FailChangeSet] otherwise. An
// answer that cannot be completed must not be closed, so that its client sees
// that it is broken.
//
// The bytes suit readers that search text, such as datajs: CR LF everywhere,
// boundaries without quotes or equals signs, a reason phrase in each status
// line, and an empty line of its own for an empty body.
type Writer struct {
	w        io.Writer
	boundary string
	change   string // boundary of the open change set
	buf      []byte // reused for headers
	started  bool   // a delimiter of the batch was written
	inChange bool   // a delimiter of the change set was written
	body     bodyState
	closed   bool
	err      error // of w, sticky
}

type bodyState uint8

const (
	noBody      bodyState = iota // no part is open
	anyBody                      // the open part may have a body
	withoutBody                  // the status of the open part forbids one
)

// An Answer is the head of the response to one request.
type Answer struct {
	Status    int
	ContentID string  // of the request, echoed; empty without one
	Header    Headers // written as they are, in order
}

// A FailureShape says how the one error that answers a whole change set stands
// in the batch. Clients accept both.
type FailureShape uint8

const (
	// FailureNested is the shape of WCF Data Services: a multipart with the
	// error as its only part.
	FailureNested FailureShape = iota
	// FailureDirect is the shape of the OData V3 batch document: the error is a
	// part of the batch.
	FailureDirect
)

// NewWriter returns a Writer with a boundary of its own. Nothing is written
// before the first part.
func NewWriter(w io.Writer) *Writer {
	return &Writer{w: w, boundary: "batchresponse_" + newGUID()}
}

// Boundary is the boundary of the batch: batchresponse_ and a GUID.
func (w *Writer) Boundary() string { return w.boundary }

// ContentType is that of the whole answer, whose status is 202.
func (w *Writer) ContentType() string { return multipartPrefix + w.boundary }

const multipartPrefix = "multipart/mixed; boundary="

// StartPart ends the part before, and begins the answer to one request. Write
// writes its body. A header or a Content-ID that would break the frame of the
// part is an error, before anything is written.
func (w *Writer) StartPart(a Answer) error {
	if err := w.ready(); err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	w.buf = w.delimit(w.buf[:0])
	w.buf = append(w.buf, contentType+": application/http\r\n"+transferEncoding+": binary\r\n\r\nHTTP/1.1 "...)
	w.buf = strconv.AppendInt(w.buf, int64(a.Status), 10)
	w.buf = append(append(w.buf, ' '), reason(a.Status)...)
	w.buf = append(w.buf, "\r\n"...)
	if a.ContentID != "" {
		w.buf = appendHeader(w.buf, contentID, a.ContentID)
	}
	for _, h := range a.Header {
		w.buf = appendHeader(w.buf, h.Name, h.Value)
	}
	w.buf = append(w.buf, "\r\n"...)
	w.body = anyBody
	if a.bodiless() {
		w.body = withoutBody
	}
	return w.flush()
}

// Write writes a piece of the body of the part that was started last. It
// implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.ready(); err != nil {
		return 0, err
	}
	switch {
	case len(p) == 0:
		return 0, nil
	case w.body == noBody:
		return 0, errNoPart
	case w.body == withoutBody:
		return 0, errNoContent
	}
	n, err := w.w.Write(p)
	w.err = err
	return n, err
}

// StartChangeSet begins the answer to a change set that was committed.
func (w *Writer) StartChangeSet() error {
	if err := w.ready(); err != nil {
		return err
	}
	if w.change != "" {
		return errNested
	}
	w.buf = w.delimit(w.buf[:0])
	w.change, w.inChange = "changesetresponse_"+newGUID(), false
	w.buf = appendHeader(w.buf, contentType, multipartPrefix+w.change)
	w.buf = append(w.buf, "\r\n"...)
	w.body = noBody
	return w.flush()
}

// EndChangeSet ends what StartChangeSet began.
func (w *Writer) EndChangeSet() error {
	if err := w.ready(); err != nil {
		return err
	}
	if w.change == "" {
		return errNoChangeSet
	}
	w.buf = w.buf[:0]
	if w.inChange {
		w.buf = append(w.buf, "\r\n"...)
	}
	w.buf = append(w.buf, "--"+w.change+"--"...)
	w.change, w.body = "", noBody
	return w.flush()
}

// FailChangeSet answers a change set that failed as a whole, in the given shape,
// by the error of the request that ended it.
func (w *Writer) FailChangeSet(shape FailureShape, a Answer, body []byte) error {
	if w.change != "" {
		return errNested
	}
	if err := a.check(); err != nil {
		return err
	}
	if a.bodiless() && len(body) > 0 {
		return errNoContent
	}
	if shape == FailureNested {
		if err := w.StartChangeSet(); err != nil {
			return err
		}
	}
	if err := w.StartPart(a); err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if shape == FailureNested {
		return w.EndChangeSet()
	}
	return nil
}

// Close ends the answer. It does not close the underlying writer.
func (w *Writer) Close() error {
	if err := w.ready(); err != nil {
		return err
	}
	if w.change != "" {
		return errNested
	}
	w.buf = w.buf[:0]
	if w.started {
		w.buf = append(w.buf, "\r\n"...)
	}
	w.buf = append(w.buf, "--"+w.boundary+"--\r\n"...)
	w.closed = true
	return w.flush()
}

// Mistakes in the order of calls.
var (
	errClosed      = errors.New("batch: the writer is closed")
	errNoPart      = errors.New("batch: write without a part")
	errNoContent   = errors.New("batch: body in a part whose status allows none")
	errNested      = errors.New("batch: a change set is open")
	errNoChangeSet = errors.New("batch: no change set is open")
)

func (w *Writer) ready() error {
	if w.closed {
		return errClosed
	}
	return w.err
}

func (w *Writer) flush() error {
	_, err := w.w.Write(w.buf)
	w.err = err
	return err
}

// delimit appends the delimiter line before a part. The line end that closes the
// body before belongs to it.
func (w *Writer) delimit(dst []byte) []byte {
	boundary, started := w.boundary, &w.started
	if w.change != "" {
		boundary, started = w.change, &w.inChange
	}
	if *started {
		dst = append(dst, "\r\n"...)
	}
	*started = true
	dst = append(dst, "--"...)
	return append(append(dst, boundary...), "\r\n"...)
}

func appendHeader(dst []byte, name, value string) []byte {
	dst = append(append(dst, name...), ": "...)
	return append(append(dst, value...), "\r\n"...)
}

// bodiless reports a status that forbids a body.
func (a Answer) bodiless() bool { return a.Status == 204 || a.Status == 304 }

// check refuses what would write a header that nobody meant.
func (a Answer) check() error {
	if a.Status < 200 || a.Status > 599 {
		return fmt.Errorf("batch: %d is not the status of an answer", a.Status)
	}
	if a.ContentID != "" && !validContentID(a.ContentID) {
		return fmt.Errorf("batch: %q is not a Content-ID", a.ContentID)
	}
	for _, h := range a.Header {
		if !isToken(h.Name) {
			return fmt.Errorf("batch: %q is not a header name", h.Name)
		}
		for i := range len(h.Value) {
			if c := h.Value[i]; c < ' ' && c != '\t' || c == 0x7f {
				return fmt.Errorf("batch: control character in the value of header %s", h.Name)
			}
		}
	}
	return nil
}

// newGUID returns a random GUID, RFC 9562, version 4. No boundary can be guessed
// by who chooses the data of an answer.
func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: see its documentation
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

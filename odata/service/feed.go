package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// feed streams the entities of a collection: rows are appended to one buffer,
// which is sent whenever it is full.
func (e *exchange) feed(req *odata.Request) error {
	out, err := e.choose(e.service.offers.feed, req, e.needs(req))
	if err != nil {
		return err
	}
	return e.collection(req, out, e.service.encoder(req.Projection, out))
}

// An elementWriter is how the elements of an answer are written, entities or links:
// that part of a [format.Encoder].
type elementWriter interface {
	AppendFeedStart(dst []byte, c *format.Context, count *int64) []byte
	AppendRow(dst []byte, c *format.Context, row *odata.Row, first bool) []byte
	AppendFeedEnd(dst []byte, c *format.Context, count *int64, next string) []byte
}

func (e *exchange) collection(req *odata.Request, out output, write elementWriter) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	f := &feeding{exchange: e, req: req, write: write, cut: s.pageOf(s.sets[req.Set], req.Query)}
	if err := e.resume(req); err != nil {
		return err
	}
	if err := e.prepare(req); err != nil {
		return err
	}
	var err error
	if e.shown, err = e.advertise(req.Projection, req.Query); err != nil {
		return err
	}
	result, err := e.read(req)
	if err != nil {
		return err
	}
	var count *int64
	if req.InlineCount {
		count = result.Total
	}
	buf := borrowBuffer()
	defer returnBuffer(buf)
	f.body = stream{exchange: e, version: out.version, contentType: out.contentType, buf: buf}
	*buf = write.AppendFeedStart(*buf, &e.base, count)
	result.Rows(f.take)
	if f.err != nil {
		return f.err
	}
	*buf = write.AppendFeedEnd(*buf, &e.base, count, f.next)
	return f.body.close()
}

// A feeding writes the rows of one answer: in one block of memory, however many
// there are.
type feeding struct {
	exchange *exchange
	req      *odata.Request
	write    elementWriter
	body     stream
	cut      *page // nil where the feed is not cut
	sent     int64
	next     string    // the link to what follows the page
	row      odata.Row // one for all: it escapes into the writer
	err      error
}

// take is what the sequence of rows calls.
func (f *feeding) take(row odata.Row, err error) bool {
	if err == nil {
		var more bool
		if more, err = f.add(&row); err == nil {
			return more
		}
	}
	f.err = err
	return false
}

// add writes a row. more is false for the one behind the page, which is not written.
func (f *feeding) add(row *odata.Row) (more bool, err error) {
	e, buf := f.exchange, f.body.buf
	if e.budget.rows++; e.budget.rows > e.service.limits.Rows {
		return false, tooManyRows()
	}
	if f.cut != nil && f.sent == f.cut.size {
		f.next = e.nextLink(f.req, f.cut.last, f.sent)
		return false, nil
	}
	f.sent++
	f.row = *row
	if err := e.dress(f.req.Projection, &f.row); err != nil {
		return false, err
	}
	*buf = f.write.AppendRow(*buf, &e.base, &f.row, f.sent == 1)
	if f.cut != nil && f.sent == f.cut.size {
		order, err := e.newRanker(f.req.Query)
		if err != nil {
			return false, err
		}
		if f.cut.last, err = order.rank(&f.row); err != nil {
			return false, err
		}
	}
	return true, f.body.flushIfFull()
}

func tooManyRows() *odata.Error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded",
		Message: "The answer has more entities than one request may read; narrow it with $filter or $top"}
}

// count answers $count: the number of entities after filter, skip and top, as
// plain text. Source: OData V3 URI conventions, $count.
func (e *exchange) count(req *odata.Request) error {
	if err := e.unconditional(); err != nil {
		return err
	}
	out, err := e.choose(e.service.offers.text, req, v2)
	if err != nil {
		return err
	}
	skip, top := req.Query.Skip, req.Query.Top
	none := int64(0)
	req.Query.Skip, req.Query.Top, req.Query.Total, req.Query.OrderBy = 0, &none, true, nil
	if err := e.prepare(req); err != nil {
		return err
	}
	result, err := e.read(req)
	if err != nil {
		return err
	}
	n := max(*result.Total-skip, 0)
	if top != nil {
		n = min(n, *top)
	}
	return e.send(http.StatusOK, out.version, out.contentType, appendInt(nil, n))
}

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
	encoder := e.service.encoder(req.Projection, out)
	return e.collection(req, out, collection{
		start: encoder.AppendFeedStart,
		row:   encoder.AppendRow,
		end:   encoder.AppendFeedEnd,
	})
}

// A collection is how the elements of an answer are written: entities or links.
type collection struct {
	start func(dst []byte, c *format.Context, count *int64) []byte
	row   func(dst []byte, c *format.Context, row *odata.Row, first bool) []byte
	end   func(dst []byte, c *format.Context, count *int64, next string) []byte
}

func (e *exchange) collection(req *odata.Request, out output, write collection) error {
	s := e.service
	if err := e.unconditional(); err != nil {
		return err
	}
	cut := s.pageOf(s.sets[req.Set], req.Query)
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
	body := stream{exchange: e, version: out.version, contentType: out.contentType, buf: buf}
	*buf = write.start(*buf, &e.base, count)
	next := ""
	sent := int64(0)
	var current odata.Row // one for all rows: it escapes into the encoder
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		if e.budget.rows++; e.budget.rows > s.limits.Rows {
			return tooManyRows()
		}
		if cut != nil && sent == cut.size {
			next = e.nextLink(req, cut.last, sent)
			break
		}
		sent++
		current = row
		if err := e.dress(req.Projection, &current); err != nil {
			return err
		}
		*buf = write.row(*buf, &e.base, &current, sent == 1)
		if cut != nil && sent == cut.size {
			order, err := e.newRanker(req.Query)
			if err != nil {
				return err
			}
			if cut.last, err = order.rank(&current); err != nil {
				return err
			}
		}
		if err := body.flushIfFull(); err != nil {
			return err
		}
	}
	*buf = write.end(*buf, &e.base, count, next)
	return body.close()
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

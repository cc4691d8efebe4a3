package service

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// feed streams the entities of a collection: rows are appended to one buffer,
// which is sent whenever it is full.
func (e *exchange) feed(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.structured, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(offer.least)
	if err != nil {
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

	encoder := s.encoder(req.Projection, offer)
	buf := borrowBuffer()
	defer returnBuffer(buf)
	out := stream{exchange: e, version: version, contentType: offer.contentType, buf: buf}
	*buf = encoder.AppendFeedStart(*buf, &e.base, count)
	sent := 0
	var current odata.Row // one for all rows: it escapes into the encoder
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		if sent++; sent > s.limits.Rows {
			return tooManyRows()
		}
		current = row
		*buf = encoder.AppendRow(*buf, &e.base, &current, sent == 1)
		if err := out.flushIfFull(); err != nil {
			return err
		}
	}
	*buf = encoder.AppendFeedEnd(*buf, &e.base, count, "")
	return out.close()
}

func tooManyRows() *odata.Error {
	return &odata.Error{Kind: odata.KindUnavailable, Code: "BudgetExceeded",
		Message: "The answer has more entities than one request may read; narrow it with $filter or $top"}
}

// encoder finds the compiled encoder of a set's default projection, or compiles
// the request's own.
func (s *Service) encoder(p *odata.Projection, offer *representation) format.Encoder {
	if compiled, ok := s.encoders[p]; ok {
		return compiled[offer.level]
	}
	return offer.format.Compile(p)
}

// count answers Feed/$count: the number of entities after filter, skip and top,
// as plain text. Source: OData V3 URI conventions, $count.
func (e *exchange) count(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.text, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(v2)
	if err != nil {
		return err
	}
	skip, top := req.Query.Skip, req.Query.Top
	none := int64(0)
	req.Query.Skip, req.Query.Top, req.Query.Total, req.Query.OrderBy = 0, &none, true, nil
	result, err := e.read(req)
	if err != nil {
		return err
	}
	n := max(*result.Total-skip, 0)
	if top != nil {
		n = min(n, *top)
	}
	return e.send(200, version, offer.contentType, appendInt(nil, n))
}

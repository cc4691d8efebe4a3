package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// links answers with the addresses of the entities a collection-valued
// navigation leads to. Source: OData V3 URI conventions, $links.
func (e *exchange) links(req *odata.Request) error {
	least := v1
	if req.InlineCount || e.service.pageSizeOf(e.service.sets[req.Set]) > 0 {
		least = v2
	}
	out, err := e.choose(e.service.offers.structured, req, least)
	if err != nil {
		return err
	}
	return e.collection(req, out, &linkWriter{Format: out.writer, req: req})
}

// A linkWriter writes the addresses of entities.
type linkWriter struct {
	format.Format
	req *odata.Request
	url []byte
}

func (w *linkWriter) AppendFeedStart(dst []byte, c *format.Context, count *int64) []byte {
	return w.AppendLinksStart(dst, c, w.req.Link, count)
}

func (w *linkWriter) AppendRow(dst []byte, c *format.Context, row *odata.Row, first bool) []byte {
	w.url = format.AppendEntityURL(w.url[:0], row, w.req.Projection)
	return w.AppendLink(dst, c, w.url, first)
}

func (w *linkWriter) AppendFeedEnd(dst []byte, c *format.Context, count *int64, next string) []byte {
	return w.AppendLinksEnd(dst, c, count, next)
}

// link answers with one address. Where a navigation leads nowhere there is none:
// 404.
func (e *exchange) link(req *odata.Request) error {
	out, err := e.choose(e.service.offers.structured, req, v1)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if row == nil {
			return odata.NotFound()
		}
		url := format.AppendEntityURL(nil, row, req.Projection)
		return e.send(http.StatusOK, out.version, out.contentType,
			out.writer.AppendSingleLink(nil, &e.base, req.Link, url))
	})
}

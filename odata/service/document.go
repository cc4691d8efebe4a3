package service

import (
	"net/http"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// serviceDocument lists the sets a client may start from.
func (e *exchange) serviceDocument(req *odata.Request) error {
	out, err := e.choose(e.service.offers.service, req, v1)
	if err != nil {
		return err
	}
	return e.send(http.StatusOK, out.version, out.contentType,
		out.writer.AppendServiceDocument(nil, &e.base, e.service.listed))
}

// metadata answers with the model. The bytes were made when the service was.
// There is one representation, so Accept is not asked: clients that send the
// header of their data requests expect XML here all the same. Nor does the
// client's maximum version count: how else would it learn what the service needs?
func (e *exchange) metadata(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.metadata, nil, req.Format, maxVersion)
	if err != nil {
		return err
	}
	e.w.Header()["Etag"] = s.metadataETag
	// A proxy that compresses may have made the tag a weak one.
	if given := e.r.Header["If-None-Match"]; len(given) > 0 && isOneOf(strings.TrimPrefix(given[0], "W/"), s.metadataETag[0], "*") {
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	e.typed = offer.header
	return e.send(http.StatusOK, s.metadataVersion, offer.contentType, s.metadataDocument)
}

func isOneOf(text, a, b string) bool { return text == a || text == b }

// A parsedRequest is a request that is parsed and bound.
type parsedRequest struct {
	syntax  *uri.Request
	request *odata.Request
}

// bindMetadata binds the request for $metadata, which is always the same one. The
// limits for addresses may not admit it.
func (s *Service) bindMetadata() {
	syntax, err := uri.Parse("$metadata", "", s.limits.URI)
	if err != nil {
		return
	}
	if req, err := s.binder.Request(syntax); err == nil {
		s.metadataRequest = parsedRequest{syntax, req}
	}
}

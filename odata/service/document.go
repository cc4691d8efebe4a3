package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
)

// serviceDocument lists the sets a client may start from.
func (e *exchange) serviceDocument(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.structured, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(offer.least)
	if err != nil {
		return err
	}
	body := offer.format.AppendServiceDocument(nil, &e.base, s.listed)
	return e.send(http.StatusOK, version, offer.contentType, body)
}

// metadata answers with the model. The bytes were made when the service was.
// There is one representation, so Accept is not asked: clients that send the
// header of their data requests expect XML here all the same.
func (e *exchange) metadata(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.metadata, nil, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	if _, err := e.versions.answerVersion(s.metadataVersion); err != nil {
		return err
	}
	e.w.Header().Set("Etag", s.metadataETag)
	if noneMatch := e.r.Header.Get("If-None-Match"); noneMatch == s.metadataETag || noneMatch == "*" {
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return e.send(http.StatusOK, s.metadataVersion, offer.contentType, s.metadataDocument)
}

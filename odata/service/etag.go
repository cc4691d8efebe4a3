package service

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// condition sets the entity's ETag and judges If-Match and If-None-Match. done
// tells that the answer was sent. Source: OData V3 core, ETags. An answer with
// expanded entities has no ETag, because that of the entity does not cover them.
func (e *exchange) condition(req *odata.Request, row *odata.Row) (done bool, err error) {
	if len(req.Projection.Tokens) == 0 || len(req.Query.Expand) > 0 {
		if len(e.r.Header["If-Match"]) > 0 {
			return false, &odata.Error{Kind: odata.KindInvalid, Code: "NoETag", Target: "If-Match",
				Message: "The resource has no ETag to match"}
		}
		return false, nil
	}
	etag := string(format.AppendETag(nil, row, req.Projection.Tokens))
	e.w.Header()["Etag"] = []string{etag}
	return e.unchanged(etag)
}

// unchanged answers 304 when the client has the resource already, and fails when
// it expects another state of it. Comparison is of exact text.
func (e *exchange) unchanged(etag string) (done bool, err error) {
	match, noneMatch := e.r.Header["If-Match"], e.r.Header["If-None-Match"]
	switch {
	case len(match) > 0 && len(noneMatch) > 0:
		return false, &odata.Error{Kind: odata.KindInvalid, Code: "ConflictingConditions", Target: "If-Match",
			Message: "If-Match and If-None-Match exclude each other"}
	case len(match) > 0 && match[0] != "*" && match[0] != etag:
		return false, &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
			Message: "The resource has changed"}
	case len(noneMatch) > 0 && (noneMatch[0] == "*" || noneMatch[0] == etag):
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	return false, nil
}

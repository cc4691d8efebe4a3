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
	if len(req.Query.Expand) > 0 {
		return false, e.unconditional()
	}
	if len(req.Projection.Tokens) == 0 {
		if len(e.r.Header["If-Match"]) > 0 {
			return false, e.unconditional()
		}
		return false, nil
	}
	etag := string(format.AppendETag(nil, row, req.Projection.Tokens))
	e.w.Header()["Etag"] = []string{etag}
	return e.unchanged(etag)
}

// unconditional refuses If-Match and If-None-Match on a resource that has no ETag:
// feeds, counts, links, and entities with what they were expanded to.
func (e *exchange) unconditional() error {
	for _, name := range []string{"If-Match", "If-None-Match"} {
		if len(e.r.Header[name]) > 0 {
			return &odata.Error{Kind: odata.KindInvalid, Code: "NoETag", Target: name,
				Message: "The resource has no ETag to compare with"}
		}
	}
	return nil
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
		return false, changed()
	case len(noneMatch) > 0 && (noneMatch[0] == "*" || noneMatch[0] == etag):
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	return false, nil
}

func changed() *odata.Error {
	return &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
		Message: "The resource has changed"}
}

package service

import (
	"net/http"
	"strconv"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// entry answers with one entity.
func (e *exchange) entry(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.structured, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(offer.least)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		buf := borrowBuffer()
		defer returnBuffer(buf)
		*buf = s.encoder(req.Projection, offer).AppendEntry(*buf, &e.base, row)
		return e.send(http.StatusOK, version, offer.contentType, *buf)
	})
}

// property answers with the value of a property, null included.
func (e *exchange) property(req *odata.Request) error {
	s := e.service
	offer, err := s.offers.choose(s.offers.structured, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(offer.least)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		last := req.Property[len(req.Property)-1]
		body := offer.format.AppendProperty(nil, &e.base, format.Property{
			Name: last.Name, Type: last.TypeRef(), Value: valueOf(req, row),
		})
		return e.send(http.StatusOK, version, offer.contentType, body)
	})
}

// rawValue answers with the bare text or bytes of a primitive property. Null has
// none: 404. Source: OData V3 URI conventions, $value.
func (e *exchange) rawValue(req *odata.Request) error {
	s := e.service
	last := req.Property[len(req.Property)-1]
	offers := s.offers.text
	if last.Kind() == edm.KindBinary {
		offers = s.offers.binary
	}
	if last.MimeType != "" {
		r, ok := parseMediaRange(last.MimeType)
		if !ok {
			return odata.Internalf("%s/%s: %q is not a media type", last.DeclaringType(), last.Name, last.MimeType)
		}
		offers = []representation{{typ: r.typ, subtype: r.subtype, params: r.params, level: -1, contentType: last.MimeType, least: v1}}
	}
	offer, err := s.offers.choose(offers, e.r.Header, req.Format, e.versions.max)
	if err != nil {
		return err
	}
	version, err := e.versions.answerVersion(offer.least)
	if err != nil {
		return err
	}
	return e.readOne(req, func(row *odata.Row) error {
		if done, err := e.condition(req, row); done || err != nil {
			return err
		}
		v := valueOf(req, row)
		if v.IsNull() {
			return odata.NotFound()
		}
		if v.Kind() == edm.KindBinary {
			return e.send(http.StatusOK, version, offer.contentType, v.Bytes())
		}
		return e.send(http.StatusOK, version, offer.contentType, edm.AppendText(nil, v))
	})
}

// valueOf follows the request's property path within the row. Members of a null
// complex value are null.
func valueOf(req *odata.Request, row *odata.Row) edm.Value {
	v := row.Values[req.Field]
	for _, member := range req.Members {
		if v.IsNull() {
			return v
		}
		v = v.Elements()[member]
	}
	return v
}

// condition sets the entity's ETag and judges If-Match and If-None-Match. done
// tells that the answer was sent. Source: OData V3 core, ETags; comparison is
// of exact text.
func (e *exchange) condition(req *odata.Request, row *odata.Row) (done bool, err error) {
	match, noneMatch := e.r.Header["If-Match"], e.r.Header["If-None-Match"]
	if len(req.Projection.Tokens) == 0 {
		if len(match) > 0 {
			return false, &odata.Error{Kind: odata.KindInvalid, Code: "NoETag", Target: "If-Match",
				Message: "The resource has no ETag to match"}
		}
		return false, nil
	}
	if len(match) > 0 && len(noneMatch) > 0 {
		return false, &odata.Error{Kind: odata.KindInvalid, Code: "ConflictingConditions", Target: "If-Match",
			Message: "If-Match and If-None-Match exclude each other"}
	}
	etag := string(format.AppendETag(nil, row, req.Projection.Tokens))
	if len(match) > 0 && match[0] != "*" && match[0] != etag {
		return false, &odata.Error{Kind: odata.KindPreconditionFailed, Code: "PreconditionFailed", Target: "If-Match",
			Message: "The resource has changed"}
	}
	e.w.Header()["Etag"] = []string{etag}
	if len(noneMatch) > 0 && (noneMatch[0] == "*" || noneMatch[0] == etag) {
		e.committed = true
		e.w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	return false, nil
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

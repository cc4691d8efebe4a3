package service

import (
	"errors"
	"io"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// The readers of a service.
type readers struct{ light, verbose, atom format.Reader }

// payloadReader chooses who reads the body, by its Content-Type. Source: OData V3
// core, Content-Type.
func (e *exchange) payloadReader() (format.Reader, error) {
	t, err := e.contentType()
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, missingContentType()
	}
	switch t.typ + "/" + t.subtype {
	case "application/json":
		return e.jsonReader(t)
	case "application/atom+xml", "application/xml", "text/xml":
		if !e.service.profile.JSONAlways && !strings.EqualFold(t.param("type"), "feed") {
			return e.service.readers.atom, nil
		}
	}
	return nil, unsupportedMediaType()
}

// jsonReader tells the two JSON formats apart. Plain application/json means JSON
// light, or the older format in requests of older versions, which do not know
// JSON light.
func (e *exchange) jsonReader(t *mediaRange) (format.Reader, error) {
	light := e.versions.request >= v3
	switch level := strings.ToLower(t.param("odata")); level {
	case "verbose":
		return e.service.readers.verbose, nil
	case "":
		if !light {
			return e.service.readers.verbose, nil
		}
	case "minimalmetadata", "fullmetadata", "nometadata":
		if !light {
			return nil, tooOld("JSON light needs DataServiceVersion 3.0")
		}
	default:
		return nil, unsupportedMediaType()
	}
	return e.service.readers.light, nil
}

// contentType reads the header; nil without one.
func (e *exchange) contentType() (*mediaRange, error) {
	values := e.r.Header["Content-Type"]
	switch {
	case len(values) == 0 || strings.TrimSpace(values[0]) == "":
		return nil, nil
	case len(values) > 1:
		return nil, &odata.Error{Kind: odata.KindInvalid, Code: "InvalidContentType", Target: "Content-Type",
			Message: "Content-Type may be given once"}
	}
	t, ok := parseMediaRange(values[0])
	if !ok || t.typ == "*" || t.subtype == "*" {
		return nil, &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: "InvalidContentType", Target: "Content-Type",
			Message: "Content-Type must be one media type"}
	}
	if charset := t.param("charset"); charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		return nil, &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: "UnsupportedCharset", Target: "Content-Type",
			Message: "The service reads UTF-8 only"}
	}
	return &t, nil
}

// param is the value of a parameter, empty without.
func (r *mediaRange) param(name string) string {
	for _, p := range r.params {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

func missingContentType() *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "MissingContentType", Target: "Content-Type",
		Message: "A request with a body must say what that is in Content-Type"}
}

func unsupportedMediaType() *odata.Error {
	return &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: "UnsupportedMediaType", Target: "Content-Type",
		Message: "The service does not read this media type here"}
}

// A limiter is a body that can be told how much of it will be read, at most: what
// is in front of the service then also stops reading there.
type limiter interface{ Limit(bytes int64) }

// body is the request's body within a limit in bytes.
func (e *exchange) body(limit int64) (io.Reader, error) {
	if l, ok := e.r.Body.(limiter); ok {
		l.Limit(limit)
	}
	if coding := e.r.Header["Content-Encoding"]; len(coding) > 1 || len(coding) == 1 && !strings.EqualFold(strings.TrimSpace(coding[0]), "identity") {
		return nil, &odata.Error{Kind: odata.KindUnsupportedMediaType, Code: "UnsupportedEncoding", Target: "Content-Encoding",
			Message: "The service does not read compressed bodies"}
	}
	if e.r.ContentLength > limit {
		return nil, bodyTooLarge()
	}
	if e.r.Body == nil {
		return strings.NewReader(""), nil
	}
	return &boundedBody{in: e.r.Body, left: limit}, nil
}

// payloadBody is the body of a payload in one of the formats.
func (e *exchange) payloadBody() (io.Reader, error) { return e.body(e.service.limits.Body) }

// A boundedBody fails when there is more than left. Its errors are *odata.Error,
// so that a client that went away in the middle is not taken for a fault of the
// service.
type boundedBody struct {
	in   io.Reader
	left int64
	err  error
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.in.Read(p)
	if int64(n) > b.left {
		n = int(b.left)
		err = bodyTooLarge()
	}
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		if _, ok := errors.AsType[*odata.Error](err); !ok {
			err = &odata.Error{Kind: odata.KindInvalid, Code: "BodyIncomplete", Err: err,
				Message: "The body of the request is cut off or malformed"}
		}
	}
	b.err = err
	return n, err
}

func bodyTooLarge() *odata.Error {
	return &odata.Error{Kind: odata.KindTooLarge, Code: "BodyTooLarge", Message: "The body of the request is too large"}
}

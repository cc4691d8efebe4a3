package server

import (
	"net/http"

	"github.com/pamodata/pamodata/odata"
)

// measure refuses requests whose parts are too large, before anything looks into
// them. net/http has its own, wider limit for whole heads, so that those within
// it get a proper answer.
//
// The absolute form of a request target is refused, because it names a second
// authority beside Host. Requests with a chunked body are answered as usual, but
// their connection is closed (see harden): if a proxy in front was led to see
// another end of the body, nothing of the rest is taken for a request.
func (x *exchange) measure() error {
	r, limits := x.r, &x.server.config.Limits
	if len(r.RequestURI) > int(limits.URL) {
		return &odata.Error{Kind: odata.KindURITooLong, Code: "UriTooLong", Message: "The address of the request is too long"}
	}
	size := Size(0)
	for name, values := range r.Header {
		for _, value := range values {
			size += Size(len(name) + len(value) + len(": \r\n"))
		}
	}
	if size > limits.Headers {
		return &odata.Error{Kind: odata.KindHeadersTooLarge, Code: "HeadersTooLarge", Message: "The headers of the request are too large"}
	}
	if r.ContentLength > int64(limits.Body) {
		return bodyTooLarge(nil)
	}
	if r.URL.Host != "" && r.Method != http.MethodConnect {
		return &odata.Error{Kind: odata.KindInvalid, Code: "BadRequest", Message: "The target of the request must be a path"}
	}
	return nil
}

// headLimit is net/http's limit for a request's head.
func headLimit(c *Config) int { return int(c.Limits.URL + 2*c.Limits.Headers) }

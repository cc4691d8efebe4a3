package server

import (
	"net/http"
	"slices"
)

// A sitePolicy says whose pages may use the service with the user's credentials.
type sitePolicy struct {
	allowed []string // origins, compared exactly
	origin  *Origin
}

// cors lets pages of the allowed origins read the answer, errors included, and
// answers preflights, which browsers send without credentials. Vary: Origin is
// added to every answer when it is sent.
//
// Protocol: the Fetch standard, CORS protocol. A preflight from another origin
// is refused in words, because without the headers it fails anyway.
func (x *exchange) cors() (answered bool, err error) {
	r := x.r
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return false, nil
	}
	h, fixed := x.answer.Header(), &x.server.headers
	allowed := len(origins) == 1 && slices.Contains(x.server.site.allowed, origins[0])
	if allowed {
		h["Access-Control-Allow-Origin"] = []string{origins[0]}
		h["Access-Control-Allow-Credentials"] = fixed.credentials
		h["Access-Control-Expose-Headers"] = fixed.exposed
	}
	if r.Method != http.MethodOptions || len(r.Header["Access-Control-Request-Method"]) == 0 {
		return false, nil
	}
	if !allowed {
		return false, originNotAllowed()
	}
	delete(h, "Access-Control-Expose-Headers") // means nothing here
	h["Access-Control-Allow-Methods"] = fixed.methods
	h["Access-Control-Allow-Headers"] = fixed.allowed
	h["Access-Control-Max-Age"] = fixed.maxAge
	x.answer.WriteHeader(http.StatusNoContent)
	return true, nil
}

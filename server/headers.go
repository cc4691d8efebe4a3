package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// fixedHeaders are the values of headers that do not depend on the request.
// Their slices are shared between answers: appending to one copies it.
type fixedHeaders struct {
	noSniff, policy, varyOrigin, retrySoon, closing, hsts []string
	credentials, exposed, methods, allowed, maxAge        []string
}

func newFixedHeaders(c Config) fixedHeaders {
	h := fixedHeaders{
		noSniff: []string{"nosniff"},
		// Answers are data: a browser that is made to show one runs nothing in
		// it and lets nobody frame it.
		policy:      []string{"default-src 'none'; frame-ancestors 'none'"},
		varyOrigin:  []string{"Origin"},
		retrySoon:   []string{"1"},
		closing:     []string{"close"},
		credentials: []string{"true"},
		exposed:     []string{"DataServiceVersion, ETag, Location, X-Request-Id"},
		methods:     []string{"GET, HEAD, POST, PUT, PATCH, MERGE, DELETE, OPTIONS"},
		allowed: []string{"content-type, authorization, dataserviceversion, maxdataserviceversion, accept, if-match, " +
			"if-none-match, prefer, x-http-method, slug"},
		maxAge: []string{"600"},
	}
	if c.TLS.HSTS > 0 {
		h.hsts = []string{"max-age=" + strconv.FormatInt(int64(c.TLS.HSTS/time.Second), 10)}
	}
	return h
}

// harden sets the headers that every answer has, refusals included.
func (x *exchange) harden() {
	h, fixed := x.answer.Header(), &x.server.headers
	h["X-Content-Type-Options"] = fixed.noSniff
	h["Content-Security-Policy"] = fixed.policy
	h["Vary"] = fixed.varyOrigin
	if fixed.hsts != nil {
		if scheme, _ := x.server.origin.asked(x.r); scheme == "https" {
			h["Strict-Transport-Security"] = fixed.hsts
		}
	}
	// Outside of a chunked body nothing can hide behind a request, see measure.
	if x.server.stopping.Load() || len(x.r.TransferEncoding) > 0 {
		h["Connection"] = fixed.closing
	}
}

// complete is called when the status is about to be sent. It adds what a
// service may have replaced or cannot know. Vary is there since harden, so that
// most answers are not touched here: to replace a value of a map of headers that
// is full makes it grow.
func (f *fixedHeaders) complete(h http.Header, status int) {
	if vary := h["Vary"]; len(vary) == 0 {
		h["Vary"] = f.varyOrigin
	} else if !names(vary, "Origin") {
		h["Vary"] = append(vary[:len(vary):len(vary)], "Origin")
	}
	if (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && len(h["Retry-After"]) == 0 {
		h["Retry-After"] = f.retrySoon
	}
}

// names reports whether one of the comma-separated lines holds name, or *.
func names(lines []string, name string) bool {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if item = strings.TrimSpace(item); item == "*" || strings.EqualFold(item, name) {
				return true
			}
		}
	}
	return false
}

package server

import (
	"net/http"
	"slices"

	"github.com/pamodata/pamodata/odata"
)

// checkSite refuses writes that another site's page makes with the user's
// credentials. Forms and empty bodies need no preflight, so CORS does not stop
// them.
//
// The rule: Origin, when present, must be an allowed origin or our own. Without
// it, Sec-Fetch-Site, when present, must not be cross-site. Requests with
// neither come from programs, which have no ambient credentials to abuse. GET
// and HEAD change nothing, and OPTIONS does not either.
func (x *exchange) checkSite() error {
	r := x.r
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if origins := r.Header["Origin"]; len(origins) > 0 {
		if len(origins) == 1 && (slices.Contains(x.server.site.allowed, origins[0]) || x.server.site.origin.own(r, origins[0])) {
			return nil
		}
		return originNotAllowed()
	}
	sites := r.Header["Sec-Fetch-Site"]
	if len(sites) == 0 {
		return nil
	}
	switch sites[0] {
	case "same-origin", "same-site", "none":
		if len(sites) == 1 {
			return nil
		}
	}
	return originNotAllowed()
}

func originNotAllowed() error {
	return &odata.Error{Kind: odata.KindForbidden, Code: "OriginNotAllowed", Message: "Pages of this origin may not use the service"}
}

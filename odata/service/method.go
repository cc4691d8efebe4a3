package service

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// knownMethods are the verbs of OData 3.0. MERGE is the older name of PATCH.
var knownMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, methodMerge, http.MethodDelete,
	http.MethodOptions,
}

// effectiveMethod is the verb of the request: that of the request line, or the
// one a POST carries in X-HTTP-Method. Source: OData V3 core, X-HTTP-Method.
func effectiveMethod(r *http.Request) (string, error) {
	if !slices.Contains(knownMethods, r.Method) {
		return "", &odata.Error{Kind: odata.KindNotImplemented, Code: "UnknownMethod",
			Message: "The method is not part of OData"}
	}
	tunnelled := r.Header["X-Http-Method"]
	if len(tunnelled) == 0 {
		return r.Method, nil
	}
	if r.Method != http.MethodPost || len(tunnelled) > 1 {
		return "", invalidTunnel("X-HTTP-Method may be given once, on a POST")
	}
	switch m := strings.TrimSpace(tunnelled[0]); m {
	case http.MethodPut, http.MethodPatch, methodMerge, http.MethodDelete:
		return m, nil
	}
	return "", invalidTunnel("X-HTTP-Method must be PUT, PATCH, MERGE or DELETE")
}

func invalidTunnel(message string) *odata.Error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "InvalidMethod", Message: message, Target: "X-HTTP-Method"}
}

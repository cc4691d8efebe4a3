package server

import (
	"net/http"
	"net/netip"

	"github.com/pamodata/pamodata/odata"
)

// proxySignIn believes the account that a proxy gives in a header. The proxy
// signs callers in, and must remove the header from what they send.
type proxySignIn struct {
	header string // canonical
	peers  []netip.Prefix
	realm  string
}

// Authenticate reads the header and removes it in any case: services see no
// identity but the context's. From an address that is not listed it counts for
// nothing.
func (p *proxySignIn) Authenticate(r *http.Request) (odata.Principal, error) {
	values := r.Header[p.header]
	if len(values) == 0 {
		return odata.Principal{}, ErrNoCredentials
	}
	delete(r.Header, p.header)
	if !within(p.peers, peer(r)) {
		return odata.Principal{}, ErrNoCredentials
	}
	if len(values) > 1 {
		return odata.Principal{}, &SignInError{Method: "proxy", Reason: "the header is there more than once: the proxy does not remove the client's"}
	}
	if accountProblem(values[0]) != "" {
		return odata.Principal{}, &SignInError{Method: "proxy", Reason: "the header does not hold the name of an account"}
	}
	return odata.Principal{Name: values[0], Method: "proxy"}, nil
}

// Challenge names the way, because 401 has to come with a challenge; no client
// can follow it.
func (p *proxySignIn) Challenge() string { return `TrustedProxy realm="` + p.realm + `"` }

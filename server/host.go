package server

import (
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// checkHost refuses requests that do not say, or say wrongly, which host they
// are for: links are made from it, and a page that got its name bound to our
// address (DNS rebinding) is recognised by it.
func (x *exchange) checkHost() error {
	s := x.server
	scheme, host := s.origin.asked(x.r)
	if len(s.hosts) > 0 {
		if !listed(s.hosts, scheme, host) {
			return unknownHost()
		}
		return nil
	}
	if s.origin.public == "" && !validHost(host) {
		return unknownHost()
	}
	return nil
}

// listed reports whether host, which lacks the port that scheme has anyway, is
// one of the allowed: those without a port allow every port.
func listed(allowed []string, scheme, host string) bool {
	name, _ := splitPort(host)
	for _, a := range allowed {
		if strings.EqualFold(a, name) || strings.EqualFold(trimPort(scheme, a), host) {
			return true
		}
	}
	return false
}

func unknownHost() error {
	return &odata.Error{Kind: odata.KindInvalid, Code: "UnknownHost", Message: "The service does not answer for this host"}
}

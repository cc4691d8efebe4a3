package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// An Origin knows how the service looks from outside: the base of links, the
// client's address, and which of the two the proxies in front may decide. It is
// immutable and safe for concurrent use. Services are made before their server;
// [NewOrigin] lets them share the server's view.
type Origin struct {
	publicScheme, publicHost, public string // empty when taken from requests
	proxies                          []netip.Prefix
	rfc7239                          bool // the proxies write Forwarded
}

// NewOrigin reads public_url, trusted_proxies and forwarded_headers of c, which
// must have passed [Config.Check].
func NewOrigin(c Config) *Origin {
	o := &Origin{public: c.PublicURL, proxies: c.TrustedProxies, rfc7239: c.ForwardedHeaders == forwarded}
	o.publicScheme, o.publicHost, _ = strings.Cut(c.PublicURL, "://")
	return o
}

// BaseURL is scheme and authority for links, without a trailing slash:
// "https://pam.example.com". It is public_url where that is configured, and else
// what the client of r asked for.
func (o *Origin) BaseURL(r *http.Request) string {
	if o.public != "" {
		return o.public
	}
	scheme, host := o.asked(r)
	return scheme + "://" + host
}

// asked is the scheme and the host the client asked for, as far as r and the
// trusted proxies tell. The default port is left out. The host is not checked
// against allowed_hosts here.
func (o *Origin) asked(r *http.Request) (scheme, host string) {
	scheme, host = "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if o.Proxied(r) {
		saidScheme, saidHost := o.said(r)
		if saidScheme == "http" || saidScheme == "https" {
			scheme = saidScheme
		}
		if saidHost != "" && validHost(saidHost) {
			host = saidHost
		}
	}
	return scheme, trimPort(scheme, host)
}

// said is what the nearest proxy says that its own client asked for.
func (o *Origin) said(r *http.Request) (scheme, host string) {
	if !o.rfc7239 {
		return strings.ToLower(lastOf(r.Header["X-Forwarded-Proto"])), lastOf(r.Header["X-Forwarded-Host"])
	}
	hops := parseForwarded(r.Header["Forwarded"])
	if len(hops) == 0 {
		return "", ""
	}
	last := hops[len(hops)-1]
	return strings.ToLower(last.proto), last.host
}

// Proxied reports whether r comes from a trusted proxy.
func (o *Origin) Proxied(r *http.Request) bool {
	return len(o.proxies) > 0 && within(o.proxies, peer(r))
}

// ClientAddr is the address of the client: the peer of the connection, or the
// nearest address behind it that is not a trusted proxy. It is the zero Addr
// when unknown.
func (o *Origin) ClientAddr(r *http.Request) netip.Addr {
	client := peer(r)
	if len(o.proxies) == 0 || !within(o.proxies, client) {
		return client
	}
	for hop := range o.hopsBackwards(r) {
		addr, ok := hopAddr(hop)
		if !ok {
			return client // the proxy does not say: it stands for its clients
		}
		client = addr
		if !within(o.proxies, client) {
			return client
		}
	}
	return client
}

// hopsBackwards yields the addresses that the proxies saw, nearest first.
func (o *Origin) hopsBackwards(r *http.Request) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if o.rfc7239 {
			hops := parseForwarded(r.Header["Forwarded"])
			for i := len(hops) - 1; i >= 0; i-- {
				if !yield(hops[i].client) {
					return
				}
			}
			return
		}
		lines := r.Header["X-Forwarded-For"]
		for i := len(lines) - 1; i >= 0; i-- {
			for rest, more := lines[i], true; more; {
				at := strings.LastIndexByte(rest, ',')
				if !yield(strings.TrimSpace(rest[at+1:])) {
					return
				}
				if more = at >= 0; more {
					rest = rest[:at]
				}
			}
		}
	}
}

// own reports whether origin, from the header of that name, is the service
// itself. A page of the same authority under https is taken for our own even
// when r came by http, because a proxy nobody told us about may end TLS; the
// reverse is not.
func (o *Origin) own(r *http.Request, origin string) bool {
	scheme, authority, ok := strings.Cut(origin, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return false
	}
	if scheme == o.publicScheme && strings.EqualFold(authority, o.publicHost) {
		return true
	}
	askedScheme, host := o.asked(r)
	return (scheme == askedScheme || scheme == "https") && strings.EqualFold(trimPort(scheme, authority), trimPort(scheme, host))
}

// peer is the other end of the connection.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// hopAddr reads an address that may have a port.
func hopAddr(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

func within(networks []netip.Prefix, addr netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// lastOf is the last value of a header that is a list.
func lastOf(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	last := lines[len(lines)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}

// validHost reports whether host can stand in a URL as an authority: a name or
// an address, and a port.
func validHost(host string) bool {
	for i := range len(host) {
		switch c := host[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_', c == ':', c == '[', c == ']':
		default:
			return false
		}
	}
	name, port := splitPort(host)
	if name == "" || strings.Trim(port, "0123456789") != "" || len(port) > 5 {
		return false
	}
	if name[0] == '[' {
		addr, err := netip.ParseAddr(strings.TrimSuffix(name[1:], "]"))
		return err == nil && addr.Is6() && strings.HasSuffix(name, "]")
	}
	return !strings.ContainsAny(name, ":[]")
}

// splitPort takes the port off host, if there is one.
func splitPort(host string) (name, port string) {
	at := strings.LastIndexByte(host, ':')
	if at < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:at], host[at+1:]
}

// trimPort leaves out the port that scheme has anyway.
func trimPort(scheme, host string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

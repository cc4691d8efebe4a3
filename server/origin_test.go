package server

import (
	"crypto/tls"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func testOrigin(t *testing.T, publicURL, headers string, proxies ...string) *Origin {
	t.Helper()
	c := Defaults()
	c.PublicURL, c.ForwardedHeaders = publicURL, headers
	for _, p := range proxies {
		network, err := parseNetwork(p)
		if err != nil {
			t.Fatal(err)
		}
		c.TrustedProxies = append(c.TrustedProxies, network)
	}
	return NewOrigin(c)
}

// TestBaseURL: links come from configuration, else from the request, and from
// forwarded headers only where a listed proxy wrote them.
func TestBaseURL(t *testing.T) {
	const trusted, stranger = "Peer: 10.0.0.1:5000", "Peer: 192.0.2.9:5000"
	for _, tt := range []struct {
		name    string
		public  string
		headers []string
		tls     bool
		family  string
		want    string
		why     string
	}{
		{name: "plain", headers: []string{stranger, "Host: pam.example:8086"}, want: "http://pam.example:8086", why: "the request's own host"},
		{name: "TLS", tls: true, headers: []string{stranger, "Host: pam.example"}, want: "https://pam.example", why: "the scheme of the connection"},
		{name: "default port", headers: []string{stranger, "Host: pam.example:80"}, want: "http://pam.example", why: "one spelling per address"},
		{name: "default port of TLS", tls: true, headers: []string{stranger, "Host: pam.example:443"}, want: "https://pam.example", why: "one spelling per address"},
		{name: "configured", public: "https://pam.example.com", headers: []string{trusted, "Host: evil.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http"},
			want: "https://pam.example.com", why: "configuration beats everything"},
		{name: "stranger's headers", headers: []string{stranger, "Host: pam.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil.example;proto=https"},
			want: "http://pam.example", why: "anyone can write them"},
		{name: "proxy's headers", headers: []string{trusted, "Host: inner", "X-Forwarded-Host: pam.example", "X-Forwarded-Proto: https"},
			want: "https://pam.example", why: "the proxy knows what its client asked for"},
		{name: "proxy behind a client's list", headers: []string{trusted, "Host: inner", "X-Forwarded-Host: evil.example, pam.example", "X-Forwarded-Proto: http,https"},
			want: "https://pam.example", why: "what the proxy appended is last"},
		{name: "proxy with several lines", headers: []string{trusted, "Host: inner", "X-Forwarded-Host: evil.example", "X-Forwarded-Host: pam.example"},
			want: "http://pam.example", why: "lines are one list"},
		{name: "the other family", headers: []string{trusted, "Host: inner", "Forwarded: host=evil.example;proto=https"},
			want: "http://inner", why: "a proxy that writes X-Forwarded-* lets a client's Forwarded pass"},
		{name: "Forwarded", family: forwarded, headers: []string{trusted, "Host: inner", `Forwarded: for=1.2.3.4;host=evil.example, for="[2001:db8::1]:47";proto=HTTPS;host="pam.example:8443"`, "X-Forwarded-Host: evil.example"},
			want: "https://pam.example:8443", why: "the last element is the proxy's"},
		{name: "Forwarded with an open quote", family: forwarded, headers: []string{trusted, "Host: inner", `Forwarded: host=evil.example;for="a, for=1.2.3.4;host=pam.example;proto=https`},
			want: "http://inner", why: "a client's quote swallows the proxy's element: nothing is known"},
		{name: "bad host from the proxy", headers: []string{trusted, "Host: inner", "X-Forwarded-Host: a/b"}, want: "http://inner", why: "not an authority"},
		{name: "bad scheme from the proxy", headers: []string{trusted, "Host: inner", "X-Forwarded-Proto: javascript"}, want: "http://inner", why: "HTTP only"},
		{name: "mapped peer", headers: []string{"Peer: [::ffff:10.0.0.1]:5000", "Host: inner", "X-Forwarded-Host: pam.example"}, want: "http://pam.example", why: "dual-stack sockets show IPv4 so"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			family := tt.family
			if family == "" {
				family = xForwarded
			}
			o := testOrigin(t, tt.public, family, "10.0.0.0/24")
			r := httptest.NewRequest("GET", "/", nil)
			setHeaders(r, tt.headers)
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if got := o.BaseURL(r); got != tt.want {
				t.Errorf("BaseURL = %s, want %s: %s", got, tt.want, tt.why)
			}
		})
	}
}

func TestClientAddr(t *testing.T) {
	for _, tt := range []struct {
		name, family string
		headers      []string
		want, why    string
	}{
		{"direct", xForwarded, []string{"Peer: 192.0.2.9:1", "X-Forwarded-For: 1.1.1.1"}, "192.0.2.9", "a stranger's claim"},
		{"one proxy", xForwarded, []string{"Peer: 10.0.0.1:1", "X-Forwarded-For: 6.6.6.6, 1.1.1.1"}, "1.1.1.1", "the last is what the proxy saw"},
		{"two proxies", xForwarded, []string{"Peer: 10.0.0.1:1", "X-Forwarded-For: 6.6.6.6, 1.1.1.1", "X-Forwarded-For: 10.0.0.2"}, "1.1.1.1", "trusted hops are passed over"},
		{"with port", xForwarded, []string{"Peer: 10.0.0.1:1", "X-Forwarded-For: [2001:db8::1]:99"}, "2001:db8::1", "some proxies add it"},
		{"junk", xForwarded, []string{"Peer: 10.0.0.1:1", "X-Forwarded-For: 1.1.1.1, unknown"}, "10.0.0.1", "what stands left of it is not vouched for"},
		{"nothing", xForwarded, []string{"Peer: 10.0.0.1:1"}, "10.0.0.1", "the proxy stands for its clients"},
		{"all trusted", xForwarded, []string{"Peer: 10.0.0.1:1", "X-Forwarded-For: 10.0.0.7"}, "10.0.0.7", "the farthest known"},
		{"forwarded", forwarded, []string{"Peer: 10.0.0.1:1", `Forwarded: for=6.6.6.6, for="[2001:db8::1]:47"`, "X-Forwarded-For: 6.6.6.6"}, "2001:db8::1", "RFC 7239"},
		{"forwarded, hidden", forwarded, []string{"Peer: 10.0.0.1:1", `Forwarded: for=6.6.6.6, for=_hidden`}, "10.0.0.1", "the proxy does not say"},
		{"no address", xForwarded, []string{"Peer: @"}, "invalid IP", "a socket without addresses"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			setHeaders(r, tt.headers)
			if got := testOrigin(t, "", tt.family, "10.0.0.0/24").ClientAddr(r).String(); got != tt.want {
				t.Errorf("ClientAddr = %s, want %s: %s", got, tt.want, tt.why)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		allowed []string
		dev     bool
		public  string
		headers []string
		want    int
		why     string
	}{
		{name: "any", headers: []string{"Host: whatever.example"}, want: 200, why: "no list"},
		{name: "listed", allowed: []string{"pam.example"}, headers: []string{"Host: PAM.example:8086"}, want: 200, why: "no case, any port"},
		{name: "listed with port", allowed: []string{"pam.example:8086"}, headers: []string{"Host: pam.example:8087"}, want: 400, why: "that port only"},
		{name: "listed with the default port", allowed: []string{"pam.example:80"}, headers: []string{"Host: pam.example"}, want: 200, why: "the same address"},
		{name: "client's host through the proxy", allowed: []string{"pam.example"}, headers: []string{"Host: pam.example", "Peer: 10.0.0.1:1", "X-Forwarded-Host: evil.example"}, want: 400, why: "links would be made from it"},
		{name: "unlisted", allowed: []string{"pam.example"}, headers: []string{"Host: evil.example"}, want: 400, why: "poisons links and caches"},
		{name: "suffix", allowed: []string{"pam.example"}, headers: []string{"Host: pam.example.evil.example"}, want: 400, why: "look-alike"},
		{name: "forwarded", allowed: []string{"pam.example"}, headers: []string{"Host: inner", "Peer: 10.0.0.1:1", "X-Forwarded-Host: pam.example"}, want: 200, why: "what the client asked the proxy for"},
		{name: "forwarded by a stranger", allowed: []string{"pam.example"}, headers: []string{"Host: inner", "X-Forwarded-Host: pam.example"}, want: 400, why: "not believed"},
		{name: "no authority", headers: []string{"Host: a/b"}, want: 400, why: "cannot stand in a link"},
		{name: "empty", headers: []string{"Host: "}, want: 400, why: "links need one"},
		{name: "empty with public URL", public: "https://pam.example", headers: []string{"Host: "}, want: 200, why: "links do not need it"},
		{name: "developing", dev: true, headers: []string{"Host: localhost:8086"}, want: 200, why: "loopback name"},
		{name: "developing, rebound name", dev: true, headers: []string{"Host: evil.example:8086"}, want: 400, why: "a page whose name was pointed at 127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newTestServer(t, &fakeService{}, func(c *Config) {
				c.AllowedHosts, c.PublicURL = tt.allowed, tt.public
				if tt.dev {
					c.Auth.DevUser = "dev"
				} else {
					c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
				}
			})
			res := ask(s.Handler(), "GET", "/api/pamresources/x", append([]string{asJen}, tt.headers...)...)
			if res.StatusCode != tt.want {
				t.Errorf("status %d, want %d: %s", res.StatusCode, tt.want, tt.why)
			}
			if tt.want == 400 && codeOf(t, res) != "UnknownHost" {
				t.Errorf("the refusal has a code of its own")
			}
		})
	}
}

func FuzzParseForwarded(f *testing.F) {
	for _, seed := range []string{`for=1.2.3.4;host=a, for="[::1]:5"`, `for="a\"b";;proto = x,,`, `"`, `=,=;=`, `for="a" b;host=c`} {
		f.Add(seed, "x")
	}
	f.Fuzz(func(t *testing.T, before, host string) {
		// A proxy's element behind a client's header on its own line, and behind
		// a comma, is either read as the last one, or nothing is.
		if host == "" || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
			return
		}
		element := "for=192.0.2.1;host=" + host + ";proto=https"
		hops := parseForwarded([]string{before, element})
		if len(hops) == 0 || hops[len(hops)-1] != (hop{"192.0.2.1", "https", host}) {
			t.Errorf("own line: %q, then %q: %v", before, element, hops)
		}
		hops = parseForwarded([]string{before + ", " + element})
		if len(hops) > 0 && hops[len(hops)-1] != (hop{"192.0.2.1", "https", host}) {
			t.Errorf("same line: %q, then %q: %v", before, element, hops)
		}
	})
}

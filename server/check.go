package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	xForwarded = "x-forwarded"
	forwarded  = "forwarded"

	// systemd in the list of addresses stands for inherited sockets.
	systemd = "systemd"
)

// Check reports everything that is wrong with c, as far as it can be seen
// without opening files or addresses. The error is a *[ConfigError].
func (c *Config) Check() error {
	if found := c.check(); len(found) > 0 {
		return &ConfigError{found}
	}
	return nil
}

func (c *Config) check() []Mistake {
	k := checker{config: c}
	k.addresses()
	k.origins()
	k.proxies()
	k.signIn()
	k.devUser()
	k.numbers()
	k.explain()
	return k.found
}

// A checker collects mistakes.
type checker struct {
	config *Config
	found  []Mistake
}

func (k *checker) mistake(key, format string, args ...any) {
	k.found = append(k.found, Mistake{key, k.config.sources[key], fmt.Sprintf(format, args...)})
}

func (k *checker) addresses() {
	c := k.config
	if len(c.Listen) == 0 {
		k.mistake("listen", "there is no address to serve on")
	}
	exposed := ""
	for i, address := range c.Listen {
		if slices.Contains(c.Listen[:i], address) {
			k.mistake("listen", "%q is listed twice", address)
		}
		if address == systemd {
			continue
		}
		if problem := addressProblem(address); problem != "" {
			k.mistake("listen", "%s", problem)
		} else if exposed == "" && !loopbackAddress(address) {
			exposed = address
		}
	}
	if c.Health.Listen != "" {
		if problem := addressProblem(c.Health.Listen); problem != "" {
			k.mistake("health.listen", "%s", problem)
		} else if slices.Contains(c.Listen, c.Health.Listen) && !strings.HasSuffix(c.Health.Listen, ":0") {
			k.mistake("health.listen", "%q is in listen already; leave health.listen empty to share it", c.Health.Listen)
		}
	}
	if (c.TLS.CertFile == "") != (c.TLS.KeyFile == "") {
		key := "tls.cert_file"
		if c.TLS.KeyFile == "" {
			key = "tls.key_file"
		}
		k.mistake(key, "is empty: TLS needs the certificate and its key")
	}
	secure := c.TLS.CertFile != "" || c.TLS.KeyFile != ""
	if !secure && !c.PlainHTTP && exposed != "" {
		k.mistake("plain_http", "%s can be reached from other machines without TLS: give tls.cert_file and tls.key_file, "+
			"listen on a loopback address, or set plain_http to true where the network in between is trusted", exposed)
	}
	if c.TLS.HSTS < 0 {
		k.mistake("tls.hsts", "must not be negative")
	}
}

// addressProblem says what is wrong with host:port.
func addressProblem(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Sprintf("%q is not an address; write host:port, such as 127.0.0.1:8086 or [::1]:8086", address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return fmt.Sprintf("%q has no port between 0 and 65535", address)
	}
	return ""
}

// loopbackAddress reports whether host:port is certain not to be reachable from
// other machines.
func loopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && loopbackName(host)
}

// loopbackName reports whether host, without a port, is this machine alone.
func loopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func (k *checker) origins() {
	c := k.config
	if c.PublicURL != "" {
		if problem := originProblem(c.PublicURL); problem != "" {
			k.mistake("public_url", "%s", problem)
		}
	}
	for _, origin := range c.CORS.Origins {
		if problem := originProblem(origin); problem != "" {
			k.mistake("cors.origins", "%s", problem)
		}
	}
	for _, host := range c.AllowedHosts {
		if host == "" || !validHost(host) {
			k.mistake("allowed_hosts", "%q is not a host name; write pam.example.com or pam.example.com:8086", host)
		}
	}
}

// originProblem says what keeps text from being an origin as browsers write it:
// scheme, host, and the port where it is not the scheme's own.
func originProblem(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" || u.User != nil || !validHost(u.Host) {
		return fmt.Sprintf("%q is not a scheme and a host; write it like https://pam.example.com or http://pam.example.com:8086", text)
	}
	if want := u.Scheme + "://" + trimPort(u.Scheme, strings.ToLower(u.Host)); want != text {
		return fmt.Sprintf("%q must be written as browsers do: %s", text, want)
	}
	return ""
}

func (k *checker) proxies() {
	c := k.config
	if c.ForwardedHeaders != xForwarded && c.ForwardedHeaders != forwarded {
		k.mistake("forwarded_headers", "%q is not %s or %s", c.ForwardedHeaders, xForwarded, forwarded)
	}
	k.notEverybody("trusted_proxies", c.TrustedProxies)
	k.notEverybody("auth.proxy.addresses", c.Auth.Proxy.Addresses)
}

func (k *checker) notEverybody(key string, networks []netip.Prefix) {
	for _, network := range networks {
		if !network.IsValid() || network.Bits() == 0 {
			k.mistake(key, "%s is everybody; list the proxies' own addresses", network)
		}
	}
}

// reservedHeaders carry something else than the name of the caller.
var reservedHeaders = []string{"Authorization", "Cookie", "Host", "Origin", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
	"X-Forwarded-Proto", "X-Request-Id", "Content-Type", "Content-Length", "Accept", "X-Http-Method"}

func (k *checker) signIn() {
	c := k.config
	basic, proxy := c.Auth.Basic.UsersFile != "", c.Auth.Proxy.Header != ""
	if !basic && !proxy && c.Auth.DevUser == "" && len(c.Auth.Proxy.Addresses) == 0 && len(c.Authenticators) == 0 {
		k.mistake("auth", "there is no way to sign in: give auth.basic.users_file, or auth.proxy.header with auth.proxy.addresses, "+
			"or, for development on this machine only, auth.dev_user")
	}
	realms := map[string]bool{}
	for _, entry := range c.Auth.Domains {
		realm, domain, ok := strings.Cut(entry, "=")
		realm = strings.ToLower(realm)
		switch {
		case !ok || realm == "" || domain == "" || strings.ContainsAny(realm, "@\\ ") || strings.ContainsAny(domain, "@\\ ="):
			k.mistake("auth.domains", "%q is not of the form REALM=DOMAIN", entry)
		case realms[realm]:
			k.mistake("auth.domains", "the realm of %q is there twice", entry)
		}
		realms[realm] = true
	}
	if strings.ContainsFunc(c.Auth.Realm, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		k.mistake("auth.realm", "must be plain ASCII text without quotes and backslashes")
	}
	if !proxy && len(c.Auth.Proxy.Addresses) > 0 {
		k.mistake("auth.proxy.header", "is empty, but auth.proxy.addresses is given")
	}
	if proxy && len(c.Auth.Proxy.Addresses) == 0 {
		k.mistake("auth.proxy.addresses", "is empty: without it nobody may send %s", c.Auth.Proxy.Header)
	}
	if proxy {
		name := http.CanonicalHeaderKey(c.Auth.Proxy.Header)
		switch {
		case strings.ContainsFunc(name, func(r rune) bool {
			return !(r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
		}):
			k.mistake("auth.proxy.header", "%q is not the name of a header: letters, digits and dashes", c.Auth.Proxy.Header)
		case slices.Contains(reservedHeaders, name):
			k.mistake("auth.proxy.header", "%s has a meaning of its own; let the proxy use another one, such as X-Remote-User", name)
		}
	}
}

// devUser keeps a service without sign-in away from everybody but its developer.
func (k *checker) devUser() {
	c := k.config
	if c.Auth.DevUser == "" {
		return
	}
	if problem := accountProblem(c.Auth.DevUser); problem != "" {
		k.mistake("auth.dev_user", "%s", problem)
	}
	for _, address := range c.Listen {
		if !loopbackAddress(address) {
			k.mistake("auth.dev_user", "lets everybody in, so every address of listen must be loopback, such as 127.0.0.1:8086; %q is not", address)
		}
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || !loopbackName(u.Hostname())) {
		k.mistake("auth.dev_user", "lets everybody in, so public_url must be loopback or empty; %q is not", c.PublicURL)
	}
	if len(c.TrustedProxies) > 0 || c.Auth.Proxy.Header != "" {
		k.mistake("auth.dev_user", "lets everybody in, also through a proxy on this machine: it cannot be used with trusted_proxies or auth.proxy.header")
	}
}

func (k *checker) numbers() {
	c := k.config
	for _, t := range []struct {
		key   string
		value time.Duration
		least time.Duration
	}{
		{"timeouts.header", c.Timeouts.Header, 1}, {"timeouts.body", c.Timeouts.Body, 1}, {"timeouts.handler", c.Timeouts.Handler, 1},
		{"timeouts.write", c.Timeouts.Write, 1}, {"timeouts.idle", c.Timeouts.Idle, 1}, {"timeouts.shutdown", c.Timeouts.Shutdown, 1},
		{"timeouts.shutdown_delay", c.Timeouts.ShutdownDelay, 0}, {"limits.wait", c.Limits.Wait, 0},
	} {
		if t.value < t.least {
			k.mistake(t.key, "%v is too short; there is no way to switch it off", t.value)
		}
	}
	if c.Timeouts.Write < c.Timeouts.Handler {
		k.mistake("timeouts.write", "%v ends before timeouts.handler, %v", c.Timeouts.Write, c.Timeouts.Handler)
	}
	for _, n := range []struct {
		key         string
		value       int64
		least, most int64
	}{
		{"limits.url", int64(c.Limits.URL), 256, 1 << 20}, {"limits.headers", int64(c.Limits.Headers), 1 << 10, 1 << 20},
		{"limits.body", int64(c.Limits.Body), 1, 1 << 40},
		{"limits.total", int64(c.Limits.Total), 1, 1 << 20}, {"limits.per_caller", int64(c.Limits.PerCaller), 1, 1 << 20},
		{"limits.queue", int64(c.Limits.Queue), 0, 1 << 20},
	} {
		if n.value < n.least || n.value > n.most {
			k.mistake(n.key, "%d is not between %d and %d", n.value, n.least, n.most)
		}
	}
	if c.Limits.PerCaller > c.Limits.Total {
		k.mistake("limits.per_caller", "%d is more than limits.total, %d", c.Limits.PerCaller, c.Limits.Total)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		k.mistake("log.format", "%q is not text or json", c.Log.Format)
	}
}

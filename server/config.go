package server

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/pamodata/pamodata/odata"
)

// A Config is everything the server can be told. Its keys, their units and
// meanings are in [Config.Settings], and nowhere else. Begin with [Defaults], or
// let [Load] do so.
type Config struct {
	Listen           []string
	PlainHTTP        bool
	PublicURL        string
	TrustedProxies   []netip.Prefix
	ForwardedHeaders string
	AllowedHosts     []string

	TLS struct {
		CertFile string
		KeyFile  string
		HSTS     time.Duration
	}

	Auth struct {
		Realm   string
		Domains []string
		Basic   struct {
			UsersFile string
		}
		Proxy struct {
			Header    string
			Addresses []netip.Prefix
		}
		DevUser string
	}

	CORS struct {
		Origins []string
	}

	Timeouts struct {
		Header        time.Duration
		Body          time.Duration
		Handler       time.Duration
		Write         time.Duration
		Idle          time.Duration
		Shutdown      time.Duration
		ShutdownDelay time.Duration
	}

	Limits struct {
		URL       Size
		Headers   Size
		Body      Size
		Total     int
		PerCaller int
		Queue     int
		Wait      time.Duration
	}

	Log struct {
		Format    string
		Level     slog.Level
		SlowQuery time.Duration
	}

	Explain struct {
		Users []string
	}

	Health struct {
		Listen string
	}

	// Authenticators are further ways to sign in. Programs set them; there is
	// no key for them. They come after the proxy header and Basic.
	Authenticators []Authenticator

	// Ready are asked by /readyz, each with a context that ends after two
	// seconds; an error makes the server not ready. Programs set them; there is
	// no key for them.
	Ready []func(context.Context) error

	// SignInRefused is told of each refused attempt to sign in: from where, in which
	// way, as whom if that is a known account, and why. It runs before the answer is
	// sent. Programs set it; there is no key for it.
	SignInRefused func(ctx context.Context, attempt odata.Principal, reason string)

	sources map[string]string // of keys that were given: "--addr"
	extra   []Setting         // of Load
}

// Defaults is the configuration when nothing is given. It lacks a way to sign
// in, so [New] refuses it as it is.
func Defaults() Config {
	var c Config
	c.Listen = []string{"127.0.0.1:8086"}
	c.ForwardedHeaders = xForwarded
	c.Auth.Realm = "pamodata"
	c.Timeouts.Header = 5 * time.Second
	c.Timeouts.Body = 10 * time.Second
	c.Timeouts.Handler = 30 * time.Second
	c.Timeouts.Write = 60 * time.Second
	c.Timeouts.Idle = 60 * time.Second
	c.Timeouts.Shutdown = 30 * time.Second
	c.Limits.URL = 8 << 10
	c.Limits.Headers = 64 << 10
	c.Limits.Body = 16 << 20
	c.Limits.Total = 64
	c.Limits.PerCaller = 8
	c.Limits.Queue = 128
	c.Limits.Wait = time.Second
	c.Log.Format = "text"
	c.Log.SlowQuery = time.Second
	return c
}

// Settings are the keys of the server, bound to c.
func (c *Config) Settings() []Setting {
	return []Setting{
		{Key: "listen", Value: &c.Listen, Flag: "addr",
			Doc: "Addresses to serve on, host:port each. An empty host is every interface; systemd takes over the sockets of a systemd unit."},
		{Key: "plain_http", Value: &c.PlainHTTP,
			Doc: "Serve HTTP without TLS to other machines. Without it only loopback addresses may go without a certificate. Right behind a proxy that ends TLS on another machine, or for old clients in a network you trust: passwords travel readable."},
		{Key: "public_url", Value: &c.PublicURL,
			Doc: "Scheme and authority that clients see, such as https://pam.example.com. Links in answers begin with it. Empty: taken from each request; behind a cache or a proxy, set it."},
		{Key: "trusted_proxies", Value: &c.TrustedProxies,
			Doc: "Addresses or networks of the proxies in front. Only what they say about the client's address, scheme, host and request id is believed."},
		{Key: "forwarded_headers", Value: &c.ForwardedHeaders,
			Doc: "Which headers the trusted proxies write: x-forwarded (X-Forwarded-For, -Proto, -Host) or forwarded (Forwarded, RFC 7239). The others are ignored, because a proxy that does not write them lets the client's pass. Of lists, the last value counts."},
		{Key: "allowed_hosts", Value: &c.AllowedHosts,
			Doc: "Host names the service answers to, with or without a port. Requests for other hosts are refused with 400. Empty: every host, or only loopback names with auth.dev_user."},

		{Key: "tls.cert_file", Value: &c.TLS.CertFile,
			Doc: "PEM file with the certificate and its chain. Empty: no TLS. A changed file is taken up within seconds."},
		{Key: "tls.key_file", Value: &c.TLS.KeyFile,
			Doc: "PEM file with the private key of tls.cert_file."},
		{Key: "tls.hsts", Value: &c.TLS.HSTS,
			Doc: "How long browsers must insist on HTTPS for this host (Strict-Transport-Security). 0s: not sent."},

		{Key: "auth.realm", Value: &c.Auth.Realm,
			Doc: "Name of the service in the sign-in prompt."},
		{Key: "auth.domains", Value: &c.Auth.Domains,
			Doc: `What Kerberos realms are called as domains, such as PRIV.EXAMPLE.COM=PRIV: callers who are named jen@PRIV.EXAMPLE.COM by their sign-in are PRIV\jen then. Realms have no case. Empty: names stay as they are.`},
		{Key: "auth.basic.users_file", Value: &c.Auth.Basic.UsersFile,
			Doc: "File with names and password hashes for HTTP Basic, as kept by the account commands. Empty: no Basic. A changed file is taken up within seconds. Others than its owner and group must not be able to read it."},
		{Key: "auth.proxy.header", Value: &c.Auth.Proxy.Header,
			Doc: "Header in which a proxy that signed the caller in gives the account, such as X-Remote-User. Empty: none. From any address that is not in auth.proxy.addresses the header is ignored and removed."},
		{Key: "auth.proxy.addresses", Value: &c.Auth.Proxy.Addresses,
			Doc: "Addresses or networks from which auth.proxy.header is believed. Those machines can act as anybody."},
		{Key: "auth.dev_user", Value: &c.Auth.DevUser, Flag: "dev-user",
			Doc: "Account that every request without credentials acts as, for development. Works on loopback addresses only and refuses everything else that points at real use."},

		{Key: "cors.origins", Value: &c.CORS.Origins,
			Doc: "Origins of pages on other hosts that may use the service with the user's credentials, such as https://portal.example.com. Compared exactly. Empty: pages of the service's own origin only."},

		{Key: "timeouts.header", Value: &c.Timeouts.Header,
			Doc: "Time for a client to send the head of a request."},
		{Key: "timeouts.body", Value: &c.Timeouts.Body,
			Doc: "Time for each next kilobyte, or the rest, of a body to arrive. Passed: 408."},
		{Key: "timeouts.handler", Value: &c.Timeouts.Handler,
			Doc: "Time for answering a request, from its first to its last byte of work. Passed: 503, or an answer that is cut off."},
		{Key: "timeouts.write", Value: &c.Timeouts.Write,
			Doc: "Time for a client to take the whole answer, from the head of its request on. Passed: the connection is closed. At least timeouts.handler."},
		{Key: "timeouts.idle", Value: &c.Timeouts.Idle,
			Doc: "Time a connection is kept between requests."},
		{Key: "timeouts.shutdown", Value: &c.Timeouts.Shutdown,
			Doc: "Time for running requests to end when the server is told to stop."},
		{Key: "timeouts.shutdown_delay", Value: &c.Timeouts.ShutdownDelay,
			Doc: "Time between telling /readyz that the server stops and refusing new connections, for load balancers that need to notice."},

		{Key: "limits.url", Value: &c.Limits.URL,
			Doc: "Longest path with query. Passed: 414."},
		{Key: "limits.headers", Value: &c.Limits.Headers,
			Doc: "Largest total of a request's headers. Passed: 431."},
		{Key: "limits.body", Value: &c.Limits.Body,
			Doc: "Largest body of any request, streams included; services have narrower limits for other payloads. Passed: 413."},
		{Key: "limits.total", Value: &c.Limits.Total,
			Doc: "Requests worked on at once; further ones wait."},
		{Key: "limits.per_caller", Value: &c.Limits.PerCaller,
			Doc: "Requests of one caller worked on at once; further ones wait. Passed for too long: 429."},
		{Key: "limits.queue", Value: &c.Limits.Queue,
			Doc: "Requests that may wait. Passed: 503 at once."},
		{Key: "limits.wait", Value: &c.Limits.Wait,
			Doc: "Time a request may wait to be worked on. Passed: 503."},

		{Key: "log.format", Value: &c.Log.Format,
			Doc: "Form of the log: text or json."},
		{Key: "log.level", Value: &c.Log.Level,
			Doc: "Least important lines that are logged: debug, info, warn or error. Requests are logged at info."},
		{Key: "log.slow_query", Value: &c.Log.SlowQuery,
			Doc: "Time a query may take before it is logged at warn, with the shape of its request and nothing that the client has chosen. 0s: none is logged."},

		{Key: "explain.users", Value: &c.Explain.Users,
			Doc: "Accounts that may ask how a request would be answered, with the header Prefer: pamodata.explain, and see the SQL of it. Empty: nobody."},

		{Key: "health.listen", Value: &c.Health.Listen,
			Doc: "Address of its own for /healthz and /readyz. Empty: they are served on the addresses of listen."},
	}
}

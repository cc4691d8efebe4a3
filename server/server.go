package server

import (
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/pamodata/pamodata/odata"
)

// A Server puts services on the network. It is safe for concurrent use.
type Server struct {
	config         Config
	logger         *slog.Logger
	origin         *Origin
	headers        fixedHeaders
	site           sitePolicy
	hosts          []string // allowed; empty is every host
	authenticators []Authenticator
	challenges     []string
	gate           *gate
	certificate    *certificate // nil without TLS
	main, health   http.Handler // health is nil when main has it
	stopping       atomic.Bool
}

// New makes a server of services. It opens the files that cfg names and reports
// everything that is wrong at once; mistakes in cfg are a *[ConfigError].
// Logger may be nil for none; [NewLogger] makes one that cfg describes.
func New(cfg Config, logger *slog.Logger, mounts ...Mount) (*Server, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		config: cfg,
		logger: withRequestID(logger),
		origin: NewOrigin(cfg),
		hosts:  cfg.AllowedHosts,
		gate:   newGate(cfg.Limits.Total, cfg.Limits.PerCaller, cfg.Limits.Queue, cfg.Limits.Wait),
	}
	s.headers = newFixedHeaders(cfg)
	s.site = sitePolicy{allowed: cfg.CORS.Origins, origin: s.origin}
	if cfg.Auth.DevUser != "" && len(s.hosts) == 0 {
		s.hosts = []string{"localhost", "127.0.0.1", "[::1]"}
	}
	var opened ConfigError
	if cfg.TLS.CertFile != "" {
		var err error
		if s.certificate, err = loadCertificate(cfg.TLS.CertFile, cfg.TLS.KeyFile, s.logger); err != nil {
			opened.Mistakes = append(opened.Mistakes, Mistake{"tls.cert_file", cfg.sources["tls.cert_file"], err.Error()})
		}
	}
	if err := s.openSignIn(); err != nil {
		opened.Mistakes = append(opened.Mistakes, Mistake{"auth.basic.users_file", cfg.sources["auth.basic.users_file"], err.Error()})
	}
	if len(opened.Mistakes) > 0 {
		return nil, &opened
	}
	return s, s.build(mounts)
}

// build makes the routers.
func (s *Server) build(mounts []Mount) error {
	main := s.newRouter()
	if err := main.mount(mounts); err != nil {
		return err
	}
	health := main
	if s.config.Health.Listen != "" {
		health = s.newRouter()
		s.health = health
	}
	health.checks()
	s.main = main
	return nil
}

// Handler is everything the server answers on the addresses of listen.
func (s *Server) Handler() http.Handler { return s.main }

// HealthHandler is what the server answers on the address of health.listen, or
// nil when that is empty.
func (s *Server) HealthHandler() http.Handler { return s.health }

// BaseURL is [Origin.BaseURL] of this server.
func (s *Server) BaseURL(r *http.Request) string { return s.origin.BaseURL(r) }

// serve is the life of a request, from net/http to the service and back:
//
//	net/http      heads within timeouts.header; HTTP/1.1, and HTTP/2 with TLS
//	   │          echo finds the target                            router.go
//	   ▼
//	open          the exchange begins                                exchange.go
//	│ identify    request id, taken over from trusted proxies only   requestid.go
//	│ harden      headers that every answer has                      headers.go
//	│ guardBody   the body's limit and time                          body.go
//	│ cors        headers for allowed origins; 204 for a preflight   cors.go
//	│ measure     414 URL, 431 headers, 413 body, 400 absolute form  limits.go
//	│     ├──────────────────────────────────► health answers here   health.go
//	│ checkHost   400 for hosts that are not ours                    host.go
//	│ checkSite   403 for writes from other sites                    crosssite.go
//	│     ├──────────────────────────────────► 404 without a service mount.go
//	│ signIn      401, 429; the caller goes into the context         auth.go
//	│ gate        429, 503; one of the places to work at             gate.go
//	│   bound     the context ends in time                           deadline.go
//	│   │
//	│   ▼
//	│   the service
//	│   │
//	│   settle    503 for a service that ran out of time             deadline.go
//	▼ refuse      any error above: the service's own error body      refuse.go
//	close         500 after a panic; the line in the log             recover.go, log.go
//
// The steps before sign-in cost little. CORS is among the first, because pages
// can read a refusal only with its headers, and browsers send no credentials
// with a preflight. Nothing here starts a goroutine or a timer for a request
// that does not wait.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, t *target) {
	x := s.open(w, r, t)
	defer x.close()
	if err := x.run(); err != nil {
		x.refuse(err)
	}
}

func (x *exchange) run() error {
	s := x.server
	x.identify()
	x.harden()
	x.guardBody()
	if answered, err := x.cors(); answered || err != nil {
		return err
	}
	if err := x.measure(); err != nil {
		return err
	}
	if x.target.health != nil {
		return x.target.health(x)
	}
	if err := x.checkHost(); err != nil {
		return err
	}
	if err := x.checkSite(); err != nil {
		return err
	}
	if x.target.service == nil {
		return odata.NotFound()
	}
	if err := x.signIn(); err != nil {
		return err
	}
	place, err := s.gate.enter(x.r.Context(), x.caller.Name)
	if err != nil {
		return err
	}
	defer s.gate.leave(place)
	x.bound()
	x.target.service.ServeHTTP(&x.answer, x.r)
	return x.settle()
}

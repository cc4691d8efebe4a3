package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync/atomic"
)

// A certificate is the one in effect. Changed files are taken up with the next
// handshake; files that do not fit together leave the old one in place.
type certificate struct {
	certFile, keyFile string
	watch             *watch
	logger            *slog.Logger
	loaded            atomic.Pointer[tls.Certificate]
}

func loadCertificate(certFile, keyFile string, logger *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, watch: newWatch(certFile, keyFile), logger: logger}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("the certificate and its key (%s) cannot be used: %w", keyFile, err)
	}
	c.loaded.Store(&pair)
	return c, nil
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if c.watch.changed() {
		if pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile); err != nil {
			c.logger.Error("the certificate has changed and cannot be used; the former one stays", "error", err.Error())
		} else {
			c.loaded.Store(&pair)
			c.logger.Info("the certificate has changed", "not_after", pair.Leaf.NotAfter)
		}
	}
	return c.loaded.Load(), nil
}

// tlsConfig is nil for a server without TLS.
func (s *Server) tlsConfig() *tls.Config {
	if s.certificate == nil {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.certificate.get}
}

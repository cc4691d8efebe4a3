package audit

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// HTTPConfig says where an [HTTPSink] posts events to.
type HTTPConfig struct {
	// Name is that of the sink.
	Name string

	// URL is https, or http to a loopback address. It has neither a user nor a query.
	URL string

	// AllowPlaintext lets events and the token go unencrypted to http URLs of other
	// machines.
	AllowPlaintext bool

	// CAFile has the certificates, in PEM, of those who may vouch for the receiver.
	// Empty means those whom the system trusts. It is read once.
	CAFile string

	// TokenFile has a bearer token; a line break at the end is left out. It is read for
	// each request, so that it can be changed. Empty means none.
	TokenFile string
}

// An HTTPSink posts events as lines of JSON, application/x-ndjson, several in a
// request. A status from 200 to 299 says that the receiver has all of them. The header
// Pamodata-Events has the sequence numbers of the first and the last one, such as
// 17-23. Redirects are not followed, and proxies are those of the environment.
type HTTPSink struct {
	config HTTPConfig
	client *http.Client
}

// NewHTTPSink makes a sink. It sends nothing yet. The error tells every mistake in the
// configuration.
func NewHTTPSink(c HTTPConfig) (*HTTPSink, error) {
	mistakes := []error{checkURL(c.URL, c.AllowPlaintext)}
	if c.TokenFile != "" {
		_, err := readToken(c.TokenFile)
		mistakes = append(mistakes, err)
	}
	encryption, err := encryptionOf(c.CAFile)
	if err := errors.Join(append(mistakes, err)...); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return &HTTPSink{c, &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        encryption,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxAnswer,
			DisableCompression:     true,
		},
		// A redirect would take the events and the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

const maxAnswer = 64 << 10

func checkURL(text string, plaintext bool) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		// The text is not repeated, there may be a password in it.
		return errors.New("the URL has the form https://host/path, without a user or a query")
	}
	switch {
	case u.Scheme == "https", u.Scheme == "http" && (plaintext || loopback(u.Hostname())):
		return nil
	case u.Scheme == "http":
		return errors.New("the URL would send events unencrypted: use https, or allow plaintext")
	}
	return errors.New("the URL's scheme is https or http")
}

func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost"
}

// readToken reads a bearer token. Errors do not repeat it.
func readToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if token == "" || len(token) > 4<<10 || strings.IndexFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return "", fmt.Errorf("%s is not a bearer token: it is empty, too long, or has characters that a header cannot have", file)
	}
	return token, nil
}

// encryptionOf is how receivers are recognized.
func encryptionOf(authorities string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if authorities == "" {
		return c, nil
	}
	text, err := os.ReadFile(authorities)
	if err != nil {
		return nil, err
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate in PEM", authorities)
	}
	return c, nil
}

// Name is the name under which its position is stored.
func (s *HTTPSink) Name() string { return s.config.Name }

// Confirms is true: the receiver says that it has the events.
func (s *HTTPSink) Confirms() bool { return true }

// Write posts events in one request.
func (s *HTTPSink) Write(ctx context.Context, events []Event) error {
	var body []byte
	for i := range events {
		body = append(append(body, events[i].Line()...), '\n')
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address is not valid")
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("User-Agent", "pamodata")
	request.Header.Set("Pamodata-Events", fmt.Sprintf("%d-%d", events[0].Sequence, events[len(events)-1].Sequence))
	if s.config.TokenFile != "" {
		token, err := readToken(s.config.TokenFile)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return failure(ctx, err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)) // so that the connection can be used again
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("the receiver's answer has the status %d", response.StatusCode)
	}
	return nil
}

// failure is an error of the client without what was answered, which errors of
// package http repeat.
func failure(ctx context.Context, err error) error {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &network):
		return network
	case errors.As(err, &certificate):
		return certificate
	case errors.Is(err, http.ErrSchemeMismatch):
		return http.ErrSchemeMismatch
	}
	return errors.New("the answer is not one of HTTP, or the connection has ended before it")
}

// Close ends the connections.
func (s *HTTPSink) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

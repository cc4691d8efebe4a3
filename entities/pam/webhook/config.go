package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Config says where the web service is.
type Config struct {
	// URL is where calls are posted to: https, or http to a loopback address. It has
	// neither a user nor a query.
	URL string

	// AllowPlaintext lets phone numbers and the token go unencrypted to http URLs of
	// other machines.
	AllowPlaintext bool

	// CAFile has the certificates, in PEM, of those who may vouch for the web service.
	// Empty means those whom the system trusts. It is read once.
	CAFile string

	// TokenFile has a bearer token, and KeyFile the key of signatures, of at least 16
	// bytes. A line break at the end is left out. Both are read for each request, so they can
	// be changed. At least one of them is needed.
	TokenFile string
	KeyFile   string

	// Timeout is for a request and its answer; 0 means 10 seconds.
	Timeout time.Duration

	// PhoneOptional asks the web service also about users without a phone number, for
	// those that reach users in another way. Otherwise the call fails.
	PhoneOptional bool

	// Now is the clock of timestamps; nil means time.Now.
	Now func() time.Time
}

const (
	defaultTimeout = 10 * time.Second
	minKey         = 16
	maxSecret      = 4 << 10
)

// New returns a factor that asks a web service. It sends nothing yet. The error tells
// every mistake in the configuration. Proxies are those of the environment, as with
// all of Go's programs.
func New(c Config) (*Factor, error) {
	var mistakes []error
	address, err := checkURL(c.URL, c.AllowPlaintext)
	mistakes = append(mistakes, err)
	if c.TokenFile == "" && c.KeyFile == "" {
		mistakes = append(mistakes, errors.New("a token file or a key file is needed: the web service must know who asks"))
	}
	if c.TokenFile != "" {
		_, err := readToken(c.TokenFile)
		mistakes = append(mistakes, err)
	}
	if c.KeyFile != "" {
		_, err := readKey(c.KeyFile)
		mistakes = append(mistakes, err)
	}
	encryption := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile != "" {
		encryption.RootCAs, err = readAuthorities(c.CAFile)
		mistakes = append(mistakes, err)
	}
	if c.Timeout < 0 {
		mistakes = append(mistakes, errors.New("the timeout cannot be negative"))
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Factor{
		config: c,
		url:    strings.TrimSuffix(address.String(), "/"),
		client: &http.Client{
			Transport: &http.Transport{
				Proxy:                  http.ProxyFromEnvironment,
				TLSClientConfig:        encryption,
				ForceAttemptHTTP2:      true,
				MaxIdleConnsPerHost:    4,
				IdleConnTimeout:        time.Minute,
				MaxResponseHeaderBytes: maxAnswer,
				DisableCompression:     true,
			},
			// A redirect would take the phone number and the token elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func checkURL(text string, plaintext bool) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		// The text is not repeated, there may be a password in it.
		return nil, errors.New("the URL has the form https://host/path, without a user or a query")
	}
	switch u.Scheme {
	case "https":
	case "http":
		if !plaintext && !loopback(u.Hostname()) {
			return nil, errors.New("the URL would send phone numbers unencrypted: use https, or allow plaintext")
		}
	default:
		return nil, errors.New("the URL's scheme is https or http")
	}
	return u, nil
}

func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost"
}

func readToken(file string) (string, error) {
	token, err := readSecret(file)
	if err != nil {
		return "", err
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return "", fmt.Errorf("%s is not a bearer token: it has characters that a header cannot have", file)
		}
	}
	return token, nil
}

func readKey(file string) ([]byte, error) {
	key, err := readSecret(file)
	if err == nil && len(key) < minKey {
		err = fmt.Errorf("the key in %s has fewer than %d bytes", file, minKey)
	}
	return []byte(key), err
}

func readSecret(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if secret == "" || len(secret) > maxSecret {
		return "", fmt.Errorf("%s is empty or longer than %d bytes", file, maxSecret)
	}
	return secret, nil
}

func readAuthorities(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate in PEM", file)
	}
	return pool, nil
}

package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// get asks for url as Jen and returns the status.
func get(client *http.Client, url string) (int, error) {
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return 0, err
	}
	setHeaders(r, []string{asJen})
	res, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// TestShutdown: readiness goes off, running requests end, Run returns nil.
func TestShutdown(t *testing.T) {
	service := &fakeService{}
	let := make(chan struct{})
	service.do = func(w http.ResponseWriter, r *http.Request) {
		<-let
		if r.Context().Err() != nil {
			t.Error("the context of a running request goes on")
		}
		_, _ = io.WriteString(w, "done")
	}
	s := newTestServer(t, service, func(c *Config) { c.Timeouts.ShutdownDelay = 200 * time.Millisecond })
	l := loopback(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()

	base := "http://" + l.Addr().String()
	status := make(chan int, 1)
	go func() {
		got, err := get(http.DefaultClient, base+"/api/pamresources/")
		if err != nil {
			t.Error(err)
		}
		status <- got
	}()
	waitFor(t, func() bool { return service.reached() == 1 })
	stop()
	waitFor(t, s.stopping.Load)
	if got, err := get(http.DefaultClient, base+"/readyz"); err != nil || got != 503 {
		t.Errorf("readyz %d, %v: it goes off before connections are refused", got, err)
	}
	select {
	case err := <-ended:
		t.Fatalf("ended with a request running: %v", err)
	default:
	}
	close(let)
	if got := <-status; got != 200 {
		t.Errorf("status %d of the running request", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the address is still open")
	}
}

// TestShutdownOfStuckRequests: what does not end in time is cut off.
func TestShutdownOfStuckRequests(t *testing.T) {
	service := &fakeService{}
	cut := make(chan struct{})
	service.do = func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(cut)
		panic(http.ErrAbortHandler)
	}
	s := newTestServer(t, service, func(c *Config) { c.Timeouts.Shutdown = 50 * time.Millisecond })
	l := loopback(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	broken := make(chan error, 1)
	go func() {
		_, err := get(http.DefaultClient, "http://"+l.Addr().String()+"/api/pamresources/")
		broken <- err
	}()
	waitFor(t, func() bool { return service.reached() == 1 })
	stop()
	<-cut
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "1 requests did not end within 50ms") {
		t.Errorf("Serve: %v", err)
	}
	if <-broken == nil {
		t.Error("the client must see that its request did not end")
	}
}

func TestRun(t *testing.T) {
	log := &lockedBuffer{}
	s := newLoggedServer(t, &fakeService{}, log, func(c *Config) {
		c.Listen = []string{"127.0.0.1:0", "localhost:0"}
		c.Health.Listen = "127.0.0.1:0"
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	waitFor(t, func() bool {
		return len(log.lines(t, "serving")) == 2 && len(log.lines(t, "serving health checks")) == 1
	})
	for _, line := range log.lines(t, "serving") {
		if got, err := get(http.DefaultClient, "http://"+line["address"].(string)+"/api/pamresources/"); err != nil || got != 200 {
			t.Errorf("status %d, %v", got, err)
		}
	}
	health := log.lines(t, "serving health checks")[0]["address"].(string)
	if got, err := get(http.DefaultClient, "http://"+health+"/readyz"); err != nil || got != 200 {
		t.Errorf("readyz %d, %v", got, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestRunOnTakenAddress(t *testing.T) {
	taken := loopback(t)
	defer taken.Close()
	for _, tt := range []struct {
		key    string
		change func(*Config)
	}{
		{"listen", func(c *Config) { c.Listen = []string{"127.0.0.1:0", taken.Addr().String()} }},
		{"health.listen", func(c *Config) { c.Health.Listen = taken.Addr().String(); c.Listen = []string{"127.0.0.1:0"} }},
		{"listen", func(c *Config) { c.Listen = []string{systemd} }},
	} {
		s := newTestServer(t, &fakeService{}, tt.change)
		var bad *ConfigError
		if err := s.Run(t.Context()); !errors.As(err, &bad) || bad.Mistakes[0].Key != tt.key {
			t.Errorf("Run: %v, want a mistake of %s", err, tt.key)
		}
	}
}

func TestDevUserLooksAtWhatWasOpened(t *testing.T) {
	s := newTestServer(t, &fakeService{}, func(c *Config) { c.Auth.DevUser = "dev" })
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "auth.dev_user") {
		t.Errorf("Serve: %v", err)
	}
	if _, err := l.Accept(); err == nil {
		t.Error("the listener stays open")
	}
}

// writePair makes a certificate with the serial number.
func writePair(t *testing.T, dir string, serial int64) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// TestTLS: a changed certificate is taken up, a broken one is not, HTTP/2 is
// spoken, and old versions of TLS are not.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := writePair(t, dir, 1)
	service := &fakeService{}
	service.do = func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			service.WriteError(w, r, err)
			return
		}
		_, _ = io.WriteString(w, r.Proto+strconv.Itoa(len(body)))
	}
	s := newTestServer(t, service, func(c *Config) {
		c.TLS.CertFile, c.TLS.KeyFile = certFile, keyFile
		c.Limits.Body = 1000
	})
	s.certificate.watch.every = 0
	l := loopback(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()

	serial := func() int64 {
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	writePair(t, dir, 2)
	if got := serial(); got != 2 {
		t.Errorf("certificate %d: a changed one is taken up", got)
	}
	if err := os.WriteFile(certFile, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("certificate %d: a broken one is not", got)
	}
	writePair(t, dir, 3)
	if got := serial(); got != 3 {
		t.Errorf("certificate %d: a mended one is", got)
	}
	if conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		conn.Close()
		t.Error("TLS 1.1 is spoken")
	}

	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for size, want := range map[int]string{0: "200 HTTP/2.00", 1000: "200 HTTP/2.01000", 1001: "413 BodyTooLarge"} {
		r, _ := http.NewRequest("POST", "https://"+l.Addr().String()+"/api/pamresources/", io.NopCloser(strings.NewReader(strings.Repeat("x", size))))
		setHeaders(r, []string{asJen})
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got := strconv.Itoa(res.StatusCode) + " "
		if res.StatusCode == 200 {
			body, _ := io.ReadAll(res.Body)
			got += string(body)
		} else {
			got += codeOf(t, res)
		}
		res.Body.Close()
		if got != want {
			t.Errorf("%d bytes over HTTP/2: %s, want %s", size, got, want)
		}
	}
	client.CloseIdleConnections()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/server"
)

// hello is a service; package odata/service makes real ones.
type hello struct{}

func (hello) Root() string { return "/hello/" }

func (hello) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	caller, _ := odata.PrincipalFrom(r.Context())
	fmt.Fprintf(w, "Hello %s\n", caller.Name)
}

func (hello) WriteError(w http.ResponseWriter, _ *http.Request, err error) {
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, "%s\n", odata.AsError(err).Code)
}

func Example() {
	cfg := server.Defaults()
	cfg.Auth.DevUser = `PRIV\Jen`
	s, err := server.New(cfg, nil, server.Mount{Service: hello{}})
	if err != nil {
		fmt.Println(err)
		return
	}

	ask := func(method, path, origin string) {
		r := httptest.NewRequest(method, "http://localhost"+path, nil)
		r.RequestURI, r.URL.Scheme, r.URL.Host = path, "", "" // as it arrives
		r.RemoteAddr = "127.0.0.1:50000"
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		fmt.Printf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	ask("GET", "/hello/", "")
	ask("POST", "/hello/", "https://evil.example")
	ask("GET", "/healthz", "")
	// Output:
	// GET /hello/: 200 Hello PRIV\Jen
	// POST /hello/: 403 OriginNotAllowed
	// GET /healthz: 200
}

func ExampleConfigError() {
	cfg := server.Defaults()
	cfg.Listen = []string{"0.0.0.0:8086"}
	cfg.Log.Format = "xml"
	_, err := server.New(cfg, nil)
	fmt.Println(err)
	// Output:
	// the configuration is not valid
	//   plain_http: 0.0.0.0:8086 can be reached from other machines without TLS: give tls.cert_file and tls.key_file, listen on a loopback address, or set plain_http to true where the network in between is trusted
	//   auth: there is no way to sign in: give auth.basic.users_file, or auth.proxy.header with auth.proxy.addresses, or, for development on this machine only, auth.dev_user
	//   log.format: "xml" is not text or json
}

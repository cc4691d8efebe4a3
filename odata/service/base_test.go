package service_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
)

// TestBaseURL: links begin with what the configuration says, else with what the
// client asked for.
func TestBaseURL(t *testing.T) {
	configured := func(c *service.Config) {
		c.Profile = odata.Profile{JSON: true}
		c.BaseURL = func(*http.Request) string { return "https://pam.example" }
	}
	plain := func(c *service.Config) { c.Profile = odata.Profile{JSON: true} }
	for _, tt := range []struct {
		name    string
		change  func(*service.Config)
		request string // as on the wire; %s is the address of the server
		want    string
		why     string
	}{
		{"configured", configured, "GET /svc/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", "https://pam.example/svc/$metadata", "a request cannot change it"},
		{"from the request", plain, "GET /svc/ HTTP/1.1\r\nHost: h:99\r\n\r\n", "http://h:99/svc/$metadata", "the client's own words"},
		{"no host", plain, "GET /svc/ HTTP/1.0\r\n\r\n", "http://%s/svc/$metadata", "HTTP/1.0 needs none"},
		{"forwarded", plain, "GET /svc/ HTTP/1.1\r\nHost: h\r\nX-Forwarded-Host: evil.example\r\n\r\n", "http://h/svc/$metadata", "the service believes no forwarded headers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(demoService(t, tt.change))
			defer server.Close()
			address := server.Listener.Addr().String()
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, tt.request); err != nil {
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			want := `{"odata.metadata":"` + strings.Replace(tt.want, "%s", address, 1) + `"`
			if !strings.HasPrefix(string(body), want) {
				t.Errorf("%s does not begin with %s: %s", body, want, tt.why)
			}
		})
	}
}

package entities_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/server"
)

// TestLimits: bodies, addresses and headers within their limits, and just above.
func TestLimits(t *testing.T) {
	s := newSite(t, nil)
	form := of(pamtest.Plain, "60") + "&more="
	fill := func(n int) string { return form + strings.Repeat("x", n-len(form)) }
	s.create(t, jen, of(pamtest.Approval, "60"))
	act := "pamrequeststoapprove(guid'" + pamtest.ID(9, 2).String() + "')/Approve"
	var many strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&many, "a%d&", i)
	}
	for _, tt := range []struct {
		name   string
		q      request
		status int
		code   string
	}{
		{"64 KiB of form", request{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: fill(64 << 10)}, 201, ""},
		{"a byte more", request{account: jen, method: "POST", path: "pamrequests", header: []string{formType}, body: fill(64<<10 + 1)}, 413, "BodyTooLarge"},
		{"64 KiB that are ignored", request{account: jen, method: "POST", path: "pamrequests(guid'" + pamtest.ID(9, 3).String() + "')/Close", header: []string{"Content-Type: x/y"}, body: fill(64 << 10)}, 200, ""},
		{"a byte more is not", request{account: jen, method: "POST", path: "pamrequests(guid'" + pamtest.ID(9, 3).String() + "')/Close", header: []string{"Content-Type: x/y"}, body: fill(64<<10 + 1)}, 413, "BodyTooLarge"},
		{"a reason that is too long", request{account: omar, method: "POST", path: act, header: []string{formType}, body: "Reason=" + strings.Repeat("x", 4001)}, 400, "InvalidReason"},
		{"a reason that is not", request{account: omar, method: "POST", path: act, header: []string{formType}, body: "Reason=" + strings.Repeat("%C5%99", 4000)}, 200, ""},
		{"an address of 8 KiB", request{account: jen, method: "GET", path: pad("/api/pamresources/sessioninfo?_=", 8<<10)}, 200, ""},
		{"a byte more", request{account: jen, method: "GET", path: pad("/api/pamresources/sessioninfo?_=", 8<<10+1)}, 414, "UriTooLong"},
		{"a filter that is deep", request{account: jen, method: "GET", path: "pamrequests?$filter=" + strings.Repeat("(", 1000) + "true" + strings.Repeat(")", 1000)}, 400, "InvalidFilter"},
		{"a filter that is wide", request{account: jen, method: "GET", path: "pamrequests?$filter=true" + strings.Repeat("+or+true", 900)}, 400, "InvalidFilter"},
		{"much to sort by", request{account: jen, method: "GET", path: "pamrequests?$orderby=RoleId" + strings.Repeat(",RoleId", 1000)}, 400, "BadRequest"},
		{"many options that nobody knows", request{account: jen, method: "GET", path: "pamrequests?" + many.String()}, 200, ""},
		{"large headers", request{account: jen, method: "GET", path: "pamrequests", header: []string{"X: " + strings.Repeat("x", 65<<10)}}, 431, "HeadersTooLarge"},
		{"a large number", request{account: jen, method: "GET", path: "pamrequests?$top=99999999999"}, 400, "BadRequest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, s, tt.q)
			code := ""
			if a.Status >= 400 {
				code, _ = codeOf(t, a)
			}
			if a.Status != tt.status || code != tt.code {
				t.Errorf("%d %s, want %d %s\n%.300s", a.Status, code, tt.status, tt.code, a.Body)
			}
		})
	}
}

func pad(path string, length int) string { return path + strings.Repeat("x", length-len(path)) }

// TestBehindProxy: links and the context begin with what is configured, or with what
// a proxy that is trusted says.
func TestBehindProxy(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*server.Config, *pam.Config)
		header []string
		want   string
	}{
		{"host", nil, []string{"Host: pam.example:8086"}, "http://pam.example:8086"},
		{"forwarded by nobody we know", nil, []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"}, "http://host"},
		{"forwarded", func(c *server.Config, _ *pam.Config) {
			c.TrustedProxies = append(c.TrustedProxies, netip.MustParsePrefix("192.0.2.0/24"))
		},
			[]string{"X-Forwarded-Host: pam.example", "X-Forwarded-Proto: https"}, "https://pam.example"},
		{"configured", func(c *server.Config, _ *pam.Config) { c.PublicURL = "https://pam.example" }, []string{"Host: inside"}, "https://pam.example"},
	} {
		s := newSite(t, tt.change)
		a := s.must(t, http.StatusCreated, request{account: jen, method: "POST", path: "pamrequests", header: append([]string{formType}, tt.header...), body: of(pamtest.Plain, "60")})
		if want := tt.want + "/api/pamresources/pamrequests(guid'" + pamtest.ID(9, 1).String() + "')"; a.Header.Get("Location") != want {
			t.Errorf("%s: Location %s, want %s", tt.name, a.Header.Get("Location"), want)
		}
		if want := `{"odata.metadata":"` + tt.want + "/api/pamresources/%24metadata#pamrequests/@Element\""; !strings.HasPrefix(a.Body, want) {
			t.Errorf("%s: %s, want %s", tt.name, a.Body, want)
		}
	}
}

package ldap_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam/ldap"
)

func TestMistakesInTheConfiguration(t *testing.T) {
	noPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noPEM, []byte("not PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(*ldap.Config)
		want   string // in the error; empty for none
	}{
		{"the least", func(*ldap.Config) {}, ""},
		{"port left out", func(c *ldap.Config) { c.URLs = []string{"ldaps://dc1.example"} }, ""},
		{"slash at the end", func(c *ldap.Config) { c.URLs = []string{"ldaps://dc1.example/"} }, ""},
		{"StartTLS elsewhere", func(c *ldap.Config) { c.URLs, c.StartTLS = []string{"ldap://dc1.example"}, true }, ""},
		{"plaintext elsewhere, allowed", func(c *ldap.Config) { c.URLs, c.AllowPlaintext = []string{"ldap://dc1.example"}, true }, ""},
		{"plaintext to this machine", func(c *ldap.Config) { c.URLs = []string{"ldap://[::1]:389", "ldap://localhost"} }, ""},
		{"numeric attribute", func(c *ldap.Config) { c.Member = "1.2.840.113556.1.2.1" }, ""},
		{"expiring for sure", func(c *ldap.Config) { c.Expiring = ldap.ExpiringOn }, ""},
		{"no URL", func(c *ldap.Config) { c.URLs = nil }, "the URL of a server is missing"},
		{"plaintext elsewhere", func(c *ldap.Config) { c.URLs = []string{"ldap://dc1.example"} }, "unencrypted"},
		{"plaintext to what begins like loopback", func(c *ldap.Config) { c.URLs = []string{"ldap://127.0.0.1.example"} }, "unencrypted"},
		{"other scheme", func(c *ldap.Config) { c.URLs = []string{"https://dc1.example"} }, "the scheme is ldaps or ldap"},
		{"no scheme", func(c *ldap.Config) { c.URLs = []string{"dc1.example:636"} }, "has the form"},
		{"password in the URL", func(c *ldap.Config) { c.URLs = []string{"ldaps://me:secret@dc1.example"} }, "has the form"},
		{"path", func(c *ldap.Config) { c.URLs = []string{"ldaps://dc1.example/dc=example"} }, "has the form"},
		{"no account", func(c *ldap.Config) { c.BindDN = "" }, "bind DN"},
		{"no password", func(c *ldap.Config) { c.Password = "" }, "password"},
		{"two passwords", func(c *ldap.Config) { c.PasswordFile = "x" }, "not both"},
		{"no CA file", func(c *ldap.Config) { c.CAFile = noPEM + "x" }, "no such file"},
		{"CA file without a certificate", func(c *ldap.Config) { c.CAFile = noPEM }, "no certificate"},
		{"negative timeout", func(c *ldap.Config) { c.Timeout = -time.Second }, "negative"},
		{"negative connections", func(c *ldap.Config) { c.Connections = -1 }, "negative"},
		{"no base", func(c *ldap.Config) { c.BaseDN = "" }, "base DN is missing"},
		{"base not a DN", func(c *ldap.Config) { c.BaseDN = "people" }, "base DN"},
		{"filter without account", func(c *ldap.Config) { c.Filter = "(uid=anna)" }, "%s"},
		{"filter not closed", func(c *ldap.Config) { c.Filter = "(uid=%s" }, "the filter"},
		{"attribute", func(c *ldap.Config) { c.Member = "member)(x" }, "attribute"},
		{"placeholder not a DN", func(c *ldap.Config) { c.Placeholder = "nobody" }, "placeholder"},
		{"placeholder among names", func(c *ldap.Config) { c.Member, c.Placeholder = "memberUid", "cn=nobody" }, "placeholder"},
		{"ends of names", func(c *ldap.Config) { c.Member, c.Expiring = "memberUid", ldap.ExpiringOn }, "end by themselves"},
		{"expiring", func(c *ldap.Config) { c.Expiring = "perhaps" }, "auto, on and off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := ldap.Config{URLs: []string{"ldaps://dc1.example:636"}, BindDN: "cn=pam,dc=example", Password: "secret", BaseDN: "dc=example"}
			test.change(&config)
			g, err := ldap.Open(config)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("%v, and there is no mistake", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %v, without %q", err, test.want)
			case err != nil && strings.Contains(err.Error(), "secret"):
				t.Errorf("the password is in the error: %v", err)
			case err == nil:
				g.Close()
			}
		})
	}
	_, err := ldap.Open(ldap.Config{Filter: "x"})
	for _, part := range []string{"bind DN", "password", "base DN", "filter", "URL"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in %v: mistakes are told all at once", part, err)
		}
	}
}

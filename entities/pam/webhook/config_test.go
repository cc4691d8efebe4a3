package webhook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam/webhook"
)

func TestMistakesInTheConfiguration(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*webhook.Config)
		want   string // in the error; empty for none
	}{
		{"https", func(*webhook.Config) {}, ""},
		{"loopback", func(c *webhook.Config) { c.URL = "http://127.0.0.1:9000/factor" }, ""},
		{"loopback, IPv6", func(c *webhook.Config) { c.URL = "http://[::1]:9000" }, ""},
		{"localhost", func(c *webhook.Config) { c.URL = "http://localhost:9000" }, ""},
		{"http allowed", func(c *webhook.Config) { c.URL, c.AllowPlaintext = "http://mfa.example", true }, ""},
		{"key instead of token", func(c *webhook.Config) { c.TokenFile, c.KeyFile = "", secret(t, key) }, ""},
		{"http", func(c *webhook.Config) { c.URL = "http://mfa.example" }, "unencrypted"},
		{"http to what begins like loopback", func(c *webhook.Config) { c.URL = "http://127.0.0.1.example" }, "unencrypted"},
		{"no URL", func(c *webhook.Config) { c.URL = "" }, "has the form"},
		{"no host", func(c *webhook.Config) { c.URL = "https:///factor" }, "has the form"},
		{"user", func(c *webhook.Config) { c.URL = "https://me:secret@mfa.example" }, "has the form"},
		{"query", func(c *webhook.Config) { c.URL = "https://mfa.example/?key=secret" }, "has the form"},
		{"fragment", func(c *webhook.Config) { c.URL = "https://mfa.example/#a" }, "has the form"},
		{"scheme", func(c *webhook.Config) { c.URL = "ftp://mfa.example" }, "scheme"},
		{"neither token nor key", func(c *webhook.Config) { c.TokenFile = "" }, "who asks"},
		{"no token file", func(c *webhook.Config) { c.TokenFile += "x" }, "no such file"},
		{"empty token", func(c *webhook.Config) { c.TokenFile = secret(t, "\n") }, "empty"},
		{"token with a line", func(c *webhook.Config) { c.TokenFile = secret(t, "secret\nsecret") }, "bearer token"},
		{"short key", func(c *webhook.Config) { c.KeyFile = secret(t, "secret") }, "fewer than 16 bytes"},
		{"authority not PEM", func(c *webhook.Config) { c.CAFile = secret(t, "x") }, "certificate"},
		{"negative timeout", func(c *webhook.Config) { c.Timeout = -time.Second }, "negative"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := webhook.Config{URL: "https://mfa.example/factor", TokenFile: secret(t, "token-secret")}
			test.change(&config)
			_, err := webhook.New(config)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("%v, and there is no mistake", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %v, without %q", err, test.want)
			case err != nil && strings.Contains(strings.ReplaceAll(err.Error(), "/secret", ""), "secret"):
				t.Errorf("a secret is in the error: %v", err)
			}
		})
	}
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/server"
)

// TestSettingsAreMapped: what keys say arrives at the desk, and what is printed can be
// read again.
func TestSettingsAreMapped(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "pamodata.yaml")
	keep(t, folder, "pamodata.yaml", `
store: postgres://jen:tr0ub4dor@db.example/pam
node: one
zone: Europe/Prague
deny_self_approval: true
ttl: {min: 1m, max: 8h, policy: refuse}
requests: {max_open: 20, max_open_per_role: 2, max_ahead: 48h}
deadlines: {mfa: 1m, approval: 24h, grant: 2m, call: 3s, answer: 4s}
mfa: {poll: 1s}
auth: {dev_user: PRIV\anna}
`)
	var printed bytes.Buffer
	for range 2 {
		c := newServe()
		cfg, own, err := load(c, file, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.deskConfig(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		words := []any{got.Node, got.Zone.String(), got.DenySelfApproval, got.MinTTL, got.MaxTTL, got.RefuseLongTTL, got.MaxOpen, got.MaxOpenPerRole,
			got.MaxAhead, got.FactorTimeout, got.ApprovalTimeout, got.GrantTimeout, got.CallTimeout, got.Within, got.FactorPoll}
		want := []any{"one", "Europe/Prague", true, time.Minute, 8 * time.Hour, true, 20, 2,
			48 * time.Hour, time.Minute, 24 * time.Hour, 2 * time.Minute, 3 * time.Second, 4 * time.Second, time.Second}
		if diff := cmp.Diff(want, words); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if own.Store != "postgres://jen@db.example/pam" {
			t.Errorf("store %q: the password is apart", own.Store)
		}
		printed.Reset()
		if err := cfg.Print(&printed); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(printed.String(), "tr0ub4dor") {
			t.Error("the password is printed")
		}
		if err := os.WriteFile(file, printed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSettingMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		why        string
	}{
		{"nothing", "", nil, "the defaults are good"},
		{"numbers", "requests: {max_open: 0}\nttl: {min: 2h, max: 1h}\ndeadlines: {mfa: 0s}", []string{"deadlines.mfa", "ttl.min", "requests.max_open"}, "bounds"},
		{"answers that come too late", "deadlines: {answer: 30s}", []string{"deadlines.answer"}, "the request would have ended"},
		{"words", "granter: AD\nttl: {policy: reject}\nldap: {expiring: maybe}\nzone: Nowhere", []string{"zone", "ttl.policy", "granter", "ldap.expiring"}, "one of some"},
		{"unknown key", "granter: journal\nldapp: {urls: []}", []string{"ldapp.urls"}, "a misspelt key is not ignored"},
		{"form", "zone: [UTC]", []string{"zone"}, "each mistake once"},
		{"store", "store: mysql://db/pam", []string{"store"}, "two kinds of database"},
		{"store without a path", "store: 'sqlite://'", []string{"store"}, "nothing to open"},
		{"password of a file", "store: pam.db\nstore_password_file: secret", []string{"store_password_file"}, "it has none"},
		{"receivers", "audit: {syslog: 'http://host', require: [syslog, pager, file], retention: 1h}",
			[]string{"audit.require", "audit.require", "audit.retention", "audit.syslog"}, "each of them"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			keep(t, folder, "pamodata.yaml", "auth: {dev_user: PRIV\\anna}\n"+tt.text)
			_, _, err := load(newServe(), filepath.Join(folder, "pamodata.yaml"), nil)
			var got []string
			if err != nil {
				wrong, ok := err.(*server.ConfigError)
				if !ok {
					t.Fatal(err)
				}
				for _, m := range wrong.Mistakes {
					got = append(got, m.Key)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%v", tt.why, diff, err)
			}
		})
	}
}

// TestTarget: the password comes to the URL for the database alone.
func TestTarget(t *testing.T) {
	folder := t.TempDir()
	keep(t, folder, "secret", "p@ss word\n")
	keep(t, folder, "empty", "\n")
	t.Setenv("PGUSER", "omar")
	for _, tt := range []struct {
		name, store, file, want string
		why                     string
	}{
		{"none", "", "", "", "a temporary store"},
		{"file", "sqlite:///var/lib/pam.db", "", "sqlite:///var/lib/pam.db", "a file has no password"},
		{"no password", "postgres://jen@db/pam", "", "postgres://jen@db/pam", "PGPASSWORD or a password file has it"},
		{"in the URL", "postgres://jen:a%2Fb@db/pam?sslmode=verify-full", "", "postgres://jen:a%2Fb@db/pam?sslmode=verify-full", "as it was given"},
		{"in a file", "postgres://jen@db/pam", "secret", "postgres://jen:p%40ss%20word@db/pam", "escaped"},
		{"file wins", "postgres://jen:old@db/pam", "secret", "postgres://jen:p%40ss%20word@db/pam", "it was said last"},
		{"without a user", "postgres://db/pam", "secret", "postgres://omar:p%40ss%20word@db/pam", "as psql decides"},
		{"user as an option", "postgres://db/pam?user=eva", "secret", "postgres://eva:p%40ss%20word@db/pam?user=eva", "as psql decides"},
		{"empty file", "postgres://db/pam", "empty", "", "no password is a mistake"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSettings()
			s.Store = tt.store
			if tt.file != "" {
				s.StorePass = filepath.Join(folder, tt.file)
			}
			s.takePassword()
			if strings.Contains(s.Store, "a%2Fb") || strings.Contains(s.Store, "old") {
				t.Errorf("store %q has the password", s.Store)
			}
			got, err := s.target()
			if (err != nil) != (tt.file == "empty") || got != tt.want {
				t.Errorf("%s: %q %v, want %q", tt.why, got, err, tt.want)
			}
		})
	}
}

func TestTTLText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"3600", "1h"}, {"90", "1m30s"}, {"1h30m", "1h30m"}, {"2d", "2d"}, {"48h", "2d"}, {"1d12h", "36h"}, {"1d1s", "24h0m1s"}, {"0", "0s"},
		{"-1", ""}, {"1.5s", ""}, {"soon", ""}, {"d", ""}, {"-1d", ""}, {"9999999999999", ""}, {"1000000d", ""}, {"", ""}, {"1d 2h", ""},
	} {
		d, err := parseTTL(tt.text)
		if err != nil {
			if tt.want != "" {
				t.Errorf("%q: %v", tt.text, err)
			}
			continue
		}
		if got := ttlText(d); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.text, got, tt.want)
		}
		if again, err := parseTTL(ttlText(d)); err != nil || again != d {
			t.Errorf("%q is read again as %v %v", ttlText(d), again, err)
		}
	}
}

// TestShown: what a terminal would act on is in quotes.
func TestShown(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`PRIV\Jen`, `PRIV\Jen`}, {"Žofie 山田", "Žofie 山田"}, {"\x1b[31mred", `"\x1b[31mred"`}, {"two\nlines", `"two\nlines"`},
		{"right\u202eleft", `"right\u202eleft"`}, {"blank ", `"blank "`}, {"", ""},
	} {
		if got := shown(tt.text); got != tt.want {
			t.Errorf("%q is shown as %s, want %s", tt.text, got, tt.want)
		}
	}
}

// TestExample: the example is a configuration that can be used, and recommends what it
// should.
func TestExample(t *testing.T) {
	cfg, own, err := load(newServe(), "example.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !own.DenySelf || own.Granter != granterLDAP || cfg.TLS.CertFile == "" {
		t.Error("the example has lost what it recommends")
	}
}

// TestSeparate: each mistake of a section is told by itself, without what was put
// before all of them.
func TestSeparate(t *testing.T) {
	a, b, c := errors.New("a"), errors.New("b"), errors.New("c")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"one", a, "ldap: a"},
		{"one that was joined", fmt.Errorf("prefix: %w", errors.Join(errors.Join(a), nil)), "ldap: a"},
		{"several", fmt.Errorf("prefix: %w", errors.Join(errors.Join(a, b), c)), "ldap: a|ldap: b|ldap: c"},
		{"one with its cause", fmt.Errorf("file: %w", a), "ldap: file: a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wrong, ok := inSection("ldap", tt.err).(*server.ConfigError)
			if !ok {
				t.Fatal("no mistakes of a configuration")
			}
			var got []string
			for _, m := range wrong.Mistakes {
				got = append(got, m.String())
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

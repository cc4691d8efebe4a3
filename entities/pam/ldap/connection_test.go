package ldap_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam/ldap"
	"github.com/pamodata/pamodata/entities/pam/ldap/ldaptest"
)

func TestServerRestarts(t *testing.T) {
	s := directory(t)
	g := open(t, configOf(s))
	if err := g.Grant(soon(t), userOf("anna"), hour("dns")); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); err == nil || isPermanent(err) {
		t.Errorf("Revoke without a server: %v: the server may come back", err)
	}
	s.Restart(t)
	if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); err != nil {
		t.Error(err)
	}
	s.Stop()
	s.Restart(t)
	if err := g.Grant(soon(t), userOf("anna"), hour("dns")); err != nil {
		t.Errorf("the first call after a restart: %v", err)
	}
	if !holds(t, s, "dns", dnOf("anna")) {
		t.Error("the membership is missing")
	}
}

func TestConnectionIsLost(t *testing.T) {
	s := directory(t)
	r := newRelay(t, s.Address())
	config := configOf(s)
	config.URLs = []string{r.url()}
	g := open(t, config)
	for range 3 {
		if err := g.Grant(soon(t), userOf("anna"), hour("dns")); err != nil {
			t.Fatal(err)
		}
		r.kill()
		if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); err != nil {
			t.Fatalf("after the connection was lost: %v", err)
		}
	}
	before := r.accepted.Load()
	r.swallow.Store(true)
	if err := g.Grant(soon(t), userOf("anna"), hour("dns")); err != nil {
		t.Errorf("the answer to the add was lost: %v", err)
	}
	if !holds(t, s, "dns", dnOf("anna")) {
		t.Error("the membership is missing")
	}
	r.swallow.Store(true)
	if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); err != nil {
		t.Errorf("the answer to the removal was lost: %v", err)
	}
	if holds(t, s, "dns", dnOf("anna")) {
		t.Error("the membership is still there")
	}
	if got := r.accepted.Load() - before; got != 2 {
		t.Errorf("%d connections were made, not one for each answer lost", got)
	}
}

func TestSlowServer(t *testing.T) {
	s := directory(t)
	config := configOf(s)
	config.Timeout = time.Hour // only the context ends a call
	g := open(t, config)
	r := newRelay(t, s.Address())
	config.URLs, config.Timeout = []string{r.url()}, 150*time.Millisecond
	hasty := open(t, config)
	if err := g.Check(soon(t)); err != nil {
		t.Fatal(err)
	}
	ctx := soon(t)
	for hasty.Check(ctx) != nil && ctx.Err() == nil { // again, as a busy machine is slow
	}
	connected := r.accepted.Load()
	s.Pause()
	if err := hasty.Grant(soon(t), userOf("anna"), hour("dns")); err == nil || isPermanent(err) {
		t.Errorf("Grant without an answer: %v: the server may answer later", err)
	}
	if n := r.accepted.Load() - connected; n != 0 {
		t.Errorf("%d more connections: a server that is slow is not asked twice in one call", n)
	}
	if err := hasty.Check(soon(t)); err == nil || !strings.Contains(err.Error(), "in time") {
		t.Errorf("connecting without an answer: %v", err)
	}
	short, done := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer done()
	if err := g.Grant(short, userOf("anna"), hour("dns")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the context has ended, and Grant says %v", err)
	}
	s.Resume()
	if err := g.Grant(soon(t), userOf("anna"), hour("dns")); err != nil {
		t.Errorf("when the server answers again: %v", err)
	}
	for hasty.Grant(ctx, userOf("anna"), hour("dns")) != nil && ctx.Err() == nil {
	}
	if ctx.Err() != nil {
		t.Error("the server answers again, and is not noticed")
	}
}

// TestSilentServer connects to one that never says anything, in each way to connect.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, test := range []struct {
		scheme string
		start  bool
	}{{"ldap", false}, {"ldap", true}, {"ldaps", false}} {
		g := open(t, ldap.Config{URLs: []string{test.scheme + "://" + listener.Addr().String()}, StartTLS: test.start,
			BindDN: servant, Password: servantPassword, BaseDN: ldaptest.People, Timeout: 20 * time.Millisecond})
		if err := g.Check(soon(t)); err == nil || isPermanent(err) {
			t.Errorf("%s, StartTLS %v: %v", test.scheme, test.start, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := g.Check(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, StartTLS %v: the context has ended, and Check says %v", test.scheme, test.start, err)
		}
	}
}

func TestFailover(t *testing.T) {
	s := directory(t)
	one, two := newRelay(t, s.Address()), newRelay(t, s.Address())
	config := configOf(s)
	config.URLs = []string{one.url(), two.url()}
	g := open(t, config)
	step := func(why string, first, second int32) {
		t.Helper()
		if err := g.Check(soon(t)); err != nil {
			t.Fatalf("%s: %v", why, err)
		}
		if a, b := one.accepted.Load(), two.accepted.Load(); a != first || b != second {
			t.Errorf("%s: %d connections to the first and %d to the second, not %d and %d", why, a, b, first, second)
		}
	}
	step("the first is used while it answers", 1, 0)
	step("and its connection kept", 1, 0)
	one.listener.Close()
	one.kill()
	step("then the second", 1, 1)
	two.kill()
	step("and that as long as it answers", 1, 2)
	two.listener.Close()
	two.kill()
	err := g.Check(soon(t))
	if err == nil || isPermanent(err) || !strings.Contains(err.Error(), one.url()) || !strings.Contains(err.Error(), two.url()) {
		t.Errorf("with neither: %v: it should name both, and not be permanent", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	const users = 20
	s := directory(t)
	r := newRelay(t, s.Address())
	for i := range users {
		addUser(t, s, fmt.Sprintf("user%d", i))
	}
	config := configOf(s)
	config.URLs, config.Connections = []string{r.url()}, 3
	g := open(t, config)
	var running sync.WaitGroup
	for i := range users {
		running.Go(func() {
			user := userOf(fmt.Sprintf("user%d", i))
			for round := range 3 {
				if err := g.Grant(soon(t), user, hour("dns", "mail")); err != nil {
					t.Error(err)
				}
				if found, err := g.Inspect(soon(t), user, groupsOf("dns", "mail")); err != nil || len(found) != 2 {
					t.Errorf("Inspect: %v, %v", found, err)
				}
				if round == 2 && i%2 == 0 {
					continue // stays
				}
				if err := g.Revoke(soon(t), user, groupsOf("dns", "mail")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	for _, name := range []string{"dns", "mail"} {
		if got, want := len(s.Values(t, groupOf(name).Target, "member")), users/2+1; got != want {
			t.Errorf("%s has %d members, not %d", name, got, want)
		}
	}
	if n := r.accepted.Load(); n > 3 {
		t.Errorf("%d connections were made, where 3 are allowed", n)
	}
}

func TestTLS(t *testing.T) {
	s := directory(t)
	for _, test := range []struct {
		name   string
		url    string
		change func(*ldap.Config)
		ok     bool
		why    string
	}{
		{"ldaps with the authority", s.SecureURL(), func(c *ldap.Config) { c.CAFile = s.CAFile }, true, "the authority vouches for the server"},
		{"StartTLS with the authority", s.URL(), func(c *ldap.Config) { c.StartTLS, c.CAFile = true, s.CAFile }, true, "the authority vouches for the server"},
		{"ldaps without", s.SecureURL(), func(*ldap.Config) {}, false, "the system does not know the authority"},
		{"StartTLS without", s.URL(), func(c *ldap.Config) { c.StartTLS = true }, false, "the system does not know the authority"},
		{"ldaps by another name", strings.Replace(s.SecureURL(), "127.0.0.1", "localhost", 1), func(c *ldap.Config) { c.CAFile = s.CAFile }, false, "the certificate is for 127.0.0.1"},
		{"ldaps unverified", s.SecureURL(), func(c *ldap.Config) { c.SkipVerify = true }, true, "verification was switched off"},
		{"ldaps to a port without TLS", strings.Replace(s.URL(), "ldap:", "ldaps:", 1), func(c *ldap.Config) { c.CAFile = s.CAFile }, false, "TLS was asked for"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := configOf(s)
			config.URLs = []string{test.url}
			test.change(&config)
			g := open(t, config)
			err := g.Grant(soon(t), userOf("anna"), hour("dns"))
			if (err == nil) != test.ok || isPermanent(err) {
				t.Errorf("%v: %s", err, test.why)
			}
			if err := g.Revoke(soon(t), userOf("anna"), groupsOf("dns")); (err == nil) != test.ok {
				t.Errorf("%v: %s", err, test.why)
			}
		})
	}
}

func TestWrongPassword(t *testing.T) {
	s := directory(t)
	r := newRelay(t, s.Address())
	file := filepath.Join(t.TempDir(), "password")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const wrong = "hunter2-wrong"
	write(wrong + "\n")
	now := time.Now()
	config := configOf(s)
	config.URLs, config.Password, config.PasswordFile = []string{r.url(), r.url()}, "", file
	config.Now = func() time.Time { return now }
	g := open(t, config)
	expect := func(why string, connections int32, ok bool) {
		t.Helper()
		err := g.Check(soon(t))
		if (err == nil) != ok || isPermanent(err) {
			t.Errorf("%s: %v", why, err)
		}
		if err != nil && strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: the password is in the error: %v", why, err)
		}
		if n := r.accepted.Load(); n != connections {
			t.Errorf("%s: %d connections, not %d", why, n, connections)
		}
	}
	expect("a wrong password is tried once, not on every server", 1, false)
	expect("and not again at once, servers lock accounts", 1, false)
	now = now.Add(time.Minute)
	expect("but after a while", 2, false)
	write("")
	expect("an empty one is never sent, it would be accepted from nobody", 2, false)
	write(servantPassword + "\r\n")
	expect("another one is tried at once", 3, true)
}

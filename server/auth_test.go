package server

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
)

func basicHeader(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// basicServer has the account PRIV\Jen with the password s:ecret.
func basicServer(t *testing.T, service *fakeService, log *lockedBuffer, change ...func(*Config)) *Server {
	t.Helper()
	path := writeUsers(t, `PRIV\Jen:`+cheapHash(t, "s:ecret")+"\n")
	return newLoggedServer(t, service, log, append([]func(*Config){func(c *Config) {
		c.Authenticators = nil
		c.Auth.Basic.UsersFile = path
	}}, change...)...)
}

func TestBasic(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
		caller  string
		user    string // in the log
		why     string
	}{
		{name: "right", headers: []string{basicHeader(`PRIV\Jen`, "s:ecret")}, want: 200, caller: `PRIV\Jen`, why: "the password has a colon"},
		{name: "other case", headers: []string{basicHeader(`priv\JEN`, "s:ecret")}, want: 200, caller: `PRIV\Jen`, why: "the account is as in the file"},
		{name: "scheme in lower case", headers: []string{strings.Replace(basicHeader(`PRIV\Jen`, "s:ecret"), "Basic", "basic", 1)}, want: 200, caller: `PRIV\Jen`, why: "schemes have no case"},
		{name: "none", want: 401, why: "no anonymous access"},
		{name: "wrong password", headers: []string{basicHeader(`PRIV\Jen`, "secret")}, want: 401, user: `PRIV\Jen`, why: "the operator sees whose"},
		{name: "unknown", headers: []string{basicHeader("s:ecret", "x")}, want: 401, user: "-", why: "people type passwords into the wrong field"},
		{name: "empty password", headers: []string{basicHeader(`PRIV\Jen`, "")}, want: 401, user: "-", why: "never right"},
		{name: "no colon", headers: []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("jen"))}, want: 401, user: "-", why: "malformed"},
		{name: "no base64", headers: []string{"Authorization: Basic %%%"}, want: 401, user: "-", why: "malformed"},
		{name: "control characters", headers: []string{basicHeader("PRIV\\Jen\x00", "s:ecret")}, want: 401, user: "-", why: "malformed"},
		{name: "another scheme", headers: []string{"Authorization: Bearer abc"}, want: 401, why: "nobody here knows it"},
		{name: "two headers", headers: []string{basicHeader(`PRIV\Jen`, "s:ecret"), basicHeader("bob", "x")}, want: 401, user: "-", why: "which of them?"},
		{name: "very long", headers: []string{basicHeader(`PRIV\Jen`, strings.Repeat("x", 40<<10))}, want: 401, user: "-", why: "not worth hashing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			service, log := &fakeService{}, &lockedBuffer{}
			s := basicServer(t, service, log)
			var told []string
			s.config.SignInRefused = func(_ context.Context, attempt odata.Principal, reason string) {
				if attempt.Address != "192.0.2.1" || attempt.Request == "" || reason == "" {
					t.Errorf("the refusal is told as %+v, %q", attempt, reason)
				}
				told = append(told, attempt.Name)
			}
			for range 2 { // the second time, what was right is remembered
				log.b.Reset()
				res := ask(s.Handler(), "GET", "/api/pamresources/x", tt.headers...)
				if res.StatusCode != tt.want {
					t.Fatalf("status %d, want %d: %s", res.StatusCode, tt.want, tt.why)
				}
				if tt.want == 200 {
					caller, _ := odata.PrincipalFrom(service.seen[len(service.seen)-1].Context())
					if diff := cmp.Diff(odata.Principal{Name: tt.caller, Method: "basic", Address: "192.0.2.1", Request: res.Header.Get("X-Request-Id")}, caller); diff != "" {
						t.Errorf("caller (-want +got):\n%s", diff)
					}
					continue
				}
				if service.reached() > 0 {
					t.Error("the service was reached")
				}
				if got := res.Header.Get("WWW-Authenticate"); got != `Basic realm="pamodata", charset="UTF-8"` {
					t.Errorf("WWW-Authenticate: %s", got)
				}
				if codeOf(t, res) != "Unauthorized" || res.Header.Get("X-Written-By") != "service" {
					t.Error("the body is the service's")
				}
				failures := log.lines(t, "auth.failed")
				if (tt.user != "") != (len(failures) == 1) {
					t.Fatalf("%d failures in the log: %s", len(failures), log)
				}
				if len(told) != len(failures) {
					t.Errorf("%d refusals are told, %d logged", len(told), len(failures))
				}
				told = nil
				if len(failures) == 1 {
					user, given := failures[0]["user"]
					if given != (tt.user != "-") || given && user != tt.user {
						t.Errorf("the log has user %v, want %s: %s", user, tt.user, tt.why)
					}
				}
				if strings.Contains(log.String(), "ecret") {
					t.Errorf("the log has a password: %s", log)
				}
			}
		})
	}
}

func TestBasicRemembersUntilTheFileChanges(t *testing.T) {
	service := &fakeService{}
	s := basicServer(t, service, &lockedBuffer{})
	basic := s.authenticators[0].(*basicSignIn)
	basic.users.watch.every = 0
	header := basicHeader(`PRIV\Jen`, "s:ecret")
	if res := ask(s.Handler(), "GET", "/api/pamresources/", header); res.StatusCode != 200 {
		t.Fatalf("status %d", res.StatusCode)
	}
	if len(basic.known.entries) != 1 {
		t.Fatalf("%d remembered: a correct one is", len(basic.known.entries))
	}
	basic.checking = nil // a check would block for ever
	if res := ask(s.Handler(), "GET", "/api/pamresources/", header); res.StatusCode != 200 {
		t.Fatalf("status %d: the password must not be checked again", res.StatusCode)
	}
	basic.checking = make(chan struct{}, 1)

	path := s.config.Auth.Basic.UsersFile
	if err := os.WriteFile(path, []byte(`PRIV\Jen:junk`), 0o600); err != nil {
		t.Fatal(err)
	}
	if res := ask(s.Handler(), "GET", "/api/pamresources/", header); res.StatusCode != 200 {
		t.Errorf("status %d: a file that cannot be read changes nothing", res.StatusCode)
	}
	if err := os.WriteFile(path, []byte(`PRIV\Jen:`+cheapHash(t, "changed")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if res := ask(s.Handler(), "GET", "/api/pamresources/", header); res.StatusCode != 401 {
		t.Errorf("status %d: the old password is refused at once", res.StatusCode)
	}
	if res := ask(s.Handler(), "GET", "/api/pamresources/", basicHeader(`PRIV\Jen`, "changed")); res.StatusCode != 200 {
		t.Errorf("status %d: the new password works", res.StatusCode)
	}
}

// TestBasicDoesNotQueueForever: a request whose password cannot be checked soon
// is told to come back, and counts for nothing.
func TestBasicDoesNotQueueForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := basicServer(t, &fakeService{}, &lockedBuffer{})
		basic := s.authenticators[0].(*basicSignIn)
		basic.checking = make(chan struct{}) // every place is taken
		begin := time.Now()
		res := ask(s.Handler(), "GET", "/api/pamresources/", basicHeader(`PRIV\Jen`, "s:ecret"))
		if res.StatusCode != 503 || res.Header.Get("Retry-After") != "5" || time.Since(begin) != checkWait {
			t.Errorf("status %d, Retry-After %q after %v", res.StatusCode, res.Header.Get("Retry-After"), time.Since(begin))
		}
		for network, paid := range basic.attempts.paid {
			if paid.After(begin) {
				t.Errorf("%v has paid until %v", network, paid)
			}
		}
	})
}

func TestBasicIsBounded(t *testing.T) {
	var known knownCredentials
	known.begin()
	users := NewUsers("x")
	for i := range 3 * mostKnown {
		known.add(known.tag(strconv.Itoa(i)), users, odata.Principal{})
	}
	if n := len(known.entries); n > mostKnown {
		t.Errorf("%d credentials remembered, want at most %d", n, mostKnown)
	}
}

func TestWrongPasswordsAreThrottled(t *testing.T) {
	service, log := &fakeService{}, &lockedBuffer{}
	s := basicServer(t, service, log)
	now := time.Now()
	s.authenticators[0].(*basicSignIn).attempts.clock = func() time.Time { return now }
	right, wrong := basicHeader(`PRIV\Jen`, "s:ecret"), basicHeader(`PRIV\Jen`, "no")
	get := func(headers ...string) *http.Response {
		return ask(s.Handler(), "GET", "/api/pamresources/", headers...)
	}
	for range attemptsAtOnce {
		if res := get(wrong, "Peer: 192.0.2.1:1"); res.StatusCode != 401 {
			t.Fatalf("status %d", res.StatusCode)
		}
	}
	res := get(wrong, "Peer: 192.0.2.1:2")
	if res.StatusCode != 429 || codeOf(t, res) != "TooManyFailedSignIns" {
		t.Errorf("status %d: attempts are counted per address", res.StatusCode)
	}
	if after, _ := strconv.Atoi(res.Header.Get("Retry-After")); after < 1 || after > 6 {
		t.Errorf("Retry-After %d", after)
	}
	if res := get(right, "Peer: 192.0.2.1:3"); res.StatusCode != 429 {
		t.Errorf("status %d: even the right password is not looked at", res.StatusCode)
	}
	if res := get(right, "Peer: 192.0.2.2:1"); res.StatusCode != 200 {
		t.Errorf("status %d: other addresses are served", res.StatusCode)
	}
	if res := get(right, "Peer: 192.0.2.1:3"); res.StatusCode != 200 {
		t.Errorf("status %d: who is signed in already stays so", res.StatusCode)
	}
	now = now.Add(attemptEvery)
	if res := get(wrong, "Peer: 192.0.2.1:4"); res.StatusCode != 401 {
		t.Errorf("status %d: after a while there is another attempt", res.StatusCode)
	}
}

func TestThrottle(t *testing.T) {
	now := time.Unix(1e9, 0)
	th := newThrottle(2, time.Minute)
	th.clock = func() time.Time { return now }
	a := netip.MustParseAddr("2001:db8::1")
	if th.take(a) > 0 || th.take(netip.MustParseAddr("2001:db8::2")) > 0 {
		t.Error("two at once are fine")
	}
	if wait := th.take(netip.MustParseAddr("2001:db8::3")); wait != time.Minute {
		t.Errorf("wait %v: a /64 counts as one address", wait)
	}
	th.giveBack(a)
	if wait := th.take(a); wait > 0 {
		t.Errorf("wait %v: good attempts do not count", wait)
	}
	if wait := th.take(netip.Addr{}); wait > 0 {
		t.Errorf("wait %v: an unknown address is one of its own", wait)
	}
	for i := range 2 * mostThrottled {
		th.take(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	if n := len(th.paid); n > mostThrottled {
		t.Errorf("%d addresses remembered, want at most %d", n, mostThrottled)
	}
	now = now.Add(time.Hour)
	th.take(netip.MustParseAddr("10.1.1.1"))
	if n := len(th.paid); n != 1 {
		t.Errorf("%d addresses remembered: quiet ones are forgotten when room is needed", n)
	}
}

func TestProxyHeader(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
		caller  string
		why     string
	}{
		{name: "from the proxy", headers: []string{"Peer: 10.0.0.1:9", `X-Remote-User: PRIV\Jen`}, want: 200, caller: `PRIV\Jen`, why: "the proxy signed Jen in"},
		{name: "UTF-8", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: Jürgen"}, want: 200, caller: "Jürgen", why: "names are not ASCII only"},
		{name: "from anywhere else", headers: []string{"Peer: 10.0.0.2:9", "X-Remote-User: admin"}, want: 401, why: "spoofed"},
		{name: "from anywhere else, with credentials", headers: []string{"Peer: 10.0.0.2:9", "X-Remote-User: admin", asJen}, want: 200, caller: `PRIV\Jen`, why: "the header counts for nothing"},
		{name: "claiming to be the proxy", headers: []string{"Peer: 10.0.0.2:9", "X-Forwarded-For: 10.0.0.1", "X-Remote-User: admin"}, want: 401, why: "the peer counts, nothing that is sent"},
		{name: "missing", headers: []string{"Peer: 10.0.0.1:9"}, want: 401, why: "the proxy signed nobody in"},
		{name: "empty", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: "}, want: 401, why: "nobody"},
		{name: "twice", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: admin", `X-Remote-User: PRIV\Jen`}, want: 401, why: "the proxy lets the client's pass"},
		{name: "blanks", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: jen\t"}, want: 401, why: "another account than jen?"},
		{name: "control characters", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: a\x01b"}, want: 401, why: "goes into logs"},
		{name: "too long", headers: []string{"Peer: 10.0.0.1:9", "X-Remote-User: " + strings.Repeat("a", 300)}, want: 401, why: "no account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			service := &fakeService{}
			s := newTestServer(t, service, func(c *Config) {
				c.Auth.Proxy.Header = "x-remote-user"
				c.Auth.Proxy.Addresses = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
			})
			res := ask(s.Handler(), "GET", "/api/pamresources/", tt.headers...)
			if res.StatusCode != tt.want {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, tt.want, tt.why)
			}
			if tt.want != 200 {
				if diff := cmp.Diff([]string{`TrustedProxy realm="pamodata"`, "Test"}, res.Header["Www-Authenticate"]); diff != "" {
					t.Errorf("401 names every way to sign in (-want +got):\n%s", diff)
				}
				return
			}
			caller, _ := odata.PrincipalFrom(service.seen[0].Context())
			if caller.Name != tt.caller {
				t.Errorf("caller %q, want %q: %s", caller.Name, tt.caller, tt.why)
			}
			if service.seen[0].Header.Get("X-Remote-User") != "" {
				t.Error("services see no identity but the context's")
			}
		})
	}
}

func TestDevUser(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
		caller  string
		why     string
	}{
		{name: "loopback", headers: []string{"Peer: 127.0.0.1:9"}, want: 200, caller: "dev", why: "the developer"},
		{name: "loopback 6", headers: []string{"Peer: [::1]:9"}, want: 200, caller: "dev", why: "the developer"},
		{name: "another machine", headers: []string{"Peer: 10.0.0.1:9"}, want: 401, why: "should not be possible, is looked at again"},
		{name: "through a proxy", headers: []string{"Peer: 127.0.0.1:9", "X-Forwarded-For: 10.0.0.1"}, want: 401, why: "others come in through it"},
		{name: "with credentials", headers: []string{"Peer: 127.0.0.1:9", asJen}, want: 200, caller: `PRIV\Jen`, why: "other accounts can be tried"},
		{name: "with wrong credentials", headers: []string{"Peer: 127.0.0.1:9", "Authorization: Test wrong"}, want: 401, why: "a failed sign-in is no invitation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			service := &fakeService{}
			s := newTestServer(t, service, func(c *Config) { c.Auth.DevUser = "dev" })
			res := ask(s.Handler(), "GET", "/api/pamresources/", append(tt.headers, "Host: localhost:8086")...)
			if res.StatusCode != tt.want {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, tt.want, tt.why)
			}
			if tt.want == 200 {
				if caller, _ := odata.PrincipalFrom(service.seen[0].Context()); caller.Name != tt.caller {
					t.Errorf("caller %q, want %q: %s", caller.Name, tt.caller, tt.why)
				}
			}
		})
	}
}

// brokenSignIn has a directory that is out of reach.
type brokenSignIn struct{ err error }

func (b brokenSignIn) Authenticate(*http.Request) (odata.Principal, error) {
	return odata.Principal{}, b.err
}
func (brokenSignIn) Challenge() string { return "" }

func TestSignInThatCannotDecide(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want int
		why  string
	}{
		{"directory out of reach", &odata.Error{Kind: odata.KindUnavailable, Code: "ServiceUnavailable", Message: "x"}, 503, "credentials were not wrong"},
		{"any error", context.Canceled, 401, "never let in"},
		{"no name", nil, 500, "an account without a name cannot be right"},
	} {
		s := newTestServer(t, &fakeService{}, func(c *Config) { c.Authenticators = []Authenticator{brokenSignIn{tt.err}} })
		if res := ask(s.Handler(), "GET", "/api/pamresources/"); res.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d: %s", tt.name, res.StatusCode, tt.want, tt.why)
		}
	}
}

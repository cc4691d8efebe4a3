package server

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/pflag"
)

// load loads from the text of a file, variables and arguments.
func load(t testing.TB, file string, environ, args []string, extra ...Setting) (Config, error) {
	t.Helper()
	from := Sources{Environ: environ}
	if file != "" {
		from.File = filepath.Join(t.TempDir(), "pamodata.yaml")
		if err := os.WriteFile(from.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	from.Flags = pflag.NewFlagSet("test", pflag.ContinueOnError)
	Flags(from.Flags, extra...)
	if err := from.Flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return Load(from, extra...)
}

// devel is the least that makes a valid configuration.
const devel = "auth: {dev_user: dev}\n"

func TestLoadPrecedence(t *testing.T) {
	file := devel + "listen: [127.0.0.1:1]\nlimits: {total: 10, per_caller: 1}\nlog: {format: json}\n"
	environ := []string{"PAMODATA_LISTEN=127.0.0.1:2", "PAMODATA_LIMITS_TOTAL=20", "HOME=/root", "PAMODATA=x"}
	args := []string{"--addr=127.0.0.1:3,127.0.0.1:4", "--addr", "127.0.0.1:5"}
	c, err := load(t, file, environ, args)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5"}, c.Listen); diff != "" {
		t.Errorf("flags win over the environment, and repeated ones add up:\n%s", diff)
	}
	if c.Limits.Total != 20 {
		t.Errorf("limits.total = %d: the environment wins over the file", c.Limits.Total)
	}
	if c.Limits.PerCaller != 1 || c.Log.Format != "json" {
		t.Errorf("per_caller = %d, format = %s: the file wins over the defaults", c.Limits.PerCaller, c.Log.Format)
	}
	if c.Limits.Queue != 128 || c.Timeouts.Body != 10*time.Second {
		t.Errorf("queue = %d, body = %v: what nobody gives is the default", c.Limits.Queue, c.Timeouts.Body)
	}
	for key, want := range map[string]string{"listen": "--addr", "limits.total": "PAMODATA_LIMITS_TOTAL", "log.format": "pamodata.yaml"} {
		if got := filepath.Base(c.sources[key]); got != want {
			t.Errorf("source of %s = %s, want %s", key, got, want)
		}
	}
}

func TestLoadFileFromEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(path, []byte(devel+"log: {level: debug}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(Sources{Environ: []string{"PAMODATA_CONFIG=" + path}})
	if err != nil || c.Log.Level.String() != "DEBUG" {
		t.Errorf("level %v, error %v: PAMODATA_CONFIG names the file when nothing else does", c.Log.Level, err)
	}
}

func TestDevUserFlag(t *testing.T) {
	c, err := load(t, "", nil, []string{"--dev-user", `PRIV\Jen`, "--plain-http"})
	if err != nil || c.Auth.DevUser != `PRIV\Jen` || !c.PlainHTTP {
		t.Errorf("dev user %q, plain %v, error %v: --dev-user has a short name and switches need no value", c.Auth.DevUser, c.PlainHTTP, err)
	}
}

// TestMistakes covers each way to get a configuration wrong: the key and the
// source are named, and the service does not start without its protections.
func TestMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		environ    []string
		args       []string
		want       []string // parts of the error, in order of mistakes
		why        string
	}{
		{name: "no sign-in", file: "listen: [127.0.0.1:1]", want: []string{"auth: there is no way to sign in"}, why: "never open by accident"},
		{name: "no YAML", file: "a: [", want: []string{"pamodata.yaml: not a YAML file"}, why: "syntax"},
		{name: "list instead of keys", file: "- a\n- b", want: []string{"pamodata.yaml: not a YAML file"}, why: "syntax"},
		{name: "key twice", file: devel + "listen: [127.0.0.1:1]\nlisten: [127.0.0.1:2]", want: []string{"already defined at line"}, why: "which of them counts?"},
		{name: "unknown key", file: devel + "listn: [127.0.0.1:1]", want: []string{"listn (", "pamodata.yaml): unknown key; did you mean listen?"}, why: "a typo must not fall back to a default"},
		{name: "unknown section", file: devel + "tsl: {cert_file: x}", want: []string{"tsl.cert_file (", "did you mean tls.cert_file?"}, why: "a typo would switch TLS off"},
		{name: "key in capitals", file: devel + "Listen: [127.0.0.1:1]", want: []string{"Listen (", "did you mean listen?"}, why: "keys have case"},
		{name: "section with a value", file: devel + "tls: true", want: []string{"tls (", "is a section, not a value; its keys are tls.cert_file, tls.key_file, tls.hsts"}, why: "the keys are listed"},
		{name: "value with keys", file: devel + "listen: {a: 1}", want: []string{"listen.a (", "unknown key"}, why: "not a section"},
		{name: "unknown variable", file: devel, environ: []string{"PAMODATA_LISTN=x"}, want: []string{"PAMODATA_LISTN (the environment): unknown variable; did you mean PAMODATA_LISTEN?"}, why: "typos there too"},
		{name: "bad variable", file: devel, environ: []string{"PAMODATA_LIMITS_TOTAL=many"}, want: []string{`limits.total (PAMODATA_LIMITS_TOTAL): "many" is not a whole number`}, why: "names key and source"},
		{name: "bad flag", file: devel, args: []string{"--timeouts-handler", "5"}, want: []string{`timeouts.handler (--timeouts-handler): "5" is not a duration`}, why: "names key and source"},
		{name: "missing file", environ: []string{"PAMODATA_CONFIG=/nowhere/x.yaml", "PAMODATA_AUTH_DEV_USER=dev"}, want: []string{"/nowhere/x.yaml: open /nowhere/x.yaml"}, why: "a named file must be there"},

		{name: "no address", file: devel + "listen: []", want: []string{"listen (", "no address"}, why: "serves nobody"},
		{name: "address without port", file: devel + "listen: [127.0.0.1]", want: []string{`listen (`, `"127.0.0.1" is not an address`}, why: "which port?"},
		{name: "port out of range", file: devel + "listen: ['127.0.0.1:70000']", want: []string{"has no port between 0 and 65535"}, why: "ports have 16 bits"},
		{name: "port by name", file: devel + "listen: ['127.0.0.1:http']", want: []string{"has no port"}, why: "numbers only"},
		{name: "address twice", file: devel + "listen: ['127.0.0.1:1', '127.0.0.1:1']", want: []string{"listed twice"}, why: "the second would fail later"},
		{name: "plain HTTP to others", file: "listen: ['0.0.0.0:80']\nauth: {basic: {users_file: x}}", want: []string{"plain_http: 0.0.0.0:80 can be reached from other machines without TLS"}, why: "passwords would travel readable"},
		{name: "plain HTTP on every interface", file: "listen: [':80']\nauth: {basic: {users_file: x}}", want: []string{"plain_http: :80 can be reached"}, why: "an empty host is every interface"},
		{name: "health address twice", file: devel + "listen: ['127.0.0.1:1']\nhealth: {listen: '127.0.0.1:1'}", want: []string{"health.listen ("}, why: "leave it empty instead"},
		{name: "bad health address", file: devel + "health: {listen: '1'}", want: []string{"health.listen ("}, why: "syntax"},
		{name: "certificate without key", file: devel + "tls: {cert_file: a.pem}", want: []string{"tls.key_file: is empty"}, why: "both or none"},
		{name: "key without certificate", file: devel + "tls: {key_file: a.pem}", want: []string{"tls.cert_file: is empty"}, why: "both or none"},
		{name: "negative HSTS", file: devel + "tls: {hsts: -1s}", want: []string{"tls.hsts ("}, why: "range"},

		{name: "public URL without scheme", file: devel + "public_url: pam.example.com", want: []string{"public_url (", "not a scheme and a host"}, why: "links need both"},
		{name: "public URL with path", file: devel + "public_url: http://localhost/api", want: []string{"public_url (", "must be written as browsers do: http://localhost"}, why: "the root is the service's"},
		{name: "public URL with final slash", file: devel + "public_url: http://localhost/", want: []string{"browsers do: http://localhost"}, why: "links would have two"},
		{name: "public URL with user", file: devel + "public_url: http://a:b@localhost", want: []string{"public_url ("}, why: "no passwords in links"},
		{name: "public URL of another kind", file: devel + "public_url: ftp://localhost", want: []string{"public_url ("}, why: "HTTP only"},
		{name: "any origin", file: devel + "cors: {origins: ['*']}", want: []string{`cors.origins (`, `"*" is not a scheme`}, why: "never everybody with credentials"},
		{name: "null origin", file: devel + "cors: {origins: ['null']}", want: []string{`"null" is not a scheme`}, why: "sandboxed pages of anybody"},
		{name: "origin with slash", file: devel + "cors: {origins: ['https://a.example/']}", want: []string{"browsers do: https://a.example"}, why: "would never match"},
		{name: "origin with its default port", file: devel + "cors: {origins: ['https://a.example:443']}", want: []string{"browsers do: https://a.example"}, why: "would never match"},
		{name: "origin in capitals", file: devel + "cors: {origins: ['https://A.example']}", want: []string{"browsers do: https://a.example"}, why: "would never match"},
		{name: "origin with wildcard", file: devel + "cors: {origins: ['https://*.example']}", want: []string{"cors.origins ("}, why: "exact list only"},
		{name: "allowed host with scheme", file: devel + "allowed_hosts: ['https://a.example']", want: []string{"allowed_hosts ("}, why: "host names only"},
		{name: "allowed host with wildcard", file: devel + "allowed_hosts: ['*.example']", want: []string{"allowed_hosts ("}, why: "host names only"},

		{name: "trusting everybody", file: "auth: {basic: {users_file: x}}\ntrusted_proxies: [0.0.0.0/0]", want: []string{"trusted_proxies (", "0.0.0.0/0 is everybody"}, why: "anyone could write X-Forwarded-For"},
		{name: "proxy by name", file: "auth: {basic: {users_file: x}}\ntrusted_proxies: [proxy]", want: []string{"trusted_proxies (", "not an address"}, why: "addresses only"},
		{name: "unknown headers", file: devel + "forwarded_headers: both", want: []string{"forwarded_headers ("}, why: "one family must be chosen"},
		{name: "proxy header without addresses", file: "auth: {proxy: {header: X-Remote-User}}", want: []string{"auth.proxy.addresses: is empty"}, why: "from whom?"},
		{name: "addresses without proxy header", file: "auth: {proxy: {addresses: [10.0.0.1]}}", want: []string{"auth.proxy.header: is empty"}, why: "which header?"},
		{name: "everybody may name the caller", file: "auth: {proxy: {header: X-Remote-User, addresses: ['::/0']}}", want: []string{"auth.proxy.addresses (", "is everybody"}, why: "anyone could be anyone"},
		{name: "proxy header with another meaning", file: "auth: {proxy: {header: cookie, addresses: [10.0.0.1]}}", want: []string{"auth.proxy.header (", "Cookie has a meaning of its own"}, why: "clients set it"},
		{name: "proxy header that is none", file: "auth: {proxy: {header: 'a b', addresses: [10.0.0.1]}}", want: []string{"auth.proxy.header (", "not the name of a header"}, why: "syntax"},
		{name: "realm with quotes", file: devel + `auth: {dev_user: dev, realm: 'a"b'}`, want: []string{"already defined"}, why: "sections are not repeated"},
		{name: "realm", file: `auth: {dev_user: dev, realm: 'a"b'}`, want: []string{"auth.realm ("}, why: "goes into a quoted string"},

		{name: "dev user for others", file: devel + "listen: ['127.0.0.1:1', '10.0.0.1:1']\nplain_http: true", want: []string{"auth.dev_user (", `"10.0.0.1:1" is not`}, why: "every address must be loopback"},
		{name: "dev user on every interface", file: devel + "listen: [':1']\nplain_http: true", want: []string{"auth.dev_user (", `":1" is not`}, why: "every address must be loopback"},
		{name: "dev user by flag for others", file: "listen: ['[::]:1']\nplain_http: true", args: []string{"--dev-user=dev"}, want: []string{"auth.dev_user (--dev-user)"}, why: "names the flag"},
		{name: "dev user on inherited sockets", file: devel + "listen: [systemd]", want: []string{"auth.dev_user (", `"systemd" is not`}, why: "nobody knows what they are"},
		{name: "dev user in public", file: devel + "public_url: https://pam.example.com", want: []string{"auth.dev_user (", "public_url must be loopback"}, why: "points at real use"},
		{name: "dev user behind a proxy", file: devel + "trusted_proxies: [127.0.0.1]", want: []string{"auth.dev_user (", "cannot be used with trusted_proxies"}, why: "the proxy lets others in"},
		{name: "dev user with control characters", file: `auth: {dev_user: "a\nb"}`, want: []string{"auth.dev_user (", "control characters"}, why: "goes into logs"},

		{name: "no time", file: devel + "timeouts: {body: 0s}", want: []string{"timeouts.body (", "too short"}, why: "no limit can be switched off"},
		{name: "write before handler", file: devel + "timeouts: {write: 10s}", want: []string{"timeouts.write (", "ends before timeouts.handler"}, why: "answers would be cut"},
		{name: "no places", file: devel + "limits: {total: 0}", want: []string{"limits.total ("}, why: "range"},
		{name: "callers beyond the total", file: devel + "limits: {total: 4}", want: []string{"limits.per_caller", "more than limits.total"}, why: "could never be reached"},
		{name: "body limit", file: devel + "limits: {body: 0}", want: []string{"limits.body ("}, why: "range"},
		{name: "URL limit", file: devel + "limits: {url: 10GiB}", want: []string{"limits.url ("}, why: "range"},
		{name: "log format", file: devel + "log: {format: xml}", want: []string{"log.format ("}, why: "text or json"},
		{name: "log level", file: devel + "log: {level: verbose}", want: []string{"log.level ("}, why: "known levels"},
		{
			name: "everything at once", file: "listn: x\nlog: {format: xml}\npublic_url: x", environ: []string{"PAMODATA_LIMITS_TOTAL=x"}, args: []string{"--limits-queue=-1"},
			want: []string{"listn (", "limits.total (PAMODATA_LIMITS_TOTAL)", "public_url (", "auth: there is no way", "limits.queue (--limits-queue)", "log.format ("},
			why:  "a deployment should fail once, not six times",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.file, tt.environ, tt.args)
			var bad *ConfigError
			if !errors.As(err, &bad) {
				t.Fatalf("error %v, want a *ConfigError: %s", err, tt.why)
			}
			text := err.Error()
			at := 0
			for _, part := range tt.want {
				i := strings.Index(text[at:], part)
				if i < 0 {
					t.Fatalf("%s\nthe error lacks %q in this place:\n%s", tt.why, part, text)
				}
				at += i + len(part)
			}
			if n := strings.Count(text, "\n"); n != len(bad.Mistakes) {
				t.Errorf("%d lines for %d mistakes", n, len(bad.Mistakes))
			}
		})
	}
}

func TestNewNamesFilesThatCannotBeUsed(t *testing.T) {
	c := Defaults()
	c.TLS.CertFile, c.TLS.KeyFile, c.Auth.Basic.UsersFile = "/nowhere/cert", "/nowhere/key", "/nowhere/users"
	_, err := New(c, nil)
	var bad *ConfigError
	if !errors.As(err, &bad) || len(bad.Mistakes) != 2 || bad.Mistakes[0].Key != "tls.cert_file" || bad.Mistakes[1].Key != "auth.basic.users_file" {
		t.Errorf("New: %v: both files must be named by their keys", err)
	}
	if _, err := New(Config{}, nil); !errors.As(err, &bad) {
		t.Errorf("New(Config{}): %v: a configuration without limits must be refused", err)
	}
}

func TestPrintIsReadAgain(t *testing.T) {
	file := devel + "listen: ['127.0.0.1:1', '[::1]:2']\ncors: {origins: ['https://a.example']}\nallowed_hosts: [localhost]\nlimits: {body: 64KiB}\nlog: {level: debug}\n"
	password := "hunter2"
	extra := func(path *string) []Setting {
		return []Setting{
			{Key: "store.path", Value: path, Doc: "Where the data is. Empty: in memory."},
			{Key: "store.password", Value: &password, Doc: "Opens the store.", Secret: true},
			{Key: "limits.rows", Value: new(int), Doc: "Rows of an answer."},
		}
	}
	path := ""
	c, err := load(t, file, nil, []string{"--store-path=/data: #x", "--store-password=hunter3"}, extra(&path)...)
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := c.Print(&printed); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(printed.String(), "hunter") {
		t.Errorf("secrets must be masked:\n%s", &printed)
	}
	for _, want := range []string{"# From --store-path.", "default 127.0.0.1:8086.", "# Default.", "  rows: 0"} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("the printed configuration lacks %q:\n%s", want, &printed)
		}
	}
	again := ""
	back, err := load(t, printed.String(), nil, nil, extra(&again)...)
	if err != nil {
		t.Fatalf("the printed configuration cannot be read: %v\n%s", err, &printed)
	}
	ignore := cmp.Options{cmpopts.IgnoreUnexported(Config{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmpopts.EquateEmpty()}
	if diff := cmp.Diff(c, back, ignore); diff != "" || again != path {
		t.Errorf("the printed configuration means something else (%q, %q):\n%s", path, again, diff)
	}
}

func TestReferenceHasEveryKey(t *testing.T) {
	var out bytes.Buffer
	if err := Reference(&out); err != nil {
		t.Fatal(err)
	}
	c := Defaults()
	for _, s := range c.Settings() {
		row := fmt.Sprintf("| `%s` | `--%s`<br>`%s` |", s.Key, s.flagName(), s.variable())
		if !strings.Contains(out.String(), row) {
			t.Errorf("the reference lacks %s", row)
		}
		if !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s: %q is not made of sentences", s.Key, s.Doc)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(devel)
	f.Add("listen: [a, b: c]\ntls: {}\n? [x]\n: y")
	f.Add("a: &a [*a]")
	f.Add("limits: {body: 1e9, total: 0x10}\nauth.dev_user: 2020-01-01")
	f.Fuzz(func(t *testing.T, file string) {
		c, err := load(t, file, nil, nil)
		if err != nil {
			if _, ok := errors.AsType[*ConfigError](err); !ok {
				t.Fatalf("error %T: mistakes have one type", err)
			}
			return
		}
		var printed bytes.Buffer
		if err := c.Print(&printed); err != nil {
			t.Fatal(err)
		}
		back, err := load(t, printed.String(), nil, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, &printed)
		}
		if diff := cmp.Diff(c, back, cmpopts.IgnoreUnexported(Config{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("print and load is not the same:\n%s", diff)
		}
	})
}

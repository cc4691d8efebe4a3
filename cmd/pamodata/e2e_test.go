package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The end-to-end tests run the program as a user does and talk to it with the
// clients people have: curl, and jQuery in a page.

const account = `FIMCITONEBOXAD\Jen`

func TestCurlAsDevUser(t *testing.T) {
	curl := tool(t, "curl", "install the package curl")
	base := start(t, "--dev-user", account)
	body := `{"odata.metadata":"` + base + `/api/pamresources/%24metadata#sessioninfo","value":[{"Username":"FIMCITONEBOXAD\\Jen"}]}`
	empty := `{"odata.metadata":"` + base + `/api/pamresources/%24metadata#sessioninfo","value":[]}`
	const json = "application/json; odata=minimalmetadata; charset=utf-8"
	for _, tt := range []struct {
		name        string
		args        []string
		status      string
		contentType string
		want        string
		why         string
	}{
		{"old address", []string{"/api/session/sessioninfo/"}, "200", json, body, "pages of 2016 and 2017 document this address"},
		{"old address without slash", []string{"/api/session/sessioninfo"}, "200", json, body, "both spellings, no redirect"},
		{"address", []string{"/api/pamresources/sessioninfo"}, "200", json, body, "the documented address"},
		{"address with slash", []string{"/api/pamresources/sessioninfo/"}, "200", json, body, "the documented example has a slash"},
		{"api version", []string{"/api/pamresources/sessioninfo?v=1"}, "200", json, body, "the only version"},
		{"api version at the old address", []string{"/api/session/sessioninfo/?v=1"}, "200", json, body, "the alias keeps the query"},
		{"other api version", []string{"/api/pamresources/sessioninfo?v=2"}, "400", json,
			`{"odata.error":{"code":"UnsupportedApiVersion","message":{"lang":"en-US","value":"The only version of this API is 1"}}}`, "no other version"},
		{"browser", []string{"/api/pamresources/sessioninfo", "-H", "Accept: text/html,application/xml;q=0.9,*/*;q=0.8"}, "200", json, body, "JSON whatever is asked"},
		{"atom only", []string{"/api/pamresources/sessioninfo", "-H", "Accept: application/atom+xml"}, "200", json, body, "JSON whatever is asked"},
		{"filter that holds", []string{"/api/pamresources/sessioninfo", "-G", "--data-urlencode", `$filter=Username eq '` + account + `'`}, "200", json, body, "curl encodes blanks as +"},
		{"filter that does not hold", []string{"/api/pamresources/sessioninfo", "-G", "--data-urlencode", `$filter=Username ne '` + account + `'`}, "200", json, empty, "an empty collection"},
		{"unknown property", []string{"/api/pamresources/sessioninfo?$filter=Nope%20eq%201"}, "400", json,
			`{"odata.error":{"code":"InvalidFilter","message":{"lang":"en-US","value":"The filter is not valid at position 0"}}}`, "code and position, no input"},
		{"service document", []string{"/api/pamresources/"}, "200", json,
			`{"odata.metadata":"` + base + `/api/pamresources/%24metadata","value":[{"name":"sessioninfo","url":"sessioninfo"},` +
				`{"name":"pamroles","url":"pamroles"},{"name":"pamrequests","url":"pamrequests"},` +
				`{"name":"pamrequeststoapprove","url":"pamrequeststoapprove"}]}`, "JSON is this service's default"},
		{"unknown path", []string{"/api/pamresources/nope"}, "404", json,
			`{"odata.error":{"code":"NotFound","message":{"lang":"en-US","value":"The requested resource does not exist"}}}`, "an OData error"},
		{"unknown host", []string{"/api/pamresources/sessioninfo", "-H", "Host: evil.example"}, "400", json, "", "a development server answers to loopback names"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"-sS", "-g", "-o", "-", "-w", "\n%{http_code} %{content_type}", base + tt.args[0]}, tt.args[1:]...)
			out, err := exec.Command(curl, args...).Output()
			if err != nil {
				t.Fatalf("curl: %v", err)
			}
			end := bytes.LastIndexByte(out, '\n')
			got := []string{string(out[end+1:]), string(out[:end])}
			want := []string{tt.status + " " + tt.contentType, tt.want}
			if tt.want == "" {
				want[1] = got[1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestBasic(t *testing.T) {
	base := start(t, "--auth-basic-users-file", usersFile(t), "--store", "pam.db")
	for _, tt := range []struct {
		name, user, password string
		status               int
		challenge            bool
		why                  string
	}{
		{"no credentials", "", "", 401, true, "the client is told how to sign in"},
		{"right password", account, "correct horse", 200, false, "the account of the file"},
		{"other case", `fimcitoneboxad\jen`, "correct horse", 200, false, "account names have no case"},
		{"wrong password", account, "wrong", 401, true, "refused"},
		{"unknown account", `PRIV\Nobody`, "correct horse", 401, true, "refused like a wrong password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodGet, base+"/api/pamresources/sessioninfo", nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.user != "" {
				r.SetBasicAuth(tt.user, tt.password)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			var body bytes.Buffer
			if _, err := body.ReadFrom(answer.Body); err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != tt.status {
				t.Errorf("status %d, want %d: %s\n%s", answer.StatusCode, tt.status, tt.why, body.String())
			}
			if got := strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Basic "); got != tt.challenge {
				t.Errorf("WWW-Authenticate %q: %s", answer.Header.Get("WWW-Authenticate"), tt.why)
			}
			if tt.status == 401 && !strings.HasPrefix(body.String(), `{"odata.error":{"code":"Unauthorized",`) {
				t.Errorf("body %s: want an OData error", body.String())
			}
		})
	}
}

// TestJQuery runs .ci/e2e/jquery.test.mjs against the service.
func TestJQuery(t *testing.T) {
	const advice = "install the packages nodejs and npm, then run 'npm ci' in .ci/e2e"
	node := tool(t, "node", advice)
	clients, err := filepath.Abs(filepath.Join("..", "..", ".ci", "e2e"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(clients, "node_modules", "jquery")); err != nil {
		lacking(t, "jQuery", advice)
	}
	const page = "http://localhost:8090"
	base := start(t, "--auth-basic-users-file", usersFile(t), "--store", "pam.db", "--cors-origins", page)
	test := exec.Command(node, "--test", "jquery.test.mjs")
	test.Dir = clients
	test.Env = append(os.Environ(),
		"SERVICE_ROOT="+base+"/api/pamresources/",
		"PAGE_ORIGIN="+page,
		"OTHER_ORIGIN=http://localhost:8091",
		"ACCOUNT="+account,
		"CREDENTIALS="+account+":correct horse",
	)
	out, err := test.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestRefusesToStart covers what must never be served.
func TestRefusesToStart(t *testing.T) {
	binary := build(t)
	for _, tt := range []struct {
		name string
		args []string
		want string
		why  string
	}{
		{"no store", []string{"serve", "--auth-basic-users-file", "users"}, "store", "what is granted must be on record"},
		{"demo on every interface", []string{"serve", "--demo", "--addr", ":0"}, "--demo", "its password is known to everybody"},
		{"demo behind a proxy", []string{"serve", "--demo", "--trusted-proxies", "10.0.0.1"}, "--demo", "nor may others come in through a proxy"},
		{"demo with a directory", []string{"serve", "--demo", "--granter", "ldap"}, "granter", "the demo changes no directory"},
		{"two mistakes", []string{"serve", "--dev-user", account, "--zone", "Mars", "--ttl-policy", "maybe"}, "ttl.policy", "all mistakes are told at once"},
		{"directory without servers", []string{"serve", "--dev-user", account, "--granter", "ldap"}, "ldap", "a granter that can grant nothing is no granter"},
		{"factor without a secret", []string{"serve", "--dev-user", account, "--mfa-url", "https://mfa.example.com/calls"}, "mfa", "the web service must know who asks"},
		{"receiver that is not there", []string{"serve", "--dev-user", account, "--audit-require", "file"}, "audit.require", "nothing could ever be granted"},
		{"receiver that cannot confirm", []string{"serve", "--dev-user", account, "--audit-syslog", "udp://127.0.0.1:514", "--audit-require", "syslog"}, "audit.require", "nobody learns what becomes of a datagram"},
		{"no sign-in", []string{"serve"}, "auth", "there is no anonymous service by accident"},
		{"development user on every interface", []string{"serve", "--addr", ":0", "--dev-user", account}, "auth.dev_user", "a password-free service is for this machine only"},
		{"unknown flag", []string{"serve", "--nope"}, "--nope", "a misspelt flag is not ignored"},
		{"unknown argument", []string{"serve", "now"}, `"now"`, "arguments mean nothing here"},
		{"missing file", []string{"serve", "--config", "does-not-exist.yaml"}, "does-not-exist.yaml", "a named file must exist"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			command := exec.CommandContext(ctx, binary, tt.args...)
			out, err := command.CombinedOutput()
			if err == nil || command.ProcessState.ExitCode() != exitUsage {
				t.Errorf("exit code %d, want %d: %s\n%s", command.ProcessState.ExitCode(), exitUsage, tt.why, out)
			}
			if !strings.Contains(string(out), tt.want) {
				t.Errorf("output does not name %s: %s\n%s", tt.want, tt.why, out)
			}
		})
	}
}

// program is built once for all tests that run it.
var program struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.dir != "" {
		_ = os.RemoveAll(program.dir)
	}
	os.Exit(code)
}

func build(t *testing.T) string {
	t.Helper()
	program.once.Do(func() {
		if program.dir, program.err = os.MkdirTemp("", "pamodata-e2e-"); program.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-buildvcs=false", "-o", program.dir, ".").CombinedOutput()
		if err != nil {
			program.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return filepath.Join(program.dir, "pamodata")
}

// start runs "pamodata serve" on a free loopback port until the test ends, and
// returns its base URL once it is ready. It fails the test if the program does
// not end in order.
func start(t *testing.T, args ...string) string {
	t.Helper()
	return launch(t, t.TempDir(), args...).base
}

// A running program is one that serves.
type running struct {
	base    string
	process *os.Process
	output  *safeBuffer
	stop    func() // in order; may be called before the test ends
}

// launch is start in a folder.
func launch(t *testing.T, folder string, args ...string) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port := cutPort(l.Addr().String())
	l.Close()

	r := &running{base: "http://localhost:" + port, output: &safeBuffer{}}
	command := exec.Command(build(t), append([]string{"serve", "--addr", "127.0.0.1:" + port}, args...)...)
	command.Dir = folder
	command.Stdout, command.Stderr = r.output, r.output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	r.process = command.Process
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	r.stop = sync.OnceFunc(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the program ended with %v\n%s", err, r.output)
			}
		case <-time.After(20 * time.Second):
			_ = command.Process.Kill()
			t.Errorf("the program did not end\n%s", r.output)
		}
	})
	t.Cleanup(func() {
		r.stop()
		if t.Failed() {
			t.Logf("output:\n%s", r.output)
		}
	})

	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the program ended before it was ready: %v\n%s", err, r.output)
		default:
		}
		if answer, err := http.Get(r.base + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode < 300 {
				return r
			}
		}
	}
	t.Fatalf("the program was not ready in time")
	return nil
}

// A safeBuffer can be read while it is written to.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// usersFile makes a file with one account, by the command people use.
func usersFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "users")
	add := exec.Command(build(t), "account", "add", "--file", file, account)
	add.Stdin = strings.NewReader("correct horse\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("account add: %v\n%s", err, out)
	}
	return file
}

// tool finds a program the test needs.
func tool(t *testing.T, name, advice string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacking(t, name, advice)
	}
	return path
}

// lacking skips the test, or fails it where nothing may be skipped.
func lacking(t *testing.T, what, advice string) {
	t.Helper()
	if os.Getenv("TEST_NO_SKIP") != "" {
		t.Fatalf("%s is missing: %s", what, advice)
	}
	t.Skipf("%s is missing: to run this test, %s", what, advice)
}

// TestREADME runs the curl commands of the README's tour and compares the
// answers.
func TestREADME(t *testing.T) {
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	base := start(t, "--dev-user", account)
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("http://localhost:8086", base).Replace
	calls := regexp.MustCompile("(?s)```sh\n(curl [^\n]+)\n```\n```json\n(.*?)\n```").FindAllStringSubmatch(string(page), -1)
	if len(calls) < 4 {
		t.Fatalf("found %d commands with an answer in README.md", len(calls))
	}
	for _, call := range calls {
		out, err := exec.Command(shell, "-c", here(strings.Replace(call[1], "curl ", "curl -sS ", 1))).Output()
		if err != nil {
			t.Errorf("%s: %v", call[1], err)
			continue
		}
		if diff := cmp.Diff(here(call[2]), string(out)); diff != "" {
			t.Errorf("%s (-README +answer):\n%s", call[1], diff)
		}
	}
}

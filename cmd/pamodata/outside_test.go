package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pamodata/pamodata/entities/pam/ldap/ldaptest"
)

// TestServeWithOthers has a service work with a directory, a provider of the second
// factor and a receiver of the audit trail, all of them told by the configuration.
func TestServeWithOthers(t *testing.T) {
	const keeper, anna, dns = "uid=keeper,ou=people,dc=test", "uid=anna,ou=people,dc=test", "cn=dns,ou=groups,dc=test"
	directory := ldaptest.Start(t)
	directory.Add(t, anna, "objectClass", "inetOrgPerson", "uid", "anna", "cn", "anna", "sn", "anna")
	directory.Add(t, dns, "objectClass", "groupOfNames", "cn", "dns", "member", keeper)
	member := func() bool { return slices.Contains(directory.Values(t, dns, "member"), anna) }

	factor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer factor-token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.Method == http.MethodPost:
			fmt.Fprint(w, `{"reference":"call-1","state":"pending"}`)
		default:
			fmt.Fprint(w, `{"reference":"call-1","state":"succeeded"}`)
		}
	}))
	defer factor.Close()
	var mu sync.Mutex
	var received strings.Builder
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer audit-token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		received.Write(text)
	}))
	defer receiver.Close()

	folder := t.TempDir()
	keep(t, folder, "ldap.secret", directory.Password+"\n")
	keep(t, folder, "factor.token", "factor-token\n")
	keep(t, folder, "audit.token", "audit-token\n")
	keep(t, folder, "roles.yaml", `
users: [{account: PRIV\anna, phone: "+420 555 0100"}]
groups: [{name: DNS, target: "`+dns+`"}]
roles: [{name: DNS administrators, ttl: 1h, groups: [DNS], candidates: [PRIV\anna], mfa: true}]
`)
	keep(t, folder, "pamodata.yaml", `
store: sqlite://`+filepath.Join(folder, "pam.db")+`
roles_file: roles.yaml
auth: {dev_user: PRIV\anna}
granter: ldap
ldap: {urls: ["`+directory.URL()+`"], bind_dn: "`+ldaptest.Admin+`", password_file: ldap.secret, base_dn: "`+ldaptest.People+`", filter: (uid=%s)}
mfa: {url: "`+factor.URL+`/calls", token_file: factor.token, poll: 50ms}
audit: {http: "`+receiver.URL+`", http_token_file: audit.token, require: [http]}
`)
	r := launch(t, folder, "-c", "pamodata.yaml")
	if got := asked(t, r.base, "", "DNS administrators", "600"); got != "PendingMFA" {
		t.Errorf("status %s, want PendingMFA", got)
	}
	eventually(t, "the directory has the member", member)
	// The directory has it a moment before the store says so.
	var list string
	eventually(t, "the request is active", func() bool {
		list = command(t, folder, "request", "list", "-c", "pamodata.yaml")
		return strings.Contains(list, "  Active  ")
	})
	id := regexp.MustCompile(`(\S+)  Active`).FindStringSubmatch(list)
	if id == nil {
		t.Fatal(list)
	}
	if out := command(t, folder, "request", "revoke", id[1], "--reason", "done", "-c", "pamodata.yaml"); !strings.Contains(out, "is Closed") {
		t.Error(out)
	}
	if member() {
		t.Error("a revoked request has left its membership")
	}
	eventually(t, "the receiver has the last event, though a command has made it", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return strings.Contains(received.String(), `"name":"revoke.succeeded"`)
	})
	r.stop()
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"config.changed", "request.created", "mfa.succeeded", "grant.started", "grant.succeeded", "request.closed"} {
		if !strings.Contains(received.String(), `"name":"`+want+`"`) {
			t.Errorf("the receiver lacks %s", want)
		}
	}
	for what, secret := range map[string]string{"directory": directory.Password, "factor": "factor-token", "receiver": "audit-token", "phone": "555 0100"} {
		if strings.Contains(r.output.String()+received.String(), secret) {
			t.Errorf("the secret of the %s is in the log or the trail", what)
		}
	}
}

// TestAuditFile: lines that are kept elsewhere are checked, alone and against the store.
func TestAuditFile(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "pam.db")
	t.Setenv("PAMODATA_CONFIG", "")
	run := func(args ...string) (int, string) {
		code, out, errors := commanded(args...)
		return code, out + errors
	}
	if code, out := run("apply", "-f", "testdata/roles.yaml", "--store", store); code != 0 {
		t.Fatal(out)
	}
	seed(t, store)
	_, lines := run("audit", "export", "--store", store)
	changed := strings.Replace(lines, "Ticket 4711", "Ticket 4717", 1)
	var fewer []string
	for line := range strings.Lines(lines) {
		fewer = append(fewer, line)
	}
	for _, tt := range []struct {
		name, lines string
		store       bool
		code        int
		want        string
		why         string
	}{
		{"as exported", lines, false, 0, "6 lines: the chain is whole", "nothing is missing"},
		{"as exported, with the store", lines, true, 0, "from event 1 to 6: the chain is whole, and the same in the store", "both are compared"},
		{"changed", changed, false, 3, "event 2: ", "the line does not fit its hash"},
		{"changed, with the store", changed, true, 3, "event 2: ", "the line does not fit its hash"},
		{"one missing", strings.Join(slices.Delete(slices.Clone(fewer), 2, 3), ""), true, 3, "event 3: ", "the chain has a gap"},
		{"a part", strings.Join(fewer[2:5], ""), true, 0, "from event 3 to 5", "a rotated file has a part of the chain"},
		{"no lines", "[]\n", false, 3, "not what was written", "it is no trail"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(folder, "lines.jsonl")
			if err := os.WriteFile(file, []byte(tt.lines), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"audit", "verify", "--file", file}
			if tt.store {
				args = append(args, "--store", store)
			}
			code, out := run(args...)
			if code != tt.code || !strings.Contains(out, tt.want) {
				t.Errorf("%s: exit code %d, want %d and %q\n%s", tt.why, code, tt.code, tt.want, out)
			}
		})
	}
	// The store as a whole made anew: only the lines tell.
	tamper(t, store)
	file := filepath.Join(folder, "lines.jsonl")
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := run("audit", "verify", "--file", file, "--store", store); code != exitBroken || !strings.Contains(out, "event 2: ") {
		t.Errorf("exit code %d: the store differs from the lines\n%s", code, out)
	}
}

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam/audit"
	"github.com/pamodata/pamodata/entities/pam/roles"
)

// answered sends a request as somebody, with a form if there is one, and returns the
// status and the body.
func answered(t *testing.T, method, address, user string, form url.Values) (int, string) {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if name, password, ok := strings.Cut(user, ":"); ok {
		r.SetBasicAuth(name, password)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// asked makes a request for a role and returns its status.
func asked(t *testing.T, base, user, role, ttl string) string {
	t.Helper()
	code, body := answered(t, http.MethodPost, base+root+"pamrequests", user,
		url.Values{"RoleId": {roles.RoleID(role).String()}, "RequestedTTL": {ttl}, "Justification": {"Ticket 4711"}})
	var request struct{ RequestStatus string }
	if code != http.StatusCreated || json.Unmarshal([]byte(body), &request) != nil {
		t.Fatalf("asking for %s: %d %s", role, code, body)
	}
	return request.RequestStatus
}

// command runs the program with a command line, and returns what it prints.
func command(t *testing.T, folder string, args ...string) string {
	t.Helper()
	c := exec.Command(build(t), args...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("pamodata %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestServeKeepsStore has a service with a store, a roles file and a receiver of the
// trail do its work, restarts it, and looks at what is there by commands.
func TestServeKeepsStore(t *testing.T) {
	folder := t.TempDir()
	keep(t, folder, "roles.yaml", read(t, "testdata/roles.yaml"))
	keep(t, folder, "pamodata.yaml", `
store: pam.db
roles_file: roles.yaml
node: one
zone: Europe/Prague
audit: {file: audit.jsonl, require: [file]}
auditors: [PRIV\anna]
auth: {dev_user: PRIV\anna}
`)
	first := launch(t, folder, "-c", "pamodata.yaml")
	if got := asked(t, first.base, "", "DNS administrators", "600"); got != "PendingApproval" {
		t.Errorf("status %s, want PendingApproval", got)
	}
	code, body := answered(t, http.MethodGet, first.base+root+"pamaudit", "", nil)
	if code != http.StatusOK || !strings.Contains(body, "request.created") {
		t.Errorf("the auditor reads %d %s", code, body)
	}
	if !strings.Contains(first.output.String(), "store     pam.db") {
		t.Errorf("the banner does not name the store:\n%s", first.output)
	}
	first.stop()

	second := launch(t, folder, "-c", "pamodata.yaml", "--dev-user", `PRIV\bert`)
	if got := asked(t, second.base, "", "DNS administrators", "600"); got != "Active" {
		t.Errorf("status %s, want Active: owners' requests are approved, and the record of it has reached the file", got)
	}
	list := command(t, folder, "request", "list", "-c", "pamodata.yaml")
	if strings.Count(list, "\n") != 3 || !strings.Contains(list, "PendingApproval  PRIV\\anna") || !strings.Contains(list, "Active           PRIV\\bert") {
		t.Errorf("the commands see, while the service runs,\n%s", list)
	}
	id := regexp.MustCompile(`(\S+)  Active`).FindStringSubmatch(list)[1]
	if out := command(t, folder, "request", "revoke", id, "--reason", "done", "-c", "pamodata.yaml"); !strings.Contains(out, "is Closed") {
		t.Errorf("revoked: %s", out)
	}
	second.stop()
	if out := command(t, folder, "audit", "verify", "-c", "pamodata.yaml"); !strings.Contains(out, "the chain is whole") {
		t.Error(out)
	}
	// What the command has done is delivered by the next service.
	third := launch(t, folder, "-c", "pamodata.yaml")
	last := command(t, folder, "audit", "export", "-c", "pamodata.yaml")
	eventually(t, "the file has all events", func() bool { return read(t, filepath.Join(folder, "audit.jsonl")) == last })
	third.stop()
	out := command(t, folder, "audit", "verify", "--file", "audit.jsonl", "-c", "pamodata.yaml")
	if !strings.Contains(out, "and the same in the store") {
		t.Error(out)
	}
	if !strings.Contains(last, `"reason":"done"`) || !strings.Contains(last, `"method":"command"`) {
		t.Errorf("the trail does not tell who revoked:\n%s", last)
	}
}

// TestServeTemporary: without a store nothing is left.
func TestServeTemporary(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	r := launch(t, folder, "--dev-user", account)
	if !strings.Contains(r.output.String(), "TEMPORARY") {
		t.Errorf("the banner does not warn:\n%s", r.output)
	}
	r.stop()
	left, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("%s is left", entry.Name())
	}
}

// TestServeRefusesRolesFile: mistakes in the roles file stop the start, with lines.
func TestServeRefusesRolesFile(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, build(t), "serve", "--dev-user", account, "--addr", "127.0.0.1:0", "--roles-file", "testdata/broken.yaml")
	out, err := c.CombinedOutput()
	if err == nil || c.ProcessState.ExitCode() != exitFailure {
		t.Errorf("exit code %d\n%s", c.ProcessState.ExitCode(), out)
	}
	for _, want := range []string{"testdata/broken.yaml:7: ", "testdata/broken.yaml:9: ", "testdata/broken.yaml:11: "} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %s\n%s", want, out)
		}
	}
}

// TestSignInsAreRecorded: a refused attempt to sign in is an event, without what the
// client made up.
func TestSignInsAreRecorded(t *testing.T) {
	folder := t.TempDir()
	r := launch(t, folder, "--auth-basic-users-file", usersFile(t), "--store", "pam.db")
	for _, user := range []string{account + ":wrong", `PRIV\sneaky:wrong`, account + ":correct horse"} {
		answered(t, http.MethodGet, r.base+root+"sessioninfo", user, nil)
	}
	r.stop()
	var got []string
	for line := range strings.Lines(command(t, folder, "audit", "export", "--store", "pam.db")) {
		e, err := audit.ParseLine([]byte(strings.TrimSuffix(line, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Correlation) != 32 {
			t.Errorf("event %d has the correlation %q", e.Sequence, e.Correlation)
		}
		got = append(got, e.ID.String()+" "+e.Actor.Name+" "+e.Actor.Address+" "+e.Reason)
	}
	want := []string{`auth.failed ` + account + ` 127.0.0.1 wrong name or password`, `auth.failed  127.0.0.1 wrong name or password`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := strings.Count(r.output.String(), "msg=auth.failed"); n != 2 {
		t.Errorf("%d lines in the log, want 2", n)
	}
	if strings.Contains(r.output.String(), "request_id=") && regexp.MustCompile(`request_id=\S+.* request_id=`).MatchString(r.output.String()) {
		t.Error("a line of the log has the request's id twice")
	}
}

func keep(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// eventually waits for what another process does.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Errorf("it does not come about that %s", what)
}

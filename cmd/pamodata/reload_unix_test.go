//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReload: SIGHUP has the roles file read again, and what is wrong with it leaves
// everything as it is.
func TestReload(t *testing.T) {
	folder := t.TempDir()
	file := read(t, "testdata/roles.yaml")
	keep(t, folder, "roles.yaml", file)
	r := launch(t, folder, "--dev-user", `PRIV\anna`, "--store", "pam.db", "--roles-file", "roles.yaml")
	shows := func(what string) bool {
		code, body := answered(t, http.MethodGet, r.base+root+"pamroles", "", nil)
		return code == http.StatusOK && strings.Contains(body, what)
	}
	hangUp := func(text string) {
		keep(t, folder, "roles.yaml", text)
		if err := r.process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	if !shows(`"TTL":"5400"`) {
		t.Fatal("the role is not there at the start")
	}
	hangUp(strings.Replace(file, "1h30m", "45m", 1))
	eventually(t, "the new TTL counts", func() bool { return shows(`"TTL":"2700"`) })

	hangUp(strings.Replace(file, "candidates: [Operators]", "candidates: [Oprators]", 1))
	eventually(t, "the mistake is logged", func() bool {
		return strings.Contains(r.output.String(), "the definitions stay as they are") && strings.Contains(r.output.String(), "roles.yaml:15: ")
	})
	if !shows(`"TTL":"2700"`) {
		t.Error("a file with a mistake has changed something")
	}

	// Who loses a role by it loses the privilege at once.
	hangUp(strings.Replace(file, "approval: true", "approval: false", 1))
	eventually(t, "no approval is needed", func() bool { return shows(`"ApprovalEnabled":false`) })
	if got := asked(t, r.base, "", "DNS administrators", "600"); got != "Active" {
		t.Fatalf("status %s, want Active", got)
	}
	hangUp(strings.Replace(file, "members: [PRIV\\anna, PRIV\\bert]", "members: [PRIV\\bert]", 1))
	eventually(t, "the request is closed", func() bool {
		_, body := answered(t, http.MethodGet, r.base+root+"pamrequests", "", nil)
		return strings.Contains(body, `"RequestStatus":"Closed"`)
	})
	r.stop()
	out := command(t, folder, "audit", "export", "--store", "pam.db")
	if n := strings.Count(out, `"name":"config.changed"`); n != 4 {
		t.Errorf("%d changes are on record, want 4\n%s", n, out)
	}
	if !strings.Contains(out, `role DNS administrators: TTL 1h30m -\u003e 45m`) {
		t.Errorf("the trail does not tell what was changed\n%s", out)
	}
}

// TestHangUp: what was begun in a terminal ends in order with it.
func TestHangUp(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	r := launch(t, folder, "--dev-user", account)
	if err := r.process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the service ends", func() bool { return strings.Contains(r.output.String(), "msg=stopped") })
	r.stop()
	if left, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// TestStoreIsPrivate: the file has phone numbers in it.
func TestStoreIsPrivate(t *testing.T) {
	store := filepath.Join(t.TempDir(), "pam.db")
	if code, out, errors := commanded("apply", "-f", "testdata/roles.yaml", "--store", store); code != 0 {
		t.Fatal(out, errors)
	}
	info, err := os.Stat(store)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %v, want 0600", mode)
	}
}

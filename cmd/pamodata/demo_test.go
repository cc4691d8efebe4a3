package main

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
)

// TestDemoStory runs the lines that the banner of serve --demo tells people to try, and
// looks at what each shows.
func TestDemoStory(t *testing.T) {
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	folder := t.TempDir()
	r := launch(t, folder, "--demo")
	banner := r.output.String()
	_, story, ok := strings.Cut(banner, "in another terminal:\n\n")
	story, commands, ok2 := strings.Cut(story, "\nCommands look at the same store while the service runs:\n\n")
	if !ok || !ok2 {
		t.Fatalf("the banner has no story:\n%s", banner)
	}
	parts := strings.Split(story, "\n\n")
	if len(parts) != len(scenes())+1 {
		t.Fatalf("the story has %d parts, want %d:\n%s", len(parts), len(scenes())+1, story)
	}
	shown := []string{ // in the order of the scenes
		`"Username":"PRIV\\\\Jen"`,
		`(?s)"DNS administration".*"Domain administration".*"Forest recovery".*"Log reading".*"Night maintenance"`,
		`"RequestedTTL":"600",.*"RequestStatus":"Active"`,
		`"value":\[\{[^}]*"RequestStatus":"Active"\}\]`,
		`"RequestStatus":"PendingApproval"`,
		`"Requestor":"PRIV.Jen"`,
		`HTTP/1.1 200 OK`,
		`"value":\[\{[^}]*"RequestedTTL":"3600"[^}]*"RequestStatus":"Active"\},\{`,
		`HTTP/1.1 200 OK`,
		`HTTP/1.1 201 Created(?s).*"RequestedTTL":"0".*"RequestStatus":"(Expired|Closing)"`,
		`(?s)"RequestStatus":"PendingMFA".*"RequestStatus":"Active"`,
		`(?s)HTTP/1.1 403 Forbidden.*RoleNotAvailable`,
		`"RequestStatus":"PendingApproval"`,
		`(?s)HTTP/1.1 403 Forbidden.*NotACandidate`,
	}
	// One shell for all, since lines build on those before; the silence of curl's
	// progress is all that is added.
	script := "set -u\n" + parts[0]
	for i, part := range parts[1:] {
		script += fmt.Sprintf("\necho '<%d>'\n%s\n", i, strings.ReplaceAll(part, "curl ", "curl -sS "))
	}
	out, err := exec.Command(shell, "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, want := range shown {
		_, part, _ := strings.Cut(string(out), fmt.Sprintf("<%d>\n", i))
		part, _, _ = strings.Cut(part, fmt.Sprintf("<%d>\n", i+1))
		if !regexp.MustCompile(want).MatchString(part) {
			t.Errorf("%s\n%s\nshows\n%s\nwant %s", scenes()[i].tells, scenes()[i].line, part, want)
		}
	}
	commandsTold := 0
	for line := range strings.Lines(commands) {
		if words := shellWords(t, strings.TrimSpace(line)); len(words) > 0 && words[0] == "pamodata" {
			command(t, folder, words[1:]...)
			commandsTold++
		}
	}
	if commandsTold != 2 {
		t.Errorf("the banner tells of %d commands, want 2", commandsTold)
	}

	// What was given up ends when the privilege has been withdrawn.
	eventually(t, "the record of the giving up is Expired", func() bool {
		_, body := answered(t, http.MethodGet, r.base+root+"pamrequests?$filter=RequestedTTL%20eq%200", `PRIV\Jen:demo`, nil)
		return strings.Contains(body, `"RequestStatus":"Expired"`)
	})

	// The same people and requests are there the next day.
	r.stop()
	again := launch(t, folder, "--demo")
	code, body := answered(t, http.MethodGet, again.base+root+"pamrequests", `PRIV\Jen:demo`, nil)
	if code != http.StatusOK || strings.Count(body, `"RequestId"`) != 4 {
		t.Errorf("after a restart: %d %s", code, body)
	}
	for _, tt := range []struct {
		user string
		want int
		why  string
	}{
		{"", http.StatusUnauthorized, "nobody is let in without a password"},
		{`PRIV\Jen:guess`, http.StatusUnauthorized, "nor with a wrong one"},
		{`priv\jen:demo`, http.StatusOK, "account names have no case"},
		{`PRIV\Demo:demo`, http.StatusUnauthorized, "there are three accounts"},
	} {
		if code, _ := answered(t, http.MethodGet, again.base+root+"sessioninfo", tt.user, nil); code != tt.want {
			t.Errorf("%q: %d, want %d: %s", tt.user, code, tt.want, tt.why)
		}
	}
}

// TestDemoKeepsToItself: somebody's own definitions are not replaced by the demo's.
func TestDemoKeepsToItself(t *testing.T) {
	folder := t.TempDir()
	store := filepath.Join(folder, "own.db")
	command(t, folder, "apply", "-f", abs(t, "testdata/roles.yaml"), "--source", "file", "--store", store)
	c := exec.Command(build(t), "serve", "--demo", "--addr", "127.0.0.1:0", "--store", store)
	c.Dir = folder
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), errForeign.Error()) {
		t.Errorf("%v\n%s", err, out)
	}
	if list := command(t, folder, "role", "list", "--store", store); !strings.Contains(list, "DNS administrators") {
		t.Error(list)
	}
}

// TestDemoWindow: at every hour the role with a window is closed, and stays so for a
// while, which is what the story tells.
func TestDemoWindow(t *testing.T) {
	for hour := range 24 {
		now := time.Date(2026, 3, 11, hour, 59, 59, 0, time.UTC)
		d := &demo{clock: func() time.Time { return now }, zone: time.UTC}
		defs, err := d.definitions()
		if err != nil {
			t.Fatal(err)
		}
		var windows []pam.Window
		for _, r := range defs.Roles {
			if r.Window != nil {
				windows = append(windows, *r.Window)
			}
		}
		if len(windows) != 1 {
			t.Fatalf("%d roles have a window", len(windows))
		}
		for _, later := range []time.Duration{0, time.Hour} {
			if windows[0].Contains(now.Add(later), time.UTC) {
				t.Errorf("at %v the window %v is open", now.Add(later), windows[0])
			}
		}
	}
}

func TestDemoFactor(t *testing.T) {
	now := time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)
	f := demoFactor{func() time.Time { return now }}
	reference, result, err := f.Start(t.Context(), pam.FactorCall{})
	if err != nil || result.State != pam.FactorPending {
		t.Fatal(result, err)
	}
	var states []pam.FactorState
	for range 4 {
		result, err := f.Poll(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, result.State)
		now = now.Add(time.Second)
	}
	want := []pam.FactorState{pam.FactorPending, pam.FactorPending, pam.FactorPending, pam.FactorSucceeded}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("it confirms itself after three seconds (-want +got):\n%s", diff)
	}
	if _, err := f.Poll(t.Context(), "nonsense"); err == nil {
		t.Error("a reference of somebody else's is an error")
	}
}

func abs(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

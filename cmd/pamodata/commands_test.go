package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata/commands")

// seeded is the time of the requests that "$ seed" makes: late enough that what is
// active then is active now.
var seeded = time.Date(2090, 3, 11, 12, 0, 0, 0, time.UTC)

// TestCommands runs the command lines of each file in testdata/commands one after the
// other on a new store, and compares what they print: the output, lines of the
// standard error behind "! ", and the exit code unless it is 0. Those that begin with
// making a store are run on PostgreSQL as well.
//
// "$ seed" stands for people who ask for roles, and "$ tamper" for somebody who writes
// to the database.
func TestCommands(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			store := filepath.Join(t.TempDir(), "pam.db")
			t.Setenv("PAMODATA_STORE", "sqlite://"+store)
			playedFile(t, file, store, *update)
		})
		if text := read(t, file); !strings.HasPrefix(text, "$ pamodata apply -f testdata/roles.yaml\n") {
			continue
		}
		t.Run(name+" on PostgreSQL", func(t *testing.T) {
			store := pgtest.Start(t).URL()
			t.Setenv("PAMODATA_STORE", store)
			playedFile(t, file, store, false)
		})
	}
}

// playedFile runs the command lines of a file.
func playedFile(t *testing.T, file, store string, rewrite bool) {
	t.Helper()
	t.Setenv("PAMODATA_NODE", "here")
	t.Setenv("PAMODATA_CONFIG", "")
	text := read(t, file)
	var got strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "# ") || line == "\n" {
			got.WriteString(line)
		}
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
		if !ok {
			continue
		}
		fmt.Fprintf(&got, "$ %s\n", command)
		switch command {
		case "seed":
			seed(t, store)
		case "tamper":
			tamper(t, store)
		default:
			got.WriteString(played(t, store, command))
		}
	}
	if rewrite {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, got.String()); diff != "" {
		t.Errorf("%s (-file +run; -update rewrites it):\n%s", file, diff)
	}
}

// played runs a command line and tells what it printed.
func played(t *testing.T, store, command string) string {
	t.Helper()
	words := shellWords(t, command)
	if words[0] != "pamodata" {
		t.Fatalf("%q is no command of this program", command)
	}
	code, out, errors := commanded(words[1:]...)
	var b strings.Builder
	b.WriteString(out)
	if out != "" && !strings.HasSuffix(out, "\n") {
		b.WriteString("\n")
	}
	for line := range strings.Lines(errors) {
		b.WriteString("! " + line)
	}
	if code != 0 {
		fmt.Fprintf(&b, "exit %d\n", code)
	}
	return masked(strings.ReplaceAll(b.String(), store, "STORE"))
}

var (
	anyTime = regexp.MustCompile(`20[0-8]\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?`)
	anyNode = regexp.MustCompile(`here/command/\d+`)
	anyHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

// masked hides what differs from run to run.
func masked(text string) string {
	text = strings.ReplaceAll(text, strings.ReplaceAll(operator().Name, `\`, `\\`), "OPERATOR")
	text = anyNode.ReplaceAllString(text, "here/command/PID")
	return anyHash.ReplaceAllString(anyTime.ReplaceAllString(text, "TIME"), "HASH")
}

// shellWords splits a line at blanks, but for those in single quotes.
func shellWords(t *testing.T, line string) (words []string) {
	t.Helper()
	quoted, begun := false, false
	var word strings.Builder
	for _, r := range line + " " {
		switch {
		case r == '\'':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			if begun || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
		}
	}
	if quoted {
		t.Fatalf("%q lacks a quote", line)
	}
	return words
}

// seed has PRIV\anna ask for the role of testdata/roles.yaml twice, and PRIV\bert
// approve the first.
func seed(t *testing.T, store string) {
	t.Helper()
	ctx := t.Context()
	db, closed, err := openStore(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	clock := pamtest.NewClock(seeded)
	made := byte(0)
	desk := pam.NewDesk(pam.Config{DB: db, Granter: pam.NewJournal(db), Clock: clock.Now, Logger: pamtest.Quiet(), Node: "here",
		NewID: func() edm.GUID { made++; return pamtest.ID(9, made) }})
	all, err := desk.Definitions(ctx)
	if err != nil {
		t.Fatal(err)
	}
	role := all.Roles[0].ID
	for i, why := range []string{"Ticket 4711", "Ticket 4712"} {
		r, err := desk.Create(pamtest.As(ctx, `PRIV\anna`), pam.Ask{Role: role, TTL: 3600, Justification: why})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			clock.Add(time.Minute)
			if err := desk.Decide(pamtest.As(ctx, `PRIV\bert`), r.Approval, true, ""); err != nil {
				t.Fatal(err)
			}
		}
		clock.Add(time.Minute)
	}
}

// tamper changes an event of the trail.
func tamper(t *testing.T, store string) {
	t.Helper()
	db, err := openTarget(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statement := &sqldb.Statement{Text: "UPDATE pam_audit SET reason = 'nothing to see here' WHERE seq = 2"}
	if _, err := db.Exec(t.Context(), statement, nil); err != nil {
		t.Fatal(err)
	}
}

func TestCommandsNeverPrintThePassword(t *testing.T) {
	const secret = "tr0ub4dor"
	t.Setenv("PAMODATA_CONFIG", "")
	for _, tt := range []struct {
		name string
		args []string
		why  string
	}{
		{"print", []string{"config", "print", "--dev-user", account, "--store", "postgres://jen:" + secret + "@127.0.0.1:1/pam"}, "the configuration is printed without it"},
		{"no server", []string{"user", "list", "--store", "postgres://jen:" + secret + "@127.0.0.1:1/pam"}, "nobody listens there"},
		{"no URL", []string{"user", "list", "--store", "postgres://jen:" + secret + "@127.0.0.1:x y/pam"}, "what cannot be read is not repeated"},
		{"other kind", []string{"user", "list", "--store", "mysql://jen:" + secret + "@127.0.0.1/pam"}, "nor what is of another kind"},
		{"option", []string{"user", "list", "--store", "postgres://127.0.0.1:1/pam?password=" + secret}, "nor a password in an option"},
		{"serve", []string{"serve", "--dev-user", account, "--store", "postgres://jen:" + secret + "@127.0.0.1:1/pam"}, "the service says that it cannot connect"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			var out bytes.Buffer
			c := newCommand()
			c.SetArgs(tt.args)
			c.SetOut(&out)
			c.SetErr(&out)
			code := run(ctx, c, &out)
			if tt.name != "print" && code == 0 {
				t.Errorf("exit code 0: %s", tt.why)
			}
			if strings.Contains(out.String(), secret) {
				t.Errorf("the password is printed: %s\n%s", tt.why, out.String())
			}
			if out.Len() == 0 {
				t.Error("nothing is printed")
			}
		})
	}
}

// TestREADMECommands: the command lines of README.md exist, with their flags.
func TestREADMECommands(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		text += strings.ReplaceAll(block[1], "\\\n", " ")
	}
	lines := regexp.MustCompile(`(?m)^(?:go run \./cmd/)?pamodata ([^#>\n]+)`).FindAllStringSubmatch(text, -1)
	if len(lines) < 15 {
		t.Fatalf("found %d command lines", len(lines))
	}
	for _, line := range lines {
		root := newCommand()
		c, rest, err := root.Find(shellWords(t, strings.TrimSpace(line[1])))
		if err == nil && c == root {
			err = fmt.Errorf("no such command")
		}
		if err == nil {
			err = c.ParseFlags(rest)
		}
		if err == nil {
			err = c.ValidateArgs(c.Flags().Args())
		}
		if err != nil {
			t.Errorf("pamodata %s: %v", line[1], err)
		}
	}
}

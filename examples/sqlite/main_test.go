package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// TestREADME runs the commands of README.md and compares the answers.
func TestREADME(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	here := serve(t, opened(t, sqlite.InMemory, true))
	calls := regexp.MustCompile("(?s)```sh\n(curl [^`]+)\n```\n```(?:json|text)\n(.*?)\n```").FindAllStringSubmatch(string(page), -1)
	if len(calls) < 10 {
		t.Fatalf("found %d commands with an answer in README.md", len(calls))
	}
	for _, call := range calls {
		got := strings.ReplaceAll(curl(t, shell, strings.ReplaceAll(call[1], "http://127.0.0.1:8083", here)), here, "http://127.0.0.1:8083")
		if diff := cmp.Diff(call[2], got); diff != "" {
			t.Errorf("%s (-README +answer):\n%s", call[1], diff)
		}
	}
}

// TestFile: a file that was given is served as it is, and keeps what is written.
func TestFile(t *testing.T) {
	shell := tool(t, "bash", "install the package bash")
	tool(t, "curl", "install the package curl")
	file := filepath.Join(t.TempDir(), "library.db")
	if err := opened(t, file, true).Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, command, want string }{
		{"change", `curl -X MERGE '/Books(2)' -H 'Content-Type: application/json' -d '{"Price":12}' -w '%{http_code}'`, "204"},
		{"read", `curl '/Books(2)/Price/$value'`, "12"},
		{"count", `curl '/Books/$count'`, "5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			here := serve(t, opened(t, file, false))
			if got := curl(t, shell, strings.Replace(tt.command, "'/", "'"+here+"/", 1)); got != tt.want {
				t.Errorf("%s answered %q, want %q", tt.command, got, tt.want)
			}
		})
	}
}

// TestForeignFile: a file that lacks a table, or a column, is refused at the start.
func TestForeignFile(t *testing.T) {
	for _, tt := range []struct{ name, forget, want string }{
		{"table", "DROP TABLE book", "book"},
		{"column", "ALTER TABLE author DROP COLUMN born", "born"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := opened(t, sqlite.InMemory, true)
			if _, err := db.Exec(t.Context(), &sqldb.Statement{Text: tt.forget}, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := handler(t.Context(), db); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("after %s the error is %v, want %q in it", tt.forget, err, tt.want)
			}
		})
	}
}

// opened opens a file until the test ends, and makes a library in it if it is empty.
func opened(t *testing.T, file string, empty bool) sqldb.DB {
	t.Helper()
	db, err := sqlite.Open(file, sqlite.Options{Call: sqldb.Call})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if empty {
		if err := fill(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// serve serves a database until the test ends, and returns the service root.
func serve(t *testing.T, db sqldb.DB) string {
	t.Helper()
	h, err := handler(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// curl runs a command that begins with curl, and returns what it prints.
func curl(t *testing.T, shell, text string) string {
	t.Helper()
	var answer, problem bytes.Buffer
	command := exec.CommandContext(t.Context(), shell, "-c", strings.Replace(text, "curl ", "curl -sS ", 1))
	command.Stdout, command.Stderr = &answer, &problem
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", text, err, problem.String())
	}
	return strings.TrimSpace(answer.String())
}

// tool finds a program the test needs. It skips the test without it, or fails it
// where nothing may be skipped.
func tool(t *testing.T, name, advice string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("TEST_NO_SKIP") != "":
		t.Fatalf("%s is missing: %s", name, advice)
	default:
		t.Skipf("%s is missing: to run this test, %s", name, advice)
	}
	return path
}

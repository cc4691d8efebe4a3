package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// childTarget and childFiles make a process of this test one that migrates, and
// prints what it has applied.
const (
	childTarget = "PAMODATA_TEST_MIGRATE"
	childFiles  = "PAMODATA_TEST_MIGRATE_FILES"
)

func TestMain(m *testing.M) {
	if target := os.Getenv(childTarget); target != "" {
		applied, err := up(context.Background(), target, os.DirFS(os.Getenv(childFiles)), shortLease)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(len(applied))
		os.Exit(0)
	}
	pgtest.Main(m)
}

// shortLease is one whose end tests can wait for.
const shortLease = 600 * time.Millisecond

var databases = []struct {
	name string
	make func(testing.TB) string
}{
	{"SQLite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "a test?.db") }},
	{"PostgreSQL", pgtest.Database},
}

// files is a source of which all files are the same in both dialects. Numbers begin
// at 1.
func files(texts ...string) fstest.MapFS {
	source := fstest.MapFS{}
	for i, text := range texts {
		for _, folder := range []string{"sqlite", "postgres"} {
			source[fmt.Sprintf("%s/%04d_step.sql", folder, i+1)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text + "\n")}
		}
	}
	return source
}

var steps = []string{
	"CREATE TABLE note (id integer NOT NULL PRIMARY KEY, body text NOT NULL);\nINSERT INTO note VALUES (1, 'first');",
	"ALTER TABLE note ADD COLUMN kind text;\nUPDATE note SET kind = 'old';",
	"INSERT INTO note (id, body) SELECT max(id) + 1, 'third' FROM note;",
}

// write puts a source into a folder.
func write(t testing.TB, source fstest.MapFS) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := os.CopyFS(folder, source); err != nil {
		t.Fatal(err)
	}
	return folder
}

// child is a process that migrates.
func child(t testing.TB, target, folder string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), childTarget+"="+target, childFiles+"="+folder)
	return c
}

// opened is a target, opened by the driver that Up uses.
func opened(t testing.TB, target string) *sql.DB {
	t.Helper()
	d, path, err := dialectOf(target)
	if err != nil {
		t.Fatal(err)
	}
	db, err := open(d, target, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask is the only value that a query has.
func ask(t testing.TB, target, query string) string {
	t.Helper()
	var answer any
	if err := opened(t, target).QueryRow(query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if n, ok := answer.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprint(answer)
}

func numbers(versions []Version) (list []int64) {
	for _, v := range versions {
		list = append(list, v.Number)
	}
	return list
}

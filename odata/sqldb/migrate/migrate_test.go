package migrate

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// TestUp goes to the newest version from each one.
func TestUp(t *testing.T) {
	for _, d := range databases {
		for from := range len(steps) + 1 {
			t.Run(d.name+" "+string(rune('0'+from)), func(t *testing.T) {
				target := d.make(t)
				var want []int64
				for n := range len(steps) {
					if n >= from {
						want = append(want, int64(n+1))
					}
				}
				if from > 0 {
					if _, err := Up(t.Context(), target, files(steps[:from]...)); err != nil {
						t.Fatal(err)
					}
				}
				applied, err := Up(t.Context(), target, files(steps...))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, numbers(applied)); diff != "" {
					t.Errorf("what was applied (-want +got):\n%s", diff)
				}
				if got := ask(t, target, "SELECT count(*) FROM note WHERE kind IS NULL OR kind = 'old'"); got != "2" {
					t.Errorf("%s rows, want 2", got)
				}
				done := applied
				applied, err = Up(t.Context(), target, files(steps...))
				if err != nil || applied != nil {
					t.Errorf("again: %v, %v: there was nothing to do", applied, err)
				}
				status, err := Status(t.Context(), target, files(steps...))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(done, status[from:]); from < len(steps) && diff != "" {
					t.Errorf("what Up has told, and Status tells (-Up +Status):\n%s", diff)
				}
				for i, v := range status {
					if v.Number != int64(i+1) || v.Applied.IsZero() || v.File != "000"+string(rune('1'+i))+"_step.sql" {
						t.Errorf("status %d: %+v", i, v)
					}
				}
				if len(status) != len(steps) {
					t.Errorf("the status of %d migrations", len(status))
				}
			})
		}
	}
}

func with(source fstest.MapFS, name, text string) fstest.MapFS {
	source = maps.Clone(source)
	if text == "" {
		delete(source, name)
	} else {
		source[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return source
}

// TestRefused has what Up refuses; nothing is changed then.
func TestRefused(t *testing.T) {
	all := files(steps...)
	changed := files(steps[0]+"\n-- changed", steps[1], steps[2])
	for _, tt := range []struct {
		name         string
		before, with fstest.MapFS
		want         []string // parts of the error, folder left out
		why          string
	}{
		{"newer", all, files(steps[:1]...), []string{"the database is newer than this program", "version 2 (0002_step.sql)", "version 3 (0003_step.sql)", "up to 1 (0001_step.sql)"}, "an old program must not write to what it does not know"},
		{"unknown", all, with(with(all, "sqlite/0002_step.sql", ""), "postgres/0002_step.sql", ""), []string{"has version 2 (0002_step.sql), which this program does not know"}, "a file has got lost"},
		{"changed", files(steps[:2]...), changed, []string{"0001_step.sql (version 1) is not the file that was applied at"}, "what was applied cannot be changed any more"},
		{"late", with(with(all, "sqlite/0002_step.sql", ""), "postgres/0002_step.sql", ""), all, []string{"0002_step.sql (version 2) was not applied, but version 3 was"}, "the order would not be that of other databases"},
		{"no twin", nil, with(all, "postgres/0003_step.sql", ""), []string{"postgres has no version 3, the twin of 0003_step.sql"}, "at start, whichever database is used"},
		{"no twin there", nil, with(all, "sqlite/0003_step.sql", ""), []string{"sqlite has no version 3, the twin of 0003_step.sql"}, "the other way"},
		{"no folder", nil, fstest.MapFS{"sqlite/0001_a.sql": all["sqlite/0001_step.sql"]}, []string{"the folder postgres: "}, "a source for one dialect only"},
		{"nothing", nil, fstest.MapFS{"sqlite/README": {}, "postgres/README": {}}, []string{"there are no files"}, "a wrong folder, most likely"},
		{"no number", nil, with(all, "sqlite/start.sql", "x"), []string{"sqlite/start.sql: the name must begin with a number"}, "it would be passed over"},
		{"version 0", nil, with(all, "sqlite/0000_x.sql", "x"), []string{"sqlite/0000_x.sql: the name must begin with a number"}, "0 is that of an empty database"},
		{"same number", nil, with(all, "sqlite/1_a.sql", "x"), []string{"sqlite: 0001_step.sql and 1_a.sql have the same number"}, "0001 is 1"},
		{"no transaction", nil, with(all, "sqlite/0001_step.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nVACUUM;"), []string{"sqlite/0001_step.sql: NO TRANSACTION is not for SQLite"}, "the transaction is the lock"},
		{"not a migration", nil, with(with(all, "sqlite/0003_step.sql", "SELECT 1;"), "postgres/0003_step.sql", "SELECT 1;"), []string{"failed to parse 0003_step.sql"}, "before the first one is applied"},
	} {
		for i, d := range databases {
			if i > 0 && tt.before == nil {
				break // the source alone is refused, whatever the database
			}
			t.Run(tt.name+" "+d.name, func(t *testing.T) {
				target := d.make(t)
				if tt.before != nil {
					if _, err := Up(t.Context(), target, tt.before); err != nil {
						t.Fatal(err)
					}
				}
				for range 2 {
					applied, err := Up(t.Context(), target, tt.with)
					if err == nil || len(applied) > 0 {
						t.Fatalf("applied %v: %s", applied, tt.why)
					}
					for _, part := range tt.want {
						if !strings.Contains(err.Error(), part) {
							t.Errorf("%v\nlacks %q: %s", err, part, tt.why)
						}
					}
				}
				if tt.before != nil {
					status, err := Status(t.Context(), target, tt.with)
					if err == nil || !strings.Contains(err.Error(), tt.want[0]) {
						t.Errorf("the status does not tell: %v", err)
					}
					if len(status) < len(tt.with)/2 || len(status) < len(tt.before)/2 {
						t.Errorf("the status has %d versions", len(status))
					}
					if _, err := Up(t.Context(), target, tt.before); err != nil {
						t.Errorf("what was applied cannot go on: %v", err)
					}
				}
			})
		}
	}
}

// TestLineEnds changes nothing but the ends of lines.
func TestLineEnds(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a.db")
	if _, err := Up(t.Context(), target, files(steps...)); err != nil {
		t.Fatal(err)
	}
	if _, err := Up(t.Context(), target, files(strings.ReplaceAll(steps[0], "\n", "\r\n"), steps[1], steps[2])); err != nil {
		t.Error(err)
	}
}

// TestFailing has a second migration whose second statement fails, and mends it.
func TestFailing(t *testing.T) {
	failing := files(steps[0], "CREATE TABLE half (id integer);\nINSERT INTO note SELECT * FROM note;", steps[2])
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			target := d.make(t)
			for _, want := range [][]int64{{1}, nil} {
				applied, err := Up(t.Context(), target, failing)
				if err == nil {
					t.Fatal("no error")
				}
				if diff := cmp.Diff(want, numbers(applied)); diff != "" {
					t.Errorf("what was applied (-want +got):\n%s", diff)
				}
				if text := err.Error(); !strings.Contains(text, "0002_step.sql (version 2)") || !strings.Contains(strings.ToLower(text), "unique") {
					t.Errorf("%v: it names neither file nor cause", err)
				}
			}
			// The table half was undone, so it can be made.
			applied, err := Up(t.Context(), target, files(steps[0], "CREATE TABLE half (id integer);", steps[2]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]int64{2, 3}, numbers(applied)); diff != "" {
				t.Errorf("what was applied (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReferences makes a table anew that others refer to, as SQLite has it done, and
// then leaves a row behind that refers to nothing.
func TestReferences(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a.db")
	steps := []string{
		"CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE TABLE b (a INTEGER REFERENCES a (id));\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);",
		"CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);\nINSERT INTO new (id) SELECT id FROM a;\nDROP TABLE a;\nALTER TABLE new RENAME TO a;",
		"DELETE FROM a;",
	}
	applied, err := Up(t.Context(), target, files(steps...))
	if err == nil || !strings.Contains(err.Error(), "0003_step.sql (version 3): a row of b would refer to one that a does not have") {
		t.Error(err)
	}
	if diff := cmp.Diff([]int64{1, 2}, numbers(applied)); diff != "" {
		t.Errorf("what was applied (-want +got):\n%s", diff)
	}
}

// TestNoTransaction has statements that PostgreSQL refuses in a transaction.
func TestNoTransaction(t *testing.T) {
	source := files(steps[0], "CREATE INDEX note_body ON note (body);")
	source["postgres/0002_step.sql"] = &fstest.MapFile{Data: []byte("-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY note_body ON note (body);\n")}
	for _, d := range databases {
		applied, err := Up(t.Context(), d.make(t), source)
		if err != nil || len(applied) != 2 {
			t.Errorf("%s: %v, %v", d.name, applied, err)
		}
	}
}

// TestTargets has what is no target. A password is not repeated.
func TestTargets(t *testing.T) {
	for _, tt := range []struct{ target, want string }{
		{"", "neither"},
		{":memory:", "in memory"},
		{"file:a.db", "neither"},
		{"mysql://root:pass.word@host/db", "neither"},
		{"postgres://u:pass%word@host/db", "cannot be read"},
		{"postgres://u:pass.word@127.0.0.1:1/db", "connect"},
		{filepath.Join(t.TempDir(), "none", "a.db"), "unable to open"},
	} {
		_, err := Up(t.Context(), tt.target, files(steps...))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "pass.") || strings.Contains(err.Error(), "pass%") {
			t.Errorf("%q: %v: want %q", tt.target, err, tt.want)
		}
	}
}

// TestPoolSettings has a URL as package postgres takes it.
func TestPoolSettings(t *testing.T) {
	target := pgtest.Database(t) + "&pool_max_conns=2&application_name=test"
	if applied, err := Up(t.Context(), target, files(steps...)); err != nil || len(applied) != len(steps) {
		t.Errorf("%v, %v", applied, err)
	}
}

// TestStatusMakesNothing looks at a file that does not exist.
func TestStatusMakesNothing(t *testing.T) {
	target := filepath.Join(t.TempDir(), "a.db")
	status, err := Status(t.Context(), target, files(steps...))
	if diff := cmp.Diff([]int64{1, 2, 3}, numbers(status)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := os.Stat(target); !os.IsNotExist(err) {
		t.Errorf("there is a file now: %v", err)
	}
}

// TestCancelled ends what a migration waits for.
func TestCancelled(t *testing.T) {
	for _, d := range databases {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if applied, err := Up(ctx, d.make(t), files(steps...)); err == nil || len(applied) > 0 {
			t.Errorf("%s: %v, %v", d.name, applied, err)
		}
	}
}

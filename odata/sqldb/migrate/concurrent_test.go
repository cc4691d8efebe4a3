package migrate

import (
	"context"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const starting = 10

// TestStartingAtOnce has ten programs and as many goroutines of one program start
// with an empty database.
func TestStartingAtOnce(t *testing.T) {
	folder := write(t, files(steps...))
	for _, d := range databases {
		for name, start := range map[string]func(target string) (int, error){
			"goroutines": func(target string) (int, error) {
				applied, err := Up(context.Background(), target, files(steps...))
				return len(applied), err
			},
			"processes": func(target string) (int, error) {
				out, err := child(t, target, folder).Output()
				if failed, ok := errors.AsType[*exec.ExitError](err); ok {
					return 0, errors.New(string(failed.Stderr))
				}
				n, _ := strconv.Atoi(strings.TrimSpace(string(out)))
				return n, err
			},
		} {
			t.Run(d.name+" "+name, func(t *testing.T) {
				target := d.make(t)
				var all sync.WaitGroup
				counts := make([]int, starting)
				for i := range starting {
					all.Go(func() {
						var err error
						if counts[i], err = start(target); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				sum := 0
				for _, n := range counts {
					sum += n
				}
				if sum != len(steps) {
					t.Errorf("%d migrations were applied, want %d: %v", sum, len(steps), counts)
				}
				if got := ask(t, target, "SELECT count(*) FROM note"); got != "2" {
					t.Errorf("%s rows, want 2: a step was taken twice", got)
				}
			})
		}
	}
}

// TestKilledHolder kills a program in the midst of its second migration, which takes
// long. PostgreSQL works on for a while.
func TestKilledHolder(t *testing.T) {
	slow, source := files(steps[0], ""), files(steps[0], "INSERT INTO note (id, body) VALUES (100, 'quick');")
	slow["sqlite/0002_step.sql"].Data = []byte("-- +goose Up\nINSERT INTO note (id, body) VALUES (100, 'slow');\n" +
		"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) INSERT INTO note SELECT 101, count(*) FROM n;\n")
	slow["postgres/0002_step.sql"].Data = []byte("-- +goose Up\nINSERT INTO note (id, body) VALUES (100, 'slow');\nINSERT INTO note SELECT 101, pg_sleep(1.2)::text;\n")
	folder := write(t, slow)
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			target := d.make(t)
			c := child(t, target, folder)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			for len(applied(t, target)) == 0 {
				time.Sleep(5 * time.Millisecond)
			}
			time.Sleep(50 * time.Millisecond) // it is at the second one, or about to begin that
			c.Process.Kill()
			c.Wait()
			if n := len(applied(t, target)); n != 1 {
				t.Fatalf("%d migrations were applied by the one that was killed, want 1", n)
			}
			done, err := up(t.Context(), target, source, shortLease)
			if err != nil || len(done) != 1 || done[0].Number != 2 {
				t.Fatalf("%v, %v", done, err)
			}
			if got := ask(t, target, "SELECT body FROM note WHERE id > 1"); got != "quick" {
				t.Errorf("the note is the %s one", got)
			}
		})
	}
}

// applied are the versions that a database has.
func applied(t *testing.T, target string) []record {
	t.Helper()
	db := opened(t, target)
	d, _, _ := dialectOf(target)
	records, err := (&history{dialect: d}).applied(t.Context(), db)
	if err != nil && !isBusy(err) {
		t.Fatal(err)
	}
	return records
}

// TestWaiting has another program write to a file for longer than SQLite waits at a
// time: first longer than the caller wants to wait, then not.
func TestWaiting(t *testing.T) {
	target := databases[0].make(t)
	other, err := opened(t, target).BeginTx(t.Context(), nil) // it begins to write
	if err != nil {
		t.Fatal(err)
	}
	short, done := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer done()
	if applied, err := Up(short, target, files(steps...)); err == nil || len(applied) > 0 || short.Err() == nil {
		t.Errorf("%v, %v", applied, err)
	}
	failed := make(chan error)
	go func() {
		_, err := Up(context.Background(), target, files(steps...))
		failed <- err
	}()
	time.Sleep(1200 * time.Millisecond) // busy_timeout is a second
	if err := other.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Error(err)
	}
}

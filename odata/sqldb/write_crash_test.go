package sqldb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// crashing is the variable that makes TestKillWriter the writer that is killed:
// the kind of a database, and where it is.
const crashing = "PAMODATA_TEST_SQL_CRASH"

// A ledger of what the writer does: each transaction makes a team and three tasks
// of it, and says so after it.
func writeUntilKilled(t *testing.T, kind, place string) {
	db, err := openAt(t.Context(), kind, place)
	if err != nil {
		t.Fatal(err)
	}
	h := &townhall{t: t, model: testmodel.Town(t)}
	if h.store, err = sqldb.NewStore(db, h.model); err != nil {
		t.Fatal(err)
	}
	h.sets = setsOf(h.store)
	for {
		var id string
		err := h.store.Transact(t.Context(), func(ctx context.Context) error {
			team, err := h.insert(ctx, "Teams", "Name='t'")
			if err != nil {
				return err
			}
			id = team.Values[0].String()
			for range 3 {
				if _, err := h.insert(ctx, "Tasks", "Title='x' TeamId="+id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("done " + id)
	}
}

func openAt(ctx context.Context, kind, place string) (sqldb.DB, error) {
	if kind == "SQLite" {
		return sqlite.Open(place, sqlite.Options{Call: sqldb.Call})
	}
	return postgres.Open(ctx, place, postgres.Options{})
}

// TestKillWriter kills a process that writes, again and again: what it has told to
// be written is there, and nothing is there in part.
func TestKillWriter(t *testing.T) {
	if kind, place, ok := strings.Cut(os.Getenv(crashing), " "); ok {
		writeUntilKilled(t, kind, place)
	}
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		t.Run(kind, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "town.db")
			if kind == "PostgreSQL" {
				place = pgtest.Database(t)
			}
			db, err := openAt(t.Context(), kind, place)
			if err != nil {
				t.Fatal(err)
			}
			newTownhall(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			told := 0
			for round := range 10 {
				teams := killWriter(t, kind, place, 20*time.Millisecond+time.Duration(round)*7*time.Millisecond)
				told += len(teams)
				checkTeams(t, kind, place, teams)
			}
			if told < 20 {
				t.Errorf("only %d transactions were committed before the writer was killed", told)
			}
		})
	}
}

// killWriter runs a writer for a while after its first commit, and returns the
// teams it has told of.
func killWriter(t *testing.T, kind, place string, after time.Duration) (teams []string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillWriter$")
	child.Env = append(os.Environ(), crashing+"="+kind+" "+place)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		id, ok := strings.CutPrefix(lines.Text(), "done ")
		if !ok {
			t.Fatalf("the writer says %s", lines.Text())
		}
		if teams = append(teams, id); len(teams) == 1 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait() // it was killed
	return teams
}

func checkTeams(t *testing.T, kind, place string, told []string) {
	t.Helper()
	db, err := openAt(t.Context(), kind, place)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	h := &townhall{t: t, model: testmodel.Town(t)}
	if h.store, err = sqldb.NewStore(db, h.model); err != nil {
		t.Fatal(err)
	}
	h.sets = setsOf(h.store)
	tasks := map[string]int{}
	q := h.target("Tasks", "")
	for _, row := range h.all("Tasks", "") {
		tasks[row[q.Field(q.Type.Property("TeamId"))]]++
	}
	teams := map[string]bool{}
	for _, row := range h.all("Teams", "") {
		teams[row[0]] = true
		if tasks[row[0]] != 3 {
			t.Errorf("team %s has %d tasks, want 3", row[0], tasks[row[0]])
		}
	}
	if len(tasks) != len(teams) {
		t.Error("there are tasks of " + strconv.Itoa(len(tasks)) + " teams, and " + strconv.Itoa(len(teams)) + " teams")
	}
	for _, id := range told {
		if !teams[id] {
			t.Errorf("team %s was committed and is not there", id)
		}
	}
}

package sqldb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

// crashing is the variable that makes TestKillWriter the writer that is killed: the
// kind of a database, the number of the round, and where the database is.
const crashing = "PAMODATA_TEST_SQL_CRASH"

// writeUntilKilled writes by four writers at once, and says after each write what it
// has written:
//
//	team ID NAME   a transaction has made a team with three tasks
//	both N         a change set, in a batch, has set the rank of two persons to N
//	note ID        a note was made
//	gone ID        a note was deleted
func writeUntilKilled(t *testing.T, kind, place, round string) {
	db, err := openAt(t.Context(), kind, place)
	if err != nil {
		t.Fatal(err)
	}
	h := &townhall{t: t, model: testmodel.Town(t)}
	if h.store, err = sqldb.NewStore(db, h.model); err != nil {
		t.Fatal(err)
	}
	h.sets = setsOf(h.store)
	svc := memberOf(t, kind, h.model, h.store.Sets(sqldb.Guard(odata.Public()))).service
	first, err := strconv.Atoi(round)
	if err != nil {
		t.Fatal(err)
	}
	first = (first + 1) * crashWrites
	writers := []func(n int) string{
		func(n int) string { return "team " + h.makeTeam(fmt.Sprintf("'t%d'", n)) },
		func(n int) string { return "team " + h.makeTeam(fmt.Sprintf("'u%d'", n)) },
		func(n int) string {
			rank := fmt.Sprintf(`{"Rank":%d}`, n)
			body, mediaType := batch([3]string{http.MethodPatch, "Persons(1)", rank}, [3]string{http.MethodPatch, "Persons(2)", rank})
			if answer := ask(svc, http.MethodPost, "$batch", body, "Content-Type", mediaType); strings.Count(answer, "HTTP/1.1 204") != 2 {
				t.Error(answer)
			}
			return fmt.Sprint("both ", n)
		},
		func(n int) string {
			if n%3 == 2 {
				if answer := ask(svc, http.MethodDelete, fmt.Sprintf("Notes(%d)", n-1), "", "If-Match", "*"); !strings.HasPrefix(answer, "204") {
					t.Error(answer)
				}
				return fmt.Sprint("gone ", n-1)
			}
			if answer := ask(svc, http.MethodPost, "Notes", fmt.Sprintf(`{"Id":%d,"Text":"x"}`, n)); !strings.HasPrefix(answer, "201") {
				t.Error(answer)
			}
			return fmt.Sprint("note ", n)
		},
	}
	var all sync.WaitGroup
	var out sync.Mutex
	for _, write := range writers {
		all.Go(func() {
			for n := first; n < first+crashWrites && !t.Failed(); n++ {
				what := write(n)
				out.Lock()
				fmt.Println("done " + what)
				out.Unlock()
			}
		})
	}
	all.Wait()
}

// crashWrites is how much room the numbers of one round have. It is a multiple of 3,
// and so are the numbers that rounds begin with.
const crashWrites = 3_000_000

// makeTeam makes a team with three tasks, and tells its key and name.
func (h *townhall) makeTeam(name string) string {
	var id string
	err := h.store.Transact(h.t.Context(), func(ctx context.Context) error {
		team, err := h.insert(ctx, "Teams", "Name="+name)
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
		h.t.Error(err)
	}
	return id + " " + name
}

func openAt(ctx context.Context, kind, place string) (sqldb.DB, error) {
	if kind == "SQLite" {
		return sqlite.Open(place, sqlite.Options{Call: sqldb.Call})
	}
	return postgres.Open(ctx, place, postgres.Options{})
}

// TestKillWriter kills a process that writes, again and again: what it has told to
// be written is there, once, and nothing is there in part.
func TestKillWriter(t *testing.T) {
	if crash, ok := os.LookupEnv(crashing); ok {
		parts := strings.SplitN(crash, " ", 3)
		writeUntilKilled(t, parts[0], parts[2], parts[1])
		return
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
			h := newTownhall(t, db)
			for _, id := range []string{"Id=1", "Id=2"} {
				if _, err := h.insert(t.Context(), "Persons", id+" Rank=0"); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			l := ledger{teams: map[string]string{}, notes: map[string]bool{}}
			rounds := sized(5, 100)
			for round := range rounds {
				l.killWriter(t, kind, place, round, 20*time.Millisecond+time.Duration(round%20)*9*time.Millisecond)
				l.check(t, kind, place)
				if t.Failed() {
					return
				}
			}
			t.Logf("%d rounds: %d writes were told, of which %d transactions, change sets up to %d, %d notes", rounds, l.told, len(l.teams), l.both, len(l.notes))
			if l.told < 4*rounds || len(l.teams) == 0 || l.both == 0 || len(l.notes) == 0 {
				t.Error("too little was written before the writer was killed")
			}
		})
	}
}

// A ledger is what writers have told.
type ledger struct {
	told  int
	teams map[string]string // the names
	both  int
	notes map[string]bool // whether one is there; false when it was deleted
}

// killWriter runs a writer for a while after it has written something of all sorts,
// and notes what it tells.
func (l *ledger) killWriter(t *testing.T, kind, place string, round int, after time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillWriter$")
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", crashing, kind, round, place))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	sorts := map[string]bool{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		what, ok := strings.CutPrefix(lines.Text(), "done ")
		if !ok {
			t.Fatalf("the writer says %s", lines.Text())
		}
		l.told++
		parts := strings.Fields(what)
		if sorts[parts[0]] = true; sorts["team"] && sorts["both"] && sorts["note"] {
			kill.Do(func() { time.AfterFunc(after, func() { _ = child.Process.Kill() }) })
		}
		switch parts[0] {
		case "team":
			l.teams[parts[1]] = parts[2]
		case "both":
			if l.both, err = strconv.Atoi(parts[1]); err != nil {
				t.Fatal(err)
			}
		case "note":
			l.notes[parts[1]] = true
		case "gone":
			l.notes[parts[1]] = false
		}
	}
	_ = child.Wait() // it was killed
}

// check compares the database with what was told. The writer may have written a
// little more than it could tell, but nothing in part.
func (l *ledger) check(t *testing.T, kind, place string) {
	t.Helper()
	db, err := openAt(t.Context(), kind, place)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if kind == "PostgreSQL" {
		awaitAlone(t, db)
	}
	h := &townhall{t: t, model: testmodel.Town(t)}
	if h.store, err = sqldb.NewStore(db, h.model); err != nil {
		t.Fatal(err)
	}
	h.sets = setsOf(h.store)
	at := func(set, property string) int {
		q := h.target(set, "")
		return q.Field(q.Type.Property(property))
	}
	tasks, teams, named := map[string]int{}, map[string]string{}, map[string]int{}
	for _, row := range h.all("Tasks", "") {
		tasks[row[at("Tasks", "TeamId")]]++
	}
	for _, row := range h.all("Teams", "") {
		name := row[at("Teams", "Name")]
		teams[row[0]] = name
		if named[name]++; named[name] > 1 {
			t.Errorf("the team %s is there twice", name)
		}
		if tasks[row[0]] != 3 {
			t.Errorf("team %s has %d tasks, want 3", row[0], tasks[row[0]])
		}
	}
	if len(tasks) != len(teams) {
		t.Errorf("there are tasks of %d teams, and %d teams", len(tasks), len(teams))
	}
	for id, name := range l.teams {
		if teams[id] != name {
			t.Errorf("team %s %s was committed, and is there as %q", id, name, teams[id])
		}
	}
	var ranks []string
	for _, row := range h.all("Persons", "") {
		ranks = append(ranks, row[at("Persons", "Rank")])
	}
	if len(ranks) != 2 || ranks[0] != ranks[1] {
		t.Errorf("a change set was done in part: %v", ranks)
	} else if rank, err := strconv.Atoi(ranks[0]); err != nil || rank < l.both {
		t.Errorf("the change set %d was committed, and there is %s", l.both, ranks[0])
	}
	notes := map[string]bool{}
	for _, row := range h.all("Notes", "") {
		notes[row[0]] = true
	}
	untold := 0
	for id, there := range l.notes {
		switch {
		case there && !notes[id]:
			// Deleted, which the writer could not tell any more, at most once.
			if untold++; untold > 1 {
				t.Errorf("note %s was made, and is not there", id)
			}
			l.notes[id] = false
		case !there && notes[id]:
			t.Errorf("note %s was deleted, and is there", id)
		}
	}
}

// awaitAlone waits until the server has noticed that the writer is gone.
func awaitAlone(t *testing.T, db sqldb.DB) {
	t.Helper()
	others := &sqldb.Statement{Text: "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		Columns: []sqldb.Form{{Kind: edm.KindInt64}}}
	cells := make([]edm.Value, 1)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		rows, err := db.Query(t.Context(), others, nil)
		if err == nil {
			_, err = rows.Next(cells)
			err = errors.Join(err, rows.Close())
		}
		switch {
		case err != nil:
			t.Fatal(err)
		case cells[0].Int() == 0:
			return
		case time.Now().After(end):
			t.Fatal("the writer is gone, and its connections are not")
		}
	}
}

package crash_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pamodata/pamodata/entities/pam"
	"github.com/pamodata/pamodata/entities/pam/migrations"
	"github.com/pamodata/pamodata/entities/pam/pamtest"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb/migrate"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// killed counts the processes that were killed.
var killed [2]atomic.Int64

// TestKill kills a process at every point of every deed, starts the service again, and
// judges what is left. It does so at each point on SQLite, and at every third on
// PostgreSQL; PAMODATA_LONG=1 makes it do so three times at all points on both, and
// kill what starts again as well.
func TestKill(t *testing.T) {
	t.Run("on", func(t *testing.T) {
		for _, kind := range []string{onSQLite, onPostgreSQL} {
			t.Run(kind, func(t *testing.T) {
				t.Parallel()
				empty := newEmpty(t, kind)
				for i := range deeds {
					for _, native := range []bool{false, true} {
						t.Run(fmt.Sprintf("%s, native %t", deeds[i].name, native), func(t *testing.T) {
							if kind == onSQLite {
								t.Parallel() // each has a file of its own
							}
							newScene(t, empty, i, native).killEverywhere()
						})
					}
				}
			})
		}
	})
	t.Logf("%d processes were killed at a deed, and %d when they caught up", killed[0].Load(), killed[1].Load())
}

// A scene is the state before a deed, which each process finds.
type scene struct {
	t      *testing.T
	deed   *deed
	number int // of the deed
	kind   string
	native bool

	place  string // the database
	folder string // of the memberships, and of the database where that is a file
}

// newEmpty makes a scene with definitions and without requests. It is the database of
// all others on PostgreSQL, one after the other, and what theirs begin as on SQLite.
func newEmpty(t *testing.T, kind string) *scene {
	s := &scene{t: t, kind: kind, folder: t.TempDir()}
	if s.place = filepath.Join(s.folder, "pam.db"); kind == onPostgreSQL {
		s.place = pgtest.Database(t)
	}
	if _, err := migrate.Up(t.Context(), s.place, migrations.Files); err != nil {
		t.Fatal(err)
	}
	s.prepare(func(_ context.Context, d *pam.Desk) error { pamtest.Apply(t, d, definitions()); return nil })
	s.save("empty")
	return s
}

// newScene makes the scene of a deed.
func newScene(t *testing.T, empty *scene, number int, native bool) *scene {
	s := &scene{t: t, deed: &deeds[number], number: number, native: native, kind: empty.kind, folder: t.TempDir(), place: empty.place}
	if s.kind == onSQLite {
		s.place = filepath.Join(s.folder, "pam.db")
		copyFile(t, empty.place+".empty", s.place)
	} else {
		s.restore("empty")
	}
	if s.deed.before != nil {
		s.prepare(s.deed.before)
	}
	s.save("scene")
	return s
}

// prepare does something by a desk at noon.
func (s *scene) prepare(do func(context.Context, *pam.Desk) error) {
	s.t.Helper()
	db, err := openAt(s.t.Context(), s.kind, s.place)
	if err != nil {
		s.t.Fatal(err)
	}
	err = do(s.t.Context(), newDesk(db, s.directory(), s.native, func() time.Time { return pamtest.Noon }, 0, func(string) {}))
	if err = errors.Join(err, db.Close()); err != nil {
		s.t.Fatal(err)
	}
}

// directory is the file of the memberships.
func (s *scene) directory() string { return filepath.Join(s.folder, "members") }

// everyTable runs SQL for each table, whose name is %[1]I.
const everyTable = `DO $$ DECLARE name text; BEGIN
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'pam\_%%' LOOP
	EXECUTE format('%s', name); END LOOP; END $$`

// save keeps the scene as it is under a name, for restore.
func (s *scene) save(as string) {
	s.t.Helper()
	copyFile(s.t, s.directory(), s.directory()+"."+as)
	if s.kind == onSQLite {
		copyFile(s.t, s.place, s.place+"."+as)
		return
	}
	s.everyTable("DROP TABLE IF EXISTS " + as + "_%1$s; CREATE TABLE " + as + "_%1$s AS TABLE %1$I")
}

// restore makes the scene as it was kept.
func (s *scene) restore(as string) {
	s.t.Helper()
	os.Remove(s.directory())
	copyFile(s.t, s.directory()+"."+as, s.directory())
	if s.kind == onSQLite {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			os.Remove(s.place + suffix)
		}
		copyFile(s.t, s.place+"."+as, s.place)
		return
	}
	s.everyTable("DELETE FROM %1$I; INSERT INTO %1$I SELECT * FROM " + as + "_%1$s")
}

func (s *scene) everyTable(sql string) {
	s.t.Helper()
	pgtest.Run(s.t, s.place, fmt.Sprintf(everyTable, sql))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// killEverywhere finds the points of the deed by a run that is not killed, and then
// kills a process at each.
func (s *scene) killEverywhere() {
	points, answered := s.run(orders{Deed: s.deed.name})
	if len(points) < 5 || !answered {
		s.t.Fatalf("the deed has the points %q, and that it was answered is %t", points, answered)
	}
	s.judge("not killed", answered, false)
	rounds := 1
	if long() {
		rounds = 3
	}
	for round := range rounds {
		for at, name := range points {
			turn := at + s.number
			if s.native {
				turn++
			}
			switch {
			case long():
			case s.kind == onPostgreSQL && turn%3 != 0, testing.Short() && turn%7 != 0:
				continue
			}
			again := 0 // the point at which what starts again is killed
			switch {
			case round > 0:
				again = 1 + rand.IntN(15)
			case turn%6 == 0:
				again = 1 + turn%11
			}
			s.kill(at, name, again, turn%5 == 2)
			if s.t.Failed() {
				return
			}
		}
	}
}

// kill kills a process at a point, and another one when it catches up. The service is
// late where it comes back after all should have ended.
func (s *scene) kill(at int, name string, again int, late bool) {
	s.restore("scene")
	points, answered := s.run(orders{Deed: s.deed.name, Kill: at + 1})
	if points != nil {
		s.t.Errorf("the process has not come to point %d, %s", at+1, name)
		return
	}
	killed[0].Add(1)
	what := fmt.Sprintf("killed at point %d, %s", at+1, name)
	if again > 0 {
		if points, _ := s.run(orders{Kill: again}); points == nil {
			killed[1].Add(1)
			what += fmt.Sprintf(", and again at point %d of catching up", again)
		}
	}
	s.judge(what, answered, late)
}

// run is a process. It has no points when it was killed.
func (s *scene) run(o orders) (names []string, told bool) {
	o.Kind, o.Place, o.Native, o.Directory, o.Now = s.kind, s.place, s.native, s.directory(), pamtest.Noon.Add(s.deed.at)
	text, err := json.Marshal(o)
	if err != nil {
		s.t.Fatal(err)
	}
	child := exec.CommandContext(s.t.Context(), os.Args[0])
	child.Env = append(os.Environ(), doing+"="+string(text))
	var problem bytes.Buffer
	child.Stderr = &problem
	out, err := child.Output()
	line, rest, told := strings.Cut(string(out), "\n")
	if told && line != answered {
		s.t.Fatalf("the process says %q", out)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && o.Kill > 0 && exit.ExitCode() != 1 && problem.Len() == 0 {
		return nil, told
	}
	var d done
	if err == nil {
		err = json.Unmarshal([]byte(rest), &d)
	}
	if err != nil {
		s.t.Fatalf("%v\n%s", err, problem.Bytes())
	}
	return d.Points, told
}

// judge starts the service again and again, and holds what it finds to the rules.
func (s *scene) judge(what string, answered, late bool) {
	s.t.Helper()
	ctx := context.Background()
	db, err := openAt(ctx, s.kind, s.place)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	now := pamtest.Noon.Add(s.deed.at)
	desk := newDesk(db, s.directory(), s.native, func() time.Time { return now }, made0+20, func(string) {})
	statuses := map[edm.GUID]string{}
	look := func(caughtUp bool, allowed func(life) string) {
		f, err := factsIn(ctx, db)
		if err != nil {
			s.t.Fatal(err)
		}
		f.judgeEvents(s.t, db)
		f.judgeMemberships(s.t, s.directory(), s.native, now, caughtUp)
		for id := range f.requests {
			if _, known := s.deed.lives[id]; !known {
				s.t.Errorf("there is a request %v that nobody has made", id)
			}
		}
		for id, l := range s.deed.lives {
			before, status := statuses[id], f.status(id, now)
			if list := allowed(l); list != "" && !slices.Contains(strings.Fields(list), status) {
				s.t.Errorf("request %v is %s, want one of %s", id, status, list)
			}
			if slices.Contains([]string{"Closed", "Expired", "Rejected"}, before) && status != before {
				s.t.Errorf("request %v was %s and is %s", id, before, status)
			}
			statuses[id] = status
		}
		for _, id := range s.deed.union {
			if ended := statuses[id] != "Active"; caughtUp && ended != (statuses[s.deed.union[0]] != "Active") {
				s.t.Errorf("of requests that end together some have: %v", statuses)
			}
		}
		if s.t.Failed() {
			s.t.Fatalf("%s: %s, at %v (caught up: %t): %s", s.deed.name, what, now.Sub(pamtest.Noon), caughtUp, s.deed.why)
		}
	}
	entries := func() []entry {
		all, err := entriesIn(s.directory())
		if err != nil {
			s.t.Fatal(err)
		}
		return all
	}
	catchUp := func() {
		before := len(entries())
		if err := desk.CatchUp(ctx); err != nil {
			s.t.Fatalf("%s: catching up: %v", what, err)
		}
		for _, e := range entries()[before:] {
			if e.added && !now.Before(e.until) {
				s.t.Errorf("catching up has made a membership in %s that had ended at %v", groupNames[e.group], e.until)
			}
		}
	}
	look(false, func(l life) string { return l.killed })
	done := func(l life) string {
		if answered {
			return l.answered
		}
		return l.caughtUp
	}
	over := func(l life) string { return l.over }
	if late {
		what += ", and started again after the end"
		now = pamtest.Noon.Add(s.deed.over)
		catchUp()
		look(true, func(life) string { return "" })
		// What had not begun may have begun now, with its whole duration.
		now = now.Add(time.Hour)
		if !answered {
			over = func(l life) string { return l.over + " Rejected" } // begun, and never known to be granted
		}
	} else {
		catchUp()
		look(true, done)
		now = now.Add(time.Second)
		catchUp()
		look(true, done)
		for _, after := range s.deed.between {
			now = pamtest.Noon.Add(after)
			catchUp()
			look(true, func(life) string { return "" })
		}
		now = pamtest.Noon.Add(s.deed.over)
	}
	catchUp()
	look(true, over)
	if members, err := membersIn(s.directory()); err != nil || !s.native && len(members) > 0 {
		s.t.Fatalf("%s: in the end there are memberships %v %v", what, members, err)
	}
}

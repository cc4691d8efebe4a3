package sqldb_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// stocked is a store in db with data, streams included.
func stocked(tb testing.TB, db sqldb.DB, model *metadata.Model, data memory.Data) *sqldb.Store {
	tb.Helper()
	source, err := memory.NewStore(model, data)
	if err != nil {
		tb.Fatal(err)
	}
	store := storeOf(tb, db, model, source.Sets())
	sets := map[string]odata.EntitySet{}
	for _, set := range store.Sets() {
		sets[set.Name] = set
	}
	for _, from := range source.Sets() {
		if from.Streamer == nil {
			continue
		}
		set := model.DefaultContainer().EntitySet(from.Name)
		q := &odata.Query{Set: set, Type: set.Type(), Fields: set.Type().KeyProperties()}
		result, err := from.Reader.Read(tb.Context(), q)
		if err != nil {
			tb.Fatal(err)
		}
		for row, err := range result.Rows {
			if err != nil {
				tb.Fatal(err)
			}
			target := *q
			target.Filter = is(q.Type, q.Fields[0], row.Values[0].Clone())
			for _, stream := range append([]*metadata.Property{nil}, set.Type().NamedStreams()...) {
				m, err := from.Streamer.Open(tb.Context(), &target, stream)
				if odata.IsNotFound(err) {
					continue
				}
				if err == nil {
					_, err = sets[from.Name].Streamer.Store(tb.Context(), &target, stream, m, "")
				}
				if err != nil {
					tb.Fatal(err)
				}
			}
		}
	}
	return store
}

// judgingWrites is the variable that makes TestWriteConformance judge, in a process
// of its own: the rows are tests, and some fail.
const judgingWrites = "PAMODATA_TEST_SQL_WRITE_CONFORMANCE"

// TestWriteConformance judges the service on databases: its scripts about writes,
// and the transcripts of what it says on the provider that keeps entities in
// memory. testdata/write conformance.txt lists what differs: databases do not keep
// the zones of times.
func TestWriteConformance(t *testing.T) {
	if os.Getenv(judgingWrites) != "" {
		for _, d := range databases {
			t.Run(d.name, func(t *testing.T) { judgeWrites(t, d.name) })
		}
		return
	}
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriteConformance$", "-test.v", "-test.short="+strconv.FormatBool(testing.Short()))
	program.Env = append(os.Environ(), judgingWrites+"=1")
	out, err := program.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	passed := 0
	var differ []string
	for line := range strings.Lines(string(out)) {
		name, failed := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: TestWriteConformance/")
		if failed && strings.Count(name, "/") > 1 {
			differ = append(differ, name[:strings.LastIndex(name, " (")])
		}
		if strings.HasPrefix(strings.TrimSpace(line), "--- PASS: TestWriteConformance/") {
			passed++
		}
	}
	if testing.Short() {
		// Only transcripts are judged then.
		t.Logf("%d transcripts passed, %d did not", passed, len(differ))
		if passed < 10 {
			t.Errorf("only %d transcripts passed", passed)
		}
		return
	}
	if passed < 1000 {
		t.Fatalf("only %d scripts passed:\n%s", passed, out[max(0, len(out)-2000):])
	}
	t.Logf("%d scripts passed, %d did not", passed, len(differ))
	golden(t, "write conformance.txt", strings.Join(differ, "\n")+"\n")
}

func judgeWrites(t *testing.T, database string) {
	open := openSQLite
	if database == "PostgreSQL" {
		open = schemas(t)
	}
	scripts := t.Run
	if testing.Short() { // which the race detector is run with: one request after the other shows it little
		scripts = func(string, func(*testing.T)) bool { return true }
	}
	scripts("scripts", func(t *testing.T) {
		providertest.WriteConformance(t, func(tb testing.TB, stage providertest.Stage) http.Handler {
			sets := stocked(tb, open(tb), stage.Model, stage.Data).Sets()
			config := service.Config{Model: stage.Model, Root: "/svc", Profile: stage.Profile}
			if stage.Demo {
				config.Operations = append(testmodel.Operations(stage.Model), testmodel.Actions(stage.Model, sets)...)
			}
			svc, err := service.New(config, sets...)
			if err != nil {
				tb.Fatal(err)
			}
			return svc
		})
	})
	clock := func() time.Time { return time.Date(2015, 7, 12, 6, 40, 0, 0, time.UTC) }
	t.Run("transcripts", func(t *testing.T) {
		providertest.TranscriptsOf(t, func(t *testing.T) http.Handler {
			model := testmodel.Demo(t)
			sets := stocked(t, open(t), model, testmodel.Data()).Sets()
			svc, err := service.New(service.Config{Model: model, Root: "/svc", Profile: odata.Profile{JSON: true}, Clock: clock,
				Operations: append(testmodel.Operations(model), testmodel.Actions(model, sets)...)}, sets...)
			if err != nil {
				t.Fatal(err)
			}
			return svc
		}, "../service/testdata/write")
	})
}

// schemas opens databases of PostgreSQL that are schemas of one: these are made
// faster.
func schemas(t *testing.T) func(testing.TB) sqldb.DB {
	whole, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	return func(tb testing.TB) sqldb.DB {
		tb.Helper()
		made++
		name := "s" + strconv.Itoa(made)
		pgtest.Run(tb, whole.String(), "CREATE SCHEMA "+name)
		one := *whole
		query := one.Query()
		query.Set("search_path", name)
		one.RawQuery = query.Encode()
		db, err := postgres.Open(tb.Context(), one.String(), postgres.Options{})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { db.Close() })
		return db
	}
}

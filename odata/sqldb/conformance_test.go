package sqldb_test

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// TestConformance judges the service on databases: testdata/conformance.txt lists
// the rows that it does not pass, which are those about zones of times, units finer
// than a database keeps, and streams.
func TestConformance(t *testing.T) {
	if os.Getenv(judging) != "" {
		judge(t)
		return
	}
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestConformance$", "-test.v")
	program.Env = append(os.Environ(), judging+"=1")
	out, err := program.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	passed := 0
	var rows []string
	for line := range strings.Lines(string(out)) {
		name, failed := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: TestConformance/")
		if failed && strings.Count(name, "/") > 1 {
			rows = append(rows, name[:strings.LastIndex(name, " (")])
		}
		if strings.HasPrefix(strings.TrimSpace(line), "--- PASS: TestConformance/") {
			passed++
		}
	}
	if passed < 5000 {
		t.Fatalf("only %d rows passed:\n%s", passed, out[max(0, len(out)-2000):])
	}
	t.Logf("%d rows passed, %d did not", passed, len(rows))
	golden(t, "conformance.txt", strings.Join(rows, "\n")+"\n")
}

// judging is the variable that makes the test judge, in a process of its own: the
// rows are tests, and some fail.
const judging = "PAMODATA_TEST_SQL_CONFORMANCE"

func judge(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			demo := testmodel.Demo(t)
			demoStore := storeOf(t, d.open(t), demo, testmodel.Sets(t, demo))
			demoService := func(root string, change func(*service.Config)) *service.Service {
				config := service.Config{Model: demo, Root: root, Operations: testmodel.Operations(demo)}
				if change != nil {
					change(&config)
				}
				svc, err := service.New(config, withStreams(demoStore.Sets(), testmodel.Sets(t, demo))...)
				if err != nil {
					t.Fatal(err)
				}
				return svc
			}
			svc := demoService("/svc", nil)
			json := demoService("/json", func(c *service.Config) { c.Profile, c.PageSize = odata.Profile{JSON: true}, 1 })
			model := testmodel.Kinds(t)
			kinds, err := service.New(service.Config{Model: model, Root: "/kinds", Operations: testmodel.KindOperations(model)},
				storeOf(t, d.open(t), model, testmodel.KindSets(t, model)).Sets()...)
			if err != nil {
				t.Fatal(err)
			}
			providertest.Conformance(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch path := r.URL.Path; {
				case strings.HasPrefix(path, "/json"):
					json.ServeHTTP(w, r)
				case strings.HasPrefix(path, "/kinds"):
					kinds.ServeHTTP(w, r)
				default:
					svc.ServeHTTP(w, r)
				}
			}))
		})
	}
}

// withStreams takes what is read of streams from other sets of the same model.
func withStreams(sets, from []odata.EntitySet) []odata.EntitySet {
	for i := range sets {
		sets[i].Streamer = from[i].Streamer
	}
	return sets
}

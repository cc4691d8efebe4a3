package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// TestMain lets the test binary be one of the servers too.
func TestMain(m *testing.M) {
	if text := os.Getenv(variable); text != "" {
		exit(serveAsChild(text, os.Stdin, os.Stdout))
	}
	pgtest.Main(m)
}

// TestSameAnswers: what is measured is only worth comparing if both servers
// answer with the same bytes.
func TestSameAnswers(t *testing.T) {
	s := size{rows: 2_000, roles: 200}
	for _, database := range []struct {
		name       string
		at         func(t *testing.T) string
		isPostgres bool
	}{
		{"SQLite", func(t *testing.T) string { return t.TempDir() }, false},
		{"PostgreSQL", func(t *testing.T) string { return pgtest.Database(t) }, true},
	} {
		for _, alone := range []bool{false, true} {
			name := database.name
			if alone {
				name += " without the server"
			}
			t.Run(name, func(t *testing.T) {
				p, err := startPair(t.Context(), database.at(t), database.isPostgres, alone, s)
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := p.close(); err != nil {
						t.Error(err)
					}
				}()
				for i := range p.workloads {
					if err := p.same(&p.workloads[i]); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

// TestAnswersAreWhatIsMeant: equal answers could be equally empty.
func TestAnswersAreWhatIsMeant(t *testing.T) {
	s := size{rows: 2_000, roles: 200}
	p, err := startPair(t.Context(), t.TempDir(), false, false, s)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}()
	want := map[string]int{"key": 1, "top20": 20, "filter": 50, "count": 50, "substring": 1, "feed": 200,
		"first page": 50, "skip": 50, "keyset": 50, "expand": 50, "metadata": 0, "post": 1}
	got := map[string]int{}
	answers := map[string]string{}
	for i := range p.workloads {
		w := &p.workloads[i]
		target, err := p.target(w)
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		answer, err := ask(p.served, w, target, 1)
		if err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
		got[w.name] = strings.Count(answer, `"RequestId":`)
		answers[w.name] = answer
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entities in the answers (-want +got):\n%s", diff)
	}
	if cut(answers["keyset"]) != cut(answers["skip"]) {
		t.Error("the page by $skiptoken is another one than that by $skip")
	}
	if n := strings.Count(answers["expand"], `"Role":{"RoleId":`); n != 50 {
		t.Errorf("%d roles are expanded, of 50", n)
	}
	if !strings.Contains(answers["count"], `"odata.count":"`) {
		t.Error("there is no count")
	}
}

// cut leaves the context URL out, which names the root.
func cut(answer string) string {
	_, rows, _ := strings.Cut(answer, `"value":`)
	return rows
}

// TestShort runs the whole program.
func TestShort(t *testing.T) {
	var out bytes.Buffer
	profiles := t.TempDir()
	if err := run(t.Context(), []string{"-short", "-workload", "first page,keyset,post", "-cpuprofile", profiles}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sqlite", "first page", "keyset", "post", "a page by $skiptoken takes"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	for _, name := range []string{"sqlite-first-page-pamodata.pprof", "sqlite-post-bare.pprof"} {
		if info, err := os.Stat(profiles + "/" + name); err != nil || info.Size() == 0 {
			t.Errorf("there is no profile %s: %v", name, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct {
		name, args, want, why string
	}{
		{"unknown workload", "-short -workload nothing", `there is no workload "nothing"`, "a run that measures nothing must not look like one"},
		{"too few rows", "-rows 10", "at least 1,000 rows", "offsets are parts of the number of rows"},
		{"no flags", "sqlite", "flags only", "an argument is a flag that lacks its dash"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := run(t.Context(), strings.Fields(tt.args), new(bytes.Buffer))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("run %s: %v, want %q: %s", tt.args, err, tt.want, tt.why)
			}
		})
	}
}

// TestServerEndsWithItsStarter: a server must not be left behind.
func TestServerEndsWithItsStarter(t *testing.T) {
	var out bytes.Buffer
	err := serveAsChild(`{"Bare":true,"Database":"`+t.TempDir()+`/x.db"}`, strings.NewReader("usage\n"), &out)
	if err != nil {
		t.Fatalf("it ends with an error: %v", err)
	}
	if !strings.Contains(out.String(), `"CPU":`) {
		t.Errorf("it does not tell its usage: %s", out.String())
	}
	if err := serveAsChild(`{`, strings.NewReader(""), &out); err == nil || errors.Is(err, os.ErrClosed) {
		t.Errorf("a broken configuration: %v", err)
	}
}

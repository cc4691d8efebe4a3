package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// A storageKind is something that --store can name.
type storageKind struct {
	name string

	// urls returns a function that names an empty database each time, to which
	// only it leads. It is nil for the memory.
	urls func(t *testing.T) func(t *testing.T) string
}

var storages = []storageKind{{name: "memory"}, {"SQLite", files}, {"PostgreSQL", schemas}}

func files(*testing.T) func(t *testing.T) string {
	return func(t *testing.T) string {
		return "sqlite://" + filepath.Join(t.TempDir(), "demo.db")
	}
}

// schemas names schemas of one database, which are made faster than databases.
func schemas(t *testing.T) func(t *testing.T) string {
	whole, made := pgtest.Database(t), 0
	return func(t *testing.T) string {
		t.Helper()
		made++
		name := "s" + strconv.Itoa(made)
		pgtest.Run(t, whole, "CREATE SCHEMA "+name)
		one, err := url.Parse(whole)
		if err != nil {
			t.Fatal(err)
		}
		query := one.Query()
		query.Set("search_path", name)
		one.RawQuery = query.Encode()
		return one.String()
	}
}

// An opener makes storages with data of their own, which end with the test.
type opener func(t *testing.T) storage

func memoryOnly(*testing.T) storage { return inMemory }

func (s storageKind) opener(t *testing.T) opener {
	t.Helper()
	if s.urls == nil {
		return memoryOnly
	}
	next := s.urls(t)
	return func(t *testing.T) storage {
		t.Helper()
		return inDatabase(database(t, next(t)))
	}
}

// database opens a database until the test ends.
func database(t *testing.T, url string) sqldb.DB {
	t.Helper()
	db, err := openDB(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// apart are the exchanges that databases answer otherwise than the transcripts
// say, by file and request line.
var apart = map[string]map[string]string{
	"light.txt": {"GET /V3/OData/OData.svc/Advertisements?$format=json": "without $orderby, entities in memory come as they were put there, those in a database by key"},
}

// transcriptsFor is a folder with the transcripts that a storage must fulfil.
func transcriptsFor(t *testing.T, s storageKind, folder string) string {
	t.Helper()
	if s.urls == nil {
		return folder
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		exchanges := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n===\n")
		all := len(exchanges)
		exchanges = slices.DeleteFunc(exchanges, func(x string) bool {
			return apart[name][strings.Split(x, "\n")[1]] != ""
		})
		if filepath.Base(folder) == "testdata" && all-len(exchanges) != len(apart[name]) {
			t.Errorf("%s: %d exchanges are kept apart, but it has %d of them", file, len(apart[name]), all-len(exchanges))
		}
		if err := os.WriteFile(filepath.Join(to, name), []byte(strings.Join(exchanges, "\n===\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// TestStoragesDiffer: this, as README.md says, is where it shows whether data are
// in memory or in a database.
func TestStoragesDiffer(t *testing.T) {
	for _, tt := range []struct {
		name, body, path           string // what is read, after body was posted to Products
		memory, sqlite, postgreSQL string
		why                        string
	}{{
		name: "order", path: "Advertisements?$select=AirDate&$format=json",
		memory: `"2012-11-07T00:00:00"},{`, sqlite: `"2000-02-29T00:00:00"},{`, postgreSQL: `"2000-02-29T00:00:00"},{`,
		why: "feeds that ask for no order: as data were put there, or by key",
	}, {
		name: "zone", body: `{"ID":30,"ReleaseDate":"2015-07-12T06:40:00+02:00"}`, path: "Products(30)/ReleaseDate/$value",
		memory: "2015-07-12T06:40:00+02:00", sqlite: "2015-07-12T04:40:00", postgreSQL: "2015-07-12T04:40:00",
		why: "databases keep no zone of a time",
	}, {
		name: "hour", body: `{"ID":30,"ReleaseDate":"2015-07-12T06:40:00+02:00"}`, path: "Products/$count?$filter=hour(ReleaseDate)%20eq%204",
		memory: "0", sqlite: "1", postgreSQL: "1",
		why: "and conditions look at what is kept",
	}, {
		name: "fraction", body: `{"ID":30,"ReleaseDate":"2015-07-12T06:40:00.1234567"}`, path: "Products(30)/ReleaseDate/$value",
		memory: "2015-07-12T06:40:00.1234567", sqlite: "2015-07-12T06:40:00.1234567", postgreSQL: "2015-07-12T06:40:00.123456",
		why: "PostgreSQL keeps microseconds",
	}, {
		name: "minus zero", body: `{"ID":30,"Price":-0.0}`, path: "Products(30)/Price/$value",
		memory: "-0", sqlite: "0", postgreSQL: "-0",
		why: "SQLite keeps one zero",
	}} {
		for i, s := range storages {
			t.Run(tt.name+"/"+s.name, func(t *testing.T) {
				svc := copyAt(t, s.opener(t)(t), root, odata.NoPaging, false)
				if tt.body != "" {
					r := httptest.NewRequest(http.MethodPost, root+"Products", strings.NewReader(tt.body))
					r.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					if svc.ServeHTTP(w, r); w.Code != http.StatusCreated {
						t.Fatalf("creating the product: %d %s", w.Code, w.Body)
					}
				}
				w := httptest.NewRecorder()
				svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, root+tt.path, nil))
				want := []string{tt.memory, tt.sqlite, tt.postgreSQL}[i]
				if got := w.Body.String(); got != want && !(tt.name == "order" && strings.Contains(got, want)) {
					t.Errorf("%s is %s, want %s: %s", tt.path, got, want, tt.why)
				}
			})
		}
	}
}

// TestDatabaseIsKept: a second run finds what the first has left, the demo data
// not once more.
func TestDatabaseIsKept(t *testing.T) {
	for _, s := range storages[1:] {
		t.Run(s.name, func(t *testing.T) {
			store := s.urls(t)(t)
			for _, tt := range []struct {
				name, method, path, body, answer string
			}{
				{"delete", "DELETE", "Products(0)", "", ""},
				{"what was deleted is gone", "GET", "Products/$count", "", "10"},
				{"merge", "MERGE", "Products(1)", `{"Name":"Oat milk"}`, ""},
				{"what was changed remains", "GET", "Products(1)/Name/$value", "", "Oat milk"},
				{"links are there", "GET", "Suppliers(1)/Products/$count", "", "2"},
				{"streams are there", "GET", "PersonDetails(1)/Photo", "", "Test named stream data 3"},
			} {
				t.Run(tt.name, func(t *testing.T) {
					at := start(t, []string{"--store", store})
					r, err := http.NewRequestWithContext(t.Context(), tt.method, at+tt.path, strings.NewReader(tt.body))
					if err != nil {
						t.Fatal(err)
					}
					r.Header.Set("Content-Type", "application/json")
					if _, got := send(t, r); got != tt.answer {
						t.Errorf("%s %s answered %q, want %q", tt.method, tt.path, got, tt.answer)
					}
				})
			}
		})
	}
}

// A failing database does some statements and no further one.
type failing struct {
	sqldb.DB
	left int
}

var errFailing = errors.New("no further statement")

func (f *failing) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if f.left--; f.left < 0 {
		return nil, errFailing
	}
	return f.DB.Query(ctx, s, args)
}

func (f *failing) Exec(ctx context.Context, s *sqldb.Statement, args []edm.Value) (int64, error) {
	if f.left--; f.left < 0 {
		return 0, errFailing
	}
	return f.DB.Exec(ctx, s, args)
}

// TestLoadedAsAWhole: wherever making the tables and loading the data ends,
// nothing of it remains, and the next run begins again.
func TestLoadedAsAWhole(t *testing.T) {
	for _, s := range storages[1:] {
		t.Run(s.name, func(t *testing.T) {
			db := database(t, s.urls(t)(t))
			model, err := newModel(false)
			if err != nil {
				t.Fatal(err)
			}
			for _, statements := range []int{0, 1, 2, 10, 30, 60} {
				if _, err := inDatabase(&failing{db, statements})(t.Context(), model); !errors.Is(err, errFailing) {
					t.Fatalf("loading with %d statements: %v, want %v", statements, err, errFailing)
				}
				if tables, err := countTables(t.Context(), db); err != nil || tables != 0 {
					t.Fatalf("%d tables remain after %d statements (%v)", tables, statements, err)
				}
			}
			if _, err := inDatabase(db)(t.Context(), model); err != nil {
				t.Fatal(err)
			}
			if tables, err := countTables(t.Context(), db); err != nil || tables < 7 {
				t.Errorf("there are %d tables (%v), want one for each set at least", tables, err)
			}
		})
	}
}

// TestStoreRefused: what cannot be a storage ends the program before it listens.
func TestStoreRefused(t *testing.T) {
	foreign := func(t *testing.T, next func(t *testing.T) string) string {
		url := next(t)
		db, err := openDB(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(t.Context(), &sqldb.Statement{Text: "CREATE TABLE other (id integer)"}, nil); err != nil {
			t.Fatal(err)
		}
		return url
	}
	for _, tt := range []struct {
		name, why, want string
		store           func(t *testing.T) string
	}{
		{"nothing", "it names nothing", "--store is memory", func(*testing.T) string { return "" }},
		{"no path", "it names no file", "--store is memory", func(*testing.T) string { return "sqlite://" }},
		{"a password", "what is not understood may have a password", "--store is memory", func(*testing.T) string { return "mysql://me:secret@host/db" }},
		{"a folder that is missing", "a file cannot be made there", "", func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "none", "a.db") }},
		{"another file", "its tables are of somebody else", `there is no table "Products"`, func(t *testing.T) string { return foreign(t, files(t)) }},
		{"another database", "its tables are of somebody else", `there is no table "Products"`, func(t *testing.T) string { return foreign(t, schemas(t)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := newServer(t.Context(), []string{"--store", tt.store(t)})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("the error is %v, want %q in it: %s", err, tt.want, tt.why)
			}
		})
	}
}

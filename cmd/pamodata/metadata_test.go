package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

var metadataTables = []string{
	`CREATE TABLE customer (id integer NOT NULL PRIMARY KEY, name varchar(60) NOT NULL)`,
	`CREATE TABLE "order" (no integer NOT NULL PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer, "paid on" varchar(10), odd point)`,
	`CREATE TABLE scratch (line varchar(10))`,
	`CREATE VIEW big_order AS SELECT no, "paid on" FROM "order"`,
}

// metadataSQLite is a file with the tables.
func metadataSQLite(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, text := range metadataTables {
		text = strings.Replace(text, "odd point", "odd sausage", 1) // a POINT is an INT for SQLite
		if _, err := db.Exec(t.Context(), &sqldb.Statement{Text: text}, nil); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func metadataPostgres(t *testing.T) string {
	t.Helper()
	url := pgtest.Start(t).URL()
	pgtest.Run(t, url, strings.Join(metadataTables, ";"))
	return url
}

// commanded runs a command line.
func commanded(args ...string) (code int, out, errors string) {
	var stdout, stderr bytes.Buffer
	c := newCommand()
	c.SetArgs(args)
	c.SetOut(&stdout)
	c.SetErr(&stderr)
	code = run(context.Background(), c, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestMetadataFromDatabase(t *testing.T) {
	for _, d := range []struct {
		name, odd string
		open      func(*testing.T) string
	}{
		{"SQLite", `the type sausage says nothing of what is in it: SQLite would make numbers of some texts`, metadataSQLite},
		{"PostgreSQL", `it has the type point, for which there is no kind`, metadataPostgres},
	} {
		t.Run(d.name, func(t *testing.T) {
			url := d.open(t)
			code, out, errors := commanded("metadata", "from-database", url, "--namespace", "Shop", "--key", "big_order=no")
			if code != 0 {
				t.Fatalf("exit code %d: %s", code, errors)
			}
			model, err := csdl.Read(strings.NewReader(out))
			if err != nil {
				t.Fatalf("%v:\n%s", err, out)
			}
			var sets []string
			for _, s := range model.DefaultContainer().EntitySets {
				sets = append(sets, s.Name+" "+s.EntityType)
			}
			if diff := cmp.Diff([]string{"big_order Shop.big_order", "customer Shop.customer", "order Shop.order"}, sets); diff != "" {
				t.Errorf("sets (-want +got):\n%s", diff)
			}
			if n := model.EntityType("Shop.order").NavigationProperty("customer"); n == nil || n.Partner().Name != "order" {
				t.Errorf("the foreign key is the navigation property %v", n)
			}
			want := "named: big_order/paid_on is \"paid on\" in the database\nnamed: order/paid_on is \"paid on\" in the database\nview: big_order\n" +
				"left out: table \"order\", column \"odd\": " + d.odd + "\n" +
				"left out: table \"scratch\": it has no key of columns that can be served; name one in the options\n"
			if diff := cmp.Diff(want, errors); diff != "" {
				t.Errorf("standard error (-want +got):\n%s", diff)
			}

			code, out, errors = commanded("metadata", "from-database", url, "--table", "customer")
			if code != 0 || strings.Count(out, "<EntitySet ") != 1 || !strings.Contains(out, `Namespace="Database"`) || errors != "" {
				t.Errorf("one table: exit code %d: %s\n%s", code, errors, out)
			}
		})
	}
}

func TestMetadataMistakes(t *testing.T) {
	path := metadataSQLite(t)
	none := filepath.Join(t.TempDir(), "none.db")
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
		why  string
	}{
		{"no database", nil, exitUsage, "give one database", "a word about how"},
		{"two", []string{path, path}, exitUsage, "give one database", "one at a time"},
		{"no file", []string{none}, exitFailure, "no such file", "none is made"},
		{"no such table", []string{path, "--table", "orders"}, exitFailure, `there is no table or view "orders"`, "a model without it would surprise later"},
		{"a key without columns", []string{path, "--key", "big_order"}, exitUsage, "view=column,column", "the form is told"},
		{"a type without a column", []string{path, "--type", "order=Edm.Guid"}, exitUsage, "table.column=Edm.Guid", "the form is told"},
		{"a scheme", []string{"mysql://u:secret@host/db"}, exitUsage, "postgres://user@host/database", "with what there is"},
		{"out of reach", []string{"postgres://u:secret@127.0.0.1:1/db"}, exitFailure, "connect", "what the driver says"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errors := commanded(append([]string{"metadata", "from-database"}, tt.args...)...)
			if code != tt.code || out != "" || !strings.Contains(errors, tt.want) || strings.Contains(errors, "secret") {
				t.Errorf("exit code %d, %q, %q: want %d and %q: %s", code, out, errors, tt.code, tt.want, tt.why)
			}
		})
	}
	if _, err := os.Stat(none); !os.IsNotExist(err) {
		t.Errorf("there is a file now: %v", err)
	}
}

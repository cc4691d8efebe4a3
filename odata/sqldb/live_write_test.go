package sqldb_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/postgres"
	"github.com/pamodata/pamodata/odata/sqldb/postgres/pgtest"
)

// TestModelOfWrites changes entities of tables that others have made: numbers are those
// of the database, and what is read-only is left to it.
func TestModelOfWrites(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			for text := range strings.SplitSeq(liveTables[d.name], ";\n") {
				execute(t, db, strings.TrimSuffix(text, ";"))
			}
			svc := served(t, db, modelOf(t, db, sqldb.LiveOptions{}))
			added := `"2015-07-12T06:40:00"`
			if d.name == "PostgreSQL" {
				added = `"2015-07-12T06:40:00Z"`
			}
			for _, tt := range []struct {
				method, target, body string
				status               int
				want, why            string
			}{
				{"POST", "author", `{"name":"Cid","mail":"c@x"}`, 201, `"name":"Cid","born":null,"active":true`, "a number of the database, and the default of active"},
				{"POST", "books", `{"title":"Three","author_id":3,"added":` + added + `,"pages":9}`, 201, `{"id":"3","title":"Three","author_id":`, "a number, though it is always the database's"},
				{"PATCH", "books(3)", `{"title":"Trois","pages":21}`, 204, ``, ""},
				{"GET", "books(3)?$select=title,pages", ``, 200, `{"title":"Trois","pages":`, ""},
				{"GET", "books(3)/author/name/$value", ``, 200, `Cid`, "the foreign key leads on"},
				{"POST", "books(3)/$links/book_categories", `{"url":"/svc/book_categories('a')"}`, 204, ``, "a row of the link table"},
				{"GET", "books(3)/book_categories?$select=cat_no", ``, 200, `{"value":[{"cat_no":"a"}]}`, ""},
				{"POST", "books", `{"title":"Four","author_id":77,"added":` + added + `}`, 409, `DanglingReference`, "the database's foreign key"},
				{"DELETE", "books(3)/$links/book_categories('a')", ``, 204, ``, "or the database would not let the book go: its link table does not cascade"},
				{"DELETE", "books(3)", ``, 204, ``, ""},
				{"GET", "books?$filter=code eq null and printed eq datetime'2015-07-12T00:00:00' or title eq 'One'&$select=title", ``, 200, `{"value":[{"title":"One"}]}`, "read-only columns are compared"},
				{"GET", "books/$count?$filter=price gt 12.4M and price lt 12.6M", ``, 200, `1`, "as numbers"},
			} {
				if body := strings.ReplaceAll(tt.body, `,"mail":"c@x"`, map[bool]string{true: `,"mail":"c@x"`}[d.name == "PostgreSQL"]); true {
					status, got := asked(svc, tt.method, tt.target, body)
					if status != tt.status || !strings.Contains(got, tt.want) {
						t.Errorf("%s %s: %d %s: want %d %s: %s", tt.method, tt.target, status, got, tt.status, tt.want, tt.why)
					}
				}
			}
		})
	}
}

// TestModelOfValues reads what has no kind of its own in PostgreSQL.
func TestModelOfValues(t *testing.T) {
	db := openPostgres(t)
	for text := range strings.SplitSeq(liveTables["PostgreSQL"], ";\n") {
		execute(t, db, strings.TrimSuffix(text, ";"))
	}
	execute(t, db, `CREATE TABLE token (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), text text)`)
	svc := served(t, db, modelOf(t, db, sqldb.LiveOptions{}))
	for _, tt := range []struct{ target, want, why string }{
		{"author?$filter=mood eq 'sad'&$select=name,mood", `{"value":[{"name":"Ann","mood":"sad"}]}`, "an enumeration is compared as text"},
		{"author?$orderby=mood desc&$select=mood", `{"value":[{"mood":"sad"},{"mood":"glad"}]}`, "and sorted as text"},
		{"books?$filter=substringof('17',extra)&$select=title,extra", `{"value":[{"title":"Two","extra":"17"}]}`, "jsonb"},
		{"books(1)?$select=raw", `{"raw":"{\"a\": 1}"}`, "json as it was written"},
		{"books?$filter=code eq 'c'&$select=code", `{"value":[{"code":"c"}]}`, "char without the blanks that fill it"},
		{"books/$count?$filter=loose eq 'aa'", `0`, "texts that differ are not equal here"},
		{"books/$count?$filter=loose eq 'Aa'", `1`, ""},
		{"books?$filter=printed ge datetime'2015-07-12T00:00:00' and printed lt datetime'2015-07-13T00:00:00'&$select=printed", `{"value":[{"printed":"2015-07-12T00:00:00"}]}`, "a date"},
		{"books(1)?$select=stamp,price,mark", `{"price":"12.50","stamp":"2015-07-12T06:40:00.125","mark":"0d1f3c1b-7a3e-4a86-9a67-0d1f3c1b2a10"}`, ""},
	} {
		if status, got := asked(svc, "GET", tt.target, ""); status != 200 || got != tt.want {
			t.Errorf("%s: %d %s: want %s: %s", tt.target, status, got, tt.want, tt.why)
		}
	}
	if status, got := asked(svc, "POST", "token", `{"text":"x"}`); status != 201 || strings.Contains(got, "00000000-0000") {
		t.Errorf("a token: %d %s: the store makes its key", status, got)
	}
}

// TestModelOfSchemas reads a schema that is not the first one of the search path.
func TestModelOfSchemas(t *testing.T) {
	base := pgtest.Database(t)
	pgtest.Run(t, base, `CREATE SCHEMA aside; CREATE TABLE aside.far (id int PRIMARY KEY, up int REFERENCES aside.far); CREATE TABLE aside.twin (id int PRIMARY KEY);
		CREATE TABLE twin (id int PRIMARY KEY, far int REFERENCES aside.far);
		CREATE ROLE pamodata_nobody; CREATE TABLE secret (id int PRIMARY KEY); GRANT SELECT ON twin TO pamodata_nobody`)
	t.Cleanup(func() { pgtest.Run(t, base, `DROP OWNED BY pamodata_nobody; DROP ROLE pamodata_nobody`) })
	open := func(path, role string) sqldb.DB {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("search_path", path)
		if role != "" {
			q.Set("role", role)
		}
		u.RawQuery = q.Encode()
		db, err := postgres.Open(t.Context(), u.String(), postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	const unseen = "the search path does not lead to it; name its schema in the setting search_path of the URL"
	for _, tt := range []struct {
		name, path, role, schema string
		sets, left               []string
	}{
		{"the first", "public", "", "", []string{"secret", "twin"},
			[]string{`table "twin", column "far": the foreign key leads to a table far that the search path does not lead to`}},
		{"another", "public,aside", "", "aside", []string{"far"}, []string{`table "twin": ` + unseen}},
		{"not in the path", "public", "", "aside", nil, []string{`table "far": ` + unseen, `table "twin": ` + unseen}},
		{"without rights", "public", "pamodata_nobody", "", []string{"twin"},
			[]string{`table "secret": the user may not read it`, `table "twin", column "far": the foreign key leads to a table far that the search path does not lead to`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := open(tt.path, tt.role)
			live := modelOf(t, db, sqldb.LiveOptions{Schema: tt.schema})
			var sets, left []string
			for _, s := range live.Model.DefaultContainer().EntitySets {
				sets = append(sets, s.Name)
			}
			for _, l := range live.LeftOut {
				left = append(left, l.String())
			}
			if diff := cmp.Diff(tt.sets, sets); diff != "" {
				t.Errorf("sets (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			served(t, db, live)
		})
	}
}

// TestModelOfBrokenView has a view over a table that is gone.
func TestModelOfBrokenView(t *testing.T) {
	db := openSQLite(t)
	execute(t, db, `CREATE TABLE a (id INTEGER PRIMARY KEY)`, `CREATE TABLE b (id INTEGER PRIMARY KEY, gone INTEGER REFERENCES c)`,
		`CREATE VIEW v AS SELECT id FROM b`, `CREATE VIEW w AS SELECT nope FROM b`)
	live := modelOf(t, db, sqldb.LiveOptions{Keys: map[string][]string{"v": {"id"}}})
	golden(t, "live/broken view.txt", liveText(t, live))
	served(t, db, live)
}

// TestModelOfNames has names that are too long, alike once they are identifiers, or
// those of what the model has besides.
func TestModelOfNames(t *testing.T) {
	long := strings.Repeat("long ", 60)
	db := openSQLite(t)
	execute(t, db, `CREATE TABLE "`+long+`" ("`+long+`1" INTEGER PRIMARY KEY, "`+long+`2" INTEGER REFERENCES "`+long+`", "`+long+`3" INTEGER REFERENCES "`+long+`")`,
		`CREATE TABLE "a b" (id INTEGER PRIMARY KEY, "x y" TEXT, "x-y" TEXT, "x_y" TEXT)`, `CREATE TABLE "a-b" (id INTEGER PRIMARY KEY, ab_id INTEGER REFERENCES "a b")`,
		`CREATE TABLE services (id INTEGER PRIMARY KEY)`, `CREATE TABLE Service (id INTEGER PRIMARY KEY, Service_row TEXT)`,
		`CREATE TABLE "%" ("%" INTEGER PRIMARY KEY, "$" INTEGER REFERENCES "%", "say ""hi""" DATE)`)
	live := modelOf(t, db, sqldb.LiveOptions{})
	golden(t, "live/names.txt", liveText(t, live))
	smoke(t, served(t, db, live), live)
}

package sqldb_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// modelOf is the model of a database.
func modelOf(t testing.TB, db sqldb.DB, options sqldb.LiveOptions) *sqldb.LiveModel {
	t.Helper()
	live, err := sqldb.ModelOf(t.Context(), db, options)
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// liveText is what golden files have of a model.
func liveText(t testing.TB, live *sqldb.LiveModel) string {
	t.Helper()
	text, err := csdl.Marshal(live.Model)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(text)
	for _, n := range live.Names {
		fmt.Fprintf(&b, "name: %s is %q\n", n.Path, n.Name)
	}
	for _, l := range live.LeftOut {
		fmt.Fprintf(&b, "left out: %s\n", l)
	}
	if len(live.Views) > 0 {
		fmt.Fprintf(&b, "views: %s\n", strings.Join(live.Views, ", "))
	}
	return b.String()
}

// served is a service over a model of a database. Its store has been checked.
func served(t testing.TB, db sqldb.DB, live *sqldb.LiveModel) *service.Service {
	t.Helper()
	store, err := sqldb.NewStore(db, live.Model, live.Options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Check(t.Context()); err != nil {
		t.Errorf("the check of the store: %v", err)
	}
	svc, err := service.New(service.Config{Model: live.Model, Root: "/svc"}, store.Sets(sqldb.Guard(odata.Public()))...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// asked is the answer to a request.
func asked(svc *service.Service, method, target, body string) (int, string) {
	r := httptest.NewRequest(method, "/svc/"+strings.ReplaceAll(target, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json;odata=nometadata")
	if strings.HasPrefix(target, "$metadata") {
		r.Header.Set("Accept", "application/xml")
	}
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// smoke asks for all that a service has: its metadata, feeds in every order, filters
// on each property, and what each navigation property leads to.
func smoke(t *testing.T, svc *service.Service, live *sqldb.LiveModel) {
	t.Helper()
	get := func(target string) string {
		t.Helper()
		status, body := asked(svc, "GET", target, "")
		if status != 200 {
			t.Errorf("GET %s: %d %s", target, status, body)
		}
		return body
	}
	read, err := csdl.Read(strings.NewReader(get("$metadata")))
	if err != nil {
		t.Fatalf("$metadata: %v", err)
	}
	got, _ := csdl.Marshal(read)
	want, _ := csdl.Marshal(live.Model)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("$metadata (-model +served):\n%s", diff)
	}
	for _, set := range live.Model.DefaultContainer().EntitySets {
		get(set.Name)
		get(set.Name + "/$count")
		for _, p := range set.Type().Properties {
			get(set.Name + "?$orderby=" + p.Name + " desc&$top=2")
			get(set.Name + "?$filter=" + p.Name + " ne null and " + p.Name + " eq " + p.Name + "&$top=2")
		}
		for _, n := range set.Type().AllNavigationProperties() {
			get(set.Name + "?$expand=" + n.Name)
			key := n.TypeRef().Entity.Key[0]
			if n.IsCollection() {
				get(set.Name + "?$filter=" + n.Name + "/any(x:x/" + key + " ne null)")
			} else {
				get(set.Name + "?$filter=" + n.Name + "/" + key + " ne null&$orderby=" + n.Name + "/" + key)
			}
		}
	}
}

var liveTables = map[string]string{
	"SQLite": `CREATE TABLE author (author_id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, born SMALLINT, active BOOLEAN NOT NULL DEFAULT 1);
CREATE TABLE "book categories" ("cat no" TEXT NOT NULL PRIMARY KEY, _parent TEXT REFERENCES "book categories" ("cat no"), "2nd name" TEXT DEFAULT 'it''s');
CREATE TABLE books (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL DEFAULT '', author_id INT NOT NULL REFERENCES author ON DELETE CASCADE,
	editor_id INT REFERENCES author (author_id), price DECIMAL(10,2), weight NUMERIC, printed DATE, added DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%S', 'now')),
	mark GUID UNIQUE, cover BLOB, extra JSON, code NUMERIC(6,2) DEFAULT 0, any_thing, at TIME, pages INT DEFAULT -1, half AS (pages / 2), note STRING);
CREATE TABLE book_category (book_id INTEGER NOT NULL REFERENCES books, cat TEXT NOT NULL REFERENCES "book categories", PRIMARY KEY (book_id, cat)) WITHOUT ROWID;
CREATE TABLE likes (fan_id INTEGER NOT NULL REFERENCES author, idol_id INTEGER NOT NULL REFERENCES author, PRIMARY KEY (fan_id, idol_id)) WITHOUT ROWID;
CREATE TABLE passport (no TEXT NOT NULL PRIMARY KEY, holder INTEGER NOT NULL UNIQUE REFERENCES author);
CREATE TABLE log (line TEXT);
CREATE TABLE coded (line TEXT NOT NULL UNIQUE, mark TEXT REFERENCES books (mark));
CREATE TABLE note (note INTEGER PRIMARY KEY, text TEXT);
CREATE VIEW titles AS SELECT books.id, title, name AS author, count(*) OVER () AS n FROM books JOIN author USING (author_id);
CREATE VIEW nameless AS SELECT name FROM author;
INSERT INTO author VALUES (1, 'Ann', 1950, 1), (2, 'Bob', NULL, 0);
INSERT INTO "book categories" VALUES ('a', NULL, NULL), ('b', 'a', 'x');
INSERT INTO books (title, author_id, editor_id, price, weight, printed, mark, cover, extra, note) VALUES
	('One', 1, 2, 12.5, 1.25, '2015-07-12', '0D1F3C1B-7a3e-4a86-9a67-0d1f3c1b2a10', x'00ff', '{"a":1}', 'n'),
	('Two', 1, NULL, 3, 4, NULL, NULL, NULL, '17', NULL);
INSERT INTO book_category VALUES (1, 'a'), (1, 'b');
INSERT INTO likes VALUES (1, 2);
INSERT INTO passport VALUES ('P1', 1);
INSERT INTO note VALUES (1, 'x');`,
	"PostgreSQL": `CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN email AS varchar(40) NOT NULL CHECK (VALUE LIKE '%@%');
CREATE DOMAIN cents AS numeric(12,2) DEFAULT 0.05;
CREATE COLLATION alike (provider = icu, locale = 'en-u-ks-level2', deterministic = false);
CREATE TABLE author (author_id serial PRIMARY KEY, name varchar(80) NOT NULL, born smallint, active boolean NOT NULL DEFAULT true, mood mood NOT NULL DEFAULT 'glad', mail email);
CREATE TABLE "book categories" ("cat no" text NOT NULL PRIMARY KEY, _parent text REFERENCES "book categories" ("cat no"), "2nd name" text DEFAULT 'it''s');
CREATE TABLE books (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL DEFAULT '', author_id int NOT NULL REFERENCES author ON DELETE CASCADE,
	editor_id int REFERENCES author (author_id), price numeric(10,2), paid cents, weight numeric, printed date, added timestamptz NOT NULL DEFAULT now(), stamp timestamp(3),
	mark uuid UNIQUE, cover bytea, extra jsonb, raw json, code char(6), tags text[], at time, pages int DEFAULT -1, half int GENERATED ALWAYS AS (pages / 2) STORED,
	loose text COLLATE alike, ratio real, exact double precision DEFAULT 0.5, span interval, ip inet);
CREATE TABLE book_category (book_id bigint NOT NULL REFERENCES books, cat text NOT NULL REFERENCES "book categories", PRIMARY KEY (book_id, cat));
CREATE TABLE likes (fan_id int NOT NULL REFERENCES author, idol_id int NOT NULL REFERENCES author, PRIMARY KEY (fan_id, idol_id));
CREATE TABLE passport (no text NOT NULL PRIMARY KEY, holder int NOT NULL UNIQUE REFERENCES author);
CREATE TABLE log (line text);
CREATE TABLE coded (line text NOT NULL UNIQUE, mark uuid REFERENCES books (mark));
CREATE TABLE note (note int PRIMARY KEY, "Note" text, text text);
CREATE TABLE part (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE old PARTITION OF part FOR VALUES FROM ('2000-01-01') TO ('2001-01-01');
CREATE VIEW titles AS SELECT books.id, title, name AS author, count(*) OVER () AS n FROM books JOIN author USING (author_id);
CREATE VIEW nameless AS SELECT name FROM author;
CREATE SCHEMA aside;
CREATE TABLE aside.far (id int PRIMARY KEY);
INSERT INTO author (name, born, active, mood, mail) VALUES ('Ann', 1950, true, 'sad', 'a@x'), ('Bob', NULL, false, DEFAULT, 'b@x');
INSERT INTO "book categories" VALUES ('a', NULL, NULL), ('b', 'a', 'x');
INSERT INTO books (title, author_id, editor_id, price, weight, printed, mark, cover, extra, raw, code, loose, stamp) VALUES
	('One', 1, 2, 12.5, 1.25, '2015-07-12', '0D1F3C1B-7a3e-4a86-9a67-0d1f3c1b2a10', '\x00ff', '{"a":1}', '{"a": 1}', 'c', 'Aa', '2015-07-12 06:40:00.125'),
	('Two', 1, NULL, 3, 4, NULL, NULL, NULL, '17', '17', NULL, NULL, NULL);
INSERT INTO book_category VALUES (1, 'a'), (1, 'b');
INSERT INTO likes VALUES (1, 2);
INSERT INTO passport VALUES ('P1', 1);
INSERT INTO note VALUES (1, 'x', 'y');`,
}

// TestModelOf makes models of tables that others have made.
func TestModelOf(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			for text := range strings.SplitSeq(liveTables[d.name], ";\n") {
				execute(t, db, strings.TrimSuffix(text, ";"))
			}
			live := modelOf(t, db, sqldb.LiveOptions{Namespace: "Library", Keys: map[string][]string{"titles": {"id"}}})
			golden(t, "live/library "+d.name+".txt", liveText(t, live))
			svc := served(t, db, live)
			smoke(t, svc, live)
		})
	}
}

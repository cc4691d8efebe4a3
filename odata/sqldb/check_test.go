package sqldb_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// TestCheckSchema checks the tables that stores make for themselves.
func TestCheckSchema(t *testing.T) {
	for _, d := range databases {
		for _, tt := range []struct {
			name  string
			model *metadata.Model
			names []sqldb.StoreOption
		}{{"demo", testmodel.Demo(t), nil}, {"kinds", testmodel.Kinds(t), nil}, {"library", library(t), libraryNames}, {"town", testmodel.Town(t), nil}} {
			db := d.open(t)
			store, err := sqldb.NewStore(db, tt.model, tt.names...)
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no table") {
				t.Errorf("%s, %s: %v of an empty database", d.name, tt.name, err)
			}
			execute(t, db, store.Schema(db.Dialect())...)
			if err := store.Check(t.Context()); err != nil {
				t.Errorf("%s, %s:\n%v", d.name, tt.name, err)
			}
			if err := sqldb.Check(t.Context(), store.Sets()...); err != nil {
				t.Errorf("%s, %s, set by set:\n%v", d.name, tt.name, err)
			}
		}
	}
}

// every has all the forms that columns can have.
type every struct {
	ID    int32 `odata:",key"`
	Flag  bool
	Small uint8
	Whole int64
	Ratio float64
	Near  float32
	Price edm.Decimal
	Paid  edm.Decimal `odata:",precision=9,scale=2"`
	Name  string
	Owner edm.GUID
	Bytes []byte
	Made  edm.DateTime
	Seen  time.Time
	Took  edm.Time
	Tags  []string
	Note  *string
}

// TestCheck compares one set with many tables. A table is that of the set with
// changes: another type for a column, or "-" for none.
func TestCheck(t *testing.T) {
	const missing = `Every: table "Every": the column "Name" is missing; it would be `
	column := func(name, typ, why, better string) string {
		return `Every: table "Every": the column "` + name + `" has the type ` + typ + ", which " + why + "; it would be " + better
	}
	mixes := func(name, typ, kind, better string) string {
		return column(name, typ, "changes or mixes up values of "+kind, better)
	}
	lacks := func(name, typ, kind, better string) string {
		return column(name, typ, "does not hold "+kind, better)
	}
	null := func(name string) string {
		return `Every: table "Every": the column "` + name + `" can be null, but what it holds cannot; make it NOT NULL`
	}
	strange := func(name string) string {
		return `Every: table "Every": the column "` + name + `" has times that are not written as 2015-07-12T06:40:00 or 2015-07-12T06:40:00.25, which filters and orders would mistake; ` +
			"store them so, or serve the property as a computed one that makes such a text of it"
	}
	odd := func(name string) string {
		before, _, _ := strings.Cut(strange(name), "store them so")
		return before + `store them so (UPDATE "Every" SET "` + name + `" = replace("` + name + `", ' ', 'T')), as defaults too (strftime('%Y-%m-%dT%H:%M:%S', 'now')), ` +
			`or serve the property as a computed one: replace({` + name + `}, ' ', 'T')`
	}
	const key = `Every: table "Every": there is no unique key on ("ID")`
	open := map[string]func(testing.TB) sqldb.DB{"SQLite": openSQLite, "PostgreSQL": schemas(t)}
	for _, tt := range []struct {
		name, database string
		change         map[string]string
		after          string // SQL
		want, why      string
	}{
		{"as it is", "", nil, "", "", ""},
		{"dropped", "", nil, `DROP TABLE "Every"`, `Every: there is no table "Every"`, ""},
		{"more columns", "", map[string]string{"Extra": "integer"}, "", "", "others may need them"},
		{"null where it may be", "", map[string]string{"Note": "text"}, "", "", ""},
		{"not null where it may be", "", map[string]string{"Note": "text NOT NULL"}, "", "", "the database says so when a null is written"},
		{"null where it may not", "", map[string]string{"Whole": "bigint", "Name": "text"}, "", null("Whole") + "\n" + null("Name"), ""},
		{"no key", "", map[string]string{"": "-"}, "", key, ""},
		{"unique index", "", map[string]string{"": "-"}, `CREATE UNIQUE INDEX u ON "Every" ("ID")`, "", "as good as a key"},
		{"index on more", "", map[string]string{"": "-"}, `CREATE UNIQUE INDEX u ON "Every" ("ID", "Name")`, key, "two rows may have the ID"},
		{"index on some", "", map[string]string{"": "-"}, `CREATE UNIQUE INDEX u ON "Every" ("ID") WHERE "ID" > 0`, key, ""},
		{"index on an expression", "", map[string]string{"": "-"}, `CREATE UNIQUE INDEX u ON "Every" (abs("ID"))`, key, ""},
		{"not unique", "", map[string]string{"": "-"}, `CREATE INDEX u ON "Every" ("ID")`, key, ""},

		{"missing", "SQLite", map[string]string{"Name": "-"}, "", missing + "TEXT", ""},
		{"other types", "SQLite", map[string]string{"Flag": "BOOLEAN NOT NULL", "Small": "TINYINT NOT NULL", "Ratio": "DOUBLE PRECISION NOT NULL", "Name": "VARCHAR(9) NOT NULL",
			"Owner": "UUID NOT NULL", "Made": "DATETIME NOT NULL", "Bytes": "VARBINARY(9) NOT NULL", "Tags": "JSON_TEXT NOT NULL", "Whole": "NOT NULL"}, "", "", "they have the right affinity"},
		{"texts for numbers", "SQLite", map[string]string{"Whole": "TEXT NOT NULL", "Flag": "VARCHAR(5) NOT NULL"}, "",
			mixes("Flag", "VARCHAR(5)", "Boolean", "INTEGER") + "\n" + mixes("Whole", "TEXT", "Int64", "INTEGER"), "1 becomes '1'"},
		{"reals", "SQLite", map[string]string{"Whole": "REAL NOT NULL", "Price": "DECIMAL(9,2) NOT NULL"}, "",
			mixes("Whole", "REAL", "Int64", "INTEGER") + "\n" + mixes("Price", "DECIMAL(9,2)", "Decimal", "TEXT"), "SQLite keeps decimals as floats there"},
		{"integers", "SQLite", map[string]string{"Ratio": "INTEGER NOT NULL", "Made": "INTEGER NOT NULL", "Seen": "REAL NOT NULL"}, "",
			mixes("Ratio", "INTEGER", "Double", "REAL") + "\n" + mixes("Made", "INTEGER", "DateTime", "TEXT") + "\n" + mixes("Seen", "REAL", "DateTimeOffset", "TEXT"), "1.0 becomes 1; times are texts"},
		{"numeric texts", "SQLite", map[string]string{"Name": "STRING NOT NULL", "Tags": "JSON NOT NULL"}, "",
			mixes("Name", "STRING", "String", "TEXT") + "\n" + mixes("Tags", "JSON", "a collection", "TEXT"), "'007' becomes 7"},
		{"letters", "SQLite", nil, `ALTER TABLE "Every" RENAME TO x; ALTER TABLE x RENAME TO "EVERY"`, "", "SQLite does not look at the case of names"},
		{"view", "SQLite", map[string]string{"Whole": "TEXT"}, `ALTER TABLE "Every" RENAME TO base; CREATE VIEW "Every" AS SELECT * FROM base`,
			mixes("Whole", "TEXT", "Int64", "INTEGER"), "keys and nulls of a view are not known"},
		{"row number", "SQLite", map[string]string{"": "-", "ID": "INTEGER PRIMARY KEY"}, "", "", "it is never null"},
		{"a key that can be null", "SQLite", map[string]string{"": "-", "ID": "INT PRIMARY KEY"}, "", null("ID"), "SQLite allows it"},

		{"times", "SQLite", nil, everyTimes("2026-01-01T10:00:00", "2026-01-01T10:00:00.25"), "", "as they are stored here"},
		{"times with a blank", "SQLite", nil, everyTimes("2026-01-01 10:00:00", "2026-01-01 10:00:00.5"), strings.Join([]string{odd("Made"), odd("Seen")}, "\n"), "as CURRENT_TIMESTAMP writes them"},
		{"times with a zone", "SQLite", nil, everyTimes("2026-01-01T10:00:00", "2026-01-01T10:00:00Z"), strange("Seen"), "it compares as a longer text"},
		{"times with zeros", "SQLite", nil, everyTimes("2026-01-01T10:00:00", "2026-01-01T10:00:00.250"), strange("Seen"), "0.25 is equal to 0.250"},
		{"dates", "SQLite", nil, everyTimes("2026-01-01", "2026-01-01T10:00:00"), strange("Made"), ""},
		{"numbers for times", "SQLite", map[string]string{"Made": "DATETIME NOT NULL"}, everyTimes("1767261600", "2026-01-01T10:00:00"), strange("Made"), ""},

		{"missing", "PostgreSQL", map[string]string{"Name": "-"}, "", missing + `text COLLATE "C"`, ""},
		{"wider", "PostgreSQL", map[string]string{"ID": "bigint NOT NULL", "Small": "integer NOT NULL", "Name": "varchar(9) NOT NULL"}, "", "", ""},
		{"narrower", "PostgreSQL", map[string]string{"Whole": "integer NOT NULL", "Ratio": "real NOT NULL", "Near": "double precision NOT NULL"}, "",
			lacks("Whole", "integer", "Int64", "bigint") + "\n" + lacks("Ratio", "real", "Double", "double precision") + "\n" + lacks("Near", "double precision", "Single", "real"), "0.1 is another number as a double"},
		{"others", "PostgreSQL", map[string]string{"Owner": "text NOT NULL", "Made": "timestamptz NOT NULL", "Seen": "timestamp NOT NULL", "Took": "interval NOT NULL", "Tags": "jsonb NOT NULL", "Name": "char(9) NOT NULL"}, "",
			lacks("Name", "character(9)", "String", `text COLLATE "C"`) + "\n" + lacks("Owner", "text", "Guid", "uuid") + "\n" + lacks("Made", "timestamp with time zone", "DateTime", "timestamp") + "\n" +
				lacks("Seen", "timestamp without time zone", "DateTimeOffset", "timestamptz") + "\n" + lacks("Took", "interval", "Time", "bigint") + "\n" + lacks("Tags", "jsonb", "a collection", "text"), "they do not compare with arguments"},
		{"rounded", "PostgreSQL", map[string]string{"Price": "numeric(9,2) NOT NULL", "Paid": "numeric(10,3) NOT NULL", "Made": "timestamp(3) NOT NULL"}, "",
			column("Price", "numeric(9,2)", "rounds or refuses some values of the property, unless it has a precision of 9 and a scale of 2", "numeric") + "\n" +
				column("Made", "timestamp(3) without time zone", "rounds some values of the property, unless it has a precision of 3", "timestamp"), "Paid has facets"},
		{"domain", "PostgreSQL", map[string]string{"Name": "label", "Paid": "money2"}, "",
			column("Paid", "money2", "rounds or refuses some values of the property, unless it has a precision of 5 and a scale of 1", "numeric"), "a domain is its base type"},
		{"view", "PostgreSQL", map[string]string{"Whole": "integer"}, `ALTER TABLE "Every" RENAME TO base; CREATE VIEW "Every" AS SELECT * FROM base`, lacks("Whole", "integer", "Int64", "bigint"), ""},
		{"alike", "PostgreSQL", map[string]string{"Name": "text COLLATE alike NOT NULL"}, "",
			`Every: table "Every": the column "Name" has a collation by which texts that differ are equal; give it COLLATE "C"`, ""},
		{"checked later", "PostgreSQL", map[string]string{"": "-"}, `ALTER TABLE "Every" ADD UNIQUE ("ID") DEFERRABLE`, key, "an insert cannot rely on it"},
		{"with more in it", "PostgreSQL", map[string]string{"": "-"}, `CREATE UNIQUE INDEX u ON "Every" ("ID") INCLUDE ("Name")`, "", ""},
	} {
		for _, d := range databases {
			if tt.database != "" && tt.database != d.name {
				continue
			}
			t.Run(d.name+" "+tt.name, func(t *testing.T) {
				db := open[d.name](t)
				set := sqldb.Set[every](db, "Every")
				if db.Dialect() == sqldb.PostgreSQL {
					execute(t, db, "CREATE DOMAIN label AS text NOT NULL", "CREATE DOMAIN money2 AS numeric(5,1) NOT NULL",
						"CREATE COLLATION alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
				}
				execute(t, db, everyTable(db.Dialect(), tt.change))
				for text := range strings.SplitSeq(tt.after, "; ") {
					if text != "" {
						execute(t, db, text)
					}
				}
				got := ""
				if err := sqldb.Check(t.Context(), set); err != nil {
					got = err.Error()
				}
				if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(got, "\n")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
			})
		}
	}
}

// everyTimes inserts two rows of every into a table of SQLite, the first with proper
// times.
func everyTimes(made, seen string) string {
	row := func(id int, made, seen string) string {
		return fmt.Sprintf("(%d, 1, 1, 1, 1, 1, '1', '1', 'a', '6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10', x'', '%s', '%s', 1, '[]', NULL)", id, made, seen)
	}
	return `INSERT INTO "Every" VALUES ` + row(1, "2026-01-01T10:00:00", "2026-01-01T10:00:00") + ", " + row(2, made, seen)
}

// everyTable makes the table of every, with changes. The key is that of the empty
// name.
func everyTable(dialect sqldb.Dialect, change map[string]string) string {
	var lines []string
	add := func(name, before, declared string) {
		if other, ok := change[name]; ok {
			declared = other
		}
		if declared != "-" {
			lines = append(lines, before+declared)
		}
	}
	for _, c := range [][3]string{
		{"ID", "INTEGER", "integer"}, {"Flag", "INTEGER", "boolean"}, {"Small", "INTEGER", "smallint"}, {"Whole", "INTEGER", "bigint"},
		{"Ratio", "REAL", "double precision"}, {"Near", "REAL", "real"}, {"Price", "TEXT", "numeric"}, {"Paid", "TEXT", "numeric"},
		{"Name", "TEXT", `text COLLATE "C"`}, {"Owner", "TEXT", "uuid"}, {"Bytes", "BLOB", "bytea"}, {"Made", "TEXT", "timestamp"},
		{"Seen", "TEXT", "timestamptz"}, {"Took", "INTEGER", "bigint"}, {"Tags", "TEXT", "text"}, {"Note", "TEXT", "text"},
	} {
		declared := c[1+int(dialect)]
		if c[0] != "Note" {
			declared += " NOT NULL"
		}
		add(c[0], `"`+c[0]+`" `, declared)
	}
	add("Extra", `"Extra" `, "-")
	add("", "", `PRIMARY KEY ("ID")`)
	return `CREATE TABLE "Every" (` + strings.Join(lines, ", ") + ")"
}

// TestCheckOthers checks what is not there to be checked.
func TestCheckOthers(t *testing.T) {
	db := openSQLite(t)
	foreign := memory.Set("Foreign", []Part{})
	wrong := sqldb.Set[tagTwice](db, "Wrong")
	decorated := sqldb.Set[Part](db, "Parts", sqldb.TableName("part"))
	decorated.Reader = foreign.Reader
	err := sqldb.Check(t.Context(), foreign, wrong, decorated)
	for _, want := range []string{"Foreign: the set was not made by package sqldb", `two columns are named "ID"`, `Parts: there is no table "part"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	store, err := sqldb.NewStore(db, testmodel.Demo(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqldb.Schema(sqldb.SQLite, store.Sets()...); err == nil || !strings.Contains(err.Error(), "call Store.Schema") {
		t.Errorf("the schema of some sets of a store: %v", err)
	}
	db.Close()
	if err := sqldb.Check(t.Context(), decorated); !errors.Is(err, &odata.Error{Kind: odata.KindUnavailable}) {
		t.Errorf("a closed database: %v", err)
	}
	if err := store.Check(t.Context()); !errors.Is(err, &odata.Error{Kind: odata.KindUnavailable}) {
		t.Errorf("a closed database: %v", err)
	}
}

// TestCheckLinks misses tables and columns of links, each once.
func TestCheckLinks(t *testing.T) {
	for _, d := range databases {
		db := d.open(t)
		store, err := sqldb.NewStore(db, library(t), libraryNames...)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, store.Schema(db.Dialect())...)
		execute(t, db, `DROP TABLE "wrote ""it"""`, `ALTER TABLE "Authors" RENAME COLUMN "Best_Id" TO best`)
		want := []string{
			`Authors: table "Authors": the column "Best_Id" is missing; it would be ` + map[string]string{"SQLite": "INTEGER", "PostgreSQL": "bigint"}[d.name],
			`Books and Authors: there is no table "wrote \"it\""`,
		}
		if d.name == "PostgreSQL" {
			execute(t, db, `ALTER TABLE atlas DROP CONSTRAINT atlas_supplement_key`)
			want = append(want, `Books: table "atlas": there is no unique key on ("supplement")`)
		}
		for _, check := range []func() error{
			func() error { return store.Check(t.Context()) },
			func() error { return sqldb.Check(t.Context(), store.Sets()...) },
		} {
			got := strings.Split(fmt.Sprint(check()), "\n")
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", d.name, diff)
			}
		}
	}
}

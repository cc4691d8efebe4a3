package sqldb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// TestCompileComputed shows statements in testdata/compile. The clock and the caller
// are parameters, each once in a statement.
func TestCompileComputed(t *testing.T) {
	model := desk(t)
	all := append(deskComputed()[1:], typed.ComputedValue("Requests/Status", typed.Expression{SQL: statusSQL, Params: now(), MayFail: true}, nil, nothing))
	store, err := sqldb.NewStore(noDB{}, model, computedOptions(deskComputed())...)
	if err != nil {
		t.Fatal(err)
	}
	failing, err := sqldb.NewStore(noDB{}, model, computedOptions(all)...)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range []struct {
		store              *sqldb.Store
		path, options, why string
	}{
		{store, "Requests", "$filter=Status eq 'Active'&$orderby=Id&$top=2&$select=Id,Status&$inlinecount=allpages", "one parameter for all uses of the clock"},
		{store, "Requests", "$filter=Share gt 1&$orderby=Status desc,Id&$top=2&$select=Id", "an order by what is computed"},
		{store, "Requests", "$filter=Desk.Urgent/Late&$select=Id", "entities of other types have no value, whatever the SQL says"},
		{store, "Requests", "$filter=Role/Label eq '{none}'&$select=Id", "nor has an entity that is not there"},
		{store, "Roles", "$filter=Requests/any(r:r/Status eq 'Active' or r/Status eq 'Pending')&$select=Id", ""},
		{failing, "Requests", "$filter=Id gt 2 and Status eq 'Active'&$select=Id", "SQL that may fail waits for its turn"},
	} {
		q := queryOf(t, model, row.store.Sets(), row.path, escaped(row.options))
		fmt.Fprintf(&b, "# %s?%s\n", row.path, row.options)
		if row.why != "" {
			fmt.Fprintf(&b, "# why: %s\n", row.why)
		}
		b.WriteString(dumped(q))
		for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
			fmt.Fprintf(&b, "\n%s\n%s", d, row.store.Show(d, q))
		}
		b.WriteString("\n===\n")
	}
	golden(t, "compile/computed.txt", b.String())
}

// nothing computes null.
func nothing(context.Context, []edm.Value) edm.Value { return edm.Null }

// Mistakes in definitions are told when the store is made.
func TestComputedMistakes(t *testing.T) {
	ok := typed.Expression{SQL: "NULL"}
	value := func(path string, e typed.Expression) []typed.Computation {
		return []typed.Computation{typed.ComputedValue(path, e, nil, nothing)}
	}
	sql := func(text string) []typed.Computation { return value("Requests/Share", typed.Expression{SQL: text}) }
	type row struct{ Share *int32 }
	for _, tt := range []struct {
		name string
		all  []typed.Computation
		want string
	}{
		{"no such property", value("Requests/Nope", ok), `Computed("Requests/Nope"): the model has no such property`},
		{"no such set", value("Request/Share", ok), `no such property`},
		{"navigation", value("Requests/Role", ok), `no such property`},
		{"key", value("Requests/Id", ok), `a key is stored`},
		{"reference", value("Requests/RoleId", ok), `refers to another entity`},
		{"twice", append(value("Requests/Share", ok), value("Requests/Share", ok)...), `computed twice`},
		{"for structs", []typed.Computation{typed.Computed("Share", ok, func(context.Context, *row) *int32 { return nil })}, `Computed`},
		{"no function", []typed.Computation{typed.ComputedValue("Requests/Share", ok, nil, nil)}, "value is nil"},
		{"no SQL", value("Requests/Share", typed.Expression{PostgreSQL: "NULL"}), "there is no SQL for SQLite"},
		{"empty", sql(" -- nothing\n"), "it is empty"},
		{"unknown parameter", sql("{:now}"), `the parameter "now"`},
		{"parameter without a function", value("Requests/Share", typed.Expression{SQL: "{:a}", Params: map[string]*typed.Param{"a": {Kind: edm.KindInt32}}}), `the parameter "a"`},
		{"open brace", sql("{Cost"), "a brace is not closed"},
		{"closed brace", sql("Cost}"), "a brace is closed that is not open"},
		{"no name", sql("{:}"), "braces hold the name"},
		{"open quote", sql("'a"), "a quote is not closed"},
		{"open comment", sql("1 /* a"), "a comment is not closed"},
		{"open parenthesis", sql("(1"), "a parenthesis is not closed"},
		{"closed parenthesis", sql("1) OR (1"), "a parenthesis is closed that is not open"},
		{"two statements", sql("1; DROP TABLE x"), "more than an expression"},
		{"placeholder of SQLite", sql("?1"), "written as {:name}"},
		{"bare placeholder", sql("{Cost} + ? "), "written as {:name}"},
		{"named placeholder", sql("{Cost} + :a"), "written as {:name}"},
		{"operator of PostgreSQL", sql("{Cost}::integer"), "is for Expression.PostgreSQL"},
		{"placeholder of PostgreSQL", sql("$1"), "written as {:name}"},
		{"NUL", sql("1\x00"), "NUL"},
		{"hidden complex column", value("Requests/Share", typed.Expression{SQL: "{x}", Columns: map[string]edm.Kind{"x": edm.KindComplex}}), `the column "x" cannot be`},
		{"hidden column that is none", value("Requests/Share", typed.Expression{SQL: "1", Columns: map[string]edm.Kind{"Cost": edm.KindInt32}}), `two columns are named "Cost"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sqldb.NewStore(noDB{}, desk(t), computedOptions(tt.all)...)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewStore: %v, want %s", err, tt.want)
			}
		})
	}
	options := append(computedOptions(deskComputed()), sqldb.Column("Requests/Status", "status"))
	if _, err := sqldb.NewStore(noDB{}, desk(t), options...); err == nil {
		t.Error("a computed property has a column")
	}
}

// Braces, quotes and comments are taken for what they are.
func TestComputedText(t *testing.T) {
	for _, tt := range []struct{ sql, want, why string }{
		{"{a}", "[a]", ""},
		{" {a}  +\n\t{:b} ", "[a] + (b)", "blanks are one"},
		{"'{a}' || \"{b}\" || 'it''s -- so'", "'{a}' || \"{b}\" || 'it''s -- so'", "quotes keep what they hold"},
		{"1 -- {a} '\n+ /* {b} ( */ 2", "1 + 2", "comments go"},
		{"-- one\n{a}", "[a]", ""},
		{"{a}{b}x", "[a][b]x", ""},
		{"{a}::text ?? {b} ? 'x'", "[a]::text ?? [b] ? 'x'", "operators of PostgreSQL"},
		{"({a} - -1)", "([a] - -1)", ""},
		{"{two words}", "[two words]", ""},
	} {
		if got := sqldb.Pieces(tt.sql); got != tt.want {
			t.Errorf("%q is read as %q, want %q (%s)", tt.sql, got, tt.want, tt.why)
		}
	}
}

func FuzzComputedText(f *testing.F) {
	for _, seed := range []string{statusSQL, "{a}{:b}", "'{' || \"}\"", "/**/1--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		// What was read reads the same again, in its normal form.
		read, ok := sqldb.Normal(sql)
		if !ok {
			return
		}
		again, ok := sqldb.Normal(read)
		if !ok || again != read {
			t.Errorf("%q is read as %q, and that as %q", sql, read, again)
		}
	})
}

// Schema makes the columns that only expressions know, and Check wants those that
// they name, and SQL that the database takes.
func TestComputedSchema(t *testing.T) {
	hidden := typed.ComputedValue("Roles/Label", typed.Expression{SQL: "coalesce({note}, {Name}, '') || {old}",
		Columns: map[string]edm.Kind{"note": edm.KindString}}, nil, nothing)
	wrong := typed.ComputedValue("Roles/Label", typed.Expression{SQL: "no_such_function({Name})"}, nil, nothing)
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			store, err := sqldb.NewStore(db, desk(t), sqldb.Computed(hidden))
			if err != nil {
				t.Fatal(err)
			}
			execute(t, db, store.Schema(db.Dialect())...)
			ddl := strings.Join(store.Schema(db.Dialect()), "\n")
			if !strings.Contains(ddl, `"note" `) || strings.Contains(ddl, `"Label"`) {
				t.Errorf("the schema is\n%s", ddl)
			}
			if err := store.Check(t.Context()); err == nil || !strings.Contains(err.Error(), `the column "old", which the SQL of Computed("Roles/Label") names, is missing`) {
				t.Errorf("Check: %v", err)
			}
			execute(t, db, `ALTER TABLE "Roles" ADD COLUMN "old" TEXT`)
			if err := store.Check(t.Context()); err != nil {
				t.Errorf("Check: %v", err)
			}
			if store, err = sqldb.NewStore(db, desk(t), sqldb.Computed(wrong)); err != nil {
				t.Fatal(err)
			}
			if err := store.Check(t.Context()); err == nil || !strings.Contains(err.Error(), `the database does not take the SQL of Computed("Roles/Label")`) {
				t.Errorf("Check: %v", err)
			}
		})
	}
}

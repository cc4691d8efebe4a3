package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/sqldb/sqlite"
)

var errOfFunction = &odata.Error{Kind: odata.KindInvalid, Code: "DivisionByZero", Message: "A division by zero"}

// describe is an implementation of odata(…) that tells what it was called with.
func describe(overload string, args []edm.Value) (edm.Value, error) {
	switch overload {
	case "fail":
		return edm.Null, errOfFunction
	case "panic":
		panic("oh")
	case "concat(String,String)":
		return edm.String(args[0].Str() + args[1].Str()), nil
	case "blob":
		return edm.Binary([]byte{1, 2}), nil
	case "empty":
		return edm.String(""), nil
	case "half":
		return edm.Double(0.5), nil
	case "true":
		return edm.Boolean(true), nil
	case "decimal":
		return parsedDecimal("1.50"), nil
	case "null":
		return edm.Null, nil
	case "complex":
		return edm.Complex(nil), nil
	}
	text := overload
	for _, a := range args {
		text += fmt.Sprintf(" %s=%s", a.Kind(), edm.AppendText(nil, a))
	}
	return edm.String(text), nil
}

func parsedDecimal(s string) edm.Value {
	d, err := edm.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d.Value()
}

func TestFunctions(t *testing.T) {
	twice := sqlite.Function{Name: "twice", Args: 1, Call: func(args []edm.Value) (edm.Value, error) {
		if args[0].IsNull() {
			return edm.Null, nil
		}
		return edm.Int64(2 * args[0].Int()), nil
	}}
	backwards := sqlite.Collation{Name: "backwards", Compare: func(a, b []byte) int { return -strings.Compare(string(a), string(b)) }}
	db := open(t, sqlite.InMemory, sqlite.Options{Call: describe, Functions: []sqlite.Function{twice}, Collations: []sqlite.Collation{backwards}})
	internal := refused(odata.KindInternal, "InternalError")
	for _, tt := range []struct {
		name, sql, want string
		err             error
		why             string
	}{
		{"typed", "odata('substring(String,Int32,Int32)', 'Jen', 1, 2.0)", "substring(String,Int32,Int32) Edm.String=Jen Edm.Int32=1 Edm.Int32=2", nil, "the overload names the kinds"},
		{"prefix", "odata('substring(String,Int32)', 'Jen')", "substring(String,Int32) Edm.String=Jen", nil, "there may be fewer"},
		{"beyond", "odata('f(Int32)', 1, 2)", "f(Int32) Edm.Int32=1 Edm.Int64=2", nil, "there may be more"},
		{"date", "odata('year(DateTime)', '2015-07-12T06:40:00')", "year(DateTime) Edm.DateTime=2015-07-12T06:40:00", nil, "not a text"},
		{"decimal", "odata('round(Decimal)', '2.50')", "round(Decimal) Edm.Decimal=2.50", nil, "not a text"},
		{"point", "odata('f(GeographyPoint)', 'SRID=4326;POINT(1 2)')", "f(GeographyPoint) Edm.GeographyPoint=SRID=4326;POINT(1 2)", nil, "not a text"},
		{"untyped", "odata('f', 'a', 1, 0.5, x'41')", "f Edm.String=a Edm.Int64=1 Edm.Double=0.5 Edm.Binary=QQ==", nil, "as it is stored"},
		{"none", "odata('f()')", "f()", nil, "no arguments"},
		{"nested", "odata('concat(String,String)', odata('concat(String,String)', 'a', 'b'), 'c')", "abc", nil, "a result is an argument"},
		{"blob", "hex(odata('blob'))", "0102", nil, "results of all kinds"},
		{"empty", "typeof(odata('empty'))", "text", nil, "results of all kinds"},
		{"real", "typeof(odata('half'))", "real", nil, "results of all kinds"},
		{"boolean", "typeof(odata('true'))", "integer", nil, "results of all kinds"},
		{"decimal result", "odata('decimal')", "1.50", nil, "results of all kinds"},
		{"null", "typeof(odata('null'))", "null", nil, "results of all kinds"},
		{"own function", "CAST(twice(21) AS TEXT)", "42", nil, "of the options"},
		{"own collation", "(SELECT group_concat(x, '') FROM (SELECT x FROM (SELECT 'a' AS x UNION ALL SELECT 'b') ORDER BY x COLLATE backwards))", "ba", nil, "of the options"},
		{"error", "odata('fail')", "", errOfFunction, "that very error"},
		{"panic", "odata('panic')", "", internal, "SQLite must not be unwound"},
		{"no overload", "odata()", "", internal, "it says which"},
		{"null overload", "odata(NULL)", "", internal, "it says which"},
		{"wrong kind", "odata('f(Int32)', 'x')", "", internal, "a text is no integer"},
		{"large number", "odata('f(Int32,Byte,Single)', 28587302322176, -1, 1e300)", "f(Int32,Byte,Single) Edm.Null=null Edm.Null=null Edm.Null=null", nil, "SQLite puts constants in the place of columns that they equal"},
		{"no stored form", "odata('complex')", "", internal, "it is no value of SQL"},
		{"wrong count", "twice(1, 2)", "", internal, "it takes one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				rows, err := read(t.Context(), db, sql("SELECT "+tt.sql, edm.KindString))
				fails(t, err, tt.err, tt.why)
				if err == nil && rows[0][0].Str() != tt.want {
					t.Errorf("got %q, want %q: %s", rows[0][0].Str(), tt.want, tt.why)
				}
			}
		})
	}
}

// TestVeryError makes sure that an error comes back as it was, and meets only
// the statement that it is of.
func TestVeryError(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Call: describe, Readers: 1, MaxReaders: 1})
	_, err := read(t.Context(), db, sql("SELECT odata('f') UNION ALL SELECT odata('fail')", edm.KindString))
	if !errors.Is(err, errOfFunction) || errors.Unwrap(err) != nil {
		t.Errorf("got %v, want the error of the function itself", err)
	}
	_, err = read(t.Context(), db, sql("SELECT abs(-9223372036854775808)", edm.KindInt64))
	if errors.Is(err, errOfFunction) || err == nil {
		t.Errorf("got %v, want an error of SQLite's", err)
	}
}

func TestFunctionsInIndexes(t *testing.T) {
	calls := 0
	db := open(t, sqlite.InMemory, sqlite.Options{Call: func(overload string, args []edm.Value) (edm.Value, error) {
		calls++
		return edm.String(strings.ToLower(args[0].Str())), nil
	}})
	exec(t, db, t.Context(), "CREATE TABLE t (x TEXT)", "CREATE INDEX lower ON t (odata('tolower(String)', x))",
		"INSERT INTO t VALUES ('É'), ('a')", "CREATE VIEW v AS SELECT odata('tolower(String)', x) AS y FROM t")
	calls = 0
	s := with("SELECT x FROM t WHERE odata('tolower(String)', x) = ?1", params(edm.KindString), edm.KindString)
	rows, err := read(t.Context(), db, s, edm.String("é"))
	if err != nil || len(rows) != 1 || rows[0][0].Str() != "É" {
		t.Errorf("got %v, %v", rows, err)
	}
	if calls != 0 {
		t.Errorf("the function was called %d times where the index has its results", calls)
	}
	if _, err := read(t.Context(), db, sql("SELECT y FROM v", edm.KindString)); err != nil {
		t.Errorf("a view calls it: %v", err)
	}
}

func TestCollationPanics(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Collations: []sqlite.Collation{{Name: "bad", Compare: func(a, b []byte) int { panic("oh") }}}})
	for _, text := range []string{"SELECT 'a' COLLATE bad < 'b'", "SELECT max(x COLLATE bad) FROM (SELECT 'a' AS x UNION ALL SELECT 'b')"} {
		_, err := read(t.Context(), db, sql(text, edm.KindNull))
		fails(t, err, refused(odata.KindInternal, "InternalError"), text)
	}
	if n := number(t, db, t.Context(), "SELECT 1"); n != 1 {
		t.Error("the connection is not usable any more")
	}
}

func TestBadFunctions(t *testing.T) {
	for _, f := range []sqlite.Function{{Name: strings.Repeat("x", 300), Args: 1}, {Name: "f", Args: 9999}} {
		db, err := sqlite.Open(sqlite.InMemory, sqlite.Options{Functions: []sqlite.Function{f}})
		fails(t, err, refused(odata.KindInternal, "InternalError"), "SQLite does not allow it")
		if err == nil {
			db.Close()
		}
	}
}

// TestDecimalCollation compares, orders and indexes decimals by their value.
func TestDecimalCollation(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{})
	exec(t, db, t.Context(), "CREATE TABLE t (x TEXT COLLATE odata_decimal UNIQUE)",
		"INSERT INTO t VALUES ('10'), ('9.50'), ('-0.5'), ('-10'), ('0'), (NULL), ('1000000000000000000000000000000000000000.1')")
	rows, err := read(t.Context(), db, sql("SELECT x FROM t ORDER BY x", edm.KindDecimal))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, string(edm.AppendLiteral(nil, row[0])))
	}
	if want := "null -10M -0.5M 0M 9.50M 10M 1000000000000000000000000000000000000000.1M"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	s := &sqldb.Statement{Text: "SELECT x FROM t WHERE x = ?1 OR x > ?2", Params: forms(params(edm.KindDecimal, edm.KindDecimal)), Columns: forms(params(edm.KindDecimal))}
	rows, err = read(t.Context(), db, s, parsedDecimal("9.5"), parsedDecimal("10.0"))
	if err != nil || len(rows) != 2 {
		t.Errorf("got %v, %v; want 9.50 and the largest", rows, err)
	}
	_, err = db.Exec(t.Context(), with("INSERT INTO t VALUES (?1)", params(edm.KindDecimal)), []edm.Value{parsedDecimal("9.500")})
	fails(t, err, refused(odata.KindConflict, "KeyExists"), "it is the same number")
}

// TestFunctionsOnEveryConnection runs queries within each other.
func TestFunctionsOnEveryConnection(t *testing.T) {
	db := open(t, sqlite.InMemory, sqlite.Options{Call: describe})
	s := sql("SELECT odata('f') COLLATE odata_decimal", edm.KindString)
	for range 6 {
		rows, err := db.Query(t.Context(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
	}
	err := db.Transact(t.Context(), func(ctx context.Context) error {
		_, err := read(ctx, db, s)
		return err
	})
	fails(t, err, nil, "the writer has them too")
}

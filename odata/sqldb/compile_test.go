package sqldb_test

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// golden compares text with a file, or with -update, which package providertest
// declares, writes it.
func golden(t *testing.T, file, text string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	text = strings.ReplaceAll(text, "\x00", "\\0")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}

// noDB is a database that only tells its dialect.
type noDB struct{ sqldb.DB }

func (noDB) Dialect() sqldb.Dialect { return sqldb.SQLite }

// TestCompile shows the statements of many requests in testdata/compile.
func TestCompile(t *testing.T) {
	demo := testmodel.Demo(t)
	lib := library(t)
	for _, file := range []struct {
		name  string
		model *metadata.Model
		names []sqldb.StoreOption
		rows  [][3]string // path, options, why
	}{
		{"comparisons", demo, nil, [][3]string{
			{"Customers", "$filter=Id eq 7&$select=Id", "both sides are never null"},
			{"Customers", "$filter=Name eq 'Ann'&$select=Id", "a constant is not null, so null is no match without saying so"},
			{"Customers", "$filter=Name ne 'Ann'&$select=Id", "null is unequal to a value"},
			{"Customers", "$filter=Name eq Home/City&$select=Id", "two nulls are equal"},
			{"Customers", "$filter=Name eq null or Name ne null&$select=Id", "the only comparisons with null that hold"},
			{"Customers", "$filter=not (Name lt 'B')&$select=Id", "lt is false for null, so its opposite is true"},
			{"Customers", "$filter=not (Name eq 'A' and (Points lt 5 or not startswith(Name,'B')))&$select=Id", "not goes inwards, and comes back for what may be null"},
			{"Customers", "$filter=Score gt 1.5 and Score le 2.5&$select=Id", "NaN is not greater, although databases sort it there"},
			{"Customers", "$filter=Score ne Score or Score eq Score&$select=Id", "NaN is equal to nothing, itself included"},
			{"Customers", "$filter=Credit ge 2.50M and Credit ne 3M&$select=Id", "SQLite compares decimals by a collation"},
			{"Customers", "$filter=Since lt datetime'2015-07-12T06:40:00.0000001Z'&$select=Id", "PostgreSQL keeps microseconds: between two of them there is nothing"},
			{"Customers", "$filter=Since eq datetime'2015-07-12T06:40:00.0000001Z'&$select=Id", "such a time equals none"},
			{"Customers", "$filter=Name lt 'a%00b'&$select=Id", "PostgreSQL has no NUL in texts"},
			{"Customers", "$filter=(Points gt 1) eq (Name lt 'x')&$select=Id", "conditions as values are never NULL"},
			{"Customers", "$filter=(Name lt 'x') eq false&$select=Id", ""},
		}},
		{"functions", demo, nil, [][3]string{
			{"Customers", "$filter=substringof('nn',Name) and startswith(Name,'A') and endswith(Name,'n')&$select=Id", "no LIKE: its wildcards would have to be escaped"},
			{"Customers", "$filter=length(Name) gt 3 and indexof(Name,'n') eq 1&$select=Id", "in UTF-16 code units"},
			{"Customers", "$filter=tolower(Name) eq 'ann' or toupper(concat(Name,Home/City)) eq 'ANN'&$select=Id", "letter by letter; what is not simple is computed once"},
			{"Customers", "$filter=trim(Name) eq 'Ann' and concat(Name,'x') eq 'Annx'&$select=Id", ""},
			{"Customers", "$filter=substring(Name,1) eq 'nn' and substring(Name,1,Id) eq 'n'&$select=Id", ""},
			{"Customers", "$filter=replace(Name,'n','m') eq 'Amm'&$select=Id", "it may fail, so nothing is evaluated ahead of its turn"},
			{"Customers", "$filter=year(Since) eq 2015 and second(Since) lt 30&$select=Id", ""},
			{"Orders", "$filter=hour(Placed) eq 6 and minute(Took) eq 5&$select=OrderId", "times have no zone of their own in databases"},
			{"Customers", "$filter=round(Credit) eq 2M and floor(Score) eq 1 and ceiling(Credit) eq 3M&$select=Id", "ties go to the even number"},
			{"Customers", "$filter=Points add 1 gt 5 and Id div 2 eq 1&$select=Id", "whole numbers fail where OData does"},
			{"Customers", "$filter=Score mul 2.0 gt 5&$select=Id", "floats of PostgreSQL fail where OData's do not"},
			{"Customers", "$filter=Id add (2 mul 3) lt 1 div 1 add 5&$select=Id", "what is constant is computed ahead"},
			{"Customers", "$filter=isof('Demo.VipCustomer') and not isof(Name,'Edm.String')&$select=Id", ""},
			{"Customers", "$filter=cast(Id,'Edm.String') eq '7' and cast(Credit,'Edm.Int32') eq 7&$select=Id", ""},
			{"Tags", "$filter=Code ne 'x' and Colour eq 'red' and Code ne 'y'", "undeclared properties are left, with all behind them"},
		}},
		{"navigation", demo, nil, [][3]string{
			{"Customers", "$filter=BestFriend/Name eq 'Ann' and BestFriend/Id gt 1&$select=Id", "joined once"},
			{"Customers", "$filter=BestFriend/BestFriend/Home/City eq null&$select=Id", "nothing leads to null"},
			{"Customers", "$filter=BestFriend eq null&$select=Id", ""},
			{"Customers", "$filter=Demo.VipCustomer/Concierge/Id eq Id&$select=Id", "a cast is a condition of the join"},
			{"Customers", "$filter=Demo.VipCustomer/Level gt 3 and Demo.VipCustomer/Name ne 'x'&$select=Id", "a property of the derived type needs no condition"},
			{"Customers/Demo.VipCustomer", "$filter=Level gt 3&$orderby=Level", ""},
			{"Customers", "$filter=Orders/any()&$select=Id", ""},
			{"Customers", "$filter=Orders/any(o:o/Total gt 5M and o/Customer/Points gt 1)&$select=Id", ""},
			{"Customers", "$filter=Orders/all(o:o/Total gt 5M or o/Total gt $it/Credit)&$select=Id", "null counts as false"},
			{"Customers", "$filter=not Orders/any(o:o/Total div 0M eq 1M)&$select=Id", "what may fail is computed for linked entities only"},
			{"Customers", "$filter=Emails/any(e:e eq Name)&$select=Id", "JSON"},
			{"Customers(1)/Orders", "$select=OrderId", "a request through navigation"},
		}},
		{"pages", demo, nil, [][3]string{
			{"Customers", "$orderby=Name,Id desc&$top=2&$skip=1", "null first"},
			{"Customers", "$orderby=Score desc&$select=Id", "NaN between null and numbers"},
			{"Customers", "$orderby=Credit,BestFriend/Name desc&$select=Id", ""},
			{"Customers", "$filter=Points gt 1&$orderby=Id&$top=2&$inlinecount=allpages&$select=Id", "the total comes with the rows"},
			{"Customers", "$orderby=Name,Id&$top=0&$inlinecount=allpages&$select=Id", "no row is asked for"},
			{"Customers", "$filter=Points add 1 gt 2&$orderby=Id div 2&$top=2&$select=Id", ""},
			{"Tags", "$orderby=Colour,Code&$top=2&$inlinecount=allpages", "the total is known, the order is not"},
		}},
		{"library", lib, libraryNames, [][3]string{
			{"Books", "$filter=Shelf/Place/Spot/X gt 1M and Shelf/Place ne null&$select=Id", "a key of two parts, complex values within each other"},
			{"Books", "$filter=Authors/any(a:a/Name eq 'A')&$select=Id", "a link table"},
			{"Books", "$filter=Lib.Atlas/Scale gt 1 and Lib.Globe/Radius lt 2f", "a table per type"},
			{"Books/Lib.Atlas", "$filter=Supplement/Lib.Atlas/Scale eq 1&$select=Id", ""},
			{"Authors", "$filter=Best/Supplement/Title eq 'A'&$select=Id", "parts within joins"},
			{"Shelves", "$filter=Books/Lib.Atlas/any(b:b/Scale gt 1 and b/Title ne null)&$select=No", ""},
		}},
	} {
		t.Run(file.name, func(t *testing.T) {
			store, err := sqldb.NewStore(noDB{}, file.model, file.names...)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, row := range file.rows {
				q := queryOf(t, file.model, store.Sets(), row[0], escaped(row[1]))
				fmt.Fprintf(&b, "# %s?%s\n", row[0], row[1])
				if row[2] != "" {
					fmt.Fprintf(&b, "# why: %s\n", row[2])
				}
				b.WriteString(dumped(q))
				for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
					fmt.Fprintf(&b, "\n%s\n%s", d, store.Show(d, q))
				}
				b.WriteString("\n===\n")
			}
			golden(t, "compile/"+file.name+".txt", b.String())
		})
	}
}

func escaped(options string) string {
	parts := strings.Split(options, "&")
	for i, p := range parts {
		name, value, _ := strings.Cut(p, "=")
		value = strings.ReplaceAll(value, "%00", "\x00")
		parts[i] = name + "=" + url.QueryEscape(value)
	}
	return strings.Join(parts, "&")
}

// dumped is the query as odata.Dump prints it.
func dumped(q *odata.Query) string {
	text := odata.Dump(q.Filter) + "\n"
	for _, o := range q.OrderBy {
		text += "by " + odata.Dump(o.By)
		if o.Descending {
			text += " desc"
		}
		text += "\n"
	}
	return text
}

// TestCompileByHand shows statements of queries that no request's text makes: of
// guards, positions and navigations.
func TestCompileByHand(t *testing.T) {
	model := testmodel.Demo(t)
	store, err := sqldb.NewStore(noDB{}, model)
	if err != nil {
		t.Fatal(err)
	}
	sets := store.Sets()
	customers := model.DefaultContainer().EntitySet("Customers")
	customer := customers.Type()
	property := func(name string) odata.Expr {
		return &odata.Member{Of: odata.ItOf(customer), Property: customer.Property(name)}
	}
	var b strings.Builder
	show := func(why string, explain func(d sqldb.Dialect) string) {
		fmt.Fprintf(&b, "# %s\n", why)
		for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
			fmt.Fprintf(&b, "\n%s\n%s", d, explain(d))
		}
		b.WriteString("\n===\n")
	}
	query := func(path, options string) *odata.Query { return queryOf(t, model, sets, path, escaped(options)) }

	guarded := *query("Customers", "$filter=BestFriend/Points gt 1 and BestFriend/Orders/any() and BestFriend/Name ne 'x'&$select=Id")
	guarded.Filter, err = bind.Guarded(guarded.Filter, customers, func(set *metadata.EntitySet) (odata.Expr, error) {
		if set == customers {
			return &odata.Binary{Op: odata.Lt, L: property("Version"), R: &odata.Literal{Value: edm.Int32(9), Of: metadata.PrimitiveType(edm.KindInt32)}}, nil
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	show("a guard hides customers from conditions: "+odata.Dump(guarded.Filter), func(d sqldb.Dialect) string { return store.Show(d, &guarded) })

	after := func(why, options string, position ...edm.Value) {
		q := *query("Customers", options)
		q.After = position
		show(why, func(d sqldb.Dialect) string { return store.Show(d, &q) })
	}
	after("behind a key", "$orderby=Id&$top=2&$select=Id", edm.Int32(7))
	after("one direction, never null", "$orderby=Version,Id&$top=2&$select=Id", edm.Int32(1), edm.Int32(7))
	after("both directions, and null", "$orderby=Name desc,Points,Id&$top=2&$select=Id", edm.String("x"), edm.Int64(1), edm.Int32(7))
	after("behind null", "$orderby=Name,Id&$top=2&$select=Id", edm.Null, edm.Int32(7))
	after("behind NaN", "$orderby=Score desc,Id&$top=2&$select=Id", edm.Double(nan), edm.Int32(7))

	in := func(why string, x []odata.Expr, rows ...[]edm.Value) {
		q := *query("Customers", "$select=Id")
		q.Filter = &odata.In{X: x, Rows: rows}
		show(why, func(d sqldb.Dialect) string { return store.Show(d, &q) })
	}
	in("a list, padded to a power of two", []odata.Expr{property("Id")}, []edm.Value{edm.Int32(1)}, []edm.Value{edm.Int32(2)}, []edm.Value{edm.Int32(3)})
	in("null in a list", []odata.Expr{property("Name")}, []edm.Value{edm.String("a")}, []edm.Value{edm.Null})
	in("tuples", []odata.Expr{property("Id"), property("Name")}, []edm.Value{edm.Int32(1), edm.String("a")}, []edm.Value{edm.Int32(2), edm.String("b")})
	in("no tuple", []odata.Expr{property("Id")})

	keys := []odata.Key{{edm.Int32(1)}, {edm.Int32(2)}, {edm.Int32(3)}}
	navigate := func(why string, nav *metadata.NavigationProperty, q *odata.Query) {
		show(why, func(d sqldb.Dialect) string { return store.ExplainNavigation(d, customers, nav, keys, q) })
	}
	navigate("the links are in the other table", customer.NavigationProperty("Orders"), query("Orders", "$orderby=OrderId&$select=OrderId"))
	navigate("the links are in the own table", customer.NavigationProperty("BestFriend"), query("Customers", "$filter=Points gt 1&$select=Id"))
	navigate("a page for each", customer.NavigationProperty("Orders"), query("Orders", "$orderby=Total desc,OrderId&$top=2&$skip=1&$select=OrderId"))
	golden(t, "compile/by hand.txt", b.String())
}

// TestSchema shows the tables.
func TestSchema(t *testing.T) {
	for _, tt := range []struct {
		name  string
		model *metadata.Model
		names []sqldb.StoreOption
	}{{"demo", testmodel.Demo(t), nil}, {"kinds", testmodel.Kinds(t), nil}, {"library", library(t), libraryNames}} {
		store, err := sqldb.NewStore(noDB{}, tt.model, tt.names...)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
			fmt.Fprintf(&b, "-- %s\n%s;\n\n", d, strings.Join(store.Schema(d), ";\n"))
		}
		golden(t, "schema/"+tt.name+".sql", b.String())
	}
}

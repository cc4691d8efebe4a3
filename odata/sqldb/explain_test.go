package sqldb_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// otherDialect is a database that only tells its dialect.
type otherDialect struct {
	sqldb.DB
	dialect sqldb.Dialect
}

func (d otherDialect) Dialect() sqldb.Dialect { return d.dialect }

// TestExplain shows what operators are told, in testdata/explain.txt.
func TestExplain(t *testing.T) {
	model := testmodel.Demo(t)
	var b strings.Builder
	show := func(statement string, params []edm.Value, rest string) {
		fmt.Fprintf(&b, "%s\n%s\nrest: %s\n\n", statement, strings.Trim(fmt.Sprint(params), "[]"), rest)
	}
	for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.PostgreSQL} {
		db := otherDialect{dialect: dialect}
		store, err := sqldb.NewStore(db, model)
		if err != nil {
			t.Fatal(err)
		}
		sets := store.Sets()
		for _, tt := range []struct{ path, options, why string }{
			{"Customers", "$filter=Id gt 7 and Name eq 'O''Neil'&$select=Id&$top=5&$orderby=Id", "literals are those of OData"},
			{"Customers", "$filter=Points gt 1&$top=0&$inlinecount=allpages", "only the total is wanted"},
			{"Tags", "$filter=Code ne 'x' and Colour eq 'red'&$orderby=Code desc&$top=2&$skip=1&$inlinecount=allpages", "what is behind a clause that is left is left, too"},
			{"Tags", "$orderby=Colour,Code&$inlinecount=allpages", "the total has a statement of its own"},
		} {
			q := queryOf(t, model, sets, tt.path, escaped(tt.options))
			fmt.Fprintf(&b, "# %s: %s?%s\n# why: %s\n", dialect, tt.path, tt.options, tt.why)
			show(store.Explain(q))
		}
		q := *queryOf(t, model, sets, "Customers", "$orderby=Name,Id&$select=Id")
		q.After, q.Expand = []edm.Value{edm.Null, edm.Int32(7)}, []odata.Expansion{{Nav: q.Type.NavigationProperty("Orders")}}
		fmt.Fprintf(&b, "# %s: behind a position, with an expansion\n", dialect)
		show(store.Explain(&q))
		q = *queryOf(t, model, sets, "Tags", "$orderby=Colour,Code")
		q.After = []edm.Value{edm.String("red"), edm.String("a")}
		fmt.Fprintf(&b, "# %s: behind a position in an order that is left\n", dialect)
		show(store.Explain(&q))
		set := sqldb.Set[Part](db, "Parts", sqldb.TableName("part"))
		own := composed(t, set)
		other := queryOf(t, own, []odata.EntitySet{set}, "Parts", escaped("$filter=Count gt 10"))
		fmt.Fprintf(&b, "# %s: a set of its own\n", dialect)
		show(sqldb.Explain(set, other))
		fmt.Fprintf(&b, "# %s: not the store's\n", dialect)
		show(store.Explain(other))
		show(sqldb.Explain(memory.Set("Parts", []Part{}), other))
	}
	golden(t, "explain.txt", b.String())
}

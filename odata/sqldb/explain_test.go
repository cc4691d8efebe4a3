package sqldb_test

import (
	"context"
	"errors"
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

// watchedDB notes the queries it is asked, and can fail.
type watchedDB struct {
	sqldb.DB
	texts   []string
	failure error
}

func (d *watchedDB) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	if d.failure != nil {
		return nil, d.failure
	}
	d.texts = append(d.texts, s.Text)
	return d.DB.Query(ctx, s, args)
}

// explainerOf is the explainer of one of the sets.
func explainerOf(t testing.TB, sets []odata.EntitySet, name string) odata.Explainer {
	t.Helper()
	for i := range sets {
		if sets[i].Name == name {
			return sets[i].Explainer
		}
	}
	t.Fatalf("there is no set %s", name)
	return nil
}

// TestExplain shows what operators are told, in testdata/explain.txt.
func TestExplain(t *testing.T) {
	model := testmodel.Demo(t)
	var b strings.Builder
	show := func(explainer odata.Explainer, q *odata.Query, options odata.ExplainOptions) {
		x, err := explainer.Explain(t.Context(), q, options)
		if err != nil {
			fmt.Fprintf(&b, "error: %v\n\n", err)
			return
		}
		for _, s := range x.Statements {
			fmt.Fprintf(&b, "%s\n  %s\n", s.Text, strings.TrimSpace(strings.Trim(fmt.Sprint(s.Params), "[]")))
			if s.Plan != nil {
				t.Errorf("%s: a plan that nobody has asked for", s.Text)
			}
		}
		fmt.Fprintf(&b, "rest: %s\n", x.Rest.Clauses())
		if x.Reason != "" {
			fmt.Fprintf(&b, "reason: %s\n", x.Reason)
		}
		b.WriteByte('\n')
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
			{"Customers", "$filter=Points gt 1 and Home/City ne null and BestFriend/Home ne Home&$select=Id&$top=2&$orderby=Id", "what looks at related entities is no work of the service's"},
		} {
			q := queryOf(t, model, sets, tt.path, escaped(tt.options))
			fmt.Fprintf(&b, "# %s: %s?%s\n# why: %s\n", dialect, tt.path, tt.options, tt.why)
			show(explainerOf(t, sets, tt.path), q, odata.ExplainOptions{})
		}
		q := *queryOf(t, model, sets, "Customers", "$orderby=Name,Id&$select=Id")
		orders := q.Type.NavigationProperty("Orders")
		q.After, q.Expand = []edm.Value{edm.Null, edm.Int32(7)}, []odata.Expansion{{Nav: orders}}
		fmt.Fprintf(&b, "# %s: behind a position, with an expansion\n", dialect)
		show(explainerOf(t, sets, "Customers"), &q, odata.ExplainOptions{})
		q = *queryOf(t, model, sets, "Tags", "$orderby=Colour,Code")
		q.After = []edm.Value{edm.String("red"), edm.String("a")}
		fmt.Fprintf(&b, "# %s: behind a position in an order that is left\n", dialect)
		show(explainerOf(t, sets, "Tags"), &q, odata.ExplainOptions{})
		fmt.Fprintf(&b, "# %s: the orders of up to three customers, two of each\n", dialect)
		show(explainerOf(t, sets, "Customers"), queryOf(t, model, sets, "Orders", escaped("$orderby=OrderId&$top=2&$select=OrderId")),
			odata.ExplainOptions{Nav: orders, From: 3})
		set := sqldb.Set[Part](db, "Parts", sqldb.TableName("part"))
		own := composed(t, set)
		other := queryOf(t, own, []odata.EntitySet{set}, "Parts", escaped("$filter=Count gt 10"))
		fmt.Fprintf(&b, "# %s: a set of its own\n", dialect)
		show(set.Explainer, other, odata.ExplainOptions{})
		fmt.Fprintf(&b, "# %s: a set of its own follows nothing\n", dialect)
		show(set.Explainer, other, odata.ExplainOptions{Nav: orders})
		fmt.Fprintf(&b, "# %s: not the store's\n", dialect)
		show(explainerOf(t, sets, "Customers"), other, odata.ExplainOptions{})
	}
	golden(t, "explain.txt", b.String())
}

// TestExplainPlan asks databases for their plans. What a plan says is theirs, but
// what it is about is known.
func TestExplainPlan(t *testing.T) {
	model := testmodel.Demo(t)
	source, err := memory.NewStore(model, village())
	if err != nil {
		t.Fatal(err)
	}
	const secret = "O'Neil \u2603"
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			watched := &watchedDB{DB: db}
			store := storeOf(t, db, model, source.Sets())
			over, err := sqldb.NewStore(watched, model)
			if err != nil {
				t.Fatal(err)
			}
			sets := over.Sets()
			for _, tt := range []struct {
				set, path, options string
				nav                string
				table              string
				why                string
			}{
				{"Customers", "Customers", "$filter=Id eq 7 and Name ne '" + strings.ReplaceAll(secret, "'", "''") + "'&$top=5", "", "Customers", "the table is looked at"},
				{"Customers", "Customers", "$filter=Orders/any(o:o/OrderId ne guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')&$inlinecount=allpages", "", "Orders", "so are those that conditions look at"},
				{"Customers", "Customers", "$top=0&$inlinecount=allpages", "", "Customers", "a count has a plan"},
				{"Customers", "Orders", "$top=2", "Orders", "Orders", "navigation has a plan; its keys are null"},
			} {
				q := queryOf(t, model, store.Sets(), tt.path, escaped(tt.options))
				options := odata.ExplainOptions{Plan: true, From: 5}
				if tt.nav != "" {
					options.Nav = model.EntityType("Demo.Customer").NavigationProperty(tt.nav)
				}
				watched.texts = nil
				x, err := explainerOf(t, sets, tt.set).Explain(t.Context(), q, options)
				if err != nil {
					t.Errorf("%s?%s: %v (%s)", tt.path, tt.options, err, tt.why)
					continue
				}
				if len(x.Statements) == 0 {
					t.Errorf("%s?%s: no statement", tt.path, tt.options)
				}
				for _, s := range x.Statements {
					plan := strings.Join(s.Plan, "\n")
					if alias := d.name == "SQLite" && strings.Contains(plan, " t"); !alias && !strings.Contains(plan, tt.table) {
						t.Errorf("%s?%s: the plan does not name %s: %s\n%s", tt.path, tt.options, tt.table, tt.why, plan)
					}
				}
				for _, text := range watched.texts {
					if !strings.HasPrefix(text, "EXPLAIN ") || strings.HasPrefix(text, "EXPLAIN ANALYZE") {
						t.Errorf("%s?%s: %s is run: nothing but plans may be", tt.path, tt.options, text)
					}
					if strings.Contains(text, "Neil") {
						t.Errorf("%s?%s: %s holds a literal of the request", tt.path, tt.options, text)
					}
				}
			}
			watched.failure = errors.New("gone")
			q := queryOf(t, model, store.Sets(), "Customers", "")
			if _, err := explainerOf(t, sets, "Customers").Explain(t.Context(), q, odata.ExplainOptions{Plan: true}); !errors.Is(err, watched.failure) {
				t.Errorf("error %v, want that of the database", err)
			}
		})
	}
}

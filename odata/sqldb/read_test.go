package sqldb_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// counting counts what is open.
type counting struct {
	sqldb.DB
	open       *int
	statements map[*sqldb.Statement]bool
	mu         *sync.Mutex
}

func (c counting) Query(ctx context.Context, s *sqldb.Statement, args []edm.Value) (sqldb.Rows, error) {
	rows, err := c.DB.Query(ctx, s, args)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statements[s] = true
	if err != nil {
		return nil, err
	}
	*c.open++
	return countedRows{rows, c}, nil
}

type countedRows struct {
	sqldb.Rows
	c counting
}

func (r countedRows) Close() error {
	r.c.mu.Lock()
	*r.c.open--
	r.c.mu.Unlock()
	return r.Rows.Close()
}

func counted(t *testing.T) (db counting, model *metadata.Model, sets []odata.EntitySet) {
	t.Helper()
	model = testmodel.Demo(t)
	source, err := memory.NewStore(model, village())
	if err != nil {
		t.Fatal(err)
	}
	db = counting{openSQLite(t), new(int), map[*sqldb.Statement]bool{}, new(sync.Mutex)}
	return db, model, storeOf(t, db, model, source.Sets()).Sets()
}

// Whatever becomes of a result, nothing stays open.
func TestReadCloses(t *testing.T) {
	db, model, sets := counted(t)
	for _, tt := range []struct{ name, options string }{
		{"rows", ""},
		{"total", "$inlinecount=allpages"},
		{"nothing matches", "$filter=Id%20eq%20999&$inlinecount=allpages"},
		{"no rows wanted", "$top=0&$inlinecount=allpages"},
		{"left over", "$filter=Home%20ne%20Home"},
	} {
		for _, take := range []int{0, 1, 1000} {
			q := queryOf(t, model, sets, "Customers", tt.options)
			ctx, cancel := context.WithCancel(t.Context())
			result, err := sets[0].Reader.Read(ctx, q)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			n := 0
			for _, err := range result.Rows {
				if n++; n > take || err != nil {
					break
				}
			}
			cancel()
			if *db.open != 0 {
				t.Errorf("%s, taking %d rows: %d cursors are open", tt.name, take, *db.open)
			}
		}
	}
}

// A total that nobody reads the rows of keeps its cursor no longer than its
// context lasts.
func TestUnreadTotal(t *testing.T) {
	db, model, sets := counted(t)
	ctx, cancel := context.WithCancel(t.Context())
	result, err := sets[0].Reader.Read(ctx, queryOf(t, model, sets, "Customers", "$inlinecount=allpages"))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for _, err := range result.Rows { // waits for neither: one of both closes
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	for range 1000 {
		db.mu.Lock()
		open := *db.open
		db.mu.Unlock()
		if open == 0 {
			return
		}
		runtime.Gosched()
	}
	t.Error("the cursor is open")
}

// Queries that differ in constants only are one statement, and get the answers of
// their own.
func TestOneStatementForAShape(t *testing.T) {
	db, model, sets := counted(t)
	var got []string
	for _, options := range []string{"$filter=Id%20eq%201%20or%20Id%20eq%202", "$filter=Id%20eq%203%20or%20Id%20eq%204", "$filter=Id%20eq%205%20or%20Id%20eq%206"} {
		q := queryOf(t, model, sets, "Customers", options+"&$orderby=Id")
		for _, key := range keysOf(t, q, sets[0].Reader) {
			got = append(got, key[0].String())
		}
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4", "5", "6"}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	if len(db.statements) != 1 {
		t.Errorf("%d statements for one shape", len(db.statements))
	}
}

// Lists of similar length share a statement.
func TestOneStatementForLists(t *testing.T) {
	db, model, sets := counted(t)
	q := queryOf(t, model, sets, "Customers", "$orderby=Id")
	id := q.Set.Type().Property("Id")
	for n := 5; n <= 8; n++ {
		in := &odata.In{X: []odata.Expr{&odata.Member{Of: odata.ItOf(q.Type), Property: id}}}
		for i := range n {
			in.Rows = append(in.Rows, []edm.Value{edm.Int32(int32(i))})
		}
		listed := *q
		listed.Filter = in
		if keys := keysOf(t, &listed, sets[0].Reader); len(keys) != n {
			t.Errorf("%d of %d entities", len(keys), n)
		}
	}
	if len(db.statements) != 1 {
		t.Errorf("%d statements", len(db.statements))
	}
}

// After a position comes what comes after it: pages put together are the feed.
func TestPages(t *testing.T) {
	for _, d := range databases {
		model := testmodel.Demo(t)
		source, err := memory.NewStore(model, village())
		if err != nil {
			t.Fatal(err)
		}
		store := storeOf(t, d.open(t), model, source.Sets())
		for _, order := range []string{"Id", "Name,Id", "Name desc,Id desc", "Score,Id", "Score desc,Id", "Credit desc,Name,Id", "Since,Points desc,Id",
			"Name eq 'Ann',Id", "Home/City desc,Version,Id", "Version,Id", "tolower(Name),Id"} {
			q := queryOf(t, model, store.Sets(), "Customers", escaped("$orderby="+order))
			q.Top = nil
			whole := keysOf(t, q, store.Sets()[0].Reader)
			place, err := placing(q)
			if err != nil {
				t.Fatal(err)
			}
			var paged []odata.Key
			page := *q
			page.Top = new(int64(3))
			for range 20 {
				result, err := store.Sets()[0].Reader.Read(t.Context(), &page)
				if err != nil {
					t.Fatalf("%s, %s: %v", d.name, order, err)
				}
				if result.Rest != nil {
					t.Fatalf("%s, %s: something is left", d.name, order)
				}
				n := 0
				for row, err := range result.Rows {
					if err != nil {
						t.Fatal(err)
					}
					n++
					paged = append(paged, keyOf(&page, &row))
					page.After = place(&row)
				}
				if n < 3 {
					break
				}
			}
			if diff := cmp.Diff(texts(whole), texts(paged)); diff != "" {
				t.Errorf("%s, by %s (-whole +paged):\n%s", d.name, order, diff)
			}
		}
	}
}

func texts(keys []odata.Key) (all []string) {
	for _, k := range keys {
		all = append(all, k[0].String())
	}
	return all
}

// placing finds the position of a row in the order of q.
func placing(q *odata.Query) (func(row *odata.Row) []edm.Value, error) {
	var terms []eval.Evaluator
	for _, o := range q.OrderBy {
		term, err := eval.Compile(o.By, eval.LayoutOf(q))
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
	return func(row *odata.Row) (place []edm.Value) {
		for _, term := range terms {
			v, _ := term(row)
			place = append(place, v.Clone())
		}
		return place
	}, nil
}

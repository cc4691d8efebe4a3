package sqldb_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
)

// operator is the one caller who may ask for explanations.
const operator = `PRIV\Ops`

func isOperator(ctx context.Context) bool {
	p, ok := odata.PrincipalFrom(ctx)
	return ok && p.Name == operator
}

// explainable is a service over the demo data in db. Orders have a guard: nobody
// sees those without a total.
func explainable(t testing.TB, db sqldb.DB, loaded func(sqldb.DB) sqldb.DB) http.Handler {
	t.Helper()
	model := testmodel.Demo(t)
	stocked(t, db, model, testmodel.Data())
	if loaded != nil {
		db = loaded(db)
	}
	store, err := sqldb.NewStore(db, model)
	if err != nil {
		t.Fatal(err)
	}
	sets := store.Sets()
	for i := range sets {
		if sets[i].Name == "Orders" {
			sets[i].Guard = odata.GuardFunc(func(_ context.Context, a odata.Access) (odata.Expr, error) {
				total := a.Type.Property("Total")
				return &odata.Binary{Op: odata.Gt, L: &odata.Member{Of: odata.ItOf(a.Type), Property: total},
					R: &odata.Literal{Value: edm.NewDecimal(0, 0).Value(), Of: metadata.PrimitiveType(edm.KindDecimal)}}, nil
			})
		}
	}
	svc, err := service.New(service.Config{Model: model, Root: "/svc", Profile: odata.Profile{JSON: true}, PageSize: 5, Explain: isOperator,
		Operations: append(testmodel.Operations(model), testmodel.Actions(model, sets)...)}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestExplainTranscripts replays what operators are answered over SQLite, in
// testdata/service.
func TestExplainTranscripts(t *testing.T) {
	providertest.TranscriptsOf(t, func(t *testing.T) http.Handler { return explainable(t, openSQLite(t), nil) }, "testdata/service")
}

// explainedURLs are requests of every kind that reads.
var explainedURLs = []string{
	"", "$metadata", "Customers", "Customers(1)", "Customers/$count", "Customers(1)/Name", "Customers(1)/Name/$value", "Customers(1)/Orders",
	"Customers(1)/Orders/$count", "Customers(1)/BestFriend", "Customers(1)/BestFriend/Orders?$expand=Customer", "Customers(1)/$links/Orders",
	"Customers(1)/$links/BestFriend", "Customers?$expand=Orders,BestFriend/Orders&$top=2&$inlinecount=allpages&$orderby=BestFriend/Name",
	"Customers?$filter=Orders/any(o:o/Total%20gt%201)&$select=Id", "Customers(2)/Demo.VipCustomer/Concierge", "TopCustomers?n=2", "TopCustomers(1)/Orders?n=2",
	"TopCustomers/$count?n=2", "Ping", "Tags?$filter=Colour%20eq%20'red'&$inlinecount=allpages", "Photos(1)/$value", "Photos(1)/Thumb", "Photos",
}

// TestExplainReadsNothing explains every kind of request and wants the database to
// be asked for plans at most.
func TestExplainReadsNothing(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			var watched *watchedDB
			svc := explainable(t, d.open(t), func(db sqldb.DB) sqldb.DB { watched = &watchedDB{DB: db}; return watched })
			for _, target := range explainedURLs {
				watched.texts = nil
				w := explainAt(svc, http.MethodGet, target, operator, "pamodata.explain=plan")
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d %s", target, w.Code, w.Body)
					continue
				}
				var body struct {
					Reads []struct {
						Statements []struct{ Plan []string }
						Note       string
					}
				}
				if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
					t.Errorf("%s: %v", target, err)
				}
				plans := 0
				for _, read := range body.Reads {
					if len(read.Statements) == 0 && read.Note == "" {
						t.Errorf("%s: a read with neither statements nor a note\n%s", target, w.Body)
					}
					for _, s := range read.Statements {
						plans++
						if len(s.Plan) == 0 {
							t.Errorf("%s: a statement without a plan\n%s", target, w.Body)
						}
					}
				}
				if len(watched.texts) != plans {
					t.Errorf("%s: the database is asked %d times for %d plans: %q", target, len(watched.texts), plans, watched.texts)
				}
				for _, text := range watched.texts {
					if !strings.HasPrefix(text, "EXPLAIN ") {
						t.Errorf("%s: %s is run", target, text)
					}
				}
			}
		})
	}
}

// TestExplainIsWhatIsRun compares the statements that are explained with those that
// the request itself runs, as far as they do not depend on what was read.
func TestExplainIsWhatIsRun(t *testing.T) {
	var watched *watchedDB
	svc := explainable(t, openSQLite(t), func(db sqldb.DB) sqldb.DB { watched = &watchedDB{DB: db}; return watched })
	for _, target := range explainedURLs {
		if strings.HasPrefix(target, "TopCustomers") || target == "Ping" || strings.HasPrefix(target, "Photos(1)/") {
			continue // they read for themselves
		}
		w := explainAt(svc, http.MethodGet, target, operator, "pamodata.explain")
		var body struct {
			Reads []struct {
				Read       string
				Statements []struct{ Text string }
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatalf("%s: %v\n%s", target, err, w.Body)
		}
		var want []string
		for _, read := range body.Reads {
			for _, s := range read.Statements {
				if read.Read != "expansion" { // whose starts are as many as there are rows
					want = append(want, s.Text)
				}
			}
		}
		watched.texts = nil
		if w = explainAt(svc, http.MethodGet, target, operator, ""); w.Code >= 400 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		got := slices.DeleteFunc(slices.Clone(watched.texts), func(text string) bool { return strings.HasPrefix(text, "WITH s(") })
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-explained +run):\n%s", target, diff)
		}
	}
}

func explainAt(svc http.Handler, method, target, caller, prefer string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://host/svc/"+target, nil)
	if caller != "" {
		r = r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: caller, Method: "test"}))
	}
	if prefer != "" {
		r.Header.Set("Prefer", prefer)
	}
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	return w
}

package sqldb_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/sqldb"
	"github.com/pamodata/pamodata/odata/typed"
)

// sixRequests are one for each status, at noon of day, and some more.
func sixRequests() memory.Data {
	data := memory.Data{Entities: map[string][]memory.Entity{}, Computed: deskComputed()}
	role := func(id int32, name edm.Value) {
		data.Entities["Roles"] = append(data.Entities["Roles"], memory.Entity{Values: map[string]edm.Value{"Id": edm.Int32(id), "Name": name}})
	}
	role(0, edm.Null)
	role(1, edm.String("one"))
	role(2, edm.String("two"))
	at := func(days int) edm.Value {
		d, _ := edm.NewDateTime(edm.DateTimeFrom(day.AddDate(0, 0, days)).Ticks(), edm.NoZone)
		return d.Value()
	}
	request := func(typ string, id, role, cost int32, owner string, facts map[string]edm.Value) {
		facts["Id"], facts["Cost"], facts["Owner"] = edm.Int32(id), edm.Int32(cost), edm.String(owner)
		if role >= 0 {
			facts["RoleId"] = edm.Int32(role)
		}
		data.Entities["Requests"] = append(data.Entities["Requests"], memory.Entity{Type: typ, Values: facts})
	}
	type facts = map[string]edm.Value
	request("", 1, 0, 3, "Ann", facts{"Granted": at(-1), "Ends": at(1)})
	request("", 2, 1, 4, "Bob", facts{"Granted": at(-2), "Ends": at(-1)})
	request("", 3, 1, 5, "Bob", facts{})
	request("Urgent", 4, -1, 6, "Bob", facts{"Granted": at(-1), "Ends": at(1), "Closed": at(0), "Due": at(1)})
	request("Urgent", 5, 1, 7, "Ann", facts{"Granted": at(-1), "Ends": at(1)})
	request("", 6, 2, 8, "Ann", facts{"Granted": at(1)})
	data.Links = []memory.Links{{Set: "Requests", Navigation: "After", Pairs: [][2]string{{"2", "1"}, {"3", "2"}, {"5", "4"}}}}
	return data
}

// A deskService answers requests of Ann.
type deskService struct {
	handler http.Handler
	now     time.Time
	ticks   int // how often the time was asked for
}

func serveDesk(t testing.TB, model *metadata.Model, sets []odata.EntitySet, guard odata.Guard) *deskService {
	t.Helper()
	s := &deskService{now: day}
	for i := range sets {
		sets[i].Guard = odata.Public()
		if sets[i].Name == "Requests" && guard != nil {
			sets[i].Guard = guard
		}
		sets[i].PageSize = 2
	}
	svc, err := service.New(service.Config{Model: model, Root: "/svc", TokenKey: []byte("0123456789abcdef"), Logger: slog.New(slog.DiscardHandler), Clock: func() time.Time {
		s.ticks++
		return s.now
	}}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		svc.ServeHTTP(w, r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: "Ann"})))
	})
	return s
}

var nextLink = regexp.MustCompile(`"odata.nextLink":"(?:http://example.com/svc/)?([^"]*)"`)

// ask sends a request, follows next links, and returns all answers.
func (s *deskService) ask(method, target, body string) (answers string) {
	for target != "" {
		a := ask(s.handler, method, target, body, "Prefer", "return-content")
		answers += a + "\n"
		target = ""
		if m := nextLink.FindStringSubmatch(a); m != nil {
			target = strings.ReplaceAll(m[1], `\u0026`, "&")
		}
	}
	return answers
}

// active admits to requests that are active, for reads.
func active(model *metadata.Model) odata.Guard {
	typ := model.EntityType("Desk.Request")
	return odata.GuardFunc(func(ctx context.Context, _ odata.Access) (odata.Expr, error) {
		if _, ok := odata.Instant(ctx); !ok {
			return nil, odata.Internalf("the guard is asked before there is an instant")
		}
		p := typ.Property("Status")
		return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: odata.ItOf(typ), Property: p}, R: &odata.Literal{Value: edm.String("Active"), Of: p.TypeRef()}}, nil
	})
}

// TestComputedService makes requests to services over a store in memory and over
// each database, which answer the same.
func TestComputedService(t *testing.T) {
	requests := []struct {
		name, method, target, body string
		guarded                    bool
		want                       []string // are contained
		why                        string
	}{
		{"filter", "GET", "Requests?$filter=Status eq 'Active'&$select=Id,Status", "", false, []string{`[{"Id":1,"Status":"Active"},{"Id":5,"Status":"Active"}]`}, ""},
		{"unequal", "GET", "Requests?$filter=Status ne 'Active'&$select=Id&$inlinecount=allpages", "", false, []string{`"odata.count":"4"`, `{"Id":6}`}, ""},
		{"several", "GET", "Requests/$count?$filter=Status eq 'Pending' or Status eq 'Closed'", "", false, []string{"200 3"}, ""},
		{"order", "GET", "Requests?$orderby=Status&$select=Id,Status", "", false,
			[]string{`[{"Id":1,"Status":"Active"},{"Id":5,"Status":"Active"}]`, `[{"Id":4,"Status":"Closed"},{"Id":2,"Status":"Expired"}]`, `[{"Id":3,"Status":"Pending"},{"Id":6,"Status":"Pending"}]`},
			"next links resume in the middle of an order by what is computed"},
		{"descending and skip", "GET", "Requests?$orderby=Status desc,Id desc&$skip=1&$top=3&$select=Id", "", false, []string{`[{"Id":3},{"Id":2}]`, `[{"Id":4}]`}, ""},
		{"order by one that is null", "GET", "Requests?$orderby=Share&$select=Id,Share", "", false, []string{`{"Id":4,"Share":null},{"Id":1,"Share":6}`, `{"Id":5,"Share":14},{"Id":6,"Share":16}`}, ""},
		{"entity", "GET", "Requests(5)", "", false, []string{`"Status":"Active","Share":14`, `"Late":true`}, ""},
		{"value", "GET", "Requests(2)/Status/$value", "", false, []string{"200 Expired"}, ""},
		{"null of a derived type", "GET", "Requests?$filter=Desk.Urgent/Late&$select=Id", "", false, []string{`"value":[{"Id":5}]`}, "the SQL is true of all others"},
		{"expand one", "GET", "Requests?$expand=Role&$select=Id,Role/Label", "", false, []string{`{"Role":{"Label":"{none}"},"Id":1}`, `{"Role":null,"Id":4}`}, "an absent role has no label"},
		{"expand many", "GET", "Roles?$expand=Requests&$select=Label,Requests/Status", "", false, []string{`{"Status":"Expired"},{"Status":"Pending"}`}, ""},
		{"any", "GET", "Roles?$filter=Requests/any(r: r/Status eq 'Expired')&$select=Id", "", false, []string{`"value":[{"Id":1}]`}, ""},
		{"all", "GET", "Roles?$filter=Requests/all(r: r/Status ne 'Expired')&$select=Id", "", false, []string{`"value":[{"Id":0},{"Id":2}]`}, ""},
		{"path", "GET", "Requests?$filter=After/Status eq 'Active'&$select=Id", "", false, []string{`"value":[{"Id":2}]`}, ""},
		{"nothing at the end of a path", "GET", "Requests?$filter=Role/Label eq '{none}'&$select=Id", "", false, []string{`"value":[{"Id":1}]`}, "request 4 has no role, and so no label"},
		{"null at the end of a path", "GET", "Requests?$filter=Role/Label eq null&$select=Id", "", false, []string{`"value":[{"Id":4}]`}, ""},
		{"navigation", "GET", "Roles(1)/Requests?$filter=Status eq 'Active'&$select=Id", "", false, []string{`"value":[{"Id":5}]`}, ""},
		{"guard", "GET", "Requests?$inlinecount=allpages&$select=Id", "", true, []string{`"odata.count":"2"`, `[{"Id":1},{"Id":5}]`}, "what the guard hides is absent"},
		{"guard of an entity", "GET", "Requests(2)", "", true, []string{"404 "}, ""},
		{"guard of what is expanded", "GET", "Requests(5)/After", "", true, []string{"204"}, "request 4 is closed"},
		{"guard within a condition", "GET", "Roles?$filter=Requests/any()&$select=Id", "", true, []string{`[{"Id":0},{"Id":1}]`}, ""},
		{"guard of an expansion", "GET", "Roles(1)?$expand=Requests&$select=Requests/Id", "", true, []string{`"Requests":[{"Id":5}]`}, ""},
		{"guarded update", "PATCH", "Requests(2)", `{"Cost":40}`, true, []string{"404 "}, "the condition of the update is computed"},
		{"guarded update of what is visible", "PATCH", "Requests(5)", `{"Cost":70}`, true, []string{`"Status":"Active","Share":140`}, ""},
		{"insert", "POST", "Requests", `{"Id":7,"Cost":1,"Owner":"Ann","Status":"Nonsense","Share":99,"Granted":"2016-02-01T00:00:00","Ends":"2016-03-01T00:00:00"}`, false,
			[]string{"201 ", `"Status":"Active","Share":2`}, "values of what is computed are passed over, and it is in the answer"},
		{"insert of a derived type", "POST", "Requests", `{"odata.type":"Desk.Urgent","Id":8,"Cost":1,"Due":"2016-03-01T00:00:00","Late":true}`, false, []string{"201 ", `"Status":"Pending"`, `"Late":false`}, ""},
		{"insert with a link", "POST", "Roles(2)/Requests", `{"Id":9,"Cost":2,"Owner":"Ann"}`, false, []string{"201 ", `"Status":"Pending","Share":4`}, "it takes several statements"},
		{"update", "PATCH", "Requests(1)", `{"Ends":"2016-02-29T12:00:00","Status":"Active"}`, false, []string{`"Status":"Expired"`}, "the answer tells what it is then"},
		{"only what is computed", "PATCH", "Requests(1)", `{"Status":"Active"}`, false, []string{`"Status":"Expired"`}, ""},
		{"replacement", "PUT", "Requests(2)", `{"Cost":9}`, false, []string{`"Status":"Pending","Share":null`}, ""},
		{"its property", "PUT", "Requests(1)/Status", `{"value":"Active"}`, false, []string{"403 "}, "it cannot be written on its own either"},
		{"delete", "DELETE", "Requests(6)", "", false, []string{"204"}, ""},
		{"guarded delete", "DELETE", "Requests(3)", "", true, []string{"404 "}, ""},
		{"all that is there", "GET", "Requests?$orderby=Id", "", false, []string{`"Id":9`}, ""},
		{"metadata", "GET", "$metadata", "", false, []string{`Name="Status" Type="Edm.String"`}, ""},
	}
	model := desk(t)
	source, err := memory.NewStore(model, sixRequests())
	if err != nil {
		t.Fatal(err)
	}
	open, guarded := serveDesk(t, model, source.Sets(), nil), serveDesk(t, model, source.Sets(), active(model))
	var want []string
	for _, tt := range requests {
		s := open
		if tt.guarded {
			s = guarded
		}
		a := s.ask(tt.method, tt.target, tt.body)
		for _, part := range tt.want {
			if !strings.Contains(a, part) {
				t.Errorf("%s: %s %s answers\n%sand not %s\nwhy: %s", tt.name, tt.method, tt.target, a, part, tt.why)
			}
		}
		want = append(want, a)
	}
	for i := range 2 * len(databases) {
		d := databases[i/2]
		t.Run(d.name+[]string{"", " table per type"}[i%2], func(t *testing.T) {
			model := desk(t)
			source, err := memory.NewStore(model, sixRequests())
			if err != nil {
				t.Fatal(err)
			}
			perType := sqldb.TablePerType("Requests", "Desk.Urgent", "urgent")
			store := storeOf(t, d.open(t), model, source.Sets(), append(computedOptions(deskComputed()), perType)[:4+i%2]...)
			if err := store.Check(t.Context()); err != nil {
				t.Error(err)
			}
			open, guarded := serveDesk(t, model, store.Sets(), nil), serveDesk(t, model, store.Sets(), active(model))
			for j, tt := range requests {
				s := open
				if tt.guarded {
					s = guarded
				}
				if a := s.ask(tt.method, tt.target, tt.body); a != want[j] {
					t.Errorf("%s: %s %s answers\n%sbut in memory\n%swhy: %s", tt.name, tt.method, tt.target, a, want[j], tt.why)
				}
			}
		})
	}
}

// One instant serves all statements of a request, and another the next request.
func TestComputedInstant(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model := desk(t)
			source, err := memory.NewStore(model, sixRequests())
			if err != nil {
				t.Fatal(err)
			}
			store := storeOf(t, d.open(t), model, source.Sets(), computedOptions(deskComputed())...)
			s := serveDesk(t, model, store.Sets(), nil)
			const target = "Roles?$filter=Requests/any(r: r/Status eq 'Active')&$inlinecount=allpages&$expand=Requests&$select=Id,Requests/Status"
			before := s.ask("GET", target, "")
			if s.ticks != 1 {
				t.Errorf("the time was asked for %d times", s.ticks)
			}
			s.now = day.AddDate(0, 0, 2)
			if after := s.ask("GET", target, ""); after == before || !strings.Contains(after, `"odata.count":"0"`) {
				t.Errorf("two days later the answer is\n%s", after)
			}
			s.now = day
			if again := s.ask("GET", target, ""); again != before {
				t.Errorf("at the same instant the answer is another\n%s", again)
			}
		})
	}
}

// A thousand instants and callers make one statement.
func TestComputedShape(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			model, _, store := deskStores(t, d.open(t), 5, 20)
			q := queryOf(t, model, store.Sets(), "Requests", escaped("$filter=Status eq 'Active' and Share gt 1&$orderby=Status,Id&$top=5&$inlinecount=allpages"))
			before := sqldb.Plans(store)
			for i := range 1000 {
				ctx := odata.WithInstant(context.Background(), day.Add(time.Duration(i)*time.Second))
				ctx = odata.WithPrincipal(ctx, odata.Principal{Name: strings.Repeat("x", i%10)})
				result, err := store.Sets()[1].Reader.Read(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, err := range result.Rows {
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			if made := sqldb.Plans(store) - before; made != 1 {
				t.Errorf("%d plans were made", made)
			}
		})
	}
}

// A parameter is asked for once in a query, however often it is used.
func TestComputedParamOnce(t *testing.T) {
	db := openSQLite(t)
	asked := 0
	counting := &typed.Param{Kind: edm.KindInt32, Value: func(context.Context) edm.Value {
		asked++
		return edm.Int32(int32(asked))
	}}
	params := map[string]*typed.Param{"a": counting, "b": counting}
	model := desk(t)
	store, err := sqldb.NewStore(db, model, sqldb.Computed(typed.ComputedValue("Requests/Share", typed.Expression{SQL: "{:a} + {:b}", Params: params}, nil, nothing)),
		sqldb.Computed(typed.ComputedValue("Requests/Status", typed.Expression{SQL: "CASE WHEN {:b} = 1 THEN 'x' ELSE 'y' END", Params: params}, nil, nothing)))
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, store.Schema(db.Dialect())...)
	execute(t, db, `INSERT INTO "Requests" ("odata_type", "Id", "Cost") VALUES ('Desk.Request', 1, 1), ('Desk.Request', 2, 1)`)
	for _, tt := range []struct{ options, want string }{
		{"$filter=Share eq 2 and Status eq 'x'&$orderby=Share,Status,Id&$inlinecount=allpages&$top=1&$select=Share,Status", "2: 'x' 2 1 ; "},
		{"$filter=Share eq 4&$top=0&$inlinecount=allpages", "2: "},
		{"$filter=Share eq 6 and Id gt 5&$inlinecount=allpages", "0: "},
	} {
		if got := answersOf(t, t.Context(), store.Sets(), model, "Requests", tt.options); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.options, got, tt.want)
		}
	}
	if asked != 3 {
		t.Errorf("the parameter was asked for %d times in 3 queries", asked)
	}
}

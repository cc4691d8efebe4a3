package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
)

// tellingReader is a set that must not be read, and tells the clauses of what it is
// asked for.
type tellingReader struct {
	failure error
	rest    func(q *odata.Query) *odata.Query
}

var errRead = errors.New("an entity is read")

func (tellingReader) Read(context.Context, *odata.Query) (*odata.Result, error) { return nil, errRead }

func (r tellingReader) Explain(_ context.Context, q *odata.Query, options odata.ExplainOptions) (*odata.Explanation, error) {
	if r.failure != nil {
		return nil, r.failure
	}
	statement := odata.ExplainedStatement{Text: "read " + q.Set.Name + ": " + q.Clauses(), Params: []edm.Value{edm.String("O'Neil")}}
	if options.Nav != nil {
		statement.Text = "follow " + options.Nav.Name + " to " + statement.Text
	}
	if options.Plan {
		statement.Plan = []string{"a plan"}
	}
	x := &odata.Explanation{Statements: []odata.ExplainedStatement{statement}}
	if len(q.Expand) > 0 {
		x.Rest = &odata.Query{Expand: q.Expand}
	}
	if r.rest != nil {
		x.Rest, x.Reason = r.rest(q), "a reason"
	}
	return x, nil
}

// tellingService is the demo service with sets that cannot be read.
func tellingService(t testing.TB, reader tellingReader, change func(sets []odata.EntitySet, c *service.Config)) *service.Service {
	t.Helper()
	model := testmodel.Demo(t)
	sets := testmodel.Sets(t, model)
	for i := range sets {
		sets[i].Reader, sets[i].Explainer = reader, reader
	}
	config := service.Config{Model: model, Root: "/svc", Profile: odata.Profile{JSON: true}, PageSize: 5, Logger: slog.New(slog.DiscardHandler),
		Explain:    func(ctx context.Context) bool { p, _ := odata.PrincipalFrom(ctx); return p.Name == `PRIV\Ops` },
		Operations: append(testmodel.Operations(model), testmodel.Actions(model, sets)...)}
	if change != nil {
		change(sets, &config)
	}
	svc, err := service.New(config, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

func prefer(svc http.Handler, method, target, caller, preference string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://host/svc/"+target, nil)
	if caller != "" {
		r = r.WithContext(odata.WithPrincipal(r.Context(), odata.Principal{Name: caller, Method: "test"}))
	}
	if preference != "" {
		r.Header.Set("Prefer", preference)
	}
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r)
	return w
}

// readsOf prints the reads of an explanation, a line for each.
func readsOf(t *testing.T, w *httptest.ResponseRecorder) []string {
	t.Helper()
	var body struct {
		Reads []struct {
			Read, Path, Set, Rest, Reason, Note string
			Statements                          []struct {
				Text       string
				Parameters []string
				Plan       []string
			}
		}
	}
	if w.Code != http.StatusOK {
		return []string{w.Body.String()}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v\n%s", err, w.Body)
	}
	lines := []string{}
	for _, r := range body.Reads {
		line := strings.TrimSpace(r.Read + " " + r.Path)
		for _, s := range r.Statements {
			line += " | " + s.Text
			if s.Plan != nil {
				line += " | " + strings.Join(s.Plan, ";")
			}
		}
		if r.Reason != "" {
			line += " | " + r.Rest + ": " + r.Reason
		}
		if r.Note != "" {
			line += " | " + strings.Fields(r.Note)[0]
		}
		lines = append(lines, line)
	}
	return lines
}

// TestExplainReads wants each read of a request, with what its guards add, and none
// of them made.
func TestExplainReads(t *testing.T) {
	svc := tellingService(t, tellingReader{}, func(sets []odata.EntitySet, _ *service.Config) {
		for i := range sets {
			if sets[i].Name == "Orders" {
				sets[i].Guard = odata.GuardFunc(func(_ context.Context, a odata.Access) (odata.Expr, error) {
					return &odata.Binary{Op: odata.Ne, L: &odata.Member{Of: odata.ItOf(a.Type), Property: a.Type.Property("Total")}, R: &odata.Literal{}}, nil
				})
			}
		}
	})
	const hidden = "(ne Total:Decimal null:Decimal)"
	for _, tt := range []struct {
		target, preference string
		want               []string
		why                string
	}{
		{"", "pamodata.explain", []string{}, "the service document is no data"},
		{"$metadata", "pamodata.explain", []string{}, "nor is $metadata"},
		{"Orders?$top=2", "pamodata.explain", []string{"feed | read Orders: filter " + hidden + "; order OrderId:Guid; top 2"}, "guards are in it"},
		{"Orders", "pamodata.explain", []string{"feed | read Orders: filter " + hidden + "; order OrderId:Guid; top 6"}, "a page asks for one entity more"},
		{"Orders", "other, Pamodata.Explain=\"plan\"; x=1", []string{"feed | read Orders: filter " + hidden + "; order OrderId:Guid; top 6 | a plan"}, "spelt another way"},
		{"Orders/$count?$skip=1", "pamodata.explain", []string{"$count | read Orders: filter " + hidden + "; total; top 0"}, "a count reads no row"},
		{"Customers(1)/Name", "pamodata.explain", []string{"property | read Customers: filter (eq Id:Int32 1:Int32)"}, "a property"},
		{"Customers(1)/Name/$value", "pamodata.explain", []string{"$value | read Customers: filter (eq Id:Int32 1:Int32)"}, "its value"},
		{"Customers(1)/$links/BestFriend", "pamodata.explain", []string{"source | read Customers: filter (eq Id:Int32 1:Int32)", "link | read Customers: filter (any ~BestFriend x1: (eq x1/Id:Int32 1:Int32))"}, "a path passes through entities"},
		{"Customers(1)?$expand=BestFriend/Orders", "pamodata.explain", []string{
			"entry | read Customers: filter (eq Id:Int32 1:Int32)",
			"expansion BestFriend | follow BestFriend to read Customers: expand Orders | Shown",
			"expansion BestFriend/Orders | follow Orders to read Orders: filter " + hidden + "; order OrderId:Guid; top 6 | Shown"}, "each level of an expansion, guards included"},
		{"Customers?$orderby=BestFriend/Name,Id&$select=Id", "pamodata.explain", []string{
			"feed | read Customers: order BestFriend/Name:String, Id:Int32; top 6",
			"next link BestFriend | follow BestFriend to read Customers:  | Shown"}, "a next link needs what the order looks at"},
		{"TopCustomers(1)/Orders?n=2", "pamodata.explain", []string{"operation TopCustomers | The", "feed | read Orders: filter (and " + hidden + " (eq Customer/Id:Int32 1:Int32)); order OrderId:Guid; top 6"}, "operations are not called; what is behind one is read"},
		{"Ping", "pamodata.explain", []string{"operation Ping | The"}, "an operation that returns no entities"},
		{"Photos(1)/$value", "pamodata.explain", []string{"media resource | Streams"}, "streams are not opened"},
	} {
		t.Run(tt.target, func(t *testing.T) {
			w := prefer(svc, http.MethodGet, tt.target, `PRIV\Ops`, tt.preference)
			if diff := cmp.Diff(tt.want, readsOf(t, w)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			head := prefer(svc, http.MethodHead, tt.target, `PRIV\Ops`, tt.preference)
			if head.Code != w.Code || head.Body.Len() != 0 || head.Header().Get("Content-Length") != w.Header().Get("Content-Length") {
				t.Errorf("HEAD: %d, %d bytes, Content-Length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
			}
		})
	}
}

// TestExplainAnswers is about everything but the reads.
func TestExplainAnswers(t *testing.T) {
	for _, tt := range []struct {
		name           string
		reader         tellingReader
		change         func(sets []odata.EntitySet, c *service.Config)
		method, target string
		caller         string
		status         int
		code           string
		why            string
	}{
		{"anonymous", tellingReader{}, nil, "GET", "Customers", "", 401, "Unauthorized", "guards come first for everybody"},
		{"forbidden", tellingReader{}, func(sets []odata.EntitySet, _ *service.Config) {
			for i := range sets {
				sets[i].Guard = odata.GuardFunc(func(context.Context, odata.Access) (odata.Expr, error) {
					return nil, &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden"}
				})
			}
		}, "GET", "Customers(1)", `PRIV\Ops`, 403, "Forbidden", "who may not read may not ask how"},
		{"expansion that is forbidden", tellingReader{}, func(sets []odata.EntitySet, _ *service.Config) {
			for i := range sets {
				if sets[i].Name == "Orders" {
					sets[i].Guard = odata.GuardFunc(func(context.Context, odata.Access) (odata.Expr, error) {
						return nil, &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden"}
					})
				}
			}
		}, "GET", "Customers?$expand=Orders", `PRIV\Ops`, 403, "Forbidden", "at every level"},
		{"wrong token", tellingReader{}, nil, "GET", "Customers?$skiptoken=x", `PRIV\Ops`, 400, "InvalidSkipToken", "mistakes stay mistakes"},
		{"wrong method", tellingReader{}, nil, "DELETE", "Customers", `PRIV\Ops`, 405, "MethodNotAllowed", "the verb is judged first"},
		{"insert", tellingReader{}, nil, "POST", "Customers", `PRIV\Ops`, 400, "PreferenceNotOffered", "a change is never made when it is to be explained"},
		{"delete", tellingReader{}, nil, "DELETE", "Customers(1)", `PRIV\Ops`, 400, "PreferenceNotOffered", "a change is never made when it is to be explained"},
		{"action", tellingReader{}, nil, "POST", "Customers(1)/Promote", `PRIV\Ops`, 400, "PreferenceNotOffered", "nor is an action called"},
		{"batch", tellingReader{}, nil, "POST", "$batch", `PRIV\Ops`, 400, "PreferenceNotOffered", "its parts may ask each"},
		{"provider fails", tellingReader{failure: odata.NotFound()}, nil, "GET", "Customers", `PRIV\Ops`, 404, "NotFound", "as the request would"},
		{"navigation is left", tellingReader{rest: func(q *odata.Query) *odata.Query { return q }}, nil, "GET", "Customers?$filter=BestFriend/Id%20eq%201", `PRIV\Ops`, 501, "NotNavigable", "as the request would"},
		{"no streams", tellingReader{}, func(sets []odata.EntitySet, _ *service.Config) {
			for i := range sets {
				sets[i].Streamer = nil
			}
		}, "GET", "Photos(1)/$value", `PRIV\Ops`, 404, "NotFound", "as the request would"},
		{"others", tellingReader{}, nil, "GET", "Customers", `PRIV\Jen`, 500, "InternalError", "their request is made, which these sets cannot"},
		{"nobody", tellingReader{}, func(_ []odata.EntitySet, c *service.Config) { c.Explain = nil }, "GET", "Customers", `PRIV\Ops`, 500, "InternalError", "without Config.Explain nobody may ask"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := prefer(tellingService(t, tt.reader, tt.change), tt.method, tt.target, tt.caller, "pamodata.explain")
			var body struct {
				Error struct{ Code string } `json:"odata.error"`
			}
			_ = json.Unmarshal(w.Body.Bytes(), &body)
			if w.Code != tt.status || body.Error.Code != tt.code {
				t.Errorf("%d %s, want %d %s: %s\n%s", w.Code, body.Error.Code, tt.status, tt.code, tt.why, w.Body)
			}
		})
	}
}

// TestExplainLeftToService shows clauses that a provider leaves, and sets that tell
// nothing.
func TestExplainLeftToService(t *testing.T) {
	svc := tellingService(t, tellingReader{rest: func(q *odata.Query) *odata.Query { return q }}, nil)
	got := readsOf(t, prefer(svc, http.MethodGet, "Tags?$top=1", `PRIV\Ops`, "pamodata.explain"))
	want := []string{"feed | read Tags: order Code:String; top 1 | order Code:String; top 1: a reason"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	silent := tellingService(t, tellingReader{}, func(sets []odata.EntitySet, _ *service.Config) {
		for i := range sets {
			sets[i].Explainer = nil
		}
	})
	got = readsOf(t, prefer(silent, http.MethodGet, "Customers?$expand=BestFriend", `PRIV\Ops`, "pamodata.explain"))
	want = []string{"feed | The", "expansion BestFriend | The"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExplainIsUnknown: for who may not ask, the preference changes no byte of any
// answer, and nor does it where nobody may.
func TestExplainIsUnknown(t *testing.T) {
	allowed := demoService(t, func(c *service.Config) {
		c.Explain = func(context.Context) bool { return false }
		c.TokenKey = []byte("a key for tests that is no secret")
	})
	nobody := demoService(t, func(c *service.Config) { c.TokenKey = []byte("a key for tests that is no secret") })
	for _, target := range []string{"", "$metadata", "Customers", "Customers(1)", "Customers/$count", "Customers(1)/Name", "Customers(1)/Name/$value",
		"Customers(1)/Orders", "Customers(1)/$links/Orders", "Customers?$expand=Orders,BestFriend", "TopCustomers?n=2", "Ping", "Photos(1)/$value", "Nope",
		"Customers?$filter=Nope%20eq%201", "Customers?pamodata.explain=true"} {
		for _, caller := range []string{"", `PRIV\Jen`} {
			plain := prefer(nobody, http.MethodGet, target, caller, "")
			for name, svc := range map[string]http.Handler{"not for this caller": allowed, "for nobody": nobody} {
				asked := prefer(svc, http.MethodGet, target, caller, "pamodata.explain=plan")
				if plain.Code != asked.Code || plain.Body.String() != asked.Body.String() {
					t.Errorf("%s, %s: %d %s\nwithout the preference %d %s", target, name, asked.Code, asked.Body, plain.Code, plain.Body)
				}
				if diff := cmp.Diff(plain.Header(), asked.Header()); diff != "" {
					t.Errorf("%s, %s: headers differ:\n%s", target, name, diff)
				}
			}
		}
	}
}

package service_test

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/typed"
)

// A ticket is an entity with a state, which decides what can be done with it.
type ticket struct {
	_     struct{} `odata:"Ticket"`
	ID    int32    `odata:",key"`
	Title string
	State string
	Note  *string
}

// desk serves tickets, and the operations that Go functions make:
//
//	POST Tickets(1)/Close     closes an open one; answers 200 without a body
//	POST Open?Title=…         creates one; answers 201
//	GET  Tickets(1)/Summary   a function
//	POST Tickets/CloseAll     closes all of the collection
func desk(t testing.TB) *service.Service {
	t.Helper()
	shape := typed.Describe[ticket]()
	binding := func(name string) *metadata.Parameter { return &metadata.Parameter{Name: "ticket", Type: name} }
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Desk", EntityTypes: []*metadata.EntityType{shape.Schema.Entity},
		Containers: []*metadata.EntityContainer{{
			Name: "Desk", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Tickets", EntityType: "Ticket"}},
			FunctionImports: []*metadata.FunctionImport{
				{Name: "Close", IsBindable: true, Parameters: []*metadata.Parameter{binding("Ticket"), {Name: "Note", Type: "Edm.String"}}},
				{Name: "CloseAll", IsBindable: true, ReturnType: "Edm.Int32", Parameters: []*metadata.Parameter{binding("Collection(Ticket)")}},
				{Name: "Open", ReturnType: "Ticket", EntitySet: "Tickets", Parameters: []*metadata.Parameter{{Name: "Title", Type: "Edm.String", NotNull: true}}},
				{Name: "Summary", IsBindable: true, IsAlwaysBindable: true, IsComposable: true, ReturnType: "Edm.String", Parameters: []*metadata.Parameter{binding("Ticket")}},
			},
		}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	entity := func(id int32, title, state string) memory.Entity {
		return memory.Entity{Values: map[string]edm.Value{"ID": edm.Int32(id), "Title": edm.String(title), "State": edm.String(state)}}
	}
	store, err := memory.NewStore(model, memory.Data{Entities: map[string][]memory.Entity{"Tickets": {entity(1, "lamp", "Open"), entity(2, "door", "Closed")}}})
	if err != nil {
		t.Fatal(err)
	}
	sets := store.Sets()
	tickets := &sets[0]

	state := typed.Field(func(t *ticket) *string { return &t.State })
	closing := typed.Action("Close", func(_ context.Context, t *ticket, in struct{ Note *string }) (typed.None, error) {
		if t.State != "Open" {
			return typed.None{}, &odata.Error{Kind: odata.KindConflict, Code: "NotOpen", Message: "The ticket is not open"}
		}
		t.State, t.Note = "Closed", in.Note
		return typed.None{}, nil
	})
	closing.Available = typed.When(state.Eq("Open"))
	closing.EmptyOnSuccess, closing.FormParameters = true, true
	closeAll := typed.CollectionAction("CloseAll", func(_ context.Context, all iter.Seq2[*ticket, error], _ struct{}) (int32, error) {
		n := int32(0)
		for t, err := range all {
			if err != nil {
				return 0, err
			}
			if t.State == "Open" {
				t.State = "Closed"
				n++
			}
		}
		return n, nil
	})
	summary := typed.Function("Summary", func(_ context.Context, t *ticket, _ struct{}) (string, error) {
		return t.Title + ": " + t.State, nil
	})
	tickets.Operations = []odata.Operation{closing, closeAll, summary}

	opening := typed.UnboundAction("Open", func(ctx context.Context, in struct{ Title string }) (*ticket, error) {
		t := model.DefaultContainer().EntitySet("Tickets").Type()
		row, err := tickets.Inserter.Insert(ctx, &odata.Query{Set: model.DefaultContainer().EntitySet("Tickets"), Type: t, Fields: t.KeyProperties()}, &odata.Change{
			Type: t, Set: []odata.Assignment{{Property: t.Property("Title"), Value: edm.String(in.Title)}, {Property: t.Property("State"), Value: edm.String("Open")}},
		})
		if err != nil {
			return nil, err
		}
		return &ticket{ID: int32(row.Values[0].Int())}, nil
	})
	opening.ResultSet, opening.CreatedOnSuccess, opening.FormParameters = "Tickets", true, true

	svc, err := service.New(service.Config{Model: model, Root: "/desk", Profile: odata.Profile{JSON: true}, Operations: []odata.Operation{opening}}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestTypedOperations: operations from Go functions, called as clients call them.
func TestTypedOperations(t *testing.T) {
	const form, light, verbose = "application/x-www-form-urlencoded; charset=UTF-8", "application/json", "application/json;odata=verbose"
	type answered struct {
		Status                          int
		ContentType, Location, Contains string
	}
	for _, tt := range []struct {
		name, method, url, contentType, body string
		want                                 answered
		then, shows                          string
		why                                  string
	}{
		{"form", "POST", "Tickets(1)/Close", form, "Note=a+b%2Bc", answered{Status: 200}, "Tickets(1)/Note/$value", "a b+c", "200 without body and type, and what the function changed is written"},
		{"no body", "POST", "Tickets(1)/Close", "", "", answered{Status: 200}, "Tickets(1)/State/$value", "Closed", "the parameter can be null"},
		{"query", "POST", "Tickets(1)/Close?Note=x&v=1", "", "", answered{Status: 200}, "Tickets(1)/Note/$value", "x", "parameters may come from the query string"},
		{"null in the body", "POST", "Tickets(1)/Close?Note=y", verbose, "null", answered{Status: 200}, "Tickets(1)/Note/$value", "y", "as DevExtreme sends it"},
		{"JSON", "POST", "Tickets(1)/Close", light, `{"Note":"z"}`, answered{Status: 200}, "Tickets(1)/Note/$value", "z", ""},
		{"unknown field", "POST", "Tickets(1)/Close", form, "Nope=1", answered{Status: 400, Contains: "UnknownParameter"}, "Tickets(1)/State/$value", "Open", "a form has parameters and nothing else"},
		{"refused", "POST", "Tickets(2)/Close", light, `{"Note":"z"}`, answered{Status: 409, Contains: "NotOpen"}, "Tickets(2)/Note", `"odata.null":true`, "nothing is written when the function fails"},
		{"absent", "POST", "Tickets(9)/Close", light, `{}`, answered{Status: 404, Contains: "NotFound"}, "Tickets/$count", "2", ""},
		{"collection", "POST", "Tickets/CloseAll", "", "", answered{Status: 200, Contains: `"value":1`}, "Tickets/$count?$filter=State%20eq%20'Open'", "0", "all changes are written together"},
		{"created", "POST", "Open", form, "Title=new", answered{Status: 201, Location: "http://host/desk/Tickets(3)", Contains: `"Title":"new"`}, "Tickets(3)/State/$value", "Open", "201 with Location and the entity"},
		{"required", "POST", "Open", light, "{}", answered{Status: 400, Contains: "MissingMember"}, "Tickets/$count", "2", ""},
		{"function", "GET", "Tickets(1)/Summary", "", "", answered{Status: 200, Contains: "lamp: Open"}, "Tickets(1)/Summary/$value", "lamp: Open", "by GET, to be composed"},
		{"function by POST", "POST", "Tickets(1)/Summary", light, "{}", answered{Status: 405, Contains: "MethodNotAllowed"}, "Tickets/$count", "2", "it changes nothing"},
		{"form elsewhere", "POST", "Tickets/CloseAll", form, "a=b", answered{Status: 415, Contains: "UnsupportedMediaType"}, "Tickets/$count?$filter=State%20eq%20'Open'", "1", "only operations that say so take forms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svc := desk(t)
			call := func(method, url, contentType, body string) *httptest.ResponseRecorder {
				r := httptest.NewRequest(method, "http://host/desk/"+url, strings.NewReader(body))
				if contentType != "" {
					r.Header.Set("Content-Type", contentType)
				}
				w := httptest.NewRecorder()
				svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
				return w
			}
			w := call(tt.method, tt.url, tt.contentType, tt.body)
			got := answered{Status: w.Code, Location: w.Header().Get("Location"), Contains: tt.want.Contains}
			if w.Body.Len() == 0 {
				got.ContentType = w.Header().Get("Content-Type")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || !strings.Contains(w.Body.String(), tt.want.Contains) {
				t.Errorf("%s (-want +got):\n%s%s (%s)", tt.url, diff, w.Body, tt.why)
			}
			if after := call(http.MethodGet, tt.then, "", "").Body.String(); !strings.Contains(after, tt.shows) {
				t.Errorf("GET %s: %s, want %s (%s)", tt.then, after, tt.shows, tt.why)
			}
		})
	}
}

// TestAdvertised: an operation stands in the entities that offer it in the state
// they are in, in every format.
func TestAdvertised(t *testing.T) {
	for _, format := range []string{"json", "application/json;odata=fullmetadata", "verbosejson", "atom"} {
		t.Run(format, func(t *testing.T) {
			svc := desk(t)
			get := func(url string) string {
				r := httptest.NewRequest(http.MethodGet, "http://host/desk/"+url+"?$format="+format, nil)
				w := httptest.NewRecorder()
				svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
				if w.Code != http.StatusOK {
					t.Fatalf("%s: %d %s", url, w.Code, w.Body)
				}
				return w.Body.String()
			}
			for url, want := range map[string]int{"Tickets(1)": 1, "Tickets(2)": 0, "Tickets": 1} {
				if n := strings.Count(get(url), "Desk.Close\"") + strings.Count(get(url), "Desk.Close&quot;"); n != want {
					t.Errorf("%s offers Close %d times, want %d: %s", url, n, want, get(url))
				}
			}
			r := httptest.NewRequest(http.MethodPost, "http://host/desk/Tickets(1)/Close", nil)
			svc.ServeHTTP(httptest.NewRecorder(), r.WithContext(asCaller(r.Context())))
			if strings.Contains(get("Tickets(1)"), "Desk.Close\"") {
				t.Error("Tickets(1) is closed and still offers to be closed")
			}
		})
	}
}

// TestAdvertisedInExpansions: entities that are inlined offer what they offer by
// themselves.
func TestAdvertisedInExpansions(t *testing.T) {
	model := testmodel.Demo(t)
	sets := testmodel.Sets(t, model)
	unbound := testmodel.Actions(model, sets)
	customer := model.EntityType("Demo.Customer")
	for i := range sets {
		for j := range sets[i].Operations {
			if sets[i].Operations[j].Name != "Promote" {
				continue
			}
			points := customer.Property("Points")
			sets[i].Operations[j].Available = typed.When(&odata.Binary{Op: odata.Gt,
				L: &odata.Member{Of: odata.ItOf(customer), Property: points}, R: &odata.Literal{Value: edm.Int64(0), Of: points.TypeRef()}})
		}
	}
	svc, err := service.New(service.Config{Model: model, Root: "/svc", Profile: odata.Profile{JSON: true},
		Operations: append(testmodel.Operations(model), unbound...)}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		url  string
		want int
		why  string
	}{
		{"Customers?$select=Id,DemoService.*", 2, "customer 3 has fewer points than none"},
		{"Customers(3)?$expand=BestFriend", 1, "the friend, and not the customer"},
		{"Customers(1)?$expand=BestFriend/Orders,Orders/Customer", 4, "the customer, its friend, and the customer of each of its two orders"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://host/svc/"+tt.url, nil)
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
		if n := strings.Count(w.Body.String(), `"#DemoService.Promote"`); n != tt.want {
			t.Errorf("%s: %d offers, want %d: %s (%s)", tt.url, n, tt.want, w.Body, tt.why)
		}
	}
}

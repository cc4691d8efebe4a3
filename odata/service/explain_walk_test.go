package service_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
)

func anybody(context.Context) bool { return true }

// TestExplainBinding: the entity that a function is bound to is read, with what the
// guards say of reading it and of calling the function.
func TestExplainBinding(t *testing.T) {
	never := func(context.Context, *odata.OperationInput) (*odata.OperationResult, error) { return nil, errRead }
	items := memory.Set("Items", []item{{1, "a"}})
	items.Reader, items.Explainer = tellingReader{}, tellingReader{}
	items.Guard = odata.GuardFunc(func(_ context.Context, a odata.Access) (odata.Expr, error) {
		bound := int32(10)
		if a.Use == odata.Invoke {
			bound = 20
		}
		return &odata.Binary{Op: odata.Lt, L: &odata.Member{Of: odata.ItOf(a.Type), Property: a.Type.Property("ID")},
			R: &odata.Literal{Value: edm.Int32(bound), Of: a.Type.Property("ID").TypeRef()}}, nil
	})
	items.Operations = []odata.Operation{
		{Name: "Length", Kind: odata.FunctionCall, Bound: true, Result: "Edm.Int32", Invoke: never},
		{Name: "Longest", Kind: odata.FunctionCall, Bound: true, BoundCollection: true, Result: "Edm.Int32", Invoke: never},
	}
	svc, err := service.New(service.Config{Namespace: "Test", Root: "/svc", Profile: odata.Profile{JSON: true}, Explain: anybody}, items)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		target string
		want   []string
		why    string
	}{
		{"Items(1)/Length()", []string{"binding | read Items: filter (and (lt ID:Int32 10:Int32) (and (lt ID:Int32 20:Int32) (eq ID:Int32 1:Int32)))", "operation Length | The"},
			"the entity has to be there, for this caller"},
		{"Items/Longest()", []string{"operation Longest | The"}, "collections are read by the function"},
	} {
		got := readsOf(t, prefer(svc, http.MethodGet, tt.target, "", "pamodata.explain"))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.target, tt.why, diff)
		}
	}
}

// TestExplainConstraint: where a set has no Navigator, expansions ask the target for
// entities by the values of a referential constraint.
func TestExplainConstraint(t *testing.T) {
	model, err := csdl.Read(strings.NewReader(bondModel))
	if err != nil {
		t.Fatal(err)
	}
	store, err := memory.NewStore(model, memory.Data{})
	if err != nil {
		t.Fatal(err)
	}
	sets := store.Sets()
	for i := range sets {
		sets[i].Guard = odata.Public()
		sets[i].Reader, sets[i].Explainer, sets[i].Navigator = tellingReader{}, tellingReader{}, nil
	}
	svc, err := service.New(service.Config{Model: model, Root: "/svc", Profile: odata.Profile{JSON: true}, PageSize: 5, Explain: anybody}, sets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		target string
		want   []string
		why    string
	}{
		{"Owners?$expand=Items", []string{"feed | read Owners: order Id:Int32; top 6; expand Items", "expansion Items | read Items: filter (in OwnerId:Int32)[0]; order Id:Int32 | Shown"},
			"to many"},
		{"Items(1)?$expand=Owner", []string{"entry | read Items: filter (eq Id:Int32 1:Int32); expand Owner", "expansion Owner | read Owners: filter (in Id:Int32)[0] | Shown"},
			"to one"},
		{"Owners?$expand=Badge", []string{`{"odata.error":{"code":"NotNavigable","message":{"lang":"en-US","value":"The entity set does not follow this navigation property (at $expand)"}}}`},
			"without a constraint there is no way"},
	} {
		got := readsOf(t, prefer(svc, http.MethodGet, tt.target, "", "pamodata.explain"))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.target, tt.why, diff)
		}
	}
}

// TestExplainInBatch: a request of a batch asks for itself.
func TestExplainInBatch(t *testing.T) {
	svc := tellingService(t, tellingReader{}, func(_ []odata.EntitySet, c *service.Config) { c.Explain = anybody })
	const body = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET Customers(1) HTTP/1.1\r\nPrefer: pamodata.explain\r\n\r\n\r\n--b--\r\n"
	r := httptest.NewRequest(http.MethodPost, "http://host/svc/$batch", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/mixed; boundary=b")
	w := httptest.NewRecorder()
	svc.ServeHTTP(w, r.WithContext(asCaller(r.Context())))
	if w.Code != http.StatusAccepted || !strings.Contains(w.Body.String(), `"text": "read Customers: filter (eq Id:Int32 1:Int32)"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

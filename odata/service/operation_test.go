package service_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/service"
	"github.com/pamodata/pamodata/odata/typed"
)

// TestOperationsWithoutModel: operations of a service made from Go types are
// declared in its model, advertised and called.
func TestOperationsWithoutModel(t *testing.T) {
	id := typed.Field(func(i *item) *int32 { return &i.ID })
	items := memory.Set("Items", []item{{1, "a"}, {2, "bb"}, {3, "ccc"}}, memory.Guard(odata.Public()))
	items.Operations = []odata.Operation{{
		Name: "Length", Kind: odata.FunctionCall, Bound: true, Result: "Edm.Int32",
		Invoke: func(ctx context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
			result, err := items.Reader.Read(ctx, in.Target)
			if err != nil {
				return nil, err
			}
			for row, err := range result.Rows {
				if err != nil {
					return nil, err
				}
				return &odata.OperationResult{Value: edm.Int32(int32(row.Values[0].Int()) * 10)}, nil
			}
			return nil, odata.NotFound()
		},
	}}
	svc, err := service.New(service.Config{
		Namespace: "Test", Profile: odata.Profile{JSON: true},
		Operations: []odata.Operation{{
			Name: "Above", Kind: odata.ServiceOperation, Method: "GET", Result: "Collection(item)", ResultSet: "Items",
			Parameters: []odata.Parameter{{Name: "n", Type: "Edm.Int32", Required: true}},
			Invoke: func(_ context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
				return &odata.OperationResult{Where: id.Gt(int32(in.Arguments[0].Int()))}, nil
			},
		}},
	}, items)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ target, want, why string }{
		{"/Above?n=1&$select=ID&$orderby=ID%20desc",
			`{"odata.metadata":"http://host/$metadata#Items&$select=ID","value":[{"ID":3},{"ID":2}]}`, "a condition is pushed down with the client's"},
		{"/Above/$count?n=1", "2", "and counts"},
		{"/Items(2)/Length()", `{"odata.metadata":"http://host/$metadata#Edm.Int32","value":20}`, "a bound function gets its entity"},
		{"/Items(9)/Length()", `{"odata.error":{"code":"NotFound","message":{"lang":"en-US","value":"The requested resource does not exist"}}}`, "which must exist"},
		{"/Items(1)?$format=application/json;odata=fullmetadata&$select=ID,Length",
			`{"odata.metadata":"http://host/$metadata#Items/@Element&$select=ID,Length","odata.type":"Test.item","odata.id":"http://host/Items(1)","odata.editLink":"Items(1)","#Container.Length":{"title":"Length","target":"Items(1)/Length"},"ID":1}`, "it is advertised"},
	} {
		w := httptest.NewRecorder()
		svc.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://host"+tt.target, nil))
		body, _ := io.ReadAll(w.Body)
		if diff := cmp.Diff(tt.want, string(body)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.target, tt.why, diff)
		}
	}
}

package typed_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// TestDeclarations looks at what reaches the model.
func TestDeclarations(t *testing.T) {
	type optional struct {
		Id      edm.GUID
		At      time.Time `odata:"When,type=DateTime"`
		Why     *string
		Count   int32  `odata:",nullable"`
		Level   *int32 `odata:",notnull"`
		Tags    []string
		Home    address
		Places  []place
		ignored int
		Skipped chan int `odata:"-"`
	}
	_ = optional{}.ignored
	addressType := &metadata.ComplexType{Name: "Address", Documentation: &metadata.Documentation{Summary: "Where to send letters"}, Properties: []*metadata.Property{
		{Name: "Street", Type: "Edm.String", NotNull: true}, {Name: "City", Type: "Edm.String", Facets: metadata.Facets{MaxLength: new(40)}}}}
	placeType := &metadata.ComplexType{Name: "place", Properties: []*metadata.Property{
		{Name: "Where", Type: "Address", NotNull: true}, {Name: "Tags", Type: "Collection(Edm.String)", NotNull: true}}}
	for _, tt := range []struct {
		name string
		got  odata.Operation
		want odata.Operation
		why  string
	}{
		{"action", typed.Action("A", func(context.Context, *product, struct{ DiscountPercentage int32 }) (float64, error) { return 0, nil }),
			odata.Operation{Name: "A", Kind: odata.Action, Bound: true, Result: "Edm.Double", Parameters: []odata.Parameter{{Name: "DiscountPercentage", Type: "Edm.Int32", Required: true}}},
			"a parameter has the name of its field"},
		{"parameters", typed.UnboundAction("B", func(context.Context, optional) (typed.None, error) { return typed.None{}, nil }),
			odata.Operation{Name: "B", Kind: odata.Action, Complex: []*metadata.ComplexType{addressType, placeType}, Parameters: []odata.Parameter{
				{Name: "Id", Type: "Edm.Guid", Required: true}, {Name: "When", Type: "Edm.DateTime", Required: true}, {Name: "Why", Type: "Edm.String"},
				{Name: "Count", Type: "Edm.Int32"}, {Name: "Level", Type: "Edm.Int32", Required: true}, {Name: "Tags", Type: "Collection(Edm.String)"},
				{Name: "Home", Type: "Address", Required: true}, {Name: "Places", Type: "Collection(place)"}}},
			"tags as for entities; a collection that is absent is empty"},
		{"collection action", typed.CollectionAction("C", func(context.Context, iter.Seq2[*product, error], struct{}) (*int32, error) { return nil, nil }),
			odata.Operation{Name: "C", Kind: odata.Action, BoundCollection: true, Result: "Edm.Int32"}, "no fields, no parameters"},
		{"function", typed.Function("D", func(context.Context, *product, struct{}) ([]place, error) { return nil, nil }),
			odata.Operation{Name: "D", Kind: odata.FunctionCall, Bound: true, Result: "Collection(place)", Complex: []*metadata.ComplexType{addressType, placeType}},
			"complex types of the result are declared"},
		{"collection function", typed.CollectionFunction("E", func(context.Context, iter.Seq2[*product, error], struct{}) (*product, error) { return nil, nil }),
			odata.Operation{Name: "E", Kind: odata.FunctionCall, BoundCollection: true, Result: "product"}, "a struct with a key is an entity"},
		{"unbound function", typed.UnboundFunction("F", func(context.Context, struct{}) ([]line, error) { return nil, nil }),
			odata.Operation{Name: "F", Kind: odata.FunctionCall, Result: "Collection(line)"}, "and so are several"},
		{"service operation", typed.ServiceOperation("G", "GET", func(context.Context, struct{ Rating int16 }) (typed.Matching[product], error) {
			return typed.Matching[product]{}, nil
		}), odata.Operation{Name: "G", Kind: odata.ServiceOperation, Method: "GET", Result: "Collection(product)", Parameters: []odata.Parameter{{Name: "Rating", Type: "Edm.Int16", Required: true}}},
			"entities that match are a collection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got.Err != nil {
				t.Fatalf("%s: %v", tt.why, tt.got.Err)
			}
			if diff := cmp.Diff(tt.want, tt.got, definitions, cmpopts.IgnoreFields(odata.Operation{}, "Invoke")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	type in struct {
		Id    edm.GUID
		Why   *string
		Count uint8 `odata:",type=Int32,nullable"`
		Home  *address
		Tags  []string
	}
	id := edm.GUID{7}
	for _, tt := range []struct {
		name string
		args []edm.Value
		want in
		bad  string // target of the mistake
		why  string
	}{
		{"all", []edm.Value{id.Value(), edm.String("x"), edm.Int32(200), edm.Complex([]edm.Value{edm.String("s"), edm.Null}), edm.Collection([]edm.Value{edm.String("t")})},
			in{id, new("x"), 200, &address{Street: "s"}, []string{"t"}}, "", "arguments are in the order of the fields"},
		{"nulls", []edm.Value{id.Value(), edm.Null, edm.Null, edm.Null, edm.Null}, in{Id: id}, "", "null is nil or the zero value"},
		{"out of range", []edm.Value{id.Value(), edm.Null, edm.Int32(256), edm.Null, edm.Null}, in{}, "Count", "the client cannot know the Go type, but can send less"},
		{"null", []edm.Value{edm.Null, edm.Null, edm.Null, edm.Null, edm.Null}, in{}, "Id", "readers check it, others may call too"},
		{"null member", []edm.Value{id.Value(), edm.Null, edm.Null, edm.Complex([]edm.Value{edm.Null, edm.Null}), edm.Null}, in{}, "Home/Street", "readers do not look into complex values"},
		{"null item", []edm.Value{id.Value(), edm.Null, edm.Null, edm.Null, edm.Collection([]edm.Value{edm.Null})}, in{}, "Tags[0]", "nor into collections"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got in
			o := typed.UnboundAction("Take", func(_ context.Context, in in) (typed.None, error) { got = in; return typed.None{}, nil })
			_, err := o.Invoke(t.Context(), &odata.OperationInput{Arguments: tt.args})
			if tt.bad != "" {
				if !errors.Is(err, &odata.Error{Kind: odata.KindInvalid, Code: typed.CodeMismatch, Target: tt.bad}) {
					t.Errorf("%s: got %v", tt.why, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(address{}, "_")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestResults(t *testing.T) {
	call := func(o odata.Operation) *odata.OperationResult {
		t.Helper()
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		return must(o.Invoke(t.Context(), &odata.OperationInput{}))
	}
	for _, tt := range []struct {
		name  string
		got   *odata.OperationResult
		value edm.Value
		where string
		why   string
	}{
		{"nothing", call(returning(struct{}{})), edm.Null, "true", "no value and no condition"},
		{"primitive", call(returning(int64(7))), edm.Int64(7), "true", "a value of its kind"},
		{"nil", call(returning[*string](nil)), edm.Null, "true", "nil is null"},
		{"pointer", call(returning(new("x"))), edm.String("x"), "true", "and others are values"},
		{"complex", call(returning(address{Street: "s"})), edm.Complex([]edm.Value{edm.String("s"), edm.Null}), "true", "a struct without a key is complex"},
		{"collection", call(returning([]uint16{1, 2})), edm.Collection([]edm.Value{edm.Int32(1), edm.Int32(2)}), "true", "a slice is a collection"},
		{"bytes", call(returning([]byte{1})), edm.Binary([]byte{1}), "true", "unless it is of bytes"},
		{"entity", call(returning(product{ID: 7})), edm.Null, "(in ID)[7]", "an entity is read by its key, so that the guard has its say"},
		{"entity behind a pointer", call(returning(&product{ID: 7})), edm.Null, "(in ID)[7]", "by pointer or not"},
		{"no entity", call(returning[*product](nil)), edm.Null, "(in ID)", "nil is none"},
		{"entities", call(returning([]line{{1, "a"}, {2, "b"}})), edm.Null, "(in Order Code)[1,'a'][2,'b']", "all of a composite key"},
		{"entities by pointer", call(returning([]*line{{1, "a"}, nil, {2, "b"}})), edm.Null, "(in Order Code)[1,'a'][2,'b']", "nil is none"},
		{"no entities", call(returning([]product{})), edm.Null, "(in ID)", "none is not all"},
		{"matching", call(returning(typed.Matching[everything]{Where: creator.Eq(edm.GUID{1})})), edm.Null, "(eq GUID guid'01000000-0000-0000-0000-000000000000':Guid)", "the condition as it is"},
		{"matching all", call(returning(typed.Matching[product]{})), edm.Null, "true", "no condition means all, as everywhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.value, tt.got.Value, sameValue); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if diff := cmp.Diff(tt.where, noTypes.Replace(odata.Dump(tt.got.Where))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

// returning is an operation that returns v.
func returning[Out any](v Out) odata.Operation {
	return typed.UnboundAction("Give", func(context.Context, struct{}) (Out, error) { return v, nil })
}

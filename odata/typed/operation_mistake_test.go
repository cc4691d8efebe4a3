package typed_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// taking is an operation without a result.
func taking[In any]() odata.Operation {
	return typed.UnboundAction("Take", func(context.Context, In) (typed.None, error) { return typed.None{}, nil })
}

func TestOperationMistakes(t *testing.T) {
	type keyless struct{ Name string }
	for _, tt := range []struct {
		name string
		got  odata.Operation
		want string
		why  string
	}{{
		name: "name", got: typed.UnboundAction("take-it", func(context.Context, struct{}) (int32, error) { return 0, nil }),
		want: `typed.UnboundAction("take-it"): the name is no identifier; write a letter, then letters, digits and underscores`,
		why:  "names stand in URLs and in $metadata",
	}, {
		name: "no function", got: typed.UnboundAction[struct{}, int32]("Take", nil),
		want: `typed.UnboundAction("Take"): there is no function; pass one that is not nil`,
		why:  "calling it would panic",
	}, {
		name: "no struct", got: taking[int32](),
		want: `typed.UnboundAction("Take").in: Go type int32 has no fields for the parameters; use a struct with a field for each, or struct{} for none`,
		why:  "a parameter has a name",
	}, {
		name: "pointer", got: taking[*keyless](),
		want: `typed.UnboundAction("Take").in: Go type *typed_test.keyless has no fields for the parameters; use a struct with a field for each, or struct{} for none`,
		why:  "arguments are always there",
	}, {
		name: "entities", got: taking[struct {
			A line
			B []product
			C *line
			D []*line
			E struct {
				line
				More string
			}
		}](),
		want: `typed.UnboundAction("Take").in.A: entities cannot be parameters; take the key of the typed_test.line` + "\n" +
			`typed.UnboundAction("Take").in.B: entities cannot be parameters; take the key of the typed_test.product` + "\n" +
			`typed.UnboundAction("Take").in.C: entities cannot be parameters; take the key of the typed_test.line` + "\n" +
			`typed.UnboundAction("Take").in.D: entities cannot be parameters; take the key of the typed_test.line` + "\n" +
			`typed.UnboundAction("Take").in.E: entities cannot be parameters; take the key of the struct{…}`,
		why: "an entity in a body is a reference or a copy, and which it is would be unclear",
	}, {
		name: "options", got: taking[struct {
			A string         `odata:",key,maxlength=3"`
			B int32          `odata:",readonly,default=1"`
			C map[string]any `odata:",dynamic"`
			D int32          `odata:"d-e"`
			E int
			F string `odata:"A"`
		}](),
		want: `typed.UnboundAction("Take").in.A ` + "`odata:\",key,maxlength=3\"`" + `: option key means nothing on a parameter; remove it, and check the value in the function where that matters` + "\n" +
			`typed.UnboundAction("Take").in.A ` + "`odata:\",key,maxlength=3\"`" + `: option maxlength means nothing on a parameter; remove it, and check the value in the function where that matters` + "\n" +
			`typed.UnboundAction("Take").in.B ` + "`odata:\",readonly,default=1\"`" + `: option readonly means nothing on a parameter; remove it, and check the value in the function where that matters` + "\n" +
			`typed.UnboundAction("Take").in.B ` + "`odata:\",readonly,default=1\"`" + `: option default means nothing on a parameter; remove it, and check the value in the function where that matters` + "\n" +
			`typed.UnboundAction("Take").in.C ` + "`odata:\",dynamic\"`" + `: an operation has no undeclared parameters; make each a field of its own` + "\n" +
			`typed.UnboundAction("Take").in.D ` + "`odata:\"d-e\"`" + `: "d-e" cannot name a property; write a letter, then letters, digits and underscores` + "\n" +
			`typed.UnboundAction("Take").in.E: the size of int depends on the machine; use int32 for Edm.Int32 or int64 for Edm.Int64` + "\n" +
			`typed.UnboundAction("Take").in.F ` + "`odata:\"A\"`" + `: the property A is already made by struct{…}.A; give one of them another name, or leave it out with ` + "`odata:\"-\"`",
		why: "nothing is ignored silently, and everything is found at once",
	}, {
		name: "named parameters", got: taking[node](),
		want: `typed_test.node.Next: the type contains itself: typed_test.node > typed_test.node; leave the field out with ` + "`odata:\"-\"`" + `, or refer to the other by its key`,
		why:  "a struct with a name is named",
	}, {
		name: "result", got: returning(map[string]string{}),
		want: `typed.UnboundAction("Give").result: Go type map[string]string has no EDM type; tag a map[string]edm.Value or map[string]any with ` + "`odata:\",dynamic\"`" + `, or leave the field out with ` + "`odata:\"-\"`",
		why:  "results have the types of properties",
	}, {
		name: "any result", got: returning[any](1),
		want: `typed.UnboundAction("Give").result: Go type interface {} has no EDM type; use another type, or leave the field out with ` + "`odata:\"-\"`",
		why:  "results are declared",
	}, {
		name: "pointer to entities", got: returning[*[]line](nil),
		want: `typed.UnboundAction("Give").result: a *[]typed_test.line is neither an entity nor a collection of entities; return typed_test.line, a pointer to one, or a slice of either`,
		why:  "a collection is never null",
	}, {
		name: "matching what has no key", got: returning(typed.Matching[keyless]{}),
		want: "typed_test.keyless: no field is tagged as key; write `odata:\",key\"` on the field that identifies an entity",
		why:  "only entities are in sets",
	}, {
		name: "bound to what has no key", got: typed.Action("Take", func(context.Context, *keyless, struct{}) (typed.None, error) { return typed.None{}, nil }),
		want: "typed_test.keyless: no field is tagged as key; write `odata:\",key\"` on the field that identifies an entity",
		why:  "only entities are in sets",
	}, {
		name: "function without a result", got: typed.UnboundFunction("Ask", func(context.Context, struct{}) (typed.None, error) { return typed.None{}, nil }),
		want: `typed.UnboundFunction("Ask"): a function returns something; return a value, or make it an action`,
		why:  "without side effects there would be no point",
	}, {
		name: "method", got: typed.ServiceOperation("Ask", "PUT", func(context.Context, struct{}) (int32, error) { return 0, nil }),
		want: `typed.ServiceOperation("Ask"): service operations have no method "PUT"; write GET or POST`,
		why:  "V3 knows these two",
	}} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got.Err == nil {
				t.Fatalf("%s: no mistake found", tt.why)
			}
			if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(shortened(tt.got.Err.Error()), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if _, err := tt.got.Invoke(t.Context(), &odata.OperationInput{}); !errors.Is(err, &odata.Error{Kind: odata.KindInternal}) {
				t.Errorf("an operation with mistakes does not run, got %v", err)
			}
		})
	}
}

package typed_test

import (
	"context"
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/typed"
)

// Request is one request to elevate to a role.
type Request struct {
	RequestID    edm.GUID `odata:"RequestId,key"`
	CreatorID    edm.GUID `odata:",readonly" doc:"Account that made the request"`
	RequestedTTL int64    // seconds
	Comment      *string  `odata:",maxlength=200"`
}

func ExampleDescribe() {
	for _, p := range typed.Describe[Request]().Schema.Entity.Properties {
		fmt.Println(p.Name, p.Type, !p.NotNull)
	}
	// Output:
	// RequestId Edm.Guid false
	// CreatorID Edm.Guid false
	// RequestedTTL Edm.Int64 false
	// Comment Edm.String true
}

func ExampleDescribe_mistakes() {
	type Session struct {
		Username string `odata:",key"`
		Age      int    `odata:"Years"`
	}
	fmt.Println(typed.Describe[Session]().Schema.Err)
	// Output:
	// typed_test.Session.Age `odata:"Years"`: the size of int depends on the machine; use int32 for Edm.Int32 or int64 for Edm.Int64
}

func ExampleOwner() {
	creator := typed.Field(func(r *Request) *edm.GUID { return &r.CreatorID })
	guard := typed.Owner(creator, func(p odata.Principal) edm.GUID { return p.ID })

	caller := odata.Principal{Name: `PRIV\Jen`, ID: edm.GUID{0x6f, 15: 0x10}}
	condition, err := guard.Restrict(odata.WithPrincipal(context.Background(), caller), odata.Access{})
	fmt.Println(condition.(*odata.Binary).R.(*odata.Literal).Value, err)
	// Output:
	// guid'6f000000-0000-0000-0000-000000000010' <nil>
}

func ExampleAction() {
	extend := typed.Action("Extend", func(_ context.Context, r *Request, in struct {
		Seconds int64
		Reason  *string
	}) (typed.None, error) {
		r.RequestedTTL += in.Seconds // what changed is written
		return typed.None{}, nil
	})
	extend.FormParameters = true

	for _, p := range extend.Parameters {
		fmt.Println(p.Name, p.Type, p.Required)
	}
	// Output:
	// Seconds Edm.Int64 true
	// Reason Edm.String false
}

func ExampleServiceOperation() {
	ttl := typed.Field(func(r *Request) *int64 { return &r.RequestedTTL })
	long := typed.ServiceOperation("LongRequests", "GET", func(_ context.Context, in struct{ Seconds int64 }) (typed.Matching[Request], error) {
		return typed.Matching[Request]{Where: ttl.Ge(in.Seconds)}, nil
	})
	long.ResultSet = "Requests"

	result, err := long.Invoke(context.Background(), &odata.OperationInput{Arguments: []edm.Value{edm.Int64(3600)}})
	fmt.Println(long.Result, result.Where.(*odata.Binary).R.(*odata.Literal).Value, err)
	// Output:
	// Collection(Request) 3600L <nil>
}

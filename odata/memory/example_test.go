package memory_test

import (
	"context"
	"fmt"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/typed"
)

// Product is sold by the shop.
type Product struct {
	ID    int32 `odata:",key"`
	Name  string
	Price edm.Decimal `odata:",precision=9,scale=2"`
}

// A set over a slice is one line; package service serves it.
func ExampleSet() {
	products := []Product{{ID: 1, Name: "Bread", Price: edm.NewDecimal(250, 2)}, {ID: 2, Name: "Milk", Price: edm.NewDecimal(350, 2)}}

	set := memory.Set("Products", products, memory.Guard(odata.Public()), memory.OrderBy("Name"))
	fmt.Println(set.Name, set.Schema.Entity.Name, set.OrderBy, set.Schema.Err)
	// Output:
	// Products Product Name <nil>
}

// A function computes the entities of each request, here those of the caller.
func ExampleFunc() {
	type Session struct {
		Username string `odata:",key" doc:"Account name in the form DOMAIN\\account"`
	}
	set := memory.Func("sessioninfo", func(ctx context.Context) ([]Session, error) {
		caller, ok := odata.PrincipalFrom(ctx)
		if !ok {
			return nil, odata.Unauthenticated()
		}
		return []Session{{Username: caller.Name}}, nil
	})
	fmt.Println(set.Name, set.Schema.Entity.Key)
	// Output:
	// sessioninfo [Username]
}

// A guard made by package typed shows callers their own entities.
func ExampleGuard() {
	type Request struct {
		RequestID edm.GUID `odata:"RequestId,key"`
		CreatorID edm.GUID
	}
	creator := typed.Field(func(r *Request) *edm.GUID { return &r.CreatorID })
	own := typed.Owner(creator, func(p odata.Principal) edm.GUID { return p.ID })

	set := memory.Set("pamrequests", []Request{}, memory.Guard(own))
	_, err := set.Guard.Restrict(context.Background(), odata.Access{})
	fmt.Println(err)
	// Output:
	// Unauthorized: The request needs valid credentials
}

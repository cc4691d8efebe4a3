package main

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// operations are the model's function imports that the program carries out.
func operations(model *metadata.Model) []odata.Operation {
	return []odata.Operation{productsByRating(model)}
}

// productsByRating answers GetProductsByRating?rating=3. It states a condition
// and leaves finding the products to the store, so that every query option works
// on the result as it does on Products.
func productsByRating(model *metadata.Model) odata.Operation {
	rating := model.EntityType("ODataDemo.Product").Property("Rating")
	return odata.Operation{
		Name:       "GetProductsByRating",
		Kind:       odata.ServiceOperation,
		Method:     "GET",
		Parameters: []odata.Parameter{{Name: "rating", Type: "Edm.Int16", Required: true}},
		Result:     "Collection(ODataDemo.Product)",
		ResultSet:  "Products",
		Invoke: func(_ context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
			return &odata.OperationResult{Where: &odata.Binary{
				Op: odata.Eq,
				L:  &odata.Member{Property: rating},
				R:  &odata.Literal{Value: call.Arguments[0], Of: rating.TypeRef()},
			}}, nil
		},
	}
}

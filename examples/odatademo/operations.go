package main

import (
	"context"
	"net/http"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// productsByRating answers GetProductsByRating?rating=3. It states a condition
// and leaves finding the products to the store, so that every query option works
// on the result as it does on Products.
func productsByRating(model *metadata.Model) odata.Operation {
	product := model.EntityType("ODataDemo.Product")
	rating := product.Property("Rating")
	return odata.Operation{
		Name:       "GetProductsByRating",
		Kind:       odata.ServiceOperation,
		Method:     http.MethodGet,
		Parameters: []odata.Parameter{{Name: "rating", Type: "Edm.Int16", Required: true}},
		Result:     "Collection(ODataDemo.Product)",
		ResultSet:  "Products",
		Invoke: func(_ context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
			return &odata.OperationResult{Where: equal(product, rating, call.Arguments[0])}, nil
		},
	}
}

// discount makes one product cheaper: POST Products(1)/Discount with
// {"discountPercentage":10} takes a tenth off its price and returns the new one.
// The argument may be in a form or in the query as well, for pages and scripts
// that send no JSON.
// The service runs it in a transaction, so that nobody changes the price between
// reading and writing it.
func discount(model *metadata.Model) odata.Operation {
	price := model.EntityType("ODataDemo.Product").Property("Price")
	return odata.Operation{
		Name:            "Discount",
		Kind:            odata.Action,
		Bound:           true,
		AlwaysAvailable: true,
		Parameters:      []odata.Parameter{{Name: "discountPercentage", Type: "Edm.Int32", Required: true}},
		FormParameters:  true,
		Result:          "Edm.Double",
		Invoke: func(ctx context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
			one := *call.Target
			one.Fields = []*metadata.Property{price}
			rows, err := read(ctx, call.Set.Reader, &one)
			if err != nil {
				return nil, err
			}
			if len(rows) == 0 {
				return nil, odata.NotFound()
			}
			reduced := edm.Double(rows[0][0].Float() * (100 - float64(call.Arguments[0].Int())) / 100)
			if _, err := call.Set.Updater.Update(ctx, &one, assign(price, reduced)); err != nil {
				return nil, err
			}
			return &odata.OperationResult{Value: reduced}, nil
		},
	}
}

// increaseSalaries raises the salary of every employee by the same percentage.
// persons is the set that they are in.
func increaseSalaries(model *metadata.Model, persons odata.EntitySet) odata.Operation {
	employee := model.EntityType("ODataDemo.Employee")
	id, salary := employee.Property("ID"), employee.Property("Salary")
	all := odata.Query{
		Set:    model.DefaultContainer().EntitySet("Persons"),
		Type:   employee,
		Fields: []*metadata.Property{id, salary},
	}
	return odata.Operation{
		Name:           "IncreaseSalaries",
		Guard:          odata.Public(),
		Kind:           odata.Action,
		Parameters:     []odata.Parameter{{Name: "percentage", Type: "Edm.Int32", Required: true}},
		FormParameters: true,
		Invoke: func(ctx context.Context, call *odata.OperationInput) (*odata.OperationResult, error) {
			factor := 1 + float64(call.Arguments[0].Int())/100
			rows, err := read(ctx, persons.Reader, &all)
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				one := all
				one.Filter = equal(employee, id, row[0])
				raised := edm.Single(float32(row[1].Float() * factor))
				if _, err := persons.Updater.Update(ctx, &one, assign(salary, raised)); err != nil {
					return nil, err
				}
			}
			return &odata.OperationResult{}, nil
		},
	}
}

// read is what a query finds: the values of its fields, entity by entity. The
// reader is one that leaves nothing of such a query over.
func read(ctx context.Context, reader odata.Reader, q *odata.Query) ([][]edm.Value, error) {
	result, err := reader.Read(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows [][]edm.Value
	for row, err := range result.Rows {
		if err != nil {
			return nil, err
		}
		rows = append(rows, slices.Clone(row.Values[:len(q.Fields)]))
	}
	return rows, nil
}

// equal is the condition that a property of an entity of type t has a value.
func equal(t *metadata.EntityType, p *metadata.Property, v edm.Value) odata.Expr {
	return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: odata.ItOf(t), Property: p}, R: &odata.Literal{Value: v, Of: p.TypeRef()}}
}

// assign is the change that gives one property a value.
func assign(p *metadata.Property, v edm.Value) *odata.Change {
	return &odata.Change{Set: []odata.Assignment{{Property: p, Value: v}}}
}

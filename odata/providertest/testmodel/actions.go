package testmodel

import (
	"context"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Actions gives the sets of the [Demo] model its bound actions and returns the
// unbound ones. Promote(level) adds level to the Points of a customer, whom it
// returns; ResetAll makes the Points of all customers 0; Purge(days) deletes all
// tags.
func Actions(model *metadata.Model, sets []odata.EntitySet) []odata.Operation {
	customer := model.EntityType("Demo.Customer")
	id, points := customer.Property("Id"), customer.Property("Points")
	var unbound []odata.Operation
	for i := range sets {
		switch sets[i].Name {
		case "Customers":
			sets[i].Operations = []odata.Operation{{
				Name: "Promote", Bound: true,
				Invoke: func(ctx context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
					rows, err := keysAnd(ctx, in.Set.Reader, in.Target, id, points)
					if err != nil {
						return nil, err
					}
					level := int64(in.Arguments[0].Int())
					return &odata.OperationResult{Where: equals(customer, id, rows[0][0])},
						set(ctx, in.Set, in.Target, customer, id, points, rows, func(old int64) int64 { return old + level })
				},
			}, {
				Name: "ResetAll", BoundCollection: true,
				Invoke: func(ctx context.Context, in *odata.OperationInput) (*odata.OperationResult, error) {
					rows, err := keysAnd(ctx, in.Set.Reader, in.Target, id, points)
					if err != nil {
						return nil, err
					}
					return &odata.OperationResult{}, set(ctx, in.Set, in.Target, customer, id, points, rows, func(int64) int64 { return 0 })
				},
			}}
		case "Tags":
			tags := &sets[i]
			tag := model.EntityType("Demo.Tag")
			code := tag.Property("Code")
			unbound = append(unbound, odata.Operation{
				Name: "Purge",
				Invoke: func(ctx context.Context, _ *odata.OperationInput) (*odata.OperationResult, error) {
					all := &odata.Query{Set: model.DefaultContainer().EntitySet("Tags"), Type: tag}
					rows, err := keysAnd(ctx, tags.Reader, all, code)
					if err != nil {
						return nil, err
					}
					for _, row := range rows {
						one := *all
						one.Filter = equals(tag, code, row[0])
						if err := tags.Deleter.Delete(ctx, &one); err != nil {
							return nil, err
						}
					}
					return &odata.OperationResult{}, nil
				},
			})
		}
	}
	return unbound
}

// keysAnd reads some properties of what q selects.
func keysAnd(ctx context.Context, reader odata.Reader, q *odata.Query, fields ...*metadata.Property) ([][]edm.Value, error) {
	own := *q
	own.Fields = fields
	result, err := reader.Read(ctx, &own)
	if err != nil {
		return nil, err
	}
	var rows [][]edm.Value
	for row, err := range result.Rows {
		if err != nil {
			return nil, err
		}
		values := make([]edm.Value, len(fields))
		for i := range fields {
			values[i] = row.Values[i].Clone()
		}
		rows = append(rows, values)
	}
	return rows, nil
}

// set changes an Edm.Int64 property of each row.
func set(ctx context.Context, of *odata.EntitySet, q *odata.Query, t *metadata.EntityType, key, p *metadata.Property, rows [][]edm.Value, change func(int64) int64) error {
	for _, row := range rows {
		one := odata.Query{Set: q.Set, Type: t, Fields: []*metadata.Property{key}, Filter: equals(t, key, row[0])}
		if _, err := of.Updater.Update(ctx, &one, &odata.Change{
			Set: []odata.Assignment{{Property: p, Value: edm.Int64(change(row[1].Int()))}},
		}); err != nil {
			return err
		}
	}
	return nil
}

func equals(t *metadata.EntityType, p *metadata.Property, v edm.Value) odata.Expr {
	return &odata.Binary{Op: odata.Eq, L: &odata.Member{Of: odata.ItOf(t), Property: p}, R: &odata.Literal{Value: v, Of: p.TypeRef()}}
}

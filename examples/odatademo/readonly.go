package main

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// readers admits everyone who wants to read, and nobody who wants to change
// something.
func readers() odata.Guard {
	return odata.GuardFunc(func(_ context.Context, access odata.Access) (odata.Expr, error) {
		if access.Use == odata.Read {
			return nil, nil
		}
		return nil, &odata.Error{Kind: odata.KindForbidden, Code: "Forbidden",
			Message: "This copy of the service is read-only; start it without --read-only to change data"}
	})
}

// dropActions takes out of a model what the $metadata of the public read-only
// copy did not have: the operations that are not service operations.
func dropActions(model *metadata.Model) {
	for _, schema := range model.Schemas {
		for _, container := range schema.Containers {
			container.FunctionImports = slices.DeleteFunc(container.FunctionImports,
				func(f *metadata.FunctionImport) bool { return f.HTTPMethod == "" })
		}
	}
}

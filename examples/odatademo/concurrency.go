package main

import (
	"context"
	"slices"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// countChanges makes Concurrency, the ETag of a supplier, count the properties
// that were ever written, as in the public service. It begins at 0, and what
// clients write to it is ignored.
//
// A model of one's own would say StoreGeneratedPattern="Computed" and leave the
// rest to the store; the public service's does not, and must stay as it is.
func countChanges(suppliers *odata.EntitySet, model *metadata.Model) {
	c := counting{of: *suppliers, token: model.EntityType("ODataDemo.Supplier").Property("Concurrency")}
	suppliers.Inserter, suppliers.Updater = c, c
}

// A counting set is one whose entities count their changes in token.
type counting struct {
	of    odata.EntitySet
	token *metadata.Property
}

func (c counting) Insert(ctx context.Context, q *odata.Query, change *odata.Change) (odata.Row, error) {
	return c.of.Inserter.Insert(ctx, q, c.with(change, edm.Int32(0)))
}

func (c counting) Update(ctx context.Context, target *odata.Query, change *odata.Change) (row odata.Row, err error) {
	err = c.of.Transactor.Transact(ctx, func(ctx context.Context) error {
		one := *target
		one.Fields = []*metadata.Property{c.token}
		rows, err := read(ctx, c.of.Reader, &one)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return odata.NotFound()
		}
		written := 0
		for _, a := range change.Set {
			if a.Property != c.token {
				written++
			}
		}
		count := edm.Int32(int32(rows[0][0].Int()) + int32(written))
		row, err = c.of.Updater.Update(ctx, target, c.with(change, count))
		return err
	})
	return row, err
}

// with is a change that writes this to the token in place of what it did. The
// change itself stays as it is: a transaction may run again.
func (c counting) with(change *odata.Change, token edm.Value) *odata.Change {
	own := *change
	own.Set = slices.DeleteFunc(slices.Clone(change.Set), func(a odata.Assignment) bool { return a.Property == c.token })
	own.Set = append(own.Set, odata.Assignment{Property: c.token, Value: token})
	return &own
}

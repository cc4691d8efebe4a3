package eval_test

import (
	"context"
	"fmt"
	"log"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/eval"
)

// A provider without a query engine returns its rows and the query, and is
// correct: Finish filters, counts, sorts and pages.
func ExampleFinish() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "Demo", EntityTypes: []*metadata.EntityType{{
		Name: "Role", Key: []string{"Name"},
		Properties: []*metadata.Property{{Name: "Name", Type: "Edm.String", NotNull: true}, {Name: "TTL", Type: "Edm.Int64"}},
	}}}}}
	if err := model.Resolve(); err != nil {
		log.Fatal(err)
	}
	role := model.EntityType("Demo.Role")
	name := &odata.Member{Of: odata.ItOf(role), Property: role.Property("Name")}
	ttl := &odata.Member{Of: odata.ItOf(role), Property: role.Property("TTL")}

	reader := func(_ context.Context, q *odata.Query) (*odata.Result, error) {
		rows := func(yield func(odata.Row, error) bool) {
			for _, r := range []struct {
				name string
				ttl  edm.Value
			}{{"Backup", edm.Int64(7200)}, {"Domain Admins", edm.Int64(3600)}, {"Auditors", edm.Null}, {"Helpdesk", edm.Int64(28800)}} {
				if !yield(odata.Row{Values: []edm.Value{edm.String(r.name), r.ttl}}, nil) {
					return
				}
			}
		}
		return &odata.Result{Rows: rows, Rest: q}, nil
	}

	// $filter=TTL gt 3600 or TTL eq null&$orderby=TTL desc,Name&$top=2&$inlinecount=allpages
	q := &odata.Query{
		Type:   role,
		Fields: role.StructuralProperties(),
		Filter: &odata.Binary{Op: odata.Or,
			L: &odata.Binary{Op: odata.Gt, L: ttl, R: &odata.Literal{Value: edm.Int64(3600)}},
			R: &odata.Binary{Op: odata.Eq, L: ttl, R: &odata.Literal{}}},
		OrderBy: []odata.Order{{By: ttl, Descending: true}, {By: name}},
		Top:     new(int64(2)),
		Total:   true,
	}
	result, err := reader(context.Background(), q)
	if err != nil {
		log.Fatal(err)
	}
	finished, err := eval.Finish(context.Background(), q, result, eval.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("matches:", *finished.Total)
	for row, err := range finished.Rows {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row.Values[0], row.Values[1])
	}
	// Output:
	// matches: 3
	// 'Helpdesk' 28800L
	// 'Backup' 7200L
}

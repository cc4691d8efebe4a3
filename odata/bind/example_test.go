package bind_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/uri"
)

// A request becomes a query: names are resolved and types brought together, or
// the error says what is wrong and where.
func ExampleBinder_Request() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Shop",
		EntityTypes: []*metadata.EntityType{{Name: "Product", Key: []string{"ID"}, Properties: []*metadata.Property{
			{Name: "ID", Type: "Edm.Int64", NotNull: true},
			{Name: "Price", Type: "Edm.Decimal"},
		}}},
		Containers: []*metadata.EntityContainer{{Name: "Sets", EntitySets: []*metadata.EntitySet{
			{Name: "Products", EntityType: "Product"},
		}}},
	}}}
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
		return
	}
	binder, err := bind.New(model, bind.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, query := range []string{"$filter=Price+gt+9.90+and+ID+ne+5&$top=3", "$filter=Prise+gt+9.90"} {
		syntax, err := uri.Parse("/Products", query, uri.Limits{})
		if err != nil {
			fmt.Println(err)
			return
		}
		request, err := binder.Request(syntax)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(request.Kind, "of", request.Set.Name, "where", odata.Dump(request.Query.Filter))
		fmt.Println("by", odata.Dump(request.Query.OrderBy[0].By), "up to", *request.Query.Top)
	}
	// Output:
	// feed of Products where (and (gt Price:Decimal 9.90M:Decimal) (ne ID:Int64 5L:Int64))
	// by ID:Int64 up to 3
	// UnknownProperty: A property does not exist: Shop.Product has no property Prise; did you mean Price ($filter[0:5])
}

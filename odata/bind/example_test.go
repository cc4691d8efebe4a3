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

// Behind navigation, a query says by itself which entities are meant; the ones
// on the way are asked for besides, because they have to exist.
func ExampleBinder_Request_navigation() {
	end := func(typ, role string, m metadata.Multiplicity) metadata.AssociationEnd {
		return metadata.AssociationEnd{Type: typ, Role: role, Multiplicity: m}
	}
	number := func() []*metadata.Property {
		return []*metadata.Property{{Name: "ID", Type: "Edm.Int32", NotNull: true}}
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Shop",
		EntityTypes: []*metadata.EntityType{
			{Name: "Category", Key: []string{"ID"}, Properties: number(), NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Products", Relationship: "Offer", FromRole: "Category", ToRole: "Products"},
			}},
			{Name: "Product", Key: []string{"ID"}, Properties: number(), NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Category", Relationship: "Offer", FromRole: "Products", ToRole: "Category"},
			}},
		},
		Associations: []*metadata.Association{{Name: "Offer", Ends: [2]metadata.AssociationEnd{
			end("Category", "Category", metadata.One), end("Product", "Products", metadata.Many),
		}}},
		Containers: []*metadata.EntityContainer{{Name: "Sets",
			EntitySets: []*metadata.EntitySet{{Name: "Categories", EntityType: "Category"}, {Name: "Products", EntityType: "Product"}},
			AssociationSets: []*metadata.AssociationSet{{Name: "Offers", Association: "Offer", Ends: [2]metadata.AssociationSetEnd{
				{EntitySet: "Categories"}, {EntitySet: "Products"},
			}}},
		}},
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
	syntax, err := uri.Parse("/Categories(7)/Products/$count", "", uri.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	request, err := binder.Request(syntax)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(request.Kind, "of", request.Set.Name, "where", odata.Dump(request.Query.Filter))
	for _, source := range request.Sources {
		fmt.Println("provided that", source.Set.Name, "has one where", odata.Dump(source.Filter))
	}
	// Output:
	// $count of Products where (eq Category/ID:Int32 7:Int32)
	// provided that Categories has one where (eq ID:Int32 7:Int32)
}

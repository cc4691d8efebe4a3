package metadata_test

import (
	. "github.com/pamodata/pamodata/metadata"
)

// shop is a small model without mistakes that has one of everything the checks
// look at. Tests break one thing at a time.
func shop() *Model {
	return &Model{Schemas: []*Schema{{
		Namespace: "Shop",
		EntityTypes: []*EntityType{{
			Name: "Customer", Source: "shop.Customer",
			Key: []string{"ID"},
			Properties: []*Property{
				{Name: "ID", Type: "Edm.Int32", NotNull: true},
				{Name: "Name", Type: "Edm.String", Source: "shop.Customer.Name", Facets: Facets{MaxLength: new(60)}},
				{Name: "Credit", Type: "Edm.Decimal", Facets: Facets{Precision: new(9), Scale: new(2)}},
				{Name: "Home", Type: "Address", NotNull: true},
				{Name: "Tags", Type: "Collection(Edm.String)", NotNull: true},
				{Name: "Favourite", Type: "Color"},
				{Name: "Version", Type: "Edm.Int32", NotNull: true, ConcurrencyMode: ConcurrencyFixed},
				{Name: "Face", Type: "Edm.Stream", NotNull: true},
			},
			NavigationProperties: []*NavigationProperty{
				{Name: "Orders", Relationship: "Customer_Orders", FromRole: "Buyer", ToRole: "Orders"},
				{Name: "Friend", Relationship: "Friends", FromRole: "Of", ToRole: "Friend"},
			},
		}, {
			Name: "Vip", BaseType: "Customer",
			Properties: []*Property{{Name: "Level", Type: "Edm.Int32", NotNull: true}},
		}, {
			Name: "Gold", BaseType: "Vip",
		}, {
			Name: "Order", Key: []string{"OrderID"},
			Properties: []*Property{
				{Name: "OrderID", Type: "Edm.Guid", NotNull: true},
				{Name: "BuyerID", Type: "Edm.Int32"},
			},
			NavigationProperties: []*NavigationProperty{
				{Name: "Buyer", Relationship: "Customer_Orders", FromRole: "Orders", ToRole: "Buyer", Source: "shop.Order.Buyer"},
			},
		}},
		ComplexTypes: []*ComplexType{
			{Name: "Address", Properties: []*Property{{Name: "Street", Type: "Edm.String"}, {Name: "At", Type: "Point"}}},
			{Name: "Point", Properties: []*Property{{Name: "X", Type: "Edm.Double", NotNull: true}}},
			{Name: "Point3", BaseType: "Point", Properties: []*Property{{Name: "Z", Type: "Edm.Double", NotNull: true}}},
		},
		EnumTypes: []*EnumType{
			{Name: "Color", UnderlyingType: "Edm.Byte", Members: []EnumMember{{Name: "Red"}, {Name: "Blue", Value: new(int64(255))}}},
		},
		Associations: []*Association{{
			Name: "Customer_Orders",
			Ends: [2]AssociationEnd{
				{Type: "Customer", Role: "Buyer", Multiplicity: ZeroOrOne},
				{Type: "Order", Role: "Orders", Multiplicity: Many},
			},
			Constraint: &ReferentialConstraint{
				PrincipalRole: "Buyer", PrincipalProperties: []string{"ID"},
				DependentRole: "Orders", DependentProperties: []string{"BuyerID"},
			},
		}, {
			Name: "Friends",
			Ends: [2]AssociationEnd{
				{Type: "Customer", Role: "Of", Multiplicity: Many},
				{Type: "Customer", Role: "Friend", Multiplicity: ZeroOrOne},
			},
		}},
		Containers: []*EntityContainer{{
			Name: "Store",
			EntitySets: []*EntitySet{
				{Name: "Customers", EntityType: "Customer", Source: "main.go:1"},
				{Name: "Orders", EntityType: "Order"},
			},
			AssociationSets: []*AssociationSet{
				{Name: "Customer_Orders", Association: "Customer_Orders", Ends: [2]AssociationSetEnd{
					{Role: "Buyer", EntitySet: "Customers"}, {Role: "Orders", EntitySet: "Orders"}}},
				{Name: "Friends", Association: "Friends", Ends: [2]AssociationSetEnd{
					{Role: "Of", EntitySet: "Customers"}, {Role: "Friend", EntitySet: "Customers"}}},
			},
			FunctionImports: []*FunctionImport{
				{Name: "Top", ReturnType: "Collection(Customer)", EntitySet: "Customers", HTTPMethod: "GET",
					Parameters: []*Parameter{{Name: "n", Type: "Edm.Int32"}}},
				{Name: "Promote", ReturnType: "Customer", EntitySetPath: "cust", IsBindable: true,
					Parameters: []*Parameter{{Name: "cust", Type: "Customer"}, {Name: "level", Type: "Edm.Int32", NotNull: true}}},
				{Name: "Age", ReturnType: "Edm.Int32", IsBindable: true, SideEffecting: new(false),
					Parameters: []*Parameter{{Name: "cust", Type: "Customer"}}},
			},
		}},
	}}}
}

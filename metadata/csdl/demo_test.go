package csdl_test

import (
	. "github.com/pamodata/pamodata/metadata"
)

// demo is the model of odata/providertest/testmodel, written as Go values.
func demo() *Model {
	key := func(name, typ string) *Property { return &Property{Name: name, Type: typ, NotNull: true} }
	return &Model{Schemas: []*Schema{{
		Namespace: "Demo",
		EntityTypes: []*EntityType{{
			Name: "Customer",
			Key:  []string{"Id"},
			Properties: []*Property{
				key("Id", "Edm.Int32"),
				{Name: "Name", Type: "Edm.String", Facets: Facets{MaxLength: new(60)}},
				{Name: "Since", Type: "Edm.DateTime", NotNull: true},
				{Name: "Points", Type: "Edm.Int64", NotNull: true},
				{Name: "Credit", Type: "Edm.Decimal", Facets: Facets{Precision: new(9), Scale: new(2)}},
				{Name: "Score", Type: "Edm.Double"},
				{Name: "Home", Type: "Address", NotNull: true},
				{Name: "Emails", Type: "Collection(Edm.String)", NotNull: true},
				{Name: "Version", Type: "Edm.Int32", NotNull: true, ConcurrencyMode: ConcurrencyFixed},
			},
			NavigationProperties: []*NavigationProperty{
				{Name: "Orders", Relationship: "Customer_Orders", FromRole: "Customer", ToRole: "Orders"},
				{Name: "BestFriend", Relationship: "Customer_BestFriend", FromRole: "Customer", ToRole: "BestFriend"},
			},
		}, {
			Name: "VipCustomer", BaseType: "Customer",
			Properties: []*Property{{Name: "Level", Type: "Edm.Int32", NotNull: true}},
			NavigationProperties: []*NavigationProperty{
				{Name: "Concierge", Relationship: "VipCustomer_Concierge", FromRole: "VipCustomer", ToRole: "Concierge"},
			},
		}, {
			Name: "Order",
			Key:  []string{"OrderId"},
			Properties: []*Property{
				key("OrderId", "Edm.Guid"),
				{Name: "Total", Type: "Edm.Decimal"},
				{Name: "Placed", Type: "Edm.DateTimeOffset"},
				{Name: "Took", Type: "Edm.Time"},
			},
			NavigationProperties: []*NavigationProperty{
				{Name: "Customer", Relationship: "Customer_Orders", FromRole: "Orders", ToRole: "Customer"},
			},
		}, {
			Name:       "OrderLine",
			Key:        []string{"OrderId", "LineNo"},
			Properties: []*Property{key("OrderId", "Edm.Guid"), key("LineNo", "Edm.Int32"), {Name: "Text", Type: "Edm.String"}},
		}, {
			Name: "Photo", HasStream: true,
			Key:        []string{"Id"},
			Properties: []*Property{key("Id", "Edm.Int32"), {Name: "Caption", Type: "Edm.String"}, {Name: "Thumb", Type: "Edm.Stream", NotNull: true}},
		}, {
			Name: "Tag", OpenType: true,
			Key:        []string{"Code"},
			Properties: []*Property{key("Code", "Edm.String")},
		}},
		ComplexTypes: []*ComplexType{
			{Name: "Address", Properties: []*Property{{Name: "Street", Type: "Edm.String"}, {Name: "City", Type: "Edm.String"}}},
		},
		Associations: []*Association{
			relation("Customer_Orders", "Customer", "Customer", ZeroOrOne, "Order", "Orders", Many),
			relation("Customer_BestFriend", "Customer", "Customer", Many, "Customer", "BestFriend", ZeroOrOne),
			relation("VipCustomer_Concierge", "VipCustomer", "VipCustomer", Many, "Customer", "Concierge", ZeroOrOne),
		},
		Containers: []*EntityContainer{{
			Name: "DemoService",
			EntitySets: []*EntitySet{
				{Name: "Customers", EntityType: "Customer"},
				{Name: "Orders", EntityType: "Order"},
				{Name: "OrderLines", EntityType: "OrderLine"},
				{Name: "Photos", EntityType: "Photo"},
				{Name: "Tags", EntityType: "Tag"},
			},
			AssociationSets: []*AssociationSet{
				binding("Customer_Orders", "Customer", "Customers", "Orders", "Orders"),
				binding("Customer_BestFriend", "Customer", "Customers", "BestFriend", "Customers"),
				binding("VipCustomer_Concierge", "VipCustomer", "Customers", "Concierge", "Customers"),
			},
			FunctionImports: []*FunctionImport{
				{Name: "TopCustomers", ReturnType: "Collection(Customer)", EntitySet: "Customers", HTTPMethod: "GET",
					Parameters: []*Parameter{{Name: "n", Type: "Edm.Int32", Mode: "In"}}},
				{Name: "Ping", ReturnType: "Edm.String", HTTPMethod: "GET"},
				{Name: "Promote", ReturnType: "Customer", EntitySetPath: "cust", IsBindable: true,
					Parameters: []*Parameter{{Name: "cust", Type: "Customer"}, {Name: "level", Type: "Edm.Int32", NotNull: true}}},
				{Name: "ResetAll", IsBindable: true, Parameters: []*Parameter{{Name: "set", Type: "Collection(Customer)"}}},
				{Name: "Purge", Parameters: []*Parameter{{Name: "days", Type: "Edm.Int32", NotNull: true}}},
			},
		}},
	}}}
}

func relation(name, type1, role1 string, many1 Multiplicity, type2, role2 string, many2 Multiplicity) *Association {
	return &Association{Name: name, Ends: [2]AssociationEnd{
		{Type: type1, Role: role1, Multiplicity: many1}, {Type: type2, Role: role2, Multiplicity: many2}}}
}

func binding(association, role1, set1, role2, set2 string) *AssociationSet {
	return &AssociationSet{Name: association, Association: association, Ends: [2]AssociationSetEnd{
		{Role: role1, EntitySet: set1}, {Role: role2, EntitySet: set2}}}
}

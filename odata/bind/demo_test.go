package bind

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// demo is the Demo model with what the rules of binding need besides: every
// numeric type, an enum, flags, binary, a nested complex type, properties that
// are sent on $select only, and a type derived twice.
func demo(t testing.TB) *metadata.Model {
	t.Helper()
	prop := func(name, typ string) *metadata.Property { return &metadata.Property{Name: name, Type: typ} }
	key := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true}
	}
	nav := func(name, relationship, from, to string) *metadata.NavigationProperty {
		return &metadata.NavigationProperty{Name: name, Relationship: relationship, FromRole: from, ToRole: to}
	}
	end := func(typ, role string, m metadata.Multiplicity) metadata.AssociationEnd {
		return metadata.AssociationEnd{Type: typ, Role: role, Multiplicity: m}
	}
	association := func(name string, a, b metadata.AssociationEnd) *metadata.Association {
		return &metadata.Association{Name: name, Ends: [2]metadata.AssociationEnd{a, b}}
	}
	associationSet := func(name, role1, set1, role2, set2 string) *metadata.AssociationSet {
		return &metadata.AssociationSet{Name: name, Association: name, Ends: [2]metadata.AssociationSetEnd{
			{Role: role1, EntitySet: set1}, {Role: role2, EntitySet: set2}}}
	}
	parameter := func(name, typ string) *metadata.Parameter { return &metadata.Parameter{Name: name, Type: typ} }
	required := func(name, typ string) *metadata.Parameter {
		return &metadata.Parameter{Name: name, Type: typ, NotNull: true}
	}
	parameters := func(list ...*metadata.Parameter) []*metadata.Parameter { return list }

	version := prop("Version", "Edm.Int32")
	version.NotNull, version.ConcurrencyMode = true, metadata.ConcurrencyFixed
	notes := prop("Notes", "Edm.String")
	notes.OnSelect = true
	hidden := prop("Raw", "Edm.Stream")
	hidden.OnSelect = true

	m := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{{
			Name: "Customer", Key: []string{"Id"},
			Properties: []*metadata.Property{key("Id", "Edm.Int32"), prop("Name", "Edm.String"), key("Since", "Edm.DateTime"),
				key("Points", "Edm.Int64"), prop("Credit", "Edm.Decimal"), prop("Score", "Edm.Double"), key("Home", "Demo.Address"),
				key("Emails", "Collection(Edm.String)"), version, notes},
			NavigationProperties: []*metadata.NavigationProperty{
				nav("Orders", "Customer_Orders", "Customer", "Orders"),
				nav("BestFriend", "Customer_BestFriend", "Of", "BestFriend"),
			},
		}, {
			Name: "VipCustomer", BaseType: "Customer",
			Properties:           []*metadata.Property{key("Level", "Edm.Int32")},
			NavigationProperties: []*metadata.NavigationProperty{nav("Concierge", "Vip_Concierge", "Vip", "Concierge")},
		}, {
			Name: "GoldCustomer", BaseType: "VipCustomer",
			Properties: []*metadata.Property{prop("Card", "Edm.String")},
		}, {
			Name: "TestCustomer", BaseType: "Customer",
			Properties: []*metadata.Property{prop("Suite", "Edm.String")},
		}, {
			Name: "Order", Key: []string{"OrderId"},
			Properties: []*metadata.Property{key("OrderId", "Edm.Guid"), prop("Total", "Edm.Decimal"),
				prop("Placed", "Edm.DateTimeOffset"), prop("Took", "Edm.Time")},
			NavigationProperties: []*metadata.NavigationProperty{
				nav("Customer", "Customer_Orders", "Orders", "Customer"),
				nav("Boxes", "Order_Boxes", "Order", "Boxes"),
			},
		}, {
			Name: "OrderLine", Key: []string{"OrderId", "LineNo"},
			Properties: []*metadata.Property{key("OrderId", "Edm.Guid"), key("LineNo", "Edm.Int32"), prop("Text", "Edm.String")},
		}, {
			Name: "Photo", Key: []string{"Id"}, HasStream: true,
			Properties: []*metadata.Property{key("Id", "Edm.Int32"), prop("Caption", "Edm.String"), key("Thumb", "Edm.Stream"), hidden},
		}, {
			Name: "Tag", Key: []string{"Code"}, OpenType: true,
			Properties: []*metadata.Property{key("Code", "Edm.String")},
		}, {
			Name: "Portrait", BaseType: "Photo",
			Properties: []*metadata.Property{key("Frame", "Edm.Stream")},
		}, {
			Name: "Label", BaseType: "Tag",
			Properties: []*metadata.Property{prop("Glue", "Edm.String")},
		}, {
			Name: "Album", Key: []string{"Id"},
			Properties: []*metadata.Property{key("Id", "Edm.Int32"), prop("Title", "Edm.String"), prop("CoverId", "Edm.Int32")},
			NavigationProperties: []*metadata.NavigationProperty{
				nav("Cover", "Album_Cover", "Album", "Cover"),
				nav("Owner", "Album_Owner", "Album", "Owner"),
				nav("Lines", "Album_Lines", "Album", "Lines"),
			},
		}, {
			Name: "Gauge", Key: []string{"Id"},
			Properties: []*metadata.Property{key("Id", "Edm.Int64"), prop("B", "Edm.Byte"), prop("S", "Edm.SByte"), prop("I16", "Edm.Int16"),
				prop("I32", "Edm.Int32"), prop("I64", "Edm.Int64"), prop("F", "Edm.Single"), prop("D", "Edm.Double"), prop("M", "Edm.Decimal"),
				prop("On", "Edm.Boolean"), prop("Bin", "Edm.Binary"), prop("Where", "Edm.GeographyPoint"), prop("Color", "Demo.Color"),
				prop("Rights", "Demo.Rights"), prop("At", "Edm.DateTime"), key("Places", "Collection(Demo.Address)")},
		},
			keyed(key("Id", "Edm.Int32"), "Box"),
			keyed(key("K", "Edm.Decimal"), "ByDecimal"), keyed(key("K", "Edm.Single"), "BySingle"), keyed(key("K", "Edm.Double"), "ByDouble"),
			keyed(key("K", "Edm.DateTime"), "ByDateTime"), keyed(key("K", "Edm.Boolean"), "ByBoolean"), keyed(key("K", "Edm.Byte"), "ByByte"),
			keyed(key("K", "Edm.DateTimeOffset"), "ByOffset"), keyed(key("K", "Edm.Time"), "ByTime"), keyed(key("K", "Edm.Binary"), "ByBinary"),
		},
		ComplexTypes: []*metadata.ComplexType{
			{Name: "Address", Properties: []*metadata.Property{prop("Street", "Edm.String"), prop("City", "Edm.String"), prop("Geo", "Demo.Spot")}},
			{Name: "Spot", Properties: []*metadata.Property{prop("Lat", "Edm.Double"), prop("Lon", "Edm.Double")}},
		},
		EnumTypes: []*metadata.EnumType{
			{Name: "Color", Members: []metadata.EnumMember{{Name: "Red"}, {Name: "Green"}}},
			{Name: "Rights", IsFlags: true, Members: []metadata.EnumMember{{Name: "Read"}, {Name: "Write"}}},
		},
		Associations: []*metadata.Association{
			association("Customer_Orders", end("Customer", "Customer", metadata.ZeroOrOne), end("Order", "Orders", metadata.Many)),
			association("Customer_BestFriend", end("Customer", "Of", metadata.Many), end("Customer", "BestFriend", metadata.ZeroOrOne)),
			association("Vip_Concierge", end("VipCustomer", "Vip", metadata.Many), end("Customer", "Concierge", metadata.ZeroOrOne)),
			{Name: "Album_Cover", Ends: [2]metadata.AssociationEnd{end("Album", "Album", metadata.Many), end("Photo", "Cover", metadata.ZeroOrOne)},
				Constraint: &metadata.ReferentialConstraint{PrincipalRole: "Cover", PrincipalProperties: []string{"Id"},
					DependentRole: "Album", DependentProperties: []string{"CoverId"}}},
			association("Album_Owner", end("Album", "Album", metadata.ZeroOrOne), end("Customer", "Owner", metadata.ZeroOrOne)),
			association("Album_Lines", end("Album", "Album", metadata.Many), end("OrderLine", "Lines", metadata.Many)),
			association("Order_Boxes", end("Order", "Order", metadata.Many), end("Box", "Boxes", metadata.Many)),
		},
		Containers: []*metadata.EntityContainer{{
			Name: "DemoService", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Customers", EntityType: "Customer"}, {Name: "Orders", EntityType: "Order"},
				{Name: "OrderLines", EntityType: "OrderLine"}, {Name: "Photos", EntityType: "Photo"}, {Name: "Tags", EntityType: "Tag"},
				{Name: "Gauges", EntityType: "Gauge"}, {Name: "ByDecimal", EntityType: "ByDecimal"}, {Name: "BySingle", EntityType: "BySingle"},
				{Name: "ByDouble", EntityType: "ByDouble"}, {Name: "ByDateTime", EntityType: "ByDateTime"}, {Name: "ByBoolean", EntityType: "ByBoolean"},
				{Name: "ByByte", EntityType: "ByByte"}, {Name: "ByOffset", EntityType: "ByOffset"}, {Name: "ByTime", EntityType: "ByTime"},
				{Name: "ByBinary", EntityType: "ByBinary"}, {Name: "Albums", EntityType: "Album"}, {Name: "Vips", EntityType: "VipCustomer"}},
			AssociationSets: []*metadata.AssociationSet{
				associationSet("Customer_Orders", "Customer", "Customers", "Orders", "Orders"),
				associationSet("Customer_BestFriend", "Of", "Customers", "BestFriend", "Customers"),
				associationSet("Vip_Concierge", "Vip", "Customers", "Concierge", "Customers"),
				associationSet("Album_Cover", "Album", "Albums", "Cover", "Photos"),
				associationSet("Album_Owner", "Album", "Albums", "Owner", "Vips"),
				associationSet("Album_Lines", "Album", "Albums", "Lines", "OrderLines"),
			},
			FunctionImports: []*metadata.FunctionImport{
				{Name: "TopCustomers", ReturnType: "Collection(Demo.Customer)", EntitySet: "Customers", HTTPMethod: "GET",
					Parameters: []*metadata.Parameter{parameter("n", "Edm.Int32")}},
				{Name: "Ping", ReturnType: "Edm.String", HTTPMethod: "GET"},
				{Name: "Touch", HTTPMethod: "POST"},
				{Name: "Promote", ReturnType: "Demo.Customer", IsBindable: true, EntitySetPath: "cust",
					Parameters: []*metadata.Parameter{parameter("cust", "Demo.Customer"), parameter("level", "Edm.Int32")}},
				{Name: "ResetAll", IsBindable: true, Parameters: []*metadata.Parameter{parameter("set", "Collection(Demo.Customer)")}},
				{Name: "Label", IsBindable: true, Parameters: []*metadata.Parameter{parameter("tag", "Demo.Tag")}},
				{Name: "Purge", Parameters: []*metadata.Parameter{parameter("days", "Edm.Int32")}},
				{Name: "Promote", ReturnType: "Demo.VipCustomer", IsBindable: true, EntitySetPath: "vip",
					Parameters: parameters(parameter("vip", "Demo.VipCustomer"))},
				{Name: "Merge", ReturnType: "Collection(Demo.Order)", IsBindable: true, EntitySetPath: "set/Orders",
					Parameters: parameters(parameter("set", "Collection(Demo.Customer)"))},

				{Name: "Office", ReturnType: "Demo.Address", HTTPMethod: "GET"},
				{Name: "Words", ReturnType: "Collection(Edm.String)", HTTPMethod: "GET"},
				{Name: "Lucky", ReturnType: "Demo.Customer", EntitySet: "Customers", HTTPMethod: "GET"},
				{Name: "Import", ReturnType: "Collection(Demo.Order)", EntitySet: "Orders", HTTPMethod: "POST",
					Parameters: parameters(required("source", "Edm.String"), parameter("color", "Demo.Color"), parameter("price", "Edm.Decimal"), parameter("day", "Edm.DateTime"))},

				{Name: "Rated", ReturnType: "Collection(Demo.Order)", IsBindable: true, EntitySetPath: "cust/Orders", IsComposable: true,
					Parameters: parameters(parameter("cust", "Demo.Customer"), required("min", "Edm.Int32"))},
				{Name: "Rated", ReturnType: "Collection(Demo.Order)", IsBindable: true, EntitySetPath: "cust/Orders", IsComposable: true,
					Parameters: parameters(parameter("cust", "Demo.Customer"), required("min", "Edm.Int32"), parameter("max", "Edm.Decimal"))},
				{Name: "Rated", ReturnType: "Collection(Demo.Order)", IsBindable: true, EntitySetPath: "vip/Orders", IsComposable: true,
					Parameters: parameters(parameter("vip", "Demo.VipCustomer"), required("min", "Edm.Int32"))},
				{Name: "Closest", ReturnType: "Demo.Customer", IsBindable: true, EntitySetPath: "set", IsComposable: true,
					Parameters: parameters(parameter("set", "Collection(Demo.Customer)"), required("lat", "Edm.Double"))},
				{Name: "Nearby", ReturnType: "Demo.Customer", EntitySet: "Customers", IsComposable: true,
					Parameters: parameters(parameter("lat", "Edm.Double"), parameter("lon", "Edm.Double"))},
				{Name: "Search", ReturnType: "Collection(Demo.Customer)", EntitySet: "Customers", SideEffecting: new(false),
					Parameters: parameters(required("text", "Edm.String"))},
				{Name: "Mean", ReturnType: "Edm.Decimal", IsBindable: true, IsComposable: true,
					Parameters: parameters(parameter("set", "Collection(Demo.Order)"))},
				{Name: "Inside", ReturnType: "Edm.Boolean", SideEffecting: new(false),
					Parameters: parameters(parameter("area", "Demo.Address"))},
				{Name: "Stray", ReturnType: "Collection(Demo.Order)", IsBindable: true, EntitySetPath: "vip/Orders", IsComposable: true,
					Parameters: parameters(parameter("vip", "Demo.VipCustomer"))},
			},
		}},
	}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	return m
}

// keyed is an entity type with one property.
func keyed(key *metadata.Property, name string) *metadata.EntityType {
	return &metadata.EntityType{Name: name, Key: []string{key.Name}, Properties: []*metadata.Property{key}}
}

// demoBinder is a binder for the demo model with sets that page, that are
// ordered, and that have no limit.
func demoBinder(t testing.TB) *Binder {
	t.Helper()
	b, err := New(demo(t), Options{Sets: map[string]odata.EntitySet{
		"Orders": {OrderBy: "Placed desc", PageSize: 50},
		"Photos": {OrderBy: "Caption,Id desc", PageSize: odata.NoPaging},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// requestFor parses and binds a relative URL with its escapes.
func requestFor(t testing.TB, b *Binder, path, query string) (*odata.Request, error) {
	t.Helper()
	syntax, err := uri.Parse(path, query, uri.Limits{})
	if err != nil {
		t.Fatalf("%s?%s: syntax: %v", path, query, err)
	}
	return b.Request(syntax)
}

// filterFor parses and binds the decoded text of a $filter.
func filterFor(t testing.TB, b *Binder, set, text string) (odata.Expr, error) {
	t.Helper()
	node, err := uri.ParseFilter(text, uri.Limits{})
	if err != nil {
		t.Fatalf("%s: syntax: %v", text, err)
	}
	return b.Filter(b.model.DefaultContainer().EntitySet(set).Type(), node)
}

package metadata_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/pamodata/pamodata/metadata"
)

// A mistake breaks the shop in one way. want is the whole error text.
type mistake struct {
	name, why string
	do        func(*Schema)
	want      string
}

func customer(s *Schema) *EntityType        { return s.EntityTypes[0] }
func prop(s *Schema, name string) *Property { return find(customer(s).Properties, name, property) }
func nav(s *Schema) *NavigationProperty     { return customer(s).NavigationProperties[0] }
func box(s *Schema) *EntityContainer        { return s.Containers[0] }
func imp(s *Schema, name string) *FunctionImport {
	return find(box(s).FunctionImports, name, func(f *FunctionImport) string { return f.Name })
}

func find[T any](list []*T, name string, of func(*T) string) *T {
	for _, v := range list {
		if of(v) == name {
			return v
		}
	}
	panic("no " + name)
}

func addProp(s *Schema, p *Property) { customer(s).Properties = append(customer(s).Properties, p) }

func (tt mistake) run(t *testing.T) {
	m := shop()
	tt.do(m.Schemas[0])
	err := m.Resolve()
	if err == nil {
		t.Fatalf("Resolve found nothing wrong (%s)", tt.why)
	}
	if diff := cmp.Diff(strings.Split(tt.want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", tt.why, diff)
	}
}

func runMistakes(t *testing.T, rows []mistake) {
	t.Helper()
	for _, tt := range rows {
		t.Run(tt.name, tt.run)
	}
}

func TestMistakesInNames(t *testing.T) {
	runMistakes(t, []mistake{{
		name: "missing namespace", why: "types need one in $metadata",
		do: func(s *Schema) {
			*s = Schema{EnumTypes: []*EnumType{{Name: "E"}}}
		},
		want: `Schemas[0]: the schema has no namespace`,
	}, {
		name: "bad namespace", why: "namespaces are identifiers joined by dots",
		do:   func(s *Schema) { *s = Schema{Namespace: "a..b"} },
		want: `a..b: "a..b" is no namespace: names joined by dots, at most 512 characters`,
	}, {
		name: "reserved namespace", why: "Edm belongs to the primitive types",
		do:   func(s *Schema) { *s = Schema{Namespace: "Edm"} },
		want: `Edm: the namespace is reserved`,
	}, {
		name: "alias taken twice", why: "a name would mean two things",
		do: func(s *Schema) {
			s.Usings = []Using{{Namespace: "Org.A", Alias: "V"}, {Namespace: "Org.B", Alias: "V"}}
		},
		want: `Shop: the alias V stands for both Org.A and Org.B`,
	}, {
		name: "bad alias", why: "an alias is an identifier",
		do:   func(s *Schema) { s.Alias = "my alias" },
		want: `Shop: "my alias" cannot be the alias of Shop`,
	}, {
		name: "using without namespace", why: "it would import nothing",
		do:   func(s *Schema) { s.Usings = []Using{{Alias: "V"}} },
		want: `Shop: Usings[0] has no namespace`,
	}, {
		name: "unknown CSDL version", why: "the version chooses the XML namespace",
		do:   func(s *Schema) { s.Version = "4.0" },
		want: `Shop: Version is "4.0": 1.0, 1.1, 1.2, 2.0 and 3.0 are the versions of CSDL`,
	}, {
		name: "bad type name", why: "identifiers do not begin with a digit",
		do:   func(s *Schema) { s.EnumTypes = append(s.EnumTypes, &EnumType{Name: "2nd", Source: "shop.Second"}) },
		want: `Shop.2nd (shop.Second): "2nd" is no name for the enum type: names begin with a letter, go on with letters, digits and underscores, and have at most 480 characters`,
	}, {
		name: "missing type name", why: "nothing could refer to it",
		do:   func(s *Schema) { s.ComplexTypes = append(s.ComplexTypes, &ComplexType{}) },
		want: `Shop.: the complex type has no name`,
	}, {
		name: "duplicate type name", why: "types, associations and containers share one space of names",
		do:   func(s *Schema) { s.EnumTypes = append(s.EnumTypes, &EnumType{Name: "Friends"}) },
		want: `Shop.Friends: the name is taken twice, by an enum type and an association`,
	}, {
		name: "foreign namespace", why: "a type cannot say it belongs to another schema",
		do:   func(s *Schema) { s.EnumTypes[0].Namespace = "Other" },
		want: `Shop.Color: Namespace is Other, but the enum type stands in the schema Shop: leave it empty`,
	}, {
		name: "bad property name", why: "blanks are no part of identifiers",
		do: func(s *Schema) {
			addProp(s, &Property{Name: "Pet name", Type: "Edm.String", Source: "shop.Customer.Pet"})
		},
		want: `Shop.Customer/Pet name (shop.Customer.Pet): "Pet name" is no name for the property: names begin with a letter, go on with letters, digits and underscores, and have at most 480 characters`,
	}, {
		name: "name too long", why: "CSDL allows 480 characters",
		do:   func(s *Schema) { imp(s, "Top").Parameters[0].Name = strings.Repeat("n", 481) },
		want: `Shop.Store/Top/` + strings.Repeat("n", 481) + `: "` + strings.Repeat("n", 481) + `" is no name for the parameter: names begin with a letter, go on with letters, digits and underscores, and have at most 480 characters`,
	}, {
		name: "duplicate property", why: "the second could not be addressed",
		do:   func(s *Schema) { addProp(s, &Property{Name: "Name", Type: "Edm.String"}) },
		want: `Shop.Customer/Name (shop.Customer): the name is taken twice, by a property and a property`,
	}, {
		name: "property and navigation of one name", why: "members share one space of names",
		do:   func(s *Schema) { addProp(s, &Property{Name: "Orders", Type: "Edm.String"}) },
		want: `Shop.Customer/Orders (shop.Customer): the name is taken twice, by a property and a navigation property`,
	}, {
		name: "inherited name", why: "a derived type cannot redefine",
		do: func(s *Schema) {
			s.EntityTypes[2].Properties = []*Property{{Name: "Name", Type: "Edm.String"}, {Name: "Friend", Type: "Edm.String"}}
		},
		want: "Shop.Gold/Friend: the name is taken by a navigation property of the base type Shop.Customer\n" +
			"Shop.Gold/Name: the name is taken by a property of the base type Shop.Customer",
	}, {
		name: "member named like its type", why: "CSDL forbids it; C# classes could not have it",
		do: func(s *Schema) {
			addProp(s, &Property{Name: "Customer", Type: "Edm.String"})
			s.ComplexTypes[1].Properties[0].Name = "Point"
		},
		want: "Shop.Customer/Customer (shop.Customer): a member cannot have the name of its type\n" +
			"Shop.Point/Point: a member cannot have the name of its type",
	}, {
		name: "nil definition", why: "reported alone, because nothing else can be said safely",
		do:   func(s *Schema) { addProp(s, nil); s.EnumTypes[0].Name = "" },
		want: `Shop.Customer (shop.Customer): Properties[8] is nil`,
	}, {
		name: "one definition in two places", why: "its links can lead to one place only",
		do:   func(s *Schema) { s.ComplexTypes[1].Properties = append(s.ComplexTypes[1].Properties, prop(s, "Name")) },
		want: `Shop.Point: Properties[1] is the same value as Shop.Customer Properties[1]: give each definition its own`,
	}})
}

func TestMistakesInTypes(t *testing.T) {
	runMistakes(t, []mistake{{
		name: "unknown base type", why: "nothing to inherit from",
		do:   func(s *Schema) { s.EntityTypes[1].BaseType = "Person" },
		want: `Shop.Vip: there is no entity type Shop.Person to extend`,
	}, {
		name: "unknown complex base type", why: "an entity type is no base for a complex type",
		do:   func(s *Schema) { s.ComplexTypes[2].BaseType = "Customer" },
		want: `Shop.Point3: there is no complex type Shop.Customer to extend`,
	}, {
		name: "cyclic base types", why: "no type would be the root",
		do: func(s *Schema) {
			s.EntityTypes = append(s.EntityTypes, &EntityType{Name: "A", BaseType: "B"}, &EntityType{Name: "B", BaseType: "A"})
		},
		want: `Shop.B: it extends itself, by way of its base`,
	}, {
		name: "own base type", why: "the shortest cycle",
		do:   func(s *Schema) { s.ComplexTypes[0].BaseType = "Address" },
		want: `Shop.Address: it extends itself, by way of its base`,
	}, {
		name: "derived key", why: "only the root has a key",
		do:   func(s *Schema) { s.EntityTypes[1].Key = []string{"Level"} },
		want: `Shop.Vip: a derived type cannot declare a key: it has the key of its base type Shop.Customer`,
	}, {
		name: "no key", why: "entities must be addressable",
		do: func(s *Schema) {
			s.EntityTypes = append(s.EntityTypes, &EntityType{Name: "Log", Source: "shop.Log"})
		},
		want: `Shop.Log (shop.Log): the type has no key; only abstract types can do without`,
	}, {
		name: "no key below an abstract root", why: "an abstract root may do without, its concrete types may not",
		do: func(s *Schema) {
			s.EntityTypes = append(s.EntityTypes, &EntityType{Name: "Thing", Abstract: true}, &EntityType{Name: "Car", BaseType: "Thing"})
		},
		want: `Shop.Car: the type has no key and is not abstract: declare one on Shop.Thing`,
	}, {
		name: "key property missing", why: "the key must be made of declared properties",
		do:   func(s *Schema) { s.EntityTypes[3].Key = []string{"OrderID", "Line"} },
		want: `Shop.Order: the key names "Line", which is no property of the type`,
	}, {
		name: "key property twice", why: "key predicates name each property once",
		do:   func(s *Schema) { s.EntityTypes[3].Key = []string{"OrderID", "OrderID"} },
		want: `Shop.Order/OrderID: the key names the property twice`,
	}, {
		name: "key property nullable", why: "null is no key",
		do:   func(s *Schema) { s.EntityTypes[3].Properties[0].NotNull = false },
		want: `Shop.Order/OrderID: a key property must not be null: set NotNull (Nullable="false")`,
	}, {
		name: "key of wrong types", why: "key literals exist for primitive values only",
		do: func(s *Schema) {
			s.EntityTypes = append(s.EntityTypes, &EntityType{Name: "Bad", Key: []string{"A", "B", "C", "D"}, Properties: []*Property{
				{Name: "A", Type: "Address", NotNull: true},
				{Name: "B", Type: "Edm.Stream", NotNull: true},
				{Name: "C", Type: "Collection(Edm.Int32)", NotNull: true},
				{Name: "D", Type: "Color", NotNull: true},
			}})
		},
		want: "Shop.Bad/A: a key property must be of a primitive type that is neither stream nor spatial, not Shop.Address\n" +
			"Shop.Bad/B: a key property must be of a primitive type that is neither stream nor spatial, not Edm.Stream\n" +
			"Shop.Bad/C: a key property must be of a primitive type that is neither stream nor spatial, not Collection(Edm.Int32)\n" +
			"Shop.Bad/D: a key property must be of a primitive type that is neither stream nor spatial, not Shop.Color",
	}, {
		name: "recursive complex types", why: "a value that contains itself never ends",
		do: func(s *Schema) {
			s.ComplexTypes[0].Properties[1].NotNull = true
			s.ComplexTypes[1].Properties = append(s.ComplexTypes[1].Properties, &Property{Name: "Back", Type: "Address", NotNull: true})
		},
		want: `Shop.Point/Back: a value would contain another Shop.Address without end: let one property on the way be null`,
	}, {
		name: "enum members", why: "names are unique and values fit the underlying type",
		do: func(s *Schema) {
			s.EnumTypes[0].Members = []EnumMember{{Name: "A"}, {Name: "A"}, {Name: "B", Value: new(int64(255))}, {Name: "C"}, {Name: "D", Value: new(int64(-1))}}
		},
		want: "Shop.Color/A: the name is taken twice, by a member and a member\n" +
			"Shop.Color/C: the value is out of the range of Edm.Byte\n" +
			"Shop.Color/D: the value is out of the range of Edm.Byte",
	}, {
		name: "enum overflow", why: "one more than the greatest Int64 is nothing",
		do: func(s *Schema) {
			s.EnumTypes[0].UnderlyingType = "Edm.Int64"
			s.EnumTypes[0].Members = []EnumMember{{Name: "Last", Value: new(int64(math.MaxInt64))}, {Name: "Next"}, {Name: "Zero", Value: new(int64(0))}}
		},
		want: `Shop.Color/Next: the value is out of the range of Edm.Int64`,
	}, {
		name: "enum of strings", why: "members are integers",
		do:   func(s *Schema) { s.EnumTypes[0].UnderlyingType = "Edm.String" },
		want: `Shop.Color: the underlying type Edm.String is not one of Edm.Byte, Edm.SByte, Edm.Int16, Edm.Int32 and Edm.Int64`,
	}})
}

func TestMistakesInProperties(t *testing.T) {
	add := func(p Property) func(*Schema) {
		p.Name = "P"
		return func(s *Schema) { addProp(s, &p) }
	}
	inComplex := func(p Property) func(*Schema) {
		p.Name = "P"
		return func(s *Schema) { s.ComplexTypes[0].Properties = append(s.ComplexTypes[0].Properties, &p) }
	}
	const at, in = "Shop.Customer/P (shop.Customer): ", "Shop.Address/P: "
	runMistakes(t, []mistake{
		{"no type", "every property has one", add(Property{}), at + "the property has no type"},
		{"unknown type", "a typing error", add(Property{Type: "Edm.Integer"}), at + "there is no type Edm.Integer"},
		{"Edm.Null", "null is a value, no type", add(Property{Type: "Edm.Null"}), at + "there is no type Edm.Null"},
		{"nested collection", "collections do not nest", add(Property{Type: "Collection(Collection(Edm.Int32))", NotNull: true}), at + "there is no type Collection(Collection(Edm.Int32))"},
		{"entity type", "relations are navigation properties", add(Property{Type: "Collection(Order)"}), at + "a property cannot be of the entity type Shop.Order: use a navigation property"},
		{"nullable collection", "collections are empty, not null", add(Property{Type: "Collection(Edm.String)"}), at + `a collection can be empty but not null: set NotNull (Nullable="false")`},
		{"nullable legacy collection", "CollectionKind makes a collection too", add(Property{Type: "Edm.String", CollectionKind: "List"}), at + `a collection can be empty but not null: set NotNull (Nullable="false")`},
		{"unknown CollectionKind", "three values exist", add(Property{Type: "Edm.String", CollectionKind: "Set"}), at + `CollectionKind is "Set": None, List and Bag are the values`},
		{"stream collection", "streams are addressed one by one", add(Property{Type: "Collection(Edm.Stream)", NotNull: true}), at + "a collection cannot hold streams"},
		{"stream in a complex type", "complex values have no address", inComplex(Property{Type: "Edm.Stream", NotNull: true}), in + "only entity types can have streams"},
		{"token of complex type", "there is no one value to compare", add(Property{Type: "Address", ConcurrencyMode: ConcurrencyFixed}), at + "a property of type Shop.Address cannot be a concurrency token"},
		{"token of collection type", "there is no one value to compare", add(Property{Type: "Collection(Edm.Int32)", NotNull: true, ConcurrencyMode: ConcurrencyFixed}), at + "a property of type Collection(Edm.Int32) cannot be a concurrency token"},
		{"token of stream type", "streams have ETags of their own", add(Property{Type: "Edm.Stream", NotNull: true, ConcurrencyMode: ConcurrencyFixed}), at + "a property of type Edm.Stream cannot be a concurrency token"},
		{"token in a complex type", "it would silently be left out of the ETag", inComplex(Property{Type: "Edm.Int32", ConcurrencyMode: ConcurrencyFixed}), in + "only properties of entity types can be concurrency tokens"},
		{"MaxLength of a number", "numbers have no length", add(Property{Type: "Edm.Int32", Facets: Facets{MaxLength: new(4)}}), at + "the facet MaxLength does not go with the type Edm.Int32"},
		{"MaxLength of an enum", "a named type takes no facets", add(Property{Type: "Color", Facets: Facets{MaxLength: new(4)}}), at + "the facet MaxLength does not go with the type Shop.Color"},
		{"MaxLength 0", "nothing would fit", add(Property{Type: "Edm.String", Facets: Facets{MaxLength: new(0)}}), at + "MaxLength is 0: it must be positive or Max"},
		{"MaxLength -2", "-1 is Max, the rest is a mistake", add(Property{Type: "Edm.Binary", Facets: Facets{MaxLength: new(-2)}}), at + "MaxLength is -2: it must be positive or Max"},
		{"FixedLength of a number", "numbers have no length", add(Property{Type: "Edm.Double", Facets: Facets{FixedLength: new(true)}}), at + "the facet FixedLength does not go with the type Edm.Double"},
		{"Unicode of bytes", "bytes have no characters", add(Property{Type: "Edm.Binary", Facets: Facets{Unicode: new(true)}}), at + "the facet Unicode does not go with the type Edm.Binary"},
		{"Collation of a guid", "only text has an order of its own", add(Property{Type: "Edm.Guid", Facets: Facets{Collation: "C"}}), at + "the facet Collation does not go with the type Edm.Guid"},
		{"Precision of a string", "for decimals and times", add(Property{Type: "Edm.String", Facets: Facets{Precision: new(1)}}), at + "the facet Precision does not go with the type Edm.String"},
		{"Precision 0", "a decimal of no digits", add(Property{Type: "Edm.Decimal", Facets: Facets{Precision: new(0)}}), at + "Precision is 0: it must be positive"},
		{"Scale of a time", "for decimals only", add(Property{Type: "Edm.Time", Facets: Facets{Scale: new(1)}}), at + "the facet Scale does not go with the type Edm.Time"},
		{"Scale below 0", "digits cannot be negative", add(Property{Type: "Edm.Decimal", Facets: Facets{Scale: new(-1)}}), at + "Scale is -1: it must not be negative"},
		{"Scale above Precision", "more decimals than digits", add(Property{Type: "Edm.Decimal", Facets: Facets{Precision: new(2), Scale: new(3)}}), at + "Scale 3 is greater than Precision 2"},
		{"SRID of a number", "for spatial types", add(Property{Type: "Edm.Int32", Facets: Facets{SRID: new(0)}}), at + "the facet SRID does not go with the type Edm.Int32"},
		{"SRID -2", "-1 is Variable, the rest is a mistake", add(Property{Type: "Edm.Geometry", Facets: Facets{SRID: new(-2)}}), at + "SRID is -2: it must not be negative, or Variable"},
		{"DefaultValue of a complex type", "there is no text for it", add(Property{Type: "Address", Facets: Facets{DefaultValue: new("x")}}), at + "the facet DefaultValue does not go with the type Shop.Address"},
		{"DefaultValue of another type", "it could never be used", add(Property{Type: "Edm.Byte", Facets: Facets{DefaultValue: new("256")}}), at + `DefaultValue "256" is no Edm.Byte`},
		{"MimeType of a complex type", "$value is for primitives", add(Property{Type: "Address", MimeType: "text/plain"}), at + "MimeType is for primitive values, not for Shop.Address"},
		{"MimeType", "media types have a slash", add(Property{Type: "Edm.String", MimeType: "text"}), at + `MimeType "text" is no media type`},
		{"ConcurrencyMode", "three values exist", add(Property{Type: "Edm.String", ConcurrencyMode: 9}), at + `ConcurrencyMode has the unknown value 9`},
		{"StoreGenerated", "four values exist", add(Property{Type: "Edm.String", StoreGenerated: 9}), at + `StoreGenerated has the unknown value 9`},
		{"feed mapping without target", "the value would go nowhere", add(Property{Type: "Edm.String", FeedMappings: []FeedMapping{{}}}), at + "the feed mapping has no target"},
		{"feed mapping of a collection", "Atom elements hold one value", add(Property{Type: "Collection(Edm.String)", NotNull: true, FeedMappings: []FeedMapping{{TargetPath: "SyndicationTitle"}}}), at + "only primitive values can be mapped to feeds, and P is of type Collection(Edm.String)"},
		{"feed mapping of a missing member", "a typing error", add(Property{Type: "Address", FeedMappings: []FeedMapping{{TargetPath: "SyndicationTitle", SourcePath: "Road"}}}), at + `the feed mapping's source "Road": P has no property "Road"`},
		{"feed mapping to a custom element", "custom elements have a namespace", add(Property{Type: "Edm.String", FeedMappings: []FeedMapping{{TargetPath: "syndicationTitle"}}}), at + `the feed mapping's target "syndicationTitle" is no Atom element, and custom elements need a namespace URI`},
		{"feed mapping to no path", "attributes come last", add(Property{Type: "Edm.String", FeedMappings: []FeedMapping{{TargetPath: "@a/b", NsURI: "urn:x"}}}), at + `the feed mapping's target "@a/b" is no path of XML names`},
		{"feed mapping content kind", "three values exist", add(Property{Type: "Edm.String", FeedMappings: []FeedMapping{{TargetPath: "SyndicationTitle", ContentKind: "json"}}}), at + `the feed mapping's content kind is "json": text, html and xhtml are the values`},
		{"feed mapping namespace of an Atom element", "it has Atom's", add(Property{Type: "Edm.String", FeedMappings: []FeedMapping{{TargetPath: "SyndicationTitle", NsURI: "urn:x"}}}), at + `the feed mapping's target SyndicationTitle is an Atom element: it takes no namespace`},
		{"annotation without term", "nothing would be said", add(Property{Type: "Edm.String", Annotations: []Annotation{{}}}), "Shop.Customer/P@ (shop.Customer): the annotation has no term"},
		{"annotation with a bad constant", "Int is a number", add(Property{Type: "Edm.String", Annotations: []Annotation{{Term: "V.T", Value: &AnnotationExpr{Kind: "Int", Text: "one"}}}}), `Shop.Customer/P@V.T (shop.Customer): "one" is no integer of 64 bits`},
		{"annotation of an unknown kind", "a typing error", add(Property{Type: "Edm.String", Annotations: []Annotation{{Term: "V.T", Value: &AnnotationExpr{Kind: "string"}}}}), `Shop.Customer/P@V.T (shop.Customer): "string" is no kind of annotation expression`},
		{"annotation with too few operands", "If has three", add(Property{Type: "Edm.String", Annotations: []Annotation{{Term: "V.T", Value: &AnnotationExpr{Kind: "If"}}}}), `Shop.Customer/P@V.T (shop.Customer): the If expression has 0 operands instead of 3`},
		{"type annotation with a value", "it has properties", add(Property{Type: "Edm.String", Annotations: []Annotation{{Term: "V.T", IsType: true, Value: &AnnotationExpr{Kind: "Null"}}}}), `Shop.Customer/P@V.T (shop.Customer): a type annotation has properties, not a value`},
		{"record with a member twice", "the second would be lost", add(Property{Type: "Edm.String", Annotations: []Annotation{{Term: "V.T", IsType: true, Properties: []AnnotationProperty{
			{Property: "A", Value: &AnnotationExpr{Kind: "Null"}}, {Property: "A"}}}}}),
			"Shop.Customer/P@V.T (shop.Customer): the name is taken twice, by a property value and a property value\n" +
				"Shop.Customer/P@V.T (shop.Customer): the property value A has no value"},
	})
}

func TestMistakesInAssociations(t *testing.T) {
	runMistakes(t, []mistake{{
		name: "unknown end type", why: "only entities can be related",
		do: func(s *Schema) {
			s.Associations[1].Ends[1].Type = "Address"
			box(s).AssociationSets = box(s).AssociationSets[:1]
		},
		want: `Shop.Friends: there is no entity type Shop.Address for the end "Friend"`,
	}, {
		name: "end without type", why: "an end left out",
		do: func(s *Schema) {
			s.Associations = append(s.Associations, &Association{Name: "Half", Ends: [2]AssociationEnd{{Type: "Order", Role: "A", Multiplicity: One}}})
		},
		want: "Shop.Half: the end \"\" has no type\nShop.Half: the end \"\" has no multiplicity",
	}, {
		name: "same roles", why: "navigation could not tell the ends apart",
		do: func(s *Schema) {
			s.Associations = append(s.Associations, &Association{Name: "Twin", Ends: [2]AssociationEnd{
				{Type: "Order", Multiplicity: One}, {Type: "Order", Multiplicity: One}}})
		},
		want: `Shop.Twin: both ends have the role Order: roles must differ`,
	}, {
		name: "no multiplicity", why: "the zero value is not one of the three",
		do:   func(s *Schema) { s.Associations[1].Ends[1].Multiplicity = 0 },
		want: `Shop.Friends: the end "Friend" has no multiplicity`,
	}, {
		name: "constraint roles", why: "principal and dependent are the two ends",
		do: func(s *Schema) {
			c := s.Associations[0].Constraint
			c.PrincipalRole, c.DependentRole = "Seller", "Orders"
		},
		want: `Shop.Customer_Orders: ReferentialConstraint: "Seller" is no role of the association`,
	}, {
		name: "constraint of one role", why: "principal and dependent are the two ends",
		do:   func(s *Schema) { s.Associations[0].Constraint.PrincipalRole = "Orders" },
		want: `Shop.Customer_Orders: ReferentialConstraint: Orders is both principal and dependent`,
	}, {
		name: "constraint properties unknown", why: "a typing error",
		do:   func(s *Schema) { s.Associations[0].Constraint.DependentProperties[0] = "Buyer" },
		want: `Shop.Customer_Orders: ReferentialConstraint: Shop.Order has no property "Buyer"`,
	}, {
		name: "constraint counts", why: "the lists are parallel",
		do: func(s *Schema) {
			s.Associations[0].Constraint.DependentProperties = []string{"BuyerID", "OrderID"}
		},
		want: `Shop.Customer_Orders: ReferentialConstraint: 1 principal properties and 2 dependent properties: there must be as many`,
	}, {
		name: "constraint types", why: "values are compared",
		do:   func(s *Schema) { s.EntityTypes[3].Properties[1].Type = "Edm.Int64" },
		want: `Shop.Customer_Orders: ReferentialConstraint: ID is of type Edm.Int32, but BuyerID of type Edm.Int64`,
	}, {
		name: "constraint beside the key", why: "a foreign key holds the whole key",
		do:   func(s *Schema) { s.Associations[0].Constraint.PrincipalProperties[0] = "Version" },
		want: `Shop.Customer_Orders: ReferentialConstraint: the principal properties must be the key of Shop.Customer`,
	}, {
		name: "many principals", why: "a foreign key refers to one entity",
		do:   func(s *Schema) { s.Associations[0].Ends[0].Multiplicity = Many },
		want: `Shop.Customer_Orders: ReferentialConstraint: the principal role Buyer has the multiplicity *, but a dependent refers to one entity`,
	}, {
		name: "navigation without association", why: "it leads nowhere",
		do:   func(s *Schema) { nav(s).Relationship = "" },
		want: `Shop.Customer/Orders (shop.Customer): the navigation property has no Relationship`,
	}, {
		name: "unknown association", why: "a typing error",
		do:   func(s *Schema) { nav(s).Relationship = "Purchases" },
		want: `Shop.Customer/Orders (shop.Customer): there is no association Shop.Purchases`,
	}, {
		name: "unknown roles", why: "a typing error",
		do:   func(s *Schema) { nav(s).FromRole = "Customer" },
		want: `Shop.Customer/Orders (shop.Customer): the association Shop.Customer_Orders has no role "Customer" to be the FromRole`,
	}, {
		name: "one role", why: "it would lead back to where it starts",
		do:   func(s *Schema) { nav(s).ToRole = "Buyer" },
		want: `Shop.Customer/Orders (shop.Customer): FromRole and ToRole are both Buyer`,
	}, {
		name: "roles the wrong way round", why: "FromRole is the declaring type",
		do:   func(s *Schema) { n := nav(s); n.FromRole, n.ToRole = n.ToRole, n.FromRole },
		want: `Shop.Customer/Orders (shop.Customer): the role Orders of Shop.Customer_Orders is of type Shop.Order, but the navigation property is declared by Shop.Customer: they must be the same`,
	}, {
		name: "two navigations of one role", why: "they would be one relation with two names",
		do: func(s *Schema) {
			customer(s).NavigationProperties = append(customer(s).NavigationProperties,
				&NavigationProperty{Name: "Again", Relationship: "Friends", FromRole: "Of", ToRole: "Friend", Source: "shop.Customer.Again"})
		},
		want: `Shop.Customer/Again (shop.Customer.Again): it follows Shop.Friends from the role Of, as Friend does already`,
	}})
}

func TestMistakesInContainers(t *testing.T) {
	second := func(s *Schema) *EntityContainer {
		c := &EntityContainer{Name: "Second"}
		s.Containers = append(s.Containers, c)
		return c
	}
	runMistakes(t, []mistake{{
		name: "no default", why: "URLs without a container name would be ambiguous",
		do:   func(s *Schema) { second(s) },
		want: `Shop.Store: there are 2 containers and none is marked as the default: set IsDefault on one`,
	}, {
		name: "two defaults", why: "one at most",
		do:   func(s *Schema) { second(s).IsDefault = true; box(s).IsDefault = true },
		want: `Shop.Second: it is marked as the default container, as Shop.Store is: only one can be`,
	}, {
		name: "unknown extended container", why: "a typing error",
		do:   func(s *Schema) { box(s).Extends = "Shed" },
		want: `Shop.Store: there is no container Shop.Shed to extend`,
	}, {
		name: "cyclic containers", why: "sets would be part of themselves",
		do:   func(s *Schema) { c := second(s); c.IsDefault = true; c.Extends = "Store"; box(s).Extends = "Second" },
		want: `Shop.Second: it extends itself, by way of its base`,
	}, {
		name: "set of unknown type", why: "a typing error",
		do:   func(s *Schema) { box(s).EntitySets[0].EntityType = "Person"; box(s).FunctionImports = nil },
		want: `Shop.Store/Customers (main.go:1): there is no entity type Shop.Person`,
	}, {
		name: "set of a complex type", why: "sets hold entities",
		do: func(s *Schema) {
			box(s).EntitySets = append(box(s).EntitySets, &EntitySet{Name: "Homes", EntityType: "Address"})
		},
		want: `Shop.Store/Homes: there is no entity type Shop.Address`,
	}, {
		name: "set without type", why: "sets hold entities",
		do:   func(s *Schema) { box(s).EntitySets = append(box(s).EntitySets, &EntitySet{Name: "Homes"}) },
		want: `Shop.Store/Homes: the entity set has no entity type`,
	}, {
		name: "set without key", why: "entities could not be addressed",
		do: func(s *Schema) {
			s.EntityTypes = append(s.EntityTypes, &EntityType{Name: "Thing", Abstract: true})
			box(s).EntitySets = append(box(s).EntitySets, &EntitySet{Name: "Things", EntityType: "Thing"})
		},
		want: `Shop.Store/Things: the type Shop.Thing has no key, so its entities cannot be addressed`,
	}, {
		name: "duplicate set", why: "the first path segment is one name",
		do: func(s *Schema) {
			box(s).EntitySets = append(box(s).EntitySets, &EntitySet{Name: "Orders", EntityType: "Order"})
		},
		want: `Shop.Store/Orders: the name is taken twice, by an entity set and an entity set`,
	}, {
		name: "set and import of one name", why: "the first path segment is one name",
		do:   func(s *Schema) { imp(s, "Top").Name = "Orders" },
		want: `Shop.Store/Orders: the name is taken twice, by an entity set and a function import`,
	}, {
		name: "inherited set name", why: "extending is not redefining",
		do: func(s *Schema) {
			c := second(s)
			c.Extends, c.IsDefault = "Store", true
			c.EntitySets = []*EntitySet{{Name: "Orders", EntityType: "Order"}, {Name: "Top", EntityType: "Order"}}
		},
		want: "Shop.Second/Orders: the name is taken twice, by an entity set of Shop.Store and an entity set\n" +
			"Shop.Second/Top: the name is taken by a function import of Shop.Store",
	}, {
		name: "association set of nothing", why: "a typing error",
		do: func(s *Schema) { box(s).AssociationSets[1].Association = "Enemies" },
		want: "Shop.Customer/Friend (shop.Customer): the container Shop.Store has entity sets for both ends of Shop.Friends, but no association set to say which belong together\n" +
			"Shop.Store/Friends: there is no association Shop.Enemies",
	}, {
		name: "association set with unknown set and role", why: "a typing error",
		do: func(s *Schema) { e := &box(s).AssociationSets[1].Ends; e[0].EntitySet = "People"; e[1].Role = "Foe" },
		want: "Shop.Store/Friends: the container has no entity set \"People\" for the role \"Of\"\n" +
			"Shop.Store/Friends: the association Shop.Friends has no role \"Foe\"",
	}, {
		name: "association set with sets that do not fit", why: "orders are no customers",
		do:   func(s *Schema) { box(s).AssociationSets[0].Ends[0].EntitySet = "Orders" },
		want: `Shop.Store/Customer_Orders: the role Buyer is of type Shop.Customer, which the entity set Orders of type Shop.Order cannot hold`,
	}, {
		name: "association set of a self-relation without roles", why: "the types do not tell which end is which",
		do:   func(s *Schema) { e := &box(s).AssociationSets[1].Ends; e[0].Role, e[1].Role = "", "" },
		want: `Shop.Store/Friends: the entity types do not tell the ends apart: both ends need a role`,
	}, {
		name: "association set with one role", why: "a copying error",
		do:   func(s *Schema) { box(s).AssociationSets[1].Ends[1].Role = "Of" },
		want: `Shop.Store/Friends: both ends have the role Of`,
	}, {
		name: "association set twice", why: "navigation would lead to two sets",
		do: func(s *Schema) {
			again := *box(s).AssociationSets[0]
			again.Name = "Again"
			box(s).AssociationSets = append(box(s).AssociationSets, &again)
		},
		want: "Shop.Store/Again: the entity set Customers has the role Buyer of Shop.Customer_Orders in Shop.Store/Customer_Orders already\n" +
			"Shop.Store/Again: the entity set Orders has the role Orders of Shop.Customer_Orders in Shop.Store/Customer_Orders already",
	}, {
		name: "no association set", why: "clients could not tell where navigation leads",
		do: func(s *Schema) { box(s).AssociationSets = box(s).AssociationSets[1:] },
		want: "Shop.Customer/Orders (shop.Customer): the container Shop.Store has entity sets for both ends of Shop.Customer_Orders, but no association set to say which belong together\n" +
			"Shop.Order/Buyer (shop.Order.Buyer): the container Shop.Store has entity sets for both ends of Shop.Customer_Orders, but no association set to say which belong together",
	}})
}

func TestMistakesInFunctionImports(t *testing.T) {
	runMistakes(t, []mistake{{
		name: "unknown method", why: "service operations are GET or POST",
		do:   func(s *Schema) { imp(s, "Top").HTTPMethod = "PUT" },
		want: `Shop.Store/Top: m:HttpMethod is "PUT": it must be GET or POST`,
	}, {
		name: "service operation with attributes of operations", why: "m:HttpMethod excludes them",
		do: func(s *Schema) {
			f := imp(s, "Promote")
			f.HTTPMethod, f.IsComposable, f.SideEffecting = "POST", true, new(false)
		},
		want: "Shop.Store/Promote: m:HttpMethod makes it a service operation, which excludes IsBindable\n" +
			"Shop.Store/Promote: m:HttpMethod makes it a service operation, which excludes IsSideEffecting\n" +
			"Shop.Store/Promote: m:HttpMethod makes it a service operation, which excludes IsComposable\n" +
			"Shop.Store/Promote: m:HttpMethod makes it a service operation, which excludes EntitySetPath\n" +
			"Shop.Store/Promote/cust: the parameters of a service operation must be primitive, not Shop.Customer",
	}, {
		name: "bindable without parameter", why: "nothing to bind",
		do:   func(s *Schema) { imp(s, "Age").Parameters = nil },
		want: `Shop.Store/Age: it is bindable, but has no parameter to bind`,
	}, {
		name: "bound to a number", why: "operations are bound to entities",
		do:   func(s *Schema) { imp(s, "Age").Parameters[0].Type = "Edm.Int32" },
		want: `Shop.Store/Age/cust: the first parameter of a bindable import is bound to entities: its type must be an entity type or a collection of one, not Edm.Int32`,
	}, {
		name: "always bindable", why: "it must be bindable first",
		do:   func(s *Schema) { f := imp(s, "Age"); f.IsBindable, f.IsAlwaysBindable = false, true },
		want: `Shop.Store/Age: m:IsAlwaysBindable needs IsBindable`,
	}, {
		name: "composable action", why: "only functions compose",
		do:   func(s *Schema) { f := imp(s, "Age"); f.IsComposable, f.SideEffecting = true, new(true) },
		want: `Shop.Store/Age: it is composable, as only functions can be, and so cannot have side effects`,
	}, {
		name: "function without result", why: "it would do nothing",
		do:   func(s *Schema) { imp(s, "Age").ReturnType = "" },
		want: `Shop.Store/Age: a function must return something`,
	}, {
		name: "entities without a set", why: "entities need an address",
		do:   func(s *Schema) { imp(s, "Promote").EntitySetPath = "" },
		want: `Shop.Store/Promote: it returns entities of type Shop.Customer: name their set with EntitySet or EntitySetPath`,
	}, {
		name: "number with a set", why: "a number is no entity",
		do:   func(s *Schema) { imp(s, "Age").EntitySet = "Customers" },
		want: `Shop.Store/Age: it returns no entities, so it cannot have EntitySet or EntitySetPath`,
	}, {
		name: "set and path", why: "one of them",
		do:   func(s *Schema) { imp(s, "Promote").EntitySet = "Customers" },
		want: `Shop.Store/Promote: EntitySet and EntitySetPath exclude each other`,
	}, {
		name: "unknown set", why: "a typing error",
		do:   func(s *Schema) { imp(s, "Top").EntitySet = "People" },
		want: `Shop.Store/Top: the container has no entity set "People" to return entities of`,
	}, {
		name: "set of another type", why: "the set must be able to hold the result",
		do:   func(s *Schema) { imp(s, "Top").EntitySet = "Orders" },
		want: `Shop.Store/Top: it returns Shop.Customer, which the entity set Orders of type Shop.Order cannot hold`,
	}, {
		name: "path without binding parameter", why: "the path starts there",
		do:   func(s *Schema) { imp(s, "Promote").EntitySetPath = "level" },
		want: `Shop.Store/Promote: EntitySetPath "level" must begin with the name of the binding parameter`,
	}, {
		name: "path over unknown navigation", why: "a typing error",
		do:   func(s *Schema) { imp(s, "Promote").EntitySetPath = "cust/Buyer" },
		want: `Shop.Store/Promote: EntitySetPath: Shop.Customer has no navigation property "Buyer"`,
	}, {
		name: "path over an unrelated type", why: "a customer is never an order",
		do:   func(s *Schema) { imp(s, "Promote").EntitySetPath = "cust/Shop.Order" },
		want: `Shop.Store/Promote: EntitySetPath: Shop.Order is no type related to Shop.Customer`,
	}, {
		name: "path to another type", why: "the set must be able to hold the result",
		do:   func(s *Schema) { imp(s, "Promote").EntitySetPath = "cust/Orders" },
		want: `Shop.Store/Promote: EntitySetPath leads to Shop.Order, but Shop.Customer is returned`,
	}, {
		name: "unknown types", why: "a typing error",
		do:   func(s *Schema) { f := imp(s, "Age"); f.ReturnType = "Years"; f.Parameters[0].Type = "Client" },
		want: "Shop.Store/Age: there is no type Years to return\nShop.Store/Age/cust: there is no type Client",
	}, {
		name: "streams", why: "a stream is addressed, not passed",
		do: func(s *Schema) {
			box(s).FunctionImports = append(box(s).FunctionImports, &FunctionImport{Name: "Play", ReturnType: "Edm.Stream",
				Parameters: []*Parameter{{Name: "s", Type: "Edm.Stream"}, {Name: "s", Mode: "Inn"}}})
		},
		want: "Shop.Store/Play: a function import cannot return a stream\n" +
			"Shop.Store/Play/s: the parameter has no type\n" +
			"Shop.Store/Play/s: a parameter cannot be a stream\n" +
			"Shop.Store/Play/s: the name is taken twice, by a parameter and a parameter\n" +
			"Shop.Store/Play/s: Mode is \"Inn\": In, Out and InOut are the values",
	}, {
		name: "facet of a parameter", why: "parameters have facets too",
		do:   func(s *Schema) { imp(s, "Top").Parameters[0].MaxLength = new(3) },
		want: `Shop.Store/Top/n: the facet MaxLength does not go with the type Edm.Int32`,
	}, {
		name: "actions of one name and binding", why: "a POST would mean both",
		do: func(s *Schema) {
			box(s).FunctionImports = append(box(s).FunctionImports, &FunctionImport{Name: "Promote", IsBindable: true,
				Parameters: []*Parameter{{Name: "who", Type: "Customer"}}})
		},
		want: `Shop.Store/Promote: two actions of this name cannot be told apart: they must be bound to different types`,
	}, {
		name: "functions of one name and parameters", why: "parameters are told apart by name",
		do: func(s *Schema) {
			box(s).FunctionImports = append(box(s).FunctionImports, &FunctionImport{Name: "Age", IsBindable: true, IsComposable: true, ReturnType: "Edm.Int64",
				Parameters: []*Parameter{{Name: "who", Type: "Customer"}}})
		},
		want: `Shop.Store/Age: two functions of this name cannot be told apart: they must be bound to different types or have parameters of different names`,
	}, {
		name: "action and service operation of one name", why: "a POST would mean both",
		do:   func(s *Schema) { imp(s, "Top").Name = "Promote" },
		want: `Shop.Store/Promote: imports of one name must be all functions or all actions; service operations cannot share a name`,
	}, {
		name: "model functions", why: "they are checked like imports",
		do: func(s *Schema) {
			s.Functions = []*Function{
				{Name: "F", ReturnType: "Edm.Int32", Parameters: []*Parameter{{Name: "a", Type: "Ref(Customer)"}}},
				{Name: "F", ReturnType: "Collection(Ref(Address))", Parameters: []*Parameter{{Name: "b", Type: "Ref(Shop.Customer)", Mode: "Out"}}},
			}
		},
		want: "Shop.F: there is no entity type Shop.Address to refer to\n" +
			"Shop.F: two functions of this name have parameters of the same types\n" +
			"Shop.F/b: Mode is \"Out\": the parameters of a function are In",
	}, {
		name: "value terms", why: "terms have types and facets",
		do: func(s *Schema) {
			s.ValueTerms = []*ValueTerm{{Name: "T"}, {Name: "U", Type: "Edm.Int"}, {Name: "V", Type: "Edm.Int32", Facets: Facets{Unicode: new(true)}}}
		},
		want: "Shop.T: the value term has no type\n" +
			"Shop.U: there is no type Edm.Int\n" +
			"Shop.V: the facet Unicode does not go with the type Edm.Int32",
	}})
}

// All mistakes of a model come at once, each findable as an *Error.
func TestMistakesAreReportedTogether(t *testing.T) {
	m := shop()
	s := m.Schemas[0]
	m.DataServiceVersion = "4.0"
	s.Alias = "9"
	s.EntityTypes[1].BaseType = "Nobody"
	customer(s).Key = append(customer(s).Key, "Missing")
	prop(s, "ID").NotNull = false
	prop(s, "Name").MaxLength = new(0)
	prop(s, "Tags").NotNull = false
	addProp(s, &Property{Name: "Customer", Type: "Edm.Nonsense"})
	s.EnumTypes[0].Members[0].Name = ""
	s.Associations[1].Ends[0].Multiplicity = 0
	box(s).EntitySets[1].EntityType = "Nothing"
	imp(s, "Top").HTTPMethod = "PATCH"
	imp(s, "Age").ReturnType = ""

	err := m.Resolve()
	want := []string{
		"Model: DataServiceVersion is \"4.0\": 1.0, 2.0 and 3.0 are the versions of the protocol",
		"Shop: \"9\" cannot be the alias of Shop",
		"Shop.Color/: the member has no name",
		"Shop.Customer (shop.Customer): the key names \"Missing\", which is no property of the type",
		"Shop.Customer/Customer (shop.Customer): there is no type Edm.Nonsense",
		"Shop.Customer/Customer (shop.Customer): a member cannot have the name of its type",
		"Shop.Customer/ID (shop.Customer): a key property must not be null: set NotNull (Nullable=\"false\")",
		"Shop.Customer/Name (shop.Customer.Name): MaxLength is 0: it must be positive or Max",
		"Shop.Customer/Tags (shop.Customer): a collection can be empty but not null: set NotNull (Nullable=\"false\")",
		"Shop.Friends: the end \"Of\" has no multiplicity",
		"Shop.Store/Age: a function must return something",
		"Shop.Store/Orders: there is no entity type Shop.Nothing",
		"Shop.Store/Top: m:HttpMethod is \"PATCH\": it must be GET or POST",
		"Shop.Vip: there is no entity type Shop.Nobody to extend",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	var list Errors
	if !errors.As(err, &list) || len(list) != len(want) {
		t.Errorf("errors.As finds %d of %d mistakes", len(list), len(want))
	}
	var first *Error
	if !errors.As(err, &first) || first.Element != "Model" {
		t.Errorf("errors.As does not find the first mistake: %v", first)
	}
}

// Definitions read from a hostile document must not make Resolve slow or large.
func TestResolveBounds(t *testing.T) {
	t.Run("deep inheritance", func(t *testing.T) {
		s := &Schema{Namespace: "Deep", EntityTypes: []*EntityType{{Name: "T0", Abstract: true}}}
		for i := range 20_000 {
			s.EntityTypes = append(s.EntityTypes, &EntityType{
				Name: fmt.Sprint("T", i+1), BaseType: fmt.Sprint("T", i), Abstract: true})
		}
		err := (&Model{Schemas: []*Schema{s}}).Resolve()
		if err == nil || !strings.Contains(err.Error(), "more than 64 definitions extend one another") {
			t.Errorf("a chain of 20,000 types: %.200v", err)
		}
	})
	t.Run("wide inheritance", func(t *testing.T) {
		s := &Schema{Namespace: "Wide", EntityTypes: []*EntityType{{Name: "Base", Abstract: true}}}
		for i := range 1000 {
			s.EntityTypes[0].Properties = append(s.EntityTypes[0].Properties, &Property{Name: fmt.Sprint("P", i), Type: "Edm.Int32"})
		}
		for i := range 1000 {
			s.EntityTypes = append(s.EntityTypes, &EntityType{
				Name: fmt.Sprint("D", i), BaseType: "Base", Abstract: true,
				Properties: []*Property{{Name: "own", Type: "Edm.Int32"}}})
		}
		err := (&Model{Schemas: []*Schema{s}}).Resolve()
		if err == nil || !strings.Contains(err.Error(), "more than 262144 members") {
			t.Errorf("1,000 types that inherit 1,000 properties each: %.200v", err)
		}
	})
}

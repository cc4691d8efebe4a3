package csdl_test

import (
	. "github.com/pamodata/pamodata/metadata"
)

// kitchenSink sets every field of every definition at least once, except those
// that are not part of CSDL. TestKitchenSinkIsComplete holds it to that.
func kitchenSink() *Model {
	doc := func(text string) *Documentation {
		return &Documentation{Summary: "About " + text, LongDescription: " kept\n\tas it is <&>\"' ", Extensions: extensions("doc")}
	}
	annotated := func(term string) []Annotation {
		return []Annotation{{Term: term, Value: &AnnotationExpr{Kind: "String", Text: "x", InAttribute: true}}}
	}
	key := func() *Property { return &Property{Name: "Id", Type: "Edm.Int32", NotNull: true} }
	main := &Schema{
		Namespace: "Sink.Main", Alias: "Self", Version: "3.0",
		Usings:        []Using{{Namespace: "Sink.Old", Alias: "Old", Documentation: doc("using"), Extensions: extensions("using")}},
		Documentation: doc("schema"),
		Extensions:    extensions("schema"),
		EntityTypes: []*EntityType{{
			Name: "Base", Abstract: true, OpenType: true, HasStream: true,
			Key: []string{"Id"},
			Properties: []*Property{key(), {
				Name: "Text", Type: "Edm.String",
				Facets: Facets{DefaultValue: new("tab\tline\nreturn\r end"), MaxLength: new(MaxLengthMax), FixedLength: new(false),
					Unicode: new(true), Collation: "Latin1_General_CI_AS"},
				ConcurrencyMode: ConcurrencyNone,
				StoreGenerated:  StoreGeneratedNone,
				MimeType:        "text/plain; charset=utf-8",
				FeedMappings: []FeedMapping{
					{TargetPath: "SyndicationTitle", ContentKind: "text", KeepInContent: new(false)},
					{TargetPath: "ext/@text", NsURI: "urn:feed", NsPrefix: "f", KeepInContent: new(true)},
				},
				Documentation: doc("property"), Annotations: annotated("V.Property"), Extensions: extensions("property"),
			},
				{Name: "Money", Type: "Edm.Decimal", Facets: Facets{Precision: new(19), Scale: new(4), DefaultValue: new("")}, StoreGenerated: StoreGeneratedComputed},
				{Name: "Spot", Type: "Edm.GeographyPoint", Facets: Facets{SRID: new(4326)}, StoreGenerated: StoreGeneratedIdentity},
				{Name: "Shape", Type: "Edm.Geometry", Facets: Facets{SRID: new(SRIDVariable)}},
				{Name: "Stamp", Type: "Edm.Binary", NotNull: true, ConcurrencyMode: ConcurrencyFixed, Facets: Facets{MaxLength: new(8)}},
				{Name: "Where", Type: "Self.Place", CollectionKind: "None"},
				{Name: "Tones", Type: "Tone", NotNull: true, CollectionKind: "List"},
			},
			FeedMappings:  []FeedMapping{{SourcePath: "Where/City", TargetPath: "SyndicationSummary", ContentKind: "html"}},
			Documentation: doc("entity type"), Annotations: annotated("V.EntityType"), Extensions: extensions("entity"),
		}, {
			Name: "Item", BaseType: "Self.Base",
			NavigationProperties: []*NavigationProperty{{
				Name: "Parts", Relationship: "Self.Item_Parts", FromRole: "Whole", ToRole: "Parts", ContainsTarget: true,
				Documentation: doc("navigation"), Annotations: annotated("V.Navigation"), Extensions: extensions("navigation"),
			}},
		}, {
			Name: "Part", Key: []string{"Id"},
			Properties: []*Property{key(), {Name: "WholeId", Type: "Edm.Int32"}},
		}},
		ComplexTypes: []*ComplexType{{
			Name: "Place", Abstract: true, Properties: []*Property{{Name: "City", Type: "String"}},
			Documentation: doc("complex type"), Annotations: annotated("V.ComplexType"), Extensions: extensions("complex"),
		}, {
			Name: "Street", BaseType: "Place", Properties: []*Property{{Name: "Number", Type: "Edm.Int16"}},
		}},
		EnumTypes: []*EnumType{{
			Name: "Tone", UnderlyingType: "Edm.Int64", IsFlags: true,
			Members: []EnumMember{{Name: "Loud"}, {
				Name: "Soft", Value: new(int64(-9223372036854775808)),
				Documentation: doc("member"), Annotations: annotated("V.Member"), Extensions: extensions("member"),
			}},
			Documentation: doc("enum type"), Annotations: annotated("V.EnumType"), Extensions: extensions("enum"),
		}},
		Associations: []*Association{{
			Name: "Item_Parts",
			Ends: [2]AssociationEnd{
				{Type: "Item", Role: "Whole", Multiplicity: ZeroOrOne, OnDelete: OnDeleteCascade, Documentation: doc("end"), Extensions: extensions("end")},
				{Type: "Part", Role: "Parts", Multiplicity: Many, OnDelete: OnDeleteNone},
			},
			Constraint: &ReferentialConstraint{
				PrincipalRole: "Whole", PrincipalProperties: []string{"Id"}, DependentRole: "Parts", DependentProperties: []string{"WholeId"},
				Documentation: doc("constraint"), Extensions: extensions("constraint"),
			},
			Documentation: doc("association"), Annotations: annotated("V.Association"), Extensions: extensions("association"),
		}, relation("Self_Self", "Part", "Left", One, "Part", "Right", One)},
		Functions: []*Function{{
			Name: "Weigh", ReturnType: "Collection(Ref(Item))",
			Parameters: []*Parameter{
				{Name: "part", Type: "Ref(Self.Part)"},
				{Name: "limit", Type: "Edm.Decimal", NotNull: true, Mode: "In", Facets: Facets{Precision: new(5)},
					Documentation: doc("parameter"), Annotations: annotated("V.Parameter"), Extensions: extensions("parameter")},
			},
			DefiningExpression: "\n SELECT VALUE i FROM Items AS i WHERE i.Weight < limit ",
			Documentation:      doc("function"), Annotations: annotated("V.Function"), Extensions: extensions("function"),
		}},
		ValueTerms: []*ValueTerm{{
			Name: "Title", Type: "Edm.String", NotNull: true, Facets: Facets{MaxLength: new(5)},
			Documentation: doc("term"), Extensions: extensions("term"),
		}},
		Containers: []*EntityContainer{{
			Name: "Box", Extends: "Old.Crate", IsDefault: true,
			EntitySets: []*EntitySet{
				{Name: "Items", EntityType: "Item", Documentation: doc("set"), Annotations: annotated("V.EntitySet"), Extensions: extensions("set")},
				{Name: "Parts", EntityType: "Part"},
			},
			AssociationSets: []*AssociationSet{{
				Name: "Item_Parts", Association: "Item_Parts",
				Ends: [2]AssociationSetEnd{
					{Role: "Whole", EntitySet: "Items", Documentation: doc("set end"), Extensions: extensions("set-end")},
					{Role: "Parts", EntitySet: "Parts"},
				},
				Documentation: doc("association set"), Annotations: annotated("V.AssociationSet"), Extensions: extensions("association-set"),
			}},
			FunctionImports: []*FunctionImport{{
				Name: "Split", ReturnType: "Collection(Part)", EntitySetPath: "whole/Parts", SideEffecting: new(true),
				IsBindable: true, IsAlwaysBindable: true,
				Parameters: []*Parameter{{Name: "whole", Type: "Item"}, {Name: "tone", Type: "Tone", Mode: "InOut"},
					{Name: "name", Type: "Edm.String", Facets: Facets{MaxLength: new(9)}}},
				Documentation: doc("import"), Annotations: annotated("V.FunctionImport"), Extensions: extensions("import"),
			}, {
				Name: "Count", ReturnType: "Edm.Int64", IsComposable: true,
			}, {
				Name: "Find", ReturnType: "Part", EntitySet: "Parts", HTTPMethod: "POST",
			}},
			Documentation: doc("container"), Annotations: annotated("V.Container"), Extensions: extensions("container"),
		}},
		Annotations: []*Annotations{{
			Target: "Self.Item/Parts", Qualifier: "Phone", Annotations: expressions(), Extensions: extensions("annotations"),
		}},
	}
	return &Model{
		DataServiceVersion: "2.0", MaxDataServiceVersion: "3.0",
		Schemas: []*Schema{main, {
			Namespace: "Sink.Old", Version: "1.1",
			Containers: []*EntityContainer{{Name: "Crate"}},
		}},
		Extensions: Extensions{
			Attributes: []Attribute{{Space: "urn:sink", Name: "on", Value: "model"}},
			Elements: []string{
				`<edmx:Reference Url="http://h/$metadata" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"/>`,
				`<x:services xmlns:x="urn:sink"/>`,
			},
		},
	}
}

func extensions(name string) Extensions {
	return Extensions{
		Attributes: []Attribute{
			{Space: "urn:sink", Name: "on-" + name, Value: " <" + name + "> \t\n\r"},
			{Space: "http://www.w3.org/XML/1998/namespace", Name: "lang", Value: "en"},
			{Space: "urn:sink:2", Name: "größe", Value: "1"},
		},
		Elements: []string{
			`<x:note xmlns:x="urn:sink" xmlns="urn:other" x:a="&lt;&#xA;">text <b>mixed</b> &amp; <x:i xml:lang="de"/> more</x:note>`,
			`<x:` + name + ` xmlns:x="urn:sink"/>`,
		},
	}
}

// expressions has every kind of annotation expression.
func expressions() []Annotation {
	var list []Annotation
	add := func(name string, x *AnnotationExpr) {
		list = append(list, Annotation{Term: "V." + name, Value: x})
	}
	constant := func(kind, text string) *AnnotationExpr { return &AnnotationExpr{Kind: kind, Text: text} }
	for kind, text := range map[string]string{
		"Binary": "0aFF", "Bool": "true", "DateTime": "2000-01-01T16:00:00.000Z", "DateTimeOffset": "2000-01-01T16:00:00.000Z",
		"Decimal": "3.14", "Float": "INF", "Guid": "21ec2020-3aea-1069-a2dd-08002b30309d", "Int": "-42", "Path": "Home/City",
		"String": " two\n lines ", "Time": "PT1H",
	} {
		add(kind, constant(kind, text))
		add(kind, &AnnotationExpr{Kind: kind, Text: text, InAttribute: true})
	}
	add("Empty", &AnnotationExpr{Kind: "String", InAttribute: true})
	add("EmptyElement", &AnnotationExpr{Kind: "String"})
	for _, kind := range []string{"EntitySetReference", "EnumMemberReference", "FunctionReference", "LabeledElementReference",
		"ParameterReference", "PropertyReference"} {
		add(kind, constant(kind, "Sink.Some/Thing"))
	}
	add("Overload", constant("FunctionReference", "Sink.Area(Edm.Int32,Collection(Edm.String))"))
	add("Term", constant("ValueTermReference", "Sink.Main.Title#Phone"))
	add("Null", &AnnotationExpr{Kind: "Null", Extensions: extensions("null")})
	add("Nested", &AnnotationExpr{Kind: "Collection", Items: []*AnnotationExpr{
		{Kind: "If", Items: []*AnnotationExpr{constant("Path", "IsOld"), constant("String", "old"), constant("Null", "")}},
		{Kind: "Apply", Text: "Sink.Concat", Items: []*AnnotationExpr{constant("String", "a"), constant("Path", "Name")}},
		{Kind: "AssertType", Text: "Edm.String", Items: []*AnnotationExpr{constant("Path", "Name")}},
		{Kind: "IsType", Text: "Collection(Edm.String)", Items: []*AnnotationExpr{constant("Path", "Name")}},
		{Kind: "LabeledElement", Text: "Here", Items: []*AnnotationExpr{constant("Int", "1")}},
		{Kind: "Record", Text: "Self.Place", Extensions: extensions("record"), Properties: []AnnotationProperty{
			{Property: "City", Value: constant("String", "Bonn"), Extensions: extensions("value")},
			{Property: "Zip", Value: &AnnotationExpr{Kind: "Int", Text: "53111", InAttribute: true}},
		}},
	}})
	list = append(list,
		Annotation{Term: "V.Type", Qualifier: "Tablet", IsType: true, Extensions: extensions("type"), Properties: []AnnotationProperty{
			{Property: "P", Value: &AnnotationExpr{Kind: "Record", Properties: []AnnotationProperty{{Property: "Q", Value: constant("Null", "")}}}}}},
		Annotation{Term: "V.NoValue", Extensions: extensions("value")},
		Annotation{Term: "V.Empty", IsType: true},
	)
	return list
}

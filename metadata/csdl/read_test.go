package csdl_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
)

// wrap puts the content of a schema into a document; line 4 is its first line.
func wrap(content string) string {
	return wrapIn("http://schemas.microsoft.com/ado/2009/11/edm", content)
}

func wrapIn(space, content string) string {
	return `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="S" xmlns="` + space + `" xmlns:x="urn:x">
` + content + `
</Schema></edmx:DataServices></edmx:Edmx>`
}

func TestReadVersions(t *testing.T) {
	for space, version := range map[string]string{
		"http://schemas.microsoft.com/ado/2006/04/edm": "1.0",
		"http://schemas.microsoft.com/ado/2007/05/edm": "1.1",
		"http://schemas.microsoft.com/ado/2008/01/edm": "1.2",
		"http://schemas.microsoft.com/ado/2008/09/edm": "2.0",
		"http://schemas.microsoft.com/ado/2009/08/edm": "2.0",
		"http://schemas.microsoft.com/ado/2009/11/edm": "3.0",
	} {
		m := read(t, []byte(wrapIn(space, `<ComplexType Name="C"><Property Name="P" Type="Int32"/></ComplexType>`)))
		if got := m.Schemas[0].Version; got != version {
			t.Errorf("a schema in %s has version %s, want %s", space, got, version)
		}
		if again := read(t, marshal(t, m)); again.Schemas[0].Version != version {
			t.Errorf("version %s is written as %s", version, again.Schemas[0].Version)
		}
	}
}

type form struct {
	name, why, in string
	want          *Schema
}

// forms are those of CSDL that mean the same as the one that is written.
var forms = []form{
	{"TypeRef", "the element form of a type", `<ComplexType Name="C"><Property Name="P"><TypeRef Type="Edm.String" Nullable="false" MaxLength="9"/></Property></ComplexType>`,
		property(&Property{Type: "Edm.String", NotNull: true, Facets: Facets{MaxLength: new(9)}})},
	{"CollectionType", "the attribute form of a collection", `<ComplexType Name="C"><Property Name="P" Nullable="false"><CollectionType ElementType="Edm.String" Unicode="0"/></Property></ComplexType>`,
		property(&Property{Type: "Collection(Edm.String)", NotNull: true, Facets: Facets{Unicode: new(false)}})},
	{"nested CollectionType", "the element form of a collection", `<ComplexType Name="C"><Property Name="P" Nullable="false"><CollectionType><TypeRef Type="Edm.Decimal" Precision="3"/></CollectionType></Property></ComplexType>`,
		property(&Property{Type: "Collection(Edm.Decimal)", NotNull: true, Facets: Facets{Precision: new(3)}})},
	{"stated defaults", "they mean the same as nothing", `<ComplexType Name="C" Abstract="false" OpenType="false"><Property Name="P" Type="Edm.Int32" Nullable="true"/></ComplexType>`,
		property(&Property{Type: "Edm.Int32"})},
	{"keywords in lower case", "some tools write max", `<ComplexType Name="C"><Property Name="P" Type="Edm.String" MaxLength="max"/></ComplexType>`,
		property(&Property{Type: "Edm.String", Facets: Facets{MaxLength: new(MaxLengthMax)}})},
	{"feed mappings by number", "numbers order them and need not be gapless", `<ComplexType Name="C"><Property Name="P" Type="Edm.String" m:FC_TargetPath_7="SyndicationSummary" m:FC_TargetPath_2="SyndicationTitle" m:FC_KeepInContent_2="true"/></ComplexType>`,
		property(&Property{Type: "Edm.String", FeedMappings: []FeedMapping{{TargetPath: "SyndicationTitle", KeepInContent: new(true)}, {TargetPath: "SyndicationSummary"}}})},
	{"unknown metadata attribute", "extensions of the protocol are kept", `<ComplexType Name="C"><Property Name="P" Type="Edm.String" m:FC_CriteriaValue="v"/></ComplexType>`,
		property(&Property{Type: "Edm.String", Extensions: Extensions{Attributes: []Attribute{{Space: "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata", Name: "FC_CriteriaValue", Value: "v"}}}})},
	{"ReturnType element", "carries the set", `<EntityType Name="E"><Key><PropertyRef Name="I"/></Key><Property Name="I" Type="Edm.Int32" Nullable="false"/></EntityType>
			<EntityContainer Name="B" m:IsDefaultEntityContainer="1"><EntitySet Name="Es" EntityType="S.E"/><FunctionImport Name="F"><ReturnType Type="Collection(S.E)" EntitySet="Es"/></FunctionImport></EntityContainer>`,
		&Schema{
			EntityTypes: []*EntityType{{Name: "E", Key: []string{"I"}, Properties: []*Property{{Name: "I", Type: "Edm.Int32", NotNull: true}}}},
			Containers: []*EntityContainer{{Name: "B", IsDefault: true, EntitySets: []*EntitySet{{Name: "Es", EntityType: "S.E"}},
				FunctionImports: []*FunctionImport{{Name: "F", ReturnType: "Collection(S.E)", EntitySet: "Es"}}}}}},
	{"ReturnType with a type element", "every form in every place", `<EntityContainer Name="B" m:IsDefaultEntityContainer="true"><FunctionImport Name="F"><ReturnType><CollectionType ElementType="Int32"/></ReturnType></FunctionImport></EntityContainer>`,
		&Schema{Containers: []*EntityContainer{{Name: "B", IsDefault: true, FunctionImports: []*FunctionImport{{Name: "F", ReturnType: "Collection(Int32)"}}}}}},
	{"function", "ReferenceType and its collection", `<EntityType Name="E" Abstract="true"/><Function Name="F"><Parameter Name="p"><ReferenceType Type="S.E"/></Parameter><ReturnType><CollectionType><ReferenceType Type="S.E"/></CollectionType></ReturnType><DefiningExpression><![CDATA[1 < 2]]></DefiningExpression></Function>`,
		&Schema{EntityTypes: []*EntityType{{Name: "E", Abstract: true}},
			Functions: []*Function{{Name: "F", ReturnType: "Collection(Ref(S.E))", DefiningExpression: "1 < 2", Parameters: []*Parameter{{Name: "p", Type: "Ref(S.E)"}}}}}},
	{"comments", "they say nothing", "<!-- c --><ComplexType Name='C'><?pi?><!-- c --><Property Name='P' Type='Edm.Int32'><!-- c --></Property></ComplexType>",
		property(&Property{Type: "Edm.Int32"})},
	{"foreign element", "it takes the namespaces around it along", `<ComplexType Name="C"><x:a b="1" x:b="2"><c/><!-- gone --><x:d xmlns:x="urn:y">t<!-- gone -->u</x:d></x:a></ComplexType>`,
		&Schema{ComplexTypes: []*ComplexType{{Name: "C", Extensions: Extensions{Elements: []string{
			`<x:a b="1" x:b="2" xmlns="http://schemas.microsoft.com/ado/2009/11/edm" xmlns:x="urn:x"><c/><x:d xmlns:x="urn:y">tu</x:d></x:a>`}}}}}},
	{"function reference with parameters", "one overload", `<ComplexType Name="C"><ValueAnnotation Term="T"><FunctionReference Name="N.F"><Parameter Type="Edm.Int32"/><Parameter><CollectionType ElementType="Edm.String"/></Parameter></FunctionReference></ValueAnnotation></ComplexType>`,
		annotated(Annotation{Term: "T", Value: &AnnotationExpr{Kind: "FunctionReference", Text: "N.F(Edm.Int32,Collection(Edm.String))"}})},
	{"IsType with a type element", "the element form of a type", `<ComplexType Name="C"><ValueAnnotation Term="T"><IsType><TypeRef Type="Edm.Int32"/><Path>A</Path></IsType></ValueAnnotation></ComplexType>`,
		annotated(Annotation{Term: "T", Value: &AnnotationExpr{Kind: "IsType", Text: "Edm.Int32", Items: []*AnnotationExpr{{Kind: "Path", Text: "A"}}}})},
}

func property(p *Property) *Schema {
	p.Name = "P"
	return &Schema{ComplexTypes: []*ComplexType{{Name: "C", Properties: []*Property{p}}}}
}

func annotated(a Annotation) *Schema {
	return &Schema{ComplexTypes: []*ComplexType{{Name: "C", Annotations: []Annotation{a}}}}
}

func TestReadForms(t *testing.T) {
	for _, tt := range forms {
		t.Run(tt.name, func(t *testing.T) {
			m, err := csdl.ReadDefinitions(strings.NewReader(wrap(tt.in)))
			if err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			tt.want.Namespace, tt.want.Version = "S", "3.0"
			if diff := cmp.Diff(tt.want, m.Schemas[0], exported); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if err := m.Resolve(); err != nil {
				t.Fatalf("%s: %v", tt.why, err)
			}
			if diff := cmp.Diff(m, read(t, marshal(t, m)), exported); diff != "" {
				t.Errorf("written and read again it is something else (-first +second):\n%s", diff)
			}
		})
	}
}

// Documents that are refused, and what the error says.
func TestReadRefuses(t *testing.T) {
	schema := func(content string) string { return wrap(content) }
	property := func(attributes, content string) string {
		return wrap(`<ComplexType Name="C"><Property Name="P" ` + attributes + `>` + content + `</Property></ComplexType>`)
	}
	for _, tt := range []struct{ name, why, in, want string }{
		{"empty", "no document", "", "line 1, column 1: the document has no root element"},
		{"only a declaration", "no root", `<?xml version="1.0"?>`, "line 1, column 22: the document has no root element"},
		{"text", "no XML", "hello", "line 1, column 1: there is text outside the root element"},
		{"document type", "no DTDs, whatever they hold", "<!DOCTYPE a SYSTEM 'http://127.0.0.1/x'>\n<a/>", "line 1, column 1: document type declarations are not accepted"},
		{"billion laughs", "no entities", `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>`, "line 1, column 1: document type declarations are not accepted"},
		{"document type later", "not before the root only", "<a>\n<!DOCTYPE b></a>", "line 2, column 1: document type declarations are not accepted"},
		{"entity", "only the five of XML", property(`Type="&type;"`, ""), "line 4, column 54: no well-formed XML: invalid character entity &type;"},
		{"two roots", "one root", "<a/>\n<b/>", "line 2, column 1: there is a second root element, b"},
		{"trailing text", "nothing after the root", "<a/>\nx", "line 1, column 5: there is text outside the root element"},
		{"late declaration", "the declaration comes first", "\n<?xml version='1.0'?><a/>", "line 2, column 1: the XML declaration is not at the beginning"},
		{"other encoding", "UTF-8 only", "<?xml version='1.0' encoding='iso-8859-1'?><a/>", "line 1, column 44: the encoding must be UTF-8"},
		{"bad UTF-8", "UTF-8 only", "<a>\xff</a>", "line 1, column 5: no well-formed XML: invalid UTF-8"},
		{"control character", "XML has no NUL", "<a>&#0;</a>", "line 1, column 8: no well-formed XML: illegal character code U+0000"},
		{"duplicate attribute", "XML forbids it", "<a b='1' b='2'/>", "line 1, column 1: the element a has the attribute b twice"},
		{"duplicate attribute by namespace", "namespaces forbid it", "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", "line 1, column 1: the element a has the attribute q:b twice"},
		{"undeclared prefix", "namespaces forbid it", "<a>\n <p:b/></a>", "line 2, column 2: the namespace prefix p of p:b is not declared"},
		{"undeclared attribute prefix", "namespaces forbid it", "<a p:b=''/>", "line 1, column 1: the namespace prefix p of p:b is not declared"},
		{"prefix out of scope", "a declaration ends with its element", "<a><b xmlns:p='u'/><p:c/></a>", "line 1, column 20: the namespace prefix p of p:c is not declared"},
		{"empty prefix declaration", "namespaces forbid it", "<a xmlns:p=''/>", "line 1, column 1: the namespace prefix p is declared empty"},
		{"redeclared xml", "namespaces forbid it", "<a xmlns:xml='u'/>", "line 1, column 1: the namespace prefix xml cannot be declared so"},
		{"two colons", "namespaces forbid it", "<a:b:c/>", `line 1, column 7: no well-formed XML: expected element name after <`},
		{"mismatched tags", "XML forbids it", "<a><b></a></b>", "line 1, column 7: the element b is closed by the end tag of a"},
		{"stray end tag", "XML forbids it", "</a>", "line 1, column 1: the end tag of a has no start"},
		{"open element", "XML forbids it", "<a>\n<b>", "line 2, column 4: the element b is not closed"},
		{"open tag", "XML forbids it", "<a b='", "line 1, column 7: no well-formed XML: unexpected EOF"},
		{"too deep", "64 levels", strings.Repeat("<a>", 100_000), "line 1, column 193: elements nest deeper than 64 levels"},
		{"too many attributes", "256 on one element", "<a " + strings.Repeat("b='' ", 257) + "/>", "line 1, column 1: the element a has more than 256 attributes"},
		{"too many namespaces", "256 in force, so that names are found quickly", strings.Repeat("<a xmlns:b='u' xmlns:c='u' xmlns:d='u' xmlns:e='u' xmlns:f='u'>", 60), "line 1, column 3214: more than 256 namespace declarations are in force"},
		{"tag too long", "256 KiB", "<a " + strings.Repeat("b='' ", 100_000) + "/>", "line 1, column 1: the tag is longer than 262144 bytes"},
		{"too many elements", "memory is bounded by more than bytes", "<a>" + strings.Repeat("<b/>", 200_000) + "</a>", "line 1, column 524288: there are more than 131072 elements"},
		{"too large", "4 MiB", "<a>" + strings.Repeat("    ", 1<<20) + "</a>", "line 1, column 1: the document is larger than 4194304 bytes"},

		{"other root", "this reads $metadata", "<feed xmlns='http://www.w3.org/2005/Atom'/>", "line 1, column 1: the root element is feed, not Edmx in http://schemas.microsoft.com/ado/2007/06/edmx"},
		{"OData V4", "another protocol", `<e:Edmx Version="4.0" xmlns:e="http://docs.oasis-open.org/odata/ns/edmx"/>`, "line 1, column 1: this is metadata of OData V4; versions 1 to 3 can be read"},
		{"EDMX of the designer", "another file format", `<e:Edmx Version="3.0" xmlns:e="http://schemas.microsoft.com/ado/2007/06/edmx"/>`, `line 1, column 1: the Version of Edmx is "3.0"; services of OData V1 to V3 have "1.0"`},
		{"no DataServices", "nothing is described", `<e:Edmx Version="1.0" xmlns:e="http://schemas.microsoft.com/ado/2007/06/edmx"/>`, "line 1, column 1: there is no DataServices element"},
		{"unknown element", "it could mean anything", schema("\n  <EntityTipe/>"), "line 5, column 3: the element EntityTipe of the namespace http://schemas.microsoft.com/ado/2009/11/edm cannot stand in Schema here"},
		{"element of another version", "one version to a schema", schema(`<EntityType xmlns="http://schemas.microsoft.com/ado/2008/09/edm"/>`), "line 4, column 1: the element EntityType of the namespace http://schemas.microsoft.com/ado/2008/09/edm cannot stand in Schema here"},
		{"element without namespace", "extensions have one", schema(`<a xmlns=""/>`), "line 4, column 1: the element a in Schema has no namespace"},
		{"unknown attribute", "it could mean anything", property(`Type="Edm.Int32" Nulable="false"`, ""), "line 4, column 23: the element Property has no attribute Nulable"},
		{"prefixed CSDL attribute", "CSDL attributes have no namespace", schema(`<ComplexType xmlns:e="http://schemas.microsoft.com/ado/2009/11/edm" e:Name="C"/>`), "line 4, column 1: the attribute e:Name of the element ComplexType must not have a namespace"},
		{"text between elements", "it could mean anything", schema("<ComplexType Name='C'>x</ComplexType>"), "line 4, column 1: the element ComplexType contains text"},
		{"open complex type", "V3 has none", schema(`<ComplexType Name="C" OpenType="true"/>`), "line 4, column 1: a complex type cannot be open in OData V3"},
		{"bad boolean", "true or false", property(`Type="Edm.Int32" Nullable="no"`, ""), `line 4, column 23: Nullable of the element Property is "no": it must be true or false`},
		{"bad number", "digits", property(`Type="Edm.String" MaxLength="ten"`, ""), `line 4, column 23: MaxLength of the element Property is "ten": it must be a number from 0 to 2147483647`},
		{"negative number", "-1 is not Max", property(`Type="Edm.String" MaxLength="-1"`, ""), `line 4, column 23: MaxLength of the element Property is "-1": it must be a number from 0 to 2147483647`},
		{"bad keyword", "two modes", property(`Type="Edm.String" ConcurrencyMode="fixed"`, ""), `line 4, column 23: ConcurrencyMode of the element Property is "fixed": it must be one of Fixed, None`},
		{"type twice", "which one?", property(`Type="Edm.String"`, `<TypeRef Type="Edm.Int32"/>`), "line 4, column 60: the type is given twice"},
		{"row type", "no meaning in OData", property("", "<RowType/>"), "line 4, column 43: row types exist for queries of Entity Framework and have no meaning in OData"},
		{"documentation twice", "which one?", property(`Type="Edm.String"`, "<Documentation/><Documentation/>"), "line 4, column 76: there is a second Documentation element"},
		{"key twice", "which one?", schema(`<EntityType Name="E"><Key><PropertyRef Name="A"/></Key><Key><PropertyRef Name="A"/></Key></EntityType>`), "line 4, column 56: there is a second Key element"},
		{"empty key", "a key of nothing", schema(`<EntityType Name="E"><Key/></EntityType>`), "line 4, column 22: the element Key names no property"},
		{"three ends", "a relation has two sides", schema(`<Association Name="A"><End/><End/><End/></Association>`), "line 4, column 1: the association A has 3 ends instead of 2"},
		{"no principal", "a constraint has two sides", schema(`<Association Name="A"><End/><End/><ReferentialConstraint/></Association>`), "line 4, column 35: the element ReferentialConstraint has no Principal"},
		{"two values", "an annotation has one", schema(`<Annotations Target="S"><ValueAnnotation Term="T" String="a"><Int>1</Int></ValueAnnotation></Annotations>`), "line 4, column 62: the element ValueAnnotation has more than one value"},
		{"element in text", "text only", schema(`<Annotations Target="S"><ValueAnnotation Term="T"><Int><x:b/></Int></ValueAnnotation></Annotations>`), "line 4, column 56: the element Int holds text only, not x:b"},
		{"mistakes of the model", "Read resolves", property(`Type="Edm.Nonsense"`, ""), "S.C/P: there is no type Edm.Nonsense"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := csdl.Read(strings.NewReader(tt.in))
			if err == nil {
				t.Fatalf("it was read as %v (%s)", m, tt.why)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			var syntax *csdl.SyntaxError
			var mistakes Errors
			if !errors.As(err, &syntax) && !errors.As(err, &mistakes) {
				t.Errorf("the error is a %T", err)
			}
		})
	}
}

func TestMaxBytes(t *testing.T) {
	document := wrap("")
	for _, tt := range []struct {
		name, why string
		limit     int
		ok        bool
	}{
		{"exact", "the limit itself is within", len(document), true},
		{"one less", "one byte too many", len(document) - 1, false},
		{"zero", "means the default", 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := csdl.Read(strings.NewReader(document), csdl.MaxBytes(tt.limit)); (err == nil) != tt.ok {
				t.Errorf("error %v: %s", err, tt.why)
			}
		})
	}
}

func TestReadByteOrderMark(t *testing.T) {
	read(t, []byte("\uFEFF"+wrap("")))
}

// A reader's own failure is not a mistake of the document.
func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken pipe")
	_, err := csdl.Read(failing{broken})
	if !errors.Is(err, broken) {
		t.Errorf("Read returns %v, which does not wrap the reader's error", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

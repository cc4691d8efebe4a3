package csdl_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
)

// Models that have no document, and what the error says.
func TestWriteRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, why string
		schema    Schema
		want      string
	}{
		{"control character", "XML 1.0 has no place for it, not even escaped",
			Schema{ComplexTypes: []*ComplexType{{Name: "C", Properties: []*Property{{Name: "P", Type: "Edm.String", Facets: Facets{DefaultValue: new("a\x00b")}}}}}},
			`csdl: Edmx/DataServices/Schema S/ComplexType C/Property P: DefaultValue "a\x00b" has characters that XML cannot hold`},
		{"noncharacter", "U+FFFF is excluded too",
			Schema{Documentation: &Documentation{Summary: "\uFFFF"}},
			`csdl: Edmx/DataServices/Schema S/Documentation/Summary: Summary "\uffff" has characters that XML cannot hold`},
		{"bad UTF-8", "it would be replaced silently",
			Schema{Annotations: []*Annotations{{Target: "S", Annotations: []Annotation{{Term: "T", Value: &AnnotationExpr{Kind: "String", Text: "\xff"}}}}}},
			`csdl: Edmx/DataServices/Schema S/Annotations S/ValueAnnotation T/String: String "\xff" has characters that XML cannot hold`},
		{"extension that is no XML", "the document would be broken",
			Schema{Extensions: Extensions{Elements: []string{"<x:a xmlns:x='urn:x'>"}}},
			`csdl: Edmx/DataServices/Schema S: an extension element is no XML: line 1, column 22: the element x:a is not closed`},
		{"two extensions in one", "each has a place of its own",
			Schema{Extensions: Extensions{Elements: []string{"<a xmlns='urn:x'/><b/>"}}},
			`csdl: Edmx/DataServices/Schema S: an extension element is no XML: line 1, column 19: there is a second root element, b`},
		{"extension in no namespace", "it would become CSDL",
			Schema{Extensions: Extensions{Elements: []string{"<Property/>"}}},
			`csdl: Edmx/DataServices/Schema S: the extension element Property is not in a foreign namespace`},
		{"extension in the CSDL namespace", "it would become CSDL",
			Schema{Extensions: Extensions{Elements: []string{"<a xmlns='http://schemas.microsoft.com/ado/2009/11/edm'/>"}}},
			`csdl: Edmx/DataServices/Schema S: the extension element a is not in a foreign namespace`},
		{"deep extension", "readers accept 64 levels",
			Schema{Extensions: Extensions{Elements: []string{"<a xmlns='urn:x'>" + strings.Repeat("<a>", 62) + strings.Repeat("</a>", 62) + "</a>"}}},
			`csdl: Edmx/DataServices/Schema S: the extension element a nests too deep`},
		{"extension attribute in no namespace", "it would become CSDL",
			Schema{Extensions: Extensions{Attributes: []Attribute{{Name: "Alias", Value: "x"}}}},
			`csdl: Edmx/DataServices/Schema S: the extension attribute {}Alias has no name of its own in a foreign namespace`},
		{"extension attribute with markup", "names are not escaped",
			Schema{Extensions: Extensions{Attributes: []Attribute{{Space: "urn:x", Name: "a='' b", Value: "x"}}}},
			`csdl: Edmx/DataServices/Schema S: the extension attribute {urn:x}a='' b has no name of its own in a foreign namespace`},
		{"extension attribute twice", "XML forbids it",
			Schema{Extensions: Extensions{Attributes: []Attribute{{Space: "urn:x", Name: "a"}, {Space: "urn:x", Name: "a"}}}},
			`csdl: Edmx/DataServices/Schema S: the attribute p1:a would stand twice`},
		{"extended constant", "a constant is text only",
			Schema{Annotations: []*Annotations{{Target: "S", Annotations: []Annotation{{Term: "T", Value: &AnnotationExpr{Kind: "Int", Text: "1",
				Extensions: Extensions{Attributes: []Attribute{{Space: "urn:x", Name: "a"}}}}}}}}},
			`csdl: Edmx/DataServices/Schema S/Annotations S/ValueAnnotation T: the Int expression cannot be extended`},
		{"mistake in the model", "nothing invalid is written",
			Schema{ComplexTypes: []*ComplexType{{Name: "C", Properties: []*Property{{Name: "P"}}}}},
			`S.C/P: the property has no type`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.schema.Namespace = "S"
			var out strings.Builder
			err := csdl.Write(&out, &Model{Schemas: []*Schema{&tt.schema}})
			if err == nil {
				t.Fatalf("it was written (%s):\n%s", tt.why, out.String())
			}
			got := strings.NewReplacer("edmx:", "").Replace(err.Error())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
			if out.Len() > 0 {
				t.Errorf("a part was written nonetheless: %.80q", out.String())
			}
		})
	}
}

func TestWritePassesErrorsOn(t *testing.T) {
	broken := errors.New("disk full")
	if err := csdl.Write(failing{broken}, demo()); !errors.Is(err, broken) {
		t.Errorf("Write returns %v, which does not wrap the writer's error", err)
	}
}

func (f failing) Write([]byte) (int, error) { return 0, f.err }

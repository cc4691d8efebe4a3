package format_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func TestHasAndInlines(t *testing.T) {
	model := hierarchies(t)
	linked, mid, low := model.EntityType("N.Linked"), model.EntityType("N.LinkedMid"), model.EntityType("N.LinkedLow")
	expanded := &odata.Projection{}
	for _, tt := range []struct {
		name, why    string
		of           *metadata.EntityType
		n            odata.ProjectedNavigation
		has, inlines bool
	}{
		{"all", "nil restricts nothing", linked, odata.ProjectedNavigation{Expanded: expanded}, true, true},
		{"mentioned", "without $expand nothing is inlined", linked, odata.ProjectedNavigation{}, true, false},
		{"derived", "what a type has, those derived from it have", low, odata.ProjectedNavigation{Only: mid, Expanded: expanded}, true, true},
		{"base", "but not those it is derived from", linked, odata.ProjectedNavigation{Only: mid, Expanded: expanded}, false, false},
		{"cast", "expanded behind a cast: others mention it only", linked, odata.ProjectedNavigation{Expanded: expanded, ExpandOnly: low}, true, false},
		{"both", "a cast does not give the property to types without it", linked, odata.ProjectedNavigation{Expanded: expanded, Only: low, ExpandOnly: linked}, false, false},
	} {
		if got := format.Has(tt.of, tt.n.Only); got != tt.has {
			t.Errorf("%s: Has is %v: %s", tt.name, got, tt.why)
		}
		if got := format.Inlines(tt.of, &tt.n); got != tt.inlines {
			t.Errorf("%s: Inlines is %v: %s", tt.name, got, tt.why)
		}
	}
}

func TestRelated(t *testing.T) {
	row := odata.Row{Related: []odata.Related{{Next: "a"}, {Next: "b"}}}
	for at, want := range []string{"a", "b", ""} {
		if got := format.Related(&row, at); got.Next != want {
			t.Errorf("position %d: %q, want %q: rows may hold less than was asked for", at, got.Next, want)
		}
	}
}

func TestTypeName(t *testing.T) {
	colour := &metadata.EnumType{Name: "Colour"}
	for want, of := range map[string]metadata.TypeRef{
		"Edm.Int64":              metadata.PrimitiveType(edm.KindInt64),
		"Edm.String":             {Kind: edm.KindString, Enum: colour},
		"Collection(Edm.String)": {Kind: edm.KindString, Enum: colour, Collection: true},
	} {
		if got := format.TypeName(of); got != want {
			t.Errorf("%s, want %s: enum values are told as strings", got, want)
		}
	}
}

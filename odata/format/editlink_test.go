package format_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func TestEditSegment(t *testing.T) {
	model := hierarchies(t)
	for _, tt := range []struct{ name, set, typ, edit, rest, why string }{
		{"base", "Linkeds", "Linked", "", "/Nav", "entities of the set's type never name it"},
		{"navigation", "Linkeds", "LinkedLow", "/N.LinkedLow", "/Nav", "the navigation property is found behind the type only"},
		{"other type", "Linkeds", "LinkedMid", "/N.LinkedMid", "/Nav", "one rule for all types of a hierarchy, not one each"},
		{"stream", "Streameds", "StreamedLow", "/N.StreamedLow", "/Nav", "so are named streams"},
		{"media resource", "Resources", "ResourceLow", "/N.ResourceLow", "/Nav", "and the media resource"},
		{"plain", "Plains", "PlainLow", "", "/N.PlainLow/Nav", "nothing is missing behind the plain link, but the rest of an expansion is sealed for the type"},
		{"other container", "OldPlains", "PlainLow", "", "/N.PlainLow/Nav", "wherever the set is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, typ := setOf(t, model, tt.set), model.EntityType("N."+tt.typ)
			if got := string(format.AppendEditSegment([]byte("x"), set, typ)); got != "x"+tt.edit {
				t.Errorf("edit segment %q, want %q: %s", got, "x"+tt.edit, tt.why)
			}
			if got := format.EditLinkNamesType(set, typ); got != (tt.edit != "") {
				t.Errorf("EditLinkNamesType is %v: %s", got, tt.why)
			}
			nav := &metadata.NavigationProperty{Name: "Nav"}
			if got := string(format.AppendRestPath([]byte("x"), set, typ, nav)); got != "x"+tt.rest {
				t.Errorf("path of the rest %q, want %q: %s", got, "x"+tt.rest, tt.why)
			}
		})
	}
}

func TestAddressed(t *testing.T) {
	set := setOf(t, hierarchies(t), "Plains")
	for _, tt := range []struct {
		name string
		p    odata.Projection
		want bool
	}{
		{"set and key", odata.Projection{Set: set, Key: []int{0}}, true},
		{"no set", odata.Projection{Key: []int{0}}, false},
		{"no key", odata.Projection{Set: set}, false},
	} {
		if diff := cmp.Diff(tt.want, format.Addressed(&tt.p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

package format_test

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// hierarchies has a set of each sort of hierarchy, and operations bound to their
// types. The plain one has no reason to name types in links, the others one each:
// a navigation property, a stream and a media resource of a derived type.
func hierarchies(t testing.TB) *metadata.Model {
	t.Helper()
	base := func(name string, open bool, more ...*metadata.Property) *metadata.EntityType {
		return &metadata.EntityType{Name: name, Key: []string{"Id"}, OpenType: open,
			Properties: append([]*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}, more...)}
	}
	bound := func(name string, types ...string) *metadata.FunctionImport {
		f := &metadata.FunctionImport{Name: name, IsBindable: true}
		for i, typ := range types {
			f.Parameters = append(f.Parameters, &metadata.Parameter{Name: string(rune('a' + i)), Type: typ})
		}
		return f
	}
	no := false
	age := bound("Age", "Plain")
	age.SideEffecting, age.ReturnType = &no, "Edm.Int32"
	sets := func(prefix string, types ...string) (all []*metadata.EntitySet) {
		for _, typ := range types {
			all = append(all, &metadata.EntitySet{Name: prefix + typ + "s", EntityType: typ})
		}
		return all
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		EntityTypes: []*metadata.EntityType{
			base("Plain", false, &metadata.Property{Name: "State", Type: "Edm.String"}),
			{Name: "PlainMid", BaseType: "Plain", Abstract: true},
			{Name: "PlainLow", BaseType: "PlainMid"},
			base("Linked", false),
			{Name: "LinkedMid", BaseType: "Linked"},
			{Name: "LinkedLow", BaseType: "LinkedMid", NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Others", Relationship: "Others", FromRole: "One", ToRole: "Many"}}},
			base("Streamed", false, &metadata.Property{Name: "Icon", Type: "Edm.Stream", NotNull: true}),
			{Name: "StreamedLow", BaseType: "Streamed", Properties: []*metadata.Property{{Name: "Thumb", Type: "Edm.Stream", NotNull: true}}},
			base("Resource", false),
			{Name: "ResourceLow", BaseType: "Resource", HasStream: true},
			base("Open", true),
		},
		Associations: []*metadata.Association{{Name: "Others", Ends: [2]metadata.AssociationEnd{
			{Role: "One", Type: "LinkedLow", Multiplicity: metadata.ZeroOrOne}, {Role: "Many", Type: "Linked", Multiplicity: metadata.Many}}}},
		Containers: []*metadata.EntityContainer{{
			Name: "Main", IsDefault: true, EntitySets: sets("", "Plain", "Linked", "Streamed", "Resource", "Open"),
			AssociationSets: []*metadata.AssociationSet{{Name: "Others", Association: "Others", Ends: [2]metadata.AssociationSetEnd{
				{Role: "One", EntitySet: "Linkeds"}, {Role: "Many", EntitySet: "Linkeds"}}}},
			FunctionImports: []*metadata.FunctionImport{
				bound("Start", "Plain"), bound("State", "Plain"), age, bound("Split", "PlainLow"),
				bound("Stop", "Plain"), bound("Stop", "PlainLow", "Edm.Int32", "Collection(Edm.Guid)"),
				bound("StartAll", "Collection(Plain)"), {Name: "Unbound", Parameters: []*metadata.Parameter{{Name: "a", Type: "Edm.Int32"}}},
				bound("Join", "LinkedLow"), bound("Others", "Linked"), bound("Visit", "Open"),
			},
		}, {
			Name: "Old\u00e4", EntitySets: sets("Old", "Plain"),
			FunctionImports: []*metadata.FunctionImport{bound("Restore", "Plain")},
		}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model
}

// setOf finds a set of any container of the model.
func setOf(t testing.TB, model *metadata.Model, name string) *metadata.EntitySet {
	t.Helper()
	for _, c := range model.Schemas[0].Containers {
		if set := c.EntitySet(name); set != nil {
			return set
		}
	}
	t.Fatalf("no set %s", name)
	return nil
}

// offering is a projection of set with all operations of its container.
func offering(set *metadata.EntitySet) *odata.Projection {
	p := &odata.Projection{Set: set, Type: set.Type(), Key: []int{0}}
	for _, f := range set.Container().FunctionImports {
		p.Operations = append(p.Operations, odata.ProjectedOperation{Import: f})
	}
	return p
}

// lines joins what a test lists, one a line.
func lines(all []string) string { return strings.Join(all, "\n") }

package atom_test

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// place is where the payloads of the tests come from.
var place = formattest.Place()

// A world is some models and short names for their parts.
type world struct{ formattest.World }

// newDemo is the demo model, with text that XML has to escape.
func newDemo(t testing.TB) world {
	t.Helper()
	w := formattest.Demo(t)
	w.Home = formattest.Complex(edm.String("High St 1"), edm.Null)
	w.VIPHome = formattest.Address(" Gr\u00fcne Gasse \"2\" & <3>", "")
	return world{w}
}

// newSample is the model of the public sample service.
func newSample(t testing.TB) world {
	t.Helper()
	return worldOf(t, formattest.ReadModel(t, "../../../metadata/csdl/testdata/odatademo-v3.metadata.xml"))
}

// newPress is a model that maps properties to elements of every kind.
func newPress(t testing.TB) world {
	t.Helper()
	return worldOf(t, formattest.ReadModel(t, "testdata/customized.metadata.xml"))
}

func worldOf(t testing.TB, model *metadata.Model) world {
	return world{formattest.World{T: t, Models: []*metadata.Model{model}}}
}

// advertising is p with the operations of these names.
func (w world) advertising(p *odata.Projection, names ...string) *odata.Projection {
	w.T.Helper()
	for _, name := range names {
		imports := w.Models[0].DefaultContainer().ImportsNamed(name)
		if len(imports) == 0 {
			w.T.Fatalf("no operation %s", name)
		}
		for _, f := range imports {
			o := odata.ProjectedOperation{Import: f}
			if t := f.Parameters[0].TypeRef().Entity; t != p.Type {
				o.Only = t
			}
			p.Operations = append(p.Operations, o)
		}
	}
	return p
}

// operationsModel declares operations with everything that makes their address
// or name special.
func operationsModel(t testing.TB) world {
	t.Helper()
	yes, no := true, false
	bound := func(name, typ string, sideEffecting *bool, more ...string) *metadata.FunctionImport {
		f := &metadata.FunctionImport{Name: name, IsBindable: true, SideEffecting: sideEffecting,
			Parameters: []*metadata.Parameter{{Name: "it", Type: typ}}}
		if sideEffecting == &no {
			f.ReturnType = "Edm.Int32"
		}
		for i, typ := range more {
			f.Parameters = append(f.Parameters, &metadata.Parameter{Name: string(rune('a' + i)), Type: typ})
		}
		return f
	}
	return worldOf(t, formattest.Resolved(t, &metadata.Schema{
		Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Job", Key: []string{"Id"}, Properties: []*metadata.Property{
				{Name: "Id", Type: "Edm.Int32", NotNull: true}, {Name: "Stop", Type: "Edm.String"}}},
			{Name: "BigJob", BaseType: "Job", NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Parts", Relationship: "Parts", FromRole: "Whole", ToRole: "Part"}}},
			{Name: "Note", OpenType: true, Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}},
		},
		Associations: []*metadata.Association{{Name: "Parts", Ends: [2]metadata.AssociationEnd{
			{Role: "Whole", Type: "BigJob", Multiplicity: metadata.ZeroOrOne}, {Role: "Part", Type: "Job", Multiplicity: metadata.Many}}}},
		Containers: []*metadata.EntityContainer{{Name: "Work", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Jobs", EntityType: "Job"}, {Name: "Notes", EntityType: "Note"}},
			AssociationSets: []*metadata.AssociationSet{{Name: "Parts", Association: "Parts", Ends: [2]metadata.AssociationSetEnd{
				{Role: "Whole", EntitySet: "Jobs"}, {Role: "Part", EntitySet: "Jobs"}}}},
			FunctionImports: []*metadata.FunctionImport{
				bound("Cost", "Demo.Job", &no), bound("Cost", "Demo.Job", &no, "Edm.Int32"),
				bound("Start", "Demo.Job", nil), bound("Stop", "Demo.Job", &yes), bound("Split", "Demo.BigJob", nil),
				bound("Start", "Demo.BigJob", nil), bound("StartAll", "Collection(Demo.Job)", nil), bound("File", "Demo.Note", nil),
			}}},
	}))
}

// treeModel has an abstract type, and a derived one with a stream and a type
// below that one.
func treeModel(t testing.TB) world {
	t.Helper()
	return worldOf(t, formattest.Resolved(t, &metadata.Schema{Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Node", Abstract: true, Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}},
			{Name: "Branch", BaseType: "Node", Abstract: true},
			{Name: "Leaf", BaseType: "Branch", Properties: []*metadata.Property{
				{Name: "Shape", Type: "Edm.Stream", NotNull: true}, {Name: "Colour", Type: "Demo.Colour"}}},
			{Name: "Needle", BaseType: "Leaf"},
		},
		EnumTypes:  []*metadata.EnumType{{Name: "Colour", Members: []metadata.EnumMember{{Name: "Red"}}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "Nodes", EntityType: "Node"}}}},
	}))
}

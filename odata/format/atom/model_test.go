package atom_test

import (
	"os"
	"slices"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// place is where the payloads of the tests come from.
var place = &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata", Updated: "2015-07-12T06:40:00Z"}

// A world is a model and short names for its parts.
type world struct {
	t     testing.TB
	model *metadata.Model
}

func newDemo(t testing.TB) world { t.Helper(); return world{t, testmodel.Demo(t)} }

// newSample is the model of the public sample service.
func newSample(t testing.TB) world {
	t.Helper()
	return readModel(t, "../../../metadata/csdl/testdata/odatademo-v3.metadata.xml")
}

// newPress is a model that maps properties to elements of every kind.
func newPress(t testing.TB) world {
	t.Helper()
	return readModel(t, "testdata/customized.metadata.xml")
}

func readModel(t testing.TB, path string) world {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	model, err := csdl.Read(file)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return world{t, model}
}

func (w world) set(name string) *metadata.EntitySet {
	w.t.Helper()
	for _, schema := range w.model.Schemas {
		for _, c := range schema.Containers {
			if s := c.EntitySet(name); s != nil {
				return s
			}
		}
	}
	w.t.Fatalf("no set %s", name)
	return nil
}

func (w world) entity(name string) *metadata.EntityType {
	w.t.Helper()
	t := w.model.EntityType(w.model.Schemas[0].Namespace + "." + name)
	if t == nil {
		w.t.Fatalf("no type %s", name)
	}
	return t
}

func (w world) ref(name string) metadata.TypeRef {
	w.t.Helper()
	ref, ok := w.model.TypeRef(name)
	if !ok {
		w.t.Fatalf("no type %s", name)
	}
	return ref
}

// A projection of everything in set, as a request without options has it,
// without operations. Rows hold the properties of the set's type and then those
// of derived types.
func (w world) all(set string) *odata.Projection {
	w.t.Helper()
	s := w.set(set)
	p := &odata.Projection{Set: s, Type: s.Type(), Dynamic: s.Type().OpenType, Streams: slices.Clone(s.Type().NamedStreams())}
	for i, t := range append([]*metadata.EntityType{s.Type()}, s.Type().DerivedTypes()...) {
		only := t
		properties, navigation := t.Properties, t.NavigationProperties
		if i == 0 {
			only, properties, navigation = nil, t.AllProperties(), t.AllNavigationProperties()
		}
		for _, property := range properties {
			if property.Kind() != edm.KindStream {
				p.Fields = append(p.Fields, odata.ProjectedField{Property: property, Index: len(p.Fields), Only: only})
			}
		}
		for _, nav := range navigation {
			p.Navigation = append(p.Navigation, odata.ProjectedNavigation{Nav: nav, Index: -1, Only: only})
		}
	}
	at := func(property *metadata.Property) int {
		return slices.IndexFunc(p.Fields, func(f odata.ProjectedField) bool { return f.Property == property })
	}
	for _, property := range s.Type().KeyProperties() {
		p.Key = append(p.Key, at(property))
	}
	for _, property := range s.Type().ConcurrencyTokens() {
		p.Tokens = append(p.Tokens, at(property))
	}
	return p
}

// advertising is p with the operations of these names.
func (w world) advertising(p *odata.Projection, names ...string) *odata.Projection {
	w.t.Helper()
	for _, name := range names {
		imports := w.model.DefaultContainer().ImportsNamed(name)
		if len(imports) == 0 {
			w.t.Fatalf("no operation %s", name)
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

// selecting is p with only some properties, and the links of only some
// navigation properties.
func selecting(p *odata.Projection, names ...string) *odata.Projection {
	p.Fields = slices.DeleteFunc(p.Fields, func(f odata.ProjectedField) bool {
		return !slices.Contains(names, f.Property.Name)
	})
	p.Navigation = slices.DeleteFunc(p.Navigation, func(n odata.ProjectedNavigation) bool {
		return !slices.Contains(names, n.Nav.Name)
	})
	p.Streams = slices.DeleteFunc(p.Streams, func(s *metadata.Property) bool { return !slices.Contains(names, s.Name) })
	return p
}

// expanding is p with a navigation property inlined from Row.Related[index].
func expanding(p *odata.Projection, name string, index int, nested *odata.Projection) *odata.Projection {
	for i := range p.Navigation {
		if p.Navigation[i].Nav.Name == name {
			p.Navigation[i].Index, p.Navigation[i].Expanded = index, nested
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
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Job", Key: []string{"Id"}, Properties: []*metadata.Property{
				{Name: "Id", Type: "Edm.Int32", NotNull: true}, {Name: "Stop", Type: "Edm.String"}}},
			{Name: "BigJob", BaseType: "Job", NavigationProperties: []*metadata.NavigationProperty{
				{Name: "Parts", Relationship: "Parts", FromRole: "Whole", ToRole: "Part"}}},
		},
		Associations: []*metadata.Association{{Name: "Parts", Ends: [2]metadata.AssociationEnd{
			{Role: "Whole", Type: "BigJob", Multiplicity: metadata.ZeroOrOne}, {Role: "Part", Type: "Job", Multiplicity: metadata.Many}}}},
		Containers: []*metadata.EntityContainer{{Name: "Work", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Jobs", EntityType: "Job"}},
			AssociationSets: []*metadata.AssociationSet{{Name: "Parts", Association: "Parts", Ends: [2]metadata.AssociationSetEnd{
				{Role: "Whole", EntitySet: "Jobs"}, {Role: "Part", EntitySet: "Jobs"}}}},
			FunctionImports: []*metadata.FunctionImport{
				bound("Cost", "Demo.Job", &no), bound("Cost", "Demo.Job", &no, "Edm.Int32"),
				bound("Start", "Demo.Job", nil), bound("Stop", "Demo.Job", &yes), bound("Split", "Demo.BigJob", nil),
				bound("Start", "Demo.BigJob", nil), bound("StartAll", "Collection(Demo.Job)", nil),
			}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return world{t, model}
}

// treeModel has an abstract type, and a derived one with a stream and a type
// below that one.
func treeModel(t testing.TB) world {
	t.Helper()
	model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "Demo",
		EntityTypes: []*metadata.EntityType{
			{Name: "Node", Abstract: true, Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}}},
			{Name: "Branch", BaseType: "Node", Abstract: true},
			{Name: "Leaf", BaseType: "Branch", Properties: []*metadata.Property{
				{Name: "Shape", Type: "Edm.Stream", NotNull: true}, {Name: "Colour", Type: "Demo.Colour"}}},
			{Name: "Needle", BaseType: "Leaf"},
		},
		EnumTypes:  []*metadata.EnumType{{Name: "Colour", Members: []metadata.EnumMember{{Name: "Red"}}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "Nodes", EntityType: "Node"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return world{t, model}
}

// Package formattest is what the tests of the formats share: models and rows,
// the payloads that every format has to be able to write, and the comparison
// with golden files.
//
// A format's own tests say in which dialects it is run, which payloads it has
// beyond the shared ones, and which rules all its output keeps.
package formattest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// Place returns where the payloads of the tests come from.
func Place() *format.Context {
	return &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata", Updated: "2015-07-12T06:40:00Z"}
}

// A World gives the tests short names for parts of some models. What is missing
// ends the test.
type World struct {
	T      testing.TB
	Models []*metadata.Model

	// Advertise tells that [World.All] has operations.
	Advertise bool

	// Home and VIPHome are the addresses of [World.Ann] and [World.Vera], Placed
	// the Edm.DateTimeOffset of orders: text that is hard on the format.
	Home, VIPHome edm.Value
	Placed        string
}

// Demo is a world of the demo model, and of more models with what that one
// lacks.
func Demo(t testing.TB, more ...*metadata.Model) World {
	t.Helper()
	return World{
		T: t, Models: append([]*metadata.Model{testmodel.Demo(t)}, more...),
		Home: Address("High St 1", "Ulm"), VIPHome: Complex(edm.String("Gr\u00fcne Gasse \"2\""), edm.Null),
		Placed: "2015-07-12T06:40:00Z",
	}
}

// ReadModel reads the metadata document in a file.
func ReadModel(t testing.TB, path string) *metadata.Model {
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
	return model
}

// Resolved is a model of one schema.
func Resolved(t testing.TB, schema *metadata.Schema) *metadata.Model {
	t.Helper()
	model := &metadata.Model{Schemas: []*metadata.Schema{schema}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
	}
	return model
}

// Set finds a set of any container.
func (w World) Set(name string) *metadata.EntitySet {
	w.T.Helper()
	for _, model := range w.Models {
		for _, schema := range model.Schemas {
			for _, c := range schema.Containers {
				if s := c.EntitySet(name); s != nil {
					return s
				}
			}
		}
	}
	w.T.Fatalf("no set %s", name)
	return nil
}

// Ref is the type called name, as properties have it.
func (w World) Ref(name string) metadata.TypeRef {
	w.T.Helper()
	for _, model := range w.Models {
		if ref, ok := model.TypeRef(name); ok {
			return ref
		}
	}
	w.T.Fatalf("no type %s", name)
	return metadata.TypeRef{}
}

// Entity is an entity type; a name without a namespace is one of the first
// model's.
func (w World) Entity(name string) *metadata.EntityType {
	w.T.Helper()
	if !strings.Contains(name, ".") {
		name = w.Models[0].Schemas[0].Namespace + "." + name
	}
	return w.Ref(name).Entity
}

// All is a projection of everything in set, as a request without options has
// it. Rows hold the properties of the set's type and then those of derived
// types. Operations are those bound to one entity, where w advertises any.
func (w World) All(set string) *odata.Projection {
	w.T.Helper()
	s := w.Set(set)
	p := &odata.Projection{Set: s, Type: s.Type(), Dynamic: s.Type().IsOpen()}
	for i, t := range append([]*metadata.EntityType{s.Type()}, s.Type().DerivedTypes()...) {
		only := t
		properties, navigation := t.Properties, t.NavigationProperties
		if i == 0 {
			only, properties, navigation = nil, t.AllProperties(), t.AllNavigationProperties()
		}
		for _, property := range properties {
			if property.Kind() == edm.KindStream {
				p.Streams = append(p.Streams, property)
				continue
			}
			p.Fields = append(p.Fields, odata.ProjectedField{Property: property, Index: len(p.Fields), Only: only})
		}
		for _, nav := range navigation {
			p.Navigation = append(p.Navigation, odata.ProjectedNavigation{Nav: nav, Index: -1, Only: only})
		}
		for _, operation := range s.Container().FunctionImports {
			if w.Advertise && operation.IsBindable && operation.Parameters[0].TypeRef().Entity == t {
				p.Operations = append(p.Operations, odata.ProjectedOperation{Import: operation, Only: only})
			}
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

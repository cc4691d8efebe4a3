package verbose_test

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
var place = &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata"}

// demo gives the tests short names for parts of the demo model, of a model with
// what that one lacks, and of the model of the public sample service.
type demo struct {
	t      testing.TB
	models []*metadata.Model
}

func newDemo(t testing.TB) demo {
	return demo{t, []*metadata.Model{testmodel.Demo(t), readModel(t, "testdata/more.metadata.xml")}}
}

func newODataDemo(t testing.TB) demo {
	return demo{t, []*metadata.Model{readModel(t, "../../../metadata/csdl/testdata/odatademo-v3.metadata.xml")}}
}

func readModel(t testing.TB, path string) *metadata.Model {
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

func (d demo) set(name string) *metadata.EntitySet {
	d.t.Helper()
	for _, model := range d.models {
		for _, schema := range model.Schemas {
			for _, c := range schema.Containers {
				if s := c.EntitySet(name); s != nil {
					return s
				}
			}
		}
	}
	d.t.Fatalf("no set %s", name)
	return nil
}

func (d demo) ref(name string) metadata.TypeRef {
	d.t.Helper()
	for _, model := range d.models {
		if ref, ok := model.TypeRef(name); ok {
			return ref
		}
	}
	d.t.Fatalf("no type %s", name)
	return metadata.TypeRef{}
}

func (d demo) entity(name string) *metadata.EntityType {
	d.t.Helper()
	return d.ref(name).Entity
}

// all is a projection of everything in set, as a request without options has
// it. Rows hold the properties of the set's type and then those of derived
// types.
func (d demo) all(set string) *odata.Projection {
	d.t.Helper()
	s := d.set(set)
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
			if operation.IsBindable && operation.Parameters[0].TypeRef().Entity == t {
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

// narrowed is p as after a type cast in the URL.
func narrowed(p *odata.Projection, t *metadata.EntityType) *odata.Projection {
	p.Type = t
	return p
}

// selecting is p with only some properties, the links of only some navigation
// properties, and no operations.
func selecting(p *odata.Projection, names ...string) *odata.Projection {
	p.Fields = slices.DeleteFunc(p.Fields, func(f odata.ProjectedField) bool {
		return !slices.Contains(names, f.Property.Name)
	})
	p.Navigation = slices.DeleteFunc(p.Navigation, func(n odata.ProjectedNavigation) bool {
		return !slices.Contains(names, n.Nav.Name)
	})
	p.Operations = nil
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

// unaddressed is p for entities that have no URL.
func unaddressed(p *odata.Projection) *odata.Projection {
	p.Set, p.Key = nil, nil
	return p
}

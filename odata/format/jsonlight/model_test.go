package jsonlight_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// place is where the payloads of the tests come from.
var place = &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata"}

// demo gives the tests short names for parts of the demo model, and of a model
// with what that one lacks.
type demo struct {
	t      testing.TB
	models []*metadata.Model
}

func newDemo(t testing.TB) demo {
	return demo{t, []*metadata.Model{testmodel.Demo(t), moreModel(t)}}
}

// moreModel has Logs, whose key and tokens need percent-encoding, Assets, media
// entities with a derived type and operations of many sorts, Samples with a
// property of each kind, Spots with spatial ones, complex types within each
// other, and a set outside the default container.
func moreModel(t testing.TB) *metadata.Model {
	t.Helper()
	property := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ}
	}
	required := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true}
	}
	token := func(name, typ string) *metadata.Property {
		return &metadata.Property{Name: name, Type: typ, NotNull: true, ConcurrencyMode: metadata.ConcurrencyFixed}
	}
	bound := func(name string, types ...string) *metadata.FunctionImport {
		f := &metadata.FunctionImport{Name: name, IsBindable: true}
		for i, typ := range types {
			f.Parameters = append(f.Parameters, &metadata.Parameter{Name: "p" + strconv.Itoa(i), Type: typ})
		}
		return f
	}
	always := func(name string, types ...string) *metadata.FunctionImport {
		f := bound(name, types...)
		f.IsAlwaysBindable = true
		return f
	}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "More",
		EntityTypes: []*metadata.EntityType{
			{Name: "Log", Key: []string{"At"}, Properties: []*metadata.Property{
				required("At", "Edm.DateTime"), token("Stamp", "Edm.DateTime"), token("Author", "Edm.String"),
				required("Places", "Collection(Place)"), property("Colour", "Colour"),
				property("Blob", "Edm.Binary"), property("Ratio", "Edm.Single"), property("Small", "Edm.Int16"),
			}},
			{Name: "Asset", Key: []string{"Id"}, HasStream: true, Properties: []*metadata.Property{required("Id", "Edm.Int32")}},
			{Name: "Clip", BaseType: "Asset", Properties: []*metadata.Property{
				property("Seconds", "Edm.Double"), required("Still", "Edm.Stream")}},
			{Name: "Spot", Key: []string{"Id"}, OpenType: true, Properties: []*metadata.Property{
				required("Id", "Edm.Int32"), property("At", "Edm.GeographyPoint"), property("Area", "Edm.Geography"),
				required("Marks", "Collection(Edm.GeometryPoint)")}},
			{Name: "Sample", Key: []string{"Code"}, Properties: []*metadata.Property{
				required("Code", "Edm.String"), property("Binary", "Edm.Binary"), property("Boolean", "Edm.Boolean"),
				property("Byte", "Edm.Byte"), property("DateTime", "Edm.DateTime"), property("DateTimeOffset", "Edm.DateTimeOffset"),
				property("Decimal", "Edm.Decimal"), property("Double", "Edm.Double"), property("Guid", "Edm.Guid"),
				property("Int16", "Edm.Int16"), property("Int32", "Edm.Int32"), property("Int64", "Edm.Int64"),
				property("SByte", "Edm.SByte"), property("Single", "Edm.Single"), property("String", "Edm.String"),
				property("Time", "Edm.Time"), required("Texts", "Collection(Edm.String)"), property("Home", "Place"),
			}},
		},
		ComplexTypes: []*metadata.ComplexType{
			{Name: "Place", Properties: []*metadata.Property{property("Street", "Edm.String"), property("City", "Edm.String")}},
			{Name: "Span", Properties: []*metadata.Property{
				required("From", "Edm.DateTime"), property("Length", "Edm.Int64"), property("Where", "Place")}},
		},
		EnumTypes: []*metadata.EnumType{{Name: "Colour", Members: []metadata.EnumMember{{Name: "Red"}}}},
		Containers: []*metadata.EntityContainer{
			{Name: "Main", IsDefault: true, EntitySets: []*metadata.EntitySet{
				{Name: "Logs", EntityType: "Log"}, {Name: "Samples", EntityType: "Sample"},
				{Name: "Assets", EntityType: "Asset"}, {Name: "Spots", EntityType: "Spot"}},
				FunctionImports: []*metadata.FunctionImport{
					bound("Play", "Asset"), bound("Play", "Clip", "Edm.Double"), bound("Rate", "Asset", "Edm.Byte"),
					bound("Seconds", "Clip"), always("Share", "Asset"), bound("Empty", "Collection(Asset)"),
					bound("Visit", "Spot"),
				}},
			{Name: "Archive", EntitySets: []*metadata.EntitySet{{Name: "OldSamples", EntityType: "Sample"}},
				FunctionImports: []*metadata.FunctionImport{bound("Restore", "Sample")}},
		},
	}}}
	if err := model.Resolve(); err != nil {
		t.Fatal(err)
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

// vip is the type derived from that of Customers.
func (d demo) vip() *metadata.EntityType { return d.models[0].EntityType("Demo.VipCustomer") }

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

// all is a projection of everything in set, as a request without options has it. Rows
// hold the properties of the set's type and then those of derived types.
func (d demo) all(set string) *odata.Projection {
	d.t.Helper()
	s := d.set(set)
	p := &odata.Projection{Set: s, Type: s.Type(), Dynamic: s.Type().OpenType}
	types := append([]*metadata.EntityType{s.Type()}, s.Type().DerivedTypes()...)
	for i, t := range types {
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

// operating is p with all operations of the set's container.
func operating(p *odata.Projection) *odata.Projection {
	for _, f := range p.Set.Container().FunctionImports {
		p.Operations = append(p.Operations, odata.ProjectedOperation{Import: f})
	}
	return p
}

// narrowed is p as after a type cast in the URL.
func narrowed(p *odata.Projection, t *metadata.EntityType) *odata.Projection {
	p.Type = t
	return p
}

// selecting is p with only some properties, and the links of only some
// navigation properties.
func selecting(p *odata.Projection, text string, names ...string) *odata.Projection {
	p.Select = text
	p.Fields = slices.DeleteFunc(p.Fields, func(f odata.ProjectedField) bool {
		return !slices.Contains(names, f.Property.Name)
	})
	p.Navigation = slices.DeleteFunc(p.Navigation, func(n odata.ProjectedNavigation) bool {
		return !slices.Contains(names, n.Nav.Name)
	})
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

// naming is p with only some of the dynamic properties.
func naming(p *odata.Projection, names ...string) *odata.Projection {
	p.DynamicNames = append([]string{}, names...)
	return p
}

// unaddressed is p for entities that have no URL.
func unaddressed(p *odata.Projection) *odata.Projection {
	p.Set, p.Key = nil, nil
	return p
}

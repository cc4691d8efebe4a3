package jsonlight_test

import (
	"strconv"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

// place is where the payloads of the tests come from.
var place = formattest.Place()

// demo gives the tests short names for parts of the demo model, and of a model
// with what that one lacks.
type demo struct{ formattest.World }

func newDemo(t testing.TB) demo { return demo{formattest.Demo(t, moreModel(t))} }

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
	return formattest.Resolved(t, &metadata.Schema{
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
	})
}

// operating is p with all operations of the set's container.
func operating(p *odata.Projection) *odata.Projection {
	for _, f := range p.Set.Container().FunctionImports {
		p.Operations = append(p.Operations, odata.ProjectedOperation{Import: f})
	}
	return p
}

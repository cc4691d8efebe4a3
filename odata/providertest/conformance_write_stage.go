package providertest

import (
	"strings"
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/csdl"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
	"github.com/pamodata/pamodata/odata/providertest/testmodel"
)

// A stageKind is one of the services that scripts need.
type stageKind int

const (
	onDemo   stageKind = iota // the demo model, with the zero Profile
	onJSON                    // the same with Profile.JSON
	onDirect                  // the same with Profile.DirectBatchFailure
	onStrict                  // the same with Profile.PreconditionRequired
	onKinds                   // the model of all primitive types
	onFacets                  // a model of facets
)

var stageProfiles = map[stageKind]odata.Profile{
	onJSON:   {JSON: true},
	onDirect: {DirectBatchFailure: true},
	onStrict: {PreconditionRequired: true},
}

// stages keeps what stages of one kind have in common.
type stages struct {
	models map[stageKind]*metadata.Model
	dumps  map[stageKind][]string // of fresh data
}

func newStages() *stages {
	return &stages{map[stageKind]*metadata.Model{}, map[stageKind][]string{}}
}

// of is a stage with fresh data.
func (s *stages) of(tb testing.TB, kind stageKind) Stage {
	tb.Helper()
	if s.models[kind] == nil {
		s.models[kind] = modelOf(tb, kind)
	}
	stage := Stage{Model: s.models[kind], Profile: stageProfiles[kind]}
	switch kind {
	case onKinds:
		stage.Data = testmodel.KindData()
	case onFacets:
		stage.Data = facetData()
	default:
		stage.Data, stage.Demo = testmodel.Data(), true
	}
	return stage
}

func modelOf(tb testing.TB, kind stageKind) *metadata.Model {
	tb.Helper()
	switch kind {
	case onKinds:
		return testmodel.Kinds(tb)
	case onFacets:
		model, err := csdl.Read(strings.NewReader(facetModel))
		if err != nil {
			tb.Fatalf("the model of facets: %v", err)
		}
		return model
	}
	return testmodel.Demo(tb)
}

// resources are what shows all data of a stage: entities, links and streams.
func (k stageKind) resources() []string {
	switch k {
	case onKinds:
		sets := []string{"Values", "Bags"}
		for _, name := range testmodel.PrimitiveNames {
			sets = append(sets, name+"Keys")
		}
		return sets
	case onFacets:
		return []string{"Things"}
	}
	return []string{"Customers?$expand=Orders,BestFriend", "Customers/Demo.VipCustomer?$expand=Concierge&$select=Id,Concierge",
		"Orders?$expand=Customer", "OrderLines", "Tags", "Photos", "Photos(1)/$value", "Photos(1)/Thumb"}
}

// facetModel has a property for each facet: at what a value may be at most, and
// one without bounds beside it.
const facetModel = `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
  <edmx:DataServices m:DataServiceVersion="3.0" m:MaxDataServiceVersion="3.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
    <Schema Namespace="Facets" xmlns="http://schemas.microsoft.com/ado/2009/11/edm">
      <EntityType Name="Thing">
        <Key><PropertyRef Name="Id" /></Key>
        <Property Name="Id" Type="Edm.Int32" Nullable="false" />
        <Property Name="Short" Type="Edm.String" MaxLength="5" />
        <Property Name="Long" Type="Edm.String" MaxLength="Max" />
        <Property Name="Exact" Type="Edm.String" MaxLength="3" FixedLength="true" />
        <Property Name="Must" Type="Edm.String" Nullable="false" DefaultValue="given" />
        <Property Name="Count" Type="Edm.Int32" Nullable="false" />
        <Property Name="Bytes" Type="Edm.Binary" MaxLength="4" />
        <Property Name="Code" Type="Edm.Binary" MaxLength="2" FixedLength="true" />
        <Property Name="Price" Type="Edm.Decimal" Precision="5" Scale="2" />
        <Property Name="Whole" Type="Edm.Decimal" Precision="3" Scale="0" />
        <Property Name="Digits" Type="Edm.Decimal" Precision="4" />
        <Property Name="Second" Type="Edm.DateTime" Precision="0" />
        <Property Name="Milli" Type="Edm.DateTimeOffset" Precision="3" />
        <Property Name="Span" Type="Edm.Time" Precision="2" />
        <Property Name="Colour" Type="Facets.Colour" />
        <Property Name="Rights" Type="Facets.Rights" />
        <Property Name="Inner" Type="Facets.Inner" />
        <Property Name="Shorts" Type="Collection(Edm.String)" Nullable="false" MaxLength="3" />
        <Property Name="Inners" Type="Collection(Facets.Inner)" Nullable="false" />
      </EntityType>
      <ComplexType Name="Inner">
        <Property Name="Tiny" Type="Edm.String" MaxLength="2" />
        <Property Name="Needed" Type="Edm.Int32" Nullable="false" />
      </ComplexType>
      <EnumType Name="Colour">
        <Member Name="Red" Value="1" /><Member Name="Blue" Value="2" />
      </EnumType>
      <EnumType Name="Rights" IsFlags="true">
        <Member Name="Read" Value="1" /><Member Name="Write" Value="2" />
      </EnumType>
      <EntityContainer Name="FacetService" m:IsDefaultEntityContainer="true">
        <EntitySet Name="Things" EntityType="Facets.Thing" />
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>`

// facetData is one thing within all bounds.
func facetData() memory.Data {
	null := edm.Null
	return memory.Data{Entities: map[string][]memory.Entity{"Things": {{Values: map[string]edm.Value{
		"Id": edm.Int32(1), "Short": edm.String("abc"), "Long": null, "Exact": edm.String("xyz"), "Must": edm.String("m"), "Count": edm.Int32(0),
		"Bytes": null, "Code": null, "Price": null, "Whole": null, "Digits": null, "Second": null, "Milli": null, "Span": null,
		"Colour": edm.String("Red"), "Rights": null, "Inner": edm.Complex([]edm.Value{edm.String("a"), edm.Int32(1)}),
		"Shorts": edm.Collection(nil), "Inners": edm.Collection(nil),
	}}}}}
}

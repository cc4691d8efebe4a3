package formattest

import (
	"testing"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// Works is a model whose links never name a type, unlike those of the demo
// model: what is derived declares neither navigation properties nor streams. It
// has an operation of the base type and one of the derived type.
func Works(t testing.TB) *metadata.Model {
	t.Helper()
	bound := func(name, typ string) *metadata.FunctionImport {
		return &metadata.FunctionImport{Name: name, IsBindable: true, Parameters: []*metadata.Parameter{{Name: "job", Type: typ}}}
	}
	return Resolved(t, &metadata.Schema{
		Namespace: "Works",
		EntityTypes: []*metadata.EntityType{
			{Name: "Job", Key: []string{"Id"}, Properties: []*metadata.Property{{Name: "Id", Type: "Edm.Int32", NotNull: true}},
				NavigationProperties: []*metadata.NavigationProperty{{Name: "Parts", Relationship: "Parts", FromRole: "Whole", ToRole: "Part"}}},
			{Name: "BigJob", BaseType: "Job", Properties: []*metadata.Property{{Name: "Size", Type: "Edm.String"}}},
		},
		Associations: []*metadata.Association{{Name: "Parts", Ends: [2]metadata.AssociationEnd{
			{Role: "Whole", Type: "Job", Multiplicity: metadata.ZeroOrOne}, {Role: "Part", Type: "Job", Multiplicity: metadata.Many}}}},
		Containers: []*metadata.EntityContainer{{Name: "Yard", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "YardJobs", EntityType: "Job"}},
			AssociationSets: []*metadata.AssociationSet{{Name: "Parts", Association: "Parts", Ends: [2]metadata.AssociationSetEnd{
				{Role: "Whole", EntitySet: "YardJobs"}, {Role: "Part", EntitySet: "YardJobs"}}}},
			FunctionImports: []*metadata.FunctionImport{bound("Begin", "Works.Job"), bound("Divide", "Works.BigJob")},
		}},
	})
}

// works are payloads of that model.
func works(t testing.TB) []Payload {
	w := World{T: t, Models: []*metadata.Model{Works(t)}, Advertise: true}
	big := odata.Row{Type: w.Entity("BigJob"), Values: []edm.Value{edm.Int32(1), edm.String("XL")}}
	part := odata.Row{Values: []edm.Value{edm.Int32(2), edm.Null}}
	return []Payload{{
		Name: "plain-links", Why: "links do not name a type that none of them needs, but the target of an operation of that type does",
		Write: Feed(w.All("YardJobs"), nil, "", part, big),
	}, {
		Name: "plain-links-rest", Why: "the link to the rest of an expansion names the type, because the place in it is sealed for that URL",
		Write: Entry(Expanding(w.All("YardJobs"), "Parts", 0, Selecting(w.All("YardJobs"), "Id", "Id")),
			Related(big, odata.Related{Rows: []odata.Row{part}, More: true, Next: "$skiptoken=x"})),
	}}
}

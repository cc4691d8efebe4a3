package bind_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/bind"
	"github.com/pamodata/pamodata/odata/uri"
)

// TestLoose compares conditions that are forgiven with what they are taken for.
func TestLoose(t *testing.T) {
	model := looseModel(t)
	all := odata.Looseness{Names: true, Aliases: map[string]string{"RequestedStatus": "RequestStatus"}, Literals: true}
	for _, tt := range []struct {
		name, in, same, why string
		loose               odata.Looseness
	}{
		{"case", "RequestID eq guid'00000000-0000-0000-0000-000000000001'", "RequestId eq guid'00000000-0000-0000-0000-000000000001'",
			"documents write both", all},
		{"alias", "RequestedStatus eq 'Active'", "RequestStatus eq 'Active'", "a table of the documents has another name", all},
		{"alias in another case", "requestedstatus eq 'Active'", "RequestStatus eq 'Active'", "names have no case", all},
		{"number in quotes", "TTL eq '3600'", "TTL eq 3600L", "the JSON shows numbers as texts", all},
		{"number on the left", "'3600' lt TTL", "3600L lt TTL", "a comparison has two sides", all},
		{"GUID in quotes", "RequestId eq '00000000-0000-0000-0000-000000000001'",
			"RequestId eq guid'00000000-0000-0000-0000-000000000001'", "the JSON shows GUIDs as texts", all},
		{"instant", "Created gt datetimeoffset'2026-03-01T10:00:00+02:00'", "Created gt datetime'2026-03-01T08:00:00Z'",
			"the instant counts", all},
		{"member of a complex value", "Ref/value eq guid'00000000-0000-0000-0000-000000000001'",
			"Ref/Value eq guid'00000000-0000-0000-0000-000000000001'", "names within complex values have no case either", all},
		{"no number", "TTL eq 'much'", "", "a text that holds no number is a mistake", all},
		{"names alone", "TTL eq '3600'", "", "literals are not forgiven without being asked to", odata.Looseness{Names: true}},
		{"nothing", "ttl eq 3600", "", "nothing is forgiven by default", odata.Looseness{}},
		{"ambiguous", "TWIN eq 1", "", "two properties would fit", all},
		{"exact first", "Twin eq 1", "Twin eq 1", "a name that fits is taken as it is", all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := bind.New(model, bind.Options{Loose: tt.loose})
			if err != nil {
				t.Fatal(err)
			}
			dump := func(text string) (string, error) {
				syntax, err := uri.Parse("requests", "$filter="+url.QueryEscape(text), uri.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				req, err := b.Request(syntax)
				if err != nil {
					return "", err
				}
				return odata.Dump(req.Query.Filter), nil
			}
			got, err := dump(tt.in)
			if tt.same == "" {
				if err == nil {
					t.Errorf("%s is accepted as %s: %s", tt.in, got, tt.why)
				}
				return
			}
			want, wantErr := dump(tt.same)
			if err != nil || wantErr != nil {
				t.Fatalf("%v, %v: %s", err, wantErr, tt.why)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", tt.in, tt.why, diff)
			}
		})
	}
}

func looseModel(t *testing.T) *metadata.Model {
	m := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "N",
		ComplexTypes: []*metadata.ComplexType{{Name: "Identifier", Properties: []*metadata.Property{
			{Name: "Value", Type: "Edm.Guid", NotNull: true}}}},
		EntityTypes: []*metadata.EntityType{{Name: "Request", Key: []string{"RequestId"}, Properties: []*metadata.Property{
			{Name: "RequestId", Type: "Edm.Guid", NotNull: true},
			{Name: "RequestStatus", Type: "Edm.String"},
			{Name: "TTL", Type: "Edm.Int64"},
			{Name: "Created", Type: "Edm.DateTime"},
			{Name: "Ref", Type: "Identifier"},
			{Name: "Twin", Type: "Edm.Int32"},
			{Name: "twin", Type: "Edm.Int32"},
		}}},
		Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{
			{Name: "requests", EntityType: "Request"}}}},
	}}}
	if err := m.Resolve(); err != nil {
		t.Fatal(err)
	}
	return m
}

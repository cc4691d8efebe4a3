package memory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/memory"
)

// TestGeneratedValues inserts an entity with one property that the store makes,
// and updates it twice.
func TestGeneratedValues(t *testing.T) {
	const identity, computed = metadata.StoreGeneratedIdentity, metadata.StoreGeneratedComputed
	for _, tt := range []struct {
		name     string
		property metadata.Property
		loaded   string    // of the entity that the store begins with; empty for none
		want     [3]string // inserted, and after each update; * is any other than before
		why      string
	}{
		{"number", metadata.Property{Type: "Edm.Int32", StoreGenerated: identity}, "7", [3]string{"8", "8", "8"}, "one more than the greatest, for good"},
		{"computed number", metadata.Property{Type: "Edm.Int16", StoreGenerated: computed}, "", [3]string{"1", "2", "3"}, "a new number every time"},
		{"token", metadata.Property{Type: "Edm.Int64", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "5L", [3]string{"6L", "7L", "8L"}, "one more every time"},
		{"token at its end", metadata.Property{Type: "Edm.SByte", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "126", [3]string{"127", "-128", "-127"}, "behind the greatest comes the least"},
		{"token beyond its end", metadata.Property{Type: "Edm.Byte", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "255", [3]string{"1", "2", "3"}, "a token never keeps an entity from being made"},
		{"guid", metadata.Property{Type: "Edm.Guid", StoreGenerated: identity}, "", [3]string{"*", "", ""}, "a random one"},
		{"guid token", metadata.Property{Type: "Edm.Guid", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "", [3]string{"*", "*", "*"}, "a random one every time"},
		{"row version", metadata.Property{Type: "Edm.Binary", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "X'0000000000000010'",
			[3]string{"X'0000000000000011'", "X'0000000000000012'", "X'0000000000000013'"}, "eight bytes that count"},
		{"short row version", metadata.Property{Type: "Edm.Binary", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed, Facets: metadata.Facets{MaxLength: new(1)}}, "X'FF'",
			[3]string{"X'00'", "X'01'", "X'02'"}, "no longer than they may be"},
		{"foreign row version", metadata.Property{Type: "Edm.Binary", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "X'000000000000000000FF'",
			[3]string{"X'0000000000000001'", "X'0000000000000002'", "X'0000000000000003'"}, "what is too long is no number"},
		{"bytes", metadata.Property{Type: "Edm.Binary", StoreGenerated: identity}, "", [3]string{"null", "null", "null"}, "nothing says what they should be"},
		{"made at", metadata.Property{Type: "Edm.DateTime", StoreGenerated: identity, NotNull: true}, "",
			[3]string{"datetime'2015-07-12T06:40:00Z'", "", ""}, "the time of the insert"},
		{"changed at", metadata.Property{Type: "Edm.DateTimeOffset", StoreGenerated: computed}, "",
			[3]string{"datetimeoffset'2015-07-12T06:40:00Z'", "", ""}, "the clock stands still"},
		{"time as a token", metadata.Property{Type: "Edm.DateTimeOffset", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "",
			[3]string{"datetimeoffset'2015-07-12T06:40:00Z'", "datetimeoffset'2015-07-12T06:40:00.0000001Z'", "datetimeoffset'2015-07-12T06:40:00.0000002Z'"}, "two changes at one time differ all the same"},
		{"local time as a token", metadata.Property{Type: "Edm.DateTime", StoreGenerated: computed, ConcurrencyMode: metadata.ConcurrencyFixed}, "",
			[3]string{"datetime'2015-07-12T06:40:00Z'", "datetime'2015-07-12T06:40:00.0000001Z'", "datetime'2015-07-12T06:40:00.0000002Z'"}, "so do these"},
		{"text", metadata.Property{Type: "Edm.String", StoreGenerated: identity, NotNull: true}, "", [3]string{"''", "''", "''"}, "empty where it cannot be null"},
		{"decimal", metadata.Property{Type: "Edm.Decimal", StoreGenerated: computed, NotNull: true}, "", [3]string{"0M", "0M", "0M"}, "zero likewise"},
		{"nothing", metadata.Property{Type: "Edm.Double", StoreGenerated: computed}, "", [3]string{"null", "null", "null"}, "and null where it can"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			made := tt.property
			made.Name = "Made"
			model := &metadata.Model{Schemas: []*metadata.Schema{{Namespace: "N",
				EntityTypes: []*metadata.EntityType{{Name: "Thing", Key: []string{"Id"}, Properties: []*metadata.Property{
					{Name: "Id", Type: "Edm.Int32", NotNull: true}, &made}}},
				Containers: []*metadata.EntityContainer{{Name: "C", IsDefault: true, EntitySets: []*metadata.EntitySet{{Name: "Things", EntityType: "N.Thing"}}}},
			}}}
			if err := model.Resolve(); err != nil {
				t.Fatal(err)
			}
			var data memory.Data
			if tt.loaded != "" {
				v := must(edm.ParseLiteral(tt.loaded))
				if v.Kind().IsNumeric() {
					v = must(edm.Convert(v, made.Kind()))
				}
				data.Entities = map[string][]memory.Entity{"Things": {{Values: map[string]edm.Value{"Id": edm.Int32(-1), "Made": v}}}}
			}
			s := openTown(t, model, data)
			q := s.query("Things")
			row, err := s.sets["Things"].Inserter.Insert(t.Context(), q, &odata.Change{Type: q.Type})
			if err != nil {
				t.Fatal(err)
			}
			var got [3]string
			q.Filter = binary(odata.Eq, &odata.Member{Of: odata.ItOf(q.Type), Property: q.Type.Property("Id")}, literal(row.Values[0]))
			for i := range got {
				if i > 0 {
					if row, err = s.sets["Things"].Updater.Update(t.Context(), q, &odata.Change{}); err != nil {
						t.Fatal(err)
					}
				}
				got[i] = row.Values[1].String()
			}
			want := tt.want
			for i, text := range want {
				if i > 0 && text == "" {
					want[i] = got[0]
				}
				if text == "*" && (i == 0 && got[0] != "null" || i > 0 && got[i] != got[i-1]) {
					want[i] = got[i]
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

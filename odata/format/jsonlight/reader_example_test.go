package jsonlight_test

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

func ExampleNewReader() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Zoo",
		EntityTypes: []*metadata.EntityType{{Name: "Animal", Key: []string{"Id"}, Properties: []*metadata.Property{
			{Name: "Id", Type: "Edm.Int64", NotNull: true}, {Name: "Born", Type: "Edm.DateTime"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
		return
	}
	animal := model.EntityType("Zoo.Animal")
	for _, body := range []string{`{"Id":"7","Born":"\/Date(0)\/"}`, `{"Id":"seven"}`} {
		entry, err := jsonlight.NewReader().ReadEntry(strings.NewReader(body), model, animal, format.Limits{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, p := range entry.Properties {
			fmt.Printf("%s %s\n", p.Property.Name, edm.AppendText(nil, p.Value))
		}
	}
	// Output:
	// Id 7
	// Born 1970-01-01T00:00:00Z
	// TypeMismatch: A value is not of the expected type: at byte 6: expected Edm.Int64 (Id): expected a digit (at offset 0)
}

package atom_test

import (
	"fmt"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
)

// An entity to create.
func ExampleNewReader() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Zoo",
		EntityTypes: []*metadata.EntityType{{Name: "Animal", Key: []string{"Id"}, Properties: []*metadata.Property{
			{Name: "Id", Type: "Edm.Int64", NotNull: true}, {Name: "Name", Type: "Edm.String"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
		return
	}
	const body = `<entry xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"
  xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
  <content type="application/xml">
    <m:properties><d:Id m:type="Edm.Int64">7</d:Id><d:Name m:null="true" /></m:properties>
  </content>
</entry>`
	entry, err := atom.NewReader().ReadEntry(strings.NewReader(body), model, model.EntityType("Zoo.Animal"), format.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range entry.Properties {
		fmt.Println(p.Property.Name, "=", p.Value)
	}
	// Output:
	// Id = 7L
	// Name = null
}

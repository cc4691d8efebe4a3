package atom_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/atom"
)

// A projection is compiled once and then writes any number of entities. The
// name of a tool is the title of its entry.
func Example() {
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace: "Shop",
		EntityTypes: []*metadata.EntityType{{Name: "Tool", Key: []string{"Id"}, Properties: []*metadata.Property{
			{Name: "Id", Type: "Edm.Int32", NotNull: true},
			{Name: "Name", Type: "Edm.String", FeedMappings: []metadata.FeedMapping{
				{TargetPath: "SyndicationTitle", KeepInContent: new(bool)}}},
			{Name: "Price", Type: "Edm.Decimal"},
		}}},
		Containers: []*metadata.EntityContainer{{Name: "Service", IsDefault: true,
			EntitySets: []*metadata.EntitySet{{Name: "Tools", EntityType: "Tool"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		log.Fatal(err)
	}
	tools := model.DefaultContainer().EntitySet("Tools")
	projection := &odata.Projection{Set: tools, Type: tools.Type(), Key: []int{0}}
	for i, p := range tools.Type().StructuralProperties() {
		projection.Fields = append(projection.Fields, odata.ProjectedField{Property: p, Index: i})
	}
	encoder := atom.New(atom.Options{}).Compile(projection)

	c := &format.Context{Root: "http://h/svc/", Updated: "2015-07-12T06:40:00Z"}
	row := odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("Hammer & nails"), edm.Null}}
	text := string(encoder.AppendRow(nil, c, &row, true))
	fmt.Println(strings.ReplaceAll(text, "><", ">\n<"))
	// Output:
	// <entry>
	// <id>http://h/svc/Tools(1)</id>
	// <category term="Shop.Tool" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" />
	// <link rel="edit" title="Tool" href="Tools(1)" />
	// <title type="text">Hammer &amp; nails</title>
	// <updated>2015-07-12T06:40:00Z</updated>
	// <author>
	// <name />
	// </author>
	// <content type="application/xml">
	// <m:properties>
	// <d:Id m:type="Edm.Int32">1</d:Id>
	// <d:Price m:null="true" />
	// </m:properties>
	// </content>
	// </entry>
}

package jsonlight_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// A feed of one session, as the PAM REST API answers it: the encoder is made
// once, then rows are appended to a buffer.
func Example() {
	session := &metadata.EntityType{Name: "Session", Key: []string{"Username"}, Properties: []*metadata.Property{
		{Name: "Username", Type: "Edm.String", NotNull: true}}}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:   "PAM",
		EntityTypes: []*metadata.EntityType{session},
		Containers: []*metadata.EntityContainer{{Name: "Container", EntitySets: []*metadata.EntitySet{
			{Name: "sessioninfo", EntityType: "Session"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
		return
	}
	feed := jsonlight.New(jsonlight.Minimal).Compile(&odata.Projection{
		Set:    model.DefaultContainer().EntitySet("sessioninfo"),
		Type:   session,
		Fields: []odata.ProjectedField{{Property: session.Property("Username"), Index: 0}},
		Key:    []int{0},
	})

	place := &format.Context{
		Root:        "http://localhost:8086/api/pamresources/",
		MetadataURL: "http://localhost:8086/api/pamresources/%24metadata",
	}
	row := odata.Row{Values: []edm.Value{edm.String(`PRIV\priv.anna`)}}
	var body []byte
	body = feed.AppendFeedStart(body, place, nil)
	body = feed.AppendRow(body, place, &row, true)
	body = feed.AppendFeedEnd(body, place, nil, "")
	fmt.Println(string(body))
	// Output: {"odata.metadata":"http://localhost:8086/api/pamresources/%24metadata#sessioninfo","value":[{"Username":"PRIV\\priv.anna"}]}
}

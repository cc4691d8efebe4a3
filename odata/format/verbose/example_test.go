package verbose_test

import (
	"fmt"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/verbose"
)

// The same feed for a client that understands version 2.0 at most, and for one
// that understands 3.0.
func Example() {
	visit := &metadata.EntityType{Name: "Visit", Key: []string{"Id"}, Properties: []*metadata.Property{
		{Name: "Id", Type: "Edm.Int32", NotNull: true}, {Name: "At", Type: "Edm.DateTime", NotNull: true}}}
	model := &metadata.Model{Schemas: []*metadata.Schema{{
		Namespace:   "Desk",
		EntityTypes: []*metadata.EntityType{visit},
		Containers: []*metadata.EntityContainer{{Name: "Service", EntitySets: []*metadata.EntitySet{
			{Name: "Visits", EntityType: "Visit"}}}},
	}}}
	if err := model.Resolve(); err != nil {
		fmt.Println(err)
		return
	}
	p := &odata.Projection{
		Set:  model.DefaultContainer().EntitySet("Visits"),
		Type: visit,
		Fields: []odata.ProjectedField{
			{Property: visit.Property("Id"), Index: 0}, {Property: visit.Property("At"), Index: 1}},
		Key: []int{0},
	}
	at, err := edm.ParseDateTime("2015-07-12T06:40:00Z")
	if err != nil {
		fmt.Println(err)
		return
	}
	row := odata.Row{Values: []edm.Value{edm.Int32(1), at.Value()}}
	place := &format.Context{Root: "http://h/svc/", MetadataURL: "http://h/svc/$metadata"}
	total := int64(1)

	for _, version := range []verbose.Version{verbose.Version2, verbose.Version3} {
		feed := verbose.New(verbose.Options{Version: version}).Compile(p)
		body := feed.AppendFeedStart(nil, place, &total)
		body = feed.AppendRow(body, place, &row, true)
		body = feed.AppendFeedEnd(body, place, &total, "")
		fmt.Println(string(body))
	}
	// Output:
	// {"d":{"results":[{"__metadata":{"id":"http://h/svc/Visits(1)","uri":"http://h/svc/Visits(1)","type":"Desk.Visit"},"Id":1,"At":"\/Date(1436683200000)\/"}],"__count":"1"}}
	// {"d":{"results":[{"__metadata":{"id":"http://h/svc/Visits(1)","uri":"http://h/svc/Visits(1)","type":"Desk.Visit"},"Id":1,"At":"2015-07-12T06:40:00Z"}],"__count":"1"}}
}

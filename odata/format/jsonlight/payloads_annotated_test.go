package jsonlight_test

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/internal/formattest"
)

func links(d demo) []formattest.Payload {
	two := int64(2)
	customers := d.Set("Customers")
	orders := &odata.Link{Set: customers, Nav: customers.Type().NavigationProperty("Orders")}
	order := *orders
	order.One = true
	friend := &odata.Link{Set: customers, Nav: customers.Type().NavigationProperty("BestFriend")}
	concierge := &odata.Link{Set: customers, Type: d.Entity("Demo.VipCustomer"), Nav: d.Entity("Demo.VipCustomer").NavigationProperty("Concierge")}
	return []formattest.Payload{{
		Name: "links", Why: "links are absolute; the context names the navigation, not where it leads",
		Write: formattest.Links(orders, nil, "", "Orders(guid'"+formattest.Order1+"')", "Orders(guid'"+formattest.Order2+"')"),
	}, {
		Name: "links-page", Why: "count first and next link last, at every level, as in a feed",
		Write: formattest.Links(orders, &two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=1", "Orders(guid'"+formattest.Order1+"')"),
	}, {
		Name: "link", Why: "the link of a single-valued navigation is the whole payload",
		Write: formattest.Link(friend, "Customers(2)"),
	}, {
		Name: "link-one", Why: "one link out of a collection is an element of it",
		Write: formattest.Link(&order, "Orders(guid'"+formattest.Order1+"')"),
	}, {
		Name: "link-derived", Why: "the context names the type that declares the navigation",
		Write: formattest.Link(concierge, "Customers(2)"),
	}}
}

func operations(d demo) []formattest.Payload {
	clip := d.Ref("More.Clip").Entity
	asset := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}
	film := odata.Row{Type: clip, Values: []edm.Value{edm.Int32(2), edm.Double(90)}}
	some := asset
	some.Advertised = []bool{true, true, false} // and none of the others
	sample := odata.Row{Values: []edm.Value{edm.String("x")}}
	spot := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null, edm.Null, edm.Collection(nil)}}
	bare := func(set string) *odata.Projection {
		return operating(formattest.Selecting(d.All(set), "", "Id", "Code", "Still"))
	}
	onlyClips := bare("Assets")
	for i := range onlyClips.Operations {
		onlyClips.Operations[i].Only = clip
	}
	return []formattest.Payload{{
		Name: "operations", Why: "bare at minimal, with title and target at full, between navigation and data",
		Write: formattest.Entry(operating(d.All("Customers")), d.Ann()),
	}, {
		Name: "operations-overloaded", Why: "overloads tell their parameters and the type they are bound to; what is always there is told at full only",
		Write: formattest.Feed(bare("Assets"), nil, "", asset, film),
	}, {
		Name: "operations-some", Why: "only what the entity offers now",
		Write: formattest.Entry(bare("Assets"), some),
	}, {
		Name: "operations-only", Why: "behind a cast in $select other types have none",
		Write: formattest.Feed(onlyClips, nil, "", asset, film),
	}, {
		Name: "operations-open", Why: "on an open type a plain name would be a property",
		Write: formattest.Entry(bare("Spots"), spot),
	}, {
		Name: "operations-other-container", Why: "outside the default container the target is qualified",
		Write: formattest.Entry(bare("OldSamples"), sample),
	}, {
		Name: "operations-unaddressed", Why: "without an address there is nothing to call",
		Write: formattest.Entry(formattest.Unaddressed(bare("Assets")), asset),
	}}
}

func streams(d demo) []formattest.Payload {
	clip := d.Ref("More.Clip").Entity
	photo := func(media *odata.StreamInfo, streams ...odata.StreamInfo) odata.Row {
		return odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}, Media: media, Streams: streams}
	}
	asset := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}, Streams: make([]odata.StreamInfo, 1)}
	film := odata.Row{Type: clip, Values: []edm.Value{edm.Int32(2), edm.Double(90)},
		Media:   &odata.StreamInfo{ContentType: "video/mp4"},
		Streams: []odata.StreamInfo{{ContentType: "image/png", ETag: `W/"s1"`}}}
	return []formattest.Payload{{
		Name: "streams", Why: "the example of the wire reference: read link, content type and entity tag, edit links at full",
		Write: formattest.Entry(d.All("Photos"), photo(&odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`},
			odata.StreamInfo{ContentType: "image/png", ReadURL: "http://cdn.example/t1.png"})),
	}, {
		Name: "streams-elsewhere", Why: "a media resource may be read from another place, but is written through the service",
		Write: formattest.Entry(d.All("Photos"), photo(&odata.StreamInfo{ReadURL: `http://cdn.example/"1"`})),
	}, {
		Name: "streams-unknown", Why: "what is not known is not told; a stream without information is left to readers",
		Write: formattest.Entry(d.All("Photos"), photo(&odata.StreamInfo{}, odata.StreamInfo{})),
	}, {
		Name: "streams-derived", Why: "a stream is on its type only, behind the type segment",
		Write: formattest.Feed(d.All("Assets"), nil, "", asset, film),
	}, {
		Name: "streams-unaddressed", Why: "without an address there is nothing to link to",
		Write: formattest.Entry(formattest.Unaddressed(d.All("Photos")), photo(&odata.StreamInfo{ContentType: "image/png"})),
	}}
}

func spatials(d demo) []formattest.Payload {
	property := func(typ string, v edm.Value) formattest.Writing {
		return formattest.Property(format.Property{Name: "P", Type: d.Ref(typ), Value: v})
	}
	spot := d.spot()
	return []formattest.Payload{{
		Name: "spatial", Why: "GeoJSON; its type is told at full, and at minimal where the declared one is abstract",
		Write: formattest.Entry(d.All("Spots"), spot),
	}, {
		Name: "spatial-null", Why: "null tells no type",
		Write: formattest.Entry(d.All("Spots"), odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null, edm.Null, edm.Collection(nil)}}),
	}, {
		Name: "spatial-property", Why: "GeoJSON is the value",
		Write: property("Edm.GeographyPoint", spot.Values[1]),
	}, {
		Name: "spatial-property-abstract", Why: "the context tells the type of the value, not the abstract one",
		Write: property("Edm.Geography", spot.Values[2]),
	}, {
		Name: "spatial-collection", Why: "items are bare",
		Write: property("Collection(Edm.GeometryPoint)", spot.Values[3]),
	}}
}

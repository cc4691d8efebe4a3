package jsonlight_test

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

func links(d demo) []payload {
	two := int64(2)
	customers := d.set("Customers")
	orders := &odata.Link{Set: customers, Nav: customers.Type().NavigationProperty("Orders")}
	order := *orders
	order.One = true
	friend := &odata.Link{Set: customers, Nav: customers.Type().NavigationProperty("BestFriend")}
	concierge := &odata.Link{Set: customers, Type: d.vip(), Nav: d.vip().NavigationProperty("Concierge")}
	list := func(l *odata.Link, count *int64, next string, urls ...string) func(format.Format) []byte {
		return func(f format.Format) []byte {
			dst := f.AppendLinksStart(nil, place, l, count)
			for i, url := range urls {
				dst = f.AppendLink(dst, place, []byte(url), i == 0)
			}
			return f.AppendLinksEnd(dst, place, count, next)
		}
	}
	single := func(l *odata.Link, url string) func(format.Format) []byte {
		return func(f format.Format) []byte { return f.AppendSingleLink(nil, place, l, []byte(url)) }
	}
	return []payload{{
		name: "links", why: "links are absolute; the context names the navigation, not where it leads",
		write: list(orders, nil, "", "Orders(guid'"+order1+"')", "Orders(guid'"+order2+"')"),
	}, {
		name: "links-page", why: "count first and next link last, at every level, as in a feed",
		write: list(orders, &two, "http://h/svc/Customers(1)/$links/Orders?$skiptoken=1", "Orders(guid'"+order1+"')"),
	}, {
		name: "links-empty", why: "no links are an empty array",
		write: list(orders, nil, ""),
	}, {
		name: "link", why: "the link of a single-valued navigation is the whole payload",
		write: single(friend, "Customers(2)"),
	}, {
		name: "link-one", why: "one link out of a collection is an element of it",
		write: single(&order, "Orders(guid'"+order1+"')"),
	}, {
		name: "link-derived", why: "the context names the type that declares the navigation",
		write: single(concierge, "Customers(2)"),
	}}
}

func operations(d demo) []payload {
	clip := d.ref("More.Clip").Entity
	asset := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}}
	film := odata.Row{Type: clip, Values: []edm.Value{edm.Int32(2), edm.Double(90)}}
	some := asset
	some.Advertised = []bool{true, true, false} // and none of the others
	sample := odata.Row{Values: []edm.Value{edm.String("x")}}
	spot := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null, edm.Null, edm.Collection(nil)}}
	bare := func(set string) *odata.Projection { return operating(selecting(d.all(set), "", "Id", "Code")) }
	onlyClips := bare("Assets")
	for i := range onlyClips.Operations {
		onlyClips.Operations[i].Only = clip
	}
	return []payload{{
		name: "operations", why: "bare at minimal, with title and target at full, between navigation and data",
		write: entry(operating(d.all("Customers")), d.ann()),
	}, {
		name: "operations-overloaded", why: "overloads tell their parameters and the type they are bound to; what is always there is told at full only",
		write: feed(bare("Assets"), nil, "", asset, film),
	}, {
		name: "operations-some", why: "only what the entity offers now",
		write: entry(bare("Assets"), some),
	}, {
		name: "operations-only", why: "behind a cast in $select other types have none",
		write: feed(onlyClips, nil, "", asset, film),
	}, {
		name: "operations-open", why: "on an open type a plain name would be a property",
		write: entry(bare("Spots"), spot),
	}, {
		name: "operations-other-container", why: "outside the default container the target is qualified",
		write: entry(bare("OldSamples"), sample),
	}, {
		name: "operations-unaddressed", why: "without an address there is nothing to call",
		write: entry(unaddressed(bare("Assets")), asset),
	}}
}

func streams(d demo) []payload {
	clip := d.ref("More.Clip").Entity
	photo := func(media *odata.StreamInfo, streams ...odata.StreamInfo) odata.Row {
		return odata.Row{Values: []edm.Value{edm.Int32(1), edm.String("cat")}, Media: media, Streams: streams}
	}
	asset := odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null}, Streams: make([]odata.StreamInfo, 1)}
	film := odata.Row{Type: clip, Values: []edm.Value{edm.Int32(2), edm.Double(90)},
		Media:   &odata.StreamInfo{ContentType: "video/mp4"},
		Streams: []odata.StreamInfo{{ContentType: "image/png", ETag: `W/"s1"`}}}
	return []payload{{
		name: "streams", why: "the example of the wire reference: read link, content type and entity tag, edit links at full",
		write: entry(d.all("Photos"), photo(&odata.StreamInfo{ContentType: "image/png", ETag: `"q1"`},
			odata.StreamInfo{ContentType: "image/png", ReadURL: "http://cdn.example/t1.png"})),
	}, {
		name: "streams-elsewhere", why: "a media resource may be read from another place, but is written through the service",
		write: entry(d.all("Photos"), photo(&odata.StreamInfo{ReadURL: `http://cdn.example/"1"`})),
	}, {
		name: "streams-unknown", why: "what is not known is not told; a stream without information is left to readers",
		write: entry(d.all("Photos"), photo(&odata.StreamInfo{}, odata.StreamInfo{})),
	}, {
		name: "streams-derived", why: "a stream is on its type only, behind the type segment",
		write: feed(d.all("Assets"), nil, "", asset, film),
	}, {
		name: "streams-unaddressed", why: "without an address there is nothing to link to",
		write: entry(unaddressed(d.all("Photos")), photo(&odata.StreamInfo{ContentType: "image/png"})),
	}}
}

func spatials(d demo) []payload {
	property := func(typ string, v edm.Value) func(format.Format) []byte {
		return func(f format.Format) []byte {
			return f.AppendProperty(nil, place, format.Property{Name: "P", Type: d.ref(typ), Value: v})
		}
	}
	spot := d.spot()
	return []payload{{
		name: "spatial", why: "GeoJSON; its type is told at full, and at minimal where the declared one is abstract",
		write: entry(d.all("Spots"), spot),
	}, {
		name: "spatial-null", why: "null tells no type",
		write: entry(d.all("Spots"), odata.Row{Values: []edm.Value{edm.Int32(1), edm.Null, edm.Null, edm.Collection(nil)}}),
	}, {
		name: "spatial-property", why: "GeoJSON is the value",
		write: property("Edm.GeographyPoint", spot.Values[1]),
	}, {
		name: "spatial-property-abstract", why: "the context tells the type of the value, not the abstract one",
		write: property("Edm.Geography", spot.Values[2]),
	}, {
		name: "spatial-collection", why: "items are bare",
		write: property("Collection(Edm.GeometryPoint)", spot.Values[3]),
	}}
}

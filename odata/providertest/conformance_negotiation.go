package providertest

import "strings"

// accepted are the Accept headers of the table of media types, in the order of
// its columns.
var accepted = []struct{ name, accept string }{
	{"absent", "none"},
	{"anything", "*/*"},
	{"JSON", "application/json"},
	{"minimal", "application/json;odata=minimalmetadata"},
	{"full", "application/json;odata=fullmetadata"},
	{"none", "application/json;odata=nometadata"},
	{"verbose", "application/json;odata=verbose"},
	{"Atom", "application/atom+xml"},
	{"XML", "application/xml"},
	{"HTML", "text/html"},
	{"Power Query", "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9," +
		"application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7"},
	{"datajs", "application/atomsvc+xml;q=0.8, application/json;odata=fullmetadata;q=0.7, application/json;q=0.5, */*;q=0.1"},
	{"text/xml", "text/xml"},
	{"atomsvc", "application/atomsvc+xml"},
	{".NET", "application/atom+xml,application/xml"},
	{"plain text", "text/plain"},
	{"browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"unstreamed", "application/json;odata=minimalmetadata;streaming=false"},
	{"Atom feed", "application/atom+xml;type=feed"},
	{"Atom entry", "application/atom+xml;type=entry"},
	{"jQuery", "application/json, text/javascript, */*; q=0.01"},
	{"DevExtreme", "application/json;odata=verbose, text/plain"},
}

// answered are the content types that the letters of the table stand for; a dash
// is 406.
var answered = map[byte]string{
	'F': "application/atom+xml;type=feed;charset=utf-8",
	'E': "application/atom+xml;type=entry;charset=utf-8",
	'A': "application/atom+xml;charset=utf-8",
	'X': "application/xml;charset=utf-8",
	'T': "text/xml;charset=utf-8",
	'S': "application/atomsvc+xml;charset=utf-8",
	'm': "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
	'u': "application/json;odata=minimalmetadata;streaming=false;charset=utf-8",
	'f': "application/json;odata=fullmetadata;streaming=true;charset=utf-8",
	'n': "application/json;odata=nometadata;streaming=true;charset=utf-8",
	'v': "application/json;odata=verbose;charset=utf-8",
	'p': "text/plain;charset=utf-8",
	'o': "application/octet-stream",
	'i': "image/png",
	'g': "image/gif",
}

// mediaTypes is the table of media types: per resource one letter for each
// column of accepted.
var mediaTypes = []struct{ resource, target, letters, why string }{
	//                               - * J m f n v A X H P d t s . p b u F E j D
	{"feed", "Customers", "F F m m f n v F - - m f - - F - F u F - m v", "a feed is Atom or JSON, never plain XML"},
	{"related feed", "Customers(1)/Orders", "F F m m f n v F - - m f - - F - F u F - m v", "as any feed"},
	{"feed of an operation", "TopCustomers?n=3", "F F m m f n v F - - m f - - F - F u F - m v", "as any feed"},
	{"entry", "Customers(1)", "E E m m f n v E - - m f - - E - E u - E m v", "an entry is Atom or JSON, never plain XML"},
	{"primitive property", "Customers(1)/Name", "X X m m f n v - X - m f T - X - X u - - m v", "a property is XML or JSON, never Atom"},
	{"complex property", "Customers(1)/Home", "X X m m f n v - X - m f T - X - X u - - m v", "as a primitive property"},
	{"collection property", "Customers(1)/Emails", "X X m m f n v - X - m f T - X - X u - - m v", "as a primitive property"},
	{"links", "Customers(1)/$links/Orders", "X X m m f n v - X - m f T - X - X u - - m v", "links are XML or JSON"},
	{"one link", "Customers(1)/$links/BestFriend", "X X m m f n v - X - m f T - X - X u - - m v", "a link is XML or JSON"},
	{"value of an operation", "Ping", "X X m m f n v - X - m f T - X - X u - - m v", "as a property"},
	{"collection of an operation", "/kinds/Texts", "X X m m f n v - X - m f T - X - X u - - m v", "as a property"},
	{"service document", "", "X X m m f n v - X - m S - S X - X u - - m v", "a service document has a type of its own beside XML"},
	{"$metadata", "$metadata", "X X X X X X X X X X X X X X X X X X X X X X", "one representation, so Accept is not asked"},
	{"text", "Customers(1)/Name/$value", "p p p p p p p p p p p p p p p p p p p p p p", "a bare value has one form, so Accept is not asked"},
	{"count", "Customers/$count", "p p p p p p p p p p p p p p p p p p p p p p", "a count has one form, so Accept is not asked"},
	{"bytes", "/kinds/Values(1)/Binary/$value", "o o o o o o o o o o o o o o o o o o o o o o", "a bare Edm.Binary is bytes, whatever is asked for"},
	{"media resource", "Photos(1)/$value", "i i i i i i i i i i i i i i i i i i i i i i", "stored bytes have the stored type"},
	{"named stream", "Photos(1)/Thumb", "g g g g g g g g g g g g g g g g g g g g g g", "stored bytes have the stored type"},
}

// errorTypes is the same for an error: what cannot be had is XML.
const errorTypes = "X X m m f n v X X X m f X X X X X u X X m v"

// negotiationRows hold the choice of the content type.
func negotiationRows() []row {
	var rows []row
	for _, m := range mediaTypes {
		for column, letter := range strings.Fields(m.letters) {
			r := row{section: "2.1", name: m.resource + " as " + accepted[column].name, target: m.target, why: m.why, accept: accepted[column].accept}
			if letter == "-" {
				r.want = "406 NotAcceptable"
			} else {
				r.typ = answered[letter[0]]
			}
			rows = append(rows, r)
		}
	}
	for column, letter := range strings.Fields(errorTypes) {
		rows = append(rows, row{section: "2.1", name: "error as " + accepted[column].name, target: "Nope", accept: accepted[column].accept,
			want: "404 NotFound", typ: answered[letter[0]], why: "an error always has a body; XML where nothing else fits"})
	}
	for _, m := range []struct{ target, letter string }{
		{"Customers", "m"}, {"Customers(1)", "m"}, {"Customers(1)/Name", "m"}, {"Customers(1)/Home", "m"}, {"Customers(1)/Emails", "m"},
		{"Customers(1)/$links/Orders", "m"}, {"Customers(1)/$links/BestFriend", "m"}, {"Ping", "m"}, {"", "m"}, {"$metadata", "X"},
		{"Customers(1)/Name/$value", "p"}, {"Customers/$count", "p"}, {"Photos(1)/$value", "i"}, {"Photos(1)/Thumb", "g"},
	} {
		for _, accept := range []string{"none", "*/*"} {
			rows = append(rows, row{section: "2.1", name: "a JSON service, Accept " + accept, target: "/json/" + m.target, accept: accept,
				typ: answered[m.letter[0]], why: "the default is a setting; what has one form keeps it"})
		}
	}
	return append(rows, choiceRows()...)
}

package providertest

// mistakeScripts hold bodies that no format takes.
func mistakeScripts() []script {
	var scripts []script
	for _, c := range []struct {
		name                   string
		light, verbose, atom   string
		wantJSON, wantXML, why string
	}{
		{"cut off", `{"Id":9,`, `{"Id":9,`, `<entry xmlns="http://www.w3.org/2005/Atom"><content`, "400 MalformedJSON", "400 MalformedXML", "half of a document"},
		{"trailing", `{"Id":9,"Version":1}{}`, `{"Id":9,"Version":1} x`, atom.entry(newCustomer("9")) + "<x/>", "400 MalformedJSON", "400 MalformedXML", "more than a document"},
		{"array", `[{"Id":9,"Version":1}]`, `[{"Id":9}]`, `<feed xmlns="http://www.w3.org/2005/Atom"/>`, "400", "400", "a feed is no entity"},
		{"text", `"Id"`, `"Id"`, `Id`, "400", "400", "a text is no entity"},
		{"null", `null`, `null`, `<x/>`, "400", "400", "null is no entity"},
		{"control sign", "{\"Id\":9,\"Name\":\"\x01\"}", "{\"Id\":9,\"Name\":\"\x01\"}", `<entry xmlns="http://www.w3.org/2005/Atom"><id>&#1;</id></entry>`, "400 MalformedJSON", "400 MalformedXML", "signs that no document has"},
		{"not UTF-8", "{\"Id\":9,\"Name\":\"\xff\"}", "{\"Id\":9,\"Name\":\"\xff\"}", "<entry xmlns=\"http://www.w3.org/2005/Atom\"><id>\xff</id></entry>", "400", "400", "text is UTF-8"},
	} {
		for _, f := range bodyFormats {
			body, want := map[bodyFormat]string{light: c.light, verbose: c.verbose, atom: c.atom}[f], c.wantJSON
			if f == atom {
				want = c.wantXML
			}
			scripts = append(scripts,
				script{section: sectionOf(f), name: "mistake: " + c.name, why: c.why, request: request{do: "POST Customers", send: string(f), body: body, want: want}},
				script{section: sectionOf(f), name: "mistake: " + c.name, why: c.why, request: request{do: "PATCH Customers(1)", match: "*", send: string(f), body: body, want: want}})
		}
	}
	return scripts
}

// bodyOf is a script about one insert.
func bodyOf(section, name, send, body, want, why string, then ...string) script {
	return script{section: section, name: name, why: why, request: request{do: "POST Customers", send: send, body: body, want: want}, then: then}
}

// lightScripts hold what only JSON light bodies have.
func lightScripts() []script {
	in := func(name, body, want, why string, then ...string) script {
		return bodyOf("9.3", name, "light", body, want, why, then...)
	}
	update := func(do, name, body, want, why string, then ...string) script {
		return script{section: "9.3", name: name, why: why, request: request{do: do, match: "*", send: "light", body: body, want: want}, then: then}
	}
	return []script{
		in("context", `{"odata.metadata":"http://host/svc/$metadata#Customers/@Element","Id":9,"Version":1}`, "201", "a context that fits"),
		in("context of another set", `{"odata.metadata":"http://host/svc/$metadata#Orders/@Element","Id":9,"Version":1}`, "400", "a context that does not fit"),
		in("context late", `{"Id":9,"Version":1,"odata.metadata":"http://host/svc/$metadata#Customers/@Element"}`, "400", "if present it is first"),
		in("type late", `{"Id":9,"odata.type":"Demo.VipCustomer","Version":1}`, "400", "a type comes before the properties"),
		in("type twice", `{"odata.type":"Demo.VipCustomer","odata.type":"Demo.VipCustomer","Id":9,"Version":1}`, "400 DuplicateMember", "a member is given once"),
		in("type no text", `{"odata.type":1,"Id":9,"Version":1}`, "400", "the name of a type is a text"),
		in("ignored", `{"odata.id":"http://host/svc/Customers(9)","odata.etag":"W/\"1\"","odata.editLink":"Customers(9)","odata.readLink":"Customers(9)","Orders@odata.navigationLinkUrl":"Customers(9)/Orders",`+
			`"Orders@odata.associationLinkUrl":"Customers(9)/$links/Orders","#DemoService.Promote":{"title":"Promote","target":"Customers(9)/Promote"},"Id":9,"Version":1}`, "201", "what clients echo is passed over"),
		in("value type", `{"Id":9,"Points@odata.type":"Edm.Int64","Points":"5","Version":1}`, "201", "the type of a value may be said", "Customers(9)/Points/$value", "=5"),
		in("Int64 as a number", `{"Id":9,"Points":5,"Version":1}`, "201", "clients write long integers as numbers", "Customers(9)/Points/$value", "=5"),
		in("Decimal as a number", `{"Id":9,"Credit":1.5,"Version":1}`, "201", "and decimals", "Customers(9)/Credit/$value", "=1.5"),
		in("Int32 as a text", `{"Id":"nine","Version":1}`, "400 TypeMismatch", "an Int32 is a number"),
		in("Boolean for a text", `{"Id":9,"Name":true,"Version":1}`, "400 TypeMismatch", "a text is a text"),
		in("object for a text", `{"Id":9,"Name":{},"Version":1}`, "400 TypeMismatch", "a text is a text"),
		in("text for a complex value", `{"Id":9,"Home":"Ulm","Version":1}`, "400 TypeMismatch", "a complex value is an object"),
		in("object for a collection", `{"Id":9,"Emails":{},"Version":1}`, "400 TypeMismatch", "a collection is an array"),
		in("complex type named", `{"Id":9,"Home":{"odata.type":"Demo.Address","City":"B"},"Version":1}`, "201", "the type of a complex value may be named", "Customers(9)/Home/City/$value", "=B"),
		in("date of another time", `{"Id":9,"Since":"2015-02-30T00:00:00","Version":1}`, "400 TypeMismatch", "there is no such day"),
		in("bind as an array", `{"Id":9,"Version":1,"BestFriend@odata.bind":["Customers(1)"]}`, "400", "an array for a single navigation"),
		in("bind as a text", `{"Id":9,"Version":1,"Orders@odata.bind":"Orders(`+orderA+`)"}`, "400", "a text for a collection"),
		in("bind of nothing", `{"Id":9,"Version":1,"Orders@odata.bind":[]}`, "400", "an empty array"),
		in("bind to null", `{"Id":9,"Version":1,"BestFriend@odata.bind":null}`, "400", "null is no URL"),
		in("bind behind the value", `{"Id":9,"Version":1,"Orders":[{"OrderId":"`+newOrder+`"}],"Orders@odata.bind":["Orders(`+orderA+`)"]}`, "400", "bind stands before the value"),
		in("bind of a property", `{"Id":9,"Version":1,"Name@odata.bind":"Customers(1)"}`, "400", "a property is not linked"),
		in("object for a collection navigation", `{"Id":9,"Version":1,"Orders":{"OrderId":"`+newOrder+`"}}`, "400", "a collection is an array"),
		in("array for a single navigation", `{"Id":9,"Version":1,"BestFriend":[{"Id":10,"Version":1}]}`, "400", "a single entity is an object"),
		in("null collection navigation", `{"Id":9,"Version":1,"Orders":null}`, "400", "a collection is never null"),
		in("no orders", `{"Id":9,"Version":1,"Orders":[]}`, "201", "a collection without entities"),
		in("bind and value", `{"Id":9,"Version":1,"BestFriend@odata.bind":"Customers(1)","BestFriend":{"Id":10,"Version":1}}`, "400", "bind or a value, not both"),
		in("custom annotation", `{"Id":9,"Version":1,"Name@custom.note":"x","custom.other":1}`, "201", "annotations of others do not matter"),
		in("escapes", `{"\u0049d":9,"Version":1,"Name":"\u00e9\ud83c\udf89\/"}`, "201", "escapes are read", "Customers(9)/Name/$value", "=é🎉/"),
		in("blanks", " {\r\n\t\"Id\" : 9 ,\"Version\":1 } \n", "201", "blanks do not count"),
		update("PUT Customers(1)/Name", "property without a value", `{}`, "400", "a value has to be said"),
		update("PUT Customers(1)/Name", "property of another name", `{"Name":"x"}`, "400", "a value is called value"),
		update("PUT Customers(1)/Name", "property with its context", `{"odata.metadata":"http://host/svc/$metadata#Edm.String","value":"x"}`, "204", "as it was read", "Customers(1)/Name/$value", "=x"),
		update("PUT Customers(1)/Name", "property null in V4", `{"value":null}`, "204", "null may be said plainly", "Customers(1)/Name", `~"odata.null":true`),
		update("PUT Customers(1)/Name", "property null as it was read", `{"odata.metadata":"http://host/svc/$metadata#Edm.Null","odata.null":true}`, "204", "null, as it was read", "Customers(1)/Name", `~"odata.null":true`),
		update("PUT Customers(1)/Home", "complex with its context", `{"odata.metadata":"http://host/svc/$metadata#Demo.Address","Street":"S","City":"C"}`, "204", "as it was read", "Customers(1)/Home/City/$value", "=C"),
		update("PUT Customers(1)/Emails", "collection with its context", `{"odata.metadata":"http://host/svc/$metadata#Collection(Edm.String)","value":["x"]}`, "204", "as it was read", "Customers(1)/Emails", `~"value":["x"]`),
		update("PATCH Tags('x')", "undeclared with its type", `{"Size@odata.type":"Edm.Int64","Size":"7"}`, "400 NoETag", "a tag has no ETag"),
		{section: "9.3", name: "undeclared types", why: "undeclared values say their types", request: request{do: "PATCH Tags('x')", send: "light",
			body: `{"Size@odata.type":"Edm.Int64","Size":"7","When@odata.type":"Edm.DateTime","When":"2020-01-01T00:00:00","Key@odata.type":"Edm.Guid","Key":"` + newOrder + `"}`, want: "204"},
			then: []string{"Tags('x')", `~"Size@odata.type":"Edm.Int64","Size":"7"`, "Tags('x')/When/$value", "=2020-01-01T00:00:00", "Tags('x')/Key/$value", "=" + newOrder}},
		{section: "9.3", name: "undeclared object", why: "an undeclared value is primitive", request: request{do: "PATCH Tags('x')", send: "light", body: `{"Size":{"a":1}}`, want: "400"}},
		{section: "9.3", name: "link", why: "a link is a URL", request: request{do: "POST Customers(3)/$links/Orders", send: "light", body: `{"uri":"Orders(` + orderA + `)"}`, want: "400"}},
		{section: "9.3", name: "link with its context", why: "as it was read", request: request{do: "PUT Customers(3)/$links/BestFriend", send: "light",
			body: `{"odata.metadata":"http://host/svc/$metadata#Customers/$links/BestFriend","url":"http://host/svc/Customers(2)"}`, want: "204"}, then: []string{"Customers(3)/BestFriend/Id/$value", "=2"}},
		{section: "9.3", name: "media annotations", why: "what clients echo is passed over", request: request{do: "PATCH Photos(1)", send: "light",
			body: `{"odata.mediaReadLink":"x","odata.mediaEditLink":"x","odata.mediaContentType":"image/png","odata.mediaETag":"\"x\"","Thumb@odata.mediaReadLink":"x","Thumb@odata.mediaEditLink":"x","Thumb@odata.mediaContentType":"image/gif","Thumb@odata.mediaETag":"\"x\"","Caption":"dog"}`,
			want: "204"}, then: []string{"Photos(1)/Caption/$value", "=dog"}},
	}
}

// verboseScripts hold what only verbose bodies have.
func verboseScripts() []script {
	in := func(name, body, want, why string, then ...string) script {
		return bodyOf("9.4", name, "verbose", body, want, why, then...)
	}
	update := func(do, name, body, want, why string, then ...string) script {
		return script{section: "9.4", name: name, why: why, request: request{do: do, match: "*", send: "verbose", body: body, want: want}, then: then}
	}
	const binding = `{"__metadata":{"uri":"Orders(` + orderA + `)"}}`
	return []script{
		in("wrapper", `{"d":{"Id":9,"Version":1}}`, "400", "requests have no wrapper"),
		in("binding", `{"Id":9,"Version":1,"BestFriend":{"__metadata":{"uri":"Customers(1)"}}}`, "201", "an object with its address alone is a binding", "Customers(9)/BestFriend/Id/$value", "=1"),
		in("mixed", `{"Id":9,"Version":1,"Orders":[`+binding+`,{"OrderId":"`+newOrder+`"}]}`, "201", "bindings and new ones in one array", "Customers(9)/Orders/$count", "=2"),
		in("results", `{"Id":9,"Version":1,"Orders":{"results":[`+binding+`,{"OrderId":"`+newOrder+`"}]}}`, "201", "an array may be in results", "Customers(9)/Orders/$count", "=2"),
		in("deferred", `{"Id":9,"Version":1,"Orders":{"__deferred":{"uri":"Customers(9)/Orders"}},"BestFriend":{"__deferred":{"uri":"Customers(9)/BestFriend"}}}`, "201", "what is deferred is passed over", "Customers(9)/BestFriend", "204"),
		in("metadata", `{"__metadata":{"id":"x","uri":"x","etag":"x","type":"Demo.Customer"},"Id":9,"Version":1}`, "201", "what clients echo is passed over"),
		in("metadata last", `{"Id":9,"Version":1,"__metadata":{"type":"Demo.Customer"}}`, "201", "order of members does not matter"),
		in("no orders", `{"Id":9,"Version":1,"Orders":[]}`, "201", "a collection without entities"),
		in("plain address", `{"Id":9,"Version":1,"Home":{"Street":"S","City":"C"}}`, "201", "a complex value need not say its type", "Customers(9)/Home/City/$value", "=C"),
		in("plain array", `{"Id":9,"Version":1,"Emails":["x"]}`, "201", "nor need a collection", "Customers(9)/Emails", `~"value":["x"]`),
		in("results alone", `{"Id":9,"Version":1,"Emails":{"results":["x"]}}`, "201", "a collection in results", "Customers(9)/Emails", `~"value":["x"]`),
		in("ticks", `{"Id":9,"Version":1,"Since":"/Date(1436683200000)/"}`, "201", "dates as ticks, at any version", "Customers(9)/Since/$value", "=2015-07-12T06:40:00Z"),
		in("escaped ticks", `{"Id":9,"Version":1,"Since":"\/Date(1436683200000)\/"}`, "201", "as the older writers escape them", "Customers(9)/Since/$value", "=2015-07-12T06:40:00Z"),
		in("ISO", `{"Id":9,"Version":1,"Since":"2015-07-12T06:40:00"}`, "201", "dates as text", "Customers(9)/Since/$value", "=2015-07-12T06:40:00"),
		in("no ticks", `{"Id":9,"Version":1,"Since":"/Date(x)/"}`, "400 TypeMismatch", "ticks are a number"),
		{section: "9.4", name: "older version", why: "plain JSON of 2.0 is verbose", request: request{do: "POST OrderLines", send: "json", header: []string{"DataServiceVersion: 2.0", "MaxDataServiceVersion: 2.0"},
			body: `{"__metadata":{"type":"Demo.OrderLine"},"OrderId":"` + newOrder + `","LineNo":1}`, want: "201", answer: []string{"DataServiceVersion: 2.0;"}}},
		{section: "9.4", name: "ticks of 2.0", why: "dates as ticks", request: request{do: "MERGE Customers(1)", match: "*", send: "verbose", header: []string{"DataServiceVersion: 2.0"},
			body: `{"Since":"/Date(1436683200000)/","Version":5}`, want: "204"}, then: []string{"Customers(1)/Version/$value", "=5"}},
		update("PUT Customers(1)/Name", "any member name", `{"anything":"x"}`, "204", "one member, whatever its name", "Customers(1)/Name/$value", "=x"),
		update("PUT Customers(1)/Name", "two members", `{"Name":"x","Other":"y"}`, "400", "one member only"),
		update("PUT Customers(1)/Name", "no member", `{}`, "400", "one member"),
		update("PUT Customers(1)/Home", "complex", `{"Home":{"__metadata":{"type":"Demo.Address"},"Street":"S","City":"C"}}`, "204", "a complex value in its member", "Customers(1)/Home/City/$value", "=C"),
		update("PATCH Customers(1)", "null link", `{"BestFriend":null,"Version":4}`, "204", "null clears", "Customers(1)/BestFriend", "204"),
		{section: "9.4", name: "link", why: "a link is a uri", request: request{do: "POST Customers(3)/$links/Orders", send: "verbose", body: `{"nope":"Orders(` + orderA + `)"}`, want: "400"}},
		{section: "9.4", name: "undeclared", why: "undeclared values have the types of JSON", request: request{do: "PATCH Tags('x')", send: "verbose", body: `{"Size":7,"Half":0.5,"On":true,"Name":"n"}`, want: "204"},
			then: []string{"Tags('x')/Size/$value", "=7", "Tags('x')/Half/$value", "=0.5", "Tags('x')/On/$value", "=true", "Tags('x')/Name/$value", "=n"}},
	}
}

// atomScripts hold what only Atom and XML bodies have.
func atomScripts() []script {
	const head = `<entry xmlns="` + atomNamespace + `" xmlns:d="` + dataNamespace + `" xmlns:m="` + metadataNamespace + `">`
	const nine = `<content type="application/xml"><m:properties><d:Id m:type="Edm.Int32">9</d:Id><d:Version m:type="Edm.Int32">1</d:Version></m:properties></content>`
	in := func(name, body, want, why string, then ...string) script {
		return bodyOf("9.5", name, "atom", body, want, why, then...)
	}
	update := func(do, name, body, want, why string, then ...string) script {
		return script{section: "9.5", name: name, why: why, request: request{do: do, match: "*", send: "xml", body: body, want: want}, then: then}
	}
	rel := func(name, attributes string) string {
		return `<link rel="` + dataNamespace + `/related/` + name + `" ` + attributes
	}
	return []script{
		in("declaration", `<?xml version="1.0" encoding="utf-8"?>`+head+nine+`</entry>`, "201", "a declaration of UTF-8"),
		in("other encoding", `<?xml version="1.0" encoding="iso-8859-1"?>`+head+nine+`</entry>`, "4xx", "another encoding is refused"),
		in("document type", `<!DOCTYPE entry>`+head+nine+`</entry>`, "400 MalformedXML", "a document type is refused"),
		in("entities", `<!DOCTYPE entry [<!ENTITY x "y">]>`+head+nine+`</entry>`, "400 MalformedXML", "so are entities"),
		in("other prefixes", `<a:entry xmlns:a="`+atomNamespace+`"><a:content type="application/xml"><p xmlns="`+metadataNamespace+`"/><properties xmlns="`+metadataNamespace+`"><Id xmlns="`+dataNamespace+`">9</Id><x:Version xmlns:x="`+dataNamespace+`">1</x:Version></properties></a:content></a:entry>`, "4xx", "an element that is not known there"),
		in("prefixes", `<a:entry xmlns:a="`+atomNamespace+`"><a:content type="application/xml"><properties xmlns="`+metadataNamespace+`"><Id xmlns="`+dataNamespace+`">9</Id><x:Version xmlns:x="`+dataNamespace+`">1</x:Version></properties></a:content></a:entry>`, "201", "prefixes are free"),
		in("untyped", head+`<content type="application/xml"><m:properties><d:Id>9</d:Id><d:Points>5</d:Points><d:Version>1</d:Version></m:properties></content></entry>`, "201", "without m:type the declared type counts", "Customers(9)/Points/$value", "=5"),
		in("wrong type", head+`<content type="application/xml"><m:properties><d:Id m:type="Edm.String">9</d:Id><d:Version>1</d:Version></m:properties></content></entry>`, "400", "m:type has to fit"),
		in("comments", head+`<!-- multiline -->`+nine+`<?app x?></entry>`, "201", "comments do not count"),
		in("foreign elements", head+`<x xmlns="http://other.example/">y</x>`+nine+`</entry>`, "201", "elements of others do not count"),
		in("Atom's own", head+`<id>http://host/svc/Customers(77)</id><title>t</title><summary>s</summary><updated>2000-01-01T00:00:00Z</updated><published>2000-01-01T00:00:00Z</published><rights>r</rights><author><name>n</name></author><contributor><name>n</name></contributor>`+
			`<link rel="edit" title="Customer" href="Customers(77)"/><link rel="self" href="Customers(77)"/>`+nine+`</entry>`, "201", "id, updated, author and edit links are passed over", "Customers(77)", "404 NotFound"),
		in("operations", head+`<m:action metadata="x" title="t" target="y"/><m:function metadata="x" title="t" target="y"/>`+nine+`</entry>`, "201", "so are operations"),
		in("etag", `<entry m:etag="W/&quot;9&quot;" xmlns="`+atomNamespace+`" xmlns:d="`+dataNamespace+`" xmlns:m="`+metadataNamespace+`">`+nine+`</entry>`, "201", "so is the ETag", "Customers(9)/Version/$value", "=1"),
		in("other category", head+`<category term="news" scheme="http://other.example/"/>`+nine+`</entry>`, "201", "categories of others name no type"),
		in("no content", head+`</entry>`, "201", "an entry may say nothing: all is made, null or zero", "Customers/$count", "=4"),
		in("several links", head+rel("Orders", `type="application/atom+xml;type=entry" href="Orders(`+orderA+`)"/>`)+rel("Orders", `type="application/atom+xml;type=entry" href="Orders(`+orderB+`)"/>`)+nine+`</entry>`, "201",
			"several links for several bindings", "Customers(9)/Orders/$count", "=2"),
		in("links behind the content", head+nine+rel("BestFriend", `type="application/atom+xml;type=entry" href="Customers(1)"/></entry>`), "201", "order of elements does not matter", "Customers(9)/BestFriend/Id/$value", "=1"),
		in("empty inline", head+rel("BestFriend", `type="application/atom+xml;type=entry" href="Customers(9)/BestFriend"><m:inline/></link>`)+nine+`</entry>`, "201", "nothing inline is nothing", "Customers(9)/BestFriend", "204"),
		in("feed link", head+rel("Orders", `type="application/atom+xml;type=feed" href="Customers(1)/Orders"/>`)+nine+`</entry>`, "201", "the address of a feed is what an answer says", "Customers(9)/Orders/$count", "=0", "Customers(1)/Orders/$count", "=2"),
		in("link to nothing", head+rel("Nope", `type="application/atom+xml;type=entry" href="Customers(1)"/>`)+nine+`</entry>`, "400", "no such navigation"),
		in("association link", head+`<link rel="`+dataNamespace+`/relatedlinks/Orders" type="application/xml" href="Customers(9)/$links/Orders"/>`+nine+`</entry>`, "201", "the address of links is passed over"),
		in("blanks in a text", head+`<content type="application/xml"><m:properties><d:Id>9</d:Id><d:Name xml:space="preserve"> a </d:Name><d:Version>1</d:Version></m:properties></content></entry>`, "201", "blanks of a text count", "Customers(9)/Name", `~"value":" a "`),
		in("marked text", head+`<content type="application/xml"><m:properties><d:Id>9</d:Id><d:Name><![CDATA[<b>]]>&amp;&#x20AC;</d:Name><d:Version>1</d:Version></m:properties></content></entry>`, "201", "marked sections and references", "Customers(9)/Name/$value", "=<b>&€"),
		in("empty element", head+`<content type="application/xml"><m:properties><d:Id>9</d:Id><d:Name/><d:Version>1</d:Version></m:properties></content></entry>`, "201", "an empty element is an empty text", "Customers(9)/Name", `~"value":""`),
		in("properties outside", head+`<content type="image/png" src="x"/><m:properties><d:Id>9</d:Id><d:Version>1</d:Version></m:properties></entry>`, "201", "as of media entities", "Customers(9)/Version/$value", "=1"),
		{section: "9.5", name: "media", why: "of media entities the properties are outside of the content", request: request{do: "PATCH Photos(1)", send: "atom",
			body: head + `<content type="image/png" src="Photos(1)/$value"/><m:properties><d:Caption>dog</d:Caption></m:properties></entry>`, want: "204"}, then: []string{"Photos(1)/Caption/$value", "=dog"}},
		{section: "9.5", name: "XML", why: "the type may say XML only", request: request{do: "POST Customers", send: "xml", body: head + nine + `</entry>`, want: "201"}},
		{section: "9.5", name: "Atom without a type", why: "the parameter is not needed", request: request{do: "POST Customers", send: "application/atom+xml", body: head + nine + `</entry>`, want: "201"}},
		update("PUT Customers(1)/Name", "any root", `<x>y</x>`, "204", "the name of the root does not matter", "Customers(1)/Name/$value", "=y"),
		update("PUT Customers(1)/Name", "elements", `<d:Name xmlns:d="`+dataNamespace+`"><d:x>y</d:x></d:Name>`, "400", "a text has no elements"),
		{section: "9.5", name: "link of m", why: ".NET writes links in the namespace of metadata", request: request{do: "POST Customers(3)/$links/Orders", send: "xml",
			body: `<uri xmlns="` + metadataNamespace + `">http://host/svc/Orders(` + orderA + `)</uri>`, want: "204"}, then: []string{"Customers(3)/Orders/$count", "=1"}},
		{section: "9.5", name: "link of nobody", why: "a link is a uri", request: request{do: "POST Customers(3)/$links/Orders", send: "xml", body: `<x/>`, want: "400"}},
		{section: "9.5", name: "undeclared", why: "undeclared values say their types, texts need not", request: request{do: "PATCH Tags('x')", send: "atom",
			body: head + `<content type="application/xml"><m:properties><d:A>t</d:A><d:B m:type="Edm.Int64">7</d:B><d:C m:type="Edm.Binary">AQI=</d:C></m:properties></content></entry>`, want: "204"},
			then: []string{"Tags('x')", `~"A":"t"`, "Tags('x')/B", "#Edm.Int64", "Tags('x')/C", "#Edm.Binary"}},
	}
}

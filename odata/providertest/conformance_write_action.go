package providertest

// actionScripts hold calls of actions.
func actionScripts() []script {
	call := func(name, target, send, body, want, why string, then ...string) script {
		return script{section: "9.8", name: name, why: why, points: "action", request: request{do: "POST " + target, send: send, body: body, want: want}, then: then}
	}
	still := func(s script) script { s.still = true; return s }
	scripts := []script{
		call("in light", "Customers(1)/Promote", "light", `{"level":2}`, "200", "one member for each parameter", "Customers(1)/Points/$value", "=14"),
		call("in verbose", "Customers(1)/Promote", "verbose", `{"level":2}`, "200", "one member for each parameter", "Customers(1)/Points/$value", "=14"),
		call("in plain JSON", "Customers(1)/Promote", "json", `{"level":2}`, "200", "one member for each parameter", "Customers(1)/Points/$value", "=14"),
		call("in Atom", "Customers(1)/Promote", "atom", `<entry xmlns="http://www.w3.org/2005/Atom"/>`, "415 UnsupportedMediaType", "there is no Atom form"),
		call("in XML", "Customers(1)/Promote", "xml", `<level>2</level>`, "415 UnsupportedMediaType", "there is no XML form"),
		call("as a form", "Customers(1)/Promote", "application/x-www-form-urlencoded", `level=2`, "415 UnsupportedMediaType", "forms are for those that allow them"),
		call("by the container", "Customers(1)/DemoService.Promote", "json", `{"level":2}`, "200", "the container may be named", "Customers(1)/Points/$value", "=14"),
		call("through a navigation", "Customers(3)/BestFriend/Promote", "json", `{"level":2}`, "200", "bound to the target", "Customers(1)/Points/$value", "=14"),
		call("on a derived type", "Customers(2)/Demo.VipCustomer/Promote", "json", `{"level":2}`, "200", "what the base type has", "Customers(2)/Points/$value", "=1099511627778"),
		call("wrapped", "Customers(1)/Promote", "verbose", `{"d":{"level":2}}`, "400 UnknownParameter", "there is no wrapper"),
		call("missing parameter", "Customers(1)/Promote", "json", `{}`, "400 MissingMember", "a parameter that must have a value"),
		call("no body", "Customers(1)/Promote", "", ``, "400 MissingMember", "a parameter that must have a value"),
		call("no type", "Customers(1)/Promote", "", `{"level":2}`, "400 MissingContentType", "a body is described"),
		call("null", "Customers(1)/Promote", "json", `{"level":null}`, "400", "a parameter that is never null"),
		call("unknown", "Customers(1)/Promote", "json", `{"level":2,"x":1}`, "400 UnknownParameter", "names of no parameter"),
		call("letter case", "Customers(1)/Promote", "json", `{"Level":2}`, "400 UnknownParameter", "names have a case"),
		call("binding parameter", "Customers(1)/Promote", "json", `{"cust":{},"level":2}`, "400 UnknownParameter", "the entity is in the address"),
		call("twice", "Customers(1)/Promote", "json", `{"level":2,"level":3}`, "400 DuplicateMember", "a parameter is given once"),
		call("mismatch", "Customers(1)/Promote", "json", `{"level":"two"}`, "400 TypeMismatch", "a value has its parameter's type"),
		call("out of range", "Customers(1)/Promote", "json", `{"level":2147483648}`, "400 TypeMismatch", "beyond Int32"),
		call("array", "Customers(1)/Promote", "json", `[2]`, "400", "one object"),
		call("missing entity", "Customers(99)/Promote", "json", `{"level":2}`, "404 NotFound", "bound to nobody"),
		call("null entity", "Customers(2)/BestFriend/Promote", "json", `{"level":2}`, "404 NotFound", "bound to nobody"),
		call("wrong cast", "Customers(1)/Demo.VipCustomer/Promote", "json", `{"level":2}`, "404 NotFound", "she is no VIP"),
		call("to a set", "Customers/Promote", "json", `{"level":2}`, "400 OperationNotBindable", "it binds to one"),
		call("to an order", "Orders("+orderA+")/Promote", "json", `{"level":2}`, "400 OperationNotBindable", "it binds to customers"),
		call("with arguments in the address", "Customers(1)/Promote(level=2)", "json", `{}`, "4xx", "arguments of actions are in the body"),
		call("collection", "Customers/ResetAll", "", "", "204", "nothing to say, no body and no type", "Customers(1)/Points/$value", "=0", "Customers(3)/Points/$value", "=0"),
		call("collection with an object", "Customers/ResetAll", "json", "{}", "204", "or an empty object", "Customers(1)/Points/$value", "=0"),
		call("collection with a type", "Customers/ResetAll", "json", "", "204", "or a type without a body", "Customers(1)/Points/$value", "=0"),
		call("filtered collection", "Customers/ResetAll?$filter=Id eq 1", "json", "{}", "400 OptionNotApplicable", "what is changed is not selected"),
		call("collection of a derived type", "Customers/Demo.VipCustomer/ResetAll", "json", "{}", "204", "only the VIPs", "Customers(2)/Points/$value", "=0", "Customers(1)/Points/$value", "=12"),
		call("collection by navigation", "Customers(1)/Orders/ResetAll", "json", "{}", "400 OperationNotBindable", "it binds to customers"),
		call("unbound", "Purge", "json", `{"days":1}`, "204", "void is 204", "Tags/$count", "=0"),
		call("unbound in verbose", "Purge", "verbose", `{"days":1}`, "204", "void is 204", "Tags/$count", "=0"),
		call("unbound with a key", "Purge(1)", "json", `{"days":1}`, "4xx", "a void result has no members"),
		call("unknown", "Nothing", "json", `{}`, "404 NotFound", "no such operation"),
		call("result continued", "Customers(1)/Promote/Name", "json", `{"level":2}`, "4xx", "nothing follows an action"),
		{section: "9.8", name: "result", why: "the entity with its ETag, without Location", points: "action", request: request{do: "POST Customers(1)/Promote", send: "json", body: `{"level":2}`, want: "200",
			answer: []string{`ETag: W/"3"`, "Location:"}, has: []string{`$metadata#Customers/@Element`, `"Points":"14"`}}},
		{section: "9.8", name: "verbose result", why: "in the negotiated format", points: "action", request: request{do: "POST Customers(1)/Promote", send: "json", body: `{"level":2}`, want: "200",
			accept: "application/json;odata=verbose", has: []string{`{"d":{"__metadata":`, `"Points":"14"`}}},
		{section: "9.8", name: "Atom result", why: "in the negotiated format", points: "action", request: request{do: "POST Customers(1)/Promote", send: "json", body: `{"level":2}`, want: "200",
			accept: "application/atom+xml", has: []string{`<d:Points m:type="Edm.Int64">14</d:Points>`}}},
		{section: "9.8", name: "unusable Accept", why: "refused before anything is done", points: "action", request: request{do: "POST Customers(1)/Promote", send: "json", body: `{"level":2}`, want: "406", accept: "image/png"}},
		{section: "9.8", name: "void", why: "no content", points: "action", request: request{do: "POST Purge", send: "json", body: `{"days":1}`, want: "204", answer: []string{"Content-Type:", "ETag:", "Location:"}}},
		still(call("nothing to do", "Customers(1)/Promote", "json", `{"level":0}`, "200", "an action may do nothing")),
	}
	for _, verb := range []string{"GET", "PUT", "PATCH", "MERGE", "DELETE"} {
		for _, target := range []string{"Customers(1)/Promote", "Customers/ResetAll", "Purge"} {
			scripts = append(scripts, script{section: "9.8", name: "only POST", why: "actions are called with POST", points: "action", request: request{do: verb + " " + target, send: "json", body: `{}`, want: "405 MethodNotAllowed", answer: []string{"Allow: POST"}}})
		}
	}
	return scripts
}

// streamScripts hold media entities and named streams.
func streamScripts() []script {
	s := func(name string, r request, why string, then ...string) script {
		return script{section: "9.9", name: name, why: why, points: "stream", request: r, then: then}
	}
	created := []string{"Location: http://host/svc/Photos(3)"}
	return []script{
		s("create", request{do: "POST Photos", send: "image/png", body: "PNG", want: "201", answer: created, has: []string{`"odata.mediaContentType":"image/png"`, `"Id":3,"Caption":null`}}, "the bytes make a media entity", "Photos(3)/$value", "=PNG"),
		s("create in verbose", request{do: "POST Photos", send: "image/png", body: "PNG", accept: "application/json;odata=verbose", want: "201", answer: created, has: []string{`"media_src":"http://host/svc/Photos(3)/$value"`}}, "the entry is negotiated", "Photos(3)/$value", "=PNG"),
		s("create in Atom", request{do: "POST Photos", send: "image/png", body: "PNG", accept: "application/atom+xml", want: "201", answer: created, has: []string{`<content type="image/png" src="`}}, "the entry is negotiated", "Photos(3)/$value", "=PNG"),
		s("JSON", request{do: "POST Photos", send: "light", body: `{"Id":9,"Caption":"x"}`, want: "201", answer: created, has: []string{`"Id":3,"Caption":null`}}, "the body is never parsed as an entity", "Photos(3)/$value", `={"Id":9,"Caption":"x"}`),
		s("broken JSON", request{do: "POST Photos", send: "light", body: `{"Id":`, want: "201", answer: created}, "the body is never parsed as an entity", "Photos(3)/$value", `={"Id":`),
		s("Atom", request{do: "POST Photos", send: "atom", body: `<entry/>`, want: "201", answer: created}, "the body is never parsed as an entity", "Photos(3)/$value", `=<entry/>`),
		s("slug", request{do: "POST Photos", send: "image/png", body: "PNG", header: []string{"Slug: cat%20picture"}, want: "201", answer: created}, "a hint"),
		s("malformed slug", request{do: "POST Photos", send: "image/png", body: "PNG", header: []string{"Slug: %zz"}, want: "201", answer: created}, "a hint that cannot be read is none"),
		s("no type", request{do: "POST Photos", body: "PNG", want: "400 MissingContentType"}, "bytes are described"),
		s("wildcard", request{do: "POST Photos", send: "image/*", body: "PNG", want: "415 InvalidContentType"}, "a type is exactly one"),
		s("empty", request{do: "POST Photos", send: "image/png", want: "201", answer: created}, "a stream may be empty", "Photos(3)/$value", "204"),
		s("type with parameters", request{do: "POST Photos", send: "text/plain;charset=utf-8;x=1", body: "t", want: "201", has: []string{`"odata.mediaContentType":"text/plain;charset=utf-8;x=1"`}}, "the type is kept", "Photos(3)/$value", "=t"),
		s("replace", request{do: "PUT Photos(1)/$value", send: "image/gif", body: "GIF", want: "204", answer: []string{"Content-Type:", "Location:"}}, "the bytes and their type", "Photos(1)/$value", "=GIF", "Photos(1)", `~"odata.mediaContentType":"image/gif"`),
		s("replace by nothing", request{do: "PUT Photos(1)/$value", send: "image/gif", want: "204"}, "a stream may be empty", "Photos(1)/$value", "204"),
		s("replace JSON", request{do: "PUT Photos(1)/$value", send: "json", body: "{", want: "204"}, "bytes are bytes", "Photos(1)/$value", "={"),
		s("replace without a type", request{do: "PUT Photos(1)/$value", body: "x", want: "400 MissingContentType"}, "bytes are described"),
		s("first bytes", request{do: "PUT Photos(2)/$value", send: "image/gif", body: "GIF", want: "204"}, "an entity without bytes gets some", "Photos(2)/$value", "=GIF"),
		s("of nobody", request{do: "PUT Photos(9)/$value", send: "image/gif", body: "GIF", want: "404 NotFound"}, "no such photo"),
		s("of no media entity", request{do: "PUT Customers(1)/$value", send: "image/gif", body: "GIF", want: "4xx"}, "a customer has no bytes"),
		s("named", request{do: "PUT Photos(1)/Thumb", send: "image/gif", body: "small", want: "204"}, "a named stream", "Photos(1)/Thumb", "=small", "Photos(1)/$value", "=not really a picture"),
		s("first of a name", request{do: "PUT Photos(2)/Thumb", send: "image/gif", body: "small", want: "204"}, "an entity without this stream gets it", "Photos(2)/Thumb", "=small"),
		s("no such name", request{do: "PUT Photos(1)/Nope", send: "image/gif", body: "small", want: "404 NotFound"}, "no such stream"),
		s("named of nobody", request{do: "PUT Photos(9)/Thumb", send: "image/gif", body: "small", want: "404 NotFound"}, "no such photo"),
		s("named as $value", request{do: "PUT Photos(1)/Thumb/$value", send: "image/gif", body: "small", want: "4xx"}, "a stream has no bare value"),
		s("tunnelled", request{do: "POST Photos(1)/$value", send: "image/gif", body: "GIF", header: []string{"X-HTTP-Method: PUT"}, want: "204"}, "a PUT carried by a POST", "Photos(1)/$value", "=GIF"),
		s("delete", request{do: "DELETE Photos(1)", want: "204"}, "removes all", "Photos(1)/$value", "404 NotFound", "Photos(1)/Thumb", "404 NotFound"),
		{section: "9.9", name: "properties", why: "properties of a new media entity are merged into it", points: "stream", first: []request{{do: "POST Photos", send: "image/png", body: "PNG", want: "201"}},
			request: request{do: "MERGE Photos(3)", send: "light", body: `{"Caption":"cat"}`, want: "204"}, then: []string{"Photos(3)/Caption/$value", "=cat", "Photos(3)/$value", "=PNG"}},
		{section: "9.9", name: "unchanged", why: "a stream has an ETag to compare with", points: "stream", first: []request{{do: "PUT Photos(1)/$value", send: "image/png", body: "GIF bytes", want: "204"}},
			request: request{do: "GET Photos(1)/$value", header: []string{"If-None-Match: *"}, want: "304"}, still: true},
		{section: "9.9", name: "keys", why: "a key is made once", points: "stream", first: []request{{do: "POST Photos", send: "image/png", body: "PNG", want: "201"}, {do: "DELETE Photos(3)", want: "204"}},
			request: request{do: "POST Photos", send: "image/png", body: "PNG", want: "201", answer: []string{"Location: http://host/svc/Photos(4)"}}},
	}
}

// linkScripts hold what is done to $links.
func linkScripts() []script {
	var scripts []script
	for _, c := range []struct {
		name, do, url, want, why string
		still                    bool
		then                     []string
	}{
		{"add", "POST Customers(3)/$links/Orders", "http://host/svc/Orders(" + orderA + ")", "204", "an order has one customer, so it moves", false, []string{"Customers(3)/Orders/$count", "=1", "Customers(1)/Orders/$count", "=1", "Orders(" + orderA + ")/Customer/Id/$value", "=3"}},
		{"add again", "POST Customers(1)/$links/Orders", "Orders(" + orderA + ")", "204", "a link that is there", true, nil},
		{"add host-relative", "POST Customers(3)/$links/Orders", "/svc/Orders(" + orderA + ")", "204", "relative to the host", false, []string{"Customers(3)/Orders/$count", "=1"}},
		{"add by another address", "POST Customers(3)/$links/Orders", "Customers(1)/Orders(" + orderA + ")", "204", "any address of the entity", false, []string{"Customers(3)/Orders/$count", "=1"}},
		{"add to nobody", "POST Customers(99)/$links/Orders", "Orders(" + orderA + ")", "404 NotFound", "no source", false, nil},
		{"add nobody", "POST Customers(3)/$links/Orders", "Orders(guid'" + newOrder + "')", "404 NotFound", "no target", false, nil},
		{"add another type", "POST Customers(3)/$links/Orders", "Customers(1)", "400 LinkType", "a customer is no order", false, nil},
		{"add a set", "POST Customers(3)/$links/Orders", "Orders", "400 InvalidLink", "a set is no entity", false, nil},
		{"add outside", "POST Customers(3)/$links/Orders", "http://other/svc/Orders(" + orderA + ")", "400", "outside of the service", false, nil},
		{"add nothing", "POST Customers(3)/$links/Orders", "", "400", "no URL", false, nil},
		{"set", "PUT Customers(1)/$links/BestFriend", "Customers(3)", "204", "a single link is set", false, []string{"Customers(1)/BestFriend/Id/$value", "=3"}},
		{"set with PATCH", "PATCH Customers(1)/$links/BestFriend", "Customers(3)", "204", "a single link is set", false, []string{"Customers(1)/BestFriend/Id/$value", "=3"}},
		{"set with MERGE", "MERGE Customers(1)/$links/BestFriend", "Customers(3)", "204", "a single link is set", false, []string{"Customers(1)/BestFriend/Id/$value", "=3"}},
		{"set to itself", "PUT Customers(1)/$links/BestFriend", "Customers(1)", "204", "an entity may be its own friend", false, []string{"Customers(1)/BestFriend/Id/$value", "=1"}},
		{"set from the other side", "PUT Orders(" + orderA + ")/$links/Customer", "Customers(2)", "204", "either side", false, []string{"Customers(2)/Orders/$count", "=1"}},
		{"set to a derived type", "PUT Customers(3)/$links/BestFriend", "Customers(2)/Demo.VipCustomer", "204", "with the name of its type", false, []string{"Customers(3)/BestFriend/Id/$value", "=2"}},
		{"set of a derived type", "PUT Customers(2)/Demo.VipCustomer/$links/Concierge", "Customers(1)", "204", "a navigation of the derived type", false, []string{"Customers(2)/Demo.VipCustomer/Concierge/Id/$value", "=1"}},
		{"set of a derived type it is not", "PUT Customers(1)/Demo.VipCustomer/$links/Concierge", "Customers(1)", "404 NotFound", "she is no VIP", false, nil},
		{"set through a navigation", "PUT Customers(3)/BestFriend/$links/BestFriend", "Customers(3)", "204", "of the target", false, []string{"Customers(1)/BestFriend/Id/$value", "=3"}},
		{"set nobody", "PUT Customers(1)/$links/BestFriend", "Customers(99)", "404 NotFound", "no target", false, nil},
		{"set another type", "PUT Customers(1)/$links/BestFriend", "Orders(" + orderA + ")", "400 LinkType", "an order is no friend", false, nil},
		{"unknown", "PUT Customers(1)/$links/Nope", "Customers(3)", "404 NotFound", "no such navigation", false, nil},
		{"property", "PUT Customers(1)/$links/Name", "Customers(3)", "4xx", "a property is no navigation", false, nil},
		{"target that is null", "PUT Customers(3)/$links/BestFriend", "Customers(2)/BestFriend", "404 NotFound", "an address that leads nowhere", false, nil},
	} {
		scripts = append(scripts, inEachFormat(func(f bodyFormat) script {
			return script{section: "9.10", name: c.name, why: c.why, points: "link", still: c.still,
				request: request{do: c.do, send: f.document(), body: f.link(c.url), want: c.want, answer: []string{"ETag:", "Location:"}}, then: c.then}
		})...)
	}
	remove := func(name, target, want, why string, still bool, then ...string) script {
		return script{section: "9.10", name: name, why: why, points: "link removed", still: still, request: request{do: "DELETE " + target, want: want}, then: then}
	}
	return append(scripts,
		remove("remove", "Customers(1)/$links/Orders("+orderA+")", "204", "the link goes, the order stays", false, "Customers(1)/Orders/$count", "=1", "Orders("+orderA+")/Total/$value", "=5.00"),
		remove("remove one that is elsewhere", "Customers(3)/$links/Orders("+orderA+")", "404 NotFound", "not a link of this one", false),
		remove("remove nobody", "Customers(1)/$links/Orders(guid'"+newOrder+"')", "404 NotFound", "no target", false),
		remove("remove of nobody", "Customers(99)/$links/Orders("+orderA+")", "404 NotFound", "no source", false),
		remove("clear", "Customers(1)/$links/BestFriend", "204", "a single link goes", false, "Customers(1)/BestFriend", "204", "Customers(2)/Id/$value", "=2"),
		remove("clear what is clear", "Customers(2)/$links/BestFriend", "204", "no link is no link", true),
		remove("clear of nobody", "Customers(99)/$links/BestFriend", "404 NotFound", "no source", false),
		remove("clear from the other side", "Orders("+orderA+")/$links/Customer", "204", "either side", false, "Customers(1)/Orders/$count", "=1"),
		remove("clear of a derived type", "Customers(2)/Demo.VipCustomer/$links/Concierge", "204", "a navigation of the derived type", false, "Customers(2)/Demo.VipCustomer/Concierge", "204"),
		script{section: "9.10", name: "remove with a body", why: "clients send a body for nothing", points: "link removed", request: request{do: "DELETE Customers(1)/$links/BestFriend", send: "verbose", body: "null", want: "204"}},
	)
}

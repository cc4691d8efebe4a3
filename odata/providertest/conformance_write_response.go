package providertest

import "strings"

// responseScripts hold the answers to inserts, updates and deletes.
func responseScripts() []script {
	const customer = `{"Id":9,"Name":"Zoe","Version":1}`
	insert := func(name, accept, typ, why string, has ...string) script {
		return script{section: "9.6", name: name, why: why, points: "insert in light", request: request{do: "POST Customers", send: "json", accept: accept, body: customer, want: "201", typ: typ, has: has,
			answer: []string{"Location: http://host/svc/Customers(9)", `ETag: W/"1"`, "DataServiceId:", "Preference-Applied:", "DataServiceVersion: 3.0;"}}}
	}
	const light = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
	scripts := []script{
		insert("minimal", "application/json;odata=minimalmetadata", light, "the entity in the negotiated format", `{"odata.metadata":"http://host/svc/$metadata#Customers/@Element","odata.etag":"W/\"1\"",`, `"Id":9,"Name":"Zoe"`),
		insert("full", "application/json;odata=fullmetadata", "application/json;odata=fullmetadata;streaming=true;charset=utf-8", "the entity in the negotiated format",
			`"odata.id":"http://host/svc/Customers(9)"`, `"odata.editLink":"Customers(9)"`, `"odata.type":"Demo.Customer"`),
		insert("none", "application/json;odata=nometadata", "application/json;odata=nometadata;streaming=true;charset=utf-8", "the entity in the negotiated format", `{"Id":9,"Name":"Zoe"`),
		insert("verbose", "application/json;odata=verbose", "application/json;odata=verbose;charset=utf-8", "the entity in the negotiated format", `{"d":{"__metadata":{"id":"http://host/svc/Customers(9)"`),
		insert("Atom", "application/atom+xml", "application/atom+xml;type=entry;charset=utf-8", "the entity in the negotiated format", `<id>http://host/svc/Customers(9)</id>`),
		insert("default", "none", "application/atom+xml;type=entry;charset=utf-8", "the default format is the service's, whatever was sent", `<id>`),
		insert("anything", "*/*", "application/atom+xml;type=entry;charset=utf-8", "the default format is the service's, whatever was sent", `<id>`),
		{section: "9.6", name: "JSON service", on: onJSON, why: "the default format is the service's", request: request{do: "POST Customers", send: "json", accept: "none", body: customer, want: "201", typ: light}},
		{section: "9.6", name: "unusable Accept", why: "an answer nobody can read is refused before anything is done", request: request{do: "POST Customers", send: "json", accept: "image/png", body: customer, want: "406"}},
		{section: "9.6", name: "unusable Accept", why: "without content any Accept will do", request: request{do: "PATCH Customers(1)", match: "*", send: "json", accept: "image/png", body: `{"Name":"x"}`, want: "204"}},
		{section: "9.6", name: "derived", why: "Location is the edit link, which names the derived type", request: request{do: "POST Customers", send: "json", body: `{"odata.type":"Demo.VipCustomer","Id":9,"Level":1,"Version":1}`, want: "201",
			answer: []string{"Location: http://host/svc/Customers(9)/Demo.VipCustomer"}, has: []string{`"odata.type":"Demo.VipCustomer"`}}},
		{section: "9.6", name: "without ETag", why: "a type without concurrency tokens has no ETag", request: request{do: "POST Orders", send: "json", body: `{"OrderId":"` + newOrder + `"}`, want: "201",
			answer: []string{"ETag:", "Location: http://host/svc/Orders(guid'" + newOrder + "')"}}},
		{section: "9.6", name: "to a navigation", why: "Location is the entity in its own set", request: request{do: "POST Customers(1)/Orders", send: "json", body: `{"OrderId":"` + newOrder + `"}`, want: "201",
			answer: []string{"Location: http://host/svc/Orders(guid'" + newOrder + "')"}, has: []string{"$metadata#Orders/@Element"}}},
		{section: "9.6", name: "deep", why: "the answer is the entity alone", request: request{do: "POST Customers", send: "json", body: `{"Id":9,"Version":1,"Orders":[{"OrderId":"` + newOrder + `"}]}`, want: "201", lacks: []string{newOrder}}},
		{section: "9.6", name: "If-Match", why: "a new entity has no state to expect", request: request{do: "POST Customers", send: "json", match: `W/"1"`, body: customer, want: "400 NoETag"}},
		{section: "9.6", name: "If-None-Match", why: "a new entity has no state to expect", request: request{do: "POST Customers", send: "json", header: []string{"If-None-Match: *"}, body: customer, want: "400 NoETag"}},
		{section: "9.6", name: "delete twice", why: "what is gone is gone", points: "delete", first: []request{{do: "DELETE Customers(1)", match: "*", want: "204"}}, request: request{do: "DELETE Customers(1)", match: "*", want: "404 NotFound"}},
		{section: "9.6", name: "delete with a body", why: "clients send a body for nothing", points: "delete", request: request{do: "DELETE Orders(" + orderA + ")", send: "verbose", body: "null", want: "204"}, then: []string{"Orders(" + orderA + ")", "404 NotFound", "Customers(1)/Orders/$count", "=1"}},
		{section: "9.6", name: "delete parts links", why: "links go, the related entities stay", points: "delete", request: request{do: "DELETE Customers(1)", match: "*", want: "204", answer: []string{"ETag:", "Content-Type:"}},
			then: []string{"Orders(" + orderA + ")/Customer", "204", "Orders/$count", "=2", "Customers(3)/BestFriend", "204"}},
		{section: "9.6", name: "delete with its streams", why: "the bytes go with their entity", points: "delete", request: request{do: "DELETE Photos(1)", want: "204"}, then: []string{"Photos(1)/$value", "404 NotFound", "Photos(1)/Thumb", "404 NotFound"}},
		{section: "9.6", name: "delete the target", why: "through a navigation the target goes", points: "delete", request: request{do: "DELETE Customers(3)/BestFriend", match: "*", want: "204"}, then: []string{"Customers(1)", "404 NotFound", "Customers(3)/BestFriend", "204"}},
		{section: "9.6", name: "delete nothing", why: "there is no target", points: "delete", request: request{do: "DELETE Customers(2)/BestFriend", want: "404 NotFound"}},
		{section: "9.6", name: "delete as another type", why: "she is no VIP", points: "delete", request: request{do: "DELETE Customers(1)/Demo.VipCustomer", match: "*", want: "404 NotFound"}},
		{section: "9.6", name: "delete and make anew", why: "a key that was given up can be taken", points: "delete", first: []request{{do: "DELETE Customers(1)", match: "*", want: "204"}},
			request: request{do: "POST Customers", send: "json", body: `{"Id":1,"Version":1}`, want: "201"}, then: []string{"Customers(1)/Orders/$count", "=0"}},
	}
	for _, c := range []struct{ do, body, match, etag, why string }{
		{"PUT Customers(1)", `{"Name":"x","Version":4}`, "*", `W/"4"`, "the ETag is the new one"},
		{"PATCH Customers(1)", `{"Name":"x","Version":4}`, "*", `W/"4"`, "the ETag is the new one"},
		{"MERGE Customers(1)", `{"Name":"x"}`, "*", `W/"3"`, "the ETag is as it was where nothing changes the token"},
		{"PUT Customers(1)/Name", `{"value":"x"}`, "*", `W/"3"`, "a property has its entity's ETag"},
		{"PUT Customers(1)/Version", `{"value":8}`, "*", `W/"8"`, "a property has its entity's ETag"},
		{"PATCH Orders(" + orderA + ")", `{"Total":"1.00"}`, "", "", "no tokens, no ETag"},
	} {
		answer := []string{"ETag: " + c.etag, "Content-Type:", "Location:", "DataServiceId:", "Preference-Applied:", "DataServiceVersion: 1.0;"}
		scripts = append(scripts, script{section: "9.6", name: "answer", why: c.why, request: request{do: c.do, send: "json", match: c.match, body: c.body, want: "204", answer: answer}})
	}
	return scripts
}

// preferScripts hold Prefer on each resource.
func preferScripts() []script {
	const content, none = "return-content", "return-no-content"
	var scripts []script
	for _, c := range []struct {
		do, send, body, match string
		prefer                string
		want                  string
		applied               string
		why                   string
		has                   []string
	}{
		{"POST Customers", "json", `{"Id":9,"Version":1}`, "", none, "204", none, "204 with Location and DataServiceId", nil},
		{"POST Customers", "json", `{"Id":9,"Version":1}`, "", content, "201", content, "what an insert does anyway", []string{`"Id":9`}},
		{"POST Customers(1)/Orders", "json", `{"OrderId":"` + newOrder + `"}`, "", none, "204", none, "204 with Location and DataServiceId", nil},
		{"POST Photos", "image/png", "x", "", none, "204", none, "a media entity is an entity", nil},
		{"PUT Customers(1)", "json", `{"Name":"x","Version":4}`, "*", content, "200", content, "200 with the entity", []string{`"Name":"x"`, `"Version":4`}},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", content, "200", content, "200 with the entity", []string{`"Name":"x"`, `"Points":"12"`}},
		{"MERGE Customers(1)", "json", `{"Name":"x"}`, "*", content, "200", content, "200 with the entity", []string{`"Name":"x"`}},
		{"PATCH Customers(2)", "json", `{"Name":"x"}`, "*", content, "200", content, "200 with the entity", []string{`"odata.type":"Demo.VipCustomer"`, `"Level":9`}},
		{"PATCH Tags('a%2Fb')", "json", `{"Shape":"x"}`, "", content, "200", content, "200 with the entity", []string{`"Shape":"x"`, `"Colour":"red"`}},
		{"PATCH Customers(3)/BestFriend", "json", `{"Name":"x"}`, "*", content, "200", content, "200 with the target", []string{`"Id":1,"Name":"x"`}},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", none, "204", none, "what an update does anyway", nil},
		{"PUT Customers(1)/Name", "json", `{"value":"x"}`, "*", content, "200", content, "200 with the property", []string{`"value":"x"`}},
		{"PUT Customers(1)/Name", "json", `{"value":"x"}`, "*", none, "204", none, "what an update does anyway", nil},
		{"PUT Customers(1)/Name", "json", `{"odata.null":true}`, "*", content, "200", content, "200 with null", []string{`"odata.null":true`}},
		{"PUT Customers(1)/Home", "json", `{"City":"x"}`, "*", content, "200", content, "200 with the complex value", []string{`"Street":null,"City":"x"`}},
		{"PATCH Customers(1)/Home", "json", `{"City":"x"}`, "*", content, "200", content, "200 with all of the complex value", []string{`"Street":"High St 1","City":"x"`}},
		{"PUT Customers(1)/Emails", "json", `{"value":["x"]}`, "*", content, "200", content, "200 with the collection", []string{`"value":["x"]`}},
		{"PUT Tags('x')/Colour", "json", `{"value":"x"}`, "", content, "200", content, "200 with the undeclared property", []string{`"value":"x"`}},
		{"PUT Customers(1)/Name/$value", "text", "x", "*", content, "204", "", "a bare value is not shown", nil},
		{"DELETE Customers(1)", "", "", "*", content, "204", "", "ignored for deletes", nil},
		{"DELETE Customers(1)", "", "", "*", none, "204", "", "ignored for deletes", nil},
		{"DELETE Customers(1)/Name", "", "", "*", content, "204", "", "ignored for deletes", nil},
		{"POST Customers(3)/$links/Orders", "json", `{"url":"Orders(` + orderA + `)"}`, "", content, "204", "", "ignored for links", nil},
		{"PUT Customers(3)/$links/BestFriend", "json", `{"url":"Customers(2)"}`, "", none, "204", "", "ignored for links", nil},
		{"DELETE Customers(3)/$links/BestFriend", "", "", "", content, "204", "", "ignored for links", nil},
		{"PUT Photos(1)/$value", "image/png", "x", "", content, "204", "", "ignored for streams", nil},
		{"PUT Photos(1)/Thumb", "image/png", "x", "", none, "204", "", "ignored for streams", nil},
		{"POST Customers(1)/Promote", "json", `{"level":1}`, "", none, "200", "", "ignored for operations", []string{`"Points":"13"`}},
		{"POST Customers/ResetAll", "", "", "", content, "204", "", "ignored for operations", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", "return=representation", "204", "", "V4's preference is unknown", nil},
		{"POST Customers", "json", `{"Id":9,"Version":1}`, "", "return=minimal", "201", "", "V4's preference is unknown", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", `odata.include-annotations="*"`, "204", "", "without content there are no annotations", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", "Return-Content", "200", content, "preferences have no case", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", "respond-async, return-content", "200", content, "one of several", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", "return-content;x=1", "200", content, "parameters do not matter", nil},
		{"PATCH Customers(1)", "json", `{"Name":"x"}`, "*", "return-content, return-no-content", "200", content, "the first of two that exclude each other", nil},
	} {
		answer := []string{"Preference-Applied: " + c.applied}
		switch {
		case c.applied != "":
			answer = append(answer, "DataServiceVersion: 3.0;")
		case c.want == "204" && !strings.HasSuffix(c.do, "ResetAll"): // its version is a row of its own
			answer = append(answer, "DataServiceVersion: 1.0;")
		}
		scripts = append(scripts, script{section: "9.6", name: "Prefer " + c.prefer + " " + c.body, why: c.why, points: "Prefer", request: request{do: c.do, send: c.send, body: c.body, match: c.match,
			header: []string{"Prefer: " + c.prefer}, want: c.want, has: c.has, answer: answer}})
	}
	for i, f := range []string{"application/json;odata=verbose", "application/atom+xml", "application/json;odata=fullmetadata"} {
		scripts = append(scripts, script{section: "9.6", name: "Prefer " + f, why: "content comes in the negotiated format", points: "Prefer", request: request{do: "PATCH Customers(1)", send: "json", body: `{"Name":"x"}`, match: "*",
			accept: f, header: []string{"Prefer: " + content}, want: "200", has: []string{[]string{`"Name":"x"`, `<d:Name>x</d:Name>`, `"Name":"x"`}[i]}}})
	}
	return append(scripts,
		script{section: "9.6", name: "Prefer of 2.0", why: "preferences are of 3.0", points: "Prefer", request: request{do: "MERGE Customers(1)", send: "verbose", body: `{"Name":"x"}`, match: "*",
			header: []string{"Prefer: return-content", "DataServiceVersion: 2.0"}, want: "204", answer: []string{"Preference-Applied:"}}},
		script{section: "9.6", name: "Prefer of an old client", why: "who takes 2.0 at most gets no answer of 3.0", points: "Prefer", request: request{do: "MERGE Customers(1)", send: "verbose", body: `{"Name":"x"}`, match: "*",
			header: []string{"Prefer: return-content", "MaxDataServiceVersion: 2.0"}, want: "204", answer: []string{"Preference-Applied:"}}},
		script{section: "9.6", name: "Prefer without content", why: "204 with both addresses", points: "Prefer", request: request{do: "POST Customers", send: "json", body: `{"Id":9,"Version":1}`,
			header: []string{"Prefer: " + none}, want: "204", answer: []string{"Location: http://host/svc/Customers(9)", "DataServiceId: http://host/svc/Customers(9)", `ETag: W/"1"`, "Content-Type:"}},
			then: []string{"Customers(9)/Id/$value", "=9"}},
		script{section: "9.6", name: "Prefer of a derived type", why: "the id does not name the type, the edit link does", points: "Prefer", request: request{do: "POST Customers", send: "json", body: `{"odata.type":"Demo.VipCustomer","Id":9,"Level":1,"Version":1}`,
			header: []string{"Prefer: " + none}, want: "204", answer: []string{"Location: http://host/svc/Customers(9)/Demo.VipCustomer", "DataServiceId: http://host/svc/Customers(9)"}}},
		script{section: "9.6", name: "Prefer of a failure", why: "an error honours nothing", points: "Prefer", request: request{do: "PATCH Customers(99)", send: "json", body: `{"Name":"x"}`, match: "*",
			header: []string{"Prefer: return-content"}, want: "404 NotFound"}},
		script{section: "9.6", name: "Prefer unusable Accept", why: "content nobody can read is refused before anything is done", points: "Prefer", request: request{do: "PATCH Customers(1)", send: "json", body: `{"Name":"x"}`, match: "*",
			accept: "image/png", header: []string{"Prefer: return-content"}, want: "406"}},
	)
}

// writeVersionScripts hold the versions of requests that change data.
func writeVersionScripts() []script {
	version := func(name, do, send, body string, header []string, want, why string, answer ...string) script {
		s := script{section: "1.4", name: name, why: why, request: request{do: do, send: send, body: body, header: header, want: want, answer: answer}}
		if _, target, _ := strings.Cut(do, " "); hasETag(target) {
			s.match = "*"
		}
		return s
	}
	own := func(v string) []string { return []string{"DataServiceVersion: " + v} }
	most := func(v string) []string { return []string{"MaxDataServiceVersion: " + v} }
	scripts := []script{
		version("PATCH of 1.0", "PATCH Customers(1)", "verbose", `{"Name":"x"}`, own("1.0"), "400 VersionTooLow", "PATCH is of 3.0"),
		version("PATCH of 2.0", "PATCH Customers(1)", "verbose", `{"Name":"x"}`, own("2.0"), "400 VersionTooLow", "PATCH is of 3.0"),
		version("PATCH of 3.0", "PATCH Customers(1)", "verbose", `{"Name":"x"}`, own("3.0;NetFx"), "204", "PATCH is of 3.0"),
		version("PATCH for 2.0", "PATCH Customers(1)", "verbose", `{"Name":"x"}`, most("2.0"), "204", "what is not said is not refused"),
		version("PATCH of nobody", "PATCH Customers(1)", "verbose", `{"Name":"x"}`, nil, "204", "without versions everything can be used"),
		version("tunnelled PATCH of 2.0", "POST Customers(1)", "verbose", `{"Name":"x"}`, append(own("2.0"), "X-HTTP-Method: PATCH"), "400 VersionTooLow", "PATCH is of 3.0"),
		version("MERGE of 1.0", "MERGE Customers(1)", "verbose", `{"Name":"x"}`, own("1.0"), "204", "MERGE is of every version"),
		version("MERGE of 2.0", "MERGE Customers(1)", "verbose", `{"Name":"x"}`, own("2.0"), "204", "MERGE is of every version"),
		version("PUT of 1.0", "PUT Customers(1)", "verbose", `{"Name":"x","Version":4}`, own("1.0"), "204", "PUT is of every version"),
		version("DELETE of 1.0", "DELETE Customers(1)", "", "", own("1.0"), "204", "DELETE is of every version"),
		version("light of 2.0", "POST Orders", "light", `{}`, own("2.0"), "400 VersionTooLow", "JSON light is of 3.0"),
		version("light of 3.0", "POST Orders", "light", `{}`, own("3.0"), "201", "JSON light is of 3.0", "DataServiceVersion: 3.0;"),
		version("plain JSON of 2.0", "POST Orders", "json", `{"__metadata":{"type":"Demo.Order"}}`, append(own("2.0"), most("2.0")...), "201", "plain JSON of 2.0 is verbose", "DataServiceVersion: 2.0;"),
		version("Atom of 1.0", "POST Orders", "atom", atom.entry(having(valueOf("OrderId", "Guid", newOrder))), append(own("1.0"), most("1.0")...), "201", "Atom is of every version", "DataServiceVersion: 1.0;"),
		version("action of 2.0", "POST Customers(1)/Promote", "verbose", `{"level":1}`, own("2.0"), "400 VersionTooLow", "parameters of actions are of 3.0"),
		version("version unknown", "POST Orders", "json", `{}`, own("2.5"), "400 InvalidVersion", "there is no 2.5"),
		version("version too new", "POST Orders", "json", `{}`, own("4.0"), "400 InvalidVersion", "there is no 4.0 here"),
		version("version malformed", "POST Orders", "json", `{}`, own("three"), "400 InvalidVersion", "a version is two numbers"),
		version("answer too new", "POST Customers", "verbose", `{"Id":9,"Version":1}`, append(own("2.0"), most("2.0")...), "400 VersionTooLow", "what cannot be answered is refused before anything is done"),
		version("light for 2.0", "POST Customers", "light", `{"Id":9,"Version":1}`, most("2.0"), "400 VersionTooLow", "the version of a request is what its client understands"),
	}
	for _, do := range []string{"POST Customers/ResetAll", "POST Purge"} {
		s := version("void", do, "json", map[bool]string{true: `{"days":1}`, false: `{}`}[do == "POST Purge"], nil, "204", "an answer without content needs no version", "DataServiceVersion: 1.0;")
		s.section = "1.5"
		scripts = append(scripts, s)
	}
	for _, least := range []string{"1.0", "2.0", "3.0"} {
		s := version("least "+least, "PATCH Customers(1)", "json", `{"Name":"x"}`, []string{"MinDataServiceVersion: " + least}, "204", "the answer is of the least version the client wants", "DataServiceVersion: "+least+";")
		s.section = "1.5"
		scripts = append(scripts, s)
	}
	return scripts
}

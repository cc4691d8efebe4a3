package providertest

import "strings"

const (
	orderA   = "guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10'" // of customer 1, like orderB
	orderB   = "guid'1d2c0b5e-7a3e-4a86-9a67-0d1f3c1b2a11'"
	newOrder = "00000000-0000-0000-0000-0000000000a1"
	oneLine  = "OrderLines(OrderId=" + orderA + ",LineNo=2)"
)

// verbs are, for each kind of resource, what each verb does: a status for one
// the resource has, and "-" for 405. Source: the table of verbs and resources.
// Where implementations differ, a value can be deleted, which makes it null.
var verbs = []struct {
	resource, target                string
	post, put, patch, merge, delete string
	allow                           string
	bodies                          map[string]string // by verb; "" for all others
}{
	{"set", "Customers", "201", "-", "-", "-", "-", "GET, HEAD, POST", map[string]string{"POST": `{"Id":9,"Version":1}`}},
	{"cast of a set", "Customers/Demo.VipCustomer", "201", "-", "-", "-", "-", "GET, HEAD, POST", map[string]string{"POST": `{"Id":9,"Version":1}`}},
	{"collection navigation", "Customers(1)/Orders", "201", "-", "-", "-", "-", "GET, HEAD, POST", map[string]string{"POST": `{"OrderId":"` + newOrder + `"}`}},
	{"media set", "Photos", "201", "-", "-", "-", "-", "GET, HEAD, POST", map[string]string{"POST": `bytes`}},
	{"entry", "Customers(1)", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Name":"x"}`}},
	{"entry with a key of parts", oneLine, "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Text":"x"}`}},
	{"media entry", "Photos(1)", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Caption":"x"}`}},
	{"cast of an entry", "Customers(2)/Demo.VipCustomer", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Name":"x"}`}},
	{"single navigation", "Customers(3)/BestFriend", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Name":"x"}`}},
	{"entry in a navigation", "Customers(1)/Orders(" + orderA + ")", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"Total":"9.00"}`}},
	{"primitive property", "Customers(1)/Name", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":"x"}`}},
	{"property of a derived type", "Customers(2)/Demo.VipCustomer/Level", "-", "204", "204", "204", "403 NotNullable", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":4}`}},
	{"undeclared property", "Tags('a%2Fb')/Colour", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":"x"}`}},
	{"primitive value", "Customers(1)/Name/$value", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `x`}},
	{"value that is never null", "Customers(1)/Points/$value", "-", "204", "204", "204", "403 NotNullable", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `5`}},
	{"complex property", "Customers(1)/Home", "-", "204", "204", "204", "-", "GET, HEAD, PUT, PATCH, MERGE", map[string]string{"": `{"City":"x"}`}},
	{"member of a complex property", "Customers(1)/Home/City", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":"x"}`}},
	{"collection property", "Customers(1)/Emails", "-", "204", "204", "204", "-", "GET, HEAD, PUT, PATCH, MERGE", map[string]string{"": `{"value":["x"]}`}},
	{"links of a collection", "Customers(3)/$links/Orders", "204", "-", "-", "-", "-", "GET, HEAD, POST", map[string]string{"": `{"url":"Orders(` + orderA + `)"}`}},
	{"link of a collection", "Customers(1)/$links/Orders(" + orderA + ")", "-", "-", "-", "-", "204", "GET, HEAD, DELETE", map[string]string{"": `{"url":"Orders(` + orderA + `)"}`}},
	{"link", "Customers(1)/$links/BestFriend", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"url":"Customers(3)"}`}},
	{"link of a derived type", "Customers(2)/Demo.VipCustomer/$links/Concierge", "-", "204", "204", "204", "204", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"url":"Customers(1)"}`}},
	{"media resource", "Photos(1)/$value", "-", "204", "-", "-", "-", "GET, HEAD, PUT", map[string]string{"": `bytes`}},
	{"named stream", "Photos(1)/Thumb", "-", "204", "-", "-", "-", "GET, HEAD, PUT", map[string]string{"": `bytes`}},
	{"service document", "", "-", "-", "-", "-", "-", "GET, HEAD", map[string]string{"": `{}`}},
	{"metadata", "$metadata", "-", "-", "-", "-", "-", "GET, HEAD", map[string]string{"": `{}`}},
	{"count", "Customers/$count", "-", "-", "-", "-", "-", "GET, HEAD", map[string]string{"": `{}`}},
	{"batch", "$batch", "202", "-", "-", "-", "-", "POST", map[string]string{"": "--batch_1--\r\n"}},
	{"action", "Customers(1)/Promote", "200", "-", "-", "-", "-", "POST", map[string]string{"": `{"level":1}`}},
	{"action of a collection", "Customers/ResetAll", "204", "-", "-", "-", "-", "POST", map[string]string{"": `{}`}},
	{"action of nothing", "Purge", "204", "-", "-", "-", "-", "POST", map[string]string{"": `{"days":1}`}},
	{"service operation", "Ping", "-", "-", "-", "-", "-", "GET, HEAD", map[string]string{"": `{}`}},
	{"result of a service operation", "TopCustomers?n=2", "-", "-", "-", "-", "-", "GET, HEAD", map[string]string{"": `{}`}},
	{"key property", "Customers(1)/Id", "-", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":5}`}},
	{"value of a key property", "Customers(1)/Id/$value", "-", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `5`}},
	{"part of a key", oneLine + "/LineNo", "-", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "400 KeyImmutable", "GET, HEAD, PUT, PATCH, MERGE, DELETE", map[string]string{"": `{"value":5}`}},
}

// hasETag tells whether a change of the resource needs If-Match.
func hasETag(target string) bool {
	return strings.HasPrefix(target, "Customers(") && !strings.Contains(target, "/$links/") && !strings.Contains(target, "/Orders") && !strings.Contains(target, "Promote")
}

// verbScripts hold every verb on every kind of resource, on its own and carried
// by a POST.
func verbScripts() []script {
	var scripts []script
	for _, v := range verbs {
		for _, c := range []struct{ verb, want string }{{"POST", v.post}, {"PUT", v.put}, {"PATCH", v.patch}, {"MERGE", v.merge}, {"DELETE", v.delete}} {
			s := script{section: "9.1", name: v.resource, why: "what each verb does to each resource",
				request: request{do: c.verb + " " + v.target, want: c.want}}
			if c.want == "-" {
				s.want, s.answer = "405 MethodNotAllowed", []string{"Allow: " + v.allow}
				s.why = "a resource without this verb lists those it has"
			}
			if c.verb != "DELETE" {
				s.body, s.send = v.bodies[c.verb], "json"
				if s.body == "" {
					s.body = v.bodies[""]
				}
				switch {
				case strings.HasSuffix(v.target, "/Name/$value"), strings.HasSuffix(v.target, "/Points/$value"), strings.HasSuffix(v.target, "/Id/$value"):
					s.send = "text"
				case strings.HasPrefix(v.target, "Photos") && s.body == "bytes":
					s.send = "image/png"
				case v.resource == "batch":
					s.send = "batch"
				}
			}
			if hasETag(v.target) && c.verb != "POST" {
				s.match = "*"
			}
			scripts = append(scripts, s)
			if c.verb == "POST" || v.resource == "batch" {
				continue
			}
			tunnelled := s
			tunnelled.section, tunnelled.name, tunnelled.points = "9.2", v.resource+" tunnelled "+c.verb, "tunnelled verbs"
			tunnelled.do, tunnelled.header = "POST "+v.target, []string{"X-HTTP-Method: " + c.verb}
			tunnelled.why = "a verb in X-HTTP-Method is the verb"
			scripts = append(scripts, tunnelled)
		}
	}
	for _, target := range []string{"", "Customers", "Customers(1)", "Customers(1)/Name", "Customers(1)/$links/Orders", "Photos(1)/$value", "$batch", "Purge"} {
		for _, verb := range []string{"LOCK", "COPY", "put", "TRACE"} {
			scripts = append(scripts, script{section: "9.1", name: "unknown verb", why: "a verb that OData does not have",
				request: request{do: verb + " " + target, want: "501 UnknownMethod"}})
		}
	}
	return scripts
}

// requestHeaderScripts hold the headers of requests that change data.
func requestHeaderScripts() []script {
	const customer = `{"Id":9,"Version":1}`
	insert := func(name, send, want, why string) script {
		return script{section: "9.2", name: name, why: why, request: request{do: "POST Customers", send: send, body: customer, want: want}}
	}
	scripts := []script{
		insert("no type", "", "400 MissingContentType", "a body is described by Content-Type"),
		insert("empty type", " ", "400 MissingContentType", "an empty header is none"),
		insert("any type", "*/*", "415 InvalidContentType", "a type is exactly one, without wildcards"),
		insert("any application", "application/*", "415 InvalidContentType", "a type is exactly one, without wildcards"),
		insert("two types", "application/json, application/xml", "415", "a type is exactly one"),
		insert("no media type", "json/", "415 InvalidContentType", "a type has a subtype"),
		insert("text", "text/plain", "415 UnsupportedMediaType", "a type nobody reads"),
		insert("csv", "text/csv", "415 UnsupportedMediaType", "a type nobody reads"),
		insert("form", "application/x-www-form-urlencoded", "415 UnsupportedMediaType", "forms are no entities"),
		insert("V4 JSON", "application/json;odata=something", "415 UnsupportedMediaType", "a JSON format nobody has"),
		insert("feed", "application/atom+xml;type=feed", "415 UnsupportedMediaType", "a feed is no entity"),
		insert("streaming", "application/json;odata=minimalmetadata;streaming=true", "201", "a parameter about the transfer does not matter"),
		insert("full metadata", "application/json;odata=fullmetadata", "201", "levels are about answers; all are JSON light"),
		insert("no metadata", "application/json;odata=nometadata", "201", "levels are about answers; all are JSON light"),
		insert("letter case", "Application/JSON; OData=MinimalMetadata", "201", "media types have no case"),
		insert("V4 parameter", "application/json;odata.metadata=minimal", "201", "what is not known does not matter"),
		insert("UTF-8", "application/json;charset=utf-8", "201", "the charset that JSON has"),
		insert("UTF-8 quoted", `application/json;charset="UTF-8"`, "201", "quotes and case do not matter"),
		insert("UTF-16", "application/json;charset=utf-16", "415 UnsupportedCharset", "another charset is honoured or refused"),
		insert("Latin 1", "application/json;charset=iso-8859-1", "415 UnsupportedCharset", "another charset is honoured or refused"),
		{section: "9.2", name: "type twice", why: "one body has one type", request: request{do: "POST Customers", send: "json", header: []string{"Content-Type: application/xml"},
			body: customer, want: "400 InvalidContentType"}},
		{section: "9.2", name: "verb twice", why: "given twice", request: request{do: "POST Customers(1)", header: []string{"X-HTTP-Method: DELETE", "X-HTTP-Method: DELETE"},
			match: "*", want: "400 InvalidMethod"}},
		{section: "9.2", name: "override", why: "another header of this kind is not OData's", request: request{do: "POST Customers(1)",
			header: []string{"X-HTTP-Method-Override: DELETE"}, match: "*", want: "405 MethodNotAllowed"}},
		{section: "9.2", name: "charset of Atom", why: "another charset is honoured or refused", request: request{do: "POST Customers",
			send: "application/atom+xml;charset=utf-16", body: atom.entry(having(int32Of("Id", "9"))), want: "415 UnsupportedCharset"}},
		{section: "9.2", name: "byte order mark", why: "a mark before UTF-8 is tolerated", request: request{do: "POST Customers",
			send: "json", body: "\ufeff" + customer, want: "201"}},
		{section: "9.2", name: "byte order mark in XML", why: "a mark before UTF-8 is tolerated", request: request{do: "POST Customers",
			send: "atom", body: "\ufeff" + atom.entry(having(int32Of("Id", "9"))), want: "201"}},
		{section: "9.2", name: "option", why: "what is changed is not selected", request: request{do: "POST Customers?$select=Id", send: "json", body: customer, want: "400 OptionNotApplicable"}},
		{section: "9.2", name: "condition", why: "what is changed is not selected", request: request{do: "DELETE Customers(1)?$filter=Id eq 1", match: "*", want: "400 OptionNotApplicable"}},
		{section: "9.2", name: "custom option", why: "options of others do not matter", request: request{do: "POST Customers?v=1&_=123", send: "json", body: customer, want: "201"}},
		{section: "9.2", name: "$format", why: "the form of the answer may be said in the address", request: request{do: "POST Customers?$format=application/json;odata=verbose",
			send: "json", body: customer, want: "201", typ: "application/json;odata=verbose;charset=utf-8"}},
	}
	for _, verb := range []string{"GET", "POST", "HEAD", "OPTIONS", "LOCK", "put", "", "PUT, DELETE"} {
		scripts = append(scripts, script{section: "9.2", name: "verb " + verb, why: "a POST carries PUT, PATCH, MERGE or DELETE", points: "tunnelled verbs",
			request: request{do: "POST Customers(1)", header: []string{"X-HTTP-Method: " + verb}, match: "*", send: "json", body: `{}`, want: "400 InvalidMethod"}})
	}
	for _, verb := range []string{"PUT", "PATCH", "MERGE", "DELETE"} {
		scripts = append(scripts, script{section: "9.2", name: "on " + verb, why: "only a POST carries another verb", points: "tunnelled verbs",
			request: request{do: verb + " Customers(1)", header: []string{"X-HTTP-Method: " + verb}, match: "*", send: "json", body: `{}`, want: "400 InvalidMethod"}})
	}
	for _, c := range []struct{ do, match, want string }{
		{"POST Customers", "", "400"}, {"PUT Customers(1)", "*", "400"}, {"PATCH Customers(1)", "*", "400"}, {"MERGE Customers(1)", "*", "400"},
		{"PUT Customers(1)/Name", "*", "400"}, {"PATCH Customers(1)/Home", "*", "400"}, {"PUT Customers(1)/Emails", "*", "400"},
		{"POST Customers(3)/$links/Orders", "", "400"}, {"PUT Customers(3)/$links/BestFriend", "", "400"}, {"POST Customers(1)/Promote", "", "400"},
	} {
		for _, f := range bodyFormats {
			send := string(f)
			if strings.Contains(c.do, ")/") {
				send = f.document()
			}
			want := c.want
			if f == atom && strings.HasSuffix(c.do, "Promote") {
				want = "415"
			}
			scripts = append(scripts, script{section: "9.2", name: "empty " + string(f), why: "what is to be changed has to be said",
				request: request{do: c.do, match: c.match, send: send, want: want}})
		}
	}
	return scripts
}

package providertest

import "strings"

// writeErrorScripts hold errors of changes: their bodies in each format, and
// their statuses.
func writeErrorScripts() []script {
	const customer = `{"Id":9,"Version":1}`
	var scripts []script
	// Each status in each format.
	for _, c := range []struct {
		name    string
		request request
		why     string
		on      stageKind
	}{
		{"malformed", request{do: "POST Customers", send: "json", body: `{"Id":`, want: "400 MalformedJSON"}, "payload malformed", onDemo},
		{"malformed XML", request{do: "POST Customers", send: "atom", body: `<entry`, want: "400 MalformedXML"}, "payload malformed", onDemo},
		{"unknown property", request{do: "POST Customers", send: "json", body: `{"Nope":1}`, want: "400 UnknownProperty"}, "payload with an unknown property", onDemo},
		{"wrong type", request{do: "POST Customers", send: "json", body: `{"Id":"x"}`, want: "400 TypeMismatch"}, "payload with a wrong JSON type", onDemo},
		{"deep update", request{do: "PATCH Customers(1)", match: "*", send: "json", body: `{"BestFriend":{"Id":9}}`, want: "400 DeepUpdate"}, "deep update", onDemo},
		{"key syntax", request{do: "DELETE Customers(1", match: "*", want: "400 InvalidSegment"}, "syntax of the path", onDemo},
		{"key type", request{do: "DELETE Customers('x')", match: "*", want: "400 KeyTypeMismatch"}, "type of the key", onDemo},
		{"unknown option", request{do: "POST Customers?$nope=1", send: "json", body: customer, want: "400 UnknownOption"}, "an unknown option", onDemo},
		{"option", request{do: "POST Customers?$top=1", send: "json", body: customer, want: "400 OptionNotApplicable"}, "an option with no place", onDemo},
		{"version", request{do: "POST Customers", send: "json", header: []string{"DataServiceVersion: 9.0"}, body: customer, want: "400 InvalidVersion"}, "version headers", onDemo},
		{"no type", request{do: "POST Customers", body: customer, want: "400 MissingContentType"}, "Content-Type missing with a body", onDemo},
		{"If-Match missing", request{do: "DELETE Customers(1)", want: "400 PreconditionRequired"}, "If-Match required but missing", onDemo},
		{"If-Match missing, strict", request{do: "DELETE Customers(1)", want: "428 PreconditionRequired"}, "If-Match required but missing", onStrict},
		{"unknown segment", request{do: "POST Nope", send: "json", body: customer, want: "404 NotFound"}, "an unknown first segment", onDemo},
		{"unknown property segment", request{do: "PUT Customers(1)/Nope", match: "*", send: "json", body: `{"value":1}`, want: "404 NotFound"}, "an unknown property of a closed type", onDemo},
		{"no entity", request{do: "DELETE Customers(99)", match: "*", want: "404 NotFound"}, "key not found", onDemo},
		{"another type", request{do: "DELETE Customers(1)/Demo.VipCustomer", match: "*", want: "404 NotFound"}, "a cast to what the entity is not", onDemo},
		{"not null", request{do: "DELETE Customers(1)/Points/$value", match: "*", want: "403 NotNullable"}, "a value that must be there", onDemo},
		{"verb", request{do: "DELETE Customers", want: "405 MethodNotAllowed"}, "verb not allowed on the resource", onDemo},
		{"unknown verb", request{do: "LOCK Customers", want: "501 UnknownMethod"}, "verb unknown", onDemo},
		{"conflict", request{do: "POST Customers", send: "json", body: `{"Id":1,"Version":1}`, want: "409 KeyExists"}, "a key that exists", onDemo},
		{"ETag", request{do: "DELETE Customers(1)", match: `W/"9"`, want: "412 PreconditionFailed"}, "ETag mismatch", onDemo},
		{"type", request{do: "POST Customers", send: "text", body: customer, want: "415 UnsupportedMediaType"}, "Content-Type unsupported", onDemo},
		{"charset", request{do: "POST Customers", send: "application/json;charset=utf-7", body: customer, want: "415 UnsupportedCharset"}, "charset unsupported", onDemo},
		{"batch", request{do: "POST $batch", send: "json", body: `{}`, want: "400 BatchContentType"}, "a malformed envelope", onDemo},
		{"too large", request{do: "POST Customers", send: "json", body: `{"Id":9,"Version":1,"Name":"` + strings.Repeat("x", 1<<20) + `"}`, want: "413 BodyTooLarge"}, "a body that is too large", onDemo},
		{"action", request{do: "POST Purge", send: "json", body: `{}`, want: "400 MissingMember"}, "an argument that is missing", onDemo},
		{"link", request{do: "PUT Customers(1)/$links/BestFriend", send: "json", body: `{"url":"Customers(99)"}`, want: "404 NotFound"}, "a target that is missing", onDemo},
	} {
		for _, f := range []struct{ name, accept, typ, begin string }{
			{"light", "application/json;odata=minimalmetadata", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8", `{"odata.error":{"code":"`},
			{"verbose", "application/json;odata=verbose", "application/json;odata=verbose;charset=utf-8", `{"error":{"code":"`},
			{"XML", "application/atom+xml", "application/xml;charset=utf-8", `<m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code>`},
		} {
			s := script{section: "11.2", name: c.name + " in " + f.name, why: c.why, on: c.on, request: c.request}
			s.accept, s.typ, s.has = f.accept, f.typ, []string{f.begin}
			s.lacks = []string{"innererror", "odata.metadata", ".go:", "goroutine", "details"}
			scripts = append(scripts, s)
		}
	}
	body := func(name, why string, r request) script {
		return script{section: "11.1", name: name, why: why, request: r}
	}
	wrong := func(accept, target, typ string, has ...string) request {
		return request{do: "POST " + target, send: "json", body: `{"Id":"x"}`, accept: accept, want: "400 TypeMismatch", typ: typ, has: has}
	}
	jsonFirst := body("JSON service", "errors of a JSON service are JSON", wrong("*/*", "Customers", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"))
	jsonFirst.on = onJSON
	silent := body("JSON service without Accept", "errors of a JSON service are JSON", wrong("none", "Customers", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"))
	silent.on = onJSON
	return append(scripts,
		jsonFirst, silent,
		body("default", "XML where nothing is said, whatever was sent", wrong("none", "Customers", "application/xml;charset=utf-8")),
		body("$format", "$format counts for errors", wrong("application/xml", "Customers?$format=json", "application/json;odata=minimalmetadata;streaming=true;charset=utf-8")),
		body("language", "a message has a language", wrong("", "Customers", "", `"message":{"lang":"en-US","value":"`)),
		body("bare value", "errors of bare values have a structure", request{do: "PUT Customers(1)/Points/$value", send: "text", body: "x", match: "*", accept: "text/plain", want: "400 TypeMismatch", typ: "application/xml;charset=utf-8"}),
		body("bytes", "errors of streams have a structure", request{do: "PUT Photos(9)/$value", send: "image/png", body: "x", accept: "image/png", want: "404 NotFound", typ: "application/xml;charset=utf-8"}),
		body("escaped", "input is escaped", request{do: "POST Customers", send: "json", body: `{"<script>":1}`, accept: "application/atom+xml", want: "400 UnknownProperty", lacks: []string{"<script>"}}),
		body("place", "a mistake has a place", request{do: "POST Customers", send: "json", body: `{"Id":9,"Home":{"City":1}}`, want: "400 TypeMismatch", has: []string{"Home/City"}}),
	)
}

package providertest

// statusRows hold the statuses of reads and the bodies of errors.
func statusRows() []row {
	rows := []row{
		{section: "11.1", name: "JSON light", target: "Nope", want: "404 NotFound", has: []string{`{"odata.error":{"code":"NotFound","message":{"lang":"en-US","value":"`}, lacks: []string{"odata.metadata", "innererror", "details"}, why: "code is text, message an object, nothing inside is shown"},
		{section: "11.1", name: "JSON verbose", target: "Nope", accept: "application/json;odata=verbose", want: "404 NotFound", has: []string{`{"error":{"code":"NotFound","message":{"lang":"en-US","value":"`}, lacks: []string{"innererror"}, why: "the older name"},
		{section: "11.1", name: "XML", target: "Nope", accept: "application/atom+xml", want: "404 NotFound", typ: "application/xml;charset=utf-8",
			has: []string{`<?xml version="1.0" encoding="utf-8"?><m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><m:code>NotFound</m:code><m:message xml:lang="en-US">`}, why: "Atom has no errors of its own"},
		{section: "11.1", name: "$format", target: "Nope?$format=json", accept: "application/xml", want: "404 NotFound", has: []string{"odata.error"}, why: "$format counts for errors, too"},
		{section: "11.1", name: "unusable $format", target: "Nope?$format=yaml", want: "404 NotFound", typ: "application/xml;charset=utf-8", why: "XML where nothing fits"},
		{section: "11.1", name: "JSON service", target: "/json/Nope", accept: "*/*", want: "404 NotFound", has: []string{`{"odata.error":`}, why: "a JSON service's errors are JSON"},
		{section: "11.1", name: "JSON service without Accept", target: "/json/Nope", accept: "none", want: "404 NotFound", has: []string{`{"odata.error":`}, why: "a JSON service's errors are JSON"},
		{section: "11.1", name: "$value", target: "Customers(2)/Name/$value", accept: "text/plain", want: "404 NotFound", typ: "application/xml;charset=utf-8", why: "errors of bare values have a structure"},
		{section: "11.1", name: "$count", target: "Nope/$count", accept: "text/plain", want: "404 NotFound", typ: "application/xml;charset=utf-8", why: "errors of counts have a structure"},
		{section: "11.1", name: "escaped", target: "Customers?$filter=<x>", accept: "application/xml", want: "400 SyntaxError", lacks: []string{"<x>"}, why: "input is escaped"},
		{section: "11.2", name: "unchanged", target: "Customers(1)", header: []string{`If-None-Match: W/"3"`}, want: "304", why: "the client has it"},
		{section: "11.2", name: "unchanged, any", target: "Customers(1)", header: []string{"If-None-Match: *"}, want: "304", why: "the client has some"},
		{section: "11.2", name: "changed", target: "Customers(1)", header: []string{`If-None-Match: W/"2"`}, answer: []string{`ETag: W/"3"`}, why: "the client has another"},
		{section: "11.2", name: "as expected", target: "Customers(1)", header: []string{`If-Match: W/"3"`}, answer: []string{`ETag: W/"3"`}, why: "the state is the expected one"},
		{section: "11.2", name: "not as expected", target: "Customers(1)", header: []string{`If-Match: W/"2"`}, want: "412 PreconditionFailed", why: "the state is another"},
		{section: "11.2", name: "any expected", target: "Customers(1)", header: []string{"If-Match: *"}, answer: []string{`ETag: W/"3"`}, why: "any state will do"},
		{section: "11.2", name: "absent", target: "Customers(9)", header: []string{"If-None-Match: *"}, want: "404 NotFound", why: "there is nothing to be unchanged"},
		{section: "11.2", name: "unchanged value", target: "Customers(1)/Name/$value", header: []string{`If-None-Match: W/"3"`}, want: "304", why: "a bare value is unchanged with its entity"},
		{section: "11.2", name: "unchanged complex", target: "Customers(1)/Home", header: []string{`If-None-Match: W/"3"`}, want: "304", why: "a complex value is unchanged with its entity"},
		{section: "11.2", name: "unchanged, related", target: "Customers(3)/BestFriend", header: []string{`If-None-Match: W/"3"`}, want: "304", why: "however the entity is reached"},
		{section: "11.2", name: "unchanged bytes", target: "Photos(1)/$value", header: []string{"If-None-Match: *"}, want: "304", why: "bytes have an ETag of their own"},
		{section: "11.2", name: "other bytes", target: "Photos(1)/$value", header: []string{`If-Match: "other"`}, want: "412 PreconditionFailed", why: "bytes have an ETag of their own"},
		{section: "11.2", name: "links", target: "Customers(1)/$links/BestFriend", answer: []string{"ETag:"}, why: "a link has no ETag"},
		{section: "11.2", name: "tunnel", target: "Customers(1)", header: []string{"X-HTTP-Method: DELETE"}, want: "400 InvalidMethod", why: "only a POST carries another method"},
		{section: "11.2", name: "both", target: "Customers(1)", header: []string{`If-Match: W/"3"`, `If-None-Match: W/"3"`}, want: "400 ConflictingConditions", why: "two conditions"},
		{section: "11.2", name: "no ETag", target: "Orders(guid'6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10')", header: []string{`If-Match: W/"3"`}, want: "400 NoETag", why: "the type has no ETag"},
		{section: "11.2", name: "If-Match", target: "Customers", header: []string{`If-Match: W/"3"`}, want: "400 NoETag", why: "a feed has no ETag to match"},
		{section: "11.2", name: "If-None-Match", target: "Customers", header: []string{`If-None-Match: W/"3"`}, want: "400 NoETag", why: "a feed has no ETag to match"},
		{section: "11.2", name: "If-None-Match", target: "Customers/$count", header: []string{`If-None-Match: W/"3"`}, want: "400 NoETag", why: "a count has no ETag to match"},
		{section: "11.2", name: "If-None-Match", target: "Customers(1)?$expand=Orders", header: []string{`If-None-Match: W/"3"`}, want: "400 NoETag", why: "an expanded entity is more than its ETag"},
		{section: "11.2", name: "If-Match", target: "Customers(2)/BestFriend", header: []string{`If-Match: W/"3"`}, want: "412 PreconditionFailed", why: "nothing is not the expected state"},
		{section: "11.2", name: "If-None-Match", target: "Customers(1)/$links/Orders", header: []string{`If-None-Match: W/"3"`}, want: "400 NoETag", why: "links have no ETag to match"},
		{section: "11.2", name: "expanded", target: "Customers(1)?$expand=Orders", answer: []string{"ETag:"}, why: "so it has no ETag header"},
		{section: "11.2", name: "property", target: "Customers(1)/Name", answer: []string{`ETag: W/"3"`}, why: "a property has its entity's ETag"},
		{section: "11.2", name: "unchanged property", target: "Customers(1)/Name", header: []string{`If-None-Match: W/"3"`}, want: "304", why: "a property is unchanged with its entity"},
	}
	rows = append(rows, rowsOf([]check{
		{"11.2", "Nope", "404 NotFound", "an unknown first segment"},
		{"11.2", "Customers(1)/Nope", "404 NotFound", "an unknown property"},
		{"11.2", "Customers(9)", "404 NotFound", "no entity with this key"},
		{"11.2", "Customers(1)/Demo.VipCustomer", "404 NotFound", "another type"},
		{"11.2", "Customers(2)/Name/$value", "404 NotFound", "no bare value of null"},
		{"11.2", "Customers(2)/$links/BestFriend", "404 NotFound", "no link"},
		{"11.2", "Customers(2)/BestFriend", "204", "no related entity"},
		{"11.2", "Customers(2)/Name", "200", "null"},
		{"11.2", "Customers(1", "400 InvalidSegment", "syntax of the path"},
		{"11.2", "Customers('x')", "400 KeyTypeMismatch", "type of the key"},
		{"11.2", "Customers?$filter=(", "400 SyntaxError", "syntax of an option"},
		{"11.2", "Customers?$nope=1", "400 UnknownOption", "an unknown option"},
		{"11.2", "Customers(1)?$top=1", "400 OptionNotApplicable", "an option with no place"},
		{"11.2", "Customers?$filter=Nope eq 1", "400 UnknownProperty", "an unknown property in a condition"},
		{"11.2", "Customers?$orderby=Nope", "400 UnknownProperty", "in an order"},
		{"11.2", "Customers?$select=Nope", "400 UnknownProperty", "in a selection"},
		{"11.2", "Customers?$expand=Nope", "400 UnknownProperty", "in an expansion"},
	})...)
	for _, m := range []struct{ method, target, want, allow, why string }{
		{"POST", "$metadata", "405 MethodNotAllowed", "GET, HEAD", "a document is read only"},
		{"DELETE", "", "405 MethodNotAllowed", "GET, HEAD", "a document is read only"},
		{"POST", "Ping", "405 MethodNotAllowed", "GET, HEAD", "the operation says GET"},
		{"GET", "$batch", "405 MethodNotAllowed", "POST", "a batch is posted"},
		{"LOCK", "Customers", "501 UnknownMethod", "", "no verb of OData"},
		{"PROPFIND", "Customers", "501 UnknownMethod", "", "no verb of OData"},
	} {
		r := row{section: "11.2", method: m.method, target: m.target, want: m.want, why: m.why}
		if m.allow != "" {
			r.answer = []string{"Allow: " + m.allow}
		}
		rows = append(rows, r)
	}
	return rows
}

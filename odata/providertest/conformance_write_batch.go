package providertest

import (
	"fmt"
	"strings"
)

// partHead are the headers of a part that is a request.
const partHead = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"

// inner is a request of a batch: "GET Customers(1)", its headers, and its body.
func inner(line string, headers []string, body string) string {
	head := line + " HTTP/1.1\r\n"
	for _, h := range headers {
		head += h + "\r\n"
	}
	return partHead + head + "\r\n" + body
}

// read is a GET for JSON.
func read(target string) string {
	return inner("GET "+target, []string{"Accept: application/json"}, "")
}

// change is a request in JSON light; id is its Content-ID, empty for none.
func change(line, id, body string, headers ...string) string {
	if id != "" {
		headers = append(headers, "Content-ID: "+id)
	}
	if body != "" {
		headers = append(headers, "Content-Type: application/json")
	}
	return inner(line, append(headers, "Accept: application/json"), body)
}

// changeSetOf is a part that is a change set.
func changeSetOf(requests ...string) string {
	return "Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n" + multipartOf("changeset_1", requests)
}

// batchOf is the body of a batch.
func batchOf(parts ...string) string { return multipartOf("batch_1", parts) + "\r\n" }

func multipartOf(boundary string, parts []string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("--" + boundary + "\r\n" + part + "\r\n")
	}
	b.WriteString("--" + boundary + "--")
	return b.String()
}

// batch is a script about a batch. The parts of its answer are as outcomesOf
// writes them; want begins with a status of its own if there are none.
func batch(section, name, points, body, want, why string, then ...string) script {
	s := script{section: section, name: name, why: why, points: points, request: request{do: "POST $batch", send: "batch", body: body, want: "202", parts: want}, then: then}
	if strings.HasPrefix(want, "!") {
		s.want, s.parts = want[1:], ""
	}
	return s
}

// stillWhere marks the script of that name as one that in the end changes nothing.
func stillWhere(scripts []script, name string) []script {
	for i := range scripts {
		scripts[i].still = scripts[i].still || scripts[i].name == name
	}
	return scripts
}

const (
	nine   = `{"Id":9,"Name":"Zoe","Version":1}`
	ten    = `{"Id":10,"Name":"Ten","Version":1}`
	taken  = `{"Id":1,"Version":1}`
	isNine = "Customers(9)/Name/$value"
)

// batchGrammarScripts hold how a batch is written.
func batchGrammarScripts() []script {
	g := func(name, body, want, why string, then ...string) script {
		return batch("10.1", name, "", body, want, why, then...)
	}
	typed := func(s script, contentType string) script {
		s.send = contentType
		return s
	}
	all := batchOf(read("Customers(1)/Name"), changeSetOf(change("POST Customers", "1", nine), change("POST $1/Orders", "2", `{"OrderId":"`+newOrder+`"}`)), read("Customers(9)/Orders"))
	with := func(points string, s script) script {
		s.points = points
		return s
	}
	done := []string{isNine, "=Zoe", "Customers(9)/Orders/$count", "=1"}
	scripts := []script{
		with("mixed batch", g("CR LF", all, "200, [201 201], 200", "reads and a change set", done...)),
		with("LF line ends", g("LF", strings.ReplaceAll(all, "\r\n", "\n"), "200, [201 201], 200", "LF ends a line", done...)),
		g("CR", strings.ReplaceAll(all, "\r\n", "\r"), "200, [201 201], 200", "CR ends a line", done...),
		g("preamble", "This is a preamble.\r\n\r\n"+all, "200, [201 201], 200", "what stands before the first boundary is ignored", done...),
		g("epilogue", all+"This is an epilogue\r\n--batch_1\r\nx", "200, [201 201], 200", "what stands behind the last boundary is ignored", done...),
		g("no last line end", strings.TrimRight(all, "\r\n"), "200, [201 201], 200", "the last line need not end", done...),
		g("preamble of a change set", strings.Replace(all, "--changeset_1\r\n", "preamble\r\n--changeset_1\r\n", 1), "200, [201 201], 200", "a change set may have one as well", done...),
		g("blanks behind a boundary", strings.ReplaceAll(all, "--batch_1\r\n", "--batch_1  \t\r\n"), "200, [201 201], 200", "blanks behind a boundary do not count", done...),
		with("quoted boundary", typed(g("quoted boundary", all, "200, [201 201], 200", "a boundary may be quoted", done...), `multipart/mixed; boundary="batch_1"`)),
		typed(g("letter case", all, "200, [201 201], 200", "media types have no case", done...), `Multipart/Mixed;BOUNDARY=batch_1`),
		typed(g("other parameters", all, "200, [201 201], 200", "other parameters do not matter", done...), `multipart/mixed; x=y; boundary=batch_1; charset=utf-8`),
		typed(g("boundary with blanks", strings.ReplaceAll(all, "batch_1", "a b(c)"), "200, [201 201], 200", "a quoted boundary has signs of its own", done...), `multipart/mixed; boundary="a b(c)"`),
		typed(g("boundary of 70", strings.ReplaceAll(all, "batch_1", strings.Repeat("b", 70)), "200, [201 201], 200", "70 characters at most", done...), `multipart/mixed; boundary=`+strings.Repeat("b", 70)),
		typed(g("boundary of 71", strings.ReplaceAll(all, "batch_1", strings.Repeat("b", 71)), "!400 BatchBoundary", "70 characters at most"), `multipart/mixed; boundary=`+strings.Repeat("b", 71)),
		typed(g("no boundary", all, "!400 BatchBoundary", "the boundary is mandatory"), `multipart/mixed`),
		typed(g("empty boundary", all, "!400 BatchBoundary", "the boundary is mandatory"), `multipart/mixed; boundary=`),
		typed(g("two boundaries", all, "!400", "there is one boundary"), `multipart/mixed; boundary=batch_1; boundary=batch_1`),
		typed(g("no type", all, "!400 BatchContentType", "a batch is multipart/mixed"), ""),
		typed(g("other multipart", all, "!400 BatchContentType", "a batch is multipart/mixed"), "multipart/form-data; boundary=batch_1"),
		typed(g("JSON", "{}", "!400 BatchContentType", "a batch is multipart/mixed"), "json"),
		typed(g("wide charset", all, "!400 BatchCharset", "UTF-8 or a single byte"), "multipart/mixed; boundary=batch_1; charset=utf-16"),
		typed(g("single-byte charset", all, "200, [201 201], 200", "UTF-8 or a single byte", done...), "multipart/mixed; boundary=batch_1; charset=iso-8859-1"),
		typed(g("another boundary", all, "!400 BatchNoDelimiter", "the body has the boundary"), "multipart/mixed; boundary=other"),
		g("empty body", "", "!400 BatchNoDelimiter", "the body has the boundary"),
		g("no parts", "--batch_1--\r\n", "", "a batch may be empty"),
		g("not closed", "--batch_1\r\n"+read("Customers(1)")+"\r\n", "200, 400 BatchTruncated", "the last boundary is missing"),
		g("cut off", "--batch_1\r\nContent-Type: application/http\r\n", "400 BatchTruncated", "the part ends too early"),
		g("empty change set", batchOf(changeSetOf(), read("Customers(1)")), "[], 200", "a change set may be empty"),
		g("change set not closed", batchOf(strings.TrimSuffix(changeSetOf(change("POST Customers", "", nine)), "--changeset_1--"), read("Customers(1)")), "[400 BatchChangeSetNotClosed]", "what is cut off is not done"),
		g("change set cut off", "--batch_1\r\n"+strings.TrimSuffix(changeSetOf(change("POST Customers", "", nine)), "--changeset_1--"), "[400 BatchTruncated]", "what is cut off is not done"),
		g("change set without a boundary", batchOf("Content-Type: multipart/mixed\r\n\r\n"+multipartOf("changeset_1", []string{change("POST Customers", "", nine)})), "400 BatchBoundary", "the boundary is mandatory"),
		g("change set with the same boundary", batchOf("Content-Type: multipart/mixed; boundary=batch_1\r\n\r\n"+multipartOf("batch_1", []string{change("POST Customers", "", nine)})), "400 BatchBoundaryClash", "boundaries differ"),
		g("nested change set", batchOf(changeSetOf(change("POST Customers", "", nine), "Content-Type: multipart/mixed; boundary=changeset_2\r\n\r\n"+multipartOf("changeset_2", []string{change("POST Customers", "", ten)})), read("Customers(1)")), "[400 BatchNesting]", "change sets do not nest"),
		g("GET inside", batchOf(changeSetOf(change("POST Customers", "", nine), read("Customers(1)"))), "[400 BatchMethod]", "inside of a change set anything but GET"),
		g("POST outside", batchOf(change("POST Customers", "", nine), read("Customers(1)")), "400 BatchMethod", "outside of change sets GET only"),
		g("DELETE outside", batchOf(read("Customers(1)"), change("DELETE Customers(1)", "", "", "If-Match: *")), "200, 400 BatchMethod", "outside of change sets GET only"),
		g("tunnel outside", batchOf(inner("GET Customers(1)", []string{"X-HTTP-Method: DELETE", "If-Match: *"}, "")), "400 BatchMethod", "outside of change sets GET only"),
		g("tunnel inside", batchOf(changeSetOf(change("POST Customers(1)", "", `{"Name":"x"}`, "X-HTTP-Method: MERGE", "If-Match: *"))), "[204]", "a verb carried by a POST", "Customers(1)/Name/$value", "=x"),
		g("HEAD", batchOf(inner("HEAD Customers(1)", nil, "")), "400 BatchMethod", "outside of change sets GET only"),
		g("unknown verb", batchOf(changeSetOf(inner("LOCK Customers(1)", nil, ""))), "[501 UnknownMethod]", "no verb of OData"),
		g("no part type", batchOf("\r\n"+"GET Customers(1) HTTP/1.1\r\n\r\n"), "400 BatchPartType", "a part says what it is"),
		g("other part type", batchOf(read("Customers(1)/Name"), "Content-Type: text/plain\r\n\r\nhello"), "200, 400 BatchPartType", "a part is a request or a change set"),
		g("no transfer encoding", batchOf(strings.Replace(read("Customers(1)"), "Content-Transfer-Encoding: binary\r\n", "", 1)), "400 BatchTransferEncoding", "a request is binary"),
		g("other transfer encoding", batchOf(strings.Replace(read("Customers(1)"), "binary", "base64", 1)), "400 BatchTransferEncoding", "a request is binary"),
		g("part type with parameters", batchOf(strings.Replace(read("Customers(1)"), "application/http", "application/http; msgtype=request", 1)), "200", "parameters do not matter"),
		g("unknown part headers", batchOf("X-Anything: y\r\n"+read("Customers(1)")), "200", "headers of others do not matter"),
		g("folded headers", batchOf("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nX-A: b\r\n c\r\n\r\nGET Customers(1) HTTP/1.1\r\n\r\n"), "400 BatchHeader", "a header is one line"),
		g("no request", batchOf(partHead), "400 BatchNoRequest", "a part has a request"),
		g("version 1.0", batchOf(partHead+"GET Customers(1) HTTP/1.0\r\n\r\n"), "400 BatchRequestLine", "HTTP/1.1 exactly"),
		g("version missing", batchOf(partHead+"GET Customers(1)\r\n\r\n"), "400 BatchRequestLine", "HTTP/1.1 exactly"),
		g("blanks in the URL", batchOf(partHead+"GET Customers?$filter=Id eq 1&$select=Id HTTP/1.1\r\nAccept: application/json\r\n\r\n"), "200", "the URL is all up to the last blank"),
		g("blank lines before", batchOf(partHead+"\r\n\r\nGET Customers(1) HTTP/1.1\r\nAccept: application/json\r\n\r\n"), "200", "empty lines before the request"),
		g("header twice", batchOf(inner("GET Customers(1)", []string{"Accept: application/json", "Accept: application/json"}, "")), "400 BatchDuplicateHeader", "no header twice"),
		g("header twice in another case", batchOf(inner("GET Customers(1)", []string{"Accept: application/json", "accept: application/json"}, "")), "400 BatchDuplicateHeader", "no header twice"),
		g("no header", batchOf(inner("GET Customers(1)", []string{"nonsense"}, "")), "400 BatchHeader", "a header has a colon"),
		g("identity", batchOf(inner("GET Customers(1)", []string{"Authorization: Basic x"}, "")), "400 BatchForbiddenHeader", "a part has the caller of its batch"),
		g("cookie", batchOf(inner("GET Customers(1)", []string{"Cookie: a=b"}, "")), "400 BatchForbiddenHeader", "a part has the caller of its batch"),
		g("length in the request", batchOf(changeSetOf(change("POST Customers", "", nine, fmt.Sprintf("Content-Length: %d", len(nine))))), "[201]", "a body of so many bytes", isNine, "=Zoe"),
		g("length on the part", batchOf(changeSetOf("Content-Length: 5\r\n"+change("POST Customers", "", nine))), "[201]", "the length of a part is a hint", isNine, "=Zoe"),
		g("length with a boundary inside", batchOf(changeSetOf(change("PUT Photos(1)/$value", "", ""), change("POST Customers", "", nine))), "[400 MissingContentType]", "bytes are described"),
		g("body with a boundary", batchOf(changeSetOf(inner("PUT Photos(1)/$value", []string{"Content-Type: text/plain", "Content-Length: 31"}, "--batch_1\r\n--changeset_1--\r\nxyz"))), "[204]", "within its length a body may be anything", "Photos(1)/$value", "=--batch_1\r\n--changeset_1--\r\nxyz"),
		g("length too short", batchOf(changeSetOf(change("POST Customers", "", nine, "Content-Length: 5"))), "[400 BatchContentLength]", "behind so many bytes there is a boundary"),
		g("length too long", batchOf(changeSetOf(change("POST Customers", "", nine, "Content-Length: 5000"))), "[400 BatchTruncated]", "more than there is"),
		g("length malformed", batchOf(changeSetOf(change("POST Customers", "", nine, "Content-Length: x"))), "[400 BatchContentLength]", "a length is a number"),
		g("length negative", batchOf(changeSetOf(change("POST Customers", "", nine, "Content-Length: -1"))), "[400 BatchContentLength]", "a length is a number"),
		g("line end before the boundary", batchOf(changeSetOf(inner("PUT Photos(1)/$value", []string{"Content-Type: text/plain"}, "abc\r\n"))), "[204]", "the line end before a boundary belongs to it, and no other", "Photos(1)/$value", "=abc\r\n"),
		g("body without an end", batchOf(changeSetOf(inner("PUT Photos(1)/$value", []string{"Content-Type: text/plain"}, "abc"))), "[204]", "a body ends at the boundary", "Photos(1)/$value", "=abc"),
		g("body of a GET", batchOf(inner("GET Customers(1)", []string{"Accept: application/json"}, "ignored"), read("Customers(1)")), "200, 200", "the body of a GET is passed over"),
		{section: "10.1", name: "options", why: "options of reading have no place", request: request{do: "POST $batch?$top=1", send: "batch", body: batchOf(read("Customers(1)")), want: "400 OptionNotApplicable"}},
		{section: "10.1", name: "custom options", why: "options of others do not matter", request: request{do: "POST $batch?v=1", send: "batch", body: batchOf(read("Customers(1)")), want: "202", parts: "200"}},
		{section: "10.1", name: "version", why: "the version of a batch is checked as any", request: request{do: "POST $batch", send: "batch", header: []string{"DataServiceVersion: 4.0"}, body: batchOf(read("Customers(1)")), want: "400 InvalidVersion"}},
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = inner("GET Customers(1)/Id/$value", nil, "")
	}
	operations := make([]string, 100)
	for i := range operations {
		operations[i] = change("POST Orders", "", fmt.Sprintf(`{"OrderId":"00000000-0000-0000-0001-%012d"}`, i))
	}
	hundred := "200" + strings.Repeat(", 200", 99)
	created := "[201" + strings.Repeat(" 201", 99) + "]"
	return append(scripts,
		with("too many parts", g("100 parts", batchOf(many...), hundred, "as many as may be")),
		with("too many parts", g("101 parts", batchOf(append(many[:100:100], many[0])...), hundred+", 400 BatchTooManyParts", "one more")),
		with("too many parts", g("100 operations", batchOf(changeSetOf(operations...)), created, "as many as may be", "Orders/$count", "=102")),
		with("too many parts", g("101 operations", batchOf(changeSetOf(append(operations[:100:100], change("POST Orders", "", "{}"))...)), "[400 BatchTooManyOperations]", "one more", "Orders/$count", "=2")),
	)
}

// batchURLScripts hold the addresses in a batch.
func batchURLScripts() []script {
	var scripts []script
	for _, c := range []struct {
		name, url, host, want, why, points string
	}{
		{"relative", "Customers(1)", "", "200", "relative to the service root", "relative URL"},
		{"absolute", "http://host/svc/Customers(1)", "", "200", "absolute", "absolute URL"},
		{"host-relative", "/svc/Customers(1)", "", "200", "relative to the host of the batch", "relative URL"},
		{"host-relative with a host", "/svc/Customers(1)", "host", "200", "relative to the host", "relative URL"},
		{"letter case", "HTTP://HOST/SVC/Customers(1)", "", "200", "host and root have no case", "absolute URL"},
		{"default port", "http://host:80/svc/Customers(1)", "", "200", "the default port may be said", "absolute URL"},
		{"root", "http://host/svc/", "", "200", "the root itself", "absolute URL"},
		{"metadata", "$metadata", "", "200", "the model", "relative URL"},
		{"options", "Customers(1)?$select=Name&$format=json", "", "200", "with options", "relative URL"},
		{"key with a slash", "Tags('a%2Fb')", "", "200", "what is escaped stays so", "relative URL"},
		{"key with dots", "Tags('..')", "", "404 NotFound", "dots in a key are no path", "relative URL"},
		{"other host", "http://other/svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "absolute URL"},
		{"other port", "http://host:8080/svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "absolute URL"},
		{"other scheme", "https://host/svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "absolute URL"},
		{"other root", "/other/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "relative URL"},
		{"other host header", "/svc/Customers(1)", "other", "400 BatchURLOutsideService", "outside of the service", "relative URL"},
		{"network path", "//other/svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "relative URL"},
		{"above", "../svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "relative URL"},
		{"escaped above", "%2e%2e/svc/Customers(1)", "", "400 BatchURLOutsideService", "outside of the service", "relative URL"},
		{"user", "http://me@host/svc/Customers(1)", "", "400 BatchURLOutsideService", "an address has no user", "absolute URL"},
		{"batch", "$batch", "", "400 BatchInBatch", "a batch has no batch", "relative URL"},
		{"unknown", "Nope", "", "404 NotFound", "mistakes are those of any request", "relative URL"},
		{"malformed", "Customers(1", "", "400 InvalidSegment", "mistakes are those of any request", "relative URL"},
		{"reference outside", "$1", "", "404 BatchUnknownReference", "references exist in change sets only", "relative URL"},
	} {
		headers := []string{"Accept: application/json, */*;q=0.1"}
		if c.host != "" {
			headers = append(headers, "Host: "+c.host)
		}
		scripts = append(scripts, batch("10.1", "URL: "+c.name, c.points, batchOf(inner("GET "+c.url, headers, ""), read("Customers(1)")), c.want+", 200", c.why))
		if strings.HasPrefix(c.name, "other") || c.name == "network path" || c.name == "above" || c.name == "batch" {
			scripts = append(scripts, batch("10.1", "URL in a change set: "+c.name, c.points, batchOf(changeSetOf(change("POST Orders", "", "{}"), inner("DELETE "+c.url, append(headers, "If-Match: *"), ""))), "["+c.want+"]", c.why))
		}
	}
	for _, url := range []string{"Customers", "http://host/svc/Customers", "/svc/Customers"} {
		scripts = append(scripts, batch("10.1", "POST "+url, "absolute URL", batchOf(changeSetOf(change("POST "+url, "", nine))), "[201]", "all forms of addresses, for changes as well", isNine, "=Zoe"))
	}
	return scripts
}

// batchReferenceScripts hold Content-ID and references.
func batchReferenceScripts() []script {
	r := func(name, points, want, why string, requests []string, then ...string) script {
		return batch("10.2", name, points, batchOf(changeSetOf(requests...)), want, why, then...)
	}
	const back, forward = "backward reference", "forward reference"
	make9 := change("POST Customers", "1", nine)
	order := `{"OrderId":"` + newOrder + `"}`
	in := func(contentType, line, body string) string {
		return inner(line, []string{"Content-Type: " + contentTypes[contentType], "Accept: application/json", "If-Match: *"}, body)
	}
	scripts := []script{
		r("POST to $1", back, "[201 201]", "a navigation of what was created", []string{make9, change("POST $1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("PATCH $1", back, "[201 204]", "what was created is changed", []string{make9, change("PATCH $1", "2", `{"Name":"x"}`, "If-Match: *")}, isNine, "=x"),
		r("PUT a property", back, "[201 204]", "a property of it", []string{make9, change("PUT $1/Name", "2", `{"value":"x"}`, "If-Match: *")}, isNine, "=x"),
		r("PUT a link", back, "[201 204]", "a link of it", []string{make9, change("PUT $1/$links/BestFriend", "2", `{"url":"Customers(1)"}`)}, "Customers(9)/BestFriend/Id/$value", "=1"),
		r("link to $1", back, "[201 204]", "a link to it", []string{make9, change("PUT Customers(3)/$links/BestFriend", "2", `{"url":"$1"}`)}, "Customers(3)/BestFriend/Id/$value", "=9"),
		r("link both", back, "[201 201 204]", "of one to another", []string{make9, change("POST Customers", "2", ten), change("PUT $1/$links/BestFriend", "", `{"url":"$2"}`)}, "Customers(9)/BestFriend/Id/$value", "=10"),
		r("links both", back, "[201 201 204]", "of one to another", []string{make9, change("POST Orders", "2", order), change("POST $1/$links/Orders", "", `{"url":"$2"}`)}, "Customers(9)/Orders/$count", "=1"),
		r("DELETE $1", back, "[201 204]", "what was created is deleted", []string{change("POST Customers", "1", nine), change("DELETE $1", "2", "", "If-Match: *")}, "Customers(9)", "404 NotFound"),
		r("absolute", back, "[201 201]", "an absolute address", []string{make9, change("POST http://host/svc/$1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("host-relative", back, "[201 201]", "relative to the host", []string{make9, change("POST /svc/$1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("bind in light", back, "[201 201]", "in a body", []string{make9, inner("POST Customers", []string{"Content-Type: application/json", "Accept: application/json"}, `{"Id":10,"Version":1,"BestFriend@odata.bind":"$1"}`)}, "Customers(10)/BestFriend/Id/$value", "=9"),
		r("bind in verbose", back, "[201 204]", "in a body", []string{make9, in("verbose", "MERGE Customers(1)", `{"BestFriend":{"__metadata":{"uri":"$1"}}}`)}, "Customers(1)/BestFriend/Id/$value", "=9"),
		r("bind in Atom", back, "[201 204]", "in a body", []string{make9, in("atom", "MERGE Customers(1)", atom.entry(having().linked(boundTo("BestFriend", false, "$1"))))}, "Customers(1)/BestFriend/Id/$value", "=9"),
		r("bind a collection", back, "[201 204]", "in a body", []string{change("POST Orders", "1", order), in("light", "MERGE Customers(1)", `{"Orders@odata.bind":["$1"]}`)}, "Customers(1)/Orders/$count", "=3"),
		r("bind absolute", back, "[201 204]", "in a body", []string{make9, in("light", "MERGE Customers(1)", `{"BestFriend@odata.bind":"http://host/svc/$1"}`)}, "Customers(1)/BestFriend/Id/$value", "=9"),
		r("link in XML", back, "[201 204]", "in a body", []string{make9, inner("PUT Customers(3)/$links/BestFriend", []string{"Content-Type: application/xml", "Accept: application/json"}, atom.link("$1"))}, "Customers(3)/BestFriend/Id/$value", "=9"),
		r("chain", back, "[201 201 201]", "a reference to what was made by reference", []string{make9, change("POST $1/Orders", "2", order), change("POST Customers", "3", `{"Id":10,"Version":1,"Orders@odata.bind":["$2"]}`)}, "Customers(10)/Orders/$count", "=1"),
		r("derived", back, "[201 204]", "an entity of a derived type", []string{change("POST Customers", "1", `{"odata.type":"Demo.VipCustomer","Id":9,"Level":1,"Version":1}`), change("PUT $1/Demo.VipCustomer/$links/Concierge", "", `{"url":"Customers(1)"}`)}, "Customers(9)/Demo.VipCustomer/Concierge/Id/$value", "=1"),
		r("media", back, "[201 204]", "a media entity", []string{inner("POST Photos", []string{"Content-ID: 1", "Content-Type: image/png", "Accept: application/json"}, "PNG"), change("MERGE $1", "", `{"Caption":"cat"}`)}, "Photos(3)/Caption/$value", "=cat"),
		r("key with signs", back, "[201 204]", "a key with signs", []string{change("POST Tags", "1", `{"Code":"q/é'"}`), change("MERGE $1", "", `{"A":"b"}`)}, "Tags('q%2F%C3%A9''')/A/$value", "=b"),
		r("without content", back, "[204 201]", "however it was answered", []string{change("POST Customers", "1", nine, "Prefer: return-no-content"), change("POST $1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("word", back, "[201 201]", "any token", []string{change("POST Customers", "new-customer.1", nine), change("POST $new-customer.1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("on the part", back, "[201 201]", "Content-ID may stand on the part", []string{"Content-ID: 1\r\n" + change("POST Customers", "", nine), "Content-ID: 2\r\n" + change("POST $1/Orders", "", order)}, "Customers(9)/Orders/$count", "=1"),
		r("on both", back, "[201 201]", "the same on both", []string{"Content-ID: 1\r\n" + make9, change("POST $1/Orders", "2", order)}, "Customers(9)/Orders/$count", "=1"),
		r("different", "", "[400 BatchContentID]", "two that differ", []string{"Content-ID: 1\r\n" + change("POST Customers", "2", nine)}),
		r("forward", forward, "[404 BatchUnknownReference]", "references go backwards only", []string{change("POST $2/Orders", "1", order), change("POST Customers", "2", nine)}),
		r("forward in a body", forward, "[404 BatchUnknownReference]", "references go backwards only", []string{change("POST Customers", "1", `{"Id":10,"Version":1,"BestFriend@odata.bind":"$2"}`), change("POST Customers", "2", nine)}),
		r("oneself", forward, "[404 BatchUnknownReference]", "references go backwards only", []string{change("POST Customers", "1", `{"Id":10,"Version":1,"BestFriend@odata.bind":"$1"}`)}),
		r("unknown", "", "[404 BatchUnknownReference]", "nobody has this id", []string{make9, change("POST $7/Orders", "2", order)}),
		r("unknown in a body", "", "[404 BatchUnknownReference]", "nobody has this id", []string{make9, change("POST Customers", "2", `{"Id":10,"Version":1,"BestFriend@odata.bind":"$7"}`)}),
		r("letter case", "", "[404 BatchUnknownReference]", "ids have a case", []string{change("POST Customers", "a", nine), change("POST $A/Orders", "2", order)}),
		r("to a PATCH", "", "[404 BatchUnknownReference]", "only what a POST created can be referred to", []string{change("PATCH Customers(1)", "1", `{"Name":"x"}`, "If-Match: *"), change("POST $1/Orders", "2", order)}),
		r("to a link", "", "[404 BatchUnknownReference]", "only what a POST created can be referred to", []string{change("POST Customers(3)/$links/Orders", "1", `{"url":"Orders(`+orderA+`)"}`), change("PATCH $1", "2", `{"Total":"1"}`)}),
		r("to an action", "", "[404 BatchUnknownReference]", "only what a POST created can be referred to", []string{change("POST Customers(1)/Promote", "1", `{"level":1}`), change("PATCH $1", "2", `{"Name":"x"}`, "If-Match: *")}),
		r("action on $1", "", "[400 OperationOnReference]", "no actions on references", []string{make9, change("POST $1/Promote", "2", `{"level":1}`)}),
		r("wrong type", "", "[400 LinkType]", "what is referred to has to fit", []string{change("POST Orders", "1", order), change("PUT Customers(3)/$links/BestFriend", "2", `{"url":"$1"}`)}),
		r("twice", "", "[400 BatchDuplicateContentID]", "ids of a change set differ", []string{make9, change("POST Customers", "1", ten)}),
		r("no token", "", "[400 BatchContentID]", "an id is a token", []string{change("POST Customers", "a b", nine)}),
		r("too long", "", "[400 BatchContentID]", "an id is short", []string{change("POST Customers", strings.Repeat("1", 200), nine)}),
		r("none", "", "[201 201]", "ids are not needed", []string{change("POST Customers", "", nine), change("POST Customers", "", ten)}, isNine, "=Zoe"),
		batch("10.2", "two change sets", "", batchOf(changeSetOf(make9), changeSetOf(change("POST Customers", "1", ten), change("PATCH $1", "2", `{"Name":"x"}`, "If-Match: *"))), "[201], [201 204]", "each change set has ids of its own", isNine, "=Zoe", "Customers(10)/Name/$value", "=x"),
		batch("10.2", "reference to another change set", "", batchOf(changeSetOf(make9), changeSetOf(change("POST $1/Orders", "2", order))), "[201], [404 BatchUnknownReference]", "each change set has ids of its own", "Customers(9)/Orders/$count", "=0"),
		batch("10.2", "id of a GET", "", batchOf(inner("GET Customers(1)", []string{"Content-ID: 7", "Accept: application/json"}, "")), "200", "a GET may have one"),
	}
	echoed := r("echo", back, "[201 201]", "the answer has the id of its request", []string{make9, change("POST Orders", "two", order)})
	echoed.has = []string{"HTTP/1.1 201 Created\r\nContent-ID: 1\r\n", "Content-ID: two\r\n"}
	failed := r("echo of a failure", "", "[409 KeyExists]", "the error has the id of the request that failed", []string{change("POST Orders", "1", order), change("POST Customers", "two", taken)})
	failed.has, failed.lacks = []string{"HTTP/1.1 409 Conflict\r\nContent-ID: two\r\n"}, []string{"Content-ID: 1"}
	outside := batch("10.2", "echo outside", "", batchOf(inner("GET Customers(1)", []string{"Content-ID: 7", "Accept: application/json"}, "")), "200", "the answer has the id of its request")
	outside.has = []string{"Content-ID: 7\r\n"}
	return stillWhere(append(scripts, echoed, failed, outside), "DELETE $1")
}

// batchProcessingScripts hold what a batch does, and how it is answered.
func batchProcessingScripts() []script {
	p := func(name, points, want, why string, parts []string, then ...string) script {
		return batch("10.3", name, points, batchOf(parts...), want, why, then...)
	}
	const failing = "failing change set"
	good := func(i int) string {
		return change("POST Orders", fmt.Sprint("g", i), fmt.Sprintf(`{"OrderId":"00000000-0000-0000-0001-%012d"}`, i))
	}
	scripts := []script{
		p("order", "mixed batch", "404 NotFound, [201], 200, [204], 404 NotFound", "parts are done in order", []string{read("Customers(9)"), changeSetOf(change("POST Customers", "", nine)), read("Customers(9)"),
			changeSetOf(change("DELETE Customers(9)", "", "", "If-Match: *")), read("Customers(9)")}),
		p("independent", "mixed batch", "404 NotFound, 200, 400 InvalidSegment, 200", "each part stands for itself", []string{read("Nope"), read("Customers(1)"), read("Customers(1"), read("Customers(2)")}),
		p("others run", failing, "[201], [409 KeyExists], 200, [201]", "what comes behind a failing change set is done", []string{changeSetOf(change("POST Customers", "", nine)), changeSetOf(good(1), change("POST Customers", "", taken)), read("Customers(1)"), changeSetOf(change("POST Customers", "", ten))},
			"Orders/$count", "=2", isNine, "=Zoe", "Customers(10)/Id/$value", "=10"),
		p("seen inside", "mixed batch", "[201 204 204]", "a request sees what those before have done", []string{changeSetOf(change("POST Customers", "", nine), change("PATCH Customers(9)", "", `{"Version":2}`, `If-Match: W/"1"`), change("PATCH Customers(9)", "", `{"Name":"x"}`, `If-Match: W/"2"`))}, isNine, "=x"),
		p("ETag inside", failing, "[412 PreconditionFailed]", "a request sees what those before have done", []string{changeSetOf(change("PATCH Customers(1)", "", `{"Version":4}`, `If-Match: W/"3"`), change("PATCH Customers(1)", "", `{"Name":"x"}`, `If-Match: W/"3"`))}),
		p("rest skipped", failing, "[404 NotFound]", "the first failure ends a change set", []string{changeSetOf(change("DELETE Orders(guid'"+newOrder+"')", "", ""), change("POST Customers", "", nine), change("POST Customers", "", taken))}),
		p("undone deep insert", failing, "[409 KeyExists]", "all is undone", []string{changeSetOf(change("POST Customers", "", `{"Id":9,"Version":1,"Orders":[{"OrderId":"`+newOrder+`"}]}`), change("POST Customers", "", taken))}),
		p("undone links", failing, "[409 KeyExists]", "all is undone", []string{changeSetOf(change("DELETE Customers(1)/$links/BestFriend", "", ""), change("POST Customers(3)/$links/Orders", "", `{"url":"Orders(`+orderA+`)"}`), change("POST Customers", "", taken))}),
		p("undone stream", failing, "[409 KeyExists]", "all is undone", []string{changeSetOf(inner("PUT Photos(1)/$value", []string{"Content-Type: image/gif"}, "GIF"), change("POST Customers", "", taken))}),
		p("undone action", failing, "[409 KeyExists]", "all is undone", []string{changeSetOf(change("POST Customers/ResetAll", "", ""), change("POST Purge", "", `{"days":1}`), change("POST Customers", "", taken))}),
		p("undone delete", failing, "[409 KeyExists]", "all is undone", []string{changeSetOf(change("DELETE Customers(1)", "", "", "If-Match: *"), change("DELETE Photos(1)", "", ""), change("POST Customers", "", `{"Id":2,"Version":1}`))}),
		p("mistake in a body", failing, "[400 UnknownProperty]", "all is undone", []string{changeSetOf(good(1), change("POST Customers", "", `{"Nope":1}`))}),
		p("verb", failing, "[405 MethodNotAllowed]", "all is undone", []string{changeSetOf(good(1), change("PUT Customers", "", `{}`))}),
		p("key given up and taken", "mixed batch", "[204 201]", "what is deleted can be made anew", []string{changeSetOf(change("DELETE Customers(1)", "", "", "If-Match: *"), change("POST Customers", "", taken))}, "Customers(1)/Orders/$count", "=0"),
		p("actions", "mixed batch", "[200 204 204]", "actions take part", []string{changeSetOf(change("POST Customers(1)/Promote", "", `{"level":1}`), change("POST Purge", "", `{"days":1}`), change("POST Customers/ResetAll", "", ""))}, "Tags/$count", "=0", "Customers(1)/Points/$value", "=0"),
		p("broken part ends it", "", "200, 400 BatchPartType", "behind a part that cannot be read nobody knows where the next begins", []string{read("Customers(1)"), "Content-Type: text/plain\r\n\r\nx", read("Customers(1)")}),
		p("broken part in a change set", failing, "[400 BatchPartType]", "what cannot be read is not done", []string{changeSetOf(good(1), "Content-Type: text/plain\r\n\r\nx"), read("Customers(1)")}),
		p("validate only", failing, "[400 PreferenceNotOffered]", "a preference not to change anything is never passed over", []string{changeSetOf(change("POST Customers", "", nine, "Prefer: pamodata.validate-only"))}),
	}
	for at := range 5 {
		var requests []string
		for i := range 5 {
			if i == at {
				requests = append(requests, change("POST Customers", "bad", taken))
			} else {
				requests = append(requests, good(i))
			}
		}
		for _, on := range []stageKind{onDemo, onDirect} {
			name, want := fmt.Sprintf("failure at %d", at+1), "[409 KeyExists]"
			if on == onDirect {
				name, want = name+" direct", "409 KeyExists"
			}
			s := p(name, failing, want+", 200", "one error answers for the whole change set, wherever it fails", []string{changeSetOf(requests...), read("Customers(1)")})
			s.on = on
			scripts = append(scripts, s)
		}
	}
	direct := p("direct success", failing, "[201 201]", "a change set that is done is a multipart in either shape", []string{changeSetOf(good(1), good(2))})
	direct.on = onDirect
	malformed := p("direct malformed", failing, "400 BatchNesting", "a change set that cannot be read fails in the same shape", []string{changeSetOf(good(1), "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--")})
	malformed.on = onDirect
	scripts = append(scripts, direct, malformed)
	return append(stillWhere(scripts, "order"), batchAnswerScripts()...)
}

// batchAnswerScripts hold the answer to a batch: its form, versions, and what
// its parts take over from it.
func batchAnswerScripts() []script {
	a := func(name, body, want, why string, has ...string) script {
		s := batch("10.4", name, "mixed batch", body, want, why)
		s.has = has
		return s
	}
	headed := func(s script, header ...string) script {
		s.header = header
		return s
	}
	const light = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
	empty := a("no content", batchOf(changeSetOf(change("DELETE Orders("+orderA+")", "", ""))), "[204]", "204 has a phrase, and the empty line behind its headers", "HTTP/1.1 204 No Content\r\n")
	empty.has = append(empty.has, "\r\n\r\n\r\n--changesetresponse_")
	enveloped := a("envelope", batchOf(read("Customers(1)")), "200", "202, and headers of its own", "HTTP/1.1 200 OK\r\n", "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1")
	enveloped.answer = []string{"Cache-Control: no-cache", "ETag:", "Location:"}
	scripts := []script{
		empty, enveloped,
		a("never an aggregate", batchOf(read("Nope"), read("Nope")), "404 NotFound, 404 NotFound", "the status of the envelope says nothing of its parts", "HTTP/1.1 404 Not Found\r\n"),
		a("Location", batchOf(changeSetOf(change("POST Customers", "", nine))), "[201]", "addresses are absolute", "Location: http://host/svc/Customers(9)\r\n", `ETag: W/"1"`),
		a("DataServiceId", batchOf(changeSetOf(change("POST Customers", "", nine, "Prefer: return-no-content"))), "[204]", "preferences are the part's", "DataServiceId: http://host/svc/Customers(9)\r\n", "Preference-Applied: return-no-content\r\n", "Location: http://host/svc/Customers(9)\r\n"),
		a("content", batchOf(changeSetOf(change("PATCH Customers(1)", "", `{"Name":"x"}`, "If-Match: *", "Prefer: return-content"))), "[200]", "preferences are the part's", "Preference-Applied: return-content\r\n", `"Name":"x"`),
		headed(a("preference of the envelope", batchOf(changeSetOf(change("POST Customers", "", nine))), "[201]", "preferences are not inherited", `"Id":9`), "Prefer: return-no-content"),
		a("formats", batchOf(inner("GET Customers(1)?$select=Name", []string{"Accept: application/json;odata=verbose"}, ""), inner("GET Customers(1)?$select=Name", []string{"Accept: application/atom+xml"}, ""), inner("GET Customers(1)/Name/$value", nil, "")), "200, 200, 200",
			"each part has a format of its own", `{"d":{"__metadata"`, `<d:Name>Ann</d:Name>`, "Content-Type: text/plain;charset=utf-8\r\n"),
		headed(a("Accept of the envelope", batchOf(inner("GET Customers(1)", nil, "")), "200", "Accept is not inherited", "Content-Type: application/atom+xml"), "Accept: application/json"),
		headed(a("greatest version", batchOf(read("Customers(2)?$select=Id")), "200", "versions are inherited", "Content-Type: application/json;odata=verbose", "DataServiceVersion: 2.0;\r\n"), "MaxDataServiceVersion: 2.0"),
		headed(a("greatest version of a part", batchOf(inner("GET Customers(1)", []string{"Accept: application/json", "MaxDataServiceVersion: 3.0"}, "")), "200", "unless a part has one", light), "MaxDataServiceVersion: 2.0"),
		headed(a("least version", batchOf(inner("GET Customers(1)/Id/$value", nil, "")), "200", "versions are inherited", "DataServiceVersion: 2.0;\r\n"), "MinDataServiceVersion: 2.0"),
		headed(a("version", batchOf(changeSetOf(change("PATCH Customers(1)", "", `{"Name":"x"}`, "If-Match: *"))), "[204]", "the version of the envelope is that of the envelope"), "DataServiceVersion: 2.0"),
		a("version of a part", batchOf(changeSetOf(change("PATCH Customers(1)", "", `{"Name":"x"}`, "If-Match: *", "DataServiceVersion: 2.0"))), "[400 VersionTooLow]", "a part has a version of its own"),
		a("unsatisfiable", batchOf(inner("GET Customers(1)", []string{"Accept: image/png"}, ""), read("Customers(1)")), "406 NotAcceptable, 200", "a part nobody can read"),
		a("unchanged", batchOf(inner("GET Customers(1)", []string{`If-None-Match: W/"3"`}, "")), "304", "conditions are the part's", "HTTP/1.1 304 Not Modified\r\n"),
		a("null", batchOf(read("Customers(2)/BestFriend")), "204", "nothing is 204"),
		a("bytes", batchOf(inner("GET Photos(1)/$value", nil, "")), "200", "bytes are sent as they are", "Content-Type: image/png\r\n", "not really a picture"),
		a("allow", batchOf(changeSetOf(change("DELETE Customers", "", ""))), "[405 MethodNotAllowed]", "405 lists verbs", "Allow: GET, HEAD, POST\r\n"),
		a("error formats", batchOf(inner("GET Nope", []string{"Accept: application/json;odata=verbose"}, ""), inner("GET Nope", []string{"Accept: application/xml"}, ""), read("Nope")), "404 NotFound, 404 NotFound, 404 NotFound",
			"errors are in the format of their part", `{"error":{"code":"NotFound"`, `<m:code>NotFound</m:code>`, `{"odata.error":{"code":"NotFound"`),
	}
	for i := range scripts {
		scripts[i].answer = append(scripts[i].answer, "DataServiceVersion: "+map[bool]string{true: "2.0;", false: "1.0;"}[scripts[i].name == "least version"])
	}
	json := a("JSON service", batchOf(inner("GET Customers(1)?$select=Name", nil, "")), "200", "without Accept the default format", light)
	json.on = onJSON
	return append(scripts, json)
}

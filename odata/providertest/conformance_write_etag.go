package providertest

// etagScripts hold ETags and conditions of requests that change data.
func etagScripts() []script {
	none := []string{"If-None-Match: *"}
	const old, now = `W/"2"`, `W/"3"` // of customer 1
	var scripts []script
	add := func(name, do, send, body, match string, header []string, want, why string) {
		s := script{section: "9.7", name: name, why: why, points: "ETag", request: request{do: do, send: send, body: body, match: match, header: header, want: want}}
		scripts = append(scripts, s)
	}
	// What has its entity's ETag, with all verbs.
	for _, r := range []struct {
		name, target, send, body string
		verbs                    []string
	}{
		{"entity", "Customers(1)", "json", `{"Name":"x","Version":4}`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
		{"cast", "Customers(1)/Demo.Customer", "json", `{"Name":"x","Version":4}`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
		{"target of a navigation", "Customers(3)/BestFriend", "json", `{"Name":"x","Version":4}`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
		{"property", "Customers(1)/Name", "json", `{"value":"x"}`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
		{"complex", "Customers(1)/Home", "json", `{"City":"x"}`, []string{"PUT", "PATCH", "MERGE"}},
		{"member", "Customers(1)/Home/City", "json", `{"value":"x"}`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
		{"collection", "Customers(1)/Emails", "json", `{"value":["x"]}`, []string{"PUT", "PATCH", "MERGE"}},
		{"bare value", "Customers(1)/Name/$value", "text", `x`, []string{"PUT", "PATCH", "MERGE", "DELETE"}},
	} {
		for _, verb := range r.verbs {
			do, send, body := verb+" "+r.target, r.send, r.body
			if verb == "DELETE" {
				send, body = "", ""
			}
			add(r.name+", the current", do, send, body, now, nil, "204", "the state is the expected one")
			add(r.name+", as read", do, send, body, "current", nil, "204", "what a GET of the same resource says")
			add(r.name+", any", do, send, body, "*", nil, "204", "any state will do")
			add(r.name+", another", do, send, body, old, nil, "412 PreconditionFailed", "the state is another")
			add(r.name+", none", do, send, body, "", nil, "400 PreconditionRequired", "who does not say what is expected might undo what others did")
			add(r.name+", If-None-Match", do, send, body, "", none, "400 ConflictingConditions", "a change does not depend on If-None-Match")
			add(r.name+", both", do, send, body, now, none, "400 ConflictingConditions", "two conditions")
			add(r.name+", twice", do, send, body, now, []string{"If-Match: " + now}, "400 InvalidETag", "one condition, once")
		}
	}
	for _, text := range []string{`"3"`, `3`, `W/"3`, `W/3`, `w/"3"`, `W/"3", W/"2"`, `W/"3L"`, `W/"03"`, `W/"+3"`, `W/"3,3"`, `W/""`, `W/"'3'"`, `W/"null"`, `W/"%33"`, ` W/ "3"`, `W/"x"`} {
		add("text "+text, "PATCH Customers(1)", "json", `{"Name":"x"}`, text, nil, "412 PreconditionFailed", "comparison is of the exact text")
	}
	// What has none.
	for _, r := range []struct{ name, do, send, body string }{
		{"type without ETag", "PUT Orders(" + orderA + ")", "json", `{"Total":"1"}`},
		{"type without ETag", "PATCH Orders(" + orderA + ")", "json", `{"Total":"1"}`},
		{"type without ETag", "MERGE Tags('x')", "json", `{}`},
		{"type without ETag", "DELETE Orders(" + orderA + ")", "", ""},
		{"property without ETag", "PUT Orders(" + orderA + ")/Total", "json", `{"value":"1"}`},
		{"bare value without ETag", "PUT Orders(" + orderA + ")/Total/$value", "text", `1`},
		{"insert", "POST Customers", "json", `{"Id":9,"Version":1}`},
		{"insert to a navigation", "POST Customers(1)/Orders", "json", `{}`},
		{"media insert", "POST Photos", "image/png", `x`},
		{"links", "POST Customers(1)/$links/Orders", "json", `{"url":"Orders(` + orderA + `)"}`},
		{"link", "PUT Customers(1)/$links/BestFriend", "json", `{"url":"Customers(3)"}`},
		{"link", "DELETE Customers(1)/$links/BestFriend", "", ""},
		{"link of a collection", "DELETE Customers(1)/$links/Orders(" + orderA + ")", "", ""},
		{"action", "POST Customers(1)/Promote", "json", `{"level":1}`},
		{"action of a collection", "POST Customers/ResetAll", "", ""},
		{"unbound action", "POST Purge", "json", `{"days":1}`},
	} {
		add(r.name+", If-Match", r.do, r.send, r.body, now, nil, "400 NoETag", "there is nothing to compare with")
		add(r.name+", any", r.do, r.send, r.body, "*", nil, "400 NoETag", "there is nothing to compare with")
		want := "400 NoETag"
		if len(r.name) > 12 && r.name[len(r.name)-12:] == "without ETag" {
			want = "400" // PUT and DELETE do not depend on If-None-Match
		}
		add(r.name+", If-None-Match", r.do, r.send, r.body, "", none, want, "there is nothing to compare with")
	}
	// Who is not there.
	add("null navigation, any", "PATCH Customers(2)/BestFriend", "json", `{"Name":"x"}`, "*", nil, "412 PreconditionFailed", "nothing is not the expected state")
	add("null navigation, some", "PUT Customers(2)/BestFriend", "json", `{"Name":"x"}`, now, nil, "412 PreconditionFailed", "nothing is not the expected state")
	add("null navigation, delete", "DELETE Customers(2)/BestFriend", "", "", "*", nil, "412 PreconditionFailed", "nothing is not the expected state")
	add("null navigation, property", "PUT Customers(2)/BestFriend/Name", "json", `{"value":"x"}`, "*", nil, "4xx", "nothing has no properties")
	add("null navigation, none", "PATCH Customers(2)/BestFriend", "json", `{"Name":"x"}`, "", nil, "404 NotFound", "nothing is there")
	add("missing, any", "PATCH Customers(99)", "json", `{"Name":"x"}`, "*", nil, "404 NotFound", "nothing is there")
	add("missing, some", "PATCH Customers(99)", "json", `{"Name":"x"}`, now, nil, "404 NotFound", "nothing is there")
	add("missing, delete", "DELETE Customers(99)", "", "", now, nil, "404 NotFound", "nothing is there")
	add("of a VIP", "PATCH Customers(2)", "json", `{"Name":"x"}`, `W/"1"`, nil, "204", "derived types have the tokens of their base")
	// Streams have an ETag of their own.
	for _, target := range []string{"Photos(1)/$value", "Photos(1)/Thumb"} {
		add("stream, none", "PUT "+target, "image/png", "x", "", nil, "204", "a stream may be replaced without a condition")
		add("stream, the current", "PUT "+target, "image/png", "x", "current", nil, "204", "the bytes are the expected ones")
		add("stream, any", "PUT "+target, "image/png", "x", "*", nil, "204", "any bytes")
		add("stream, another", "PUT "+target, "image/png", "x", `"other"`, nil, "412 PreconditionFailed", "the bytes are others")
		add("stream, of an entity", "PUT "+target, "image/png", "x", now, nil, "412 PreconditionFailed", "an entity's ETag is none of a stream")
		add("stream, If-None-Match", "PUT "+target, "image/png", "x", "", none, "400 ConflictingConditions", "a change does not depend on If-None-Match")
		add("stream, both", "PUT "+target, "image/png", "x", "*", none, "400 ConflictingConditions", "two conditions")
		add("stream, twice", "PUT "+target, "image/png", "x", "*", []string{"If-Match: *"}, "400 InvalidETag", "one condition, once")
	}
	add("stream, nothing there", "PUT Photos(2)/$value", "image/png", "x", "*", nil, "412 PreconditionFailed", "there are no bytes to expect")
	// A feed is not changed as a whole.
	for _, verb := range []string{"PUT", "DELETE"} {
		add("feed", verb+" Customers", "json", `{}`, "*", nil, "405 MethodNotAllowed", "a feed is not changed as a whole")
	}
	return append(scripts,
		script{section: "9.7", name: "strict", on: onStrict, why: "428 is the modern status", points: "ETag", request: request{do: "PATCH Customers(1)", send: "json", body: `{"Name":"x"}`, want: "428 PreconditionRequired"}},
		script{section: "9.7", name: "strict", on: onStrict, why: "428 is the modern status", points: "ETag", request: request{do: "DELETE Customers(1)", want: "428 PreconditionRequired"}},
		script{section: "9.7", name: "strict", on: onStrict, why: "what has no ETag needs none", points: "ETag", request: request{do: "DELETE Tags('x')", want: "204"}},
		script{section: "9.7", name: "used up", why: "who comes second with the same state fails", points: "ETag",
			first:   []request{{do: "PATCH Customers(1)", send: "json", body: `{"Version":4}`, match: now, want: "204", answer: []string{`ETag: W/"4"`}}},
			request: request{do: "PATCH Customers(1)", send: "json", body: `{"Name":"lost"}`, match: now, want: "412 PreconditionFailed"}, then: []string{"Customers(1)/Name/$value", "=Ann"}},
		script{section: "9.7", name: "next", why: "the ETag of an answer is that of the next request", points: "ETag",
			first:   []request{{do: "PATCH Customers(1)", send: "json", body: `{"Version":4}`, match: now, want: "204"}},
			request: request{do: "PATCH Customers(1)", send: "json", body: `{"Name":"won"}`, match: `W/"4"`, want: "204"}, then: []string{"Customers(1)/Name/$value", "=won"}},
		script{section: "9.7", name: "insert", why: "a new entity has its ETag in header and body", points: "ETag", request: request{do: "POST Customers", send: "json", body: `{"Id":9,"Version":41}`, want: "201",
			answer: []string{`ETag: W/"41"`}, has: []string{`"odata.etag":"W/\"41\""`}}},
		script{section: "9.7", name: "unchanged reads", why: "after a change the old state is no longer unchanged", points: "ETag",
			first:   []request{{do: "GET Customers(1)", header: []string{"If-None-Match: " + now}, want: "304"}, {do: "PATCH Customers(1)", send: "json", body: `{"Version":4}`, match: "*", want: "204"}},
			request: request{do: "GET Customers(1)", header: []string{"If-None-Match: " + now}, want: "200", answer: []string{`ETag: W/"4"`}}, still: true},
		script{section: "9.7", name: "stream changes", why: "the bytes have another ETag, their entity has none", points: "ETag", first: []request{{do: "PUT Photos(1)/$value", send: "image/png", body: "new", want: "204"}},
			request: request{do: "PUT Photos(1)/$value", send: "image/png", body: "newer", match: "former", want: "412 PreconditionFailed"}, then: []string{"Photos(1)/$value", "=new"}},
	)
}

package providertest

// propertyScripts hold changes of one property that mean the same in each format.
func propertyScripts() []script {
	var scripts []script
	for _, c := range []struct {
		name, target string
		verbs        []string // default all
		value        valueBody
		want, why    string
		then         []string
	}{
		{"primitive", "Customers(1)/Name", nil, stringOf("Name", "Ännchen <&>"), "204", "a text", []string{"Customers(1)/Name/$value", "=Ännchen <&>", "Customers(1)/Points/$value", "=12"}},
		{"integer", "Customers(1)/Points", nil, valueOf("Points", "Int64", "9007199254740993"), "204", "an integer beyond what a double can hold", []string{"Customers(1)/Points/$value", "=9007199254740993"}},
		{"decimal", "Customers(1)/Credit", nil, valueOf("Credit", "Decimal", "1.25"), "204", "a decimal", []string{"Customers(1)/Credit/$value", "=1.25"}},
		{"double", "Customers(1)/Score", nil, valueOf("Score", "Double", "1.25"), "204", "a double", []string{"Customers(1)/Score/$value", "=1.25"}},
		{"instant", "Customers(1)/Since", nil, valueOf("Since", "DateTime", "2020-02-29T12:00:00.125"), "204", "an instant", []string{"Customers(1)/Since/$value", "=2020-02-29T12:00:00.125"}},
		{"instant with a zone", "Orders(" + orderA + ")/Placed", nil, valueOf("Placed", "DateTimeOffset", "2020-02-29T12:00:00+05:30"), "204", "an instant with a zone", []string{"Orders(" + orderA + ")/Placed/$value", "=2020-02-29T12:00:00+05:30"}},
		{"duration", "Orders(" + orderA + ")/Took", nil, valueOf("Took", "Time", "PT2H"), "204", "a duration", []string{"Orders(" + orderA + ")/Took/$value", "=PT2H"}},
		{"empty text", "Customers(1)/Name", nil, stringOf("Name", ""), "204", "empty is not null", []string{"Customers(1)/Name", `~"value":""`}},
		{"blanks", "Customers(1)/Name", nil, stringOf("Name", "  a  "), "204", "blanks count", []string{"Customers(1)/Name", `~"value":"  a  "`}},
		{"null", "Customers(1)/Name", nil, nullOf("Name", "String"), "204", "null", []string{"Customers(1)/Name", `~"odata.null":true`}},
		{"null where none may be", "Customers(1)/Points", nil, nullOf("Points", "Int64"), "400 NotNullable", "null where there must be a value", nil},
		{"mismatch", "Customers(1)/Score", nil, valueOf("Score", "raw", `"many"`), "400 TypeMismatch", "a value has the type of its property", nil},
		{"too long", "Customers(1)/Name", nil, stringOf("Name", sixty+"x"), "400 TooLong", "facets hold for properties as well", nil},
		{"token", "Customers(1)/Version", nil, int32Of("Version", "9"), "204", "a concurrency token is a property", []string{"Customers(1)/Version/$value", "=9"}},
		{"key", "Customers(1)/Id", nil, int32Of("Id", "9"), "400 KeyImmutable", "a key does not change", nil},
		{"complex", "Customers(1)/Home", []string{"PUT"}, addressOf("Home", stringOf("City", "Kiel")), "204", "PUT replaces a complex value", []string{"Customers(1)/Home", `~"Street":null,"City":"Kiel"`}},
		{"complex", "Customers(1)/Home", []string{"PATCH", "MERGE"}, addressOf("Home", stringOf("City", "Kiel")), "204", "PATCH merges into it", []string{"Customers(1)/Home", `~"Street":"High St 1","City":"Kiel"`}},
		{"complex null member", "Customers(1)/Home", nil, addressOf("Home", stringOf("Street", "Q"), nullOf("City", "String")), "204", "members may be null", []string{"Customers(1)/Home", `~"Street":"Q","City":null`}},
		{"complex undeclared", "Customers(1)/Home", nil, addressOf("Home", stringOf("Nope", "Kiel")), "400 UnknownProperty", "a complex type has what it declares", nil},
		{"complex null", "Customers(1)/Home", []string{"PUT"}, valueBody{name: "Home", kind: "Demo.Address", null: true}, "400 NotNullable", "an address must be there", nil},
		{"member", "Customers(1)/Home/City", nil, stringOf("City", "Kiel"), "204", "a member of a complex value", []string{"Customers(1)/Home", `~"Street":"High St 1","City":"Kiel"`}},
		{"collection", "Customers(1)/Emails", nil, collectionOf("Emails", "String", "n@x.example", "", "m@x.example"), "204", "a collection is replaced as a whole", []string{"Customers(1)/Emails", `~"value":["n@x.example","","m@x.example"]`}},
		{"empty collection", "Customers(1)/Emails", nil, collectionOf("Emails", "String"), "204", "a collection may be empty", []string{"Customers(1)/Emails", `~"value":[]`}},
		{"null collection", "Customers(1)/Emails", nil, valueBody{name: "Emails", kind: "String", many: true, null: true}, "400", "a collection is never null", nil},
		{"item null", "Customers(1)/Emails", nil, valueBody{name: "Emails", kind: "String", many: true, members: []valueBody{{kind: "String", null: true}}}, "400", "an item is never null", nil},
		{"derived", "Customers(2)/Demo.VipCustomer/Level", nil, int32Of("Level", "3"), "204", "of a derived type", []string{"Customers(2)/Demo.VipCustomer/Level/$value", "=3"}},
		{"derived, not one", "Customers(1)/Demo.VipCustomer/Level", nil, int32Of("Level", "3"), "404 NotFound", "she is no VIP", nil},
		{"through a navigation", "Customers(3)/BestFriend/Name", nil, stringOf("Name", "Friend"), "204", "the target changes", []string{"Customers(1)/Name/$value", "=Friend"}},
		{"undeclared", "Tags('x')/Colour", nil, stringOf("Colour", "pink"), "204", "an undeclared property comes to be", []string{"Tags('x')/Colour/$value", "=pink"}},
		{"undeclared null", "Tags('a%2Fb')/Colour", nil, nullOf("Colour", "String"), "204", "and goes away", []string{"Tags('a%2Fb')/Colour", "404 NotFound"}},
		{"missing", "Customers(99)/Name", nil, stringOf("Name", "x"), "404 NotFound", "no entity", nil},
		{"unknown", "Customers(1)/Nope", nil, stringOf("Nope", "x"), "404 NotFound", "no property", nil},
	} {
		verbs := c.verbs
		if verbs == nil {
			verbs = verbsOfUpdate
		}
		for _, verb := range verbs {
			scripts = append(scripts, inEachFormat(func(f bodyFormat) script {
				s := script{section: sectionOf(f), name: "property: " + c.name, why: c.why, points: "property",
					request: request{do: verb + " " + c.target, send: f.document(), body: f.property(c.value), want: c.want}, then: c.then}
				if hasETag(c.target) {
					s.match = "*"
				}
				return s
			})...)
		}
	}
	return scripts
}

const sixty = "123456789 123456789 123456789 123456789 123456789 1234567890"

// rawValueScripts hold changes of bare values, for each primitive type.
func rawValueScripts() []script {
	raw := func(name, target, send, body, want, why string, then ...string) script {
		s := script{section: "9.1", name: "raw " + name, why: why, points: "raw value", request: request{do: "PUT " + target, send: send, body: body, want: want}, then: then}
		if hasETag(target) {
			s.match = "*"
		}
		if len(target) > 6 && target[:6] == "Values" {
			s.on = onKinds
		}
		return s
	}
	scripts := []script{
		raw("text", "Customers(1)/Name/$value", "text", "Grüße", "204", "text", "Customers(1)/Name/$value", "=Grüße"),
		raw("text with a charset", "Customers(1)/Name/$value", "text/plain;charset=utf-8", "Grüße", "204", "text says its charset", "Customers(1)/Name/$value", "=Grüße"),
		raw("text of another charset", "Customers(1)/Name/$value", "text/plain;charset=utf-16", "x", "415 UnsupportedCharset", "another charset is honoured or refused"),
		raw("HTML", "Customers(1)/Name/$value", "text/html", "<p>", "204", "any text", "Customers(1)/Name/$value", "=<p>"),
		raw("empty", "Customers(1)/Name/$value", "text", "", "204", "an empty text is not null", "Customers(1)/Name", `~"value":""`),
		raw("invalid text", "Customers(1)/Name/$value", "text", "\xff\xfe", "400 InvalidText", "text is UTF-8"),
		raw("JSON", "Customers(1)/Name/$value", "json", `"x"`, "415 UnsupportedMediaType", "a bare value is no JSON"),
		raw("no type", "Customers(1)/Name/$value", "", "x", "400 MissingContentType", "a body is described"),
		raw("too long", "Customers(1)/Name/$value", "text", sixty+"x", "400 TooLong", "facets hold for bare values"),
		raw("not a number", "Customers(1)/Points/$value", "text", "many", "400 TypeMismatch", "a value has its property's type"),
		raw("empty number", "Customers(1)/Points/$value", "text", "", "400 TypeMismatch", "nothing is no number"),
		raw("member", "Customers(1)/Home/City/$value", "text", "Kiel", "204", "a member of a complex value", "Customers(1)/Home", `~"City":"Kiel"`),
		raw("undeclared", "Tags('a%2Fb')/Colour/$value", "text", "blue", "204", "an undeclared property", "Tags('a%2Fb')/Colour/$value", "=blue"),
		raw("null", "Customers(2)/Name/$value", "text", "Vip", "204", "what is null gets a value", "Customers(2)/Name/$value", "=Vip"),
		raw("missing", "Customers(99)/Name/$value", "text", "x", "404 NotFound", "no entity"),
		raw("own type", "Values(1)/Markup/$value", "text/html", "<b>", "204", "the type the model gives", "Values(1)/Markup/$value", "=<b>"),
		raw("own type of bytes", "Values(2)/Picture/$value", "image/png", "\x89PNG", "204", "the type the model gives", "Values(2)/Picture/$value", "=\x89PNG"),
		raw("complex", "Values(1)/Place/$value", "text", "x", "4xx", "a complex value has no bare form"),
		raw("collection", "Values(1)/Longs/$value", "text", "1", "4xx", "a collection has no bare form"),
		raw("spatial", "Values(1)/GeographyPoint/$value", "text", "POINT(1 2)", "4xx", "a position has no bare form to be written"),
	}
	for _, v := range []struct{ name, body, bad string }{
		{"Boolean", "false", "maybe"}, {"Byte", "255", "256"}, {"SByte", "-128", "-129"}, {"Int16", "-32768", "32768"}, {"Int32", "2147483647", "2147483648"},
		{"Int64", "-9223372036854775808", "9223372036854775808"}, {"Single", "1.5", "x"}, {"Double", "-1.5", "1.5.5"}, {"Decimal", "79228162514264337593543950335", "1E"},
		{"String", "any text", ""}, {"Guid", "6f0c0b5e-7a3e-4a86-9a67-0d1f3c1b2a10", "6f0c0b5e"}, {"Binary", "\x00\x01\xff", ""},
		{"DateTime", "2020-02-29T00:00:00", "2021-02-29T00:00:00"}, {"DateTimeOffset", "2020-02-29T00:00:00+02:00", "2020-02-29"}, {"Time", "P1DT2H", "1:00"},
	} {
		send := "text"
		if v.name == "Binary" {
			send = "application/octet-stream"
		}
		target := "Values(4)/" + v.name + "/$value" // where all is null
		scripts = append(scripts, raw("of "+v.name, target, send, v.body, "204", "a bare value of each type", target, "="+v.body))
		if v.bad != "" {
			scripts = append(scripts, raw("not of "+v.name, target, send, v.bad, "400 TypeMismatch", "and none of another"))
		}
		full := "Values(3)/" + v.name + "/$value"
		scripts = append(scripts, script{section: "9.1", name: "raw " + v.name, on: onKinds, why: "DELETE makes a value null", points: "raw value",
			request: request{do: "DELETE " + full, want: "204"}, then: []string{full, "404 NotFound"}})
	}
	return scripts
}

package providertest

import "strings"

// facetScripts hold values at the bounds of their facets, and beyond.
func facetScripts() []script {
	var scripts []script
	for _, c := range []struct {
		value valueBody
		want  string // the code of the error; empty for a value within bounds
		why   string
		then  string // what the bare value is, where that can be asked for
	}{
		{stringOf("Short", ""), "", "nothing is short", "="},
		{stringOf("Short", "abcde"), "", "as long as may be", "=abcde"},
		{stringOf("Short", "äöü世🎉"), "", "length is in characters", "=äöü世🎉"},
		{stringOf("Short", "abcdef"), "TooLong", "one longer", ""},
		{stringOf("Short", "äöü世🎉x"), "TooLong", "one longer", ""},
		{stringOf("Long", strings.Repeat("x", 5000)), "", "Max is no bound", ""},
		{stringOf("Exact", "abc"), "", "the fixed length", "=abc"},
		{stringOf("Exact", "ab"), "WrongLength", "one shorter", ""},
		{stringOf("Exact", "abcd"), "TooLong", "one longer", ""},
		{nullOf("Exact", "String"), "", "null has no length", ""},
		{valueOf("Bytes", "Binary", "AAECAw=="), "", "as long as may be", ""},
		{valueOf("Bytes", "Binary", "AAECAwQ="), "TooLong", "one longer", ""},
		{valueOf("Bytes", "Binary", ""), "", "nothing is short", ""},
		{valueOf("Code", "Binary", "AAE="), "", "the fixed length", ""},
		{valueOf("Code", "Binary", "AA=="), "WrongLength", "one shorter", ""},
		{valueOf("Price", "Decimal", "999.99"), "", "all digits", "=999.99"},
		{valueOf("Price", "Decimal", "-999.99"), "", "a sign is no digit", "=-999.99"},
		{valueOf("Price", "Decimal", "0.01"), "", "the least", "=0.01"},
		{valueOf("Price", "Decimal", "1000"), "InvalidPrecision", "one more before the point", ""},
		{valueOf("Price", "Decimal", "0.001"), "InvalidScale", "one more behind it", ""},
		{valueOf("Price", "Decimal", "1.100"), "", "zeros at the end say nothing", ""},
		{valueOf("Whole", "Decimal", "999"), "", "all digits", "=999"},
		{valueOf("Whole", "Decimal", "1000"), "InvalidPrecision", "one more", ""},
		{valueOf("Whole", "Decimal", "0.5"), "InvalidScale", "no places at all", ""},
		{valueOf("Digits", "Decimal", "9999"), "", "all digits", "=9999"},
		{valueOf("Digits", "Decimal", "10000"), "InvalidPrecision", "one more", ""},
		{valueOf("Second", "DateTime", "2015-07-12T06:40:59"), "", "whole seconds", "=2015-07-12T06:40:59"},
		{valueOf("Second", "DateTime", "2015-07-12T06:40:59.1"), "InvalidPrecision", "a part of one", ""},
		{valueOf("Milli", "DateTimeOffset", "2015-07-12T06:40:59.123+02:00"), "", "thousandths", "=2015-07-12T06:40:59.123+02:00"},
		{valueOf("Milli", "DateTimeOffset", "2015-07-12T06:40:59.1234+02:00"), "InvalidPrecision", "less than a thousandth", ""},
		{valueOf("Span", "Time", "PT1.25S"), "", "hundredths", "=PT1.25S"},
		{valueOf("Span", "Time", "PT1.256S"), "InvalidPrecision", "less than a hundredth", ""},
		{stringOf("Must", ""), "", "empty is not null", "="},
		{nullOf("Must", "String"), "NotNullable", "null where there must be a value", ""},
		{nullOf("Count", "Int32"), "NotNullable", "null where there must be a value", ""},
		{valueBody{name: "Colour", kind: "Facets.Colour", text: "Blue", enum: true}, "", "a member", ""},
		{valueBody{name: "Colour", kind: "Facets.Colour", text: "Green", enum: true}, "UnknownEnumMember", "no member", ""},
		{valueBody{name: "Colour", kind: "Facets.Colour", text: "blue", enum: true}, "UnknownEnumMember", "members have a case", ""},
		{valueBody{name: "Colour", kind: "Facets.Colour", text: "Red,Blue", enum: true}, "UnknownEnumMember", "one only", ""},
		{valueBody{name: "Colour", kind: "Facets.Colour", text: "", enum: true}, "UnknownEnumMember", "nothing is no member", ""},
		{valueBody{name: "Rights", kind: "Facets.Rights", text: "Read", enum: true}, "", "one of the flags", ""},
		{valueBody{name: "Rights", kind: "Facets.Rights", text: "Read, Write", enum: true}, "", "several flags", ""},
		{valueBody{name: "Rights", kind: "Facets.Rights", text: "Read,Execute", enum: true}, "UnknownEnumMember", "one that is none", ""},
		{valueBody{name: "Inner", kind: "Facets.Inner", members: []valueBody{stringOf("Tiny", "ab"), int32Of("Needed", "1")}}, "", "bounds of members", ""},
		{valueBody{name: "Inner", kind: "Facets.Inner", members: []valueBody{stringOf("Tiny", "abc"), int32Of("Needed", "1")}}, "TooLong", "bounds of members", ""},
		{valueBody{name: "Inner", kind: "Facets.Inner", members: []valueBody{stringOf("Tiny", "a"), nullOf("Needed", "Int32")}}, "NotNullable", "bounds of members", ""},
		{nullOf("Inner", "Facets.Inner"), "", "a complex value may be null where it says so", ""},
		{collectionOf("Shorts", "String", "abc", "", "x"), "", "bounds of items", ""},
		{collectionOf("Shorts", "String", "abc", "abcd"), "TooLong", "bounds of items", ""},
		{valueBody{name: "Inners", kind: "Facets.Inner", many: true, members: []valueBody{{kind: "Facets.Inner", members: []valueBody{stringOf("Tiny", "ab"), int32Of("Needed", "1")}}}}, "", "bounds of members of items", ""},
		{valueBody{name: "Inners", kind: "Facets.Inner", many: true, members: []valueBody{{kind: "Facets.Inner", members: []valueBody{stringOf("Tiny", "abc"), int32Of("Needed", "1")}}}}, "TooLong", "bounds of members of items", ""},
	} {
		name := c.value.name + " " + c.value.text
		name = name[:min(len(name), 30)]
		switch {
		case c.value.null:
			name = c.value.name + " null"
		case c.value.members != nil:
			name = c.value.name + " " + c.why + " " + c.want + " " + c.value.json(true)
		case c.value.many:
			name = c.value.name + " empty"
		}
		for _, way := range []string{"POST", "PATCH", "PUT", "property"} {
			scripts = append(scripts, inEachFormat(func(f bodyFormat) script {
				s := script{section: "12.4", name: name, why: c.why, on: onFacets}
				if c.want == "" {
					s.want = "204"
				} else {
					s.want = "400 " + c.want
				}
				switch way {
				case "POST":
					s.do, s.send = "POST Things", string(f)
					s.body = f.entry(having(int32Of("Id", "2"), c.value))
					if c.want == "" {
						s.want = "201"
					}
				case "property":
					s.do, s.send, s.body = "PUT Things(1)/"+c.value.name, f.document(), f.property(c.value)
				default:
					s.do, s.send = way+" Things(1)", string(f)
					s.body = f.entry(having(c.value))
				}
				if c.then != "" {
					id := "1"
					if way == "POST" {
						id = "2"
					}
					s.then = []string{"Things(" + id + ")/" + c.value.name + "/$value", c.then}
				}
				// What is written may be what is there.
				s.loose = c.want == ""
				return s
			})...)
		}
	}
	insert := func(name, body, want, why string, then ...string) script {
		return script{section: "12.4", name: name, why: why, on: onFacets, request: request{do: "POST Things", send: "light", body: body, want: want}, then: then}
	}
	return append(scripts,
		insert("default", `{"Id":2}`, "201", "what is left out gets the default of the model, or zero", "Things(2)", `~"Must":"given","Count":0`, "Things(2)", `~"Inner":null,"Shorts":[],"Inners":[]`),
		insert("default of a member", `{"Id":2,"Inner":{"Tiny":"a"}}`, "201", "members that are left out get theirs", "Things(2)/Inner/Needed/$value", "=0"),
		script{section: "12.4", name: "default on PUT", why: "PUT gives the defaults again", on: onFacets, request: request{do: "PUT Things(1)", send: "light", body: `{}`, want: "204"}, then: []string{"Things(1)/Must/$value", "=given", "Things(1)/Short/$value", "404 NotFound"}},
		script{section: "12.4", name: "default not on PATCH", why: "PATCH leaves what is not said", on: onFacets, request: request{do: "PATCH Things(1)", send: "light", body: `{}`, want: "204"}, still: true},
		script{section: "12.4", name: "raw", why: "bare values have bounds as well", on: onFacets, request: request{do: "PUT Things(1)/Short/$value", send: "text", body: "abcdef", want: "400 TooLong"}},
		script{section: "12.4", name: "raw", why: "bare values have bounds as well", on: onFacets, request: request{do: "PUT Things(1)/Price/$value", send: "text", body: "0.001", want: "400 InvalidScale"}},
		script{section: "12.4", name: "raw", why: "bare values have bounds as well", on: onFacets, request: request{do: "PUT Things(1)/Colour/$value", send: "text", body: "Green", want: "400 UnknownEnumMember"}},
		script{section: "12.4", name: "raw", why: "bare values have bounds as well", on: onFacets, request: request{do: "PUT Things(1)/Bytes/$value", send: "application/octet-stream", body: "12345", want: "400 TooLong"}},
		script{section: "12.4", name: "raw enum", why: "a member by its name", on: onFacets, request: request{do: "PUT Things(1)/Colour/$value", send: "text", body: "Blue", want: "204"}, then: []string{"Things(1)/Colour/$value", "=Blue"}},
		script{section: "12.4", name: "complex member", why: "bounds of a member on its own", on: onFacets, request: request{do: "PUT Things(1)/Inner/Tiny", send: "light", body: `{"value":"abc"}`, want: "400 TooLong"}},
		script{section: "12.4", name: "complex merge", why: "bounds of a member that is merged", on: onFacets, request: request{do: "PATCH Things(1)/Inner", send: "light", body: `{"Tiny":"abc"}`, want: "400 TooLong"}},
		script{section: "12.4", name: "complex merge null", why: "bounds of a member that is merged", on: onFacets, request: request{do: "PATCH Things(1)/Inner", send: "light", body: `{"Needed":null}`, want: "400 NotNullable"}},
	)
}

package providertest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// echoScripts hold that what a GET answered can be sent back in its own format:
// to the same entity, where nothing changes, and as a new one, which is the same.
// Source: clients that send what they have read, annotations and links included.
func echoScripts() []script {
	var scripts []script
	entities := []struct {
		on     stageKind
		target string
		match  string
	}{
		{onDemo, "Customers(1)", "*"}, {onDemo, "Customers(2)", "*"}, {onDemo, "Customers(2)/Demo.VipCustomer", "*"}, {onDemo, "Customers(3)", "*"}, {onDemo, "Customers(3)/BestFriend", "*"},
		{onDemo, "Orders(" + orderA + ")", ""}, {onDemo, "Customers(1)/Orders(" + orderB + ")", ""}, {onDemo, oneLine, ""},
		{onDemo, "Photos(1)", ""}, {onDemo, "Photos(2)", ""}, {onDemo, "Tags('a%2Fb')", ""}, {onDemo, "Tags('x')", ""},
	}
	for id := 1; id <= 9; id++ {
		entities = append(entities, struct {
			on     stageKind
			target string
			match  string
		}{onKinds, fmt.Sprintf("Values(%d)", id), ""})
	}
	for id := 1; id <= 2; id++ {
		entities = append(entities, struct {
			on     stageKind
			target string
			match  string
		}{onKinds, fmt.Sprintf("Bags(%d)", id), ""})
	}
	for _, e := range entities {
		for _, f := range echoes {
			if f.loses != nil && f.loses(e.target) {
				continue
			}
			for _, verb := range verbsOfUpdate {
				scripts = append(scripts, script{section: "9.3", name: "echo " + f.name, why: "what was read can be sent back", points: "echo in " + string(f.format), on: e.on, still: true,
					request: request{do: verb + " " + e.target, accept: f.accept, send: f.send, match: e.match, want: "204", echo: f.body}})
			}
		}
	}
	// What was read with options is sent back as well.
	for _, f := range echoes {
		for _, c := range []struct {
			read, do, want, why string
		}{
			{"Customers(1)?$select=Name,Points", "PATCH Customers(1)", "204", "a selection says less"},
			{"Customers(1)?$select=Name,Points", "MERGE Customers(1)", "204", "a selection says less"},
			{"Customers(3)?$expand=BestFriend", "PATCH Customers(3)", "400 DeepUpdate", "an update of two entities"},
			{"Customers(1)?$expand=Orders", "PUT Customers(1)", "400 DeepUpdate", "an update of several entities"},
			{"Customers(3)?$expand=Orders", "PATCH Customers(3)", "204", "no entities are none"},
			{"Customers(3)/BestFriend", "PATCH Customers(1)", "204", "read elsewhere"},
			{"Customers(1)", "PATCH Customers(3)", "400 KeyImmutable", "another entity"},
		} {
			scripts = append(scripts, script{section: "9.3", name: "echo " + c.read + " " + f.name, why: c.why, points: "echo in " + string(f.format), still: c.want == "204",
				request: request{do: c.do, read: c.read, accept: f.accept, send: f.send, match: "*", want: c.want, echo: f.body}})
		}
	}
	return append(scripts, copyScripts()...)
}

// copyScripts hold that what a GET answered, under another key, makes an entity
// that is the same: values of all types survive each format in both directions.
func copyScripts() []script {
	var scripts []script
	for _, set := range []struct {
		on              stageKind
		of              string
		key, other      string // in the address
		member, another string // in JSON
	}{
		{onDemo, "Customers", "3", "93", `"Id":3`, `"Id":93`},
		{onDemo, "Customers", "2", "92", `"Id":2`, `"Id":92`},
		{onDemo, "Tags", "'a%2Fb'", "'q'", `"Code":"a/b"`, `"Code":"q"`},
		{onKinds, "Values", "1", "91", `"Id":1`, `"Id":91`}, {onKinds, "Values", "2", "92", `"Id":2`, `"Id":92`}, {onKinds, "Values", "3", "93", `"Id":3`, `"Id":93`},
		{onKinds, "Values", "4", "94", `"Id":4`, `"Id":94`}, {onKinds, "Values", "5", "95", `"Id":5`, `"Id":95`}, {onKinds, "Values", "6", "96", `"Id":6`, `"Id":96`},
		{onKinds, "Values", "7", "97", `"Id":7`, `"Id":97`}, {onKinds, "Values", "8", "98", `"Id":8`, `"Id":98`}, {onKinds, "Values", "9", "99", `"Id":9`, `"Id":99`},
		{onKinds, "Bags", "1", "91", `"Id":1`, `"Id":91`},
	} {
		from, to := set.of+"("+set.key+")", set.of+"("+set.other+")"
		for _, f := range echoes {
			if f.loses != nil && f.loses(from) {
				continue
			}
			inXML := strings.NewReplacer(">"+strings.Trim(strings.ReplaceAll(set.key, "%2F", "/"), "'")+"</d:Id>", ">"+set.other+"</d:Id>", ">a/b</d:Code>", ">q</d:Code>")
			scripts = append(scripts, script{section: "9.3", name: "copy " + from + " " + f.name, why: "values of all types survive each format in both directions", points: "echo in " + string(f.format), on: set.on,
				request: request{do: "POST " + set.of, read: from, accept: f.accept, send: f.send, want: "201", echo: func(answer string) string {
					if f.format == atom {
						return inXML.Replace(f.body(answer))
					}
					return strings.Replace(f.body(answer), set.member, set.another, 1)
				}},
				alike: []string{from, to, set.member, set.another}})
		}
	}
	return scripts
}

// An echo is a format in which entities are read, and sent back.
type echo struct {
	name, accept, send string
	format             bodyFormat
	body               func(answer string) string // what a client makes of the answer
	loses              func(target string) bool   // tells entities whose type or values this format does not carry
}

var echoes = []echo{
	{"minimal", "application/json;odata=minimalmetadata", "light", light, asIs, nil},
	{"full", "application/json;odata=fullmetadata", "application/json;odata=fullmetadata", light, asIs, nil},
	{"none", "application/json;odata=nometadata", "application/json;odata=nometadata", light, asIs, func(target string) bool {
		// The name of a derived type, and the types of undeclared properties.
		return target == "Customers(2)" || strings.HasPrefix(target, "Tags") || strings.HasPrefix(target, "Bags")
	}},
	{"verbose", "application/json;odata=verbose", "verbose", verbose, withoutWrapper, func(target string) bool {
		return target == "Tags('a%2Fb')" || target == "Bags(1)" // the types of undeclared properties
	}},
	{"atom", "application/atom+xml", "atom", atom, asIs, nil},
}

func asIs(answer string) string { return answer }

// withoutWrapper takes the entity out of the d that answers have and requests
// have not.
func withoutWrapper(answer string) string {
	var wrapped struct {
		D json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal([]byte(answer), &wrapped); err != nil {
		return answer
	}
	return string(wrapped.D)
}

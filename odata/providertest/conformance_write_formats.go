package providertest

import (
	"encoding/json"
	"encoding/xml"
	"strings"
)

// A bodyFormat is one in which clients send what is to be changed.
type bodyFormat string

const (
	light   bodyFormat = "light"
	verbose bodyFormat = "verbose"
	atom    bodyFormat = "atom"
)

var bodyFormats = []bodyFormat{light, verbose, atom}

// An entityBody is an entity as a client sends it, in no format yet.
type entityBody struct {
	typ    string // qualified name; empty where nothing is said
	values []valueBody
	links  []linkBody
}

// A valueBody is the value of a property, or an item of a collection.
type valueBody struct {
	name    string
	kind    string      // "Int32", or the qualified name of a complex type
	text    string      // as in XML
	members []valueBody // of a complex value, or the items of a collection
	many    bool        // a collection of kind
	enum    bool        // kind is an enum type, text the name of a member
	null    bool
}

// A linkBody is what an entity says about a navigation property.
type linkBody struct {
	name    string
	many    bool
	bind    []string // URLs
	entries []entityBody
	null    bool
}

func stringOf(name, value string) valueBody { return valueOf(name, "String", value) }
func int32Of(name, value string) valueBody  { return valueOf(name, "Int32", value) }
func nullOf(name, kind string) valueBody    { return valueBody{name: name, kind: kind, null: true} }
func valueOf(name, kind, value string) valueBody {
	return valueBody{name: name, kind: kind, text: value}
}
func addressOf(name string, members ...valueBody) valueBody {
	return valueBody{name: name, kind: "Demo.Address", members: members}
}
func collectionOf(name, kind string, items ...string) valueBody {
	v := valueBody{name: name, kind: kind, many: true}
	for _, item := range items {
		v.members = append(v.members, valueBody{kind: kind, text: item})
	}
	return v
}
func having(v ...valueBody) entityBody { return entityBody{values: v} }

// boundTo names entities that exist, by URL.
func boundTo(name string, many bool, urls ...string) linkBody {
	return linkBody{name: name, many: many, bind: urls}
}

// creating brings new entities.
func creating(name string, many bool, entries ...entityBody) linkBody {
	return linkBody{name: name, many: many, entries: entries}
}

func (e entityBody) linked(links ...linkBody) entityBody {
	e.links = append(e.links[:len(e.links):len(e.links)], links...)
	return e
}

func (e entityBody) as(typ string) entityBody {
	e.typ = typ
	return e
}

// entry writes an entity.
func (f bodyFormat) entry(e entityBody) string {
	switch f {
	case light:
		return e.light()
	case verbose:
		return e.verbose()
	}
	var b strings.Builder
	e.atom(&b, ` xmlns="`+atomNamespace+`" xmlns:d="`+dataNamespace+`" xmlns:m="`+metadataNamespace+`"`)
	return b.String()
}

// property writes the document that is PUT to a property.
func (f bodyFormat) property(v valueBody) string {
	switch f {
	case light:
		switch {
		case v.null:
			return `{"odata.null":true}`
		case v.members != nil && !v.many:
			return v.json(true)
		}
		return `{"value":` + v.json(true) + `}`
	case verbose:
		return `{` + quoted(v.name) + `:` + v.json(false) + `}`
	}
	var b strings.Builder
	v.xml(&b, "d:"+v.name, ` xmlns:d="`+dataNamespace+`" xmlns:m="`+metadataNamespace+`"`)
	return b.String()
}

// link writes the document that says which entity to link.
func (f bodyFormat) link(url string) string {
	switch f {
	case light:
		return `{"url":` + quoted(url) + `}`
	case verbose:
		return `{"uri":` + quoted(url) + `}`
	}
	return `<uri xmlns="` + dataNamespace + `">` + escaped(url) + `</uri>`
}

// document is the Content-Type of what is not an entity.
func (f bodyFormat) document() string {
	if f == atom {
		return "xml"
	}
	return string(f)
}

func (e entityBody) light() string {
	var members []string
	if e.typ != "" {
		members = append(members, `"odata.type":`+quoted(e.typ))
	}
	for _, v := range e.values {
		members = append(members, quoted(v.name)+`:`+v.json(true))
	}
	for _, l := range e.links {
		if len(l.bind) > 0 {
			var urls []string
			for _, url := range l.bind {
				urls = append(urls, quoted(url))
			}
			value := strings.Join(urls, ",")
			if l.many {
				value = `[` + value + `]`
			}
			members = append(members, quoted(l.name+"@odata.bind")+`:`+value)
		}
		var entries []string
		for _, entry := range l.entries {
			entries = append(entries, entry.light())
		}
		switch {
		case l.null:
			members = append(members, quoted(l.name)+`:null`)
		case len(entries) > 0 && l.many:
			members = append(members, quoted(l.name)+`:[`+strings.Join(entries, ",")+`]`)
		case len(entries) > 0:
			members = append(members, quoted(l.name)+`:`+strings.Join(entries, ","))
		}
	}
	return `{` + strings.Join(members, ",") + `}`
}

func (e entityBody) verbose() string {
	var members []string
	if e.typ != "" {
		members = append(members, `"__metadata":{"type":`+quoted(e.typ)+`}`)
	}
	for _, v := range e.values {
		members = append(members, quoted(v.name)+`:`+v.json(false))
	}
	for _, l := range e.links {
		var entries []string
		for _, url := range l.bind {
			entries = append(entries, `{"__metadata":{"uri":`+quoted(url)+`}}`)
		}
		for _, entry := range l.entries {
			entries = append(entries, entry.verbose())
		}
		value := strings.Join(entries, ",")
		switch {
		case l.null:
			value = "null"
		case l.many:
			value = `[` + value + `]`
		}
		members = append(members, quoted(l.name)+`:`+value)
	}
	return `{` + strings.Join(members, ",") + `}`
}

// json is the value in JSON, light or verbose.
func (v valueBody) json(light bool) string {
	var members []string
	for _, m := range v.members {
		if v.many {
			members = append(members, m.json(light))
		} else {
			members = append(members, quoted(m.name)+`:`+m.json(light))
		}
	}
	all := strings.Join(members, ",")
	switch {
	case v.null:
		return "null"
	case v.many && light:
		return `[` + all + `]`
	case v.many:
		return `{"__metadata":{"type":"Collection(` + qualified(v.kind) + `)"},"results":[` + all + `]}`
	case v.enum:
		return quoted(v.text)
	case strings.Contains(v.kind, ".") && light:
		return `{` + all + `}`
	case strings.Contains(v.kind, "."):
		return `{` + strings.TrimSuffix(`"__metadata":{"type":`+quoted(v.kind)+`},`+all, ",") + `}`
	}
	switch v.kind {
	case "Boolean", "Byte", "SByte", "Int16", "Int32", "Single", "Double", "raw":
		return v.text
	}
	return quoted(v.text)
}

func (e entityBody) atom(b *strings.Builder, namespaces string) {
	b.WriteString(`<entry` + namespaces + `>`)
	if e.typ != "" {
		b.WriteString(`<category term="` + e.typ + `" scheme="` + dataNamespace + `/scheme"/>`)
	}
	b.WriteString(`<id/><title/><updated>2015-07-12T06:40:00Z</updated><author><name/></author>`)
	for _, l := range e.links {
		kind := "entry"
		if l.many {
			kind = "feed"
		}
		rel := `<link rel="` + dataNamespace + `/related/` + l.name + `" type="application/atom+xml;type=`
		for _, url := range l.bind {
			b.WriteString(rel + `entry" href="` + escaped(url) + `"/>`)
		}
		if l.null {
			b.WriteString(rel + `entry" href=""/>`)
		}
		if len(l.entries) == 0 {
			continue
		}
		b.WriteString(rel + kind + `"><m:inline>`)
		if l.many {
			b.WriteString(`<feed>`)
		}
		for _, entry := range l.entries {
			entry.atom(b, "")
		}
		if l.many {
			b.WriteString(`</feed>`)
		}
		b.WriteString(`</m:inline></link>`)
	}
	b.WriteString(`<content type="application/xml"><m:properties>`)
	for _, v := range e.values {
		v.xml(b, "d:"+v.name, "")
	}
	b.WriteString(`</m:properties></content></entry>`)
}

func (v valueBody) xml(b *strings.Builder, name, attributes string) {
	b.WriteString(`<` + name + attributes)
	switch {
	case v.kind == "String" && !v.many, v.kind == "raw", v.enum:
	case v.many:
		b.WriteString(` m:type="Collection(` + qualified(v.kind) + `)"`)
	default:
		b.WriteString(` m:type="` + qualified(v.kind) + `"`)
	}
	if v.null {
		b.WriteString(` m:null="true"/>`)
		return
	}
	b.WriteString(`>` + escaped(v.text))
	for _, m := range v.members {
		if v.many {
			m.kind = "raw" // the collection says it for all
			m.xml(b, "d:element", "")
		} else {
			m.xml(b, "d:"+m.name, "")
		}
	}
	b.WriteString(`</` + name + `>`)
}

const (
	atomNamespace     = "http://www.w3.org/2005/Atom"
	dataNamespace     = "http://schemas.microsoft.com/ado/2007/08/dataservices"
	metadataNamespace = dataNamespace + "/metadata"
)

func qualified(kind string) string {
	if strings.Contains(kind, ".") {
		return kind
	}
	return "Edm." + kind
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("providertest: " + err.Error())
	}
	return string(text)
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic("providertest: " + err.Error())
	}
	return b.String()
}

// inEachFormat makes a script of the same meaning for each format.
func inEachFormat(scriptIn func(f bodyFormat) script) []script {
	var scripts []script
	for _, f := range bodyFormats {
		s := scriptIn(f)
		s.name = strings.TrimSpace(s.name + " " + string(f))
		points := ""
		for point := range strings.SplitSeq(s.points, ",") {
			if point != "" {
				points += point + " in " + string(f) + ","
			}
		}
		s.points = points
		scripts = append(scripts, s)
	}
	return scripts
}

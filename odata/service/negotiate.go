package service

import (
	"net/http"
	"strings"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
	"github.com/pamodata/pamodata/odata/format/jsonlight"
)

// A representation is a media type the service can answer with.
type representation struct {
	typ, subtype string
	params       []parameter
	level        int           // index into the formats; -1 for documents and raw values
	format       format.Format // nil for documents and raw values
	contentType  string        // as written
	least        version       // the lowest protocol version it exists in
}

// representations are the offers for each kind of resource, in the order the
// service prefers them. Source: OData V3, content negotiation.
type representations struct {
	structured []representation // feeds, entries, properties, service documents, errors
	metadata   []representation
	text       []representation // $count, $value
	binary     []representation // $value of Edm.Binary
	always     bool             // answer the first offer rather than 406
}

var jsonLevels = []struct {
	level jsonlight.Level
	name  string
}{
	{jsonlight.Minimal, "minimalmetadata"},
	{jsonlight.Full, "fullmetadata"},
	{jsonlight.None, "nometadata"},
}

func newRepresentations(p odata.Profile) representations {
	separator := ";"
	if p.SpacedMediaTypes {
		separator = "; "
	}
	join := func(parts ...string) string { return strings.Join(parts, separator) }
	r := representations{always: p.JSONAlways}
	for i, l := range jsonLevels {
		f := jsonlight.New(l.level)
		json := func(contentType string, params ...parameter) representation {
			return representation{typ: "application", subtype: "json", level: i, format: f, least: v3,
				params:      append([]parameter{{"odata", l.name}}, params...),
				contentType: contentType}
		}
		plain := join("application/json", "odata="+l.name, "charset=utf-8")
		streamed := join("application/json", "odata="+l.name, "streaming=true", "charset=utf-8")
		unstreamed := join("application/json", "odata="+l.name, "streaming=false", "charset=utf-8")
		if p.HideStreaming {
			streamed, unstreamed = plain, plain
		}
		r.structured = append(r.structured,
			json(streamed, parameter{"streaming", "true"}),
			json(unstreamed, parameter{"streaming", "false"}),
		)
	}
	document := func(typ, subtype, contentType string) []representation {
		return []representation{{typ: typ, subtype: subtype, level: -1, contentType: contentType, least: v1}}
	}
	r.metadata = document("application", "xml", join("application/xml", "charset=utf-8"))
	r.text = document("text", "plain", join("text/plain", "charset=utf-8"))
	r.binary = document("application", "octet-stream", "application/octet-stream")
	return r
}

// formatShorthands are the values of $format that are not media types.
var formatShorthands = map[string]string{
	"json":        "application/json",
	"verbosejson": "application/json;odata=verbose",
	"atom":        "application/atom+xml",
	"xml":         "application/xml",
}

// choose picks among offers by $format, else by Accept. offers are in order of
// preference. Source: OData V3, content negotiation, matching algorithm.
func (rs *representations) choose(offers []representation, h http.Header, dollarFormat string, max version) (*representation, error) {
	var wanted []mediaRange
	if dollarFormat != "" {
		text := dollarFormat
		if long, ok := formatShorthands[text]; ok {
			text = long
		}
		r, ok := parseMediaRange(text)
		if !ok {
			return nil, notAcceptable("$format")
		}
		wanted = []mediaRange{r}
	} else {
		accept := h["Accept"]
		if len(accept) == 0 || len(accept) == 1 && (accept[0] == "*/*" || accept[0] == "") {
			if first := firstFor(offers, max); first != nil {
				return first, nil
			}
			return nil, notAcceptable("Accept")
		}
		wanted = parseAccept(accept)
	}
	if best := match(wanted, offers, max, false); best != nil {
		return best, nil
	}
	// Clients of both V3 and V4 ask with the parameters of V4; those say nothing
	// here.
	if best := match(wanted, offers, max, true); best != nil {
		return best, nil
	}
	if rs.always && dollarFormat == "" {
		if first := firstFor(offers, max); first != nil {
			return first, nil
		}
	}
	if dollarFormat != "" {
		return nil, notAcceptable("$format")
	}
	return nil, notAcceptable("Accept")
}

func firstFor(offers []representation, max version) *representation {
	for i := range offers {
		if offers[i].least <= max {
			return &offers[i]
		}
	}
	return nil
}

// match finds the best pair of a wanted range and an offer: more exact names
// first, then matching parameters, then quality, then the service's preference.
func match(wanted []mediaRange, offers []representation, max version, ignoreV4 bool) *representation {
	var best *representation
	bestRank := [3]int{-1}
	for o := range offers {
		if offers[o].least > max {
			continue
		}
		for w := range wanted {
			rank, ok := rankOf(&wanted[w], &offers[o], max, ignoreV4)
			if ok && better(rank, bestRank) {
				best, bestRank = &offers[o], rank
			}
		}
	}
	if best != nil && bestRank[2] == 0 {
		return nil // what fits best is what the client excluded
	}
	return best
}

func better(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

func rankOf(w *mediaRange, o *representation, max version, ignoreV4 bool) (rank [3]int, ok bool) {
	names := 0
	switch {
	case w.typ == "*" && w.subtype == "*":
	case w.typ == o.typ && w.subtype == "*":
		names = 1
	case w.typ == o.typ && w.subtype == o.subtype:
		names = 2
	default:
		return rank, false
	}
	// Plain application/json means minimal metadata where JSON light exists.
	implied := names == 2 && o.subtype == "json" && max >= v3
	matched := true
	for _, p := range w.params {
		if p.name == "odata" {
			implied = false
		}
		if p.name == "charset" || ignoreV4 && isV4Parameter(p.name) {
			continue
		}
		if !o.has(p) {
			matched = false
		}
	}
	if implied && !o.has(parameter{"odata", "minimalmetadata"}) {
		matched = false
	}
	if !matched && names == 2 {
		return rank, false
	}
	parameters := 0
	if matched {
		parameters = 1
	}
	return [3]int{names, parameters, w.quality}, true
}

func (o *representation) has(p parameter) bool {
	for _, q := range o.params {
		if q.name == p.name {
			return strings.EqualFold(q.value, p.value)
		}
	}
	return false
}

func isV4Parameter(name string) bool {
	return name == "odata.metadata" || name == "odata.streaming" || name == "ieee754compatible"
}

func notAcceptable(target string) *odata.Error {
	return &odata.Error{Kind: odata.KindNotAcceptable, Code: "NotAcceptable", Target: target,
		Message: "The service cannot answer in any of the formats asked for"}
}

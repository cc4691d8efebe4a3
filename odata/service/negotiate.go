package service

import (
	"hash/maphash"
	"net/http"
	"strings"

	"github.com/pamodata/pamodata/odata"
)

// A representation is a media type the service can answer with.
type representation struct {
	typ, subtype string
	params       []parameter
	contentType  string   // as written
	header       []string // the same, shared between answers

	// least is the lowest protocol version the media type exists in, and family
	// says who writes it.
	least  version
	family family
}

// A family is a payload format; which of its writers is used may depend on the
// version of the answer.
type family uint8

const (
	noFormat     family = iota // documents and raw values
	lightMinimal               // JSON light, by level
	lightFull
	lightNone
	verboseJSON
	atomXML
)

// representations are the offers for each kind of resource, in the order the
// service prefers them. Source: OData V3, content negotiation.
type representations struct {
	feed, entry []representation
	structured  []representation // properties, links, values of operations
	service     []representation // the service document
	failure     []representation // errors
	metadata    []representation
	text        []representation // $count, $value
	binary      []representation // $value of Edm.Binary
	recent      *recentChoices
	always      bool   // answer the first offer rather than 406
	separator   string // between the parameters of a media type
}

func newRepresentations(p odata.Profile) representations {
	separator := ";"
	if p.SpacedMediaTypes {
		separator = "; "
	}
	join := func(parts ...string) string { return strings.Join(parts, separator) }

	var light []representation
	for _, level := range []struct {
		family family
		name   string
	}{{lightMinimal, "minimalmetadata"}, {lightFull, "fullmetadata"}, {lightNone, "nometadata"}} {
		offer := func(streaming string) {
			parts := []string{"application/json", "odata=" + level.name}
			if !p.HideStreaming {
				parts = append(parts, "streaming="+streaming)
			}
			light = append(light, representation{
				typ: "application", subtype: "json", least: v3, family: level.family,
				params:      []parameter{{"odata", level.name}, {"streaming", streaming}},
				contentType: join(append(parts, "charset=utf-8")...),
			})
		}
		offer("true")
		offer("false")
	}
	verbose := representation{typ: "application", subtype: "json", least: v1, family: verboseJSON,
		params: []parameter{{"odata", "verbose"}}, contentType: join("application/json", "odata=verbose", "charset=utf-8")}
	xml := func(typ, subtype string, params ...parameter) representation {
		parts := []string{typ + "/" + subtype}
		for _, q := range params {
			parts = append(parts, q.name+"="+q.value)
		}
		return representation{typ: typ, subtype: subtype, params: params, least: v1, family: atomXML,
			contentType: join(append(parts, "charset=utf-8")...)}
	}
	// order puts JSON light before XML or behind it, as the profile has it.
	order := func(xml ...representation) []representation {
		if p.JSONAlways {
			return append(append([]representation{}, light...), verbose)
		}
		if p.JSON {
			return append(append(append([]representation{}, light...), verbose), xml...)
		}
		return append(append(append([]representation{}, xml...), light...), verbose)
	}
	document := func(typ, subtype, contentType string) []representation {
		return []representation{{typ: typ, subtype: subtype, contentType: contentType, least: v1}}
	}
	// Who asks for Atom can read an error in XML.
	plain := xml("application", "xml")
	aliased := plain
	aliased.subtype = "atom+xml"
	rs := representations{
		feed:       order(xml("application", "atom+xml", parameter{"type", "feed"}), xml("application", "atom+xml")),
		entry:      order(xml("application", "atom+xml", parameter{"type", "entry"}), xml("application", "atom+xml")),
		structured: order(xml("application", "xml"), xml("text", "xml")),
		service:    order(xml("application", "xml"), xml("application", "atomsvc+xml")),
		failure:    order(plain, aliased),
		metadata:   document("application", "xml", join("application/xml", "charset=utf-8")),
		text:       document("text", "plain", join("text/plain", "charset=utf-8")),
		binary:     document("application", "octet-stream", "application/octet-stream"),
		always:     p.JSONAlways,
		separator:  separator,
		recent:     &recentChoices{seed: maphash.MakeSeed()},
	}
	for _, offers := range [][]representation{rs.feed, rs.entry, rs.structured, rs.service, rs.failure, rs.metadata, rs.text, rs.binary} {
		for i := range offers {
			offers[i].header = []string{offers[i].contentType}
		}
	}
	return rs
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
		// A plus sign that was not escaped has become a blank.
		text = strings.Replace(text, " xml", "+xml", 1)
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
		if len(accept) == 1 {
			return rs.recent.choose(rs, offers, accept[0], max)
		}
		return rs.chooseBy(offers, accept, max)
	}
	return rs.pick(offers, wanted, dollarFormat, max)
}

// chooseBy is choose by Accept headers that say something.
func (rs *representations) chooseBy(offers []representation, accept []string, max version) (*representation, error) {
	wanted := parseAccept(accept)
	if len(wanted) == 0 && isBlankList(accept) {
		return rs.choose(offers, nil, "", max)
	}
	return rs.pick(offers, wanted, "", max)
}

// pick is choose for ranges that were read.
func (rs *representations) pick(offers []representation, wanted []mediaRange, dollarFormat string, max version) (*representation, error) {
	if best := match(wanted, offers, max, false); best != nil {
		return best, nil
	}
	// Clients of both V3 and V4 ask with the parameters of V4: the metadata level
	// has a V3 name, the others say nothing here.
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
// An offer that the range fitting it best excludes is out, whatever else fits it.
func match(wanted []mediaRange, offers []representation, max version, ignoreV4 bool) *representation {
	var best *representation
	bestRank := [3]int{-1}
	for o := range offers {
		if offers[o].least > max {
			continue
		}
		own := [3]int{-1}
		for w := range wanted {
			if rank, ok := rankOf(&wanted[w], &offers[o], max, ignoreV4); ok && better(rank, own) {
				own = rank
			}
		}
		if own[0] >= 0 && own[2] > 0 && better(own, bestRank) {
			best, bestRank = &offers[o], own
		}
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
	// Plain application/json means minimal metadata where JSON light exists, and
	// the older format for clients that do not know it.
	implied := names == 2 && o.subtype == "json"
	matched := true
	for _, p := range w.params {
		if ignoreV4 && p.name == "odata.metadata" {
			p = parameter{"odata", levelsOfV4[strings.ToLower(p.value)]}
		}
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
	if implied {
		meant := lightMinimal
		if max < v3 {
			meant = verboseJSON
		}
		if o.family != meant {
			matched = false
		}
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

// levelsOfV4 are the metadata levels by their names in V4.
var levelsOfV4 = map[string]string{"minimal": "minimalmetadata", "full": "fullmetadata", "none": "nometadata"}

func isV4Parameter(name string) bool {
	return name == "odata.streaming" || name == "ieee754compatible"
}

// isBlankList tells an Accept header that lists nothing.
func isBlankList(headers []string) bool {
	return strings.Trim(strings.Join(headers, ","), ", \t") == ""
}

func notAcceptable(target string) *odata.Error {
	return &odata.Error{Kind: odata.KindNotAcceptable, Code: "NotAcceptable", Target: target,
		Message: "The service cannot answer in any of the formats asked for"}
}

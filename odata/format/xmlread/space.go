package xmlread

// A Space is a namespace that readers know.
type Space uint8

// The namespaces of OData V3 payloads. Source: OData V3 Atom format.
const (
	None     Space = iota // no namespace
	Atom                  // http://www.w3.org/2005/Atom
	Data                  // http://schemas.microsoft.com/ado/2007/08/dataservices
	Metadata              // http://schemas.microsoft.com/ado/2007/08/dataservices/metadata
	GML                   // http://www.opengis.net/gml
	XML                   // http://www.w3.org/XML/1998/namespace
	Other
)

const (
	dataSpace  = "http://schemas.microsoft.com/ado/2007/08/dataservices"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

var spaces = [...]string{
	Atom: "http://www.w3.org/2005/Atom", Data: dataSpace, Metadata: dataSpace + "/metadata",
	GML: "http://www.opengis.net/gml", XML: xmlSpace, Other: "http://www.georss.org/georss",
}

// A binding declares a prefix; the default namespace has the empty one.
type binding struct {
	prefix, uri string
	space       Space
	level       int // of the element that declares it
}

// spaceOf finds a namespace by its URI, which it returns as a string that is
// new only for one that payloads rarely have.
func spaceOf(uri []byte) (Space, string) {
	if len(uri) == 0 {
		return None, ""
	}
	for i := Atom; i <= Other; i++ {
		if spaces[i] == string(uri) {
			return i, spaces[i]
		}
	}
	return Other, string(uri)
}

// prefixOf is prefix as a string, which is new only for one that payloads rarely
// have.
func prefixOf(prefix []byte) string {
	switch string(prefix) {
	case "":
		return ""
	case "d":
		return "d"
	case "m":
		return "m"
	case "gml":
		return "gml"
	case "georss":
		return "georss"
	}
	return string(prefix)
}

// declare puts the namespace declaration a of the element at level into force.
// Source: Namespaces in XML 1.0, 3 and 5.
func (in *Input) declare(a *attribute, level int) error {
	prefix := a.local
	if len(a.prefix) == 0 {
		prefix = nil // xmlns="…"
	}
	space, uri := spaceOf(a.value)
	switch {
	case string(prefix) == "xmlns", uri == xmlnsSpace, (string(prefix) == "xml") != (space == XML):
		return in.malformedAt(in.begin, "a namespace declaration uses a reserved name")
	case len(prefix) > 0 && uri == "":
		return in.malformedAt(in.begin, "a prefix cannot stand for no namespace")
	case len(in.bindings) == maxBindings:
		return in.tooLarge("The payload has too many namespaces")
	}
	in.bindings = append(in.bindings, binding{prefixOf(prefix), uri, space, level})
	return nil
}

// resolve finds the namespace of a prefix.
func (in *Input) resolve(prefix []byte) (Space, string, bool) {
	for i := len(in.bindings) - 1; i >= 0; i-- {
		if b := &in.bindings[i]; b.prefix == string(prefix) {
			return b.space, b.uri, true
		}
	}
	switch string(prefix) {
	case "":
		return None, "", true
	case "xml":
		return XML, xmlSpace, true
	}
	return None, "", false
}

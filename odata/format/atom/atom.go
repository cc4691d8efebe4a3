// Package atom writes and reads Atom, the XML format of OData V3: feeds and
// entries, and the plain XML documents that go with them, for properties,
// collections, links and errors. What follows is about writing; see [NewReader]
// for requests.
//
// What an entity's shape decides (element names, types, links, which Atom
// element a property is mapped to) is compiled into an encoder; writing a row
// then only appends. Elements stand in the order WCF Data Services 5.6 writes
// them. Sources: OData V3 Atom format; where it leaves room, recordings of the
// public sample service.
//
// No value can make a document malformed: what XML 1.0 cannot hold becomes
// U+FFFD, undeclared properties whose names are no element names are left out,
// and XHTML is checked before it is taken as markup.
package atom

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// Options say how to write where OData V3 leaves a choice.
type Options struct {
	// AssociationLinks adds a link to Entity/$links/Navigation for every
	// navigation property. Default: off, as in WCF Data Services.
	AssociationLinks bool

	// TypedNulls writes m:type beside m:null, except for strings. Older WCF
	// servers do; the public sample service does not. Default: off.
	TypedNulls bool

	// Before3 leaves out what responses of version 1.0 and 2.0 cannot have:
	// the spatial namespaces, named streams, association links and operations.
	// A spatial property, which those versions do not know either, declares its
	// namespace itself. Default: off, for version 3.0.
	Before3 bool
}

// New returns the format. It is immutable and safe for concurrent use.
func New(options Options) *Format {
	if options.Before3 {
		options.AssociationLinks = false
	}
	return &Format{options: options}
}

// A Format is the [format.Format] that writes Atom and XML.
type Format struct{ options Options }

// Compile plans writing entities of p's shape. The encoder refers to p.
func (f *Format) Compile(p *odata.Projection) format.Encoder {
	return f.compiler().encoder(p)
}

// compiler makes plans of entities and properties.
func (f *Format) compiler() *compiler {
	return &compiler{options: f.options, prefix: "d:", items: propertyItems}
}

const (
	declaration = `<?xml version="1.0" encoding="utf-8"?>`

	atomSpace     = "http://www.w3.org/2005/Atom"
	appSpace      = "http://www.w3.org/2007/app"
	dataSpace     = "http://schemas.microsoft.com/ado/2007/08/dataservices"
	metadataSpace = dataSpace + "/metadata"

	typeScheme     = dataSpace + "/scheme" // of the category that names the type
	navigationRel  = dataSpace + "/related/"
	associationRel = dataSpace + "/relatedlinks/"
	streamReadRel  = dataSpace + "/mediaresource/"
	streamEditRel  = dataSpace + "/edit-media/"

	dataSpaces  = ` xmlns:d="` + dataSpace + `" xmlns:m="` + metadataSpace + `"`
	georssSpace = ` xmlns:georss="http://www.georss.org/georss"`
	gmlSpace    = ` xmlns:gml="http://www.opengis.net/gml"`
)

// spaces declares the prefixes that data may use.
func (o *Options) spaces() string {
	if o.Before3 {
		return dataSpaces
	}
	return dataSpaces + georssSpace + gmlSpace
}

// appendRoot appends what the root of an Atom document has: the base of its
// relative links, and the namespaces.
func (o *Options) appendRoot(dst []byte, c *format.Context) []byte {
	dst = append(dst, ` xml:base="`...)
	dst = appendAttribute(dst, c.Root)
	dst = append(dst, `" xmlns="`+atomSpace+`"`...)
	return append(dst, o.spaces()...)
}

// AppendServiceDocument lists the sets in one workspace. Source: OData V3 Atom
// format, service document.
func (f *Format) AppendServiceDocument(dst []byte, c *format.Context, sets []*metadata.EntitySet) []byte {
	dst = append(dst, declaration+`<service xml:base="`...)
	dst = appendAttribute(dst, c.Root)
	dst = append(dst, `" xmlns="`+appSpace+`" xmlns:atom="`+atomSpace+`"><workspace><atom:title>Default</atom:title>`...)
	for _, set := range sets {
		dst = append(dst, `<collection href="`...)
		dst = format.AppendSetURL(dst, set)
		dst = append(dst, `"><atom:title>`...)
		dst = appendText(dst, set.Name)
		dst = append(dst, `</atom:title></collection>`...)
	}
	return append(dst, `</workspace></service>`...)
}

// AppendError writes m:error. Source: OData V3 Atom format, error response.
func (f *Format) AppendError(dst []byte, e format.ErrorBody) []byte {
	dst = append(dst, declaration+`<m:error xmlns:m="`+metadataSpace+`"><m:code`...)
	if e.Code == "" {
		dst = append(dst, ` />`...)
	} else {
		dst = append(appendContent(append(dst, '>'), e.Code), `</m:code>`...)
	}
	dst = append(dst, `<m:message xml:lang="`...)
	if e.Lang == "" {
		dst = append(dst, "en-US"...)
	} else {
		dst = appendAttribute(dst, e.Lang)
	}
	dst = appendContent(append(dst, `">`...), e.Message)
	return append(dst, `</m:message></m:error>`...)
}

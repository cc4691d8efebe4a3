// Package verbose writes JSON verbose, the JSON format of OData V1 and V2 that
// V3 kept beside JSON light: everything but an error stands in an object with
// the one member "d", every URL is absolute, and entities describe themselves
// in a member "__metadata".
//
// # Dialects
//
// How a payload looks depends on the version of the response:
//
//	                        1.0             2.0             3.0
//	feeds and links         bare array      results object  results object
//	DateTime(Offset)        \/Date(…)\/     \/Date(…)\/     ISO 8601
//	__count, __next         -               yes             yes
//	media resources         yes             yes             yes
//	collection properties,
//	named streams, actions,
//	functions, association
//	links                   -               -               yes
//
// What a dialect has no words for is left out. That is the last resort: a
// service refuses such a request, or raises the version of its response, before
// anything is written. Ids and type segments in links are written in all
// dialects, because readers of old versions follow links as they are.
//
// # Entities
//
// What an entity's shape decides (names, links, which members which type has)
// is compiled into an encoder; writing a row then only appends. Navigation
// properties come before structural ones, as services have always written them.
// Entities without an address, such as the results of operations without a set,
// have neither links nor media, but what was expanded.
//
// Sources: OData V3 JSON verbose format; where it leaves room, the behaviour of
// WCF Data Services 5.6.
package verbose

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// A Version is the protocol version of a response, in tenths. It chooses the
// dialect.
type Version uint8

// The versions that know JSON verbose.
const (
	Version1 Version = 10
	Version2 Version = 20
	Version3 Version = 30
)

// dialect is how values are spelled in responses of version v.
func (v Version) dialect() format.JSONDialect {
	if v < Version3 {
		return format.DialectVerbose2
	}
	return format.DialectVerbose3
}

// Options say how to write.
type Options struct {
	// Version is that of the response. Default: Version3.
	Version Version

	// AssociationLinks tells entities to name, for each navigation property,
	// the URL of its links beside that of its targets. They exist from version
	// 3.0 on. Default: false.
	AssociationLinks bool
}

// A Writer is the format in one dialect. It is immutable and safe for
// concurrent use. The zero Writer is New(Options{}).
type Writer struct{ options Options }

var _ format.Format = Writer{}

// New returns the format as options say.
func New(options Options) Writer { return Writer{options} }

// version is the dialect's, the default included.
func (w Writer) version() Version {
	if w.options.Version == 0 {
		return Version3
	}
	return w.options.Version
}

// Compile plans writing entities of p's shape. The encoder refers to p.
func (w Writer) Compile(p *odata.Projection) format.Encoder {
	c := w.compiler()
	c.text = make([]byte, 0, 64*(2+len(p.Fields)+len(p.Navigation)))
	return c.encoder(p)
}

func (w Writer) compiler() compiler {
	version := w.version()
	return compiler{version: version, associations: w.options.AssociationLinks && version >= Version3}
}

// AppendServiceDocument lists the sets by their URLs relative to the service
// root, which are their names. The same in all dialects.
func (w Writer) AppendServiceDocument(dst []byte, _ *format.Context, sets []*metadata.EntitySet) []byte {
	dst = append(dst, `{"d":{"EntitySets":[`...)
	for i, set := range sets {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = format.AppendSetURL(append(dst, '"'), set)
		dst = append(dst, '"')
	}
	return append(dst, "]}}"...)
}

// AppendError writes {"error":{…}}, without a "d" around it, in all dialects.
func (w Writer) AppendError(dst []byte, e format.ErrorBody) []byte {
	return format.AppendJSONError(dst, "error", e)
}

// Package format defines how payloads are written: the contract between the
// service, which decides what to send and when to flush, and the subpackages,
// which know one representation each.
//
// Formats are pure: they append to a byte slice and perform no input or output.
// Everything that depends on the shape of the entities is compiled once into an
// [Encoder]; appending a row then allocates nothing.
//
// What all formats have to tell alike is decided here, once: where entities and
// streams are (link.go, editlink.go, stream.go), which operations they offer
// (operation.go), and which parts of a projection a type has (projection.go,
// dynamic.go). A format knows how to spell it.
//
// Import rule: formats may import odata, metadata and edm, and nothing that
// knows HTTP.
package format

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A Format writes every kind of payload in one representation. It is immutable
// and safe for concurrent use.
type Format interface {
	// Compile prepares writing entities of p's shape. The Encoder is immutable,
	// safe for concurrent use, and may outlive the request.
	Compile(p *odata.Projection) Encoder

	// AppendServiceDocument appends the list of sets a client may start from.
	AppendServiceDocument(dst []byte, c *Context, sets []*metadata.EntitySet) []byte

	// AppendProperty appends a property or an operation's value.
	AppendProperty(dst []byte, c *Context, p Property) []byte

	// AppendCollection appends the collection of values that an operation
	// returned.
	AppendCollection(dst []byte, c *Context, p Property) []byte

	// Links are AppendLinksStart, then AppendLink for each, then AppendLinksEnd;
	// count and next are as in an Encoder's feed. A single link is the whole
	// payload. URLs are relative to the service root, as AppendEntityURL makes
	// them, and written absolute.
	AppendLinksStart(dst []byte, c *Context, l *odata.Link, count *int64) []byte
	AppendLink(dst []byte, c *Context, url []byte, first bool) []byte
	AppendLinksEnd(dst []byte, c *Context, count *int64, next string) []byte
	AppendSingleLink(dst []byte, c *Context, l *odata.Link, url []byte) []byte

	// AppendError appends an error body.
	AppendError(dst []byte, e ErrorBody) []byte
}

// An Encoder writes entities of one shape.
type Encoder interface {
	// A feed is AppendFeedStart, then AppendRow for each entity, then
	// AppendFeedEnd. count is nil unless it is known before the rows and asked
	// for; a format that writes counts last ignores it at the start. next is
	// empty on the last page.
	AppendFeedStart(dst []byte, c *Context, count *int64) []byte
	AppendRow(dst []byte, c *Context, row *odata.Row, first bool) []byte
	AppendFeedEnd(dst []byte, c *Context, count *int64, next string) []byte

	// AppendEntry appends row as the whole payload.
	AppendEntry(dst []byte, c *Context, row *odata.Row) []byte
}

// A Context is what payloads say about where they come from.
type Context struct {
	// Root is the absolute URL of the service root; it ends with a slash.
	Root string

	// MetadataURL is the absolute URL of the metadata document as context URLs
	// spell it.
	MetadataURL string

	// Updated is the time of writing, RFC 3339 in UTC, for Atom.
	Updated string

	// Self is the URL a feed was read from, escaped, relative to the service root
	// and without a query; Title is its name. For Atom; empty means the set.
	Self, Title string
}

// A Property is the payload of a property request.
type Property struct {
	Name  string
	Type  metadata.TypeRef
	Value edm.Value
}

// An ErrorBody is the public part of an error.
type ErrorBody struct {
	Code    string
	Message string
	Lang    string // of Message; "en-US" when empty
}

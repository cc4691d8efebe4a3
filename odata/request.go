package odata

import "github.com/pamodata/pamodata/metadata"

// RequestKind is what a request URI addresses.
type RequestKind uint8

// The kinds of resource. Source: OData V3 URI conventions, resource path.
const (
	ServiceDocument RequestKind = iota
	MetadataDocument
	Batch
	Feed          // a collection of entities
	Entry         // one entity
	Count         // Feed/$count
	PropertyValue // a structural property, possibly inside complex ones
	RawValue      // PropertyValue/$value
)

var requestKinds = [...]string{"service document", "$metadata", "$batch", "feed", "entry", "$count", "property", "$value"}

// String names the kind for errors and logs.
func (k RequestKind) String() string { return requestKinds[k] }

// A Request is what a URI means to one model: every name resolved, every
// option checked against the kind of resource. It knows nothing of HTTP.
type Request struct {
	Kind RequestKind

	// Set, Query and Projection describe the entities to read; nil for
	// documents. Query already selects by key and by the path's type casts, but
	// carries no guard yet. For Count, PropertyValue and RawValue the projection
	// holds just what the answer needs.
	Set        *metadata.EntitySet
	Query      *Query
	Projection *Projection

	// Property leads from the entity to the value: a chain of complex
	// properties that ends in the addressed one. Field is the position of its
	// first element in Query.Fields; Members are the positions of the further
	// elements within their complex values.
	Property []*metadata.Property
	Field    int
	Members  []int

	// Format is the text of $format, empty without. Callback likewise.
	Format   string
	Callback string

	// InlineCount asks for the number of matches beside a feed.
	InlineCount bool

	// Options are all query options as text, in the order given, for next
	// links: system options and custom ones.
	Options []QueryOption
}

// A QueryOption is one decoded query option.
type QueryOption struct{ Name, Value string }

package odata

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

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
	LinkFeed      // $links of a collection-valued navigation
	LinkEntry     // $links of a single-valued navigation, or one link out of a collection
	MediaResource // $value of a media entity
	NamedStream   // a stream property
	Invocation    // the value of an operation that returns no entities, or nothing
)

var requestKinds = [...]string{"service document", "$metadata", "$batch", "feed", "entry", "$count", "property", "$value",
	"$links", "link", "media resource", "named stream", "operation"}

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

	// Sources are the entities the path passes through before it reaches the
	// last set, in order. Each selects one entity that has to exist and to be
	// visible to the caller; otherwise the request is not found. Query repeats
	// what leads from them to it as conditions on the inverse navigation, so it
	// is complete by itself.
	Sources []*Query

	// Via is the navigation property that leads from the last of Sources to the
	// entities; nil where the path names their set, or an operation.
	Via *metadata.NavigationProperty

	// MayBeAbsent tells that the entity is reached through a single-valued
	// navigation: without one the answer is 204, or 404 for its parts.
	MayBeAbsent bool

	// Link describes the navigation whose links are asked for.
	Link *Link

	// Stream is the addressed named stream.
	Stream *metadata.Property

	// Operation is the operation whose result is asked for, or whose result
	// Query selects from.
	Operation *OperationCall

	// Property leads from the entity to the value: a chain of complex
	// properties that ends in the addressed one. Field is the position of its
	// first element in Query.Fields; Members are the positions of the further
	// elements within their complex values.
	Property []*metadata.Property
	Field    int
	Members  []int

	// Dynamic is the name of the addressed undeclared property of an open
	// entity, to be looked for in Row.Dynamic; empty without. Property is nil
	// then.
	Dynamic string

	// SkipToken is the text of $skiptoken, nil without.
	SkipToken *string

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

// A Link is the navigation that a $links request addresses.
type Link struct {
	Set  *metadata.EntitySet  // of the entity the link starts at
	Type *metadata.EntityType // that declares Nav, when derived from the set's; nil otherwise
	Nav  *metadata.NavigationProperty
	One  bool // one link out of a collection, selected by key
}

// An OperationCall is an operation in a path.
type OperationCall struct {
	Import *metadata.FunctionImport

	// Before is the operation whose result this one is bound to; nil for the
	// first operation of a path.
	Before *OperationCall

	// Bound selects the entity or entities the operation is bound to; nil for
	// unbound ones. BoundSet is the set they are in. A bound entity has to exist
	// and to be visible to the caller, as those of Request.Sources, which lead
	// to it.
	Bound    *Query
	BoundSet *metadata.EntitySet

	// Arguments are the values of the parameters after the binding one, in
	// their order, as far as the URI has them: service operations and functions.
	Arguments []edm.Value

	// Result is the query that selects from the entities the operation returns,
	// in place of those of its Set: Request.Query, or one of Request.Sources or
	// the Bound of a later operation when the path goes on behind them. Nil when
	// the operation returns no entities.
	Result *Query

	// Key takes the key of the entity that the operation returned, where the
	// path goes on behind a single one: the conditions of later queries compare
	// with these values, in the order of the key. Whoever calls the operation
	// fills them in before anything is read by a later query; until then they
	// are null and select nothing. Nil where nothing compares with it.
	Key []edm.Value
}

// Kind tells how the operation is called. A function has no side effects, or is
// composable and does not say otherwise. Source: CSDL 3.0, FunctionImport, and
// OData V3 extensions.
func (c *OperationCall) Kind() OperationKind {
	f := c.Import
	switch {
	case f.HTTPMethod != "":
		return ServiceOperation
	case f.SideEffecting != nil && !*f.SideEffecting, f.SideEffecting == nil && f.IsComposable:
		return FunctionCall
	}
	return Action
}

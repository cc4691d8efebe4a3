package odata

import (
	"context"
	"iter"

	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// An EntitySet is one collection a service exposes: the shape of its entities
// and, field by field, what callers may do with them. A nil capability is an
// operation the set does not offer: the service answers 405 and leaves the
// method out of Allow.
//
// EntitySet is a plain value: copy it and replace one field to decorate one
// capability, and every other capability is untouched. New capabilities arrive
// as further nil-able fields, so that existing sets keep compiling.
type EntitySet struct {
	Name string // as in URLs, "pamrequests"

	// Schema describes the entities. Providers made from Go types fill it from
	// struct tags; mistakes in the tags surface when the service starts.
	Schema Schema

	Reader Reader // required
	Guard  Guard  // required; Everyone admits every authenticated caller

	Inserter  Inserter  // POST
	Creation  *Creation // POST, in place of Inserter
	Updater   Updater   // PUT, PATCH and MERGE
	Deleter   Deleter   // DELETE
	Navigator Navigator // only for navigation no referential constraint describes
	Streamer  Streamer  // media resources and named streams
	Explainer Explainer // how queries are answered, for operators

	// Transactor identifies the store: sets with the same Transactor can take
	// part in one change set. Nil sets cannot take part in any.
	Transactor Transactor

	Operations []Operation // actions and functions bound to this set

	// OrderBy is the order of a feed without $orderby, as $orderby text such
	// as "DisplayName,RoleId". Empty leaves it to the store.
	OrderBy string

	// PageSize is the greatest number of entities in one response; more become
	// a next link. 0 means the service's default, NoPaging none.
	PageSize int

	// IfMatchOptional lets clients change and delete entities that have an ETag
	// without If-Match. The default refuses them, so that no update is lost.
	IfMatchOptional bool

	// RefuseReadOnly makes a value for a property that clients may not write
	// ([metadata.Property.Writable]) an error. By default it is ignored, because
	// clients send back what they have read.
	RefuseReadOnly bool

	// ReadsInstant tells that the set or its guard asks for the [Instant] of the
	// request. Providers set it where they have to compute properties.
	ReadsInstant bool

	// Source is where the set was made, "entities.go:21", for start-up errors.
	Source string
}

// NoPaging is the PageSize of a set whose feeds are never cut into pages. The
// service's row limit still protects it, with an error instead of a next link.
const NoPaging = -1

// A Schema is what a set adds to the service's model: its entity type and the
// types that one refers to. Names without a namespace belong to the service's.
type Schema struct {
	Entity  *metadata.EntityType
	Derived []*metadata.EntityType
	Complex []*metadata.ComplexType
	Enums   []*metadata.EnumType

	// Err holds what was wrong with the Go type or its tags.
	Err error
}

// A Reader answers queries.
type Reader interface {
	// Read starts answering q. Rows are produced as they are consumed; ctx
	// covers their whole life. Read must not retain or modify q after the rows
	// end. It may run concurrently with itself and with writes.
	//
	// Errors: *Error, or anything else, which the client sees as
	// KindInternal. A store out of reach is KindUnavailable.
	Read(ctx context.Context, q *Query) (*Result, error)
}

// An Expander is a Reader that answers expansions itself where it can, in the same
// read, see [Result]. Without it, a service has a store that is a [Snapshotter] pin
// its state before the first of the reads that expansions take.
//
// A service hands expansions to a set's Reader only where that is also its
// Navigator, or where it has none and the Reader is none: whoever replaces the
// Navigator of a set has the say in where its entities lead.
type Expander interface {
	Reader

	// Expands reports that Read leaves no expansion of q over, whatever else it
	// leaves, and that its rows and what is expanded in them belong to one state of
	// the store. It may run concurrently with itself and with Read.
	Expands(q *Query) bool
}

// A LoneInserter is an Inserter that needs no transaction around an insert which is
// all that a request does. A service calls Transact without need otherwise, which
// costs a store that is out of process more steps than the insert itself.
//
// It is asked for by the Inserter of a set only: whoever replaces that, perhaps to do
// more in the same transaction, has the transaction.
type LoneInserter interface {
	Inserter

	// InsertsAlone reports that Insert is a transaction of its own, for new entities
	// of type t without links and media resource, where its context carries none:
	// when it returns without an error, the entity lasts. It may run concurrently with
	// itself and with Insert.
	InsertsAlone(t *metadata.EntityType) bool
}

// A Result is a stream of rows and an account of the work left to do.
type Result struct {
	// Rows yields each row once. A row's contents may be reused by the next
	// iteration: clone what is kept. The sequence ends after its first error,
	// and breaking out of it releases whatever Read opened.
	Rows iter.Seq2[Row, error]

	// Rest is the part of the query that Rows does not yet honour: nil when
	// nothing is left, q itself when the provider pushed nothing down. Rest may
	// drop a clause only if it drops all earlier ones (see Query for the
	// order); Expand may be dropped alone. Fields stay as in q.
	//
	// Rest.Expand may also hold some of q's expansions, each as it is in q: those
	// that are left. The others are performed whole, with all clauses of their
	// Query and all expansions within it. Row.Related then has a place for each
	// expansion of q; those of what is left are empty, and so is that of a
	// single-valued navigation that leads nowhere, or to what its Filter hides.
	Rest *Query

	// Total is the number of matches before After, Skip and Top, or nil to let
	// the service count.
	Total *int64
}

// A Row is one entity. Values are parallel to Query.Fields and Related to
// Query.Expand; a null is [edm.Null].
type Row struct {
	// Type is the entity's type; nil means the query's.
	Type    *metadata.EntityType
	Values  []edm.Value
	Related []Related

	// Dynamic are the undeclared properties of an open entity, sorted by name.
	Dynamic []DynamicProperty

	// Media describes the media resource of a media entity, and Streams its
	// named streams. Providers fill Streams parallel to the NamedStreams of the
	// query's type; the service brings it into line with Projection.Streams
	// before a writer sees it. Either may be nil when the provider does not know.
	Media   *StreamInfo
	Streams []StreamInfo

	// Advertised tells which of Projection.Operations the entity offers now;
	// nil means all of them.
	Advertised []bool
}

// A StreamInfo is what payloads say about a stream.
type StreamInfo struct {
	ContentType string
	ETag        string // quoted, as in the header; empty for none

	// ReadURL is where the bytes can be read when that is not the service
	// itself; absolute.
	ReadURL string
}

// Related holds the expanded entities of one navigation property.
type Related struct {
	Rows []Row // at most one for a single-valued navigation

	// More tells that a page limit cut Rows short.
	More bool

	// Next is the encoded query of the link to the rest, such as
	// "$skiptoken=…", when More is set; empty otherwise. Writers
	// put it behind the URL of the navigation property.
	Next string
}

// A DynamicProperty is an undeclared property of an open entity.
type DynamicProperty struct {
	Name  string
	Value edm.Value
}

// A Key identifies an entity within its set: the key properties' values in the
// order of the type.
type Key []edm.Value

// A Navigator follows nav from many entities in one call, so that an expansion
// costs one read per level and window of rows, never one per row.
type Navigator interface {
	// Navigate yields the entities reached from any of from, grouped or not;
	// Edge.From indexes from. q selects among them and names their fields; its
	// Top, if any, applies per starting entity. Rows may be reused as in Result.
	Navigate(ctx context.Context, nav *metadata.NavigationProperty, from []Key, q *Query) iter.Seq2[Edge, error]
}

// An Edge is one entity reached by navigation.
type Edge struct {
	From int
	Row  Row
}

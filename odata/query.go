package odata

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/metadata/edm"
)

// A Query is a bound, type-checked request for entities of one set. Clauses
// apply in the order filter, total, order, after, skip, top. Source: OData V3
// URI conventions, evaluation order of system query options.
//
// Providers must not modify a Query or keep it after the result's rows end.
type Query struct {
	// Set is the set whose entities are asked for, and Type the type they must
	// be instances of: the set's own, or one derived from it.
	Set  *metadata.EntitySet
	Type *metadata.EntityType

	// Fields are the properties each row holds: those to be sent and those the
	// other clauses, keys, ETags and guards need. With inheritance they may
	// belong to types derived from Type; a row of another type holds null there.
	// Named streams are not fields.
	Fields []*metadata.Property

	Filter  Expr        // nil: no condition. The guard is already in it
	OrderBy []Order     // total whenever a page is cut: the key comes last
	After   []edm.Value // resume strictly after this position in OrderBy
	Skip    int64
	Top     *int64 // nil: no limit
	Total   bool   // the number of matches is wanted
	Expand  []Expansion

	// Custom holds the query options without a leading $, decoded, for
	// providers that give them a meaning.
	Custom map[string]string
}

// An Order is one $orderby term. Nulls come first in ascending order and last
// in descending order.
type Order struct {
	By         Expr
	Descending bool
}

// An Expansion asks for the entities that a navigation property of each row
// leads to. Query selects among them; its Top and After apply per row.
type Expansion struct {
	Nav   *metadata.NavigationProperty
	Query *Query
}

// Field returns the position of p in Fields, or -1.
func (q *Query) Field(p *metadata.Property) int {
	for i, f := range q.Fields {
		if f == p {
			return i
		}
	}
	return -1
}

// AddField returns the position of p in Fields, appending it when absent.
func (q *Query) AddField(p *metadata.Property) int {
	if i := q.Field(p); i >= 0 {
		return i
	}
	q.Fields = append(q.Fields, p)
	return len(q.Fields) - 1
}

// Unordered reports that nothing in q depends on the order of rows.
func (q *Query) Unordered() bool {
	return len(q.OrderBy) == 0 && q.After == nil && q.Skip == 0 && q.Top == nil
}

// A Projection says which parts of a row a writer sends. The binder makes one
// for each $select and $expand; writers compile it once per request or, for a
// set's default projection, once for the service's lifetime.
type Projection struct {
	// Set names the entities' home for their links; Type is the type a reader
	// expects from the context URL, so other types must be named in the entry.
	Set  *metadata.EntitySet
	Type *metadata.EntityType

	// Fields are the structural properties to send, in the order of the type.
	Fields []ProjectedField

	// Key and Tokens are the positions in Row.Values of the key properties and
	// of the concurrency tokens, both in the order of the type.
	Key    []int
	Tokens []int

	// Navigation are the navigation properties to mention or to inline.
	Navigation []ProjectedNavigation

	// Streams are the named streams to mention.
	Streams []*metadata.Property

	// Operations are the bound operations to advertise.
	Operations []ProjectedOperation

	// Dynamic tells to send the undeclared properties of open entities: all of
	// them, or those in DynamicNames when that is not nil.
	Dynamic      bool
	DynamicNames []string

	// Select is the raw text of $select for the context URL; empty without.
	Select string
}

// A ProjectedField is one structural property of a Projection.
type ProjectedField struct {
	Property *metadata.Property
	Index    int // in Row.Values

	// Only restricts the field to instances of this type: the derived type
	// that declares the property, nil for properties every row has.
	Only *metadata.EntityType
}

// A ProjectedNavigation is one navigation property of a Projection.
type ProjectedNavigation struct {
	Nav      *metadata.NavigationProperty
	Index    int         // in Row.Related; -1 when not expanded
	Expanded *Projection // nil when not expanded
	Only     *metadata.EntityType

	// ExpandOnly restricts Expanded to instances of this type: the others that
	// have the property only mention it. Nil when it is expanded for all.
	ExpandOnly *metadata.EntityType
}

// A ProjectedOperation is one bound operation of a Projection.
type ProjectedOperation struct {
	Import *metadata.FunctionImport
	Only   *metadata.EntityType // as in ProjectedField
}

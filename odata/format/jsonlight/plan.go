package jsonlight

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// An encoder is the plan for the entities of one projection.
type encoder struct {
	level      Level
	projection *odata.Projection

	feed, entry []byte // fragments of the context URL, as JSON text

	// set is the URL of the set relative to the service root; nil when the
	// entities have no address: no set, or no key in the row.
	set []byte

	own     *entryPlan                          // of the projection's type
	derived map[*metadata.EntityType]*entryPlan // nil without derived types
}

// planOf finds the plan for one row. What is not of a derived type is taken as
// one of the projection's own.
func (e *encoder) planOf(row *odata.Row) *entryPlan {
	if row.Type != nil && e.derived != nil {
		if plan, ok := e.derived[row.Type]; ok {
			return plan
		}
	}
	return e.own
}

// An entryPlan is what entities of one concrete type write. The texts are JSON,
// ready to be appended; those of members begin with the comma that separates
// them from the member before.
type entryPlan struct {
	typ        []byte // odata.type, empty where it is not told
	segment    []byte // type segment of the edit link, empty for the set's type
	media      bool   // has a media resource to link to
	navigation []navigationPlan
	fields     []fieldRun
	streams    []streamPlan // at level Full
}

// A navigationPlan is one navigation property that is linked to or expanded.
type navigationPlan struct {
	name       []byte    // ,"Orders":
	links      [3][]byte // at level Full: before, between and after two edit links
	index      int       // in Row.Related
	collection bool
	expanded   *encoder // nil when not expanded
}

// A fieldRun is a run of structural properties, of an entity or of a complex
// value: some primitive ones that tell no type, then one that needs more care.
type fieldRun struct {
	plain []format.JSONField
	last  *fieldPlan // nil at the end
}

// A fieldPlan is one structural property that tells its type or is framed.
type fieldPlan struct {
	name  []byte // ,"Since":
	typed []byte // ,"Since@odata.type":"Edm.DateTime","Since": at level Full
	index int    // in Row.Values, or among the members of a complex value
	shape shape
	item  *complexPlan // of complex values and collections of them
}

// A shape says how a value is framed and when its type is told.
type shape uint8

const (
	plain      shape = iota // a primitive value that tells no type
	typed                   // a primitive value that tells its type unless it is null
	typedFloat              // a Double, which shows its type itself while it is finite
	object                  // a complex value; its type is told inside
	list                    // a collection; it tells its type at level Full
)

// A streamPlan is the edit link of one named stream.
type streamPlan struct {
	name []byte // ,"Thumb@odata.mediaEditLink":"
	path []byte // /Thumb"
}

// A complexPlan is what values of one complex type write.
type complexPlan struct {
	typ     []byte // odata.type at level Full
	members []fieldRun
}

package jsonlight

import (
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

	dynamic format.Dynamics

	plans format.Plans[entryPlan]
}

// An entryPlan is what entities of one concrete type write. The texts are JSON,
// ready to be appended; those of members begin with the comma that separates
// them from the member before.
type entryPlan struct {
	// bare tells that there is nothing but fields.
	bare bool

	typ        []byte // odata.type, empty where it is not told
	segment    []byte // type segment of the edit link, empty where it has none
	media      bool   // has a media resource to link to
	navigation []navigationPlan
	operations []operationPlan
	fields     []fieldRun
	streams    []streamPlan
}

// A navigationPlan is one navigation property that is linked to or expanded.
type navigationPlan struct {
	links     [3][]byte      // at level Full: before, between and after two edit links
	expansion *expansionPlan // nil when not expanded
}

// An expansionPlan is what an expanded navigation property writes.
type expansionPlan struct {
	name       []byte // ,"Orders":
	index      int    // in Row.Related
	collection bool
	encoder    *encoder
	next       [2][]byte // around the edit link in the link to the next page; nil without an address
}

// An operationPlan is one operation that entities may offer.
type operationPlan struct {
	index     int    // in Row.Advertised
	member    []byte // ,"#DemoService.Promote":{} or, at level Full, up to the target
	path      []byte // at level Full: what follows the entity in the target, and the end
	namesType bool   // path begins with a type, so that it follows the entity's URL without one
}

// A streamPlan is one named stream.
type streamPlan struct {
	index       int    // in Row.Streams
	edit        []byte // ,"Thumb@odata.mediaEditLink":"
	read        []byte // ,"Thumb@odata.mediaReadLink":"
	contentType []byte // ,"Thumb@odata.mediaContentType":
	etag        []byte // ,"Thumb@odata.mediaETag":
	path        []byte // /Thumb
}

// A fieldRun is a run of structural properties, of an entity or of a complex
// value: some primitive ones, then one that needs more care.
type fieldRun struct {
	plain []format.JSONField
	last  *fieldPlan // nil at the end
}

// A fieldPlan is one structural property that is framed, or whose type its
// values decide.
type fieldPlan struct {
	name  []byte // ,"Home":
	typ   []byte // ,"Emails@odata.type":"Collection(Edm.String)" or the beginning of it; empty where it is not told
	index int    // in Row.Values, or among the members of a complex value
	shape shape
	item  *complexPlan // of complex values and collections of them
}

// A shape says how a value is framed and how its type is told.
type shape uint8

const (
	primitive shape = iota
	spatial         // a primitive value whose declared type is abstract; it has one of its own
	object          // a complex value; its type is told inside
	list            // a collection
)

// A complexPlan is what values of one complex type write.
type complexPlan struct {
	typ     []byte // odata.type at level Full
	members []fieldRun
}

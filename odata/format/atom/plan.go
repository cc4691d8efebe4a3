package atom

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// An encoder is the plan for the entities of one projection.
type encoder struct {
	options    Options
	projection *odata.Projection

	// set is the URL of the set relative to the service root; nil when the
	// entities have no address: no set, or no key in the row.
	set []byte

	dynamic format.Dynamics

	plans format.Plans[entryPlan]
}

// An entryPlan is what entities of one concrete type write. The texts are XML,
// ready to be appended.
type entryPlan struct {
	identified []byte // from behind the id to the edit link's href
	segment    []byte // type segment of the edit link, empty where it has none
	navigation []navigationPlan
	custom     *customPlan // nil when no property is mapped to an element of the entry
	streams    []streamPlan
	operations []operationPlan
	media      []byte // start of the edit-media link; nil without media resource
	fields     []fieldPlan
}

// A navigationPlan is one navigation property that is linked to or expanded.
type navigationPlan struct {
	link        []byte // <link rel="…/related/Orders" … title="Orders", up to href
	path        []byte // /Orders
	rest        []byte // the same, in the link to what a page limit cut off
	association []byte // the association link up to its href; nil when off
	title       []byte // Orders, as text of attributes and elements
	index       int    // in Row.Related
	collection  bool
	expanded    *encoder // nil when not expanded
}

// A streamPlan is the two links of one named stream.
type streamPlan struct {
	read, edit []byte // <link rel="…/mediaresource/Thumb"
	title      []byte // title="Thumb" href="
	path       []byte // /Thumb
	index      int    // in Row.Streams
}

// An operationPlan advertises one bound operation.
type operationPlan struct {
	start     []byte // <m:action metadata="
	fragment  []byte // #DemoService.Promote" title="Promote" target="
	path      []byte // /Promote" />
	namesType bool   // path begins with a type, so that it follows the entity's URL without one
	index     int    // in Projection.Operations
}

// A fieldPlan is one structural property of an entity or of a complex value.
type fieldPlan struct {
	start []byte // <d:Since m:type="Edm.DateTime">
	end   []byte // </d:Since>
	next  []byte // the end of the field before, and start
	null  []byte // <d:Since m:null="true" />
	index int    // in Row.Values, or among the members of a complex value
	shape shape
	hides hiding
	// simple tells that start, value and end are all there is to it, unless it
	// is null: primitive and always shown.
	simple bool
	item   *complexPlan // of complex values and collections of them
	tags   *itemTags    // of collections
}

// A shape says how a value is framed.
type shape uint8

const (
	primitive shape = iota
	object
	list
)

// A hiding says when a property that is mapped to an Atom element stays out of
// the content.
type hiding uint8

const (
	shown            hiding = iota
	hidden                  // unless it is null
	hiddenUnlessVoid        // unless it is null or empty: the element cannot be empty
)

// A complexPlan is what values of one complex type write.
type complexPlan struct {
	members []fieldPlan
	hides   bool // some member may stay out of the content
}

package verbose

import (
	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/format"
)

// An encoder is the plan for the entities of one projection.
type encoder struct {
	version    Version
	dialect    format.JSONDialect
	projection *odata.Projection

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
	segment []byte // type segment of the edit link, empty where it has none

	// head is the type, when something has to stand between it and the links of
	// the first run; nil when that run begins with it.
	head      []byte // ,"type":"Demo.Customer"
	media     bool   // has a media resource to link to
	actions   []operationPlan
	functions []operationPlan

	navigation []navigationRun // the first closes __metadata
	fields     []fieldRun
	streams    []streamPlan
}

// A navigationRun is a run of navigation properties: some that are only linked
// to, then one that is expanded.
type navigationRun struct {
	links    template
	expanded *expansionPlan // nil at the end
}

// A template is JSON text with holes for the edit link: what stands before the
// first, between the first and the second, and so on.
type template [][]byte

func (t template) appendTo(dst, uri []byte) []byte {
	for i, text := range t {
		if i > 0 {
			dst = append(dst, uri...)
		}
		dst = append(dst, text...)
	}
	return dst
}

// An expansionPlan is one navigation property with what it leads to. Its name
// ends the template before it.
type expansionPlan struct {
	index      int    // in Row.Related
	rest       []byte // /Orders, in the link to what a page limit cut off
	collection bool
	encoder    *encoder
}

// An operationPlan is one action or function that entities offer.
type operationPlan struct {
	index    int    // in Projection.Operations and Row.Advertised
	fragment []byte // #DemoService.Promote":[{"title":"Promote","target":"
	path     []byte // /Promote"}]

	// namesType tells that path begins with the type the operation is bound
	// to, so it goes behind the URL of the entity without a type.
	namesType bool
}

// A streamPlan is one named stream.
type streamPlan struct {
	index int    // in Projection.Streams and Row.Streams
	name  []byte // ,"Thumb":{"__mediaresource":{
	path  []byte // /Thumb
}

// A fieldRun is a run of structural properties, of an entity or of a complex
// value: some primitive ones, then one that is framed.
type fieldRun struct {
	plain []format.JSONField
	last  *fieldPlan // nil at the end
}

// A fieldPlan is a property whose value is complex or a collection.
type fieldPlan struct {
	name  []byte // ,"Home":
	index int    // in Row.Values, or among the members of a complex value
	list  []byte // the opening of a collection, typed; nil for a complex value
	item  *complexPlan
}

// A complexPlan is what values of one complex type write.
type complexPlan struct {
	typ     []byte // ,"__metadata":{"type":"Demo.Address"}
	members []fieldRun
}

package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A snapshot is one state of a store. Nothing in it ever changes, but for the
// orders an index remembers: a write makes a new snapshot that shares what it
// does not touch, which is why nodes refer to others by number, never by
// pointer.
type snapshot struct {
	collections []*collection // parallel to Store.frames
}

// A collection is the entities of one set. Their numbers are in the order in
// which they came, which is that of feeds that ask for none. A number is not
// used again; see compact for what becomes of those that are free.
type collection struct {
	*frame
	nodes vector
	index index // by number
	owner *edit

	next   int32 // number
	live   int   // entities
	linked int   // links that leave them, in all roles

	// counters are the greatest numbers used so far, parallel to frame.made.
	counters []int64
}

// A node is one entity.
type node struct {
	// row has the values of the frame's fields, then the node's number, and null
	// where the entity's type has no such property.
	row odata.Row

	// links are the linked entities, for each role of the frame.
	links []links

	media *content
	named []*content // parallel to the named streams of the type; nil without any

	owner *edit
	fresh bool // owner has made the computed values
}

// place is where a node's number stands in its row.
func (f *frame) place() int { return len(f.fields) }

func (f *frame) numberOf(n *node) int32 { return int32(n.row.Values[len(f.fields)].Int()) }

func (c *collection) nodeOf(row *odata.Row) *node {
	return c.nodes.at(int32(row.Values[c.place()].Int()))
}

// find returns the node with the given key, or nil.
func (c *collection) find(key []edm.Value) *node {
	found := c.index.find(key)
	if len(found) == 0 {
		return nil
	}
	return c.nodes.at(found[0])
}

// keyOf is the key of a node.
func (f *frame) keyOf(n *node) odata.Key {
	key := make(odata.Key, len(f.key))
	for i, field := range f.key {
		key[i] = n.row.Values[field]
	}
	return key
}

// copied is a collection that e may change.
func (c *collection) copied(e *edit) *collection {
	changed := *c
	changed.owner = e
	changed.index.nodes = &changed
	changed.counters = slices.Clone(c.counters)
	return &changed
}

func (s *snapshot) of(f *frame) *collection { return s.collections[f.position] }

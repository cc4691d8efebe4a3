package memory

import (
	"github.com/pamodata/pamodata/metadata/edm"
	"github.com/pamodata/pamodata/odata"
)

// A snapshot is one state of a store. Nothing in it ever changes, but for the
// orders an index remembers: a write would make a new snapshot that shares what
// it does not touch, which is why nodes refer to others by position, never by
// pointer.
type snapshot struct {
	collections []*collection // parallel to Store.frames
}

// A collection is the entities of one set.
type collection struct {
	*frame
	nodes []*node
	index *index // by position in nodes
}

// A node is one entity.
type node struct {
	// row has the values of the frame's fields, then the node's position, and
	// null where the entity's type has no such property.
	row odata.Row

	// links are the positions of the linked entities in their collections,
	// sorted, for each role of the frame.
	links [][]int32

	media *content
	named []*content // parallel to the named streams of the type; nil without any
}

// place is where a node's position stands in its row.
func (f *frame) place() int { return len(f.fields) }

func (c *collection) nodeOf(row *odata.Row) *node { return c.nodes[row.Values[c.place()].Int()] }

// find returns the node with the given key, or nil.
func (c *collection) find(key []edm.Value) *node {
	found := c.index.find(key)
	if len(found) == 0 {
		return nil
	}
	return c.nodes[found[0]]
}

func (s *snapshot) of(f *frame) *collection { return s.collections[f.position] }

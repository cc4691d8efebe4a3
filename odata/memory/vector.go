package memory

import (
	"context"
	"iter"
	"slices"
)

// A vector holds nodes by their numbers. A change copies one leaf and the list
// of leaves, and leaves the vector it was made of as it is.
type vector struct {
	leaves []*leaf // nil where no number is in use
	owner  *edit   // of leaves
}

type leaf struct {
	nodes [leafSize]*node
	used  int
	owner *edit
}

const (
	leafBits = 8
	leafSize = 1 << leafBits
)

// at returns the node with a number that is in use.
func (v *vector) at(number int32) *node {
	return v.leaves[uint32(number)>>leafBits].nodes[number&(leafSize-1)]
}

// get returns the node with a number, nil if there is none any more.
func (v *vector) get(number int32) *node {
	if at := int(number >> leafBits); at < len(v.leaves) && v.leaves[at] != nil {
		return v.leaves[at].nodes[number&(leafSize-1)]
	}
	return nil
}

// set puts a node in the place of a number; nil takes it away.
func (v *vector) set(e *edit, number int32, n *node) {
	if v.owner != e {
		v.leaves, v.owner = append(make([]*leaf, 0, len(v.leaves)+1), v.leaves...), e
	}
	at := int(number >> leafBits)
	for at >= len(v.leaves) {
		v.leaves = append(v.leaves, nil)
	}
	l := v.leaves[at]
	switch {
	case l == nil:
		l = &leaf{owner: e}
	case l.owner != e:
		copied := *l
		copied.owner = e
		l = &copied
	}
	v.leaves[at] = l
	slot := &l.nodes[number&(leafSize-1)]
	switch {
	case *slot == nil && n != nil:
		l.used++
	case *slot != nil && n == nil:
		l.used--
	}
	*slot = n
	if l.used == 0 {
		v.leaves[at] = nil
	}
}

// all yields the nodes in the order of their numbers.
func (v *vector) all() iter.Seq[*node] {
	return func(yield func(*node) bool) {
		for _, l := range v.leaves {
			if l == nil {
				continue
			}
			for _, n := range &l.nodes {
				if n != nil && !yield(n) {
					return
				}
			}
		}
	}
}

// scan is all for a read: it ends with an error soon after ctx does.
func (v *vector) scan(ctx context.Context) iter.Seq2[*node, error] {
	return func(yield func(*node, error) bool) {
		for _, l := range v.leaves {
			if l == nil {
				continue
			}
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			for _, n := range &l.nodes {
				if n != nil && !yield(n, nil) {
					return
				}
			}
		}
	}
}

// vectorOf numbers nodes from 0 on.
func vectorOf(nodes []*node) vector {
	var v vector
	for some := range slices.Chunk(nodes, leafSize) {
		l := &leaf{used: len(some)}
		copy(l.nodes[:], some)
		v.leaves = append(v.leaves, l)
	}
	return v
}

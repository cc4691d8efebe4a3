package memory

import (
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
)

// leastFree is how many numbers of a collection are free at least before its
// entities are numbered anew.
const leastFree = leafSize

// compacted is the transaction's state, with entities numbered anew in those of
// the collections it has changed where most numbers are free. That takes time for
// each entity and link, but as many numbers had to become free before, so it adds
// a constant to the cost of a deletion. Numbers keep their order.
func (tx *transaction) compacted() *snapshot {
	before := tx.store.current.Load()
	var o *operation
	for i, c := range tx.state.collections {
		free := int(c.next) - c.live
		if c == before.collections[i] || free < leastFree || free < 2*(c.live+c.linked) {
			continue
		}
		if o == nil {
			o = &operation{store: tx.store, tx: tx, state: &snapshot{slices.Clone(tx.state.collections)}, edit: new(edit)}
		}
		o.compact(c.frame)
	}
	if o == nil {
		return tx.state
	}
	return o.state
}

func (o *operation) compact(f *frame) {
	c := o.collection(f)
	renumbered := make(map[int32]int32, c.live)
	nodes := make([]*node, 0, c.live)
	for n := range c.nodes.all() {
		old := f.numberOf(n)
		renumbered[old] = int32(len(nodes))
		nodes = append(nodes, o.node(f, old))
	}
	for at := range f.roles {
		r := &f.roles[at]
		if r.target == f {
			for _, n := range nodes {
				n.links[at] = renumberedLinks(&n.links[at], renumbered)
			}
			continue
		}
		passed := map[int32]bool{}
		for _, n := range nodes {
			for _, other := range n.links[at].list() {
				if !passed[other] {
					passed[other] = true
					back := &o.node(r.target, other).links[r.back]
					*back = renumberedLinks(back, renumbered)
				}
			}
		}
	}
	byKey := make([]int32, 0, c.live)
	c.index.byKey.each(0, func(number int32) bool {
		byKey = append(byKey, renumbered[number])
		return true
	})
	for number, n := range nodes {
		n.row.Values[f.place()] = edm.Int32(int32(number))
	}
	c.nodes, c.next = vectorOf(nodes), int32(c.live)
	c.index.byKey, c.index.known = sequenceOf(byKey), new(orders)
}

func renumberedLinks(l *links, renumbered map[int32]int32) links {
	numbers := slices.Clone(l.list())
	for i, number := range numbers {
		numbers[i] = renumbered[number]
	}
	return linksOf(numbers)
}

package memory

import (
	"github.com/pamodata/pamodata/metadata"
)

// verify holds the touched entities to the multiplicities of their links and to
// the referential constraints. All others are as they were, and that was right.
func (tx *transaction) verify() error {
	lost := map[touch]bool{}
	for _, t := range tx.touched {
		if t.lost.bond != nil {
			lost[t] = true
		}
	}
	seen := map[touch]bool{}
	for _, t := range tx.touched {
		t.lost = reference{}
		if seen[t] {
			continue
		}
		seen[t] = true
		n := tx.state.of(t.frame).nodes.get(t.number)
		if n == nil {
			continue
		}
		for at := range t.frame.roles {
			r := &t.frame.roles[at]
			count := n.links[at].len()
			if count == 0 && r.dependent == r.end {
				if key, refers := r.reference(n); refers {
					if lost[touch{t.frame, t.number, r.referenceTo(key)}] {
						return linkRequired(r)
					}
					return dangling(r)
				}
			}
			switch {
			case count > 1 && r.far().Multiplicity != metadata.Many:
				return linkTaken(r)
			case count == 0 && r.far().Multiplicity == metadata.One && n.row.Type.Is(r.types[r.end]):
				return linkRequired(r)
			}
		}
	}
	return nil
}

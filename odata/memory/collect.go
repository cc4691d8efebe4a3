package memory

import (
	"math"
	"slices"

	"github.com/pamodata/pamodata/metadata/edm"
)

// collect walks all rows, counts the matches, and returns those of the page in
// the query's order. It keeps no more than twice as many as the page reaches
// into the order.
func (p *pass[R]) collect() (page []R, total int64, err error) {
	c := collector[R]{ranking: p.ranking, reach: reach(p.skip, p.top)}
	for r, err := range p.rows.all(p.ctx) {
		if err != nil {
			return nil, 0, err
		}
		if p.match != nil {
			switch ok, err := p.match(r); {
			case err != nil:
				return nil, 0, err
			case !ok:
				continue
			}
		}
		total++
		if c.reach == 0 {
			continue
		}
		if err := c.offer(r, p.after, p.rows.keep); err != nil {
			return nil, 0, err
		}
	}
	c.cut()
	page = make([]R, 0, len(c.kept))
	for i := range c.kept {
		if int64(i) >= p.skip {
			page = append(page, c.kept[i].row)
		}
	}
	return page, total, nil
}

// reach is how far into the order a page goes.
func reach(skip int64, top *int64) int64 {
	switch {
	case top == nil:
		return math.MaxInt64
	case *top <= 0:
		return 0
	case skip > math.MaxInt64-*top:
		return math.MaxInt64
	}
	return max(skip, 0) + *top
}

// A collector keeps the first rows of an order, up to reach.
type collector[R any] struct {
	ranking *ranking[R] // nil: the order of arrival
	reach   int64

	kept  []candidate[R]
	bound []edm.Value   // the place of the last row within reach, once that is full
	place []edm.Value   // of the row on offer
	free  [][]edm.Value // places of rows that were dropped
}

type candidate[R any] struct {
	row   R
	place []edm.Value
}

// leastCut is how many rows gather at least before the collector sorts.
const leastCut = 256

// offer takes r if it lies after after and may be within reach.
func (c *collector[R]) offer(r R, after []edm.Value, keep func(R) R) (err error) {
	if c.ranking == nil {
		if int64(len(c.kept)) < c.reach {
			c.kept = append(c.kept, candidate[R]{row: kept(r, keep)})
		}
		return nil
	}
	if c.place, err = c.ranking.place(c.place[:0], r); err != nil {
		return err
	}
	if len(after) > 0 && c.ranking.compare(c.place, after) <= 0 {
		return nil
	}
	// A row equal to the bound came later than it, so it stays behind it.
	if c.bound != nil && c.ranking.compare(c.place, c.bound) >= 0 {
		return nil
	}
	c.kept = append(c.kept, candidate[R]{row: kept(r, keep), place: c.remember(c.place)})
	if n := int64(len(c.kept)); n >= leastCut && n/2 >= c.reach {
		c.cut()
	}
	return nil
}

func kept[R any](r R, keep func(R) R) R {
	if keep == nil {
		return r
	}
	return keep(r)
}

// remember copies a place into memory that lasts.
func (c *collector[R]) remember(place []edm.Value) []edm.Value {
	var slot []edm.Value
	if last := len(c.free) - 1; last >= 0 {
		slot, c.free = c.free[last], c.free[:last]
	} else {
		// Slots are made many at a time, few for the first rows.
		n, count := len(place), min(max(len(c.kept), 8), 64)
		slab := make([]edm.Value, n*count)
		for range count - 1 {
			slot, slab = cut(slab, n)
			c.free = append(c.free, slot)
		}
		slot = slab
	}
	copy(slot, place)
	return slot
}

// reset forgets all rows, but keeps the memory they took.
func (c *collector[R]) reset() {
	if c.ranking != nil {
		for i := range c.kept {
			c.free = append(c.free, c.kept[i].place)
		}
	}
	clear(c.kept)
	c.kept, c.bound = c.kept[:0], nil
}

// full reports that no further row can be of use.
func (c *collector[R]) full() bool {
	return c.reach == 0 || c.ranking == nil && int64(len(c.kept)) >= c.reach
}

// cut sorts what is kept and drops what is out of reach. Rows in the same place
// stay in the order of arrival.
func (c *collector[R]) cut() {
	if c.ranking == nil || len(c.kept) == 0 {
		return
	}
	slices.SortStableFunc(c.kept, func(a, b candidate[R]) int { return c.ranking.compare(a.place, b.place) })
	if int64(len(c.kept)) < c.reach {
		return
	}
	for _, dropped := range c.kept[c.reach:] {
		c.free = append(c.free, dropped.place)
	}
	clear(c.kept[c.reach:])
	c.kept = c.kept[:c.reach]
	c.bound = c.kept[c.reach-1].place
}

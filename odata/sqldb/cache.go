package sqldb

import (
	"container/list"
	"sync"
)

// maxPlans is how many shapes of queries a store keeps the plans of.
const maxPlans = 1024

// A planCache keeps the plans that were used last. It is safe for concurrent use.
type planCache struct {
	mu    sync.Mutex
	known map[string]*list.Element
	used  *list.List // of *cachedPlan, the last used first
	most  int
}

type cachedPlan struct {
	key  string
	plan any
}

func newPlanCache(most int) *planCache {
	return &planCache{known: map[string]*list.Element{}, used: list.New(), most: most}
}

// find returns the plan of a shape, nil if it is not known.
func (c *planCache) find(key []byte) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.known[string(key)]
	if e == nil {
		return nil
	}
	c.used.MoveToFront(e)
	return e.Value.(*cachedPlan).plan
}

// keep remembers a plan and returns it, or the one that another goroutine has
// made meanwhile: a statement is known by its address.
func (c *planCache) keep(key []byte, plan any) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.known[string(key)]; e != nil {
		return e.Value.(*cachedPlan).plan
	}
	k := string(key)
	c.known[k] = c.used.PushFront(&cachedPlan{k, plan})
	if c.used.Len() > c.most {
		oldest := c.used.Back()
		c.used.Remove(oldest)
		delete(c.known, oldest.Value.(*cachedPlan).key)
	}
	return plan
}

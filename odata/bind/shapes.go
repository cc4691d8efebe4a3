package bind

import (
	"sync"

	"github.com/pamodata/pamodata/odata"
	"github.com/pamodata/pamodata/odata/uri"
)

// Clients have few texts for $select and $expand and send them all day. What they
// mean for a collection is kept, so that requests share one shape, and who writes
// entities can know its projection again.
//
// Texts come from clients, who may send any number of them: there is a bound, and
// beyond it each new shape takes the place of any other.
const (
	keptShapes   = 256
	keptShapeLen = 512 // of both texts together
)

type shapeKey struct {
	of               *collection
	selects, expands string
}

type shapes struct {
	mu         sync.RWMutex
	of         map[shapeKey]shape
	projection map[*odata.Projection]struct{}
}

func newShapes() *shapes {
	return &shapes{of: map[shapeKey]shape{}, projection: map[*odata.Projection]struct{}{}}
}

// keyOf is what a shape is known by; ok is false for requests whose shape is not
// kept. Custom options are given to the queries of the shape itself.
func (c *collection) keyOf(syntax *uri.Request) (k shapeKey, ok bool) {
	if syntax.Select == nil && len(syntax.Expand) == 0 {
		return k, false
	}
	for i := range syntax.Options {
		if !syntax.Options[i].IsSystem() {
			return k, false
		}
	}
	k.of = c
	k.selects, _ = syntax.Option("$select")
	k.expands, _ = syntax.Option("$expand")
	return k, len(k.selects)+len(k.expands) <= keptShapeLen
}

func (s *shapes) find(k shapeKey) (shape, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.of[k]
	return found, ok
}

func (s *shapes) keep(k shapeKey, made shape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.of[k]; ok {
		return
	}
	for other, old := range s.of {
		if len(s.of) < keptShapes {
			break
		}
		delete(s.of, other)
		delete(s.projection, old.projection)
	}
	s.of[k] = made
	s.projection[made.projection] = struct{}{}
}

// Shares reports that further requests may have the projection, too: it is that of
// a $select and $expand which came before. It is for those who keep what they make
// of a projection.
func (b *Binder) Shares(p *odata.Projection) bool {
	b.shapes.mu.RLock()
	defer b.shapes.mu.RUnlock()
	_, ok := b.shapes.projection[p]
	return ok
}

package sqldb

import (
	"maps"
	"slices"
)

// Plans are how many plans a store keeps, and how many it keeps at most.
func (s *Store) Plans() (kept, most int) {
	s.plans.mu.Lock()
	defer s.plans.mu.Unlock()
	return len(s.plans.known), maxPlans
}

// Shapes are the shapes of queries that a store keeps plans of.
func (s *Store) Shapes() []string {
	s.plans.mu.Lock()
	defer s.plans.mu.Unlock()
	return slices.Sorted(maps.Keys(s.plans.known))
}

package format

import (
	"github.com/pamodata/pamodata/metadata"
	"github.com/pamodata/pamodata/odata"
)

// Plans hold what a format writes for each concrete type that the entities of
// one projection can have.
type Plans[P any] struct {
	own     *P                          // of the projection's type
	derived map[*metadata.EntityType]*P // nil without derived types
}

// PlansOf makes the plans for the entities of p; plan makes that for exactly
// type t.
func PlansOf[P any](p *odata.Projection, plan func(t *metadata.EntityType) *P) Plans[P] {
	plans := Plans[P]{own: plan(p.Type)}
	for _, t := range p.Type.DerivedTypes() {
		if t.Abstract {
			continue
		}
		if plans.derived == nil {
			plans.derived = map[*metadata.EntityType]*P{}
		}
		plans.derived[t] = plan(t)
	}
	return plans
}

// Of finds the plan for one row. What is not of a derived type is taken as one
// of the projection's own.
func (p *Plans[P]) Of(row *odata.Row) *P {
	if row.Type != nil && p.derived != nil {
		if plan, ok := p.derived[row.Type]; ok {
			return plan
		}
	}
	return p.own
}

// A Memo holds one plan for each thing of the model or the request that was asked
// about: types may contain themselves, and every type of a hierarchy expands the
// same projections, so that plans would multiply with each level of $expand. The
// zero Memo is empty.
type Memo[K comparable, P any] struct {
	key   K // of first
	first *P
	more  map[K]*P // most requests need none
}

// Of returns the plan of key. If there is none yet, it is made by fill, during
// which Of already returns it.
func (m *Memo[K, P]) Of(key K, fill func(*P)) *P {
	if m.first != nil && m.key == key {
		return m.first
	}
	if plan, ok := m.more[key]; ok {
		return plan
	}
	plan := new(P)
	switch {
	case m.first == nil:
		m.key, m.first = key, plan
	case m.more == nil:
		m.more = map[K]*P{key: plan}
	default:
		m.more[key] = plan
	}
	fill(plan)
	return plan
}

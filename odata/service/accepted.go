package service

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// recentChoices remember what was chosen for Accept headers. Clients send the
// same few over and over, and to read one costs several allocations. Others take
// each other's places, so that nobody can make it grow.
type recentChoices struct {
	seed  maphash.Seed
	slots [64]atomic.Pointer[choice]
}

// A choice is an offer and what it was chosen for.
type choice struct {
	choiceKey
	offer *representation
}

type choiceKey struct {
	accept string
	offers *representation // the first of them
	max    version
}

// longestChoice bounds the headers that are remembered, in bytes.
const longestChoice = 256

// choose is representations.choose for a single header.
func (c *recentChoices) choose(rs *representations, offers []representation, accept string, max version) (*representation, error) {
	if len(accept) > longestChoice {
		return rs.chooseBy(offers, []string{accept}, max)
	}
	key := choiceKey{accept, &offers[0], max}
	slot := &c.slots[maphash.Comparable(c.seed, key)%uint64(len(c.slots))]
	if known := slot.Load(); known != nil && known.choiceKey == key {
		return known.offer, nil
	}
	offer, err := rs.chooseBy(offers, []string{accept}, max)
	if err != nil {
		return nil, err
	}
	key.accept = strings.Clone(accept) // it is a part of the request's head
	slot.Store(&choice{key, offer})
	return offer, nil
}
